import numpy as np
import pytest
import torch
from torch import nn

from ailiteracy.vision import Ensemble, build_model, load_model, review_predictions, train_resnet


def networks(n, **picture):
    torch.manual_seed(0)
    return [build_model("resnet8", size=(8, 8), mean=0.1 * i, std=0.3 + i, **picture).eval() for i in range(n)]


def test_probabilities_are_the_mean_of_those_of_the_networks():
    several, images = networks(3), torch.randint(0, 256, (7, 1, 8, 8), dtype=torch.uint8)
    mean = sum(network.probabilities(images) for network in several) / 3  # each normalises in its own way
    together = Ensemble(several)
    np.testing.assert_allclose(together.probabilities(images), mean, rtol=1e-5)
    assert (together.predict(images) == mean.argmax(axis=1)).all()


def test_probabilities_that_are_nearly_zero_stay_finite():
    sure = networks(2)
    for network, bias in zip(sure, (300.0, -300.0), strict=True):
        nn.init.zeros_(network.head.weight)
        nn.init.zeros_(network.head.bias)
        network.head.bias.data[0] = bias
    logs = Ensemble(sure)(torch.zeros(1, 1, 8, 8))[0]
    assert bool(torch.isfinite(logs).all())
    np.testing.assert_allclose(logs.exp().detach(), [0.5, *[0.5 / 9] * 9], rtol=1e-5)


def test_one_alone_answers_as_itself_and_modes_come_back():
    (network,) = networks(1)
    images = torch.rand(5, 1, 8, 8)
    np.testing.assert_allclose(Ensemble([network]).probabilities(images), network.probabilities(images), rtol=1e-5)
    network.train()
    Ensemble([network]).predict(images)
    assert network.training


def test_makes_fewer_mistakes_than_its_networks_on_the_mean(tmp_path):
    results = [train_resnet("digits", epochs=2, seed=seed, device="cpu") for seed in range(3)]
    images, labels = results[0].test_images, results[0].test_labels
    folders = [result.save(tmp_path / str(number)) for number, result in enumerate(results)]
    together = review_predictions(Ensemble(load_model(folder, device="cpu") for folder in folders), images, labels)
    alone = [review_predictions(result.model, images, labels).accuracy for result in results]
    assert together.accuracy > np.mean(alone)
    assert together.classes == results[0].classes


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ([], ValueError, ["at least one network"]),
        (3, TypeError, ["a list of networks for pictures", "got 3"]),
        ([nn.Linear(2, 2)], TypeError, ["a list of networks for pictures"]),
        (networks(1) + networks(1, channels=3), ValueError, ["the same channels", "1 and 3"]),
        (networks(1) + networks(1, classes="abcdefghij"), ValueError, ["the same classes"]),
        ([*networks(1), build_model("resnet8")], ValueError, ["the same size", "(8, 8) and (28, 28)"]),
    ],
)
def test_bad_input(given, error, words):
    with pytest.raises(error) as caught:
        Ensemble(given)
    assert all(word in str(caught.value) for word in ["`networks`", "seed", *words]), str(caught.value)
