"""Whatever a learner's function does becomes a hint."""

import sys

import numpy as np
import pytest
import torch

from ailiteracy import check
from ailiteracy.check import judge


def hint(answer):
    with pytest.raises(judge.NotYetError) as caught:
        judge.expect(answer, (torch.ones(2, 3),), torch.tensor([3.0, 3.0]), {"these are means.": torch.ones(2)})
    return str(caught.value)


def test_right_answer_passes():
    judge.expect(lambda x: x.sum(dim=1), (torch.ones(2, 3),), torch.tensor([3.0, 3.0]))


def raises(x):
    raise KeyError("no such key")


def changes(x):
    x[0, 0] = 7
    return x.sum(dim=1)


def recurses(x):
    return recurses(x)


class Odd:
    """Neither comparable nor printable."""

    def __repr__(self):
        raise RuntimeError("no text")

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    __hash__ = None


@pytest.mark.parametrize(("answer", "part"), [
    (torch.ones(2), "Hand in the function itself, without calling it; an object of type Tensor came."),
    (raises, "raised KeyError: 'no such key'"),
    (lambda x: x.foo, "raised AttributeError"),
    (lambda: 1, "raised TypeError"),
    (lambda x: sys.exit(3), "raised SystemExit: 3"),
    (recurses, "RecursionError"),
    (lambda x: None, "Is there a `return`"),
    (changes, "changes its input"),
    (lambda x: x.requires_grad_().sum(1), "changes its input"),
    (lambda x: Odd(), "A tensor is asked for, an object of type Odd came."),
    (lambda x: [3.0, 3.0], "A tensor is asked for, an object of type list came."),
    (lambda x: x.sum(1).numpy(), "a NumPy array came"),
    (lambda x: x.sum(1, keepdim=True), "Shape (2,) is asked for, (2, 1) came."),
    (lambda x: x.sum(1).int(), "Type torch.float32 is asked for, torch.int32 came."),
    (lambda x: x.sum(1).to("meta"), "holds its numbers"),
    (lambda x: x.sum(1).to_sparse(), "holds its numbers"),
    (lambda x: x.sum(1) * torch.nan, "The result holds NaN"),
    (lambda x: x.mean(1), "Called with Tensor of shape (2, 3) and type torch.float32: these are means."),
    (lambda x: x.sum(1) + 1, "2 of 2 values are not: at [0] stands 4."),
])  # fmt: skip
def test_every_failure_is_a_hint(answer, part):
    assert part in hint(answer)


def test_the_line_that_raised_is_named():
    assert 'raise KeyError("no such key")' in hint(raises)
    assert "/" not in hint(raises), "paths of files do not help"


def test_ctrl_c_passes_through():
    def stop(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check.check("tensors-face-means", stop)


@pytest.mark.skipif(sys.gettrace() is not None, reason="a debugger or coverage meter uses the same hook")
def test_a_function_that_hangs():
    def hangs(x):
        while x is not None:
            pass

    result = check.check("tensors-face-means", hangs, seconds=0.2)
    assert "stopped: it did not end within 0.2 seconds" in result.hint


def test_values():
    judge.expect_value([1, 2], [1, 2])
    for given, part in (
        (None, "Nothing"),
        (..., "Nothing"),
        (len, "not for a function"),
        ([1], "2 items"),
        ([1, 3], "Item 1"),
    ):
        with pytest.raises(judge.NotYetError, match=part):
            judge.expect_value(given, [1, 2])


def test_refusal():
    def strict(x):
        raise ValueError("no")

    judge.refuses(strict, (1,), "because.")
    with pytest.raises(judge.NotYetError, match="a ValueError is asked for here: because"):
        judge.refuses(lambda x: x, (1,), "because.")
    with pytest.raises(judge.NotYetError, match="raised KeyError"):
        judge.refuses(raises, (1,), "because.")


def test_a_slip_equal_to_the_right_result_is_no_slip():
    """Only the type is wrong here, so the hint on the numbers would mislead."""
    with pytest.raises(judge.NotYetError, match=r"Type torch\.float32 is asked for"):
        judge.require(torch.ones(2).double(), torch.ones(2), {"this is a slip.": torch.ones(2)})


def test_copies_are_handed_out():
    given = np.zeros(3)
    with pytest.raises(judge.NotYetError):
        judge.call(lambda x: x.fill(1) or 1, given)
    assert not given.any()
