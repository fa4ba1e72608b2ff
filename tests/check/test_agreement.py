"""Solutions of exercises put to use: step by step they come to what the library comes to."""

import itertools

import numpy as np
import pytest
import torch
from exercise_solutions import solution
from torch import nn

from ailiteracy import basics, games, nlp, vision
from ailiteracy.games import ntuple


@pytest.mark.parametrize("gate", ["and", "or", "nand", "nor"])
def test_perceptron_steps_learn_what_the_library_learns(gate):
    step, (w, b) = solution("neurons-perceptron-step"), (np.zeros(2), 0.0)
    result = basics.perceptron_demo(gate)
    for _ in range(result.n_epochs):
        for x, target in zip(result.inputs, result.targets[:, 0], strict=True):
            w, b = step(w, b, x, int(target))
    np.testing.assert_array_equal(w, result.weights)
    assert b == result.bias


def test_neurons_that_were_handed_in_fire_as_the_librarys():
    def fires(neuron, *inputs):
        return basics.threshold_neuron(inputs, neuron[:2], threshold=neuron[2]).output

    (one, two, last), and_not = solution("neurons-xor-neurons"), solution("neurons-and-not")
    for x in itertools.product((0, 1), repeat=2):
        assert fires(last, fires(one, *x), fires(two, *x)) == (x[0] != x[1])
        assert fires(and_not, *x) == (x == (1, 0))


def test_deltas():
    example = basics.worked_example()
    y, w = example.forward, example.start
    last, hidden = solution("neurons-deltas")([y["y3"], y["y4"]], [w["w13"], w["w23"]], y["y5"], 0.5)
    assert [last, *hidden] == pytest.approx([example.deltas[name] for name in ("delta5", "delta3", "delta4")])


def test_deltas_of_wider_networks():
    """The slope of the loss for a bias is minus its neuron's delta."""
    for seed in range(5):
        network, x = basics.Network((2, 4, 1), rng=seed), np.random.default_rng(seed).normal(size=(1, 2))
        hidden = 1 / (1 + np.exp(-(x @ network.weights[0] + network.biases[0])))[0]
        out = network.forward(x)[0, 0]
        last, deltas = solution("neurons-deltas")(hidden.tolist(), network.weights[1][:, 0].tolist(), out, 1.0)
        gradient = network.loss_and_gradient(x, [1])[1]
        np.testing.assert_allclose(-gradient[[8, 9, 10, 11, 16]], [*deltas, last], rtol=1e-9)


def test_q_learning_steps_find_what_value_iteration_finds():
    world, update = basics.GridWorld("small"), solution("reward-q-update")
    floor = world.floor()
    Q = np.zeros((len(floor), 4))
    for _ in range(300):
        for state, action in np.ndindex(Q.shape):
            _, there, reward, over = world.outcomes(floor[state], action)[0]
            after = 0 if over else floor.index(there)
            Q[state, action] = update(Q, state, action, reward, after, over, 0.5, 0.9)
    best = basics.value_iteration(world, discount=0.9).Q
    np.testing.assert_allclose(Q, [best[square] for square in floor], atol=1e-6)


def test_the_discounted_return_is_what_the_start_is_worth():
    for n_steps in range(1, 6):
        rewards = [-1.0] * (n_steps - 1) + [10.0]
        world = basics.value_iteration("S" + "." * (n_steps - 1) + "G", discount=0.7)
        assert solution("reward-discounted-return")(rewards, 0.7) == pytest.approx(world.values[0, 0])


def test_td_update_moves_a_value_as_the_network_does():
    network, rng, value = games.NTupleNetwork.zeros("5x4"), np.random.default_rng(0), 0.0
    board = 2 ** rng.permutation(np.arange(1, 17) % 16).reshape(4, 4)  # sixteen tiles, all views of it different
    board[board == 1] = 0
    for points, later, rate in rng.random((5, 3)):
        ntuple.learn(network, board, points + later, rate=rate)
        value = solution("games-td-update")(value, points, later, rate)
        assert network.value(board) == pytest.approx(value, rel=1e-5)


def test_perplexity():
    model = nlp.train_ngrams(["so so", "so la", "la"], 2)
    chances = [step.probability for step in model.chain("so la so")]
    assert solution("language-perplexity")(chances) == pytest.approx(model.perplexity("so la so"))


@pytest.mark.parametrize(("channels", "stride"), [(4, 1), (6, 2)])
def test_residual(channels, stride):
    block, x = vision.ResidualBlock(4, channels, stride).eval(), torch.randn(2, 4, 8, 8)
    layers = nn.Sequential(block.conv1, block.norm1, nn.ReLU(), block.conv2, block.norm2)
    torch.testing.assert_close(solution("vision-residual")(x, layers, block.shortcut), block(x))


def test_normalized_channels_have_mean_0_and_deviation_1():
    rng = np.random.default_rng(0)
    train, other = rng.normal(5, 3, (6, 3, 4, 5)), rng.normal(5, 3, (2, 3, 4, 5))
    scaled, rest = solution("vision-normalize-channels")(train, other)
    np.testing.assert_allclose(scaled.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=(0, 2, 3)), 1)
    np.testing.assert_allclose(rest[:, 1] * train[:, 1].std() + train[:, 1].mean(), other[:, 1])


def test_exploring_is_what_q_learning_needs():
    """With epsilon 0 the first of equals; with epsilon 1 every action a quarter of the times."""
    explore, rng = solution("reward-explore"), np.random.default_rng(0)
    assert {explore([0.0, 2.0, 2.0, 1.0], 0.0, rng) for _ in range(50)} == {1}
    counts = np.bincount([explore([0.0, 2.0, 2.0, 1.0], 1.0, rng) for _ in range(4000)])
    assert np.abs(counts / 4000 - 0.25).max() < 0.03
