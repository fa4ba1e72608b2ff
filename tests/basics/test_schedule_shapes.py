"""All schedules side by side."""

import numpy as np
import pytest

from ailiteracy.basics import schedules as s
from ailiteracy.basics.schedule_shapes import SCHEDULES, compare_schedules


def test_compare():
    result = compare_schedules()
    assert list(result.rates) == list(SCHEDULES)
    assert all(rates.shape == (100,) for rates in result.rates.values())
    assert list(result.momenta) == ["triangle", "one_cycle"]
    assert result.rates["one_cycle"].argmax() == 29
    assert result.rates["triangle"].argmax() == 20
    assert np.unique(result.rates["plateau"].round(12)).size >= 3
    figure = result.plot()
    assert [axes.get_title() for axes in figure.axes[:10]] == list(SCHEDULES)
    assert len(figure.axes) == 12  # ten panels and two scales of momentum
    assert "<img" in result._repr_html_()
    assert "triangle and one_cycle also set" in str(result)


def test_compare_own_and_lengths():
    result = compare_schedules({"flat": lambda step, n_steps: 1.0, "cosine": s.cosine}, rate=2.0, n_steps=10)
    assert result.rates["flat"].tolist() == [2.0] * 10
    assert result.momenta == {}
    for n_steps in (10, 37, 1000):
        assert all(np.isfinite(rates).all() for rates in compare_schedules(n_steps=n_steps).rates.values())


def test_plateau_follows_from_the_losses_before_each_step():
    result = compare_schedules(["plateau"], rate=1.0, n_steps=60)
    wanted = [s.plateau(result.losses[:step].tolist(), patience=6) for step in range(60)]
    assert result.rates["plateau"].tolist() == wanted


def test_plateau_reads_the_losses_of_a_long_training_once(monkeypatch):
    read, check = [], s.check_number

    def count(argument, got, **limits):
        read.append(argument)
        return check(argument, got, **limits)

    monkeypatch.setattr(s, "check_number", count)
    compare_schedules(["plateau"], n_steps=1_000)
    assert read.count("losses") == 999


BAD_CALLS = [
    (lambda: compare_schedules(["cosin"]), ValueError, ["`schedules`", "Did you mean 'cosine'?"]),
    (lambda: compare_schedules("cosine"), TypeError, ["`schedules`", "a list of names", "['cosine']"]),
    (lambda: compare_schedules([]), ValueError, ["`schedules`", "at least one"]),
    (lambda: compare_schedules({"mine": 3}), TypeError, ["`schedules['mine']`", "a function", "got 3"]),
    (lambda: compare_schedules({"mine": lambda step, n: None}), TypeError, ["`mine`", "finite number", "got None"]),
    (lambda: compare_schedules(rate=-1), ValueError, ["`rate`", "> 0", "got -1"]),
    (lambda: compare_schedules(n_steps=5), ValueError, ["`n_steps`", "from 10", "got 5"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
