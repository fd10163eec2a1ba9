"""The tables of an enrichment that Dwell reads: gaze on a picture. Source: Pupil Cloud's format."""

from __future__ import annotations

from dwell.tables.columns import END, START, TIMESTAMP
from dwell.tables.schema import Column, Table

__all__ = [
    "IMAGE_FIXATIONS",
    "IMAGE_GAZE",
    "SECTIONS",
    "SURFACE_FIXATIONS",
    "SURFACE_GAZE",
    "SURFACE_POSITIONS",
]


def _text(name: str, meaning: str, *, required: bool = True) -> Column:
    return Column(name, "string", "", meaning, required=required)


def _place(name: str, unit: str, meaning: str) -> Column:
    return Column(f"{name} [{unit}]", "float64", unit, meaning)


_IDS = (_text("section id", "Section the row belongs to."), _text("recording id", "Its recording."))
_FIXATION_ID = Column("fixation id", "Int64", "1", "Counts from 1 in the recording; empty = none.")
_BLINK_ID = Column("blink id", "Int64", "1", "Blink the sample belongs to; empty = none.", required=False)
_IN_IMAGE = ("Right from the left edge of the reference image.", "Down from its top edge.")
_ON_SURFACE = ("0 = left edge of the surface, 1 = right edge.", "0 = top edge, 1 = bottom edge.")


def _gaze(where: str, on: str, unit: str, meanings: tuple[str, str]) -> Table:
    return Table(
        f"{where.replace(' ', '_')}_gaze",
        f"One gaze sample while the {where} is in view.",
        (
            *_IDS,
            TIMESTAMP,
            Column(f"gaze detected {on}", "bool", "", f"Gaze is on the {where}."),
            _place(f"gaze position {on} x", unit, meanings[0]),
            _place(f"gaze position {on} y", unit, meanings[1]),
            Column("fixation id", "Int64", "1", "Fixation the sample belongs to.", required=False),
            _BLINK_ID,
        ),
    )


def _fixations(where: str, on: str, unit: str, meanings: tuple[str, str]) -> Table:
    return Table(
        f"{where.replace(' ', '_')}_fixations",
        f"One fixation in one section; its place on the {where}.",
        (
            *_IDS,
            _FIXATION_ID,
            START,
            END,
            Column(f"fixation detected {on}", "bool", "", f"The fixation is on the {where}."),
            _place("fixation x", unit, meanings[0]),
            _place("fixation y", unit, meanings[1]),
        ),
    )


IMAGE_GAZE = _gaze("reference image", "in reference image", "px", _IN_IMAGE)
IMAGE_FIXATIONS = _fixations("reference image", "in reference image", "px", _IN_IMAGE)
SURFACE_GAZE = _gaze("surface", "on surface", "normalized", _ON_SURFACE)
SURFACE_FIXATIONS = _fixations("surface", "on surface", "normalized", _ON_SURFACE)

SECTIONS = Table(
    "sections",
    "One section: the part of a recording between two events.",
    (
        _text("section id", "Id of the section."),
        _text("recording id", "Id of the recording."),
        _text("recording name", "Name of the recording.", required=False),
        _text("wearer id", "Id of the wearer.", required=False),
        _text("wearer name", "Name of the wearer.", required=False),
        Column("section start time [ns]", "int64", "ns", "First instant of the section."),
        Column("section end time [ns]", "int64", "ns", "First instant after it."),
        _text("start event name", "Event at which it starts.", required=False),
        _text("end event name", "Event at which it ends.", required=False),
    ),
)

SURFACE_POSITIONS = Table(
    "surface_positions",
    "The corners of the surface in one frame of the scene video.",
    tuple(
        _place(f"{corner} {axis}", "px", "In the scene video.")
        for corner in ("tl", "tr", "br", "bl")
        for axis in "xy"
    ),
)
