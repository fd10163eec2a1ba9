"""Masks as CVAT writes them: run lengths within the mask's box, row by row, background first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dwell.masks import Mask

__all__ = ["BoxedRuns", "mask_of", "runs_of"]


class BoxedRuns(NamedTuple):
    """A mask within its box.

    Source: the ``mask`` element of https://docs.cvat.ai/docs/manual/advanced/xml_format/.
    """

    left: int
    """px, of the box's first column."""
    top: int
    """px, of its first row."""
    width: int
    height: int
    counts: list[int]
    """Pixels in turn outside and inside, row by row; the first is 0 where the corner is inside."""


def runs_of(mask: Mask) -> BoxedRuns:
    """A mask with at least a pixel, within its box."""
    left, top, crop = mask.crop()
    inside = crop.ravel()
    changes = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    counts = np.diff(np.concatenate(([0], changes, [inside.size]))).tolist()
    height, width = crop.shape
    return BoxedRuns(left, top, width, height, [0, *counts] if inside[0] else counts)


def mask_of(boxed: BoxedRuns, size_hw: tuple[int, int]) -> Mask:
    """The mask on its frame.

    Raises:
        ValueError: the box leaves the frame, or the run lengths do not fill it.
    """
    left, top, width, height, counts = boxed
    if width < 1 or height < 1 or left < 0 or top < 0:
        raise ValueError(f"its box has left {left}, top {top}, width {width}, height {height}")
    if left + width > size_hw[1] or top + height > size_hw[0]:
        raise ValueError(
            f"its box ends at column {left + width}, row {top + height}, and the frame is "
            f"{size_hw[1]}×{size_hw[0]} px"
        )
    if min(counts, default=0) < 0 or sum(counts) != width * height:
        raise ValueError(f"its run lengths add up to {sum(counts)}, expected {width} × {height} pixels")
    inside = np.repeat(np.arange(len(counts)) % 2 == 1, counts).reshape(height, width)
    frame = np.zeros(size_hw, bool)
    frame[top : top + height, left : left + width] = inside
    return Mask.from_array(frame)
