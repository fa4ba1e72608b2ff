import numpy as np
import pytest
import torch

from ailiteracy.vision.models import ResNet


def test_normalisation_is_part_of_the_model():
    model = ResNet("resnet8", channels=3, size=(4, 4), mean=[0.1, 0.2, 0.3], std=[1.0, 2.0, 4.0])
    seen = []
    model.stem.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    model.eval()(torch.full((1, 3, 4, 4), 0.5))
    torch.testing.assert_close(seen[0][0, :, 0, 0], torch.tensor([0.4, 0.15, 0.05]))
    assert {"mean", "std"} <= model.state_dict().keys()


def test_bytes_and_floats_agree():
    model = ResNet(size=(8, 8)).eval()
    pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 8), dtype=np.uint8)
    np.testing.assert_allclose(model.probabilities(pixels), model.probabilities(pixels / 255), atol=1e-6)
    np.testing.assert_allclose(model.probabilities(pixels).sum(axis=1), 1, rtol=1e-5)
    assert (model.predict(pixels) == model.probabilities(pixels).argmax(axis=1)).all()


def test_predict_in_parts_and_modes():
    model = ResNet(size=(8, 8)).train()
    pixels = np.random.default_rng(0).random((7, 8, 8))
    np.testing.assert_allclose(model.probabilities(pixels, batch_size=2), model.probabilities(pixels), atol=1e-6)
    assert model.training


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"classes": ["one"]}, ["number of classes", ">= 2", "got 1"]),
        ({"channels": 0}, ["`channels`", ">= 1"]),
        ({"size": (0, 8)}, ["`height`", ">= 1", "got 0"]),
        ({"channels": 3, "mean": [0.5, 0.5]}, ["`mean`", "3 channels"]),
        ({"std": float("nan")}, ["`std`", "finite"]),
    ],
)
def test_bad_input(arguments, words):
    with pytest.raises(ValueError) as caught:
        ResNet(**arguments)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_pictures_of_another_size():
    with pytest.raises(ValueError, match=r"`images` must be pictures of 1 channel\(s\) and 8 x 8 pixels, got"):
        ResNet(size=(8, 8)).predict(np.zeros((2, 9, 9), dtype=np.uint8))


def test_prediction_leaves_every_layer_in_its_mode():
    model = ResNet("resnet8", size=(8, 8)).train()
    model.stem[1].eval()  # a frozen layer in a network that learns
    model.predict(np.zeros((1, 8, 8)))
    assert model.training
    assert not model.stem[1].training
    assert model.blocks[0].training


@pytest.mark.parametrize(("options", "error", "words"), [
    ({"size": 28}, TypeError, "`size` must be height and width in pixels, got 28"),
    ({"size": (28,)}, TypeError, "`size` must be height and width in pixels"),
    ({"classes": 10}, TypeError, "`classes` must be a name for each class, got 10"),
    ({"classes": np.int64(3)}, TypeError, "`classes` must be a name for each class, got np.int64(3)"),
    ({"classes": None}, TypeError, "`classes` must be a name for each class, got None"),
])  # fmt: skip
def test_a_size_and_classes_of_another_kind(options, error, words):
    with pytest.raises(error) as caught:
        ResNet("resnet8", **options)
    assert words in str(caught.value)


def test_batches_hold_a_picture():
    with pytest.raises(ValueError, match="`batch_size` must be an integer >= 1, got 0"):
        ResNet("resnet8", size=(8, 8)).probabilities(np.zeros((2, 8, 8)), batch_size=0)
