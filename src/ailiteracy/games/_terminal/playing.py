"""Playing a game of 2048: what each key does, and a file that always holds the game so far.

The idea in three lines: draw, wait for a key, change the game, save, and from the beginning;
what is to be said is one sentence, shown with the next board;
when the disk refuses the file, the sentence says so and the game goes on.

*Left out*: how keys arrive and boards appear, in ``tty.py``. *Next*: ``watching.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._support.language import say
from ..players import choose_move, player_name
from .keys import DIRECTION_KEYS
from .screen import score_line
from .tty import FullScreen

if TYPE_CHECKING:
    import pathlib

    import numpy as np
    from numpy.typing import NDArray

    from .open_game import OpenGame
    from .tty import Lines

__all__ = ["PROMPT", "Keeper", "play", "towards"]

GOAL = 2048
PROMPT = say("w a s d, u (take back), h (hint) or q (quit), then Enter:") + " "
# The keys in several lengths, the longest first.
KEYS = (
    say("arrows or w a s d: move   u: take back   h: hint   q: quit"), say("wasd: move  u: undo  h: hint  q: quit"),
    say("wasd, undo, hint, quit"), "wasd u h q",
)  # fmt: skip
OVER = say("The game is over: no move is left.")


class Keeper:
    """Saves after each move, and remembers what went wrong so that the game can go on."""

    def __init__(self, game: OpenGame, place: pathlib.Path | None) -> None:
        self.game, self.place = game, place
        self.saved, self.trouble = list(game.moves), ""

    def keep(self) -> str:
        """Save what is not saved yet; return a sentence when that fails."""
        if self.place is not None and self.saved != self.game.moves:
            try:
                self.game.save(self.place)
                self.saved, self.trouble = list(self.game.moves), ""
            except OSError as error:
                self.trouble = str(error)
        return " " + say("The game is not saved: {trouble}").format(trouble=self.trouble) if self.trouble else ""


def play(front: FullScreen | Lines, game: OpenGame, keeper: Keeper, hint_player: Any) -> None:
    """Play until the person has had enough."""
    text = OVER if game.is_over else ""
    celebrated = game.board.max() >= GOAL
    while True:
        header = score_line(game.board, game.score, len(game.moves))
        front.draw(game.board, header=header, message=text, keys=KEYS, newest=game.newest)
        key = front.key()
        if key in ("q", "quit", "ctrl-d"):
            return
        if key in ("resize", "ctrl-l", None):
            continue
        if key in ("h", "?", "hint"):
            if isinstance(front, FullScreen):  # the first hint loads the player, which takes seconds
                front.draw(game.board, header=header, message=say("Thinking ..."), keys=KEYS, newest=game.newest)
            text = _hint(game.board, hint_player)
            continue
        text = _change(game, str(key)) + keeper.keep()
        if game.board.max() >= GOAL and not celebrated:
            celebrated = True
            text = f"{say('You made the 2048 tile! The game goes on.')} {text}".rstrip()


def _change(game: OpenGame, key: str) -> str:
    """Change the game by a key and return what is to be said about it."""
    if key in ("u", "undo"):
        back = game.undo()
        return say("Back to move {n}.").format(n=len(game.moves)) if back else say("There is no move to take back.")
    if key not in DIRECTION_KEYS:
        return say("Move with the arrows or w a s d; u takes back, h asks for a hint, q quits.")
    if game.move(DIRECTION_KEYS[key]):
        return f"{OVER} {say('u takes the last one back.')}" if game.is_over else ""
    nothing = say("Nothing moves {towards}.").format(towards=towards(DIRECTION_KEYS[key]))
    return OVER if game.is_over else nothing


def towards(direction: str) -> str:
    """Return "up", "down", "to the left" or "to the right"."""
    return {"up": say("up"), "down": say("down"), "left": say("to the left"), "right": say("to the right")}[direction]


def _hint(board: NDArray[np.int64], player: Any) -> str:
    """Return what a player would do and, where it has them, its values of the directions, the best first."""
    from ..replay import JUDGES

    name = player_name(player)
    direction = choose_move(board, player)
    if direction is None:
        return OVER
    values = JUDGES[name](board) if isinstance(player, str) and name in JUDGES else {}
    ordered = sorted(values, key=lambda each: -values[each])
    judged = ", ".join(f"{each} {values[each]:,.0f}" for each in ordered)
    words = say("{player} would move {towards} ({values}).") if judged else say("{player} would move {towards}.")
    return words.format(player=name, towards=towards(direction), values=judged)
