"""Strict reading of CSV files: every value is exact, or the error names its line and column.

Whole columns are parsed at once; only when that fails is the file walked row by row to find the culprit.
Times never pass through floating point.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.errors import BadTable
from dwell.recordings.notes import Note
from dwell.recordings.source import Source
from dwell.recordings.values import KINDS, REDO, Unreadable

__all__ = ["COPY", "CsvTable", "Place", "Wanted", "open_csv"]

COPY = "Copy or download the recording again."
"""What to do about a damaged file."""

_EXACT_FLOATS: dict[str, Any] = {"float_precision": "round_trip"} if pd.__version__ < "3.1" else {}
"""Older pandas must be asked to read floats to the last digit; newer ones do so and dislike being asked."""

_SOMETHING = re.compile(rb"\S")
_BLOCK = 1 << 20
"""Bytes looked at together, so that a long table is not held several times over."""
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Place:
    """Which file an error is about."""

    label: str
    """How messages name it."""
    path: Path
    stream: str
    """Stream of the recording it belongs to."""

    def bad(self, message: str, line: int | None = None) -> BadTable:
        """An error that names the file, and the line when given."""
        at = self.label if line is None else f"{self.label}, line {line}"
        return BadTable(f"{at}: {message}", path=self.path, stream=self.stream, line=line)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column to read."""

    name: str
    """What it is called in the result."""
    index: int
    """Its place in the file, from 0."""
    kind: str
    """How to read it: a key of ``dwell.recordings.values.KINDS``."""


@dataclass(frozen=True)
class CsvTable:
    """A CSV whose header is read and whose rows all have the header's length."""

    place: Place
    header: tuple[str, ...]
    separator: str
    text: bytes
    """Everything, UTF-8 without mark, lines ended by LF."""
    body: int
    """Where the line after the header starts in ``text``."""

    @property
    def label(self) -> str:
        """How messages name the file."""
        return self.place.label

    @property
    def stream(self) -> str:
        """Stream of the recording it belongs to."""
        return self.place.stream

    def read(self, wanted: Sequence[Wanted]) -> pd.DataFrame:
        """The wanted columns, in this order.

        Raises:
            BadTable: a value does not fit its column; names line and column.
        """
        if _SOMETHING.search(self.text, self.body) is None:
            return pd.DataFrame({w.name: pd.Series(dtype=KINDS[w.kind].dtype) for w in wanted})
        try:
            columns = self._read_columns(wanted)
        except (ValueError, OverflowError):  # pandas' parser errors are ValueErrors
            columns = self._read_rows(wanted)
        return pd.DataFrame(columns)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and fields of every row that is not blank; slow."""
        reader = csv.reader(io.StringIO(self.text[self.body :].decode()), delimiter=self.separator)
        first = self.text[: self.body].count(b"\n")
        try:
            for row in reader:
                if len(row) > 1 or (row and row[0].strip()):
                    yield first + reader.line_num, row
        except csv.Error as error:
            raise self.place.bad(f"this is no CSV ({error}). {REDO}", first + reader.line_num) from error

    def line_of(self, row: int) -> int:
        """The 1-based line of a data row (from 0)."""
        for n, (line, _) in enumerate(self.rows()):
            if n == row:
                return line
        raise IndexError(f"{self.label} has no row {row}")

    def bad(self, message: str, *, row: int | None = None, remedy: str = REDO) -> BadTable:
        """An error about this file, at a data row when given."""
        return self.place.bad(f"{message} {remedy}", None if row is None else self.line_of(row))

    def _rows_as_file(self) -> io.BytesIO:
        """What follows the header, without a copy of it."""
        file = io.BytesIO(self.text)
        file.seek(self.body)
        return file

    def _read_columns(self, wanted: Sequence[Wanted]) -> dict[str, Any]:
        dtypes: dict[int, Any] = {w.index: KINDS[w.kind].pandas_dtype for w in wanted}
        missing: dict[Any, list[str]] = {w.index: list(KINDS[w.kind].missing) for w in wanted}
        raw = pd.read_csv(
            self._rows_as_file(),
            sep=self.separator,
            header=None,
            index_col=False,
            usecols=sorted(dtypes),
            dtype={index: dtype for index, dtype in dtypes.items() if dtype is not None},
            na_values=missing,
            keep_default_na=False,
            skipinitialspace=True,
            **_EXACT_FLOATS,
            low_memory=False,
            encoding="utf-8",
        )
        return {w.name: KINDS[w.kind].column(raw[w.index]) for w in wanted}

    def _read_rows(self, wanted: Sequence[Wanted]) -> dict[str, Any]:
        values: dict[str, list[Any]] = {w.name: [] for w in wanted}
        for line, row in self.rows():
            for w in wanted:
                text = row[w.index].strip()
                try:
                    values[w.name].append(KINDS[w.kind].value(text))
                except Unreadable as error:
                    heading = self.header[w.index]
                    raise self.place.bad(f"column {heading!r}: {text[:40]!r} {error}", line) from error
        return {w.name: pd.Series(values[w.name], dtype=KINDS[w.kind].dtype) for w in wanted}


def open_csv(source: Source, name: str, stream: str, note: Note) -> CsvTable:
    """The CSV, checked: UTF-8, a header, and the same number of fields in each row.

    Comma-separated; semicolons and tabs are accepted, with a note, where the file has no comma at all.

    Raises:
        BadTable: empty, another encoding, no header, unclear separator, or a row of another length.
    """
    place = Place(source.label(name), source.where(name), stream)
    text = _utf8(source.read(name), place)
    first = _SOMETHING.search(text)
    if first is None:
        raise place.bad(f"it is empty; expected a line of column names, then rows. {COPY}")
    start = text.rfind(b"\n", 0, first.start()) + 1
    end = text.find(b"\n", start)
    body = len(text) if end < 0 else end + 1
    head = text[start:body].decode()
    separator = _separator(head, text, place)
    header = tuple(field.strip() for field in next(csv.reader([head], delimiter=separator)))
    if all(re.fullmatch(r"[-+.\d]*", field) for field in header):
        raise place.bad(f"no column names but {head.strip()[:60]!r}; add a line with the names.", 1)
    if separator != ",":
        note(f"{place.label} is separated by {_SEPARATORS[separator]}, not commas; read as such.")
    table = CsvTable(place, header, separator, text, body)
    _check_lengths(table)
    return table


def _utf8(data: bytes, place: Place) -> bytes:
    every_second_is_zero = any(data[:200:2]) != any(data[1:200:2])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (every_second_is_zero and len(data) > 1):
        raise place.bad(f"it is UTF-16, expected UTF-8. {REDO}")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    zero = data.find(b"\0")
    if zero >= 0:
        raise place.bad(f"zero bytes, so the copy is damaged. {COPY}", data.count(b"\n", 0, zero) + 1)
    try:
        _check_utf8(data)
    except UnicodeDecodeError as error:
        byte = f"byte {data[error.start]:#04x} is not UTF-8 (Latin-1, perhaps)"
        line = data.count(b"\n", 0, error.start) + 1
        raise place.bad(f"{byte}. {REDO} If it is your own file, save it as 'CSV UTF-8'.", line) from error
    return data


def _check_utf8(data: bytes) -> None:
    """Raise the ``UnicodeDecodeError`` of ``data.decode()``, without making the text of a sound file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        data.decode("utf-8")  # whose error knows the place


