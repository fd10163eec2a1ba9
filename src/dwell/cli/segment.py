"""``dwell segment``: words in, suggested AOIs out; with ``--accept`` they are added to a project."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.console import note, print_json, print_table, reporting_errors, say, wrong_usage
from dwell.cli.opening import make_folder
from dwell.cli.options import AsJson, Device, Offline, RecordingName, RecordingPath, Resolution, Source
from dwell.cli.preparing import prepare_backend, prepare_detector
from dwell.cli.progress import progress
from dwell.errors import NotAProject

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.segmenters.contract import Detector
    from dwell.segmenters.detectors.choosing import Thresholds
    from dwell.suggestions import Suggestion
    from dwell.types import AOI

__all__ = ["segment"]


def segment(
    path: RecordingPath,
    text: Annotated[
        str,
        typer.Option(
            metavar="WORDS", help='What to look for: "bottle . red flag"; full stops or commas part.'
        ),
    ],
    frame: Annotated[
        list[int] | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Look on this frame; repeat for more. Default the frames with prompts, else the first.",
        ),
    ] = None,
    every: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Look on every Nth frame of the video.")
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|DIR",
            help="Who finds words: a learned detector (dwell models lists them) or the folder of one; "
            "colours (colour words) or everything (whatever stands out), without a download. Default the "
            "first downloaded.",
        ),
    ] = None,
    backend: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|DIR", help="Who makes masks of boxes; default the project's last, else embedded."
        ),
    ] = None,
    box_threshold: Annotated[
        float | None,
        typer.Option(
            metavar="S", min=0, max=1, help="Least score of a box; default the detector's own, mostly 0.3."
        ),
    ] = None,
    text_threshold: Annotated[
        float | None,
        typer.Option(
            metavar="S", min=0, max=1, help="Least score of its phrase; default the detector's, mostly 0.25."
        ),
    ] = None,
    one_per_phrase: Annotated[
        bool, typer.Option("--one-per-phrase", help="There is but one of each: the best on each frame.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Add what is new or found again to the project, as one step.")
    ] = False,
    project: Annotated[
        Path | None, typer.Option(metavar="DIR.dwell", help="The project; default <recording>.dwell here.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for a picture of each frame, and the masks as COCO labels."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Only say what would be suggested, as JSON: no mask, no file, no AOI."
        ),
    ] = False,
    resolution: Resolution = None,
    device: Device = None,
    offline: Offline = False,
    recording: RecordingName = None,
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """Suggest AOIs from words, on a picture or on frames of a video.

    Prints what was found: of each the phrase, two scores, the box, and whether
    it is new, an AOI that is known, or a lost one found again. Nothing is saved
    unless you say --accept; then each thing becomes an AOI that can be clicked
    on, tracked and undone like any other.

    [bold]Examples[/bold]

      dwell segment shelf.jpg --text "bottle . price tag" --out suggested

      dwell segment shelf.jpg --text "bottle . price tag" --accept

      dwell segment kitchen.mp4 --text cup --every 60 --one-per-phrase --accept

      dwell segment kitchen.dwell --text "red card" --frame 840 --detector colours
    """
    as_json, accept, out = as_json or dry_run, accept and not dry_run, None if dry_run else out
    if frame and every:
        raise typer.BadParameter("Give --frame or --every, not both.")
    model = {"resolution": resolution, "device": device, "offline": offline or None}
    opening = {
        "backend": backend,
        "backend_options": {key: value for key, value in model.items() if value is not None},
        "source": source,
        **({} if recording is None else {"name": recording}),
    }
    with reporting_errors(as_json=as_json, stopped="Nothing was added."), ExitStack() as stack:
        finder = _open_detector(detector, device, offline, as_json)
        analysis = stack.enter_context(_open(path, project, opening, write=accept))
        if out is not None:
            make_folder(out)
        if accept or out is not None:
            prepare_backend(analysis, as_json=as_json)
        frames = range(0, len(analysis.frames), every) if every else frame or None
        thresholds = _thresholds(finder, box_threshold, text_threshold, one_per_phrase)
        with progress("Looking", as_json=as_json) as show:
            found = analysis.find(text, frames, finder, show)
        suggestions = analysis.suggest(found, thresholds=thresholds)
        names = {aoi.object_id: aoi.name for aoi in analysis.project.aois()}
        files = [] if out is None else _written(analysis, suggestions, out, as_json)
        added = _accepted(analysis, suggestions, as_json) if accept else []
        if as_json:
            rows = [_facts(each, names) for each in suggestions]
            facts = {"detector": finder.name, "frames": len(found.detections), "suggestions": rows}
            where = analysis.project.path if added else None
            print_json({**facts, "files": files, "added": [aoi.name for aoi in added], "project": where})
            return
        _report(suggestions, names)
        if files:
            say(f"{len(files) - 1} pictures and {files[-1].name} written to {out}")
        _say_what_next(analysis, suggestions, added, accept)


def _open_detector(name: str | None, device: str | None, offline: bool, as_json: bool) -> Detector:
    from dwell.models import DETECTOR_MODELS
    from dwell.registry import DETECTORS
    from dwell.segmenters.detectors.open import default_detector, open_detector

    name = default_detector() if name is None else name
    if name in DETECTORS and name not in DETECTOR_MODELS:
        return open_detector(name)
    if not offline:
        prepare_detector(name, as_json=as_json)
    return open_detector(name, offline=offline, **({} if device is None else {"device": device}))


def _thresholds(
    detector: Detector, box: float | None, text: float | None, one_per_phrase: bool
) -> Thresholds:
    from dwell.segmenters.detectors.open import default_thresholds

    usual = default_thresholds(detector.name)
    return replace(
        usual,
        box=usual.box if box is None else box,
        text=usual.text if text is None else text,
        one_per_phrase=one_per_phrase,
    )


def _open(path: Path, project: Path | None, opening: dict[str, Any], *, write: bool) -> Analysis:
    """The project; or, to look only and where there is none, the recording with one that is not saved."""
    from dwell.analysis import Analysis, open_analysis
    from dwell.project import Project
    from dwell.recordings import open_recording

    with wrong_usage():
        try:
            return open_analysis(path, project, write=write, **opening)
        except NotAProject:
            if write or path.suffix == ".dwell":
                raise
        recording = open_recording(path, name=opening.get("name"))
        scene = recording.scene
        unsaved = Project.in_memory(size_hw=scene.size_hw, n_frames=len(scene))
        backend, options = opening["backend"], opening["backend_options"]
        return Analysis(unsaved, recording, backend=backend, backend_options=options)


def _written(analysis: Analysis, suggestions: Sequence[Suggestion], out: Path, as_json: bool) -> list[Path]:
    from dwell.suggestions import with_masks, write_suggestions

    with progress("Making masks", unit="masks", as_json=as_json) as show:
        masked = with_masks(analysis.session, suggestions, show)
    return write_suggestions(masked, analysis.frames, out)


def _accepted(analysis: Analysis, suggestions: Sequence[Suggestion], as_json: bool) -> list[AOI]:
    from dwell.suggestions import Why

    fresh = [each for each in suggestions if each.why is not Why.KNOWN]
    if not fresh:
        return []
    with progress("Adding", unit="masks", as_json=as_json) as show:
        return analysis.accept(fresh, progress=show)


def _facts(each: Suggestion, names: dict[int, str]) -> dict[str, Any]:
    return {
        "frame_idx": each.frame_idx,
        "phrase": each.phrase,
        "score": round(each.score, 4),
        "text_score": round(each.text_score, 4),
        "box_xyxy": [round(side, 2) for side in each.box_xyxy],
        "why": each.why.value,
        "aoi": None if each.aoi is None else names[each.aoi],
        "thing": each.thing + 1,
    }


def _report(suggestions: Sequence[Suggestion], names: dict[int, str]) -> None:
    if not suggestions:
        say("Nothing was found that reaches the thresholds.")
        note("Lower --box-threshold and --text-threshold, look on other frames, or use other words.")
        return
    columns = ("frame", "phrase", "thing", "score", "text score", "box x0,y0,x1,y1", "what it is")
    rows = []
    for each in suggestions:
        box = ",".join(f"{side:.0f}" for side in each.box_xyxy)
        what = each.why.value if each.aoi is None else f"{each.why.value}: {names[each.aoi]}"
        rows.append([each.frame_idx, each.phrase, each.thing + 1, each.score, each.text_score, box, what])
    print_table(columns, rows)


def _say_what_next(
    analysis: Analysis, suggestions: Sequence[Suggestion], added: Sequence[AOI], accept: bool
) -> None:
    from dwell.suggestions import Why

    project = analysis.project.path
    if added:
        say(f"Added {', '.join(aoi.name for aoi in added)}; saved in {project}")
        if analysis.project.source.n_frames > 1:
            say(f"Next: dwell track {project}")
    elif accept and suggestions:
        say("Nothing was added: all of them are AOIs that are there already.")
    elif any(each.why is not Why.KNOWN for each in suggestions):
        say("Nothing was saved; the same command with --accept adds what is new or found again.")
