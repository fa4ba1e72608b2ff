"""Pruning that prunes: looking ahead at chance without looking at everything, on trees written out.

Alpha-beta compares with what each player is sure of. Alone against chance nobody limits us from above: beta stays
infinite, and nothing is ever cut. The idea in three lines:
when every leaf lies between two bounds, an average is known to be poor before all its outcomes are known;
then the other outcomes are cut, and the best move and its value stay what they were (Star1);
against an opponent, one of his answers after each outcome first may settle the average at once (Star2).

*Left out*: cutting lines of play that hardly ever happen; ``pruning2048.py`` does that too.
*Next*: ``pruning2048.py``, the same search on 2048 boards.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._support.checks import check_flag, check_number, check_text, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    Bounds = tuple[float, float]
    Outcomes = list[tuple[float, Any]]  # positions with their probabilities
    # What a game says of a position: "leaf", its value; "max" or "min", a dict of positions; "chance", Outcomes.
    Expand = Callable[[Any], tuple[str, Any]]

__all__ = ["expectimax_tree", "PrunedSearch", "Search"]

ROUNDING = 1e-12  # of the bounds: what a sum may be wrong by, ten thousand times the last bit of a float
MOST_LEVELS = 100  # of a tree; keeps far away from Python's own limit on recursion
MOST_NODES = 10**6


def expectimax_tree(
    tree: Any, *, bounds: Bounds | None = None, probe: bool = False, opponent: bool = False
) -> PrunedSearch:
    r"""Return what each first move of a game tree with chance is worth, with cuts when bounds are known.

    Parameters
    ----------
    tree : dict
        A dict is a choice: trees by the name of the move. A list is chance: pairs (probability, tree). A number is a
        leaf. The root is a choice.
    bounds : tuple of (float, float) or None, default=None
        Two numbers between which all leaves are known to lie: they make cuts possible. None searches everything.
    probe : bool, default=False
        Whether to try one answer after each outcome first (Star2 instead of Star1). It pays against an opponent.
    opponent : bool, default=False
        Whether choices belong by turns to Max and Min. By default all are Max's.

    Returns
    -------
    PrunedSearch
        The value of each move, and how many leaves were judged.

    Raises
    ------
    TypeError, ValueError
        When the tree is none, when probabilities do not add up to 1, or when a leaf lies outside the bounds.

    Notes
    -----
    Star1 never judges more leaves than the full search. Star2 promises no such thing: what a probe has judged in vain
    is judged again. Without an opponent Star2 is Star1: one move shows what Max has at least, and that leads to a cut
    only where somebody keeps Max from having more.

    References
    ----------
    B. W. Ballard, The \*-minimax search procedure for trees containing chance nodes, Artificial Intelligence 21, 1983.

    Examples
    --------
    "safe" is worth 6. Once the first outcome of "risky" is a 1, it is worth at most 0.5 * 1 + 0.5 * 10 = 5.5.

    >>> result = expectimax_tree({"safe": 6, "risky": [(0.5, 1), (0.5, 9)]}, bounds=(0, 10))
    >>> result.best, result.values, result.n_judged
    ('safe', {'safe': 6.0, 'risky': 5.5}, 2)
    """
    limits = None if bounds is None else _check_bounds(bounds)
    root = _check_tree(tree, limits)
    if not isinstance(root, dict):
        raise ValueError(message("tree", "a dict of moves", tree, "Name the first moves, for example {'left': 2}."))
    after = {"max": "min", "min": "max"} if check_flag("opponent", opponent) else {"max": "max"}

    def expand(position: tuple[Any, str]) -> tuple[str, Any]:
        node, mover = position
        if isinstance(node, float):
            return "leaf", node
        if isinstance(node, dict):
            return mover, {name: (child, after[mover]) for name, child in node.items()}
        return "chance", [(probability, (child, mover)) for probability, child in node]

    return Search(expand, limits, check_flag("probe", probe)).run((root, "max"))


class Search:
    """One search with its counts; the game is a function that says what follows a position."""

    def __init__(self, expand: Expand, bounds: Bounds | None, probe: bool = False) -> None:
        self.expand, self.probe, self.prune = expand, probe, bounds is not None
        self.low, self.high = bounds or (-math.inf, math.inf)
        # A bound settles a matter only by more than this, so that no cut hangs on the last bit of a sum.
        self.slack = ROUNDING * (abs(self.low) + abs(self.high))
        self.n_judged = self.n_cuts = self.n_found = 0

    def run(self, root: Any) -> PrunedSearch:
        """Return the value of each move at the root; of a poorer move perhaps only what it is worth at most."""
        kind, moves = self.expand(root)
        values: dict[str, float] = {}
        at_most = []
        alpha = -math.inf  # what Max is sure of
        for name, child in moves.items() if kind == "max" else ():
            n_cuts = self.n_cuts
            values[name] = self.star(child, alpha, math.inf) if self.prune else self.full(child)
            if values[name] < alpha and self.n_cuts > n_cuts:
                at_most.append(name)
            alpha = max(alpha, values[name])
        return PrunedSearch(values, tuple(at_most), self.n_judged, self.n_cuts, self.n_found)

    def full(self, position: Any) -> float:
        """Return the value of a position after a look at every leaf."""
        kind, content = self.expand(position)
        if kind == "chance":
            return _average(content, [self.full(child) for _, child in content])
        if kind == "leaf":
            self.n_judged += 1
            return float(content)
        return (max if kind == "max" else min)(self.full(child) for child in content.values())

    def star(self, position: Any, alpha: float, beta: float) -> float:
        """Return the value where it lies from `alpha` to `beta`; else a bound on it that lies on the same side."""
        kind, content = self.expand(position)
        if kind == "chance":
            return self.star_average(content, alpha, beta)
        if kind == "leaf":
            self.n_judged += 1
            return float(content)
        best = -math.inf if kind == "max" else math.inf
        for n_seen, child in enumerate(content.values(), start=1):
            if kind == "max":
                best = max(best, self.star(child, max(alpha, best), beta))
            else:
                best = min(best, self.star(child, alpha, min(beta, best)))
            # Max or Min is sure of something better elsewhere and does not let the game come here.
            if best > beta if kind == "max" else best < alpha:
                self.n_cuts += n_seen < len(content)
                break
        return best

    def star_average(self, outcomes: Outcomes, alpha: float, beta: float) -> float:
        """Return the average over the outcomes, or a bound on it as soon as that settles the matter."""
        least, most = [self.low] * len(outcomes), [self.high] * len(outcomes)  # what is known of each outcome
        at_least, at_most = self.low, self.high  # and of their average
        for look in (self.one_answer, self.all_answers) if self.probe else (self.all_answers,):
            for i, (probability, child) in enumerate(outcomes):
                # An outcome below `start` brings the average below alpha, one above `stop` brings it above beta.
                start = most[i] - (at_most - alpha + 2 * self.slack) / probability
                stop = least[i] + (beta - at_least + 2 * self.slack) / probability
                least[i], most[i] = look(child, start, stop, (least[i], most[i]))
                at_least, at_most = _average(outcomes, least), _average(outcomes, most)
                if at_most < alpha - self.slack or at_least > beta + self.slack:
                    self.n_cuts += look == self.one_answer or i + 1 < len(outcomes)
                    return at_most if at_most < alpha else at_least
        return at_most

    def all_answers(self, position: Any, start: float, stop: float, known: Bounds) -> Bounds:
        """Return the value of an outcome as its lower and its upper bound."""
        value = self.star(position, start, stop)
        return value, value

    def one_answer(self, position: Any, start: float, stop: float, known: Bounds) -> Bounds:
        """Return better bounds after a look at one answer: Min has that answer at least, or Max has."""
        kind, answers = self.expand(position)
        if kind == "min" and math.isfinite(start):  # bounds from above may lead to a cut where alpha is known
            return known[0], min(known[1], self.star(next(iter(answers.values())), start, math.inf))
        if kind == "max" and math.isfinite(stop):  # bounds from below where beta is: never without an opponent
            return max(known[0], self.star(next(iter(answers.values())), -math.inf, stop)), known[1]
        return known


def _average(outcomes: Outcomes, values: list[float]) -> float:
    total = 0.0  # added up one by one: sum() rounds in another way from Python 3.12 on
    for (probability, _), value in zip(outcomes, values, strict=True):
        total += probability * value
    return total


@dataclass(frozen=True, eq=False, repr=False)
class PrunedSearch:
    """What a search with or without cuts found out about the first moves.

    Attributes
    ----------
    values : dict of str to float
        What each move is worth, higher is better; empty when there is none.
    at_most : tuple of str
        The moves that were cut: they are worth at most their value, which is less than that of the best move.
    n_judged : int
        How many leaves were judged, one of them twice when the search came to it twice. On 2048 boards also how many
        boards were judged to put moves in order.
    n_cuts : int
        How many times the rest of a node was left out.
    n_found : int
        How many positions a memory of earlier results knew.
    """

    values: dict[str, float]
    at_most: tuple[str, ...]
    n_judged: int
    n_cuts: int
    n_found: int = 0

    @property
    def best(self) -> str | None:
        """The first of the best moves; None when there is none."""
        return max(self.values, key=self.values.__getitem__) if self.values else None

    @property
    def value(self) -> float | None:
        """What the best move is worth."""
        return max(self.values.values()) if self.values else None

    def __repr__(self) -> str:
        counts = f"Leaves judged: {self.n_judged:,}; cuts: {self.n_cuts:,}; found in memory: {self.n_found:,}."
        if not self.values:
            return f"No move left. {counts}"
        signs = {name: "at most " if name in self.at_most else "" for name in self.values}
        moves = ", ".join(f"{name} {signs[name]}{value:,.10g}" for name, value in self.values.items())
        return f"Best move {self.best}: {moves}. {counts}"

    def plot(self) -> Figure:
        """Return a figure of the moves' values; a triangle that points down is only an upper bound."""
        figure = new_figure(6.0, 1.5 + 0.4 * len(self.values))
        ax = figure.subplots()
        for row, (name, value) in enumerate(self.values.items()):
            colour = "#0072b2" if name == self.best else "0.4"
            ax.plot(value, row, "v" if name in self.at_most else "o", color=colour, markersize=10)
        ax.set(yticks=range(len(self.values)), yticklabels=list(self.values), xlabel="value (triangle: at most)")
        ax.set_title(f"leaves judged: {self.n_judged:,}, cuts: {self.n_cuts:,}")
        ax.invert_yaxis()
        ax.margins(0.1, 0.3)
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def _check_bounds(bounds: Any) -> Bounds:
    remedy = "Pass the lowest and the highest value of a leaf, for example (0, 10)."
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        raise TypeError(message("bounds", "two numbers or None", bounds, remedy))
    low, high = (check_number(f"bounds[{i}]", bound, remedy=remedy) for i, bound in enumerate(bounds))
    if low > high:
        raise ValueError(message("bounds", "two numbers, the lower one first", bounds, remedy))
    return low, high


