"""Things and videos as the COCO family of formats names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from dwell.errors import BadLabels
from dwell.formats.found import FoundThing
from dwell.formats.json_reading import Entry

__all__ = ["category_names", "check_keys", "check_once", "stem_of", "thing_of"]


def category_names(entries: Mapping[int, Entry]) -> dict[int, str]:
    """The name of each category by its id."""
    return {number: entry.text("name") for number, entry in entries.items()}


def thing_of(entry: Entry, number: int, category: str | None) -> FoundThing:
    """The thing that an entry describes, by our own keys where it has them, see ``own_keys``.

    Args:
        entry: with or without them.
        number: its id in the file, ≥ 1, where there is no ``object_id``.
        category: as the format says it.
    """
    if entry.has("aoi_category") or "aoi_category" in entry.fields:
        category = entry.some_text("aoi_category")
    key = entry.some_whole("object_id", 1) or number
    name = entry.some_text("aoi") or entry.some_text("name") or f"{category or 'object'} {key}"
    return FoundThing(key, name, category, entry.colour("colour"), entry.some_whole("part_of", 1))


def check_keys(path: Path, video: str, things: list[FoundThing]) -> None:
    """Refuse two things of one key."""
    seen: dict[int, FoundThing] = {}
    for each in things:
        other = seen.setdefault(each.key, each)
        if other is not each:
            raise BadLabels(
                f"{path}: video {video!r}: {other.name!r} and {each.name!r} have the same id {each.key}; "
                "give each track an id of its own.",
                path=path,
            )


def check_once(entry: Entry, name: str, values: Sequence[str]) -> None:
    """Refuse a list of pictures in which one stands twice."""
    seen: dict[str, int] = {}
    for i, value in enumerate(values):
        other = seen.setdefault(value, i)
        if other != i:
            raise entry.bad(f"{name}[{i}]", "each picture once", f"{value}, as in {name}[{other}]")


def stem_of(file: str) -> str:
    """Name of a picture without its folder and ending, whichever slashes it has."""
    return PurePosixPath(file.replace("\\", "/")).stem
