"""The numbers of the worked example: to six digits, against autograd, and against the slips of the notes."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from ailiteracy.basics import WorkedExample, worked_example

RIGHT = {
    "forward": {
        "a1": 0.21, "y3": 0.552308, "a2": 0.315, "y4": 0.578105, "a3": 0.685987, "y5": 0.665074, "error": -0.165074,
    },
    "deltas": {"delta5": -0.036770, "delta3": -0.002728, "delta4": -0.008071},
    "weights": {
        "w11": 0.199045, "w21": 0.198091, "w12": 0.297175, "w22": 0.294350, "w13": 0.279691, "w23": 0.878743,
    },
    "second_forward": {"y3": 0.551895, "y4": 0.576899, "y5": 0.659554, "error": -0.159554},
}  # fmt: skip

# What the course notes print. None of it survives the arithmetic, not even to the digits given.
SLIPS = [
    ("forward", "y3", 0.56),
    ("forward", "a3", 0.702),
    ("deltas", "delta5", -0.0376),
    ("deltas", "delta4", -0.0819),
    ("weights", "w11", 0.200945),
    ("weights", "w21", 0.269445),
    ("weights", "w12", 0.273225),
    ("weights", "w22", 0.18534),
    ("weights", "w13", 0.086615),
    ("weights", "w23", 0.877816),
    ("second_forward", "y3", 0.57),
    ("second_forward", "y4", 0.56),
    ("second_forward", "y5", 0.61),
    ("second_forward", "error", -0.11),
]


@pytest.mark.parametrize(("part", "name", "value"), [(p, n, v) for p, group in RIGHT.items() for n, v in group.items()])
def test_number_to_six_digits(part, name, value):
    assert getattr(worked_example(), part)[name] == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(("part", "name", "claim"), SLIPS)
def test_number_of_the_notes_is_not_right(part, name, claim):
    digits = len(str(claim).split(".")[1])
    assert round(getattr(worked_example(), part)[name], digits) != claim


def test_against_autograd():
    torch = pytest.importorskip("torch")
    example = worked_example()
    w = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in example.start.items()}
    a1 = 0.35 * w["w11"] + 0.7 * w["w21"]
    a2 = 0.35 * w["w12"] + 0.7 * w["w22"]
    a3 = w["w13"] * torch.sigmoid(a1) + w["w23"] * torch.sigmoid(a2)
    sums = (a1, a2, a3)
    for node in sums:
        node.retain_grad()
    (0.5 * (0.5 - torch.sigmoid(a3)) ** 2).backward()
    # The deltas are minus the derivatives for the sums, and each weight moves by minus its gradient.
    deltas = [-node.grad.item() for node in sums]
    np.testing.assert_allclose([example.deltas[name] for name in ("delta3", "delta4", "delta5")], deltas, atol=1e-15)
    for name, weight in w.items():
        assert example.weights[name] == pytest.approx(weight.item() - weight.grad.item(), abs=1e-15)


def test_the_answer_comes_closer():
    example = worked_example()
    assert abs(example.second_forward["error"]) < abs(example.forward["error"])


def test_each_call_has_dicts_of_its_own():
    worked_example().start["w11"] = 9.0
    assert worked_example().start["w11"] == 0.2
    assert list(worked_example().start) == list(worked_example().weights)


def test_text_shows_every_number():
    example = worked_example()
    assert isinstance(example, WorkedExample)
    for group in (example.forward, example.deltas, example.weights, example.second_forward, example.start):
        for name, value in group.items():
            assert any(name in line and f"{value:.6f}" in line for line in str(example).splitlines()), name


def test_plot_shows_the_numbers():
    example = worked_example()
    left, right = example.plot().axes
    texts = [text.get_text() for text in left.texts]
    for name, value in {**example.start, **example.deltas, "y5": example.forward["y5"]}.items():
        assert any(name in text and f"{value:.4f}" in text for text in texts), name
    assert any(f"{example.weights['w23']:.4f}" in text.get_text() for text in right.texts)


def test_html_is_the_table_and_the_figure():
    text = worked_example()._repr_html_()
    assert text.startswith("<table>")
    assert "<td>delta4</td><td>y4 (1 - y4) w23 delta5</td><td>-0.008071</td>" in text
    assert "<img" in text
    assert not plt.get_fignums()


def test_rows_are_every_number_once_in_order():
    example = worked_example()
    rows = example.rows()
    assert [row[0] for row in rows] == ["forward"] * 7 + ["deltas"] * 3 + ["weights"] * 6 + ["second forward"] * 7
    parts = {"forward": "forward", "deltas": "deltas", "weights": "weights", "second forward": "second_forward"}
    for step, name, _, value in rows:
        assert getattr(example, parts[step])[name] == value


def test_each_formula_gives_its_number():
    """Read as arithmetic, the formulas of the table lead to its numbers."""
    example = worked_example()
    names = {"x1": 0.35, "x2": 0.7, "target": 0.5, "rate": 1.0, "sigmoid": lambda a: 1 / (1 + np.exp(-a))}
    names |= example.start
    for step, name, formula, value in example.rows():
        if step == "second forward":
            names |= example.weights
        product = re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", formula)  # a space between two numbers means times
        assert eval(product, {}, names) == pytest.approx(value, rel=1e-12), formula
        if step != "weights":  # they all change at once, after the last of them was found
            names[name] = value


def test_table_has_a_line_for_each_number():
    lines = worked_example().table().splitlines()
    assert lines[:2] == ["| step | number | formula | value |", "|---|---|---|---:|"]
    assert "| forward | y5 | sigmoid(a3) | 0.665074 |" in lines
    assert "| second forward | y5 | sigmoid(a3) | 0.659554 |" in lines
    assert len(lines) == 2 + 23


def test_unknown_form_of_table():
    with pytest.raises(ValueError, match=r"`form` must be one of .* Did you mean 'html'\?"):
        worked_example().table("htm")
