"""Checkers for games: the rules of 2048, looking ahead, and values that learn. The texts are in games.toml.

Rows, boards and trees are those where the usual mistakes show, and small trees drawn at random: unequal probabilities,
nodes of different sizes, a bound that comes from two moves above.

Next: `_reward.py`.
"""

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from ._game_ways import (
    alpha_beta,
    chance_tree,
    filled,
    game_tree,
    leave_holes,
    look_ahead,
    mean,
    merge_again,
    slide,
    tiles_of,
    weighted,
    winner_among,
)  # fmt: skip
from ._game_ways import (
    minimax as play_minimax,
)
from .judge import expect, expect_value
from .together import expect_together

Row = list[int]

DIRECTIONS = ("left", "right", "up", "down")
ROWS = (
    [2, 2, 4, 0], [4, 2, 2, 0], [2, 2, 2, 2], [2, 2, 2, 0], [0, 2, 0, 2], [4, 4, 8, 16], [2, 4, 8, 16], [0, 0, 0, 2],
)  # fmt: skip
BOARDS = (
    [[2, 0, 0, 0], [4, 0, 0, 0], [8, 0, 0, 0], [2, 0, 0, 0]],
    [[2, 4, 8, 16], [2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    [[2, 2, 4, 8], [16, 32, 64, 128], [2, 4, 8, 16], [4, 8, 16, 32]],
    [[2, 4, 8, 16], [2, 8, 16, 32], [2, 16, 32, 64], [4, 32, 64, 128]],
    [[4, 2, 0, 2], [4, 2, 2, 2], [8, 0, 4, 4], [8, 2, 4, 8]],
    [[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]],
)


def slide_row(answer: Any) -> None:
    def backwards(row: Row) -> Row:
        return slide(row[::-1])[0][::-1]

    slips = {
        "a tile made by a merge merged again in the same move.": lambda row: merge_again(row)[0],
        "merging begins at the side that the tiles slide to.": lambda row: filled(tiles_of(backwards(row))),
        "the tiles slid to the right.": backwards,
        "the tiles slid, but equal neighbours did not merge.": lambda row: filled(tiles_of(row)),
        "a hole is left where a tile merged.": lambda row: leave_holes(filled(tiles_of(row))),
        "tiles with only empty cells between them are neighbours.": lambda row: filled(tiles_of(leave_holes(row))),
        "the row is shorter than before: fill it up with zeros.": lambda row: tiles_of(slide(row)[0]),
    }
    expect_together(answer, [(row,) for row in ROWS], lambda row: slide(row)[0], slips)


def _columns(board: list[Row]) -> list[Row]:
    return [list(column) for column in zip(*board, strict=True)]


def points_up(answer: Any) -> None:
    for board in BOARDS:
        columns = _columns(board)
        points = sum(slide(column)[1] for column in columns)
        n_merges = sum(len(tiles_of(column)) - len(tiles_of(slide(column)[0])) for column in columns)
        slips = {
            "these are the points of a move to the left: look at the columns.": sum(slide(row)[1] for row in board),
            "a tile made by a merge merged again in the same move.": sum(merge_again(column)[1] for column in columns),
            "this is how many pairs merge; a merge earns the value of its new tile.": n_merges,
            "a merge earns the value of its new tile, not of one of the old ones.": points // 2,
            "this is the sum of all tiles.": sum(map(sum, board)),
            "the points of all four moves, or of two, were added up.": 2 * points,
        }
        expect(answer, (board,), points, slips)


def _moves_where(board: list[Row], changes: Callable[[Row], bool]) -> list[str]:
    """Return the directions in which one of the lines, read from the side that tiles slide to, changes."""
    columns = _columns(board)
    lines = (board, [row[::-1] for row in board], columns, [column[::-1] for column in columns])
    return [name for name, rows in zip(DIRECTIONS, lines, strict=True) if any(map(changes, rows))]


def legal_moves(answer: Any) -> None:
    def right(board: list[Row]) -> list[str]:
        return _moves_where(board, lambda line: slide(line)[0] != line)

    def has_room(board: list[Row]) -> bool:
        return any(0 in row for row in board)

    slips = {
        "an empty cell does not make a move legal: something has to change.": lambda board: (
            [*DIRECTIONS] if has_room(board) else []
        ),
        "on a full board equal neighbours can still merge.": lambda board: right(board) if has_room(board) else [],
        "a move that merges nothing is legal too when a tile slides.": lambda board: _moves_where(
            board, lambda line: slide(line)[1] > 0
        ),
        "a move in which tiles merge and nothing else moves is legal too.": lambda board: _moves_where(
            board, lambda line: filled(tiles_of(line)) != line
        ),
        "rows and columns are the wrong way round.": lambda board: right(_columns(board)),
        "these moves change nothing.": lambda board: [name for name in DIRECTIONS if name not in right(board)],
    }
    expect_together(answer, [(board,) for board in BOARDS], right, slips)


def most_room(answer: Any) -> None:
    def room(board: list[Row]) -> int:
        return sum(row.count(0) for row in board)

    def most(boards: dict[str, list[Row]], value: Callable[[list[Row]], int], last: bool = False) -> str:
        return max(reversed(boards) if last else boards, key=lambda name: value(boards[name]))

    full, half, empty = [[2, 4], [8, 16]], [[0, 0], [64, 2]], [[0, 0], [0, 2]]
    cases = (
        {"left": full, "right": half, "up": empty, "down": full},
        {"up": half, "right": empty, "down": empty},
        {"down": full},
        {"left": half, "up": full, "down": half},
    )
    slips: dict[str, Callable[..., Any]] = {
        "of equals the first is asked for, and this is the last.": lambda boards: most(boards, room, last=True),
        "this is the move that leaves the fewest empty cells.": lambda boards: most(boards, lambda board: -room(board)),
        "this is the move with the largest tile.": lambda boards: most(boards, lambda board: max(map(max, board))),
        "this is how many cells are empty; the name of the move is asked for.": lambda boards: max(
            map(room, boards.values())
        ),
        "this is the name that comes last in the alphabet: `max` needs a `key`.": max,
        "this is the first move, whatever it leaves.": lambda boards: next(iter(boards)),
    }
    expect_together(answer, [(boards,) for boards in cases], lambda boards: most(boards, room), slips)


def tile_value(answer: Any) -> None:
    for twos, fours in (([10.0, 20.0], [0.0, 40.0]), ([7.0], [3.0]), ([1.0, 2.0, 6.0, 3.0], [5.0, 0.0, 0.0, 1.0])):
        want = 0.9 * mean(twos) + 0.1 * mean(fours)
        slips = {
            "a 2 and a 4 count alike here, and a 2 is nine times as likely.": (mean(twos) + mean(fours)) / 2,
            "the probabilities of 2 and 4 are the wrong way round.": 0.1 * mean(twos) + 0.9 * mean(fours),
            "the probabilities of all outcomes add up to 1: each cell has a share.": want * len(twos),
            "this is the best that can happen, and chance does not choose.": max(twos + fours),
            "this is the worst that can happen, and chance does not choose.": min(twos + fours),
            "the 4s are left out.": mean(twos),
            "two means were added up: how likely is each?": mean(twos) + mean(fours),
        }
        expect(answer, (twos, fours), want, slips)


def expectimax(answer: Any) -> None:
    rng = random.Random(0)
    trees = [{"safe": 6.0, "risky": [(0.5, 1.0), (0.5, 9.0)]}, {"a": [(0.9, 1.0), (0.1, 8.0)], "b": 3.0}, [(1.0, 4.0)]]
    for tree in (*trees, *(chance_tree(rng, depth) for depth in (2, 3, 3, 4))):
        slips = {
            "all outcomes count alike here; each has a probability.": look_ahead(tree, max, lambda _, v: mean(v)),
            "chance does not choose the best outcome.": look_ahead(tree, max, lambda _, v: max(v)),
            "chance is no opponent that chooses the worst outcome.": look_ahead(tree, max, lambda _, v: min(v)),
            "only the likeliest outcome counts here.": look_ahead(tree, max, lambda p, v: v[p.index(max(p))]),
            "a choice is worth its best move, not the mean of its moves.": look_ahead(tree, mean, weighted),
            "a choice is worth its best move, not its worst.": look_ahead(tree, min, weighted),
        }
        expect(answer, (tree,), look_ahead(tree, max, weighted), slips)


def minimax(answer: Any) -> None:
    rng = random.Random(1)
    trees = [[[3, 5], [2, 6], [9, 1]], [4, [7, 8], [[1, 9], 6]], *(game_tree(rng, depth) for depth in (3, 3, 4, 4))]
    slips = {
        "Max is to move first, not Min.": lambda tree: play_minimax(tree, (min, max)),
        "the players take turns, and here Max moves all the time.": lambda tree: play_minimax(tree, (max,)),
        "the players take turns, and here Min moves all the time.": lambda tree: play_minimax(tree, (min,)),
        "after Min it is Max's turn again.": lambda tree: max(play_minimax(child, (min,)) for child in tree),
    }
    expect_together(answer, [(tree,) for tree in trees], lambda tree: play_minimax(tree, (max, min)), slips)


def leaves_seen(answer: Any) -> None:
    rng = random.Random(2)
    trees = [[[3, 5], [2, 6], [9, 1]], [[4, 6], [4, 9]], *(game_tree(rng, depth) for depth in (3, 4, 4, 5, 5))]

    def n_leaves(tree: Any) -> int:
        return str(tree).count(",") + 1

    slips = {
        "these are all leaves: nothing was cut.": n_leaves,
        "this is how many leaves were cut.": lambda tree: n_leaves(tree) - alpha_beta(tree)[1],
        "equal bounds are enough for a cut.": lambda tree: alpha_beta(tree, equal=False)[1],
        "a node gets both bounds of the node above it, those from further up too.": lambda tree: alpha_beta(
            tree, far=False
        )[1],
        "Max is to move first, not Min.": lambda tree: alpha_beta(tree, maximise=False)[1],
        "this is the value of the tree.": lambda tree: int(alpha_beta(tree)[0]),
    }
    expect_together(answer, [(tree,) for tree in trees], lambda tree: alpha_beta(tree)[1], slips)


def cut_leaves(answer: Any) -> None:
    slips = {
        "These are the leaves that are looked at.": [4, 6, 3, 8, 2, 10, 1],
        "A leaf that settles a branch has been looked at itself.": [3, 7, 9, 2, 5],
        "In one branch more than one leaf is left when Min has found enough.": [7, 5],
        "One branch more has a leaf behind the one that settles it.": [7, 9],
        "The last branch is only settled by its last leaf.": [7, 9, 5, 1],
        "The first branch has no bound to compare with.": [6, 7, 9, 5],
    }
    expect_value(answer, [7, 9, 5], slips)


def winner(answer: Any) -> None:
    boards = (
        ("...", "XXX", "OO."), ("X..", "XOO", "X.."), ("O.X", "XO.", "X.O"), ("XXO", ".OX", "O.."),
        ("XOX", "XOO", "OXX"), ("...", "...", "..."), ("OOO", "XX.", "X.."), ("..X", ".OX", "O.X"),
    )  # fmt: skip
    slips = {
        "three empty cells in a line win nothing.": lambda board: winner_among(board, marks="XO."),
        "columns are lines too.": lambda board: winner_among(board, "rows falling rising"),
        "rows are lines too.": lambda board: winner_among(board, "columns falling rising"),
        "diagonals are lines too.": lambda board: winner_among(board, "rows columns"),
        "there are two diagonals, and the one that rises is missing.": lambda board: winner_among(
            board, "rows columns falling"
        ),
        "there are two diagonals, and the one that falls is missing.": lambda board: winner_among(
            board, "rows columns rising"
        ),
        "only rows were looked at.": lambda board: winner_among(board, "rows"),
        "X is not the only one who can win.": lambda board: winner_among(board, marks="X"),
    }
    expect_together(answer, [(board,) for board in boards], winner_among, slips)


def uct_bounds(answer: Any) -> None:
    for totals, visits, c in (([3.0, 1.0, -2.0], [4, 2, 3], 1.4), ([5.0, 0.0, 1.0], [9, 0, 1], 0.5), ([2.0], [2], 1.0)):
        total, n = np.array(totals), np.array(visits)
        tried, n_all = n > 0, n.sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            average, bonus = total / n, c * np.sqrt(np.log(n_all) / n)
            ways = {
                "these are the means alone: the bonus for moves tried little is missing.": average,
                "the results are added up; the bound begins with their mean.": total + bonus,
                "the root is missing.": average + c * np.log(n_all) / n,
                "the logarithm is of the visits of all moves together.": average + c * np.sqrt(np.log(n) / n),
                "the logarithm is missing.": average + c * np.sqrt(n_all / n),
                "the exploration had no effect.": average + bonus / c,
            }
            slips = {hint: np.where(tried, bounds, np.inf) for hint, bounds in ways.items()}
            slips["a move never tried has 0 / 0; it is to come first, with infinity."] = average + bonus
            slips["a move never tried is to come first, with infinity."] = np.where(tried, average + bonus, 0.0)
            want = np.where(tried, average + bonus, np.inf)
        expect(answer, (total, n, c), want, slips)


def td_update(answer: Any) -> None:
    for value, points, later, rate in ((10.0, 4.0, 20.0, 0.1), (100.0, 0.0, 60.0, 0.5), (8.0, 4.0, None, 0.25)):
        target = points + (later or 0.0)
        slips = {
            "the value goes all the way to its target; it moves by a share, the rate.": target,
            "the value moves away from its target.": value - rate * (target - value),
            "the points of the move are left out.": value + rate * ((later or 0.0) - value),
            "a share of the target was added; what is added is a share of the difference.": value + rate * target,
            "this is how far the value moves, not where it gets to.": rate * (target - value),
            "when nothing follows the target is 0, and the value still moves.": value,
        }
        expect(answer, (value, points, later, rate), value + rate * (target - value), slips)
