"""Which columns of a nobody's table hold time and position, and in which unit. Nothing is guessed."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from dwell.errors import BadTable
from dwell.recordings.columns import split_unit
from dwell.recordings.csv_table import CsvTable, Wanted
from dwell.recordings.settings import Settings
from dwell.recordings.values import TIME_UNITS

__all__ = ["Position", "find_id", "find_plain", "find_position", "find_time"]

_UNITS = {
    "ns": "ns", "us": "us", "µs": "us", "μs": "us", "ms": "ms", "s": "s", "sec": "s", "seconds": "s",
    "px": "px", "pixel": "px", "pixels": "px", "norm": "norm", "normalized": "norm", "normalised": "norm",
}  # fmt: skip
_TIME_STEMS = {
    "": {"timestamp", "time", "t", "gazetimestamp", "gazetime", "recordingtime", "recordingtimestamp"},
    "start": {"starttimestamp", "starttime", "start", "onset"},
    "end": {"endtimestamp", "endtime", "end"},
}
_POSITION_STEMS = {
    axis: {
        axis,
        f"gaze{axis}",
        f"gazepos{axis}",
        f"gazeposition{axis}",
        f"gazepoint{axis}",
        f"pos{axis}",
        f"fixation{axis}",
    }
    for axis in "xy"
}
_CORE = {axis: f"norm_pos_{axis}" for axis in "xy"}


@dataclass(frozen=True)
class Position:
    """One axis of the gaze position."""

    wanted: Wanted
    normalised: bool
    """Shares of the picture, not pixels."""
    from_bottom: bool
    """Counts from the bottom (only the vertical axis)."""


def find_time(table: CsvTable, settings: Settings, edge: str = "") -> Wanted:
    """The column with the time, its unit settled; ``edge`` is empty, ``start`` or ``end``.

    Raises:
        BadTable: no such column, several, or one that does not say its unit.
    """
    what = f"{edge} time".strip()
    name = "timestamp [ns]" if not edge else f"{edge} timestamp [ns]"
    chosen = settings.time if not edge and table.stream == "gaze" else None
    index = _only(table, chosen, _TIME_STEMS[edge], what, "time")
    named = _measure(table.header[index])[1]
    if named and settings.units and named != settings.units and table.stream == "gaze":
        raise _at_header(
            table, f"{table.header[index]!r} says {named}, but units={settings.units!r}. Drop one of them."
        )
    unit = named or settings.units
    if unit not in TIME_UNITS:
        raise _at_header(
            table,
            f"the {what} column {table.header[index]!r} does not say its unit. Say units='ns', 'us', 'ms' "
            f"or 's'{_time_hint(table, index)}, or write it into the name, as in 'timestamp_ms'.",
        )
    return Wanted(name, index, f"time in {unit}")


def find_position(table: CsvTable, settings: Settings, axis: str, name: str) -> Position | None:
    """The column with one axis of a position, its unit and origin settled; None where a fixation has none.

    Raises:
        BadTable: no such column, several, one that does not say its unit, or normalised without an origin.
    """
    chosen = getattr(settings, axis) if table.stream == "gaze" else None
    optional = table.stream != "gaze"
    core = next((i for i, heading in enumerate(table.header) if heading.lower() == _CORE[axis]), None)
    if chosen is None and core is not None:
        return Position(Wanted(name, core, "float64"), normalised=True, from_bottom=axis == "y")
    if optional and not any(_measure(heading)[0] in _POSITION_STEMS[axis] for heading in table.header):
        return None
    index = _only(table, chosen, _POSITION_STEMS[axis], f"{axis} position", axis)
    heading = table.header[index]
    normalised = _is_normalised(table, settings, index)
    origin = settings.origin or ("bottom-left" if heading.lower() == _CORE[axis] else None)
    if normalised and origin is None:
        raise _at_header(
            table,
            f"{heading!r} is normalised, and nothing says where (0, 0) is. Say origin='top-left' (as Tobii "
            "has it) or 'bottom-left' (as Pupil Core has it), or write \"origin\" into recording.json.",
        )
    return Position(Wanted(name, index, "float64"), normalised, axis == "y" and origin == "bottom-left")


def find_plain(table: CsvTable, names: set[str]) -> int | None:
    """The column with one of these names, after lower-casing and without blanks and underscores."""
    return next((i for i, heading in enumerate(table.header) if _bare(heading) in names), None)


def find_id(table: CsvTable, kind: str, name: str) -> Wanted | None:
    """The column with the id of a fixation, saccade or blink; None where there is none."""
    names = {f"{kind}id"} if table.stream == "gaze" else {f"{kind}id", "id"}
    index = find_plain(table, names)
    return None if index is None else Wanted(name, index, "Int64")


def _only(table: CsvTable, chosen: str | None, stems: set[str], what: str, option: str) -> int:
    if chosen is not None:
        if chosen in table.header:
            return table.header.index(chosen)
        near = difflib.get_close_matches(chosen, table.header, n=1)
        nearest = f" The nearest is {near[0]!r}." if near else ""
        raise _at_header(table, f"no column {chosen!r}; the columns are {_list(table)}.{nearest}")
    found = [i for i, heading in enumerate(table.header) if _measure(heading)[0] in stems]
    if len(found) == 1:
        return found[0]
    say = f"Say which with {option}='NAME'." if table.stream == "gaze" else "Rename or delete all but one."
    if found:
        names = ", ".join(repr(table.header[i]) for i in found)
        raise _at_header(table, f"{len(found)} columns could be the {what}: {names}. {say}")
    say = f"Say which with {option}='NAME'." if table.stream == "gaze" else "Rename the one that is."
    raise _at_header(table, f"no column for the {what}; the columns are {_list(table)}. {say}")


def _is_normalised(table: CsvTable, settings: Settings, index: int) -> bool:
    heading, said = table.header[index], settings.normalised
    unit = _measure(heading)[1]
    if unit in ("px", "norm"):
        if table.stream == "gaze" and said is not None and said != (unit == "norm"):
            raise _at_header(table, f"{heading!r} says {unit}, but normalised={said}. Drop one of them.")
        return unit == "norm"
    if said is not None:
        return said
    raise _at_header(
        table,
        f"{heading!r} does not say whether it is in pixels or normalised (0 to 1). Say normalised=True or "
        f"False{_position_hint(table, index)}, or write it into the name, as in 'x_px' or 'x_norm'.",
    )


def _measure(heading: str) -> tuple[str, str]:
    """A heading as stem and unit, from ``gaze x [px]``, ``x_px`` or ``Time (ms)``."""
    stem, unit = split_unit(heading.replace("_", " "))
    if not unit and (match := re.fullmatch(r"(.+?)[\s_]([^\s_]+)", heading.strip().lower())):
        stem, unit = (match[1], match[2]) if match[2] in _UNITS else (stem, "")
    return _bare(stem), _UNITS.get(unit, unit)


def _bare(text: str) -> str:
    return re.sub(r"[\s_.\-]+", "", text.strip().lower())


def _first_number(table: CsvTable, index: int) -> float | None:
    for _, row in table.rows():
        try:
            value = float(row[index])
        except ValueError:
            continue
        if value == value:  # not NaN
            return value
    return None


def _time_hint(table: CsvTable, index: int) -> str:
    """Only ever a suggestion. Source of the magnitudes: what UTC times since 1970 come to in each unit."""
    value = _first_number(table, index)
    if value is None or abs(value) < 1e9:
        return ""
    unit = "ns" if value >= 1e17 else "us" if value >= 1e14 else "ms" if value >= 1e11 else "s"
    return f" (the values look like {unit})"


def _position_hint(table: CsvTable, index: int) -> str:
    value = _first_number(table, index)
    if value is None:
        return ""
    return " (the values look normalised)" if -0.5 <= value <= 1.5 else " (the values look like pixels)"


def _list(table: CsvTable) -> str:
    return ", ".join(repr(heading) for heading in table.header)


def _at_header(table: CsvTable, message: str) -> BadTable:
    return table.place.bad(message, 1)
