"""``dwell track``: prompts in, masklets out."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.console import note, print_json, print_table, reporting_errors, say, wrong_usage
from dwell.cli.options import (
    AsJson,
    ClockOffset,
    Device,
    Fps,
    Gaze,
    MinConfidence,
    Normalised,
    Offline,
    Origin,
    Plane,
    Reacquire,
    RecordingName,
    RecordingPath,
    Remember,
    Resolution,
    Series,
    Source,
    TimeColumn,
    Units,
    Video,
    VideoStart,
    VolumeIdx,
    Window,
    XColumn,
    YColumn,
    volume_options,
)
from dwell.cli.preparing import announce, prepare_backend
from dwell.cli.progress import progress
from dwell.errors import DwellError

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.masks import Masklet
    from dwell.prompts import FileAoi, NamedPrompt
    from dwell.types import Direction

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
    backend: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|DIR",
            help="Who segments and tracks: embedded, a learned model (dwell models lists them) or the folder "
            "of one; default the project's last, else embedded.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Track this AOI only. Repeat for more.")
    ] = None,
    start: Annotated[int, typer.Option("--from", metavar="N", min=0, help="First frame of interest.")] = 0,
    stop: Annotated[
        int | None, typer.Option("--to", metavar="N", min=1, help="Frame to stop before.")
    ] = None,
    direction: Annotated[
        str, typer.Option(metavar="both|forward|backward", help="Which way from the prompts.")
    ] = "both",
    stride: Annotated[
        int | None,
        typer.Option(
            metavar="K",
            min=1,
            help="Look at every Kth frame only; masks between are interpolated, and say so. Default as "
            "last time, at first 1.",
        ),
    ] = None,
    resolution: Resolution = None,
    device: Device = None,
    remember: Remember = None,
    reacquire: Reacquire = None,
    offline: Offline = False,
    recording: RecordingName = None,
    source: Source = None,
    gaze: Gaze = None,
    time: TimeColumn = None,
    x: XColumn = None,
    y: YColumn = None,
    units: Units = None,
    normalised: Normalised = None,
    origin: Origin = None,
    min_confidence: MinConfidence = None,
    clock_offset_ns: ClockOffset = None,
    video_start_ns: VideoStart = None,
    video: Video = None,
    fps: Fps = None,
    plane: Plane = None,
    window: Window = None,
    volume: VolumeIdx = None,
    series: Series = None,
    as_json: AsJson = False,
) -> None:
    """Track AOIs through the scene video, from prompts on some frames.

    Everything is saved in the project as it comes. Ctrl-C stops; the same
    command, or `dwell track PROJECT`, goes on. New prompts on tracked frames
    are corrections: only the frames around them are tracked again.

    [bold]Examples[/bold]

      dwell track recording.zip --aoi "blue cup:click=412,300@f90"

      dwell track kitchen.dwell --aoi "blue cup:exclude=500,310@f840"

      dwell track p1.mp4 --gaze p1.csv --prompts aois.yaml --project p1.dwell

      dwell track p1.dwell --backend sam2.1-tiny --resolution 512 --stride 3
    """
    reader = {
        "name": recording, "gaze": gaze, "time": time, "x": x, "y": y, "units": units, "origin": origin,
        "normalised": normalised, "min_confidence": min_confidence, "clock_offset_ns": clock_offset_ns,
        "video_start_ns": _whole_or_text(video_start_ns), "video": video, "fps": fps,
    }  # fmt: skip
    options = {key: value for key, value in reader.items() if value is not None}
    options |= volume_options(plane, window, volume, series)
    model = {
        "resolution": resolution, "device": device, "remember": remember, "reacquire": reacquire,
        "offline": offline or None,
    }  # fmt: skip
    model_options = {key: value for key, value in model.items() if value is not None}
    again = "What was done so far is saved; run the same command to go on."
    with reporting_errors(as_json=as_json, stopped=again), ExitStack() as stack:
        from dwell.prompts import parse_prompt, read_prompts

        way = _direction(direction)
        written: list[NamedPrompt | FileAoi] = list(read_prompts(prompts)) if prompts else []
        written += map(parse_prompt, aoi or [])
        analysis = stack.enter_context(_open(path, project, backend, model_options, source, options))
        notes = [] if analysis.project.runs() and not options else _notes(analysis)
        if not as_json:
            for text in notes:
                note(text)
        prepare_backend(analysis, as_json=as_json)
        n_added = analysis.add_prompts(written)
        span = _span(start, stop, analysis.project.source.n_frames)
        announce(analysis, span, way, only, stride or analysis.last_stride, as_json=as_json)
        with progress("Tracking", as_json=as_json) as show:
            n_tracked = analysis.track(span, way, only, show, stride=stride)
        notes += _of_interpolated(analysis, stride, n_tracked, as_json=as_json)
        _report(analysis, n_added, n_tracked, notes, as_json)


def _open(
    path: Path,
    project: Path | None,
    backend: str | None,
    model_options: dict[str, Any],
    source: Path | None,
    options: dict[str, Any],
) -> Analysis:
    from dwell.analysis import open_analysis

    with wrong_usage():  # such as an option that this kind of recording does not take
        return open_analysis(
            path, project, backend=backend, backend_options=model_options, source=source, **options
        )


def _direction(text: str) -> Direction:
    from dwell.types import Direction

    if text not in list(Direction):
        raise typer.BadParameter(f"--direction is both, forward or backward, not {text!r}.")
    return Direction(text)


def _span(start: int, stop: int | None, n_frames: int) -> tuple[int, int]:
    stop = n_frames if stop is None else min(stop, n_frames)
    if start >= stop:
        raise typer.BadParameter(
            f"There is no frame from {start} to before {stop}; the video has frames 0 … {n_frames - 1}."
        )
    return start, stop


def _whole_or_text(text: str | None) -> int | str | None:
    return int(text) if text is not None and text.lstrip("-").isdecimal() else text


def _notes(analysis: Analysis) -> list[str]:
    """What is odd about the recording's gaze and times: better known before tracking than after."""
    recording, problems = analysis.recording, []
    for stream in () if recording.kind == "volume" else ("clock", "gaze"):
        try:
            getattr(recording, stream)
        except DwellError as error:
            problems.append(f"Tracking works, but gaze cannot be mapped: {error}")
    return [*dict.fromkeys(problems), *recording.notes]


