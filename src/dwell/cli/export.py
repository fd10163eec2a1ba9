"""``dwell export``: masks as labels for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dwell.cli.console import note, print_json, reporting_errors, say
from dwell.cli.opening import make_folder, open_project
from dwell.cli.options import AsJson, ProjectPath
from dwell.cli.progress import progress

__all__ = ["export"]


def export(
    project: ProjectPath,
    format: Annotated[str, typer.Option(metavar="davis|coco", help="Label format.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the labels; made if need be.")],
    as_json: AsJson = False,
) -> None:
    """Write the masks as labels.

    davis: one indexed PNG for every frame, named like the source image or
    00000.png; the value is the object_id. coco: annotations.json with
    run-length masks, boxes and track ids.

    [bold]Examples[/bold]

      dwell export kitchen.dwell --format davis --out masks

      dwell export kitchen.dwell --format coco --out labels
    """
    with (
        reporting_errors(as_json=as_json),
        open_project(project) as analysis,
        progress("Exporting", as_json=as_json) as show,
    ):
        make_folder(out)
        report = analysis.export(format, out, show)
    if as_json:
        print_json(
            {
                "path": report.path,
                "n_frames": report.n_frames,
                "n_masks": report.n_masks,
                "frames_without_answer": report.silent,
                "overlapping_px": report.overlapping_px,
            }
        )
        return
    for name, missing in report.silent.items():
        if any(missing.values()):
            note(f"{name}: no label on {missing['lost']} lost and {missing['unknown']} untracked frames.")
    if report.overlapping_px:
        note(f"{report.overlapping_px} px belong to several AOIs; the smallest AOI got them.")
    say(f"{report.n_masks} masks on {report.n_frames} frames written to {report.path}")
