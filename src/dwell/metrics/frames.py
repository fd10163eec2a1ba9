"""frames.csv: each AOI in each frame, and the gaze on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.gaze import INSIDE, GazeMap, Section
from dwell.masks import DIRECTIONS, ORIGINS, SIGNALS, STATES, Masklet, Signals, doubts
from dwell.metrics.shown import frames_in
from dwell.metrics.visits import in_section
from dwell.tables import FRAMES, conform, write_tables
from dwell.types import BoolArray, IntArray, ProgressFn, State

__all__ = ["compute_frames", "write_frames"]

_CHUNK_ROWS = 30_000


def compute_frames(gaze_map: GazeMap, section: Section) -> pd.DataFrame:
    """One row per frame and AOI (``FRAMES``), frame by frame; filler frames are left out."""
    parts = list(_chunks(gaze_map, section))
    return pd.concat(parts, ignore_index=True) if parts else FRAMES.empty()


def write_frames(
    path: str | Path, gaze_map: GazeMap, section: Section, progress: ProgressFn | None = None
) -> Path:
    """The path of the table ``compute_frames`` gives, written piece by piece with little memory.

    Raises:
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason.
    """
    return write_tables(_chunks(gaze_map, section, progress), FRAMES, path)


def _chunks(
    gaze_map: GazeMap, section: Section, progress: ProgressFn | None = None
) -> Iterator[pd.DataFrame]:
    frames, k = frames_in(gaze_map, section), len(gaze_map.masklets)
    counts = _counts(gaze_map, section)
    step = max(_CHUNK_ROWS // max(k, 1), 1)
    for start in range(0, len(frames) if k else 0, step):
        part = frames[start : start + step]
        yield conform(_table(gaze_map, section, part, counts), FRAMES)
        if progress:
            progress(min(start + step, len(frames)), len(frames))


def _counts(gaze_map: GazeMap, section: Section) -> tuple[IntArray, IntArray]:
    """Valid gaze samples of each frame (f,), and those on each AOI (k, f)."""
    chosen = gaze_map.ok & in_section(gaze_map, section)
    n_frames = len(gaze_map.clock.times_ns)

    def count(samples: BoolArray) -> IntArray:
        return np.bincount(gaze_map.frame_idx[samples], minlength=n_frames)

    on = [count(chosen & (inside == INSIDE)) for inside in gaze_map.inside]
    return count(chosen), np.array(on, np.int64).reshape(len(on), n_frames)


def _table(
    gaze_map: GazeMap, section: Section, frames: IntArray, counts: tuple[IntArray, IntArray]
) -> pd.DataFrame:
    n, k = len(frames), len(gaze_map.masklets)
    columns: dict[str, Any] = {
        "recording id": section.recording_id,
        "frame idx": np.repeat(frames, k),
        "timestamp [ns]": np.repeat(gaze_map.clock.times_ns[frames], k),
        "aoi label": np.tile(np.array([aoi.name for aoi in gaze_map.aois], object), n),
        "object id": np.tile([aoi.object_id for aoi in gaze_map.aois], n),
    }
    each = [_masklet_columns(masklet, frames) for masklet in gaze_map.masklets]
    columns |= {name: np.stack([part[name] for part in each], axis=1).ravel() for name in each[0]}
    columns["gaze samples"] = np.repeat(counts[0][frames], k)
    columns["gaze samples on aoi"] = counts[1][:, frames].T.ravel()
    return pd.DataFrame(columns)


def _masklet_columns(masklet: Masklet, frames: IntArray) -> dict[str, NDArray[Any]]:
    rows = masklet.rows_at(frames)
    states = np.array([*map(str, STATES), str(State.UNKNOWN)], object)
    origins = np.array([*map(str, ORIGINS), None], object)
    directions = np.array([*map(str, DIRECTIONS), None], object)
    columns: dict[str, NDArray[Any]] = {
        "state": states[masklet.codes_at(frames)],
        "score": np.append(masklet.score, np.float32(np.nan))[rows],
        "area [px]": np.append(masklet.area, 0)[rows],
        "origin": origins[np.append(masklet.origin, np.int8(-1))[rows]],
        "approved": np.append(masklet.approved, False)[rows],
        "check": np.append(masklet.check, False)[rows],
        "direction": directions[np.append(masklet.direction, np.int8(-1))[rows]],
        **_signal_columns(masklet, rows),
    }
    visible = columns["area [px]"] > 0
    boxes = np.concatenate([masklet.boxes_xyxy, np.zeros((1, 4), np.int32)])[rows]
    for i, name in enumerate(("box x0 [px]", "box y0 [px]", "box x1 [px]", "box y1 [px]")):
        columns[name] = np.where(visible, boxes[:, i], np.nan)
    return columns


def _signal_columns(masklet: Masklet, rows: IntArray) -> dict[str, NDArray[Any]]:
    there = rows >= 0
    signals = np.tile(Signals().to_row(), (len(rows), 1))
    signals[there] = masklet.signals(rows[there])
    columns: dict[str, NDArray[Any]] = dict(zip(SIGNALS, signals.T, strict=True))
    named = {name.replace("_", " "): values for name, values in columns.items()}
    return named | {
        "new parts": np.where(np.isnan(columns["area_ratio"]), np.nan, columns["new_parts"]),
        "interpolated": columns["interpolated"] == 1,
        "doubt": doubts(signals, np.append(masklet.score, np.float32(np.nan))[rows]),
    }
