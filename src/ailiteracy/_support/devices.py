"""Which processor torch works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .checks import message

if TYPE_CHECKING:
    import torch

__all__ = ["pick_device"]


def pick_device(device: Any = "auto") -> torch.device:
    """Return the torch device: "auto" takes the accelerator where there is one, else the CPU.

    Parameters
    ----------
    device : str or torch.device
        "auto", "cpu", "cuda", "cuda:1", "mps" or any name torch knows.

    Raises
    ------
    ValueError
        When the name is unknown or this machine has no such device.
    """
    import torch

    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if isinstance(device, str) and device == "auto":
        return accelerator or torch.device("cpu")
    if not isinstance(device, str | torch.device):
        raise TypeError(message("device", "a name such as 'auto', 'cpu' or 'cuda'", device, "Pass 'auto'."))
    here = "cpu" if accelerator is None else f"cpu and {accelerator.type}"
    try:
        chosen = torch.device(device)
    except RuntimeError:
        expected = "'auto', 'cpu', 'cuda', 'cuda:1' or 'mps'"
        raise ValueError(message("device", expected, device, f"This machine has {here}.")) from None
    if chosen.type == "cpu":
        return chosen
    count = torch.accelerator.device_count() if accelerator is not None and accelerator.type == chosen.type else 0
    if (chosen.index or 0) >= count:
        remedy = f"This machine has {here}. Use 'auto' to take what is there."
        raise ValueError(message("device", "a device of this machine", str(device), remedy))
    return chosen
