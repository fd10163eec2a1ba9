"""Reads a gaze table for a replay.

Source: ours; the columns are those of ``dwell.tables.GAZE``, which are Pupil Cloud's.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dwell.errors import BadTable
from dwell.tables import GAZE
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["read_gaze_table"]

_TIME, _X, _Y = GAZE.names[:3]
_SEEN = ("worn", "valid")
_BLINK = "blink id"
_NOTHING = {"", "nan", "none", "null", "na"}
_TRUTH = {"1": True, "1.0": True, "true": True, "255": True, "0": False, "0.0": False, "false": False}


def read_gaze_table(path: Path) -> tuple[IntArray, FloatArray, BoolArray]:
    """Times, positions and validity of every sample in a CSV file.

    A sample is valid where ``worn`` and ``valid`` say so, if there are such columns, where no blink has its
    ``blink id``, and where both positions are there.

    Returns:
        (n,) int64 ns, (n, 2) float64 px with NaN = no gaze, (n,) bool.

    Raises:
        BadTable: a column is missing, a value cannot be read, or times fall; names the line.
    """
    times: list[int] = []
    places: list[tuple[float, float]] = []
    seen: list[bool] = []
    for line, row in _rows(path):
        t_ns = _whole(row[_TIME], path, line)
        if times and t_ns < times[-1]:
            raise _bad(path, line, f"the time {t_ns} is earlier than the one before. Sort the rows by time.")
        x, y = _float(row, _X, path, line), _float(row, _Y, path, line)
        times.append(t_ns)
        places.append((x, y))
        seen.append(math.isfinite(x) and math.isfinite(y) and _was_seen(row, path, line))
    if not times:
        raise _bad(path, 1, "it holds no samples. Choose a table of gaze.")
    return np.array(times, np.int64), np.array(places, np.float64), np.array(seen, bool)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = [name.strip() for name in reader.fieldnames or []]
            reader.fieldnames = columns
            if missing := [name for name in (_TIME, _X, _Y) if name not in columns]:
                found = ", ".join(columns) or "nothing"
                raise _bad(path, 1, f"expected the columns {', '.join(missing)}, found {found}. Rename them.")
            for row in reader:
                if None in row or None in row.values():
                    raise _bad(path, reader.line_num, f"expected {len(columns)} values. Mend this row.")
                yield reader.line_num, row
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise BadTable(f"{path.name} cannot be read as a CSV file ({error}).", path=path) from error


def _whole(text: str, path: Path, line: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 2**63
    if not -(2**63) <= value < 2**63:
        hint = "Times are whole ns; a spreadsheet may have rounded them, so export the file again."
        raise _bad(path, line, f"the time {text!r} is no whole number of ns. {hint}")
    return value


def _float(row: dict[str, str], column: str, path: Path, line: int) -> float:
    text = row[column].strip()
    if text.lower() in _NOTHING:
        return math.nan
    try:
        return float(text)
    except ValueError as error:
        raise _bad(path, line, f"{column!r} is {text!r}, which is no number. Mend this row.") from error


def _was_seen(row: dict[str, str], path: Path, line: int) -> bool:
    for column in _SEEN:
        text = row.get(column, "1").strip().lower()
        if text not in _TRUTH:
            raise _bad(path, line, f"{column!r} is {text!r}; expected 0 or 1. Mend this row.")
        if not _TRUTH[text]:
            return False
    return row.get(_BLINK, "").strip().lower() in _NOTHING


def _bad(path: Path, line: int, message: str) -> BadTable:
    return BadTable(f"{path.name}, line {line}: {message}", path=path, stream="gaze", line=line)
