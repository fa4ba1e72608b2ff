import pytest
import torch
from torch import nn

from ailiteracy.vision import ResidualBlock, receptive_field


def test_field_of_two_convolutions_with_pooling():
    block = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2))
    stack = nn.Sequential(block, nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    rows = receptive_field(stack)
    assert [(row.layer, row.field, row.jump) for row in rows] == [
        ("Conv2d", 3, 1), ("MaxPool2d", 4, 2), ("Conv2d", 8, 2), ("MaxPool2d", 10, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "stack",
    [
        [nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3)],
        [nn.Conv2d(1, 1, 5, stride=2), nn.AvgPool2d(3, stride=1), nn.Conv2d(1, 1, 3, dilation=2)],
    ],
)
def test_field_is_what_the_gradient_reaches(stack):
    network = nn.Sequential(*stack).double()
    for layer in stack:
        if isinstance(layer, nn.Conv2d):
            nn.init.ones_(layer.weight)
    picture = torch.zeros(1, 1, 41, 41, dtype=torch.double, requires_grad=True)
    maps = network(picture)
    middle = maps.shape[2] // 2
    maps[0, 0, middle, middle].backward()
    rows = torch.nonzero(picture.grad[0, 0].any(dim=1)).flatten()
    assert int(rows.max() - rows.min()) + 1 == receptive_field(stack)[-1].field


CASES = {
    "a layer that sees all": (
        lambda: receptive_field(nn.Sequential(nn.Conv2d(1, 1, 3), nn.Linear(3, 3))),
        ValueError, ["`layers`", "got 'Linear'", "sees everything"],
    ),
    "a block": (lambda: receptive_field([ResidualBlock(1, 1)]), ValueError, ["`layers`", "'ResidualBlock'"]),
    "no square": (
        lambda: receptive_field([nn.Conv2d(1, 1, (3, 5))]),
        ValueError, ["`kernel_size of Conv2d`", "the same in both directions", "(3, 5)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(call, kind, fragments):
    with pytest.raises(kind) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
