"""Every table Dwell reads or writes, defined once: column, dtype, unit, meaning.

Columns have Pupil Cloud's spelling where Cloud has the column, so that results merge with Cloud's. Readers,
writers and the documentation use these definitions. Source of the tables we read: Pupil Cloud's format.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pandas as pd

from dwell.errors import OutputError, StorageFull

__all__ = [
    "AOI_DWELL",
    "AOI_FIXATIONS",
    "AOI_METRICS",
    "AOI_SEQUENCE",
    "AOI_VISITS",
    "BLINKS",
    "EVENTS",
    "FIXATIONS",
    "FRAMES",
    "GAZE",
    "GAZE_ON_AOI",
    "MAPPING_SUMMARY",
    "READ_TABLES",
    "SACCADES",
    "WORLD_TIMESTAMPS",
    "WRITTEN_TABLES",
    "Column",
    "Table",
    "conform",
    "replacing",
    "write_table",
    "write_tables",
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    """As in the file's header, with the unit in brackets where Pupil Cloud has it."""
    dtype: str
    """``int64``, ``Int64`` (an id that may be empty), ``float64`` (NaN = missing), ``bool``,
    ``boolean`` (that may be empty) or ``string``."""
    unit: str
    """``ns``, ``ms``, ``px``, ``deg``, ``1`` (a count, an id or a share), or empty for text."""
    meaning: str
    """One sentence for the documentation."""
    required: bool = True
    """False: the column may be absent."""
    decimals: int | None = None
    """Digits after the point when written; None = as many as the value has."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in the order they are written."""

    name: str
    """``gaze``, ``fixations``, …; the file is ``<name>.csv``."""
    meaning: str
    """What one row is."""
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names, in order."""
        return [column.name for column in self.columns]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"The table {self.name!r} has no column {name!r}; it has {', '.join(self.names)}.")

    def empty(self) -> pd.DataFrame:
        """A frame with every column, the right dtypes and no rows."""
        return pd.DataFrame({column.name: pd.Series(dtype=column.dtype) for column in self.columns})


def write_table(frame: pd.DataFrame, table: Table, path: str | Path) -> Path:
    """The path of the written CSV: UTF-8, comma, ``.`` as decimal point, empty = missing, ``true``/``false``.

    The file appears complete or not at all; an older one stays until then. Missing folders are made.

    Raises:
        ValueError: the frame lacks a required column, has one the table does not know, or a wrong dtype.
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason.
    """
    return write_tables([frame], table, path)


def write_tables(frames: Iterable[pd.DataFrame], table: Table, path: str | Path) -> Path:
    """As ``write_table``, for a table that comes in parts with the same columns, to save memory."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        started = False
        for frame in frames:
            _as_text(frame, table).to_csv(file, index=False, header=not started, lineterminator="\n")
            started = True
        if not started:
            table.empty().to_csv(file, index=False, lineterminator="\n")
    return Path(path)


def _as_text(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    ready = conform(frame, table)
    for column in table.columns:
        if column.name not in ready:
            continue
        if column.decimals is not None:
            ready[column.name] = ready[column.name].round(column.decimals)
        if column.dtype in ("bool", "boolean"):
            ready[column.name] = ready[column.name].map({True: "true", False: "false"})
    return ready


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """A copy of the frame with the table's columns, in its order and with its dtypes.

    Raises:
        ValueError: a required column is missing, a column is unknown, or a value does not fit its dtype.
            Floating-point times are refused: they have lost nanoseconds.
    """
    missing = [c.name for c in table.columns if c.required and c.name not in frame]
    unknown = [name for name in frame.columns if name not in table.names]
    if missing or unknown:
        raise ValueError(
            f"The table {table.name!r} has the columns {table.names}; missing {missing}, unknown {unknown}. "
            "Rename or drop them."
        )
    present = [column for column in table.columns if column.name in frame]
    return pd.DataFrame({c.name: _cast(frame[c.name], c, table) for c in present}, copy=True).reset_index(
        drop=True
    )


def _cast(values: pd.Series, column: Column, table: Table) -> pd.Series:
    if column.dtype == "int64" and not (pd.api.types.is_integer_dtype(values.dtype) or values.empty):
        raise ValueError(
            f"Column {column.name!r} of {table.name!r} must hold integers but is {values.dtype}; "
            "keep times as int64."
        )
    if column.dtype == "bool" and values.isna().any():
        raise ValueError(f"Column {column.name!r} of {table.name!r} has missing values; say true or false.")
    try:
        return values.astype(pd.api.types.pandas_dtype(column.dtype))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Column {column.name!r} of {table.name!r} is not {column.dtype}: {error}"
        ) from error


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary path beside ``path``, moved over it when the block ends well and deleted otherwise.

    Raises:
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason, such as being open in a spreadsheet.
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{uuid4().hex[:8]}.tmp")
        temporary.touch(exist_ok=False)
        yield temporary
        temporary.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _cannot_write(path: Path, error: OSError) -> StorageFull | OutputError:
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(
            f"Cannot write {path}: the disk is full. Free some space and run it again.", path=path
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) and not os.access(path.parent, os.W_OK):
        return StorageFull(
            f"Cannot write {path}: the folder is not writable ({reason}). Choose another one.", path=path
        )
    return OutputError(
        f"Cannot write {path} ({reason}). Close the file if another program has it open.", path=path
    )


