"""Many clicks on one encoding, batch by batch; each mask is made only when it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch

from dwell.segmenters.contract import Answer
from dwell.types import BoolArray, FloatArray

__all__ = ["ClickNetwork", "click_all"]


class ClickNetwork(Protocol):
    """A network that answers several clicks at once."""

    def click(
        self, encoded: Any, points_xy: FloatArray, offset: float
    ) -> tuple[torch.Tensor, FloatArray, FloatArray]:
        """Logits (n, m, low_h, low_w), estimates of IoU (n, m) and stabilities (n, m)."""
        ...

    def mask(self, encoded: Any, logits: torch.Tensor) -> BoolArray:
        """(h, w) bool at the image's size."""
        ...


def click_all(
    network: ClickNetwork, encoded: Any, points_xy: FloatArray, offset: float, per_batch: int
) -> Iterator[Answer]:
    """All answers to each of the clicks by itself; see ``contract.Clicking``."""
    for start in range(0, len(points_xy), per_batch):
        logits, scores, stabilities = network.click(encoded, points_xy[start : start + per_batch], offset)
        for at in np.ndindex(scores.shape):
            mask = partial(network.mask, encoded, logits[at])
            yield Answer(float(scores[at]), float(stabilities[at]), mask)
