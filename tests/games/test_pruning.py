import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.games.pruning import PrunedSearch, expectimax_tree

LOW, HIGH = -5, 12  # no leaf of a drawn tree lies outside


def plain_value(tree, mover="max", opponent=False):
    """The definition, in exact fractions where the probabilities are."""
    if isinstance(tree, dict):
        after = {"max": "min", "min": "max"}[mover] if opponent else "max"
        return (max if mover == "max" else min)(plain_value(child, after, opponent) for child in tree.values())
    if isinstance(tree, list):
        return sum(chance * plain_value(child, mover, opponent) for chance, child in tree)
    return tree


def leaves(tree):
    if isinstance(tree, dict):
        return [leaf for child in tree.values() for leaf in leaves(child)]
    return [leaf for _, child in tree for leaf in leaves(child)] if isinstance(tree, list) else [tree]


def chance_of(children):
    """Chance with unequal weights: what may happen, and how often, differs from place to place."""
    return st.lists(st.tuples(st.integers(1, 9), children), min_size=1, max_size=4).map(
        lambda pairs: [(weight / sum(w for w, _ in pairs), child) for weight, child in pairs]
    )


def choice_of(children):
    return st.lists(children, min_size=1, max_size=3).map(
        lambda trees: {f"move {i}": child for i, child in enumerate(trees)}
    )


numbers = st.integers(LOW, HIGH)
subtrees = st.recursive(numbers, lambda children: st.one_of(chance_of(children), choice_of(children)), max_leaves=40)
trees = choice_of(subtrees)


def test_the_textbook_tree_as_worked_by_hand():
    tree = {"left": [(0.9, 4), (0.1, {"a": 0, "b": 10})], "right": [(0.5, 9), (0.3, 2), (0.2, 1)]}
    result = expectimax_tree(tree)
    # left: 0.9 * 4 + 0.1 * max(0, 10); right: 4.5 + 0.6 + 0.2
    assert result.values == pytest.approx({"left": 4.6, "right": 5.3})
    assert (result.best, result.n_judged, result.n_cuts) == ("right", 6, 0)
    assert result.value == pytest.approx(5.3)


def test_star1_cuts_as_worked_by_hand():
    # 6 is sure. With 1 of at most 10 at probability 1/2, the second move is worth at most 0.5 + 5 = 5.5: one leaf.
    # The third: after 8 at most 9.5 is left, after 2 at most 0.25 * 8 + 0.5 * 2 + 0.25 * 10 = 5.5: two leaves of three.
    tree = {"safe": 6, "risky": [(0.5, 1), (0.5, 9)], "wild": [(0.25, 8), (0.5, 2), (0.25, 10)]}
    result = expectimax_tree(tree, bounds=(0, 10))
    assert result.values == {"safe": 6, "risky": 5.5, "wild": 5.5}
    assert result.at_most == ("risky", "wild")
    assert (result.n_judged, result.n_cuts) == (4, 2)


def test_without_an_opponent_nothing_is_cut_by_bounds_so_wide_that_they_say_nothing():
    # What the notes' alpha-beta did: with no limit from above no average is ever known to be too small.
    tree = {"safe": 6, "risky": [(0.5, 1), (0.5, 9)], "wild": [(0.25, 8), (0.5, 2), (0.25, 10)]}
    result = expectimax_tree(tree, bounds=(-1e9, 1e9))
    assert (result.n_judged, result.n_cuts, result.at_most) == (6, 0, ())
    assert result.values == pytest.approx(expectimax_tree(tree).values)


def test_good_moves_first_make_more_cuts():
    good = [(0.5, 9), (0.5, 9)]
    poor = {f"poor {i}": [(0.5, i), (0.5, 5)] for i in range(6)}
    first = expectimax_tree({"good": good, **poor}, bounds=(0, 10))
    last = expectimax_tree({**poor, "good": good}, bounds=(0, 10))
    assert first.value == last.value == 9
    assert first.n_judged == 2 + 6
    assert last.n_judged == 14


def test_star2_cuts_where_one_answer_of_an_opponent_settles_an_average():
    # After each outcome of "b" Min has 1: at most 1 is left. Star1 sees one outcome to its end before it knows.
    tree = {"a": [(1, {"x": 5, "y": 6})], "b": [(0.5, {"x": 1, "y": 8, "z": 8}), (0.5, {"x": 1, "y": 8, "z": 8})]}
    full, star1, star2 = (
        expectimax_tree(tree, bounds=bounds, probe=probe, opponent=True)
        for bounds, probe in ((None, False), ((0, 10), False), ((0, 10), True))
    )
    assert full.value == star1.value == star2.value == 5
    assert full.n_judged == 8
    assert star2.n_judged < full.n_judged


