import collections
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ailiteracy.games import add_tile, is_over, legal_moves, move, new_board, slide_row
from ailiteracy.games.rules import DIRECTIONS, check_board, slide_tiles

ranks = hnp.arrays(np.int64, (4, 4), elements=st.integers(0, 11))
boards = ranks.map(lambda array: np.where(array > 0, 2**array, 0))

STUCK = [[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]]


@pytest.mark.parametrize(
    ("row", "after", "points"),
    [
        ([0, 0, 0, 0], [0, 0, 0, 0], 0),
        ([0, 0, 0, 2], [2, 0, 0, 0], 0),
        ([2, 0, 0, 2], [4, 0, 0, 0], 4),
        ([2, 2, 2, 2], [4, 4, 0, 0], 8),  # two merges side by side
        ([2, 2, 2, 0], [4, 2, 0, 0], 4),  # the pair nearer to the side merges
        ([4, 2, 2, 0], [4, 4, 0, 0], 4),  # the new 4 does not merge with the old one
        ([2, 2, 4, 0], [4, 4, 0, 0], 4),
        ([4, 4, 8, 16], [8, 8, 16, 0], 8),  # no chain
        ([2, 0, 2, 4], [4, 4, 0, 0], 4),  # a gap does not keep a pair apart
        ([2, 4, 0, 2], [2, 4, 2, 0], 0),  # another tile does
        ([32768, 32768, 0, 0], [65536, 0, 0, 0], 65536),
    ],
)
def test_a_row_slides_as_worked_by_hand(row, after, points):
    assert slide_row(row) == (after, points)


def test_a_board_slides_in_four_directions_as_worked_by_hand():
    board = [[2, 0, 0, 2], [2, 4, 0, 0], [0, 4, 0, 8], [4, 0, 0, 8]]
    expected = {
        "left": ([[4, 0, 0, 0], [2, 4, 0, 0], [4, 8, 0, 0], [4, 8, 0, 0]], 4),
        "right": ([[0, 0, 0, 4], [0, 0, 2, 4], [0, 0, 4, 8], [0, 0, 4, 8]], 4),
        "up": ([[4, 8, 0, 2], [4, 0, 0, 16], [0, 0, 0, 0], [0, 0, 0, 0]], 28),
        "down": ([[0, 0, 0, 0], [0, 0, 0, 0], [4, 0, 0, 2], [4, 8, 0, 16]], 28),
    }
    for direction, (after, points) in expected.items():
        new, earned = move(board, direction)
        assert new.tolist() == after
        assert earned == points


@given(boards)
@settings(max_examples=100, deadline=None)
def test_a_move_keeps_the_sum_of_the_tiles_and_the_given_board(board):
    before = board.copy()
    for direction in DIRECTIONS:
        after, points = move(board, direction)
        assert after.sum() == board.sum()
        assert points <= board.sum()
        assert (after == 0).sum() >= (board == 0).sum()
        assert (board == before).all()


@given(boards, st.sampled_from(DIRECTIONS))
@settings(max_examples=100, deadline=None)
def test_points_are_the_sum_of_the_tiles_made(board, direction):
    after, points = move(board, direction)
    before, left = (collections.Counter(array.ravel().tolist()) for array in (board, after))
    # From the smallest tile up: what is missing of a tile was merged, two of it into one of the next.
    made, sums = 0, 0
    for tile in 2 ** np.arange(1, 14):
        missing = before[tile] + made - left[tile]
        assert missing >= 0
        assert missing % 2 == 0
        made = missing // 2
        sums += 2 * int(tile) * made
    assert points == sums


def by_runs(row):
    """Slide a row by another idea than the library's: equal neighbours form runs, and a run merges in pairs."""
    slid = []
    for tile, run in itertools.groupby(tile for tile in row if tile):
        pairs, single = divmod(len(list(run)), 2)
        slid += [2 * tile] * pairs + [tile] * single
    return slid + [0] * (len(row) - len(slid))


@given(st.lists(st.sampled_from([0, 0, 2, 2, 4, 8]), min_size=4, max_size=4))
@settings(max_examples=300, deadline=None)
def test_a_row_slides_as_its_runs_of_equal_tiles_tell(row):
    assert slide_row(row)[0] == by_runs(row)


@given(boards)
@settings(max_examples=50, deadline=None)
def test_right_is_left_in_a_mirror_and_down_is_up_on_its_head(board):
    assert (move(board, "right")[0] == move(board[:, ::-1], "left")[0][:, ::-1]).all()
    assert (move(board, "down")[0] == move(board[::-1], "up")[0][::-1]).all()
    assert (move(board, "up")[0] == move(board.T, "left")[0].T).all()


