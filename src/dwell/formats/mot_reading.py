"""Reading of MOT Challenge files, of people's and of trackers'."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dwell.errors import BadLabels
from dwell.formats.box_table import BoxTable
from dwell.formats.found import FoundThing, FoundVideo, Known
from dwell.formats.picture_sizes import size_in_folder
from dwell.formats.seqinfo import SeqInfo, read_seqinfo
from dwell.formats.text_reading import read_text
from dwell.types import ProgressFn

__all__ = ["OWN_CLASSES", "is_mot", "read_sequences"]

OWN_CLASSES = (
    "pedestrian",
    "person on vehicle",
    "car",
    "bicycle",
    "motorbike",
    "non motorized vehicle",
    "static person",
    "distractor",
    "occluder",
    "occluder on the ground",
    "occluder full",
    "reflection",
)
"""The Challenge's classes 1 … 12, as CVAT spells them. Source: arXiv:1603.00831, table 5."""


def is_mot(path: Path) -> bool:
    """The folder of a video or of several, or its ``gt.txt``; only the first line is read."""
    files = ([path] if path.name == "gt.txt" else []) if path.is_file() else _files(path)
    return bool(files) and _has_commas(files[0])


def read_sequences(path: Path, known: Known, progress: ProgressFn | None) -> list[FoundVideo]:
    """Every video in a folder, or that of a file.

    Raises:
        BadLabels: there is none, or one is damaged.
    """
    files = [path] if path.is_file() else _files(path)
    if not files:
        raise BadLabels(
            f"{path}: expected a folder with gt/gt.txt, or with folders that have one; found none. Give the "
            "folder of the video or the .txt itself.",
            path=path,
        )
    found = []
    for done, file in enumerate(files, start=1):
        found.append(_Sequence(file, known).read())
        if progress is not None:
            progress(done, len(files))
    return found


def _files(folder: Path) -> list[Path]:
    """``gt.txt`` of the folder itself, or of those in it and one level further (``train``, ``test``)."""
    for pattern in ("gt.txt", "gt/gt.txt", "*/gt/gt.txt", "*/*/gt/gt.txt"):
        if files := sorted(folder.glob(pattern)):
            return files
    return []


def _has_commas(file: Path) -> bool:
    """As in this format, but not in MOTS, which has the same files; an empty one is taken, too."""
    with file.open("rb") as lines:
        first = lines.readline(1000)
    return b"," in first or not first.strip()


@dataclass(frozen=True)
class _Row:
    """A line, with the numbers that all files of this format have."""

    line: int
    frame_idx: int
    track: int
    box_xyxy: tuple[float, float, float, float]
    conf: float
    number: int | None
    """Of its class; None: not said."""
    visibility: float


@dataclass
class _Sequence:
    """One video while its files are read."""

    file: Path
    known: Known
    classes: dict[int, int | None] = field(default_factory=dict)
    """Track → number of its class."""
    first: dict[int, int] = field(default_factory=dict)
    """Track → the line that names it first."""
    n_ignored: int = 0
    n_hidden: int = 0

    @property
    def folder(self) -> Path:
        """Where ``seqinfo.ini`` and ``img1`` are."""
        return self.file.parent.parent if self.file.parent.name == "gt" else self.file.parent

    @property
    def by_people(self) -> bool:
        """Ground truth; False: a tracker's results, in which ``conf`` is a score."""
        return self.file.name == "gt.txt"

    def read(self) -> FoundVideo:
        info = read_seqinfo(self.folder)
        names = _class_names(self.file)
        n_frames = info.n_frames
        boxes = BoxTable(self.file)
        for row in _rows(self.file, has_classes=names is not None):
            self._check(row, n_frames, names)
            score = row.conf if not self.by_people and 0 <= row.conf <= 1 else None
            boxes.add(
                row.frame_idx, row.track, row.box_xyxy, line=row.line, score=score, keyframe=self.by_people
            )
        length = n_frames or max(boxes.frames, default=-1) + 1
        return boxes.video(
            info.name or (self.folder.name if self.by_people else self.file.stem),
            self._size_hw(info),
            range(length),
            [f"{i:05d}" for i in range(length)],
            [_thing(track, number, names) for track, number in sorted(self.classes.items())],
            tuple(self._lost()),
        )

    def _check(self, row: _Row, n_frames: int | None, names: list[str] | None) -> None:
        if n_frames is not None and row.frame_idx >= n_frames:
            raise _bad(
                self.file, row.line, f"a frame from 1 to {n_frames}, which is seqLength in seqinfo.ini",
                f"{row.frame_idx + 1}", "Correct one of them.",
            )  # fmt: skip
        if names is not None and row.number is not None and row.number > len(names):
            raise _bad(
                self.file, row.line, f"a class from 1 to {len(names)}, as labels.txt has lines",
                f"{row.number}", "Add its name to labels.txt.",
            )  # fmt: skip
        number = self.classes.setdefault(row.track, row.number)
        first = self.first.setdefault(row.track, row.line)
        if number != row.number:
            raise _bad(
                self.file, row.line, f"class {number} for id {row.track}, as on line {first}",
                f"{row.number}", "Give it one class, or two ids.",
            )  # fmt: skip
        self.n_ignored += self.by_people and row.conf == 0
        self.n_hidden += 0 <= row.visibility < 1

    def _size_hw(self, info: SeqInfo) -> tuple[int, int]:
        size_hw = info.size_hw or size_in_folder(self._pictures(info)) or self.known.size_hw
        if size_hw is None:
            raise BadLabels(
                f"{self.folder}: the size of the pictures is not known; expected imWidth and imHeight in "
                "seqinfo.ini, or pictures in img1. Add either, or say which recording the labels are for.",
                path=self.file,
            )
        return size_hw

    def _pictures(self, info: SeqInfo) -> Path:
        name = info.values.get("imdir", "img1")
        if name in ("", "..") or set(name) & set("/\\\0"):
            raise BadLabels(
                f"{self.folder / 'seqinfo.ini'}: expected the name of a folder beside it as imDir, such as "
                f"img1; found {name!r}. Correct it.",
                path=self.folder / "seqinfo.ini",
            )
        return self.folder / name

    def _lost(self) -> Iterator[str]:
        if self.n_ignored:
            yield f"{self.n_ignored} boxes are marked as not to be considered (conf 0)."
        if self.n_hidden:
            yield f"{self.n_hidden} boxes have a visibility below 1."


