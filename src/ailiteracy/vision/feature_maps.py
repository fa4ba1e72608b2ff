"""What a layer makes of a picture: its kernels, and the maps they produce.

Every kernel of a convolution answers one question at every place: how much does the picture here look like me? The
answers are a picture again, the feature map. The first layer's kernels can be looked at themselves; those of deeper
layers compare maps with maps and mean nothing to the eye, but their maps still do.

Left out: pictures made to excite one kernel most.
Next: saliency.py, for what decided.
"""

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html
from ..training.evaluation import keep_modes
from ..training.hooks import watch_layers
from .pictures import as_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FeatureMaps", "layer_maps", "one_picture"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class FeatureMaps:
    """What one layer made of one picture.

    Parameters
    ----------
    image : ndarray of float, shape (channels, height, width)
        The picture, from 0 to 1.
    layer : str
        The layer's name in ``model.named_modules()``.
    maps : ndarray of float, shape (n_maps, height', width')
        The layer's output, negative values too.
    kernels : ndarray of float, shape (n_maps, channels, k, l), or None
        The weights, when the layer is a convolution.
    """

    image: npt.NDArray[np.float32]
    layer: str
    maps: npt.NDArray[np.float32]
    kernels: npt.NDArray[np.float32] | None = None

    def plot(self, *, n_maps: int = 16) -> "Figure":
        """Return a figure of the picture and its first maps; each map has its own scale from darkest to brightest."""
        shown = self.maps[: check_integer("n_maps", n_maps, low=1)]
        tiles = [(shades - shades.min()) / max(float(np.ptp(shades)), 1e-12) for shades in shown]
        title = f"The picture, and {len(tiles)} of {len(self.maps)} maps of {self.layer!r}"
        return _sheet([self.image.transpose(1, 2, 0), *tiles], title, colours="viridis")

    def plot_kernels(self, *, n_kernels: int = 16) -> "Figure":
        """Return a figure of the first kernels, averaged over their channels: red adds, blue takes away, white is 0."""
        if self.kernels is None:
            raise ValueError(message("layer", "a convolution", self.layer, "Only convolutions have kernels."))
        shown = self.kernels[: check_integer("n_kernels", n_kernels, low=1)].mean(axis=1)
        tiles = [0.5 + kernel / max(2 * float(np.abs(kernel).max()), 1e-12) for kernel in shown]
        title = f"{len(tiles)} of {len(self.kernels)} kernels of {self.layer!r}"
        return _sheet(tiles, title, colours="RdBu_r")

    def __repr__(self) -> str:
        n_maps, height, width = self.maps.shape
        silent = int((np.ptp(self.maps.reshape(n_maps, -1), axis=1) < 1e-6).sum())
        return (
            f"{n_maps} maps of {height} x {width} from the layer {self.layer!r}, values from {self.maps.min():.2f} to "
            f"{self.maps.max():.2f}; {silent} of them the same everywhere."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def layer_maps(model: nn.Module, image: Any, layer: str | None = None) -> FeatureMaps:
    """Return what a layer of a network makes of a picture.

    Parameters
    ----------
    model : torch.nn.Module
        A network that takes pictures of shape (n, channels, height, width); evaluated, and left as it was.
    image : array_like, shape (height, width), (channels, height, width) or (height, width, channels)
        Whole numbers from 0 to 255 or floats from 0 to 1.
    layer : str, optional
        A name in ``model.named_modules()``. Default: the first convolution.

    Returns
    -------
    FeatureMaps
        The maps, and the kernels if the layer is a convolution.

    Raises
    ------
    ValueError, TypeError
        When there is no such layer, it puts out no maps, or the picture does not fit.

    Examples
    --------
    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU())
    >>> layer_maps(model, np.zeros((8, 8))).maps.shape
    (4, 6, 6)
    """
    check_model(model)
    picture = one_picture(image)  # (1, channels, height, width)
    if layer is None:
        convolutions = (name for name, module in model.named_modules() if isinstance(module, nn.Conv2d))
        layer = next(convolutions, None)
        if layer is None:
            raise ValueError(message("model", "a network with a convolution", type(model).__name__, "Name a layer."))
    with torch.no_grad(), keep_modes(model), watch_layers(model, [layer]) as seen:
        model.eval()
        ask(model, picture)
    maps = next(iter(seen.outputs.values()), None)
    if maps is None or maps.ndim != 4:
        got = "nothing: it did not run" if maps is None else tuple(maps.shape)
        raise ValueError(message("layer", "a layer whose output is maps (1, n_maps, height, width)", got))
    module = model.get_submodule(layer)
    kernels = module.weight.detach().cpu().numpy() if isinstance(module, nn.Conv2d) else None
    return FeatureMaps(picture[0].numpy(), layer, maps[0].cpu().numpy(), kernels)


def check_model(model: Any) -> nn.Module:
    """Return the model if it is a network."""
    if not isinstance(model, nn.Module):
        remedy = "Pass the network itself: of a training result, result.model."
        raise TypeError(message("model", "a torch.nn.Module", model, remedy))
    return model


def one_picture(image: Any) -> torch.Tensor:
    """Return one picture as floats from 0 to 1, shape (1, channels, height, width)."""
    shape = np.shape(image) if not isinstance(image, torch.Tensor) else tuple(image.shape)
    if len(shape) == 3:
        image = image[None]  # otherwise three grey pictures would be seen in one of colour
    picture = as_pictures("image", image)
    if len(picture) != 1:
        raise ValueError(message("image", "one picture", picture, "Choose one, for example images[0]."))
    return picture.float() / 255 if picture.dtype == torch.uint8 else picture.clone()


def ask(model: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    """Return the model's logits, computed where its weights are; pictures that do not fit are a worded error."""
    weights = next(model.parameters(), torch.empty(0))
    try:
        logits: torch.Tensor = model(pictures.to(weights.device))
    except (RuntimeError, TypeError, IndexError) as error:
        reason = str(error).strip().splitlines()[0][:160]
        expected = f"pictures that the {type(model).__name__} takes"
        raise ValueError(message("image", expected, pictures, f"It says: {reason}")) from None
    return logits


def _sheet(tiles: list[npt.NDArray[np.float32]], title: str, *, colours: str) -> "Figure":
    """Return a figure of small pictures side by side, all on the scale 0 to 1."""
    n_columns = min(len(tiles), 9)
    n_rows = -(-len(tiles) // n_columns)
    figure = new_figure(1.0 * n_columns + 0.2, 1.05 * n_rows + 0.4)
    ax = figure.subplots()
    for place, tile in enumerate(tiles):
        row, column = divmod(place, n_columns)
        box = (column, column + 0.92, row + 0.92, row)  # left, right, bottom, top
        grey = tile.ndim == 3 and tile.shape[2] == 1
        pixels = tile[:, :, 0] if grey else tile
        ax.imshow(pixels, cmap="gray" if grey else colours, vmin=0, vmax=1, extent=box, interpolation="nearest")
    ax.set(title=title, xlim=(-0.05, n_columns), ylim=(n_rows, -0.05), aspect="equal")
    ax.set_axis_off()
    return figure
