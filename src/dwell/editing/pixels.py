"""What the tools do to the pixels of one mask. Source: ours."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from dwell.masks import Mask
from dwell.types import BoolArray, ByteArray

__all__ = ["filled", "grown", "shrunk", "without_specks"]


def filled(mask: Mask, max_px: int | None) -> Mask:
    """The mask without its holes of at most so many pixels (None: of any size).

    A hole is background that nothing but the mask surrounds: it reaches neither the frame's edge nor, past
    corners of the mask, the background outside. Pixels of a hole are connected by their sides.
    """
    if not mask:
        return mask
    x0, y0, inside = _with_margin(mask, 1)
    n, labels, stats, _ = cv2.connectedComponentsWithStats(1 - inside, connectivity=4)
    holes = np.arange(n) > 0
    holes[labels[0, 0]] = False  # all that is outside hangs together around the margin
    if max_px is not None:
        holes &= stats[:, cv2.CC_STAT_AREA] <= max_px
    if not holes.any():
        return mask
    return _pasted(inside.astype(bool) | holes[labels], x0, y0, mask.size_hw)


def without_specks(mask: Mask, min_px: int | None) -> Mask:
    """The mask without parts of fewer than so many pixels (None: with its largest part only).

    The largest part stays whatever its size; of equals, the leftmost.
    """
    if len(mask.part_areas) < 2:
        return mask
    first, *others = mask.components()
    kept = [] if min_px is None else [part for part in others if part.area >= min_px]
    if len(kept) == len(others):
        return mask
    for part in kept:
        first = first | part
    return first


def grown(mask: Mask, px: float) -> Mask:
    """All pixels of the frame whose centre lies within ``px`` of the centre of a pixel of the mask."""
    if not mask:
        return mask
    x0, y0, inside = _with_margin(mask, math.ceil(px) + 1)
    return _pasted(_squared_distance(1 - inside) <= px * px, x0, y0, mask.size_hw)


def shrunk(mask: Mask, px: float) -> Mask:
    """The pixels of the mask that are further than ``px`` from every background pixel of the frame.

    The frame's edge is no border, as nobody knows what lies beyond; the mask may end up empty.
    """
    if not mask or mask.area == mask.size_hw[0] * mask.size_hw[1]:
        return mask
    x0, y0, inside = _with_margin(mask, 1)
    height, width = mask.size_hw
    rows = slice(max(-y0, 0), min(inside.shape[0], height - y0))
    columns = slice(max(-x0, 0), min(inside.shape[1], width - x0))
    cut = np.ascontiguousarray(inside[rows, columns])  # without what lies beyond the frame
    if cut.all():
        return mask
    return _pasted(_squared_distance(cut) > px * px, max(x0, 0), max(y0, 0), mask.size_hw)


def _with_margin(mask: Mask, margin_px: int) -> tuple[int, int, ByteArray]:
    """(x0, y0, inside): the mask's box with background around it, 0 or 1; it may reach beyond the frame."""
    x0, y0, inside = mask.crop()
    return x0 - margin_px, y0 - margin_px, np.pad(inside, margin_px)


def _pasted(inside: BoolArray, x0: int, y0: int, size_hw: tuple[int, int]) -> Mask:
    """A mask of the frame; what lies outside is cut off."""
    height, width = size_hw
    top, left = max(-y0, 0), max(-x0, 0)
    cut = inside[top : height - y0, left : width - x0]
    whole = np.zeros(size_hw, bool)
    whole[y0 + top : y0 + top + cut.shape[0], x0 + left : x0 + left + cut.shape[1]] = cut
    return Mask.from_array(whole)


def _squared_distance(pixels: ByteArray) -> Any:
    """(h, w) squared distance, px², of each pixel to the nearest one that is 0.

    The square of a distance between pixels is a whole number, and OpenCV comes near enough to tell which.
    """
    about = cv2.distanceTransform(pixels, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.rint(np.square(about, dtype=np.float64))
