"""``dwell cloud events``: visits to AOIs as events of a recording in Pupil Cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from dwell.cli.cloud.opening import DryRun, Url, opened_cloud
from dwell.cli.console import FAILED, note, print_json, print_table, reporting_errors, say
from dwell.cli.opening import open_project
from dwell.cli.options import (
    AsJson,
    Blinks,
    MarginDeg,
    ProjectPath,
    PxPerDegree,
    check_margin,
    mapping_options,
)
from dwell.cli.progress import progress
from dwell.errors import CloudError

if TYPE_CHECKING:
    from dwell.cloud import EventPlan, EventReport

__all__ = ["events"]


def events(
    project: ProjectPath,
    url: Url,
    dry_run: DryRun = False,
    margin_deg: MarginDeg = 0.0,
    px_per_degree: PxPerDegree = None,
    blinks: Blinks = "exclude",
    as_json: AsJson = False,
) -> None:
    """Write each visit of gaze to an AOI to the recording in Pupil Cloud, as two events.

    They are named after the AOI: "cup entry" and "cup exit"; see aoi_visits.csv
    of `dwell map`. Events that are there already are not written again.

    [bold]Examples[/bold]

      dwell cloud events kitchen.dwell "https://cloud.pupil-labs.com/workspaces/…/recordings?id=…" --dry-run

      dwell cloud events kitchen.dwell "https://cloud.pupil-labs.com/workspaces/…/recordings?id=…"
    """
    with reporting_errors(
        as_json=as_json, stopped="What was written stays; run the same command for the rest."
    ):
        from dwell.cloud import events_of_visits, parse_address, plan_events, write_events

        place = parse_address(url).expected("recording")
        options = mapping_options(margin_deg, px_per_degree, "majority", blinks, "recording")
        with open_project(project) as analysis:
            recording_id = _the_one(place.recording_ids, analysis.recording.id)
            check_margin(options, analysis)
            with progress("Mapping gaze", unit="steps", as_json=as_json) as show:
                visits = analysis.map(options, show).aoi_visits
            wanted = events_of_visits(visits, analysis.recording.start_ns)
        with opened_cloud() as cloud:
            plan = plan_events(cloud, place.workspace_id, recording_id, wanted)
            if dry_run:
                _show_plan(plan, as_json)
                return
            with progress("Writing", unit="events", as_json=as_json) as show:
                report = write_events(cloud, plan, show)
        _show_report(plan, report, as_json)
        if report.failed:
            raise typer.Exit(FAILED)


def _the_one(ids: tuple[str, ...], own: str) -> str:
    """The recording that the address names, if it is the project's."""
    if own in ids:
        return own
    raise CloudError(
        f"The project is about the recording {own}, and the address is that of {', '.join(ids)}; open the "
        "project's recording in Pupil Cloud and copy its address."
    )


def _show_plan(plan: EventPlan, as_json: bool) -> None:
    if as_json:
        print_json({"dry_run": True, "new": [vars(each) for each in plan.new], "n_there": len(plan.there)})
        return
    print_table(("event", "at [s]"), [(each.name, f"{each.offset_s:.3f}") for each in plan.new])
    say(f"{len(plan.new)} events would be written, {len(plan.there)} are there already. Nothing was written.")


def _show_report(plan: EventPlan, report: EventReport, as_json: bool) -> None:
    if as_json:
        facts = {"n_written": len(report.added), "n_there": len(plan.there), "n_failed": len(report.failed)}
        print_json({"dry_run": False, **facts, "why": report.why})
    else:
        say(f"{len(report.added)} events written, {len(plan.there)} were there already.")
    if report.failed:
        note(f"{len(report.failed)} events are missing: {report.why} The same command writes them.")
