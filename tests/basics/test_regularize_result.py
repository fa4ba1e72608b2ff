"""Curves and table of the comparison."""

import numpy as np

from ailiteracy.basics.regularize import compare_regularization
from ailiteracy.basics.regularize_result import RegularizationResult

QUICK = {"epochs": 3, "n_seeds": 1, "progress": False}


def test_moons_text_table_and_figure():
    result = compare_regularization("moons", methods=["none", "L2"], **QUICK)
    assert str(result).startswith("100 training samples of moons, mean test accuracy over 1 seed: ")
    assert [line.split()[0] for line in result.table().splitlines()] == ["method", "none", "L2"]
    figure = result.plot()
    assert len(figure.axes) == 3
    assert len(figure.axes[0].lines) == 2
    assert "<img" in result._repr_html_()


def test_table_by_hand():
    run = {"train_losses": np.ones(2), "validation_losses": np.ones(2), "best_epoch": 2, "train_accuracy": 1.0,
           "weight_norm": 3.0, "zeros": 0.25, "validation_accuracy": 0.5, "test_accuracy": 0.5}  # fmt: skip
    result = RegularizationResult.gather("moons", 20, {"none": [run, run | {"test_accuracy": 0.7}]})
    line = "none                   100.0%  50.0%  60.0%  50.0% to 70.0%      3.00  25.0%"
    assert result.table().splitlines()[1] == line
    assert result.test_accuracy["none"].tolist() == [0.5, 0.7]
    assert str(result) == "20 training samples of moons, mean test accuracy over 2 seeds: none 60.0%."
    assert len(result.plot().axes[2].lines) == 2
