import itertools
import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.games.minimax import MAX_DEPTH, MAX_NODES, MOST_DRAWN, alpha_beta, check_tree, full_search

# The tree of the course notes; its two unknown leaves are 6 (below B) and 7 (below C) here.
NOTES = {"A": [3, 5], "B": [2, 6], "C": [9, 7]}

# Whole numbers from a small range, so that equal values are common.
trees = st.recursive(st.integers(-5, 5), lambda below: st.lists(below, min_size=1, max_size=4), max_leaves=60)


def test_the_tree_of_the_notes_as_worked_by_hand():
    full, pruned = full_search(NOTES), alpha_beta(NOTES)
    assert (full.value, full.path, full.n_seen, full.n_skipped, full.cut) == (7, ("C", 1), 6, 0, ())
    assert (pruned.value, pruned.path, pruned.n_seen, pruned.n_skipped, pruned.cut) == (7, ("C", 1), 5, 1, (("B", 1),))


def test_the_trace_of_the_notes_tree_as_worked_by_hand():
    found = [(visit.path, visit.known, visit.value, visit.alpha, visit.beta) for visit in alpha_beta(NOTES).trace]
    inf = math.inf
    assert found == [
        (("A", 0), "exactly", 3, -inf, inf),
        (("A", 1), "exactly", 5, -inf, 3),
        (("A",), "exactly", 3, -inf, inf),
        (("B", 0), "exactly", 2, 3, inf),
        (("B",), "at most", 2, 3, inf),
        (("C", 0), "exactly", 9, 3, inf),
        (("C", 1), "exactly", 7, 3, 9),
        (("C",), "exactly", 7, 3, inf),
        ((), "exactly", 7, -inf, inf),
    ]
    assert str(alpha_beta(NOTES).trace[4]) == "tree['B'] (min): at most 2 [alpha 3, beta inf]"


@pytest.mark.parametrize("b", [2, 3, 6, 100])
@pytest.mark.parametrize("c", [-1, 4, 100])
def test_the_unknown_leaves_of_the_notes_change_nothing_that_was_cut(b, c):
    result = alpha_beta({"A": [3, 5], "B": [2, b], "C": [9, c]})
    assert result.cut == (("B", 1),)
    assert result.value == max(3, min(9, c))


def test_when_min_moves_first_the_roles_change():
    result = alpha_beta([[3, 5], [6, 2], [9, 7]], maximise=False)
    assert (result.value, result.path) == (5, (0, 1))
    assert result.cut == ((1, 1), (2, 1))  # 6 and 9 are more than the 5 Min is sure of
    assert [visit.known for visit in result.trace if visit.player == "max"] == ["exactly", "at least", "at least"]


def test_equal_values_the_first_move_is_kept_and_equal_bounds_cut():
    result = alpha_beta([[4, 4], [4, 9], [4, 4]])
    assert result.path == (0, 0)
    assert result.cut == ((1, 1), (2, 1))


def plain_minimax(node, maximise):
    """The oracle: the definition and nothing else."""
    if not isinstance(node, list):
        return node
    values = [plain_minimax(child, not maximise) for child in node]
    return max(values) if maximise else min(values)


def follow(tree, path):
    for name in path:
        tree = tree[name]
    return tree


@given(trees, st.booleans())
@settings(max_examples=300, deadline=None)
def test_alpha_beta_finds_the_value_and_line_of_full_search_with_no_more_leaves(tree, maximise):
    full, pruned = full_search(tree, maximise=maximise), alpha_beta(tree, maximise=maximise)
    assert full.value == pruned.value == plain_minimax(tree, maximise)
    assert full.path == pruned.path
    assert follow(tree, full.path) == full.value
    assert pruned.n_seen <= full.n_seen == pruned.n_seen + pruned.n_skipped
    assert (pruned.n_skipped > 0) == (len(pruned.cut) > 0)


