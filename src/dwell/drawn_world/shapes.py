"""Flat shapes on known lines: a recording whose every number can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dwell.drawn_world.eye_tables import optional_ids
from dwell.drawn_world.frames import MemoryFrames
from dwell.types import BoolArray, ByteArray, FloatArray, IntArray
from dwell.video import FrameClock, VideoWriter

__all__ = ["Disc", "Line", "Look", "Rect", "Shape", "ShapesWorld"]

START_NS = 1_767_258_000_000_000_000
"""2026-01-01 09:00 UTC."""

SAMPLE_NS = 5_000_000
"""Gaze at 200 Hz."""

FILLER_RGB = (128, 128, 128)

RGB = tuple[int, int, int]
XY = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A straight, even movement: the place at each frame_idx.

    Example:
        >>> Line((10.0, 20.0), step_xy=(2.0, 0.0))(3)
        (16.0, 20.0)
    """

    start_xy: XY
    """px, at frame 0."""
    step_xy: XY = (0.0, 0.0)
    """px per frame."""

    def __call__(self, frame_idx: int) -> XY:
        """(x, y) px in this frame."""
        return self.start_xy[0] + frame_idx * self.step_xy[0], self.start_xy[1] + frame_idx * self.step_xy[1]


Movement = XY | Callable[[int], XY]
"""Where a shape's centre is: one place, or a function of frame_idx such as ``Line``."""


@dataclass(frozen=True)
class Disc:
    """A flat disc: the pixels whose centre is no farther than ``radius`` from its centre."""

    name: str
    colour: RGB
    radius: float
    """px"""
    path: Movement
    """px, its centre."""
    frames: range | None = None
    """Frames in which it is there; None = all."""

    def covers(self, x: FloatArray, y: FloatArray) -> BoolArray:
        """Which points, px from its centre, are on it."""
        return np.asarray(x * x + y * y <= self.radius**2)


@dataclass(frozen=True)
class Rect:
    """A flat upright rectangle: the pixels whose centre is inside."""

    name: str
    colour: RGB
    size_hw: tuple[float, float]
    """px. With even whole numbers and a whole-numbered centre it fills whole pixels exactly."""
    path: Movement
    """px, its centre."""
    frames: range | None = None
    """Frames in which it is there; None = all."""

    def covers(self, x: FloatArray, y: FloatArray) -> BoolArray:
        """Which points, px from its centre, are on it."""
        return np.asarray((np.abs(x) < self.size_hw[1] / 2) & (np.abs(y) < self.size_hw[0] / 2))


Shape = Disc | Rect


@dataclass(frozen=True)
class Look:
    """One fixation: gaze rests on a target during whole frames."""

    target: str | XY
    """A shape's name (gaze is on its centre, and follows it), or a place, px."""
    frames: range
    """Frames during which it lasts; step 1."""


