import math
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest
import torch

from ailiteracy.vision import SpeedRow, Throughput, _speed_runs, measure_throughput, throughput

QUICK = {"size": 8, "seconds": 0.01, "device": "cpu", "progress": False}


def test_settings_are_really_set(monkeypatch):
    """The steps that are timed see the batch, the threads, the layout and the precision that their row names."""
    seen = []

    def note(step, n_images, seconds, device):
        last = step.images.is_contiguous(memory_format=torch.channels_last)
        layer = step.network.stem[0].weight.is_contiguous(memory_format=torch.channels_last)
        seen.append((len(step.images), torch.get_num_threads(), last and layer, step.half))
        return float(n_images)

    monkeypatch.setattr(_speed_runs, "_time_steps", note)
    before = torch.get_num_threads()
    speed = measure_throughput(**QUICK)
    batches = [row for row in speed.rows if row.what == "batch_size"]
    assert [entry[0] for entry in seen[: len(batches)]] == [int(row.setting) for row in batches] == [16, 64, 256]
    threads = [(row.setting, entry[1]) for row, entry in zip(speed.rows, seen, strict=True) if row.what == "threads"]
    assert threads == [(setting, int(setting)) for setting, _ in threads]
    assert [entry[2:] for entry in seen[-4:]] == [(False, False), (True, False), (True, False), (True, True)]
    assert torch.get_num_threads() == before


def test_a_step_changes_the_weights():
    step = _speed_runs._Step("resnet8", 8, torch.device("cpu"), batch=4)
    before = step.network.head.weight.clone()
    step()
    assert not torch.equal(before, step.network.head.weight)


@pytest.mark.parametrize(("half", "dtype"), [(False, torch.float32), (True, torch.bfloat16)])
def test_precision_of_a_step(half, dtype):
    step, seen = _speed_runs._Step("resnet8", 8, torch.device("cpu"), batch=4, half=half), []
    step.network.head.register_forward_hook(lambda _module, _inputs, output: seen.append(output.dtype))
    step()
    assert seen == [dtype]


def test_speed_is_pictures_by_the_median_second(monkeypatch):
    clock = iter([0.0, 0.0, 1.0, 1.0, 1.0, 5.0, 5.0, 5.0, 7.0, 100.0])  # steps of 1, 4 and 2 seconds
    monkeypatch.setattr(_speed_runs.time, "perf_counter", lambda: next(clock))
    assert _speed_runs._time_steps(lambda: None, 10, 50.0, torch.device("cpu")) == 5.0


@pytest.mark.skipif(sys.platform != "linux", reason="starts processes; the way they start differs by system")
def test_loading_in_memory_and_one_by_one():
    chance = torch.random.get_rng_state()
    speed = measure_throughput(("workers",), **QUICK)
    assert torch.equal(torch.random.get_rng_state(), chance)
    assert [row.setting for row in speed.rows][:2] == ["in memory", "0 workers"]
    assert speed.rows[0].images_per_second > speed.rows[1].images_per_second > 0


def test_what_cannot_be_done_says_why(monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no compiler here\nsecond line")

    monkeypatch.setattr(_speed_runs.torch, "compile", fail)
    speed = measure_throughput(("compile",), **QUICK)
    row = speed.rows[1]
    assert (row.setting, math.isnan(row.images_per_second), row.note) == ("compiled", True, "no compiler here")
    assert "no compiler here" in speed.table()
    assert speed.best("compile").setting == "as it is"
    speed.plot()
    plt.close("all")


def test_words_and_figure():
    rows = (SpeedRow("threads", "1", 100.0), SpeedRow("threads", "2", 180.0), SpeedRow("precision", "float32", 50.0))
    speed = Throughput("resnet8", 32, "cpu", rows)
    assert str(speed) == ("Training steps of resnet8 on 32 x 32 pixels, cpu. Fastest: threads 2, precision float32.")
    assert speed.table().splitlines()[2].split() == ["threads", "2", "180"]
    assert [ax.get_title() for ax in speed.plot().axes] == ["threads", "precision"]
    assert speed._repr_html_().startswith("<p")
    plt.close("all")
    with pytest.raises(ValueError, match=r"`what` must be something that was measured, got 'workers'"):
        speed.best("workers")


def test_one_command(tmp_path):
    command = [sys.executable, "-W", "error", "-m", "ailiteracy.vision.throughput", "memory_format", "--size", "8"]
    figure = tmp_path / "speed.png"
    done = subprocess.run(
        [*command, "--seconds", "0.01", "--device", "cpu", "--figure", str(figure)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "channels last" in done.stdout
    assert figure.stat().st_size > 1000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--figure", "nowhere/speed.png"], "`figure` must be a file in a folder that exists, got 'nowhere/speed.png'"),
        (["--figure", "speed.xyz"], "`figure` must be a file of pictures, got 'speed.xyz'"),
        (["thread"], "Did you mean 'threads'?"),
        (["--model", "resnet7"], "`model` must be one of"),
    ],
)
def test_a_wrong_command_is_refused_before_measuring(options, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["throughput", "--device", "cpu", *options])
    monkeypatch.setattr(throughput, "plans_for", lambda *_: pytest.fail("measured first"))
    with pytest.raises(SystemExit) as caught:
        throughput.main()
    assert caught.value.code == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    plt.close("all")


CASES = {
    "a name alone": (lambda: measure_throughput("threads"), TypeError, ["`what`", "a tuple of names"]),
    "unknown": (lambda: measure_throughput(("thread",)), ValueError, ["`what`", "Did you mean 'threads'?"]),
    "unknown model": (lambda: measure_throughput(model="resnet7"), ValueError, ["`model`", "'resnet7'"]),
    "too small": (lambda: measure_throughput(size=4), ValueError, ["`size`", ">= 8", "got 4"]),
    "no time": (lambda: measure_throughput(seconds=0), ValueError, ["`seconds`", "> 0", "got 0"]),
    "unknown device": (lambda: measure_throughput(device="gpu"), ValueError, ["`device`", "'gpu'"]),
}


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(call, kind, fragments):
    with pytest.raises(kind) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
