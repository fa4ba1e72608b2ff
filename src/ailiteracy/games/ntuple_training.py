"""Temporal-difference learning: a 2048 player that teaches itself by playing. ``train_ntuple``.

The idea in three lines: play a game with what is known so far; then go through it backwards and correct the value of
every board by what came after it; start again. Nobody says which boards are good: points are the only teacher.
Learning rates fall by themselves where errors cancel out (temporal coherence), so that no schedule has to be tuned.

*Left out*: eligibility traces; going backwards carries news from the end of a game to its start at once.
*Next*: ``_fastlearning.py``, the compiled twin of the loop; ``terminal.py``, to watch the player.

References
----------
M. Szubert and W. Jaskowski, Temporal difference learning of n-tuple networks for the game 2048, CIG 2014.
W. Jaskowski, Mastering 2048 with delayed temporal coherence learning, multi-stage weight promotion, redundant encoding
and carousel shaping, IEEE Transactions on Games 10 (2018).
"""

from __future__ import annotations

import json
import logging
import numbers
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_choice, check_integer, check_number, message
from .._support.figures import new_figure, result_html
from .._support.files import check_path, check_writable, whole_file
from .._support.progress import progress_bar
from .ntuple import DAMAGE, NTupleNetwork, check_tuples, finished, n_entries

if TYPE_CHECKING:
    import os
    import pathlib
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["NTupleResult", "train_ntuple"]

logger = logging.getLogger(__name__)

RATES = {"td": 0.1, "tc": 1.0}  # of each method; temporal coherence lowers it where a weight has settled
SAVE_EVERY = 600.0  # seconds between two checkpoints
MOST_GAMES = 10**8
FORMAT = "ailiteracy n-tuple checkpoint 1"


