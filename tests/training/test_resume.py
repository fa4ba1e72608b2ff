"""A training that was stopped and taken up ends as one that was not."""

import errno
import functools
import json
import os
import pathlib
import random
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from ailiteracy._support import locks
from ailiteracy.training import Batches, fit, resume, state, warmup_cosine

# Everything that could be forgotten: dropout, batch norm, shuffling, random changes, mixtures, an average.
TRAINING = """
import torch
from ailiteracy.training import Batches, fit, warmup_cosine

def train(folder=None, every=None, epochs=3, hook=None):
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(38, 4, generator=generator), torch.arange(38) % 3
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.3),
                                    torch.nn.Linear(8, 3))
    noise = lambda inputs, generator: inputs + 0.1 * torch.randn(inputs.shape, generator=generator)
    batches = Batches(x[:30], y[:30], batch_size=4, shuffle=True, transform=noise)
    adam = torch.optim.AdamW(model.parameters(), lr=0.05)
    if hook:
        adam.register_step_post_hook(hook)
    result = fit(model, batches, Batches(x[30:], y[30:]), optimizer=adam, schedule=warmup_cosine, epochs=epochs,
                 accumulate=2, clip_norm=1.0, mixup=0.2, ema=0.9, label_smoothing=0.1, checkpoint_dir=folder,
                 checkpoint_every=every, device="cpu")
    return result, [value.tolist() for value in model.state_dict().values()]
"""
exec(TRAINING)

# One process imports torch and forks; each child trains until it kills itself, in a step or while it saves.
KILLER = (
    TRAINING
    + """
import json, os, pathlib, random, signal, sys
import accelerate.state, safetensors.torch, torch._dynamo  # once, not in every child

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def child(folder, step, rename):
    count = [0, 0]
    def hook(*_):
        count[0] += 1
        if count[0] == step:
            die()
    replace = pathlib.Path.replace
    def watched(self, target):
        count[1] += 1
        if count[1] == rename:
            die()
        return replace(self, target)
    pathlib.Path.replace = watched
    answer = train(folder, 1, hook=hook)[1]
    pathlib.Path(folder, "weights.json").write_text(json.dumps(answer))
    os._exit(0)

for number, every in enumerate(json.loads(sys.argv[2])):
    folder, n_kills = os.path.join(sys.argv[1], str(number)), 0
    while True:
        end = random.Random(number * 100 + n_kills).randint(2, 5)
        pid = os.fork()
        if pid == 0:
            child(folder, end if every == "step" else None, end if every == "file" else None)
        if os.waitpid(pid, 0)[1] == 0:
            break
        n_kills += 1
        assert n_kills < 60
    print(n_kills)
"""
)


@pytest.fixture(scope="module")
def whole():
    return train()  # noqa: F821 (defined by TRAINING)


def same(result, whole):
    columns, expected = result.history.columns(), whole.history.columns()
    assert {**columns, "seconds": 0} == {**expected, "seconds": 0}
    assert result.best_epoch == whole.best_epoch


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_killed_at_random_moments(tmp_path, whole):
    # Every life of the process lasts up to five steps, or up to five renamed files.
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(tmp_path), json.dumps(["step", "file"])],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    kills = [int(line) for line in done.stdout.split()]
    assert len(kills) == 2
    assert min(kills) >= 1
    for number in range(2):
        folder = tmp_path / str(number)
        assert json.loads((folder / "weights.json").read_text()) == whole[1]
        assert len([path for path in folder.iterdir() if path.name.startswith(".")]) == 0  # no half files are left
        assert len(list(folder.glob("training-*.safetensors"))) == 1


def test_killing_would_be_noticed(tmp_path, whole):
    assert train()[1] == whole[1]  # noqa: F821
    assert train(epochs=2)[1] != whole[1]  # noqa: F821