@given(trees, st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_line_of_the_trace_is_true(tree, maximise):
    for visit in alpha_beta(tree, maximise=maximise).trace:
        true_value = plain_minimax(follow(tree, visit.path), maximise == (len(visit.path) % 2 == 0))
        assert follow(tree, visit.best_leaf) == visit.value
        if visit.known == "exactly":
            assert visit.value == true_value
        elif visit.known == "at least":
            assert visit.beta <= visit.value <= true_value
        else:
            assert visit.alpha >= visit.value >= true_value


@given(trees, st.integers(-9, 9))
@settings(max_examples=100, deadline=None)
def test_no_number_in_a_cut_branch_matters(tree, other):
    result = alpha_beta(tree)

    def replaced(node, path):
        if path in result.cut:
            return other
        return [replaced(child, (*path, i)) for i, child in enumerate(node)] if isinstance(node, list) else node

    assert full_search(replaced(tree, ())).value == result.value


def ordered(node, maximise, best_first):
    """Return the tree with each node's children from best to worst for its player, or from worst to best."""
    if not isinstance(node, list):
        return node
    children = [ordered(child, not maximise, best_first) for child in node]
    return sorted(children, key=lambda child: plain_minimax(child, not maximise), reverse=maximise == best_first)


def uniform(leaves, n_children, n_moves):
    """Return a tree whose every node has the same number of children."""
    return [uniform(leaves, n_children, n_moves - 1) for _ in range(n_children)] if n_moves else next(leaves)


@pytest.mark.parametrize(("b", "d"), [(2, 1), (2, 6), (3, 5), (3, 6), (4, 4), (5, 3)])
def test_the_best_order_needs_the_leaves_knuth_and_moore_count(b, d):
    leaves = np.random.default_rng(b * d).permutation(b**d).tolist()
    tree = uniform(iter(leaves), b, d)
    best, worst = (alpha_beta(ordered(tree, True, best_first)).n_seen for best_first in (True, False))
    assert best == b ** -(-d // 2) + b ** (d // 2) - 1
    assert best <= alpha_beta(tree).n_seen <= b**d
    assert best <= worst <= b**d


def test_good_order_cuts_more_than_bad_order_as_worked_by_hand():
    # The tree of the notes in three orders. Best first: C gives 7, then the first leaf of A and of B is enough.
    seen = [alpha_beta(tree).n_seen for tree in ([[7, 9], [3, 5], [2, 6]], NOTES, [[6, 2], [5, 3], [9, 7]])]
    assert seen == [4, 5, 6]


def test_a_single_number_is_a_tree():
    for result in (full_search(4), alpha_beta(np.float64(4))):
        assert (result.value, result.path, result.n_seen, result.n_skipped) == (4, (), 1, 0)


def test_tuples_lists_and_dicts_are_the_same_tree():
    same = [[[1, 2], 3], ((1, 2), 3), {"a": {"x": 1, "y": 2}, "b": 3}]
    assert {full_search(tree).value for tree in same} == {3}
    assert check_tree(same[0]) == check_tree(same[1]) == {0: {0: 1.0, 1: 2.0}, 1: 3.0}


def test_the_given_tree_stays_as_it_is():
    tree = {"A": [3, (5, 1)]}
    alpha_beta(tree)
    assert tree == {"A": [3, (5, 1)]}


def test_as_text_the_result_says_the_line_the_counts_and_the_cuts():
    assert str(alpha_beta(NOTES)) == (
        "Alpha-beta: with best play the game ends at tree['C'][1], worth 7. 5 of 6 leaves seen. Cut: tree['B'][1]."
    )
    assert "Nothing cut." in repr(full_search(NOTES))
    many = alpha_beta([[0, 0], *[[-1, 0]] * 5])
    assert str(many).endswith("Cut: tree[1][1], tree[2][1], tree[3][1], 2 more.")


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_figure_shows_values_bounds_names_and_cuts():
    figure = alpha_beta(NOTES).plot()
    ax = figure.axes[0]
    assert sorted(texts(figure)) == sorted(["7", "A", "3", "3", "5", "B", "≤ 2", "2", "?", "C", "7", "9", "7"])
    assert [line.get_marker() for line in ax.lines].count("x") == 1
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Max", "Min", "Leaf"]
    assert "5 leaves seen, 1 cut" in ax.get_title()
    plt.close(figure)


def test_a_large_tree_is_drawn_as_far_as_it_can_be_read():
    tree = uniform(itertools.count(), 4, 5)
    figure = alpha_beta(tree).plot()
    assert "(2 of 5 moves drawn)" in figure.axes[0].get_title()
    assert len(texts(figure)) == 1 + 4 + 16 <= 2 * MOST_DRAWN
    plt.close(figure)
    assert "<img" in alpha_beta(list(range(MOST_DRAWN + 1)))._repr_html_()  # only the root fits
    assert "<img" in full_search(1)._repr_html_()


ENDLESS: list = []
ENDLESS.append(ENDLESS)
DEEPEST = 1
for _ in range(MAX_DEPTH):
    DEEPEST = [DEEPEST]


def test_the_deepest_tree_is_searched():
    assert alpha_beta(DEEPEST).path == (0,) * MAX_DEPTH
    assert full_search(DEEPEST).value == 1


@pytest.mark.parametrize("search", [full_search, alpha_beta])
@pytest.mark.parametrize(
    ("tree", "error", "parts"),
    [
        ([], ValueError, ["`tree`", "at least one child", "got []", "the game that ends here"]),
        ({"A": [3, 5], "B": [2, {}]}, ValueError, ["`tree['B'][1]`", "at least one child", "got {}"]),
        ([1, [math.nan]], ValueError, ["`tree[1][0]`", "finite number", "got nan", "A leaf is a number"]),
        ([1, math.inf], ValueError, ["`tree[1]`", "finite number", "got inf"]),
        (["a", 1], TypeError, ["`tree[0]`", "finite number", "got 'a'", "A leaf is a number"]),
        ("35", TypeError, ["`tree`", "finite number", "got '35'"]),
        (None, TypeError, ["`tree`", "got None"]),
        ([True, 1], TypeError, ["`tree[0]`", "got True"]),
        (np.zeros((2, 2)), TypeError, ["`tree`", "ndarray of shape (2, 2)", "a node is a list"]),
        ({1: 3}, TypeError, ["`name in tree`", "a text", "got 1", "for example 'A'"]),
        ([0, {" ": 3}], ValueError, ["`name in tree[1]`", "not blank", "got ' '"]),
        (ENDLESS, ValueError, ["`tree`", f"at most {MAX_DEPTH} moves deep", "Does a list hold itself?"]),
        ([DEEPEST], ValueError, ["`tree`", f"at most {MAX_DEPTH} moves deep"]),
    ],
    ids=lambda value: None if isinstance(value, type) else "case",
)
def test_bad_trees_are_told_what_and_where(search, tree, error, parts):
    with pytest.raises(error) as caught:
        search(tree)
    assert type(caught.value) is error
    for part in parts:
        assert part in str(caught.value)


def test_a_tree_that_is_too_large_is_told_so_and_not_written_out(monkeypatch):
    assert MAX_NODES == 10**6
    monkeypatch.setattr("ailiteracy.games.minimax.MAX_NODES", 10)
    assert alpha_beta(list(range(9))).value == 8  # with the root, ten nodes
    doubled: list = [0]
    for _ in range(20):  # a million leaves, made of 21 lists
        doubled = [doubled, doubled]
    for tree in (list(range(10)), doubled):
        with pytest.raises(
            ValueError, match=r"`tree` must be at most .* 10 nodes, got a larger one. Take a smaller"
        ) as e:
            alpha_beta(tree)
        assert len(str(e.value)) < 200


@pytest.mark.parametrize("search", [full_search, alpha_beta])
def test_maximise_is_a_flag(search):
    with pytest.raises(TypeError, match="`maximise` must be True or False, got 1"):
        search([1, 2], maximise=1)
