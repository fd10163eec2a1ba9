"""Strict reading of JSON labels: every complaint names the file and the key: ``annotations[12].bbox``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from dwell.errors import BadLabels
from dwell.formats.limits import LARGEST
from dwell.types import ProgressFn

__all__ = ["Entry", "head_has", "json_files", "read_files", "read_json"]

_HEAD_BYTES = 1 << 20
"""So much of a file is looked at to tell its format."""
_MOST_PIXELS = (1 << 32) - 1
"""A mask has room for no more."""


class Entry:
    """A JSON object, and where it stands in which file. A value of null counts as absent."""

    __slots__ = ("fields", "key", "path")

    def __init__(self, path: Path, key: str, value: Any) -> None:
        self.path = path
        self.key = key
        """Where it stands: ``annotations[12]``; empty: it is the whole file."""
        if not isinstance(value, dict):
            raise self.bad("", "an object {…}", value)
        self.fields: dict[str, Any] = value

    def bad(self, name: str, expected: str, found: Any, remedy: str = "correct the file") -> BadLabels:
        """The error for the value called ``name``; an empty name means the whole entry."""
        where = ".".join(part for part in (self.key, name) if part) or "the file"
        return BadLabels(
            f"{self.path}: {where}: expected {expected}, found {_short(found)}; {remedy}.", path=self.path
        )

    def get(self, name: str) -> Any:
        """The value, None if it is absent."""
        return self.fields.get(name)

    def has(self, name: str) -> bool:
        """There is such a value."""
        return self.fields.get(name) is not None

    def need(self, name: str, expected: str) -> Any:
        """The value, which must be there."""
        value = self.fields.get(name)
        if value is None:
            raise self.bad(name, expected, "nothing" if name not in self.fields else None)
        return value

    def whole(self, name: str, at_least: int = 0) -> int:
        """A whole number, also one written as 848.0."""
        expected = f"a whole number ≥ {at_least}"
        value = self.need(name, expected)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not abs(value) < LARGEST or value != int(value) or value < at_least:
            raise self.bad(name, expected, value)
        return int(value)

    def text(self, name: str) -> str:
        """A string, not empty."""
        value = self.need(name, "a text")
        if not isinstance(value, str) or not value:
            raise self.bad(name, "a text", value)
        return value

    def some_text(self, name: str) -> str | None:
        """A string, None if it is absent."""
        return self.text(name) if self.has(name) else None

    def some_whole(self, name: str, at_least: int = 0) -> int | None:
        """A whole number, None if it is absent."""
        return self.whole(name, at_least) if self.has(name) else None

    def share(self, name: str) -> float | None:
        """A number 0 … 1, None if it is absent."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise self.bad(name, "a number 0 … 1", value)
        return float(value)

    def colour(self, name: str) -> str | None:
        """A colour ``#rrggbb``, None if it is absent."""
        value = self.some_text(name)
        if value is not None and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise self.bad(name, "a colour #rrggbb", value)
        return value

    def items(self, name: str, length: int | None = None) -> list[Any]:
        """A list; ``length``: so long."""
        expected = "a list […]" if length is None else f"a list of {length}"
        value = self.need(name, expected)
        if not isinstance(value, list):
            raise self.bad(name, expected, value)
        if length is not None and len(value) != length:
            raise self.bad(name, expected, f"one of {len(value)}")
        return value

    def entries(self, name: str) -> Iterator[Entry]:
        """The objects of a list."""
        for i, value in enumerate(self.items(name)):
            yield Entry(self.path, f"{self.key}.{name}[{i}]".removeprefix("."), value)

    def texts(self, name: str) -> list[str]:
        """A list of strings, none empty."""
        values = self.items(name)
        for i, value in enumerate(values):
            if not isinstance(value, str) or not value:
                raise self.bad(f"{name}[{i}]", "a text", value)
        return values

    def wholes(self, name: str, length: int | None = None, at_least: int = 0) -> list[int]:
        """A list of whole numbers; ``length``: so long."""
        values = self.items(name, length)
        as_entry = Entry(self.path, self.key, {f"{name}[{i}]": value for i, value in enumerate(values)})
        return [as_entry.whole(each, at_least) for each in as_entry.fields]

    def ascending(self, name: str, length: int) -> list[int]:
        """A list of so many whole numbers, each larger than the one before."""
        values = self.wholes(name, length)
        for i, (before, value) in enumerate(pairwise(values), start=1):
            if value <= before:
                raise self.bad(f"{name}[{i}]", f"a number above {before}", value)
        return values

    def inner(self, name: str) -> Entry:
        """An object in this one."""
        return Entry(self.path, f"{self.key}.{name}".removeprefix("."), self.need(name, "an object {…}"))

    def members(self) -> Iterator[tuple[str, Entry]]:
        """Name and value of each entry; all are objects."""
        for name, value in self.fields.items():
            yield name, Entry(self.path, f"{self.key}.{name}".removeprefix("."), value)

    def by_id(self, name: str) -> dict[int, Entry]:
        """The objects of a list by their ``id``, in order; an absent list is empty."""
        found: dict[int, Entry] = {}
        for each in self.entries(name) if self.has(name) else ():
            number = each.whole("id")
            if number in found:
                raise each.bad("id", "a number of its own", f"{number}, which {found[number].key} has, too")
            found[number] = each
        return found

    def size_hw(self, height: str = "height", width: str = "width") -> tuple[int, int]:
        """(height, width) px, from the values of these names."""
        size_hw = self.whole(height, 1), self.whole(width, 1)
        if size_hw[0] * size_hw[1] > _MOST_PIXELS:
            raise self.bad(height, f"a picture of at most {_MOST_PIXELS} px", f"{size_hw[1]}×{size_hw[0]}")
        return size_hw

    def box_xyxy(self, name: str) -> tuple[float, float, float, float]:
        """A box (x0, y0, x1, y1) px that is written as [x, y, width, height]."""
        values = self.items(name, 4)
        good = all(
            isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < LARGEST for v in values
        )
        if not good or values[2] < 0 or values[3] < 0:
            raise self.bad(name, "four numbers [x, y, width ≥ 0, height ≥ 0]", values)
        x, y, width, height = map(float, values)
        return x, y, x + width, y + height