# ------------------------------------------------------------------ columns that many tables share

_START = Column(
    "start timestamp [ns]",
    "int64",
    "ns",
    "First instant, UTC nanoseconds since 1970 on the recorder's clock.",
)
_END = Column("end timestamp [ns]", "int64", "ns", "First instant after it: the span is start ≤ t < end.")
_DURATION = Column(
    "duration [ms]", "float64", "ms", "End minus start, computed from the nanoseconds.", decimals=6
)
_TIMESTAMP = Column("timestamp [ns]", "int64", "ns", "UTC nanoseconds since 1970 on the recorder's clock.")
_AZIMUTH = Column(
    "azimuth [deg]",
    "float64",
    "deg",
    "Direction from the scene camera's axis, positive to the right.",
    required=False,
)
_ELEVATION = Column(
    "elevation [deg]",
    "float64",
    "deg",
    "Direction from the scene camera's axis, positive upwards.",
    required=False,
)

# ------------------------------------------------------------------ tables we read

GAZE = Table(
    "gaze",
    "One gaze sample.",
    (
        _TIMESTAMP,
        Column(
            "gaze x [px]", "float64", "px", "Right from the left edge of the raw scene video; NaN = no gaze."
        ),
        Column(
            "gaze y [px]", "float64", "px", "Down from the top edge of the raw scene video; NaN = no gaze."
        ),
        Column(
            "worn", "bool", "", "The glasses are on a head; gaze means nothing otherwise.", required=False
        ),
        Column("fixation id", "Int64", "1", "Fixation the sample belongs to; empty = none.", required=False),
        Column("blink id", "Int64", "1", "Blink the sample belongs to; empty = none.", required=False),
        _AZIMUTH,
        _ELEVATION,
    ),
)

FIXATIONS = Table(
    "fixations",
    "One fixation.",
    (
        Column("fixation id", "Int64", "1", "Counts from 1 at the beginning of the recording."),
        _START,
        _END,
        _DURATION,
        Column(
            "fixation x [px]", "float64", "px", "Mean gaze position in the raw scene video.", required=False
        ),
        Column(
            "fixation y [px]", "float64", "px", "Mean gaze position in the raw scene video.", required=False
        ),
        _AZIMUTH,
        _ELEVATION,
    ),
)

SACCADES = Table(
    "saccades",
    "One saccade.",
    (
        Column("saccade id", "Int64", "1", "Counts from 1 at the beginning of the recording."),
        _START,
        _END,
        _DURATION,
        Column(
            "amplitude [px]",
            "float64",
            "px",
            "Distance from the first to the last gaze sample.",
            required=False,
        ),
        Column(
            "amplitude [deg]",
            "float64",
            "deg",
            "Angle from the first to the last gaze sample.",
            required=False,
        ),
        Column("mean velocity [px/s]", "float64", "px/s", "Mean speed of gaze.", required=False),
        Column("peak velocity [px/s]", "float64", "px/s", "Highest speed of gaze.", required=False),
    ),
)

BLINKS = Table(
    "blinks",
    "One blink.",
    (
        Column("blink id", "Int64", "1", "Counts from 1 at the beginning of the recording."),
        _START,
        _END,
        _DURATION,
    ),
)

