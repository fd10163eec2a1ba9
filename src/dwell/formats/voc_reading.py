"""Reading of Pascal VOC's XML files, ours and those of other programs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

from dwell.errors import BadLabels
from dwell.formats.box_table import BoxTable
from dwell.formats.found import FoundThing, FoundVideo, Known
from dwell.formats.picture_names import KnownNames
from dwell.formats.picture_sizes import PICTURE_ENDINGS, size_of_picture
from dwell.formats.untracked import Keys
from dwell.types import ProgressFn

__all__ = ["is_voc", "read_pictures"]


def is_voc(path: Path) -> bool:
    """A folder with ``Annotations`` or with XML files, or such a file, whose root is ``annotation``."""
    first = next(iter(_files(path)), None)
    if first is None:
        return False
    with first.open("rb") as file:
        return b"<annotation>" in file.read(1000)


def read_pictures(path: Path, known: Known, progress: ProgressFn | None) -> list[FoundVideo]:
    """Every video that the files are of; without a word on it all are one.

    Raises:
        BadLabels: there is no file, or one is damaged.
    """
    files = _files(path)
    if not files:
        raise BadLabels(
            f"{path}: expected a folder with Annotations, or with XML files; found none. Give the folder "
            "that has them.",
            path=path,
        )
    folder = path if path.is_dir() else path.parent
    names = KnownNames(known)
    videos: dict[str, list[_Picture]] = {}
    for done, file in enumerate(files, start=1):
        video, picture = _picture(file, names)
        videos.setdefault(video or folder.resolve().name, []).append(picture)
        if progress is not None:
            progress(done, len(files))
    every = [one for pictures in videos.values() for picture in pictures for one in picture.objects]
    from_0 = any(min(one.box[:2]) < 1 for one in every)
    return [_Video(name, pictures, folder, known).found(from_0) for name, pictures in videos.items()]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix.lower() == ".xml" else []
    folder = path / "Annotations"
    return sorted((folder if folder.is_dir() else path).glob("*.xml"))


@dataclass(frozen=True, slots=True)
class _Object:
    """One object of a picture."""

    category: str
    key: int | None
    thing: FoundThing | None
    """What the file says of the AOI; None: it has no id."""
    box: tuple[float, float, float, float]
    """As it stands in the file."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """One file."""

    file: Path
    name: str
    frame_idx: int | None
    size_hw: tuple[int, int] | None
    objects: tuple[_Object, ...]


@dataclass(frozen=True)
class _Video:
    """The pictures of one video."""

    name: str
    pictures: list[_Picture]
    folder: Path
    known: Known

    def found(self, from_0: bool) -> FoundVideo:
        """All its labels, whose boxes count pixels from 0 or from 1."""
        numbered = all(each.frame_idx is not None for each in self.pictures)
        self.pictures.sort(key=lambda each: (each.frame_idx if numbered else 0, each.name))
        self._check_once()
        size_hw = self._size_hw()
        keys = Keys(self._things().values())
        start = 0 if from_0 else 1
        boxes = BoxTable(self.folder)
        for place, each in enumerate(self.pictures):
            categories = [one.category for one in each.objects]
            given = keys.of_picture(categories, [one.key for one in each.objects])
            for key, one in zip(given, each.objects, strict=True):
                x0, y0, x1, y1 = one.box
                if not (x0 - start < x1 and y0 - start < y1):
                    raise _bad(
                        each.file, f"object {one.category!r}", "a box", "one of no width or height", _BOX
                    )
                boxes.add(place, key, (x0 - start, y0 - start, x1, y1), line=0)
        found = boxes.video(
            self.name,
            size_hw,
            range(len(self.pictures)),
            [each.name for each in self.pictures],
            keys.things,
            (*keys.lost, *([_FROM_0] if from_0 else [])),
        )
        numbers = [each.frame_idx for each in self.pictures if each.frame_idx is not None]
        return replace(found, numbers=numbers if numbered else None)

    def _check_once(self) -> None:
        for before, after in zip(self.pictures, self.pictures[1:], strict=False):
            if (before.frame_idx, before.name) == (after.frame_idx, after.name):
                raise _bad(
                    after.file, "annotation", "one file a picture", f"{before.file} for {after.name!r}, too",
                    "Delete one of them.",
                )  # fmt: skip

    def _size_hw(self) -> tuple[int, int]:
        found: tuple[int, int] | None = None
        for each in self.pictures:
            size_hw = each.size_hw or self._size_of(each)
            if size_hw and found and size_hw != found:
                raise _bad(
                    each.file, "size", f"{found[1]}×{found[0]} px as in the other files of {self.name!r}",
                    f"{size_hw[1]}×{size_hw[0]} px", "Put pictures of each size into a folder of their own.",
                )  # fmt: skip
            found = found or size_hw
        found = found or self.known.size_hw
        if found is None:
            raise _bad(
                self.pictures[0].file, "size", "width and height of the picture",
                "neither, and no picture in JPEGImages",
                "Add them, or say which recording the labels are for.",
            )  # fmt: skip
        return found

    def _size_of(self, picture: _Picture) -> tuple[int, int] | None:
        for folder in (self.folder / "JPEGImages", picture.file.parent):
            for ending in PICTURE_ENDINGS:
                if (file := folder / f"{picture.file.stem}{ending}").is_file():
                    return size_of_picture(file)
        return None

    def _things(self) -> dict[int, FoundThing]:
        things: dict[int, FoundThing] = {}
        for picture in self.pictures:
            here = [one.thing for one in picture.objects if one.thing is not None]
            for thing in here:
                before = things.setdefault(thing.key, thing)
                if thing != before:
                    raise _bad(
                        picture.file, f"object {thing.key}", f"{before}, as in files before", f"{thing}",
                        "Give it one name and class, or another object_id.",
                    )  # fmt: skip
            if len({thing.key for thing in here}) < len(here):
                raise _bad(
                    picture.file, "object_id", "each once on a picture", f"{[thing.key for thing in here]}",
                    "Delete one of them or give it another id.",
                )  # fmt: skip
        return things


_BOX = "Correct the box or delete the object."
_FROM_0 = "Some boxes begin at 0, so pixels were taken to count from 0, and ends to be exclusive."


def _picture(file: Path, names: KnownNames) -> tuple[str | None, _Picture]:
    try:
        root = ET.parse(file).getroot()
    except ET.ParseError as error:
        line = error.position[0]
        raise BadLabels(
            f"{file}, line {line}: no XML ({error}); correct it or delete the file.", path=file, line=line
        ) from error
    if root.tag != "annotation":
        raise _bad(file, "the root", "annotation", root.tag, "Take files of other formats out of the folder.")
    video, name = names.split(file.stem)
    frame_idx = None
    if (dwell := root.find("dwell")) is not None:
        video, name = (_text(file, dwell, tag) for tag in ("video", "name"))
        frame_idx = _whole(file, dwell, "frame_idx", 0)
    objects = tuple(_object(file, element) for element in root.iterfind("object"))
    return video, _Picture(file, name, frame_idx, _size(file, root), objects)


def _size(file: Path, root: ET.Element) -> tuple[int, int] | None:
    """As it stands in the file; None: it does not, or it is 0 as some programs leave it."""
    size = root.find("size")
    if size is None:
        return None
    height, width = (_whole(file, size, tag, 0) for tag in ("height", "width"))
    return (height, width) if height and width else None


def _object(file: Path, element: ET.Element) -> _Object:
    category = _text(file, element, "name")
    box = element.find("bndbox")
    if box is None:
        raise _bad(file, f"object {category!r}", "bndbox", "none", "Add the box or delete the object.")
    x0, y0, x1, y1 = (_number(file, box, tag) for tag in ("xmin", "ymin", "xmax", "ymax"))
    if x1 < x0 or y1 < y0:
        raise _bad(
            file, f"object {category!r}", "xmin up to xmax and ymin up to ymax",
            f"{x0:g}, {y0:g}, {x1:g}, {y1:g}", _BOX,
        )  # fmt: skip
    thing = _thing(file, category, dict(_attributes(element)))
    return _Object(category, thing.key if thing else None, thing, (x0, y0, x1, y1))


def _attributes(element: ET.Element) -> Iterator[tuple[str, str]]:
    for attribute in element.iterfind("attributes/attribute"):
        yield attribute.findtext("name", ""), attribute.findtext("value", "")


def _thing(file: Path, category: str, said: dict[str, str]) -> FoundThing | None:
    text = said.get("object_id", said.get("track_id"))
    if text is None:
        return None
    keys = []
    for name, value in (("object_id", text), ("part_of", said.get("part_of"))):
        if value is not None and not (value.isascii() and value.isdigit() and int(value) > 0):
            raise _bad(
                file, f"{name} of {category!r}", "a whole number from 1 on", repr(value), "Correct it."
            )
        keys.append(None if value is None else int(value))
    key, part_of = keys[0] or 0, keys[1]
    name = said.get("aoi") or f"{category} {key}"
    return FoundThing(
        key, name, None if category == said.get("aoi") else category, said.get("colour"), part_of
    )


def _text(file: Path, parent: ET.Element, tag: str) -> str:
    text = parent.findtext(tag)
    if not text:
        raise _bad(file, f"{parent.tag}/{tag}", "a text", "none", "Add it.")
    return text


def _number(file: Path, parent: ET.Element, tag: str) -> float:
    text = _text(file, parent, tag)
    with suppress(ValueError):
        if math.isfinite(value := float(text)):
            return value
    raise _bad(file, f"{parent.tag}/{tag}", "a number", repr(text), "Correct it.")


def _whole(file: Path, parent: ET.Element, tag: str, least: int) -> int:
    value = _number(file, parent, tag)
    if value != int(value) or value < least:
        raise _bad(
            file, f"{parent.tag}/{tag}", f"a whole number from {least} on", f"{value:g}", "Correct it."
        )
    return int(value)


def _bad(file: Path, where: str, expected: str, found: str, remedy: str) -> BadLabels:
    return BadLabels(f"{file}, {where}: expected {expected}; found {found}. {remedy}", path=file)
