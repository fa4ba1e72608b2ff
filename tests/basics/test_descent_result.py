"""What a race shows: text, table, figure, animation."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from ailiteracy.basics.descent import compare_optimizers


def test_divergence_is_marked_and_no_error():
    result = compare_optimizers("rosenbrock", optimizers=["sgd"], rates=0.5, n_steps=50)
    assert result.diverged("sgd")
    assert np.isinf(result.heights["sgd"][:, -1]).all()
    assert np.isnan(result.steps["sgd"]).all()
    assert str(result).endswith("none arrives; sgd diverged.")
    assert "diverged" in result.table()
    result.plot().canvas.draw()


@pytest.mark.parametrize("name", ["ravine", "quartic"])
def test_figure_and_animation(name):
    result = compare_optimizers(name, optimizers=["sgd", "adam"], n_steps=150, n_starts=2)
    left, right = result.plot().axes
    assert left.get_title() == name
    assert len(right.lines) == 3  # two walks and the line of arrival
    animation = result.animate(seconds=2)
    animation._draw_frame(150)
    ax = animation._fig.axes[0]
    assert ax.get_title() == f"{name}: step 149"
    assert len(ax.lines[-1].get_xdata()) == 150
    assert "<img" in result._repr_html_()
    assert "ravine" not in plt.get_figlabels()
    animation._draw_was_started = True  # nobody looks at it: no warning at the end


BAD_CALLS = [
    (lambda: compare_optimizers("bowl", n_steps=2).animate(seconds=0), ValueError, ["`seconds`", "> 0"]),
    (lambda: compare_optimizers("bowl", n_steps=2).arrived("adma"), ValueError, ["`name`", "Did you mean 'adam'?"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
