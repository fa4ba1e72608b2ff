"""Tree search that listens to a network, for many boards of tic-tac-toe side by side.

The idea in three lines: the search of ``mcts.py``, with two changes;
a new position is not played out, the network's value says who is winning;
a move's bonus is multiplied by its probability under the network, so that promising moves are tried first.
Many boards take each step together, because one call of the network for 100 boards costs little more than for one.

*Left out*: keeping the tree from one move to the next.
*Next*: ``selftaught.py``, a player made of this search and a trained network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .policynet import predict
from .tictactoe import LINES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .policynet import Array, Boards, Weights

    Numbers = NDArray[np.int64]
    Path = list[tuple[Numbers, Numbers, Numbers]]  # of each step: which trees, at which nodes, to which cells

__all__ = ["guided_search", "preferred_cells", "place_marks", "has_lost", "Trees"]

EXPLORATION = 1.5  # the weight of the bonus
NOISE_SHARE = 0.25  # how much of the policy at the root is replaced by chance during self-play; AlphaZero's value
NOISE_SHAPE = 1.0  # AlphaZero takes about 10 divided by the number of moves; 1 makes all mixtures equally likely


def guided_search(
    weights: Weights, boards: Boards, n_simulations: int, *, rng: np.random.Generator | None = None
) -> Array:
    """Return how often the search went to each cell.

    Parameters
    ----------
    weights : dict of str to ndarray
        The network.
    boards : ndarray of shape (n, 9)
        Positions of games that go on, seen by the player to move: 1 own, -1 the opponent's, 0 empty.
    n_simulations : int
        How many positions each tree may look at.
    rng : numpy.random.Generator, optional
        With it chance is mixed into the policy at the root, so that self-play keeps trying unlikely moves.

    Returns
    -------
    ndarray of shape (n, 9)
        Visits; each row adds up to `n_simulations`.

    References
    ----------
    D. Silver et al., "Mastering the game of Go without human knowledge", Nature 550, 2017.
    """
    everyone = np.arange(len(boards))
    trees = Trees(boards, n_simulations)
    trees.judge(weights, everyone, 0)
    if rng is not None:
        trees.add_noise(rng)
    for new in range(1, n_simulations + 1):
        path, leaves = trees.descend(new)
        trees.judge(weights, everyone[leaves == new], new)
        trees.back_up(path, trees.values[everyone, leaves])
    return trees.visits[:, 0]


class Trees:
    """One search tree for each board, all in the same arrays; node 0 is the root, node k was added by simulation k.

    Parameters
    ----------
    boards : ndarray of shape (n, 9)
        The roots, seen by the player to move.
    n_simulations : int
        How many nodes there is room for.
    """

    def __init__(self, boards: Boards, n_simulations: int) -> None:
        nodes = (len(boards), n_simulations + 1)
        self.boards = np.zeros((*nodes, 9), np.int8)  # each seen by the player to move there
        self.boards[:, 0] = boards
        self.children = np.zeros((*nodes, 9), np.int64)  # the node behind each cell; 0 where there is none yet
        self.visits = np.zeros((*nodes, 9), np.float32)
        self.totals = np.zeros((*nodes, 9), np.float32)  # summed values for the player who moves to the cell
        self.priors = np.zeros((*nodes, 9), np.float32)  # the network's policy
        self.values = np.zeros(nodes, np.float32)  # for the player to move there
        self.over = np.zeros(nodes, bool)

    def judge(self, weights: Weights, trees: Numbers, node: int) -> None:
        """Ask the network about one node of some trees; where the game is over the rules know better."""
        boards = self.boards[trees, node]  # (n_trees, 9)
        policy, value = predict(weights, boards)
        lost, full = has_lost(boards), (boards != 0).all(axis=1)
        self.priors[trees, node] = policy
        self.values[trees, node] = np.where(lost, -1, np.where(full, 0, value))
        self.over[trees, node] = lost | full

    def add_noise(self, rng: np.random.Generator) -> None:
        """Mix chance into the policy of the roots: a Dirichlet draw over the empty cells."""
        draws = rng.standard_gamma(NOISE_SHAPE, (len(self.boards), 9)) * (self.boards[:, 0] == 0)
        noise = draws / draws.sum(axis=1, keepdims=True)
        self.priors[:, 0] = (1 - NOISE_SHARE) * self.priors[:, 0] + NOISE_SHARE * noise

    def descend(self, new: int) -> tuple[Path, Numbers]:
        """Walk down every tree to a position not seen before, or to the end of the game; return path and end."""
        nodes = np.zeros(len(self.boards), np.int64)
        live, path = np.arange(len(nodes)), []  # the trees in which the walk goes on
        while len(live):
            at = nodes[live]
            cells = self.scores(live, at).argmax(axis=1)
            path.append((live, at, cells))
            reached = self.children[live, at, cells]
            # A cell without a node behind it gets the node `new`, and the walk stops there.
            fresh = reached == 0
            made, parents, marked = live[fresh], at[fresh], cells[fresh]
            self.children[made, parents, marked] = new
            self.boards[made, new] = place_marks(self.boards[made, parents], marked)
            nodes[live] = np.where(fresh, new, reached)
            live = live[~fresh & ~self.over[live, nodes[live]]]
        return path, nodes

    def scores(self, trees: Numbers, nodes: Numbers) -> Array:
        """Return mean value plus bonus of the nine cells, for one node of each tree; shape (n_trees, 9)."""
        visits, priors = self.visits[trees, nodes], self.priors[trees, nodes]
        means = self.totals[trees, nodes] / np.maximum(visits, 1)  # a cell never tried counts as a draw
        # The 1 under the root lets the policy decide at the first visit, when there are no visits to count.
        bonus = EXPLORATION * priors * np.sqrt(1 + visits.sum(axis=1, keepdims=True)) / (1 + visits)
        scores: Array = np.where(self.boards[trees, nodes] == 0, means + bonus, -np.inf)
        return scores

    def back_up(self, path: Path, values: Array) -> None:
        """Tell every move on the path how it ended; what is good for one player is as bad for the other."""
        values = values.copy()  # (n,), for the player to move at the end of each walk
        for trees, nodes, cells in reversed(path):
            values[trees] *= -1
            self.visits[trees, nodes, cells] += 1
            self.totals[trees, nodes, cells] += values[trees]


def preferred_cells(weights: Weights, boards: Boards, n_simulations: int) -> Numbers:
    """Return the cell with the most visits, or with the highest probability when there are no simulations."""
    visits = guided_search(weights, boards, n_simulations) if n_simulations else predict(weights, boards)[0]
    cells: Numbers = np.where(boards == 0, visits, -1).argmax(axis=1)
    return cells


def place_marks(boards: Boards, cells: Numbers) -> Boards:
    """Return the boards after a mark in one cell each, seen by the opponent, who moves next."""
    after = -boards
    after[np.arange(len(boards)), cells] = -1
    return after


def has_lost(boards: Boards) -> NDArray[np.bool_]:
    """Return for each board whether the opponent of the player to move has three in a line."""
    lost: NDArray[np.bool_] = (boards[:, LINES].sum(axis=2) == -3).any(axis=1)
    return lost
