"""The streams of a recording made of plain files: any video or images, with a gaze table or without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from dwell.errors import BadTable, RecordingError
from dwell.recordings.camera import camera_from
from dwell.recordings.csv_table import CsvTable, Wanted, open_csv
from dwell.recordings.measures import find_id, find_plain, find_position, find_time
from dwell.recordings.order import (
    blank_infinite,
    frame_times_in_order,
    gaze_in_order,
    in_time_order,
    spans_in_order,
)
from dwell.recordings.recording import About, Load, Recording
from dwell.recordings.settings import SIDECAR, Settings
from dwell.recordings.source import FileSource, Source
from dwell.tables import BLINKS, EVENTS, FIXATIONS, GAZE, SACCADES, Table
from dwell.types import IntArray
from dwell.video import Frames

__all__ = ["SIDE_FILES", "open_generic"]

SIDE_FILES = (
    "gaze.csv",
    "fixations.csv",
    "saccades.csv",
    "blinks.csv",
    "events.csv",
    "frames.csv",
    SIDECAR,
)
"""Files that may lie beside a video or images, with these names."""

_SPANS = {"fixation": FIXATIONS, "saccade": SACCADES, "blink": BLINKS}


def open_generic(
    source: Source, settings: Settings, *, kind: str, name: str, scene: Callable[[Recording], Frames]
) -> Recording:
    """The recording whose tables lie in ``source``, none of them read yet.

    Args:
        source: where the tables lie.
        settings: the options and recording.json.
        kind: name of the reader.
        name: the recording's name.
        scene: opens the video or the images.
    """
    about = About(
        id=settings.recording_id or name,
        name=name,
        kind=kind,
        path=source.path,
        wearer=settings.wearer,
        info=settings.info,
    )
    loads: dict[str, Load] = {
        "scene video": scene,
        "frame times": lambda recording: _frame_times(source, settings, recording),
    }
    remedies = {}
    if place := _gaze_place(source, settings):
        loads["gaze"] = lambda recording: _gaze(*place, settings, recording)
    else:
        remedies["gaze"] = "Say gaze='FILE.csv'."
    for word, schema in _SPANS.items():
        if found := source.find(f"{schema.name}.csv"):
            loads[schema.name] = _spans_load(source, found, word, schema, settings)
        else:
            remedies[schema.name] = f"Put a table {schema.name}.csv beside the video."
    if found := source.find("events.csv"):
        loads["events"] = lambda recording, found=found: _events(source, found, settings, recording)  # type: ignore[misc]
    label, path = source.label(SIDECAR), source.where(SIDECAR)
    return Recording(about, loads, camera=lambda: camera_from(settings.info, label, path), remedies=remedies)


# ------------------------------------------------------------------ gaze


def _gaze_place(source: Source, settings: Settings) -> tuple[Source, str] | None:
    if settings.gaze is None:
        name = source.find("gaze.csv") if not isinstance(source, FileSource) else None
        return (source, name) if name else None
    if name := source.find(settings.gaze):
        return source, name
    here, beside = Path(settings.gaze), source.where(settings.gaze)
    path = next((path for path in (here, beside) if path.is_file()), None)
    if path is None:
        raise RecordingError(f"There is no gaze table {here}; check gaze=.", path=here, stream="gaze")
    return FileSource(path), path.name


def _gaze(source: Source, name: str, settings: Settings, recording: Recording) -> pd.DataFrame:
    table = open_csv(source, name, "gaze", recording.note)
    wanted = [find_time(table, settings)]
    axes = {axis: find_position(table, settings, axis, f"gaze {axis} [px]") for axis in "xy"}
    wanted += [position.wanted for position in axes.values() if position is not None]
    wanted += _optional(table)
    gaze = table.read(wanted)
    gaze["timestamp [ns]"] = _shifted(gaze["timestamp [ns]"], settings, table)
    for position in axes.values():
        if position is not None and (position.normalised or position.from_bottom):
            _to_px(gaze, position.wanted.name, position.normalised, position.from_bottom, recording)
    if not all(position is None or position.normalised for position in axes.values()):
        _check_size(settings, recording)
    gaze = _without_unsure(gaze, settings, table, recording)
    gaze = gaze_in_order(blank_infinite(gaze, table, recording.note), table, recording.note)
    return gaze[[column for column in GAZE.names if column in gaze]].reset_index(drop=True)


def _optional(table: CsvTable) -> list[Wanted]:
    found: list[Wanted | None] = [
        find_id(table, "fixation", "fixation id"),
        find_id(table, "blink", "blink id"),
    ]
    for name, kind in (("worn", "bool"), ("confidence", "float64")):
        index = find_plain(table, {name})
        found.append(None if index is None else Wanted(name, index, kind))
    return [wanted for wanted in found if wanted is not None]


def _to_px(gaze: pd.DataFrame, name: str, normalised: bool, from_bottom: bool, recording: Recording) -> None:
    height, width = recording.scene.size_hw
    size = height if name.endswith("y [px]") else width
    values = gaze[name] * size if normalised else gaze[name]
    gaze[name] = size - values if from_bottom else values


def _check_size(settings: Settings, recording: Recording) -> None:
    """Refuse pixels of another picture than the video's."""
    declared, actual = settings.size_hw, recording.scene.size_hw
    if declared is not None and declared != actual:
        raise BadTable(
            f"{SIDECAR} says that gaze is in pixels of a {declared[1]}×{declared[0]} picture, but the video "
            f"is {actual[1]}×{actual[0]}. Use the original video, or correct width and height.",
            path=recording.path,
            stream="gaze",
        )


