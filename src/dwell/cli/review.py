"""``dwell review``: where results could be wrong, worst first."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.console import print_json, print_table, reporting_errors, say
from dwell.cli.opening import open_project
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

if TYPE_CHECKING:
    from dwell.review import ReviewQueue

__all__ = ["review"]


def review(
    project: ProjectPath,
    target: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0.0, max=1.0, help="Share of the possible error to cover, 0 to 1."),
    ] = 0.95,
    margin_deg: MarginDeg = 0.0,
    px_per_degree: PxPerDegree = None,
    blinks: Blinks = "exclude",
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """List the moments in which results could be wrong, worst first.

    A moment weighs as much gaze time as could be wrong there: doubt
    about the mask, times how near gaze is to its border, times the
    length of the visit that hangs on it. Correct or approve them in
    `dwell app`.

    [bold]Examples[/bold]

      dwell review kitchen.dwell

      dwell review kitchen.dwell --target 0.8 --json
    """
    with reporting_errors(as_json=as_json, reader_options="dwell track PROJECT"):
        options = mapping_options(margin_deg, px_per_degree, "majority", blinks, "recording")
        with open_project(project, source) as analysis:
            check_margin(options, analysis)
            with progress("Mapping gaze", unit="steps", as_json=as_json) as show:
                results = analysis.map(options, show)
            queue = analysis.review(target=target, results=results)
            names = {aoi.object_id: aoi.name for aoi in results.gaze_map.aois}
        if as_json:
            print_json(_facts(queue, names))
        else:
            _show(queue, names)


def _facts(queue: ReviewQueue, names: dict[int, str]) -> dict[str, Any]:
    return {
        "total_ms": queue.total_ms,
        "target": queue.target,
        "n_for_target": queue.n_for_target,
        "minutes": queue.minutes,
        "unit": "deg" if queue.in_deg else "px",
        "moments": [{"AOI": names[each.object_id], **asdict(each)} for each in queue.moments],
    }


def _show(queue: ReviewQueue, names: dict[int, str]) -> None:
    if not queue.moments:
        say("Nothing to review: no gaze is near a mask in doubt, and no AOI is unknown where there is gaze.")
        return
    rows = [
        (
            names[each.object_id],
            each.frame_idx,
            f"{each.first_frame}–{each.stop_frame - 1}",
            f"{each.weight:.1%}",
            f"{each.cumulative:.1%}",
            each.why,
        )
        for each in queue.moments[: queue.n_for_target]
    ]
    print_table(("AOI", "look at", "frames", "share", "so far", "why"), rows)
    n = len(rows)
    say(
        f"{n} moment{'s' if n > 1 else ''}, about {_minutes(queue.minutes)}, "
        f"cover{'s' if n == 1 else ''} {queue.moments[n - 1].cumulative:.0%} of the possible error "
        f"({queue.total_ms / 1000:.1f} s of gaze)."
        if n
        else f"{queue.total_ms / 1000:.1f} s of gaze could be wrong; choose a --target above 0."
    )


def _minutes(minutes: float) -> str:
    return f"{max(1, round(minutes * 60))} s" if minutes < 1.5 else f"{minutes:.0f} minutes"
