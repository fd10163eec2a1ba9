"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dwell.gaze import MappingOptions

__all__ = [
    "AsJson",
    "Blinks",
    "ClockOffset",
    "FixationRule",
    "Gaze",
    "MarginDeg",
    "Origin",
    "ProjectPath",
    "PxPerDegree",
    "RecordingName",
    "RecordingPath",
    "Source",
    "TimeColumn",
    "TtffOrigin",
    "Units",
    "XColumn",
    "YColumn",
    "mapping_options",
]

RecordingPath = Annotated[
    Path,
    typer.Argument(
        metavar="PATH",
        help="Pupil Cloud export (folder or zip), video, folder of numbered images, or .dwell project.",
        show_default=False,
    ),
]
ProjectPath = Annotated[
    Path,
    typer.Argument(metavar="PROJECT", help="A .dwell project made by `dwell track`.", show_default=False),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout, progress as JSON lines on stderr.")
]
RecordingName = Annotated[
    str | None, typer.Option("--recording", metavar="NAME", help="Which recording, if PATH holds several.")
]
Source = Annotated[
    Path | None, typer.Option(metavar="PATH", help="Where the project's recording is now, if it was moved.")
]

# A gaze CSV of any origin beside a video.
Gaze = Annotated[Path | None, typer.Option(metavar="FILE", help="Gaze CSV for a bare video or image folder.")]
TimeColumn = Annotated[str | None, typer.Option("--time", metavar="COLUMN", help="Its time column.")]
XColumn = Annotated[str | None, typer.Option("--x", metavar="COLUMN", help="Its horizontal position.")]
YColumn = Annotated[str | None, typer.Option("--y", metavar="COLUMN", help="Its vertical position.")]
Units = Annotated[str | None, typer.Option(metavar="ns|us|ms|s", help="Unit of its times.")]
Origin = Annotated[
    str | None,
    typer.Option(
        metavar="top-left|bottom-left", help="Positions are normalised 0–1, counted from this corner."
    ),
]
ClockOffset = Annotated[
    int | None,
    typer.Option("--clock-offset-ns", metavar="NS", help="Added to gaze times to match the video."),
]

# How gaze is mapped.
MarginDeg = Annotated[
    float, typer.Option(metavar="D", help="Grow every AOI by this angle [deg]; negative shrinks.")
]
PxPerDegree = Annotated[
    float | None, typer.Option(metavar="PX", help="px per degree, for recordings without camera intrinsics.")
]
FixationRule = Annotated[
    str,
    typer.Option(metavar="majority|any|mean", help="When a fixation is on an AOI, from its gaze samples."),
]
Blinks = Annotated[str, typer.Option(metavar="exclude|keep", help="Gaze samples within blinks.")]
TtffOrigin = Annotated[
    str,
    typer.Option(
        "--ttff-origin", metavar="recording|section|aoi visible", help="Where time to first fixation starts."
    ),
]


def mapping_options(
    margin_deg: float, px_per_degree: float | None, fixation_rule: str, blinks: str, ttff_origin: str
) -> MappingOptions:
    """The mapping options given on the command line.

    Raises:
        BadParameter: a value that cannot be used.
    """
    try:
        return MappingOptions(
            margin_deg=margin_deg,
            px_per_degree=px_per_degree,
            fixation_rule=fixation_rule,  # type: ignore[arg-type]
            blinks=blinks,  # type: ignore[arg-type]
            ttff_origin=ttff_origin,  # type: ignore[arg-type]
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
