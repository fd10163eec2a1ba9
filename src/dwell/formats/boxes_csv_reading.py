"""Reading of the table of boxes, also as a spreadsheet program saves it."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from dwell.errors import BadLabels
from dwell.formats.box_table import BoxTable
from dwell.formats.found import FoundThing, FoundVideo, Known
from dwell.types import Origin, ProgressFn

__all__ = ["is_table_of_boxes", "read_tables"]

_NEEDED = ("frame idx", "aoi label", "x0 [px]", "y0 [px]", "x1 [px]", "y1 [px]")


def is_table_of_boxes(path: Path) -> bool:
    """A table with the columns that are needed, or a folder with ``aoi_boxes.csv``."""
    if path.is_dir():
        return (path / "aoi_boxes.csv").is_file()
    if path.suffix.lower() not in (".csv", ".tsv"):
        return False
    with path.open("rb") as file:
        head = file.readline(4000).decode("utf-8-sig", errors="replace")
    return set(_NEEDED) <= set(_split(head))


def read_tables(path: Path, known: Known, progress: ProgressFn | None) -> list[FoundVideo]:
    """Every video in the table.

    Raises:
        BadLabels: the table or a value in it is damaged.
    """
    file = path / "aoi_boxes.csv" if path.is_dir() else path
    if not file.is_file():
        raise BadLabels(f"{file}: expected the table of boxes, found no such file; name the .csv.", path=file)
    videos: dict[str, _Video] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for line, row in _lines(file, lines):
                name = row.get("recording name") or file.stem
                videos.setdefault(name, _Video(name, file)).take(line, row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadLabels(f"{file}: expected a CSV in UTF-8 ({error}); save it so.", path=file) from error
    found = [video.found(known) for video in videos.values()]
    if progress is not None:
        progress(1, 1)
    return found


def _split(head: str) -> list[str]:
    """Column names of the first line."""
    return [name.strip() for name in next(csv.reader([head], delimiter=_separator(head)), [])]


def _separator(head: str) -> str:
    return max(",;\t", key=head.count)


def _lines(file: Path, lines: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers and rows by column."""
    head = lines.readline()
    names = _split(head)
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise BadLabels(
            f"{file}, line 1: expected the columns {', '.join(_NEEDED)}; {', '.join(missing)} missing. "
            "Add or rename them.",
            path=file,
            line=1,
        )
    reader = csv.reader(lines, delimiter=_separator(head), strict=True)
    for values in reader:
        if not values:
            continue
        if len(values) != len(names):
            raise _bad(file, reader.line_num + 1, f"{len(names)} values, one a column", str(len(values)))
        yield reader.line_num + 1, dict(zip(names, values, strict=True))


@dataclass
class _Video:
    """The rows of one video."""

    name: str
    file: Path
    things: dict[int, FoundThing] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    """AOI name → its number, where the table has none."""
    size_hw: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        self.boxes = BoxTable(self.file)

    def take(self, line: int, row: dict[str, str]) -> None:
        """One row."""
        frame_idx = self._whole(line, row, "frame idx", 0)
        key = self._thing(line, row)
        box = tuple(_number(self.file, line, name, row[name]) for name in _NEEDED[2:])
        by_model = row.get("origin", Origin.USER) in (Origin.MODEL, Origin.PROPOSED)
        approved = row.get("approved", "").strip().lower() == "true"
        x0, y0, x1, y1 = box
        self.boxes.add(frame_idx, key, (x0, y0, x1, y1), line=line, keyframe=approved or not by_model)
        if row.get("frame width [px]") and row.get("frame height [px]"):
            self._size(line, row)

    def found(self, known: Known) -> FoundVideo:
        """All of them."""
        size_hw = self.size_hw or known.size_hw
        if size_hw is None:
            raise BadLabels(
                f"{self.file}: the size of the pictures is not known; add the columns 'frame width [px]' and "
                "'frame height [px]', or say which recording the labels are for.",
                path=self.file,
            )
        frames = self.boxes.frames
        names = [f"{i:05d}" for i in frames]
        return self.boxes.video(self.name, size_hw, frames, names, list(self.things.values()))

    def _thing(self, line: int, row: dict[str, str]) -> int:
        name = row["aoi label"]
        if not name:
            raise _bad(self.file, line, "a name as aoi label", "none")
        numbered = bool(row.get("object id"))
        key = (
            self._whole(line, row, "object id", 1)
            if numbered
            else self.keys.setdefault(name, len(self.keys) + 1)
        )
        thing = FoundThing(key, name, row.get("category") or None)
        before = self.things.setdefault(key, thing)
        if thing != before:
            raise _bad(
                self.file,
                line,
                f"{before.name!r} with category {before.category!r} for object id {key}, as further up",
                f"{thing.name!r} with category {thing.category!r}",
            )
        return key

    def _size(self, line: int, row: dict[str, str]) -> None:
        height, width = (self._whole(line, row, f"frame {side} [px]", 1) for side in ("height", "width"))
        self.size_hw = self.size_hw or (height, width)
        if (height, width) != self.size_hw:
            expected = f"a frame of {self.size_hw[1]}×{self.size_hw[0]} px, as further up"
            raise _bad(self.file, line, expected, f"{width}×{height} px")

    def _whole(self, line: int, row: dict[str, str], name: str, least: int) -> int:
        value = _number(self.file, line, name, row[name])
        if value != int(value) or value < least:
            raise _bad(self.file, line, f"a whole number from {least} on as {name}", row[name])
        return int(value)


def _number(file: Path, line: int, name: str, text: str) -> float:
    with suppress(ValueError):
        if math.isfinite(value := float(text)):
            return value
    raise _bad(file, line, f"a number as {name}", repr(text))


def _bad(file: Path, line: int, expected: str, found: str) -> BadLabels:
    return BadLabels(
        f"{file}, line {line}: expected {expected}; found {found}. Correct it or delete the line.",
        path=file,
        line=line,
    )
