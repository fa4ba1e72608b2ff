"""A drawing of how a number was made: for autograd.py.

The idea: a value stands one column to the right of the last of its parents, so that all arrows point to the right.
Within a column the values stand near their parents, so that few arrows cross.

Left out: graphs of more than 60 values, which nobody could read.
Next: autograd.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._support.figures import new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from .autograd import Value

__all__ = ["draw_graph"]

MOST_VALUES = 60
LEAF, COMPUTED, CONSTANT = "#F0E442", "#B3DDF2", "0.9"  # yellow, light blue, grey


def draw_graph(values: Sequence[Value]) -> Figure:
    """Return a figure of the values, which stand in an order with parents first."""
    if len(values) > MOST_VALUES:
        raise ValueError(f"plot() draws at most {MOST_VALUES} values, this one was made of {len(values)}. Draw a part.")
    places = _places(values)
    n_columns = 1 + max(column for column, _ in places.values())
    heights = [height for _, height in places.values()]
    figure = new_figure(1.2 + 1.7 * n_columns, 1.4 + 0.95 * (max(heights) - min(heights)))
    axes = figure.subplots()
    for value, (column, height) in places.items():
        for parent in value._parents:
            # Arrows over several columns go around what stands between.
            bend = 0.0 if places[parent][0] == column - 1 else 0.3 if places[parent][1] < height else -0.3
            style = {"arrowstyle": "->", "shrinkA": 22, "shrinkB": 26, "connectionstyle": f"arc3,rad={bend}"}
            axes.annotate("", (column, height), places[parent], arrowprops=style)
        colour = COMPUTED if value.operation else LEAF if value.requires_grad else CONSTANT
        box = {"boxstyle": "round", "facecolor": colour, "edgecolor": "0.4"}
        axes.text(column, height, _words(value), ha="center", va="center", fontsize=9, bbox=box, parse_math=False)
    axes.set(xlim=(-0.6, n_columns - 0.4), ylim=(min(heights) - 0.6, max(heights) + 0.6))
    axes.axis("off")
    return figure


def _words(value: Value) -> str:
    """Return what stands in the box: the name or the operation, the number, and the slope where there is one."""
    title = f"{value.name} {value.operation}".strip()
    lines = [title] if title else []
    lines.append(f"{value.data:.4g}")
    if value.grad is not None:
        lines.append(f"grad {float(value.grad):.4g}")
    return "\n".join(lines)


def _places(values: Sequence[Value]) -> dict[Value, tuple[int, float]]:
    """Return the column and the height of each value."""
    columns: dict[Value, int] = {}
    for value in values:
        columns[value] = 1 + max((columns[parent] for parent in value._parents), default=-1)
    # Leaves stand right before their first child, so that the arrows are short.
    for value in reversed(values):
        children = [columns[child] for child in values if value in child._parents]
        if children and not value._parents:
            columns[value] = min(children) - 1
    places: dict[Value, tuple[int, float]] = {}
    n_columns = 1 + max(columns.values())
    # From the result to the left: each column in the order of its children, spread evenly around the middle.
    for column in reversed(range(n_columns)):
        members = [value for value in values if columns[value] == column]
        wanted = [
            np.mean([places[child][1] for child in values if value in child._parents] or [0.0]) for value in members
        ]
        for rank, place in enumerate(np.argsort(wanted, kind="stable")):
            places[members[place]] = (column, rank - (len(members) - 1) / 2)
    return {value: places[value] for value in values}
