"""Worlds made of squares, written as text: walls, pits, a start and a goal.

    ....G      S start   G goal   X pit   # wall   . floor
    .##X.
    S....

The idea in three lines: a state is a square, an action one of four directions;
a step costs a little, the goal pays, a pit costs much, and both end the episode;
where the floor is slippery, a step sometimes goes to one side of where it was meant to.

*Left out*: more than one goal, things that move. *Next*: ``qlearning.py`` finds its way without knowing the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .._support.checks import check_choice, check_number, message

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["ACTIONS", "ARROWS", "MAPS", "GridWorld", "as_world"]

Square: TypeAlias = tuple[int, int]  # row and column from 0, the first row at the top
Outcome: TypeAlias = tuple[float, Square, float, bool]  # probability, next square, reward, whether the episode ends

ACTIONS: dict[str, Square] = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}
STEPS = tuple(ACTIONS.values())
ARROWS = "↑→↓←"
MARKS = "SGX#."
MOST_SQUARES = 2500  # a table of so many squares by so many takes 50 MB

MAPS = {
    "small": "...G\n.#.X\nS...",
    "cliff": "............\n............\n............\nSXXXXXXXXXXG",
    "maze": "S.#....#..\n..#.##.#..\n.##..#.#..\n....##....\n.##..#.##.\n.X#.##..#.\n..#....##.\n#.####...G",
}


@dataclass(frozen=True, eq=False)
class GridWorld:
    """A world of squares with the rewards of its steps.

    Parameters
    ----------
    text : str, default "small"
        "small", "cliff", "maze", or a map of your own: rows of equal length made of S, G, X, # and a point.
    slip : float, default 0
        The probability that a step goes to the left or right of where it was meant to, half of it each.
    step_reward : float, default -1
        The reward of every step that ends on the floor.
    goal_reward : float, default 10
        The reward of reaching the goal.
    pit_reward : float, default -100
        The reward of falling into a pit.

    Examples
    --------
    >>> world = GridWorld("S.G")
    >>> world.outcomes((0, 1), 1)  # one step to the right of the middle
    [(1.0, (0, 2), 10.0, True)]
    """

    text: str = "small"
    slip: float = 0.0
    step_reward: float = -1.0
    goal_reward: float = 10.0
    pit_reward: float = -100.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _read_map(self.text))
        for name in ("step_reward", "goal_reward", "pit_reward"):
            object.__setattr__(self, name, check_number(name, getattr(self, name), low=-1e6, high=1e6))
        slip = check_number("slip", self.slip, low=0, high=1, remedy="Use 0 for dry floor, 0.2 for ice.")
        object.__setattr__(self, "slip", slip)
        if self.find("G") not in self.reachable():
            remedy = "Open a wall between S and G."
            raise ValueError(message("text", "a map whose goal can be reached from its start", self.text, remedy))

    @property
    def rows(self) -> list[str]:
        """The rows of the map."""
        return self.text.split("\n")

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def start(self) -> Square:
        """The square marked S."""
        return self.find("S")

    def find(self, mark: str) -> Square:
        """Return the first square with a mark.

        Parameters
        ----------
        mark : str
            "S" or "G".

        Returns
        -------
        tuple of (int, int)
            Row and column.
        """
        return divmod(self.text.replace("\n", "").index(mark), self.shape[1])

    def floor(self) -> list[Square]:
        """Return the squares where a step can be chosen, in reading order: all but walls, pits and the goal.

        Returns
        -------
        list of (int, int)
            Rows and columns.
        """
        return [(i, j) for i, row in enumerate(self.rows) for j, mark in enumerate(row) if mark in "S."]

    def reachable(self) -> set[Square]:
        """Return every square that some way leads to from the start, pits and goal included.

        Returns
        -------
        set of (int, int)
            Rows and columns.
        """
        seen, waiting = {self.start}, [self.start]
        while waiting:
            i, j = waiting.pop()
            if self.rows[i][j] in "XG":  # the episode ends here
                continue
            new = {self._move((i, j), step) for step in STEPS} - seen
            seen |= new
            waiting += new
        return seen

    def outcomes(self, square: Square, action: int) -> list[Outcome]:
        """Return what a step can lead to.

        Parameters
        ----------
        square : tuple of (int, int)
            A square of the floor.
        action : int
            0 up, 1 right, 2 down, 3 left.

        Returns
        -------
        list of (float, (int, int), float, bool)
            Probability, next square, reward, whether the episode ends; probabilities of 0 are left out.
        """
        chances = ((1 - self.slip, action), (self.slip / 2, (action + 1) % 4), (self.slip / 2, (action - 1) % 4))
        found = []
        for probability, direction in chances:
            if probability > 0:
                there = self._move(square, STEPS[direction])
                mark = self.rows[there[0]][there[1]]
                reward = {"G": self.goal_reward, "X": self.pit_reward}.get(mark, self.step_reward)
                found.append((probability, there, reward, mark in "GX"))
        return found

    def _move(self, square: Square, step: Square) -> Square:
        """Return the square one step away, or the same one where a wall or the border is in the way."""
        i, j = square[0] + step[0], square[1] + step[1]
        free = 0 <= i < self.shape[0] and 0 <= j < self.shape[1] and self.rows[i][j] != "#"
        return (i, j) if free else square

    def path(self, choices: npt.NDArray[np.int64]) -> list[Square]:
        """Return the squares from the start on when every step goes where it was meant to.

        Parameters
        ----------
        choices : ndarray of int of shape (n_rows, n_columns)
            The action of each square.

        Returns
        -------
        list of (int, int)
            Up to the end of the episode, or to the first square that comes a second time.
        """
        squares = [self.start]
        while self.rows[squares[-1][0]][squares[-1][1]] in "S." and squares[-1] not in squares[:-1]:
            squares.append(self._move(squares[-1], STEPS[choices[squares[-1]]]))
        return squares


def as_world(world: Any) -> GridWorld:
    """Return a GridWorld from itself, a name or a map."""
    return world if isinstance(world, GridWorld) else GridWorld(world)


def _read_map(text: Any) -> str:
    """Return a map as rows of equal length without blanks around them."""
    expected = "'small', 'cliff', 'maze' or a map made of S, G, X, # and ."
    if not isinstance(text, str):
        raise TypeError(message("text", expected, text, "Write the map as one string with line breaks."))
    if text in MAPS:
        return MAPS[text]
    rows = [row.strip() for row in text.strip().splitlines()]
    strange = sorted(set("".join(rows)) - set(MARKS))
    if strange and len(rows) == 1 and not {"S", "G"} <= set(rows[0]):  # most likely a name
        check_choice("text", text, MAPS)
    if strange:
        raise ValueError(message("text", expected, strange[0], "Replace that mark."))
    if len({len(row) for row in rows}) != 1:
        raise ValueError(message("text", "rows of equal length", text, "Fill short rows with # or a point."))
    for mark, name in (("S", "start"), ("G", "goal")):
        if text.count(mark) != 1:
            remedy = f"Mark one square with {mark}."
            raise ValueError(message("text", f"a map with one {name} ({mark})", f"{text.count(mark)} of them", remedy))
    if len(rows) * len(rows[0]) > MOST_SQUARES:
        raise ValueError(message("text", f"a map of at most {MOST_SQUARES} squares", text, "Cut it."))
    return "\n".join(rows)
