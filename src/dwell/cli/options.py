"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.console import wrong_usage

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.gaze import MappingOptions

__all__ = [
    "AsJson",
    "Blinks",
    "ClockOffset",
    "Device",
    "FixationRule",
    "Fps",
    "Gaze",
    "GroupBy",
    "MarginDeg",
    "MarginPx",
    "MeasureName",
    "MinConfidence",
    "Normalised",
    "Offline",
    "Origin",
    "Plane",
    "ProjectPath",
    "PxPerDegree",
    "Reacquire",
    "RecordingName",
    "RecordingPath",
    "Recordings",
    "Remember",
    "Resolution",
    "Series",
    "Source",
    "TimeColumn",
    "TtffOrigin",
    "Units",
    "Video",
    "VideoStart",
    "VolumeIdx",
    "Window",
    "XColumn",
    "YColumn",
    "check_margin",
    "mapping_options",
    "volume_options",
]

RecordingPath = Annotated[
    Path,
    typer.Argument(
        metavar="PATH",
        help="Pupil Cloud export (folder or zip), video, folder of numbered images, one image, medical "
        "volume (.nii.gz, DICOM folder), or .dwell project.",
        show_default=False,
    ),
]
ProjectPath = Annotated[
    Path,
    typer.Argument(
        metavar="PROJECT",
        help="A .dwell project, made by `dwell track` or `dwell segment`.",
        show_default=False,
    ),
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

# A video and a gaze table that are no vendor's.
_OWN = "Your own video and gaze table"
Gaze = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Gaze CSV for a video or an image folder.", rich_help_panel=_OWN),
]
TimeColumn = Annotated[
    str | None, typer.Option("--time", metavar="COLUMN", help="Its time column.", rich_help_panel=_OWN)
]
XColumn = Annotated[
    str | None, typer.Option("--x", metavar="COLUMN", help="Its horizontal position.", rich_help_panel=_OWN)
]
YColumn = Annotated[
    str | None, typer.Option("--y", metavar="COLUMN", help="Its vertical position.", rich_help_panel=_OWN)
]
Units = Annotated[
    str | None, typer.Option(metavar="ns|us|ms|s", help="Unit of its times.", rich_help_panel=_OWN)
]
Normalised = Annotated[
    bool | None,
    typer.Option(
        "--normalised/--pixels", help="Its positions are 0–1 of the picture, or px.", rich_help_panel=_OWN
    ),
]
Origin = Annotated[
    str | None,
    typer.Option(
        metavar="top-left|bottom-left", help="Corner its positions count from.", rich_help_panel=_OWN
    ),
]
MinConfidence = Annotated[
    float | None,
    typer.Option(metavar="C", help="Samples of less confidence count as missing.", rich_help_panel=_OWN),
]
ClockOffset = Annotated[
    int | None,
    typer.Option(
        "--clock-offset-ns",
        metavar="NS",
        help="Added to gaze times to match the video.",
        rich_help_panel=_OWN,
    ),
]
VideoStart = Annotated[
    str | None,
    typer.Option(
        "--video-start-ns",
        metavar="NS",
        help="Time of the first frame on the gaze clock, or `first gaze`.",
        rich_help_panel=_OWN,
    ),
]
Video = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="The scene video, where PATH holds several.", rich_help_panel=_OWN),
]
Fps = Annotated[
    float | None,
    typer.Option(metavar="N", help="Images per second, where nothing says when.", rich_help_panel=_OWN),
]

# A medical volume.
_VOLUME = "Medical volumes"
Plane = Annotated[
    str | None,
    typer.Option(
        metavar="axial|coronal|sagittal",
        help="Which slices are the frames; default those of the finest pictures.",
        rich_help_panel=_VOLUME,
    ),
]
Window = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|LEVEL/WIDTH",
        help="Which values are shown: soft tissue, lung, bone, brain, mediastinum, auto, or 40/400.",
        rich_help_panel=_VOLUME,
    ),
]
VolumeIdx = Annotated[
    int | None,
    typer.Option(
        "--volume", metavar="N", min=0, help="Which volume of a 4D NIfTI file.", rich_help_panel=_VOLUME
    ),
]
Series = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="Which series of a DICOM folder: its number, UID or a part of its description.",
        rich_help_panel=_VOLUME,
    ),
]

