"""``dwell cloud push``: AOIs to an enrichment in Pupil Cloud."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.cloud.opening import DryRun, Url, key_of, opened_cloud, selected
from dwell.cli.console import FAILED, note, print_json, print_table, reporting_errors, say
from dwell.cli.opening import open_project
from dwell.cli.options import AsJson, ProjectPath
from dwell.cli.progress import progress

if TYPE_CHECKING:
    from dwell.cloud import PushPlan, PushReport

__all__ = ["push"]


def push(
    project: ProjectPath,
    url: Url,
    dry_run: DryRun = False,
    aoi: Annotated[
        list[str] | None, typer.Option("--aoi", metavar="NAME", help="Send only this AOI; may be repeated.")
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The enrichment's reference image; masks must be as large as it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send a project's AOIs to an enrichment of Pupil Cloud.

    The project is about one picture: the enrichment's reference image. What is
    there is compared first: new AOIs are made, changed ones changed, and those
    that others drew in Pupil Cloud are left alone. Every AOI is read back. The
    same command again does what is missing, and nothing twice.

    [bold]Examples[/bold]

      dwell cloud push shelf.dwell https://cloud.pupil-labs.com/workspaces/…/enrichments/… --dry-run

      dwell cloud push shelf.dwell https://cloud.pupil-labs.com/workspaces/…/enrichments/… --aoi bottle
    """
    with reporting_errors(
        as_json=as_json, stopped="What was sent stays; run the same command to send the rest."
    ):
        from dwell.cloud import parse_address, picture_hw, plan_push, uploads_of
        from dwell.cloud import push as push_plan

        place = parse_address(url).expected("enrichment")
        with open_project(project) as analysis:
            uploads, left_out = uploads_of(analysis.project)
            key = key_of(project, analysis.project, dry_run=dry_run)
        uploads = selected(uploads, aoi or [])
        for name, why in {} if aoi else left_out.items():
            note(f"{name} is not sent: {why}.")
        size_hw = None if reference is None else picture_hw(reference)
        with opened_cloud() as cloud:
            plan = plan_push(cloud, place, uploads, key, reference_hw=size_hw)
            if dry_run:
                _show_plan(plan, as_json)
                return
            with progress("Sending", unit="AOIs", as_json=as_json) as show:
                report = push_plan(cloud, plan, show)
        _show_report(report, as_json)
        if report.failed:
            raise typer.Exit(FAILED)


def _show_plan(plan: PushPlan, as_json: bool) -> None:
    rows = [(each.upload.name, each.what, each.there.id if each.there else None) for each in plan.aois]
    if as_json:
        facts = [{"name": name, "what": what, "aoi_id": aoi_id} for name, what, aoi_id in rows]
        alone = [{"name": each.name, "aoi_id": each.id} for each in (*plan.orphans, *plan.foreign)]
        print_json({"dry_run": True, "aois": facts, "left_alone": alone})
        return
    print_table(("AOI", "would be done", "id in Pupil Cloud"), rows)
    _note_left_alone(plan)
    say("Nothing was sent. Leave --dry-run out to send." if plan.to_do else "There is nothing to send.")


def _note_left_alone(plan: PushPlan) -> None:
    for aois, why in ((plan.foreign, "made by others"), (plan.orphans, "no longer in the project")):
        if aois:
            names = ", ".join(each.name for each in aois)
            note(f"Left alone, as {why}: {names}. `dwell cloud rm` deletes what you name.")


def _show_report(report: PushReport, as_json: bool) -> None:
    if as_json:
        print_json({"dry_run": False, "aois": [vars(each) for each in report.outcomes]})
        return
    rows = [(each.name, each.what, _result(each.done, each.why)) for each in report.outcomes]
    print_table(("AOI", "to do", "result"), rows)
    if report.failed:
        names = ", ".join(each.name for each in report.failed)
        note(f"{len(report.failed)} of {len(rows)} failed: {names}. The same command sends these again.")
    else:
        say(f"All {len(rows)} AOIs are in Pupil Cloud.")


def _result(done: bool, why: str) -> Any:
    return (why or "done") if done else f"FAILED: {why}"
