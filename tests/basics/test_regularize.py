"""Ways against learning by heart: same start, test samples untouched, losses without penalties, exact zeros."""

import numpy as np
import pytest
import torch

from ailiteracy.basics import regularize
from ailiteracy.basics.regularize import METHODS, compare_regularization

QUICK = {"epochs": 3, "n_seeds": 1, "progress": False}


@pytest.fixture(scope="module")
def overfitted():
    names = ["too small", "none", "early stopping", "L1"]
    return compare_regularization(methods=names, epochs=90, learning_rate=0.3, n_seeds=2, progress=False)


def test_too_small_and_by_heart(overfitted):
    assert overfitted.train_accuracy["too small"].max() < 0.5  # learns too little even of what it sees
    assert overfitted.train_accuracy["none"].min() > 0.95  # wrong labels too
    assert overfitted.test_accuracy["none"].max() < 0.75
    for losses in overfitted.validation_losses["none"]:
        assert losses[-1] > 1.3 * losses.min()  # the sign of learning by heart


def test_stopping_in_time_helps(overfitted):
    gain = overfitted.test_accuracy["early stopping"] - overfitted.test_accuracy["none"]
    assert (gain > 0.03).all()
    for epoch, losses in zip(overfitted.best_epoch["early stopping"], overfitted.validation_losses["early stopping"],
                             strict=True):  # fmt: skip
        assert epoch <= len(losses) < 90
        # It waited for ten epochs without a new low.
        assert len(losses) - 1 - losses.argmin() == 10


def test_l1_makes_exact_zeros_and_its_curve_holds_no_penalty(overfitted):
    assert overfitted.zeros["L1"].min() > 0.3
    assert overfitted.zeros["none"].max() < 0.01
    # A penalty of 0.001 times thousands of weights would keep the loss of a fitted network above 1.
    assert overfitted.train_losses["L1"][0][-1] < 0.9


def test_curves_are_cross_entropies_alone(monkeypatch):
    """Trained not at all (rate almost 0), every method but those that change the network reports the same loss."""
    result = compare_regularization(methods=["none", "L1", "L2", "dropout"], learning_rate=1e-9, **QUICK)
    first = result.train_losses["none"][0][0]
    assert first == pytest.approx(np.log(10), abs=0.1)  # ten classes, no idea
    for name in ("L1", "L2", "dropout"):  # dropout too: it is switched off when looking
        assert result.train_losses[name][0][0] == pytest.approx(first, abs=1e-6)


def test_same_first_weights():
    models = {name: regularize._build(name, 64, 10, seed=3) for name in METHODS if name != "too small"}
    weights = {name: [w for w in model.parameters() if w.ndim == 2] for name, model in models.items()}
    for name, others in weights.items():
        assert all(torch.equal(a, b) for a, b in zip(weights["none"], others, strict=True)), name
    other = next(regularize._build("none", 64, 10, seed=4).parameters())
    assert not torch.equal(weights["none"][0], other)


def test_biases_are_not_penalised(monkeypatch):
    seen = []
    made = torch.optim.SGD

    def sgd(groups, lr):
        seen.append(groups)
        return made(groups, lr=lr)

    monkeypatch.setattr(torch.optim, "SGD", sgd)
    compare_regularization(methods=["L2"], **QUICK)
    weights, others = seen[0]
    assert all(w.ndim == 2 for w in weights["params"])
    assert weights["weight_decay"] > 0
    assert others.get("weight_decay", 0) == 0


def test_soft_threshold_by_hand():
    weights = [torch.tensor([[3.0, -3.0, 0.5, -0.5, 1.0]])]
    regularize._soften(weights, 1.0)
    assert weights[0].tolist() == [[2.0, -2.0, 0.0, 0.0, 0.0]]


def test_the_test_samples_are_looked_at_once_and_last(monkeypatch):
    looks = []
    look = regularize._look

    def spy(model, part):
        looks.append(len(part[0]))
        return look(model, part)

    monkeypatch.setattr(regularize, "_look", spy)
    compare_regularization(methods=["early stopping"], **QUICK)
    assert looks.count(1797 - 100 - 200) == 1
    assert looks[-1] == 1797 - 100 - 200
    assert looks.count(200) == 4  # after each of 3 epochs, and at the end


