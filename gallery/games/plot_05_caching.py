"""
Why should a search remember where it has been?
===============================================

Different moves and tiles lead to the same board, and a plain search looks at it again each time. You see how often that
happens, what a memory saves, and why a small table of fixed size does as well as one that keeps everything.
"""

# %%
# The same board by two ways
# --------------------------
# A new tile in either of two places, the same move, and the boards are the same.

# sphinx_gallery_tags = ["games", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import zlib

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.games import legal_moves, move, pruned_values, solve_2048

for first_row in ([8, 4, 0, 2], [8, 4, 2, 0]):
    board = [first_row, [0, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    print(first_row, "above", board[1], "become", move(board, "left")[0][:2].tolist())

# %%
# How often a search meets a board again
# --------------------------------------
# Two tiles ahead, the boards between the first and the second tile are the ones to search once. This lists them for one
# move, in the order in which a search asks for them.


def asked_for(board):
    for first in legal_moves(board):
        after = move(board, first)[0]
        for row, column in np.argwhere(after == 0):
            for tile in (2, 4):
                new = after.copy()
                new[row, column] = tile
                for second in legal_moves(new):
                    yield move(new, second)[0].tobytes()


boards = list(solve_2048("depth-2-bounded", rng=0, max_moves=640).boards())
keys = list(asked_for(boards[-1]))
print(f"one move asks for {len(keys)} boards, {len(set(keys))} of them different")

# %%
# The naive way to remember
# -------------------------
# A ``set`` or a ``dict`` that keeps every board finds all of these again. It also keeps what no move will ever ask for
# again, and grows for as long as the game lasts.

asked = [key for board in boards[-60:] for key in asked_for(board)]
for n_asked in (len(asked) // 4, len(asked) // 2, len(asked)):
    print(f"{n_asked:,} times asked: {len(set(asked[:n_asked])):,} boards kept")
most = 1 - len(set(asked)) / len(asked)
print(f"found again: {most:.1%}")

# %%
# These were 60 moves, two tiles ahead. A cache of this kind under a deeper search took 1.4 GB after 113 moves.
#
# A table of fixed size
# ---------------------
# Give each board one slot, computed from the board, and let a new board push out the one that is there.


def share_found(n_slots):
    slots, n_found = {}, 0
    for key in asked:
        slot = zlib.crc32(key) % n_slots  # any number that looks like chance and is always the same for a board
        n_found += slots.get(slot) == key
        slots[slot] = key
    return n_found / len(asked)


sizes = [4**i for i in range(1, 8)]
shares = [share_found(n_slots) for n_slots in sizes]
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(sizes, shares, "o-", label="a table with so many slots")
ax.axhline(most, color="black", linestyle="--", label=f"all {len(set(asked)):,} boards kept")
ax.set(xscale="log", xlabel="slots", ylabel="share found again", ylim=(0, 0.65))
ax.set_title("A small table finds nearly all that can be found")
_ = ax.legend()

# %%
# Notice how early the curve is flat: a search comes back to a board soon or never, so forgetting the old ones costs
# little.

for n_slots, share in zip(sizes, shares, strict=True):
    print(f"{n_slots:>6,} slots: {share / most:.0%} of what can be found")

# %%
# What it saves
# -------------
# With a memory the same search judges fewer boards and finds the same values.

board = np.array([[2, 16, 4, 2], [8, 2, 32, 0], [4, 64, 0, 0], [2, 4, 16, 2]])
plain, cached = (pruned_values(board, depth=2, remember=remember) for remember in (False, True))
print(f"without a memory {plain.n_judged:,} boards judged, with one {cached.n_judged:,}")
print("equal values:", plain.values == cached.values)

# %%
# The players *depth-2* and *depth-2-cached* play the same game; the second one needs about two thirds of the time.

games = [solve_2048(player, rng=0, max_moves=300) for player in ("depth-2", "depth-2-cached")]
print("the same moves:", games[0].moves == games[1].moves)

# %%
# Try it
# ------
# A board and its mirror image are worth the same. How many different boards are left when they count as one?
