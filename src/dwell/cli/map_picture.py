"""``dwell map`` of a project on the picture of an enrichment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from dwell.cli.console import note, print_json, print_table, say, wrong_usage
from dwell.cli.opening import make_folder
from dwell.cli.options import MEASURE_NAMES
from dwell.cli.progress import progress

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.enrichments import ImageOptions

__all__ = ["image_options", "map_picture", "refuse_degrees", "refuse_picture_options", "show_results"]

_N_STEPS = 4
"""Reading, tables, and two pictures."""


def map_picture(
    analysis: Analysis,
    out: Path,
    options: ImageOptions,
    measure: str,
    recordings: Sequence[Path],
    *,
    as_json: bool,
) -> None:
    """Write the tables and the heatmaps of an enrichment.

    Raises:
        BadParameter: no such measure.
    """
    if measure not in MEASURE_NAMES:
        raise typer.BadParameter(f"--measure {measure}: choose one of {', '.join(MEASURE_NAMES)}.")
    make_folder(out)
    from dwell.reference_image import (
        compute_image_density,
        map_reference_image,
        read_recording_starts,
        render_measure,
    )
    from dwell.render import render_heatmap

    with progress("Mapping gaze", unit="steps", as_json=as_json) as show:
        starts = read_recording_starts(recordings)
        results = map_reference_image(analysis.project, options, starts_ns=starts)
        show(1, _N_STEPS)
        files = results.write(out)
        show(2, _N_STEPS)
        picture = analysis.frames.read(0)
        files.append(render_heatmap(compute_image_density(results), out / "gaze_heatmap.png", picture))
        show(3, _N_STEPS)
        files += [
            render_measure(results, picture, out / f"aoi_heatmap.{form}", measure) for form in ("png", "svg")
        ]
        show(_N_STEPS, _N_STEPS)
    if as_json:
        print_json({"files": files, "notes": results.notes, "aois": results.summary()})
    else:
        show_results(results.summary(), results.notes, files, out)


def show_results(
    rows: Sequence[dict[str, Any]], notes: Sequence[str], files: Sequence[Path], out: Path
) -> None:
    """The chief measures, what to know about them, and where the rest lies."""
    if rows:
        print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    for text in notes:
        note(text)
    say(f"Written to {out}: " + ", ".join(path.name for path in files))


def image_options(choices: dict[str, Any], blinks: str, ttff_origin: str) -> ImageOptions:
    """The options given on the command line.

    Raises:
        BadParameter: a value that cannot be used.
    """
    from dwell.enrichments import ImageOptions

    with wrong_usage():
        return ImageOptions(**choices, blinks=blinks, ttff_origin=ttff_origin)  # type: ignore[arg-type]


def refuse_degrees(margin_deg: float, px_per_degree: float | None) -> None:
    """Refuse options that mean nothing on a picture.

    Raises:
        BadParameter: one was given.
    """
    if margin_deg or px_per_degree is not None:
        raise typer.BadParameter("A picture has no degrees; give the margin in its pixels, with --margin-px.")


def refuse_picture_options(margin_px: float, group_by: str, recordings: Sequence[Path] | None) -> None:
    """Refuse options that mean nothing for a recording.

    Raises:
        BadParameter: one was given.
    """
    given = {"--margin-px": margin_px != 0, "--group-by": group_by != "aoi", "--recordings": bool(recordings)}
    for name in (name for name, there in given.items() if there):
        raise typer.BadParameter(
            f"{name} is for the picture of an enrichment; this project is on a recording."
        )
