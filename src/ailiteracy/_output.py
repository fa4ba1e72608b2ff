"""What the commands print: a result's paragraph, its figure's place, JSON.

The idea: text goes out at once, so that a reader that has left is noticed where it can be handled.

Left out: errors, which end in ``cli.py``. Next: ``cli.py`` and ``_cli_2048.py``.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ._places import write_figure
from ._support.language import say

__all__ = ["Figure", "show", "show_json", "show_result"]

Figure = Annotated[Path | None, typer.Option("--figure", help="Write the figure there: .png, .svg, .pdf or .jpg.")]


def show(text: str) -> None:
    """Print now, so that a closed pipe is noticed here and not at exit."""
    # Where there is no stdout at all (`>&-`, pythonw) nothing is said, as with `print`.
    if sys.stdout is not None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def show_result(result: Any, figure: Path | None, *, silent: bool = False) -> None:
    """Print the paragraph of a result and write its figure where one is asked for."""
    if not silent:
        show(str(result))
    if figure is None:
        return
    write_figure(result, figure)
    if not silent:
        show(say("The figure: {figure}").format(figure=figure))


def show_json(value: Any) -> None:
    """Print JSON; letters outside ASCII stay letters where the terminal can show them."""
    utf8 = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "").startswith("utf8")
    show(json.dumps(value, indent=2, ensure_ascii=not utf8))
