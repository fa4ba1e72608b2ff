"""
Large steps first, small steps last
===================================

You will see ten learning-rate schedules side by side, and that two of them change more than the rate. Each is a plain
function. Which one trains best is skipped: that is a matter of the task.
"""

# %%
# A schedule answers one question: at this step of so many, which part of the full rate?

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import SchedulesResult, compare_schedules
from ailiteracy.basics.schedules import cosine, one_cycle_momentum, step_decay

print([round(cosine(step, 5), 3) for step in range(5)])
print([step_decay(step, 5, every=2, factor=0.5) for step in range(5)])

# %%
# All of them over 100 steps, with a full rate of 0.1.

result = compare_schedules()
print(result)
_ = result.plot()

# %%
# Notice the dashed lines: where the rate climbs, PyTorch's cyclic schedules lower the momentum. They do so to every
# optimizer they are given, even to one that was made without momentum.

import torch

optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5, momentum=0.0)
torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=100)
group = optimizer.param_groups[0]
print(f"made with rate 0.5 and momentum 0; now rate {group['lr']:.3f} and momentum {group['momentum']}")
print("one_cycle_momentum at step 0:", one_cycle_momentum(0, 100))

# %%
# Notice that the rate of 0.5 is gone as well. With ``cycle_momentum=False`` the momentum stays as it was.
#
# Warm-up
# -------
# A warm-up that begins at 0 wastes its first step, and one that forgets to stop rises again after the end. Both can
# be seen in numbers.


def first_and_last(shown: SchedulesResult) -> None:
    for name, rates in shown.rates.items():
        print(f"{name:14} first {rates[0]:.4f}  highest {rates.max():.4f}  last {rates[-1]:.6f}")


first_and_last(compare_schedules({"from 0": lambda step, n_steps: min(1.0, step / 10)}))
first_and_last(compare_schedules(["warmup_cosine", "one_cycle"]))

# %%
# Try it
# ------
# Draw a schedule of your own: ``compare_schedules({"mine": lambda step, n_steps: 1 / (1 + step / 10)}).plot()``. Then
# train with it: ``ailiteracy.training.fit`` takes the same function as ``schedule=``.

print(compare_schedules(["polynomial"], n_steps=20).rates["polynomial"].round(3))
