"""The matrix of weights of the course's later 2048 programs, beside the formula that judges lines here."""

import numpy as np

from ailiteracy.games import evaluate

MATRIX = np.array([[65536, 32768, 16384, 8192], [512, 1024, 2048, 4096], [256, 512, 1024, 2048], [128, 256, 512, 1024]])
ROOM = 500  # what those programs give for an empty cell


def test_the_matrix_falls_along_no_snake():
    snakes = []
    for turned in (MATRIX, MATRIX.T):
        for first in (1, -1):  # the first row read forwards or backwards, each next one the other way
            snakes.append(np.concatenate([row[:: first * (-1) ** i] for i, row in enumerate(turned)]))
    assert not any((np.diff(snake) < 0).all() for snake in snakes)
    assert MATRIX[1, 0] == 512 < MATRIX[0, 0] / 100  # 512 stands right under 65536


def test_one_tile_outweighs_every_other_term():
    one_step = 2048 * (MATRIX[0, 0] - MATRIX[0, 1])  # a 2048 that leaves its corner by one cell
    assert one_step > 1_000 * 16 * ROOM  # a board without any tile would gain 16 times the room


def test_here_order_counts_line_by_line():
    board = np.zeros((4, 4), dtype=int)
    board[0] = [256, 64, 16, 2]
    mixed = board.copy()
    mixed[0] = [16, 256, 2, 64]
    assert evaluate(mixed) < evaluate(board)
    assert evaluate(board) == evaluate(board[::-1, ::-1]) == evaluate(board.T)  # whichever corner it is
