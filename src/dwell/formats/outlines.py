"""Masks as the outer outlines of their parts, for formats without holes, and what that loses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dwell.formats.rings import rings
from dwell.masks import Mask
from dwell.types import IntArray

__all__ = ["OutlineLoss", "outlines"]


@dataclass
class OutlineLoss:
    """What outlines could not say of the masks."""

    one_part: bool
    """An AOI has one outline a frame: its largest part."""
    n_with_holes: int = 0
    filled_px: int = 0
    n_in_parts: int = 0
    left_out_px: int = 0

    def outlines_of(self, mask: Mask) -> list[IntArray]:
        """The outlines to write of a mask; what they lose is counted."""
        found = outlines(mask)
        written = found[:1] if self.one_part else found
        inside = Mask.empty(mask.size_hw)
        for points in written:
            inside = inside | Mask.from_polygon(points, mask.size_hw)
        filled, left_out = (inside - mask).area, (mask - inside).area
        self.n_with_holes += filled > 0
        self.filled_px += filled
        self.n_in_parts += left_out > 0
        self.left_out_px += left_out
        return written

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each loss."""
        holes = (
            f"{self.n_with_holes} masks have holes, which outlines do not say: {self.filled_px} px in them "
            "now belong to the AOI; without outlines they stay holes."
        )
        parts = (
            f"{self.n_in_parts} masks are in several parts, and a track has one outline a frame: the largest "
            f"part was kept and {self.left_out_px} px were left out; without outlines all parts are kept."
        )
        return (*([holes] if self.n_with_holes else []), *([parts] if self.n_in_parts else []))


def outlines(mask: Mask) -> list[IntArray]:
    """Outer outlines of a mask's parts, the one around the largest area first, holes not among them.

    Each is closed, clockwise, and given by its corners: (n, 2) int64 px, n ≥ 4, the corner (0, 0) being the
    frame's. Pixels that touch at a corner are one part. ``Mask.from_polygon`` of an outline gives back the
    part, its holes filled. Source: ours.
    """
    areas = [(_area(ring), ring) for ring in rings(mask, touching=True)]
    outer = [(area, ring) for area, ring in areas if area > 0]
    return [ring for _, ring in sorted(outer, key=lambda pair: -pair[0])]


def _area(corners: IntArray) -> int:
    """Twice the area that a ring encloses, below 0 for a hole."""
    x, y = corners.T
    return int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
