"""Where masks are looked for: key frames, nearer to each other where the picture moves. Source: ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dwell.everything.options import EverythingOptions
from dwell.everything.video.motion import Motion, Shift
from dwell.types import BoolArray, ByteArray
from dwell.video import Frames

__all__ = ["Scanned", "scan"]

MOVED = 0.06
"""A fifth of the picture has moved by this share of its diagonal: time for a key frame."""
NEW = 0.15
"""So large a share of the picture came into view: time for a key frame."""


@dataclass(frozen=True, eq=False)
class Scanned:
    """One frame that was looked at; a key frame where ``image`` is given."""

    frame_idx: int
    image: ByteArray | None = None
    """(h, w, 3) uint8 RGB of a key frame."""
    before: ByteArray | None = None
    """The frame before it, if that belongs to the same shot."""
    first: bool = False
    """A shot begins here."""
    back: Shift | None = None
    """Where each pixel of this key frame lay in the one before; None on a shot's first."""
    ahead: Shift | None = None
    """Where each pixel of the key frame before lies in this one."""


def scan(frames: Frames, filler: BoolArray, options: EverythingOptions, start: int = 0) -> Iterator[Scanned]:
    """Every frame from ``start`` on, in order, filler left out; ``start`` is a key frame or 0.

    A key frame comes at the beginning of each shot, after a gap of filler, whenever enough has changed, and
    at the end of the video.
    """
    motion = Motion()
    last = _last(filler)
    key, before_idx, before = -1, -2, None
    for frame_idx, image in frames.stream(start, len(filler)):
        if filler[frame_idx]:
            continue
        first = frame_idx != before_idx + 1
        due = first
        if not first:
            change = motion.follow(image)
            first = change.cut
            due = first or _due(change.moved, change.new, frame_idx - key, options, frame_idx == last)
        if due:
            shift = (None, None) if first else (motion.back, motion.ahead)
            yield Scanned(frame_idx, image, None if first else before, first, *shift)
            motion.begin(image)
            key = frame_idx
        else:
            yield Scanned(frame_idx)
        before_idx, before = frame_idx, image


def _due(moved: float, new: float, since: int, options: EverythingOptions, is_last: bool) -> bool:
    if options.step is not None:
        return since >= options.step
    if since < options.min_step:
        return False
    return is_last or since >= options.max_step or moved >= MOVED or new >= NEW


def _last(filler: BoolArray) -> int:
    """The last frame that is no filler."""
    real = np.flatnonzero(~filler)
    return int(real[-1]) if len(real) else -1
