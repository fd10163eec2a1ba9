"""What a table is: its name, its columns, their types and units."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["Column", "Table", "conform"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    """As in the file's header, with the unit in brackets where Pupil Cloud has it."""
    dtype: str
    """``int64``, ``Int64`` (an id that may be empty), ``float64`` (NaN = missing), ``bool``,
    ``boolean`` (that may be empty) or ``string``."""
    unit: str
    """``ns``, ``ms``, ``px``, ``deg``, ``1`` (a count, an id or a share), or empty for text."""
    meaning: str
    """One sentence for the documentation."""
    required: bool = True
    """False: the column may be absent."""
    decimals: int | None = None
    """Digits after the point when written; None = as many as the value has."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in the order they are written."""

    name: str
    """``gaze``, ``fixations``, …; the file is ``<name>.csv``."""
    meaning: str
    """What one row is."""
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names, in order."""
        return [column.name for column in self.columns]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"The table {self.name!r} has no column {name!r}; it has {', '.join(self.names)}.")

    def empty(self) -> pd.DataFrame:
        """A frame with every column, the right dtypes and no rows."""
        return pd.DataFrame({column.name: pd.Series(dtype=column.dtype) for column in self.columns})


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """A copy of the frame with the table's columns, in its order and with its dtypes.

    Raises:
        ValueError: a required column is missing, a column is unknown, or a value does not fit its dtype.
            Floating-point times are refused: they have lost nanoseconds.
    """
    missing = [c.name for c in table.columns if c.required and c.name not in frame]
    unknown = [name for name in frame.columns if name not in table.names]
    if missing or unknown:
        raise ValueError(
            f"The table {table.name!r} has the columns {table.names}; missing {missing}, unknown {unknown}. "
            "Rename or drop them."
        )
    present = [column for column in table.columns if column.name in frame]
    return pd.DataFrame({c.name: _cast(frame[c.name], c, table) for c in present}, copy=True).reset_index(
        drop=True
    )


def _cast(values: pd.Series, column: Column, table: Table) -> pd.Series:
    if column.dtype == "int64" and not (pd.api.types.is_integer_dtype(values.dtype) or values.empty):
        raise ValueError(
            f"Column {column.name!r} of {table.name!r} must hold integers but is {values.dtype}; "
            "keep times as int64."
        )
    if column.dtype == "bool" and values.isna().any():
        raise ValueError(f"Column {column.name!r} of {table.name!r} has missing values; say true or false.")
    try:
        return values.astype(pd.api.types.pandas_dtype(column.dtype))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Column {column.name!r} of {table.name!r} is not {column.dtype}: {error}"
        ) from error
