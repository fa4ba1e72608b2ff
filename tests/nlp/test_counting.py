import math

import numpy as np
import pytest

from ailiteracy.nlp import compare_ngrams, train_ngrams

TRAIN = "the cat saw the dog. the dog saw a cat. a cat ran. the dog ran and ran. " * 3
HELD_OUT = "the dog ran. a dog saw the cat and the owl."


def test_tables_hold_the_perplexities():
    compared = compare_ngrams(TRAIN, HELD_OUT, orders=[1, 3], smoothings=["none", "kneser-ney"])
    assert compared.training.shape == compared.held_out.shape == (2, 2)
    for row, name in enumerate(compared.smoothings):
        for column, order in enumerate(compared.orders):
            model = train_ngrams(TRAIN, order, smoothing=name)
            assert compared.training[row, column] == model.perplexity(TRAIN)
            assert compared.held_out[row, column] == model.perplexity(HELD_OUT)


def test_longer_windows_fit_the_training_text_and_fail_elsewhere():
    compared = compare_ngrams(TRAIN, HELD_OUT, orders=range(1, 6), smoothings=["none", "add-k", "kneser-ney"])
    assert (np.diff(compared.training[0]) <= 1e-12).all()
    assert compared.held_out[0].tolist()[1:] == [math.inf] * 4
    assert np.isfinite(compared.held_out[1:]).all()
    # Of all models without smoothing none can beat the counts themselves on the text they come from.
    assert (compared.training[0] <= compared.training + 1e-12).all()
    assert compared.best[0] == "kneser-ney"


def test_story_and_figure():
    compared = compare_ngrams(TRAIN, HELD_OUT, orders=[1, 2])
    name, order, value = compared.best
    assert str(compared) == (
        f"Of 8 models the {order}-gram model with '{name}' is least surprised by the held-out text: "
        f"perplexity {value:.2f}."
    )
    axes = compared.plot().axes[0]
    assert len(axes.lines) == 9  # two for each smoothing, one for the legend
    assert axes.lines[0].get_ydata() == pytest.approx(compared.held_out[0])
    assert "<img" in compared._repr_html_()


@pytest.mark.parametrize(
    ("options", "kind", "fragments"),
    [
        ({"orders": 3}, TypeError, ["`orders`", "a list", "got 3"]),
        ({"orders": []}, ValueError, ["`orders`", "not empty"]),
        ({"orders": [0]}, ValueError, ["`order`", "from 1 to 20", "got 0"]),
        ({"smoothings": "none"}, TypeError, ["`smoothings`", "a list", "'none'"]),
        ({"smoothings": ["nine"]}, ValueError, ["`smoothing`", "Did you mean 'none'?"]),
        ({"train": 3}, TypeError, ["`train`", "a text, or a list of texts", "got 3"]),
        ({"held_out": 3}, TypeError, ["`held_out`", "a text, or a list of texts", "got 3"]),
        ({"held_out": ["ab", 3]}, TypeError, ["`held_out[1]`", "got 3"]),
    ],
)
def test_bad_input(options, kind, fragments):
    with pytest.raises(kind) as caught:
        compare_ngrams(**({"train": "abab", "held_out": "ab"} | options))
    for fragment in fragments:
        assert fragment in str(caught.value)
