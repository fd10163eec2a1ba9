"""Shapes of a CVAT file, each with the thing it belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dwell.errors import BadLabels
from dwell.formats.cvat.shapes_reading import READ, SHAPES, Shape, area_of
from dwell.formats.cvat.tasks import Head, Task
from dwell.formats.cvat.xml_events import Element
from dwell.formats.cvat.xml_writing import AOI_ATTRIBUTES
from dwell.formats.found import Known
from dwell.formats.limits import MOST_FRAMES
from dwell.masks import Mask

__all__ = ["Losses", "Part", "Picture", "parts_of"]

_BY_COMPUTER = ("auto", "semi-auto")


@dataclass(frozen=True)
class Identity:
    """What makes shapes one thing."""

    kind: str
    """``id``: Dwell's own attribute; ``group``, ``track``, or ``label``: all of one class."""
    number: int
    label: str = ""
    """Of a ``group`` or ``label``."""


@dataclass(frozen=True)
class Part:
    """One shape, or a part of one that is in several."""

    task: int
    thing: Identity
    label: str
    aoi: str
    """Name of the AOI; empty: not said."""
    frame: int
    """Of a track: the frame's number; of a picture: its place."""
    area: Mask | tuple[float, float, float, float]
    keyframe: bool


@dataclass(frozen=True)
class Picture:
    """An ``image``."""

    task: int
    number: int | None
    """Its ``id``: of a frame of a video, the frame."""
    name: str
    size_hw: tuple[int, int]
    line: int


@dataclass
class Losses:
    """What cannot be kept, counted."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, sentence: str, n: int = 1) -> None:
        """Count; the sentence has ``{n}`` in it."""
        self.counts[sentence] += n

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence each."""
        return tuple(sentence.replace("{n}", str(n)) for sentence, n in self.counts.items() if n)


@dataclass
class _Owner:
    """A track or an image that is open."""

    tag: str
    values: Mapping[str, str]
    line: int
    number: int
    task: int
    size_hw: tuple[int, int]
    last: tuple[int, bool] | None = None
    """Of a track: frame of the shape before, and whether it ended there."""
    frames: set[int] = field(default_factory=set)


def parts_of(
    found: Iterator[Element], head: Head, path: Path, known: Known, losses: Losses
) -> Iterator[Part | Picture]:
    """Every shape that has an area, and every picture before its shapes.

    Raises:
        BadLabels: the file says what CVAT does not allow.
    """
    waiting: Part | None = None  # the first of a track: alone in it, it is a shape that CVAT wrote as a track
    numbers: Counter[tuple[str, int]] = Counter()
    for owner, shape in _owned(found, head, path, known, numbers):
        if shape is None:
            if owner.tag == "image" and owner.last is None:
                owner.last = (0, False)
                yield _picture(owner, path)
            elif waiting is not None:
                yield _as_shape(waiting, owner)
                waiting = None
            continue
        part = _part(owner, shape, head.tasks[owner.task], losses)
        if part is None:
            continue
        if owner.tag == "track" and len(owner.frames) == 1:
            waiting = part
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        yield part


def _owned(
    found: Iterator[Element], head: Head, path: Path, known: Known, numbers: Counter[tuple[str, int]]
) -> Iterator[tuple[_Owner, Shape | None]]:
    """Every shape with its track or image; that alone when it begins and when it ends."""
    owner: _Owner | None = None
    shape: Shape | None = None
    for element in found:
        if element.tag in ("track", "image") and element.depth == 2:
            if not element.ended:
                owner = _opened(element, head, path, known, numbers)
            assert owner is not None
            yield owner, None
            owner = None if element.ended else owner
        elif owner is not None and element.depth == 3 and element.tag in (*SHAPES, "tag"):
            if not element.ended:
                shape = Shape(element.tag, element.values, path, element.line)
            elif shape is not None:
                yield owner, shape
        elif element.ended and element.tag == "attribute" and element.depth == 4 and shape is not None:
            shape.attributes[element.values.get("name", "")] = element.text


def _opened(
    element: Element, head: Head, path: Path, known: Known, numbers: Counter[tuple[str, int]]
) -> _Owner:
    task = _task_of(element, head, path)
    shape = Shape(element.tag, element.values, path, element.line)
    size = (head.tasks[task].height, head.tasks[task].width)
    if element.tag == "image" and {"width", "height"} & element.values.keys():
        size = (shape.whole("height"), shape.whole("width"))
        if min(size) < 1:
            raise shape.bad(f"is {size[1]}×{size[0]} px large; expected at least one pixel a side.")
    height, width = size if None not in size else known.size_hw or (None, None)
    if height is None or width is None:
        raise shape.bad(
            "does not say how large its frames are, nor does <original_size>; name the video they belong to."
        )
    number = numbers[element.tag, task]
    numbers[element.tag, task] += 1
    return _Owner(element.tag, element.values, element.line, number, task, (height, width))


