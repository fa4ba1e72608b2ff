import functools
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ailiteracy.games.minimax import alpha_beta
from ailiteracy.games.tictactoe import (
    check_position,
    choose_cell,
    finished_games,
    next_positions,
    position_value,
    reachable_positions,
    solve_tictactoe,
    to_move,
    winner,
)

START = "." * 9
X_WON, O_WON = "XXXOO....", "OOOXX.X.."


def as_rows(position):
    return [position[:3], position[3:6], position[6:]]


def sign(number):
    return (number > 0) - (number < 0)


# The oracle: the rules written a second time, over (3, 3) arrays with 1 for X and -1 for O.
def won(board):
    sums = [*board.sum(axis=0), *board.sum(axis=1), np.trace(board), np.trace(board[::-1])]
    return 1 if 3 in sums else -1 if -3 in sums else 0


def array_of(position):
    return np.array([{"X": 1, "O": -1, ".": 0}[mark] for mark in position]).reshape(3, 3)


def test_the_whole_game_has_the_known_counts():
    result = solve_tictactoe()
    assert result.n_positions == 5478
    assert result.games == {"X wins": 131_184, "O wins": 77_904, "draw": 46_080}
    assert result.games.total() == 255_168
    assert (result.value, result.outcome) == (0, "draw")
    assert set(result.move_values.values()) == {0}  # every first move draws


def test_all_positions_agree_with_an_oracle_that_tries_all_boards():
    # Of the 3**9 boards, those with the right counts in which only the player who moved last may have won.
    expected = set()
    for marks in itertools.product("XO.", repeat=9):
        board = array_of(marks)
        lead, lines = board.sum(), [*board.sum(axis=0), *board.sum(axis=1), np.trace(board), np.trace(board[::-1])]
        if (lead == 0 and 3 not in lines) or (lead == 1 and -3 not in lines):
            expected.add("".join(marks))
    assert reachable_positions(START) == expected
    for position in expected:
        assert check_position(as_rows(position)) == position
        assert {None: 0, "X": 1, "O": -1}[winner(position)] == won(array_of(position))


def test_every_game_walked_one_by_one_gives_the_same_counts():
    # No memory here: the tree of all games, with each position as often as it comes up.
    def walk(position):
        after = next_positions(position)
        if not after:
            counts[winner(position)] += 1
        for new in after.values():
            walk(new)

    counts = {"X": 0, "O": 0, None: 0}
    walk(START)
    assert counts == {"X": 131_184, "O": 77_904, None: 46_080}
    remembered = finished_games(START)
    assert counts == {"X": remembered["X wins"], "O": remembered["O wins"], None: remembered["draw"]}


def test_perfect_play_keeps_its_value_against_every_reply_from_every_position():
    # One side follows `choose_cell`, the other tries everything. The rules alone say how each game ends: X makes sure
    # of at least the value and O of at most the value, so the value is right, and neither can be made to do worse.
    choice = functools.cache(lambda position: choose_cell(as_rows(position)))

    @functools.cache
    def worst(position, perfect):
        after = next_positions(position)
        if not after:
            return won(array_of(position))
        if to_move(position) == perfect:
            row, column = choice(position)
            return worst(after[3 * row + column], perfect)
        results = [worst(new, perfect) for new in after.values()]
        return min(results) if perfect == "X" else max(results)

    positions = reachable_positions(START)
    assert len(positions) == 5478
    for position in positions:
        assert worst(position, "X") == worst(position, "O") == sign(position_value(position))


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (X_WON, 5),  # four cells left
        (O_WON, -4),
        ("XOXXOOOXX", 0),
        ("XX.OO....", 5),  # X completes the row, four cells left
        ("X.X.O.O.X", 3),  # two threats: O closes one, X wins with two cells left
        ("XX.O.....", 3),  # O closes the row, X takes the centre and has two threats again
        ("X...O...X", 0),
    ],
)
def test_values_as_worked_by_hand(position, value):
    assert position_value(position) == value


def test_a_quick_win_is_taken_and_a_lost_game_is_drawn_out():
    assert choose_cell(["XX.", "OO.", "..."]) == (0, 2)
    assert choose_cell(["XX.", "OO.", "X.."]) == (1, 2)  # O wins too, though X threatens
    assert choose_cell(["XX.", "O..", "..."]) == (0, 2)  # lost, but closing the row holds out longest
    assert choose_cell(["X..", "...", "..."]) == (1, 1)  # against a corner only the centre draws
    assert choose_cell(["X.X", "...", "O.."]) == (0, 1)


def test_against_a_corner_only_the_centre_draws():
    values = solve_tictactoe(["X..", "...", "..."]).move_values
    assert values.pop((1, 1)) == 0
    assert len(values) == 7
    assert all(value > 0 for value in values.values())


