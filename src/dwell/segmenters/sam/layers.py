"""What a loaded network need not do anew for every frame; its results stay the same to the last bit."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

__all__ = ["cast_layers", "keep_positions"]


def cast_layers(model: nn.Module, dtype: torch.dtype) -> None:
    """Keep the weights of linear layers and convolutions in the type that autocast computes them in.

    Else autocast converts each of them at every call. All other weights stay as they are, because with them
    autocast computes in full precision.
    """
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            module.to(dtype)


def keep_positions(model: nn.Module) -> None:
    """Compute the codes of positions once for each shape; the library does for every frame."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if "Sine" in type(child).__name__:
                setattr(parent, name, _Kept(child))


class _Kept(nn.Module):
    """Gives what it gave before when asked the same."""

    def __init__(self, asked: nn.Module) -> None:
        super().__init__()
        self._asked = asked
        self._answers: dict[tuple[Any, ...], torch.Tensor] = {}

    def forward(self, *what: Any) -> torch.Tensor:
        """Codes for a (shape, device, type)."""
        if what not in self._answers:
            self._answers[what] = self._asked(*what)
        return self._answers[what]
