import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision import tv_tensors
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as V

from ailiteracy.vision.joint import augment_boxes, augment_mask, flip_boxes


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


BOXES = torch.tensor([[1.0, 2.0, 5.0, 7.0], [0.0, 0.0, 12.0, 9.0]])
IMAGE = torch.rand(3, 9, 12, generator=chance())
MASK = torch.randint(0, 4, (9, 12), generator=chance())


def test_boxes_are_flipped_as_torchvision_does():
    theirs = V.horizontal_flip(tv_tensors.BoundingBoxes(BOXES, format="XYXY", canvas_size=(9, 12)))
    assert torch.equal(flip_boxes(BOXES, 12), torch.as_tensor(theirs))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 20)] * 4), max_size=4), st.integers(20, 30))
def test_flipping_twice_changes_nothing(corners, width):
    rows = [[min(a, c), min(b, d), max(a, c), max(b, d)] for a, b, c, d in corners]
    boxes = torch.tensor(rows, dtype=torch.long).reshape(-1, 4)
    assert torch.equal(flip_boxes(flip_boxes(boxes, width), width), boxes)


def test_boxes_stay_around_the_same_pixels():
    image = torch.zeros(1, 9, 12)
    image[:, 2:7, 1:5] = 0.5
    flips = set()
    for seed in range(20):
        changed, boxes = augment_boxes(image, BOXES[:1].long(), chance(seed), contrast=0)
        left, top, right, bottom = boxes[0].tolist()
        inside = changed[0, top:bottom, left:right]
        assert float(inside.min()) > 0
        assert torch.equal((changed > 0).sum(), torch.tensor(inside.numel()))
        flips.add(left)
    assert flips == {1, 7}


def test_mask_and_picture_stay_together():
    """A picture that shows its own mask still does after both were changed."""
    mask = torch.randint(1, 4, (30, 30), generator=chance())
    mask = mask.repeat_interleave(8, 0).repeat_interleave(8, 1)  # (240, 240) in squares of 8
    image = mask[None].float() / 4
    changed, new = augment_mask(image, mask, chance(3), flip=1, degrees=30)
    assert new.dtype == mask.dtype
    assert set(new.unique().tolist()) == {1, 2, 3, 255}
    assert bool((changed[0][new == 255] < 0.75).all())
    agree = ((changed[0] * 4 - new).abs() < 1e-3)[new != 255]
    assert float(agree.float().mean()) > 0.7  # all but the edges of squares, where the picture mixes its neighbours


@pytest.mark.parametrize("seed", range(4))
def test_as_torchvision_turns_both(seed):
    changed, mask = augment_mask(IMAGE, MASK, chance(seed), degrees=40)
    chances = torch.rand(2, generator=chance(seed))
    image, theirs = (IMAGE.flip(-1), MASK.flip(-1)) if chances[0] < 0.5 else (IMAGE, MASK)
    angle = float(40 * (2 * chances[1] - 1))
    torch.testing.assert_close(changed, V.rotate(image, angle, InterpolationMode.BILINEAR), atol=1e-4, rtol=0)
    turned = V.rotate(theirs[None].float(), angle, InterpolationMode.NEAREST, fill=[255.0])[0].long()
    assert float((mask == turned).float().mean()) > 0.98  # a pixel between two may go either way


def test_chance_is_the_generators_and_the_input_stays():
    image, mask, before = IMAGE.clone(), MASK.clone(), torch.get_rng_state()
    first, second = (augment_mask(IMAGE, MASK, chance(1)) for _ in range(2))
    assert all(map(torch.equal, first, second))
    assert torch.equal(IMAGE, image)
    assert torch.equal(MASK, mask)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.slow
def test_large_masks_keep_their_numbers():
    """Pixel numbers above 2 ** 24 have no exact float32."""
    mask = torch.arange(5000)[:, None].repeat(1, 4000)
    _, new = augment_mask(torch.zeros(1, 5000, 4000, dtype=torch.uint8), mask, chance(1), flip=0, degrees=1e-9)
    assert torch.equal(new, mask)


def test_picture_and_boxes_are_new_even_if_nothing_changed():
    image, boxes = augment_boxes(IMAGE, BOXES, chance(), flip=0, brightness=0, contrast=0)
    assert torch.equal(image, IMAGE)
    assert torch.equal(boxes, BOXES)
    assert image.data_ptr() != IMAGE.data_ptr()
    assert boxes.data_ptr() != BOXES.data_ptr()


@pytest.mark.parametrize("kind", [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool])
def test_ignored_fits_the_masks_type(kind):
    ignored = -100 if kind in (torch.int8, torch.int16, torch.int32, torch.int64) else 255
    _, mask = augment_mask(IMAGE, torch.ones(9, 12, dtype=kind), chance(), degrees=45, ignored=ignored)
    assert set(mask.unique().tolist()) == {1, ignored}
    assert mask.dtype == (torch.int64 if kind == torch.bool else kind)


def test_no_boxes():
    assert augment_boxes(IMAGE, torch.zeros(0, 4), chance(), flip=1)[1].shape == (0, 4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: flip_boxes(torch.zeros(4), 5), ["`boxes`", "(n, 4)", "left, top, right, bottom"]),
        (lambda: flip_boxes(torch.tensor([[5, 5, 2, 2]]), 9), ["`boxes`", "left <= right", "[5, 5, 2, 2]", "width"]),
        (lambda: augment_boxes(IMAGE[None], BOXES, chance()), ["`image`", "(channels, height, width)", "one picture"]),
        (lambda: augment_boxes(IMAGE, BOXES, chance(), flip=2), ["`flip`", "from 0 to 1", "got 2"]),
        (lambda: augment_mask(IMAGE, MASK.T, chance()), ["`mask`", "9 x 12 class numbers", "(12, 9)"]),
        (lambda: augment_mask(IMAGE, MASK.float(), chance()), ["`mask`", "mask.long()"]),
        (lambda: augment_mask(IMAGE, MASK, chance(), degrees=-1), ["`degrees`", "from 0 to 180"]),
        (
            lambda: augment_mask(IMAGE, MASK.to(torch.uint8), chance(), ignored=-100),
            ["`ignored`", "from 0 to 255", "-100", "mask.long()"],
        ),
        (lambda: augment_mask(IMAGE, MASK.to(torch.int8), chance()), ["`ignored`", "from -128 to 127", "255"]),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16, torch.int64])
def test_boxes_of_small_integers_do_not_overflow(dtype):
    assert flip_boxes(torch.tensor([[10, 0, 30, 20]], dtype=dtype), 40_000).tolist() == [[39_970, 0, 39_990, 20]]
