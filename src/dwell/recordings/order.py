"""Checks of order in time: what is repaired with a note, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dwell.recordings.csv_table import CsvTable
from dwell.recordings.notes import Note
from dwell.types import IntArray

__all__ = ["blank_infinite", "frame_times_in_order", "gaze_in_order", "in_time_order", "spans_in_order"]

_FEW_ROWS = 3
_FEW_SHARE = 0.01


def gaze_in_order(gaze: pd.DataFrame, table: CsvTable, note: Note) -> pd.DataFrame:
    """Gaze in time order. A few steps back are sorted away and doubled times are kept, both with a note.

    The frame's index must be the row in the file.

    Raises:
        BadTable: time steps back in more than 3 rows and more than 1 % of them: the rows are mixed up, or two
            recordings follow each other. Source of the limit: ours; a phone's clock steps when it is set.
    """
    if gaze.empty:
        return gaze
    times = gaze["timestamp [ns]"].to_numpy()
    back = np.flatnonzero(np.diff(times) < 0) + 1
    if len(back):
        first = gaze.index[back[0]]
        if len(back) > max(_FEW_ROWS, _FEW_SHARE * len(times)):
            raise table.bad(f"time goes back here and in {len(back) - 1} other rows.", row=first)
        note(
            f"{table.label}: time goes back in {len(back)} row(s), first at line {table.line_of(first)}; "
            "the rows were sorted."
        )
        gaze = gaze.iloc[np.argsort(times, kind="stable")]
    doubled = int((np.diff(gaze["timestamp [ns]"].to_numpy()) == 0).sum())
    if doubled:
        note(f"{table.label}: {doubled} gaze sample(s) have the same time as the one before; all are kept.")
    return gaze


def spans_in_order(spans: pd.DataFrame, table: CsvTable, note: Note) -> pd.DataFrame:
    """Fixations, saccades or blinks in order of their start; ``duration [ms]`` is computed from the times.

    The frame's index must be the row in the file, its first column the id.

    Raises:
        BadTable: a span ends before it starts, or has no id.
    """
    starts, ends = (spans[f"{edge} timestamp [ns]"].to_numpy() for edge in ("start", "end"))
    for row in np.flatnonzero(ends < starts)[:1]:
        raise table.bad(f"it ends ({ends[row]}) before it starts ({starts[row]}).", row=spans.index[row])
    ids = spans.iloc[:, 0]
    for row in spans.index[ids.isna()][:1]:
        raise table.bad(f"it has no {ids.name}.", row=row)
    doubled = int(ids.duplicated().sum())
    if doubled:
        note(
            f"{table.label}: {doubled} row(s) repeat a '{ids.name}', as where sections overlap; all are kept."
        )
    spans = spans.assign(**{"duration [ms]": (ends - starts) / 1e6})
    return in_time_order(spans, "start timestamp [ns]", table, note)


def in_time_order(frame: pd.DataFrame, column: str, table: CsvTable, note: Note) -> pd.DataFrame:
    """The rows sorted by a time column, with a note where they were not in order."""
    times = frame[column].to_numpy()
    if (np.diff(times) >= 0).all():
        return frame
    note(f"{table.label}: the rows were not in order of '{column}'; they were sorted.")
    return frame.iloc[np.argsort(times, kind="stable")]


def frame_times_in_order(times: pd.Series, table: CsvTable) -> IntArray:
    """(n,) int64: the frame times as given. The series' index must be the row in the file.

    Raises:
        BadTable: there are none, or one is not later than the one before.
    """
    times_ns = times.to_numpy()
    if not len(times_ns):
        raise table.bad("it has no rows, so no frame has a time.")
    for row in np.flatnonzero(np.diff(times_ns) <= 0)[:1] + 1:
        raise table.bad(
            f"the frame time {times_ns[row]} is not later than the one before ({times_ns[row - 1]}).",
            row=times.index[row],
        )
    return times_ns


def blank_infinite(frame: pd.DataFrame, table: CsvTable, note: Note) -> pd.DataFrame:
    """Infinite positions made NaN, with a note."""
    positions = [name for name in frame.columns if frame[name].dtype == "float64"]
    infinite = np.isinf(frame[positions].to_numpy())
    if infinite.any():
        note(
            f"{table.label}: {int(infinite.any(axis=1).sum())} row(s) hold an infinite value; "
            "it counts as missing."
        )
        frame = frame.assign(**{name: frame[name].where(~np.isinf(frame[name])) for name in positions})
    return frame
