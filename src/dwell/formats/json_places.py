"""Values in JSON files of others, which know where they stand, so that an error can say it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dwell.errors import BadLabels
from dwell.formats.limits import LARGEST

__all__ = ["Place", "read_json"]


@dataclass(frozen=True)
class Place:
    """A value and where it stands."""

    file: Path
    key: str
    """As one would write it: ``videos.walk.objects[3]``; empty: the whole file."""
    value: Any

    def __getitem__(self, name: str) -> Place:
        """What is under this name.

        Raises:
            BadLabels: it is not there.
        """
        found = self.get(name)
        if found is None:
            raise self.wrong(f"an entry {name!r}", "none")
        return found

    def get(self, name: str) -> Place | None:
        """What is under this name; None: nothing, or null."""
        value = self.mapping.get(name)
        return None if value is None else self._below(name, value)

    @property
    def mapping(self) -> dict[str, Any]:
        """The value, an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object, {…}")
        return self.value

    @property
    def entries(self) -> Iterator[tuple[str, Place]]:
        """Name and value of each entry of an object."""
        for name, value in self.mapping.items():
            yield name, self._below(name, value)

    @property
    def items(self) -> list[Place]:
        """Each value of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("a list, […]")
        return [self._below(place, value) for place, value in enumerate(self.value)]

    @property
    def text(self) -> str:
        """The value, a text."""
        if not isinstance(self.value, str):
            raise self.wrong("a text")
        return self.value

    def whole(self, least: int = 0) -> int:
        """The value, a whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            raise self.wrong(f"a whole number from {least} on")
        if self.value >= LARGEST:
            raise self.wrong(f"a whole number below {LARGEST}")
        return self.value

    @property
    def colour(self) -> str:
        """The value, a colour."""
        if not re.fullmatch("#[0-9a-fA-F]{6}", self.text):
            raise self.wrong("a colour #rrggbb")
        return self.text

    def wrong(self, expected: str, found: str | None = None, remedy: str = "Correct it.") -> BadLabels:
        """The error that says what is wrong here."""
        where = f"{self.file}, {self.key}" if self.key else str(self.file)
        shown = _short(self.value) if found is None else found
        return BadLabels(f"{where}: expected {expected}; found {shown}. {remedy}", path=self.file)

    def _below(self, name: str | int, value: Any) -> Place:
        step = f"[{name}]" if isinstance(name, int) else f".{name}" if self.key else name
        return Place(self.file, self.key + step, value)


def read_json(path: Path) -> Place:
    """The whole of a JSON file.

    Raises:
        BadLabels: it cannot be read, or is no JSON; with the line.
    """
    try:
        return Place(path, "", json.loads(path.read_text(encoding="utf-8-sig")))
    except json.JSONDecodeError as error:
        raise BadLabels(
            f"{path}, line {error.lineno}: expected JSON; found something else ({error.msg}). Export or copy "
            "it again, or correct the line.",
            path=path,
            line=error.lineno,
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadLabels(
            f"{path} cannot be read as JSON ({error}); export or copy it again.", path=path
        ) from error


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"
