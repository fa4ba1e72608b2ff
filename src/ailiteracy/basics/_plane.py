"""Drawings of the plane of two inputs, coloured by the answer for every point: a picture, several, an animation.

The idea: ask the network about a grid of points, colour each by the answer, and draw the samples on top. Done for the
weights of several epochs it shows how the boundary bends into place.

Left out: problems with one input, or more than two.
Next: backprop.py, whose result is drawn here.
"""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_integer, message
from .._support.figures import new_figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.animation import FuncAnimation
    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import Figure

    from .backprop import BackpropResult
    from .gates import Array
    from .network import Network

__all__ = ["animate_learning", "check_moments", "draw_answers", "draw_moments", "draw_samples", "plane_of"]

GRID = 121  # points along each side
MOST_PANELS = 24  # in one figure


def plane_of(inputs: Array, margin: float) -> tuple[Array, Array, Array]:
    """Return the two axes of a grid around the inputs, and its points (GRID * GRID, 2)."""
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    beyond = margin * np.where(high > low, high - low, 1 + np.abs(high))
    x1, x2 = (np.linspace(low[i] - beyond[i], high[i] + beyond[i], GRID) for i in (0, 1))
    return x1, x2, np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)


def draw_samples(axes: Axes, inputs: Array, targets: Array) -> None:
    """Draw class 0 as circles and class 1 as squares: smaller ones where there are many."""
    size = 10 if len(inputs) <= 20 else 4
    for target, marker, colour in ((0, "o", "black"), (1, "s", "black" if size == 10 else "#D55E00")):
        chosen = inputs[targets[:, 0] == target]
        axes.plot(
            *chosen.T, marker, color=colour, markeredgecolor="white", markeredgewidth=0.1 * size, markersize=size,
            label=f"Target {target}",
        )  # fmt: skip


def draw_answers(axes: Axes, network: Network, inputs: Array, targets: Array) -> QuadContourSet:
    """Colour every point of the plane by the network's answer and draw the samples on it."""
    x1, x2, points = plane_of(inputs, margin=0.25)
    answers = network.forward(points).reshape(GRID, GRID)
    surface = axes.contourf(x1, x2, answers, levels=np.linspace(0, 1, 21), cmap="cividis")
    if answers.min() < 0.5 < answers.max():
        axes.contour(x1, x2, answers, levels=[0.5], colors="white", linestyles="--")
    draw_samples(axes, inputs, targets)
    axes.set(xlabel="x1", ylabel="x2")
    return surface


def network_at(result: BackpropResult, epoch: int) -> tuple[int, Network]:
    """Return the epoch kept nearest to the one asked for, and the network as it was after that many epochs."""
    nearest = int(np.abs(result.snapshot_epochs - epoch).argmin())
    network = copy.deepcopy(result.network)
    network.parameters[:] = result.snapshots[nearest]
    return int(result.snapshot_epochs[nearest]), network


def check_moments(epochs: Any, n_epochs: int) -> list[int]:
    """Return the numbers of epochs in order and once each, or say in words why they are none."""
    remedy = f"The training has {n_epochs} epochs: 0 is its start, {n_epochs} its end."
    expected = f"1 to {MOST_PANELS} numbers from 0 to {n_epochs}, such as [0, {n_epochs}]"
    if isinstance(epochs, str | bytes | dict) or not hasattr(epochs, "__iter__"):
        raise TypeError(message("epochs", expected, epochs, remedy))
    chosen = set()
    for epoch in itertools.islice(epochs, 1_000):
        chosen.add(check_integer("epochs", epoch, low=0, high=n_epochs, remedy=remedy))
    if not 1 <= len(chosen) <= MOST_PANELS:
        raise ValueError(message("epochs", expected, epochs, remedy))
    return sorted(chosen)


def draw_moments(result: BackpropResult, epochs: Iterable[int]) -> Figure:
    """Return a figure of the plane after some numbers of epochs."""
    moments = dict(network_at(result, epoch) for epoch in epochs)
    n_columns = min(len(moments), 4)
    n_rows = -(-len(moments) // n_columns)
    figure = new_figure(2.7 * n_columns, 2.7 * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, moment in itertools.zip_longest(panels, sorted(moments)):
        if moment is None:
            axes.axis("off")
            continue
        draw_answers(axes, moments[moment], result.inputs, result.targets)
        axes.set_title(f"After {moment:,} epochs")
        axes.label_outer()
    return figure


def animate_learning(result: BackpropResult, seconds_per_frame: float) -> FuncAnimation:
    """Return an animation: the loss with a moving dot, and the plane at that moment."""
    from matplotlib.animation import FuncAnimation

    figure = new_figure(9, 4)
    left, right = figure.subplots(1, 2)
    result._draw_loss(left)
    (dot,) = left.plot([], [], "o", color="#D55E00", markersize=8)

    def show(frame: int) -> tuple[Axes]:
        epoch, network = network_at(result, int(result.snapshot_epochs[frame]))
        dot.set_data([max(epoch, 1)], [result.losses[max(epoch, 1) - 1]])
        right.clear()
        draw_answers(right, network, result.inputs, result.targets)
        right.set_title(f"After {epoch:,} epochs")
        return (right,)

    return FuncAnimation(
        figure, show, frames=len(result.snapshot_epochs), init_func=lambda: show(0),
        interval=1000 * seconds_per_frame, cache_frame_data=False,
    )  # fmt: skip
