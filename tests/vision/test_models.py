import json

import pytest
import torch

from ailiteracy.vision.models import MODELS, build_model


@pytest.mark.parametrize("name", MODELS)
def test_every_model_can_be_built_again_from_its_architecture(name):
    model = build_model(name, classes="abc", channels=3, size=(20, 33)).eval()
    plan = json.loads(json.dumps(model.architecture))
    again = build_model(**plan | {"size": tuple(plan["size"])}).eval()
    again.load_state_dict(model.state_dict())
    images = torch.rand(2, 3, 20, 33)
    assert torch.equal(model(images), again(images))
    assert model(images).shape == (2, 3)
    assert again.architecture == model.architecture


@pytest.mark.parametrize("name", MODELS)
def test_bytes_are_read_as_parts_of_255(name):
    model = build_model(name, channels=1, size=(28, 28)).eval()
    pixels = torch.randint(0, 256, (2, 1, 28, 28), dtype=torch.uint8)
    torch.testing.assert_close(model(pixels), model(pixels / 255))


def test_unknown_name():
    with pytest.raises(ValueError) as caught:
        build_model("resnet91")
    assert all(word in str(caught.value) for word in ["`name`", "'lenet'", "Did you mean 'resnet9'?"])
