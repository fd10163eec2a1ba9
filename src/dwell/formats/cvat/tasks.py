"""What the head of a CVAT file says: its tasks and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dwell.errors import BadLabels
from dwell.formats.cvat.xml_events import Element

__all__ = ["Head", "Task", "read_head"]

_COLOUR = re.compile("#[0-9a-f]{6}")


@dataclass
class Task:
    """One video or set of images."""

    id: str = ""
    name: str = ""
    mode: str = ""
    """``interpolation`` for a video, ``annotation`` for images; empty: not said."""
    n_frames: int | None = None
    start: int = 0
    """First frame."""
    stop: int | None = None
    """Last frame; None: not said."""
    step: int = 1
    """From one frame of the task to the next."""
    width: int | None = None
    height: int | None = None

    @property
    def last_frame(self) -> int | None:
        """As said, or by the number of frames."""
        if self.stop is None and self.n_frames is not None:
            return self.start + (self.n_frames - 1) * self.step
        return self.stop


@dataclass
class Head:
    """Before the first shape."""

    tasks: list[Task] = field(default_factory=list)
    colours: dict[str, str | None] = field(default_factory=dict)
    """By label: ``#rrggbb``; None: not said."""


def read_head(found: Iterator[Element], path: Path) -> Head:
    """Reads up to the end of ``meta``.

    Raises:
        BadLabels: the root is no ``annotations``, or ``meta`` is missing or says what it may not.
    """
    root = next(found)
    if root.tag != "annotations":
        raise BadLabels(
            f"{path.name}, line {root.line}: the root is <{root.tag}>, and CVAT's is <annotations>; this is "
            "no file of CVAT.",
            path=path,
            line=root.line,
        )
    head = Head()
    trail: list[str] = []
    for element in found:
        if not element.ended:
            trail.append(element.tag)
            _begin(head, element, path)
            continue
        if trail == ["meta"]:
            head.tasks = head.tasks or [Task()]
            return head
        inside = trail[-2] if len(trail) > 1 else ""
        if inside == "label":
            _take_label(head, element)
        elif head.tasks:
            _take(head.tasks[-1], inside, element, path)
        trail = trail[:-1]
    raise BadLabels(f"{path.name} has no <meta>; it is no file of CVAT, or is cut off.", path=path)


def _begin(head: Head, element: Element, path: Path) -> None:
    if element.tag in ("task", "job"):
        head.tasks.append(Task())
    if element.tag in ("track", "image"):
        raise BadLabels(
            f"{path.name}, line {element.line}: <{element.tag}> comes before <meta>, which names the labels; "
            "export it anew.",
            path=path,
            line=element.line,
        )


def _take_label(head: Head, element: Element) -> None:
    if element.tag == "name":
        head.colours.setdefault(element.text, None)
    elif element.tag == "color" and head.colours:
        colour = element.text.strip().lower()
        head.colours[list(head.colours)[-1]] = colour if _COLOUR.fullmatch(colour) else None


def _take(task: Task, inside: str, element: Element, path: Path) -> None:
    tag = element.tag
    if inside == "original_size" and tag in ("width", "height"):
        setattr(task, tag, _whole(element, path, at_least=1))
    elif inside not in ("task", "job"):
        return
    elif tag in ("id", "name", "mode"):
        setattr(task, tag, element.text if tag == "name" else element.text.strip())
    elif tag == "size":
        task.n_frames = _whole(element, path)
    elif tag == "start_frame":
        task.start = _whole(element, path)
    elif tag == "stop_frame":
        task.stop = _whole(element, path)
    elif tag == "frame_filter" and element.text.strip().startswith("step="):
        step = Element(tag, {}, element.line, element.depth, element.text.strip().removeprefix("step="))
        task.step = _whole(step, path, at_least=1)


def _whole(element: Element, path: Path, at_least: int = 0) -> int:
    try:
        value = int(element.text)
    except ValueError:
        value = at_least - 1
    if value < at_least:
        raise BadLabels(
            f"{path.name}, line {element.line}: <{element.tag}> is {element.text.strip()[:40]!r}, expected a "
            f"whole number from {at_least} on.",
            path=path,
            line=element.line,
        )
    return value
