"""``dwell map``: gaze on AOIs, as tables."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dwell.cli.console import print_json, reporting_errors
from dwell.cli.map_picture import (
    image_options,
    map_picture,
    refuse_degrees,
    refuse_picture_options,
    show_results,
)
from dwell.cli.opening import make_folder, open_project
from dwell.cli.options import (
    AsJson,
    Blinks,
    FixationRule,
    GroupBy,
    MarginDeg,
    MarginPx,
    MeasureName,
    ProjectPath,
    PxPerDegree,
    Recordings,
    Source,
    TtffOrigin,
    check_margin,
    mapping_options,
)
from dwell.cli.progress import progress

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.gaze import MappingOptions

__all__ = ["map_gaze"]


def map_gaze(
    project: ProjectPath,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the tables; made if need be.")],
    margin_deg: MarginDeg = 0.0,
    px_per_degree: PxPerDegree = None,
    fixation_rule: FixationRule = None,
    blinks: Blinks = "exclude",
    ttff_origin: TtffOrigin = "recording",
    margin_px: MarginPx = 0.0,
    group_by: GroupBy = "aoi",
    measure: MeasureName = "total-fixation-duration",
    recordings: Recordings = None,
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """Map gaze and fixations to the AOIs and write the tables.

    Of a recording: gaze_on_aoi.csv (every sample), aoi_fixations.csv and
    aoi_metrics.csv (as Pupil Cloud spells them), aoi_dwell.csv and others,
    timeline.png, and mapping.json with every choice that was made.

    Of the picture of an enrichment: aoi_fixations.csv, aoi_metrics.csv and
    aoi_label_metrics.csv, equal to Pupil Cloud's for the same masks,
    image_dwell.csv, gaze_heatmap.png, aoi_heatmap.png and .svg. These are
    coloured by --measure: total-fixation-duration, average-fixation-duration,
    fixation-count, time-to-first-fixation, recording-reach, wearer-reach,
    dwell-time, dwell-share, dwell-per-area or visits.

    [bold]Examples[/bold]

      dwell map kitchen.dwell --out tables

      dwell map kitchen.dwell --out wide --margin-deg 1 --fixation-rule any

      dwell map shelf.dwell --out tables --measure time-to-first-fixation

      dwell map shelf.dwell/looks/look-0001 --out tables
    """
    with reporting_errors(as_json=as_json, reader_options="dwell track PROJECT"), ExitStack() as opened:
        look = project if (project / "look.json").exists() else None
        if look is not None:
            from dwell.looks import project_of_look

            project = project_of_look(look)
        analysis = opened.enter_context(open_project(project, source))
        from dwell.reference_image import is_reference_image

        if is_reference_image(analysis.project):
            refuse_degrees(margin_deg, px_per_degree)
            rule = fixation_rule or "mean"
            choices = {"margin_px": margin_px, "group_by": group_by, "fixation_rule": rule}
            options = image_options(choices, blinks, ttff_origin)
            map_picture(analysis, out, options, measure, recordings or [], as_json=as_json)
            return
        refuse_picture_options(margin_px, group_by, recordings)
        rule = fixation_rule or "majority"
        mapping = mapping_options(margin_deg, px_per_degree, rule, blinks, ttff_origin)
        if look is not None:
            _map_look(look, analysis, out, mapping, as_json=as_json)
        else:
            _map_recording(analysis, out, mapping, as_json=as_json)


def _map_recording(analysis: Analysis, out: Path, options: MappingOptions, *, as_json: bool) -> None:
    check_margin(options, analysis)
    make_folder(out)
    with progress("Mapping gaze", unit="steps", as_json=as_json) as show:
        results = analysis.map(options, show)
    files = [*results.write(out), analysis.render_timeline(Path(out) / "timeline.png", results)]
    if as_json:
        print_json({"files": files, "notes": results.notes, "aois": results.summary()})
    else:
        show_results(results.summary(), results.notes, files, out)


def _map_look(look: Path, analysis: Analysis, out: Path, options: MappingOptions, *, as_json: bool) -> None:
    from dwell.looks import map_look

    if options.margin_deg and options.px_per_degree is None:
        raise typer.BadParameter("--margin-deg on the pictures of a look needs --px-per-degree.")
    make_folder(out)
    with progress("Mapping gaze", unit="steps", as_json=as_json) as show:
        results = map_look(look, analysis.project, options, show)
    files = results.write(out)
    if as_json:
        print_json({"files": files, "notes": results.notes, "aois": results.summary()})
    else:
        show_results(results.summary(), results.notes, files, out)
