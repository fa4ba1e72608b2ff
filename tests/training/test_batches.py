import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.training import Batches


def test_order_and_last_batch():
    x = torch.arange(5)
    assert [inputs.tolist() for inputs, _ in Batches(x, x, batch_size=2)] == [[0, 1], [2, 3], [4]]


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 40), batch_size=st.integers(1, 12), shuffle=st.booleans())
def test_every_sample_once_with_its_target(n, batch_size, shuffle):
    x = torch.arange(n)
    batches = Batches(x, x * 10, batch_size=batch_size, shuffle=shuffle)
    passed = list(batches)
    assert len(passed) == len(batches)
    inputs, targets = (torch.cat(parts) for parts in zip(*passed, strict=True))
    assert sorted(inputs.tolist()) == list(range(n))
    assert (targets == inputs * 10).all()


def test_a_sample_left_alone_joins_the_batch_before_when_training():
    x = torch.arange(9)
    assert [len(inputs) for inputs, _ in Batches(x, x, batch_size=4, shuffle=True)] == [4, 5]
    assert [len(inputs) for inputs, _ in Batches(x, x, batch_size=4)] == [4, 4, 1]
    assert [len(inputs) for inputs, _ in Batches(x[:1], x[:1], batch_size=4, shuffle=True)] == [1]


def test_order_comes_from_the_seed_and_changes_between_passes():
    x = torch.arange(50)

    def passes(seed):
        batches = Batches(x, x, batch_size=50, shuffle=True, seed=seed)
        return [next(iter(batches))[0].tolist() for _ in range(2)]

    assert passes(1) == passes(1)
    assert passes(1) != passes(2)
    first, second = passes(1)
    assert first != second


def test_transform_sees_the_batch_and_the_generator():
    x = torch.zeros(4, 1)
    noise = Batches(x, x, batch_size=2, transform=lambda t, g: t + torch.rand(t.shape, generator=g))
    assert all((inputs > 0).all() and (targets == 0).all() for inputs, targets in noise)


def test_random_changes_come_from_the_seed_and_not_from_the_global_state():
    x = torch.zeros(4, 1)

    def changed(seed, state):
        with torch.random.fork_rng():
            torch.manual_seed(state)
            noise = Batches(x, x, transform=lambda t, g: t + torch.rand(t.shape, generator=g), seed=seed)
            return next(iter(noise))[0].flatten().tolist()

    assert changed(0, state=1) == changed(0, state=2) != changed(1, state=1)


def test_batches_stay_on_the_device_of_the_samples():
    x = torch.zeros(3, 1)
    assert {part.device.type for batch in Batches(x, x, batch_size=2) for part in batch} == {"cpu"}


def test_number_times_length_is_not_what_was_seen():
    x = torch.arange(100)
    told, seen = [], []
    for number, (inputs, _) in enumerate(Batches(x, x, batch_size=32)):
        told.append(number * len(inputs))  # as the notes count
        seen.append(sum(seen[-1:]) + len(inputs))
    assert told == [0, 32, 64, 12]  # the first batch counts nothing, the short last one goes back
    assert seen == [32, 64, 96, 100]


def test_global_random_state_is_left_alone():
    before = torch.get_rng_state()
    list(Batches(torch.arange(9), torch.arange(9), shuffle=True))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Batches([1, 2], torch.arange(2)), TypeError, ["`inputs`", "a tensor", "torch.as_tensor"]),
        (lambda: Batches(torch.arange(2), [1, 2]), TypeError, ["`targets`", "a tensor"]),
        (lambda: Batches(torch.empty(0), torch.empty(0)), ValueError, ["`inputs`", "at least one sample"]),
        (lambda: Batches(torch.arange(3), torch.arange(2)), ValueError, ["`targets`", "inputs (3)", "got 2"]),
        (lambda: Batches(torch.arange(3), torch.arange(3), batch_size=0), ValueError, ["`batch_size`", ">= 1"]),
        (lambda: Batches(torch.arange(3), torch.arange(3), seed=2**64), ValueError, ["`seed`", "from 0 to 92233"]),
        (lambda: Batches(torch.arange(3), torch.arange(3), shuffle=1), TypeError, ["`shuffle`", "True or False"]),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
