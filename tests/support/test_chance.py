"""Generators from seeds, and torch's random state given back."""

import numpy as np
import pytest

from ailiteracy._support.chance import as_generator, torch_seed


def test_same_seed_same_numbers():
    expected = np.random.default_rng(7).random(5)
    np.testing.assert_array_equal(as_generator(7).random(5), expected)
    np.testing.assert_array_equal(as_generator(np.int64(7)).random(5), expected)


def test_a_generator_goes_on_where_it_is():
    rng = np.random.default_rng(0)
    assert as_generator(rng) is rng


def test_none_is_fresh():
    assert (as_generator(None).random(5) != as_generator(None).random(5)).any()


def test_global_state_is_left_alone():
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    as_generator(1).random(100)
    as_generator(None).random(100)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize(
    ("rng", "error", "text"),
    [
        (-1, ValueError, "`rng` must be an integer >= 0, got -1."),
        (1.0, TypeError, "`rng` must be an integer >= 0, a numpy Generator or None, got 1.0. Pass a seed such as 0"),
        (True, TypeError, "got True."),
        ("0", TypeError, "got '0'."),
        (np.random.RandomState(0), TypeError, "numpy.random.default_rng(0)."),
    ],
)
def test_bad_rng_is_explained(rng, error, text):
    with pytest.raises(error) as caught:
        as_generator(rng)
    assert text in str(caught.value)


def test_torch_seed_repeats_and_restores():
    torch = pytest.importorskip("torch")
    torch.manual_seed(99)
    state = torch.random.get_rng_state()
    with torch_seed(5):
        first = torch.rand(3)
    assert torch.equal(torch.random.get_rng_state(), state)
    with torch_seed(5):
        assert torch.equal(torch.rand(3), first)
    with torch_seed(6):
        assert not torch.equal(torch.rand(3), first)


def test_torch_seed_restores_after_an_error():
    torch = pytest.importorskip("torch")
    torch.manual_seed(99)
    state = torch.random.get_rng_state()
    with pytest.raises(RuntimeError, match="shape"), torch_seed(5):
        torch.rand(3).reshape(2)
    assert torch.equal(torch.random.get_rng_state(), state)


@pytest.mark.parametrize(
    ("seed", "error", "text"),
    [
        (-1, ValueError, "`seed` must be an integer from 0 to 9223372036854775807, got -1."),
        (2**63, ValueError, "got 9223372036854775808."),
        (None, TypeError, "got None."),
        (0.5, TypeError, "got 0.5."),
    ],
)
def test_bad_seed_is_explained(seed, error, text):
    pytest.importorskip("torch")
    with pytest.raises(error) as caught, torch_seed(seed):
        pass
    assert text in str(caught.value)
