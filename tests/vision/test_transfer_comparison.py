import matplotlib.pyplot as plt
import numpy as np
import pytest

from ailiteracy.vision import ResNet, TransferComparison, compare_transfer, fine_tune, load_images

DATA = load_images("digits")


@pytest.fixture(scope="module")
def small():
    return ResNet("resnet8", size=(8, 8), classes="abc").eval()


@pytest.fixture(scope="module")
def compared(small):
    plan = {"ways": ("scratch", "head"), "n_per_class": 2, "n_seeds": 2, "epochs": 1}
    return compare_transfer(DATA, backbone=small, device="cpu", **plan)


def test_accuracies_are_those_of_fine_tune(small, compared):
    one = fine_tune(DATA, how="head", backbone=small, n_per_class=2, epochs=1, seed=1, device="cpu")
    assert compared.accuracies[1, 1] == one.test_accuracy
    assert compared.accuracies.shape == (2, 2)
    assert (compared.seconds > 0).all()


def test_words_and_figure(compared):
    lines = compared.table().splitlines()
    assert lines[2].split()[:2] == ["head", f"{compared.accuracies[1].mean():.1%}"]
    assert str(compared).startswith("digits from 2 pictures of each class, test accuracy, mean of 2 seed(s): scratch ")
    figure = compared.plot()
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == ["scratch", "head"]
    everything = TransferComparison("x", None, ("head",), np.array([[0.5]]), np.array([1.0]))
    assert "all training pictures" in str(everything)
    assert "nan" in everything.table()
    assert everything._repr_html_().startswith("<p")
    plt.close("all")


@pytest.mark.slow
def test_a_head_start_helps():
    compared = compare_transfer(DATA, ways=("scratch", "head"), n_per_class=10, n_seeds=3, device="cpu")
    assert compared.accuracies[1].mean() > 0.5


CASES = {
    "a name alone": (lambda: compare_transfer(ways="head"), TypeError, ["`ways`", "a tuple of names", "'head'"]),
    "unknown": (lambda: compare_transfer(ways=("heads",)), ValueError, ["`ways`", "Did you mean 'head'?"]),
    "no seeds": (lambda: compare_transfer(n_seeds=0), ValueError, ["`n_seeds`", ">= 1", "got 0"]),
    "unknown set": (lambda: compare_transfer("digit"), ValueError, ["`dataset`", "'digits'"]),
}


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(call, kind, fragments):
    with pytest.raises(kind) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