def _check_tree(tree: Any, bounds: Bounds | None) -> Any:
    """Return the tree with floats as leaves and chances that add up to 1, or say in words what is wrong and where."""
    counter = itertools.count(1)

    def check(node: Any, place: str, level: int) -> Any:
        if level > MOST_LEVELS or next(counter) > MOST_NODES:
            most = f"at most {MOST_LEVELS} levels deep, with at most {MOST_NODES:,} nodes"
            raise ValueError(f"`tree` must be {most}, got a larger one. Take a smaller tree. Does a list hold itself?")
        if isinstance(node, dict | list) and not node:
            expected = "a number, or a choice or chance with something in it"
            raise ValueError(message(place, expected, node, "Give the value of the game that ends here."))
        if isinstance(node, dict):
            names = [check_text(f"name in {place}", name, "Name the moves, for example 'left'.") for name in node]
            return {name: check(node[name], f"{place}[{name!r}]", level + 1) for name in names}
        if isinstance(node, list):
            chances = _check_chances(node, place)
            children = [check(pair[1], f"{place}[{i}][1]", level + 1) for i, pair in enumerate(node)]
            return list(zip(chances, children, strict=True))
        value = check_number(place, node, remedy="A leaf is a number, a choice a dict, chance a list of pairs.")
        if bounds and not bounds[0] <= value <= bounds[1]:
            raise ValueError(message(place, f"within `bounds` {bounds}", node, "A leaf outside makes cuts wrong."))
        return value

    return check(tree, "tree", 0)


def _check_chances(node: list[Any], place: str) -> list[float]:
    for i, pair in enumerate(node):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            remedy = "Write chance as a list of pairs, for example [(0.9, 2), (0.1, 4)]."
            raise ValueError(message(f"{place}[{i}]", "a pair (probability, tree)", pair, remedy))
    remedy = "Leave out what never happens."
    chances = [check_number(f"{place}[{i}][0]", pair[0], above=0, high=1, remedy=remedy) for i, pair in enumerate(node)]
    total = math.fsum(chances)
    if abs(total - 1) > 1e-9:
        raise ValueError(message(f"probabilities in {place}", "numbers that add up to 1", total, "Mend one of them."))
    return [chance / total for chance in chances]
