import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from ailiteracy.nlp import train_ngrams

CITIES = ["北京", "北海", "上海"]
SMOOTHINGS = ["kneser-ney", "interpolated", "add-k", "none"]
TEXTS = st.lists(st.text(st.sampled_from("abc"), min_size=1, max_size=8), min_size=1, max_size=4)


def test_chain_rule_by_hand():
    """P(北京<eos>) = P(北|<bos>) P(京|北) P(<eos>|京) = 2/3 * 1/2 * 1; P(<bos>) = 1 has no factor."""
    model = train_ngrams(CITIES, 2, smoothing="none")
    steps = model.chain("北京")
    assert [(step.history, step.token) for step in steps] == [(("<bos>",), "北"), (("北",), "京"), (("京",), "<eos>")]
    assert [step.probability for step in steps] == [2 / 3, 1 / 2, 1]
    assert model.log_probability("北京") == pytest.approx(math.log(1 / 3))
    assert model.perplexity("北京") == pytest.approx(3 ** (1 / 3))  # three factors, the end included
    assert str(steps[0]) == "P(北 | <bos>) = 0.6667"


def test_smoothing_by_hand():
    """After 北: 京 once, 海 once. V = 6: 北 京 海 上 <eos> <unk>. T(北) = 2."""
    one, half = (train_ngrams(CITIES, 2, smoothing="add-k", k=k) for k in (1, 0.5))
    assert one.probability("京", "北") == pytest.approx(2 / (2 + 6))
    assert half.probability("上", "北") == pytest.approx(0.5 / (2 + 3))
    # Shortest history: 海 2 of 9 tokens of 5 kinds, mixed with 1/6; then 1 of 2 of 2 kinds mixed with that.
    low = (2 + 5 / 6) / (9 + 5)
    assert train_ngrams(CITIES, 2, smoothing="interpolated").probability("海", "北") == pytest.approx(
        (1 + 2 * low) / (2 + 2)
    )
    # Kinds of contexts: 北 1, 京 1, 海 2 (北海, 上海), 上 1, <eos> 2 (after 京 and 海): 7 in all, 5 kinds.
    low = (2 - 0.75) / 7 + 0.75 * 5 / 7 / 6
    model = train_ngrams(CITIES, 2)
    assert model.probability("海", "北") == pytest.approx((1 - 0.75) / 2 + 0.75 * 2 / 2 * low)
    assert model.totals[0][()] == 7


def direct_kneser_ney(texts, order, token, history, size):
    """Kneser-Ney from its formula, with counts taken anew from all windows for each probability."""
    windows = set(), Counter()
    for text in texts:
        padded = ["<bos>"] * (order - 1) + list(text) + ["<eos>"]
        windows[1].update(tuple(padded[i : i + order]) for i in range(len(padded) - order + 1))

    def probability(history):
        n = len(history) + 1
        counts = windows[1]
        for _ in range(order - n):  # the shorter n-grams count their different contexts
            counts = Counter(ngram[1:] for ngram in counts)
        after = {ngram[-1]: count for ngram, count in counts.items() if ngram[:-1] == tuple(history)}
        shorter = probability(history[1:]) if history else 1 / size
        if not after:
            return shorter
        return (max(after.get(token, 0) - 0.75, 0) + 0.75 * len(after) * shorter) / sum(after.values())

    return probability(history)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 4), st.text(st.sampled_from("abc"), max_size=5))
def test_kneser_ney_equals_its_formula(texts, order, text):
    model = train_ngrams(texts, order)
    for step in model.chain(text):
        expected = direct_kneser_ney(texts, order, step.token, step.history, len(model.vocabulary))
        assert step.probability == pytest.approx(expected)


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(1, 4), st.sampled_from(SMOOTHINGS), st.text(st.sampled_from("abcd"), max_size=5))
def test_probabilities_sum_to_one(texts, order, smoothing, history):
    model = train_ngrams(texts, order, smoothing=smoothing)
    chances = model.distribution(history)
    assert chances == pytest.approx([model.probability(token, history) for token in model.vocabulary])
    assert chances.sum() == pytest.approx(1) or (smoothing == "none" and not chances.any())
    if smoothing != "none":
        assert (chances > 0).all()
        assert math.isfinite(model.perplexity(history))


@given(TEXTS, st.integers(1, 4))
def test_without_smoothing_all_short_texts_together_have_at_most_one(texts, order):
    """The chain rule makes one distribution over all texts: those of up to four letters have at most 1 together."""
    model = train_ngrams(texts, order, smoothing="none")
    short = ["".join(letters) for n in range(5) for letters in itertools.product("abc", repeat=n)]
    assert sum(math.exp(model.log_probability([text])) for text in short) <= 1 + 1e-9


def test_counts_equal_scikit_learn():
    text = "the cat saw the dog the cat ran"
    counter = CountVectorizer(ngram_range=(3, 3), analyzer="char", lowercase=False)
    table = dict(zip(sorted(counter.fit([text]).vocabulary_), counter.transform([text]).toarray()[0], strict=True))
    model = train_ngrams(text, 3, smoothing="none")
    ours = {"".join(history) + token: count for history, row in model.counts[2].items() for token, count in row.items()}
    assert {ngram: count for ngram, count in ours.items() if "<" not in ngram} == table


