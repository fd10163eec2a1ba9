"""The COCO way to say where an AOI is: run lengths or polygons in JSON, written and read.

Source: https://cocodataset.org/#format-data and ``mask.py`` of its API.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dwell.errors import BadLabels, OutputError
from dwell.formats.json_reading import Entry
from dwell.formats.rings import rings
from dwell.formats.streaming import Shown
from dwell.masks import Mask
from dwell.types import IntArray

__all__ = ["HoleCount", "Outlined", "counts_json", "mask_of", "mask_of_counts", "outlined", "rle_json"]

_FAR_PX = 1 << 24
"""No corner of a polygon is so far away."""
_CHARACTERS = bytes(range(48, 112))


def counts_json(one: Shown, frame_idx: int, path: Path) -> bytes:
    """The counts string as it stands in JSON, with its quotes.

    Raises:
        OutputError: the stored string is damaged.
    """
    if not one.counts or one.counts.translate(None, _CHARACTERS):
        raise OutputError(
            f"The stored mask of {one.aoi.name!r} on frame {frame_idx} is damaged; make it anew.",
            path=path,
            frame_idx=frame_idx,
        )
    return b'"' + one.counts.replace(b"\\", b"\\\\") + b'"'


def rle_json(one: Shown, frame_idx: int, path: Path) -> bytes:
    """``{"size": [h, w], "counts": "…"}``, from the stored run lengths.

    Raises:
        OutputError: the stored string is damaged.
    """
    return b'{"size": [%d, %d], "counts": %b}' % (*one.masklet.size_hw, counts_json(one, frame_idx, path))


class Outlined:
    """A mask as polygons: the outline of each part, its holes filled."""

    def __init__(self, mask: Mask) -> None:
        found = rings(mask)
        outer = [ring for ring in found if _twice_area(ring) > 0]
        self.json = repr([ring.ravel().tolist() for ring in outer]).encode()
        """``[[x, y, x, y, …], …]``, corners on the edges of pixels."""
        self.n_holes = len(found) - len(outer)
        filled = mask
        if self.n_holes:
            for ring in outer:
                filled |= Mask.from_polygon(ring, mask.size_hw)
        self.area = filled.area
        """px, with the holes."""
        self.filled_px = filled.area - mask.area


@dataclass
class HoleCount:
    """Holes that polygons could not keep."""

    n_masks: int = 0
    n_holes: int = 0
    n_px: int = 0

    def add(self, found: Outlined) -> None:
        """Count the holes of one mask."""
        self.n_masks += found.n_holes > 0
        self.n_holes += found.n_holes
        self.n_px += found.filled_px

    def sentences(self, format: str) -> tuple[str, ...]:
        """For ``ExportReport.lost``."""
        if not self.n_holes:
            return ()
        return (
            f"Polygons of {format} have no holes: {self.n_holes} holes of {self.n_masks} masks, {self.n_px} "
            "px in all, are filled; write run lengths to keep them.",
        )


def outlined(one: Shown) -> Outlined:
    """The outlines of what is visible."""
    return Outlined(one.mask)


def mask_of(entry: Entry, name: str, value: Any, size_hw: tuple[int, int]) -> Mask:
    """The mask that a segmentation stands for: run lengths, compressed or not, or polygons.

    A pixel belongs to a polygon if its centre lies in it.

    Args:
        entry: that holds it.
        name: of it in there, for messages: ``segmentation``.
        value: what stands there.
        size_hw: of the picture, px.

    Raises:
        BadLabels: it is none, damaged, or of another size.
    """
    if isinstance(value, dict):
        return _from_runs(entry, name, value, size_hw)
    if isinstance(value, list):
        return _from_polygons(entry, name, value, size_hw)
    raise entry.bad(name, 'run lengths {"size", "counts"} or polygons [[x, y, …], …]', value)


def _from_runs(entry: Entry, name: str, value: dict[str, Any], size_hw: tuple[int, int]) -> Mask:
    size = value.get("size", list(size_hw))
    if size != list(size_hw):
        raise entry.bad(f"{name}.size", f"[height, width] {list(size_hw)} of the picture", size)
    counts = value.get("counts")
    if not isinstance(counts, str | list):
        raise entry.bad(f"{name}.counts", "a text or a list of run lengths", counts)
    return mask_of_counts(entry, f"{name}.counts", counts, size_hw)


def mask_of_counts(entry: Entry, name: str, counts: str | list[Any], size_hw: tuple[int, int]) -> Mask:
    """The mask of a counts string, or of a list of run lengths; see ``mask_of``."""
    try:
        if isinstance(counts, str):
            return Mask.from_bytes(counts.encode("ascii"), size_hw)
        return Mask(size_hw, np.array(counts if counts else [0], dtype=_dtype_of(counts)))
    except (ValueError, TypeError, OverflowError) as error:
        raise _damaged(entry, name, error) from error


def _dtype_of(counts: list[Any]) -> type:
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in counts):
        raise ValueError("Run lengths must be whole numbers.")
    return np.int64


def _from_polygons(entry: Entry, name: str, value: list[Any], size_hw: tuple[int, int]) -> Mask:
    mask = Mask.empty(size_hw)
    for i, flat in enumerate(value):
        good = isinstance(flat, list) and len(flat) >= 6 and len(flat) % 2 == 0
        if not good or not all(isinstance(v, int | float) and abs(v) < _FAR_PX for v in flat):
            raise entry.bad(f"{name}[{i}]", "a polygon [x, y, x, y, x, y, …] of at least three points", flat)
        mask |= Mask.from_polygon(np.reshape(np.array(flat, np.float64), (-1, 2)), size_hw)
    return mask


def _damaged(entry: Entry, name: str, error: Exception) -> BadLabels:
    return BadLabels(
        f"{entry.path}: {entry.key}.{name}: expected the run lengths of a mask, but: {error}", path=entry.path
    )


def _twice_area(ring: IntArray) -> int:
    x, y = ring.T
    return int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
