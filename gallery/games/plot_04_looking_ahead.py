"""
How far should a 2048 player look ahead?
========================================

Expectimax by hand on one board: judge the boards after each move, then look one tile further, then two. You see the
judgement change with depth, and how fast the work grows. The proof that averages are the right measure is skipped.
"""

# %%
# A judgement without looking ahead
# ---------------------------------
# A formula judges a board by room, merges and order. The naive way is to take the move whose board looks best. This is
# depth 0: *depth* counts the new tiles looked at, the chance layers.

# sphinx_gallery_tags = ["games", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.games import choose_move, evaluate, legal_moves, move, move_values, pruned_values, solve_2048

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
# The same idea, layer upon layer. The compiled twin of the plain code finds the same values and makes depth 4 quick.

depths = range(5)
values = {depth: move_values(board, depth=depth, compiled=True) for depth in depths}
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for direction, marker in zip(legal_moves(board), "os^", strict=True):
    ax.plot(depths, [values[depth][direction] / 1e6 for depth in depths], marker=marker, label=direction)
ax.set(xlabel="depth: chance layers looked through", ylabel="value (millions)", xticks=depths)
ax.set_title("Two of three moves risk the game, seen two tiles ahead")
_ = ax.legend()

# %%
# Notice the fall at depth 2: after *left* or *right*, nearly half of what may follow is a lost board,
# worth 0. *Down* avoids it.

# %%
# Why depth explodes
# ------------------
# Every layer puts two tiles into every empty cell and tries up to four moves on each of these boards. Counted for the
# crowded board above and for one that is nearly empty:

roomy = np.array([[64, 16, 4, 0], [8, 2, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0]])
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for name, start, marker in (("one empty cell", board, "o"), ("ten empty cells", roomy, "s")):
    counts = [pruned_values(start, depth=depth, compiled=True).n_judged for depth in range(4)]
    print(f"{name}: {', '.join(f'{count:,}' for count in counts)} boards at depth 0, 1, 2, 3")
    ax.plot(range(4), counts, marker=marker, label=name)
ax.set(yscale="log", xlabel="depth", ylabel="boards judged for one move", xticks=range(4))
ax.set_title("Each layer multiplies the work, by more where there is room")
_ = ax.legend()

# %%
# Notice that the lines are nearly straight on a scale of powers of ten: the work grows exponentially. On the roomy
# board one more layer costs about seventy times as much: a machine ten times as fast does not get one layer further.

# %%
# What the layers buy
# -------------------
# The same first tiles, 400 moves each: *one-ply* judges the board after the next tile, *depth-2* looks two tiles ahead,
# *expectimax* two to five, more where it is crowded and dangerous.

for player in ("one-ply", "depth-2", "expectimax"):
    print(solve_2048(player, rng=3, max_moves=400))
print("On the board above they move", {name: choose_move(board, name) for name in ("one-ply", "depth-2", "expectimax")})

# %%
# Try it
# ------
# Fill some cells of ``roomy`` and count again. How many empty cells may a board have if depth 3 is to judge 100,000
# boards at most?
