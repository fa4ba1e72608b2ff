"""Minimax: look ahead at an opponent. Alpha-beta: leave out what cannot matter.

Two players take turns: Max wants the number at the end to be high, Min wants it low. The idea in three lines:
a leaf is worth its number, a Max node its highest child, a Min node its lowest child;
on the way down, alpha is what Max is already sure of and beta what Min is already sure of;
as soon as a node cannot end between the two, its other children are cut: they cannot change the answer.

*Left out*: stopping early and judging an unfinished game by a formula; ``expectimax.py`` does that.
*Next*: ``tictactoe.py``, a whole game solved by minimax.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .._support.checks import check_flag, check_number, check_text, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["full_search", "alpha_beta", "TreeSearch", "Visit", "check_tree"]

Tree: TypeAlias = "float | dict[str | int, Tree]"  # a checked tree: a leaf, or children by name or position
Path: TypeAlias = "tuple[str | int, ...]"  # the keys from the root to a node; () is the root

MAX_DEPTH = 100  # moves from the root to a leaf; keeps far away from Python's own limit on recursion
MAX_NODES = 10**6  # about ten seconds of search
MOST_DRAWN = 32  # nodes side by side in a figure that can still be read


def full_search(tree: Any, *, maximise: bool = True) -> TreeSearch:
    """Return the value of a game tree and its best line of play, found by looking at every leaf.

    Parameters
    ----------
    tree : float, list, tuple or dict
        A number is a leaf; a list or tuple is a node with its children; a dict gives the children names.
    maximise : bool, default=True
        Whether Max moves first.

    Returns
    -------
    TreeSearch
        The value, the best line, the counts of leaves and the trace.

    Raises
    ------
    TypeError, ValueError
        When the tree has an empty node, a leaf that is no finite number, or is too deep or too large.

    Examples
    --------
    >>> result = full_search({"A": [3, 5], "B": [2, 6], "C": [9, 1]})
    >>> result.value, result.path, result.n_seen
    (3.0, ('A', 0), 6)
    """
    root, trace = check_tree(tree), list[Visit]()
    _full(root, (), check_flag("maximise", maximise), trace)
    return _result("Minimax", root, trace)


def _full(node: Tree, path: Path, maximise: bool, trace: list[Visit]) -> Visit:
    if isinstance(node, float):
        found = Visit(path, "leaf", node, path)
    else:
        # Every child is searched to its end, with the other player to move.
        children = [_full(child, (*path, name), not maximise, trace) for name, child in node.items()]
        choose = max if maximise else min  # both take the first of equals
        best = choose(children, key=lambda child: child.value)
        found = Visit(path, "max" if maximise else "min", best.value, best.best_leaf)
    trace.append(found)
    return found


def alpha_beta(tree: Any, *, maximise: bool = True) -> TreeSearch:
    """Return what `full_search` returns, after looking at fewer leaves.

    Parameters
    ----------
    tree : float, list, tuple or dict
        A number is a leaf; a list or tuple is a node with its children; a dict gives the children names.
    maximise : bool, default=True
        Whether Max moves first.

    Returns
    -------
    TreeSearch
        The value and the best line of `full_search`, with the branches that were cut.

    Raises
    ------
    TypeError, ValueError
        When the tree has an empty node, a leaf that is no finite number, or is too deep or too large.

    Notes
    -----
    With b children at every node, d moves and the best child always first, b**ceil(d/2) + b**floor(d/2) - 1 of the
    b**d leaves are looked at; no method that is always right needs fewer on such a tree [1]_.

    References
    ----------
    .. [1] D. E. Knuth and R. W. Moore, "An analysis of alpha-beta pruning", Artificial Intelligence 6, 1975.

    Examples
    --------
    After A, Max is sure of 3. The first leaf of B lets Min reach 2, so the second leaf of B does not matter.

    >>> result = alpha_beta({"A": [3, 5], "B": [2, 6], "C": [9, 1]})
    >>> result.value, result.path, result.n_seen, result.cut
    (3.0, ('A', 0), 5, (('B', 1),))
    """
    root, trace = check_tree(tree), list[Visit]()
    _alpha_beta(root, (), check_flag("maximise", maximise), -math.inf, math.inf, trace)
    return _result("Alpha-beta", root, trace)


def _alpha_beta(node: Tree, path: Path, maximise: bool, alpha: float, beta: float, trace: list[Visit]) -> Visit:
    if isinstance(node, float):
        trace.append(Visit(path, "leaf", node, path, alpha, beta))
        return trace[-1]
    bounds = (alpha, beta)  # as they were on the way down, for the trace
    children: list[Visit] = []
    choose = max if maximise else min
    for name, child in node.items():
        children.append(_alpha_beta(child, (*path, name), not maximise, alpha, beta, trace))
        best = choose(children, key=lambda child: child.value)
        # The player who moves here is sure of the best child so far.
        if maximise:
            alpha = max(alpha, best.value)
        else:
            beta = min(beta, best.value)
        # The other player is sure of something at least as good elsewhere and does not let the game come here.
        if alpha >= beta:
            break
    cut_here = len(children) < len(node)  # then the value is a bound: Max could have found more, Min less
    known = ("at least" if maximise else "at most") if cut_here else best.known
    trace.append(Visit(path, "max" if maximise else "min", best.value, best.best_leaf, *bounds, known))
    return trace[-1]


@dataclass(frozen=True)
class Visit:
    """One node as a search found it; `str` makes it a line of text."""

    path: Path  # the keys that lead from the root to the node
    player: str  # who moves here: "max", "min", or "leaf"
    value: float
    best_leaf: Path  # where the value comes from
    alpha: float = -math.inf  # what Max was sure of when the search came here
    beta: float = math.inf  # what Min was sure of
    known: str = "exactly"  # or "at least", "at most": after a cut the value is only a bound

    def __str__(self) -> str:
        bounds = f"alpha {self.alpha:g}, beta {self.beta:g}"
        return f"{_place(self.path)} ({self.player}): {self.known} {self.value:g} [{bounds}]"


@dataclass(frozen=True, eq=False, repr=False)
class TreeSearch:
    """A searched game tree.

    Attributes
    ----------
    method : str
        "Minimax" or "Alpha-beta".
    value : float
        What the game is worth when both players play their best.
    path : tuple
        The best line of play: keys that lead from the root to a leaf, ``tree["C"][1]`` as ``("C", 1)``.
    n_seen, n_skipped : int
        How many leaves were looked at, and how many were not.
    cut : tuple of tuple
        The paths of the branches that were cut, from left to right.
    trace : tuple of Visit
        The nodes in the order in which their values were found; print one to read it.
    tree : float or dict
        The tree that was searched; each list has become a dict by position.
    """

    method: str
    value: float
    path: Path
    n_seen: int
    n_skipped: int
    cut: tuple[Path, ...]
    trace: tuple[Visit, ...]
    tree: Tree

    def __repr__(self) -> str:
        more = f", {len(self.cut) - 3:,} more" if len(self.cut) > 3 else ""
        cut = "Cut: " + ", ".join(_place(path) for path in self.cut[:3]) + more if self.cut else "Nothing cut"
        seen = f"{self.n_seen:,} of {self.n_seen + self.n_skipped:,} leaves seen"
        line = f"with best play the game ends at {_place(self.path)}, worth {self.value:g}"
        return f"{self.method}: {line}. {seen}. {cut}."

    def plot(self) -> Figure:
        """Return a figure of the tree: values, the best line in bold, cut branches dashed with a cross."""
        places, n_drawn, n_moves = _lay_out(self.tree)
        n_wide = max(places.values()) + 1
        figure = new_figure(min(18.0, 3.0 + 0.55 * n_wide), 1.5 + 1.0 * n_drawn)
        ax = figure.subplots()
        _draw_tree(ax, self, places)
        movers = {len(visit.path): visit.player.capitalize() for visit in self.trace if visit.player != "leaf"}
        rows = range(n_drawn + 1)
        ax.set(xticks=[], yticks=[-row for row in rows], yticklabels=[movers.get(row, "Leaf") for row in rows])
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        ax.margins(x=0.5 / (n_wide + 1), y=0.2)
        part = "" if n_drawn == n_moves else f" ({n_drawn} of {n_moves} moves drawn)"
        ax.set_title(f"{self.method}: value {self.value:g}, {self.n_seen:,} leaves seen, {self.n_skipped:,} cut{part}")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def _result(method: str, root: Tree, trace: list[Visit]) -> TreeSearch:
    n_seen = sum(visit.player == "leaf" for visit in trace)
    n_skipped = len(_leaves(root)) - n_seen
    cut = tuple(_cut_branches(root, (), {visit.path for visit in trace}))
    return TreeSearch(method, trace[-1].value, trace[-1].best_leaf, n_seen, n_skipped, cut, tuple(trace), root)


def _cut_branches(node: Tree, path: Path, visited: set[Path]) -> list[Path]:
    if path not in visited:  # its parent was, so the cut is here
        return [path]
    children = node.items() if isinstance(node, dict) else ()
    return [cut for name, child in children for cut in _cut_branches(child, (*path, name), visited)]


def _leaves(node: Tree, path: Path = ()) -> list[Path]:
    if isinstance(node, float):
        return [path]
    return [leaf for name, child in node.items() for leaf in _leaves(child, (*path, name))]


def _place(path: Path) -> str:
    """Return how Python reaches a node: tree['B'][1]."""
    return "tree" + "".join(f"[{name!r}]" for name in path)


def _lay_out(tree: Tree) -> tuple[dict[Path, float], int, int]:
    """Return the horizontal place of each node to draw, the number of moves drawn, and of those the tree has."""
    leaves = _leaves(tree)
    n_moves = max(map(len, leaves))
    # Draw as many moves as leave the lowest row readable.
    n_drawn = max(n for n in range(n_moves + 1) if len({leaf[:n] for leaf in leaves}) <= MOST_DRAWN)
    lowest = dict.fromkeys(leaf[:n_drawn] for leaf in leaves)  # in order, each once
    spans: dict[Path, list[int]] = {}  # what stands below each node
    for x, path in enumerate(lowest):
        for depth in range(len(path) + 1):
            spans.setdefault(path[:depth], []).append(x)
    return {path: (span[0] + span[-1]) / 2 for path, span in spans.items()}, n_drawn, n_moves


def _draw_tree(ax: Axes, result: TreeSearch, places: dict[Path, float]) -> None:
    found = {visit.path: visit for visit in result.trace}
    signs = {"exactly": "", "at least": "≥ ", "at most": "≤ "}
    for path, x in places.items():
        visit, is_best = found.get(path), result.path[: len(path)] == path
        if path:
            above, y = places[path[:-1]], -len(path)
            color, width = ("#0072b2", 3) if is_best else ("0.5", 1)
            ax.plot([above, x], [y + 1, y], "-" if visit else ":", color=color, linewidth=width, zorder=1)
            middle = ((above + x) / 2, y + 0.5)
            if path in result.cut:
                ax.plot(*middle, "x", color="#d55e00", markersize=11, markeredgewidth=3, zorder=2)
            elif isinstance(path[-1], str):
                ax.annotate(path[-1], middle, ha="center", va="center", bbox={"fc": "white", "ec": "none", "pad": 1})
        text = f"{signs[visit.known]}{visit.value:g}" if visit else "?"  # a leaf never looked at stays unknown
        box = {"boxstyle": "round", "fc": "#cce5f5" if is_best else "white", "ec": "0.2" if visit else "0.7"}
        ax.annotate(text, (x, -len(path)), ha="center", va="center", bbox=box, color="black" if visit else "0.5")


def check_tree(tree: Any) -> Tree:
    """Return the tree with floats as leaves and dicts as nodes, or say in words what is wrong and where."""
    counter = itertools.count(1)

    def check(node: Any, path: Path) -> Tree:
        if len(path) > MAX_DEPTH or next(counter) > MAX_NODES:
            # The tree itself is not written into the message: its text may not fit into memory.
            most = f"at most {MAX_DEPTH} moves deep, with at most {MAX_NODES:,} nodes"
            raise ValueError(f"`tree` must be {most}, got a larger one. Take a smaller tree. Does a list hold itself?")
        if not isinstance(node, list | tuple | dict):
            remedy = "A leaf is a number, a node is a list, a tuple or a dict of names."
            return check_number(_place(path), node, remedy=remedy)
        if not node:
            expected = "a number or a node with at least one child"
            raise ValueError(message(_place(path), expected, node, "Give the value of the game that ends here."))
        children = node if isinstance(node, dict) else dict(enumerate(node))
        for name in node if isinstance(node, dict) else ():
            check_text(f"name in {_place(path)}", name, "Name the moves, for example 'A' and 'B'.")
        return {name: check(child, (*path, name)) for name, child in children.items()}

    return check(tree, ())
