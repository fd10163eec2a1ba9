"""Outlines of masks along the edges of their pixels, so that what lies inside is the mask itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dwell.masks import Mask
from dwell.types import BoolArray, IntArray

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
    if not mask:
        return []
    x0, y0, crop = mask.crop()
    out = _edges(crop.view(bool))
    width = crop.shape[1] + 1
    loops = [_corners(loop, len(out[0]), width) for loop in _loops(out, width)]
    areas = [_area(loop) for loop in loops]
    outer = sorted((i for i in range(len(loops)) if areas[i] > 0), key=lambda i: -areas[i])
    return [loops[i] + (x0, y0) for i in outer]


def _edges(inside: BoolArray) -> list[BoolArray]:
    """By direction: the corners, row by row, from which an edge of the mask goes that way.

    Directions are 0 right, 1 down, 2 left, 3 up; the mask is on the right hand.
    """
    padded = np.pad(inside, 1)
    a, b, c, d = padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    return [edge.ravel() for edge in (d & ~b, c & ~d, a & ~c, b & ~a)]


def _loops(out: list[BoolArray], width: int) -> list[IntArray]:
    """Edges in the order in which they are walked, as direction * n_corners + corner."""
    n_corners = len(out[0])
    starts = [np.flatnonzero(each) for each in out]
    edges = np.concatenate([k * n_corners + at for k, at in enumerate(starts)])
    ahead = np.concatenate([_next_edges(out, k, at, width) for k, at in enumerate(starts)])
    following = np.searchsorted(edges, ahead).tolist()
    walked = [False] * len(edges)
    loops = []
    for first in range(len(edges)):
        loop = []
        here = first
        while not walked[here]:
            walked[here] = True
            loop.append(here)
            here = following[here]
        if loop:
            loops.append(edges[loop])
    return loops


def _next_edges(out: list[BoolArray], k: int, at: IntArray, width: int) -> IntArray:
    """Edge after each edge of direction k: turning left where it can, so that corners that touch join."""
    end = at + (1, width, -1, -width)[k]
    left, right = (k + 3) % 4, (k + 1) % 4
    turned = np.where(out[left][end], left, np.where(out[k][end], k, right))
    return turned * len(out[0]) + end


def _corners(loop: IntArray, n_corners: int, width: int) -> IntArray:
    """Where a walk changes its direction: (n, 2) x, y."""
    direction, corner = np.divmod(loop, n_corners)
    y, x = np.divmod(corner[direction != np.roll(direction, 1)], width)
    return np.column_stack((x, y))


def _area(corners: IntArray) -> int:
    """Twice the area that a loop encloses, > 0 if it runs clockwise on the screen."""
    x, y = corners.T
    return int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