EVENTS = Table(
    "events",
    "One event: a named instant.",
    (
        _TIMESTAMP,
        Column("name", "string", "", "As typed or sent, for example recording.begin."),
        Column("type", "string", "", "Who made it: recording, cloud or player.", required=False),
    ),
)

WORLD_TIMESTAMPS = Table(
    "world_timestamps",
    "One frame of the scene video, in order.",
    (_TIMESTAMP,),
)

READ_TABLES = (GAZE, FIXATIONS, SACCADES, BLINKS, EVENTS, WORLD_TIMESTAMPS)

# ------------------------------------------------------------------ tables we write


def _count(name: str, meaning: str) -> Column:
    return Column(name, "int64", "1", meaning)


def _ms(name: str, meaning: str) -> Column:
    return Column(name, "float64", "ms", meaning, decimals=6)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "float64", "1", meaning, decimals=6)


def _text(name: str, meaning: str) -> Column:
    return Column(name, "string", "", meaning)


_RECORDING_ID = _text("recording id", "Id of the recording.")
_RECORDING_NAME = _text("recording name", "Name of the recording.")
_SECTION_ID = _text("section id", "Id of the analysed section; empty = the whole recording.")
_AOI_LABEL = _text("aoi label", "Name of the AOI.")
_OBJECT_ID = Column("object id", "int64", "1", "Number of the AOI in the project.")
_AOI = (_AOI_LABEL, _OBJECT_ID)
_LABEL_ID = _text("label id", "UUID made of the AOI's name: the same in every recording.")
_FRAME_IDX = Column(
    "frame idx", "Int64", "1", "Frame of the scene video, from 0; empty = none was on screen."
)
_FIXATION_ID = Column("fixation id", "Int64", "1", "Number of the fixation in the recording.")
_OPTIONS = (
    Column("margin [deg]", "float64", "deg", "Angle by which the AOIs were grown (> 0) or shrunk (< 0)."),
    _text("fixation rule", "When a fixation is on an AOI: majority, any or mean."),
    _text("blinks", "exclude: samples in blinks do not count; keep: they do."),
    _text("ttff origin", "Where times to first start: recording, section or aoi visible."),
)

GAZE_ON_AOI = Table(
    "gaze_on_aoi",
    "One gaze sample and one AOI.",
    (
        _RECORDING_ID,
        _TIMESTAMP,
        _FRAME_IDX,
        Column("gaze x [px]", "float64", "px", "As in the recording.", decimals=3),
        Column("gaze y [px]", "float64", "px", "As in the recording.", decimals=3),
        _text("status", "ok, no gaze, blink or no frame; only samples that are ok count."),
        Column("fixation id", "Int64", "1", "Fixation the sample belongs to; empty = none."),
        Column("blink id", "Int64", "1", "Blink the sample belongs to; empty = none."),
        *_AOI,
        _text("aoi state", "State of the AOI in the frame: visible, absent, lost or unknown."),
        Column("on aoi", "boolean", "", "In the AOI, margin included; empty = not known, or not ok."),
        Column("distance to border [px]", "float64", "px", "< 0 inside; inf = beyond the limit.", decimals=3),
        Column("distance to border [deg]", "float64", "deg", "The same as an angle.", decimals=4),
    ),
)

AOI_FIXATIONS = Table(
    "aoi_fixations",
    "One fixation on one AOI, as in Pupil Cloud's table of this name.",
    (
        _LABEL_ID,
        _AOI_LABEL,
        _SECTION_ID,
        _RECORDING_ID,
        _FIXATION_ID,
        Column("fixation duration [ms]", "int64", "ms", "Rounded to whole ms."),
    ),
)

AOI_METRICS = Table(
    "aoi_metrics",
    "One AOI in one recording, as in Pupil Cloud's table of this name.",
    (
        _LABEL_ID,
        _RECORDING_ID,
        _RECORDING_NAME,
        _AOI_LABEL,
        Column("average fixation duration [ms]", "Int64", "ms", "Total / count, rounded down; empty = none."),
        _count("total fixations", "Fixations on the AOI."),
        Column("time to first fixation [ms]", "Int64", "ms", "From the recording's start; empty = none."),
        Column("total fixation duration [ms]", "Int64", "ms", "Sum of the rounded durations; empty = none."),
    ),
)

