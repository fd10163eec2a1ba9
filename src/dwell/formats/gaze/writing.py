"""Numbers to text without a detour over floats, and lines to files that appear whole."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from dwell.files import replacing
from dwell.formats.gaze.contract import GazeData
from dwell.types import ProgressFn

__all__ = [
    "Steps",
    "csv_line",
    "decimal",
    "number",
    "whole_ms",
    "write_json",
    "write_lines",
]

_EVERY = 20_000
"""Lines between two reports of progress."""

MS, SECONDS = 6, 9
"""Digits after the point that ns have in ms, and in s."""


def decimal(ns: int, digits: int) -> str:
    """Ns in a unit that has this many more digits, exactly.

    Example:
        >>> decimal(1_005_000_000, 9), decimal(-5_250_000, 6), decimal(0, 9)
        ('1.005', '-5.25', '0')
    """
    whole, rest = divmod(abs(ns), 10**digits)
    text = f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".")
    return f"-{text}" if ns < 0 else text


def whole_ms(ns: int) -> int:
    """Whole ms, halves up."""
    return (ns + 500_000) // 1_000_000


def number(value: float, missing: str, decimals: int = 3) -> str:
    """A number with this many decimals, or what stands for a missing one."""
    return missing if value != value else f"{value:.{decimals}f}"


def csv_line(cells: Iterable[Any]) -> str:
    """One line of CSV, with quotes where they are needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


class Steps:
    """Progress over all lines of an export."""

    def __init__(self, progress: ProgressFn | None, recordings: Sequence[GazeData], times: int = 1) -> None:
        """Report to ``progress`` how many of all samples are done, where each is written ``times`` times."""
        self._progress = progress
        self._total = max(times * sum(len(data.samples) for data in recordings), 1)
        self._done = 0

    def add(self, n: int) -> None:
        """Say that n more are done.

        Raises:
            Cancelled: the caller wants to stop.
        """
        self._done = min(self._done + n, self._total)
        if self._progress is not None:
            self._progress(self._done, self._total)

    def end(self) -> None:
        """Say that all is done."""
        self.add(self._total)


def write_lines(
    path: Path, head: str, lines: Iterable[str], step: Callable[[int], None] | None = None
) -> Path:
    """Write a text file, packed if it ends in ``.gz``; ``step`` is called with how many lines were written.

    Raises:
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason.
    """
    with replacing(path) as temporary, _open(temporary, path.suffix == ".gz") as file:
        file.write(head)
        n = 0
        for n, line in enumerate(lines, start=1):
            file.write(line)
            if step is not None and n % _EVERY == 0:
                step(_EVERY)
        if step is not None and n % _EVERY:
            step(n % _EVERY)
    return path


def write_json(path: Path, value: Any) -> Path:
    """Write a JSON file.

    Raises:
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason.
    """
    return write_lines(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n", ())


@contextmanager
def _open(path: Path, packed: bool) -> Iterator[IO[str]]:
    """A text file to write; the same text packs to the same bytes."""
    if not packed:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as pack,
        io.TextIOWrapper(pack, encoding="utf-8", newline="") as text,
    ):
        yield text
