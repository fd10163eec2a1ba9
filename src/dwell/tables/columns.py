"""Columns that tables share, and short ways to write others."""

from __future__ import annotations

from dwell.tables.schema import Column

__all__ = [
    "AOI",
    "AOI_LABEL",
    "DURATION",
    "END",
    "OBJECT_ID",
    "RECORDING_ID",
    "RECORDING_NAME",
    "SECTION_ID",
    "START",
    "TIMESTAMP",
    "count",
    "ms",
    "share",
    "text",
]

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


def count(name: str, meaning: str) -> Column:
    """A column of whole numbers."""
    return Column(name, "int64", "1", meaning)


def ms(name: str, meaning: str) -> Column:
    """A column of durations, ms."""
    return Column(name, "float64", "ms", meaning, decimals=6)


def share(name: str, meaning: str) -> Column:
    """A column of shares or ratios."""
    return Column(name, "float64", "1", meaning, decimals=6)


def text(name: str, meaning: str) -> Column:
    """A column of text."""
    return Column(name, "string", "", meaning)


RECORDING_ID = text("recording id", "Id of the recording.")
RECORDING_NAME = text("recording name", "Name of the recording.")
SECTION_ID = text("section id", "Id of the analysed section; empty = the whole recording.")
AOI_LABEL = text("aoi label", "Name of the AOI.")
OBJECT_ID = Column("object id", "int64", "1", "Number of the AOI in the project.")
AOI = (AOI_LABEL, OBJECT_ID)
