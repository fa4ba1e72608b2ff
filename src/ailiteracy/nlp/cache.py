"""The key-value cache: what a text generator need not compute twice.

The idea: in causal attention, keys and values of a token never change when later tokens arrive. Keep them, and each new
token costs one row of work instead of the whole text again.

Left out: caches that slide, that are shared between texts, or that hold fewer bits.
Next: generation.py, which uses it.
"""

import torch

__all__ = ["KeyValueCache"]


class KeyValueCache:
    """Keys and values of the tokens so far, of one attention layer.

    Parameters
    ----------
    capacity : int
        Most tokens it can hold. Room for them is taken once, so that appending copies only what is new.

    Examples
    --------
    >>> cache = KeyValueCache(8)
    >>> keys, values = cache.append(torch.zeros(1, 2, 3, 4), torch.zeros(1, 2, 3, 4))
    >>> keys, values = cache.append(torch.ones(1, 2, 1, 4), torch.ones(1, 2, 1, 4))
    >>> keys.shape, cache.length
    (torch.Size([1, 2, 4, 4]), 4)
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.length = 0  # tokens held
        self.keys = self.values = torch.empty(0)  # (B, H, capacity, S) from the first append on

    def append(self, keys: torch.Tensor, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Add keys and values (B, H, T, S) of new tokens and return those of all tokens so far."""
        end = self.length + keys.shape[2]
        if end > self.capacity:
            raise ValueError(f"the cache holds {self.capacity} tokens and cannot take {end}. Start a new one.")
        if not self.length:
            batch, n_heads, _, size = keys.shape
            self.keys = keys.new_empty(batch, n_heads, self.capacity, size)
            self.values = torch.empty_like(self.keys)
        self.keys[:, :, self.length : end] = keys
        self.values[:, :, self.length : end] = values
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]
