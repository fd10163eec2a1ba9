"""The summary of a recording: what ``dwell info`` shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dwell.errors import DwellError

if TYPE_CHECKING:
    from dwell.recordings.recording import Recording

__all__ = ["summarise"]


def summarise(recording: Recording) -> dict[str, Any]:
    """Facts of a recording by name; None = the stream is missing, or damaged: then ``problems`` says how."""
    problems: list[str] = []
    facts: dict[str, Any] = {
        "name": recording.name,
        "id": recording.id,
        "kind": recording.kind,
        "path": str(recording.path),
        "wearer": recording.wearer,
        "start_ns": None,
        "duration_s": None,
    }
    counts = [partial(_count, stream) for stream in ("fixations", "saccades", "blinks", "events")]
    parts: list[Callable[[Recording | None], dict[str, Any]]]
    parts = [_gaze_facts, *counts, _scene_facts, _clock_facts, _camera_facts, _span_facts]
    for part in parts:
        try:
            facts |= part(recording)
        except DwellError as error:
            facts |= part(None)
            problems.append(str(error))
    return facts | {"notes": list(recording.notes), "problems": list(dict.fromkeys(problems))}


def _span_facts(recording: Recording | None) -> dict[str, Any]:
    if recording is None or not (recording.has("frame times") or recording.has("gaze")):
        return {}
    return {"start_ns": recording.start_ns, "duration_s": recording.duration_ns / 1e9}


def _gaze_facts(recording: Recording | None) -> dict[str, Any]:
    names = ("gaze_samples", "gaze_rate_hz", "share_worn", "share_in_blinks", "share_missing")
    if recording is None or not recording.has("gaze"):
        return dict.fromkeys(names)
    gaze = recording.gaze
    if gaze.empty:
        return dict.fromkeys(names) | {"gaze_samples": 0}
    missing = gaze[["gaze x [px]", "gaze y [px]"]].isna().any(axis=1)
    return {
        "gaze_samples": len(gaze),
        "gaze_rate_hz": _rate_hz(gaze["timestamp [ns]"]),
        "share_worn": float(gaze["worn"].mean()),
        "share_in_blinks": float(gaze["blink id"].notna().mean()),
        "share_missing": float(missing.mean()),
    }


def _rate_hz(times_ns: pd.Series) -> float | None:
    steps = np.diff(times_ns.to_numpy())
    steps = steps[steps > 0]
    return float(1e9 / np.median(steps)) if len(steps) else None


def _count(stream: str, recording: Recording | None) -> dict[str, Any]:
    if recording is None or not recording.has(stream):
        return {stream: None}
    return {stream: len(getattr(recording, stream))}


def _scene_facts(recording: Recording | None) -> dict[str, Any]:
    if recording is None or not recording.has("scene video"):
        return {"size_wh": None, "audio": None}
    height, width = recording.scene.size_hw
    return {"size_wh": (width, height), "audio": bool(getattr(recording.scene, "has_audio", False))}


def _clock_facts(recording: Recording | None) -> dict[str, Any]:
    if recording is None or not recording.has("frame times"):
        return {"frames": None, "filler_frames": None}
    valid = recording.clock.valid
    return {"frames": len(valid), "filler_frames": int(np.count_nonzero(~valid))}


def _camera_facts(recording: Recording | None) -> dict[str, Any]:
    camera = recording.camera if recording is not None else None
    return {"camera_fx_px": None if camera is None else float(camera.matrix[0, 0])}
