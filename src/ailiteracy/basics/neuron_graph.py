"""Neurons on a graph, fired in topological order: judge problem 29740.

Each neuron adds up what its active predecessors send, minus its threshold. The idea in three lines:
a neuron can be computed once everything that leads to it is known;
so take a neuron that waits for nothing, compute it, let its successors wait for one less, and repeat;
if all that are left wait for one another, there is a cycle, and the network is dead.

*Left out*: learning; the weights are given. *Next*: ``matrices.py``, the same sums as matrices.
"""

from __future__ import annotations

import numbers
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._support.checks import message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["NeuronGraphResult", "run_neuron_graph"]

MOST_DRAWN = 40  # neurons; more would be a tangle
COLORS = {"active": "#F0E442", "silent": "#FFFFFF", "cycle": "#D55E00"}


@dataclass(frozen=True, eq=False, repr=False)
class NeuronGraphResult:
    """A graph of neurons after the signal went through it. Neurons are numbered from 1.

    Parameters
    ----------
    states : dict of int to int
        The final state of each neuron; empty when there is a cycle.
    order : list of int
        The order in which the neurons were computed; with a cycle, those before it.
    cycle : list of int
        Neurons that lead to one another in a ring, the first repeated at the end; empty without a cycle.
    inputs : list of int
        Neurons that no edge leads to.
    outputs : list of int
        Neurons that no edge leaves.
    weights : dict of (int, int) to int
        The weight of each edge, those of repeated edges added up.
    """

    states: dict[int, int]
    order: list[int]
    cycle: list[int]
    inputs: list[int]
    outputs: list[int]
    weights: dict[tuple[int, int], int]

    @property
    def answer(self) -> dict[int, int]:
        """The outputs with a state above 0, by number; empty when there is none, or a cycle."""
        return {i: self.states[i] for i in self.outputs if self.states.get(i, 0) > 0}

    def __repr__(self) -> str:
        if self.cycle:
            return f"The network is dead: {' -> '.join(map(str, self.cycle))} is a cycle."
        active = ", ".join(f"{i} with state {state}" for i, state in self.answer.items()) or "none"
        return f"{len(self.states)} neurons, {len(self.weights)} edges. Active outputs: {active}."

    def plot(self) -> Figure:
        """Return a figure of the graph: layers from left to right, active neurons filled, a cycle in red.

        Returns
        -------
        matplotlib.figure.Figure
            One panel; for more than 40 neurons, the first 40.
        """
        figure = new_figure(8, 4)
        axes = figure.subplots()
        places = self._places()
        for (i, j), weight in self.weights.items():
            if i in places and j in places and i != j:
                arrow = {"arrowstyle": "->", "shrinkA": 14, "shrinkB": 14, "connectionstyle": "arc3,rad=0.08"}
                on_cycle = (i, j) in zip(self.cycle, self.cycle[1:], strict=False)
                color = COLORS["cycle"] if on_cycle else "#777777"
                axes.annotate("", places[j], places[i], arrowprops={**arrow, "color": color})
                x, y = (0.7 * a + 0.3 * b for a, b in zip(places[i], places[j], strict=True))
                axes.text(x, y, str(weight), ha="center", va="center", fontsize=8, color=color)
        for i, place in places.items():
            kind = "cycle" if i in self.cycle else "active" if self.states.get(i, 0) > 0 else "silent"
            axes.plot(*place, "o", markersize=26, markerfacecolor=COLORS[kind], markeredgecolor="black")
            axes.text(*place, f"{i}\n{self.states.get(i, '')}".strip(), ha="center", va="center", fontsize=8)
        axes.set_title("A cycle: no neuron of it can be first" if self.cycle else "Number and state of each neuron")
        axes.set_axis_off()
        axes.margins(0.15)
        return figure

    def _places(self) -> dict[int, tuple[float, float]]:
        """Return (x, y) for each neuron: x is the number of edges on the longest way to it."""
        depth: dict[int, int] = defaultdict(int)
        for i in self.order:  # a predecessor comes first, so its depth is final
            for a, b in self.weights:
                if a == i:
                    depth[b] = max(depth[b], depth[i] + 1)
        drawn = sorted({*self.order, *self.cycle, *(i for edge in self.weights for i in edge)})[:MOST_DRAWN]
        columns = defaultdict(list)
        for i in drawn:
            columns[depth[i]].append(i)
        # With two columns that alternate up and down, no edge hides behind a neuron of the same row.
        return {
            i: (x, (len(column) - 1) / 2 - row + 0.2 * (x % 2)) for x, column in columns.items()
            for row, i in enumerate(column)
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return result_html(self)


def run_neuron_graph(neurons: Any, edges: Any) -> NeuronGraphResult:
    """Return the states of a network of threshold neurons after the signal went through it.

    Parameters
    ----------
    neurons : sequence of pairs of int
        (state, threshold) of neuron 1, 2, 3 ... Inputs, which no edge leads to, keep their state; the states of all
        others are computed and their first values ignored.
    edges : sequence of triples of int
        (from, to, weight). Repeated edges are one edge whose weights are added up, even where the sum is 0.

    Returns
    -------
    NeuronGraphResult
        `answer`, `states`, `order`, `cycle` and `plot()`.

    Raises
    ------
    TypeError
        When something is no whole number.
    ValueError
        When there is no neuron, or an edge names one that does not exist.

    Notes
    -----
    State of neuron i: the sum of weight * state over its predecessors with a state above 0, minus its threshold.

    References
    ----------
    Problem 29740 of the course's judge, http://cs101.openjudge.cn/2025springcs201testing/M29740/

    Examples
    --------
    Neurons 1 and 2 send 1 * 3 + 2 * 4 = 11 to neuron 3, whose threshold is 5.

    >>> run_neuron_graph([(1, 0), (2, 0), (0, 5)], [(1, 3, 3), (2, 3, 4)]).answer
    {3: 6}
    >>> run_neuron_graph([(1, 0), (0, 0)], [(1, 2, 1), (2, 1, 1)])
    The network is dead: 1 -> 2 -> 1 is a cycle.
    """
    rows, triples = _whole_rows("neurons", neurons, 2), _whole_rows("edges", edges, 3)
    if not rows:
        raise ValueError(message("neurons", "at least one (state, threshold)", rows, "Pass [(1, 0)] for one."))
    numbered = range(1, len(rows) + 1)
    weights: dict[tuple[int, int], int] = defaultdict(int)
    for i, j, weight in triples:
        if i not in numbered or j not in numbered:
            remedy = "Number the neurons from 1, in their order."
            raise ValueError(message("edges", f"between neurons 1 to {len(rows)}", (i, j, weight), remedy))
        weights[i, j] += weight

    before: dict[int, list[int]] = {i: [] for i in numbered}
    after: dict[int, list[int]] = {i: [] for i in numbered}
    for i, j in weights:
        before[j].append(i)
        after[i].append(j)
    inputs, outputs = [i for i in numbered if not before[i]], [i for i in numbered if not after[i]]

    order, waiting_for = list(inputs), {i: len(before[i]) for i in numbered}
    for i in order:  # the list grows while it is read
        for j in after[i]:
            waiting_for[j] -= 1
            if waiting_for[j] == 0:
                order.append(j)
    if len(order) < len(rows):
        return NeuronGraphResult({}, order, _find_cycle(before, set(order)), inputs, outputs, dict(weights))

    states = {i: rows[i - 1][0] for i in inputs}
    for i in order:
        if before[i]:
            received = sum(weights[j, i] * states[j] for j in before[i] if states[j] > 0)  # silent ones send nothing
            states[i] = received - rows[i - 1][1]
    return NeuronGraphResult(dict(sorted(states.items())), order, [], inputs, outputs, dict(weights))


def _find_cycle(before: dict[int, list[int]], done: set[int]) -> list[int]:
    """Return one cycle among the neurons that were never computed, in the direction of its edges."""
    # Each of them has a predecessor that was not computed either: walk back until a neuron comes a second time.
    walk = [min(set(before) - done)]
    while walk[-1] not in walk[:-1]:
        walk.append(next(j for j in before[walk[-1]] if j not in done))
    return walk[walk.index(walk[-1]) :][::-1]


def _whole_rows(argument: str, values: Any, width: int) -> list[tuple[int, ...]]:
    """Return `values` as tuples of `width` ints."""
    expected = f"a list of rows of {width} whole numbers"
    try:
        rows = [tuple(row) for row in values]
    except TypeError:
        raise TypeError(message(argument, expected, values, "Pass a list of tuples.")) from None
    for row in rows:
        if len(row) != width:
            raise ValueError(message(argument, expected, row, f"Write {width} numbers in each row."))
        if not all(isinstance(value, numbers.Integral) and not isinstance(value, bool) for value in row):
            raise TypeError(message(argument, expected, row, "Use whole numbers such as 3, not 3.0 or '3'."))
    return [tuple(int(value) for value in row) for row in rows]
