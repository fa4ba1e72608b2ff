import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ailiteracy.games import puzzles2048
from ailiteracy.games.puzzles2048 import largest_tile
from ailiteracy.games.rules import DIRECTIONS, slide_board

shapes = st.tuples(st.integers(1, 3), st.integers(1, 3))
small_boards = shapes.flatmap(lambda shape: hnp.arrays(np.int64, shape, elements=st.sampled_from([0, 2, 2, 4, 8])))


def after(board, moves):
    board = np.array(board)
    for direction in moves:
        board = slide_board(board, direction)[0]
    return board


@pytest.mark.parametrize(
    ("board", "n_moves", "tile", "moves"),
    [
        ([[2]], 5, 2, []),
        ([[0, 0, 0]], 5, 0, []),
        ([[2, 2]], 0, 2, []),
        ([[2, 2]], 1, 4, ["left"]),
        ([[2], [2]], 1, 4, ["up"]),
        ([[2, 2, 4]], 1, 4, []),  # the new 4 does not merge with the old one in the same move
        ([[2, 2, 4]], 2, 8, ["left", "left"]),
        ([[2, 2, 2, 2]], 9, 8, ["left", "left"]),
        ([[2, 0], [0, 2]], 1, 2, []),
        ([[2, 0], [0, 2]], 2, 4, ["left", "up"]),
        ([[2, 4], [4, 2]], 9, 4, []),  # stuck
    ],
)
def test_puzzles_worked_by_hand(board, n_moves, tile, moves):
    assert largest_tile(board, n_moves) == (tile, moves)


@given(small_boards, st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_it_finds_what_trying_every_sequence_of_moves_finds(board, n_moves):
    tile, moves = largest_tile(board, n_moves)
    tries = [way for n in range(n_moves + 1) for way in itertools.product(DIRECTIONS, repeat=n)]
    assert tile == max(after(board, way).max() for way in tries)
    assert after(board, moves).max() == tile
    assert len(moves) == min(len(way) for way in tries if after(board, way).max() == tile)


def test_no_board_is_moved_on_from_twice(monkeypatch):
    asked = []
    plain = puzzles2048.possible_moves

    def counted(board):
        asked.append(board.tobytes())
        return plain(board)

    monkeypatch.setattr(puzzles2048, "possible_moves", counted)
    largest_tile(2 ** np.random.default_rng(0).integers(1, 4, size=(4, 4)), 6)
    assert len(asked) == len(set(asked)) > 100


def test_the_given_board_stays_as_it_is():
    board = np.array([[2, 2], [2, 2]])
    largest_tile(board, 3)
    assert (board == 2).all()


@pytest.mark.parametrize(
    ("board", "n_moves", "error", "parts"),
    [
        ([[2, 2], [2]], 1, ValueError, ["`board`", "rows of equal length", "Write each row as a list"]),
        ([2, 2], 1, ValueError, ["`board`", "rows of tiles", "got [2, 2]"]),
        ([[]], 1, ValueError, ["`board`", "rows of tiles"]),
        ("22", 1, TypeError, ["`board`", "whole numbers", "'22'"]),
        (None, 1, TypeError, ["`board`", "got None"]),
        ([[True]], 1, TypeError, ["`board`", "whole numbers"]),
        ([[2.5]], 1, ValueError, ["`board`", "whole numbers"]),
        ([[np.nan]], 1, ValueError, ["`board`", "whole numbers"]),
        ([[3]], 1, ValueError, ["`board`", "2, 4, 8, 16", "got 3"]),
        ([[-2]], 1, ValueError, ["`board`", "got -2"]),
        ([[2**40]], 1, ValueError, ["`board`", "tiles up to"]),
        ([[2, 2]], -1, ValueError, ["`n_moves`", ">= 0", "got -1", "Use 0"]),
        ([[2, 2]], 1.0, TypeError, ["`n_moves`", "1.0"]),
    ],
)
def test_bad_input_is_refused_in_words(board, n_moves, error, parts):
    with pytest.raises(error) as caught:
        largest_tile(board, n_moves)
    assert all(part in str(caught.value) for part in parts), str(caught.value)
