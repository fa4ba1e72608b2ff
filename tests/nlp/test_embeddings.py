import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ailiteracy.nlp.embeddings import VectorSpace, _above_chance, _count_pairs, learn_word_vectors, principal_plane

TINY = "a cat eats . a dog eats . a cat runs . a dog runs . " * 3
SQUARE = VectorSpace(["east", "north", "west", "north-east"], [[2, 0], [0, 5], [-1, 0], [3, 3]])


def test_nearest_by_hand():
    assert SQUARE.nearest("east", top=2) == [("north-east", pytest.approx(0.5**0.5)), ("north", 0.0)]
    assert SQUARE.nearest(np.array([0, -1]), top=4)[0][1] == 0  # west and east, both at a right angle
    assert [label for label, _ in SQUARE.nearest("north", top=9)] == ["north-east", "east", "west"]
    assert SQUARE.similarity("east", "west") == -1
    assert SQUARE["north"].tolist() == [0, 1]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int64"])
def test_tensors(dtype):
    import torch

    rows = torch.tensor([[2, 0], [0, 5]], dtype=getattr(torch, dtype)).requires_grad_(dtype != "int64")
    space = VectorSpace(["east", "north"], rows)
    assert space.vectors.tolist() == [[1, 0], [0, 1]]
    assert space.nearest(rows[1], top=1) == [("north", 1.0)]


def test_analogy_by_hand():
    # north - east + north-east points to the north and a little to the west of it.
    labels = ["man", "king", "woman", "queen", "tree"]
    space = VectorSpace(labels, [[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1], [3, 3, 0]])
    goal = np.array([0.5**0.5 - 1, 1, 0.5**0.5])
    expected = goal @ [0, 0.5**0.5, 0.5**0.5] / np.linalg.norm(goal)
    assert space.analogy("man", "king", "woman", top=1) == [("queen", pytest.approx(expected))]


def test_analogy_with_its_inputs_shows_how_little_the_sum_moves():
    space = VectorSpace(["man", "king", "woman", "queen"], [[1, 0, 0.2], [1, 0, 1], [1, 0.3, 0.2], [0, 1, 1]])
    assert space.analogy("man", "king", "woman", top=1)[0][0] == "queen"
    assert space.analogy("man", "king", "woman", top=1, exclude_inputs=False)[0][0] == "king"
    assert len(space.analogy("man", "king", "woman", top=9, exclude_inputs=False)) == 4


def test_pairs_by_hand():
    pairs = _count_pairs(["a", "b", "a", "x", "b"], ["a", "b"], 2)
    # a-b, b-a side by side; a..a and, past the unknown x, a..b at distance 2. Each is counted from both ends.
    assert pairs.tolist() == [[2, 3], [3, 0]]


def test_pairs_equal_a_plain_count():
    rng = np.random.default_rng(0)
    tokens = [f"w{n}" for n in rng.integers(0, 6, 200)]
    words = ["w0", "w1", "w2", "w3"]
    for window in (1, 3, 500):
        plain = np.zeros((4, 4))
        for here, first in enumerate(tokens):
            for there, second in enumerate(tokens):
                if here != there and abs(here - there) <= window and first in words and second in words:
                    plain[words.index(first), words.index(second)] += 1
        assert np.array_equal(_count_pairs(tokens, words, window), plain)


def test_above_chance_by_hand():
    ratio = _above_chance(np.array([[0.0, 4.0, 0.0], [4.0, 2.0, 0.0], [0.0, 0.0, 0.0]]))
    assert ratio[0, 1] == pytest.approx(np.log(4 * 10 / (4 * 6)))
    assert ratio[1, 1] == 0  # rarer than chance: log(2 * 10 / 36) is negative
    assert not ratio[2].any()


def test_all_dimensions_give_the_table_back():
    text = " ".join(np.random.default_rng(1).choice(list("abcdefgh"), 300))
    space = learn_word_vectors(text, dimensions=7, window=2)
    U, S, _ = np.linalg.svd(_above_chance(_count_pairs(text.split(), list(space.labels), 2)))
    rows = U[:, :7] * np.sqrt(S[:7])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.allclose(space.vectors @ space.vectors.T, rows @ rows.T)


def test_words_used_alike_are_near():
    space = learn_word_vectors(TINY, dimensions=3, window=1)
    assert space.nearest("cat", top=1)[0][0] == "dog"
    assert space.nearest("eats", top=1)[0][0] == "runs"
    assert space.labels[0] == "a"
    assert str(space) == "A space of 5 vectors with 3 dimensions."


def test_rare_words_and_small_vocabularies():
    assert set(learn_word_vectors(TINY + "zebra", dimensions=3).labels) == {"a", "cat", "dog", "eats", "runs"}
    assert len(learn_word_vectors(TINY, dimensions=2, max_words=3).labels) == 3


def test_chinese():
    space = learn_word_vectors("猫吃鱼。狗吃鱼。猫跑。狗跑。" * 3, dimensions=3, window=1)
    assert space.nearest("猫", top=1)[0][0] == "狗"


