import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from ailiteracy.vision.augment import alternating_flip, cutout, mixup, random_flip, random_shift
from ailiteracy.vision.augment_colour import color_jitter
from ailiteracy.vision.augment_trivial import trivial_augment
from ailiteracy.vision.augment_warp import random_rotate

CHANGES = {
    "shift": lambda images, generator: random_shift(images, generator, pixels=2),
    "shift, mirrored border": lambda images, generator: random_shift(images, generator, pixels=2, padding="reflect"),
    "shift, black border": lambda images, generator: random_shift(images, generator, pixels=2, padding="zeros"),
    "flip": random_flip,
    "cutout": lambda images, generator: cutout(images, generator, size=4),
    "mixup": lambda images, generator: mixup(images, torch.arange(len(images)) % 3, generator, n_classes=3, alpha=1)[0],
    "rotate": lambda images, generator: random_rotate(images, generator, degrees=90),
    "jitter": lambda images, generator: color_jitter(
        images, generator, brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1
    ),
    "trivial": trivial_augment,
}


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(n=3, channels=3, height=5, width=6, *, seed=0):
    return torch.randint(0, 256, (n, channels, height, width), generator=chance(seed), dtype=torch.uint8)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 999),
    pixels=st.integers(0, 3),
    channels=st.sampled_from([1, 3]),
    padding=st.sampled_from(["edge", "reflect", "zeros"]),
)
def test_a_shift_is_a_frame_and_a_crop(seed, pixels, channels, padding):
    images = pictures(4, channels, seed=seed)
    moved = random_shift(images, chance(seed), pixels=pixels, padding=padding)
    assert moved.dtype == torch.uint8
    # The plain way: one picture at a time, surrounded by a frame, cut out where the same random numbers say.
    mode = {"edge": "replicate", "reflect": "reflect", "zeros": "constant"}[padding]
    down, right = torch.randint(-pixels, pixels + 1, (2, 4, 1), generator=chance(seed)).flatten(1).tolist()
    for row, image in enumerate(images):
        framed = F.pad(image[None].float(), [pixels] * 4, mode=mode)[0]
        top, left = pixels - down[row], pixels - right[row]
        assert torch.equal(moved[row], framed[:, top : top + 5, left : left + 6].to(torch.uint8))


def test_a_shift_by_hand():
    images = torch.tensor([1, 2, 3, 4]).reshape(1, 1, 1, 4)
    seed = next(s for s in range(99) if torch.randint(-2, 3, (2, 1, 1), generator=chance(s))[1].item() == 2)

    def shifted(padding):
        tall = images.expand(1, 1, 4, 4)  # equal rows: only the move to the right shows
        return random_shift(tall, chance(seed), pixels=2, padding=padding)[0, 0, 2].tolist()

    assert shifted("edge") == [1, 1, 1, 2]
    assert shifted("reflect") == [3, 2, 1, 2]


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


@settings(max_examples=20, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=6), st.integers(0, 5))
def test_flips_take_turns(first, epoch):
    images = pictures(len(first))
    shown = alternating_flip(images, epoch, first=torch.tensor(first))
    for before, after, mirrored in zip(images, shown, first, strict=True):
        assert torch.equal(after, before.flip(-1) if mirrored == (epoch % 2 == 0) else before)


def test_two_epochs_show_both_sides_of_all():
    images, first = pictures(50), torch.rand(50, generator=chance()) < 0.5
    even, odd = (alternating_flip(images, epoch, first=first) for epoch in (6, 7))
    assert torch.equal(even.flip(-1), odd)


@pytest.mark.parametrize("size", [0, 1, 2, 5, 40])
def test_cutout_is_a_square_around_a_pixel(size):
    images = torch.ones(60, 2, 7, 9)
    rows = torch.randint(7, (60, 1), generator=(generator := chance())).flatten().tolist()
    columns = torch.randint(9, (60, 1), generator=generator).flatten().tolist()
    covered = cutout(images, chance(), size=size, fill=0.5)
    for image, row, column in zip(covered, rows, columns, strict=True):
        plain = torch.ones(2, 7, 9)
        top, left = row - size // 2, column - size // 2
        plain[:, max(0, top) : max(0, top + size), max(0, left) : max(0, left + size)] = 0.5
        assert torch.equal(image, plain)


def test_mixtures_have_the_shares_they_say():
    labels = torch.arange(40) % 4
    images = F.one_hot(labels, 4).float()[:, :, None, None].expand(-1, -1, 2, 2)  # a picture is its own class share
    mixed, targets = mixup(images, labels, chance(), n_classes=4, alpha=1.0)
    torch.testing.assert_close(mixed[:, :, 0, 0], targets)
    torch.testing.assert_close(targets.sum(dim=1), torch.ones(40))
    assert float((targets.amax(dim=1) < 0.9).float().mean()) > 0.02
    loss = F.cross_entropy(torch.randn(40, 4, generator=chance()), targets)
    assert bool(torch.isfinite(loss))


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_mixup_of_every_type_of_floats(kind):
    images, labels = pictures(8).float() / 255, torch.arange(8) % 3
    wanted, shares = mixup(images, labels, chance(), n_classes=3, alpha=1.0)
    mixed, targets = mixup(images.to(kind), labels, chance(), n_classes=3, alpha=1.0)
    assert mixed.dtype == kind
    torch.testing.assert_close(mixed.float(), wanted, atol=torch.finfo(kind).eps + 1e-6, rtol=0)
    assert torch.equal(targets, shares)


