"""Learning from nothing but its own games: AlphaZero's idea on tic-tac-toe.

A network judges, a search improves on it, the network learns from the search. In three lines, over and over again:
play games against itself, each move chosen by a search that listens to the network;
train the network to prefer at once what the search found, and to foresee how the games ended;
test it against perfect play. Of the game it was told the rules, and nothing else.

*Left out*: other games; board and network are made for 9 cells.
*Next*: nothing, the path through the games ends here.
"""

from __future__ import annotations

import copy
import numbers
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_integer, check_number, message
from .._support.files import check_path, check_writable
from .._support.progress import progress_bar
from .policynet import Adam, all_symmetries, new_weights, train_on
from .puct import guided_search, has_lost, place_marks
from .selftaught import (
    HISTORY,
    MOST_GAMES,
    MOST_SIMULATIONS,
    N_TEST_GAMES,
    SelfPlayResult,
    play_perfect,
    read_arrays,
    write_arrays,
)

if TYPE_CHECKING:
    import os

    from .policynet import Array, Samples, Weights

__all__ = ["train_selfplay", "play_itself"]

N_CURIOUS = 4  # opening moves drawn in proportion to the visits, so that games differ; then the most visited move
WINDOW = 20  # iterations whose games are kept for training: old games come from a weaker player
PARTS = ("boards", "policies", "outcomes")


