"""Files of CVAT, of videos and of images, as labels that were found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dwell.errors import BadLabels
from dwell.formats.cvat.parts import Identity, Losses, Part, Picture, parts_of
from dwell.formats.cvat.sources import Source, sources_of, writes_for
from dwell.formats.cvat.tasks import Head, Task, read_head
from dwell.formats.cvat.xml_events import elements
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo, Known
from dwell.masks import Mask
from dwell.types import ProgressFn

__all__ = ["read_tasks", "writes_for"]

_OF_VIDEO = re.compile(r"frame_\d{6,}")
"""CVAT's name for a frame of a video."""


@dataclass
class _Scan:
    """What the first reading finds of one task."""

    task: Task
    things: dict[Identity, tuple[str, str]] = field(default_factory=dict)
    """In order of appearance: label and name of the AOI."""
    shapes: Counter[tuple[Identity, int]] = field(default_factory=Counter)
    """How many shapes a thing has on a frame."""
    pictures: list[Picture] = field(default_factory=list)
    last_frame: int = -1


def read_tasks(path: Path, known: Known, progress: ProgressFn | None) -> list[FoundVideo]:
    """The labels of every task in a file, zip or folder.

    Raises:
        BadLabels: a file is damaged or says what CVAT does not allow.
    """
    sources = sources_of(path)
    total, done = sum(source.n_bytes for source in sources), 0
    videos: list[FoundVideo] = []
    for source in sources:
        videos += _read(source, known, progress, done, total)
        done += source.n_bytes
    return videos


def _read(
    source: Source, known: Known, progress: ProgressFn | None, before: int, total: int
) -> list[FoundVideo]:
    losses = Losses()
    with source.open() as file:
        found = elements(file, source.path)
        head = read_head(found, source.path)
        scans = [_Scan(task) for task in head.tasks]
        for i, part in enumerate(parts_of(found, head, source.path, known, losses)):
            _note(scans[part.task], part)
            if progress is not None and i % 256 == 0:
                progress(before + min(file.tell(), source.n_bytes), total)
    if progress is not None:
        progress(before + source.n_bytes, total)
    return [_video(scan, place, source, head, known, losses) for place, scan in enumerate(scans)]


def _note(scan: _Scan, part: Part | Picture) -> None:
    if isinstance(part, Picture):
        scan.pictures.append(part)
        return
    label, aoi = scan.things.get(part.thing, (part.label, ""))
    scan.things[part.thing] = label, aoi or part.aoi
    scan.shapes[part.thing, part.frame] += 1
    scan.last_frame = max(scan.last_frame, part.frame)


def _video(scan: _Scan, place: int, source: Source, head: Head, known: Known, losses: Losses) -> FoundVideo:
    keys = _keys(scan)
    names, numbers = _pictures(scan, source) if scan.pictures else _frames(scan)
    things = [_thing(each, keys[each], *said, head) for each, said in scan.things.items()]
    n_joined = sum(n > 1 for (thing, _), n in scan.shapes.items() if thing.kind == "label")
    joined = f"{n_joined} times several shapes of one label are on a frame and became one mask."
    size_hw = _size_of(scan, source, known)
    return FoundVideo(
        scan.task.name or source.name,
        size_hw,
        names,
        numbers,
        sorted(things, key=lambda thing: thing.key),
        lambda: _labels(source, place, keys, scan.shapes, size_hw),
        len(scan.shapes),
        (*losses.notes, *([joined] if n_joined else [])),
    )


def _keys(scan: _Scan) -> dict[Identity, int]:
    """Ids of Dwell stay, then groups and tracks keep their numbers where these are free."""
    keys: dict[Identity, int] = {}
    taken: set[int] = set()
    for kind in ("id", "group", "track", "label"):
        for thing in scan.things:
            if thing.kind == kind:
                wanted = thing.number + 1 if kind in ("track", "label") else thing.number
                keys[thing] = max(taken) + 1 if wanted in taken else wanted
                taken.add(keys[thing])
    return keys


