"""Finding a schema's columns in a file's header, forgiving drift in spelling but never in units."""

from __future__ import annotations

import difflib
import re

from dwell.errors import BadTable
from dwell.recordings.csv_table import CsvTable, Wanted
from dwell.tables import Table

__all__ = ["find_columns", "split_unit"]


def find_columns(table: CsvTable, schema: Table, *, without: tuple[str, ...] = ()) -> list[Wanted]:
    """Where each column of the schema, but those in ``without``, is in the file; optional ones only if there.

    Names match after lower-casing and removing blanks. A unit the file leaves out is taken as the schema's;
    another unit is no match.

    Raises:
        BadTable: a required column is missing, or a column is there twice.
    """
    wanted: list[Wanted] = []
    for column in schema.columns:
        if column.name in without:
            continue
        index = _find(table, column.name)
        if index is not None:
            wanted.append(Wanted(column.name, index, column.dtype))
        elif column.required:
            raise _missing(table, column.name)
    return wanted


def split_unit(name: str) -> tuple[str, str]:
    """A column name as a bare stem and its unit: lower case, no blanks; the unit is empty when there is none.

    Example:
        >>> split_unit("Gaze X [px]")
        ('gazex', 'px')
    """
    match = re.fullmatch(r"(.*?)\s*(?:\[([^\]]*)\]|\(([^)]*)\))?", name.strip().lower())
    assert match is not None  # every text matches
    return re.sub(r"\s+", "", match[1]), (match[2] or match[3] or "").strip()


def _find(table: CsvTable, name: str) -> int | None:
    exact = [i for i, heading in enumerate(table.header) if heading == name]
    stem, unit = split_unit(name)
    drifted = [
        i for i, heading in enumerate(table.header) if split_unit(heading) in {(stem, unit), (stem, "")}
    ]
    found = exact or drifted
    if len(found) > 1:
        names = ", ".join(repr(table.header[i]) for i in found)
        raise table.place.bad(
            f"{len(found)} columns could be {name!r}: {names}. Delete or rename all but one.", 1
        )
    return found[0] if found else None


def _missing(table: CsvTable, name: str) -> BadTable:
    stem = split_unit(name)[0]
    near = [heading for heading in table.header if split_unit(heading)[0] == stem]  # in another unit
    near = near or difflib.get_close_matches(name, table.header, n=1, cutoff=0.5)
    nearest = f" The nearest is {near[0]!r}." if near else ""
    names = ", ".join(map(repr, table.header))
    return table.place.bad(
        f"no column {name!r}; the columns are {names}.{nearest} "
        "Download the recording again, or rename the column if it is the same.",
        1,
    )
