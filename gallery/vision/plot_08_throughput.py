"""
How many pictures a second does this machine take?
==================================================

"Use larger batches", "use all cores", "use 16 bits": advice from other machines. You will measure what holds on the one
you have, one setting at a time. Starting worker processes and compiling are left to a command at the end.
"""

# %%
# The naive way: time one step.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import time

import torch

from ailiteracy import vision

torch.manual_seed(0)
network = vision.ResNet("resnet8", channels=3, size=(32, 32))
images, labels = torch.rand(16, 3, 32, 32), torch.randint(10, (16,))
for attempt in range(4):
    started = time.perf_counter()
    torch.nn.functional.cross_entropy(network(images), labels).backward()
    print(f"attempt {attempt}: {16 / (time.perf_counter() - started):,.0f} pictures per second")

# %%
# The first step is often the slowest: memory is asked for, kernels are chosen. And no two are alike. So: warm up,
# repeat, take the median.
#
# One setting at a time
# ---------------------
what = ("batch_size", "threads", "memory_format", "precision")
speed = vision.measure_throughput(what, seconds=0.6, device="cpu")
print(speed.table())
_ = speed.plot()

# %%
# Within a panel only one thing differs. Larger batches help until the processor is busy all the time. A second thread
# rarely doubles the speed.
for name in ("batch_size", "precision"):
    row = speed.best(name)
    print(f"fastest {name}: {row.setting}, {row.images_per_second:,.0f} pictures per second")

# %%
# Sixteen bits
# ------------
# On many processors bfloat16 is *slower*: they have no instructions for it and turn it into 32 bits and back. Where
# it is faster, results differ in the third digit.
network.eval()
with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
    half = network(images)
with torch.no_grad():
    print("largest difference of the logits:", f"{float((network(images) - half).abs().max()):.4f}")
print(isinstance(speed, vision.Throughput), isinstance(row, vision.SpeedRow))

# %%
# Try it
# ------
# In a terminal, ``python -m ailiteracy.vision.throughput --figure speed.png`` measures everything, the loading of
# pictures by 0, 1, 2 ... processes and the compiler too. Is your training limited by the network, or by the loading?