def _without_unsure(
    gaze: pd.DataFrame, settings: Settings, table: CsvTable, recording: Recording
) -> pd.DataFrame:
    limit = settings.min_confidence
    if "confidence" not in gaze:
        if limit is not None:
            raise table.bad(
                "no column 'confidence', but min_confidence was given.", remedy="Drop min_confidence."
            )
        return gaze
    if limit is None:
        recording.note(
            f"{table.label} has a column 'confidence' that is not used; say min_confidence to use it."
        )
        return gaze
    unsure = ~(gaze["confidence"] >= limit)
    recording.note(
        f"{table.label}: {int(unsure.sum())} sample(s) with confidence below {limit:g} count as missing."
    )
    positions = ["gaze x [px]", "gaze y [px]"]
    return gaze.assign(**{name: gaze[name].mask(unsure) for name in positions})


def _shifted(times: pd.Series, settings: Settings, table: CsvTable) -> pd.Series:
    """Times moved onto the scene video's clock."""
    moved = times + settings.clock_offset_ns
    if len(times) and ((moved < times) != (settings.clock_offset_ns < 0)).any() and settings.clock_offset_ns:
        raise table.bad("clock_offset_ns takes the times out of range.", remedy="Give a smaller one.")
    return moved


# ------------------------------------------------------------------ fixations, saccades, blinks, events


def _spans_load(source: Source, name: str, word: str, schema: Table, settings: Settings) -> Load:
    def load(recording: Recording) -> pd.DataFrame:
        table = open_csv(source, name, schema.name, recording.note)
        id_name = f"{word} id"
        id_column = find_id(table, word, id_name)
        if id_column is None:
            raise table.bad(
                f"no column {id_name!r}; the columns are {', '.join(table.header)}.", remedy="Add one."
            )
        edges = [find_time(table, settings, edge) for edge in ("start", "end")]
        axes = [find_position(table, settings, axis, f"fixation {axis} [px]") for axis in "xy"]
        there = [position for position in axes if position is not None] if word == "fixation" else []
        spans = table.read([id_column, *edges, *(position.wanted for position in there)])
        for edge in edges:
            spans[edge.name] = _shifted(spans[edge.name], settings, table)
        for position in there:
            if position.normalised or position.from_bottom:
                _to_px(spans, position.wanted.name, position.normalised, position.from_bottom, recording)
        spans = spans_in_order(blank_infinite(spans, table, recording.note), table, recording.note)
        return spans[[column for column in schema.names if column in spans]].reset_index(drop=True)

    return load


