"""XML read piece by piece, with line numbers, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from dwell.errors import BadLabels

__all__ = ["Element", "elements"]

_CHUNK = 1 << 16


@dataclass
class Element:
    """One element, told of when it begins and again when it ends."""

    tag: str
    values: Mapping[str, str]
    line: int
    """Where it begins, 1-based."""
    depth: int
    """1: the root."""
    text: str = ""
    """What is between its tags, complete when it ends."""
    ended: bool = False


@dataclass
class _Builder:
    path: Path
    parser: expat.XMLParserType
    open: list[Element] = field(default_factory=list)
    ready: list[Element] = field(default_factory=list)

    def start(self, tag: str, values: Mapping[str, str]) -> None:
        element = Element(tag, values, self.parser.CurrentLineNumber, len(self.open) + 1)
        self.open.append(element)
        self.ready.append(element)

    def data(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text

    def end(self, tag: str) -> None:
        element = self.open.pop()
        self.ready.append(Element(tag, element.values, element.line, element.depth, element.text, True))

    def refuse(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise BadLabels(
            f"{self.path.name}, line {line}: a DOCTYPE, which can make a small file endless and which CVAT "
            "never writes; remove it if you trust the file.",
            path=self.path,
            line=line,
        )


def elements(file: IO[bytes], path: Path) -> Iterator[Element]:
    """Every element twice: when it begins, and when it ends.

    Args:
        file: opened to be read.
        path: named in messages.

    Raises:
        BadLabels: it is no XML, is cut off, or has a DOCTYPE.
    """
    parser = expat.ParserCreate()
    builder = _Builder(path, parser)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.buffer_text = True
    while True:
        chunk = file.read(_CHUNK)
        try:
            parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise BadLabels(
                f"{path.name}, line {error.lineno}: expected XML, found {expat.ErrorString(error.code)}; the "
                "file is damaged or cut off, export it anew.",
                path=path,
                line=error.lineno,
            ) from error
        yield from builder.ready
        builder.ready.clear()
        if not chunk:
            return
