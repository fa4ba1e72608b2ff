import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ailiteracy.games import _fastpruning as fast
from ailiteracy.games import evaluate, legal_moves, move, new_board, solve_2048
from ailiteracy.games.expectimax import ALIVE, CLUTTER, EMPTY, LOST, PAIR, chance_node
from ailiteracy.games.pruning2048 import highest_value, pruned_values
from ailiteracy.games.rules import DIRECTIONS, possible_moves

CROWDED = np.array([[2, 16, 4, 2], [8, 2, 32, 8], [4, 64, 2, 16], [2, 4, 16, 0]])
ROOMY = np.array([[2, 16, 4, 2], [8, 2, 32, 0], [4, 64, 0, 0], [2, 4, 16, 2]])
STUCK = np.array([[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]])


def board_of(ranks):
    return np.where(ranks > 0, 2**ranks, 0)


any_board = hnp.arrays(np.int64, (4, 4), elements=st.integers(0, 11)).map(board_of)
# One to three empty cells and low tiles: searches that end in lost boards, quick enough for two layers.
nearly_full = st.tuples(
    hnp.arrays(np.int64, (4, 4), elements=st.integers(1, 4), fill=st.nothing()),
    st.lists(st.integers(0, 15), min_size=1, max_size=3),
).map(lambda drawn: board_of(np.where(np.isin(np.arange(16).reshape(4, 4), drawn[1]), 0, drawn[0])))


def from_games(n_boards, seed=0):
    rng = np.random.default_rng(seed)
    games = [solve_2048("expectimax", rng=i, max_moves=900, progress=False) for i in range(3)]
    boards = [board for game in games for board in game.boards()]
    return [boards[i] for i in rng.integers(len(boards), size=n_boards)]


def test_depth_1_on_a_full_board_as_worked_by_hand():
    # Only left and right move, by one merge; then one cell is empty, a 2 or a 4 comes, and a move must be found.
    board = np.array([[2, 4, 8, 2], [16, 2, 32, 8], [2, 64, 4, 16], [4, 8, 2, 2]])
    result = pruned_values(board, depth=1)
    for direction in ("left", "right"):
        after = move(board, direction)[0]
        ((row, column),) = np.argwhere(after == 0)
        average = 0.0
        for tile, chance in ((2, 0.9), (4, 0.1)):
            after[row, column] = tile
            average += chance * max([max(0, evaluate(move(after, name)[0])) for name in legal_moves(after)], default=0)
        assert result.values[direction] == pytest.approx(average)


@given(st.one_of(any_board, nearly_full), st.integers(0, 1))
@settings(max_examples=40, deadline=None)
def test_without_cuts_it_is_expectimax(board, depth):
    values = pruned_values(board, depth=depth).values
    # As many 4s as layers: then nothing is left out there either.
    expected = {name: chance_node(after, depth, fours=depth) for name, after in possible_moves(board).items()}
    assert values == pytest.approx(expected, rel=1e-12)


@given(st.one_of(any_board, nearly_full), st.integers(0, 1))
@settings(max_examples=40, deadline=None)
def test_bounds_and_memory_change_neither_the_best_move_nor_its_value(board, depth):
    full = pruned_values(board, depth=depth)
    for options in ({"bounds": True}, {"remember": True}, {"bounds": True, "remember": True}):
        cut = pruned_values(board, depth=depth, **options)
        assert (cut.value, cut.best, list(cut.values)) == (full.value, full.best, list(full.values))
        assert all(full.values[name] <= cut.values[name] + 1e-6 for name in cut.at_most)


@given(nearly_full)
@settings(max_examples=8, deadline=None)
def test_two_layers_deep_as_well(board):
    full = pruned_values(board, depth=2)
    cut = pruned_values(board, depth=2, bounds=True, remember=True)
    assert (cut.value, cut.best) == (full.value, full.best)