@pytest.mark.parametrize("every", [None, 1, 3])
def test_more_epochs_and_interruptions(tmp_path, every):
    # Ctrl-C in a step, then in an epoch, then none; a constant rate, so that the length does not matter.
    def run(folder, epochs, stop=None):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.5), nn.Linear(4, 2))
        sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        count = []

        def hook(*_):
            count.append(1)
            if len(count) == stop:
                raise KeyboardInterrupt

        sgd.register_step_post_hook(hook)
        x = torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
        data = DataLoader([(row, int(row[0] > 0)) for row in x], batch_size=3, shuffle=True)
        result = fit(model, data, optimizer=sgd, epochs=epochs, checkpoint_dir=folder,
                     checkpoint_every=every if folder else None, device="cpu")  # fmt: skip
        return result, model[0].weight.tolist(), len(count)

    expected, weights, _ = run(None, 4)
    first, _, _ = run(tmp_path, 4, stop=10)
    assert first.interrupted
    assert len(first.history) == 1
    run(tmp_path, 2)  # to the end of the second epoch
    result, again, _ = run(tmp_path, 4)
    assert again == weights
    same(result, expected)
    result, again, n_steps = run(tmp_path, 4)  # nothing is left to do
    assert (again, n_steps) == (weights, 0)
    same(result, expected)


@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW", "Adagrad"])
def test_fused_optimizers_take_up_weights_that_lie_in_another_order(tmp_path, kind):
    def run(folder, steps_to_live=100):
        def step_taken(*_):
            steps.append(1)
            if len(steps) > steps_to_live:
                raise KeyError("power cut")

        steps, generator = [], torch.Generator().manual_seed(0)
        x, y = torch.rand(24, 3, 5, 5, generator=generator), torch.arange(24) % 3
        with torch.random.fork_rng():
            torch.manual_seed(0)
            model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 3, 3), nn.Flatten(), nn.Linear(3, 3))
        model.to(memory_format=torch.channels_last)
        model[3].weight.data = model[3].weight.data.T.contiguous().T  # by columns
        options = {"lr": 0.1, "fused": True} | ({"momentum": 0.9} if kind == "SGD" else {})
        optimizer = getattr(torch.optim, kind)(model.parameters(), **options)
        optimizer.register_step_post_hook(step_taken)
        batches = Batches(x, y, batch_size=8, shuffle=True)
        saving = {} if folder is None else {"checkpoint_dir": folder, "checkpoint_every": 1}
        fit(model, batches, optimizer=optimizer, epochs=3, device="cpu", **saving)
        return list(model.parameters()), len(steps)

    whole, _ = run(None)
    with pytest.raises(KeyError, match="power cut"):
        run(tmp_path, steps_to_live=4)
    taken_up, n_steps = run(tmp_path)
    assert n_steps == 5
    assert all(map(torch.equal, whole, taken_up))


def test_stopping_by_patience_is_remembered(tmp_path):
    x, y = torch.eye(4), torch.tensor([0, 1, 0, 1])

    def run(epochs):
        torch.manual_seed(0)
        model = nn.Linear(4, 2)
        sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        return fit(model, [(x, y)], [(x, 1 - y)], optimizer=sgd, epochs=epochs, patience=2, checkpoint_dir=tmp_path,
                   device="cpu")  # fmt: skip

    assert len(run(50).history) == 3
    assert len(run(50).history) == 3
    assert run(50).best_epoch == 1


class Noisy(Dataset):
    """Draws from the global generators of numpy and Python, as many data sets do."""

    def __len__(self):
        return 12

    def __getitem__(self, row):
        return torch.tensor([random.gauss(0, 1), np.random.normal()], dtype=torch.float32), row % 2  # noqa: NPY002


def test_generators_of_numpy_and_python(tmp_path):
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002

    def run(folder, stop=None):
        model = nn.Linear(2, 2)
        nn.init.zeros_(model.weight)
        nn.init.zeros_(model.bias)
        sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        count = []

        def hook(*_):
            count.append(1)
            if len(count) == stop:
                raise KeyboardInterrupt

        sgd.register_step_post_hook(hook)
        loader = DataLoader(Noisy(), batch_size=2, shuffle=True, generator=torch.Generator().manual_seed(3))
        fit(model, loader, optimizer=sgd, epochs=3, checkpoint_dir=folder, checkpoint_every=folder and 1, device="cpu")
        return model.weight.tolist()

    expected = run(None)
    run(tmp_path, stop=9)
    random.seed(99)
    assert run(tmp_path) == expected
    random.setstate(before[0])
    assert before[1] == np.random.get_state()[1].tolist()  # noqa: NPY002


