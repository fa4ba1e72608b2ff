"""Layers of one's own.

A layer is a class with weights made in ``__init__`` and arithmetic in ``forward``; torch finds the weights by itself.
What works differently in training asks ``self.training``, which ``model.eval()`` turns off.

Left out: layers that torch has. These two show what a layer of one's own is good for.
Next: collate.py, whose batches the second one reads.
"""

import torch
from torch import nn

from .._support.checks import check_integer, check_number, message

__all__ = ["NoisyLinear", "SequenceNet"]


class NoisyLinear(nn.Linear):
    """A linear layer that adds noise to its inputs while it trains, so that the network cannot rely on exact values.

    Parameters
    ----------
    n_inputs, n_outputs : int
        Numbers that come in and go out.
    noise : float, default 0.1
        Standard deviation of the noise. It is added to the inputs, not to the weights.
    bias : bool, default True
        Whether a constant is added.

    Examples
    --------
    >>> layer = NoisyLinear(2, 1).eval()
    >>> bool(layer(torch.ones(1, 2)) == layer(torch.ones(1, 2)))
    True
    """

    def __init__(self, n_inputs: int, n_outputs: int, *, noise: float = 0.1, bias: bool = True) -> None:
        n_inputs = check_integer("n_inputs", n_inputs, low=1)
        super().__init__(n_inputs, check_integer("n_outputs", n_outputs, low=1), bias)
        self.noise = check_number("noise", noise, low=0)

    def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002 (the name that torch gives it)
        """Return the outputs, shape (..., n_outputs)."""
        if self.training:
            input = input + self.noise * torch.randn_like(input)  # noqa: A001
        return super().forward(input)

    def extra_repr(self) -> str:
        """Return what printing the layer shows."""
        return f"{super().extra_repr()}, noise={self.noise}"


class SequenceNet(nn.Module):
    """Reads token numbers with an LSTM and answers after the last real one.

    Parameters
    ----------
    n_tokens : int
        Size of the vocabulary.
    n_outputs : int
        Logits for each sequence.
    width : int, default 32
        Numbers that stand for a token, and that the LSTM remembers.
    n_layers : int, default 1
        LSTMs on top of each other.
    dropout : float, default 0
        Between the LSTMs; refused with a single one, where there is no between.

    Raises
    ------
    ValueError
        When dropout would do nothing.

    Notes
    -----
    The last column of a padded batch is padding for every sequence but the longest. The mask says where each one ends.

    Examples
    --------
    >>> net = SequenceNet(10, 2)
    >>> net(torch.tensor([[1, 2, 0]]), mask=torch.tensor([[True, True, False]])).shape
    torch.Size([1, 2])
    """

    def __init__(
        self, n_tokens: int, n_outputs: int, *, width: int = 32, n_layers: int = 1, dropout: float = 0
    ) -> None:
        super().__init__()
        n_layers, width = check_integer("n_layers", n_layers, low=1), check_integer("width", width, low=1)
        if check_number("dropout", dropout, low=0, high=1) and n_layers == 1:
            remedy = "Use two layers: dropout stands between them."
            raise ValueError(message("dropout", "0 when n_layers=1", dropout, remedy))
        self.embed = nn.Embedding(check_integer("n_tokens", n_tokens, low=1), width)
        self.lstm = nn.LSTM(width, width, num_layers=n_layers, dropout=dropout, batch_first=True)
        self.head = nn.Linear(width, check_integer("n_outputs", n_outputs, low=1))

    def forward(self, inputs: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Return logits, shape (B, n_outputs).

        Parameters
        ----------
        inputs : Tensor of int, shape (B, T)
            Token numbers; padding stands at the end.
        mask : Tensor of bool, shape (B, T), optional
            True for real tokens; by default all are.

        Returns
        -------
        Tensor
            Logits, shape (B, n_outputs).
        """
        if mask is None:
            mask = torch.ones_like(inputs, dtype=torch.bool)
        elif mask.shape != inputs.shape or not bool(mask[:, 0].all()):
            remedy = "Use training.pad_collate, and drop empty sequences."
            raise ValueError(message("mask", f"of shape {tuple(inputs.shape)}, True first in every row", mask, remedy))
        elif bool((mask[:, 1:] > mask[:, :-1]).any()):
            remedy = "Move what is left out to the end; training.pad_collate pads there."
            raise ValueError(message("mask", "True up to each text's end and False behind it", mask.tolist(), remedy))
        states, _ = self.lstm(self.embed(inputs))  # (B, T, width)
        # The LSTM reads from left to right: what stands behind a place does not change the state there.
        last = mask.sum(dim=1) - 1  # (B,)
        place = last[:, None, None].expand(-1, 1, states.shape[2])  # (B, 1, width)
        return self.head(states.gather(1, place)[:, 0])  # type: ignore[no-any-return]
