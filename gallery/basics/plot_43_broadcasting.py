"""
Broadcasting helps, and sometimes lies
======================================

You will add tensors of different shapes, learn the two rules, and see an accuracy of 500 % that a forgotten dimension
produces without any error. Products of matrices are skipped.
"""

# %%
# Shapes are compared from the right. Two sizes fit when they are equal or one of them is 1; missing dimensions on the
# left count as 1. A size of 1 is stretched.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch

from ailiteracy import check

column, row = torch.tensor([[0], [10], [20]]), torch.tensor([[1, 2, 3, 4]])
total = column + row
print(tuple(column.shape), "+", tuple(row.shape), "=", tuple(total.shape))

figure, panels = plt.subplots(1, 3, figsize=(8, 2.6), layout="constrained")
parts = {"column (3, 1)": column.expand(3, 4), "row (1, 4)": row.expand(3, 4), "sum (3, 4)": total}
for axes, (title, numbers) in zip(panels, parts.items(), strict=True):
    axes.imshow(numbers.numpy(), cmap="cividis")
    axes.set(title=title, xticks=[], yticks=[])
    for i in range(3):
        for j in range(4):
            axes.text(j, i, int(numbers[i, j]), ha="center", va="center", color="#ffffff", backgroundcolor="#00000060")

# %%
# Notice that the column is repeated to the right and the row downwards; in memory, nothing is repeated.

for one, other in (((3, 4, 5), (5,)), ((3, 4, 5), (4, 1)), ((2, 1, 3), (4, 1)), ((), (2, 2)), ((3, 4, 5), (4,))):
    try:
        print(one, "+", other, "=", tuple(torch.broadcast_shapes(one, other)))
    except RuntimeError:
        print(one, "+", other, "does not fit")

# %%
# The last pair is the common case "one number for each row": 4 meets 5 from the right. In a square table it would fit,
# and the numbers would go to the columns without a word. Say what is meant: ``numbers[:, None]`` has shape (4, 1).

square, numbers = torch.zeros(2, 2), torch.tensor([1.0, 2.0])
print((square + numbers).tolist(), (square + numbers[:, None]).tolist())

# %%
# The lie
# -------
# Ten labels of shape (10,), ten predictions of shape (10, 1), as a layer with one output gives them. Comparing them
# makes 10 times 10 comparisons. Count, divide by ten: far more than all.

labels = torch.tensor([0, 1] * 5)
predictions = torch.tensor([[0], [1], [1], [1], [0]] * 2)
print("naive:", ((labels == predictions).sum() / len(labels)).item())
print("right:", ((labels == predictions.squeeze(1)).sum() / len(labels)).item())

# %%
# Try it
# ------
# Write an accuracy that refuses shapes that differ. The try below never looks at them.


def accuracy(y, predictions):
    return float((y == predictions).sum() / len(y))


print(check.check("classify-accuracy", accuracy))
print(check.check("tensors-add-to-rows", lambda cube, numbers: cube + numbers))