@given(nearly_full, st.integers(0, 2), st.booleans(), st.sampled_from([0.0, 0.03, 0.2]))
@settings(max_examples=25, deadline=None)
def test_the_compiled_twin_is_equal_in_values_and_counts(board, depth, bounds, least):
    options = {"depth": depth, "bounds": bounds, "min_probability": least}
    plain, compiled = (pruned_values(board, **options, compiled=compiled) for compiled in (False, True))
    assert (plain.best, plain.value, plain.at_most) == (compiled.best, compiled.value, compiled.at_most)
    assert (plain.n_judged, plain.n_cuts) == (compiled.n_judged, compiled.n_cuts)
    assert plain.values == pytest.approx(compiled.values, rel=1e-12)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_compiled_searches_agree_to_the_last_bit_on_boards_of_games(depth):
    for board in from_games(40):
        full = pruned_values(board, depth=depth, compiled=True)
        for options in ({"bounds": True}, {"remember": True}, {"bounds": True, "remember": True}):
            cut = pruned_values(board, depth=depth, **options, compiled=True)
            assert (cut.best, cut.value) == (full.best, full.value)


@pytest.mark.slow
def test_compiled_searches_agree_three_layers_deep_on_boards_of_games():
    for board in from_games(200, seed=1):
        full = pruned_values(board, depth=3, compiled=True)
        for options in ({"bounds": True}, {"remember": True}, {"bounds": True, "remember": True}):
            cut = pruned_values(board, depth=3, **options, compiled=True)
            assert (cut.best, cut.value) == (full.best, full.value)


@given(st.one_of(any_board, nearly_full))
@settings(max_examples=200, deadline=None)
def test_no_board_is_worth_more_than_the_bound(board):
    total = int(board.sum())
    assert LOST <= max(LOST, evaluate(board)) <= highest_value(total, 0)
    # A board some tiles later lies below the bound too.
    assert highest_value(total, 0) <= highest_value(total, 3)
    assert evaluate(board) <= highest_value(max(0, total - 10), 3)


def test_the_bound_is_close_where_it_can_be_worked_out_by_hand():
    # A single tile 2048: its clutter counts in its row and in its column, fifteen cells are empty twice.
    alone = np.zeros((4, 4), dtype=int)
    alone[0, 0] = 2048
    assert evaluate(alone) == 8 * ALIVE + 2 * (15 * EMPTY - CLUTTER * 11**3)
    assert evaluate(alone) <= highest_value(2048, 0) < evaluate(alone) + 8 * PAIR * 3
    assert highest_value(2**20, 0) == 8 * ALIVE + 2 * (12 * PAIR)  # any sum: sixteen tiles, three pairs in each line


def test_bounds_cut_most_where_a_game_is_in_danger_and_save_half_on_the_whole():
    boards = from_games(60, seed=2)
    full = sum(pruned_values(board, depth=2, compiled=True).n_judged for board in boards)
    cut = sum(pruned_values(board, depth=2, bounds=True, compiled=True).n_judged for board in boards)
    assert cut < 0.6 * full


def test_a_memory_finds_boards_again_and_judges_fewer():
    full, remembered = (pruned_values(ROOMY, depth=2, remember=remember) for remember in (False, True))
    assert full.n_found == 0
    assert remembered.n_found > 10
    assert remembered.n_judged < full.n_judged
    assert remembered.values == full.values


def test_what_the_compiled_memory_holds_from_other_boards_changes_no_value():
    for board in from_games(30, seed=3):
        remembered = pruned_values(board, depth=2, remember=True, compiled=True)
        assert remembered.values == pruned_values(board, depth=2, compiled=True).values
    assert fast._own.boards.nbytes + fast._own.values.nbytes < 2**23


@pytest.mark.parametrize("options", [{}, {"min_probability": 0.01}])
def test_threads_find_the_same_values_with_the_same_counts(options):
    for board in [*from_games(10, seed=4), CROWDED, ROOMY, STUCK]:
        alone = pruned_values(board, depth=2, compiled=True, **options)
        for n_jobs in (2, 3, 64):
            found = pruned_values(board, depth=2, compiled=True, n_jobs=n_jobs, **options)
            assert vars(found) == vars(alone)
            assert list(found.values) == list(alone.values)


def test_threads_with_memories_of_their_own_find_the_same_values():
    for board in from_games(10, seed=5):
        alone = pruned_values(board, depth=2, compiled=True)
        assert pruned_values(board, depth=2, compiled=True, remember=True, n_jobs=2).values == alone.values


