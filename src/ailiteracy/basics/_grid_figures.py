"""Worlds of squares as pictures: values as colours and numbers, a policy as arrows. Next: ``qlearning.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .gridworld import STEPS, GridWorld, Square

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_policy", "draw_values"]

NUMBERS_UP_TO = 150  # squares; in larger worlds the numbers would run into one another


def draw_values(axes: Axes, world: GridWorld, values: npt.NDArray[np.float64]) -> None:
    """Colour each square of the floor by its value; walls are dark, pits and goal are named."""
    image = axes.imshow(values, cmap="cividis")
    figure = axes.figure
    figure.colorbar(image, ax=axes, shrink=0.7)
    low, high = np.nanmin(values), np.nanmax(values)
    for i, j in world.floor() if values.size <= NUMBERS_UP_TO else []:
        dark = values[i, j] < (low + high) / 2
        color = "white" if dark else "black"
        axes.text(j, i, f"{values[i, j]:.1f}", ha="center", va="center", fontsize=7, color=color)
    _frame(axes, world, "Value of each square")


def draw_policy(axes: Axes, world: GridWorld, choices: npt.NDArray[np.int64], path: list[Square]) -> None:
    """Draw an arrow on each square of the floor, and the way from the start."""
    axes.imshow(np.ones((*world.shape, 3)))
    i, j = np.transpose(world.floor())
    down, right = np.transpose([STEPS[choices[square]] for square in world.floor()])
    axes.quiver(j, i, right, -down, pivot="mid", scale=1.6, scale_units="x", units="x", width=0.06, color="#555555")
    rows, columns = np.transpose(path)
    axes.plot(columns, rows, color="#E69F00", linewidth=4, alpha=0.6)
    _frame(axes, world, "Where to go")


def _frame(axes: Axes, world: GridWorld, title: str) -> None:
    """Mark walls, pits, start and goal, and put the title."""
    for i, row in enumerate(world.rows):
        for j, mark in enumerate(row):
            if mark == "#":
                axes.fill_between([j - 0.5, j + 0.5], i - 0.5, i + 0.5, color="#444444", linewidth=0)
            if mark in "GX":
                color = "#009E73" if mark == "G" else "#D55E00"
                axes.text(j, i, mark, ha="center", va="center", color=color, fontweight="bold")
            if mark == "S":
                axes.text(j - 0.35, i - 0.25, "S", ha="center", va="center", color="#D55E00", fontsize=7)
    axes.set(title=title, xticks=[], yticks=[])
