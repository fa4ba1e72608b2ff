"""Figures with one look, fonts that can write Chinese, and results shown in notebooks.

Figures belong to pyplot, so that `plt.show()` in a script and the end of a notebook cell show them; rcParams
stay as found.
"""

from __future__ import annotations

import base64
import functools
import html
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["figure_html", "new_figure", "result_html", "text_fonts"]

# Fonts that hold both Latin and Chinese letters, the freely available ones first.
CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei", "Arial Unicode MS",
)  # fmt: skip


def new_figure(width: float = 8.0, height: float = 4.0) -> Figure:
    """Return an empty pyplot figure, `width` by `height` inches, that lays itself out."""
    import matplotlib.pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")


@functools.cache
def text_fonts() -> list[str]:
    """Return the font families to write any text with; pass them as `fontfamily=` where a text may be Chinese."""
    from matplotlib import font_manager

    here = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in CHINESE_FONTS if name in here] + ["DejaVu Sans"]


def figure_html(figure: Figure, alt: str) -> str:
    """Return the figure as an HTML image that needs no other file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img alt="{html.escape(alt)}" style="max-width:100%" src="data:image/png;base64,{data}">'


def result_html(result: Any) -> str:
    """Return a result for a notebook: its paragraph, then its figure."""
    import matplotlib.pyplot as plt

    figure = result.plot()
    try:
        picture = figure_html(figure, alt=type(result).__name__)
    finally:
        plt.close(figure)  # a notebook would show the open figure a second time
    return f'<p style="white-space: pre-wrap">{html.escape(str(result))}</p>{picture}'
