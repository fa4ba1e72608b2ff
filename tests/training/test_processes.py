"""Several processes give what one gives, and fit leaves the process as it was found."""

import json
import os
import subprocess
import sys
import types

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from ailiteracy.training import Batches, fit
from ailiteracy.training.processes import open_accelerator, pieces, share_loader

# 23 samples in batches of 4, two batches a step: the last batch holds 3, the last step one batch.
SCRIPT = """
import json, os, pathlib, sys, time
import torch
from torch.utils.data import DataLoader, TensorDataset
from ailiteracy.training import Batches, fit

def train(kind, folder):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(23, 4, generator=generator)
    y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    if kind == "loader":
        batches = DataLoader(TensorDataset(x, y), batch_size=4, shuffle=True)
    else:
        given = torch.where(torch.arange(23) % 3 == 0, -100, y) if kind == "ignored" else y
        batches = Batches(x, given, batch_size=1 if kind == "single" else 4, shuffle=True)
    called = []
    result = fit(model, batches, [(x[:5] + 1, y[:5])], test=[(x[:7] + 2, y[:7])], epochs=3, accumulate=2, clip_norm=1.0,
                 ema=0.5, patience=2, optimizer=torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9),
                 callbacks=[lambda model, epoch: called.append(1)], checkpoint_dir=folder, device="cpu")
    columns = result.history.columns() | {"seconds": []}
    weights = [value.flatten().tolist() for value in model.state_dict().values()]
    return [columns, weights, result.confusion.tolist(), len(called)]

if __name__ == "__main__":
    rank = int(os.environ.get("RANK", "0"))
    answers = {kind: train(kind, f"{sys.argv[1]}/{kind}") for kind in ("batches", "loader", "single", "ignored")}
    pathlib.Path(sys.argv[1], f"rank-{rank}.json").write_text(json.dumps(answers))
"""

# Networks without batch norm, whose statistics would be those of half a batch.
PICTURES = """
import json, os, pathlib, sys
from ailiteracy import vision

def train(model):
    folder = f"{sys.argv[1]}/model" if model == "mlp" else None
    result = vision.train_resnet("digits", model=model, epochs=3, device="cpu", output_dir=folder)
    columns = result.history.columns() | {"seconds": []}
    weights = [value.flatten().tolist() for value in result.model.state_dict().values()]
    return [columns, weights, result.confusion.tolist(), result.test_accuracy]

if __name__ == "__main__":
    rank = int(os.environ.get("RANK", "0"))
    answers = {model: train(model) for model in ("mlp", "tinyvgg")}
    pathlib.Path(sys.argv[1], f"rank-{rank}.json").write_text(json.dumps(answers))
"""

LAUNCHERS = {
    "torchrun": ["torch.distributed.run", "--standalone", "--nproc-per-node", "2"],
    "accelerate": ["accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1",
                   "--mixed_precision", "no", "--dynamo_backend", "no"],
}  # fmt: skip


