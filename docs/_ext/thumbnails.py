"""The thumbnails of the gallery with 128 colours each: drawings look the same, and a page of them weighs half."""

import pathlib

from PIL import Image

COLOURS = 128


def lighten(app, exception):
    """Write each thumbnail again with a palette, where that makes it smaller."""
    if exception is not None or app.builder.name != "html":
        return
    for path in pathlib.Path(app.outdir, "_images").glob("*_thumb.png"):
        with Image.open(path) as picture:
            palette = picture.mode == "P"
            light = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
        if not palette:
            light.save(path, optimize=True)


def setup(app):
    """Called by Sphinx."""
    app.connect("build-finished", lighten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