def test_each_move_is_searched_by_a_thread_of_a_pool(monkeypatch):
    used, search = set(), fast.chance_node
    monkeypatch.setattr(fast, "chance_node", lambda *given: used.add(threading.current_thread().name) or search(*given))
    pruned_values(ROOMY, depth=1, compiled=True, n_jobs=2)
    assert used
    assert all(name.startswith("2048") for name in used)


def test_the_plain_code_takes_one_thread_and_finds_the_same():
    assert vars(pruned_values(CROWDED, depth=1, n_jobs=2)) == vars(pruned_values(CROWDED, depth=1))


def test_unlikely_lines_are_judged_at_once():
    full = pruned_values(ROOMY, depth=2)
    assert pruned_values(ROOMY, depth=2, min_probability=1e-9).values == full.values
    some = pruned_values(ROOMY, depth=2, min_probability=0.05)
    assert pruned_values(ROOMY, depth=0).n_judged < some.n_judged < full.n_judged
    # 1 is the probability of the first move itself: only what follows a certain tile is searched further.
    none = pruned_values(ROOMY, depth=2, min_probability=1.0)
    assert none.values == pruned_values(ROOMY, depth=1).values


def test_of_equal_moves_the_first_is_taken_with_cuts_too():
    symmetric = np.diag([2, 2, 2, 2])
    for compiled in (False, True):
        result = pruned_values(symmetric, depth=1, bounds=True, compiled=compiled)
        assert len({round(value, 6) for value in result.values.values()}) == 1
        assert result.best == pruned_values(symmetric, depth=1, compiled=compiled).best
        assert list(result.values) == list(DIRECTIONS)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_finished_game_has_no_values(compiled):
    result = pruned_values(STUCK, bounds=True, compiled=compiled)
    assert (result.values, result.best, result.value) == ({}, None, None)
    assert "No move left" in str(result)


def test_boards_too_large_for_four_bits_are_searched_plainly():
    board = CROWDED.copy()
    board[0] = [65536, 4, 8, 2]
    plain, asked = (pruned_values(board, depth=1, bounds=True, compiled=compiled) for compiled in (False, True))
    assert plain.values == asked.values
    assert set(plain.values) == set(legal_moves(board))


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        (lambda: pruned_values([[2]]), ValueError, ["`board`", "4 rows of 4 tiles"]),
        (lambda: pruned_values(STUCK, depth=9), ValueError, ["`depth`", "from 0 to 8", "got 9"]),
        (lambda: pruned_values(STUCK, depth=1.0), TypeError, ["`depth`", "an integer", "1.0"]),
        (lambda: pruned_values(STUCK, min_probability=2), ValueError, ["`min_probability`", "0 to 1", "every line"]),
        (lambda: pruned_values(STUCK, min_probability="no"), TypeError, ["`min_probability`", "'no'"]),
        (lambda: pruned_values(STUCK, bounds=(0, 1)), TypeError, ["`bounds`", "True or False"]),
        (lambda: pruned_values(STUCK, remember=1), TypeError, ["`remember`", "True or False"]),
        (lambda: pruned_values(STUCK, compiled=1), TypeError, ["`compiled`", "True or False"]),
        (lambda: pruned_values(STUCK, n_jobs=0), ValueError, ["`n_jobs`", "from 1 to 64", "got 0"]),
        (lambda: pruned_values(STUCK, n_jobs=2.0), TypeError, ["`n_jobs`", "an integer", "got 2.0"]),
        (lambda: pruned_values(STUCK, bounds=True, n_jobs=2), ValueError, ["`n_jobs`", "1 when `bounds`", "got 2"]),
        (
            lambda: pruned_values(STUCK, remember=True, min_probability=0.1),
            ValueError,
            ["`remember`", "False", "`min_probability`", "got True"],
        ),
    ],
)
def test_bad_input_is_refused_in_words(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)


def test_a_game_cut_by_bounds_is_the_full_game_move_for_move():
    def player(**options):
        return lambda board: pruned_values(board, depth=2, compiled=True, **options).best

    games = [
        solve_2048(player(**options), rng=4, board=new_board(4), max_moves=150, progress=False).moves
        for options in ({}, {"remember": True}, {"remember": True, "bounds": True})
    ]
    assert games[0] == games[1] == games[2]
