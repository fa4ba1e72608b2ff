"""The compiled twin gives what the plain code gives."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ailiteracy.games import _fast2048 as fast
from ailiteracy.games import _fastgame as fastgame
from ailiteracy.games import _fastsearch as fastsearch
from ailiteracy.games import choose_move, evaluate, move_values, new_board, solve_2048
from ailiteracy.games.expectimax import chance_node, fits_twin, search_depth
from ailiteracy.games.game import play_plainly
from ailiteracy.games.players import RUNGS, simple_value
from ailiteracy.games.rules import DIRECTIONS, slide_board

U = np.uint64


def board_of(ranks):
    return np.where(ranks > 0, 2**ranks, 0)


# All boards, and boards nearly full, where the searches end in lost positions.
any_board = hnp.arrays(np.int64, (4, 4), elements=st.integers(0, 13)).map(board_of)
nearly_full = hnp.arrays(np.int64, (4, 4), elements=st.integers(1, 4), fill=st.nothing()).flatmap(
    lambda ranks: st.integers(0, 15).map(lambda cell: board_of(np.where(np.arange(16).reshape(4, 4) == cell, 0, ranks)))
)
boards = st.one_of(any_board, nearly_full)
# Large tiles in disorder and one to three empty cells: many moves look hopeless, with room and without.
nearly_full_of_all_sizes = st.tuples(st.permutations(range(16)), st.integers(1, 3)).map(
    lambda drawn: board_of(np.where(np.array(drawn[0]) < drawn[1], 0, np.array(drawn[0]) * 3 // 4).reshape(4, 4))
)


@given(any_board)
@settings(max_examples=100, deadline=None)
def test_packing_loses_nothing(board):
    assert (fast.unpack(fast.pack(board)) == board).all()
    assert (fast.unpack(fast.transpose(fast.pack(board))) == board.T).all()


@given(boards)
@settings(max_examples=100, deadline=None)
def test_slides_and_points_are_equal(board):
    packed, tables = fast.pack(board), fast.tables()
    for number, direction in enumerate(DIRECTIONS):
        after, points = slide_board(board, direction)
        assert (fast.unpack(fast.slide_to(packed, number, tables.moves)) == after).all()
        lines = packed if number < 2 else fast.transpose(packed)
        assert fast.row_sum(lines, tables.points) == points


@given(boards)
@settings(max_examples=100, deadline=None)
def test_evaluations_and_depths_are_equal(board):
    packed, tables = fast.pack(board), fast.tables()
    total = fast.row_sum(packed, tables.scores) + fast.row_sum(fast.transpose(packed), tables.scores)
    assert total == evaluate(board)
    assert fastsearch.search_depth(packed, tables.depths) == search_depth(board)
    assert fastgame.simple_value(packed, fastgame.ordered_table()) == simple_value(board)
    assert fast.n_empty(packed) == (board == 0).sum()


@given(boards, st.integers(0, 1))
@settings(max_examples=25, deadline=None)
def test_search_values_are_equal_to_the_last_bit(board, depth):
    assert move_values(board, depth=depth, compiled=True) == move_values(board, depth=depth)


@given(nearly_full)
@settings(max_examples=5, deadline=None)
def test_search_values_two_layers_deep_are_equal_on_crowded_boards(board):
    assert move_values(board, depth=2, compiled=True) == move_values(board, depth=2)


@given(nearly_full_of_all_sizes)
@settings(max_examples=10, deadline=None)
def test_search_values_are_equal_where_moves_look_hopeless(board):
    assert move_values(board, depth=2, compiled=True) == move_values(board, depth=2)


@pytest.mark.slow
def test_search_values_three_layers_deep_are_equal_on_crowded_boards():
    rng = np.random.default_rng(0)
    for _ in range(10):
        board = 2 ** rng.integers(1, 6, size=(4, 4))
        board[tuple(rng.integers(4, size=2))] = 0
        assert move_values(board, depth=3, compiled=True) == move_values(board, depth=3)


@given(nearly_full, st.integers(0, 1))
@settings(max_examples=10, deadline=None)
def test_a_chance_node_is_equal_with_and_without_fours_left(board, fours):
    memory, tables = fastsearch.new_memory(), fast.tables()
    for depth in (1, 2):
        value = fastsearch.chance_node(fast.pack(board), depth, fours, tables.moves, tables.scores, *memory)
        assert value == chance_node(board, depth, fours)


def test_what_the_table_remembers_changes_no_value():
    boards = list(solve_2048(rng=1, max_moves=400, progress=False).boards())[300::10]
    moves, scores = fast.tables().moves, fast.tables().scores
    for board in boards:
        remembered, forgotten = np.empty(4), np.empty(4)
        fastsearch.search(fast.pack(board), 3, remembered, moves, scores, *fastgame._own.memory)
        fastsearch.search(fast.pack(board), 3, forgotten, moves, scores, *fastsearch.new_memory())
        assert (remembered == forgotten).all()


@pytest.mark.parametrize("player", fastgame.PLAYERS)
def test_whole_games_are_equal_and_leave_the_generator_alike(player):
    n_moves = 200
    plain, compiled = np.random.default_rng(5), np.random.default_rng(5)
    start = new_board(plain)
    new_board(compiled)
    if player == "expectimax":  # the plain search is slow: small tiles, searched two layers deep, on a crowded board
        start, n_moves = np.array([[2, 16, 4, 2], [8, 2, 32, 8], [4, 8, 2, 16], [2, 4, 16, 0]]), 30
    slow = play_plainly(start, plain_rung(player), plain, n_moves)
    quick = fastgame.play(start, player, compiled, n_moves)
    assert slow[:3] == quick[:3]
    assert (slow[3] == quick[3]).all()
    assert plain.random() == compiled.random()


def plain_rung(player):
    if player != "expectimax":
        return RUNGS[player]

    def choose(board, rng):
        values = move_values(board)
        return max(values, key=values.get)

    return choose


def test_the_shallow_search_plays_the_same_game_plain_and_compiled():
    def play(compiled):
        def player(board):
            values = move_values(board, depth=1, compiled=compiled)
            return max(values, key=values.get)

        return solve_2048(player, rng=7, max_moves=25, progress=False).moves

    assert play(compiled=True) == play(compiled=False)


def test_boards_too_large_for_four_bits_go_to_the_plain_code():
    board = np.array([[32768, 16384, 8192, 4096], [4, 8, 16, 32], [2, 4, 8, 16], [4, 2, 4, 2]])
    assert fits_twin(board)
    board[0] = [32768, 32768, 4, 2]
    assert not fits_twin(board)
    assert choose_move(board, "greedy") == "left"
    assert choose_move(board) in DIRECTIONS
    game = solve_2048("greedy", board=board, max_moves=1, rng=0, progress=False)
    assert game.best_tile == 65536
    assert game.score == 65536


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def test_importing_games_loads_neither_torch_nor_numba_nor_matplotlib():
    code = """
