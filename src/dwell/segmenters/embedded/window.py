"""A rectangle of the working frame with its own grid of pixels, so that the cost of an object is bounded."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from dwell.segmenters.embedded.planes import Plane
from dwell.types import BoolArray

__all__ = ["Patch", "Window", "window_around"]

_MAX_SIDE = 270.0
"""px: an object larger than this (square root of its area) is looked at on a coarser grid."""


@dataclass(frozen=True)
class Window:
    """Part of the frame, [x0, x1) × [y0, y1) in working px, seen on a grid of ``size_hw`` pixels."""

    x0: int
    y0: int
    x1: int
    y1: int
    size_hw: tuple[int, int]
    """Grid rows and columns."""

    @property
    def step(self) -> float:
        """Working px per grid px."""
        return (self.x1 - self.x0) / self.size_hw[1]

    def crop(self, plane: Plane, interpolation: int = cv2.INTER_AREA) -> Plane:
        """The grid's values of a plane at working size."""
        part = plane[self.y0 : self.y1, self.x0 : self.x1]
        if part.shape[:2] == self.size_hw:
            return part
        return cv2.resize(part, self.size_hw[::-1], interpolation=interpolation)

    def crop_half(self, plane: Plane) -> Plane:
        """The grid's values of a plane at half the working size."""
        part = plane[self.y0 // 2 : (self.y1 + 1) // 2, self.x0 // 2 : (self.x1 + 1) // 2]
        return cv2.resize(part, self.size_hw[::-1], interpolation=cv2.INTER_LINEAR)

    def paste(self, grid: Plane, work_hw: tuple[int, int]) -> Plane:
        """A plane at working size: the grid's values inside the window, 0 outside."""
        plane = np.zeros(work_hw, dtype=grid.dtype)
        size = (self.x1 - self.x0, self.y1 - self.y0)
        same = grid.shape == size[::-1]
        inside = grid if same else cv2.resize(grid, size, interpolation=cv2.INTER_LINEAR)
        plane[self.y0 : self.y1, self.x0 : self.x1] = inside
        return plane

    def pixels(self, chosen: BoolArray) -> tuple[Plane, Plane]:
        """Rows and columns, in working px, of the chosen grid pixels."""
        return self.to_work(*np.nonzero(chosen))

    def to_work(self, rows: Plane, cols: Plane) -> tuple[Plane, Plane]:
        """Rows and columns in working px of grid rows and columns."""
        if self.size_hw == (self.y1 - self.y0, self.x1 - self.x0):
            return rows + self.y0, cols + self.x0
        tall = (self.y1 - self.y0) / self.size_hw[0]
        return (
            ((rows + 0.5) * tall).astype(np.intp) + self.y0,
            ((cols + 0.5) * self.step).astype(np.intp) + self.x0,
        )


def window_around(support: Plane, area: float) -> Window | None:
    """The window an object is searched in, or None if ``support`` is empty.

    Args:
        support: (h, w) uint8, non-zero where the object may be, at working size.
        area: the object's area, working px²; fixes how coarse the grid is.
    """
    x, y, w, h = cv2.boundingRect(support)
    if w == 0:
        return None
    height, width = support.shape
    margin = int(0.35 * (w * h) ** 0.5 + 16)
    x0, y0 = max(0, x - margin) & ~1, max(0, y - margin) & ~1
    x1, y1 = min(width, x + w + margin), min(height, y + h + margin)
    shrink = min(1.0, _MAX_SIDE / max(1.0, area**0.5))
    size_hw = (max(2, round((y1 - y0) * shrink)), max(2, round((x1 - x0) * shrink)))
    return Window(x0, y0, x1, y1, size_hw)


@dataclass(frozen=True, eq=False)
class Patch:
    """The part of a plane that is not 0: a small, immutable way to keep a mask."""

    x: int
    y: int
    values: Plane
    """(h, w) uint8."""

    @classmethod
    def from_plane(cls, plane: Plane) -> Patch:
        """The patch of a (h, w) uint8 plane; copies."""
        x, y, w, h = cv2.boundingRect(plane)
        values = plane[y : y + h, x : x + w].copy()
        values.setflags(write=False)
        return cls(x, y, values)

    def to_plane(self, size_hw: tuple[int, int]) -> Plane:
        """The (h, w) uint8 plane again."""
        plane = np.zeros(size_hw, dtype=np.uint8)
        h, w = self.values.shape
        plane[self.y : self.y + h, self.x : self.x + w] = self.values
        return plane

    @property
    def area(self) -> int:
        """px² with a value of at least one half."""
        return int(np.count_nonzero(self.values > 127))
