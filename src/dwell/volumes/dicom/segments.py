"""Masks of segments, kept small, and stacked as a DICOM SEG is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dwell.types import BoolArray

__all__ = ["Part", "Segment", "cut", "stack_masks", "used_slices"]


@dataclass(frozen=True)
class Segment:
    """What an AOI is called in the file."""

    number: int
    """The AOI's object_id. DICOM counts segments 1, 2, 3 …; this one is kept as their TrackingID."""
    name: str
    colour: str
    """``#rrggbb``."""


@dataclass(frozen=True)
class Part:
    """One mask, cut to the box that it fills."""

    segment: Segment
    voxels: BoolArray
    corner: tuple[int, int, int]


def cut(shape: tuple[int, int, int], segment: Segment, mask: BoolArray) -> Part:
    """The mask (i, j, k), cut to what it fills.

    Raises:
        ValueError: it is not of the volume's shape.
    """
    if mask.shape != shape:
        raise ValueError(f"the mask of {segment.name!r} is of shape {mask.shape}, the volume {shape}")
    box = []
    for axis in range(3):
        used = np.flatnonzero(mask.any(axis=tuple(other for other in range(3) if other != axis)))
        box.append(slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, 0))
    i, j, k = (each.start for each in box)
    return Part(segment, np.array(mask[tuple(box)], np.bool_), (i, j, k))


def used_slices(parts: Sequence[Part]) -> tuple[int, int]:
    """First slice with a voxel of any AOI, and the one after the last."""
    filled = [part for part in parts if part.voxels.size]
    return min(part.corner[2] for part in filled), max(
        part.corner[2] + part.voxels.shape[2] for part in filled
    )


def stack_masks(
    parts: Sequence[Part], shape: tuple[int, int, int], first: int, last: int
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """(slice, row, column) numbers of segments where none overlap, otherwise (…, segment) of 0 and 1."""
    labels = np.zeros((last - first, shape[1], shape[0]), np.uint8 if len(parts) < 256 else np.uint16)
    for number, part in enumerate(parts, start=1):
        there = labels[_box(part, first)]
        if there[_turned(part)].any():
            return _layered(parts, labels.shape, first)
        there[_turned(part)] = number
    return labels


def _layered(parts: Sequence[Part], shape: tuple[int, ...], first: int) -> NDArray[np.uint8]:
    layers = np.zeros((*shape, len(parts)), np.uint8)
    for layer, part in enumerate(parts):
        layers[(*_box(part, first), layer)] = _turned(part)
    return layers


def _turned(part: Part) -> BoolArray:
    return part.voxels.transpose(2, 1, 0)


def _box(part: Part, first: int) -> tuple[slice, slice, slice]:
    """Where the part is in an array (slice, row, column) that begins at slice ``first``."""
    (i, j, k), (n_i, n_j, n_k) = part.corner, part.voxels.shape
    start = max(k - first, 0)
    return slice(start, start + n_k), slice(j, j + n_j), slice(i, i + n_i)
