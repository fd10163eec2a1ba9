"""Texts of MOTS: a line per mask."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dwell.errors import BadLabels
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo
from dwell.formats.mots_classes import IGNORED, is_ignored, names_beside, things_of
from dwell.formats.seqinfo import SeqInfo, read_seqinfo
from dwell.masks import Mask
from dwell.types import IntArray, State

__all__ = ["MotsText", "guess_start"]


class _Row(NamedTuple):
    """A line."""

    frame: int
    id: int
    number: int
    """Of the class."""
    size_hw: tuple[int, int]
    counts: bytes


@dataclass
class MotsText:
    """One video while its text is read; of each line only where it stands is kept."""

    file: Path
    rows: array[int] = field(default_factory=lambda: array("q"))
    """Frame, id, line and first byte of each mask."""
    classes: dict[int, int] = field(default_factory=dict)
    """Id → class."""
    first: dict[int, int] = field(default_factory=dict)
    """Id → the line that names it first."""
    size_hw: tuple[int, int] | None = None
    n_ignored: int = 0

    def read(self) -> FoundVideo:
        """What the file has; its run lengths are not looked at before they are asked for.

        Raises:
            BadLabels: a line, or ``seqinfo.ini``, is damaged or contradicts another.
        """
        self._gather()
        info = read_seqinfo(self._folder) if self._is_challenge else SeqInfo(self.file, {})
        rows = self._in_order()
        start, notes = self._start(rows[:, 0])
        n_frames = self._length(info.n_frames, rows, start)
        things = things_of(self.classes, names_beside(self.file))
        name = info.name or (self._folder.resolve().name if self._is_challenge else self.file.stem)
        if self.n_ignored:
            notes.append(f"{name}: regions to ignore, which are left out: {self.n_ignored}.")
        return FoundVideo(
            name,
            self._known_size(info),
            [f"{i:05d}" for i in range(n_frames)],
            range(n_frames),
            list(things.values()),
            lambda: self._labels(rows.tolist(), things, start),
            len(rows),
            tuple(notes),
        )

    @property
    def _is_challenge(self) -> bool:
        return self.file.name == "gt.txt"

    @property
    def _folder(self) -> Path:
        """Where ``seqinfo.ini`` is."""
        folder = self.file.parent
        return folder.parent if folder.resolve().name == "gt" else folder

    def _gather(self) -> None:
        offset = 0
        with self.file.open("rb") as lines:
            for line, text in enumerate(lines, start=1):
                if text.strip():
                    self._take(_row(self.file, line, text), line, offset)
                offset += len(text)

    def _take(self, row: _Row, line: int, offset: int) -> None:
        self.size_hw = self.size_hw or row.size_hw
        if row.size_hw != self.size_hw:
            expected = f"a height and width of {self.size_hw[0]} {self.size_hw[1]}, as on the first line"
            raise _bad(self.file, line, expected, f"{row.size_hw[0]} {row.size_hw[1]}", "Correct the line.")
        if is_ignored(row.id) or row.number == IGNORED:
            self.n_ignored += 1
            return
        number = self.classes.setdefault(row.id, row.number)
        first = self.first.setdefault(row.id, line)
        if number != row.number:
            expected = f"class {number} for id {row.id}, as on line {first}"
            raise _bad(self.file, line, expected, f"{row.number}", "Give it one class, or two ids.")
        self.rows.extend((row.frame, row.id, line, offset))

    def _in_order(self) -> IntArray:
        rows = np.array(self.rows, np.int64).reshape(-1, 4)
        rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
        same = np.flatnonzero((np.diff(rows[:, :2], axis=0) == 0).all(axis=1))
        if len(same):
            (frame, id, first, _), (_, _, second, _) = rows[same[0] : same[0] + 2].tolist()
            expected = f"id {id} once on frame {frame}, as on line {first}"
            raise _bad(self.file, second, expected, "it again", "Delete one line, or give it another id.")
        return rows

    def _start(self, frames: Sequence[int] | IntArray) -> tuple[int, list[str]]:
        """The number of the first frame, and what was guessed."""
        if self._is_challenge:
            return 1, []
        if self.file.parent.name == "instances_txt":
            return 0, []
        return guess_start(frames, self.file.stem)

    def _length(self, listed: int | None, rows: IntArray, start: int) -> int:
        """Frames of the video."""
        frames, lines = rows[:, 0] - start, rows[:, 2]
        outside = np.flatnonzero((frames < 0) | (frames >= (listed or np.iinfo(np.int64).max)))
        if len(outside):
            last = f" to {listed}, which is seqLength in seqinfo.ini" if listed else " on"
            found = f"{int(frames[outside[0]]) + start}"
            raise _bad(
                self.file,
                int(lines[outside[0]]),
                f"a frame from {start}{last}",
                found,
                "Correct one of them.",
            )
        return listed or int(frames.max(initial=-1)) + 1

    def _known_size(self, info: SeqInfo) -> tuple[int, int]:
        found = self.size_hw or info.size_hw
        if found is None:
            raise BadLabels(
                f"{self.file} has no mask and no seqinfo.ini says how large the pictures are, so there is "
                "nothing to read.",
                path=self.file,
            )
        if info.size_hw not in (None, found):
            raise BadLabels(
                f"{info.path}: expected a height and width of {found[0]} {found[1]}, as in {self.file.name}; "
                f"found {info.size_hw}. Correct it.",
                path=info.path,
            )
        return found

    def _labels(
        self, rows: Sequence[Sequence[int]], things: Mapping[int, FoundThing], start: int
    ) -> Iterator[FoundLabel]:
        with self.file.open("rb") as lines:
            for frame, id, line, offset in rows:
                lines.seek(offset)
                row = _row(self.file, line, lines.readline())
                try:
                    mask = Mask.from_bytes(row.counts, row.size_hw)
                except ValueError as error:
                    raise _bad(
                        self.file,
                        line,
                        "run lengths of COCO",
                        str(error),
                        "Export it again, or delete the line.",
                    ) from error
                key = things[id].key
                if mask:
                    yield FoundLabel(key, frame - start, mask)
                else:
                    yield FoundLabel(key, frame - start, state=State.ABSENT)


def _row(file: Path, line: int, text: bytes) -> _Row:
    fields = text.split()
    if len(fields) != 6:
        raise _bad(
            file, line, "frame id class height width run-lengths", f"{len(fields)} values", "Correct it."
        )
    names = ("frame", "id", "class", "height", "width")
    frame, id, number, height, width = (
        _counted(file, line, name, part) for name, part in zip(names, fields, strict=False)
    )
    if not (id and height and width):
        raise _bad(file, line, "an id, a height and a width above 0", f"{id} {height} {width}", "Correct it.")
    return _Row(frame, id, number, (height, width), fields[5])


def _counted(file: Path, line: int, name: str, text: bytes) -> int:
    if not text.isdigit() or len(text) > 9:
        shown = repr(text[:40].decode("utf-8", "replace"))
        raise _bad(file, line, f"a whole number as {name}", shown, "Correct the line or delete it.")
    return int(text)


def guess_start(frames: Sequence[int] | IntArray, name: str) -> tuple[int, list[str]]:
    """The number of the first frame where no file says it, and a sentence if that is a guess."""
    if len(frames) and min(frames) == 0:
        return 0, []
    return 1, [f"{name}: frames are taken to count from 1, as no file says it."]


def _bad(file: Path, line: int, expected: str, found: str, remedy: str) -> BadLabels:
    return BadLabels(
        f"{file}, line {line}: expected {expected}; found {found}. {remedy}", path=file, line=line
    )
