"""Boxes as one table of results, a row per AOI and frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pandas as pd

from dwell.formats.boxes_csv_reading import is_table_of_boxes, read_tables
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.found import FoundVideo, Known
from dwell.formats.reporting import frames_left_out, silent_of
from dwell.formats.streaming import Shown, counting, frames_of
from dwell.masks import ORIGINS
from dwell.tables import AOI_BOXES, write_tables
from dwell.types import ProgressFn

__all__ = ["BoxesCsv"]

_CHUNK_ROWS = 4096
"""Written at a time."""


class BoxesCsv(LabelFormat):
    """``aoi_boxes.csv``: the table ``AOI_BOXES`` of all videos, in order of video, frame and object_id."""

    name = "boxes-csv"
    about = About(
        "CSV of boxes",
        "aoi_boxes.csv",
        "boxes, areas, ids, names, categories, who made a mask, approval",
        "masks; colours; scores; whether a person or a computer made an imported mask, which is read as a "
        "person's; which frames were left out; whether an AOI is absent, lost or unknown",
        "docs/data-model.md",
        shape="box",
    )

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        rows = _rows(videos, counting(videos, progress))
        n_masks = 0

        def chunks() -> Iterator[pd.DataFrame]:
            nonlocal n_masks
            while chunk := list(islice(rows, _CHUNK_ROWS)):
                n_masks += len(chunk)
                yield pd.DataFrame(chunk, columns=AOI_BOXES.names).astype({"time [ns]": "Int64"})

        path = write_tables(chunks(), AOI_BOXES, out / "aoi_boxes.csv")
        n_frames = sum(len(labels.frames) for labels in videos)
        lost = frames_left_out(videos, "a table of boxes")
        return ExportReport(path, n_frames, n_masks, silent_of(videos), lost=lost)

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``: the file, or a folder with ``aoi_boxes.csv``.

        Needed are the columns ``frame idx``, ``aoi label`` and the four of the box; all others may be
        missing, and further ones are ignored. Columns may be separated by semicolons or tabs. A mask that a
        model made gives a box that is no keyframe, unless it was approved.

        Raises:
            BadLabels: a column is missing, a value is damaged, or the pictures' size is not known.
        """
        return read_tables(path, known or Known(), progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return is_table_of_boxes(path)


def _rows(videos: Sequence[Labels], tick: Callable[[], None]) -> Iterator[tuple[object, ...]]:
    for labels in videos:
        for frame_idx, shown in frames_of(labels, masks=False):
            time_ns = None if labels.times_ns is None else int(labels.times_ns[frame_idx])
            for one in shown:
                yield _row(labels, frame_idx, time_ns, one)
            tick()


def _row(labels: Labels, frame_idx: int, time_ns: int | None, one: Shown) -> tuple[object, ...]:
    """In the order of the table's columns."""
    height, width = labels.size_hw
    return (
        labels.video,
        frame_idx,
        time_ns,
        one.aoi.name,
        one.aoi.object_id,
        one.aoi.category,
        *one.box_xyxy,
        one.area,
        ORIGINS[one.masklet.origin[one.row]].value,
        bool(one.masklet.approved[one.row]),
        width,
        height,
    )
