"""
Read the shape error before you transpose
=========================================

You will provoke the three errors that beginners meet most (shape, type, device), read what they say, and see why the
quick fix may compute something else. All exercises are listed at the end.
"""

# %%
# A product of matrices needs equal inner sizes: (3, 2) times (3, 2) has 2 next to 3.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]

import torch

from ailiteracy import check

A = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
B = torch.tensor([[7.0, 10.0], [8.0, 11.0], [9.0, 12.0]])
try:
    A @ B
except RuntimeError as error:
    print(error)

# %%
# Either factor can be transposed, and both products run. They answer different questions: products of all rows with all
# rows, or of all columns with all columns. The shape you need decides, not the error.

print((A @ B.mT).tolist())
print((A.mT @ B).tolist())

# %%
# ``@`` is ``torch.matmul``. It also multiplies stacks of matrices and stretches stacks; ``mm`` and ``bmm`` take two or
# three dimensions exactly and stretch nothing. ``*`` is another operation: number by number.

stack = torch.rand(10, 3, 4)
print(tuple((stack @ torch.rand(4, 5)).shape), tuple(torch.bmm(stack, torch.rand(10, 4, 5)).shape))
try:
    torch.bmm(stack, torch.rand(1, 4, 5))
except RuntimeError as error:
    print(error)
print((A * A).tolist())

# %%
# A linear layer keeps its weights as (out, in) and works on the last dimension, whatever comes before it.

with torch.random.fork_rng():
    torch.manual_seed(42)
    layer = torch.nn.Linear(2, 6)
print(tuple(layer.weight.shape), tuple(layer(A).shape), tuple(layer(torch.rand(7, 8, 2)).shape))
print([round(value, 4) for value in layer(A)[0].tolist()])

# %%
# The second kind of error is about types: whole numbers do not meet float weights.

try:
    layer(torch.tensor([[1, 2]]))
except RuntimeError as error:
    print(error)
print(tuple(layer(torch.tensor([[1, 2]]).float()).shape))

# %%
# ``view(-1, 2)`` makes an error disappear and the batch with it: three samples of four numbers become six of two.
# ``flatten(1)`` keeps the samples apart, and the layer can complain.

wrong = torch.rand(3, 4)
print(tuple(layer(wrong.view(-1, 2)).shape))
try:
    layer(wrong.flatten(1))
except RuntimeError as error:
    print(error)

# %%
# Try it
# ------
# Multiply row i of A with row i of B. Then choose another exercise from the list; ``check.exercise(name)`` shows it.

result: check.CheckResult = check.check("tensors-row-products", lambda A, B: A @ B.mT)
print(result.passed, "-", result.hint)
task: check.Task = check.exercise("tensors-hand-product")
print(task)
print(
    len(check.exercises()), "exercises, these among them:", *list(check.exercises("tensors").values())[:4], sep="\n  "
)
