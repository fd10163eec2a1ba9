"""gaze_on_aoi.csv: each gaze sample for each AOI; millions of rows, so it is written as text in one go."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.files import replacing
from dwell.gaze import STATUSES, GazeMap, Section
from dwell.masks import STATES
from dwell.metrics.visits import in_section
from dwell.tables import GAZE_ON_AOI, conform
from dwell.types import IntArray, ProgressFn, State

__all__ = ["compute_gaze_on_aoi", "write_gaze_on_aoi"]

_CHUNK_ROWS = 40_000
_ON_AOI = {1: "true", 0: "false", -1: ""}
_STATES = (*map(str, STATES), str(State.UNKNOWN), "")
"""Text of a state code 0 … 2, of unknown (-1 → 3) and of no frame (4)."""
_NO_FRAME = len(_STATES) - 1


def compute_gaze_on_aoi(gaze_map: GazeMap, section: Section) -> pd.DataFrame:
    """One row per sample and AOI (``GAZE_ON_AOI``), sample by sample. Of a long recording, write it."""
    samples, k = np.flatnonzero(in_section(gaze_map, section)), len(gaze_map.aois)
    n = len(samples)
    states = np.array(_STATES[:-1] + (None,), object)
    codes = [_state_codes(gaze_map, i, samples) for i in range(k)]
    on = gaze_map.inside[:, samples].T.ravel()
    columns: dict[str, Any] = {
        "recording id": section.recording_id,
        "timestamp [ns]": np.repeat(gaze_map.timestamps_ns[samples], k),
        "frame idx": _ids(np.repeat(gaze_map.frame_idx[samples], k)),
        "gaze x [px]": np.repeat(gaze_map.gaze_xy[samples, 0], k),
        "gaze y [px]": np.repeat(gaze_map.gaze_xy[samples, 1], k),
        "status": np.repeat(np.array(STATUSES, object)[gaze_map.status[samples]], k),
        "fixation id": _ids(np.repeat(gaze_map.fixation_ids[samples], k)),
        "blink id": _ids(np.repeat(gaze_map.blink_ids[samples], k)),
        "aoi label": np.tile(np.array([aoi.name for aoi in gaze_map.aois], object), n),
        "object id": np.tile(np.array([aoi.object_id for aoi in gaze_map.aois], np.int64), n),
        "aoi state": states[np.array(codes, np.int64).reshape(k, n).T.ravel()],
        "on aoi": pd.arrays.BooleanArray(on == 1, on < 0),
        "distance to border [px]": gaze_map.distance_px[:, samples].T.ravel(),
        "distance to border [deg]": gaze_map.distance_deg[:, samples].T.ravel(),
    }
    return conform(pd.DataFrame(columns), GAZE_ON_AOI)


def write_gaze_on_aoi(
    path: str | Path, gaze_map: GazeMap, section: Section, progress: ProgressFn | None = None
) -> Path:
    """The path of the table ``compute_gaze_on_aoi`` gives, written piece by piece with little memory.

    Raises:
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason.
    """
    samples, k = np.flatnonzero(in_section(gaze_map, section)), len(gaze_map.aois)
    step = max(_CHUNK_ROWS // max(k, 1), 1)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(_line(GAZE_ON_AOI.names))
        for start in range(0, len(samples) if k else 0, step):
            file.write(_text(gaze_map, section, samples[start : start + step]))
            if progress:
                progress(min(start + step, len(samples)), len(samples))
    return Path(path)


def _text(gaze_map: GazeMap, section: Section, samples: IntArray) -> str:
    """The rows of some samples."""
    k = len(gaze_map.aois)
    heads = list(_heads(gaze_map, section, samples))
    lines = [""] * (len(samples) * k)
    for i in range(k):
        lines[i::k] = map(str.__add__, heads, _tails(gaze_map, i, samples))
    return "".join(lines)


def _heads(gaze_map: GazeMap, section: Section, samples: IntArray) -> Iterator[str]:
    """The columns that are the same for all AOIs."""
    recording = _line([section.recording_id])[:-1]
    status = gaze_map.status[samples].tolist()
    xy = gaze_map.gaze_xy[samples]
    ids = (gaze_map.frame_idx, gaze_map.fixation_ids, gaze_map.blink_ids)
    frames, fixations, blinks = (values[samples].tolist() for values in ids)
    rows = zip(
        gaze_map.timestamps_ns[samples].tolist(),
        frames,
        *xy.T.tolist(),
        status,
        fixations,
        blinks,
        strict=True,
    )
    for time, frame, x, y, code, fixation, blink in rows:
        yield (
            f"{recording},{time},{_id(frame)},{_number(x, 3)},{_number(y, 3)},"
            f"{STATUSES[code]},{_id(fixation)},{_id(blink)},"
        )


def _tails(gaze_map: GazeMap, i: int, samples: IntArray) -> list[str]:
    """The columns of one AOI. Most are one of a few texts; only finite distances are formatted one by one."""
    aoi = gaze_map.aois[i]
    start = _line([aoi.name, str(aoi.object_id)])[:-1]
    px, deg = gaze_map.distance_px[i, samples], gaze_map.distance_deg[i, samples]
    on, state = gaze_map.inside[i, samples], _state_codes(gaze_map, i, samples)
    kinds = np.stack([state, on, _kind(px), _kind(deg)], axis=1).astype(np.int64)
    key = ((kinds[:, 0] * 3 + kinds[:, 1] + 1) * 4 + kinds[:, 2]) * 4 + kinds[:, 3]
    texts = {
        int(each): f"{start},{_STATES[a]},{_ON_AOI[b]},{_KINDS[c]},{_KINDS[d]}\n"
        for each, (a, b, c, d) in zip(*_first_of_each(key, kinds), strict=True)
    }
    tails = [texts[each] for each in key.tolist()]
    finite = np.flatnonzero(np.isfinite(px))
    values = zip(finite.tolist(), px[finite].tolist(), deg[finite].tolist(), strict=True)
    firsts = {(a, b): f"{start},{_STATES[a]},{_ON_AOI[b]}," for a in range(len(_STATES)) for b in _ON_AOI}
    for j, distance_px, distance_deg in values:
        head = firsts[int(state[j]), int(on[j])]
        tails[j] = f"{head}{distance_px:.3f},{_number(distance_deg, 4)}\n"
    return tails


_KINDS = ("", "inf", "-inf", "")
"""Text of a distance that is NaN, beyond the limit outside or inside; finite ones are filled in later."""


def _kind(distance: NDArray[np.float32]) -> NDArray[np.int64]:
    kinds = np.where(np.isnan(distance), 0, np.where(np.isinf(distance), np.where(distance > 0, 1, 2), 3))
    return kinds.astype(np.int64)


def _first_of_each(key: NDArray[np.int64], kinds: NDArray[np.int64]) -> tuple[list[int], list[list[int]]]:
    each, first = np.unique(key, return_index=True)
    return each.tolist(), kinds[first].tolist()


def _state_codes(gaze_map: GazeMap, i: int, samples: IntArray) -> IntArray:
    """Index in ``_STATES`` of the AOI's state at each sample."""
    frames = gaze_map.frame_idx[samples]
    codes = gaze_map.masklets[i].codes_at(frames).astype(np.int64)
    return np.where(frames < 0, _NO_FRAME, np.where(codes < 0, len(STATES), codes))


def _id(value: int) -> str:
    return str(value) if value >= 0 else ""


def _number(value: float, decimals: int) -> str:
    return "" if value != value else f"{value:.{decimals}f}"


def _ids(values: IntArray) -> pd.Series:
    return pd.Series(values, dtype="Int64").mask(values < 0)


def _line(cells: list[str]) -> str:
    """One line of CSV, with quotes where they are needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
