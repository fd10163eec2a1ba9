"""The masks of frame after frame, read from the masklets many frames at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dwell.masks import Mask, Masklet
from dwell.types import AOI

__all__ = ["masks_by_frame"]

_N_FRAMES = 32


def masks_by_frame(masklets: Sequence[Masklet], start: int, stop: int) -> Iterator[list[tuple[AOI, Mask]]]:
    """For each frame of [start, stop) the AOIs that are visible and their masks, largest first.

    Reading many masks at once is several times faster than one by one; memory holds those of a few frames.
    """
    for begin in range(start, stop, _N_FRAMES):
        end = min(begin + _N_FRAMES, stop)
        seen: list[list[tuple[AOI, Mask]]] = [[] for _ in range(begin, end)]
        for masklet in masklets:
            for frame_idx, mask in _masks(masklet, begin, end):
                seen[frame_idx - begin].append((masklet.aoi, mask))
        for masks in seen:
            yield sorted(masks, key=lambda pair: -pair[1].area)


def _masks(masklet: Masklet, start: int, stop: int) -> Iterator[tuple[int, Mask]]:
    rows = masklet.rows_at(np.arange(start, stop))
    rows = rows[rows >= 0]
    rows = rows[masklet.area[rows] > 0]
    if len(rows):
        runs = masklet.runs(rows)
        for i, frame_idx in enumerate(masklet.frame_idx[rows].tolist()):
            yield frame_idx, Mask.from_boundaries(runs.of(i), masklet.size_hw)
