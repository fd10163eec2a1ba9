"""What a person may say about a gaze table that is no vendor's: which columns, which units, which clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from dwell.errors import BadTable
from dwell.recordings.reader import Options, read_json
from dwell.recordings.source import Source

__all__ = ["GAZE_OPTIONS", "Settings", "settings_of"]

SIDECAR = "recording.json"

GAZE_OPTIONS: Mapping[str, str] = {
    "gaze": "The gaze table, a CSV file.",
    "time": "Name of the time column.",
    "x": "Name of the column with the horizontal gaze position.",
    "y": "Name of the column with the vertical gaze position.",
    "units": "Unit of times whose column does not name it: ns, us, ms or s.",
    "normalised": "True: positions are shares of the picture (0 to 1); False: they are pixels.",
    "origin": "Where positions count from: top-left or bottom-left.",
    "clock_offset_ns": "Added to every gaze, fixation, blink and event time to give the scene video's time.",
    "min_confidence": "Samples whose 'confidence' is lower count as missing.",
    "video_start_ns": "Time of the first frame on the gaze clock, or 'first gaze'.",
}
"""The options of every reader that takes a table of ours or of nobody in particular."""


@dataclass(frozen=True)
class Settings:
    """The options, with what ``recording.json`` says where an option is not given."""

    gaze: str | None = None
    time: str | None = None
    x: str | None = None
    y: str | None = None
    units: str | None = None
    normalised: bool | None = None
    origin: str | None = None
    clock_offset_ns: int = 0
    min_confidence: float | None = None
    video_start_ns: int | str | None = None
    video: str | None = None
    fps: float | None = None
    width: int | None = None
    height: int | None = None
    recording_id: str | None = None
    wearer: str | None = None
    info: Mapping[str, Any] = field(default_factory=dict)
    """Everything in recording.json."""

    @property
    def size_hw(self) -> tuple[int, int] | None:
        """The picture size that recording.json declares, px."""
        return None if self.width is None or self.height is None else (self.height, self.width)


def settings_of(source: Source, options: Options) -> Settings:
    """The settings from the options and from recording.json in the folder; options win.

    Raises:
        ValueError: an option has a value that it cannot have.
        BadTable: recording.json has one.
    """
    sidecar = source.find(SIDECAR)
    info = read_json(source, sidecar) if sidecar else {}
    names = {f.name for f in fields(Settings)} - {"info"}
    given = {name: value for name, value in options.items() if name in names and value is not None}
    declared = {name: value for name, value in info.items() if name in names and value is not None}
    declared_settings = Settings(**declared, info=info)
    wrong = _wrong(declared_settings)
    if wrong and sidecar:
        raise BadTable(f"{source.label(sidecar)}: {wrong}", path=source.where(sidecar))
    if isinstance(given.get("gaze"), Path):
        given["gaze"] = str(given["gaze"])
    if isinstance(given.get("video"), Path):
        given["video"] = str(given["video"])
    settings = Settings(**(declared | given), info=info)
    if wrong := _wrong(settings):
        raise ValueError(wrong)
    return settings


def _wrong(settings: Settings) -> str | None:
    """What is wrong with the values, with what is right; None when nothing is."""
    checks: dict[str, tuple[bool, str]] = {
        "units": (settings.units in (None, "ns", "us", "ms", "s"), "ns, us, ms or s"),
        "normalised": (settings.normalised in (None, True, False), "true or false"),
        "origin": (settings.origin in (None, "top-left", "bottom-left"), "top-left or bottom-left"),
        "clock_offset_ns": (_is_whole(settings.clock_offset_ns), "whole nanoseconds"),
        "min_confidence": (_is_between(settings.min_confidence, 0, 1), "a number from 0 to 1"),
        "video_start_ns": (
            settings.video_start_ns in (None, "first gaze") or _is_whole(settings.video_start_ns),
            "whole nanoseconds or 'first gaze'",
        ),
        "fps": (_is_between(settings.fps, 1e-3, 1e5), "a positive number"),
        "width": (settings.width is None or _is_whole(settings.width), "whole pixels"),
        "height": (settings.height is None or _is_whole(settings.height), "whole pixels"),
    }
    for name, (right, expected) in checks.items():
        if not right:
            return f"'{name}' must be {expected}, got {getattr(settings, name)!r}."
    for name in ("gaze", "time", "x", "y", "video", "recording_id", "wearer"):
        value = getattr(settings, name)
        if not isinstance(value, str | None):
            return f"'{name}' must be text, got {value!r}."
    return None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_between(value: object, low: float, high: float) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and math.isfinite(value) and low <= value <= high
