"""A JSON list of tasks, read one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from dwell.errors import BadLabels

__all__ = ["TaskFile"]

_CHUNK = 1 << 18
_SPACES = re.compile(r"[ \t\r\n]*")


@dataclass
class TaskFile:
    """A file that is read on when the text at hand is used up."""

    path: Path
    file: TextIO
    text: str = ""
    at: int = 0
    """Where in the text it goes on."""
    line: int = 1
    """There."""
    is_at_end: bool = False

    def tasks(self) -> Iterator[tuple[int, Any]]:
        """(line of its start, task) of each; one task alone is a list of one.

        Raises:
            BadLabels: it is no JSON, or is cut off.
        """
        first = self._peek()
        if first == "{":
            yield self.line, self._value()
        elif first == "[":
            self._drop(1)
            while self._peek() != "]":
                yield self.line, self._value()
                self._comma()
            self._drop(1)
        else:
            raise self._bad(
                f"a list of tasks, [, found {first[:1]!r}" if first else "a list of tasks, found nothing"
            )
        if self._peek():
            raise self._bad(f"nothing after the list of tasks, found {self._peek()!r}")

    def _comma(self) -> None:
        found = self._peek()
        if found == ",":
            self._drop(1)
            if self._peek() not in ("]", ""):
                return
            found = self._peek()
        elif found == "]":
            return
        raise self._bad(
            f"a comma or the list's end, found {found!r}" if found else "the list's end: it is cut off"
        )

    def _value(self) -> Any:
        decoder = json.JSONDecoder()
        while True:
            try:
                value, stop = decoder.raw_decode(self.text, self.at)
            except RecursionError:
                raise self._bad("a task, found lists within lists without end") from None
            except json.JSONDecodeError as error:
                if not self._more():
                    self._drop(error.pos - self.at)
                    raise self._bad(f"JSON, found {error.msg}") from error
                continue
            except ValueError as error:
                raise self._bad("a task, found a number of thousands of digits") from error
            self._drop(stop - self.at)
            return value

    def _peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            self._drop(_SPACES.match(self.text, self.at).end() - self.at)  # type: ignore[union-attr]
            if self.at < len(self.text) or not self._more():
                return self.text[self.at : self.at + 1]

    def _more(self) -> bool:
        """Reads on, as much again as there is, so that a long task is not tried too often."""
        self.text = self.text[self.at :]
        self.at = 0
        try:
            chunk = "" if self.is_at_end else self.file.read(max(_CHUNK, len(self.text)))
        except UnicodeDecodeError as error:
            raise self._bad(f"UTF-8, found the byte {error.object[error.start]:#x}") from error
        self.text += chunk
        self.is_at_end = not chunk
        return bool(chunk)

    def _drop(self, n: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + n)
        self.at += n

    def _bad(self, what: str) -> BadLabels:
        return BadLabels(
            f"{self.path.name}, line {self.line}: expected {what}; export it from Label Studio as JSON anew.",
            path=self.path,
            line=self.line,
        )
