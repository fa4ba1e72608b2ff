"""The file that a run of many games leaves now and then, so that it can be broken off and gone on with.

The idea in three lines: games are finished in the order of their seeds, so the saved ones are the first ones;
the file names the player, the version of this package and the seeds, and is refused where one of them differs;
it is written anew each time and takes the old one's place when it is whole.

*Left out*: two runs that write to one file; the later one wins. *Next*: ``arena.py``, which plays the games.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from .. import __version__
from ._sealed import damaged, read_sealed, write_sealed

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    Game = tuple[int, int, int, float]  # score, best tile, number of moves, seconds

__all__ = ["play_and_save", "saved_games"]

logger = logging.getLogger(__name__)
FORMAT = "ailiteracy 2048 games 1"
MOST_BYTES = 2**30  # of a file; a game takes 70 bytes, ten million of them 0.7 GB
SAVE_EVERY = 10.0  # seconds: what a power cut may cost


def play_and_save(
    new: Iterable[Game], place: pathlib.Path, name: str, seeds: NDArray[np.int64], saved: list[Game]
) -> list[Game]:
    """Return the new games; the file holds them and the saved ones, even when Ctrl-C ends the play."""
    played: list[Game] = []

    def save() -> None:
        games = saved + played
        content = {"format": FORMAT, "version": __version__, "player": name, "games": games}
        write_sealed(place, {**content, "seeds": seeds[: len(games)].tolist()})

    if not place.exists():
        save()  # a place that cannot be written to is told now, and not after hours
    last = time.monotonic()
    try:
        for game in new:
            played.append(game)
            if time.monotonic() - last > SAVE_EVERY:
                try:
                    save()
                except OSError as error:  # the games are in memory, and there may be room later
                    logger.warning("%s Play goes on, and the next save tries again.", error)
                last = time.monotonic()
    finally:
        if played:
            save()
    return played


def saved_games(place: pathlib.Path, name: str, seeds: NDArray[np.int64]) -> list[Game]:
    """Return the games of a file, none where there is no file, or say in words that they are others."""
    if not place.exists():
        return []
    remedy = "Choose another file for save_to, or delete this one to start anew."
    content = read_sealed(place, FORMAT, what="file of games", remedy=remedy, most_bytes=MOST_BYTES)
    try:
        games = [(int(score), int(best), int(n), float(seconds)) for score, best, n, seconds in content["games"]]
        version, player, saved_seeds = content["version"], content["player"], content["seeds"]
        if len(saved_seeds) != len(games):
            raise ValueError("each game needs a seed")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(damaged(place, "file of games", error, remedy)) from None
    for what, got, asked in (("player", player, name), ("version of this package", version, __version__)):
        if got != asked:
            raise ValueError(f"{str(place)!r} holds games of another {what}: {got!r}, not {asked!r}. {remedy}")
    n_common = min(len(seeds), len(saved_seeds))
    if seeds[:n_common].tolist() != saved_seeds[:n_common]:
        raise ValueError(f"{str(place)!r} holds games of other seeds: rng differs. {remedy}")
    return games
