"""A small network with two answers: which moves look good, and who is winning.

Boards have shape (n, 9) and are seen by the player to move: 1 is an own mark, -1 the opponent's, 0 an empty cell.
The idea in three lines: one hidden layer looks at the board; from it come nine move probabilities (the policy) and one
number from -1, lost, to 1, won (the value);
training pulls the policy towards the moves a search preferred, and the value towards how the games ended.

*Left out*: convolutions and residual blocks, which larger boards need.
*Next*: ``puct.py``, a search that listens to the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["new_weights", "predict", "loss_and_gradient", "Adam", "train_on", "all_symmetries", "SYMMETRIES"]

Array: TypeAlias = "NDArray[np.floating[Any]]"
Boards: TypeAlias = "NDArray[np.int8]"  # (n, 9)
Weights: TypeAlias = "dict[str, NDArray[Any]]"
Samples: TypeAlias = "tuple[Boards, Array, Array]"  # boards, policies (n, 9), outcomes (n,)

SQUARE = np.arange(9).reshape(3, 3)
TURNED = [np.rot90(SQUARE, quarter) for quarter in range(4)]
# The 4 turns of the board and their mirror images, each as an order of the 9 cells.
SYMMETRIES = np.array([square.ravel() for turned in TURNED for square in (turned, turned[:, ::-1])])  # (8, 9)
BATCH = 128  # samples in one step of training


def new_weights(n_hidden: int, rng: np.random.Generator) -> Weights:
    """Return random weights of the hidden layer, and zeros where the two answers are made."""
    # He's rule: with 9 inputs that are not 0, sums of about the size of 1.
    return {
        "hidden": (rng.standard_normal((18, n_hidden)) * np.sqrt(2 / 9)).astype(np.float32),
        "hidden_bias": np.zeros(n_hidden, np.float32),
        "policy": np.zeros((n_hidden, 9), np.float32),  # every move equally good at first
        "policy_bias": np.zeros(9, np.float32),
        "value": np.zeros((n_hidden, 1), np.float32),  # every position a draw at first
        "value_bias": np.zeros(1, np.float32),
    }


def predict(weights: Weights, boards: Boards) -> tuple[Array, Array]:
    """Return move probabilities of shape (n, 9), 0 where a cell is taken, and values of shape (n,)."""
    _, _, policy, value = _forward(weights, boards)
    return policy, value


def _forward(weights: Weights, boards: Boards) -> tuple[Array, Array, Array, Array]:
    # Own marks and the opponent's are two inputs for each cell.
    inputs = np.concatenate([boards == 1, boards == -1], axis=1).astype(weights["hidden"].dtype)  # (n, 18)
    hidden = np.maximum(inputs @ weights["hidden"] + weights["hidden_bias"], 0)  # (n, n_hidden)
    # Softmax over the empty cells; a board without one keeps probabilities of 0.
    logits = hidden @ weights["policy"] + weights["policy_bias"]  # (n, 9)
    legal = boards == 0
    highest = np.where(legal, logits, -np.inf).max(axis=1, keepdims=True)  # taken off, so that exp stays below 1
    powers = np.where(legal, np.exp(np.minimum(logits - highest, 0)), 0)
    policy = powers / np.maximum(powers.sum(axis=1, keepdims=True), 1e-9)
    value = np.tanh(hidden @ weights["value"] + weights["value_bias"])[:, 0]  # (n,)
    return inputs, hidden, policy, value


def loss_and_gradient(
    weights: Weights, boards: Boards, policies: Array, outcomes: Array
) -> tuple[float, float, Weights]:
    """Return the policy loss, the value loss and the gradient of their sum.

    Parameters
    ----------
    weights : dict of str to ndarray
        As `new_weights` returns them.
    boards : ndarray of shape (n, 9)
        Positions, seen by the player to move.
    policies : ndarray of shape (n, 9)
        What share of a search went to each move.
    outcomes : ndarray of shape (n,)
        How each game ended for the player to move: 1, 0 or -1.

    Returns
    -------
    tuple of (float, float, dict of str to ndarray)
        Mean cross-entropy, mean squared error, and the gradient under the names of the weights.
    """
    inputs, hidden, policy, value = _forward(weights, boards)
    policy_loss = -float((policies * np.log(np.maximum(policy, 1e-12))).sum(axis=1).mean())
    value_loss = float(((value - outcomes) ** 2).mean())
    # Backwards: softmax with cross-entropy leaves the plain difference; tanh has the slope 1 - value**2.
    n = len(boards)
    d_logits = (policy - policies) / n  # (n, 9)
    d_raw = (2 * (value - outcomes) * (1 - value**2) / n)[:, None]  # (n, 1)
    # Both answers speak to the hidden layer; ReLU passes the message on where it was open.
    d_hidden = (d_logits @ weights["policy"].T + d_raw @ weights["value"].T) * (hidden > 0)  # (n, n_hidden)
    gradient: Weights = {
        "hidden": inputs.T @ d_hidden, "hidden_bias": d_hidden.sum(axis=0),
        "policy": hidden.T @ d_logits, "policy_bias": d_logits.sum(axis=0),
        "value": hidden.T @ d_raw, "value_bias": d_raw.sum(axis=0),
    }  # fmt: skip
    return policy_loss, value_loss, gradient


class Adam:
    """Steps against the gradient, each weight at its own pace (Kingma and Ba, 2015).

    Parameters
    ----------
    weights : dict of str to ndarray
        What will be trained; changed in place by `step`.
    learning_rate : float
        The length of a step.
    """

    def __init__(self, weights: Weights, learning_rate: float) -> None:
        self.weights, self.learning_rate, self.n_steps = weights, learning_rate, 0
        self.means = {name: np.zeros_like(weight) for name, weight in weights.items()}
        self.squares = {name: np.zeros_like(weight) for name, weight in weights.items()}

    def step(self, gradient: Weights) -> None:
        """Change the weights by one step."""
        self.n_steps += 1
        for name, slope in gradient.items():
            # Running means of the gradient and of its square; both start at 0 and are corrected for that.
            self.means[name] += 0.1 * (slope - self.means[name])
            self.squares[name] += 0.001 * (slope**2 - self.squares[name])
            mean = self.means[name] / (1 - 0.9**self.n_steps)
            size = np.sqrt(self.squares[name] / (1 - 0.999**self.n_steps))
            self.weights[name] -= self.learning_rate * mean / (size + 1e-8)


def train_on(samples: Samples, adam: Adam, rng: np.random.Generator) -> tuple[float, float]:
    """Train once on every sample, in a new order; return the mean policy loss and value loss."""
    boards, policies, outcomes = samples
    losses = []
    for batch in np.array_split(rng.permutation(len(boards)), max(1, len(boards) // BATCH)):
        found = loss_and_gradient(adam.weights, boards[batch], policies[batch], outcomes[batch])
        policy_loss, value_loss, gradient = found
        adam.step(gradient)
        losses.append((policy_loss, value_loss))
    policy_mean, value_mean = np.mean(losses, axis=0).tolist()
    return policy_mean, value_mean


def all_symmetries(samples: Samples) -> Samples:
    """Return each sample in its 8 turned and mirrored forms: the policy turns with the board, the outcome stays."""
    boards, policies, outcomes = samples
    # Indexing by the (8, 9) orders gives (n, 8, 9); then the 8 forms become samples of their own.
    turned_boards, turned_policies = boards[:, SYMMETRIES].reshape(-1, 9), policies[:, SYMMETRIES].reshape(-1, 9)
    return turned_boards, turned_policies, np.repeat(outcomes, len(SYMMETRIES))
