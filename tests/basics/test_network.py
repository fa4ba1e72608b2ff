"""Forward and backward pass, against hand-worked values, torch's autograd and finite differences."""

import copy
import itertools
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics import Network
from ailiteracy.basics.network import ACTIVATIONS, LOSSES, layer_outputs, loss_and_gradient, sigmoid, with_ones

SHAPES = [(2, 4, 1), (2, 1), (3, 5, 1), (2, 8, 4, 1), (1, 2, 2, 2, 3)]


def random_problem(sizes, seed=0, n_samples=5):
    rng = np.random.default_rng(seed)
    network = Network(sizes, rng=rng)
    network.parameters[:] = rng.normal(size=network.parameters.shape)  # biases too
    return network, rng.normal(size=(n_samples, sizes[0])), rng.integers(2, size=(n_samples, sizes[-1])).astype(float)


def test_forward_by_hand():
    network = Network((2, 2, 1))
    network.weights[0][:] = [[1.0, 0.0], [0.0, -1.0]]
    network.biases[0][:] = [0.0, 2.0]
    network.weights[1][:] = [[2.0], [-4.0]]
    network.biases[1][:] = [1.0]
    # Hidden sums for (0, 2): 0 and -2 + 2 = 0, so both outputs are 1/2; the last sum is 1 - 2 + 1 = 0.
    assert network.forward([[0, 2]]).tolist() == [[0.5]]


def test_gradient_by_hand():
    network = Network((1, 1))
    network.parameters[:] = 0.0
    loss, gradient = loss_and_gradient(network, with_ones(np.array([[3.0], [1.0]])), np.array([[1.0], [0.0]]))
    # Both predictions are 1/2, the errors -1/2 and 1/2, the slopes 1/4: deltas -1/8 and 1/8.
    assert loss == 0.25
    assert gradient.tolist() == [-3 / 8 + 1 / 8, 0.0]


def test_sigmoid_at_known_places():
    values = sigmoid(np.array([0.0, math.log(3), -math.log(3), 800.0, -800.0]))
    np.testing.assert_allclose(values, [0.5, 0.75, 0.25, 1.0, 0.0], rtol=1e-15)


@pytest.mark.parametrize("sizes", SHAPES)
def test_gradient_equals_autograd(sizes):
    torch = pytest.importorskip("torch")
    network, X, y = random_problem(sizes)
    leaves = [
        torch.tensor(array, requires_grad=True)
        for pair in zip(network.weights, network.biases, strict=True)
        for array in pair
    ]
    outputs = torch.tensor(X)
    for weights, bias in zip(leaves[::2], leaves[1::2], strict=True):
        outputs = torch.sigmoid(outputs @ weights + bias)
    expected = 0.5 * ((outputs - torch.tensor(y)) ** 2).sum()
    expected.backward()
    loss, gradient = loss_and_gradient(network, with_ones(X), y)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, torch.cat([leaf.grad.ravel() for leaf in leaves]).numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("sizes", [(2, 4, 1), (3, 5, 4, 2)])
def test_every_activation_and_loss_equals_autograd(activation, loss, sizes):
    torch = pytest.importorskip("torch")
    network, X, y = random_problem(sizes, seed=4)
    network.activation = activation
    leaves = [torch.tensor(layer, requires_grad=True) for layer in network.layers]
    outputs = torch.tensor(X)
    bend = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[activation]
    for layer in leaves[:-1]:
        outputs = bend(outputs @ layer[:-1] + layer[-1])
    sums, targets = outputs @ leaves[-1][:-1] + leaves[-1][-1], torch.tensor(y)
    expected = {
        "squared_error": lambda: 0.5 * ((torch.sigmoid(sums) - targets) ** 2).sum(),
        "mse": lambda: torch.nn.functional.mse_loss(torch.sigmoid(sums), targets),
        "cross_entropy": lambda: torch.nn.functional.binary_cross_entropy_with_logits(sums, targets),
    }[loss]()
    expected.backward()
    value, gradient = loss_and_gradient(network, with_ones(X), y, loss)
    assert value == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, torch.cat([leaf.grad.ravel() for leaf in leaves]).numpy(), rtol=0, atol=1e-12)


def test_cross_entropy_stays_finite_where_the_answer_is_surely_wrong():
    network = Network((1, 1))
    network.parameters[:] = [1000.0, 0.0]
    value, gradient = network.loss_and_gradient([[1.0]], [0], loss="cross_entropy")
    assert network.forward([[1.0]]).tolist() == [[1.0]]  # the logarithm of 1 minus that would be infinite
    assert value == 1000.0
    assert gradient.tolist() == [1.0, 1.0]


def test_relu_has_no_slope_at_zero():
    network = Network((1, 1, 1), activation="relu")
    network.parameters[:] = [0.0, 0.0, 1.0, 0.0]
    _, gradient = network.loss_and_gradient([[1.0]], [1])
    assert gradient[:2].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("activation", "spread"), [("sigmoid", 1.0), ("tanh", 0.05), ("relu", 0.05 * 2**0.5)])
def test_first_weights_have_their_spread(activation, spread):
    network = Network((400, 400, 1), activation=activation)
    assert network.weights[0].std() == pytest.approx(spread, rel=0.02)


