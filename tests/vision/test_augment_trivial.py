import math

import pytest
import torch
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as V

from ailiteracy.vision.augment_trivial import CHANGES, trivial_augment

BILINEAR = InterpolationMode.BILINEAR


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


def affine(image, *, shear=(0.0, 0.0), move=(0.0, 0.0)):
    # A positive shear of torchvision moves what is below the centre to the left.
    angles = [math.degrees(math.atan(part)) for part in shear]
    return V.affine(image, 0.0, list(move), 1.0, angles, BILINEAR)


THEIRS = {
    "none": lambda image, amount: image,
    "shear x": lambda image, amount: affine(image, shear=(-amount, 0.0)),
    "shear y": lambda image, amount: affine(image, shear=(0.0, -amount)),
    "move x": lambda image, amount: affine(image, move=(amount, 0.0)),
    "move y": lambda image, amount: affine(image, move=(0.0, amount)),
    "rotate": lambda image, amount: V.rotate(image, amount, BILINEAR),
    "brightness": lambda image, amount: V.adjust_brightness(image, 1 + amount),
    "saturation": lambda image, amount: V.adjust_saturation(image, 1 + amount),
    "contrast": lambda image, amount: V.adjust_contrast(image, 1 + amount),
    "sharpness": lambda image, amount: V.adjust_sharpness(image, 1 + amount),
    "posterize": lambda image, amount: V.posterize(image, int(amount)),
    "solarize": lambda image, amount: V.solarize(image, amount),
    "stretch": lambda image, amount: V.autocontrast(image),
    "equalize": lambda image, amount: V.equalize(image),
}
BYTES = ("posterize", "equalize")  # defined on grey levels


@pytest.mark.parametrize("name", CHANGES)
def test_one_by_one_by_torchvision(name):
    images = torch.randint(0, 256, (31, 3, 24, 20), generator=chance(), dtype=torch.uint8)
    images[0, 0] = 7  # a flat channel: nothing to stretch
    floats = images.float() / 255
    change, amount, signed = CHANGES[name]
    strengths = torch.arange(31) / 30
    amounts = amount(strengths) * (1 - 2 * (torch.arange(31) % 2) if signed else 1)
    mine = change(floats, amounts)
    for row in range(31):
        given = images[row] if name in BYTES else floats[row]
        theirs = THEIRS[name](given, float(amounts[row]))
        theirs = theirs.float() / 255 if name in BYTES else theirs
        torch.testing.assert_close(mine[row], theirs, atol=2e-4, rtol=0)


def test_strengths_are_those_of_the_wide_space():
    ends = {
        name: [round(float(amount(torch.tensor(s))), 2) for s in (0.0, 1.0)] for name, (_, amount, _) in CHANGES.items()
    }
    assert ends["shear x"] == [0, 0.99]
    assert ends["move y"] == [0, 32]
    assert ends["rotate"] == [0, 135]
    assert ends["posterize"] == [8, 2]
    assert ends["solarize"] == [1, 0]


def test_one_change_of_each_kind_about_equally_often():
    """A picture that is black but for one bright line and one coloured dot shows nearly every change."""
    images = torch.rand(1, 3, 16, 16, generator=chance()).repeat(2800, 1, 1, 1)
    same = (trivial_augment(images, chance(1)) == images).flatten(1).all(dim=1)
    # "none" always, and of the others those at strength 0 (1 of 31) that change nothing then.
    assert 1 / 14 - 0.01 < float(same.float().mean()) < 1 / 14 + 13 / 14 / 31 + 0.03


def test_floats_of_16_bits_are_reckoned_with_32():
    images = torch.rand(100, 3, 16, 16, generator=chance())
    for kind in (torch.float16, torch.bfloat16):
        short = images.to(kind)
        assert torch.equal(trivial_augment(short, chance(1)), trivial_augment(short.float(), chance(1)).to(kind))


def test_rounding_beyond_black_and_white_is_allowed():
    images = torch.rand(200, 1, 6, 6, generator=chance()) * 1.00002 - 0.00001
    changed = trivial_augment(images, chance(1))
    assert 0 <= float(changed.min()) <= float(changed.max()) <= 1
    assert torch.equal(changed, trivial_augment(images.clamp(0, 1), chance(1)))


def test_bad_input():
    for images in (torch.rand(9, 3, 4, 4) * 255, torch.randn(9, 3, 4, 4), torch.full((9, 3, 4, 4), float("nan"))):
        with pytest.raises(ValueError, match=r"`images` must be floats from 0 to 1, got '.* to .*'\. Divide"):
            trivial_augment(images, chance())
    with pytest.raises(ValueError, match="`n_strengths` must be an integer >= 2, got 1"):
        trivial_augment(torch.zeros(1, 1, 4, 4), chance(), n_strengths=1)
    with pytest.raises(TypeError, match=r"`images` must be bytes \(uint8\) or floats"):
        trivial_augment(torch.zeros(1, 1, 4, 4, dtype=torch.long), chance())
