import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.vision.augment import random_flip, random_shift


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


def every_shift(image, pixels):
    """All pictures that a shift may give, with repeated borders, by padding and cutting."""
    wide = torch.nn.functional.pad(image[None].float(), [pixels] * 4, mode="replicate")[0].to(image.dtype)
    height, width = image.shape[-2:]
    steps = range(2 * pixels + 1)
    return [wide[:, i : i + height, j : j + width] for i in steps for j in steps]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), pixels=st.integers(1, 3), channels=st.sampled_from([1, 3]))
def test_a_shift_is_one_of_the_possible_ones(seed, pixels, channels):
    images = torch.randint(0, 256, (3, channels, 5, 6), generator=chance(seed), dtype=torch.uint8)
    moved = random_shift(images, chance(seed), pixels=pixels)
    assert moved.dtype == torch.uint8
    for before, after in zip(images, moved, strict=True):
        assert any(torch.equal(after, possible) for possible in every_shift(before, pixels))


def test_shifts_differ_within_the_batch_and_reach_all_sides():
    point = torch.zeros(400, 1, 5, 5)
    point[:, :, 2, 2] = 1
    places = {tuple(place[2:].tolist()) for place in random_shift(point, chance(), pixels=1).nonzero()}
    assert places == {(row, column) for row in (1, 2, 3) for column in (1, 2, 3)}


def test_flip_mirrors_about_half():
    images = torch.arange(6.0).reshape(1, 1, 2, 3).repeat(400, 1, 1, 1)
    flipped = random_flip(images, chance())
    mirrored = (flipped == images.flip(-1)).all(dim=(1, 2, 3))
    same = (flipped == images).all(dim=(1, 2, 3))
    assert bool((mirrored ^ same).all())
    assert 150 < int(mirrored.sum()) < 250


@pytest.mark.parametrize("change", [lambda x, g: random_shift(x, g, pixels=2), random_flip])
def test_chance_is_the_generators_and_the_input_stays(change):
    images = torch.rand(20, 1, 8, 8, generator=chance())
    copy, before = images.clone(), torch.get_rng_state()
    first, second = change(images, chance(1)), change(images, chance(1))
    assert torch.equal(first, second)
    assert not torch.equal(first, change(images, chance(2)))
    assert torch.equal(images, copy)
    assert torch.equal(before, torch.get_rng_state())


def test_bad_input():
    with pytest.raises(ValueError, match=r"`images` must be a tensor of shape \(n, channels, height, width\), got"):
        random_flip(torch.zeros(2, 8, 8), chance())
    with pytest.raises(ValueError, match=r"`pixels` must be an integer >= 0, got -1"):
        random_shift(torch.zeros(2, 1, 8, 8), chance(), pixels=-1)
