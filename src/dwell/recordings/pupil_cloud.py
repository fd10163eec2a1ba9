"""Pupil Cloud's "Timeseries Data", with or without scene video, of Neon and Pupil Invisible.

Source of the layout: Pupil Labs' documentation of the Neon data format, and files seen in the wild.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from dwell.errors import BadTable, CorruptVideo
from dwell.recordings.camera import camera_from
from dwell.recordings.columns import find_columns
from dwell.recordings.csv_table import CsvTable, Wanted, open_csv
from dwell.recordings.order import (
    blank_infinite,
    frame_times_in_order,
    gaze_in_order,
    in_time_order,
    spans_in_order,
)
from dwell.recordings.reader import Options, read_json
from dwell.recordings.recording import About, Load, Recording
from dwell.recordings.source import Source
from dwell.tables import BLINKS, EVENTS, FIXATIONS, GAZE, SACCADES, WORLD_TIMESTAMPS, Table
from dwell.types import Camera, IntArray
from dwell.video import open_frames

__all__ = ["PupilCloudReader"]

_TABLES = ("gaze.csv", "world_timestamps.csv", "fixations.csv", "events.csv")
_CLOUD_VIDEO = re.compile(r"^[0-9a-f]{8}_\d+(\.\d+)?-\d+(\.\d+)?\.mp4$", re.IGNORECASE)
_AGAIN = "Download the recording as 'Timeseries Data + Scene Video' from Pupil Cloud."


class PupilCloudReader:
    """Reads a download of one or several recordings, one inner folder on its own, or the zip."""

    name = "pupil-cloud"
    title = "Pupil Cloud download"
    options = {"video": "The scene video, where it does not lie with the tables."}

    def sniff(self, source: Source, options: Options) -> str | None:
        """None when some folder has Cloud's tables, else why not."""
        if _recording_folders(source):
            return None
        return _why_not(source)

    def open(self, source: Source, options: Options) -> list[Recording]:
        """Every recording in the download, in order of folder names. Only JSON and first lines are read."""
        return [_open_one(source, folder, options) for folder in _recording_folders(source)]


# ------------------------------------------------------------------ which folders


def _recording_folders(source: Source) -> list[str]:
    return [folder for folder in source.folders() if _is_recording(source.inside(folder))]


def _is_recording(files: Source) -> bool:
    if files.find("export_info.csv"):  # Neon Player's export
        return False
    if files.find("info.json"):
        return any(files.find(name) for name in _TABLES)
    return bool(files.find("gaze.csv") and files.find("world_timestamps.csv")) and not _holds_images(files)


def _holds_images(files: Source) -> bool:
    return any(re.search(r"\d+\.(jpe?g|png)$", name.lower()) for name in files.top)


def _why_not(source: Source) -> str:
    names = [name.rpartition("/")[2].lower() for name in source.files]
    if "export_info.csv" in names:
        return f"it is an export of Neon Player, which cannot be read yet; {_lower(_AGAIN)}"
    if any(name.endswith(".time") for name in names):
        return f"it is the native recording, which cannot be read yet; {_lower(_AGAIN)}"
    if {"aoi_metrics.csv", "surface_positions.csv", "sections.csv"} & set(names):
        return "it is an enrichment, not a recording"
    return "no folder has info.json with gaze.csv, fixations.csv, events.csv or world_timestamps.csv"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:].rstrip(".")


# ------------------------------------------------------------------ one recording


def _open_one(source: Source, folder: str, options: Options) -> Recording:
    files = source.inside(folder)
    info_name = files.find("info.json")
    info = read_json(files, info_name) if info_name else {}
    first = _first_row(files)
    recording_id = str(info.get("recording_id") or first.get("recording id") or files.title)
    section = _section(source, folder, recording_id)
    about = About(
        id=recording_id,
        name=_name(files, info, section),
        kind=PupilCloudReader.name,
        path=files.local_root,
        wearer=info.get("wearer_name") or section.get("wearer name") or None,
        start_ns=_whole(info, "start_time", files),
        duration_ns=_whole(info, "duration", files),
        section_id=section.get("section id") or first.get("section id") or None,
        info=info,
    )
    loads, remedies = _streams(files, options)
    recording = Recording(about, loads, camera=lambda: _camera(files), remedies=remedies)
    if info_name is None:
        recording.note(
            "info.json is missing; the id is taken from the tables and the start from the first frame."
        )
    return recording


def _streams(files: Source, options: Options) -> tuple[dict[str, Load], dict[str, str]]:
    tables: dict[str, tuple[str, Callable[[Source, str, Recording], Any]]] = {
        "gaze": ("gaze.csv", _gaze),
        "fixations": ("fixations.csv", _spans("fixations", FIXATIONS)),
        "saccades": ("saccades.csv", _spans("saccades", SACCADES)),
        "blinks": ("blinks.csv", _spans("blinks", BLINKS)),
        "events": ("events.csv", _events),
        "frame times": ("world_timestamps.csv", _frame_times),
    }
    loads: dict[str, Load] = {}
    remedies: dict[str, str] = {}
    for stream, (wanted, load) in tables.items():
        if name := files.find(wanted):
            loads[stream] = lambda recording, load=load, name=name: load(files, name, recording)  # type: ignore[misc]
        else:
            remedies[stream] = f"{files.label(wanted)} would hold it. {_AGAIN}"
    video, remedy = _video(files, options)
    if video is not None:
        loads["scene video"] = video
    return loads, remedies | {"scene video": remedy}


