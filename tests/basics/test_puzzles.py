"""The judge problems as text: the samples, and inputs that do not have the form of the problem."""

import numpy as np
import pytest

from ailiteracy.basics import count_paths, solve_judge_problem

COUNTRY = "2 3 13\n4 6\n2 1\n3 4\n"
LAYERS = "5 6\n1 0\n1 0\n0 1\n0 1\n0 1\n1 3 1\n1 4 1\n1 5 1\n2 3 1\n2 4 1\n2 5 1\n"
RING = "2 2\n1 0\n0 0\n1 2 1\n2 1 1\n"
MATRICES = "3 1\n0\n1\n2\n1 2\n1 3\n3 2\n3 1\n3 1\n3 1\n"


@pytest.mark.parametrize(("problem", "text", "answer"), [
    (29741, COUNTRY, "2"),
    (29740, LAYERS, "3 1\n4 1\n5 1"),
    (29740, RING, "NULL"),
    (29740, "1 0\n0 5\n", "NULL"),  # no cycle, and no active output
    (29740, "1 0\n3 5\n", "1 3"),
    (18161, MATRICES, "3 1\n4 4\n5 7"),
    (18161, "1 2\n1 2\n1 1\n3\n1 1\n1\n", "Error!"),  # two columns, one row
    (18161, "1 1\n1\n1 1\n3\n1 2\n1 1\n", "Error!"),  # C has another shape
])  # fmt: skip
def test_samples(problem, text, answer):
    assert solve_judge_problem(problem, text) == answer


@pytest.mark.parametrize(("problem", "text"), [(29741, COUNTRY), (29740, LAYERS), (18161, MATRICES)])
def test_blank_lines_and_line_ends_of_other_systems(problem, text):
    expected = solve_judge_problem(problem, text)
    assert solve_judge_problem(problem, "\n" + text.replace("\n", " \r\n\n") + "\n") == expected


def test_a_country_of_the_largest_size():
    costs = np.random.default_rng(0).integers(0, 101, size=10**6)
    line = " ".join(map(str, costs))
    answer = solve_judge_problem(29741, f"1000000 100000 100\n{line}\n{line}\n{line}")
    assert answer == str(count_paths(costs, costs, costs, n_layers=10**5, modulus=100))


CASES = {
    "unknown problem": (29742, COUNTRY, ValueError, ["`problem`", "29741, 29740, 18161", "got 29742"]),
    "problem in words": ("29741", COUNTRY, TypeError, ["`problem`", "got '29741'"]),
    "no text": (29741, 5, TypeError, ["`text`", "got 5"]),
    "blank": (29741, " \n", ValueError, ["`text`", "not blank"]),
    "ends early": (29741, "2 3 13\n4 6", ValueError, ["`text`", "2 whole numbers (costs between)", "missing lines"]),
    "goes on": (29741, COUNTRY + "7\n", ValueError, ["`text`", "before line 5", "'7'"]),
    "a number too few": (29741, "2 3 13\n4\n2 1\n3 4", ValueError, ["line 2", "2 whole numbers", "got '4'"]),
    "a float": (29741, "2 3 13\n4 6.5\n2 1\n3 4", ValueError, ["line 2", "whole numbers", "'4 6.5'"]),
    "a word": (18161, "1 1\nx", ValueError, ["line 2", "a row of A", "'x'"]),
    "too many digits": (18161, "1 1\n" + "9" * 5000, ValueError, ["line 2", "1 whole number ("]),
    "no cities": (29741, "0 3 13\n", ValueError, ["line 1", ">= 1", "N, L and M"]),
    "one layer": (29741, "1 1 13\n1\n1\n1", ValueError, ["`n_layers`", "from 2"]),
    "minus one neuron": (29740, "-1 0", ValueError, ["`neurons`", "at least one"]),
    "an edge to nowhere": (29740, "1 1\n1 0\n1 3 1", ValueError, ["`edges`", "neurons 1 to 1"]),
    "a matrix of no rows": (18161, "0 2\n", ValueError, ["line 1", "rows and columns of A", ">= 1"]),
    "a ragged matrix": (18161, "2 2\n1 2\n3\n", ValueError, ["line 3", "2 whole numbers (a row of A)", "'3'"]),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    problem, text, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        solve_judge_problem(problem, text)
    for fragment in fragments:
        assert fragment in str(caught.value)
