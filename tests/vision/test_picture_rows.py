import numpy as np
import pytest
import torch

from ailiteracy.training import Batches
from ailiteracy.vision.augment import random_shift
from ailiteracy.vision.picture_rows import picture_batches


def side_by_side(n):
    """Pictures of two pixels of which the left one is even."""
    return torch.arange(2 * n, dtype=torch.uint8).reshape(n, 1, 1, 2)


def test_the_same_as_batches_of_copied_rows():
    images, labels = torch.randint(0, 256, (50, 3, 6, 6), dtype=torch.uint8), torch.arange(50)
    rows = torch.tensor([3, 4, 9, *range(20, 45)])

    def change(batch, generator):
        return random_shift(batch, generator, pixels=2)

    options = {"batch_size": 5, "shuffle": True, "seed": 7}
    ours = picture_batches(images, labels, rows, change=change, **options)
    plain = Batches(images[rows], labels[rows], transform=change, **options)
    assert len(ours) == len(plain) == 6
    for _ in range(2):
        for (pictures, targets), (wanted, wanted_targets) in zip(ours, plain, strict=True):
            assert torch.equal(pictures, wanted)
            assert torch.equal(targets, wanted_targets)


def test_two_passes_show_both_sides_of_every_picture():
    images = side_by_side(24)
    rows = torch.arange(4, 24)
    batches = picture_batches(images, torch.arange(24), rows, turns=True, batch_size=7, shuffle=True, seed=0)
    passes = []
    for _ in range(3):
        sides = {}
        for inputs, targets in batches:
            assert torch.equal(inputs.sum(dim=(1, 2, 3)), 4 * targets + 1)  # the label still belongs to the picture
            sides |= dict(zip(targets.tolist(), (inputs[:, 0, 0, 0] % 2).tolist(), strict=True))
        passes.append(np.array([sides[row] for row in rows.tolist()]))
    assert 0 < passes[0].sum() < 20
    assert (passes[0] + passes[1] == 1).all()
    assert (passes[0] == passes[2]).all()
    assert torch.equal(images, side_by_side(24))  # the given ones stay


def test_without_turns_no_picture_is_mirrored():
    batches = picture_batches(side_by_side(20), torch.arange(20), torch.arange(20), batch_size=7, shuffle=True)
    for _ in range(2):
        assert all((inputs[:, 0, 0, 0] % 2 == 0).all() for inputs, _ in batches)


def test_no_rows():
    with pytest.raises(ValueError, match="at least one sample"):
        picture_batches(side_by_side(3), torch.arange(3), torch.arange(0))
