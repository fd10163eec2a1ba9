"""``dwell track``: prompts in, masklets out."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from dwell.analysis import Analysis, open_analysis
from dwell.cli.console import note, print_json, print_table, reporting_errors, say
from dwell.cli.options import (
    AsJson,
    ClockOffset,
    Gaze,
    Origin,
    RecordingName,
    RecordingPath,
    Source,
    TimeColumn,
    Units,
    XColumn,
    YColumn,
)
from dwell.cli.progress import progress
from dwell.prompts import FileAoi, NamedPrompt, parse_prompt, read_prompts

__all__ = ["track"]


def track(
    path: RecordingPath,
    aoi: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROMPT",
            help="NAME:click=X,Y@fN, NAME:exclude=X,Y@fN, NAME:box=X0,Y0,X1,Y1@fN, "
            "NAME:lasso=X,Y;X,Y;X,Y@fN, NAME:mask=FILE.png@fN or NAME:absent@fN; "
            "N is the frame, from 0. Repeat for more.",
        ),
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML file with AOIs and their prompts.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option(metavar="DIR.dwell", help="The project; default <recording>.dwell here.")
    ] = None,
    backend: Annotated[str, typer.Option(help="Who segments and tracks.")] = "embedded",
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Track this AOI only. Repeat for more.")
    ] = None,
    start: Annotated[int | None, typer.Option("--from", metavar="N", help="First frame of interest.")] = None,
    stop: Annotated[int | None, typer.Option("--to", metavar="N", help="Frame to stop before.")] = None,
    direction: Annotated[str, typer.Option(metavar="both|forward|backward")] = "both",
    recording: RecordingName = None,
    source: Source = None,
    gaze: Gaze = None,
    time: TimeColumn = None,
    x: XColumn = None,
    y: YColumn = None,
    units: Units = None,
    origin: Origin = None,
    clock_offset_ns: ClockOffset = None,
    as_json: AsJson = False,
) -> None:
    """Track AOIs through the scene video, from prompts on some frames.

    Everything is saved in the project as it comes. Ctrl-C stops; the same command, or `dwell track PROJECT`,
    goes on. New prompts on tracked frames are corrections: only the frames around them are tracked again.

    [bold]Examples[/bold]

      dwell track recording.zip --aoi cup:click=412,300@f90 --aoi "left hand:box=10,200,240,420@f90"

      dwell track kitchen.dwell --aoi cup:exclude=500,310@f840

      dwell track video.mp4 --gaze gaze.csv --prompts aois.yaml --project study/p01.dwell
    """
    reader = {
        "name": recording, "gaze": gaze, "time": time, "x": x, "y": y,
        "units": units, "origin": origin, "clock_offset_ns": clock_offset_ns,
    }  # fmt: skip
    options = {key: value for key, value in reader.items() if value is not None}
    with reporting_errors(as_json=as_json), ExitStack() as stack:
        written: list[NamedPrompt | FileAoi] = list(read_prompts(prompts)) if prompts else []
        written += map(parse_prompt, aoi or [])
        analysis = stack.enter_context(_open(path, project, backend, source, options))
        n_added = analysis.add_prompts(written)
        span = (start or 0, stop if stop is not None else analysis.project.source.n_frames)
        with progress("Tracking", as_json=as_json) as show:
            n_tracked = analysis.track(span, direction, only, show)
        _report(analysis, n_added, n_tracked, as_json)


def _open(
    path: Path, project: Path | None, backend: str, source: Path | None, options: dict[str, Any]
) -> Analysis:
    try:
        return open_analysis(path, project, backend=backend, source=source, **options)
    except TypeError as error:  # an option that this kind of recording does not take
        raise typer.BadParameter(str(error)) from error


def _report(analysis: Analysis, n_added: int, n_tracked: int, as_json: bool) -> None:
    states = analysis.states()
    path = analysis.project.path
    if as_json:
        print_json({"project": path, "prompts_added": n_added, "frames_tracked": n_tracked, "aois": states})
        return
    print_states(states)
    say(
        f"{n_tracked} frames tracked, saved in {path}"
        if n_tracked
        else f"Nothing was left to track in {path}"
    )
    if any(each["lost"] or each["check"] for each in states):
        note("Look at the lost frames and those to check; correct with another prompt there and track again.")
    say(f"Next: dwell map {path} --out tables   or   dwell render {path} --out looked-at.mp4")


def print_states(states: list[dict[str, Any]]) -> None:
    """Show on how many frames each AOI is visible, absent, lost, unknown, and to be checked."""
    columns = ("name", "object_id", "visible", "absent", "lost", "unknown", "stale", "check", "mean score")
    print_table(columns, [[each[column.replace(" ", "_")] for column in columns] for each in states])
