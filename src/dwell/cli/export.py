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
    format: Annotated[
        str, typer.Option(metavar="davis|coco|nifti|nifti-each|dicom-seg", help="Label format.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the labels; made if need be.")],
    as_json: AsJson = False,
) -> None:
    """Write the masks as labels.

    davis: one indexed PNG for every frame, named like the source image or
    00000.png; the value is the object_id. coco: annotations.json with
    run-length masks, boxes and track ids. Of a medical volume also nifti: one
    file of labels on exactly its grid, and aoi_volumes.csv with each AOI's ml;
    nifti-each: one file per AOI; dicom-seg: segments of a DICOM series.

    [bold]Examples[/bold]

      dwell export kitchen.dwell --format davis --out masks

      dwell export kitchen.dwell --format coco --out labels

      dwell export scan.dwell --format nifti --out labels
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
                f"overlapping_{report.unit}": report.overlapping_px,
            }
            | ({"slices_without_voxel": report.without_voxel} if report.unit == "voxels" else {})
        )
        return
    for each in report.notes:
        note(each)
    say(f"{report.n_masks} masks on {report.n_frames} {report.frame}s written to {report.path}")
