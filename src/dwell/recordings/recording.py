"""A recording: one wearer, one scene video, one clock, and streams that load when first touched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self, cast

import pandas as pd

from dwell.errors import MissingStream
from dwell.recordings.summary import Part, camera_facts, clock_facts, collect, gaze_facts, scene_facts
from dwell.recordings.timing import build_clock, note_when_apart
from dwell.recordings.windows import complete_gaze
from dwell.types import Camera, IntArray
from dwell.video import FrameClock, Frames

__all__ = ["STREAMS", "About", "Load", "Recording"]

STREAMS = ("gaze", "fixations", "saccades", "blinks", "events", "frame times", "scene video")
"""Every stream a recording may have, by the name used in ``has`` and in errors."""

_SAME = {"scene": "scene video", "clock": "frame times"}


@dataclass(frozen=True)
class About:
    """What is known of a recording before any stream is read."""

    id: str
    """The recorder's own id where it has one, else the name."""
    name: str
    kind: str
    """Name of the reader that opened it."""
    path: Path
    """The folder, zip or video that was opened."""
    wearer: str | None = None
    start_ns: int | None = None
    """None: the first frame's time, or else the first gaze sample's."""
    duration_ns: int | None = None
    """None: up to the end of the last frame, or else to the last gaze sample."""
    section_id: str | None = None
    """Pupil Cloud's section, where the tables name one."""
    info: Mapping[str, Any] = field(default_factory=dict)
    """The recorder's own description, such as info.json."""


Load = Callable[["Recording"], Any]
"""Reads one stream. It is given the recording, so that it can leave notes or ask for another stream."""


