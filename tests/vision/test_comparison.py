import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from ailiteracy.training import Batches, evaluate
from ailiteracy.vision import ModelComparison, compare_models, load_images
from ailiteracy.vision.comparison import COURSE, _wait

DATA = load_images("digits")


@pytest.fixture(scope="module")
def compared():
    return compare_models(DATA, models=("linear", "relu", "relu_on_logits"), epochs=4, device="cpu")


def test_a_relu_on_the_logits_is_what_harmed(compared):
    linear, relu, faulty = compared.accuracies.mean(axis=1)
    assert relu > linear - 0.05  # the notes found the network with ReLUs 8 points below the linear one
    assert faulty < relu - 0.1
    assert (compared.losses[2] > compared.losses[1]).all()


def test_the_faulty_network_has_dead_outputs():
    network = COURSE["relu_on_logits"](1, (8, 8), 10)
    x = DATA.test_images.float() / 255
    assert float(network(x).detach().min()) == 0  # no logit can speak against a class
    assert float(network[0](x).detach().min()) < 0


def test_weights_of_the_courses_networks():
    count = {name: sum(w.numel() for w in make(1, (28, 28), 10).parameters()) for name, make in COURSE.items()}
    assert count == {"linear": 7960, "relu": 7960, "relu_on_logits": 7960}


def test_every_picture_counts_once():
    """33 pictures in batches of 32: a mean of batch means would count the last one 32 times."""
    logits = torch.zeros(33, 2)
    logits[:32, 0] = 1.0
    logits[32, 1] = 1.0
    labels = torch.zeros(33, dtype=torch.long)
    batches = Batches(logits, labels, batch_size=32)
    means = [float((x.argmax(dim=1) == y).float().mean()) for x, y in batches]
    assert sum(means) / 2 == 0.5
    assert evaluate(torch.nn.Identity(), batches, device="cpu").accuracy == pytest.approx(32 / 33)


@pytest.mark.parametrize(("always", "by_batch", "truth"), [(0, 0.2604, 1 / 3), (1, 0.1979, 19 / 75)])
def test_the_notes_network_named_every_picture_alike(always, by_batch, truth):
    """25, 19 and 31 pictures in batches of 32: the notes' accuracies are those of a network that has one answer."""
    labels = torch.tensor([0] * 25 + [1] * 19 + [2] * 31)
    logits = torch.nn.functional.one_hot(torch.full((75,), always), 3).float()
    batches = Batches(logits, labels, batch_size=32)
    means = [float((y == always).float().mean()) for _, y in batches]
    assert np.mean(means) == pytest.approx(by_batch, abs=5e-5)
    assert evaluate(torch.nn.Identity(), batches, device="cpu").accuracy == pytest.approx(truth)


def test_seeds_repeat_and_are_shared(compared):
    again = compare_models(DATA, models=("relu",), epochs=4, device="cpu")
    assert np.array_equal(again.accuracies[0], compared.accuracies[1])
    assert len(set(compared.losses[0])) == 3
    assert (compared.seconds > 0).all()


def test_the_clock_waits_for_an_accelerator(monkeypatch):
    waited = []
    monkeypatch.setattr(torch.accelerator, "synchronize", waited.append)
    for name in ("cpu", "cuda:0"):
        _wait(torch.device(name))
    assert waited == [torch.device("cuda:0")]


def test_other_networks_by_name():
    found = compare_models(DATA, models=("tinyvgg", "resnet8"), n_seeds=1, epochs=1, device="cpu")
    assert found.n_weights[0] == 3_240  # 7,740 for 28 x 28 pixels
    assert found.n_weights[1] > 300_000
    assert np.isfinite(found.losses).all()


def test_words_and_figure(compared):
    lines = compared.table().splitlines()
    assert lines[1].split()[:2] == ["linear", "760"]
    assert f"{compared.accuracies[0].mean():.1%}" in lines[1]
    assert str(compared).startswith("3 networks on digits, test accuracy, mean of 3 seed(s): linear ")
    figure = compared.plot()
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == list(compared.names)
    single = ModelComparison("x", ("a",), (1,), *np.ones((3, 1, 1)), device="cpu")
    assert "nan" in single.table()
    plt.close("all")


CASES = {
    "no names": (lambda: compare_models(models=()), TypeError, ["`models`", "a tuple of names"]),
    "one name": (lambda: compare_models(models="linear"), TypeError, ["`models`", "got 'linear'"]),
    "unknown": (lambda: compare_models(models=("liner",)), ValueError, ["`models`", "Did you mean 'linear'?"]),
    "no seeds": (lambda: compare_models(n_seeds=0), ValueError, ["`n_seeds`", ">= 1", "got 0"]),
    "no epochs": (lambda: compare_models(epochs=0), ValueError, ["`epochs`", ">= 1", "got 0"]),
    "no rate": (lambda: compare_models(learning_rate=0), ValueError, ["`learning_rate`", "> 0", "got 0"]),
    "no batch": (lambda: compare_models(batch_size=0), ValueError, ["`batch_size`", ">= 1"]),
    "unknown set": (lambda: compare_models("minst"), ValueError, ["`dataset`", "'mnist'"]),
    "unknown device": (lambda: compare_models(device="gpu"), ValueError, ["`device`", "'gpu'"]),
}


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(call, kind, fragments):
    with pytest.raises(kind) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
