"""Checkers for tensors: shapes, types, reductions, indexing, sharing. The texts are in tensors.toml.

Each computes the right result with torch on inputs where the usual mistakes show: square ones, where a wrong dimension
has the right shape; labels with a class missing; columns that do not vary.

Next: `_autograd.py`.
"""

from itertools import product
from typing import Any

import numpy as np
import torch

from .judge import NotYetError, call, expect, expect_value, refuses, require


def cube(answer: Any) -> None:
    before = torch.get_rng_state()
    first, again, other = (call(answer, seed) for seed in (3, 3, 4))
    # Any cube will do, so one that has the form is compared with itself.
    require(first, first if _is_cube(first) else torch.zeros(3, 4, 5))
    if not torch.equal(torch.get_rng_state(), before):
        raise NotYetError("Your function draws from torch's global generator, or sets its seed: other code notices.")
    if not torch.equal(first, again):
        raise NotYetError("Two calls with the same seed gave different numbers.")
    if torch.equal(first, other):
        raise NotYetError("Another seed gave the same numbers.")
    if first.min() < 0 or first.max() >= 1:
        raise NotYetError("Some numbers lie outside of 0 to 1: a normal distribution has no bounds.")
    many = torch.stack([call(answer, seed) for seed in range(50)])  # 3,000 numbers: the mean errs by 0.005
    if abs(float(many.mean()) - 0.5) > 0.03 or abs(float(many.std()) - 0.2887) > 0.03:
        raise NotYetError("The numbers lie between 0 and 1, but not all of them are equally likely.")