def read_json(path: Path) -> Entry:
    """The object that a JSON file holds.

    Raises:
        BadLabels: there is no such file, or it is no JSON object.
    """
    try:
        return Entry(path, "", json.loads(path.read_bytes()))
    except json.JSONDecodeError as error:
        raise BadLabels(
            f"{path}, line {error.lineno}, column {error.colno}: expected JSON, but {error.msg}; the file is "
            "damaged or cut off. Export it anew.",
            path=path,
            line=error.lineno,
        ) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, or a number of thousands of digits
        raise BadLabels(
            f"{path}: expected JSON in UTF-8, found something else; export it anew.", path=path
        ) from error
    except OSError as error:
        raise BadLabels(f"{path} cannot be read ({error.strerror}); check the path.", path=path) from error


def json_files(path: Path) -> list[Path]:
    """The file itself, or the ``.json`` files of a folder and of its folder ``annotations``, in order."""
    if path.is_dir():
        found = [*path.glob("*.json"), *path.glob("annotations/*.json")]
        return sorted(each for each in found if each.is_file() and not each.name.startswith("."))
    return [path] if path.suffix.lower() == ".json" and path.is_file() else []


def read_files(
    path: Path, fits: Callable[[Path], bool], what: str, progress: ProgressFn | None
) -> Iterator[Entry]:
    """What is in a file, or in those files of a folder that fit, one after the other.

    Args:
        path: the file or folder.
        fits: whether a file of a folder is meant.
        what: a file of the format, for the message: ``with images and annotations``.
        progress: called with (done, total) files.

    Raises:
        BadLabels: there is none, or one is no JSON object.
    """
    files = [file for file in json_files(path) if path.is_file() or fits(file)]
    if not files:
        raise BadLabels(
            f"{path}: expected a .json file {what}, or a folder with such, found none; name the file.",
            path=path,
        )
    for done, file in enumerate(files, start=1):
        yield read_json(file)
        if progress is not None:
            progress(done, len(files))


def head_has(path: Path, *keys: str) -> bool:
    """One of these keys stands in the first megabyte of a file that holds a JSON object."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    names = b"|".join(re.escape(key.encode()) for key in keys)
    starts = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    return starts and re.search(rb'(?<!\\)"(?:' + names + rb')"\s*:', head) is not None


def _short(found: Any) -> str:
    text = (
        found
        if isinstance(found, str) and found.startswith(("nothing", "one of"))
        else json.dumps(found, ensure_ascii=False, default=str)
    )
    return text if len(text) <= 60 else f"{text[:57]}…"
