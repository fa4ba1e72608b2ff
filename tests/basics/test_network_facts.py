"""Facts about layers, losses and schedules of torch, each where the course notes said something else or nothing."""

import inspect
import math

import pytest
import torch
from matplotlib.figure import Figure
from torch import nn
from torch.nn import functional as F


def seeded(make):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return make()


# Layers


def test_view_can_change_the_number_of_samples():
    half = torch.zeros(6, 392)  # six samples, each half as long as the layer wants
    layer = nn.Linear(784, 10)
    assert layer(half.view(-1, 784)).shape == (3, 10)  # three are left, and nobody is told
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        layer(half.flatten(1))


def test_flatten_takes_the_first_axis_for_the_batch():
    assert nn.Flatten()(torch.zeros(1, 28, 28)).shape == (1, 784)  # one grey picture: by luck what was meant
    assert nn.Flatten()(torch.zeros(3, 28, 28)).shape == (3, 784)  # one colour picture becomes three samples


def test_batch_norm_takes_a_bias_away():
    x = torch.randn(5, 3, 6, 6, generator=torch.Generator().manual_seed(0))
    convolution = seeded(lambda: nn.Conv2d(3, 4, 3))
    norm = nn.BatchNorm2d(4)
    with_bias = norm(convolution(x))
    convolution.bias.data += 7.0
    torch.testing.assert_close(norm(convolution(x)), with_bias, rtol=1e-4, atol=1e-4)


def test_batch_norm_in_evaluation_is_not_off():
    norm = nn.BatchNorm1d(2)
    norm.running_mean[:], norm.running_var[:] = torch.tensor([1.0, 2.0]), torch.tensor([4.0, 9.0])
    x = torch.tensor([[3.0, 5.0]])
    torch.testing.assert_close(norm.eval()(x), torch.tensor([[1.0, 1.0]]), rtol=1e-4, atol=0)


def test_dropout_silences_neurons_and_leaves_weights():
    layers = nn.Sequential(nn.Linear(4, 1000), nn.Dropout(0.5))
    before = layers[0].weight.clone()
    x = torch.ones(1, 4)
    whole, some = layers[0](x), seeded(lambda: layers(x))
    assert torch.equal(layers[0].weight, before)
    kept = some != 0
    assert 0.4 < kept.float().mean() < 0.6
    torch.testing.assert_close(some[kept], 2 * whole[kept])  # the rest grows, so that the sum stays what it is


def test_dropout_before_batch_norm_changes_the_variance_that_it_learns():
    x = 1 + torch.randn(4000, 3, generator=torch.Generator().manual_seed(0))

    def spread_in_use(*layers):
        network = nn.Sequential(*layers)
        seeded(lambda: [network(x) for _ in range(100)])
        with torch.inference_mode():
            return network.eval()(x).std().item()

    norm = nn.BatchNorm1d
    # Dropout leaves the mean, 1, and doubles the mean of the squares, 2: a variance of 3 in training and 1 in use.
    assert spread_in_use(nn.Dropout(0.5), norm(3)) == pytest.approx(3**-0.5, abs=0.03)
    assert spread_in_use(norm(3), nn.Dropout(0.5)) == pytest.approx(1, abs=0.03)
    assert spread_in_use(norm(3), nn.Dropout(0.5), norm(3)) == pytest.approx(2**-0.5, abs=0.03)  # the next one suffers


def test_adding_in_place_may_overwrite_what_the_gradient_needs():
    x = torch.ones(4, 2, requires_grad=True)
    y = torch.tanh(x)
    y += x
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
    (torch.tanh(x) + x).sum().backward()
    y = nn.BatchNorm1d(2)(x)
    y += x  # behind a batch norm it goes well: that layer needs its input alone
    y.sum().backward()


def test_a_module_without_forward_fails_only_when_called():
    layers = nn.ModuleList([nn.Linear(2, 1)])
    assert "forward" not in vars(nn.ModuleList)
    assert len(list(layers.parameters())) == 2
    with pytest.raises(NotImplementedError):
        layers(torch.zeros(1, 2))


def test_a_recurrent_layer_has_the_same_weights_at_every_step():
    layer = seeded(lambda: nn.RNN(2, 3, batch_first=True))
    x = torch.randn(1, 4, 2, generator=torch.Generator().manual_seed(0))
    state = torch.zeros(3)
    for step in x[0]:
        state = torch.tanh(layer.weight_ih_l0 @ step + layer.bias_ih_l0 + layer.weight_hh_l0 @ state + layer.bias_hh_l0)
    torch.testing.assert_close(layer(x)[0][0, -1], state)


@torch.inference_mode()
def test_deeper_units_see_more_before_anything_was_learned():
    layers = seeded(lambda: [nn.Sequential(nn.Conv1d(1, 1, 3), nn.Tanh()) for _ in range(3)])
    signal, n_seen = torch.zeros(1, 1, 15), []
    for depth in (1, 2, 3):
        network = nn.Sequential(*layers[:depth])
        answer = network(signal)[0, 0, 4]
        bumps = signal.repeat(15, 1, 1) + torch.eye(15)[:, None]  # (15, 1, 15), one place changed in each
        n_seen.append(int((network(bumps)[:, 0, 4] != answer).sum()))
    assert n_seen == [3, 5, 7]  # and no error has ever flowed back


@pytest.mark.filterwarnings("ignore:Full backward hook")
def test_the_first_layer_gets_no_gradient_for_its_input():
    seen, layer = [], nn.Linear(2, 1)
    handle = layer.register_full_backward_hook(lambda _, grad_input, grad_output: seen.append(grad_input))
    layer(torch.ones(3, 2)).sum().backward()
    handle.remove()
    assert seen == [(None,)]