def _task_of(element: Element, head: Head, path: Path) -> int:
    wanted = element.values.get("task_id")
    if wanted is None:
        return 0
    for place, task in enumerate(head.tasks):
        if task.id == wanted:
            return place
    raise BadLabels(
        f"{path.name}, line {element.line}: <{element.tag}> is of task {wanted!r}, and <meta> has "
        f"{', '.join(task.id for task in head.tasks)}; export it anew.",
        path=path,
        line=element.line,
    )


def _part(owner: _Owner, shape: Shape, task: Task, losses: Losses) -> Part | None:
    if shape.tag not in READ:
        losses.add(f"{{n}} × {shape.tag}: it has no area, so it is no AOI.")
        return None
    is_track = owner.tag == "track"
    if is_track:
        frame = _frame(owner, shape, task, losses)
        if frame is None:
            return None
    else:
        frame = owner.number
    area = area_of(shape, owner.size_hw)
    if area is None:
        losses.add("{n} shapes have no pixel within the frame.")
        return None
    owner.frames.add(frame)
    _count_rest(shape, losses)
    source = (owner if is_track else shape).values.get("source", "")
    keyframe = shape.values.get("keyframe", "1") == "1" and source not in _BY_COMPUTER
    thing, label = _identity(owner, shape)
    aoi = shape.attributes.get(AOI_ATTRIBUTES[1], "")
    return Part(owner.task, thing, label, aoi, frame, area, keyframe)


def _frame(owner: _Owner, shape: Shape, task: Task, losses: Losses) -> int | None:
    """The frame of a track's shape; None: it says that there is nothing from here on."""
    frame = shape.whole("frame")
    before, owner.last = owner.last, (frame, shape.values.get("outside") == "1")
    if before is not None and not before[1] and frame > before[0] + task.step:
        losses.add(
            "{n} frames between keyframes have no label: CVAT makes them up, and they are not in the file; "
            "export it from CVAT, which writes them.",
            (frame - 1 - before[0]) // task.step,
        )
    if owner.last[1]:
        return None
    last = task.last_frame
    if frame < 0 or frame > (MOST_FRAMES if last is None else last):
        raise shape.bad(f"is on frame {frame}, and the task has frames 0 … {last or MOST_FRAMES}.")
    if frame in owner.frames:
        raise shape.bad(f"is the second of its track on frame {frame}; a track has one shape a frame.")
    return frame


def _identity(owner: _Owner, shape: Shape) -> tuple[Identity, str]:
    """What it belongs to, and its label."""
    label = (owner if owner.tag == "track" else shape).values.get("label")
    if label is None:
        raise shape.bad("has no label=; export it anew.")
    object_id = shape.attributes.get(AOI_ATTRIBUTES[0], "").strip()
    if object_id.isdecimal() and 0 < int(object_id) < 2**31:
        return Identity("id", int(object_id)), label
    if owner.tag == "track" and shape.tag != "mask":
        return Identity("track", owner.number), label
    return _of_shape(owner.values if owner.tag == "track" else shape.values, label), label


def _of_shape(values: Mapping[str, str], label: str) -> Identity:
    """Shapes of one group and label are one thing; without a group, all of a label."""
    group = values.get("group_id", "").strip()
    in_group = group.isdecimal() and 0 < int(group) < 2**31
    return Identity("group", int(group), label) if in_group else Identity("label", 0, label)


def _as_shape(part: Part, owner: _Owner) -> Part:
    is_track = part.thing.kind == "track"
    return replace(part, thing=_of_shape(owner.values, part.label)) if is_track else part


def _picture(owner: _Owner, path: Path) -> Picture:
    shape = Shape("image", owner.values, path, owner.line)
    number = shape.whole("id") if "id" in owner.values else None
    return Picture(owner.task, number, shape.text("name"), owner.size_hw, owner.line)


def _count_rest(shape: Shape, losses: Losses) -> None:
    if shape.values.get("occluded") == "1":
        losses.add("{n} shapes are marked as occluded, for which Dwell has no place.")
    for name in shape.attributes.keys() - set(AOI_ATTRIBUTES):
        losses.add(f"{{n}} shapes have a value of the attribute {name!r}, for which Dwell has no place.")
