import numpy as np
import pytest

from ailiteracy.training import History, diagnose_curves

EPOCHS = np.arange(20)
FALLING = 2 * 0.5**EPOCHS + 0.1


@pytest.mark.parametrize(
    ("train", "validation", "pattern"),
    [
        (2 * 1.3**EPOCHS, None, "diverging"),
        ([1.0, 2.0, float("nan"), float("nan")], None, "diverging"),
        (np.full(20, 0.69), None, "not learning"),
        (2.3 - 0.0005 * EPOCHS, 2.3 - 0.0005 * EPOCHS, "not learning"),
        (1 + 0.5 * (-1.0) ** EPOCHS, None, "oscillating"),
        (FALLING, np.where(EPOCHS < 6, FALLING, 0.4 + 0.05 * EPOCHS), "overfitting"),
        (2 - 0.09 * EPOCHS, 2.1 - 0.09 * EPOCHS, "still improving"),
        (FALLING, FALLING + 0.05, "settled"),
        (FALLING, FALLING - 0.05, "settled"),  # dropout: validation may lie below training
        (FALLING, None, "settled"),
        (FALLING, np.full(20, np.nan), "settled"),  # the column of a training without validation
        ([1.0, 0.8, 0.6, 0.4], [np.nan] * 4, "still improving"),
        ([1.0, 0.8, 0.6, 0.4], [1.0, 2.0, np.inf, np.nan], "diverging"),
        ([-1.0, -1.01, -1.02, -1.04], None, "settled"),  # a loss below 0, as of a density
        (-2 + FALLING, None, "settled"),
        ([-1.0, -2.0, -3.0, -4.0], None, "still improving"),
        ([-1.0, -1.0, -0.9, -0.8], None, "diverging"),
        ([1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, 0.9], None, "oscillating"),
        (FALLING - 2, np.where(EPOCHS < 6, FALLING - 2, -1.5 + 0.05 * EPOCHS), "overfitting"),
    ],
)
def test_patterns(train, validation, pattern):
    said = diagnose_curves(train, validation)
    assert said.pattern == pattern
    assert len(said.advice) > 30


def test_high_but_falling_is_not_called_underfitting():
    assert diagnose_curves([5.0, 4.0, 3.2, 2.6]).pattern == "still improving"


def test_a_history_has_both_curves():
    rows = [{"train_loss": 1 / n, "validation_loss": 0.5 + abs(n - 3)} for n in range(1, 9)]
    history = History.from_rows(rows)
    assert diagnose_curves(history).pattern == "overfitting"
    assert diagnose_curves(history, [1 / n for n in range(1, 9)]).pattern == "still improving"
    alone = History.from_rows([{"train_loss": 1 / n} for n in range(1, 9)])  # trained without validation
    assert diagnose_curves(alone).pattern == "still improving"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: diagnose_curves([1.0, 0.5]), ["`train_loss`", "at least 4 epochs"]),
        (lambda: diagnose_curves(["a"] * 4), ["`train_loss`", "numbers"]),
        (lambda: diagnose_curves([[1.0] * 4]), ["`train_loss`", "result.history"]),
        (lambda: diagnose_curves([1.0] * 4, [1.0] * 5), ["`validation_loss`", "as long as train_loss (4)"]),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
