"""Masks as elements of CVAT's XML."""

from __future__ import annotations

from typing import Any

import numpy as np

from dwell.formats.cvat.masks import runs_of
from dwell.formats.cvat.xml_writing import attributes_of, element
from dwell.formats.streaming import Shown
from dwell.types import IntArray

__all__ = ["mask_element", "points_text", "polygon_element", "source_of"]


def source_of(one: Shown) -> str:
    """``manual`` where a person made this mask, or said that it is right, else ``auto``."""
    return "manual" if one.masklet.by_person[one.row] else "auto"


def mask_element(values: dict[str, Any], one: Shown, z_order: int) -> str:
    """The ``mask`` of one AOI on one frame."""
    left, top, width, height, counts = runs_of(one.mask)
    runs = {"rle": ", ".join(map(str, counts)), "left": left, "top": top, "width": width, "height": height}
    return element("mask", {**values, **runs, "z_order": z_order}, attributes_of(one.aoi))


def polygon_element(values: dict[str, Any], points: IntArray, one: Shown, z_order: int) -> str:
    """A ``polygon`` of one AOI on one frame."""
    shape = {**values, "points": points_text(points), "z_order": z_order}
    return element("polygon", shape, attributes_of(one.aoi))


def points_text(points: IntArray) -> str:
    """``x,y;x,y``: px with two decimals."""
    return ";".join(f"{x:.2f},{y:.2f}" for x, y in np.asarray(points).tolist())
