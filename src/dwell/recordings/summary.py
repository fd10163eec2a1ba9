"""Facts about single streams, and putting them together though some streams are missing or damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dwell.errors import DwellError
from dwell.types import Camera
from dwell.video import FrameClock, Frames

__all__ = ["Part", "camera_facts", "clock_facts", "collect", "gaze_facts", "scene_facts"]


@dataclass(frozen=True)
class Part:
    """Some facts that come from one stream."""

    names: tuple[str, ...]
    """What the facts are called; each is None where the stream cannot say."""
    there: bool
    """Whether the recording has the stream."""
    facts: Callable[[], Mapping[str, Any]]
    """Reads the stream."""


def collect(parts: Iterable[Part]) -> dict[str, Any]:
    """All facts by name, and ``problems``: the messages of streams that are there but cannot be read."""
    facts: dict[str, Any] = {}
    problems: list[str] = []
    for part in parts:
        facts |= dict.fromkeys(part.names)
        if not part.there:
            continue
        try:
            facts |= part.facts()
        except DwellError as error:
            problems.append(str(error))
    return facts | {"problems": list(dict.fromkeys(problems))}


def gaze_facts(gaze: pd.DataFrame) -> dict[str, Any]:
    """Number of samples, their rate in Hz (from the median step), and shares of 1."""
    if gaze.empty:
        return {"gaze_samples": 0}
    steps = np.diff(gaze["timestamp [ns]"].to_numpy())
    steps = steps[steps > 0]
    missing = gaze[["gaze x [px]", "gaze y [px]"]].isna().any(axis=1)
    return {
        "gaze_samples": len(gaze),
        "gaze_rate_hz": float(1e9 / np.median(steps)) if len(steps) else None,
        "share_worn": float(gaze["worn"].mean()),
        "share_in_blinks": float(gaze["blink id"].notna().mean()),
        "share_missing": float(missing.mean()),
    }


def scene_facts(scene: Frames) -> dict[str, Any]:
    """Width and height in px, and whether there is sound."""
    height, width = scene.size_hw
    return {"size_wh": (width, height), "audio": bool(getattr(scene, "has_audio", False))}


def clock_facts(clock: FrameClock) -> dict[str, Any]:
    """Number of frames, and how many of them are filler."""
    return {"frames": len(clock), "filler_frames": int(np.count_nonzero(~clock.valid))}


def camera_facts(camera: Camera | None) -> dict[str, Any]:
    """Focal length in px."""
    return {"camera_fx_px": None if camera is None else float(camera.matrix[0, 0])}
