"""DrawnWorld: a small eye-tracker recording that Dwell draws itself, with exact truth."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.drawn_world import script, signals
from dwell.drawn_world.cloud_export import write_export
from dwell.drawn_world.eye_tables import EyeTables
from dwell.drawn_world.frames import MemoryFrames
from dwell.drawn_world.identity import Identity
from dwell.drawn_world.optics import scene_camera
from dwell.drawn_world.painter import Painter, Timeline
from dwell.drawn_world.timing import TICKS_PER_S, Shutter, sample_times_ns
from dwell.drawn_world.view import Head
from dwell.drawn_world.wearer import Wearer
from dwell.types import BoolArray, ByteArray, Camera, IntArray, ProgressFn
from dwell.video import FrameClock

__all__ = ["DrawnWorld"]

_FILLER_GREY = 128
_SURVEY_HEIGHT = 120

_EVENTS = ((2.2, "ball.hidden"), (3.5, "cup.taken"), (7.1, "cup.back"), (9.5, "book.pushed"))
"""Script seconds and names."""


@dataclass(frozen=True)
class DrawnWorld:
    """A table top with a cup, a book and a ball, seen by somebody who wears an eye tracker. Source: ours.

    The things move, change their outline and hide each other; the cup is carried out of the view and comes
    back; the ball is wholly hidden behind the book for a while; a hand without a name covers things; the head
    moves. Everything follows from the parameters; nothing is drawn before it is asked for. Gaze is measured
    with noise, and what the wearer really did is kept apart in ``gaze_truth``.

    Raises:
        ValueError: a picture under 64 px, or a scene under 3 s.

    Example:
        >>> world = DrawnWorld(size_hw=(120, 160), duration_s=5.0)
        >>> frame_idx = world.n_frames - 1
        >>> world.frame(frame_idx).shape, sorted(world.truth(frame_idx))
        ((120, 160, 3), ['ball', 'book', 'cup'])
    """

    seed: int = 0
    size_hw: tuple[int, int] = (480, 640)
    """px"""
    duration_s: float = 12.0
    """Of the whole recording, filler included."""
    filler_s: float = 1.0
    """Of grey filler at the start, while the scene camera wakes up."""
    head_motion: float = 1.0
    """0 = the head only trembles; 1 = as when sitting at a table."""
    name: str = "table top"
    """Of the recording."""
    wearer_name: str = "drawn wearer"
    start_ns: int = 1_767_258_000_000_000_000
    """Time of the first frame, ns UTC; 2026-01-01 09:00 if not given."""

    def __post_init__(self) -> None:
        if min(self.size_hw) < 64:
            raise ValueError(f"the picture must be at least 64 px high and wide, got size_hw={self.size_hw}")
        if self.duration_s - self.filler_s < 3:
            raise ValueError(
                f"the scene needs 3 s after the filler, got {self.duration_s - self.filler_s:g} s"
            )

    # ------------------------------------------------------------------ frames and their truth

    @property
    def names(self) -> tuple[str, ...]:
        """The things that have a name."""
        return script.NAMES

    @property
    def n_frames(self) -> int:
        """How many frames the scene video has, filler included."""
        return len(self._shutter.ticks)

    @property
    def times_ns(self) -> IntArray:
        """(n,) int64 ns UTC of the frames."""
        return self._shutter.times_ns(self.start_ns)

    @property
    def ticks(self) -> IntArray:
        """(n,) int64: the same since the first frame, in the video's time base of 1/90 000 s."""
        return self._shutter.ticks

    @property
    def valid(self) -> BoolArray:
        """(n,) bool: False on filler frames."""
        return self._shutter.valid

    @cached_property
    def clock(self) -> FrameClock:
        """When each frame was taken."""
        return FrameClock(self.times_ns, self.valid)

    def frame(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB."""
        if not self.valid[self._checked(frame_idx)]:
            return np.full((*self.size_hw, 3), _FILLER_GREY, np.uint8)
        return self._painter.picture(self._second(frame_idx), frame_idx)

    def truth(self, frame_idx: int) -> dict[str, BoolArray]:
        """The visible part of each thing, (h, w) bool by name; all False if hidden or out of view."""
        owner = self.owner(frame_idx)
        return {name: owner == number for number, name in enumerate(self.names, start=1)}

    def owner(self, frame_idx: int) -> ByteArray:
        """(h, w) uint8: the truth in one picture; 1, 2, 3 = ``names``, 0 = nothing named."""
        if not self.valid[self._checked(frame_idx)]:
            return np.zeros(self.size_hw, np.uint8)
        packed = self._owners.get(frame_idx)
        if packed is None:
            packed = zlib.compress(self._painter.owner(self._second(frame_idx)).tobytes(), 1)
            self._owners[frame_idx] = packed
        return np.frombuffer(zlib.decompress(packed), np.uint8).reshape(self.size_hw).copy()

    @cached_property
    def frames(self) -> MemoryFrames:
        """The frames without a video file."""
        return MemoryFrames(self.frame, self.size_hw, self.times_ns - self.start_ns, ~self.valid)

    def click(self, name: str, frame_idx: int) -> tuple[float, float]:
        """(x, y) px: the point deepest inside the visible part of a thing.

        Raises:
            ValueError: it is not visible in this frame.
        """
        visible = np.pad(self._visible(name, frame_idx), 1)
        depth = cv2.distanceTransform(visible.astype(np.uint8), cv2.DIST_L2, 5)
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        return float(x) - 0.5, float(y) - 0.5

    def box(self, name: str, frame_idx: int) -> tuple[float, float, float, float]:
        """(x0, y0, x1, y1) px around the visible part of a thing; x1 and y1 are exclusive.

        Raises:
            ValueError: it is not visible in this frame.
        """
        y, x = np.nonzero(self._visible(name, frame_idx))
        return float(x.min()), float(y.min()), float(x.max() + 1), float(y.max() + 1)

    # ------------------------------------------------------------------ what the eye tracker says

    @cached_property
    def camera(self) -> Camera:
        """Intrinsics of the scene camera."""
        return scene_camera(self.size_hw)

    @cached_property
    def gaze(self) -> pd.DataFrame:
        """Measured gaze at 200 Hz, with Pupil Cloud's columns; some samples lie before the first frame."""
        return self._eyes.gaze

    @cached_property
    def gaze_truth(self) -> pd.DataFrame:
        """What the eyes did: for each sample ``timestamp [ns]``, ``kind``, ``target`` aimed at (or None).

        Kinds are fixation, pursuit, saccade, blink and not worn. The target is what the wearer meant to look
        at; measured gaze may miss it.
        """
        return self._eyes.truth

    @cached_property
    def gaze_hits(self) -> pd.DataFrame:
        """What measured gaze is on: for each sample ``timestamp [ns]``, ``frame_idx``, a bool per thing.

        frame_idx is -1 where no frame is shown; the bools tell whether the sample's pixel belongs to the
        visible part of the thing. Draws the truth of every frame.
        """
        frame_idx = self.clock.frame_at(self.gaze["timestamp [ns]"].to_numpy())
        x, y = (np.floor(self.gaze[f"gaze {axis} [px]"].to_numpy()).astype(int) for axis in "xy")
        inside = (frame_idx >= 0) & (x >= 0) & (y >= 0) & (x < self.size_hw[1]) & (y < self.size_hw[0])
        hit = np.zeros(len(frame_idx), np.uint8)
        for shown in np.unique(frame_idx[inside]):
            rows = np.flatnonzero(inside & (frame_idx == shown))
            hit[rows] = self.owner(int(shown))[y[rows], x[rows]]
        hits = {name: hit == number for number, name in enumerate(self.names, start=1)}
        return pd.DataFrame({"timestamp [ns]": self.gaze["timestamp [ns]"], "frame_idx": frame_idx, **hits})

    @cached_property
    def fixations(self) -> pd.DataFrame:
        """Fixations and pursuits, with Pupil Cloud's columns."""
        return self._eyes.fixations

    @cached_property
    def saccades(self) -> pd.DataFrame:
        """Saccades, with Pupil Cloud's columns."""
        return self._eyes.saccades

    @cached_property
    def blinks(self) -> pd.DataFrame:
        """Blinks, with Pupil Cloud's columns."""
        return self._eyes.blinks

    @cached_property
    def events(self) -> pd.DataFrame:
        """``timestamp [ns]``, ``name``, ``type``: begin and end, and what happens in the scene."""
        begin = [(self.start_ns, "recording.begin", "recording")]
        end = [(self.end_ns, "recording.end", "recording")]
        scene = [(self.start_ns + round(s * 1e9), name, "cloud") for s, name in self._happenings()]
        return pd.DataFrame(begin + scene + end, columns=["timestamp [ns]", "name", "type"])

    @cached_property
    def imu(self) -> pd.DataFrame:
        """Head movement at 110 Hz, with Pupil Cloud's columns."""
        times = np.arange(self.start_ns, self.end_ns, 9_090_909, dtype=np.int64)
        return signals.imu(
            self.seed, times, self._painter.view((times - self.start_ns) / 1e9), self._px_per_deg
        )

    @cached_property
    def eye_states(self) -> pd.DataFrame:
        """Pupils, eyeballs and lids for each gaze sample, with Pupil Cloud's columns."""
        return signals.eye_states(self.seed, self.gaze)

    @property
    def end_ns(self) -> int:
        """When the last frame stops being shown, ns UTC."""
        return self.clock.end_ns

    @cached_property
    def identity(self) -> Identity:
        """Ids of the recording, its section, wearer and workspace."""
        return Identity.drawn(self.seed)

    @property
    def info(self) -> dict[str, Any]:
        """What ``info.json`` says."""
        return self.identity.info(self.name, self.wearer_name, self.start_ns, self.end_ns - self.start_ns)

    def sound(self) -> tuple[NDArray[np.float32], int]:
        """(samples, rate): a soft tone, with a click at each event in the scene."""
        clicks = [second for second, _ in self._happenings()]
        return signals.sound((self.end_ns - self.start_ns) / 1e9, clicks), signals.SOUND_HZ

    def write_cloud_export(
        self,
        folder: str | Path,
        *,
        video: bool = True,
        truth: bool = True,
        progress: ProgressFn | None = None,
    ) -> Path:
        """The folder written like a download from Pupil Cloud, ``<folder>/export``.

        Args:
            folder: where to write; made if needed.
            video: with the scene video (H.264, AAC sound); False writes "Timeseries Data" only.
            truth: also write ``<folder>/truth``: an indexed PNG per frame in ``masks``, what its values mean
                in ``labels.json``, and ``gaze_truth.csv``.
            progress: called with (done, total) frames of the video.

        Raises:
            OutputError: something cannot be written.
            StorageFull: the disk is full or the folder may not be written.
        """
        folder = Path(folder)
        truth_folder = folder / "truth" if truth else None
        return write_export(self, folder / "export", video=video, truth=truth_folder, progress=progress)

    # ------------------------------------------------------------------ inside

    @cached_property
    def _shutter(self) -> Shutter:
        return Shutter.drawn(self.seed, self.duration_s, self.filler_s)

    @cached_property
    def _owners(self) -> dict[int, bytes]:
        """Truth drawn so far, packed: it is asked for again and again."""
        return {}

    @cached_property
    def _timeline(self) -> Timeline:
        scene_s = self.duration_s - self.filler_s
        return Timeline(self.filler_s, scene_s / max(round(scene_s / script.PERIOD), 1))

    def _painter_of(self, size_hw: tuple[int, int]) -> Painter:
        return Painter(self.seed, size_hw, Head(self.seed, size_hw, self.head_motion), self._timeline)

    @cached_property
    def _painter(self) -> Painter:
        return self._painter_of(self.size_hw)

    @cached_property
    def _px_per_deg(self) -> float:
        return float(self.camera.matrix[0, 0]) * math.pi / 180

    @cached_property
    def _eyes(self) -> EyeTables:
        times_ns = sample_times_ns(self.seed, self.start_ns, self.end_ns)
        times_s = (times_ns - self.start_ns) / 1e9
        height, width = self.size_hw
        small = self._painter_of((_SURVEY_HEIGHT, round(_SURVEY_HEIGHT * width / height)))
        span_s = (self._second(int(np.argmax(self.valid))), (self.end_ns - self.start_ns) / 1e9)
        wearer = Wearer(self.seed, self._painter, small, self.camera, times_s, span_s)
        return EyeTables.observed(self.seed, wearer, wearer.plan(), (times_ns, times_s), self.camera)

    def _happenings(self) -> list[tuple[float, str]]:
        """(second since the start, name) of what happens in the scene, in time."""
        cycle = self._timeline.cycle_s
        n_cycles = round((self.duration_s - self.filler_s) / cycle)
        return [
            (self.filler_s + (k + at / script.PERIOD) * cycle, name)
            for k in range(n_cycles)
            for at, name in _EVENTS
        ]

    def _second(self, frame_idx: int) -> float:
        return float(self._shutter.ticks[frame_idx]) / TICKS_PER_S

    def _visible(self, name: str, frame_idx: int) -> BoolArray:
        if name not in self.names:
            raise ValueError(f"there is no {name!r} in the drawn world; it has {', '.join(self.names)}")
        mask = self.truth(frame_idx)[name]
        if not mask.any():
            raise ValueError(f"the {name} is not visible in frame {frame_idx}")
        return mask

    def _checked(self, frame_idx: int) -> int:
        if not 0 <= frame_idx < self.n_frames:
            raise IndexError(f"there is no frame {frame_idx}: the world has frames 0 to {self.n_frames - 1}")
        return frame_idx
