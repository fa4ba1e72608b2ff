"""Judges a function by all its results at once, where a single one says little about the mistake behind it.

A function that names a winner or counts leaves returns one of a few values, and several mistakes give the same one. So
it is called on all cases first; a mistake ("slip") is a function too, and must give what came for every case.

Left out: numbers that say by themselves how they came about; `judge.py` compares these case by case.

Next: `_neurons.py` and `_games.py` use it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .compare import difference
from .judge import call, expect

__all__ = ["expect_together"]


def expect_together(
    answer: Any, cases: Sequence[Sequence[Any]], right: Callable[..., Any], slips: Mapping[str, Callable[..., Any]]
) -> None:
    """Call the learner's function on every case and raise the hint when a result is not what `right` returns.

    Parameters
    ----------
    answer : object
        What was handed in.
    cases : sequence of sequence
        The input of each call.
    right : callable
        Returns the right result.
    slips : mapping of str to callable
        A function with a typical mistake for each hint; it fits when it gives what came in all cases.
    """
    results = [call(answer, *args) for args in cases]
    wants = [right(*args) for args in cases]
    wrong = [place for place, (got, want) in enumerate(zip(results, wants, strict=True)) if difference(got, want)]
    if not wrong:
        return
    first = wrong[0]
    fitting: dict[str, Any] = {}
    for hint, slip in slips.items():
        if all(not difference(got, slip(*args), exact_type=False) for got, args in zip(results, cases, strict=True)):
            fitting = {hint: slip(*cases[first])}
            break
    # The first case that shows it, in the same words as everywhere.
    expect(lambda *_: results[first], cases[first], wants[first], fitting)
