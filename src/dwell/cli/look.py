"""``dwell look``: what is looked at is segmented; on screen, without one, or once more from its log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.app import serve_page
from dwell.cli.console import note, print_json, print_table, reporting_errors, say, wrong_usage
from dwell.cli.options import (
    AsJson,
    Device,
    Offline,
    Plane,
    Resolution,
    Series,
    VolumeIdx,
    Window,
    volume_options,
)
from dwell.cli.preparing import prepare_backend
from dwell.cli.progress import progress

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.looks import LookRun

__all__ = ["look"]

_ALONE = "Without a screen (--headless)"


def look(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="Image, folder of numbered images, video, volume (NIfTI or DICOM), recording or .dwell "
            "project; with --again, the folder of a look.",
            show_default=False,
        ),
    ],
    source: Annotated[
        str,
        typer.Option(
            metavar="NAME[:WHERE]",
            help="Where gaze comes from: mouse, neon, neon:ADDRESS, lsl, lsl:STREAM, tobii or replay:FILE.",
        ),
    ] = "mouse",
    project: Annotated[
        Path | None, typer.Option(metavar="DIR.dwell", help="The project; default <name>.dwell here.")
    ] = None,
    backend: Annotated[
        str | None,
        typer.Option(metavar="NAME|DIR", help="Who segments; default the project's last, else embedded."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Run a look again from its log and say whether all is the same.")
    ] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="Without a page: gaze from replay:FILE, in px of the picture.")
    ] = False,
    keys: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with the columns 'timestamp \\[ns]' and 'action': start, save, include … Without it, "
            "what is looked at for long is kept.",
            rich_help_panel=_ALONE,
        ),
    ] = None,
    aoi: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The AOI that masks go to; default a new one each.", rich_help_panel=_ALONE
        ),
    ] = None,
    frame: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, help="The picture shown at first; default 0.", rich_help_panel=_ALONE
        ),
    ] = None,
    px_per_degree: Annotated[
        float | None,
        typer.Option(
            metavar="PX",
            min=1,
            help="px of the picture per degree of the eye; default 40.",
            rich_help_panel=_ALONE,
        ),
    ] = None,
    error_deg: Annotated[
        float | None,
        typer.Option(
            metavar="D", min=0.05, help="By how much gaze is off; default 1.", rich_help_panel=_ALONE
        ),
    ] = None,
    dwell_ms: Annotated[
        float | None,
        typer.Option(
            metavar="MS", min=100, help="What long looking is; default 1000.", rich_help_panel=_ALONE
        ),
    ] = None,
    latency_ms: Annotated[
        float | None,
        typer.Option(
            metavar="MS",
            min=0,
            help="How long the segmenter is said to take, whatever it takes here; default 0.",
            rich_help_panel=_ALONE,
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, show_default=False, help="Port of the page.")
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")
    ] = True,
    resolution: Resolution = None,
    device: Device = None,
    offline: Offline = False,
    plane: Plane = None,
    window: Window = None,
    volume: VolumeIdx = None,
    series: Series = None,
    as_json: AsJson = False,
) -> None:
    """Segment what is looked at, with gaze as the prompt.

    Opens the page in its Look mode; keys are shown there. Everything is kept
    beside the project: gaze, keys, masks, times. `dwell map` with the folder
    of a look gives its AOI metrics.

    [bold]Examples[/bold]

      dwell look scan.nii.gz --source neon

      dwell look shelf.png --source lsl:MyTracker

      dwell look shelf.png --headless --source replay:gaze.csv --keys keys.csv

      dwell look shelf.dwell/looks/look-0001 --again
    """
    with reporting_errors(as_json=as_json):
        alone = {"--keys": keys, "--aoi": aoi, "--frame": frame, "--px-per-degree": px_per_degree,
                 "--error-deg": error_deg, "--dwell-ms": dwell_ms, "--latency-ms": latency_ms}  # fmt: skip
        _refuse_idle(alone, headless=headless, again=again)
        if again:
            _again(path, as_json=as_json)
            return
        model = {"resolution": resolution, "device": device, "offline": offline or None}
        options = {key: value for key, value in model.items() if value is not None}
        reader = volume_options(plane, window, volume, series)
        if not headless:
            opened = _prepared(path, project, backend, options, reader)
            serve_page(opened, look=source, port=port, browser=browser)
            return
        from dwell.looking import LookOptions
        from dwell.looks import look_headless

        chosen = LookOptions(
            error_deg=error_deg or 1.0, dwell_keeps=keys is None, dwell_ms=dwell_ms or 1000.0
        )
        with _opened(path, project, backend, options, reader) as analysis:
            prepare_backend(analysis, as_json=as_json)
            object_id = None if aoi is None else _object_id(analysis, aoi)
            with progress("Looking", unit="samples", as_json=as_json) as show:
                run, folder = look_headless(
                    analysis.session,
                    source,
                    keys,
                    chosen,
                    frame_idx=frame or 0,
                    object_id=object_id,
                    px_per_deg=px_per_degree or 40.0,
                    latency_ms=latency_ms or 0.0,
                    progress=show,
                )
        _show(run, folder, as_json=as_json)


def _opened(
    path: Path, project: Path | None, backend: str | None, options: dict[str, Any], reader: dict[str, Any]
) -> Analysis:
    from dwell.analysis import open_analysis

    with wrong_usage():  # such as an option that this kind of recording does not take
        return open_analysis(path, project, backend=backend, backend_options=options, **reader)


def _refuse_idle(alone: Mapping[str, object], *, headless: bool, again: bool) -> None:
    """Refuse options that would do nothing.

    Raises:
        BadParameter: there is one.
    """
    given = [name for name, value in alone.items() if value is not None]
    if again and (headless or given):
        raise typer.BadParameter(
            f"--again runs a look as it was; leave out {given[0] if given else '--headless'}."
        )
    if given and not headless:
        raise typer.BadParameter(
            f"{given[0]} is for looks without a page; add --headless, or set it in the page's Look panel."
        )


def _prepared(
    path: Path, project: Path | None, backend: str | None, options: dict[str, Any], reader: dict[str, Any]
) -> Path:
    """What the page is to open: the path itself, or the project with the choices that were made."""
    if project is None and backend is None and not options and not reader:
        return path
    with _opened(path, project, backend, options, reader) as analysis:
        prepare_backend(analysis, as_json=False)
        if backend is not None or options:
            analysis.session.sign()
        assert analysis.project.path is not None  # it was opened from a folder, or made in one
        return analysis.project.path


def _object_id(analysis: Analysis, name: str) -> int:
    known = {each.name: each.object_id for each in analysis.project.aois()}
    return known[name] if name in known else analysis.project.add_aoi(name).object_id


def _show(run: LookRun, folder: Path, *, as_json: bool) -> None:
    kept = [{"aoi": each.name, "object_id": each.object_id, "frame_idx": each.frame_idx} for each in run.kept]
    if as_json:
        print_json({"look": folder, "samples": run.n_samples, "questions": run.n_questions, "kept": kept})
        return
    print_table(
        ("AOI", "picture", "after [s]"),
        [(each.name, each.frame_idx, f"{(each.t_ns - run.start_ns) / 1e9:.2f}") for each in run.kept],
        title=f"{len(kept)} masks kept from {run.n_samples} gaze samples",
    )
    if run.n_unkept:
        note(f"{run.n_unkept} times nothing was kept, as nothing was found for what was said.")
    if not kept:
        note("Nothing was kept. Give --keys, or a shorter --dwell-ms; look at gaze.csv in the look's folder.")
    say(f"The look is in {folder}")


def _again(path: Path, *, as_json: bool) -> None:
    from dwell.analysis import open_analysis
    from dwell.looks import backend_of_look, project_of_look, replay_look

    project = project_of_look(path)
    name, options = backend_of_look(path)
    with (
        open_analysis(project, write=False, backend=name, backend_options=options) as analysis,
        progress("Looking again", unit="lines", as_json=as_json) as show,
    ):
        found = replay_look(path, analysis.session.preview, show)
    if as_json:
        print_json(
            {
                "identical": found.identical,
                "cut_off": found.cut_off,
                "backend": name,
                "first_difference": found.first_difference,
                "events": found.n_events,
                "requests": [found.n_same, found.n_requests],
                "answers": [found.n_answers_same, found.n_answers],
            }
        )
    elif found.identical:
        say(f"The same, bit for bit: {found.n_events} events, {found.n_answers} answers of the segmenter.")
    else:
        say(f"Not the same from {found.first_difference}. Segmenter: {name}.")
    if found.cut_off and not as_json:
        note("The log ends with half a line, as when a disk was full; what comes before it was run again.")
    if not found.identical:
        raise typer.Exit(1)
