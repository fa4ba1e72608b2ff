"""
A board is a number, and that makes search hundreds of times faster
===================================================================

You write a whole 2048 board as one number, slide its rows by looking them up in a table, and turn it by a handful of
masks. You see that the values stay the same, and what it does to the speed. How a compiler works is skipped.
"""

# %%
# The plain way
# -------------
# A board is an array of tiles. Looking two tiles ahead takes thousands of small arrays, each made and thrown away.

# sphinx_gallery_tags = ["games", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import timeit

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.games import evaluate, move, move_values, slide_row

board = np.array([[2, 16, 64, 512], [4, 8, 32, 128], [2, 4, 16, 32], [2, 0, 2, 8]])
print(board)
print({name: round(value) for name, value in move_values(board, depth=1).items()})

# %%
# One number for a board
# ----------------------
# A tile is known by its rank: 2 is 1, 4 is 2, 8 is 3 ... 32768 is 15, and 0 stands for an empty cell. That is one
# digit in hexadecimal. Sixteen digits are 64 bits, just what a processor holds in one register.


def pack(board):
    digits = [int(tile).bit_length() - 1 if tile else 0 for tile in board.flat]
    return sum(digit << 4 * cell for cell, digit in enumerate(digits))


number = pack(board)
print(f"{number:016x}")
print("the last row:", f"{number >> 48:04x}", " the first row:", f"{number & 0xFFFF:04x}")

# %%
# Read the digits from the right: 1, 4, 6, 9 are the ranks of 2, 16, 64, 512. A tile is put in by one *or*, and two
# boards are compared by one *equals*.

# %%
# A row is one of 65,536
# ----------------------
# Four digits make 16 bits, so there are no more than 65,536 rows. Slide each of them once, and never again.

ranks = np.arange(65_536)[:, None] >> np.arange(0, 16, 4) & 15  # (65536, 4)
tiles = np.where(ranks > 0, 2**ranks, 0)
rows = [row for row in range(65_536) if ranks[row].max() < 15]  # two tiles 32,768 would make one without a digit
left = {row: pack(np.array(slide_row(tiles[row])[0])) for row in rows}
print("rows in the table:", len(left))


def slide_left(number):
    return sum(left[number >> shift & 0xFFFF] << shift for shift in (0, 16, 32, 48))


print(f"{number:016x}\n{slide_left(number):016x}")
print("as the plain rules do:", slide_left(number) == pack(move(board, "left")[0]))

# %%
# Turning a board by masks
# ------------------------
# Up is left on the transposed board. Swap the two digits off the diagonal in every 2x2 block, then two of the blocks:
# six masks turn all sixteen cells at once.


def transpose(n):
    n = n & 0xF0F00F0FF0F00F0F | (n & 0x0000F0F00000F0F0) << 12 | (n & 0x0F0F00000F0F0000) >> 12
    return n & 0xFF00FF0000FF00FF | (n & 0x00FF00FF00000000) >> 24 | (n & 0x00000000FF00FF00) << 24


print("transposed:", transpose(number) == pack(board.T))
print("up:", transpose(slide_left(transpose(number))) == pack(move(board, "up")[0]))

# %%
# Judging is a table, too: the formula adds up a score for each row and each column, and there are 65,536 of them.

no_tiles = np.zeros((4, 4), dtype=int)
one_row = no_tiles.copy()
one_row[0] = board[0]
print("what the first row adds, with its four columns:", evaluate(one_row) - evaluate(no_tiles))

# %%
# What it buys
# ------------
# The package does all this in compiled code: ``compiled=True``. The values are equal to the last bit.

fast = move_values(board, depth=1, compiled=True)  # the first call prepares the machine code
print("equal:", fast == move_values(board, depth=1))
depths, seconds = (0, 1, 2), {"plain": [], "compiled": []}
for depth in depths:
    for name, compiled in (("plain", False), ("compiled", True)):
        times = timeit.repeat(lambda d=depth, c=compiled: move_values(board, depth=d, compiled=c), number=1, repeat=3)
        seconds[name].append(min(times))  # the shortest of three: other programs only add to it
ratio = seconds["plain"][2] / seconds["compiled"][2]
print("two tiles ahead, over 100 times faster:", ratio > 100)

# %%
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for name, marker, colour in (("plain", "o", "#d55e00"), ("compiled", "s", "#0072b2")):
    ax.plot(depths, seconds[name], marker=marker, color=colour, label=name)
ax.set(xlabel="chance layers looked through", ylabel="seconds for one move", yscale="log", xticks=depths)
ax.set_title("Each layer costs more, but from another start")
_ = ax.legend()

# %%
# Notice the scale: each line on it is a factor of ten. Numbers do not make the tree smaller; they make each of its
# boards so cheap that two more layers fit into the time of one move.

# %%
# Try it
# ------
# Write ``slide_right`` with a second table. Could the tile 65,536 be held in one hexadecimal digit?
