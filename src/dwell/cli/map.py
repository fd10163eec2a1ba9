"""``dwell map``: gaze on AOIs, as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dwell.cli.console import note, print_json, print_table, reporting_errors, say
from dwell.cli.opening import make_folder, open_project
from dwell.cli.options import (
    AsJson,
    Blinks,
    FixationRule,
    MarginDeg,
    ProjectPath,
    PxPerDegree,
    Source,
    TtffOrigin,
    check_margin,
    mapping_options,
)
from dwell.cli.progress import progress

__all__ = ["map_gaze"]


def map_gaze(
    project: ProjectPath,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the tables; made if need be.")],
    margin_deg: MarginDeg = 0.0,
    px_per_degree: PxPerDegree = None,
    fixation_rule: FixationRule = "majority",
    blinks: Blinks = "exclude",
    ttff_origin: TtffOrigin = "recording",
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """Map gaze and fixations to the AOIs and write the tables.

    Writes gaze_on_aoi.csv (every sample), aoi_fixations.csv and
    aoi_metrics.csv (as Pupil Cloud spells them), aoi_dwell.csv and others,
    timeline.png, and mapping.json with every choice that was made.

    [bold]Examples[/bold]

      dwell map kitchen.dwell --out tables

      dwell map kitchen.dwell --out wide --margin-deg 1 --fixation-rule any
    """
    with reporting_errors(as_json=as_json, reader_options="dwell track PROJECT"):
        options = mapping_options(margin_deg, px_per_degree, fixation_rule, blinks, ttff_origin)
        with open_project(project, source) as analysis:
            check_margin(options, analysis)
            make_folder(out)
            with progress("Mapping gaze", unit="steps", as_json=as_json) as show:
                results = analysis.map(options, show)
            files = [*results.write(out), analysis.render_timeline(Path(out) / "timeline.png", results)]
        if as_json:
            print_json({"files": files, "notes": results.notes, "aois": results.summary()})
            return
        rows = results.summary()
        if rows:
            print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
        for text in results.notes:
            note(text)
        say(f"Written to {out}: " + ", ".join(path.name for path in files))
