"""``dwell import``: labels of other tools as AOIs of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from dwell.cli.console import note, print_json, reporting_errors, say
from dwell.cli.options import AsJson
from dwell.cli.progress import progress

if TYPE_CHECKING:
    from dwell.labels import ImportReport

__all__ = ["import_labels"]


def import_labels(
    labels: Annotated[
        Path,
        typer.Argument(metavar="LABELS", help="File or folder of labels.", show_default=False),
    ],
    into: Annotated[
        Path,
        typer.Option(
            metavar="PROJECT|RECORDING", help="The project; of a recording, it is made if there is none yet."
        ),
    ],
    format: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Their format; default what they look like.", show_default=False),
    ] = None,
    how: Annotated[
        Literal["masks", "prompts"],
        typer.Option(
            "--as",
            help="masks: take them as they are. prompts: take what a person has put there, boxes too, to be "
            "tracked.",
        ),
    ] = "masks",
    video: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which video, if there are several.", show_default=False),
    ] = None,
    existing: Annotated[
        Literal["refuse", "new", "replace"],
        typer.Option(
            help="If the project has an AOI of the same name: import nothing, add a new one with a number, "
            "or put the labels in place of its masks and prompts."
        ),
    ] = "refuse",
    as_json: AsJson = False,
) -> None:
    """Take labels into a project: all or none, and one undo takes them back.

    Ids, names, colours, categories and parts are kept. The labels must be for
    pictures of the same size; frames are found by the names of the pictures, or
    by number. Imported masks are never changed by tracking; correct them in
    `dwell app`, and `dwell export` writes the others as they were.

    [bold]Examples[/bold]

      dwell import annotations.json --into kitchen.dwell

      dwell import annotations.json --into kitchen.mp4 --format coco

      dwell import gt.txt --into kitchen.dwell --format mot --as prompts
    """
    with reporting_errors(as_json=as_json), progress("Importing", unit="labels", as_json=as_json) as show:
        from dwell.analysis import open_analysis

        with open_analysis(into) as analysis:
            report = analysis.import_labels(
                labels, format, how=how, video=video, existing=existing, progress=show
            )
            project = analysis.project.path
    if as_json:
        print_json({"project": project, **_facts(report)})
        return
    for each in report.notes:
        note(each)
    what = f"{report.n_masks} masks" if how == "masks" else f"{report.n_prompts} prompts"
    say(f"{what} of {len(report.aois)} AOIs on {report.n_frames} frames imported into {project}")
    if how == "prompts":
        say(f"Track them: dwell track {project}")


def _facts(report: ImportReport) -> dict[str, Any]:
    return {
        "format": report.format,
        "video": report.video,
        "aois": [{"object_id": each.object_id, "name": each.name} for each in report.aois],
        "n_frames": report.n_frames,
        "n_masks": report.n_masks,
        "n_prompts": report.n_prompts,
        "other_ids": report.ids,
        "other_names": report.names,
        "replaced": report.replaced,
        "left_out": report.left_out,
        "n_unanswered": report.n_unanswered,
        "is_filler_known": report.is_filler_known,
        "lost": report.lost,
    }
