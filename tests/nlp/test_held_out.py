import math

import pytest
import torch

from ailiteracy.nlp import GPT, GPTConfig, text_loss

MODEL = GPT(GPTConfig(11, 8, 8, 2, 2, dropout=0.5), seed=3)
with torch.no_grad():
    for weight in MODEL.parameters():
        weight.add_(0.5 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(0)))
IDS = torch.randint(0, 11, (45,), generator=torch.Generator().manual_seed(1))


def one_by_one(ids, stride):
    """Every token alone: -ln p(token), given what its window holds."""
    total, length = 0.0, 8
    MODEL.eval()
    for place in range(1, len(ids)):
        # The first window that reaches the token.
        start = 0 if place <= length else -(-(place - length) // stride) * stride
        with torch.no_grad():
            logits = MODEL(ids[None, start:place])[0, -1]
        total -= float(logits.log_softmax(-1)[ids[place]])
    MODEL.train()
    return total / (len(ids) - 1)


@pytest.mark.parametrize("stride", [1, 3, 4, 8])
@pytest.mark.parametrize("n", [2, 5, 8, 9, 10, 16, 17, 45])
def test_every_token_counts_once(n, stride):
    assert text_loss(MODEL, IDS[:n], stride=stride) == pytest.approx(one_by_one(IDS[:n], stride), rel=1e-5)


def test_modes_and_the_default():
    MODEL.train()
    assert text_loss(MODEL, IDS.tolist()) == text_loss(MODEL, IDS, stride=8)
    assert MODEL.training


CASES = [
    (lambda: text_loss("model", IDS), TypeError, ["`model`", "a GPT"]),
    (lambda: text_loss(MODEL, [3]), ValueError, ["`ids`", "at least 2", "got 1"]),
    (lambda: text_loss(MODEL, "abc"), TypeError, ["`ids`", "integers"]),
    (lambda: text_loss(MODEL, [1, 11]), ValueError, ["`ids`", "from 0 to 10", "11"]),
    (lambda: text_loss(MODEL, [1, math.nan]), TypeError, ["`ids`", "integers"]),
    (lambda: text_loss(MODEL, IDS, stride=9), ValueError, ["`stride`", "from 1 to 8"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), CASES)
def test_bad_input(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)
