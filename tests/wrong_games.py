"""Typical wrong answers to the exercises on games, with a part of the hint that each must get."""

import math

import numpy as np

from ailiteracy import games


def squeeze(row):
    return [tile for tile in row if tile]


def fill(tiles):
    return tiles + [0] * (4 - len(tiles))


def slide(row):
    tiles, slid = squeeze(row), []
    while tiles:
        tile = tiles.pop(0)
        if tiles and tiles[0] == tile:
            tile += tiles.pop(0)
        slid.append(tile)
    return fill(slid)


def merge_on(row):
    """The loop looks at the tile it has just made again."""
    tiles, i = squeeze(row), 0
    while i + 1 < len(tiles):
        if tiles[i] == tiles[i + 1]:
            tiles[i : i + 2] = [2 * tiles[i]]
            i = max(i - 1, 0)
        else:
            i += 1
    return fill(tiles)


def merge_in_place(row):
    for i in range(3):
        if row[i] and row[i] == row[i + 1]:
            row[i], row[i + 1] = 2 * row[i], 0
    return row


def points_again(row):
    """The points of a row, when merged tiles may merge again."""
    slid, points = [], 0
    for tile in squeeze(row):
        slid.append(tile)
        while len(slid) > 1 and slid[-1] == slid[-2]:
            slid[-2:] = [2 * slid[-1]]
            points += slid[-1]
    return points


def columns(board):
    return [list(column) for column in zip(*board, strict=True)]


def moves_if(board, changes):
    lines = {"left": board, "right": [row[::-1] for row in board]}
    lines |= {"up": columns(board), "down": [column[::-1] for column in columns(board)]}
    return [name for name in lines if any(changes(line) for line in lines[name])]


def tree_value(tree, choose=max, average=None):
    if isinstance(tree, dict):
        return float(choose([tree_value(child, choose, average) for child in tree.values()]))
    if isinstance(tree, list):
        values = [tree_value(child, choose, average) for _, child in tree]
        if average:
            return float(average(values))
        return sum(chance * value for (chance, _), value in zip(tree, values, strict=True))
    return float(tree)


def likeliest(tree):
    if isinstance(tree, dict):
        return max(likeliest(child) for child in tree.values())
    if isinstance(tree, list):
        return likeliest(max(tree, key=lambda pair: pair[0])[1])
    return float(tree)


def minimax(tree, choose, other):
    if not isinstance(tree, list):
        return tree
    return choose(minimax(child, other, choose) for child in tree)


def leaves(tree):
    return sum(map(leaves, tree)) if isinstance(tree, list) else 1


def seen(tree, mine=True, alpha=-math.inf, beta=math.inf, strict=False, shallow=False):
    """Alpha-beta with two switches for its two usual mistakes; returns the value and the leaves seen."""
    if not isinstance(tree, list):
        return tree, 1
    best, n = -math.inf if mine else math.inf, 0
    for child in tree:
        if shallow:
            value, more = seen(child, not mine, *((best, math.inf) if mine else (-math.inf, best)), strict, True)
        else:
            value, more = seen(child, not mine, alpha, beta, strict)
        n += more
        best = max(best, value) if mine else min(best, value)
        if mine:
            alpha = max(alpha, best)
        else:
            beta = min(beta, best)
        if alpha > beta or (alpha == beta and not strict):
            break
    return best, n


def line_of(board, lines, marks="XO"):
    cells = "".join(board)
    found = [cells[a] for a, b, c in lines if cells[a] == cells[b] == cells[c] and cells[a] in marks]
    return found[0] if found else ""


ROWS, COLUMNS = [(0, 1, 2), (3, 4, 5), (6, 7, 8)], [(0, 3, 6), (1, 4, 7), (2, 5, 8)]
FALLING, RISING = [(0, 4, 8)], [(2, 4, 6)]


def bounds(totals, visits, bonus, mean=None):
    with np.errstate(all="ignore"):
        average = totals / visits if mean is None else mean
        return np.where(visits > 0, average + bonus, np.inf)