def _thing(thing: Identity, key: int, label: str, aoi: str, head: Head) -> FoundThing:
    name = aoi or (label if thing.kind == "label" else f"{label} {key}")
    return FoundThing(key, name, None if label == name else label, head.colours.get(label))


def _frames(scan: _Scan) -> tuple[list[str], list[int]]:
    last = max(scan.last_frame, scan.task.last_frame or 0)
    return [f"{i:05d}" for i in range(last + 1)], list(range(last + 1))


def _pictures(scan: _Scan, source: Source) -> tuple[list[str], list[int] | None]:
    """Names of the pictures, and their frames where they were taken from a video."""
    paths = [PurePosixPath(picture.name) for picture in scan.pictures]
    names = [path.stem for path in paths]
    if len(set(names)) < len(names):
        names = [str(path.parent / path.stem) for path in paths]
    n_each = Counter(names)
    for name, picture in zip(names, scan.pictures, strict=True):
        if n_each[name] > 1:
            raise _bad(source, picture.line, f"<image> {name!r} is there {n_each[name]} times")
    numbers = [picture.number for picture in scan.pictures if picture.number is not None]
    if len(numbers) < len(names) or not _are_frames(names, numbers, scan.task):
        return names, None
    if len(set(numbers)) < len(numbers) or min(numbers) < 0:
        raise _bad(source, scan.pictures[0].line, "the images have no id= of their own from 0 on")
    return names, numbers


def _are_frames(names: list[str], numbers: list[int], task: Task) -> bool:
    """The ids of images are frames of a video; where their names say which, they agree with them."""
    if all(_OF_VIDEO.fullmatch(name) for name in names):
        return all(int(name[6:]) == number for name, number in zip(names, numbers, strict=True))
    return task.mode == "interpolation"


def _size_of(scan: _Scan, source: Source, known: Known) -> tuple[int, int]:
    task = scan.task
    if scan.pictures:
        first = scan.pictures[0]
        for picture in scan.pictures:
            if picture.size_hw != first.size_hw:
                sizes = " and ".join(f"{w}×{h}" for h, w in (first.size_hw, picture.size_hw))
                raise _bad(source, picture.line, f"images of {sizes} px, and a video has frames of one size")
        return first.size_hw
    if task.height is not None and task.width is not None:
        return task.height, task.width
    if known.size_hw is None:
        raise BadLabels(
            f"{source.path.name} does not say how large the frames are, as <original_size> does; name the "
            "video that they belong to.",
            path=source.path,
        )
    return known.size_hw


def _bad(source: Source, line: int, what: str) -> BadLabels:
    text = f"{source.path.name}, line {line}: {what}; export it anew."
    return BadLabels(text, path=source.path, line=line)


def _labels(
    source: Source,
    task: int,
    keys: dict[Identity, int],
    n_shapes: Counter[tuple[Identity, int]],
    size_hw: tuple[int, int],
) -> Iterator[FoundLabel]:
    """In the file's order; what has several shapes on a frame comes once all are read."""
    waiting: dict[tuple[Identity, int], list[Part]] = {}
    with source.open() as file:
        found = elements(file, source.path)
        head = read_head(found, source.path)
        for part in parts_of(found, head, source.path, Known(size_hw), Losses()):
            if isinstance(part, Picture) or part.task != task:
                continue
            place = (part.thing, part.frame)
            together = [*waiting.pop(place, ()), part]
            if len(together) < n_shapes[place]:
                waiting[place] = together
                continue
            yield _label(keys[part.thing], together, size_hw)


def _label(key: int, parts: list[Part], size_hw: tuple[int, int]) -> FoundLabel:
    keyframe = any(part.keyframe for part in parts)
    area = parts[0].area
    if len(parts) == 1 and not isinstance(area, Mask):
        return FoundLabel(key, parts[0].frame, box_xyxy=area, keyframe=keyframe)
    mask = Mask.empty(size_hw)
    for part in parts:
        mask = mask | (part.area if isinstance(part.area, Mask) else Mask.from_box(part.area, size_hw))
    return FoundLabel(key, parts[0].frame, mask, keyframe=keyframe)