def train_ntuple(
    tuples: str | Sequence[Sequence[int]] = "4x5",
    *,
    n_games: int = 5_000,
    max_seconds: float | None = None,
    method: str = "tc",
    learning_rate: float | None = None,
    optimism: float = 0.0,
    rng: int | np.random.Generator | None = 0,
    n_jobs: int = 1,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> NTupleResult:
    """Return an n-tuple network that has taught itself 2048 by playing.

    Parameters
    ----------
    tuples : {"5x4", "4x5", "4x6"} or sequence of tuples of cells, default="4x5"
        Which groups of cells get a table. Cells are numbered 0 to 15 in reading order. Tables and learning rates need
        4 and 8 bytes a weight: 4 MB for "5x4", 50 MB for "4x5", 805 MB for "4x6"; bar and log say it beforehand.
    n_games : int, default=5000
        How many games to learn from, those of a checkpoint included.
    max_seconds : float or None, default=None
        When to stop early, in seconds of this call; one game is played at least.
    method : {"td", "tc"}, default="tc"
        TD(0) with one learning rate, or temporal coherence, in which each weight has its own.
    learning_rate : float or None, default=None
        The share of an error that a board's weights correct together. None takes 0.1 for "td" and 1.0 for "tc".
    optimism : float, default=0.0
        The value of every board at the start. A high one (such as 320000) makes the player try what it has not seen.
    rng : int, numpy.random.Generator or None, default=0
        Where chance comes from: the same seed and n_jobs=1 give the same network. None takes fresh entropy.
    n_jobs : int, default=1
        The number of threads that play at once and learn into the same weights. More than one cannot be repeated
        exactly, because threads meet in another order each time.
    checkpoint : path-like or None, default=None
        A file that keeps the state of learning: written every ten minutes, at the end and on Ctrl-C. When it exists,
        learning goes on from it; the seed must be the same, or no integer. Where it cannot be written for a while, as
        on a full disk, the log says so and learning goes on.
    progress : bool, default=True
        Whether to show a bar in a terminal.

    Returns
    -------
    NTupleResult
        The network and the score of every game it learned from.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above, or the checkpoint is damaged or was made with other arguments.
    OSError
        When the checkpoint cannot be written before the first game, or at the end.

    Examples
    --------
    >>> result = train_ntuple("5x4", n_games=300)
    >>> bool(result.scores[-100:].mean() > 2 * result.scores[:100].mean())
    True
    """
    chosen = check_tuples(tuples)
    n_games = check_integer("n_games", n_games, low=1, high=MOST_GAMES)
    seconds = np.inf if max_seconds is None else check_number("max_seconds", max_seconds, above=0)
    check_choice("method", method, RATES)
    rate = RATES[method] if learning_rate is None else check_number("learning_rate", learning_rate, above=0, high=2)
    optimism = check_number("optimism", optimism, low=-1e6, high=1e6)
    n_jobs = check_integer("n_jobs", n_jobs, low=1, high=256)
    place = None if checkpoint is None else check_path("checkpoint", checkpoint)
    seeds = as_generator(rng).integers(2**63, size=n_jobs)
    seed = int(rng) if isinstance(rng, numbers.Integral) else None
    setting = {"tuples": chosen, "method": method, "learning_rate": rate, "optimism": optimism, "n_jobs": n_jobs}
    setting = json.loads(json.dumps(setting | {"rng": seed}))  # as it comes back from a file
    n_bytes = n_entries(chosen) * (12 if method == "tc" else 4)  # a weight, and two sums of its errors
    label = f"n-tuple network, {n_bytes / 1e6:,.0f} MB"
    logger.info("%s of memory for its tables", label)
    if place is not None and place.exists():
        state, setting = load_checkpoint(place, setting)
    else:
        state = first_state(chosen, method=method, optimism=optimism, seeds=seeds)
    if place is not None:
        check_writable(place)
    with progress_bar((), label=label, progress=progress, total=n_games) as bar:
        bar.update(state.n_games)
        play_and_learn(state, n_games, rate, seconds, bar, place, setting)
    return state.result()


@dataclass
class Learning:
    """What learning needs to go on: the network, the errors of its weights, chance, and the games so far."""

    network: NTupleNetwork
    errors: NDArray[np.float32]  # (n_entries, 2) sums of errors with and without sign; (0, 2) for TD(0)
    chance: NDArray[np.uint64]  # (n_jobs, 1) the state of each thread's random numbers
    games: list[NDArray[np.int64]]  # blocks of shape (n, 3): score, number of moves, best rank
    seconds: float = 0.0

    @property
    def n_games(self) -> int:
        """The number of games so far."""
        return sum(len(block) for block in self.games)

    def recent_mean(self) -> float:
        """Return the mean score of the last games, 1,000 or a few more."""
        n, first = 0, len(self.games)
        while n < 1000 and first > 0:
            first -= 1
            n += len(self.games[first])
        return float(np.concatenate(self.games[first:])[:, 0].mean())

    def result(self) -> NTupleResult:
        """Return what the caller gets."""
        scores, n_moves, ranks = np.concatenate([*self.games, np.zeros((0, 3), dtype=np.int64)]).T
        learned = NTupleNetwork(self.network.tuples, finished(self.network.weights))
        return NTupleResult(learned, scores, 2**ranks, n_moves, self.seconds)


def first_state(tuples: Any, *, method: str, optimism: float, seeds: NDArray[np.int64]) -> Learning:
    """Return the state before the first game."""
    network = NTupleNetwork.zeros(tuples)
    if optimism:
        network.weights.fill(optimism / (8 * len(tuples)))  # a board picks out 8 weights of each tuple
    errors = np.zeros((n_entries(tuples) if method == "tc" else 0, 2), dtype=np.float32)
    return Learning(network, errors, seeds.astype(np.uint64)[:, None], [])


def play_and_learn(
    state: Learning,
    n_games: int,
    rate: float,
    max_seconds: float,
    bar: Any,
    place: pathlib.Path | None,
    setting: dict[str, Any],
) -> None:
    """Play and learn until there are enough games or time is up; on Ctrl-C the state is saved first."""
    from ._learners import learners

    began = saved = time.perf_counter()
    before = state.seconds
    with learners(state, rate) as play_some:
        try:
            while state.n_games < n_games and not (state.n_games and time.perf_counter() - began > max_seconds):
                for block in play_some(n_games - state.n_games):
                    state.games.append(block)
                    bar.update(len(block))
                state.seconds = before + time.perf_counter() - began
                if state.n_games:
                    bar.set_postfix_str(f"mean score {state.recent_mean():,.0f}", refresh=False)
                if place is not None and time.perf_counter() - saved > SAVE_EVERY:
                    saved = time.perf_counter()
                    try:
                        save_checkpoint(place, state, setting)
                    except OSError as error:  # what was learned is in memory, and there may be room later
                        logger.warning("%s Learning goes on, and the next save tries again.", error)
        finally:
            if place is not None:
                save_checkpoint(place, state, setting)


def save_checkpoint(place: pathlib.Path, state: Learning, setting: dict[str, Any]) -> None:
    """Write the state of learning, whole or not at all."""
    header = np.array(json.dumps({"format": FORMAT, "setting": setting, "seconds": state.seconds}))
    games = np.concatenate([*state.games, np.zeros((0, 3), dtype=np.int64)])
    with whole_file(place) as part, part.open("wb") as file:
        np.savez(
            file, header=header, weights=state.network.weights, errors=state.errors, chance=state.chance, games=games
        )


def load_checkpoint(place: pathlib.Path, setting: dict[str, Any]) -> tuple[Learning, dict[str, Any]]:
    """Return the state and setting that `save_checkpoint` wrote, or say in words what is wrong with the file."""
    remedy = "Choose another file for `checkpoint`, or remove this one to start again."
    try:
        with place.open("rb") as file, np.load(file, allow_pickle=False) as content:
            header = json.loads(str(content["header"]))
            found, seconds = header["setting"], float(header["seconds"])
            if header["format"] != FORMAT:
                raise ValueError(f"its format is not {FORMAT!r}")
            if setting["rng"] is None or found.setdefault("rng") is None:  # nothing to compare: the file's stays
                setting = setting | {"rng": found.get("rng")}
            if found == setting:
                tuples = check_tuples(found["tuples"])
                network = NTupleNetwork(tuples, content["weights"])
                state = Learning(network, content["errors"], content["chance"], [content["games"]], seconds)
                if state.games[0].shape[1] != 3:
                    raise ValueError("its games are no rows of three numbers")
                return state, setting
    except DAMAGE as error:
        raise ValueError(f"{str(place)!r} is no checkpoint, or a damaged one: {error}. {remedy}") from None
    other = next(name for name in setting if name not in found or found[name] != setting[name])
    expected = f"{setting[other]!r} as in this call in the checkpoint {str(place)!r}"
    raise ValueError(message(other, expected, found.get(other), remedy))


@dataclass(frozen=True, eq=False, repr=False)
class NTupleResult:
    """A network that taught itself, and how its games went.

    Attributes
    ----------
    network : NTupleNetwork
        What was learned; ``solve_2048(ntuple_player(result.network))`` plays with it.
    scores, best_tiles, n_moves : ndarray of shape (n_games,)
        The score, the largest tile and the number of moves of each game, in the order of learning.
    seconds : float
        How long learning took.
    """

    network: NTupleNetwork
    scores: NDArray[np.int64]
    best_tiles: NDArray[np.int64]
    n_moves: NDArray[np.int64]
    seconds: float

    def __repr__(self) -> str:
        last = self.scores[-max(1, len(self.scores) // 10) :]
        reached = np.mean(self.best_tiles[-len(last) :] >= 2048)
        return (
            f"N-tuple network after {len(self.scores):,} games, {self.n_moves.sum():,} moves, {self.seconds:,.1f} s: "
            f"mean score of the last {len(last):,} games {last.mean():,.0f}, 2048 in {reached:.0%} of them."
        )

    def plot(self) -> Figure:
        """Return a figure of the learning curve: mean score, and how often each tile was reached."""
        figure = new_figure(9.0, 3.5)
        left, right = figure.subplots(1, 2)
        blocks = np.array_split(np.arange(len(self.scores)), min(50, len(self.scores)))
        at = [block[-1] + 1 for block in blocks]
        left.plot(at, [self.scores[block].mean() for block in blocks], color="C0")
        left.set(title="Learning by playing", xlabel="games", ylabel="mean score", ylim=(0, None))
        for tile, style in zip((512, 2048, 8192, 32768), ("-", "--", "-.", ":"), strict=True):
            shares = [np.mean(self.best_tiles[block] >= tile) for block in blocks]
            right.plot(at, shares, style, label=str(tile))
        right.set(title="Tiles reached", xlabel="games", ylabel="share of games", ylim=(-0.02, 1.02))
        right.legend(title="tile")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to a file; ``NTupleNetwork.load`` reads it."""
        self.network.save(path)
