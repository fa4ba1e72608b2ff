import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from ailiteracy.training import balanced_sampler, stratified_split

SHARES = st.sampled_from([(0.8, 0.2), (0.8, 0.1, 0.1), (0.5, 0.25, 0.25), (0.7, 0.3), (0.6, 0.3, 0.1)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(10, 60), min_size=1, max_size=6), SHARES, st.integers(0, 100))
def test_every_class_is_divided_in_proportion(sizes, parts, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    split = stratified_split(labels, parts, rng=seed)
    assert sorted(np.concatenate(split)) == list(range(len(labels)))  # none lost, none twice
    for rows, share in zip(split, parts, strict=True):
        counts = np.bincount(labels[rows], minlength=len(sizes))
        assert (np.abs(counts - np.array(sizes) * share) < 1 + 1e-9).all()
        assert abs(len(rows) - len(labels) * share) < len(parts)


def test_sizes_of_the_notes():
    labels = np.repeat(np.arange(10), 5000)
    train, validation = stratified_split(labels, (0.8, 0.2), rng=42)
    assert np.bincount(labels[train]).tolist() == [4000] * 10
    assert np.bincount(labels[validation]).tolist() == [1000] * 10
    assert (np.diff(train) < 0).any()  # shuffled, not sorted by class


def test_seeded():
    labels = [0, 1] * 50
    one, two, other = (stratified_split(labels, rng=seed)[0] for seed in (0, 0, 1))
    assert (one == two).all()
    assert (one != other).any()


def test_names_are_classes_too():
    train, test = stratified_split(["cat"] * 6 + ["dog"] * 4, (0.5, 0.5))
    assert (len(train), len(test)) == (5, 5)


def test_names_may_be_objects():
    """As a column of pandas holds them."""
    train, test = stratified_split(np.array(["b", "a"] * 4, dtype=object), (0.5, 0.5))
    assert sorted(np.concatenate([train, test]).tolist()) == list(range(8))


def test_imbalance_is_drawn_away():
    labels = torch.tensor([0] * 900 + [1] * 90 + [2] * 10)
    data = TensorDataset(torch.arange(1000), labels)
    loader = DataLoader(data, batch_size=100, sampler=balanced_sampler(labels, n_samples=6000))
    drawn = torch.cat([targets for _, targets in loader])
    # Expected 2000 of each; the standard deviation of a count is 37.
    assert (torch.bincount(drawn) - 2000).abs().max() < 4 * 37


def test_equal_classes_leave_nothing_to_balance():
    assert len(set(balanced_sampler([0, 1, 2] * 100).weights.tolist())) == 1
    assert len(set(balanced_sampler([0, 1, 1]).weights.tolist())) == 2


def test_labels_beyond_the_number_of_classes_do_not_matter():
    sampler = balanced_sampler([7, 7, 7, 1000], n_samples=4000)
    share = sum(row == 3 for row in sampler) / 4000
    assert share == pytest.approx(0.5, abs=0.04)


def test_sampler_is_seeded_and_leaves_the_random_state():
    state = torch.get_rng_state()
    one, two, other = (list(balanced_sampler([0, 0, 1] * 9, seed=seed)) for seed in (0, 0, 1))
    assert one == two != other
    assert torch.equal(state, torch.get_rng_state())
    assert len(one) == 27


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: stratified_split([0] * 90 + [1] * 5),
            ValueError, ["`labels`", "at least 10 samples of class 1", "a part of 0.1, got 5"],
        ),
        (lambda: stratified_split([0] * 9, (0.5, 0.4)), ValueError, ["`parts`", "add up to 1", "(0.5, 0.4)"]),
        (lambda: stratified_split([0] * 9, (1.0,)), ValueError, ["`parts`", "at least two"]),
        (lambda: stratified_split([0] * 9, (1.5, -0.5)), ValueError, ["`parts`", "> 0", "1.5"]),
        (lambda: stratified_split([]), ValueError, ["`labels`", "shape (n,)"]),
        (lambda: stratified_split([[0, 1]]), ValueError, ["`labels`", "shape (n,)"]),
        (lambda: stratified_split([0.5, 1.0]), TypeError, ["`labels`", "no amounts"]),
        (lambda: stratified_split(["a", None, "b"]), TypeError, ["`labels`", "names", "got None", "Drop"]),
        (lambda: balanced_sampler(np.array(["a", np.nan], dtype=object)), TypeError, ["`labels`", "got nan"]),
        (lambda: stratified_split([0] * 9, rng=-1), ValueError, ["`rng`", "got -1"]),
        (lambda: balanced_sampler([]), ValueError, ["`labels`", "shape (n,)"]),
        (lambda: balanced_sampler([0, 1], n_samples=0), ValueError, ["`n_samples`", ">= 1"]),
        (lambda: balanced_sampler([0, 1], seed=-1), ValueError, ["`seed`", "from 0 to"]),
    ],
)  # fmt: skip
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
