"""One network, several questions about each sample.

A trunk turns the sample into features that all tasks share, and each task has a head of its own. Every task has its own
loss; training follows their weighted sum. Weights matter: the task whose loss has the largest numbers would otherwise
decide alone.

Left out: learning the weights (Kendall et al. 2018).
Next: batch_report.py.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn
from torch.utils.data import Dataset

from .._support.checks import check_number, message

__all__ = ["MultiTaskDataset", "MultiTaskLoss", "MultiTaskNet"]


class MultiTaskDataset(Dataset[tuple[torch.Tensor, dict[str, torch.Tensor]]]):
    """Samples with several targets each.

    Parameters
    ----------
    inputs : Tensor of shape (n, ...)
        One sample in each row.
    targets : dict of str to Tensor of shape (n, ...)
        What each task should answer: class numbers of type int64 for classification, also for each pixel.
    transform : callable, optional
        Called as ``transform(inputs, targets)`` on one sample, and returns both: a picture that is turned needs its
        mask turned too.

    Raises
    ------
    ValueError
        When a task has not one target for each sample.

    Examples
    --------
    >>> data = MultiTaskDataset(torch.zeros(3, 2), {"class": torch.tensor([0, 1, 1]), "size": torch.ones(3, 1)})
    >>> data[1][1]
    {'class': tensor(1), 'size': tensor([1.])}
    """

    def __init__(
        self,
        inputs: torch.Tensor,
        targets: Mapping[str, torch.Tensor],
        transform: Callable[[torch.Tensor, dict[str, torch.Tensor]], Any] | None = None,
    ) -> None:
        if not isinstance(inputs, torch.Tensor) or inputs.ndim == 0 or len(inputs) == 0:
            raise ValueError(message("inputs", "a tensor with a row for each sample", inputs, "Use torch.as_tensor."))
        for name, values in _check_tasks("targets", targets).items():
            if not isinstance(values, torch.Tensor) or values.ndim == 0 or len(values) != len(inputs):
                expected = f"tensors with {len(inputs)} rows, one for each sample"
                raise ValueError(message(f"targets[{name!r}]", expected, values, "Each sample needs a target."))
        self.inputs, self.targets, self.transform = inputs, dict(targets), transform

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, number: int) -> Any:
        inputs, targets = self.inputs[number], {name: values[number] for name, values in self.targets.items()}
        return (inputs, targets) if self.transform is None else self.transform(inputs, targets)


class MultiTaskNet(nn.Module):
    """A shared trunk with a head for each task.

    Parameters
    ----------
    trunk : torch.nn.Module
        Turns inputs into features.
    heads : dict of str to torch.nn.Module
        Each turns the features into the outputs of its task.

    Raises
    ------
    ValueError
        When torch cannot give a task's name to a layer: "", names with a dot, and words such as "type" that every
        module has.

    Examples
    --------
    >>> net = MultiTaskNet(nn.Linear(2, 8), {"class": nn.Linear(8, 3), "size": nn.Linear(8, 1)})
    >>> {name: tuple(output.shape) for name, output in net(torch.zeros(5, 2)).items()}
    {'class': (5, 3), 'size': (5, 1)}
    """

    def __init__(self, trunk: nn.Module, heads: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.trunk, self.heads = trunk, nn.ModuleDict()
        for name, head in _check_tasks("heads", heads).items():
            # A head becomes a part of the network, which is found by its name: heads.class.weight.
            if not isinstance(name, str) or not name or "." in name or hasattr(self.heads, name):
                remedy = "Rename the task everywhere, for example 'kind' for 'type'."
                raise ValueError(message("heads", "tasks with names that a layer can have", name, remedy))
            self.heads[name] = head

    def forward(self, inputs: Any) -> dict[str, torch.Tensor]:
        """Return the outputs of every task, by name."""
        features = self.trunk(inputs)  # once for all tasks
        return {name: head(features) for name, head in self.heads.items()}


class MultiTaskLoss:
    """The weighted sum of the tasks' losses, as `fit` takes it.

    Parameters
    ----------
    losses : dict of str to callable
        ``loss(outputs, targets)`` of each task.
    weights : dict of str to float, optional
        How much each counts; 1 for those not named.

    Raises
    ------
    ValueError
        When a weight has no loss, or later when outputs or targets of a task are missing or of different shapes.

    Examples
    --------
    >>> loss = MultiTaskLoss({"a": nn.functional.mse_loss, "b": nn.functional.l1_loss}, {"b": 0.5})
    >>> one, three = torch.tensor([1.0]), torch.tensor([3.0])
    >>> float(loss({"a": one, "b": one}, {"a": three, "b": three}))  # 1 * 4 + 0.5 * 2
    5.0
    """

    def __init__(
        self, losses: Mapping[str, Callable[[Any, Any], torch.Tensor]], weights: Mapping[str, float] | None = None
    ) -> None:
        self.losses = dict(_check_tasks("losses", losses))
        unknown = set(weights or {}) - set(self.losses)
        if unknown:
            expected = f"for the tasks {sorted(self.losses)}"
            raise ValueError(message("weights", expected, sorted(unknown), "Mind the names."))
        given = {name: check_number(f"weights[{name!r}]", weight, low=0) for name, weight in (weights or {}).items()}
        self.weights = dict.fromkeys(self.losses, 1.0) | given

    def __call__(self, outputs: Mapping[str, Any], targets: Mapping[str, Any]) -> torch.Tensor:
        """Return the sum, a tensor with one number."""
        return sum((self.weights[name] * loss for name, loss in self.parts(outputs, targets).items()), torch.zeros(()))

    def parts(self, outputs: Mapping[str, Any], targets: Mapping[str, Any]) -> dict[str, torch.Tensor]:
        """Return the loss of each task, before weighting.

        Parameters
        ----------
        outputs, targets : dict of str to Tensor
            Of each task.

        Returns
        -------
        dict of str to Tensor
            One number for each task.
        """
        for name, values in (("outputs", outputs), ("targets", targets)):
            missing = set(self.losses) - set(values if isinstance(values, Mapping) else ())
            if missing:
                remedy = "Name the tasks alike in data set, heads and losses."
                raise ValueError(message(name, f"a dict with the tasks {sorted(self.losses)}", values, remedy))
        for name in self.losses:
            said, true = outputs[name], targets[name]
            # (n, 1) against (n,) would compare all with all.
            if true.is_floating_point() and said.shape != true.shape:
                remedy = "Give the targets the shape of the outputs."
                raise ValueError(message(f"targets[{name!r}]", f"of shape {tuple(said.shape)}", true, remedy))
        return {name: loss(outputs[name], targets[name]) for name, loss in self.losses.items()}


def _check_tasks(name: str, tasks: Any) -> Any:
    if not isinstance(tasks, Mapping) or not tasks:
        raise TypeError(message(name, "a dict with an entry for each task", tasks, 'For example {"class": ...}.'))
    return tasks