def _video(files: Source, options: Options) -> tuple[Load | None, str]:
    chosen = options.get("video")
    names = files.videos()
    if chosen is not None and str(chosen) not in names:
        path = Path(chosen)
        if not path.exists():
            raise CorruptVideo(f"There is no video {path}; the folder holds {names or 'none'}.", path=path)
        return (lambda recording: open_frames(path)), ""
    by_name = [str(chosen)] if chosen is not None else [name for name in names if _CLOUD_VIDEO.match(name)]
    if len(by_name) != 1:
        by_name = names
    if len(by_name) == 1:
        return (lambda recording: _open_video(files, by_name[0], recording)), ""
    if by_name:
        return None, f"{files.title} holds several videos ({', '.join(by_name)}); say which with video=."
    return None, f"Open it with video=, or {_lower(_AGAIN)}."


def _open_video(files: Source, name: str, recording: Recording) -> Any:
    path = files.local(name)
    if path != files.where(name):
        recording.note(
            f"The scene video was unpacked to {path} and stays there; delete it when you are done."
        )
    return open_frames(path)


def _camera(files: Source) -> Camera | None:
    name = files.find("scene_camera.json")
    return camera_from(read_json(files, name), files.label(name), files.where(name)) if name else None


# ------------------------------------------------------------------ names and ids


def _name(files: Source, info: dict[str, Any], section: dict[str, str]) -> str:
    template = info.get("template_data")
    from_template = template.get("recording_name") if isinstance(template, dict) else None
    return str(section.get("recording name") or from_template or re.sub(r"-[0-9a-f]{8}$", "", files.title))


def _whole(info: dict[str, Any], key: str, files: Source) -> int | None:
    value = info.get(key)
    if value is None or type(value) is int:
        return value
    raise BadTable(
        f"{files.label('info.json')}: {key!r} must be whole nanoseconds, got {value!r}. {_AGAIN}",
        path=files.where("info.json"),
    )


def _section(source: Source, folder: str, recording_id: str) -> dict[str, str]:
    """The recording's row in sections.csv, which lies beside or in its folder; empty where there is none."""
    for place in dict.fromkeys((folder, folder.rpartition("/")[0], "")):
        files = source.inside(place)
        if name := files.find("sections.csv"):
            table = open_csv(files, name, "sections", lambda text: None)
            rows = [dict(zip(table.header, row, strict=True)) for _, row in table.rows()]
            return next((row for row in rows if row.get("recording id") == recording_id), {})
    return {}


def _first_row(files: Source) -> dict[str, str]:
    """The first row of a table that has ids, read without the rest; empty where there is none."""
    for wanted in ("gaze.csv", "fixations.csv", "blinks.csv", "world_timestamps.csv"):
        if name := files.find(wanted):
            lines = files.read(name, 4096).decode("utf-8", "replace").lstrip("\ufeff").splitlines()
            if len(lines) > 1:
                return dict(zip(*(re.split("[,;\t]", line) for line in lines[:2]), strict=False))
    return {}


# ------------------------------------------------------------------ tables


def _rows(table: CsvTable, wanted: list[Wanted], recording: Recording) -> pd.DataFrame:
    """The wanted columns of this recording's rows; the index is the row in the file."""
    labels = {
        name: table.header.index(name) for name in ("recording id", "section id") if name in table.header
    }
    frame = table.read([*wanted, *(Wanted(name, index, "label") for name, index in labels.items())])
    if "recording id" in labels:
        frame = _own_rows(frame, table, recording)
    if "section id" in labels and frame["section id"].nunique() > 1:
        sections = frame["section id"].nunique()
        before = len(frame)
        frame = frame.drop_duplicates(subset=[w.name for w in wanted])
        recording.note(
            f"{table.label} holds {sections} sections; {before - len(frame)} row(s) they share were dropped."
        )
    return frame[[w.name for w in wanted]]


def _own_rows(frame: pd.DataFrame, table: CsvTable, recording: Recording) -> pd.DataFrame:
    own = (frame["recording id"] == recording.id).to_numpy()
    if own.all():
        return frame
    others = sorted(set(frame["recording id"].astype(str)) - {recording.id})
    if not own.any():
        raise table.bad(
            f"its rows are of recording {others[0]}, but info.json is of {recording.id}.",
            remedy="One of the two was copied from another recording; download it again.",
        )
    recording.note(
        f"{table.label}: {int((~own).sum())} row(s) of other recordings were left out ({', '.join(others)})."
    )
    return frame[own]


def _gaze(files: Source, name: str, recording: Recording) -> pd.DataFrame:
    table = open_csv(files, name, "gaze", recording.note)
    gaze = _rows(table, find_columns(table, GAZE), recording)
    gaze = blank_infinite(gaze, table, recording.note)
    return gaze_in_order(gaze, table, recording.note).reset_index(drop=True)


def _spans(stream: str, schema: Table) -> Callable[[Source, str, Recording], pd.DataFrame]:
    def load(files: Source, name: str, recording: Recording) -> pd.DataFrame:
        table = open_csv(files, name, stream, recording.note)
        spans = _rows(table, find_columns(table, schema, without=("duration [ms]",)), recording)
        spans = spans_in_order(spans, table, recording.note)
        return spans[[name for name in schema.names if name in spans]].reset_index(drop=True)

    return load


def _events(files: Source, name: str, recording: Recording) -> pd.DataFrame:
    table = open_csv(files, name, "events", recording.note)
    events = _rows(table, find_columns(table, EVENTS), recording)
    return in_time_order(events, "timestamp [ns]", table, recording.note).reset_index(drop=True)


def _frame_times(files: Source, name: str, recording: Recording) -> IntArray:
    table = open_csv(files, name, "frame times", recording.note)
    times = _rows(table, find_columns(table, WORLD_TIMESTAMPS), recording)
    return frame_times_in_order(times["timestamp [ns]"], table)