def _separator(head: str, text: bytes, place: Place) -> str:
    counts = {separator: head.count(separator) for separator in _SEPARATORS}
    others = [separator for separator in ";\t" if counts[separator]]
    if not others or counts[","] > max(counts[";"], counts["\t"]):
        return ","
    if len(others) == 1 and b"," not in text:
        return others[0]
    kinds = " and ".join(kind for separator, kind in _SEPARATORS.items() if counts[separator])
    if not counts[","]:
        kinds += ", and commas in the rows, perhaps as decimal points"
    raise place.bad(f"{kinds}; expected commas between fields and '.' in numbers. {REDO}", 1)


def _check_lengths(table: CsvTable) -> None:
    """Refuse a row with more or fewer fields than the header, such as the last row of a cut-off file."""
    expected = len(table.header)
    if b'"' not in table.text and not _odd_lines(table, expected):
        return
    for line, row in table.rows():
        if len(row) != expected:
            cut = not table.text.endswith(b"\n") and line == table.text.count(b"\n") + 1
            what = f"the file is cut off here. {COPY}" if cut else REDO
            raise table.place.bad(f"{len(row)} fields where the header has {expected}; {what}", line)


def _odd_lines(table: CsvTable, expected: int) -> bool:
    """Whether some line has another number of separators. Blank lines may be among them."""
    separator = ord(table.separator)
    return any((_n_each(lines, separator) != expected - 1).any() for lines in _whole_lines(table))


def _whole_lines(table: CsvTable) -> Iterator[NDArray[np.uint8]]:
    """The bytes after the header, some lines at a time."""
    start, length = table.body, len(table.text)
    while start < length:
        end = table.text.find(b"\n", min(start + _BLOCK, length - 1))
        end = length if end < 0 else end + 1
        yield np.frombuffer(table.text, np.uint8, end - start, start)
        start = end


def _n_each(lines: NDArray[np.uint8], separator: int) -> NDArray[np.int64]:
    """How many separators each line has."""
    ends = np.flatnonzero(lines == ord("\n"))
    if not len(ends) or ends[-1] != len(lines) - 1:
        ends = np.append(ends, len(lines))
    return np.diff(np.searchsorted(np.flatnonzero(lines == separator), ends), prepend=0)
