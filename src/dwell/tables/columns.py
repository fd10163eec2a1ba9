"""Columns that recorded tables and results share."""

from __future__ import annotations

from dwell.tables.schema import Column

__all__ = ["DURATION", "END", "START", "TIMESTAMP"]

START = Column(
    "start timestamp [ns]",
    "int64",
    "ns",
    "First instant, UTC nanoseconds since 1970 on the recorder's clock.",
)
END = Column("end timestamp [ns]", "int64", "ns", "First instant after it: the span is start ≤ t < end.")
DURATION = Column(
    "duration [ms]", "float64", "ms", "End minus start, computed from the nanoseconds.", decimals=6
)
TIMESTAMP = Column("timestamp [ns]", "int64", "ns", "UTC nanoseconds since 1970 on the recorder's clock.")
