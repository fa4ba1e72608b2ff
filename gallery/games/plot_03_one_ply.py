"""
What does a player see that looks at the next tile only?
========================================================

A formula says how good a board is: room, the largest tile in a corner, order. A player that averages it over the next
tile beats greed, and walks into a trap that is one move away. How to look further is the next example.
"""

# %%
# A formula instead of a count
# ----------------------------
# Greed counts empty cells only. Three terms, weighted by hand, say more: each empty cell is worth 100, the largest tile
# ten times itself in a corner, each row or column in order a tenth of its sum.

# sphinx_gallery_tags = ["games", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.games import choose_move, legal_moves, move, play_many, solve_2048


def in_order(line):
    steps = np.diff(line)
    return (steps >= 0).all() or (steps <= 0).all()


def judge(board):
    corner = 10 * board.max() if board.max() in board[::3, ::3] else 0
    return 100 * (board == 0).sum() + corner + 0.1 * sum(line.sum() for line in [*board, *board.T] if in_order(line))


tidy = np.array([[64, 32, 16, 2], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
mixed = np.array([[0, 0, 16, 0], [0, 64, 0, 0], [2, 0, 0, 32], [0, 0, 0, 0]])
print(f"tidy {judge(tidy):,.1f}, the same tiles mixed {judge(mixed):,.1f}")

# %%
# One ply
# -------
# After the move chance adds a 2 (90 %) or a 4 (10 %) in any empty cell. The value of a move is the average of the
# formula over all of them. That is the whole player.


def one_ply(board):
    values = {}
    for direction in legal_moves(board):
        after, outcomes = move(board, direction)[0], []
        for row, column in np.argwhere(after == 0):
            for tile, chance in ((2, 0.9), (4, 0.1)):
                after[row, column] = tile
                outcomes.append(chance * judge(after))
            after[row, column] = 0
        values[direction] = sum(outcomes) / np.sum(after == 0)
    return max(values, key=values.get)


board = np.array([[64, 16, 4, 2], [8, 8, 0, 0], [2, 0, 0, 0], [0, 0, 0, 2]])
print("by hand:", one_ply(board), "- built in:", choose_move(board, "one-ply"))

# %%
# What it gains
# -------------
# The built-in twin of these lines plays 300 games in about two seconds.

for player in ("greedy", "one-ply"):
    result = play_many(player, 300, rng=0)
    print(f"{player:>7}: mean {result.scores.mean():,.0f}, 512 in {result.reached(512)[0]:.0%} of the games")

# %%
# What it cannot see
# ------------------
# The formula judges the board as the new tile finds it, not what can be done with it.

trap = np.array([[16, 256, 64, 32], [8, 32, 128, 256], [2, 4, 8, 0], [32, 2, 16, 32]])
after, _ = move(trap, one_ply(trap))
print("it moves", one_ply(trap), "and leaves", int((after == 0).sum()), "empty cell")
row, column = np.argwhere(after == 0)[0]
figure, axes = plt.subplots(1, 3, figsize=(8, 3), layout="constrained")
for ax, tile, title in zip(axes, (trap[row, column], 2, 4), ("before", "then a 2", "or a 4"), strict=True):
    shown = after.copy() if title != "before" else trap
    if title != "before":
        shown[row, column] = tile
    ax.imshow(np.log2(np.maximum(shown, 1)), cmap="cividis_r", vmin=0, vmax=16)
    for place, value in np.ndenumerate(shown):
        ax.text(*place[::-1], value or "", ha="center", va="center")
    ax.set(title=f"{title}: {len(legal_moves(shown))} legal moves", xticks=[], yticks=[])

# %%
# Notice that both boards on the right are lost: no neighbours are equal and no cell is empty. *Right* would have
# kept the game alive whatever came.

for player in ("one-ply", "depth-2"):
    print(f"{player}: {choose_move(trap, player)}")

# %%
# A player that looks at its own next move, too, is not fooled.

print(solve_2048("depth-2", rng=0, max_moves=1000))

# %%
# Try it
# ------
# Change a weight in ``judge``: what if a corner is worth nothing? Play ten games of ``one_ply`` with ``solve_2048``.
