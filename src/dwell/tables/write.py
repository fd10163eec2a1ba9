"""Tables to CSV."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from dwell.files import replacing
from dwell.tables.schema import Table, conform

__all__ = ["write_table", "write_tables"]


def write_table(frame: pd.DataFrame, table: Table, path: str | Path) -> Path:
    """The path of the written CSV: UTF-8, comma, ``.`` as decimal point, empty = missing, ``true``/``false``.

    The file appears complete or not at all; an older one stays until then. Missing folders are made.

    Raises:
        ValueError: the frame lacks a required column, has one the table does not know, or a wrong dtype.
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason.
    """
    return write_tables([frame], table, path)


def write_tables(frames: Iterable[pd.DataFrame], table: Table, path: str | Path) -> Path:
    """As ``write_table``, for a table that comes in parts with the same columns, to save memory."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        started = False
        for frame in frames:
            _as_text(frame, table).to_csv(file, index=False, header=not started, lineterminator="\n")
            started = True
        if not started:
            table.empty().to_csv(file, index=False, lineterminator="\n")
    return Path(path)


def _as_text(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    ready = conform(frame, table)
    for column in table.columns:
        if column.name not in ready:
            continue
        if column.decimals is not None:
            ready[column.name] = ready[column.name].round(column.decimals)
        if column.dtype in ("bool", "boolean"):
            ready[column.name] = ready[column.name].map({True: "true", False: "false"})
    return ready