import sys
from ailiteracy import games
for name in games.__all__: getattr(games, name)
games.move_values(games.new_board(0), depth=1)
print(sorted(name for name in ("torch", "numba", "matplotlib", "sklearn", "joblib") if name in sys.modules))
games.solve_2048("random", rng=0)
print("torch" in sys.modules)
"""
    assert run(code).stdout.split("\n")[:2] == ["[]", "False"]


def test_without_numba_the_same_game_is_played_and_said_once():
    code = """
import sys
sys.modules["numba"] = None
from ailiteracy.games import move_values, new_board, solve_2048
print(solve_2048("greedy", rng=4).moves == {moves!r})
print(move_values(new_board(0), depth=1, compiled=True) == move_values(new_board(0), depth=1))
"""
    done = run(code.replace("{moves!r}", repr(solve_2048("greedy", rng=4).moves)))
    assert done.stdout.split() == ["True", "True"]
    assert done.stderr.count("numba is missing") == 1


def test_the_compiled_code_works_where_no_folder_keeps_it():
    # Where neither the source folder nor the user's cache folder can be written, numba finds no locator.
    code = """
import numba.core.caching as caching
caching.CacheImpl._locator_classes = []
from ailiteracy.games import solve_2048
print(solve_2048(rng=0, max_moves=3).n_moves)
"""
    assert run(code).stdout.split() == ["3"]


# No line is in order, so that the formula falls below 0: worth no more than a lost board, whatever the move.
HOPELESS = np.array([[8192, 2, 8192, 2], [2, 8192, 2, 8192], [8192, 2, 8192, 2], [2, 8192, 2, 2]])


@pytest.mark.parametrize(
    "board",
    [
        [[0, 4, 16, 2], [8, 2, 4, 16], [2, 32, 2, 4], [4, 2, 4, 2]],  # a 2 loses, a 4 does not
        [[0, 2, 16, 4], [8, 4, 2, 16], [4, 32, 4, 2], [2, 4, 2, 4]],  # a 4 loses, a 2 does not
        [[0, 8, 16, 4], [16, 4, 2, 16], [4, 32, 4, 2], [2, 4, 2, 4]],  # both lose
        HOPELESS * (HOPELESS > 2),
    ],
)
@pytest.mark.parametrize("fours", [0, 1])
def test_lost_and_hopeless_boards_are_worth_the_same_nothing(board, fours):
    board, tables = np.array(board), fast.tables()
    for depth in (0, 1):
        memory = fastsearch.new_memory()
        value = fastsearch.chance_node(fast.pack(board), depth, fours, tables.moves, tables.scores, *memory)
        assert value == chance_node(board, depth, fours)


def test_of_equal_moves_the_first_is_taken():
    assert move_values(HOPELESS) == move_values(HOPELESS, compiled=True) == dict.fromkeys(DIRECTIONS, 0)
    assert choose_move(HOPELESS, "expectimax") == "left"
    assert fastgame.play(HOPELESS, "expectimax", np.random.default_rng(0), 1)[0] == ["left"]
    symmetric = np.diag([2, 2, 2, 2])
    for player in ("greedy", "one-ply"):
        chosen = fastgame.play(symmetric, player, np.random.default_rng(0), 1)[0]
        assert chosen == [choose_move(symmetric, player)] == ["left"]
