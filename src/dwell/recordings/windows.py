"""Time order and time spans: gaze in order, and which fixation or blink a sample belongs to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from dwell.recordings.notes import Note
from dwell.tables import GAZE

__all__ = ["complete_gaze", "ids_at"]

_GetSpans = Callable[[], pd.DataFrame | None]


def complete_gaze(gaze: pd.DataFrame, *, fixations: _GetSpans, blinks: _GetSpans, note: Note) -> pd.DataFrame:
    """Gaze with ``worn``, ``fixation id`` and ``blink id``, in the order of ``dwell.tables.GAZE``.

    Ids that the file lacks are taken from the spans; without spans they stay empty. Notes say which.
    """
    gaze = gaze.copy(deep=False)
    if gaze.empty:
        note("The gaze table has no rows.")
    if "worn" not in gaze:
        gaze["worn"] = True
        note("The gaze table does not say when the glasses were worn; every sample counts as worn.")
    for column, name, spans in (("fixation id", "fixations", fixations), ("blink id", "blinks", blinks)):
        if column not in gaze:
            gaze[column] = _ids_from(spans(), column, name, gaze, note)
    return gaze[[name for name in GAZE.names if name in gaze]]


def _ids_from(
    spans: pd.DataFrame | None, column: str, name: str, gaze: pd.DataFrame, note: Note
) -> pd.api.extensions.ExtensionArray:
    if spans is None:
        note(f"There are no {name}: no sample has a {column}.")
        return pd.array([pd.NA] * len(gaze), dtype="Int64")
    note(f"The gaze table has no '{column}'; it is taken from the {name}' start and end.")
    return ids_at(gaze["timestamp [ns]"].to_numpy(), spans, column)


def ids_at(times_ns: np.ndarray, spans: pd.DataFrame, column: str) -> pd.api.extensions.ExtensionArray:
    """The id of the span each time falls into, start ≤ t < end; empty = none. The last to start wins.

    Args:
        times_ns: (n,) int64.
        spans: rows in order of ``start timestamp [ns]``, with ``end timestamp [ns]`` and the id column.
        column: name of the id column.
    """
    starts = spans["start timestamp [ns]"].to_numpy()
    if not len(starts):
        return pd.array([pd.NA] * len(times_ns), dtype="Int64")
    row = np.searchsorted(starts, times_ns, side="right") - 1
    inside = (row >= 0) & (times_ns < spans["end timestamp [ns]"].to_numpy()[row])
    ids = spans[column].to_numpy(dtype=np.int64)[np.maximum(row, 0)]
    return pd.arrays.IntegerArray(ids, ~inside)
