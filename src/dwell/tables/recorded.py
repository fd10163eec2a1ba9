"""The tables of a recording that Dwell reads. Source: Pupil Cloud's format."""

from __future__ import annotations

from dwell.tables.columns import DURATION, END, START, TIMESTAMP
from dwell.tables.schema import Column, Table

__all__ = ["BLINKS", "EVENTS", "FIXATIONS", "GAZE", "READ_TABLES", "SACCADES", "WORLD_TIMESTAMPS"]

_AZIMUTH = Column(
    "azimuth [deg]",
    "float64",
    "deg",
    "Direction from the scene camera's axis, positive to the right.",
    required=False,
)
_ELEVATION = Column(
    "elevation [deg]",
    "float64",
    "deg",
    "Direction from the scene camera's axis, positive upwards.",
    required=False,
)

GAZE = Table(
    "gaze",
    "One gaze sample.",
    (
        TIMESTAMP,
        Column(
            "gaze x [px]", "float64", "px", "Right from the left edge of the raw scene video; NaN = no gaze."
        ),
        Column(
            "gaze y [px]", "float64", "px", "Down from the top edge of the raw scene video; NaN = no gaze."
        ),
        Column(
            "worn", "bool", "", "The glasses are on a head; gaze means nothing otherwise.", required=False
        ),
        Column("fixation id", "Int64", "1", "Fixation the sample belongs to; empty = none.", required=False),
        Column("blink id", "Int64", "1", "Blink the sample belongs to; empty = none.", required=False),
        _AZIMUTH,
        _ELEVATION,
    ),
)

FIXATIONS = Table(
    "fixations",
    "One fixation.",
    (
        Column("fixation id", "Int64", "1", "Counts from 1 at the beginning of the recording."),
        START,
        END,
        DURATION,
        Column(
            "fixation x [px]", "float64", "px", "Mean gaze position in the raw scene video.", required=False
        ),
        Column(
            "fixation y [px]", "float64", "px", "Mean gaze position in the raw scene video.", required=False
        ),
        _AZIMUTH,
        _ELEVATION,
    ),
)

SACCADES = Table(
    "saccades",
    "One saccade.",
    (
        Column("saccade id", "Int64", "1", "Counts from 1 at the beginning of the recording."),
        START,
        END,
        DURATION,
        Column(
            "amplitude [px]",
            "float64",
            "px",
            "Distance from the first to the last gaze sample.",
            required=False,
        ),
        Column(
            "amplitude [deg]",
            "float64",
            "deg",
            "Angle from the first to the last gaze sample.",
            required=False,
        ),
        Column("mean velocity [px/s]", "float64", "px/s", "Mean speed of gaze.", required=False),
        Column("peak velocity [px/s]", "float64", "px/s", "Highest speed of gaze.", required=False),
    ),
)

BLINKS = Table(
    "blinks",
    "One blink.",
    (
        Column("blink id", "Int64", "1", "Counts from 1 at the beginning of the recording."),
        START,
        END,
        DURATION,
    ),
)

EVENTS = Table(
    "events",
    "One event: a named instant.",
    (
        TIMESTAMP,
        Column("name", "string", "", "As typed or sent, for example recording.begin."),
        Column("type", "string", "", "Who made it: recording, cloud or player.", required=False),
    ),
)

WORLD_TIMESTAMPS = Table(
    "world_timestamps",
    "One frame of the scene video, in order.",
    (TIMESTAMP,),
)

READ_TABLES = (GAZE, FIXATIONS, SACCADES, BLINKS, EVENTS, WORLD_TIMESTAMPS)
