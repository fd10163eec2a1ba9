"""One AOI per pixel, for formats that have no room for more: the smallest is on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dwell.formats.streaming import Shown, painting_order
from dwell.masks import Mask
from dwell.types import AOI, ByteArray

__all__ = ["OnTop", "Tally", "on_top", "paint"]


@dataclass(frozen=True)
class OnTop:
    """What is left of the masks of a frame when each pixel goes to one AOI."""

    masks: list[tuple[AOI, Mask]]
    """In order of object_id; none of them share a pixel, and none is empty."""
    hidden: list[AOI]
    """Those of which nothing is left."""
    overlapping_px: int
    """Pixels that belong to several AOIs."""


def on_top(shown: Sequence[Shown], size_hw: tuple[int, int]) -> OnTop:
    """The visible masks of a frame, of which the smallest get the pixels that several share.

    Of masks of one size, that of the highest object_id is on top.
    """
    taken = shared = Mask.empty(size_hw)
    masks, hidden = [], []
    for one in reversed(painting_order(shown)):
        mask = one.mask
        covered = mask & taken
        rest = mask - covered if covered else mask
        shared, taken = (shared | covered if covered else shared), taken | mask
        if rest:
            masks.append((one.aoi, rest))
        else:
            hidden.append(one.aoi)
    return OnTop(sorted(masks, key=lambda pair: pair[0].object_id), hidden, shared.area)


def paint(top: OnTop, size_hw: tuple[int, int]) -> ByteArray:
    """(h, w) uint8: 0 background, else the object_id, which must be below 256."""
    index = np.zeros(size_hw, np.uint8)
    for aoi, mask in top.masks:
        x0, y0, inside = mask.crop()
        height, width = inside.shape
        index[y0 : y0 + height, x0 : x0 + width][inside != 0] = aoi.object_id
    return index


@dataclass
class Tally:
    """What became of the masks, over all frames of all videos."""

    n_masks: int = 0
    overlapping_px: int = 0
    hidden: Counter[str] = field(default_factory=Counter)
    """By AOI name: frames on which nothing is left of it."""

    def add(self, top: OnTop) -> None:
        """Count a frame."""
        self.n_masks += len(top.masks)
        self.overlapping_px += top.overlapping_px
        self.hidden.update(aoi.name for aoi in top.hidden)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is lost, beside pixels."""
        return tuple(
            f"{name}: hidden by smaller AOIs on {n} {'frame' if n == 1 else 'frames'} and has no label there."
            for name, n in self.hidden.items()
        )
