"""Results as plain values for messages: the analyst's tables turned into what pages show."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from dwell.metrics import compute_margin_sensitivity, compute_transitions, find_hits
from dwell.recordings import Recording
from dwell.results import Results
from dwell.review import Moment, ReviewQueue
from dwell.types import IntArray

__all__ = ["eye_fields", "look_fields", "plain", "queue_fields", "results_fields", "sensitivity_fields"]

_CONTEXT = {"recording id", "recording name", "section id", "object id"}
"""Columns of ``AOI_DWELL`` that a page knows otherwise."""
_MOMENT = tuple(field.name for field in fields(Moment))


def results_fields(results: Results) -> dict[str, Any]:
    """The fields of ``ResultsInfo``, but for ``rev``."""
    ids = [aoi.object_id for aoi in results.gaze_map.aois]
    fixations = results.fixation_map
    assigned = np.zeros((len(ids), 0), bool) if fixations is None else fixations.assigned
    return {
        "state": "ready",
        "progress": 1.0,
        "margin_deg": results.gaze_map.options.margin_deg,
        "metrics": [_metrics(row) for row in results.aoi_dwell.to_dict("records")],
        "visits": _visits(results),
        "hits": {str(object_id): find_hits(results.gaze_map, i) for i, object_id in enumerate(ids)},
        "fixations_on": [[ids[i] for i in np.flatnonzero(on)] for on in assigned.T],
        "transitions": _transitions(results),
        "notes": results.notes,
    }


def _metrics(row: dict[Any, Any]) -> dict[str, Any]:
    shown = {str(name): plain(value) for name, value in row.items() if name not in _CONTEXT}
    return {"object_id": int(row["object id"]), **shown}


def _visits(results: Results) -> list[dict[str, Any]]:
    table = results.aoi_visits
    starts, ends = (table[f"{name} timestamp [ns]"].to_numpy(np.int64) for name in ("start", "end"))
    first, stop = results.gaze_map.clock.frames_during(starts, ends)
    return _records(
        object_id=table["object id"].to_numpy(),
        start_ns=starts,
        end_ns=ends,
        first_frame=first,
        stop_frame=stop,
    )


def _transitions(results: Results) -> dict[str, Any]:
    if results.fixation_map is None:
        return {}
    table = compute_transitions(results.fixation_map)
    return {"names": list(table.columns), "counts": table.to_numpy().tolist()}


def look_fields(results: Results, pictures: list[int]) -> dict[str, Any]:
    """The fields of ``LookResults``, but for ``rev`` and ``name``."""
    fixations = results.fixation_map
    return {
        "pictures": pictures,
        "metrics": [_metrics(row) for row in results.aoi_dwell.to_dict("records")],
        "n_fixations": 0 if fixations is None else fixations.assigned.shape[1],
        "notes": results.notes,
    }


def sensitivity_fields(results: Results) -> dict[str, Any]:
    """The fields of ``Sensitivity``, but for ``rev``."""
    table = compute_margin_sensitivity(results.gaze_map, results.section)
    in_deg = "deg" in str(table.columns.name)
    ids = [aoi.object_id for aoi in results.gaze_map.aois]
    return {
        "unit": "deg" if in_deg else "px",
        "margins": table.columns.tolist(),
        "dwell_ms": {str(i): row for i, row in zip(ids, table.to_numpy().tolist(), strict=True)},
        "note": "" if in_deg else "Nothing says how large a degree is, so margins are in px.",
    }


def queue_fields(queue: ReviewQueue) -> dict[str, Any]:
    """The fields of ``ReviewQueue``, but for ``rev``."""
    return {
        "moments": [{name: plain(getattr(moment, name)) for name in _MOMENT} for moment in queue.moments],
        "total_ms": queue.total_ms,
        "minutes": queue.minutes,
        "target": queue.target,
        "n_for_target": queue.n_for_target,
    }


def eye_fields(recording: Recording) -> dict[str, Any]:
    """The fields of ``Eye``: fixations in the order of ``ResultsInfo.fixations_on``, blinks and events.

    A stream that the recording has not is empty; without frame times every frame is -1.
    """
    fixations, blinks, events = (_table(recording, name) for name in ("fixations", "blinks", "events"))
    starts, ends = _span(fixations)
    fixation_first, fixation_stop = _frames(recording, starts, ends)
    blink_first, blink_stop = _frames(recording, *_span(blinks))
    times = _times(events, "timestamp [ns]")
    event_frames, _ = _frames(recording, times, times + 1)
    names = [] if events is None else [str(name) for name in events["name"].fillna("")]
    return {
        "fixation_ids": _ids(fixations),
        "fixation_start_ns": starts.tolist(),
        "fixation_end_ns": ends.tolist(),
        "fixation_first_frame": fixation_first.tolist(),
        "fixation_stop_frame": fixation_stop.tolist(),
        "fixation_x": _positions(fixations, "fixation x [px]"),
        "fixation_y": _positions(fixations, "fixation y [px]"),
        "blink_first_frame": blink_first.tolist(),
        "blink_stop_frame": blink_stop.tolist(),
        "event_names": names,
        "event_frames": event_frames.tolist(),
    }


def _table(recording: Recording, stream: str) -> pd.DataFrame | None:
    if not recording.has(stream):
        return None
    table: pd.DataFrame = getattr(recording, stream)
    if stream != "fixations":
        return table
    return table.sort_values("start timestamp [ns]", kind="stable")  # as ``map_fixations`` does


def _times(table: pd.DataFrame | None, column: str) -> IntArray:
    return np.zeros(0, np.int64) if table is None else table[column].to_numpy(np.int64)


def _span(table: pd.DataFrame | None) -> tuple[IntArray, IntArray]:
    return _times(table, "start timestamp [ns]"), _times(table, "end timestamp [ns]")


def _frames(recording: Recording, starts: IntArray, ends: IntArray) -> tuple[IntArray, IntArray]:
    if not recording.has("frame times"):
        return np.full_like(starts, -1), np.full_like(ends, -1)
    return recording.clock.frames_during(starts, ends)


def _ids(fixations: pd.DataFrame | None) -> list[int]:
    return [] if fixations is None else fixations["fixation id"].astype("Int64").fillna(-1).tolist()


def _positions(fixations: pd.DataFrame | None, column: str) -> list[float | None]:
    if fixations is None or column not in fixations:
        return [] if fixations is None else [None] * len(fixations)
    values = fixations[column].to_numpy(np.float64).tolist()
    return [round(value, 2) if math.isfinite(value) else None for value in values]


def plain(value: Any) -> Any:
    """A value as JSON has it: None for what is missing or infinite."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value


def _records(**columns: IntArray) -> list[dict[str, int]]:
    lists = [column.tolist() for column in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]
