import pytest
import torch
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as V

from ailiteracy.vision.augment_warp import random_rotate, rotation, warp


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 7, 10)])
def test_turned_one_by_one_by_torchvision(shape):
    images = torch.rand(6, *shape, generator=chance())
    turned = random_rotate(images, chance(5), degrees=60)
    angles = 60 * (2 * torch.rand(6, generator=chance(5)) - 1)
    for image, angle, mine in zip(images, angles, turned, strict=True):
        theirs = V.rotate(image, float(angle), InterpolationMode.BILINEAR)
        torch.testing.assert_close(mine, theirs, atol=1e-4, rtol=0)


def test_a_quarter_turn_by_hand():
    images = torch.tensor([[1.0, 2.0], [3.0, 4.0]])[None, None]
    torch.testing.assert_close(warp(images, rotation(torch.tensor([90.0])))[0, 0], torch.tensor([[2.0, 4.0], [1, 3]]))


def test_pixels_come_from_where_the_matrix_says():
    images = torch.arange(12.0).reshape(1, 1, 3, 4)
    moved = warp(images, torch.tensor([[[1.0, 0, 1], [0, 1, 0]]]))  # from one to the right: moved to the left
    torch.testing.assert_close(moved[0, 0, 1], torch.tensor([5.0, 6.0, 7.0, 0.0]))
    half = warp(images, torch.tensor([[[1.0, 0, 0.5], [0, 1, 0]]]))
    torch.testing.assert_close(half[0, 0, 1], torch.tensor([4.5, 5.5, 6.5, 3.5]))  # the last one mixes with black


def test_bytes_are_rounded():
    images = torch.randint(0, 256, (4, 3, 9, 9), generator=chance(), dtype=torch.uint8)
    turned = random_rotate(images, chance(1), degrees=30)
    floats = random_rotate(images.float() / 255, chance(1), degrees=30)
    assert torch.equal(turned, (floats * 255).round().to(torch.uint8))


@pytest.mark.parametrize(
    ("images", "degrees", "error", "words"),
    [
        (torch.zeros(2, 1, 4, 4), 200, ValueError, ["`degrees`", "from 0 to 180", "200"]),
        (torch.zeros(2, 1, 4, 4), "10", TypeError, ["`degrees`", "'10'"]),
        (torch.zeros(2, 1, 4, 4, dtype=torch.long), 5, TypeError, ["`images`", "bytes (uint8) or floats"]),
        (torch.zeros(4, 4), 5, ValueError, ["`images`", "(n, channels, height, width)"]),
    ],
)
def test_bad_input(images, degrees, error, words):
    with pytest.raises(error) as caught:
        random_rotate(images, chance(), degrees=degrees)
    assert all(word in str(caught.value) for word in words), str(caught.value)
