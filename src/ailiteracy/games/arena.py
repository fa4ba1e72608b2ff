"""Many games at once, and how sure their numbers are.

The idea in three lines: one game says little, chance has a large part in it;
each game gets a seed of its own, drawn before the first move, so that neither the order of play, nor the number of
processes, nor a break in between changes a score; each number comes with an interval that says how far it may be off.

*Left out*: tests between two players; play each and compare their intervals.
*Next*: ``_fast2048.py``, how a game takes seconds and not hours.
"""

from __future__ import annotations

import functools
import math
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html
from .._support.files import check_path
from .._support.progress import progress_bar
from ._saved_games import play_and_save, saved_games
from .game import solve_2048
from .players import chooser, player_name

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ._saved_games import Game

__all__ = ["ArenaResult", "bootstrap_interval", "play_many", "wilson_interval"]

Z = 1.96  # the normal distribution holds 95 % of its mass within 1.96 standard deviations
FEW = 30  # games; of fewer the bootstrap's interval is too narrow
RESAMPLES = 2_000  # of a bootstrap: the ends of a 95 % interval are then the 50th means from either side
MOST_GAMES = 10**7
ROUND = 8  # games for each process between two looks at the results, where they come in lists only


def play_many(
    player: str | Callable[[NDArray[np.int64]], str],
    n_games: int,
    *,
    rng: int | np.random.Generator | None = 0,
    n_jobs: int = 1,
    save_to: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> ArenaResult:
    """Return the scores of many games of one player.

    Parameters
    ----------
    player : str or callable
        A name from `list_players()`, or a function that takes a board and returns "left", "right", "up" or "down".
    n_games : int
        How many games to play.
    rng : int, numpy.random.Generator or None, default=0
        Where the seeds of the games come from.
    n_jobs : int, default=1
        The number of processes; -1 takes one for each processor. The scores do not depend on it.
    save_to : str, path or None, default=None
        A file for the finished games, written every ten seconds and at the end, also after Ctrl-C. The same call again
        goes on where the file ends, also with more games. A function is recognised by its name only.
    progress : bool, default=True
        Whether to show a bar in a terminal.

    Returns
    -------
    ArenaResult
        Scores and best tiles, and how often a tile was reached.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above, or the file holds other games or is damaged.

    Notes
    -----
    More than one process are run by joblib, on the backend that is set, such as a Ray cluster::

        from ray.util.joblib import register_ray

        register_ray()
        with joblib.parallel_config("ray"):
            play_many("best", 1000, n_jobs=-1)

    Examples
    --------
    >>> result = play_many("random", 20, rng=0)
    >>> result.scores.shape, result.reached(2048)[0]
    ((20,), 0.0)
    """
    name, _ = player_name(player), chooser(player)
    n_games = check_integer("n_games", n_games, low=1, high=MOST_GAMES)
    n_jobs = check_integer("n_jobs", n_jobs)
    if n_jobs == 0:
        raise ValueError(message("n_jobs", "an integer that is not 0", n_jobs, "Use 1, or -1 for every processor."))
    if save_to is not None and rng is None:
        raise ValueError(message("rng", "a seed where games are saved, to go on with", rng, "Pass rng=0."))
    seeds = as_generator(rng).integers(2**63, size=n_games)
    place = None if save_to is None else check_path("save_to", save_to)
    games = [] if place is None else saved_games(place, name, seeds)[:n_games]
    rest = seeds[len(games) :]
    bar = progress_bar(_play_all(player, rest, n_jobs), label=name, progress=progress, total=len(rest))
    games += bar if place is None else play_and_save(bar, place, name, seeds, games)
    scores, best_tiles, n_moves, seconds = zip(*games, strict=True)
    return ArenaResult(name, np.array(scores), np.array(best_tiles), np.array(n_moves), np.array(seconds), seeds)


def _play_all(player: Any, seeds: NDArray[np.int64], n_jobs: int) -> Iterator[Game]:
    """Yield the games of these seeds, in their order, each as soon as it and those before it are finished."""
    if n_jobs == 1 or len(seeds) == 0:
        yield from (_play_one(player, int(seed)) for seed in seeds)
        return
    from joblib import Parallel, delayed

    n_jobs = min(n_jobs, len(seeds))
    try:
        parallel = Parallel(n_jobs=n_jobs, return_as="generator")
    except ValueError:  # some backends, Ray's among them, hand over whole lists only
        yield from _play_in_rounds(player, seeds, n_jobs)
        return
    try:
        yield from parallel(delayed(_play_one)(player, int(seed)) for seed in seeds)
    except pickle.PicklingError:
        remedy = "Use n_jobs=1, or keep locks, open files and the like out of the function."
        raise TypeError(message("player", "a function that can be sent to other processes", player, remedy)) from None


def _play_in_rounds(player: Any, seeds: NDArray[np.int64], n_jobs: int) -> Iterator[Game]:
    from joblib import Parallel, delayed, effective_n_jobs

    size = ROUND * effective_n_jobs(n_jobs)
    with Parallel(n_jobs=n_jobs) as parallel:
        for first in range(0, len(seeds), size):
            yield from parallel(delayed(_play_one)(player, int(seed)) for seed in seeds[first : first + size])


def _play_one(player: Any, seed: int) -> Game:
    if not callable(player) and player != "person":  # a person would have to type a move for it
        _get_ready(player)
    game = solve_2048(player, rng=seed, progress=False)
    return game.score, game.best_tile, game.n_moves, game.seconds


@functools.cache
def _get_ready(player: str) -> None:
    """Load what a built-in player needs, once in each process, so that no game is charged for it."""
    solve_2048(player, rng=0, max_moves=1, progress=False)


@dataclass(frozen=True, eq=False, repr=False)
class ArenaResult:
    """Many games of one player.

    Attributes
    ----------
    player : str
        Who played.
    scores, best_tiles, n_moves : ndarray of shape (n_games,)
        The score, the largest tile and the number of moves of each game.
    seconds : ndarray of shape (n_games,)
        How long each game took.
    seeds : ndarray of shape (n_games,)
        ``solve_2048(player, rng=int(seed))`` plays a game again.
    """

    player: str
    scores: NDArray[np.int64]
    best_tiles: NDArray[np.int64]
    n_moves: NDArray[np.int64]
    seconds: NDArray[np.float64]
    seeds: NDArray[np.int64]

    @property
    def moves_per_second(self) -> float:
        """The speed of each process: all moves over the summed time of all games."""
        return float(self.n_moves.sum() / max(self.seconds.sum(), 1e-9))

    def reached(self, tile: int) -> tuple[float, float, float]:
        """Return the share of games that made a tile, and the ends of its 95 % interval.

        Parameters
        ----------
        tile : int
            A tile such as 2048; larger ones count too.

        Returns
        -------
        tuple of (float, float, float)
            The share, the lower and the upper end.
        """
        tile = check_integer("tile", tile, low=2)
        n_reached = int((self.best_tiles >= tile).sum())
        return n_reached / len(self.scores), *wilson_interval(n_reached, len(self.scores))

    def mean_interval(self) -> tuple[float, float]:
        """Return the ends of the 95 % interval of the mean score.

        They are found by drawing the games again and again; of fewer than 30 games, where that gives too narrow an
        interval, by Student's t distribution.

        Returns
        -------
        tuple of (float, float)
            The lower and the upper end; the same games give the same ends.
        """
        if len(self.scores) < 2:
            raise ValueError("one game does not show how much scores differ. Play more: play_many(player, 100).")
        return (bootstrap_interval if len(self.scores) >= FEW else student_interval)(self.scores)

    def __repr__(self) -> str:
        share, low, high = self.reached(2048)
        games = "1 game" if len(self.scores) == 1 else f"{len(self.scores):,} games"
        return (
            f"{games} of 2048 by {self.player}: mean score {self.scores.mean():,.0f} (median "
            f"{np.median(self.scores):,.0f}, from {self.scores.min():,} to {self.scores.max():,}); 2048 reached in "
            f"{share:.0%} of them (95 % interval {low:.0%} to {high:.0%}); {self.moves_per_second:,.0f} moves a second "
            f"in each process."
        )

    def plot(self) -> Figure:
        """Return a figure: how the scores spread, and how often each tile was reached."""
        figure = new_figure(9.0, 3.5)
        left, right = figure.subplots(1, 2)
        left.hist(self.scores, bins=min(30, len(self.scores)), color="C0")
        left.axvline(float(self.scores.mean()), color="black", linestyle="--", label="mean")
        left.set(title=f"{len(self.scores)} games by {self.player}", xlabel="score", ylabel="games")
        left.legend()
        # From the smallest best tile, which every game reached, to the largest.
        first, last = (int(math.log2(tile)) for tile in (self.best_tiles.min(), self.best_tiles.max()))
        tiles = [2**rank for rank in range(first, last + 1)]
        shares = np.array([self.reached(tile) for tile in tiles])  # (n_tiles, 3): share, low, high
        errors = np.maximum(np.abs(shares[:, 1:].T - shares[:, 0]), 0)  # (2, n_tiles): below, above
        right.bar([str(tile) for tile in tiles], shares[:, 0], yerr=errors, capsize=4, color="C1")
        right.set(title="How often a tile was reached", xlabel="tile", ylabel="share of games, 95 % interval")
        right.set_ylim(0, 1.05)
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def wilson_interval(n_hits: int, n_trials: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's formula, which stays sensible at 0 and at 1.

    References
    ----------
    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    share = n_hits / n_trials
    centre = (share + Z**2 / (2 * n_trials)) / (1 + Z**2 / n_trials)
    half = Z * math.sqrt(share * (1 - share) / n_trials + Z**2 / (4 * n_trials**2)) / (1 + Z**2 / n_trials)
    return max(0.0, centre - half), min(1.0, centre + half)


def student_interval(values: NDArray[np.int64]) -> tuple[float, float]:
    """Return the 95 % interval of a mean by Student's t, for values that spread about as a bell does.

    References
    ----------
    Student, The probable error of a mean, Biometrika 6 (1908).
    """
    from scipy.stats import t

    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def bootstrap_interval(values: NDArray[np.int64]) -> tuple[float, float]:
    """Return the 95 % interval of a mean by the bootstrap, which asks nothing of the shape of the distribution.

    References
    ----------
    B. Efron, Bootstrap methods: another look at the jackknife, Annals of Statistics 7 (1979).
    """
    rng = np.random.default_rng(0)
    # Had other games been played, their scores might have been these ones drawn with replacement.
    means = [rng.choice(values, size=len(values)).mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
