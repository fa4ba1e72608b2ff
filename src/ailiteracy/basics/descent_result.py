"""What comes back from a race of optimizers: walks, tables, figures.

Left out: surfaces of more than two numbers, which cannot be drawn.
Next: schedules.py changes the rate on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, check_number
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.animation import FuncAnimation
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from .gates import Array
    from .surfaces import Surface

__all__ = ["ARRIVED", "OptimizersResult"]

ARRIVED = 1e-3  # of the first height is left
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "black", "#8C6D1F", "0.5")
MOST_FRAMES = 100  # of an animation


@dataclass(frozen=True, eq=False, repr=False)
class OptimizersResult:
    """Walks of several optimizers down one surface.

    Parameters
    ----------
    surface : Surface
        Where they walked.
    rates : dict of str to float
        The learning rate of each optimizer.
    tuned : bool
        Whether the rates were searched for; otherwise they were given.
    paths : dict of str to ndarray of shape (n_starts, n_steps + 1, d)
        All points; walk 0 begins at the surface's own start.
    heights : dict of str to ndarray of shape (n_starts, n_steps + 1)
        Height above the minimum at every point; infinity where a walk left all numbers behind.
    steps : dict of str to ndarray of shape (n_starts,)
        Steps until less than a thousandth of the first height was left, for good; nan for walks that did not arrive.
    """

    surface: Surface
    rates: dict[str, float]
    tuned: bool
    paths: dict[str, Array]
    heights: dict[str, Array]
    steps: dict[str, Array]

    def arrived(self, name: str) -> float:
        """Return the share of an optimizer's walks that arrived, from 0 to 1."""
        return float(np.isfinite(self.steps[self._check(name)]).mean())

    def diverged(self, name: str) -> bool:
        """Return whether a walk of this optimizer ended higher than it began."""
        heights = self.heights[self._check(name)]
        return bool((heights[:, -1] > heights[:, 0]).any())

    def median_steps(self, name: str) -> float:
        """Return the median number of steps over all walks; infinity when half of them did not arrive."""
        steps = self.steps[self._check(name)]
        return float(np.median(np.where(np.isfinite(steps), steps, np.inf)))

    def table(self) -> str:
        """Return one line for each optimizer, the fastest first."""
        lines = [f"{'optimizer':10} {'rate':>8}  {'steps':>7}  arrived"]
        for name in sorted(self.rates, key=self.median_steps):
            steps = self.median_steps(name)
            said = f"{steps:.0f}" if np.isfinite(steps) else "-"
            note = "  diverged" if self.diverged(name) else ""
            lines.append(f"{name:10} {self.rates[name]:8.2g}  {said:>7}  {self.arrived(name):7.0%}{note}")
        return "\n".join(lines)

    def _check(self, name: Any) -> str:
        return check_choice("name", name, self.rates)

    def __repr__(self) -> str:
        n_walks, n_points = next(iter(self.heights.values())).shape
        how = "each with its own tuned rate" if self.tuned else "with the rates given"
        text = f"{len(self.rates)} optimizers on the {self.surface.name}, {how}, {n_walks} walks of {n_points - 1} "
        order = sorted(self.rates, key=self.median_steps)
        best = [name for name in order if np.isfinite(self.median_steps(name))]
        said = [f"{name} arrives in {self.median_steps(name):.0f}" for name in best]
        text += "steps: " + (", ".join(said) or "none arrives")
        late = [name for name in order if name not in best]
        text += f"; {', '.join(late)} mostly not at all" if late and best else ""
        wild = [name for name in order if self.diverged(name)]
        return text + (f"; {', '.join(wild)} diverged." if wild else ".")

    def plot(self) -> Figure:
        """Return a figure: the first walk of each optimizer on the surface, and the height left after every step.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels.
        """
        figure = new_figure(11, 4.5)
        left, right = figure.subplots(1, 2)
        self._draw_surface(left)
        for line, path in zip(self._lines(left), self.paths.values(), strict=True):
            line.set_data(*self._drawn(path[0]))
        for style, (name, heights) in zip(_line_styles(), self.heights.items(), strict=False):
            shown = np.where(np.isfinite(heights[0]), np.maximum(heights[0], 1e-16), np.nan)
            right.semilogy(shown, **style, label=f"{name}, rate {self.rates[name]:.2g}")
        right.axhline(ARRIVED * next(iter(self.heights.values()))[0, 0], color="0.6", linestyle=":", label="arrived")
        right.set(title="Height left", xlabel="Step", ylabel="Above the minimum")
        figure.legend(*right.get_legend_handles_labels(), loc="outside right upper", fontsize=8)
        return figure

    def animate(self, *, seconds: float = 8.0) -> FuncAnimation:
        """Return an animation of the first walks, all at the same time.

        Parameters
        ----------
        seconds : float, default 8.0
            How long it takes.

        Returns
        -------
        matplotlib.animation.FuncAnimation
            At most 100 pictures; ``.save("walks.gif", writer="pillow")`` writes them.
        """
        from matplotlib.animation import FuncAnimation

        seconds = check_number("seconds", seconds, above=0)
        n_points = next(iter(self.paths.values())).shape[1]
        frames = np.unique(np.linspace(1, n_points, min(n_points, MOST_FRAMES)).astype(int)).tolist()
        figure = new_figure(6, 4.8)
        ax = figure.subplots()
        self._draw_surface(ax)
        lines = self._lines(ax)
        ax.legend(fontsize=8)

        def show(n_shown: int) -> list[Line2D]:
            for line, path in zip(lines, self.paths.values(), strict=True):
                line.set_data(*self._drawn(path[0, :n_shown]))
            ax.set_title(f"{self.surface.name}: step {n_shown - 1}")
            return lines

        interval = 1000 * seconds / len(frames)
        return FuncAnimation(
            figure, show, frames=frames, init_func=lambda: show(frames[0]), interval=interval, cache_frame_data=False
        )

    def _draw_surface(self, ax: Axes) -> None:
        """Draw contours of a function of two numbers, the curve of a function of one."""
        low, high = self.surface.low, self.surface.high
        x = np.linspace(low[0], high[0], 201)
        if len(low) == 1:
            ax.plot(x, self.surface.value(x[:, None]), color="0.7")
            ax.set(title=self.surface.name, xlabel="x", ylabel="Height")
            return
        y = np.linspace(low[1], high[1], 201)
        points = np.stack(np.meshgrid(x, y), axis=-1)  # (201, 201, 2)
        # Heights differ by powers of ten: the logarithm keeps the valleys visible.
        heights = np.log10(self.surface.value(points) - self.surface.lowest + 1e-3)
        ax.contourf(x, y, heights, levels=20, cmap="Greys", alpha=0.35)
        ax.plot(*np.array(self.surface.minima).T, "*", color="black", markersize=12)
        ax.set(title=self.surface.name, xlabel="x", ylabel="y", xlim=(low[0], high[0]), ylim=(low[1], high[1]))

    def _drawn(self, points: Array) -> tuple[Array, Array]:
        """Return the two coordinates to draw of points (n, d)."""
        return points[:, 0], points[:, 1] if points.shape[1] == 2 else self.surface.value(points)

    def _lines(self, ax: Axes) -> list[Line2D]:
        """Return one empty line for each optimizer."""
        styles = _line_styles()
        return [ax.plot([], [], marker=".", markersize=4, **next(styles), label=name)[0] for name in self.paths]

    def _repr_html_(self) -> str:
        return result_html(self)


def _line_styles() -> Iterator[dict[str, Any]]:
    """Yield a colour and a line style for each optimizer."""
    for number, colour in enumerate(COLOURS):
        yield {"color": colour, "linestyle": ("-", "--", "-.")[number % 3], "linewidth": 1.3}