def test_a_state_dict_holds_more_than_parameters():
    norm = nn.BatchNorm1d(2)
    assert set(norm.state_dict()) - {name for name, _ in norm.named_parameters()} == {
        "running_mean", "running_var", "num_batches_tracked",
    }  # fmt: skip
    assert inspect.isgenerator(norm.parameters())  # used up after one walk


def test_optimizers_are_not_in_nn():
    assert not hasattr(nn, "SGD")
    assert issubclass(torch.optim.SGD, torch.optim.Optimizer)


def test_the_slope_of_tanh_is_at_most_one_and_fades():
    x = torch.tensor([0.0, 5.0], requires_grad=True)
    torch.tanh(x).sum().backward()
    assert x.grad[0] == 1
    assert 0 < x.grad[1] < 2e-4  # tanh saturates like the sigmoid: zero in the middle does not cure that


# Losses


def test_a_second_log_softmax_changes_nothing():
    logits = torch.randn(20, 5, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(20) % 5
    once, twice = F.cross_entropy(logits, labels), F.cross_entropy(F.log_softmax(logits, dim=1), labels)
    torch.testing.assert_close(once, twice)


def test_targets_of_two_losses():
    logits = torch.zeros(4, 3)
    with pytest.raises(RuntimeError, match=r"(?i)long|int"):
        F.cross_entropy(logits, torch.zeros(4))  # class numbers are whole
    with pytest.raises(ValueError, match="must be the same as input size"):
        F.binary_cross_entropy_with_logits(logits[:, :1], torch.zeros(4))  # (4, 1) does not meet (4,)
    assert F.binary_cross_entropy_with_logits(logits[:, 0], torch.zeros(4)).item() == pytest.approx(0.6931, abs=1e-4)


def test_several_labels_at_once_are_several_yes_or_no():
    logits = torch.tensor([[3.0, 3.0, -3.0]])  # two of three labels hold
    wanted = torch.tensor([[1.0, 1.0, 0.0]])
    assert F.binary_cross_entropy_with_logits(logits, wanted) < 0.05
    assert torch.sigmoid(logits).sum() > 1.5
    assert logits.softmax(dim=1).max() < 0.51  # softmax shares one whole: it can never be sure of two


def test_a_mean_of_squares_is_not_a_length():
    a, b = torch.tensor([3.0, 4.0]), torch.zeros(2)
    assert F.mse_loss(a, b) == 12.5
    assert torch.linalg.norm(a - b) == 5
    assert F.l1_loss(a, b) == 3.5  # the mean absolute error squares nothing


def test_the_divergence_takes_logarithms_and_divides_by_the_batch():
    p = torch.tensor([[0.5, 0.5], [0.25, 0.75]])
    q = torch.tensor([[0.25, 0.75], [0.25, 0.75]])
    by_hand = (p * (p / q).log()).sum() / 2
    torch.testing.assert_close(F.kl_div(q.log(), p, reduction="batchmean"), by_hand)
    assert F.kl_div(q, p, reduction="batchmean") < 0  # no divergence is: probabilities went in
    with pytest.warns(UserWarning, match="support size"):
        assert F.kl_div(q.log(), p, reduction="mean").item() == pytest.approx(by_hand.item() / 2)  # by every number


def test_right_answers_do_not_make_right_probabilities():
    generator = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(500, 3, generator=generator), torch.randint(0, 3, (500,), generator=generator)
    for factor in (1, 10):
        assert torch.equal((factor * logits).argmax(dim=1), logits.argmax(dim=1))
    accuracy = (logits.argmax(dim=1) == labels).float().mean()
    surest = (10 * logits).softmax(dim=1).max(dim=1).values.mean()
    assert surest > accuracy + 0.4  # as often right, and far too sure


def test_adding_losses_up_keeps_every_graph():
    weight = torch.ones(1, requires_grad=True)
    kept, plain = 0, 0.0
    for _ in range(3):
        loss = (weight**2).sum()
        kept, plain = kept + loss, plain + loss.item()
    assert kept.grad_fn is not None
    assert plain == 3.0


def test_tanh_on_the_logits_forbids_to_be_sure():
    extreme = torch.tensor([100.0] + 9 * [-100.0])
    assert extreme.softmax(dim=0)[0].item() == 1
    bounded = torch.tanh(extreme).softmax(dim=0)[0].item()  # logits of 1 and -1 at most
    assert bounded == pytest.approx(math.e / (math.e + 9 / math.e))
    assert f"{bounded:.2f}" == "0.45"


# Schedules


def test_a_schedule_moves_although_its_optimizer_never_does():
    weight = nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    weight.grad = torch.ones(1)
    with pytest.warns(UserWarning, match="before `optimizer.step"):
        schedule.step()
    assert (weight.item(), optimizer.param_groups[0]["lr"]) == (1.0, 0.05)  # nothing was learned at either rate


def test_a_cosine_rises_again_after_its_length():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    cosine, rates = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=100), []
    for _ in range(200):
        optimizer.step()
        cosine.step()
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates[99] == pytest.approx(0, abs=1e-9)
    assert rates[199] == pytest.approx(0.1)


def test_a_tenth_every_seven_epochs_leaves_the_last_ones_nothing():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.001)
    steps = torch.optim.lr_scheduler.StepLR(optimizer, 7, 0.1)
    for _ in range(21):
        optimizer.step()
        steps.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(1e-6)


# Figures


def test_a_list_drawn_alone_stands_over_its_places():
    numbers = torch.arange(-10.0, 10.0)
    axes = Figure().subplots()
    lines = *axes.plot(torch.relu(numbers)), *axes.plot(numbers, torch.relu(numbers))
    assert [line.get_xdata()[line.get_ydata() == 0].max() for line in lines] == [10, 0]  # where the line bends
