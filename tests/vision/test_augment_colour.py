import pytest
import torch
from torchvision.transforms.v2 import functional as V

from ailiteracy.vision.augment_colour import color_jitter, shift_hue


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


IMAGES = torch.rand(8, 3, 6, 7, generator=chance())
ADJUST = {
    "brightness": V.adjust_brightness,
    "contrast": V.adjust_contrast,
    "saturation": V.adjust_saturation,
    "hue": V.adjust_hue,
}


@pytest.mark.parametrize("name", ADJUST)
def test_one_by_one_by_torchvision(name):
    changed = color_jitter(IMAGES, chance(3), **{name: 0.5})
    generator = chance(3)
    for key in ADJUST:  # four factors are drawn for each picture, whether used or not
        shares = torch.rand(8, generator=generator)
        if key == name:
            break
    factors = shares - 0.5 if name == "hue" else 0.5 + shares
    for image, factor, mine in zip(IMAGES, factors, changed, strict=True):
        torch.testing.assert_close(mine, ADJUST[name](image, float(factor)), atol=2e-5, rtol=0)


def test_all_together_in_the_order_of_the_arguments():
    changed = color_jitter(IMAGES, chance(3), brightness=0.2, contrast=0.3, saturation=1.5, hue=0.1)
    generator = chance(3)
    spans = {"brightness": 0.2, "contrast": 0.3, "saturation": 1.5}
    for row in range(8):
        generator = chance(3)
        image = IMAGES[row]
        for name, span in spans.items():
            low = max(0.0, 1 - span)
            image = ADJUST[name](image, float(low + (1 + span - low) * torch.rand(8, generator=generator)[row]))
        image = V.adjust_hue(image, float(0.1 * (2 * torch.rand(8, generator=generator)[row] - 1)))
        torch.testing.assert_close(changed[row], image, atol=5e-5, rtol=0)


def test_pure_colours_go_round_the_circle():
    red = torch.tensor([1.0, 0, 0]).reshape(1, 3, 1, 1)
    assert shift_hue(red, torch.tensor([1 / 3])).flatten().tolist() == pytest.approx([0, 1, 0], abs=1e-5)
    assert shift_hue(red, torch.tensor([-1 / 3])).flatten().tolist() == pytest.approx([0, 0, 1], abs=1e-5)
    grey = torch.full((1, 3, 1, 1), 0.4)
    assert shift_hue(grey, torch.tensor([0.3])).flatten().tolist() == pytest.approx([0.4] * 3)


def test_grey_pictures_have_no_colour_to_change():
    grey = IMAGES[:, :1]
    assert torch.equal(color_jitter(grey, chance(), saturation=0.9, hue=0.5), grey)
    assert not torch.equal(color_jitter(grey, chance(), contrast=0.9), grey)


@pytest.mark.parametrize("images", [IMAGES, IMAGES[:, :1], (IMAGES * 255).to(torch.uint8)])
@pytest.mark.parametrize("options", [{}, {"hue": 0.2}])
def test_pictures_are_new_even_if_nothing_changed(images, options):
    changed = color_jitter(images, chance(), **options)
    assert changed.data_ptr() != images.data_ptr()
    assert options or torch.equal(changed, images)


@pytest.mark.parametrize("options", [{}, {"brightness": 0.2}])
@pytest.mark.parametrize(
    ("images", "got"),
    [(IMAGES * 255, "0.* to 25."), (IMAGES - 0.5, "-0.* to 0"), (IMAGES / 0, "nan|inf")],
    ids=["0 to 255", "normalised", "infinite"],
)
def test_floats_from_0_to_1_only(images, got, options):
    with pytest.raises(ValueError, match=rf"`images` must be floats from 0 to 1, got '({got}).*normalise after"):
        color_jitter(images, chance(), **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"brightness": -0.1}, ["`brightness`", ">= 0", "-0.1"]),
        ({"hue": 0.6}, ["`hue`", "from 0 to 0.5", "0.6"]),
        ({"saturation": float("nan")}, ["`saturation`", "finite"]),
    ],
)
def test_bad_input(options, words):
    with pytest.raises(ValueError) as caught:
        color_jitter(IMAGES, chance(), **options)
    assert all(word in str(caught.value) for word in words), str(caught.value)