def small(folder, seed=0, hidden=4, optimizer=torch.optim.SGD, moves=None, generators=False, **arguments):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, hidden), nn.Linear(hidden, 2))
    weights = dict(model.named_parameters())
    moved = [weights[name] for name in moves or weights]
    x, y = torch.randn(8, 2, generator=torch.Generator().manual_seed(0)), torch.arange(8) % 2
    rate = arguments.pop("rate", 0.1)
    arguments = {"epochs": 2, "checkpoint_dir": folder, "seed": seed, "device": "cpu"} | arguments
    batches = Batches(x, y) if generators else [(x, y)]
    before = [weight.clone() for weight in weights.values()]
    try:
        return fit(model, batches, optimizer=optimizer(moved, lr=rate), **arguments)
    except ValueError:  # a checkpoint that is refused changes nothing
        assert all(torch.equal(*pair) for pair in zip(before, weights.values(), strict=True))
        raise


def spoil(folder, kind):
    record, weights = folder / "training.json", next(folder.glob("training-*"))
    if kind == "cut off":
        weights.write_bytes(weights.read_bytes()[:-5])
    elif kind == "one bit":
        data = bytearray(weights.read_bytes())
        data[-1] ^= 1
        weights.write_bytes(data)
    elif kind == "missing":
        weights.unlink()
    elif kind == "half a record":
        record.write_text(record.read_text()[:99])
    elif kind == "not text":
        record.write_bytes(b"\xff\xfe\x00")
    elif kind == "list":
        record.write_text("[]")
    elif kind == "folder":
        record.unlink()
        record.mkdir()
    elif kind in ("no state", "no settings", "another state"):
        values = json.loads(record.read_text())
        if kind == "no state":
            del values["state"]
        elif kind == "no settings":
            values["settings"] = None
        else:
            values["state"]["dict"][0][1] = 7
        record.write_text(json.dumps(values))
    elif kind == "version":
        record.write_text(record.read_text().replace("ailiteracy training 2", "ailiteracy training 99"))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("cut off", ["training-", "missing, damaged or cut off", "another folder"]),
        ("one bit", ["damaged", "hash"]),
        ("missing", ["training-", "missing"]),
        ("half a record", ["training.json", "damaged", "not JSON"]),
        ("not text", ["training.json", "damaged"]),
        ("list", ["`checkpoint_dir`", "ailiteracy training 2"]),
        ("folder", ["training.json", "must be a file", "got a folder", "another folder"]),
        ("no state", ["training.json", "damaged", "its state"]),
        ("no settings", ["training.json", "damaged", "its settings"]),
        ("another state", ["training.json", "damaged", "its state"]),
        ("version", ["`checkpoint_dir`", "'ailiteracy training 2'", "'ailiteracy training 99'"]),
    ],
)
def test_damaged_checkpoints(tmp_path, kind, words):
    small(tmp_path)
    spoil(tmp_path, kind)
    with pytest.raises(ValueError) as caught:
        small(tmp_path, epochs=3)
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 1}, ["seed was 0 and is 1", "empty this one"]),
        ({"hidden": 5}, ["does not fit", "(4,)", "(5,)"]),
        ({"optimizer": torch.optim.Adagrad}, ["optimizer was 'SGD' and is 'Adagrad'"]),
        ({"rate": 0.2}, ["groups was", "0.2"]),
        ({"accumulate": 2}, ["accumulate was 1 and is 2"]),
        ({"ema": 0.9}, ["ema was 0.0 and is 0.9"]),
        ({"schedule": warmup_cosine}, ["schedule was 'constant' and is 'warmup_cosine'"]),
        ({"generators": True}, ["random generators of train was 0 and is 1"]),
        ({"moves": ["0.weight", "0.bias"]}, ["'1.bias' is moved by one optimizer only", "another folder"]),
        ({"moves": ["1.bias", "1.weight", "0.bias", "0.weight"]}, ["the weights stand in another order"]),
    ],
)
def test_checkpoint_of_another_training(tmp_path, change, words):
    small(tmp_path)
    with pytest.raises(ValueError) as caught:
        small(tmp_path, epochs=3, **change)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert len(small(tmp_path, epochs=3).history) == 3  # it is still good


