"""The formats that a project can be written in, as the list of formats has them."""

from __future__ import annotations

from functools import cache
from typing import Any

from dwell.app.messages import FormatInfo
from dwell.errors import OutputError
from dwell.labels import can_read
from dwell.registry import FORMATS, GAZE_FORMATS, Registry, load

__all__ = ["doing", "formats_offered"]


@cache
def formats_offered() -> tuple[FormatInfo, ...]:
    """All of them, in the order in which they are listed; imports them all."""
    labels = [_label_format(name) for name in FORMATS]
    return (*labels, *(_gaze_format(name) for name in GAZE_FORMATS))


def doing(name: str) -> str:
    """What a task says while it writes a format."""
    return next(each.doing for each in formats_offered() if each.name == name)


def _label_format(name: str) -> FormatInfo:
    kind = _loaded(FORMATS, name)
    if isinstance(kind, str):
        return _missing(name, "labels", kind)
    about = kind.about
    return FormatInfo(
        name=name,
        title=about.title,
        group="volume" if about.of_volume else "labels",
        files=about.files,
        keeps=about.keeps,
        loses=about.loses,
        source=about.source,
        reads=can_read(kind),
        boxes=about.shape == "box",
        doing=f"Writing {about.title}",
    )


def _gaze_format(name: str) -> FormatInfo:
    kind = _loaded(GAZE_FORMATS, name)
    if isinstance(kind, str):
        return _missing(name, "gaze", kind)
    about = kind.about
    return FormatInfo(
        name=name,
        title=about.title,
        group="gaze",
        files=about.files,
        keeps=about.keeps,
        loses=about.loses,
        source=about.source,
        reads=False,
        boxes=False,
        doing=f"Writing {about.title}",
    )


def _loaded(registry: Registry, name: str) -> Any:
    """The class; or why it cannot be used."""
    try:
        return load(registry, name)
    except OutputError as error:
        return str(error)


def _missing(name: str, group: Any, why: str) -> FormatInfo:
    return FormatInfo(
        name=name, title=name, group=group, files="", keeps="", loses="", source="", reads=False, boxes=False,
        doing=f"Writing {name}", missing=why,
    )  # fmt: skip
