"""The group ``dwell edit``, and how each of its commands is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dwell.cli.console import EXIT_CODES, note, print_json, reporting_errors, say, wrong_usage
from dwell.cli.opening import open_project
from dwell.cli.options import ProjectPath
from dwell.cli.progress import progress

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.editing import EditReport
    from dwell.types import ProgressFn

__all__ = ["Tool", "edit", "run"]

edit = typer.Typer(
    name="edit",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@edit.callback()
def _edit(context: typer.Context, project: ProjectPath) -> None:
    """Correct masks over many frames; each command is one step that undo takes back.

    Frames are counted from 0. --from is the first, --to the one to stop
    before (but for interpolate: the two with known masks, what is between
    is filled); both may be times since the recording's start: 12.5s or 1:02.5.
    Approved masks are left alone, and counted, unless --approved is given.

    [bold]Examples[/bold]

      dwell edit kitchen.dwell swap cup mug --from 120

      dwell edit kitchen.dwell fill-holes cup --max-px 50

      dwell edit kitchen.dwell split "two cups" --at 412,300@f90 --name "left cup"

      dwell edit kitchen.dwell delete cup --from 1:02.5 --to 1:10 --absent

      dwell edit kitchen.dwell undo
    """
    context.obj = project


Tool = Callable[["Analysis", "ProgressFn"], "EditReport"]


def run(context: typer.Context, tool: Tool, as_json: bool, *, masks: bool = True) -> None:
    """Use a tool on the project, and say what it did; ``masks``: to how many."""
    project: Path = context.obj
    with (
        reporting_errors(
            as_json=as_json, stopped="Nothing was changed; run the same command to do it again."
        ),
        open_project(project, write=True) as analysis,
        progress("Editing", unit="masks", as_json=as_json) as show,
        wrong_usage(),
    ):
        report = tool(analysis, show)
    if as_json:
        print_json(_facts(report))
        return
    first, *more = report.lines()
    say(first if masks else f"{report.label}.")
    for line in more:
        note(line)


def _facts(report: EditReport) -> dict[str, object]:
    return {
        "label": report.label,
        "aois": [each.name for each in report.aois],
        "made": [each.name for each in report.made],
        "masks": report.n_masks,
        "made_by_a_person": report.n_user_made,
        "approved": report.n_approved,
        "out_of_date": report.n_outdated,
        "left_alone": [
            {"aoi": each.aoi.name, "why": str(each.why), "frames": each.n_frames, "spans": each.spans}
            for each in report.left
        ],
        "notes": list(report.notes),
    }
