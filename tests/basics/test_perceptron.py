"""One neuron: what it can learn, what it cannot, and where its line runs."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics import PerceptronResult, perceptron_demo
from ailiteracy.basics.perceptron import same_middle


def test_or_by_hand():
    result = perceptron_demo("or")
    # Epoch 1: 00 right; 01 wrong, w = (0, 1), b = 1; 10 right; 11 right. Epoch 2: 00 wrong, b = 0; 01 right; 10 wrong,
    # w = (1, 1), b = 1; 11 right. Epoch 3: 00 wrong, b = 0; the rest right. Epoch 4: no mistake.
    assert result.mistakes.tolist() == [1, 2, 1, 0]
    assert result.weights.tolist() == [1.0, 1.0]
    assert result.bias == 0.0
    assert result.converged is True
    assert result.n_epochs == 4


@pytest.mark.parametrize("problem", ["and", "or", "nand", "nor", "not", "blobs"])
def test_gates_that_one_line_separates(problem):
    result = perceptron_demo(problem)
    assert result.converged
    assert result.predict(result.inputs).tolist() == result.targets.ravel().tolist()
    assert result.mistakes[-1] == 0
    assert (result.mistakes[:-1] > 0).all()


@pytest.mark.parametrize("problem", ["xor", "xnor"])
def test_gates_that_no_line_separates(problem):
    result = perceptron_demo(problem, max_epochs=1_000)
    assert result.converged is False
    assert result.n_epochs == 1_000
    assert (result.mistakes > 0).all()


def test_no_weights_of_a_grid_do_xor():
    grid = np.arange(-3, 3.25, 0.25)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    w1, w2, b = (axis.ravel() for axis in np.meshgrid(grid, grid, grid))
    fires = X @ np.stack([w1, w2]) + b > 0  # (4, n_neurons)
    answers = set(map(tuple, fires.T.astype(int).tolist()))
    assert (0, 1, 1, 0) not in answers
    assert (1, 0, 0, 1) not in answers
    assert len(answers) == 14  # of the 16 gates of two inputs


def test_weights_one_one_and_threshold_one_and_a_half_are_and():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
    neuron = PerceptronResult("and", X, X[:, :1], True, np.array([0]), np.array([1.0, 1.0]), -1.5)
    assert neuron.predict(X).tolist() == [0, 0, 0, 1]


def test_same_steps_as_scikit_learn():
    linear_model = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    y = (X @ [1.0, -2.0, 0.5] > 0.3).astype(int)
    result = perceptron_demo((X, y), max_epochs=500)
    other = linear_model.Perceptron(shuffle=False, tol=None, max_iter=result.n_epochs).fit(X, y)
    assert result.converged
    np.testing.assert_allclose(result.weights, other.coef_[0], rtol=1e-12)
    assert result.bias == other.intercept_[0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), n_features=st.integers(1, 4), n_samples=st.integers(1, 12))
def test_whatever_a_wide_gap_separates_is_learned(seed, n_features, n_samples):
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=n_features)
    direction /= np.linalg.norm(direction)
    X = rng.uniform(-1, 1, size=(n_samples, n_features))
    y = X @ direction > 0
    X += np.where(y, 0.5, -0.5)[:, None] * direction  # at least half a unit from the border
    result = perceptron_demo((X, y), max_epochs=1_000)
    assert result.converged
    assert (result.predict(X) == y).all()


def test_own_arrays_stay_as_they_are():
    X = np.array(list(itertools.product([0.0, 1.0], repeat=2)))
    perceptron_demo((X, [0, 1, 1, 1]))
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_text_and_html():
    assert str(perceptron_demo("xor")).startswith("One neuron did not learn xor: in epoch 100 it still answered 4 of 4")
    assert str(perceptron_demo("circles", max_epochs=1)).endswith("of 200 wrong.")
    assert "weights 1, 1 and bias 0" in str(perceptron_demo("or"))
    assert "<img" in perceptron_demo("or")._repr_html_()
    assert not plt.get_fignums()


OWN = [(np.eye(3), [0, 1, 1]), ([[1], [2]], [0, 1]), ([[1e90, 3.0]], [1])]


@pytest.mark.parametrize("problem", ["or", "xor", *OWN])
def test_plot(problem):
    result = perceptron_demo(problem)
    left, right = result.plot().axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), result.mistakes)
    proof = "The last line it tried; none can be right:\nthe joins of equal targets cross"
    assert right.get_title() in ("It fires in the shaded half", "What it learned", proof)
    assert (right.get_title() == proof) == (problem == "xor")
    assert right.dataLim.width > 0
    right.figure.canvas.draw()


BAD_CALLS = [
    (lambda: perceptron_demo("nadn"), ValueError, ["`problem`", "Did you mean 'nand'?"]),
    (lambda: perceptron_demo(7), TypeError, ["`problem`", "got 7"]),
    (lambda: perceptron_demo(([[1]], [2])), ValueError, ["`y`", "Write the two classes as 0 and 1"]),
    (lambda: perceptron_demo(max_epochs=0), ValueError, ["`max_epochs`", "from 1 to 1000000", "got 0"]),
    (lambda: perceptron_demo(max_epochs=1.5), TypeError, ["`max_epochs`", "an integer", "got 1.5"]),
    (lambda: perceptron_demo().predict([[1]]), ValueError, ["`X`", "(n_samples, 2)", "Each row needs 2 numbers"]),
    (lambda: perceptron_demo().predict("ab"), TypeError, ["`X`", "a table of numbers"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)


def test_the_figure_of_xor_joins_equal_targets():
    right = perceptron_demo("xor").plot().axes[1]
    joins = [line.get_xydata().tolist() for line in right.lines if line.get_linestyle() in ("-", ":")]
    assert [[0, 1], [1, 0]] in joins
    assert [[0, 0], [1, 1]] in joins
    assert any(line.get_xydata().tolist() == [[0.5, 0.5]] for line in right.lines)


def test_why_xor_cannot_be_learned():
    text = perceptron_demo("xor").why_not()
    assert "firing for (0, 1) and (1, 0) and not for (0, 0) and (1, 1)" in text
    assert "w2 + b > 0 and w1 + b > 0, but b <= 0 and w1 + w2 + b <= 0" in text
    assert perceptron_demo("and").why_not() == ""
    assert perceptron_demo("circles", max_epochs=1).why_not() == ""  # no line, but no two pairs with one middle either


@pytest.mark.parametrize(("X", "y", "part"), [
    ([[1, 2], [1, 2]], [1, 0], "firing for (1, 2) and not for (1, 2)"),
    ([[0], [1], [2]], [1, 0, 1], "firing for (0) and (2) and not for (1)"),
])  # fmt: skip
def test_other_tables_that_no_line_separates(X, y, part):
    assert part in perceptron_demo((X, y)).why_not()


@settings(max_examples=50, deadline=None)
@given(
    X=st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=2, max_size=7),
    bits=st.integers(0, 127),
)
def test_a_proof_and_a_line_never_both_exist(X, bits):
    y = [bits >> i & 1 for i in range(len(X))]
    result = perceptron_demo((X, y), max_epochs=2_000)
    assert not (result.converged and result.why_not())
    found = same_middle(result.inputs, result.targets[:, 0])
    if found is not None:
        (a, b), (c, d) = found
        assert [y[i] for i in (a, b, c, d)] == [1, 1, 0, 0]
        np.testing.assert_array_equal(result.inputs[a] + result.inputs[b], result.inputs[c] + result.inputs[d])


def test_a_proof_does_not_hang_on_rounding():
    # In floats 1e16 + 1 is 1e16, twice 5e15; as numbers they differ.
    assert same_middle(np.array([[1e16], [1.0], [5e15]]), np.array([1, 1, 0])) is None
    assert same_middle(np.array([[1e16], [0.0], [5e15]]), np.array([1, 1, 0])) == ((0, 1), (2, 2))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n_features=st.integers(1, 4), n_samples=st.integers(1, 12), gap=st.floats(0.1, 1.0))
def test_mistakes_stay_within_novikoffs_bound(seed, n_features, n_samples, gap):
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=n_features)
    direction /= np.linalg.norm(direction)
    X = rng.uniform(-1, 1, size=(n_samples, n_features))
    y = X @ direction > 0
    X += np.where(y, gap, -gap)[:, None] * direction
    # The plane through 0 with this direction has every row at least this far away, so the widest gap is no smaller.
    least = np.abs(X @ direction).min()
    longest = np.sqrt((X**2).sum(axis=1) + 1).max()  # the 1 of the bias counts
    result = perceptron_demo((X, y), max_epochs=100_000)
    assert result.converged
    assert result.mistakes.sum() <= (longest / least) ** 2
