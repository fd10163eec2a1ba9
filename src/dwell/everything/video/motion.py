"""How the picture has moved since a key frame, at a small size, and where a new shot begins. Source: ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.types import BoolArray, ByteArray

__all__ = ["SMALL_PX", "Change", "Motion", "Shift", "carried", "small_size"]

SMALL_PX = 192
"""Longer side of the pictures that motion is measured on."""
CUT_COLOURS = 0.45
"""Bhattacharyya distance of colours, 0 … 1, from which two frames may belong to two shots …"""
CUT_RESIDUE = 22.0
"""… if the best motion between them leaves so many grey levels of difference, on average."""

Shift = NDArray[np.float32]
"""(h, w, 2) float32: for each pixel of a small picture, where it lies in another one, px (x, y)."""


@dataclass(frozen=True)
class Change:
    """How much one frame differs from the key frame before it."""

    moved: float
    """Displacement that a fifth of the picture exceeds, as a share of its diagonal."""
    new: float
    """0 … 1: share of the picture that was not in the key frame's view."""
    cut: bool
    """A new shot begins with this frame: it shows something else than the frame before it."""


class Motion:
    """Follows a video frame by frame, from one key frame to the next."""

    def __init__(self) -> None:
        self._flow: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._flow.setFinestScale(0)  # the picture is small as it is
        self._gray: Any = None
        self._colours: Any = None
        self.back: Shift | None = None
        """Where each pixel of the frame seen last lies in the key frame; None right after ``begin``."""
        self.ahead: Shift | None = None
        """Where each pixel of the key frame lies in the frame seen last."""

    def begin(self, image: ByteArray) -> None:
        """A key frame."""
        self._gray, self._colours = _seen(image)
        self.back = self.ahead = None

    def follow(self, image: ByteArray) -> Change:
        """The next frame. At a cut, nothing is followed; ``begin`` with it."""
        gray, colours = _seen(image)
        before, before_colours = self._gray, self._colours
        self._gray, self._colours = gray, colours
        back, ahead = self._flow.calc(gray, before, None), self._flow.calc(before, gray, None)
        grid = _grid(gray.shape)
        step_back, step_ahead = grid + back, grid + ahead
        residue = float(cv2.absdiff(gray, _at(before, step_back)).mean())
        differs = cv2.compareHist(before_colours, colours, cv2.HISTCMP_BHATTACHARYYA)
        if differs > CUT_COLOURS and residue > CUT_RESIDUE:
            return Change(1.0, 1.0, cut=True)
        self.back = step_back if self.back is None else _at(self.back, step_back)
        self.ahead = step_ahead if self.ahead is None else _at(step_ahead, self.ahead)
        return self._change(grid, step_back)

    def _change(self, grid: Shift, step_back: Shift) -> Change:
        assert self.back is not None
        height, width = grid.shape[:2]
        apart = np.linalg.norm(self.back - grid, axis=2)
        moved = float(np.percentile(apart, 80)) / float(np.hypot(height, width))
        return Change(moved, float(_outside(self.back).mean()), cut=False)


def small_size(size_hw: tuple[int, int]) -> tuple[int, int]:
    """(h, w) of the small picture of a frame of ``size_hw``."""
    scale = min(1.0, SMALL_PX / max(size_hw))
    return max(16, round(size_hw[0] * scale)), max(16, round(size_hw[1] * scale))


def carried(mask: BoolArray, back: Shift) -> BoolArray:
    """A (h, w) bool mask of the key frame before as it should lie on this one; ``back`` from this to that."""
    outside = _outside(back)
    moved: BoolArray = _at(mask.astype(np.uint8) * 255, back) > 127
    return moved & ~outside


def _seen(image: ByteArray) -> tuple[Any, Any]:
    """Small gray picture, and a histogram of colours."""
    height, width = small_size((image.shape[0], image.shape[1]))
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    colours = cv2.calcHist([small], [0, 1, 2], None, [8, 8, 8], [0, 256] * 3)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), colours / max(float(colours.sum()), 1.0)


def _grid(shape: tuple[int, ...]) -> Shift:
    rows, columns = np.indices(shape[:2], dtype=np.float32)
    return np.dstack([columns, rows])


def _at(values: Any, where: Shift) -> Any:
    """The values at these places; beyond the edge, the value of the edge."""
    x, y = cv2.split(where)
    return cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _outside(where: Shift) -> BoolArray:
    height, width = where.shape[:2]
    x, y = where[..., 0], where[..., 1]
    out: BoolArray = (x < -0.5) | (y < -0.5) | (x > width - 0.5) | (y > height - 0.5)
    return out
