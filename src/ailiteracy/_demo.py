"""The four headline calls in a row, and what there is to see in each result.

The idea: a `Call` is plain data, and both the line shown to the reader and the call itself are made from it, so that
the line always reproduces the result. A call that fails becomes an `Outcome` with its error, and the next one runs.

Left out: printing, which is done by ``cli.py``. Next: ``_report.py``, the page made of the outcomes.
"""

import contextlib
import importlib
import inspect
import io
import pathlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import _report
from ._support.files import whole_file
from ._support.language import say

__all__ = ["Call", "Outcome", "attempt", "calls", "write"]

QUESTION = "When did Ada Lovelace write her notes?"
CONTEXT = (
    "Ada Lovelace wrote her notes on the Analytical Engine in 1843. The machine was designed by Charles Babbage "
    "and was never finished. Note G describes how the engine could compute Bernoulli numbers."
)


@dataclass(frozen=True)
class Call:
    """One headline call: where it lives, what it is given, and the words around its result."""

    name: str
    title: str
    subject: str
    function: str
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    alt: str = ""
    notice: str = ""
    read_on: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The Python that reproduces the result."""
        given = [repr(value) for value in self.arguments]
        given += [f"{name}={value!r}" for name, value in self.options.items()]
        return f"from ailiteracy import {self.subject}\nresult = {self.subject}.{self.function}({', '.join(given)})"

    def __call__(self) -> Any:
        """Return the result of the call, without progress bars of its own."""
        function = getattr(importlib.import_module(f"ailiteracy.{self.subject}"), self.function)
        silent = {"progress": False} if "progress" in inspect.signature(function).parameters else {}
        return function(*self.arguments, **self.options, **silent)


@dataclass(frozen=True)
class Outcome:
    """What became of a call: its paragraph and figure, or its error and a remedy."""

    call: Call
    seconds: float
    paragraph: str = ""
    png: bytes = b""
    error: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        if self.error:
            return say("{name}: failed. {error}").format(name=self.call.name, error=self.error) + f"\n  {self.remedy}"
        return f"{self.call.name} ({self.seconds:.1f} s): {self.paragraph}"

    @property
    def figure_name(self) -> str:
        """The name of the figure's file."""
        return f"{self.call.name}.png"


def calls(*, seed: int = 0, quick: bool = False) -> list[Call]:
    """Return the four calls, with nothing to fetch; `quick` shortens the game and the training."""
    return [
        Call(
            "backprop", say("A network teaches itself exclusive or"), "basics", "backprop_demo",
            options={"rng": seed},
            alt=say(
                "Left: the loss over the epochs. Right: the plane of the two inputs, coloured by the network's answer, "
                "with the four samples and a dashed border where the answer turns."
            ),
            notice=say(
                "The loss rests on a plateau near 0.5, where the network answers about one half whatever the input; "
                "then it falls. The dashed border is not one straight line: no single neuron could draw it."
            ),
            read_on=("basics/backprop.py", "basics/network.py", "basics/one_step.py"),
        ),
        Call(
            "2048", say("A player looks ahead at chance"), "games", "solve_2048",
            options={"rng": seed} | ({"max_moves": 150} if quick else {}),
            alt=say("Boards of the game: the first, each one that holds a new largest tile, and the last."),
            notice=say(
                "Each board is the first to hold a larger tile, and comes after about twice as many moves as "
                "the one before. The largest tile is kept in a corner, out of the way of the small ones."
            ),
            read_on=("games/rules.py", "games/players.py", "games/expectimax.py"),
        ),
        Call(
            "train", say("A network learns to read handwritten digits"), "vision", "train_resnet",
            options={"seed": seed} | ({"epochs": 1} if quick else {}),
            alt=say(
                "Three panels: the loss and the accuracy over the epochs, each for training and validation, and which "
                "digits were mistaken for which in the test."
            ),
            notice=say(
                "Validation shows pictures that were set apart: where it stays behind training, the network learns "
                "by heart. The dotted line marks the epoch whose weights were kept; the test came last, and once."
            ),
            read_on=("vision/resnet.py", "vision/models.py", "training/loop.py"),
        ),
        Call(
            "answer", say("A reader points at the answer"), "nlp", "answer",
            arguments=(QUESTION, CONTEXT),
            options={"model": "builtin"},
            alt=say("The text with the answer marked, above bars with the probabilities of the best candidates."),
            notice=say(
                "The answer is a stretch of the text, marked where it stands, and the bars compare it with its "
                "rivals. What the text does not hold, such a reader cannot say."
            ),
            read_on=("nlp/reader.py", "nlp/qa.py"),
        ),
    ]  # fmt: skip


def attempt(call: Call) -> Outcome:
    """Return what became of a call; a failure is an outcome too, so that the others can follow."""
    start = time.perf_counter()
    try:
        result = call()
        paragraph, png = str(result), figure_png(result)
    except Exception as error:  # whatever a subject raises belongs in the report, beside the results of the others
        text = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return Outcome(call, time.perf_counter() - start, error=text, remedy=remedy_for(error))
    return Outcome(call, time.perf_counter() - start, paragraph, png)


def remedy_for(error: Exception) -> str:
    """Return what to do about an error: the package's own errors say it themselves."""
    if isinstance(error, ValueError | TypeError | FileNotFoundError):
        return say("The message says what to change.")
    return say("Run `ailiteracy doctor`: it looks at each library and says how to mend it.")


def figure_png(result: Any) -> bytes:
    """Return the result's figure as a PNG and close it."""
    import matplotlib.pyplot as plt

    figure = result.plot()
    buffer = io.BytesIO()
    try:
        figure.savefig(buffer, format="png", dpi=110)
    finally:
        plt.close(figure)
    return buffer.getvalue()


def write(folder: pathlib.Path, outcomes: list[Outcome], *, seed: int) -> pathlib.Path:
    """Write the figures and the page into `folder`, each file whole, and return the path of the page.

    A figure left by an earlier run whose call failed this time is removed, so that it is not taken for a new one.
    """
    for outcome in outcomes:
        place = folder / outcome.figure_name
        if outcome.error:
            with contextlib.suppress(FileNotFoundError):
                place.unlink()
        else:
            with whole_file(place) as part:
                part.write_bytes(outcome.png)
    page = folder / "report.html"
    with whole_file(page) as part:
        part.write_text(_report.page(outcomes, seed=seed), encoding="utf-8")
    return page
