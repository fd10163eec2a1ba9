"""Reading of YOLO data sets: ours, Ultralytics' own, and those of other programs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dwell.errors import BadLabels
from dwell.formats.found import FoundLabel, FoundVideo, Known
from dwell.formats.picture_names import KnownNames
from dwell.formats.picture_sizes import PICTURE_ENDINGS, size_of_picture
from dwell.formats.text_reading import read_text
from dwell.formats.untracked import Keys
from dwell.formats.yolo_data_set import DataSet, LabelFile, open_data_set
from dwell.formats.yolo_tracks import TRACKS_FILE, TrackedPicture, TrackedVideo, checksum_of, read_tracks
from dwell.masks import Mask
from dwell.types import ProgressFn

__all__ = ["looks_like", "read_data_set"]

_SLACK = 0.01
"""How far beyond the picture a share may lie, as Ultralytics allows it; it is cut off at the edge."""
_NEAR_PX = 0.002
"""A coordinate this near to a whole number is that number: shares are written with few digits."""
_N_LOOKED_AT = 20
"""Files that are looked into to tell outlines from boxes."""


def looks_like(path: Path, *, outlines: bool) -> bool:
    """A data set with lines of this kind; one without any line is taken for boxes."""
    try:
        data = open_data_set(path)
    except BadLabels:
        return False
    for each in data.files[:_N_LOOKED_AT]:
        with each.path.open("rb") as file:
            n_values = len(file.readline(1_000_000).split())
        if n_values:
            return (n_values > 6) == outlines
    return not outlines


def read_data_set(path: Path, known: Known, progress: ProgressFn | None) -> list[FoundVideo]:
    """Every video in a data set.

    Raises:
        BadLabels: a file is damaged, or the pictures' size is not known.
    """
    data = open_data_set(path)
    tracks = read_tracks(data.root / TRACKS_FILE)
    names = KnownNames(known)
    videos: dict[str, _Video] = {}
    for each in data.files:
        tracked = tracks.get(each.place)
        video, name = (tracked.video.name, tracked.name) if tracked else names.split(each.path.stem)
        video = video or data.root.name or "labels"
        videos.setdefault(video, _Video(video, data, known)).pictures.append(_Picture(each, name, tracked))
    return [video.found(_Counter(len(data.files), progress)) for video in videos.values()]


@dataclass(frozen=True)
class _Picture:
    file: LabelFile
    name: str
    tracked: TrackedPicture | None


@dataclass(frozen=True)
class _Line:
    number: int
    """1-based."""
    category: str
    values: tuple[float, ...]
    """Shares: x, y, width and height of a box, or x1, y1, x2, y2, … of an outline."""


class _Counter:
    def __init__(self, total: int, progress: ProgressFn | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def tick(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)


class _Video:
    """The pictures of one video."""

    def __init__(self, name: str, data: DataSet, known: Known) -> None:
        self.name, self._data, self._known = name, data, known
        self.pictures: list[_Picture] = []

    def found(self, counter: _Counter) -> FoundVideo:
        """All its labels; every file is read once now, and again when they are asked for."""
        tracked = next((each.tracked.video for each in self.pictures if each.tracked), None)
        numbered = all(each.tracked for each in self.pictures)
        self.pictures.sort(
            key=lambda each: (each.tracked.frame_idx if each.tracked and numbered else 0, each.name)
        )
        self._check_once()
        size_hw = self._size_hw(tracked)
        keys = Keys(tracked.things if tracked else ())
        of_lines, n_untold = [], 0
        for each in self.pictures:
            text = read_text(each.file.path)
            categories = [line.category for line in _lines(each.file.path, text, self._data.names)]
            told = _told(each, categories, text)
            n_untold += each.tracked is not None and told is None
            of_lines.append(keys.of_picture(categories, told or [None] * len(categories)))
            counter.tick()
        edited = (
            f"{n_untold} files were changed after dwell.json was written, so their tracks in it do not count."
        )
        return FoundVideo(
            self.name,
            size_hw,
            [each.name for each in self.pictures],
            [each.tracked.frame_idx for each in self.pictures if each.tracked] if numbered else None,
            keys.things,
            lambda: self._labels(of_lines, size_hw),
            sum(map(len, of_lines)),
            (*([edited] if n_untold else []), *keys.lost),
        )

    def _check_once(self) -> None:
        for before, after in zip(self.pictures, self.pictures[1:], strict=False):
            if before.name == after.name:
                raise BadLabels(
                    f"{after.file.path}: picture {after.name!r} of {self.name!r} has labels in "
                    f"{before.file.path} already; expected one file a picture. Delete one of them.",
                    path=after.file.path,
                )

    def _size_hw(self, tracked: TrackedVideo | None) -> tuple[int, int]:
        found: tuple[int, int] | None = tracked.size_hw if tracked else None
        for each in self.pictures:
            picture = next((p for p in each.file.pictures(PICTURE_ENDINGS) if p.is_file()), None)
            size_hw = size_of_picture(picture) if picture else None
            if size_hw and found and size_hw != found:
                raise BadLabels(
                    f"{picture}: {size_hw[1]}×{size_hw[0]} px, but others of {self.name!r} have "
                    f"{found[1]}×{found[0]} px; expected pictures of one size, as a video has. Put those of "
                    "each size into a data set of their own.",
                    path=picture,
                )
            found = found or size_hw
        found = found or self._known.size_hw
        if found is None:
            raise BadLabels(
                f"{self._data.root}: the size of the pictures is not known; expected them as jpg or png in "
                "images/, at the places of the files in labels/. Add them, or say which recording the labels "
                "are for.",
                path=self._data.root,
            )
        return found

    def _labels(self, of_lines: Sequence[tuple[int, ...]], size_hw: tuple[int, int]) -> Iterator[FoundLabel]:
        for place, (picture, keys) in enumerate(zip(self.pictures, of_lines, strict=True)):
            file = picture.file.path
            lines = list(_lines(file, read_text(file), self._data.names))
            if len(lines) != len(keys):
                raise BadLabels(
                    f"{file}: expected {len(keys)} lines as a moment ago, found {len(lines)}; it is being "
                    "changed. Read it again when that is done.",
                    path=file,
                )
            for key, line in sorted(zip(keys, lines, strict=True), key=lambda pair: pair[0]):
                yield _label(file, key, place, line, size_hw)


def _told(picture: _Picture, categories: Sequence[str], text: str) -> tuple[int, ...] | None:
    """The key of each line as ``dwell.json`` has it; None: it does not, or its lines are no longer those."""
    if picture.tracked is None:
        return None
    if picture.tracked.checksum not in (None, checksum_of(text)):
        return None
    class_of = {thing.key: thing.category or thing.name for thing in picture.tracked.video.things}
    keys = picture.tracked.keys
    same = [class_of.get(key) for key in keys] == list(categories)
    return keys if same and len(set(keys)) == len(keys) else None


def _label(file: Path, key: int, place: int, line: _Line, size_hw: tuple[int, int]) -> FoundLabel:
    height, width = size_hw
    if len(line.values) == 4:
        x, y, w, h = line.values
        x0, x1 = _px(x - w / 2, width), _px(x + w / 2, width)
        y0, y1 = _px(y - h / 2, height), _px(y + h / 2, height)
        if x0 >= x1 or y0 >= y1:
            raise _bad(
                file, line.number, "a box in the picture, at least a bit wide and high", f"{w:g} × {h:g}"
            )
        return FoundLabel(key, place, box_xyxy=(x0, y0, x1, y1))
    sides = (width, height)
    points = [_px(share, sides[i % 2]) for i, share in enumerate(line.values)]
    return FoundLabel(
        key, place, Mask.from_polygon([points[i : i + 2] for i in range(0, len(points), 2)], size_hw)
    )


def _px(share: float, side: int) -> float:
    position = min(max(share * side, 0.0), float(side))
    return float(round(position)) if abs(position - round(position)) < _NEAR_PX else position


def _lines(file: Path, text: str, names: Sequence[str] | None) -> Iterator[_Line]:
    """The labels in a file; empty lines are left out."""
    for number, line in enumerate(text.split("\n"), start=1):
        if words := line.split():
            yield _line(file, number, words, names)


def _line(file: Path, number: int, words: list[str], names: Sequence[str] | None) -> _Line:
    if len(words) != 5 and (len(words) < 7 or len(words) % 2 == 0):
        expected = "a class and 4 numbers of a box, or a class and 3 or more points of an outline"
        raise _bad(file, number, expected, f"{len(words)} values")
    values = tuple(_share(file, number, word) for word in words[1:])
    with suppress(ValueError):
        place = float(words[0])
        if place == int(place) and 0 <= place < (math.inf if names is None else len(names)):
            return _Line(number, names[int(place)] if names is not None else f"class {int(place)}", values)
    count = "" if names is None else f" to {len(names) - 1}, as data.yaml names them,"
    raise _bad(file, number, f"a class from 0{count} first", repr(words[0]))


def _share(file: Path, number: int, word: str) -> float:
    with suppress(ValueError):
        if -_SLACK <= (value := float(word)) <= 1 + _SLACK:
            return value
    raise _bad(file, number, "shares of the picture's width and height, 0 to 1", repr(word))


def _bad(file: Path, line: int, expected: str, found: str) -> BadLabels:
    return BadLabels(
        f"{file}, line {line}: expected {expected}; found {found}. Correct the line or delete it.",
        path=file,
        line=line,
    )
