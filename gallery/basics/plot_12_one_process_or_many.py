"""
Why is the program with four processes slower?
==============================================

You will compute A * B + C by hand, in threads and with numpy, see what the interpreter lock does to threads, and read
from measurements when a second process pays. Starting processes is skipped here, since it takes a file of its own; a
command does it.
"""

# %%
# An element of A * B is a row of A times a column of B. No row of the answer needs another row of the answer, so the
# work can be shared.

# sphinx_gallery_tags = ["basics", "intermediate", "3 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import ProcessesResult, compare_processes, multiply_add

print(multiply_add([[0], [1], [2]], [[1, 3]], [[3, 1], [3, 1], [3, 1]]))

# %%
# Threads: the naive try
# ----------------------
# Two threads share the rows. The ways take turns, five runs each; the fastest counts.


def ratios(result: ProcessesResult, way: str) -> str:
    return ", ".join(f"{ratio:.2f}" for ratio in result.fastest("one process") / result.fastest(way))


result = compare_processes([16, 32, 64, 128], ways=["threads", "numpy"], runs=5)
print("two threads against one:", ratios(result, "threads"), "times as fast")
_ = result.plot()

# %%
# Notice that two threads gain next to nothing at any size: one thread at a time runs Python. This
# *global interpreter lock* is free while a thread waits for a disk or the network, so there threads help. (A Python
# built without it has no such limit.)
#
# Compiled code
# -------------
# numpy does the same sums in compiled code, which releases the lock, and needs no second processor to win.

print("numpy against one process:", ratios(result, "numpy"), "times as fast")

# %%
# Notice how the gain grows with the size: changing lists into arrays and back costs n * n steps, the product n * n * n.
#
# Processes
# ---------
# Processes have an interpreter each and no common lock, but also no common memory: a task is packed, sent, unpacked and
# answered. The command ``python benchmarks/basics_puzzles.py`` compares two ways to share the work; the results page of
# this site shows what it printed.
#
# A task for each *element* sends a row and a column to save a few dozen multiplications: the slowest way at every size,
# and by far. That is the program of the question above, and its matrices had a handful of rows.
#
# A *block of rows* is one task for each process. It has one price, the sending, and one gain, half of the sums. The
# price grows with n * n, the gain with n * n * n: below some size one process wins, above it two. Where the crossing
# lies is a matter of measuring, on a machine that does nothing else.

for n in (4, 16, 64, 256):
    print(f"{n:>4} rows: {3 * n * n:>7} numbers to send, {n**3:>9} multiplications")

# %%
# Try it
# ------
# Write ``compare_processes([16, 64, 128, 256]).plot()`` into a file of your own and run it. Where is the crossing on
# your machine? How does it move when four processes share the work, or when the elements are numbers of thirty digits?
# Guess the second one from this:

big = [[10**30 + i * j for j in range(40)] for i in range(40)]
print(len(str(multiply_add(big, big, big)[0][0])), "digits")
