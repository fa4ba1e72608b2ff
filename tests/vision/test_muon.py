import pytest
import torch

from ailiteracy.training.directions import orthogonalise
from ailiteracy.vision.muon import N_TIMES, Muon


def test_plain_weights_move_as_torchs_nesterov():
    start = torch.randn(5, generator=torch.Generator().manual_seed(0))
    mine, theirs = (start.clone().requires_grad_() for _ in range(2))
    ours = Muon([{"params": [mine], "lr": 0.1, "momentum": 0.8}])
    oracle = torch.optim.SGD([theirs], lr=0.1, momentum=0.8, nesterov=True)
    for _ in range(4):
        for weight, optimizer in ((mine, ours), (theirs, oracle)):
            optimizer.zero_grad()
            (weight**3).sum().backward()
            optimizer.step()
    torch.testing.assert_close(mine, theirs)


def test_decay_is_apart_from_the_gradient():
    weight = torch.tensor([2.0], requires_grad=True)
    optimizer = Muon([{"params": [weight], "lr": 0.1, "decay": 0.5}])
    (0 * weight).sum().backward()
    optimizer.step()
    assert weight.item() == pytest.approx(2 * (1 - 0.05))


def test_filters_keep_their_length_and_turn_by_the_rate():
    weight = torch.randn(4, 2, 3, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    optimizer = Muon([{"params": [weight], "lr": 0.1, "momentum": 0.0, "filters": True}])
    scaled = weight.detach() * 2 / weight.detach().norm()  # four filters: length sqrt(4)
    weight.grad = torch.randn(4, 2, 3, 3, generator=torch.Generator().manual_seed(1))
    wanted = scaled - 0.1 * orthogonalise(weight.grad.flatten(1), n_times=N_TIMES).reshape(4, 2, 3, 3)
    optimizer.step()
    torch.testing.assert_close(weight.detach(), wanted)


def test_state_can_be_saved():
    weight = torch.ones(2, 2, requires_grad=True)
    optimizer = Muon([{"params": [weight], "filters": True}])
    weight.sum().backward()
    optimizer.step()
    again = Muon([{"params": [torch.ones(2, 2, requires_grad=True)], "filters": True}])
    again.load_state_dict(optimizer.state_dict())
    assert again.state_dict()["state"][0]["momentum"].tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_step_calls_a_closure_and_skips_weights_without_gradient():
    weight = torch.ones(2, requires_grad=True)
    assert Muon([{"params": [weight]}]).step(lambda: 3.0) == 3.0
    assert weight.tolist() == [1.0, 1.0]


def test_bad_input():
    with pytest.raises(ValueError, match=r"`groups` must be filters with two axes or more, got \(3,\)"):
        Muon([{"params": [torch.ones(3, requires_grad=True)], "filters": True}])
