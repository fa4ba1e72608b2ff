"""The command `ailiteracy`: the package's calls from a terminal.

The idea: each command hands its options to one public function and prints the paragraph of the result. Libraries
are imported inside the commands, so that `ailiteracy --help` is quick. Errors end in `Commands.invoke`, as one line.

Left out: options for everything a function can do; Python is the place for those.

Next: ``_cli_2048.py``, ``_cli_chat.py``, ``_cli_quiz.py``, ``_demo.py`` and ``_doctor.py``.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from . import __version__, _cli_2048, _cli_chat, _cli_quiz
from ._output import Figure, show, show_json, show_result
from ._places import check_figure, check_folder, draw_into_files, read_context
from ._support.checks import check_seed
from ._support.language import say, tell_libraries, translate_help

__all__ = ["app", "main"]

# \b keeps the lines of a block as they stand.
HELP = """Understand artificial intelligence by running it: four calls that
need no network, each one behind a short file to read.

\b
  ailiteracy demo              all four, with a report in ./ailiteracy-demo
  ailiteracy 2048 --seed 1     one game by a player that looks ahead
  ailiteracy train --epochs 3  a network learns to read handwritten digits
  ailiteracy answer "Who wrote it?" "Ada wrote it in 1843."
  ailiteracy quiz              questions on what you have read

Figures and files go where --figure, --save or --output says; a quiz keeps
its answers in the cache folder. Something does not work? Run: ailiteracy doctor
"""
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same result.")]
Epochs = Annotated[int | None, typer.Option("--epochs", help="Passes over the images.", show_default="the recipe's")]
BatchSize = Annotated[int | None, typer.Option("--batch-size", help="Images in a step.", show_default="the recipe's")]
ValidationFraction = Annotated[
    float | None,
    typer.Option("--validation-fraction", help="Part held out to choose the best epoch.", show_default="the recipe's"),
]
HIDDEN = [4]
COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red"}


class Commands(TyperGroup):
    """The commands; an error of the library or Ctrl-C ends here, without a traceback."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        translate_help(self)

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the command line; typer itself would end by Ctrl-C without a word."""
        try:
            return super().make_context(*arguments, **options)
        except KeyboardInterrupt:
            stop(say("interrupted"), 130)
        except BrokenPipeError:
            raise  # typer ends quietly when the reader of --help has left
        except OSError as error:
            stop(say("error: {error}").format(error=one_line(error)), 2)

    def invoke(self, ctx: Any) -> Any:
        """Run one command and turn what goes wrong into one line and an exit code."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):  # RuntimeErrors by birth, messages between typer's own parts
            raise
        except KeyboardInterrupt:
            stop(say("interrupted"), 130)
        except BrokenPipeError:
            # The reader, such as `head`, has left. What is still buffered goes nowhere, so that nothing fails at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except (ValueError, TypeError, OSError, EOFError, ImportError, RuntimeError) as error:
            if ctx.params.get("show_traceback"):
                traceback.print_exc()
            stop(say("error: {error}").format(error=one_line(error)), 2)


app = typer.Typer(
    cls=Commands,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(_cli_2048.app, name="2048")
app.command()(_cli_chat.chat)
app.command(name="quiz")(_cli_quiz.play_quiz)


def main() -> None:
    """Run the command; called by ``__main__.py``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a letter that the terminal lacks becomes a \\u code and not an error
            stream.reconfigure(errors="backslashreplace")
    tell_libraries()
    app(prog_name="ailiteracy")


def stop(line: str, code: int) -> NoReturn:
    """Write one red line to stderr and end with an exit code."""
    Console(stderr=True).print(Text(line, style="red"), soft_wrap=True)
    raise typer.Exit(code)


def one_line(error: BaseException) -> str:
    """Return what an error says, on one line; an error of the system names its file first."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    text = " ".join(str(error).split()) or type(error).__name__
    # The package's own errors say what to do; these two kinds come from a library below, perhaps a broken one.
    foreign = isinstance(error, ImportError | RuntimeError) and not type(error).__module__.startswith("ailiteracy")
    return say("{error} (ailiteracy doctor looks for the cause)").format(error=text) if foreign else text


def show_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        show(f"ailiteracy {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    show_traceback: Annotated[
        bool, typer.Option("--traceback", envvar="AILITERACY_DEBUG", help="Show where in the code an error arose.")
    ] = False,
) -> None:
    """Take the options that stand before the command; `Commands.invoke` reads them from the context."""


@app.command()
def demo(
    output: Annotated[Path, typer.Option("--output", help="Folder of figures and report.")] = Path("ailiteracy-demo"),
    seed: Seed = 0,
    quick: Annotated[bool, typer.Option("--quick", help="Shorter games and training: a look in seconds.")] = False,
) -> None:
    """Run all four calls and write their figures and one report."""
    from . import _demo

    check_seed(seed)
    output = output.expanduser()
    check_folder("output", output)
    draw_into_files()
    console = Console()
    columns = SpinnerColumn("line"), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn()
    outcomes = []
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        selected = _demo.calls(seed=seed, quick=quick)
        task = bar.add_task("", total=len(selected))
        for call in selected:
            bar.update(task, description=call.title)
            outcomes.append(_demo.attempt(call))
            show(f"{outcomes[-1]}\n")
            bar.advance(task)
    show(say("Figures and report: {page}").format(page=_demo.write(output, outcomes, seed=seed)))
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)


