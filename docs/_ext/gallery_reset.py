"""What is put in order before each gallery example: seeds, and the fonts that can write Chinese."""


def seed_everything(gallery_conf, fname):
    """Seed numpy, random and torch; sphinx-gallery calls this before every example."""
    import random

    import matplotlib as mpl
    import numpy as np
    import torch

    from ailiteracy._support.figures import text_fonts

    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - examples may use third-party code that draws from it
    torch.manual_seed(0)
    mpl.rcParams["font.family"] = text_fonts()
