"""What the commands of ``dwell edit`` are told: AOIs, frames or times, a click."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dwell.analysis import Analysis

__all__ = [
    "Absent",
    "Approved",
    "Colour",
    "FirstAoi",
    "From",
    "MaxPx",
    "MinPx",
    "OtherAoi",
    "Px",
    "SomeAois",
    "To",
    "click_of",
    "frame_of",
    "span_of",
]

FirstAoi = Annotated[str, typer.Argument(metavar="AOI", help="Name of the AOI.", show_default=False)]
OtherAoi = Annotated[str, typer.Argument(metavar="OTHER", help="Name of another AOI.", show_default=False)]
SomeAois = Annotated[
    list[str] | None,
    typer.Argument(metavar="AOI…", help="Names of AOIs; default all.", show_default=False),
]
Colour = Annotated[str, typer.Argument(metavar="#RRGGBB", help="Its new colour.", show_default=False)]
From = Annotated[
    str | None, typer.Option("--from", metavar="N", help="First frame, or time; default the video's start.")
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="N", help="Frame, or time, to stop before; default the video's end."),
]
Approved = Annotated[
    bool, typer.Option("--approved", help="Change approved masks, too; otherwise they are left alone.")
]
Absent = Annotated[
    bool, typer.Option("--absent", help="Where nothing would be left, the AOI is absent; default unchanged.")
]
MaxPx = Annotated[
    int | None, typer.Option(metavar="PX", min=1, help="Pixels; larger holes stay. Default any size.")
]
MinPx = Annotated[
    int | None,
    typer.Option(metavar="PX", min=1, help="Pixels; smaller parts go. Default all but the largest."),
]
Px = Annotated[float, typer.Option(metavar="PX", help="How far, px.")]

_CLICK = re.compile(r"(-?[0-9.]+),(-?[0-9.]+)@f([0-9]+)")
_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)s?")


def span_of(analysis: Analysis, start: str | None, stop: str | None) -> tuple[int, int]:
    """The frames (start, stop), half-open, of frames or times; None = the video's ends.

    Raises:
        BadParameter: neither a frame nor a time.
        ValueError: there is no frame between them.
    """
    n_frames = analysis.project.source.n_frames
    first = 0 if start is None else frame_of(analysis, start)
    end = n_frames if stop is None else frame_of(analysis, stop)
    if not 0 <= first < min(end, n_frames):
        raise typer.BadParameter(
            f"--from {start or 0} --to {end if stop is None else stop} holds no frame; the video has frames "
            f"0 … {n_frames - 1}, and --to is the one to stop before."
        )
    return first, min(end, n_frames)


def frame_of(analysis: Analysis, text: str) -> int:
    """The frame ``120``, or the first one at or after the time ``12.5s``, ``1:02.5`` or ``1:00:00``.

    Times count from the recording's start; without frame times, from the video's.

    Raises:
        BadParameter: it is neither.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text)
    found = _TIME.fullmatch(text)
    if found is None:
        raise typer.BadParameter(
            f"Cannot read {text!r}; write a frame, such as 120, or a time, such as 12.5s or 1:02.5."
        )
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    time_ns = round(((hours * 60 + minutes) * 60 + seconds) * 1e9)
    recording = analysis.recording
    timed = recording.has("frame times")
    times_ns = recording.frame_times_ns - recording.start_ns if timed else analysis.frames.pts_ns
    return int(times_ns.searchsorted(time_ns))


def click_of(text: str) -> tuple[int, tuple[float, float]]:
    """Frame and place of ``412,300@f90``.

    Raises:
        BadParameter: it is not written like this.
    """
    found = _CLICK.fullmatch(text.replace(" ", ""))
    try:
        if found is not None:
            return int(found[3]), (float(found[1]), float(found[2]))
    except ValueError:
        pass
    raise typer.BadParameter(f"Cannot read the click {text!r}; write X,Y@fN, such as 412,300@f90.")
