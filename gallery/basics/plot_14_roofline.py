"""
How fast is this machine, and what holds it back?
=================================================

You will measure how many operations a second your processor does in matrix products, and why most other work gets
nowhere near that number. Convolutions and work on several devices are skipped. The numbers on this page are those of
the machine that built it; yours will differ.
"""

# %%
# First, what is there: the processor, its memory, the accelerators that torch can use, and the types of numbers that
# each can multiply. Apple's, for one, have no float64: that is why networks are trained in float32 here.

# sphinx_gallery_tags = ["basics", "intermediate", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import time

import numpy as np

from ailiteracy.basics import DeviceReport, RooflineResult, device_report, matrix_roofline

report: DeviceReport = device_report()
print(report)

# %%
# The naive way to ask how fast
# -----------------------------
# Add two large arrays and count: one addition for each number.

n = 20_000_000
a, b = np.ones(n, dtype=np.float32), np.ones(n, dtype=np.float32)
out = np.empty_like(a)
np.add(a, b, out=out)  # the first touch of new memory is slow
began = time.perf_counter()
np.add(a, b, out=out)
print(f"{n / (time.perf_counter() - began) / 1e9:.2f} billion operations a second")

# %%
# That is far below what processors are sold for. An addition of float32 numbers moves 12 bytes, two numbers in and one
# out, for a single operation. The arithmetic waits for the memory.
#
# Work that uses a number often
# -----------------------------
# A product of two n x n matrices does 2 n^3 operations on 3 n^2 numbers: the larger, the more work for each byte.

result: RooflineResult = matrix_roofline(seconds=4)
print(result)
_ = result.plot()

# %%
# Notice the two limits: on the slope, memory decides; under the flat roof, the arithmetic. Small products lie low
# although they may lie above the slope: they fit into the processor's cache, which is faster than the memory, and lose
# their time on being called.

for dtype in result.dtypes:
    rates = ", ".join(f"{rate:.0f}" for rate in result.gflops[result.dtypes.index(dtype)])
    print(f"{dtype}: {rates} GFLOP/s at {result.sizes} rows")
    print(f"  needs {result.ridge(dtype):.0f} operations a byte to keep the arithmetic busy")

# %%
# A network's layers are matrix products when many samples come at once, and matrix times vector when one comes alone.
# The second has half an operation for each byte of float32 weights. So a language model that answers one person is
# limited by the memory: its speed is about the bandwidth divided by the bytes of its weights, and fewer bytes for each
# weight make it faster.

weights = 7e9 * 2  # seven billion, two bytes each
print(f"seven billion weights, read once for each token: {result.bandwidth / (weights / 1e9):.2f} tokens a second here")

# %%
# Try it
# ------
# Add ``"bfloat16"`` to ``dtypes``. On some processors it is the fastest type, on others many times slower than float32.
# Which kind is yours? What does a second thread (``torch.set_num_threads``) do to the roof, and what to the slope?

print(matrix_roofline([64, 256], dtypes=["float32", "bfloat16"], seconds=1, megabytes=64))
