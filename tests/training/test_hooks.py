import pytest
import torch
from torch import nn

from ailiteracy.training import watch_layers


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(10, 5), nn.ReLU(inplace=True), nn.Linear(5, 2))


def n_hooks(model):
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) + len(m._backward_hooks) for m in model.modules())


def test_outputs_and_gradients_are_those_of_autograd():
    model, x = network(), torch.randn(3, 10)
    with watch_layers(model) as seen:
        model(x).square().sum().backward()
    before = model[0](x)
    before.retain_grad()
    outputs = model[2](torch.relu(before))
    outputs.retain_grad()
    outputs.square().sum().backward()
    torch.testing.assert_close(seen.outputs["0"], before)  # a copy: the ReLU that follows works in place
    torch.testing.assert_close(seen.outputs["2"], outputs)
    torch.testing.assert_close(seen.gradients["0"], before.grad)
    torch.testing.assert_close(seen.gradients["2"], outputs.grad)
    assert not seen.outputs["2"].requires_grad
    assert "(3, 2)" in str(seen)
    assert "gradient" in str(seen)


def test_hooks_are_gone_after_the_block_and_after_an_error():
    model = network()
    with watch_layers(model) as seen:
        assert n_hooks(model) == 3
        model(torch.zeros(1, 10))
    assert n_hooks(model) == 0
    with pytest.raises(RuntimeError, match="shapes"), watch_layers(model):
        model(torch.zeros(1, 9))
    assert n_hooks(model) == 0
    seen.outputs.clear()
    model(torch.zeros(1, 10))
    assert seen.outputs == {}


def test_gradients_after_the_block_are_not_recorded():
    model = network()
    with watch_layers(model) as seen:
        loss = model(torch.ones(1, 10)).sum()
    loss.backward()
    assert seen.gradients == {}


def test_named_layers_repeated_calls_and_tuples():
    lstm = nn.LSTM(2, 3, batch_first=True)
    model = nn.ModuleDict({"lstm": lstm, "head": nn.Linear(3, 3)})
    with watch_layers(model, ["lstm", "head"]) as seen:
        states, _ = model["lstm"](torch.zeros(4, 5, 2))
        model["head"](model["head"](states))
    assert {name: tuple(values.shape) for name, values in seen.outputs.items()} == {
        "lstm": (4, 5, 3), "head": (4, 5, 3), "head (2)": (4, 5, 3),
    }  # fmt: skip


def test_the_answer_does_not_change():
    model, x = network().eval(), torch.randn(3, 10)
    plain = model(x)
    with watch_layers(model):
        watched = model(x)
    assert torch.equal(plain, watched)


@pytest.mark.parametrize(
    ("layers", "error", "words"),
    [(["7"], ValueError, ["`layers`", "got '7'", "'0'"]), ("0", TypeError, ["`layers`", "['0']"])],
)
def test_bad_input(layers, error, words):
    with pytest.raises(error) as caught, watch_layers(network(), layers):
        pass
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_nothing_seen_yet():
    with watch_layers(network()) as seen:
        assert str(seen) == "No layer has run yet."
