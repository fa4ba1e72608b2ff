"""Data in memory, handed out in batches.

A network learns from a handful of samples at a time, in a new order every epoch. When all samples fit in memory,
a batch is one indexing operation on a tensor: no worker processes, no copies of Python objects.

Left out: data larger than memory. A torch DataLoader has the same shape and fits in the same place.
Next: schedule.py.
"""

from collections.abc import Callable, Iterator

import torch

from .._support.checks import check_flag, check_integer, check_seed, message

__all__ = ["Batches"]

PICKED = 128  # samples


class Batches:
    """Pairs (inputs, targets) cut into batches, again and again.

    Parameters
    ----------
    inputs : Tensor of shape (n, ...)
        One sample in each row.
    targets : Tensor of shape (n, ...)
        What the model should say to each sample.
    batch_size : int, default 128
        Samples in a batch; the last batch may be smaller.
    shuffle : bool, default False
        Whether each pass takes the samples in a new order.
    transform : callable, optional
        Called as ``transform(inputs, generator)`` on the inputs of each batch, for random changes.
    seed : int, default 0
        Where order and changes come from; the global random state is not touched.

    Raises
    ------
    TypeError
        When inputs or targets are not tensors.
    ValueError
        When there are no samples, or not one target to each.

    Examples
    --------
    >>> batches = Batches(torch.arange(5), torch.arange(5) * 10, batch_size=2)
    >>> [targets.tolist() for inputs, targets in batches]
    [[0, 10], [20, 30], [40]]
    """

    def __init__(
        self,
        inputs: torch.Tensor,
        targets: torch.Tensor,
        *,
        batch_size: int = 128,
        shuffle: bool = False,
        transform: Callable[[torch.Tensor, torch.Generator], torch.Tensor] | None = None,
        seed: int = 0,
    ) -> None:
        for name, value in (("inputs", inputs), ("targets", targets)):
            if not isinstance(value, torch.Tensor) or value.ndim == 0:
                remedy = "Use torch.as_tensor(...) on a list or an array."
                raise TypeError(message(name, "a tensor with one row for each sample", value, remedy))
        if len(inputs) == 0:
            raise ValueError(message("inputs", "at least one sample", inputs, "Check where the data comes from."))
        if len(inputs) != len(targets):
            remedy = "Each sample needs one target."
            raise ValueError(message("targets", f"as many as inputs ({len(inputs)})", len(targets), remedy))
        self.inputs, self.targets = inputs, targets
        self.batch_size = check_integer("batch_size", batch_size, low=1)
        self.shuffle = check_flag("shuffle", shuffle)
        self.transform = transform
        self.generator = torch.Generator().manual_seed(check_seed(seed))

    def __len__(self) -> int:
        """Return the number of batches in one pass."""
        return len(self._cuts())

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield the batches of one pass."""
        n = len(self.inputs)
        order = torch.randperm(n, generator=self.generator) if self.shuffle else torch.arange(n)
        cuts = self._cuts()
        # Picking rows costs a call each time: small batches are picked a few at a time.
        together = max(1, PICKED // self.batch_size)
        for first in range(0, len(cuts), together):
            start, ends = cuts[first - 1] if first else 0, cuts[first : first + together]
            chosen = order[start : ends[-1]]
            sizes = [end - begin for begin, end in zip([start, *ends], ends, strict=False)]
            parts = torch.split(self.inputs[chosen], sizes), torch.split(self.targets[chosen], sizes)
            for inputs, targets in zip(*parts, strict=True):  # (batch, ...) each
                yield (self.transform(inputs, self.generator) if self.transform else inputs), targets

    def _cuts(self) -> list[int]:
        """Return where batches end. In shuffled passes a last sample left alone joins the batch before it."""
        n = len(self.inputs)
        cuts = [*range(self.batch_size, n, self.batch_size), n]
        # Batch norm cannot train on a single value: its variance is 0.
        if self.shuffle and self.batch_size > 1 and len(cuts) > 1 and cuts[-1] - cuts[-2] == 1:
            del cuts[-2]
        return cuts
