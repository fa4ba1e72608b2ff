"""Shared samples, beside the plain way to find them: compare the places of all rows, one by one."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, Subset, SubsetRandomSampler, TensorDataset

from ailiteracy.training import Batches
from ailiteracy.training.overlap import share_samples

X, Y = torch.randn(20, 3, generator=torch.Generator().manual_seed(0)), torch.arange(20)
DATA = TensorDataset(X, Y)


def places(table):
    return [row.data_ptr() for row in table]


@given(*[st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 3))] * 2)
def test_as_comparing_row_by_row(one, other):
    parts = [(X[slice(*cut)], Y[slice(*cut)]) for cut in (one, other)]
    same = bool(set(places(parts[0][0])) & set(places(parts[1][0])))
    found = share_samples(*[[part] for part in parts])
    assert found == same or one[2] != other[2]  # rows that are taken in other steps are not compared
    assert same or not found


@pytest.mark.parametrize("batches", [
    [(X, Y)], ((X, Y),), [[X, Y]], [(X[18:], Y[18:])], list(zip(X.split(6), Y.split(6), strict=True)),
    [(X[:5], Y[:5]), (X[5:], Y[5:])], Batches(X, Y, batch_size=7), Batches(X, Y, transform=lambda x, _: -x),
    DataLoader(DATA, 4), DataLoader(TensorDataset(X, Y), 4, shuffle=True),
])  # fmt: skip
def test_the_same_samples_however_they_are_wrapped(batches):
    for train in ([(X, Y)], list(zip(X.split(3), Y.split(3), strict=True)), Batches(X, Y), DataLoader(DATA, 5)):
        assert share_samples(batches, train)
        assert not share_samples(batches, [(X.clone(), Y)])


@pytest.mark.parametrize("batches", [
    [(X, 1 - Y)],  # another question about the same inputs
    [(X.flip(0), Y)], [(X.double(), Y)], [(X[:, :2], Y)], [(X[:, 1:], Y)], [(X[0:0], Y[0:0])], [],
    [(X.to_sparse(), Y)], [(X.to("meta"), Y)], [(torch.zeros(1, 1).expand(20, 3), Y)], [(X, None)], [X], [3],
    [(torch.nested.nested_tensor([X, X[:5]], layout=torch.jagged), Y)], [({"x": X}, Y)], [(X.numpy(), Y)],
    (pair for pair in [(X, Y)]), DataLoader(Subset(DATA, [1]), 4), DataLoader(list(zip(X, Y, strict=True)), 4),
    DataLoader(DATA, 4, sampler=SubsetRandomSampler([])),
])  # fmt: skip
def test_what_is_not_shared_or_cannot_be_known(batches):
    assert not share_samples(batches, [(X, Y)])
    assert not share_samples([(X, Y)], batches)


def test_nothing_is_gone_through():
    class Counted(list):
        def __iter__(self):
            raise AssertionError("the batches were gone through")

    assert not share_samples(Counted([(X, Y)]), [(X, Y)])


def test_rows_of_one_column_keep_apart():
    table = torch.arange(10.0)
    tables = table[:6, None], table[6:, None]
    assert not share_samples([(tables[0], Y[:6])], [(tables[1], Y[6:10])])
    assert share_samples([(table[2:], Y[2:10])], [(table[:3], Y[:3])])
    assert not share_samples([(table[2:], Y[3:11])], [(table[:3], Y[:3])])  # the same input with another target