def _of_interpolated(analysis: Analysis, stride: int | None, n_tracked: int, *, as_json: bool) -> list[str]:
    """How many masks were interpolated, and what to do where a smaller stride has found nothing to do."""
    n_masks = sum(_n_interpolated(each) for each in analysis.project.masklets(include_stale=False))
    if not n_masks:
        return []
    found = [f"{n_masks} masks are interpolated: their frames were skipped (--stride)."]
    largest = max((int(run.parameters.get("stride", 1)) for run in analysis.project.runs()), default=1)
    if stride is not None and stride < largest and not n_tracked:
        found.append(
            f"What is tracked stays as it is, also with --stride {stride}. To look at the skipped frames, "
            "prompt an AOI on one of them, which has the frames around it tracked again, or give the same "
            "prompts to a new project (--project NEW.dwell)."
        )
    if not as_json:
        for text in found:
            note(text)
    return found


def _n_interpolated(masklet: Masklet) -> int:
    from dwell.masks import SIGNALS

    return int((masklet.signals()[:, SIGNALS.index("interpolated")] == 1).sum())


def _report(analysis: Analysis, n_added: int, n_tracked: int, notes: list[str], as_json: bool) -> None:
    states = analysis.states()
    path = analysis.project.path
    if as_json:
        facts = {"project": path, "prompts_added": n_added, "frames_tracked": n_tracked}
        print_json({**facts, "aois": states, "notes": notes})
        return
    print_states(states)
    if any(each["lost"] or each["check"] for each in states):
        note(
            "Look at the lost frames and those to check; prompt there again (NAME:absent@fN where it is "
            "not in the picture) and track again."
        )
    done = f"{n_tracked} frames tracked, saved in" if n_tracked else "Nothing was left to track in"
    say(f"{done} {path}")
    if analysis.project.source.kind == "volume":
        say(f"Next: dwell export {path} --format nifti --out labels")
    else:
        say(f"Next: dwell map {path} --out tables   or   dwell render {path} --out looked-at.mp4")


def print_states(states: list[dict[str, Any]]) -> None:
    """Show on how many frames each AOI is visible, absent, lost, unknown, and to be checked."""
    columns = ("name", "object_id", "visible", "absent", "lost", "unknown", "stale", "check", "mean score")
    print_table(columns, [[each[column.replace(" ", "_")] for column in columns] for each in states])
