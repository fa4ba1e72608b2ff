"""The neuron of five inputs: its sum, its threshold, its figure."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ailiteracy.basics import NeuronResult, threshold_neuron


def test_five_inputs_by_hand():
    result = threshold_neuron([1, 0, 1, 1, 0], [2, 1, -1, 3, 1], threshold=3)
    assert isinstance(result, NeuronResult)
    assert (result.total, result.output) == (4.0, 1)  # 2 + 0 - 1 + 3 + 0
    assert threshold_neuron([1, 0, 1, 1, 0], [2, 1, -1, 3, 1], threshold=4).output == 0  # not above: it is equal


@pytest.mark.parametrize(("a", "b", "answer"), [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)])
def test_weights_one_and_threshold_one_and_a_half_make_and(a, b, answer):
    assert threshold_neuron([a, b], [1, 1], threshold=1.5).output == answer


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=20), st.integers(-50, 50))
def test_fires_above_the_threshold_and_only_there(pairs, threshold):
    x, w = zip(*pairs, strict=True)
    result = threshold_neuron(x, w, threshold=threshold)
    assert result.total == sum(a * b for a, b in pairs)
    assert result.output == (result.total > threshold)


def test_text_and_figure():
    result = threshold_neuron([1.5, 2], [2, -1], threshold=1)
    assert str(result) == "S = 1.5*2 + 2*-1 = 1 <= T = 1: the neuron stays silent, y = 0."
    texts = [text.get_text() for text in result.plot().axes[0].texts]
    assert {"x1 = 1.5", "w1 = 2", "x2 = 2", "w2 = -1", "S = 1\nT = 1", "y = 0"} <= set(texts)
    plt.close("all")
    assert "<img" in result._repr_html_()
    threshold_neuron([0] * 20, [0] * 20).plot().canvas.draw()


CASES = [
    (lambda: threshold_neuron([1, 0], [1]), ValueError, ["`weights`", "as many numbers as inputs (2)", "got [1]"]),
    (lambda: threshold_neuron([], []), ValueError, ["`inputs`", "1 to 20 numbers", "got []"]),
    (lambda: threshold_neuron([0] * 21, [0] * 21), ValueError, ["`inputs`", "1 to 20 numbers"]),
    (lambda: threshold_neuron(3, [1]), ValueError, ["`inputs`", "got 3", "[1, 0, 1]"]),
    (lambda: threshold_neuron([[1], [1, 2]], [1]), ValueError, ["`inputs`", "same length"]),
    (lambda: threshold_neuron("101", [1, 1, 1]), TypeError, ["`inputs`", "got '101'"]),
    (lambda: threshold_neuron([[1]], [1]), ValueError, ["`inputs`", "got [[1]]"]),
    (lambda: threshold_neuron(np.array(1.0), [1]), ValueError, ["`inputs`", "1 to 20 numbers"]),
    (lambda: threshold_neuron(["a"], [1]), TypeError, ["`inputs`", "numbers"]),
    (lambda: threshold_neuron([1], [float("nan")]), ValueError, ["`weights`", "NaN"]),
    (lambda: threshold_neuron([1], [1], threshold="high"), TypeError, ["`threshold`", "got 'high'"]),
    (lambda: threshold_neuron([1], [1], threshold=float("inf")), ValueError, ["`threshold`", "finite", "got inf"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), CASES)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
