import inspect
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy.training import evaluate, fit


def test_hand_worked():
    logits = torch.tensor([[0.0, math.log(3)], [0.0, math.log(3)]])  # probabilities 1/4 and 3/4
    seen = evaluate(nn.Identity(), [(logits[:1], torch.tensor([1])), (logits[1:], torch.tensor([0]))], device="cpu")
    assert seen.loss == pytest.approx((math.log(4 / 3) + math.log(4)) / 2, rel=1e-6)
    assert seen.accuracy == 0.5
    assert seen.labels.tolist() == [1, 0]
    assert seen.predictions.tolist() == [1, 1]


def test_regression_has_no_accuracy():
    seen = evaluate(nn.Identity(), [(torch.zeros(2, 1), torch.ones(2, 1))], loss=F.mse_loss, device="cpu")
    assert seen.loss == 1
    assert math.isnan(seen.accuracy)
    assert len(seen.labels) == len(seen.predictions) == 0


def test_model_is_left_as_found():
    model = nn.Sequential(nn.Dropout(0.9), nn.BatchNorm1d(3), nn.Linear(3, 2))
    x, y = torch.rand(5, 3), torch.zeros(5, dtype=torch.long)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    first = evaluate(model, [(x, y)], device="cpu").loss
    assert first == evaluate(model, [(x, y)], device="cpu").loss  # dropout is off
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(layer.training for layer in model.modules())


def test_no_batches():
    with pytest.raises(ValueError, match="`batches` must be at least one batch"):
        evaluate(nn.Identity(), [], device="cpu")


def test_training_and_judging_take_their_arguments_in_one_order():
    first = [[*inspect.signature(function).parameters.values()][:2] for function in (fit, evaluate)]
    assert [arguments[0].name for arguments in first] == ["model", "model"]
    assert {argument.kind for arguments in first for argument in arguments} == {inspect.Parameter.POSITIONAL_OR_KEYWORD}