class Recording:
    """Gaze, eye events and scene video of one recording, each read on first touch and then kept.

    Times are int64 ns on one clock, positions are pixels of the raw scene video (origin top left). A stream
    that is not there raises ``MissingStream``; one that is damaged raises when touched and leaves the others
    usable. May be used from several threads.
    """

    def __init__(
        self,
        about: About,
        loads: Mapping[str, Load],
        *,
        camera: Callable[[], Camera | None] = lambda: None,
        remedies: Mapping[str, str] | None = None,
    ) -> None:
        """Take the loaders of the streams that are there; ``remedies`` says what would supply the others."""
        unknown = [name for name in [*loads, *(remedies or {})] if name not in STREAMS]
        if unknown:
            raise ValueError(f"Unknown streams {unknown}; a recording has {STREAMS}.")
        self._about = about
        self._loads = dict(loads)
        self._load_camera = camera
        self._remedies = dict(remedies or {})
        self._loaded: dict[str, Any] = {}
        self._lock = threading.RLock()
        self.notes: list[str] = []
        """Things a person should know about this recording's data; grows while streams load."""

    # ------------------------------------------------------------------ what it is

    @property
    def id(self) -> str:
        """The recorder's own id, else the name."""
        return self._about.id

    @property
    def name(self) -> str:
        """The name a person gave, else the file's."""
        return self._about.name

    @property
    def kind(self) -> str:
        """Name of the reader that opened it."""
        return self._about.kind

    @property
    def path(self) -> Path:
        """The folder, zip or video that was opened."""
        return self._about.path

    @property
    def wearer(self) -> str | None:
        """Name of the wearer, where the recorder wrote it."""
        return self._about.wearer

    @property
    def section_id(self) -> str | None:
        """Pupil Cloud's section, where the tables name one."""
        return self._about.section_id

    @property
    def info(self) -> Mapping[str, Any]:
        """The recorder's own description, such as info.json; read-only."""
        return MappingProxyType(dict(self._about.info))

    @property
    def start_ns(self) -> int:
        """When it starts: the recorder's word, else the first frame, else the first gaze sample."""
        if self._about.start_ns is not None:
            return self._about.start_ns
        if self.has("frame times"):
            return int(self.frame_times_ns[0])
        return int(self.gaze["timestamp [ns]"].iloc[0]) if len(self.gaze) else 0

    @property
    def duration_ns(self) -> int:
        """How long it lasts: the recorder's word, else to the last frame's end, else to the last sample."""
        if self._about.duration_ns is not None:
            return self._about.duration_ns
        if self.has("frame times"):
            return int(self.timing.end_ns) - self.start_ns
        return int(self.gaze["timestamp [ns]"].iloc[-1]) - self.start_ns if len(self.gaze) else 0

    def has(self, stream: str) -> bool:
        """Whether the stream is there; it may still turn out to be damaged when touched."""
        stream = _SAME.get(stream, stream)
        if stream not in STREAMS:
            raise ValueError(f"Unknown stream {stream!r}; a recording has {', '.join(STREAMS)}.")
        return stream in self._loads

    # ------------------------------------------------------------------ streams

    @property
    def gaze(self) -> pd.DataFrame:
        """Gaze samples in time order: the columns of ``dwell.tables.GAZE``; NaN = no gaze.

        ``worn``, ``fixation id`` and ``blink id`` are always there: where the file has no ids they are taken
        from the fixations' and blinks' spans, and a note says so.
        """
        return cast(pd.DataFrame, self._stream("gaze", self._load_gaze))

    @property
    def fixations(self) -> pd.DataFrame:
        """Fixations in time order: the columns of ``dwell.tables.FIXATIONS``."""
        return cast(pd.DataFrame, self._stream("fixations"))

    @property
    def saccades(self) -> pd.DataFrame:
        """Saccades in time order: the columns of ``dwell.tables.SACCADES``."""
        return cast(pd.DataFrame, self._stream("saccades"))

    @property
    def blinks(self) -> pd.DataFrame:
        """Blinks in time order: the columns of ``dwell.tables.BLINKS``."""
        return cast(pd.DataFrame, self._stream("blinks"))

    @property
    def events(self) -> pd.DataFrame:
        """Events in time order: the columns of ``dwell.tables.EVENTS``."""
        return cast(pd.DataFrame, self._stream("events"))

    @property
    def scene(self) -> Frames:
        """Frames of the scene video, by number. Opened on first touch; closed by ``close``."""
        return cast(Frames, self._stream("scene video"))

    @property
    def frame_times_ns(self) -> IntArray:
        """(n,) int64: when each frame starts, as recorded; may differ a little in length from the video."""
        return cast(IntArray, self._stream("frame times"))

    @property
    def clock(self) -> FrameClock:
        """Which frame is shown when; as long as the shorter of video and times. Filler frames are not valid.

        Raises:
            MissingStream: there are no frame times.
            BadTable: there are far fewer times than frames.
            CorruptVideo: there are far fewer frames than times.
        """
        return cast(FrameClock, self._once("clock", self._build_clock))

    @property
    def timing(self) -> FrameClock:
        """As ``clock``, but no picture is decoded for it: filler frames count as valid.

        Raises:
            MissingStream: there are no frame times.
            BadTable: there are far fewer times than frames.
            CorruptVideo: there are far fewer frames than times.
        """
        return cast(FrameClock, self._once("timing", self._build_timing))

    @property
    def camera(self) -> Camera | None:
        """The scene camera's intrinsics, or None when the recording has none."""
        return cast("Camera | None", self._once("camera", self._load_camera))

    # ------------------------------------------------------------------ housekeeping

    def summary(self) -> dict[str, Any]:
        """What ``dwell info`` shows, by name: counts, rates, shares, ``notes`` and ``problems``.

        A fact is None where its stream is missing or damaged; ``problems`` has the damaged ones' messages.
        """
        timed = self.has("frame times") or self.has("gaze")
        gaze_names = ("gaze_samples", "gaze_rate_hz", "share_worn", "share_in_blinks", "share_missing")
        parts = [
            Part(gaze_names, self.has("gaze"), lambda: gaze_facts(self.gaze)),
            Part(("fixations",), self.has("fixations"), lambda: {"fixations": len(self.fixations)}),
            Part(("saccades",), self.has("saccades"), lambda: {"saccades": len(self.saccades)}),
            Part(("blinks",), self.has("blinks"), lambda: {"blinks": len(self.blinks)}),
            Part(("events",), self.has("events"), lambda: {"events": len(self.events)}),
            Part(("size_wh", "audio"), self.has("scene video"), lambda: scene_facts(self.scene)),
            Part(("frames", "filler_frames"), self.has("frame times"), lambda: clock_facts(self.clock)),
            Part(("camera_fx_px",), True, lambda: camera_facts(self.camera)),
            Part(("start_ns",), timed, lambda: {"start_ns": self.start_ns}),
            Part(("duration_s",), timed, lambda: {"duration_s": self.duration_ns / 1e9}),
        ]
        about = {name: getattr(self, name) for name in ("name", "id", "kind", "wearer")}
        return about | {"path": str(self.path)} | collect(parts) | {"notes": list(self.notes)}

    def note(self, text: str) -> None:
        """Keep a remark for ``notes``, once."""
        if text not in self.notes:
            self.notes.append(text)

    def close(self) -> None:
        """Close the scene video. Touching it again opens it again."""
        with self._lock:
            frames = self._loaded.pop("scene video", None)
        if frames is not None:
            frames.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        there = ", ".join(stream for stream in STREAMS if stream in self._loads)
        return f"Recording({self.name!r}, {self.kind}: {there or 'no stream'})"

    # ------------------------------------------------------------------ loading

    def _stream(self, stream: str, load: Callable[[], Any] | None = None) -> Any:
        if stream not in self._loads:
            remedy = self._remedies.get(stream, "Open a recording that has it.")
            raise MissingStream(f"{self.name!r} has no {stream}. {remedy}", path=self.path, stream=stream)
        return self._once(stream, load or (lambda: self._loads[stream](self)))

    def _once(self, key: str, load: Callable[[], Any]) -> Any:
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = load()
                if {"gaze", "clock"} <= self._loaded.keys() and key in {"gaze", "clock"}:
                    note_when_apart(self._loaded["gaze"], self._loaded["clock"], self.note)
            return self._loaded[key]

    def _load_gaze(self) -> pd.DataFrame:
        gaze = self._loads["gaze"](self)
        return complete_gaze(
            gaze,
            fixations=lambda: self.fixations if self.has("fixations") else None,
            blinks=lambda: self.blinks if self.has("blinks") else None,
            note=self.note,
        )

    def _build_timing(self) -> FrameClock:
        times_ns = self.frame_times_ns
        n_frames = len(self.scene) if self.has("scene video") else len(times_ns)
        return FrameClock.matched(times_ns, n_frames, path=self.path)[0]

    def _build_clock(self) -> FrameClock:
        frames = self.scene if self.has("scene video") else None
        return build_clock(self.frame_times_ns, frames, self.note, self.path)
