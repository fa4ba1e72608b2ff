import pytest
import torch
from torch import nn

from ailiteracy.training import NoisyLinear, SequenceNet, fit, pad_collate


def test_noise_is_added_to_the_inputs_in_training_only():
    torch.manual_seed(0)
    layer = NoisyLinear(3, 2, noise=0.1)
    x = torch.randn(4, 3)
    plain = nn.functional.linear(x, layer.weight, layer.bias)
    assert torch.equal(layer.eval()(x), plain)
    layer.train()
    many = torch.stack([layer(x) for _ in range(4000)]).detach()
    # Noise on the inputs reaches an output through all of its weights: variance 0.01 times their squares.
    expected = 0.1 * layer.weight.detach().square().sum(dim=1).sqrt()
    torch.testing.assert_close(many.std(dim=0).mean(dim=0), expected, rtol=0.05, atol=0)
    torch.testing.assert_close(many.mean(dim=0), plain.detach(), rtol=0, atol=0.01)
    assert "noise=0.1" in str(layer)


def test_without_noise_it_is_a_linear_layer():
    layer = NoisyLinear(3, 2, noise=0, bias=False)
    torch.testing.assert_close(layer(torch.ones(1, 3)), layer.weight.sum(dim=1)[None])


def test_the_answer_comes_after_the_last_real_token():
    torch.manual_seed(0)
    net = SequenceNet(10, 3, n_layers=2, dropout=0.1).eval()
    long, short = torch.tensor([1, 2, 3, 4]), torch.tensor([5, 0])  # 0 is a real token too
    inputs, _ = pad_collate([(long, 0), (short, 1)])
    together = net(**inputs)
    torch.testing.assert_close(together[0], net(long[None])[0])
    torch.testing.assert_close(together[1], net(short[None])[0])
    assert not torch.allclose(together[1], net(inputs["inputs"])[1])  # read to the end, padding included


def test_what_stands_in_the_padding_does_not_matter():
    net = SequenceNet(10, 3).eval()
    mask = torch.tensor([[True, True, False]])
    one, two = (net(torch.tensor([[1, 2, rest]]), mask=mask) for rest in (0, 9))
    assert torch.equal(one, two)


def test_it_learns_which_of_two_tokens_came_last():
    torch.manual_seed(0)
    samples = []
    for _ in range(200):
        ids = torch.randint(0, 2, (int(torch.randint(1, 8, ())),))
        samples.append((ids, int(ids[-1])))
    batches = [pad_collate(samples[start : start + 20]) for start in range(0, 200, 20)]
    net = SequenceNet(2, 2, width=8)
    rate = torch.optim.Adam(net.parameters(), lr=0.02)
    result = fit(net, batches, optimizer=rate, epochs=10, device="cpu", progress=False)
    assert result.history.train_accuracy[-1] == 1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: NoisyLinear(0, 1), ValueError, ["`n_inputs`", ">= 1"]),
        (lambda: NoisyLinear(1, 1, noise=-0.1), ValueError, ["`noise`", ">= 0"]),
        (lambda: SequenceNet(10, 2, dropout=0.2), ValueError, ["`dropout`", "0 when n_layers=1", "two layers"]),
        (lambda: SequenceNet(0, 2), ValueError, ["`n_tokens`", ">= 1"]),
        (
            lambda: SequenceNet(9, 2)(torch.zeros(1, 3, dtype=torch.long), mask=torch.zeros(1, 3, dtype=torch.bool)),
            ValueError, ["`mask`", "True first", "drop empty"],
        ),
        (
            lambda: SequenceNet(9, 2)(torch.zeros(1, 3, dtype=torch.long), mask=torch.tensor([[True, False, True]])),
            ValueError, ["`mask`", "False behind it", "got [[True, False, True]]", "pad_collate"],
        ),
        (
            lambda: SequenceNet(9, 2)(torch.zeros(1, 3, dtype=torch.long), mask=torch.ones(1, 2, dtype=torch.bool)),
            ValueError, ["`mask`", "(1, 3)"],
        ),
    ],
)  # fmt: skip
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_what_changes_with_the_mode():
    """Dropout and batch norm do; instance norm does not; and evaluation mode still records gradients."""
    x = torch.randn(8, 4, 6, generator=torch.Generator().manual_seed(0))
    dropout, batch_norm, instance_norm = nn.Dropout(0.5), nn.BatchNorm1d(4), nn.InstanceNorm1d(4)
    assert not torch.equal(dropout(x), x)
    assert torch.equal(dropout.eval()(x), x)
    trained = batch_norm(x)
    mean = batch_norm.running_mean.clone()
    assert not torch.allclose(batch_norm.eval()(x), trained)
    assert torch.equal(batch_norm.running_mean, mean)
    assert batch_norm(x).requires_grad
    assert torch.equal(instance_norm(x), instance_norm.eval()(x))
