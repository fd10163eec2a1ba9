"""``dwell export``: masks as labels for other tools, and gaze on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from dwell.cli.console import note, print_json, reporting_errors, say
from dwell.cli.export_gaze import gaze_facts, write_gaze
from dwell.cli.label_options import Pictures, Polygons, write_options
from dwell.cli.opening import make_folder, open_project
from dwell.cli.options import AsJson, MarginDeg, PxPerDegree, mapping_options
from dwell.cli.progress import progress

if TYPE_CHECKING:
    from dwell.formats.contract import ExportReport
    from dwell.formats.gaze.contract import GazeExportReport

__all__ = ["export", "print_reports"]


def export(
    projects: Annotated[
        list[Path],
        typer.Argument(
            metavar="PROJECT...",
            help="A .dwell project, or several: a study, as one data set.",
            show_default=False,
        ),
    ],
    format: Annotated[
        str, typer.Option(metavar="NAME[,NAME...]", help="Formats; `dwell formats` lists them.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="Folder, made if need be; of several formats, each gets a folder in it.",
        ),
    ],
    frames: Annotated[
        Literal["all", "anchors", "approved"],
        typer.Option(
            help="Which frames: all; anchors, on which a person made or approved a mask; approved, on which "
            "every mask is."
        ),
    ] = "all",
    every: Annotated[
        int, typer.Option(metavar="N", min=1, help="Only frames whose number is a multiple of N.")
    ] = 1,
    unanswered: Annotated[
        Literal["skip", "write", "stop"],
        typer.Option(
            help="Frames on which an AOI is lost, unknown or out of date: leave them out, write them without "
            "that label, or write nothing at all."
        ),
    ] = "skip",
    pictures: Pictures = None,
    polygons: Polygons = False,
    val: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE|NAMES",
            help="For validation: a share of the recordings such as 0.2, or their names with commas between.",
            show_default=False,
        ),
    ] = None,
    margin_deg: MarginDeg = 0.0,
    px_per_degree: PxPerDegree = None,
    task: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Of gaze: what was done or seen; GazePlotter's stimulus, BIDS' task."
        ),
    ] = "scene",
    as_json: AsJson = False,
) -> None:
    """Write the masks as labels, or gaze on them for other programs.

    A frame is written if every AOI has an answer there, visible or absent;
    others are left out and counted, and so is grey filler. Boxes are those of
    the masks. Of medical volumes, nifti, nifti-each and dicom-seg write all
    slices and aoi_volumes.csv with each AOI's ml.

    [bold]Examples[/bold]

      dwell export kitchen.dwell --format davis --out masks

      dwell export kitchen.dwell --format coco,mot --out labels --every 10

      dwell export *.dwell --format yolo-seg --pictures jpg --val 0.2 --out set

      dwell export kitchen.dwell --format coco --frames approved --out truth

      dwell export scan.dwell --format nifti --out labels

      dwell export *.dwell --format gazeplotter,bids --margin-deg 0.5 --out gaze
    """
    share, mapping = _val(val), mapping_options(margin_deg, px_per_degree, "majority", "exclude", "recording")
    names = list(dict.fromkeys(each.strip() for each in format.split(",") if each.strip()))
    with reporting_errors(as_json=as_json), progress("Exporting", as_json=as_json) as show:
        from contextlib import ExitStack

        from dwell.labels import Selection, export_labels
        from dwell.registry import GAZE_FORMATS

        labels = [name for name in names if name not in GAZE_FORMATS]
        gaze = [name for name in names if name in GAZE_FORMATS]
        with ExitStack() as stack:
            analyses = [stack.enter_context(open_project(each)) for each in projects]
            make_folder(out)
            reports: list[ExportReport] = []
            if labels or not gaze:
                reports = export_labels(
                    analyses,
                    labels,
                    out / labels[0] if gaze and len(labels) == 1 else out,
                    selection=Selection(frames, every, unanswered),
                    options=write_options(pictures, polygons),
                    val=share,
                    progress=show,
                )
            folders = {name: out / name if len(names) > 1 else out for name in gaze}
            gazes = write_gaze(analyses, folders, mapping, task, show) if gaze else []
    print_reports(reports, gazes, as_json=as_json)


def _val(text: str | None) -> float | list[str]:
    """A share if it is a number, else names."""
    if text is None:
        return 0.0
    try:
        share = float(text)
    except ValueError:
        return [each.strip() for each in text.split(",") if each.strip()]
    if not 0 <= share < 1:
        raise typer.BadParameter(f"--val {text}: expected a share from 0 to below 1, or names of recordings.")
    return share


def print_reports(
    reports: Sequence[ExportReport], gazes: Sequence[GazeExportReport] = (), *, as_json: bool
) -> None:
    """What was written: of one format its facts, of several a list of them."""
    if as_json:
        facts = [*map(_facts, reports), *map(gaze_facts, gazes)]
        print_json(facts[0] if len(facts) == 1 else {"exports": facts})
        return
    for each in _notes(reports):
        note(each)
    for report in reports:
        pictures = f" and {report.n_pictures} pictures" if report.n_pictures else ""
        say(f"{report.n_masks} masks on {report.n_frames} {report.frame}s{pictures} written to {report.path}")
    for gaze in gazes:
        for each in gaze.notes:
            note(each)
        say(f"{gaze.n_samples} gaze samples and {gaze.n_events} events written to {gaze.path}")


def _notes(reports: Sequence[ExportReport]) -> list[str]:
    from dwell.formats.reporting import said_once

    if len(reports) == 1:
        return reports[0].notes
    return said_once((report.format, each) for report in reports for each in report.notes)


def _facts(report: ExportReport) -> dict[str, Any]:
    facts = {
        "format": report.format,
        "path": report.path,
        "n_frames": report.n_frames,
        "n_masks": report.n_masks,
        "n_pictures": report.n_pictures,
        "filler_frames_left_out": report.n_filler,
        "frames_left_out": report.n_skipped,
        "left_out_by_aoi": report.skipped,
        "frames_without_answer": report.silent,
        f"overlapping_{report.unit}": report.overlapping_px,
        "lost": report.lost,
    }
    return facts | ({"slices_without_voxel": report.without_voxel} if report.unit == "voxels" else {})
