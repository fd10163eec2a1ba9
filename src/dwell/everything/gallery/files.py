"""The gallery as tables, and what is part of what as nested JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dwell.everything.gallery.hierarchy import Thing, walk
from dwell.everything.gallery.items import GalleryItem
from dwell.files import replacing
from dwell.gaze import Section
from dwell.tables import AOI_GALLERY, AOI_HIERARCHY, conform
from dwell.video import FrameClock

__all__ = ["gallery_table", "hierarchy_table", "hierarchy_tree", "write_hierarchy"]


def gallery_table(items: Sequence[GalleryItem], section: Section, names: dict[int, str]) -> pd.DataFrame:
    """One row per item (``AOI_GALLERY``).

    Args:
        items: what ``gallery`` gave.
        section: the recording.
        names: of every AOI, by object_id.
    """
    rows = [
        {
            **_recording(section),
            "rank": each.rank,
            "aoi label": each.aoi.name,
            "object id": each.aoi.object_id,
            "part of": names.get(each.aoi.part_of or 0),
            "importance": each.importance,
            "area share": each.area_share,
            "persistence": each.persistence,
            "frames visible": each.n_visible,
            "first frame idx": each.first_frame,
            "last frame idx": each.last_frame,
            "first timestamp [ns]": each.first_ns,
            "last timestamp [ns]": each.last_ns,
            "dwell time [ms]": each.dwell_ms,
            "dwell share": each.dwell_share,
            "total fixations": each.n_fixations,
            "best frame idx": each.best_frame,
        }
        for each in items
    ]
    return _conformed(rows, AOI_GALLERY)


def hierarchy_table(things: Sequence[Thing], section: Section) -> pd.DataFrame:
    """One row per AOI (``AOI_HIERARCHY``), wholes first, each followed by its parts."""
    names = {thing.aoi.object_id: thing.aoi.name for thing, _ in walk(things)}
    rows = [
        {
            **_recording(section),
            "aoi label": thing.aoi.name,
            "object id": thing.aoi.object_id,
            "part of": names.get(thing.aoi.part_of or 0),
            "depth": thing.depth,
            "whole": whole.aoi.name,
            "parts": len(thing.parts),
            "contained share": thing.contained,
            "frames measured": thing.n_measured,
        }
        for thing, whole in walk(things)
    ]
    return _conformed(rows, AOI_HIERARCHY)


def hierarchy_tree(
    things: Sequence[Thing], section: Section, clock: FrameClock | None = None
) -> dict[str, Any]:
    """JSON values: the recording, and its things with name, object_id, colour, spans and parts.

    A span is one stretch of frames on which a thing is visible: first and last frame and, where there is a
    clock, when they were taken, ns UTC.
    """
    recording = {"recording id": section.recording_id, "recording name": section.recording_name}
    return {**recording, "things": [_branch(each, clock) for each in things]}


def write_hierarchy(
    things: Sequence[Thing], section: Section, path: str | Path, clock: FrameClock | None = None
) -> Path:
    """The path of the JSON file with ``hierarchy_tree``.

    Raises:
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason.
    """
    tree = hierarchy_tree(things, section, clock)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Path(path)


def _recording(section: Section) -> dict[str, str]:
    return {"recording id": section.recording_id, "recording name": section.recording_name}


def _conformed(rows: list[dict[str, Any]], table: Any) -> pd.DataFrame:
    whole = {column.name: column.dtype for column in table.columns if column.dtype == "Int64"}
    columns = {  # built one by one, so that a missing value does not turn ns into floats
        name: pd.array([row[name] for row in rows], dtype=whole[name])
        if name in whole
        else [row[name] for row in rows]
        for name in table.names
    }
    return conform(pd.DataFrame(columns), table)


def _branch(thing: Thing, clock: FrameClock | None) -> dict[str, Any]:
    aoi = thing.aoi
    return {
        "name": aoi.name,
        "object_id": aoi.object_id,
        "colour": aoi.colour,
        "category": aoi.category,
        "contained_share": None if np.isnan(thing.contained) else round(thing.contained, 6),
        "frames_measured": thing.n_measured,
        "spans": [_span(first, last, clock) for first, last in thing.spans],
        "parts": [_branch(each, clock) for each in thing.parts],
    }


def _span(first: int, last: int, clock: FrameClock | None) -> dict[str, int]:
    span = {"first_frame_idx": first, "last_frame_idx": last}
    if clock is None or last >= len(clock):
        return span
    return span | {"first_ns": int(clock.times_ns[first]), "last_ns": int(clock.times_ns[last])}
