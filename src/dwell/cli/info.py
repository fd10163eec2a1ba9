"""``dwell info``: what a recording or project holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from dwell.cli.console import note, print_json, print_table, reporting_errors, say, wrong_usage
from dwell.cli.opening import open_project
from dwell.cli.options import AsJson, Plane, RecordingPath, Series, VolumeIdx, Window, volume_options
from dwell.cli.track import print_states

if TYPE_CHECKING:
    from dwell.analysis import Analysis

__all__ = ["info"]


def info(
    path: RecordingPath,
    plane: Plane = None,
    window: Window = None,
    volume: VolumeIdx = None,
    series: Series = None,
    as_json: AsJson = False,
) -> None:
    """Show what a recording or a project holds, and what is wrong with it.

    [bold]Examples[/bold]

      dwell info recording.zip

      dwell info kitchen.dwell --json

      dwell info scan.nii.gz --plane coronal
    """
    options = volume_options(plane, window, volume, series)
    with reporting_errors(as_json=as_json):
        if path.suffix == ".dwell" or (path / "project.db").exists():
            if options:
                raise typer.BadParameter("A project keeps its plane and window; leave those options out.")
            with open_project(path) as analysis:
                _show_project(analysis, as_json)
        else:
            _show_recordings(path, options, as_json)


def _show_recordings(path: Path, options: dict[str, Any], as_json: bool) -> None:
    from dwell.recordings import open_recordings

    with wrong_usage():  # such as an option that this kind of recording does not take
        recordings = open_recordings(path, **options)
    facts = [recording.summary() for recording in recordings]
    for recording in recordings:
        recording.close()
    if as_json:
        print_json({"recordings": facts})
        return
    for each in facts:
        rows = [(key.replace("_", " "), _shown(value)) for key, value in each.items() if key not in _REMARKS]
        print_table(("", str(each["name"])), rows)
        for remark in _REMARKS:
            for text in each[remark]:
                note(text)


_REMARKS = ("notes", "problems")


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _show_project(analysis: Analysis, as_json: bool) -> None:
    project, states = analysis.project, analysis.states()
    source = project.source
    facts = {
        "project": project.path,
        "recording": source.recording_name,
        "recording_path": source.path,
        "n_frames": source.n_frames,
        "size_wh": source.size_hw[::-1],
        "aois": states,
        "runs": [{"backend": run.backend, "status": run.status} for run in project.runs()],
        "undoable": [step.label for step in project.history() if not step.undone],
    }
    if as_json:
        print_json(facts)
        return
    say(f"{facts['project']}: {source.recording_name}, {source.n_frames} frames, from {source.path}")
    if states:
        print_states(states)
    else:
        say("No AOIs yet. Add one: dwell track PROJECT --aoi NAME:click=X,Y@fN")
