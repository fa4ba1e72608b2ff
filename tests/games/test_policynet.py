import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.games.policynet import (
    SYMMETRIES,
    Adam,
    all_symmetries,
    loss_and_gradient,
    new_weights,
    predict,
    train_on,
)


def random_samples(rng, n):
    boards = rng.integers(-1, 2, (n, 9)).astype(np.int8)
    boards[:, 4] = 0  # at least one cell is empty
    policies = rng.random((n, 9)) * (boards == 0)
    policies /= policies.sum(axis=1, keepdims=True)
    return boards, policies, rng.integers(-1, 2, n).astype(float)


def random_weights(rng, n_hidden=7):
    weights = {name: weight.astype(np.float64) for name, weight in new_weights(n_hidden, rng).items()}
    return {name: weight + rng.normal(0, 0.5, weight.shape) for name, weight in weights.items()}


def test_an_untrained_network_finds_all_moves_equal_and_all_positions_drawn():
    weights = new_weights(16, np.random.default_rng(0))
    boards = np.array([[0] * 9, [1, -1, 0, 0, 0, 0, 0, 0, 0]], np.int8)
    policy, value = predict(weights, boards)
    np.testing.assert_allclose(policy[0], 1 / 9, rtol=1e-6)
    np.testing.assert_allclose(policy[1], [0, 0] + [1 / 7] * 7, rtol=1e-6)
    assert (value == 0).all()
    assert policy.dtype == value.dtype == np.float32


def test_a_network_of_one_neuron_as_worked_by_hand():
    # The neuron hears an own mark in the centre: 2 * 1 + 0.5. Policy logits are 2.5 times its weights.
    weights = {name: np.zeros_like(weight, float) for name, weight in new_weights(1, np.random.default_rng(0)).items()}
    weights["hidden"][4, 0], weights["hidden_bias"][0] = 2.0, 0.5
    weights["policy"][0, 0], weights["value"][0, 0] = 0.4, -0.2
    board = np.array([[0, 0, -1, -1, 1, 1, 1, -1, -1]], np.int8)
    policy, value = predict(weights, board)
    odds = np.exp(0.4 * 2.5)
    np.testing.assert_allclose(policy[0], [odds / (odds + 1), 1 / (odds + 1), *[0] * 7])
    np.testing.assert_allclose(value, np.tanh(-0.5))


def test_a_full_board_has_no_move():
    policy, value = predict(random_weights(np.random.default_rng(0)), np.ones((1, 9), np.int8))
    assert (policy == 0).all()
    assert np.isfinite(value).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_probabilities_add_up_to_one_over_the_empty_cells(seed):
    rng = np.random.default_rng(seed)
    boards, _, _ = random_samples(rng, 5)
    weights = {name: 30 * weight for name, weight in random_weights(rng).items()}  # large logits too
    policy, value = predict(weights, boards)
    np.testing.assert_allclose(policy.sum(axis=1), 1)
    assert (policy[boards != 0] == 0).all()
    assert (np.abs(value) <= 1).all()


def test_the_gradient_agrees_with_finite_differences():
    rng = np.random.default_rng(1)
    weights, samples = random_weights(rng), random_samples(rng, 6)
    gradient = loss_and_gradient(weights, *samples)[2]
    for name, weight in weights.items():
        for place in np.ndindex(weight.shape):
            kept, sums = weight[place], []
            for step in (1e-6, -1e-6):
                weight[place] = kept + step
                sums.append(sum(loss_and_gradient(weights, *samples)[:2]))
            weight[place] = kept
            assert gradient[name][place] == pytest.approx((sums[0] - sums[1]) / 2e-6, abs=1e-6), (name, place)


def test_losses_and_gradient_agree_with_autograd():
    import torch

    rng = np.random.default_rng(2)
    weights, (boards, policies, outcomes) = random_weights(rng, 12), random_samples(rng, 20)
    w = {name: torch.tensor(weight, requires_grad=True) for name, weight in weights.items()}
    own, other = torch.tensor(boards == 1), torch.tensor(boards == -1)
    hidden = torch.relu(torch.cat([own, other], dim=1).double() @ w["hidden"] + w["hidden_bias"])
    logits = hidden @ w["policy"] + w["policy_bias"]
    log_policy = torch.log_softmax(logits.masked_fill(torch.tensor(boards != 0), -1e30), dim=1)
    policy_loss = -(torch.tensor(policies) * log_policy.clamp(min=-1e20)).sum(dim=1).mean()
    value = torch.tanh(hidden @ w["value"] + w["value_bias"])[:, 0]
    value_loss = torch.nn.functional.mse_loss(value, torch.tensor(outcomes))
    (policy_loss + value_loss).backward()
    found = loss_and_gradient(weights, boards, policies, outcomes)
    assert found[0] == pytest.approx(policy_loss.item())
    assert found[1] == pytest.approx(value_loss.item())
    for name, slope in found[2].items():
        np.testing.assert_allclose(slope, w[name].grad.numpy(), atol=1e-12)


def test_adam_steps_as_torch_does():
    import torch

    rng = np.random.default_rng(3)
    weights = random_weights(rng)
    theirs = {name: torch.tensor(weight, requires_grad=True) for name, weight in weights.items()}
    adam, peer = Adam(weights, 0.01), torch.optim.Adam(theirs.values(), lr=0.01)
    for _ in range(5):
        gradient = {name: rng.normal(size=weight.shape) for name, weight in weights.items()}
        adam.step(gradient)
        for name, parameter in theirs.items():
            parameter.grad = torch.tensor(gradient[name])
        peer.step()
    for name, weight in weights.items():
        np.testing.assert_allclose(weight, theirs[name].detach().numpy(), rtol=1e-9, atol=1e-12)


def test_training_lowers_both_losses():
    rng = np.random.default_rng(4)
    samples = random_samples(rng, 300)
    adam = Adam(new_weights(64, rng), 0.003)
    losses = [train_on(samples, adam, rng) for _ in range(150)]
    assert losses[-1][0] < losses[0][0] - 0.05
    assert losses[-1][1] < losses[0][1] / 3


def test_the_eight_symmetries_are_the_turns_and_mirror_images():
    square = np.arange(9).reshape(3, 3)
    wanted = {tuple(form.ravel()) for k in range(4) for form in (np.rot90(square, k), np.rot90(square, k).T)}
    assert {tuple(order) for order in SYMMETRIES} == wanted
    assert len(wanted) == 8


def test_a_turned_board_is_trained_with_the_turned_policy():
    boards, policies, outcomes = random_samples(np.random.default_rng(5), 4)
    forms = all_symmetries((boards, policies, outcomes))
    assert [len(part) for part in forms] == [32, 32, 32]
    for sample in range(4):
        squares = boards[sample].reshape(3, 3), policies[sample].reshape(3, 3)
        for k in range(4):
            for turn in (lambda a, k=k: np.rot90(a, k), lambda a, k=k: np.rot90(a, k).T):
                board, policy = (turn(square).ravel() for square in squares)
                same = (forms[0] == board).all(axis=1) & (forms[1] == policy).all(axis=1)
                assert (same & (forms[2] == outcomes[sample])).any()