def test_plane_equals_scikit_learn():
    from sklearn.decomposition import PCA

    points = np.random.default_rng(0).normal(size=(9, 4)) * [5, 3, 1, 0.1]
    ours, shares = principal_plane(points)
    theirs = PCA(2).fit(points)
    assert np.allclose(np.abs(ours), np.abs(theirs.transform(points)))
    assert np.allclose(shares, theirs.explained_variance_ratio_)


@pytest.mark.parametrize("points", [np.eye(2), [[1.0], [2.0], [5.0]], np.ones((3, 4))])
def test_plane_of_points_without_one(points):
    coordinates, shares = principal_plane(np.array(points))
    assert coordinates.shape == (len(points), 2)
    assert np.isfinite(shares).all()
    assert shares.sum() <= 1 + 1e-9


def test_figure():
    figure = SQUARE.plot(["east", "north", "west"])
    (axes,) = figure.axes
    assert axes.get_title() == "3 vectors of 2 dimensions, seen in a plane"
    assert [text.get_text() for text in axes.texts] == ["east", "north", "west"]
    assert axes.get_xlabel() == "first direction (75%)"
    assert "<img" in SQUARE._repr_html_()
    many = VectorSpace([f"{n} " + "long " * 20 for n in range(60)], np.random.default_rng(0).normal(size=(60, 3)))
    assert len(many.plot().axes[0].texts) == 40


def test_dollars_in_labels_are_no_formulas():
    space = VectorSpace(["between $5^ and $6", r"$\frac$"], np.eye(2))
    assert "<img" in space._repr_html_()


# Below 1e-290 a factor of 0.01 costs digits.
FLOATS = st.floats(-100, 100).map(lambda x: x if abs(x) > 1e-290 else 0.0)


@settings(max_examples=40)
@example(np.full((5, 3), 2.3e-162), 0.5)
@given(arrays(float, (5, 3), elements=FLOATS), st.floats(0.01, 100))
def test_length_does_not_matter(vectors, factor):
    labels = list("abcde")
    first, second = VectorSpace(labels, vectors), VectorSpace(labels, vectors * factor)
    assert np.allclose(first.vectors @ first.vectors.T, second.vectors @ second.vectors.T, atol=1e-6)


CASES = [
    (lambda: SQUARE["nrth"], ValueError, r"`label` must be one of the 4 labels, got 'nrth'\. Did you mean 'north'"),
    (lambda: SQUARE["xyz"], ValueError, "Pass one of them, for example 'east'"),
    (lambda: SQUARE[3], TypeError, "`label` must be a text"),
    (lambda: SQUARE.nearest("east", top=0), ValueError, "`top` must be an integer >= 1"),
    (lambda: SQUARE.nearest([1.0]), ValueError, "`query` must be a label or a vector of 2 finite numbers"),
    (lambda: SQUARE.nearest([1.0, np.nan]), ValueError, "2 finite numbers"),
    (lambda: SQUARE.analogy("east", "north", "up"), ValueError, "got 'up'"),
    (lambda: SQUARE.analogy("east", "north", "west", exclude_inputs=1), TypeError, "`exclude_inputs` must be True or"),
    (lambda: SQUARE.plot(["east"]), ValueError, "`labels` must be at least two"),
    (lambda: VectorSpace(["a", "a"], np.eye(2)), ValueError, r"`labels` must be different .*, got 'a'"),
    (lambda: VectorSpace(["a"], np.eye(2)), ValueError, r"`vectors` must be finite numbers of shape .* for 1 labels"),
    (lambda: VectorSpace([], np.zeros((0, 2))), ValueError, "for 0 labels"),
    (lambda: VectorSpace(["a", 2], np.eye(2)), TypeError, r"`labels\[1\]` must be a text \(str\), got 2\. Write"),
    (lambda: VectorSpace(["a"], [[np.inf]]), ValueError, "finite numbers"),
    (lambda: VectorSpace(["a"], [["x"]]), ValueError, "finite numbers"),
    (lambda: learn_word_vectors("  "), ValueError, "`text` must be a text that is not blank"),
    (lambda: learn_word_vectors("one two"), ValueError, r"more than 50 words that occur 3 times, got '0 of"),
    (lambda: learn_word_vectors(TINY, dimensions=0), ValueError, "`dimensions`"),
    (lambda: learn_word_vectors(TINY, window=0), ValueError, "`window`"),
    (lambda: learn_word_vectors(TINY, max_words=10_000), ValueError, "`max_words` must be an integer from 2 to 3000"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "words"), CASES)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.realdata
def test_king_and_queen_in_shakespeare(real_data):
    """What counting in a million characters can and cannot do; docs/results.md has the ranks."""
    text = next((real_data / "text").glob("*hakespeare*")).read_text(encoding="utf-8")
    space = learn_word_vectors(text, dimensions=100, window=4, min_count=5, max_words=1200)
    assert len(space.labels) == 1200
    with_inputs = [word for word, _ in space.analogy("man", "king", "woman", top=3, exclude_inputs=False)]
    assert with_inputs[0] in {"king", "woman"}  # the sum hardly leaves the words it started from