def test_parts_share_no_sample_and_wrong_labels_are_few():
    clean, dirty = (regularize._load(name, 100, 0) for name in ("digits", "wrong labels"))
    assert [len(part[0]) for part in clean] == [100, 200, 1497]
    assert torch.equal(clean[2][1], dirty[2][1])  # test labels are right
    share = float((clean[0][1] != dirty[0][1]).float().mean())
    assert 0.1 < share < 0.45  # three of ten are drawn by lot, and a tenth of those hits the right class
    assert all(torch.equal(a[0], b[0]) for a, b in zip(clean, dirty, strict=True))


def test_noise_teaches_nothing():
    """With targets of pure noise the training loss can fall to nothing; no method can be better than chance."""
    result = compare_regularization("noise", methods=["none", "dropout"], epochs=120, learning_rate=0.3, n_seeds=1,
                                    progress=False)  # fmt: skip
    assert result.train_accuracy["none"][0] > 0.8
    assert max(result.test_accuracy[name][0] for name in ("none", "dropout")) < 0.25


def test_weight_norm_is_one_root_over_all():
    result = compare_regularization(methods=["none"], learning_rate=1e-9, **QUICK)
    weights = [w for w in regularize._build("none", 64, 10, seed=0).parameters() if w.ndim == 2]
    wanted = float(sum((w.detach() ** 2).sum() for w in weights)) ** 0.5
    assert result.weight_norm["none"][0] == pytest.approx(wanted, rel=1e-4)


def test_same_seed_same_numbers():
    one, two = (compare_regularization(methods=["dropout"], **QUICK) for _ in range(2))
    assert one.test_accuracy["dropout"].tolist() == two.test_accuracy["dropout"].tolist()
    assert one.train_losses["dropout"][0].tolist() == two.train_losses["dropout"][0].tolist()


def test_a_small_part_that_lacks_a_class():
    # Of the 20 digits that seed 3 draws none is a 9; the others hold some.
    result = compare_regularization("digits", methods=["none"], n_train=20, epochs=1, n_seeds=1, seed=3)
    assert np.isfinite(result.validation_losses["none"][0]).all()


@pytest.mark.parametrize("n_looks", [1, 3])  # before any epoch is over, and in the second
def test_ctrl_c_ends_the_comparison(monkeypatch, n_looks):
    look, looks = regularize._look, []

    def interrupt_once(model, part):
        looks.append(part)
        if len(looks) == n_looks:
            raise KeyboardInterrupt
        return look(model, part)

    monkeypatch.setattr(regularize, "_look", interrupt_once)
    with pytest.raises(KeyboardInterrupt):
        compare_regularization(methods=["none", "L2"], **QUICK)
    assert len(looks) == n_looks


BAD_CALLS = [
    (lambda: compare_regularization("digit"), ValueError, ["`dataset`", "Did you mean 'digits'?"]),
    (lambda: compare_regularization(7), TypeError, ["`dataset`", "got 7"]),
    (lambda: compare_regularization(methods=["dropuot"]), ValueError, ["`methods`", "Did you mean 'dropout'?"]),
    (lambda: compare_regularization(methods="none"), TypeError, ["`methods`", "a list of names"]),
    (lambda: compare_regularization(methods=[]), ValueError, ["`methods`", "at least one name"]),
    (lambda: compare_regularization(n_train=5), ValueError, ["`n_train`", "from 20 to 1000", "got 5"]),
    (lambda: compare_regularization(epochs=0), ValueError, ["`epochs`", ">= 1", "got 0"]),
    (lambda: compare_regularization(learning_rate=-1), ValueError, ["`learning_rate`", "> 0", "got -1"]),
    (lambda: compare_regularization(n_seeds=0), ValueError, ["`n_seeds`", "from 1 to", "got 0"]),
    (lambda: compare_regularization(seed=-1), ValueError, ["`seed`", "from 0 to 4294967293", "got -1"]),
    (lambda: compare_regularization(seed=2**32 - 1), ValueError, ["`seed`", "got 4294967295"]),
    (
        lambda: compare_regularization(methods=["none"], learning_rate=1e12, **QUICK),
        ValueError, ["the training loss became", "Lower the learning rate"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
