"""Exports of Label Studio as labels that were found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dwell.errors import BadLabels
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo, Known
from dwell.formats.label_studio.parts import Losses, Part, Picture, Thing, parts_of
from dwell.formats.label_studio.regions import Place
from dwell.formats.label_studio.tasks import TaskFile
from dwell.formats.limits import MOST_FRAMES
from dwell.masks import Mask
from dwell.types import ProgressFn

__all__ = ["is_file_of_tasks", "read_tasks"]

_HEAD = 1 << 16


@dataclass
class _Scan:
    """What the first reading finds of one video."""

    pictures: list[Picture] = field(default_factory=list)
    things: dict[Thing, tuple[str, str]] = field(default_factory=dict)
    """Label and name of the AOI."""
    regions: Counter[tuple[Thing, int]] = field(default_factory=Counter)
    size_hw: tuple[int, int] | None = None

    def note(self, part: Picture | Part) -> None:
        """Takes in what is said."""
        if isinstance(part, Picture):
            self._note_picture(part)
            return
        if self.size_hw not in (None, part.size_hw):
            raise part.place.bad(
                f"{_size(part.size_hw)}, and {_size(self.size_hw)} before; expected one size."
            )
        if part.frame >= MOST_FRAMES:
            raise part.place.bad(f"a box on frame {part.frame + 1}; expected at most {MOST_FRAMES}.")
        self.size_hw = part.size_hw
        label, aoi = self.things.get(part.thing, (part.label, ""))
        self.things[part.thing] = label, aoi or part.aoi
        self.regions[part.thing, part.frame] += 1

    def _note_picture(self, picture: Picture) -> None:
        if self.pictures and not (picture.name and self.pictures[0].name):
            raise picture.place.bad(f"the video {picture.video!r} has two tasks; export one at a time.")
        self.pictures.append(picture)


def read_tasks(path: Path, known: Known, progress: ProgressFn | None) -> list[FoundVideo]:
    """The labels of every video in an export.

    Raises:
        BadLabels: the file is damaged or says what Label Studio does not allow.
    """
    path = _file_of(path)
    n_bytes = path.stat().st_size
    losses = Losses()
    scans: dict[str, _Scan] = {}
    with _opened(path) as file:
        for i, part in enumerate(parts_of(file, known, losses)):
            scans.setdefault(part.video, _Scan()).note(part)
            if progress is not None and i % 256 == 0:
                progress(min(file.file.buffer.tell(), n_bytes), n_bytes)
    if progress is not None:
        progress(n_bytes, n_bytes)
    return [_video(name, scan, path, known, losses) for name, scan in scans.items()]


def is_file_of_tasks(path: Path) -> bool:
    """By its first bytes: a list of tasks with data and annotations or predictions."""
    try:
        with _file_of(path).open("rb") as file:
            head = file.read(_HEAD)
    except (BadLabels, OSError):
        return False
    if not re.match(rb"\s*(\[\s*)?\{", head):
        return False
    is_task = re.search(rb'"(annotations|completions|predictions)"\s*:\s*\[', head)
    return bool(
        is_task and re.search(rb'"(data|result)"\s*:', head) and not re.search(rb'"images"\s*:\s*\[', head)
    )


def _file_of(path: Path) -> Path:
    if path.is_dir():
        names = [path / name for name in ("images.json", "video.json")]
        found = [each for each in names if each.is_file()] or sorted(path.glob("*.json"))
        if not found:
            raise BadLabels(f"{path} has no JSON file in it; name the export from Label Studio.", path=path)
        return found[0]
    if not path.is_file():
        raise BadLabels(f"{path} is not there; name the export from Label Studio.", path=path)
    return path


@contextmanager
def _opened(path: Path) -> Iterator[TaskFile]:
    with path.open(encoding="utf-8-sig") as file:
        yield TaskFile(path, file)


def _video(name: str, scan: _Scan, path: Path, known: Known, losses: Losses) -> FoundVideo:
    size_hw = scan.size_hw or known.size_hw
    if size_hw is None:
        raise scan.pictures[0].place.bad(
            "nothing is labelled in it, so nothing says how large it is; name the video that it belongs to."
        )
    keys = _keys(scan)
    names, numbers = _pictures(scan) if scan.pictures[0].name else _frames(scan)
    n_joined = sum(n > 1 for n in scan.regions.values())
    joined = f"{n_joined} times several regions of one thing are on a frame and became one mask."
    return FoundVideo(
        name,
        size_hw,
        names,
        numbers,
        sorted((_thing(each, keys[each], *said) for each, said in scan.things.items()), key=lambda t: t.key),
        lambda: _labels(path, name, keys, scan.regions, size_hw),
        len(scan.regions),
        (*losses.notes, *([joined] if n_joined else [])),
    )


def _keys(scan: _Scan) -> dict[Thing, int]:
    keys: dict[Thing, int] = {}
    for kind in ("id", "region", "label"):
        for thing in scan.things:
            if thing[0] == kind:
                free = max(keys.values(), default=0) + 1
                keys[thing] = thing[1] if kind == "id" else free
    return keys


def _thing(thing: Thing, key: int, label: str, aoi: str) -> FoundThing:
    name = aoi or (label if thing[0] == "label" else f"{label} {key}")
    return FoundThing(key, name, None if label == name else label)


def _frames(scan: _Scan) -> tuple[list[str], list[int]]:
    last = max((frame for _, frame in scan.regions), default=-1)
    n_frames = max(last + 1, min(scan.pictures[0].n_frames, MOST_FRAMES))
    return [f"{i:05d}" for i in range(n_frames)], list(range(n_frames))


def _pictures(scan: _Scan) -> tuple[list[str], list[int] | None]:
    seen: dict[str | int, Place] = {}
    for picture in scan.pictures:
        if picture.name in seen:
            raise picture.place.bad(f"a second task with the image {picture.name!r}; remove one.")
        seen[picture.name] = picture.place
    numbers = [picture.frame_idx for picture in scan.pictures if picture.frame_idx is not None]
    in_all = len(set(numbers)) == len(scan.pictures)
    return [picture.name for picture in scan.pictures], numbers if in_all else None


def _labels(
    path: Path,
    video: str,
    keys: dict[Thing, int],
    n_regions: Counter[tuple[Thing, int]],
    size_hw: tuple[int, int],
) -> Iterator[FoundLabel]:
    """In the file's order; what has several regions on a frame comes once all are read."""
    waiting: dict[tuple[Thing, int], list[Part]] = {}
    with _opened(path) as file:
        for part in parts_of(file, Known(size_hw), Losses()):
            if isinstance(part, Picture) or part.video != video:
                continue
            place = (part.thing, part.frame)
            together = [*waiting.pop(place, ()), part]
            if len(together) < n_regions[place]:
                waiting[place] = together
            else:
                yield _label(keys[part.thing], together, size_hw)


def _label(key: int, parts: list[Part], size_hw: tuple[int, int]) -> FoundLabel:
    first = parts[0]
    keyframe = any(part.keyframe for part in parts)
    if len(parts) == 1 and not isinstance(first.area, Mask):
        return FoundLabel(key, first.frame, None, first.area, score=first.score, keyframe=keyframe)
    mask = Mask.empty(size_hw)
    for part in parts:
        mask = mask | (part.area if isinstance(part.area, Mask) else Mask.from_box(part.area, size_hw))
    return FoundLabel(key, first.frame, mask, score=first.score, keyframe=keyframe)


def _size(size_hw: tuple[int, int] | None) -> str:
    height, width = size_hw or (0, 0)
    return f"{width}×{height} px"
