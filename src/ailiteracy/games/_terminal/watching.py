"""Watching a game of 2048: the loop on a screen and the loop for a pipe.

The idea in three lines: a game is a row of turns, whether a player finds them now or a file remembers them;
the next turn is due when its time has come, and a key that comes earlier is served first;
when turns come faster than eyes, not every board is drawn.

*Left out*: going back; `GameResult.boards` holds every board. *Next*: ``result.py``.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from ..._support.language import say
from ..game import play_plainly
from ..players import chooser
from ..rules import possible_moves
from .screen import score_line
from .tty import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np

    from .open_game import OpenGame
    from .tty import FullScreen, Lines

    Turn = tuple[str, tuple[int, int, int]]

__all__ = ["FASTEST", "SLOWEST", "turns_of", "watch_lines", "watch_screen"]

SLOWEST, FASTEST = 0.1, 10_000.0  # moves a second
FRAME_SECONDS = 1 / 30  # between two frames when moves come faster
KEYS = (
    say("space: pause   n: one move   + and -: speed   q: quit"), say("space: pause  n: step  +/-  q: quit"),
    "space n + - q",
)  # fmt: skip


def turns_of(game: OpenGame, player: Any, rng: np.random.Generator) -> Iterator[Turn]:
    """Yield the turns of a player; `game` must have been given each one before the next is asked for."""
    choose = chooser(player)
    while possible_moves(game.board):
        directions, spawns, _, _ = play_plainly(game.board, choose, rng, n_moves=1)
        yield directions[0], spawns[0]


def watch_screen(screen: FullScreen, game: OpenGame, turns: Iterator[Turn], speed: float) -> None:
    """Show the turns as they fall due, until a key says that it is enough."""
    paused = finished = False
    due, drawn = time.monotonic() + 1 / speed, 0.0
    while True:
        now = time.monotonic()
        if paused or finished or due > now or now - drawn > FRAME_SECONDS:
            state = say("{n:g} moves a second").format(n=speed)
            state = say("the end; q: quit") if finished else say("paused") if paused else state
            header = score_line(game.board, game.score, len(game.moves))
            words = f"{game.player}: {state}"
            screen.draw(game.board, header=header, message=words, keys=KEYS, newest=game.newest)
            drawn = now
        key = screen.key(None if paused or finished else max(0.0, due - time.monotonic()))
        if key in ("q", "ctrl-d"):
            return
        if key == "space":
            paused = not paused
            due = time.monotonic() + 1 / speed
        elif key in ("+", "=", "-", "_"):
            speed = min(max(speed * (2 if key in ("+", "=") else 0.5), SLOWEST), FASTEST)
            due = time.monotonic() + 1 / speed
        elif key in (None, "n") and not finished:
            paused = paused or key == "n"
            turn = next(turns, None)
            finished = turn is None
            if turn is not None:
                game.add(*turn)
            due = max(due + 1 / speed, time.monotonic())  # a slow player is not made up for by a rush


def watch_lines(front: Lines, game: OpenGame, turns: Iterable[Turn], speed: float) -> None:
    """Print boards at the chosen speed on a terminal without a cursor, one line for each move in a pipe."""
    seen = is_terminal(sys.stdout)
    front.draw(game.board, header=[say("2048 by {player}").format(player=game.player)])
    for direction, spawn in turns:
        game.add(direction, spawn)
        header = score_line(game.board, game.score, len(game.moves))
        if seen:
            front.key(1 / speed)
            front.draw(game.board, header=header, message=direction, newest=game.newest)
        else:
            where = f"row {spawn[0] + 1}, column {spawn[1] + 1}"
            front.write(f"{len(game.moves):>6}  {direction:<5}  {spawn[2]} in {where}  score {game.score:,}\n")
    if not seen:
        front.draw(game.board, header=score_line(game.board, game.score, len(game.moves)))
