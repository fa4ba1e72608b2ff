import json
import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from ailiteracy.training import Batches, RunRecord, compare_runs, fit, gradient_norm


def train(callback):
    x = torch.linspace(-1, 1, 20)[:, None]
    data = Batches(x, (x[:, 0] > 0).long(), batch_size=10)
    torch.manual_seed(0)
    return fit(nn.Linear(1, 2), data, list(data), epochs=3, callbacks=[callback], device="cpu", progress=False)


def test_global_norm_is_the_root_of_the_squares_and_not_the_sum_of_norms():
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    model(torch.ones(1, 3)).sum().backward()
    measured = gradient_norm(model)
    summed = sum(float(weight.grad.norm()) for weight in model.parameters())
    assert measured == pytest.approx(float(nn.utils.clip_grad_norm_(model.parameters(), 1e9)))
    assert summed > 1.2 * measured


def test_parameters_without_gradient_count_as_zero():
    assert gradient_norm(nn.Linear(2, 2)) == 0


def test_record_holds_what_fit_measured(tmp_path):
    record = RunRecord(tmp_path / "deep" / "first.jsonl", settings={"rate": 0.001, "seed": np.int64(3)})
    result = train(record)
    runs = compare_runs(record.path)
    assert runs.settings == {"first": {"rate": 0.001, "seed": 3}}
    np.testing.assert_array_equal(runs.column("first", "train_loss"), result.history.train_loss)
    np.testing.assert_array_equal(runs.column("first", "validation_accuracy"), result.history.validation_accuracy)
    assert [row["epoch"] for row in runs.epochs["first"]] == [1, 2, 3]
    assert "3 epochs, best validation loss" in str(runs)
    assert "Record of 3 epochs" in str(record)


def test_every_line_is_json_and_nan_is_null(tmp_path):
    record = RunRecord(tmp_path / "run.jsonl")
    record(None, {"train_loss": math.inf, "train_accuracy": math.nan, "rate": torch.tensor(0.5)})
    lines = [json.loads(line, parse_constant=pytest.fail) for line in record.path.read_text().splitlines()]
    assert lines[1] == {"epoch": 1, "train_loss": "inf", "train_accuracy": None, "rate": 0.5}
    runs = compare_runs(record.path)
    assert runs.column("run", "train_loss")[0] == math.inf
    assert np.isnan(runs.column("run", "train_accuracy")).all()


def test_two_runs_in_one_figure(tmp_path):
    records = [RunRecord(tmp_path / f"{name}.jsonl") for name in ("slow", "fast")]
    for record in records:
        train(record)
    runs = compare_runs(*[record.path for record in records])
    figure = runs.plot()
    assert [ax.get_title() for ax in figure.axes] == ["Loss", "Accuracy", "Learning rate"]
    assert {line.get_label() for line in figure.axes[0].lines} == {
        "slow (train)", "slow (validation)", "fast (train)", "fast (validation)",
    }  # fmt: skip
    assert "<img" in runs._repr_html_()
    plt.close("all")


def test_a_killed_run_leaves_all_epochs_but_the_half_line(tmp_path):
    record = RunRecord(tmp_path / "run.jsonl")
    for loss in (0.5, 0.4):
        record(None, {"train_loss": loss})
    record.path.write_text(record.path.read_text()[:-5])
    assert compare_runs(record.path).column("run", "train_loss").tolist() == [0.5]


def test_an_empty_record_can_be_drawn(tmp_path):
    runs = compare_runs(RunRecord(tmp_path / "run.jsonl").path)
    assert str(runs) == "run: 0 epochs."
    runs.plot()
    plt.close("all")


def write(path, text):
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda p: RunRecord(write(p / "a.jsonl", "")), FileExistsError, ["`path`", "a new file", "another name"]),
        (lambda p: RunRecord(write(p / "a", "") / "run"), OSError, ["cannot write", "may write to"]),
        (lambda p: RunRecord(3), TypeError, ["`path`", "got 3"]),
        (lambda p: RunRecord(p / "a", settings=3), TypeError, ["`settings`", "a dict", "got 3"]),
        (lambda p: RunRecord(p / "a")(None, 0.5), TypeError, ["`epoch`", "a dict"]),
        (lambda p: compare_runs(), ValueError, ["`paths`", "at least one"]),
        (lambda p: compare_runs(p / "none.jsonl"), FileNotFoundError, ["`paths`", "none.jsonl"]),
        (lambda p: compare_runs(write(p / "a", "loss,1")), ValueError, ["`paths`", "JSON", "got 'loss,1'", "Line 1"]),
        (lambda p: compare_runs(write(p / "a", '{"x": 1}')), ValueError, ["`paths`", "settings"]),
        (lambda p: compare_runs(write(p / "a", "")), ValueError, ["`paths`", "settings"]),
        (
            lambda p: compare_runs(RunRecord(p / "fast.jsonl").path).column("fsat", "train_loss"),
            ValueError,
            ["`run`", "one of 'fast'", "got 'fsat'", "Did you mean 'fast'?"],
        ),
        (lambda p: compare_runs(*[RunRecord(p / "a.jsonl").path] * 2), ValueError, ["`paths`", "different names"]),
    ],
)
def test_bad_input(call, error, words, tmp_path):
    with pytest.raises(error) as caught:
        call(tmp_path)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_bad_settings_leave_no_file(tmp_path):
    with pytest.raises(TypeError):
        RunRecord(tmp_path / "run.jsonl", settings=3)
    assert list(tmp_path.iterdir()) == []


def test_a_record_goes_on_where_a_killed_training_ended(tmp_path):
    path = tmp_path / "run.jsonl"
    record = RunRecord(path, settings={"width": 8})
    for epoch in (1, 2):
        record(None, {"epoch": epoch, "train_loss": 1.0 / epoch})
    path.write_text(path.read_text(encoding="utf-8") + '{"epoch": 3, "trai', encoding="utf-8")
    again = RunRecord(path, settings={"width": 8}, resume=True)
    again(None, {"epoch": 2, "train_loss": 0.4})  # the epoch after the last checkpoint is trained once more
    again(None, {"epoch": 3, "train_loss": 0.3})
    assert compare_runs(path).column("run", "train_loss").tolist() == [1.0, 0.4, 0.3]
    with pytest.raises(ValueError, match=r"`settings` must be those of the record run.jsonl"):
        RunRecord(path, settings={"width": 9}, resume=True)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 5


def test_two_trainings_into_one_record_count_on(tmp_path):
    record = RunRecord(tmp_path / "run.jsonl")
    for loss in (4.0, 3.0):
        for epoch in (1, 2):
            record(None, {"epoch": epoch, "train_loss": loss / epoch})
    assert compare_runs(record.path).column("run", "train_loss").tolist() == [4.0, 2.0, 3.0, 1.5]