AOI_DWELL = Table(
    "aoi_dwell",
    "One AOI in one section of a recording.",
    (
        _RECORDING_ID,
        _RECORDING_NAME,
        _SECTION_ID,
        *_AOI,
        _ms("dwell time [ms]", "Time that the gaze samples inside stand for."),
        _ms("gaze time [ms]", "Time that all samples that are ok stand for."),
        _ms("unknown gaze time [ms]", "The part of it for which the AOI's place is not known."),
        _share("dwell share", "Dwell time / gaze time."),
        _ms("visible time [ms]", "Time of the frames that show the AOI."),
        _ms("tracked time [ms]", "Time of the frames in which the AOI is visible or known to be absent."),
        _ms("unknown time [ms]", "Time of the frames in which it is lost or was never tracked."),
        _share("dwell per visible time", "Dwell time / visible time."),
        _count("visits", "Uninterrupted stays of gaze on the AOI."),
        _ms("mean visit duration [ms]", "From entry to exit; empty = no visit."),
        _ms("time to first visit [ms]", "From the ttff origin; empty = no visit."),
        Column("total fixations", "Int64", "1", "Fixations on the AOI; empty = the recording has none."),
        Column(
            "undecided fixations", "Int64", "1", "Not counted, but might be if the AOI's place were known."
        ),
        _ms("total fixation duration [ms]", "Sum of their durations."),
        _ms("average fixation duration [ms]", "Empty = no fixation."),
        _ms("first fixation duration [ms]", "Empty = no fixation."),
        _ms("time to first fixation [ms]", "From the ttff origin; empty = no fixation."),
        *_OPTIONS,
    ),
)

AOI_VISITS = Table(
    "aoi_visits",
    "One visit: an uninterrupted stay of gaze on an AOI.",
    (
        _RECORDING_ID,
        _SECTION_ID,
        *_AOI,
        Column("visit id", "int64", "1", "Counts from 1 for each AOI."),
        _START,
        _END,
        _DURATION,
        _ms("dwell time [ms]", "The part of it spent inside."),
    ),
)

AOI_SEQUENCE = Table(
    "aoi_sequence",
    "One fixation, on at most one AOI.",
    (
        _RECORDING_ID,
        _SECTION_ID,
        _FIXATION_ID,
        _START,
        _END,
        _DURATION,
        _text("on", "aoi, outside (in none) or unknown."),
        _text("aoi label", "Name of the one AOI; empty = outside or unknown."),
        _text("overlap rule", "Which of overlapping AOIs gets the fixation: smallest or first."),
    ),
)

FRAMES = Table(
    "frames",
    "One AOI in one frame of the scene video.",
    (
        _RECORDING_ID,
        Column("frame idx", "int64", "1", "Frame of the scene video, from 0."),
        _TIMESTAMP,
        *_AOI,
        _text("state", "visible, absent, lost, or unknown (never tracked)."),
        Column("score", "float64", "1", "How sure the model is, 0 to 1; empty = a person's.", decimals=4),
        Column("area [px]", "int64", "px", "Pixels of the mask, 0 unless visible."),
        Column("box x0 [px]", "Int64", "px", "Left column of the mask; empty unless visible."),
        Column("box y0 [px]", "Int64", "px", "Top row."),
        Column("box x1 [px]", "Int64", "px", "First column to the right of the mask."),
        Column("box y1 [px]", "Int64", "px", "First row below the mask."),
        _text("origin", "user or model; empty = unknown."),
        Column("approved", "bool", "", "A person has said that it is right."),
        Column("check", "bool", "", "A person should look at it."),
        _count("gaze samples", "Gaze samples in the frame that are ok."),
        _count("gaze samples on aoi", "Those in the AOI, margin included."),
    ),
)

MAPPING_SUMMARY = Table(
    "mapping_summary",
    "How many samples, frames or fixations fared how.",
    (
        _RECORDING_ID,
        _SECTION_ID,
        _text("aoi label", "Name of the AOI; empty = the whole recording."),
        _text("of", "samples, frames or fixations."),
        _text("which", "Their status, state or place."),
        _count("count", "How many."),
        _ms("time [ms]", "For how long in all."),
    ),
)

WRITTEN_TABLES = (
    AOI_DWELL,
    AOI_FIXATIONS,
    AOI_METRICS,
    AOI_SEQUENCE,
    AOI_VISITS,
    FRAMES,
    GAZE_ON_AOI,
    MAPPING_SUMMARY,
)