@given(trees, st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_full_search_is_the_definition(tree, opponent):
    result = expectimax_tree(tree, opponent=opponent)
    assert result.value == pytest.approx(plain_value(tree, "max", opponent), abs=1e-12)
    assert result.n_judged == len(leaves(tree))
    assert result.n_cuts == 0


@given(trees, st.booleans())
@settings(max_examples=300, deadline=None)
def test_star1_finds_the_same_best_move_and_value_with_never_more_leaves(tree, opponent):
    full = expectimax_tree(tree, opponent=opponent)
    cut = expectimax_tree(tree, bounds=(LOW, HIGH), opponent=opponent)
    assert (cut.value, cut.best) == (full.value, full.best)
    assert cut.n_judged <= full.n_judged
    assert (cut.n_cuts == 0) == (cut.n_judged == full.n_judged)
    for name, value in cut.values.items():
        assert full.values[name] <= value + 1e-9 if name in cut.at_most else full.values[name] == value


@given(trees, st.booleans())
@settings(max_examples=300, deadline=None)
def test_star2_finds_the_same_best_move_and_value(tree, opponent):
    full = expectimax_tree(tree, opponent=opponent)
    options = {"bounds": (LOW, HIGH), "opponent": opponent}
    star1, star2 = (expectimax_tree(tree, probe=probe, **options) for probe in (False, True))
    assert (star2.value, star2.best) == (full.value, full.best)
    if not opponent:  # nobody keeps Max from having more, so that no probe is worth anything
        assert star2.n_judged == star1.n_judged


@given(trees)
@settings(max_examples=100, deadline=None)
def test_bounds_that_the_leaves_touch_are_as_good(tree):
    found = leaves(tree)
    cut = expectimax_tree(tree, bounds=(min(found), max(found)))
    assert cut.value == expectimax_tree(tree).value


def test_leaves_may_be_numbers_of_numpy():
    tree = {"safe": np.int64(6), "risky": [(np.float64(0.5), np.float32(1)), (0.5, 9)]}
    assert expectimax_tree(tree).value == 6
    with pytest.raises(TypeError, match=r"`tree\['a'\]` must be a"):
        expectimax_tree({"a": np.zeros(2)})


def test_each_average_divides_by_its_own_outcomes():
    # Two outcomes here, four there: a search that divides by the count of the node above, or of the first one, errs.
    tree = {
        "few": [(1 / 2, 8), (1 / 2, [(1 / 4, 4), (1 / 4, 0), (1 / 4, 0), (1 / 4, 0)])],
        "many": [(1 / 4, 8), (1 / 4, 8), (1 / 4, 0), (1 / 4, [(1 / 2, 8), (1 / 2, 0)])],
    }
    exact = {"few": Fraction(8, 2) + Fraction(1, 2), "many": Fraction(16, 4) + Fraction(4, 4)}
    for bounds in (None, (0, 8)):
        result = expectimax_tree(tree, bounds=bounds)
        assert result.values == {name: float(value) for name, value in exact.items()}


def test_text_and_figure_tell_which_values_are_bounds():
    result = expectimax_tree({"safe": 6, "risky": [(0.5, 1), (0.5, 9)]}, bounds=(0, 10))
    assert repr(result) == ("Best move safe: safe 6, risky at most 5.5. Leaves judged: 2; cuts: 1; found in memory: 0.")
    markers = {line.get_marker(): line.get_xdata()[0] for line in result.plot().axes[0].lines}
    assert markers == {"o": 6, "v": 5.5}
    assert "<img" in result._repr_html_()
    assert repr(PrunedSearch({}, (), 1, 0)).startswith("No move left.")
    assert PrunedSearch({}, (), 1, 0).best is None


LOOP: list = []
LOOP.append((1.0, LOOP))


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        (lambda: expectimax_tree(3), ValueError, ["`tree`", "a dict of moves", "got 3", "Name the first moves"]),
        (lambda: expectimax_tree([(1, 2)]), ValueError, ["`tree`", "a dict of moves"]),
        (lambda: expectimax_tree({}), ValueError, ["`tree`", "something in it", "got {}"]),
        (lambda: expectimax_tree({"a": []}), ValueError, ["`tree['a']`", "something in it"]),
        (lambda: expectimax_tree({"a": "4"}), TypeError, ["`tree['a']`", "'4'", "A leaf is a number"]),
        (lambda: expectimax_tree({"a": math.nan}), ValueError, ["`tree['a']`", "finite", "nan"]),
        (lambda: expectimax_tree({1: 4}), TypeError, ["name in tree", "got 1"]),
        (lambda: expectimax_tree({"a": [3, 4]}), ValueError, ["`tree['a'][0]`", "a pair", "(0.9, 2)"]),
        (lambda: expectimax_tree({"a": [(0.9, 3)]}), ValueError, ["probabilities in tree['a']", "add up to 1", "0.9"]),
        (lambda: expectimax_tree({"a": [(0, 3), (1, 3)]}), ValueError, ["`tree['a'][0][0]`", "> 0", "never happens"]),
        (lambda: expectimax_tree({"a": [(1.5, 3)]}), ValueError, ["`tree['a'][0][0]`", "1.5"]),
        (lambda: expectimax_tree({"a": LOOP}), ValueError, ["`tree`", "at most 100 levels", "hold itself"]),
        (lambda: expectimax_tree({"a": 4}, bounds=(0, 3)), ValueError, ["`tree['a']`", "within `bounds` (0.0, 3.0)"]),
        (lambda: expectimax_tree({"a": 4}, bounds=5), TypeError, ["`bounds`", "two numbers or None", "got 5"]),
        (lambda: expectimax_tree({"a": 4}, bounds=(5, 3)), ValueError, ["`bounds`", "the lower one first"]),
        (lambda: expectimax_tree({"a": 4}, bounds=(0, math.inf)), ValueError, ["`bounds[1]`", "finite", "inf"]),
        (lambda: expectimax_tree({"a": 4}, probe=1), TypeError, ["`probe`", "True or False"]),
        (lambda: expectimax_tree({"a": 4}, opponent="yes"), TypeError, ["`opponent`", "True or False"]),
    ],
)
def test_bad_input_is_refused_in_words(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)