def _is_cube(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.shape == (3, 4, 5) and value.dtype == torch.float32


def face_means(answer: Any) -> None:
    for shape in ((3, 4, 5), (4, 4, 4), (1, 2, 3)):
        x = torch.rand(shape)
        slips = {
            "this is one mean over everything.": x.mean(),
            "you averaged over the faces, which leaves one mean for each place.": x.mean(dim=0),
            "you averaged over one dimension of each face; a face has two.": x.mean(dim=1),
            "you averaged along the rows only; a face has two dimensions.": x.mean(dim=2),
            "the numbers fit, but dimensions of size 1 are left over; look at `keepdim`.": x.mean(
                dim=(1, 2), keepdim=True
            ),
            "these are sums.": x.sum(dim=(1, 2)),
            "you averaged over the faces and the rows.": x.mean(dim=(0, 1)),
            "you averaged over the faces and the columns.": x.mean(dim=(0, 2)),
        }
        expect(answer, (x,), x.mean(dim=(1, 2)), slips)


def above_half(answer: Any) -> None:
    for x in (torch.rand(3, 4, 5), torch.tensor([[0.5, 0.75], [0.25, 1.0]]), torch.zeros(2, 2)):
        slips = {
            "this is the mask, true or false for each number. Use it as an index.": x > 0.5,
            "the small numbers became 0; they are to be left out.": x * (x > 0.5),
            "this is how many there are.": (x > 0.5).sum(),
            "these are the places, not the numbers that stand there.": (x > 0.5).nonzero(),
            "0.5 itself is not greater than 0.5.": x[x >= 0.5],
            "these are the numbers that are left over.": x[x <= 0.5],
        }
        expect(answer, (x,), x[x > 0.5], slips)


def twelve_columns(answer: Any) -> None:
    for x in (torch.rand(3, 4, 5), torch.rand(2, 12), torch.arange(24.0).reshape(4, 6).T):
        slips = {
            "this is a transpose of rows of another length: the numbers stand in another order.": x.reshape(12, -1).T,
            "twelve rows came; twelve columns are asked for.": x.reshape(12, -1),
            "all numbers are in one row; cut it.": x.flatten(),
            "the input's memory was read in its own order, not in the order of the indices.": x.T.reshape(-1, 12)
            if x.ndim == 2
            else x.permute(2, 1, 0).reshape(-1, 12),
        }
        expect(answer, (x,), x.reshape(-1, 12), slips)


def add_to_rows(answer: Any) -> None:
    for shape in ((3, 4, 4), (3, 4, 5), (1, 2, 2)):
        x, numbers = torch.rand(shape), torch.arange(1.0, shape[1] + 1)
        slips = {"each number went to a column instead of a row: shapes are matched from the right.": _fits(x, numbers)}
        expect(answer, (x, numbers), x + numbers[:, None], slips)


def _fits(x: torch.Tensor, numbers: torch.Tensor) -> Any:
    return x + numbers if x.shape[-1] == len(numbers) else "does not fit"


def standardize(answer: Any) -> None:
    varied, flat = torch.randn(8, 10), torch.randn(6, 3)
    flat[:, 1] = 2.0
    for X in (varied, flat, torch.randn(5, 5), torch.randn(1, 4)):
        std = X.std(dim=0) if len(X) > 1 else torch.zeros(X.shape[1])
        want = (X - X.mean(dim=0)) / torch.where(std > 0, std, 1.0)
        population = X.std(dim=0, correction=0)
        slips = {
            "you divided by n in the standard deviation; torch.std divides by n - 1.": (X - X.mean(dim=0))
            / torch.where(population > 0, population, 1.0),
            "this is one mean and one deviation for all of X; each column has its own.": (X - X.mean()) / X.std(),
            "you took the mean and deviation of each row.": (X - X.mean(1, keepdim=True)) / X.std(1, keepdim=True),
            "the mean is still there.": X / torch.where(std > 0, std, 1.0),
            "the deviation is still there.": X - X.mean(dim=0) if std.any() else X,
            "0 was divided by 0: what is the deviation of a column that does not vary?": (X - X.mean(dim=0)) / std,
        }
        if len(X) == 1:
            slips = {"the deviation of a single sample is NaN, and a comparison with NaN is false.": X * torch.nan}
        expect(answer, (X,), want, slips)


def row_maxima(answer: Any) -> None:
    for X in (torch.randn(4, 4), torch.randn(8, 10), torch.tensor([[-3.0, -1.0]])):
        values, columns = X.max(dim=1)
        slips = {
            "you looked down the columns instead of along the rows.": tuple(X.max(dim=0)),
            "the two are the wrong way round.": (columns, values),
            "these are the smallest numbers.": tuple(X.min(dim=1)),
            "this is the largest number of all rows together.": X.max(),
        }
        got: Any = call(answer, X)
        got = (got.values, got.indices) if isinstance(got, torch.return_types.max) else got
        require(got, (values, columns), slips)


def one_hot(answer: Any) -> None:
    for labels, n in (([2, 0, 1], 3), ([0, 1, 1], 4), ([1], 2)):
        given = torch.tensor(labels)
        want = torch.eye(n)[given]
        slips = {
            "there is a column for each class that occurs; a class may be missing in a batch.": torch.eye(
                max(labels) + 1
            )[given],
            "rows and columns are the wrong way round.": want.T,
            "the labels themselves stand in the table; a 1 is asked for.": want * given[:, None],
        }
        expect(answer, (given, n), want, slips)


def broadcast_shape(answer: Any) -> None:
    sizes = [(), (1,), (3,), (4, 1), (1, 3), (4, 3), (2, 1, 3), (2, 4, 1)]
    for one, other in product(sizes, sizes):
        try:
            want = tuple((torch.empty(one) + torch.empty(other)).shape)
        except RuntimeError:
            continue
        longer = max(one, other, key=len)
        slips = {
            "this is the longer of the two shapes; a 1 in it may be stretched.": longer,
            "a dimension that only one of the two has is kept, and stretches the other.": tuple(map(max, one, other)),
        }
        expect(answer, (one, other), want, slips)
    expect(answer, ((0, 3), (1, 3)), (0, 3), {"a dimension of size 0 fits a 1, and stays 0.": (1, 3)})
    refuses(answer, ((3,), (4,)), "3 and 4 differ and neither is 1.")
    refuses(answer, ((2, 3), (2,)), "from the right, 3 meets 2.")


def chunk_sizes(answer: Any) -> None:
    sizes = [len(piece) for piece in torch.chunk(torch.arange(10), 3)]
    slips = {
        "That is how torch.tensor_split shares them out. `chunk` rounds the length up and keeps to it.": [
            4,
            3,
            3,
        ],
        "`chunk` returns as many pieces as asked for here; that is the division by a length of 3.": [3, 3, 3, 1],
        "The remainder does not go into the last piece.": [3, 3, 4],
    }
    given = answer.tolist() if isinstance(answer, torch.Tensor) and answer.layout == torch.strided else answer
    expect_value(given, sizes, slips)


def even_pieces(answer: Any) -> None:
    for length, n in ((10, 3), (9, 3), (7, 5), (6, 4), (3, 1)):
        x = torch.arange(length)
        want = list(torch.tensor_split(x, n))
        slips = {
            "torch.chunk makes pieces of one length as long as it can, and the last is short.": list(torch.chunk(x, n)),
            "the longer pieces come first.": want[::-1],
        }
        expect(answer, (x, n), want, slips)


def row_products(answer: Any) -> None:
    for shape in ((3, 3), (4, 6), (1, 5)):
        A, B = torch.randn(shape), torch.randn(shape)
        slips = {
            "these are the products of every row with every row; the ones asked for stand on the diagonal.": A @ B.T,
            "the numbers are multiplied but not yet added up.": A * B,
            "you added up along the columns.": (A * B).sum(dim=0),
            "everything is added up in one number.": (A * B).sum(),
        }
        expect(answer, (A, B), (A * B).sum(dim=1), slips)


def hand_product(answer: Any) -> None:
    for rows, inner, columns in ((2, 2, 2), (3, 2, 3), (1, 4, 2)):
        A, B = torch.randint(-5, 6, (rows, inner)), torch.randint(-5, 6, (inner, columns))
        slips: dict[str, Any] = {"rows and columns of the result are the wrong way round.": (A @ B).T.tolist()}
        if rows == inner == columns:
            slips["you multiplied number by number; a product adds up along a row of A and a column of B."] = (
                A * B
            ).tolist()
            slips["you multiplied rows with rows; take the columns of B."] = (A @ B.T).tolist()
            slips["the factors are the wrong way round."] = (B @ A).tolist()
        expect(answer, (A.tolist(), B.tolist()), (A @ B).tolist(), slips)
    refuses(answer, ([[1, 2], [3, 4], [5, 6]],) * 2, "rows of 2 numbers do not meet columns of 3.")


def image_to_tensor(answer: Any) -> None:
    for shape in ((4, 4, 3), (3, 5, 3), (3, 3, 3)):
        image = torch.randint(0, 256, shape, dtype=torch.uint8)
        image[0, 0, 0] = 255
        want = image.permute(2, 0, 1).float() / 255
        height, width = shape[:2]
        slips = {
            "the shape is right, but the colours are mixed up: reshape keeps the order in memory.": image.reshape(
                3, height, width
            ).float()
            / 255,
            "height and width changed places.": image.permute(2, 1, 0).float() / 255,
            "the values still run to 255.": want * 255,
            "255 must become 1, and it became a little less.": want * 255 / 256,
            "the channels still come last.": image.float() / 255,
        }
        expect(answer, (image,), want, slips)


def to_numpy(answer: Any) -> None:
    for tensor in (torch.ones(3, requires_grad=True), torch.arange(6.0).reshape(2, 3), torch.arange(3)):
        expect(answer, (tensor,), tensor.detach().numpy().copy())
        # Not through a copy: whether it shares memory with this very tensor is the question.
        if np.shares_memory(call(lambda tensor=tensor: answer(tensor)), tensor.detach().numpy()):
            raise NotYetError("The numbers are right, but both share memory: writing into one changes the other.")


def true_class(answer: Any) -> None:
    for n, classes in ((3, 3), (5, 4), (1, 2)):
        probabilities = torch.rand(n, classes).softmax(dim=1)
        labels = torch.randint(classes, (n,))
        slips = {
            "these are whole columns, one for each label; pair every row with its own label.": probabilities[:, labels],
            "these are the largest numbers of each row, whatever the label.": probabilities.max(dim=1).values,
            "the numbers fit, but a dimension of size 1 is left over.": probabilities.gather(1, labels[:, None]),
            "these are whole rows.": probabilities[labels] if labels.max() < n else "does not fit",
        }
        expect(answer, (probabilities, labels), probabilities[torch.arange(n), labels], slips)


def blank_first_row(answer: Any) -> None:
    for X in (torch.ones(3, 3), torch.randn(2, 5)):
        want = X.clone()
        want[0] = 0
        wrong = X.clone()
        wrong[:, 0] = 0
        expect(answer, (X,), want, {"the first column is blank; the first row is asked for.": wrong})
