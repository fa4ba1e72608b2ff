import pytest
import torch
from torch import nn

from ailiteracy.nlp import GPT, GPTConfig
from ailiteracy.nlp._muon import Muon


def test_vectors_and_tables_move_as_adamw_moves_them():
    config = GPTConfig(7, 4, 8, 2, 1, dropout=0.0)
    ours, theirs = GPT(config, seed=0), GPT(config, seed=0)
    optimizer = Muon(ours, lr=0.05)
    names = [name for name, weight in theirs.named_parameters() if weight.ndim == 1 or not name.startswith("blocks")]
    others = [weight for name, weight in theirs.named_parameters() if name in names]
    oracle = torch.optim.AdamW(others, lr=0.01, betas=(0.9, 0.95), weight_decay=0.0)
    for step in range(5):
        for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            one.grad = torch.randn(one.shape, generator=torch.Generator().manual_seed(step))
            other.grad = one.grad.clone()
        optimizer.step()
        oracle.step()
    mine = dict(ours.named_parameters())
    for name, weight in theirs.named_parameters():
        if name in names:
            torch.testing.assert_close(mine[name], weight, atol=1e-5, rtol=1e-5)
        else:
            assert not torch.equal(mine[name], weight)


def test_matrices_move_as_torchs_muon_moves_them():
    torch_muon = pytest.importorskip("torch.optim._muon", reason="this torch has no Muon").Muon
    ours, theirs = nn.Linear(6, 10, bias=False), nn.Linear(6, 10, bias=False)
    theirs.load_state_dict(ours.state_dict())
    pair = Muon(ours, lr=0.05), torch_muon(theirs.parameters(), lr=0.05, weight_decay=0.1)
    for step in range(4):
        gradient = torch.randn(10, 6, generator=torch.Generator().manual_seed(step))
        for layer, optimizer in zip((ours, theirs), pair, strict=True):
            layer.weight.grad = gradient.clone()
            optimizer.step()
    torch.testing.assert_close(ours.weight, theirs.weight, atol=4e-3, rtol=0)  # torch computes it in bfloat16


def test_frozen_weights_stay():
    model = GPT(GPTConfig(7, 4, 8, 2, 1), seed=0)
    model.requires_grad_(False)
    model.norm.requires_grad_(True)
    optimizer = Muon(model)
    assert [len(group["params"]) for group in optimizer.param_groups] == [2]


def test_nothing_to_train_is_told():
    model = GPT(GPTConfig(7, 4, 8, 2, 1), seed=0).requires_grad_(False)
    with pytest.raises(ValueError, match=r"`model` must have weights that may be trained, .*requires_grad_\(True\)"):
        Muon(model)