def test_perplexity_of_a_die():
    """Six equally likely sides: the perplexity is 6, whatever is thrown (up to the end of the text)."""
    model = train_ngrams([[1, 2, 3, 4, 5, 6] * 1000], 1, smoothing="none")
    assert model.perplexity([[6, 6, 1, 2] * 500]) == pytest.approx(6, rel=5e-3)


def test_unsmoothed_surprise_is_infinite():
    model = train_ngrams("abab", 2, smoothing="none")
    assert model.perplexity("aab") == math.inf
    assert model.log_probability("aab") == -math.inf
    assert model.probability("a", "zz") == 0


def test_unknown_tokens_share_one_place():
    model = train_ngrams("abab", 2)
    assert model.vocabulary == ("a", "b", "<eos>", "<unk>")
    assert model.probability("x", "a") == model.probability("y", "a") == model.probability("<unk>", "a") > 0


def test_the_beginning_is_a_context_of_its_own():
    model = train_ngrams(["ab", "ac"], 3, smoothing="none")
    assert model.probability("a") == 1
    assert model.probability("b", "a") == 0.5
    assert model.probability("b", "xa") == 0  # in the middle of a text "xa" was never seen


def test_sampling_follows_the_probabilities():
    model = train_ngrams("aaab" * 50, 1, smoothing="none")
    rng = np.random.default_rng(0)
    drawn = Counter(itertools.chain.from_iterable(model.sample(100, rng=rng) for _ in range(60)))
    n = drawn.total()
    assert abs(drawn["a"] / n - 0.75) < 4 * math.sqrt(0.75 * 0.25 / n)


def test_samples_are_seeded_and_end():
    model = train_ngrams(CITIES, 2, smoothing="none")
    samples = {"".join(model.sample(10, rng=seed)) for seed in range(40)}
    assert samples == {"北京", "北海", "上海"}
    assert model.sample(10, rng=3) == model.sample(10, rng=3)
    assert model.sample(10, prompt="上", rng=0) == ["海"]
    assert model.sample(0, rng=0) == []
    smooth = train_ngrams("ab", 1)  # 3 of 16 draws would be <unk>
    assert all("<unk>" not in smooth.sample(50, rng=seed) for seed in range(40))


def test_words_and_ids_are_tokens_too():
    words = train_ngrams([["the", "cat"], ["the", "dog"]], 2, smoothing="none")
    assert words.probability("cat", ["the"]) == 0.5
    ids = train_ngrams([np.array([1, 2, 1, 3])], 2, smoothing="none")
    assert ids.probability(2, [1]) == 0.5


def test_story_and_figure():
    model = train_ngrams(CITIES, 2, smoothing="none")
    assert str(model) == "A 2-gram model (none) over 6 tokens, with 5 histories of 1 tokens counted."
    axes = model.plot("北", top=2).axes[0]
    assert sorted(bar.get_width() for bar in axes.patches) == [0.5, 0.5]
    assert axes.get_title() == "What follows '北'?"
    assert model.plot().axes[0].get_title() == "How does a text begin?"
    assert "<img" in model._repr_html_()


MODEL = train_ngrams("abab", 2, smoothing="none")
BAD = {
    "number as documents": (lambda: train_ngrams(3), TypeError, ["`documents`", "a text, or a list of texts", "got 3"]),
    "flat list of ids": (lambda: train_ngrams([1, 2]), TypeError, ["`documents[0]`", "a text or a list of tokens"]),
    "no documents": (lambda: train_ngrams([]), TypeError, ["`documents`", "got []"]),
    "no tokens": (lambda: train_ngrams(["", ""]), ValueError, ["`documents`", "at least one token"]),
    "reserved token": (lambda: train_ngrams([["a", "<eos>"]]), ValueError, ["`documents[0]`", "without <bos> and"]),
    "tokens that cannot be counted": (lambda: train_ngrams([[["a"]]]), TypeError, ["`documents[0]`", "list of tokens"]),
    "order 0": (lambda: train_ngrams("ab", 0), ValueError, ["`order`", "from 1 to 20", "got 0"]),
    "unknown smoothing": (
        lambda: train_ngrams("ab", smoothing="kneser"),
        ValueError, ["`smoothing`", "Did you mean 'kneser-ney'?"],
    ),
    "k 0": (lambda: train_ngrams("ab", smoothing="add-k", k=0), ValueError, ["`k`", "> 0", "got 0"]),
    "k NaN": (lambda: train_ngrams("ab", k=float("nan")), ValueError, ["`k`", "finite", "got nan"]),
    "history as a number": (lambda: MODEL.probability("a", 3), TypeError, ["`history`", "list of tokens", "got 3"]),
    "document as a number": (lambda: MODEL.chain(3), TypeError, ["`document`", "list of tokens", "got 3"]),
    "a dead end": (lambda: MODEL.sample(5, prompt="z", rng=0), ValueError, ["`prompt`", "<unk>", "smoothing"]),
    "samples below 0": (lambda: MODEL.sample(-1), ValueError, ["`n_tokens`", ">= 0", "got -1"]),
    "rng of another type": (lambda: MODEL.sample(3, rng="x"), TypeError, ["`rng`", "'x'"]),
    "no bars": (lambda: MODEL.plot(top=0), ValueError, ["`top`", ">= 1"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, kind, fragments = BAD[case]
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    for fragment in fragments:
        assert fragment in str(caught.value)