@given(boards)
@settings(max_examples=50, deadline=None)
def test_legal_moves_are_those_that_change_the_board(board):
    assert legal_moves(board) == [name for name in DIRECTIONS if (move(board, name)[0] != board).any()]
    assert is_over(board) == (not legal_moves(board))


def test_a_stuck_board_is_over():
    assert is_over(STUCK)
    assert legal_moves(STUCK) == []
    after, points = move(STUCK, "left")
    assert after.tolist() == STUCK
    assert points == 0


def test_new_tiles_are_twos_nine_times_in_ten_and_fall_everywhere():
    rng = np.random.default_rng(0)
    empty = np.zeros((4, 4), dtype=int)
    total = sum((add_tile(empty, rng) > 0) * add_tile(empty, rng).max() for _ in range(100))  # any cell, any tile
    drawn = [add_tile(empty, rng) for _ in range(4000)]
    fours = np.mean([board.max() == 4 for board in drawn])
    cells = sum(board > 0 for board in drawn)
    assert total.sum() > 0
    assert abs(fours - 0.1) < 4 * np.sqrt(0.09 / 4000)  # four standard deviations
    assert cells.min() > 250 - 4 * np.sqrt(250)
    assert cells.max() < 250 + 4 * np.sqrt(250)


def test_a_new_board_has_two_tiles_and_a_seed_names_it():
    board = new_board(rng=3)
    assert (board > 0).sum() == 2
    assert set(board[board > 0]) <= {2, 4}
    assert (board == new_board(rng=3)).all()


def test_whole_floats_and_nested_lists_make_a_board():
    assert check_board([[2.0, 0, 0, 0]] * 4).dtype == np.int64


BAD_BOARDS = [
    (np.zeros((4, 5), dtype=int), ValueError, ["`board`", "4 rows of 4 tiles", "(4, 5)", "Write 0"]),
    ([[2, 2], [2]], ValueError, ["`board`", "4 rows of 4 tiles", "[[2, 2], [2]]"]),
    ([["a"] * 4] * 4, TypeError, ["`board`", "whole numbers", "numpy.zeros((4, 4), dtype=int)"]),
    ("board", TypeError, ["`board`", "'board'"]),
    (None, TypeError, ["`board`", "got None"]),
    (np.full((4, 4), np.nan), ValueError, ["`board`", "whole numbers"]),
    (np.full((4, 4), np.inf), ValueError, ["`board`", "whole numbers"]),
    (np.full((4, 4), 2.5), ValueError, ["`board`", "whole numbers"]),
    (np.full((4, 4), True), TypeError, ["`board`", "whole numbers"]),
    ([[3, 0, 0, 0]] + [[0] * 4] * 3, ValueError, ["`board`", "2, 4, 8, 16", "got 3"]),
    ([[1, 0, 0, 0]] + [[0] * 4] * 3, ValueError, ["`board`", "2, 4, 8, 16", "got 1"]),
    ([[-2, 0, 0, 0]] + [[0] * 4] * 3, ValueError, ["`board`", "2, 4, 8, 16", "got -2"]),
    ([[2**40, 0, 0, 0]] + [[0] * 4] * 3, ValueError, ["`board`", "tiles up to"]),
]


@pytest.mark.parametrize(("board", "error", "parts"), BAD_BOARDS)
def test_what_is_no_board_is_refused_in_words(board, error, parts):
    for call in (legal_moves, is_over, add_tile, lambda bad: move(bad, "left")):
        with pytest.raises(error) as caught:
            call(board)
        assert all(part in str(caught.value) for part in parts), str(caught.value)


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        (lambda: slide_row([2, 2, 4]), ValueError, ["`row`", "4 tiles", "[2, 2, 4]", "[2, 2, 4, 0]"]),
        (lambda: slide_row([2, 2, 4, 5]), ValueError, ["`row`", "got 5"]),
        (lambda: slide_row("2240"), TypeError, ["`row`", "'2240'"]),
        (lambda: move(new_board(0), "lef"), ValueError, ["`direction`", "'lef'", "Did you mean 'left'?"]),
        (lambda: move(new_board(0), 0), TypeError, ["`direction`", "got 0"]),
        (lambda: add_tile(STUCK), ValueError, ["`board`", "empty cell", "merges"]),
        (lambda: new_board("0"), TypeError, ["`rng`", "'0'", "default_rng"]),
        (lambda: new_board(-1), ValueError, ["`rng`", ">= 0", "-1"]),
    ],
)
def test_other_bad_input_is_refused_in_words(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)


@given(st.lists(st.sampled_from([0, 0, 2, 2, 4, 8]), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_the_rules_hold_for_rows_of_any_length(row):
    assert slide_tiles(row)[0] == by_runs(row)