def test_the_slope_of_the_sigmoid_takes_what_the_sigmoid_puts_out():
    _, slope = ACTIVATIONS["sigmoid"]
    a = np.array([0.3])
    rise = (sigmoid(a + 1e-6) - sigmoid(a - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope(sigmoid(a)), rise, rtol=1e-8)
    assert abs(slope(a) - rise) > 0.01  # given the sum itself it is wrong


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4), n_samples=st.integers(1, 6), seed=st.integers(0, 10_000)
)
def test_gradient_equals_finite_differences(sizes, n_samples, seed):
    network, X, y = random_problem(sizes, seed, n_samples)
    _, gradient = loss_and_gradient(network, with_ones(X), y)
    step = 1e-6
    for i, slope in enumerate(gradient):
        up, down = copy.deepcopy(network), copy.deepcopy(network)
        up.parameters[i] += step
        down.parameters[i] -= step
        rise = loss_and_gradient(up, with_ones(X), y)[0] - loss_and_gradient(down, with_ones(X), y)[0]
        assert rise / (2 * step) == pytest.approx(slope, abs=1e-7)


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5), n_samples=st.integers(1, 7))
def test_shapes(sizes, n_samples):
    network, X, y = random_problem(sizes, n_samples=n_samples)
    assert [w.shape for w in network.weights] == list(itertools.pairwise(sizes))
    assert [b.shape for b in network.biases] == [(n,) for n in sizes[1:]]
    widths = [n + 1 for n in sizes[:-1]] + [sizes[-1]]  # a one for the biases beside all but the answers
    assert [out.shape for out in layer_outputs(network, with_ones(X))] == [(n_samples, n) for n in widths]
    assert loss_and_gradient(network, with_ones(X), y)[1].shape == network.parameters.shape
    assert ((network.forward(X) > 0) & (network.forward(X) < 1)).all()


@pytest.mark.parametrize("sizes", SHAPES)
def test_a_small_step_against_the_gradient_lowers_the_loss(sizes):
    network, X, y = random_problem(sizes)
    before, gradient = loss_and_gradient(network, with_ones(X), y)
    network.parameters -= 1e-3 * gradient
    after, _ = loss_and_gradient(network, with_ones(X), y)
    assert after < before
    assert before - after == pytest.approx(1e-3 * gradient.dot(gradient), rel=0.05)


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_a_copy_has_windows_into_its_own_parameters(clone):
    network = clone(Network((2, 3, 1)))
    network.parameters[:] = 7.0
    assert all((array == 7.0).all() for array in network.weights + network.biases)


def test_gradient_leaves_the_network_alone():
    network, X, y = random_problem((2, 4, 1))
    before = network.parameters.copy()
    loss_and_gradient(network, with_ones(X), y)
    assert (network.parameters == before).all()


def test_chance():
    np.testing.assert_array_equal(Network((2, 4, 1), rng=5).parameters, Network((2, 4, 1), rng=5).parameters)
    assert (Network((2, 4, 1), rng=5).parameters != Network((2, 4, 1), rng=6).parameters).any()
    assert not Network((2, 4, 1)).biases[0].any()


def test_repr():
    assert repr(Network((2, 4, 1))) == "Network of 2-4-1 neurons with 17 weights and biases"


BAD_NETWORKS = [
    (lambda: Network((2,)), ValueError, ["`sizes`", "2 to 12 layer widths", "got (2,)", "(2, 4, 1)"]),
    (lambda: Network([1] * 13), ValueError, ["`sizes`", "2 to 12"]),
    (lambda: Network("2-4-1"), TypeError, ["`sizes`", "got '2-4-1'"]),
    (lambda: Network(3), TypeError, ["`sizes`", "got 3"]),
    (lambda: Network((2, 0, 1)), ValueError, ["`sizes[1]`", "from 1 to 1000", "got 0"]),
    (lambda: Network((2, 2.0, 1)), TypeError, ["`sizes[1]`", "an integer", "got 2.0"]),
    (lambda: Network((2, 1), rng="seed"), TypeError, ["`rng`", "got 'seed'"]),
    (lambda: Network((2, 1)).forward([[1, 2, 3]]), ValueError, ["`X`", "(n_samples, 2)", "Each row needs 2 numbers"]),
    (lambda: Network((2, 1)).forward([1, 2]), ValueError, ["`X`", "one row for each sample"]),
    (lambda: Network((2, 1)).forward([["a", "b"]]), TypeError, ["`X`", "a table of numbers"]),
    (lambda: Network((2, 1)).forward([[np.nan, 0]]), ValueError, ["`X`", "NaN"]),
    (lambda: Network((2, 1), activation="than"), ValueError, ["`activation`", "'relu'", "Did you mean 'tanh'?"]),
    (lambda: Network((2, 1), activation=None), TypeError, ["`activation`", "got None"]),
    (lambda: Network((2, 1)).loss_and_gradient([[0, 1]], [2]), ValueError, ["`y`", "Write the two classes as 0 and 1"]),
    (lambda: Network((2, 1)).loss_and_gradient([[0]], [1]), ValueError, ["`X`", "(n_samples, 2)"]),
    (lambda: Network((2, 2)).loss_and_gradient([[0, 1]], [1]), ValueError, ["`sizes`", "one output", "(2, 2)"]),
    (
        lambda: Network((2, 1)).loss_and_gradient([[0, 1]], [1], loss="crossentropy"),
        ValueError, ["`loss`", "Did you mean 'cross_entropy'?"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "parts"), BAD_NETWORKS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
