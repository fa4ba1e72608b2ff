"""A game of 2048 that is still being played: move, take back, save after every move, go on later.

The idea in three lines: the boards so far are kept in a list, and taking back drops the last one;
the tile after move number k is made from the random numbers at place k, whatever was taken back before;
so a move taken back and made again brings the same tile: taking back is no second ticket in the lottery.

*Left out*: a record of the moves taken back; the saved game is the one that counts. *Next*: ``result.py``.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ..._support.chance import as_generator
from ..._support.files import check_path
from .._sealed import write_sealed
from ..result import FORMAT, GameResult
from ..rules import draw_tile, new_board, possible_moves, slide_board

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

__all__ = ["OpenGame"]

DRAWS_PER_TILE = 2  # `draw_tile` takes two random numbers


class OpenGame:
    """The boards, moves and tiles so far, and the chance that brings the next tile."""

    def __init__(self, player: str, board: NDArray[np.int64], chance: np.random.PCG64) -> None:
        self.player = player
        self.chance = chance  # as it stood before the first move
        self.boards = [board]
        self.scores = [0]
        self.moves: list[str] = []
        self.spawns: list[tuple[int, int, int]] = []
        self.began = time.perf_counter()

    @classmethod
    def new(cls, player: str, rng: int | np.random.Generator | None) -> OpenGame:
        """Return a game with two tiles; a seed gives the same tiles as in `solve_2048`."""
        if isinstance(rng, np.random.Generator):  # of any kind, but places can only be counted in a PCG64
            rng = int(rng.integers(2**63))
        generator = as_generator(rng)
        board = new_board(generator)
        return cls(player, board, _generator(generator.bit_generator.state["state"]))

    @classmethod
    def from_result(cls, result: GameResult, player: str, state: dict[str, Any] | None = None) -> OpenGame:
        """Return a game to go on with; without the state of its chance, the tiles from here on are drawn anew."""
        game = cls(player, result.start_board.copy(), np.random.PCG64() if state is None else _generator(state))
        for direction, spawn in zip(result.moves, result.spawns, strict=True):
            game.add(direction, spawn)
        game.began -= result.seconds
        return game

    @classmethod
    def resume(cls, path: str | os.PathLike[str], player: str) -> OpenGame:
        """Return the game that `save`, or `GameResult.save`, wrote; a damaged file is refused in words."""
        result = GameResult.load(path)
        name = result.player if player in result.player else f"{result.player}, then {player}"
        state = json.loads(check_path("path", path).read_text(encoding="utf-8")).get("chance")  # `load` found it sound
        try:
            return cls.from_result(result, name, state)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            remedy = "Start a new game."
            raise ValueError(f"{str(path)!r} is a damaged saved game, its chance is none: {error}. {remedy}") from None

    @property
    def board(self) -> NDArray[np.int64]:
        """The board to move on."""
        return self.boards[-1]

    @property
    def score(self) -> int:
        """The sum of the tiles made by merging."""
        return self.scores[-1]

    @property
    def newest(self) -> tuple[int, int] | None:
        """The cell of the tile that came last."""
        return self.spawns[-1][:2] if self.spawns else None

    @property
    def is_over(self) -> bool:
        """Whether no move changes the board."""
        return not possible_moves(self.board)

    def move(self, direction: str) -> bool:
        """Make a move and let chance answer; return False, and change nothing, when nothing would move."""
        after, _ = slide_board(self.board, direction)
        if after.tobytes() == self.board.tobytes():
            return False
        chance = _generator(self.chance.state["state"])
        chance.advance(DRAWS_PER_TILE * len(self.moves))  # the place of this move, however often it was taken back
        self.add(direction, draw_tile(after, np.random.Generator(chance)))
        return True

    def add(self, direction: str, spawn: tuple[int, int, int]) -> None:
        """Add a move that is known to be legal and the tile that followed it."""
        after, points = slide_board(self.board, direction)
        row, column, value = spawn
        after[row, column] = value
        self.boards.append(after)
        self.scores.append(self.score + points)
        self.moves.append(direction)
        self.spawns.append(spawn)

    def undo(self) -> bool:
        """Take the last move back; return False when there is none."""
        if not self.moves:
            return False
        self.boards.pop()
        self.scores.pop()
        self.moves.pop()
        self.spawns.pop()
        return True

    def result(self) -> GameResult:
        """Return the game so far as a value: a legal game, without the moves that were taken back."""
        return GameResult(
            player=self.player, score=self.score, best_tile=int(self.board.max()), n_moves=len(self.moves),
            moves=tuple(self.moves), spawns=tuple(self.spawns), start_board=self.boards[0].copy(),
            final_board=self.board.copy(), seconds=time.perf_counter() - self.began,
        )  # fmt: skip

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what `GameResult.save` writes, and the state of the chance, which `GameResult.load` passes over."""
        game, state = self.result(), self.chance.state["state"]
        content = {
            "format": FORMAT, "player": game.player, "score": game.score, "seconds": game.seconds,
            "start_board": game.start_board.tolist(), "moves": game.moves, "spawns": game.spawns,
            "chance": {name: str(state[name]) for name in ("state", "inc")},  # 128 bits: too long for many readers
        }  # fmt: skip
        write_sealed(path, content)


def _generator(state: Any) -> np.random.PCG64:
    """Return a source of chance that stands at `state`: two numbers of 128 bits, as ints or as texts."""
    bits = np.random.PCG64(0)
    numbers: Any = {"state": int(state["state"]), "inc": int(state["inc"])}
    bits.state = {"bit_generator": "PCG64", "state": numbers, "has_uint32": 0, "uinteger": 0}
    return bits
