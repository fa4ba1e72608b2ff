"""Many games at once, and how sure their numbers are.

The idea in three lines: one game says little, chance has a large part in it;
each game gets a seed of its own, drawn before the first move, so that the order of play and the number of processes
change nothing; a share of games comes with the interval that holds the true share 95 times out of 100.

*Left out*: tests between two players. *Next*: ``_fast2048.py``, how a game takes seconds and not hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html
from .._support.progress import progress_bar
from .game import solve_2048
from .players import chooser, player_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["ArenaResult", "play_many", "wilson_interval"]

Z = 1.96  # the normal distribution holds 95 % of its mass within 1.96 standard deviations
MOST_GAMES = 10**7


def play_many(
    player: str | Callable[[NDArray[np.int64]], str],
    n_games: int,
    *,
    rng: int | np.random.Generator | None = 0,
    n_jobs: int = 1,
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
    progress : bool, default=True
        Whether to show a bar in a terminal.

    Returns
    -------
    ArenaResult
        Scores and best tiles, and how often a tile was reached.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above.

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
    seeds = as_generator(rng).integers(2**63, size=n_games)
    games = list(progress_bar(_play_all(player, seeds, n_jobs), label=name, progress=progress, total=n_games))
    scores, best_tiles, n_moves, seconds = zip(*games, strict=True)
    return ArenaResult(name, np.array(scores), np.array(best_tiles), np.array(n_moves), np.array(seconds), seeds)


def _play_all(player: Any, seeds: NDArray[np.int64], n_jobs: int) -> Iterable[tuple[int, int, int, float]]:
    if n_jobs == 1:
        return (_play_one(player, int(seed)) for seed in seeds)
    from joblib import Parallel, delayed

    games: Iterable[tuple[int, int, int, float]] = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_play_one)(player, int(seed)) for seed in seeds
    )
    return games


def _play_one(player: Any, seed: int) -> tuple[int, int, int, float]:
    game = solve_2048(player, rng=seed, progress=False)
    return game.score, game.best_tile, game.n_moves, game.seconds


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
        """The speed of one process."""
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

    def __repr__(self) -> str:
        share, low, high = self.reached(2048)
        games = "1 game" if len(self.scores) == 1 else f"{len(self.scores):,} games"
        return (
            f"{games} of 2048 by {self.player}: mean score {self.scores.mean():,.0f} (median "
            f"{np.median(self.scores):,.0f}, from {self.scores.min():,} to {self.scores.max():,}); 2048 reached in "
            f"{share:.0%} of them (95 % interval {low:.0%} to {high:.0%}); {self.moves_per_second:,.0f} moves a second."
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
