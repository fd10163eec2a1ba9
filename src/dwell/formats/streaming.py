"""Labels frame by frame, or track by track, from the columns of masklets.

Boxes, areas and stored run lengths are passed on as they are: nothing is decoded, masks are read many at a
time, and memory stays flat however long the video is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dwell.formats.contract import Labels
from dwell.masks import Mask, Masklet
from dwell.types import AOI, IntArray, ProgressFn

__all__ = ["Shown", "counting", "frames_of", "painting_order", "track_of"]

_CHUNK_MASKS = 2048
"""Masks read at a time, of all AOIs together."""


class Shown(NamedTuple):
    """One AOI that is visible on one frame."""

    masklet: Masklet
    row: int
    """Of the masklet: where its origin, score and the like stand."""
    area: int
    """px, > 0."""
    box_xyxy: tuple[int, int, int, int]
    """px, x1 and y1 exclusive."""
    counts: bytes
    """COCO counts string; empty where masks were not asked for."""

    @property
    def aoi(self) -> AOI:
        """Whose mask it is."""
        return self.masklet.aoi

    @property
    def box_xywh(self) -> tuple[int, int, int, int]:
        """(x0, y0, width, height) px."""
        x0, y0, x1, y1 = self.box_xyxy
        return x0, y0, x1 - x0, y1 - y0

    @property
    def mask(self) -> Mask:
        """The mask, decoded anew at each call."""
        return Mask.from_bytes(self.counts or self.masklet.strings([self.row])[0], self.masklet.size_hw)


def frames_of(labels: Labels, *, masks: bool = True) -> Iterator[tuple[int, list[Shown]]]:
    """Every frame to write, in order, and what is visible on it, in order of object_id.

    Args:
        labels: of one video.
        masks: False leaves ``counts`` empty and reads no mask: for formats of boxes.
    """
    masklets = sorted(labels.masklets, key=lambda each: each.aoi.object_id)
    for frames in _chunks(labels, len(masklets)):
        shown: list[list[Shown]] = [[] for _ in frames]
        for each in masklets:
            for place, one in _visible(each, frames, masks):
                shown[place].append(one)
        yield from zip(frames.tolist(), shown, strict=True)


def track_of(labels: Labels, masklet: Masklet, *, masks: bool = True) -> Iterator[tuple[int, Shown | None]]:
    """Every frame to write, in order, and this AOI on it; None where it is not visible.

    Args:
        labels: of one video.
        masklet: one of ``labels.masklets``.
        masks: False leaves ``counts`` empty and reads no mask.
    """
    for frames in _chunks(labels, 1):
        shown = dict(_visible(masklet, frames, masks))
        for place, frame_idx in enumerate(frames.tolist()):
            yield frame_idx, shown.get(place)


def painting_order(shown: Iterable[Shown]) -> list[Shown]:
    """Largest first, so that small ones are painted last; equals in order of object_id."""
    return sorted(shown, key=lambda one: (-one.area, one.aoi.object_id))


def counting(videos: Sequence[Labels], progress: ProgressFn | None, times: int = 1) -> Callable[[], None]:
    """To be called after each frame: tells ``progress`` how many of all frames are done.

    Args:
        videos: what is written.
        progress: of ``LabelFormat.write``.
        times: how often each frame is gone through.
    """
    total = times * sum(len(labels.frames) for labels in videos)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return tick


def _chunks(labels: Labels, n_masklets: int) -> Iterator[IntArray]:
    frames = np.array(labels.frames, np.int64)
    size = max(1, _CHUNK_MASKS // max(n_masklets, 1))
    for first in range(0, len(frames), size):
        yield frames[first : first + size]


def _visible(masklet: Masklet, frames: IntArray, masks: bool) -> Iterator[tuple[int, Shown]]:
    """Places among the frames where the AOI is visible, and how."""
    rows = masklet.rows_at(frames)
    places = np.flatnonzero(rows >= 0)
    places = places[masklet.area[rows[places]] > 0]
    rows = rows[places]
    boxes = map(tuple, masklet.boxes_xyxy[rows].tolist())
    strings = masklet.strings(rows) if masks and len(rows) else [b""] * len(rows)
    columns = (rows.tolist(), masklet.area[rows].tolist(), boxes, strings)
    for place, *values in zip(places.tolist(), *columns, strict=True):
        yield place, Shown(masklet, *values)