def train_selfplay(
    *,
    n_iterations: int = 30,
    n_games: int = 128,
    n_simulations: int = 50,
    n_hidden: int = 128,
    learning_rate: float = 0.003,
    rng: int | np.random.Generator | None = 0,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> SelfPlayResult:
    """Return a player that learned tic-tac-toe by playing against itself.

    Parameters
    ----------
    n_iterations : int, default=30
        How often to play, train and test.
    n_games : int, default=128
        Games of self-play in each iteration, played side by side.
    n_simulations : int, default=50
        Positions the search looks at before each move.
    n_hidden : int, default=128
        The width of the network's hidden layer.
    learning_rate : float, default=0.003
        The length of a step in training.
    rng : int, numpy.random.Generator or None, default=0
        The chance behind first weights, games and training; None gives another player in every call.
    checkpoint : str or path-like, optional
        A file that is written after each iteration. If it is there already, the training goes on where it stopped,
        and comes to the same player; with `n_iterations` or more in the file nothing is left to do.
    progress : bool, default=True
        Whether to show a bar in a terminal.

    Returns
    -------
    SelfPlayResult
        The player with its learning curve; after Ctrl-C the one of the last complete iteration.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above, or the checkpoint is damaged or comes from other settings.

    Notes
    -----
    AlphaZero's loop [1]_, with a network of one hidden layer and each position trained in its 8 symmetric forms.

    References
    ----------
    .. [1] D. Silver et al., "Mastering chess and shogi by self-play with a general reinforcement learning algorithm",
       arXiv:1712.01815, 2017.

    Examples
    --------
    >>> result = train_selfplay(n_iterations=1, n_games=4, n_simulations=5)
    >>> result.policy_losses.shape, result.choose_cell(["XX.", "OO.", "..."], n_simulations=50)
    ((1,), (0, 2))
    """
    n_iterations = check_integer("n_iterations", n_iterations, low=1, high=100_000)
    settings: dict[str, Any] = {
        "n_games": check_integer("n_games", n_games, low=1, high=MOST_GAMES),
        "n_simulations": check_integer("n_simulations", n_simulations, low=1, high=MOST_SIMULATIONS),
        "n_hidden": check_integer("n_hidden", n_hidden, low=1, high=10_000),
        "learning_rate": check_number("learning_rate", learning_rate, above=0, high=1),
        "seed": int(as_generator(rng).integers(2**63)),
    }
    place = None if checkpoint is None else check_path("checkpoint", checkpoint)
    if place is not None and place.exists():
        settings, training = _read_checkpoint(place, settings, any_seed=not isinstance(rng, numbers.Integral))
    else:
        first = new_weights(settings["n_hidden"], np.random.default_rng([settings["seed"], 0]))
        training = _Training(Adam(first, settings["learning_rate"]), [], [])
    if place is not None:
        check_writable(place)
    interrupted = False
    rest = range(len(training.history) + 1, n_iterations + 1)
    try:
        for iteration in progress_bar(rest, label="self-play", progress=progress):
            training = _next_iteration(training, iteration, settings)
            if place is not None:
                _write_checkpoint(place, settings, training)
    except KeyboardInterrupt:  # what is not complete is dropped: the last whole iteration counts
        interrupted = True
    history: dict[str, Any] = {name: np.array([row[name] for row in training.history]) for name in HISTORY}
    told: dict[str, Any] = {name: settings[name] for name in ("n_games", "n_simulations")}
    return SelfPlayResult(training.adam.weights, **history, **told, interrupted=interrupted)


@dataclass(frozen=True)
class _Training:
    """All that an iteration needs from the ones before it."""

    adam: Adam  # with the weights
    samples: list[Samples]  # one entry for each of the last WINDOW iterations
    history: list[dict[str, float]]


def _next_iteration(training: _Training, iteration: int, settings: dict[str, Any]) -> _Training:
    """Return the training after one more iteration; the given one stays as it is."""
    # A seed of its own for each iteration: a training that goes on later draws the same numbers.
    rng = np.random.default_rng([settings["seed"], iteration])
    adam = copy.deepcopy(training.adam)
    # Play.
    played = play_itself(adam.weights, settings["n_games"], settings["n_simulations"], rng)
    samples = [*training.samples, played][-WINDOW:]
    # Train.
    boards, policies, outcomes = (np.concatenate(part) for part in zip(*samples, strict=True))
    losses = train_on(all_symmetries((boards, policies, outcomes)), adam, rng)
    # Test, against the same chance each time.
    defeats = [
        play_perfect(adam.weights, N_TEST_GAMES, n_simulations, np.random.default_rng(0))["defeats"]
        for n_simulations in (0, settings["n_simulations"])
    ]
    row = dict(zip(HISTORY, (*losses, *map(float, defeats)), strict=True))
    return _Training(adam, samples, [*training.history, row])


def play_itself(weights: Weights, n_games: int, n_simulations: int, rng: np.random.Generator) -> Samples:
    """Return the positions of games of the network against itself, with what the search and the end said of them.

    Parameters
    ----------
    weights : dict of str to ndarray
        The network, playing both sides.
    n_games : int
        Games side by side.
    n_simulations : int
        Positions the search looks at before each move.
    rng : numpy.random.Generator
        The chance in search and choice.

    Returns
    -------
    tuple of (ndarray of shape (n, 9), ndarray of shape (n, 9), ndarray of shape (n,))
        Positions seen by the player to move, the share of visits of each cell, and how the game ended for that player.
    """
    boards = np.zeros((n_games, 9), np.int8)
    games = np.arange(n_games)  # which game each board belongs to
    first_won = np.zeros(n_games, np.float32)  # 1 when the first player won, -1 when the second did
    kept = []
    for turn in range(9):
        policies = guided_search(weights, boards, n_simulations, rng=rng) / n_simulations
        sign = 1 if turn % 2 == 0 else -1  # turns "for the first player" into "for the player to move" and back
        kept.append((boards, policies, games, sign))
        boards = place_marks(boards, _draw(policies, rng) if turn < N_CURIOUS else policies.argmax(axis=1))
        lost = has_lost(boards)
        first_won[games[lost]] = sign
        boards, games = boards[~lost], games[~lost]
        if not len(games):
            break
    outcomes = [sign * first_won[games] for _, _, games, sign in kept]
    all_boards, all_policies = (np.concatenate([turn[part] for turn in kept]) for part in (0, 1))
    return all_boards, all_policies, np.concatenate(outcomes)


def _draw(policies: Array, rng: np.random.Generator) -> Any:
    """Return one cell for each row of probabilities of shape (n, 9)."""
    sums = policies.cumsum(axis=1)
    return (sums > rng.random((len(sums), 1)) * sums[:, -1:]).argmax(axis=1)


def _write_checkpoint(place: Any, settings: dict[str, Any], training: _Training) -> None:
    adam, samples = training.adam, training.samples
    arrays = dict(adam.weights)
    arrays |= {f"mean_{name}": mean for name, mean in adam.means.items()}
    arrays |= {f"square_{name}": square for name, square in adam.squares.items()}
    arrays |= {name: np.concatenate([part[k] for part in samples]) for k, name in enumerate(PARTS)}
    arrays |= {name: np.array([row[name] for row in training.history]) for name in HISTORY}
    arrays["sizes"] = np.array([len(part[0]) for part in samples])  # where one iteration's samples end
    write_arrays(place, "checkpoint", settings | {"n_steps": adam.n_steps}, arrays)


def _read_checkpoint(place: Any, settings: dict[str, Any], *, any_seed: bool) -> tuple[dict[str, Any], _Training]:
    remedy = "Remove the file to begin again."
    found, arrays = read_arrays(place, "checkpoint", [*settings, "n_steps"], remedy)
    n_steps = found.pop("n_steps")
    # Only the same settings continue the same training; without a seed in the call, the file's is taken.
    wanted = settings | {"seed": found["seed"]} if any_seed else settings
    for name, value in wanted.items():
        if found[name] != value:
            expected = f"a training with the same settings, here {'rng' if name == 'seed' else name}={value}"
            raise ValueError(message("checkpoint", expected, found[name], "Name another file, or " + remedy.lower()))
    weights = {name: arrays[name] for name in new_weights(1, np.random.default_rng(0))}
    adam = Adam(weights, found["learning_rate"])
    adam.n_steps = n_steps
    for name in weights:
        adam.means[name], adam.squares[name] = arrays[f"mean_{name}"], arrays[f"square_{name}"]
    ends = np.cumsum(arrays["sizes"])[:-1]
    samples: list[Any] = list(zip(*(np.split(arrays[name], ends) for name in PARTS), strict=True))
    history = [dict(zip(HISTORY, row, strict=True)) for row in zip(*(arrays[name] for name in HISTORY), strict=True)]
    return found, _Training(adam, samples, history)
