"""
How far should a 2048 player look ahead?
========================================

Expectimax by hand on one board: judge the boards after each move, then look one tile further, then two. You see the
judgement change with depth, and what each layer costs. The proof that averages are the right measure is skipped.
"""

# %%
# A judgement without looking ahead
# ---------------------------------
# A formula judges a board by room, merges and order. It prefers the same tiles in order to the same tiles mixed up.

# sphinx_gallery_tags = ["games", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import time

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.games import choose_move, evaluate, legal_moves, move, move_values, solve_2048

tidy = np.array([[256, 128, 64, 32], [2, 4, 8, 16], [2, 0, 0, 0], [0, 0, 0, 0]])
mixed = np.array([[64, 2, 256, 16], [8, 128, 4, 32], [2, 0, 0, 0], [0, 0, 0, 0]])
print("tidy ", evaluate(tidy))
print("mixed", evaluate(mixed))

# %%
# The naive way: take the move whose board looks best. This is depth 0, no tile is looked at.

board = np.array([[128, 64, 16, 8], [64, 16, 4, 2], [16, 32, 16, 8], [8, 2, 0, 2]])
print(board)
for direction in legal_moves(board):
    print(f"{direction:>5}: {evaluate(move(board, direction)[0]):,}")

# %%
# It would move left.

# %%
# One chance layer by hand
# ------------------------
# After the move a tile appears. The value of the move is the average over every empty cell and both tiles, weighted by
# their probability; each of these boards is worth its own best move, and a lost one is worth 0.


def one_layer(after):
    total, cells = 0.0, np.argwhere(after == 0)
    for row, column in cells:
        for tile, probability in ((2, 0.9), (4, 0.1)):
            new = after.copy()
            new[row, column] = tile
            best = max([evaluate(move(new, name)[0]) for name in legal_moves(new)], default=0)
            total += probability / len(cells) * best
    return total


by_hand = {name: one_layer(move(board, name)[0]) for name in legal_moves(board)}
print({name: round(value) for name, value in by_hand.items()})
print({name: round(value) for name, value in move_values(board, depth=1).items()})

# %%
# Both lines agree: ``move_values`` with ``depth=1`` does just this. Now *down* is ahead.

# %%
# Looking further
# ---------------
# Each layer multiplies the work. The compiled twin gives the same values and makes depth 3 cheap.

depths = range(5)
values = {depth: move_values(board, depth=depth, compiled=True) for depth in depths}
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for direction, marker in zip(legal_moves(board), "os^", strict=True):
    ax.plot(depths, [values[depth][direction] / 1e6 for depth in depths], marker=marker, label=direction)
ax.set(xlabel="chance layers looked through", ylabel="value (millions)", xticks=depths)
ax.set_title("Two of three moves risk the game, seen two tiles ahead")
_ = ax.legend()

# %%
# Notice the fall at depth 2: after *left* or *right*, nearly half of what may follow is a lost board,
# worth 0. *Down* avoids it.

# %%
# What depth costs
# ----------------
# The plain code is written to be read; the compiled twin stands in a file of its own, and a test holds the two equal.

for depth in (0, 1, 2):
    began = time.perf_counter()
    plain = move_values(board, depth=depth)
    middle = time.perf_counter()
    compiled = move_values(board, depth=depth, compiled=True)
    ratio = (middle - began) / (time.perf_counter() - middle)
    print(f"depth {depth}: equal {plain == compiled}; the compiled twin is faster: {ratio > 1}")
print("The default player moves", choose_move(board))

# %%
# What the layers buy
# -------------------
# The same first tiles, 400 moves each: one player looks at the next tile only, the other two to four tiles ahead.

for player in ("one-ply", "expectimax"):
    print(solve_2048(player, rng=3, max_moves=400))

# %%
# Try it
# ------
# Give ``board`` more empty cells and time depth 2 again. Why does an emptier board take longer?
