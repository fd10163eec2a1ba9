"""Mapped gaze to the formats of other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.formats.gaze.contract import TASK, GazeData, GazeExportReport, GazeFormat
from dwell.recordings import Recording
from dwell.registry import GAZE_FORMATS, load
from dwell.results import Results
from dwell.types import ProgressFn

__all__ = ["export_gaze", "gaze_data"]


def gaze_data(
    results: Results, recording: Recording, size_hw: tuple[int, int] | None = None, task: str = TASK
) -> GazeData:
    """What the formats of gaze write of one recording.

    Args:
        results: what ``Analysis.map`` gave.
        recording: whose gaze it is.
        size_hw: (height, width) px of the scene video, where that is known.
        task: what the wearer did or saw: the stimulus of GazePlotter, the task of BIDS.
    """
    return GazeData(
        results.section, results.gaze_map, results.fixation_map, recording.wearer or None, size_hw, task
    )


def export_gaze(
    recordings: Sequence[GazeData],
    formats: str | Sequence[str],
    out: str | Path,
    progress: ProgressFn | None = None,
) -> list[GazeExportReport]:
    """Write mapped gaze of recordings; formats are in ``dwell.registry.GAZE_FORMATS``.

    Args:
        recordings: at least one; see ``gaze_data``.
        formats: one or several; each of several gets a folder of its name in ``out``.
        out: the folder, made if need be.
        progress: called with (done, total) of all formats together.

    Raises:
        OutputError: unknown format, none at all, or one that has no room for this gaze.
        StorageFull: the disk is full or the folder cannot be written.
        ValueError: no recording.
    """
    names = [formats] if isinstance(formats, str) else list(dict.fromkeys(formats))
    chosen: list[GazeFormat] = [load(GAZE_FORMATS, name)() for name in names]
    if not recordings or not chosen:
        raise ValueError(f"Expected recordings and formats, got {len(recordings)} and {len(chosen)}.")
    reports = []
    for done, each in enumerate(chosen):
        folder = Path(out) / each.name if len(chosen) > 1 else Path(out)
        reports.append(each.write(recordings, folder, _part(progress, done, len(chosen))))
    return reports


def _part(progress: ProgressFn | None, done: int, n: int) -> ProgressFn | None:
    """Progress of one of n jobs as that of all."""
    if progress is None:
        return None
    return lambda step, total: progress(done * total + step, n * total)