def start(command, script, folder):
    folder.mkdir()
    command = [sys.executable, *command, str(script), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300,
                          env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HOME": str(folder)})  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(path.read_text()) for path in sorted(folder.glob("rank-*.json"))]


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one")
    script = folder / "train.py"
    script.write_text(SCRIPT)
    return script, start([], script, folder / "answers")[0]


def flat(value):
    """Return all numbers in nested lists and dicts; nan where a measure was not taken."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for part in value for number in flat(part)]
    return [float("nan") if value is None else value]


@pytest.mark.parametrize("launcher", ["torchrun", pytest.param("accelerate", marks=pytest.mark.slow)])
def test_two_processes_give_what_one_gives(alone, launcher, tmp_path):
    script, expected = alone
    first, second = start(["-m", *LAUNCHERS[launcher]], script, tmp_path / "answers")
    for kind, (columns, weights, confusion, n_calls) in expected.items():
        for answer in (first, second):
            assert flat(answer[kind][:2]) == pytest.approx(flat([columns, weights]), abs=1e-5, nan_ok=True), kind
            assert answer[kind][2] == confusion
        assert (first[kind][3], second[kind][3]) == (n_calls, 0)  # callbacks run in the main process only
        assert (tmp_path / "answers" / kind / "training.json").exists()
    # The checkpoint of two processes is none for one.
    done = subprocess.run([sys.executable, str(script), str(tmp_path / "answers")], capture_output=True, text=True,
                          check=False, timeout=300)  # fmt: skip
    assert "processes was 2 and is 1" in done.stderr


def test_two_processes_name_pictures_as_one_does(tmp_path):
    script = tmp_path / "pictures.py"
    script.write_text(PICTURES)
    (alone,) = start([], script, tmp_path / "one")
    both = start(["-m", *LAUNCHERS["torchrun"]], script, tmp_path / "two")
    assert len(both) == 2
    for model, (columns, weights, confusion, accuracy) in alone.items():
        for answer in both:
            assert flat(answer[model][:2]) == pytest.approx(flat([columns, weights]), abs=1e-5, nan_ok=True), model
            assert answer[model][2:] == [confusion, accuracy]
        assert accuracy > 0.5  # ten classes: it did learn
    assert (tmp_path / "two" / "model" / "model.safetensors").exists()


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("workers", [0, 1])
def test_parts_make_the_whole(n, workers, monkeypatch):
    monkeypatch.setattr("accelerate.utils.synchronize_rng_states", lambda kinds: None)
    x = torch.arange(11.0)[:, None]
    sets = {"loader": DataLoader(TensorDataset(x, x[:, 0]), batch_size=4, num_workers=workers),
            "batches": Batches(x, x[:, 0], batch_size=4)}  # fmt: skip
    for batches in sets.values():
        seen, sizes = [], []
        for rank in range(n):
            place = types.SimpleNamespace(num_processes=n, process_index=rank)
            for inputs, targets, n_here in pieces(share_loader(batches, place), rank, n):
                assert torch.equal(inputs[:, 0], targets)
                assert len(targets) == max(n_here, 1)  # a borrowed sample stands in for none
                seen += targets[:n_here].tolist()
                sizes.append(n_here)
        assert sorted(seen) == x[:, 0].tolist()
        assert np.reshape(sizes, (n, 3)).sum(0).tolist() == [4, 4, 3]


def test_what_all_samples_share_is_not_cut(monkeypatch):
    monkeypatch.setattr("accelerate.utils.synchronize_rng_states", lambda kinds: None)
    batch = ({"ids": torch.arange(6).reshape(3, 2), "shift": torch.ones(1)}, [torch.arange(3), torch.arange(3)])
    inputs, targets, n_here = next(iter(pieces([batch], 1, 2)))
    assert inputs["ids"].tolist() == [[2, 3]]
    assert inputs["shift"].tolist() == [1.0]
    assert [part.tolist() for part in targets] == [[1], [1]]
    assert n_here == 1
    with pytest.raises(TypeError, match="`batch` must be made of tensors"):
        next(iter(pieces([(["a", "b"], torch.arange(2))], 0, 2)))


def test_the_process_is_left_as_found():
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState

    x, y = torch.eye(2), torch.arange(2)
    fit(nn.Linear(2, 2), [(x, y)], epochs=1, device="cpu")  # torch itself sets a variable at the first step
    before, threads = dict(os.environ), torch.get_num_threads()
    fit(nn.Linear(2, 2), [(x, y)], epochs=1, device="cpu")
    assert not AcceleratorState._shared_state
    assert dict(os.environ) == before
    assert torch.get_num_threads() == threads
    own = Accelerator(cpu=True)
    own.state.mark = "mine"
    try:
        fit(nn.Linear(2, 2), [(x, y)], epochs=1, device="cpu")
        assert own.state.mark == "mine"
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)


def test_one_device_after_another(monkeypatch):
    # Accelerate alone stays on the first device; "meta", which computes nothing, stands for a GPU.
    monkeypatch.setattr("ailiteracy.training.processes.pick_device", torch.device)
    for name in ("cpu", "meta", "cpu"):
        with open_accelerator(name) as accelerator:
            assert accelerator.device.type == name
    with open_accelerator("cpu") as outer, open_accelerator("meta") as inner:  # a callback may call fit
        assert (outer.num_processes, inner.device.type) == (1, "meta")
