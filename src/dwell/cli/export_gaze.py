"""``dwell export`` to formats of gaze."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.formats.gaze.contract import GazeExportReport
    from dwell.gaze import MappingOptions
    from dwell.types import ProgressFn

__all__ = ["gaze_facts", "write_gaze"]


def write_gaze(
    analyses: Sequence[Analysis],
    folders: Mapping[str, Path],
    mapping: MappingOptions,
    task: str,
    progress: ProgressFn,
) -> list[GazeExportReport]:
    """Map the gaze of all recordings once, and write it in each format into its folder."""
    from dwell.analysis.gaze_formats import export_gaze, gaze_data
    from dwell.cli.options import check_margin

    data = []
    for each in analyses:
        check_margin(mapping, each)
        results = each.map(mapping, progress)
        data.append(gaze_data(results, each.recording, each.project.source.size_hw, task))
    return [
        report for name, folder in folders.items() for report in export_gaze(data, name, folder, progress)
    ]


def gaze_facts(report: GazeExportReport) -> dict[str, Any]:
    """What was written, as plain values."""
    return {
        "path": report.path,
        "files": list(report.files),
        "n_samples": report.n_samples,
        "n_events": report.n_events,
        "lost": report.lost,
    }
