import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from ailiteracy.vision import convolve, max_pool, output_size

EDGE = [[-1, 0, 1]] * 3  # finds vertical edges


def test_vertical_edge_by_hand():
    step = np.zeros((3, 4))
    step[:, 2:] = 1  # dark left, bright right
    # Every window sees three rows in which the right pixel is brighter by 1: 3.
    assert convolve(step, EDGE).tolist() == [[3, 3]]


def test_the_kernel_finds_edges_and_not_lines():
    line = np.zeros((3, 5))
    line[:, 2] = 1  # a vertical line, one pixel wide
    assert convolve(line, EDGE).tolist() == [[3, 0, -3]]  # nothing where the line is


def test_the_top_of_an_arc_is_no_vertical_line():
    arc = np.zeros((3, 9))  # the three rows that the notes call the beginning of a vertical line
    arc[1, 3:6] = 1
    arc[2, [2, 6]] = 1
    assert convolve(arc, EDGE).tolist() == [[1, 1, 0, 0, 0, -1, -1]]
    line = np.zeros((3, 9))
    line[:, 4] = 1
    assert np.abs(convolve(line, EDGE)).max() == 3  # three times as much


def test_pooling_by_hand():
    table = [[1, 2, 5, 6], [3, 4, 7, 8], [9, 8, 1, 0], [7, 6, 3, 2]]
    assert max_pool(table, 2).tolist() == [[4, 8], [9, 3]]
    assert max_pool(table, 2, stride=1).tolist() == [[4, 7, 8], [9, 8, 8], [9, 8, 3]]
    notes = [[1, 3, 2, 4], [2, 9, 1, 5], [0, 1, 5, 6], [7, 8, 3, 2]]
    assert max_pool(notes, 2).tolist() == [[9, 5], [8, 6]]  # the notes say 3 and 4 above
    assert max_pool(-np.ones((2, 2)), 2, padding=1).tolist() == [[-1, -1], [-1, -1]]  # the border never wins


@pytest.mark.parametrize(
    ("arguments", "options", "size"),
    [
        ((28, 2), {"stride": 2}, 14),
        ((28, 2), {"stride": 1}, 27),
        ((28, 3), {"stride": 3}, 9),  # 8.33 + 1, rounded down
        ((28, 3), {"stride": 3, "ceil_mode": True}, 10),
        ((64, 3), {}, 62),
        ((64, 5), {"stride": 2}, 30),
        ((28, 3), {"padding": 1}, 28),  # the same size, for a kernel of 3 only
        ((28, 5), {"padding": 1}, 26),
        ((28, 3), {"padding": 1, "stride": 2}, 14),
        ((7, 3), {"dilation": 2}, 3),
    ],
)
def test_sizes(arguments, options, size):
    assert output_size(*arguments, **options) == size


WINDOW = {
    "height": st.integers(1, 9), "width": st.integers(1, 9),
    "size": st.tuples(st.integers(1, 4), st.integers(1, 4)), "stride": st.tuples(st.integers(1, 3), st.integers(1, 3)),
    "dilation": st.tuples(st.integers(1, 3), st.integers(1, 2)),
}  # fmt: skip


def sides(height, width, size, stride, padding, dilation, **options):
    """Return the two output sides, or None when the window does not fit."""
    try:
        return tuple(
            output_size(n, k, stride=s, padding=p, dilation=d, **options)
            for n, k, s, p, d in zip((height, width), size, stride, padding, dilation, strict=True)
        )
    except ValueError:
        return None


@settings(max_examples=60)
@given(**WINDOW, padding=st.tuples(st.integers(0, 2), st.integers(0, 2)), seed=st.integers(0, 99))
def test_convolution_equals_torch(height, width, size, stride, dilation, padding, seed):
    rng = np.random.default_rng(seed)
    images, kernels = rng.normal(size=(2, 3, height, width)), rng.normal(size=(4, 3, *size))
    bias = rng.normal(size=4)
    plan = {"stride": stride, "padding": padding, "dilation": dilation}
    expected = sides(height, width, size, **plan)
    if expected is None:
        with pytest.raises(ValueError, match="`kernel` must be a window inside the padded picture"):
            convolve(images, kernels, bias, **plan)
        return
    ours = convolve(images, kernels, bias, **plan)
    theirs = F.conv2d(*(torch.from_numpy(part) for part in (images, kernels, bias)), **plan).numpy()
    assert ours.shape == (2, 4, *expected)
    np.testing.assert_allclose(ours, theirs, atol=1e-10)


@settings(max_examples=100)
@given(**WINDOW, border=st.tuples(st.integers(0, 2), st.integers(0, 2)), ceil_mode=st.booleans())
def test_pooling_equals_torch(height, width, size, stride, dilation, border, ceil_mode):
    padding = (min(border[0], size[0] // 2), min(border[1], size[1] // 2))
    images = np.random.default_rng(height).normal(size=(2, 3, height, width))
    plan = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    if sides(height, width, size, **plan) is None:
        return
    ours = max_pool(images, size, **plan)
    theirs = F.max_pool2d(torch.from_numpy(images), size, **plan).numpy()
    assert (ours == theirs).all()


def test_torch_takes_one_picture_without_a_batch():
    assert torch.nn.Conv2d(3, 10, 3)(torch.zeros(3, 64, 64)).shape == (10, 62, 62)


def test_a_move_of_the_picture_moves_the_map():
    image = np.random.default_rng(0).normal(size=(8, 8))
    moved = np.roll(image, 2, axis=1)
    assert np.allclose(convolve(moved, EDGE)[:, 2:], convolve(image, EDGE)[:, :-2])


CASES = {
    "window too large": (lambda: output_size(2, 3), ValueError, ["`kernel`", "inside the padded", "3 over 2"]),
    "no stride": (lambda: output_size(8, 3, stride=0), ValueError, ["`stride`", ">= 1", "got 0"]),
    "stride of text": (lambda: convolve([[1]], [[1]], stride="2"), TypeError, ["`stride`", "pair of integers", "'2'"]),
    "other channels": (
        lambda: convolve(np.zeros((1, 3, 4, 4)), np.zeros((2, 1, 3, 3))),
        ValueError, ["`kernels`", "with the channels of images (1, 3, 4, 4)", "(2, 1, 3, 3)"],
    ),
    "one flat, one deep": (lambda: convolve([[1, 2]], np.zeros((1, 1, 1, 1))), ValueError, ["`kernels`", "both 2-d"]),
    "bias of another length": (
        lambda: convolve(np.zeros((1, 1, 4, 4)), np.zeros((2, 1, 3, 3)), [0.0]),
        ValueError, ["`bias`", "shape (2,)", "One number for each map"],
    ),
    "words": (lambda: convolve([["a"]], [[1]]), TypeError, ["`images`", "an array of numbers"]),
    "nan": (lambda: max_pool([[float("nan")]], 1), ValueError, ["`images`", "finite numbers", "nan"]),
    "three axes": (lambda: max_pool(np.zeros((2, 2, 2)), 1), ValueError, ["`images`", "(n, channels, height, width)"]),
    "too much border": (lambda: max_pool([[1.0]], 1, padding=1), ValueError, ["`padding`", "half of size (1, 1)"]),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(call, kind, fragments):
    with pytest.raises(kind) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
