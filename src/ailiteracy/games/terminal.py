"""2048 in a terminal: play it, watch a player, or be a player yourself.

The idea in three lines: draw the board, wait for a key, change the game, draw again;
all drawing is a function from a board to a text, all chance belongs to the game, so that little happens here;
where there is no screen, because of a pipe or a simple terminal, the same game runs line by line.

*Left out*: animation and a mouse. *Next*: the folder ``_terminal``: how a board becomes text, how bytes become keys.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_number, message
from .._support.files import check_path
from .._support.language import say
from ._terminal.keys import DIRECTION_KEYS
from ._terminal.open_game import OpenGame
from ._terminal.playing import PROMPT, Keeper, play, towards
from ._terminal.screen import draw_plain
from ._terminal.tty import Lines, full_screen, screen_or_lines, takes_full_screen
from ._terminal.watching import FASTEST, SLOWEST, turns_of, watch_lines, watch_screen
from .players import player_name
from .result import GameResult
from .rules import check_board, new_board, possible_moves

if TYPE_CHECKING:
    import os
    import pathlib
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from ._terminal.watching import Turn

__all__ = ["person", "play_in_terminal", "watch_in_terminal"]

PERSON = "person"


def play_in_terminal(
    *,
    rng: int | np.random.Generator | None = None,
    hint_player: str | Callable[[NDArray[np.int64]], str] = "best",
    save: str | os.PathLike[str] | None = None,
    resume: str | os.PathLike[str] | None = None,
) -> GameResult:
    """Return the game that the person at the keyboard played.

    Arrows or w, a, s, d move; u takes a move back, as often as you like; h asks a player for a hint; q ends. The game
    goes on after 2048. Without a screen (a pipe, TERM=dumb) one letter per line is read and plain boards are printed.

    Parameters
    ----------
    rng : int, numpy.random.Generator or None, default=None
        Where the tiles come from: the same seed as in `solve_2048` gives the same tiles. None takes fresh entropy.
    hint_player : str or callable, default="best"
        Who gives the hints: a name from `list_players()`, or a function from a board to a direction.
    save : str or path, default=None
        A file that holds the game after each move. A file that is there is replaced only when it is resumed.
    resume : str or path, default=None
        A saved game to go on with.

    Returns
    -------
    GameResult
        A legal game under the name "person"; moves that were taken back are not in it.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above, or the saved game is damaged.
    OSError
        When the game could not be saved; before it begins, if that can be known.

    Notes
    -----
    A move taken back and made again brings the same tile, also after a game is resumed: the random numbers of a move
    belong to its number. A game that `GameResult.save` wrote holds no chance and goes on with new random numbers.
    """
    if player_name(hint_player) == PERSON:
        raise ValueError(message("hint_player", "a player that is not you", PERSON, "Take for example 'expectimax'."))
    game, place = _opened(rng, resume), _save_place(save, resume)
    keeper = Keeper(game, place)
    if place is not None:
        game.save(place)  # refused now rather than after the first move
    try:
        with screen_or_lines(prompt=PROMPT) as front:
            play(front, game, keeper, hint_player)
    finally:
        keeper.keep()  # however it ended
    if keeper.trouble:
        raise OSError(keeper.trouble)
    return game.result()


def _opened(rng: Any, resume: Any) -> OpenGame:
    if resume is None:
        return OpenGame.new(PERSON, rng)
    if rng is not None:
        raise ValueError(message("rng", "None for a resumed game", rng, "The saved game brings its own chance."))
    return OpenGame.resume(resume, PERSON)


def _save_place(save: Any, resume: Any) -> pathlib.Path | None:
    """Return where to save, after a look whether an older game would be lost."""
    if save is None:
        return None
    place = check_path("save", save)
    same = resume is not None and place.absolute() == check_path("resume", resume).absolute()
    if place.exists() and not same and not place.is_dir():
        remedy = "Resume that game, or choose another name."
        raise FileExistsError(message("save", "a new file, or the one that is resumed", str(place), remedy))
    return place


def watch_in_terminal(
    player: str | Callable[[NDArray[np.int64]], str] | GameResult = "best",
    *,
    rng: int | np.random.Generator | None = None,
    speed: float = 5.0,
) -> GameResult:
    """Return the game that was watched, as far as it was watched.

    Space pauses, n makes one move, + and - change the speed, q ends. In a pipe each move is a line, as fast as it can.

    Parameters
    ----------
    player : str, callable or GameResult, default="best"
        A name from `list_players()`, a function from a board to a direction, or a finished game to see again.
    rng : int, numpy.random.Generator or None, default=None
        Where the tiles come from: the same seed and player give the game of `solve_2048`. None takes fresh entropy.
    speed : float, default=5.0
        Moves a second, from 0.1 to 10,000.

    Returns
    -------
    GameResult
        The moves that were shown.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above.
    """
    speed = check_number("speed", speed, low=SLOWEST, high=FASTEST)
    if isinstance(player, GameResult):
        if rng is not None:
            raise ValueError(message("rng", "None for a finished game", rng, "Its tiles are known: leave rng out."))
        game = OpenGame(player.player, player.start_board.copy(), np.random.PCG64())
        turns: Iterator[Turn] = zip(player.moves, player.spawns, strict=True)
    else:
        name, generator = player_name(player), as_generator(rng)
        if name == PERSON:
            raise ValueError(message("player", "a player that is not you", PERSON, "Use play_in_terminal()."))
        game = OpenGame(name, new_board(generator), np.random.PCG64())
        turns = turns_of(game, player, generator)
    if takes_full_screen():
        with full_screen() as screen:
            watch_screen(screen, game, turns, speed)
    else:
        watch_lines(Lines(), game, turns, speed)
    # Of a finished game the player's own time counts, and not that of watching.
    return player if isinstance(player, GameResult) and len(game.moves) == player.n_moves else game.result()


def person(board: Any) -> str:
    """Return the direction that the person at the keyboard chooses.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.

    Returns
    -------
    str
        A legal direction; other keys are asked again.

    Raises
    ------
    ValueError
        When no move is legal.
    EOFError
        When the input ends before a direction came.

    Notes
    -----
    Ctrl-C ends the asking as it ends every program: by KeyboardInterrupt.
    """
    tiles = check_board(board)
    legal = possible_moves(tiles)
    if not legal:
        raise ValueError(message("board", "a board that can move", board, "This game is over: start a new one."))
    one_key = takes_full_screen()
    words = say("arrows or w a s d:") if one_key else say("Your move:")
    prompt = say("w, a, s or d:") + " "
    with full_screen(alternate=False) if one_key else contextlib.nullcontext(Lines(prompt=prompt)) as front:
        # Over a progress bar, if one stands there.
        front.write("\r\x1b[K" * one_key + draw_plain(tiles, header=words))
        while True:
            key = front.key()
            direction = DIRECTION_KEYS.get(str(key))
            if direction in legal:
                return direction
            if key in ("q", "ctrl-d"):
                why = "q was typed" if key == "q" else "the input has ended"
                remedy = "Ask in a terminal, or choose another player from list_players()."
                raise EOFError(f"the player 'person' needs a move, and {why}. {remedy}")
            if direction is not None:
                front.write(say("Nothing moves {towards}.").format(towards=towards(direction)) + "\n")
