"""A matrix with all its directions equally strong: the heart of the optimizer Muon.

The gradient of a layer, written as a matrix, has a few strong directions and many weak ones. Of its decomposition
U S V the steps of Muon keep U V: every direction, each by the same length. Taking a matrix apart is slow; a polynomial
of odd powers, applied a few times, pushes all singular values near 1, with nothing but matrix products.

Left out: the optimizers around it; pictures and texts each have one, because their layers differ.
Next: loop.py, which takes any optimizer.
"""

import torch

from .._support.checks import message

__all__ = ["orthogonalise"]

# a x + b x^3 + c x^5: the coefficients lift small singular values fastest and leave large ones between 0.7 and 1.2.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrix: torch.Tensor, *, n_times: int = 5) -> torch.Tensor:
    """Return the matrix with its singular values brought near 1 and its directions kept.

    Parameters
    ----------
    matrix : Tensor of shape (n_rows, n_columns)
        Any matrix.
    n_times : int, default 5
        How often the polynomial is applied.

    Returns
    -------
    Tensor of shape (n_rows, n_columns)
        Nearly U V of the singular value decomposition U S V; zeros stay zeros.

    Raises
    ------
    ValueError
        When the matrix has not two axes.

    References
    ----------
    Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024 (blog).

    Examples
    --------
    >>> values = torch.linalg.svdvals(orthogonalise(torch.diag(torch.tensor([9.0, 2.0]))))
    >>> bool(((values > 0.6) & (values < 1.3)).all())
    True
    """
    if not isinstance(matrix, torch.Tensor) or matrix.ndim != 2:
        raise ValueError(message("matrix", "a tensor with two axes", matrix, "Use weight.flatten(1)."))
    a, b, c = COEFFICIENTS
    x: torch.Tensor = matrix if len(matrix) <= matrix.shape[1] else matrix.T  # the product below is the smaller one
    x = x / (x.norm() + 1e-7)  # no singular value above 1
    for _ in range(n_times):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x if len(matrix) <= matrix.shape[1] else x.T