@dataclass(frozen=True)
class ShapesWorld:
    """A recording of flat shapes; later shapes in the list are in front of earlier ones.

    Colours are exact: no soft edges, no noise. Frame i is shown from ``i * step_ns`` after ``start_ns``; with
    the usual 40 ms there are exactly 8 gaze samples in each frame, the first at the frame's own time. Outside
    all looks gaze is NaN. Source: ours.

    Example:
        >>> ball = Disc("ball", (255, 0, 0), radius=10, path=Line((20, 30), step_xy=(2, 0)))
        >>> world = ShapesWorld(5, (60, 80), [ball], looks=[Look("ball", range(1, 4))])
        >>> world.centre("ball", 3), world.truth(3)["ball"][30, 26].item()
        ((26.0, 30.0), True)
    """

    n_frames: int
    size_hw: tuple[int, int]
    """px"""
    shapes: Sequence[Shape]
    """Back to front."""
    background: RGB = (60, 60, 60)
    looks: Sequence[Look] = ()
    """In time, not overlapping."""
    n_filler: int = 0
    """Grey filler frames at the start, counted in ``n_frames``."""
    step_ns: int = 40_000_000
    """From frame to frame."""
    start_ns: int = START_NS
    """Time of frame 0, ns UTC."""

    @property
    def names(self) -> tuple[str, ...]:
        """The shapes' names, back to front."""
        return tuple(shape.name for shape in self.shapes)

    @property
    def times_ns(self) -> IntArray:
        """(n,) int64 ns UTC."""
        return self.start_ns + self.step_ns * np.arange(self.n_frames, dtype=np.int64)

    @property
    def valid(self) -> BoolArray:
        """(n,) bool: False on filler frames."""
        return np.arange(self.n_frames) >= self.n_filler

    @property
    def clock(self) -> FrameClock:
        """When each frame was taken."""
        return FrameClock(self.times_ns, self.valid)

    def centre(self, name: str, frame_idx: int) -> XY:
        """(x, y) px of a shape's centre, also where it is hidden or not there."""
        path = self.shapes[self.names.index(name)].path
        x, y = path(frame_idx) if callable(path) else path
        return float(x), float(y)

    def truth(self, frame_idx: int) -> dict[str, BoolArray]:
        """The visible part of each shape, (h, w) bool by name; all False where it is hidden or not there."""
        owner = self._owner(frame_idx)
        return {name: owner == number for number, name in enumerate(self.names)}

    def frame(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB, exact colours."""
        owner = self._owner(frame_idx)
        if not self.valid[frame_idx]:
            return np.full((*self.size_hw, 3), FILLER_RGB, np.uint8)
        colours = np.array([*(shape.colour for shape in self.shapes), self.background], np.uint8)
        return colours[owner]

    @cached_property
    def frames(self) -> MemoryFrames:
        """The frames without a video file."""
        return MemoryFrames(self.frame, self.size_hw, self.times_ns - self.start_ns, ~self.valid, "shapes")

    def write_video(self, path: str | Path, **options: Any) -> Path:
        """The path of the H.264 video written; its colours are nearly exact.

        Args:
            path: the file, ``.mp4`` or ``.mkv``.
            options: for ``dwell.video.VideoWriter``, such as ``crf``.
        """
        with VideoWriter(path, self.size_hw, **options) as writer:
            for frame_idx, pts_ns in enumerate(self.frames.pts_ns):
                writer.write(self.frame(frame_idx), pts_ns=int(pts_ns))
        return Path(path)

    @property
    def gaze(self) -> pd.DataFrame:
        """Gaze samples every 5 ms, with the columns of a recording's gaze table."""
        times = np.arange(
            self.start_ns, self.start_ns + self.n_frames * self.step_ns, SAMPLE_NS, dtype=np.int64
        )
        frame_idx = (times - self.start_ns) // self.step_ns
        xy, fixation = np.full((len(times), 2), np.nan), np.zeros(len(times), np.int64)
        for number, look in enumerate(self.looks, start=1):
            for k in np.flatnonzero(np.isin(frame_idx, look.frames)):
                xy[k], fixation[k] = self._looked_at(look, int(frame_idx[k])), number
        return pd.DataFrame(
            {
                "timestamp [ns]": times,
                "gaze x [px]": xy[:, 0],
                "gaze y [px]": xy[:, 1],
                "worn": True,
                "fixation id": optional_ids(fixation),
                "blink id": optional_ids(np.zeros_like(fixation)),
            }
        )

    @property
    def fixations(self) -> pd.DataFrame:
        """One row per look, with the columns of a recording's fixation table."""
        starts = [int(self.times_ns[look.frames.start]) for look in self.looks]
        ends = [self.start_ns + look.frames.stop * self.step_ns for look in self.looks]
        places = [np.mean([self._looked_at(look, i) for i in look.frames], axis=0) for look in self.looks]
        xy = np.array(places, dtype=float).reshape(-1, 2)
        return pd.DataFrame(
            {
                "fixation id": pd.array(np.arange(1, len(self.looks) + 1), dtype="Int64"),
                "start timestamp [ns]": np.array(starts, dtype=np.int64),
                "end timestamp [ns]": np.array(ends, dtype=np.int64),
                "duration [ms]": np.array(
                    [(e - s) // 1_000_000 for s, e in zip(starts, ends, strict=True)], np.int64
                ),
                "fixation x [px]": xy[:, 0],
                "fixation y [px]": xy[:, 1],
            }
        )

    def _looked_at(self, look: Look, frame_idx: int) -> XY:
        return self.centre(look.target, frame_idx) if isinstance(look.target, str) else look.target

    def _owner(self, frame_idx: int) -> IntArray:
        """(h, w) position in ``shapes`` of what is seen at each pixel, -1 for the background."""
        if not 0 <= frame_idx < self.n_frames:
            raise IndexError(f"there is no frame {frame_idx}: the world has frames 0 to {self.n_frames - 1}")
        owner = np.full(self.size_hw, -1, np.int64)
        if not self.valid[frame_idx]:
            return owner
        y, x = np.mgrid[0.5 : self.size_hw[0], 0.5 : self.size_hw[1]]
        for number, shape in enumerate(self.shapes):
            if shape.frames is None or frame_idx in shape.frames:
                cx, cy = self.centre(shape.name, frame_idx)
                owner[shape.covers(x - cx, y - cy)] = number
        return owner
