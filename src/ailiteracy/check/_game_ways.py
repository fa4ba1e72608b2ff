"""Right and wrong ways to slide a row, to look ahead and to find a winner: what the checkers of games compare with.

Next: `_games.py`.
"""

import math
import random
from collections.abc import Callable, Iterable
from typing import Any

__all__ = [
    "alpha_beta", "chance_tree", "filled", "game_tree", "leave_holes", "look_ahead", "mean", "merge_again", "minimax",
    "slide", "tiles_of", "weighted", "winner_among",
]  # fmt: skip

Average = Callable[[list[float], list[float]], float]  # probabilities and values to one value

LINES = {
    "rows": ((0, 1, 2), (3, 4, 5), (6, 7, 8)),
    "columns": ((0, 3, 6), (1, 4, 7), (2, 5, 8)),
    "falling": ((0, 4, 8),),
    "rising": ((2, 4, 6),),
}


def slide(row: list[int]) -> tuple[list[int], int]:
    """Return a row after a move to the left, and its points."""
    tiles, slid, points = tiles_of(row), [], 0
    while tiles:
        twins = len(tiles) > 1 and tiles[0] == tiles[1]
        slid.append(2 * tiles[0] if twins else tiles[0])
        points += slid[-1] if twins else 0
        tiles = tiles[2 if twins else 1 :]
    return filled(slid), points


def tiles_of(row: Iterable[int]) -> list[int]:
    """Return a row without its empty cells."""
    return [tile for tile in row if tile]


def filled(tiles: list[int]) -> list[int]:
    """Return tiles as a row of four."""
    return tiles + [0] * (4 - len(tiles))


def merge_again(row: list[int]) -> tuple[list[int], int]:
    """Slide as a program does that lets a merged tile merge once more: 2 2 4 becomes 8."""
    slid: list[int] = []
    points = 0
    for tile in tiles_of(row):
        slid.append(tile)
        while len(slid) > 1 and slid[-1] == slid[-2]:
            slid[-2:] = [2 * slid[-1]]
            points += slid[-1]
    return filled(slid), points


def leave_holes(row: list[int]) -> list[int]:
    """Merge neighbours from the left without moving up the tiles behind them."""
    row = list(row)
    for place in range(3):
        if row[place] and row[place] == row[place + 1]:
            row[place : place + 2] = [2 * row[place], 0]
    return row


def look_ahead(tree: Any, choose: Callable[[list[float]], float], average: Average) -> float:
    """Return the value of a tree of choices (dicts) and chance (lists of pairs)."""
    if isinstance(tree, dict):
        return choose([look_ahead(child, choose, average) for child in tree.values()])
    if isinstance(tree, list):
        chances = [chance for chance, _ in tree]
        return average(chances, [look_ahead(child, choose, average) for _, child in tree])
    return float(tree)


def mean(values: list[float]) -> float:
    """Return the mean."""
    return sum(values) / len(values)


def weighted(chances: list[float], values: list[float]) -> float:
    """Return the mean in which each value counts as its probability says."""
    return sum(chance * value for chance, value in zip(chances, values, strict=True))


def chance_tree(rng: random.Random, depth: int, choice: bool = True) -> Any:
    """Return a random tree of choices and chance, with unequal probabilities and nodes of different sizes."""
    if depth == 0:
        return float(rng.randint(-9, 9))
    children = [chance_tree(rng, depth - 1, not choice) for _ in range(rng.randint(2, 4))]
    if choice:
        return dict(zip("abcd", children, strict=False))
    shares = [rng.randint(1, 9) for _ in children]
    return [(share / sum(shares), child) for share, child in zip(shares, children, strict=True)]


def game_tree(rng: random.Random, depth: int) -> Any:
    """Return a random tree of nested lists; some branches end early."""
    if depth == 0 or (depth < 3 and rng.random() < 0.2):
        return rng.randint(0, 9)
    return [game_tree(rng, depth - 1) for _ in range(rng.randint(2, 3))]


def minimax(tree: Any, turns: tuple[Callable[[list[int]], int], ...]) -> int:
    """Return the value of a tree when the functions choose by turns."""
    if not isinstance(tree, list):
        return int(tree)
    return turns[0]([minimax(child, (*turns[1:], turns[0])) for child in tree])


def alpha_beta(
    tree: Any,
    maximise: bool = True,
    alpha: float = -math.inf,
    beta: float = math.inf,
    *,
    equal: bool = True,
    far: bool = True,
) -> tuple[float, int]:
    """Return the value and the leaves seen; `equal` cuts at equal bounds, `far` hands both bounds down."""
    if not isinstance(tree, list):
        return tree, 1
    best, seen = (-math.inf if maximise else math.inf), 0
    for child in tree:
        below = (alpha, beta) if far else (alpha, math.inf) if maximise else (-math.inf, beta)
        value, more = alpha_beta(child, not maximise, *below, equal=equal, far=far)
        seen += more
        best = max(best, value) if maximise else min(best, value)
        alpha, beta = (max(alpha, best), beta) if maximise else (alpha, min(beta, best))
        if alpha > beta or (equal and alpha == beta):
            break
    return best, seen


def winner_among(board: tuple[str, ...], kinds: str = "rows columns falling rising", marks: str = "XO") -> str:
    """Return the mark that fills a line of one of these kinds; "" when none does."""
    cells = "".join(board)
    for line in (line for kind in kinds.split() for line in LINES[kind]):
        found = {cells[cell] for cell in line}
        if len(found) == 1 and found <= set(marks):
            return found.pop()
    return ""