def half(step, n_steps):
    return 0.5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schedule": functools.partial(warmup_cosine, warmup=0.2)}, ["warmup_cosine(warmup=0.1)", "(warmup=0.2)"]),
        ({"schedule": half}, ["schedule was 'warmup_cosine(warmup=0.1)' and is 'half'"]),
        ({"epochs": 3}, ["epochs was 2 and is 3"]),
    ],
)
def test_another_schedule_would_give_other_weights(tmp_path, change, words):
    same = {"schedule": functools.partial(warmup_cosine, warmup=0.1)}
    small(tmp_path, **same)
    with pytest.raises(ValueError) as caught:
        small(tmp_path, **same | change)
    assert all(word in str(caught.value) for word in ["another training", *words]), str(caught.value)
    assert len(small(tmp_path, schedule=functools.partial(warmup_cosine, warmup=0.1)).history) == 2


def test_the_name_of_a_schedule_is_the_same_in_every_run():
    class Own:
        def __call__(self, step, n_steps):
            return 1.0

    names = [state._name(one) for one in (lambda step, n_steps: 1.0, Own(), functools.partial(half, own=Own()))]
    assert names == ["<lambda>", "Own", f"half(own={Own!r})"]
    assert "0x" not in "".join(names)


def test_what_predict_needs_is_taken_up(tmp_path):
    small(tmp_path)
    again = small(tmp_path)  # nothing is left to train
    assert again.class_axis == 1
    assert again.predict(torch.zeros(3, 2)).shape == (3,)


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path, monkeypatch):
    small(tmp_path, epochs=1)
    names = {path.name for path in tmp_path.iterdir()}
    write = pathlib.Path.write_bytes

    def full(path, data):
        write(path, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    with pytest.raises(OSError, match=r"cannot save the training .*No space left.*checkpoint before this one is"):
        small(tmp_path, epochs=3)
    monkeypatch.undo()
    assert {path.name for path in tmp_path.iterdir()} == names
    assert len(small(tmp_path, epochs=3).history) == 3


def test_a_diverging_training_saves_nothing_bad(tmp_path):
    good = small(tmp_path, epochs=2)
    x = torch.full((8, 2), torch.nan)
    model = nn.Sequential(nn.Linear(2, 4), nn.Linear(4, 2))
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match="nan or infinity"):
        fit(model, [(x, torch.arange(8) % 2)], optimizer=sgd, epochs=3, checkpoint_dir=tmp_path, device="cpu")
    assert small(tmp_path, epochs=2).history.train_loss.tolist() == good.history.train_loss.tolist()


def test_folders(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="checkpoint_dir"):
        small(tmp_path / "file")
    with pytest.raises(TypeError, match="`checkpoint_dir` must be a path"):
        small(3)
    with pytest.raises(ValueError, match="`checkpoint_dir` must be given with checkpoint_every=, got None"):
        small(None, checkpoint_every=2)


def test_packing_is_exact():
    value = {1: (2.5, [None, True, "x"], {"a": torch.tensor(3.0)}), "b": float("-inf"), "c": [torch.arange(2)] * 2}
    tensors = {}
    text = json.dumps(resume._pack(value, tensors))
    again = resume._unpack(json.loads(text), tensors)
    assert str(again) == str(value)
    assert isinstance(again[1], tuple)
    with pytest.raises(TypeError, match="state can be saved"):
        resume._pack(object(), {})


def test_a_folder_holds_one_training_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 0.2)
    x, y = torch.randn(4, 3), torch.zeros(4).long()

    def train(callbacks=()):
        return fit(nn.Linear(3, 2), [(x, y)], epochs=1, checkpoint_dir=tmp_path, callbacks=callbacks, device="cpu")

    def second(model, row):
        with pytest.raises(BlockingIOError, match=r"`checkpoint_dir` must be a folder of one training at a time"):
            train()

    train(callbacks=[second])
    assert len(train().history) == 1  # free again
    assert sys.platform == "win32" or not (tmp_path / ".training.lock").exists()
