"""A figure of what random changes do: the first check of every augmentation.

Look at the changed pictures before training on them. What a person can no longer name, a network should not be asked
to name.

Left out: changes of whole photo collections; this is a look at one picture.
Next: the example on augmentation.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .._support.checks import check_integer, check_seed, message
from .._support.figures import new_figure, text_fonts
from .pictures import as_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["augmentation_sheet"]

Change = Callable[[torch.Tensor, torch.Generator], torch.Tensor]


def augmentation_sheet(image: Any, changes: Mapping[str, Change], *, n_samples: int = 7, seed: int = 0) -> "Figure":
    """Return a figure with a row for each change: the picture as it is, then changed `n_samples` times.

    Parameters
    ----------
    image : array_like of shape (channels, height, width) or (height, width)
        One picture: bytes, or floats from 0 to 1.
    changes : mapping of str to callable
        Name of each row, and what is called as ``change(images, generator)`` on a batch, such as `random_flip`.
    n_samples : int, default 7
        Changed pictures in a row.
    seed : int, default 0
        Where the changes' chance comes from.

    Returns
    -------
    matplotlib.figure.Figure
        One set of axes with all pictures.

    Raises
    ------
    ValueError, TypeError
        When `image` is no picture or there is no change.
    """
    image = as_pictures("image", np.asarray(image)[None] if np.ndim(image) in (2, 3) else image)[:1]
    n_samples = check_integer("n_samples", n_samples, low=1)
    if not isinstance(changes, Mapping) or not changes or not all(callable(change) for change in changes.values()):
        remedy = "For example {'flip': vision.random_flip}."
        raise TypeError(message("changes", "names with a function for each", changes, remedy))
    batch = image.repeat(n_samples, 1, 1, 1)
    rows = []
    for change in changes.values():
        generator = torch.Generator().manual_seed(check_seed(seed))
        rows.append(torch.cat([image, change(batch, generator)]))  # (1 + n_samples, channels, height, width)
    return _draw(torch.stack(rows), list(changes))


def _draw(rows: torch.Tensor, names: list[str]) -> "Figure":
    """Draw all pictures as one large picture: thin white lines between them, a gap after the first column."""
    n_rows, n_columns, channels, height, width = rows.shape
    top, line, gap = (255 if rows.dtype == torch.uint8 else 1), max(1, height // 16), max(2, width // 5)
    left = [column * (width + line) + (gap if column else 0) for column in range(n_columns)]
    canvas = torch.full((channels, n_rows * (height + line) - line, left[-1] + width), top, dtype=rows.dtype)
    for row in range(n_rows):
        for column in range(n_columns):
            start = row * (height + line)
            canvas[:, start : start + height, left[column] : left[column] + width] = rows[row, column]
    figure = new_figure(0.6 + 0.09 * max(map(len, names)) + n_columns * 0.95, 0.5 + n_rows * 0.95 * height / width)
    ax = figure.subplots()
    ax.imshow(canvas.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=top, interpolation="nearest")
    centres = [row * (height + line) + height / 2 for row in range(n_rows)]
    ax.set_yticks(centres, labels=names, fontfamily=text_fonts())
    ax.set(title="The picture (left), and changed at random", xticks=[])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return figure
