"""
A large batch in small pieces
=============================

You will take batches of 32 samples in pieces of 8 and get the same gradient, to the last digit, if the pieces are
weighed by their samples. The recipe found everywhere gets the last batch wrong. Memory itself is not measured.
"""

# %%
# Gradients add up until they are cleared: three times the same backward pass, three times the gradient.

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import torch

from ailiteracy.basics import AccumulationResult, accumulation_demo

weight = torch.tensor(2.0, requires_grad=True)
for _ in range(3):
    (weight**2).backward()
    print(weight.grad)

# %%
# So a batch can be taken in pieces. The usual recipe divides every piece's loss by the number of pieces, 4. With 1,000
# samples there are 125 pieces: 31 times 4, and one that is left over.

result = accumulation_demo(1000, piece=8, n_pieces=4)
print(result)
_ = result.plot()

# %%
# Notice the cross on the right: the last update of the epoch is a quarter as long as it should be, because one piece
# was divided by four. Weighing a piece by its share of the samples is right for every size.


def worst(result: AccumulationResult) -> str:
    return f"weighed {result.errors('weighted').max():.1e}, divided {result.errors('divided').max():.2f}"


for n_samples in (992, 1000, 1003):
    print(f"{n_samples} samples: {worst(accumulation_demo(n_samples))}")

# %%
# Batch norm is the exception: it takes mean and deviation from the samples it sees at once, and a piece is not the
# batch.

print("with batch norm:", worst(accumulation_demo(992, batch_norm=True)))

# %%
# Try it
# ------
# Which sizes make the usual recipe right? Predict it for ``accumulation_demo(1000, piece=10, n_pieces=4)``, then look.

print(worst(accumulation_demo(1000, piece=10, n_pieces=4)))