def test_mixup_takes_normalised_pictures():
    images = torch.randn(4, 1, 5, 5, generator=chance())
    mixed, targets = mixup(images, torch.arange(4), chance(), n_classes=4, alpha=1.0)
    torch.testing.assert_close(mixed, torch.einsum("ij,jchw->ichw", targets, images))


def test_small_alpha_leaves_pictures_nearly_pure():
    _, targets = mixup(pictures(400), torch.arange(400) % 2, chance(), n_classes=2, alpha=0.01)
    assert float((targets.amax(dim=1) > 0.99).float().mean()) > 0.9


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("floats", [False, True])
def test_every_change(name, channels, floats):
    """Chance is the generator's alone, the input stays, shape, type and range too."""
    images = pictures(30, channels, 8, 7)
    images = images.float() / 255 if floats else images
    copy, before, change = images.clone(), torch.get_rng_state(), CHANGES[name]
    first, second = change(images, chance(1)), change(images, chance(1))
    assert torch.equal(first, second)
    assert not torch.equal(first, change(images, chance(2)))
    assert (first.shape, first.dtype) == (images.shape, images.dtype)
    assert float(first.min()) >= 0
    assert float(first.max()) <= (1 + 1e-6 if floats else 255)
    assert torch.equal(images, copy)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("name", CHANGES)
def test_each_picture_is_changed_its_own_way(name):
    images = pictures(1, 3, 8, 8).repeat(40, 1, 1, 1)
    images = pictures(40, 3, 8, 8) if name == "mixup" else images
    assert len({bytes(image.numpy()) for image in CHANGES[name](images, chance())}) > 1


@pytest.mark.parametrize("name", CHANGES)
def test_empty_batches_and_single_pixels(name):
    assert CHANGES[name](pictures(0, 3, 8, 8), chance()).shape == (0, 3, 8, 8)
    if "mirrored" not in name:
        assert CHANGES[name](pictures(2, 3, 1, 1), chance()).shape == (2, 3, 1, 1)


LABELS = torch.zeros(2, dtype=torch.long)
GOOD = torch.zeros(2, 1, 8, 8)
CASES = [
    (lambda: random_flip(torch.zeros(2, 8, 8), chance()), ValueError,
     ["`images` must be a tensor of shape (n, channels, height, width), got", "images[:, None]"]),
    (lambda: random_shift(GOOD, chance(), pixels=-1), ValueError, ["`pixels` must be an integer >= 0, got -1"]),
    (lambda: random_shift(GOOD, chance(), pixels=8, padding="reflect"), ValueError,
     ["`pixels`", "from 0 to 7", "A mirror shows no more"]),
    (lambda: random_shift(GOOD, chance(), pixels=1, padding="zero"), ValueError, ["`padding`", "mean 'zeros'"]),
    (lambda: random_flip(GOOD, 0), TypeError, ["`generator`", "a torch.Generator", "got 0", "manual_seed(0)"]),
    (lambda: alternating_flip(GOOD, -1, first=torch.tensor([True, False])), ValueError, ["`epoch`", ">= 0"]),
    (lambda: alternating_flip(GOOD, 0, first=torch.tensor([True])), ValueError, ["`first`", "2 truth values"]),
    (lambda: alternating_flip(GOOD, 0, first=[True, False]), ValueError, ["`first`", "[True, False]"]),
    (lambda: cutout(GOOD, chance(), size=-1), ValueError, ["`size`", ">= 0"]),
    (lambda: mixup(GOOD, LABELS[:1], chance(), n_classes=1), ValueError, ["`labels`", "2 class numbers"]),
    (lambda: mixup(GOOD, LABELS + 3, chance(), n_classes=3), ValueError, ["`labels`", "0 to 2", "3 to 3"]),
    (lambda: mixup(GOOD, LABELS, chance(), n_classes=3, alpha=0), ValueError, ["`alpha`", "> 0"]),
    (lambda: mixup(GOOD.long(), LABELS, chance(), n_classes=3), TypeError, ["`images`", "bytes (uint8) or floats"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "words"), CASES)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_bytes_are_covered_by_a_byte():
    with pytest.raises(ValueError, match="`fill` must be a finite number from 0 to 255, got 300"):
        cutout(torch.zeros(1, 1, 3, 3, dtype=torch.uint8), torch.Generator(), size=1, fill=300)