@app.command()
def backprop(
    problem: Annotated[str, typer.Option("--problem", help="The truth table to learn, such as xor.")] = "xor",
    hidden: Annotated[list[int], typer.Option("--hidden", help="Neurons of a hidden layer; repeat for more.")] = HIDDEN,
    epochs: Annotated[int, typer.Option("--epochs", help="Passes over the data.")] = 10_000,
    learning_rate: Annotated[float, typer.Option("--learning-rate", help="The length of a step.")] = 0.1,
    seed: Seed = 0,
    figure: Figure = None,
) -> None:
    """Train a small network by gradients written out by hand."""
    check_figure(figure)
    check_seed(seed)
    from .basics import backprop_demo

    result = backprop_demo(problem, hidden=tuple(hidden), epochs=epochs, learning_rate=learning_rate, rng=seed)
    show_result(result, figure)


@app.command()
def train(
    dataset: Annotated[str, typer.Argument(help="A data set by name, or a folder of images.")] = "digits",
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Where the data set lies or shall lie.")] = None,
    download: Annotated[bool, typer.Option("--download", help="Fetch the data set when it is missing.")] = False,
    model: Annotated[str | None, typer.Option("--model", help="Such as resnet18; else what suits the data.")] = None,
    recipe: Annotated[str, typer.Option("--recipe", help="fast or course.")] = "fast",
    epochs: Epochs = None,
    batch_size: BatchSize = None,
    validation_fraction: ValidationFraction = None,
    seed: Seed = 0,
    device: Annotated[str, typer.Option("--device", help="auto, cpu, cuda, cuda:1 or mps.")] = "auto",
    precision: Annotated[str, typer.Option("--precision", help="auto, float32, bfloat16 or float16.")] = "auto",
    output: Annotated[Path | None, typer.Option("--output", help="Write the trained model into this folder.")] = None,
    figure: Figure = None,
) -> None:
    """Train a network on images."""
    check_figure(figure)
    check_folder("output", output)
    from .vision import train_resnet

    result = train_resnet(
        dataset, data_dir=data_dir, download=download, model=model, recipe=recipe, epochs=epochs,
        batch_size=batch_size, validation_fraction=validation_fraction, seed=seed, device=device, precision=precision,
        output_dir=output,
    )  # fmt: skip
    show_result(result, figure)
    if output is not None:
        show(say("The model: {folder}").format(folder=output))


@app.command()
def predict(
    model: Annotated[Path, typer.Argument(help="The folder that train --output wrote.")],
    images: Annotated[Path, typer.Argument(help="A picture file, or a folder of them; --figure shows the first.")],
    top_k: Annotated[int, typer.Option("--top-k", help="How many classes to name for each picture.")] = 3,
    invert: Annotated[bool, typer.Option("--invert", help="Swap dark and light: for digits in ink on paper.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
    figure: Figure = None,
) -> None:
    """Ask a trained network about pictures."""
    check_figure(figure)
    from .vision import predict_images

    found = predict_images(model, images, top_k=top_k, invert=invert)
    answers = found if isinstance(found, list) else [found]
    if as_json:
        show_json([answer_fields(one) for one in answers])
    for one in answers:
        show_result(one, figure if one is answers[0] else None, silent=as_json)


def answer_fields(said: Any) -> dict[str, Any]:
    """Return a Prediction as JSON shows it."""
    top = [{"label": label, "probability": probability} for label, probability in said.top]
    return {"file": said.source, "label": said.label, "probability": said.probability, "top": top}


@app.command()
def answer(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    context: Annotated[str | None, typer.Argument(help="The text to search; or --file, or a pipe.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the text from this file (UTF-8).")] = None,
    model: Annotated[str, typer.Option("--model", help="auto, builtin, or a Hugging Face model.")] = "auto",
    download: Annotated[bool, typer.Option("--download", help="Fetch a Hugging Face model that is not here.")] = False,
    top_k: Annotated[int, typer.Option("--top-k", help="How many answers to give.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
    figure: Figure = None,
) -> None:
    """Find the answer to a question in a text."""
    check_figure(figure)
    text = read_context(context, file)
    from . import nlp

    found = nlp.answer(question, text, model=model, download=download, top_k=top_k)
    answers = found if isinstance(found, list) else [found]
    if as_json:
        fields = ("text", "score", "start", "end", "reader")
        show_json([{name: getattr(one, name) for name in fields} for one in answers])
    for one in answers:
        show_result(one, figure if one is answers[0] else None, silent=as_json)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    network: Annotated[bool, typer.Option("--network", help="Try a connection too; otherwise none is opened.")] = False,
) -> None:
    """Examine the installation and say how to mend it."""
    from dataclasses import asdict

    from . import _doctor

    rows = []
    for row in _doctor.examine(network=network):  # some checks take seconds: each row is shown when it is there
        rows.append(row)
        if not as_json:
            show_row(row)
    counts = {status: sum(row.status == status for row in rows) for status in COLOURS}
    if as_json:
        show_json({"ok": not counts["fail"], "rows": [asdict(row) for row in rows]})
    else:
        show("\n" + say("Fine: {ok}. Warnings: {warn}. Problems: {fail}.").format(**counts))
    if counts["fail"]:
        raise typer.Exit(1)


def show_row(row: Any) -> None:
    """Print one finding of the doctor, and its remedy below it."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=4)
    table.add_column(width=19)
    table.add_column(overflow="fold")
    table.add_row(Text(say(row.status), COLOURS[row.status]), say(row.name), Text(row.detail))
    if row.remedy:
        table.add_row("", "", Text(say("To do: {remedy}").format(remedy=row.remedy), "bold"))
    Console().print(table)