# How a learned model computes; see `dwell models`.
_MODEL = "Learned models (see dwell models)"
Resolution = Annotated[
    int | None,
    typer.Option(
        metavar="PX",
        help="Side of the square it sees, such as 512: quicker and coarser; default the model's own, 1024.",
        rich_help_panel=_MODEL,
    ),
]
Device = Annotated[
    str | None,
    typer.Option(
        metavar="auto|cuda|mps|cpu", help="Where it computes; default the quickest.", rich_help_panel=_MODEL
    ),
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Never fetch it; fail if it is not here.", rich_help_panel=_MODEL)
]
Remember = Annotated[
    str | None,
    typer.Option(
        metavar="all|confident",
        help="Which frames it looks back at; confident helps where the AOI is often hidden.",
        rich_help_panel=_MODEL,
    ),
]
Reacquire = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        help="Look for a hidden AOI by its prompts alone, every N frames; 0 never.",
        rich_help_panel=_MODEL,
    ),
]

# How gaze is mapped.
MarginDeg = Annotated[
    float, typer.Option(metavar="D", help="Grow every AOI by this angle in degrees; negative shrinks.")
]
PxPerDegree = Annotated[
    float | None, typer.Option(metavar="PX", help="px per degree, for recordings without camera intrinsics.")
]
FixationRule = Annotated[
    str | None,
    typer.Option(
        metavar="majority|any|mean",
        help="When a fixation is on an AOI: by most of its gaze samples, by any, or by its mean place. "
        "Default: majority, and mean on the picture of an enrichment.",
        show_default=False,
    ),
]
MarginPx = Annotated[
    float,
    typer.Option(metavar="PX", help="On a picture: grow every AOI by this distance; negative shrinks."),
]
GroupBy = Annotated[
    str, typer.Option(metavar="aoi|category", help="On a picture: a row per AOI, or per category.")
]
MEASURE_NAMES = (
    "total-fixation-duration",
    "average-fixation-duration",
    "fixation-count",
    "time-to-first-fixation",
    "recording-reach",
    "wearer-reach",
    "dwell-time",
    "dwell-share",
    "dwell-per-area",
    "visits",
)
"""The keys of ``dwell.enrichments.measures.MEASURES``, which is slow to import."""
MeasureName = Annotated[
    str,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="On a picture: what colours the AOIs; the names are above.",
    ),
]
Recordings = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="PATH",
        help="On a picture: downloads of the recordings themselves, which tell when they started; may be "
        "repeated.",
    ),
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
    from dwell.gaze import MappingOptions

    with wrong_usage():
        return MappingOptions.reaching(
            margin_deg,
            px_per_degree=px_per_degree,
            fixation_rule=fixation_rule,
            blinks=blinks,
            ttff_origin=ttff_origin,
        )


def volume_options(
    plane: str | None, window: str | None, volume: int | None, series: str | None
) -> dict[str, Any]:
    """The reader options of a medical volume that were given."""
    given = {"plane": plane, "window": window, "volume": volume, "series": series}
    return {name: value for name, value in given.items() if value is not None}


def check_margin(options: MappingOptions, analysis: Analysis) -> None:
    """Refuse a margin in degrees where nothing says how large a degree is.

    Raises:
        BadParameter: neither the recording nor an option says so.
    """
    if options.margin_deg and options.px_per_degree is None and analysis.recording.camera is None:
        raise typer.BadParameter(
            f"--margin-deg {options.margin_deg:g} needs px per degree, and the recording has no camera "
            "intrinsics; give --px-per-degree, or no margin."
        )
