"""Opening an enrichment: which sections it has, and how its tables are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dwell.enrichments.enrichment import NONE, Enrichment, ImageFixations, ImageGaze, ImageSection
from dwell.errors import MissingStream, UnknownRecording
from dwell.recordings.columns import find_columns
from dwell.recordings.csv_table import CsvTable, Wanted, open_csv
from dwell.recordings.enrichment import EnrichmentFiles, find_enrichment
from dwell.recordings.notes import Note
from dwell.recordings.open import source_of
from dwell.recordings.order import blank_infinite
from dwell.tables import (
    IMAGE_FIXATIONS,
    IMAGE_GAZE,
    SECTIONS,
    SURFACE_FIXATIONS,
    SURFACE_GAZE,
    Table,
)
from dwell.types import FloatArray, IntArray

__all__ = ["open_enrichment"]

_SCHEMAS = {
    "reference image": (IMAGE_GAZE, IMAGE_FIXATIONS),
    "surface": (SURFACE_GAZE, SURFACE_FIXATIONS),
}


def open_enrichment(path: str | Path, image: str | Path | None = None) -> Enrichment:
    """The enrichment in a folder or zip. Only sections.csv and the picture are read yet.

    Args:
        path: a download of a Reference Image Mapper, an Auto Image Mapper or a Marker Mapper.
        image: the picture, where it does not lie with the tables; a surface can do without.

    Raises:
        UnknownRecording: there is no enrichment, or more than one, or no picture.
        BadTable: sections.csv is damaged.
        CorruptVideo: the picture cannot be read.
    """
    files = find_enrichment(source_of(Path(path)))
    if isinstance(files, str):
        raise UnknownRecording(f"{path} is no enrichment of Pupil Cloud: {files}.", path=path)
    with files.open_picture(image) as picture:
        size_hw = picture.size_hw
    notes: list[str] = []
    tables = _Tables(files, size_hw, notes.append)
    name = files.source.title.removesuffix(".zip")
    return Enrichment(
        name, files.kind, Path(path), size_hw, tables.sections, tables.gaze, tables.fixations, notes
    )


@dataclass(frozen=True)
class _Tables:
    files: EnrichmentFiles
    size_hw: tuple[int, int]
    note: Note

    @cached_property
    def sections(self) -> tuple[ImageSection, ...]:
        """From sections.csv; without it, those that the tables name."""
        name = self.files.source.find("sections.csv")
        if name is None:
            self.note(
                "There is no sections.csv: recordings have no names, those without a row are not counted, "
                "and times to first fixation need the recordings' starts."
            )
            return self._sections_in_rows()
        table = open_csv(self.files.source, name, "sections", self.note)
        rows = table.read(_wanted(table, SECTIONS))
        return tuple(_section(row) for row in rows.to_dict("records"))

    def _sections_in_rows(self) -> tuple[ImageSection, ...]:
        found: dict[tuple[str, str], ImageSection] = {}
        for stream, schema in zip(("gaze", "fixations"), _SCHEMAS[self.files.kind], strict=True):
            name = self.files.source.find(f"{stream}.csv")
            if name is None:
                continue
            table = open_csv(self.files.source, name, stream, self.note)
            ids = ("section id", "recording id")
            rows = table.read([each for each in _wanted(table, schema) if each.name in ids])
            for section_id, recording_id in rows.drop_duplicates().astype(str).itertuples(index=False):
                found[section_id, recording_id] = ImageSection(section_id, recording_id, recording_id)
        return tuple(found.values())

    def gaze(self) -> ImageGaze:
        """gaze.csv, section by section in time order."""
        table, rows, section, order = self._read("gaze", _SCHEMAS[self.files.kind][0], "timestamp [ns]")
        if "blink id" not in rows:
            self.note(f"{table.label} has no column 'blink id', so samples in blinks are not left out.")
        position, on = _positions(rows)
        return ImageGaze(
            section,
            rows["timestamp [ns]"].to_numpy(np.int64)[order],
            self._px(position)[order],
            rows[on].to_numpy(bool)[order],
            _ids(rows, "fixation id")[order],
            _ids(rows, "blink id")[order],
        )

    def fixations(self) -> ImageFixations:
        """fixations.csv, section by section in time order."""
        start, end = "start timestamp [ns]", "end timestamp [ns]"
        table, rows, section, order = self._read("fixations", _SCHEMAS[self.files.kind][1], start)
        for row in np.flatnonzero((rows[end] < rows[start]).to_numpy())[:1]:
            raise table.bad("the fixation ends before it starts.", row=int(row))
        position, on = _positions(rows)
        return ImageFixations(
            section,
            _ids(rows, "fixation id")[order],
            rows[start].to_numpy(np.int64)[order],
            rows[end].to_numpy(np.int64)[order],
            self._px(position)[order],
            rows[on].to_numpy(bool)[order],
        )

    def _read(
        self, stream: str, schema: Table, time: str
    ) -> tuple[CsvTable, pd.DataFrame, IntArray, IntArray]:
        """A table, its rows as in the file, the sorted sections, and the order that sorts the rows."""
        source = self.files.source
        name = source.find(f"{stream}.csv")
        if name is None:
            raise MissingStream(
                f"{source.title} has no {stream}.csv; download the enrichment again.",
                path=source.path,
                stream=stream,
            )
        table = open_csv(source, name, stream, self.note)
        rows = blank_infinite(table.read(_wanted(table, schema)), table, self.note)
        section = self._sections_of(table, rows)
        order = np.lexsort((rows[time].to_numpy(), section))
        return table, rows, section[order], order

    def _sections_of(self, table: CsvTable, rows: pd.DataFrame) -> IntArray:
        """(n,) position in ``sections`` of each row."""
        known = {(each.section_id, each.recording_id): i for i, each in enumerate(self.sections)}
        sections, recordings = rows["section id"].cat, rows["recording id"].cat
        pairs = sections.codes.to_numpy(np.int64) * len(recordings.categories) + recordings.codes.to_numpy()
        present, first, number = np.unique(pairs, return_index=True, return_inverse=True)
        found = np.zeros(len(present), np.int64)
        for i, row in enumerate(first):
            pair = str(rows["section id"].iloc[row]), str(rows["recording id"].iloc[row])
            if pair not in known:
                raise table.bad(
                    f"section {pair[0]} of recording {pair[1]} is not in sections.csv.",
                    row=int(row),
                    remedy="Download the enrichment again; its files belong together.",
                )
            found[i] = known[pair]
        return np.asarray(found[number], np.int64)

    def _px(self, position: FloatArray) -> FloatArray:
        if self.files.kind == "reference image":
            return position
        return position * np.array(self.size_hw[::-1], np.float64)


def _wanted(table: CsvTable, schema: Table) -> list[Wanted]:
    """The schema's columns; text, which repeats itself row by row, is kept once."""
    found = find_columns(table, schema)
    return [replace(each, kind="label") if each.kind == "string" else each for each in found]


def _section(row: dict[Any, Any]) -> ImageSection:
    text = {name: "" if pd.isna(value) else str(value) for name, value in row.items()}
    return ImageSection(
        section_id=text["section id"],
        recording_id=text["recording id"],
        recording_name=text.get("recording name") or text["recording id"],
        wearer=text.get("wearer id") or text.get("wearer name", ""),
        start_ns=int(row["section start time [ns]"]),
        end_ns=int(row["section end time [ns]"]),
        start_event=text.get("start event name", ""),
    )


def _positions(rows: pd.DataFrame) -> tuple[FloatArray, str]:
    """(n, 2) the positions in the file's unit, and the name of the column that says whether they count."""
    axes = [name for name in rows if str(name).endswith(("[px]", "[normalized]"))]
    on = next(str(name) for name in rows if "detected" in str(name))
    return rows[axes].to_numpy(np.float64), on


def _ids(rows: pd.DataFrame, column: str) -> IntArray:
    if column not in rows:
        return np.full(len(rows), NONE, np.int64)
    return np.asarray(rows[column].fillna(NONE), np.int64)
