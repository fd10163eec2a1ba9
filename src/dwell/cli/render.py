"""``dwell render``: the enriched video."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dwell.cli.console import note, print_json, reporting_errors, say, wrong_usage
from dwell.cli.opening import make_folder, open_project
from dwell.cli.options import (
    AsJson,
    Blinks,
    MarginDeg,
    ProjectPath,
    PxPerDegree,
    Source,
    check_margin,
    mapping_options,
)
from dwell.cli.progress import progress

__all__ = ["render"]


def render(
    project: ProjectPath,
    out: Annotated[Path, typer.Option(metavar="FILE.mp4", help="The video to write.")],
    margin_deg: MarginDeg = 0.0,
    px_per_degree: PxPerDegree = None,
    blinks: Blinks = "exclude",
    labels: Annotated[bool, typer.Option(help="Write AOI names beside the masks.")] = True,
    clock: Annotated[bool, typer.Option(help="Write time and frame number.")] = True,
    trail_ms: Annotated[float, typer.Option(metavar="MS", help="How much past gaze to draw.")] = 400.0,
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """Write the scene video with masks that change colour while they are looked at.

    Timing and sound are those of the scene video.

    [bold]Examples[/bold]

      dwell render kitchen.dwell --out looked-at.mp4

      dwell render kitchen.dwell --out plain.mp4 --no-labels --trail-ms 0
    """
    with reporting_errors(as_json=as_json, reader_options="dwell track PROJECT"):
        options = mapping_options(margin_deg, px_per_degree, "majority", blinks, "recording")
        from dwell.render import RenderOptions

        with wrong_usage():
            look = RenderOptions(labels=labels, clock=clock, trail_ms=trail_ms)
        with open_project(project, source) as analysis:
            check_margin(options, analysis)
            make_folder(out.parent)
            if not as_json and not analysis.recording.has("gaze"):
                note("The recording has no gaze; the video shows the masks only.")
            with progress("Rendering", as_json=as_json) as show:
                analysis.render(out, options, look, show)
        if as_json:
            print_json({"file": out})
        else:
            say(f"Written: {out}")