def test_a_finished_game_has_no_moves():
    for position, outcome in ((X_WON, "X wins"), (O_WON, "O wins"), ("XOXXOOOXX", "draw")):
        result = solve_tictactoe(as_rows(position))
        assert (result.move_values, result.outcome, result.n_positions) == ({}, outcome, 1)
        assert result.games == {outcome: 1}
        assert choose_cell(as_rows(position)) is None


def test_a_changed_result_leaves_the_memory_as_it_is():
    solve_tictactoe().games["draw"] = 0
    assert solve_tictactoe().games["draw"] == 46_080


def test_the_memory_and_an_explicit_tree_agree():
    # The same position as a tree of lists, searched by the general code of minimax.py.
    def tree(position):
        after = next_positions(position)
        return [tree(new) for new in after.values()] if after else position_value(position)

    for position in ("X...O....", "XO.......", "X.X.O.O.."):
        result = alpha_beta(tree(position), maximise=to_move(position) == "X")
        assert result.value == position_value(position)


@given(st.sampled_from(sorted(reachable_positions(START))))
def test_a_turned_or_mirrored_position_has_the_same_value(position):
    board = array_of(position)
    marks = {1: "X", -1: "O", 0: "."}
    for turned in (np.rot90(board), board.T, board[::-1]):
        assert position_value("".join(marks[mark] for mark in turned.ravel().tolist())) == position_value(position)


def test_rows_may_be_texts_lists_or_an_array():
    board = [["X", ".", "."], ["O", ".", "."], [".", ".", "."]]
    for same in (board, np.array(board), ("X..", "O..", "...")):
        assert check_position(same) == "X..O....."


def test_a_line_that_two_wins_share_is_possible():
    assert solve_tictactoe(["XXX", "XOO", "XOO"]).outcome == "X wins"  # the corner came last


def test_as_text_the_result_says_outcome_best_moves_and_counts():
    assert str(solve_tictactoe(["X..", "...", "..."])) == (
        "Tic-tac-toe, X.. / ... / ...: draw under perfect play. O moves; best: (1, 1). "
        "1,870 positions and 27,732 games can follow."
    )
    assert str(solve_tictactoe(as_rows(X_WON))) == "Tic-tac-toe, XXX / OO. / ...: the game is over, X wins."


def test_the_figure_shows_marks_and_the_outcome_of_each_move():
    result = solve_tictactoe(["X..", ".O.", "..X"])
    figure = result.plot()
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["X", "draw\n0", "X wins\n+3", "draw\n0", "O", "draw\n0", "X wins\n+3", "draw\n0", "X"]
    assert figure.axes[0].get_title() == "O to move: draw"
    plt.close(figure)
    figure = solve_tictactoe(as_rows(X_WON)).plot()
    assert figure.axes[0].get_title() == "Game over: X wins"
    plt.close(figure)
    assert "<img" in result._repr_html_()


@pytest.mark.parametrize("call", [solve_tictactoe, choose_cell])
@pytest.mark.parametrize(
    ("board", "error", "parts"),
    [
        (["...", "..."], ValueError, ["`board`", "3 rows of 3 marks", "got ['...', '...']", "'.' for an empty cell"]),
        (["....", "...", "..."], ValueError, ["`board`", "3 rows of 3 marks"]),
        (np.full((4, 4), "."), ValueError, ["`board`", "3 rows of 3 marks", "shape (4, 4)"]),
        (".........", TypeError, ["`board`", "3 rows of 3 marks", "got '.........'", "['X.O', '.X.', '..O']"]),
        (3, TypeError, ["`board`", "3 rows of 3 marks", "got 3"]),
        (np.array(3), TypeError, ["`board`", "3 rows of 3 marks"]),
        ([1, 2, 3], TypeError, ["`board`", "3 rows of 3 marks", "got [1, 2, 3]"]),
        (["x..", "...", "..."], ValueError, ["`board[0][0]`", "'X', 'O', '.'", "got 'x'", "for an empty cell"]),
        (["...", "..0", "..."], ValueError, ["`board[1][2]`", "got '0'"]),
        ([["X", "", ""]] * 3, ValueError, ["`board[0][1]`", "got ''", "'.' for an empty cell"]),
        (np.zeros((3, 3)), TypeError, ["`board[0][0]`", "'X', 'O', '.'", "got 0.0", "for an empty cell"]),
        (["XX.", "...", "..."], ValueError, ["`board`", "as many X as O", "2 X and 0 O", "X moves first"]),
        (["O..", "...", "..."], ValueError, ["`board`", "as many X as O", "0 X and 1 O"]),
        (["XXX", "OOO", "..."], ValueError, ["`board`", "first line of three", "after the win"]),
        (["XXX", "OO.", "..O"], ValueError, ["`board`", "first line of three", "after the win"]),
        (["OOO", "XX.", "XX."], ValueError, ["`board`", "first line of three", "after the win"]),
    ],
)
def test_bad_boards_are_told_what_is_wrong(call, board, error, parts):
    with pytest.raises(error) as caught:
        call(board)
    assert type(caught.value) is error
    for part in parts:
        assert part in str(caught.value)
