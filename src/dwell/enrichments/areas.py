"""The AOIs of a picture as one index, so that a place is looked up once however many AOIs there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.enrichments.options import ImageOptions
from dwell.masks import Mask
from dwell.types import AOI, BoolArray, FloatArray, IntArray

__all__ = ["Area", "AreaIndex", "areas_of"]

_TIE = 1e-3
"""px; distances are roots of whole numbers and computed to fewer digits than this."""


@dataclass(frozen=True, eq=False)
class Area:
    """What one row of the tables is about: an AOI, or all AOIs of one category."""

    name: str
    mask: Mask
    """With the margin."""


def areas_of(aois: Sequence[tuple[AOI, Mask]], options: ImageOptions) -> list[Area]:
    """The AOIs, grouped and grown as the options say, in the order in which they come."""
    grouped: dict[str, Mask] = {}
    for aoi, mask in aois:
        name = (aoi.category if options.group_by == "category" else None) or aoi.name
        grouped[name] = grouped[name] | mask if name in grouped else mask
    return [Area(name, _with_margin(mask, options.margin_px)) for name, mask in grouped.items()]


def _with_margin(mask: Mask, margin_px: float) -> Mask:
    """The pixels within ``margin_px`` of the mask, or those that far inside; between pixel centres."""
    if margin_px == 0 or mask.box_xyxy is None:
        return mask
    reach = math.ceil(abs(margin_px)) + 1
    (height, width), (x0, y0, x1, y1) = mask.size_hw, mask.box_xyxy
    rows = slice(max(0, y0 - reach), min(height, y1 + reach))
    columns = slice(max(0, x0 - reach), min(width, x1 + reach))
    whole = mask.to_array()
    crop = whole[rows, columns]
    if margin_px > 0:
        whole[rows, columns] = _distance(~crop) <= margin_px + _TIE
    else:  # the edge of the picture is no border
        whole[rows, columns] = _distance(crop) > -margin_px + _TIE
    return Mask.from_array(whole)


def _distance(inside: BoolArray) -> FloatArray:
    """(h, w) px from each pixel inside to the nearest pixel that is not; infinite where all are inside."""
    if inside.all():
        return np.full(inside.shape, np.inf)
    return np.asarray(cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE))


@dataclass(frozen=True, eq=False)
class AreaIndex:
    """Which areas each pixel lies in: pixels of the same areas have the same code. Source: ours."""

    codes_hw: NDArray[np.int32]
    """(h, w) code of each pixel; 0 = in none."""
    members: BoolArray
    """(codes, areas) whether pixels of a code lie in an area."""

    @classmethod
    def build(cls, areas: Sequence[Area], size_hw: tuple[int, int]) -> AreaIndex:
        """The index of a picture's areas; each costs about as much as its own pixels.

        Raises:
            ValueError: a mask is of another size than the picture.
        """
        codes = np.zeros(size_hw, np.int32)
        members = [frozenset[int]()]
        for number, area in enumerate(areas):
            if area.mask.size_hw != size_hw:
                raise ValueError(
                    f"{area.name}: expected a mask of {size_hw} (h, w) px, got {area.mask.size_hw}."
                )
            if area.mask.box_xyxy is not None:
                _add(codes, area.mask, number, members)
        table = np.zeros((len(members), len(areas)), bool)
        for code, numbers in enumerate(members):
            table[code, list(numbers)] = True
        return cls(codes, table)

    def at(self, xy: FloatArray) -> IntArray:
        """(n,) code at each place; 0 outside the picture and for NaN.

        Args:
            xy: (n, 2) px of the picture.
        """
        height, width = self.codes_hw.shape
        x, y = xy[:, 0], xy[:, 1]
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)  # False for NaN
        found = np.zeros(len(xy), np.int64)
        column, row = x[inside].astype(np.int64), y[inside].astype(np.int64)
        found[inside] = self.codes_hw[row, column]
        return found


def _add(codes: NDArray[np.int32], mask: Mask, number: int, members: list[frozenset[int]]) -> None:
    """Give the pixels of one more area new codes, one for each code they had."""
    x0, y0, within = mask.crop()
    crop = codes[y0 : y0 + within.shape[0], x0 : x0 + within.shape[1]]
    inside = within.astype(bool)
    before = crop[inside]
    present = np.flatnonzero(np.bincount(before, minlength=len(members)))
    after = np.zeros(len(members), np.int32)
    after[present] = np.arange(len(members), len(members) + len(present))
    crop[inside] = after[before]
    members += [members[code] | {number} for code in present]