def _events(source: Source, name: str, settings: Settings, recording: Recording) -> pd.DataFrame:
    table = open_csv(source, name, "events", recording.note)
    wanted = [find_time(table, settings)]
    for column, names in (("name", {"name", "event", "label"}), ("type", {"type"})):
        index = find_plain(table, names)
        if index is not None:
            wanted.append(Wanted(column, index, "string"))
        elif column == "name":
            raise table.bad(
                f"no column 'name'; the columns are {', '.join(table.header)}.", remedy="Add one."
            )
    events = table.read(wanted)
    events["timestamp [ns]"] = _shifted(events["timestamp [ns]"], settings, table)
    events = in_time_order(events, "timestamp [ns]", table, recording.note)
    return events[[column for column in EVENTS.names if column in events]].reset_index(drop=True)


# ------------------------------------------------------------------ frame times


def _frame_times(source: Source, settings: Settings, recording: Recording) -> IntArray:
    """frames.csv, else the images' own table, else the video's presentation times from its start."""
    if not isinstance(source, FileSource) and (name := source.find("frames.csv")):
        return _frames_table(source, name, settings, recording)
    own: IntArray | None = getattr(recording.scene, "times_ns", None)
    if own is not None:
        return own
    if not hasattr(recording.scene, "time_base") and settings.fps is None:
        _say_nominal(recording)
    pts_ns = recording.scene.pts_ns
    return pts_ns + _video_start_ns(settings, recording, int(pts_ns[-1]))


def _frames_table(source: Source, name: str, settings: Settings, recording: Recording) -> IntArray:
    table = open_csv(source, name, "frame times", recording.note)
    wanted = [find_time(table, settings)]
    index = find_plain(table, {"frameindex", "frameidx", "frame"})
    if index is not None:
        wanted.append(Wanted("frame", index, "int64"))
    frames = table.read(wanted)
    if index is not None:
        for row in np.flatnonzero(frames["frame"].to_numpy() != np.arange(len(frames)))[:1]:
            raise table.bad(
                f"frame {frames['frame'].iloc[row]} where frame {row} was expected.",
                row=int(row),
                remedy="Give one row per frame of the video, counted from 0.",
            )
    return frame_times_in_order(frames["timestamp [ns]"], table)


def _say_nominal(recording: Recording) -> None:
    if recording.has("gaze"):
        raise RecordingError(
            f"The images of {recording.name!r} have no times, so gaze cannot be matched to them. "
            "Say fps=, or add frames.csv with 'frame_index' and 'timestamp_ns'.",
            path=recording.path,
            stream="frame times",
        )
    if len(recording.scene) > 1:  # a still has no need of times
        recording.note(
            "The images have no times; they are taken as 30 per second. Say fps= or add frames.csv."
        )


def _video_start_ns(settings: Settings, recording: Recording, last_ns: int) -> int:
    start = settings.video_start_ns
    if isinstance(start, int):
        return start
    if not recording.has("gaze") or recording.gaze.empty:
        return 0
    times = recording.gaze["timestamp [ns]"]
    first_gaze, last_gaze = int(times.iloc[0]), int(times.iloc[-1])
    if start == "first gaze":
        return first_gaze
    if last_gaze < 0 or first_gaze > last_ns:
        raise RecordingError(
            f"The video runs from 0 to {last_ns} ns but gaze from {first_gaze} to {last_gaze} ns, so the "
            "two clocks differ. Say video_start_ns= (time of the first frame on the gaze clock, or "
            "'first gaze'), say clock_offset_ns=, or add frames.csv with 'frame_index' and 'timestamp_ns'.",
            path=recording.path,
            stream="frame times",
        )
    recording.note(
        "There are no frame times; time 0 of the gaze table is taken as the first frame of the video."
    )
    return 0