def ln_all(visits):
    return np.log(visits.sum())


def later(value):
    return value or 0.0


WRONG = {
    "games-slide-row": [
        (merge_on, "merged again"),
        (lambda row: fill(squeeze(slide(row[::-1])[::-1])), "begins at the side"),
        (lambda row: slide(row[::-1])[::-1], "slid to the right"),
        (lambda row: fill(squeeze(row)), "did not merge"),
        (lambda row: merge_in_place(fill(squeeze(row))), "a hole is left"),
        (lambda row: fill(squeeze(merge_in_place(list(row)))), "only empty cells"),
        (lambda row: squeeze(slide(row)), "fill it up"),
        (merge_in_place, "changes its input"),
        (lambda row: games.slide_row(row), "4 items are asked for, 2 came"),
    ],
    "games-points-up": [
        (lambda board: games.move(board, "left")[1], "look at the columns"),
        (lambda board: sum(points_again(column) for column in columns(board)), "merged again"),
        (lambda board: int((games.move(board, "up")[0] == 0).sum() - np.equal(board, 0).sum()), "how many pairs"),
        (lambda board: games.move(board, "up")[1] // 2, "not of one of the old ones"),
        (lambda board: sum(map(sum, board)), "sum of all tiles"),
        (lambda board: games.move(board, "up")[1] + games.move(board, "down")[1], "of all four moves, or of two"),
    ],
    "games-legal-moves": [
        (
            lambda board: ["left", "right", "up", "down"] if any(0 in row for row in board) else [],
            "an empty cell does not",
        ),
        (lambda board: games.legal_moves(board) if any(0 in row for row in board) else [], "on a full board"),
        (lambda board: moves_if(board, lambda line: slide(line) != fill(squeeze(line))), "merges nothing is legal"),
        (lambda board: moves_if(board, lambda line: fill(squeeze(line)) != line), "nothing else moves"),
        (lambda board: games.legal_moves(columns(board)), "wrong way round"),
        (
            lambda board: [name for name in ("left", "right", "up", "down") if name not in games.legal_moves(board)],
            "change nothing",
        ),
        (lambda board: games.legal_moves(board)[::-1], "Item 0"),
    ],
    "games-most-room": [
        (lambda boards: max(reversed(boards), key=lambda name: sum(r.count(0) for r in boards[name])), "the last"),
        (lambda boards: min(boards, key=lambda name: sum(r.count(0) for r in boards[name])), "fewest"),
        (lambda boards: max(boards, key=lambda name: max(map(max, boards[name]))), "largest tile"),
        (lambda boards: max(sum(r.count(0) for r in board) for board in boards.values()), "how many cells"),
        (max, "needs a `key`"),
        (lambda boards: next(iter(boards)), "the first move, whatever"),
    ],
    "games-tile-value": [
        (lambda two, four: sum(two + four) / len(two + four), "nine times as likely"),
        (lambda two, four: (sum(two) + 9 * sum(four)) / len(two) / 10, "wrong way round"),
        (lambda two, four: sum(0.9 * a + 0.1 * b for a, b in zip(two, four, strict=True)), "each cell has a share"),
        (lambda two, four: max(two + four), "the best that can happen"),
        (lambda two, four: min(two + four), "the worst that can happen"),
        (lambda two, four: sum(two) / len(two), "4s are left out"),
        (lambda two, four: (sum(two) + sum(four)) / len(two), "two means"),
    ],
    "games-expectimax": [
        (lambda tree: tree_value(tree, max, np.mean), "count alike"),
        (lambda tree: tree_value(tree, max, max), "does not choose the best"),
        (lambda tree: tree_value(tree, max, min), "no opponent"),
        (likeliest, "likeliest outcome"),
        (lambda tree: tree_value(tree, np.mean), "not the mean of its moves"),
        (lambda tree: tree_value(tree, min), "not its worst"),
    ],
    "games-minimax": [
        (lambda tree: minimax(tree, min, max), "Max is to move first"),
        (lambda tree: minimax(tree, max, max), "Max moves all the time"),
        (lambda tree: minimax(tree, min, min), "Min moves all the time"),
        (lambda tree: max(minimax(child, min, min) for child in tree), "Max's turn again"),
        (lambda tree: max(min(child) for child in tree), "raised TypeError"),
    ],
    "games-leaves-seen": [
        (leaves, "nothing was cut"),
        (lambda tree: leaves(tree) - seen(tree)[1], "how many leaves were cut"),
        (lambda tree: seen(tree, strict=True)[1], "equal bounds"),
        (lambda tree: seen(tree, shallow=True)[1], "both bounds"),
        (lambda tree: seen(tree, mine=False)[1], "Max is to move first"),
        (lambda tree: seen(tree)[0], "value of the tree"),
    ],
    "games-cut-leaves": [
        ([4, 6, 3, 8, 2, 10, 1], "that are looked at"),
        ([3, 7, 9, 2, 5], "looked at itself"),
        ([7, 5], "more than one leaf is left"),
        ([7, 9], "One branch more"),
        ([7, 9, 5, 1], "only settled by its last"),
        ([6, 7, 9, 5], "no bound to compare with"),
        ([1, 2, 3], "Item 0"),
        (7, "A list is asked for"),
    ],
    "games-winner": [
        (lambda board: line_of(board, ROWS + COLUMNS + FALLING + RISING, "XO."), "three empty cells"),
        (lambda board: line_of(board, ROWS + FALLING + RISING), "columns are lines"),
        (lambda board: line_of(board, COLUMNS + FALLING + RISING), "rows are lines"),
        (lambda board: line_of(board, ROWS + COLUMNS), "diagonals are lines"),
        (lambda board: line_of(board, ROWS + COLUMNS + FALLING), "the one that rises"),
        (lambda board: line_of(board, ROWS + COLUMNS + RISING), "the one that falls"),
        (lambda board: line_of(board, ROWS + COLUMNS + FALLING + RISING, "X"), "not the only one"),
        (lambda board: line_of(board, ROWS), "only rows"),
        (lambda board: line_of(board, ROWS + COLUMNS + FALLING + RISING) or None, "returns None"),
    ],
    "games-uct-bounds": [
        (lambda t, n, c: t / n + c * np.sqrt(ln_all(n) / n), "0 / 0"),
        (
            lambda t, n, c: np.where(n > 0, bounds(t, n, c * np.sqrt(ln_all(n) / n)), 0.0),
            "never tried is to come first",
        ),
        (lambda t, n, c: bounds(t, n, 0.0), "means alone"),
        (lambda t, n, c: bounds(t, n, c * np.sqrt(ln_all(n) / n), mean=t), "added up"),
        (lambda t, n, c: bounds(t, n, c * ln_all(n) / n), "root is missing"),
        (lambda t, n, c: bounds(t, n, c * np.sqrt(np.log(n) / n)), "of all moves together"),
        (lambda t, n, c: bounds(t, n, c * np.sqrt(n.sum() / n)), "logarithm is missing"),
        (lambda t, n, c: bounds(t, n, np.sqrt(ln_all(n) / n)), "exploration had no effect"),
    ],
    "games-td-update": [
        (lambda v, p, n, r: p + later(n), "all the way"),
        (lambda v, p, n, r: v - r * (p + later(n) - v), "away from"),
        (lambda v, p, n, r: v + r * (later(n) - v), "points of the move"),
        (lambda v, p, n, r: v + r * (p + later(n)), "share of the target"),
        (lambda v, p, n, r: r * (p + later(n) - v), "how far the value moves"),
        (lambda v, p, n, r: v if n is None else v + r * (p + n - v), "when nothing follows"),
        (lambda v, p, n, r: v + r * (p + n - v), "raised TypeError"),
    ],
}