def _thing(track: int, number: int | None, names: list[str] | None) -> FoundThing:
    if number is None:
        return FoundThing(track, f"object {track}")
    known = names if names is not None else OWN_CLASSES
    category = known[number - 1] if number <= len(known) else f"class {number}"
    return FoundThing(track, f"{category} {track}", category)


def _rows(file: Path, has_classes: bool) -> Iterator[_Row]:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for line, text in enumerate(lines, start=1):
                if text.strip():
                    yield _row(file, line, text, has_classes)
    except UnicodeDecodeError as error:
        raise BadLabels(
            f"{file}: expected a text file in UTF-8 ({error.reason}); save it so.", path=file
        ) from error


def _row(file: Path, line: int, text: str, has_classes: bool) -> _Row:
    fields = [part.strip() for part in text.split(",")] if "," in text else text.split()
    if len(fields) < 6:
        raise _bad(
            file, line, "frame,id,left,top,width,height,conf,class,visibility", f"{len(fields)} values",
            "Correct the line or delete it.",
        )  # fmt: skip
    numbers = [_number(file, line, place, part) for place, part in enumerate(fields[:9])]
    frame, track = (_counted(file, line, what, numbers[i]) for i, what in enumerate(("frame", "id")))
    x0, y0, width, height = numbers[2] - 1, numbers[3] - 1, numbers[4], numbers[5]
    conf, number, visibility = (numbers[i] if i < len(numbers) else 1.0 for i in (6, 7, 8))
    classed = len(fields) in (8, 9) or (len(fields) > 9 and has_classes)  # else these are world coordinates
    return _Row(
        line,
        frame - 1,
        track,
        (x0, y0, x0 + width, y0 + height),
        conf,
        _counted(file, line, "class", number) if classed and number != -1 else None,
        visibility if classed else 1.0,
    )


def _number(file: Path, line: int, place: int, text: str) -> float:
    with suppress(ValueError):
        if math.isfinite(value := float(text)):
            return value
    names = ("frame", "id", "left", "top", "width", "height", "conf", "class", "visibility")
    raise _bad(file, line, f"a number as {names[place]}", repr(text), "Correct it.")


def _counted(file: Path, line: int, what: str, value: float) -> int:
    if not (value >= 1 and value == int(value)):
        remedy = "Detections that belong to no track cannot be read." if what == "id" else "Correct it."
        raise _bad(file, line, f"a whole number from 1 on as {what}", f"{value:g}", remedy)
    return int(value)


def _class_names(file: Path) -> list[str] | None:
    """Names of the classes 1, 2, …, in ``labels.txt`` beside the file or above; None: there is none."""
    for folder in (file.parent, file.parent.parent):
        labels = folder / "labels.txt"
        if labels.is_file():
            lines = read_text(labels).split("\n")
            return [line.rstrip("\r") for line in lines if line.strip()]
    return None


def _bad(file: Path, line: int, expected: str, found: str, remedy: str) -> BadLabels:
    return BadLabels(
        f"{file}, line {line}: expected {expected}; found {found}. {remedy}", path=file, line=line
    )
