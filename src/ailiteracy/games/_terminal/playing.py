"""Playing a game of 2048: what each key does, and a file that always holds the game so far.

The idea in three lines: draw, wait for a key, change the game, save, and from the beginning;
what is to be said is one sentence, shown with the next board;
when the disk refuses the file, the sentence says so and the game goes on.

*Left out*: how keys arrive and boards appear, in ``tty.py``. *Next*: ``watching.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
PROMPT = "w a s d, u (take back), h (hint) or q (quit), then Enter: "
# The keys in several lengths, the longest first.
KEYS = (
    "arrows or w a s d: move   u: take back   h: hint   q: quit", "wasd: move  u: undo  h: hint  q: quit",
    "wasd, undo, hint, quit", "wasd u h q",
)  # fmt: skip


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
        return f" The game is not saved: {self.trouble}" if self.trouble else ""


def play(front: FullScreen | Lines, game: OpenGame, keeper: Keeper, hint_player: Any) -> None:
    """Play until the person has had enough."""
    text = "The game is over: no move is left." if game.is_over else ""
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
                front.draw(game.board, header=header, message="Thinking ...", keys=KEYS, newest=game.newest)
            text = _hint(game.board, hint_player)
            continue
        text = _change(game, str(key)) + keeper.keep()
        if game.board.max() >= GOAL and not celebrated:
            celebrated = True
            text = f"You made the {GOAL} tile! The game goes on. {text}".rstrip()


def _change(game: OpenGame, key: str) -> str:
    """Change the game by a key and return what is to be said about it."""
    if key in ("u", "undo"):
        return f"Back to move {len(game.moves)}." if game.undo() else "There is no move to take back."
    if key not in DIRECTION_KEYS:
        return "Move with the arrows or w a s d; u takes back, h asks for a hint, q quits."
    if game.move(DIRECTION_KEYS[key]):
        return "The game is over: no move is left. u takes the last one back." if game.is_over else ""
    return "The game is over: no move is left." if game.is_over else f"Nothing moves {towards(DIRECTION_KEYS[key])}."


def towards(direction: str) -> str:
    """Return "up", "down", "to the left" or "to the right"."""
    return direction if direction in ("up", "down") else f"to the {direction}"


def _hint(board: NDArray[np.int64], player: Any) -> str:
    """Return what a player would do and, where it has them, its values of the directions, the best first."""
    from ..replay import JUDGES

    name = player_name(player)
    direction = choose_move(board, player)
    if direction is None:
        return "The game is over: no move is left."
    values = JUDGES[name](board) if isinstance(player, str) and name in JUDGES else {}
    ordered = sorted(values, key=lambda each: -values[each])
    judged = ", ".join(f"{each} {values[each]:,.0f}" for each in ordered)
    return f"{name} would move {towards(direction)}" + (f" ({judged})." if judged else ".")
