"""``dwell everything``: whatever there is in a video, or was looked at, without a click; and its gallery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli import everything_options as chosen
from dwell.cli.console import note, print_json, print_table, reporting_errors, say, wrong_usage
from dwell.cli.everything_options import (
    budget_of,
    everything_options,
    given,
    is_sam,
    looked_options,
    own_thresholds,
    refuse_idle,
)
from dwell.cli.opening import make_folder
from dwell.cli.options import (
    AsJson,
    Device,
    Gaze,
    MinConfidence,
    Normalised,
    Offline,
    Origin,
    RecordingName,
    RecordingPath,
    Resolution,
    Source,
    TimeColumn,
    Units,
    Video,
    XColumn,
    YColumn,
)
from dwell.cli.preparing import prepare_backend, prepare_detector, prepare_proposer
from dwell.cli.progress import progress
from dwell.cli.run_progress import run_progress
from dwell.errors import MissingStream

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.everything import Budget, EverythingOptions, GalleryItem, GazeFirstOptions
    from dwell.results import Results
    from dwell.segmenters.contract import Detector, Proposer

__all__ = ["everything"]

_MOST_ROWS = 40
"""Rows of the list at the end; the table in the gallery has all."""


def everything(
    path: RecordingPath,
    project: Annotated[
        Path | None, typer.Option(metavar="DIR.dwell", help="The project; default <recording>.dwell here.")
    ] = None,
    looked_at: Annotated[
        bool, typer.Option("--looked-at", help="Only what was looked at: segmented at fixations.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the gallery; default <project>-gallery beside it."),
    ] = None,
    words: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help='Name what was found: "cup . book"; full stops or commas part.'),
    ] = None,
    detector: Annotated[
        str | None, typer.Option(metavar="NAME|DIR", help="Who knows the words; see dwell segment --help.")
    ] = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Search again: forget what an earlier run has noted; AOIs stay.")
    ] = False,
    minutes: chosen.Minutes = None,
    masks: chosen.Masks = None,
    coverage: chosen.Coverage = None,
    proposer: chosen.ProposerName = None,
    step: chosen.Step = None,
    iou_thresh: chosen.IouThresh = None,
    max_masks_per_frame: chosen.MaxMasksPerFrame = None,
    max_masks: chosen.MaxMasks = None,
    points_per_side: chosen.PointsPerSide = None,
    pred_iou_thresh: chosen.PredIouThresh = None,
    min_area: chosen.MinArea = None,
    stride: chosen.Stride = None,
    gaze_weight: chosen.GazeWeight = None,
    published: chosen.Published = False,
    window_s: chosen.WindowS = None,
    granularities: chosen.Granularities = None,
    alike: chosen.Alike = None,
    min_dwell_ms: chosen.MinDwellMs = None,
    backend: Annotated[
        str | None,
        typer.Option(metavar="NAME|DIR", help="Who tracks; default the project's last, else embedded."),
    ] = None,
    resolution: Resolution = None,
    device: Device = None,
    offline: Offline = False,
    recording: RecordingName = None,
    source: Source = None,
    gaze: Gaze = None,
    time: TimeColumn = None,
    x: XColumn = None,
    y: YColumn = None,
    units: Units = None,
    normalised: Normalised = None,
    origin: Origin = None,
    min_confidence: MinConfidence = None,
    video: Video = None,
    as_json: AsJson = False,
) -> None:
    """Find and track whatever there is in a video, without a click.

    What is found becomes AOIs of an ordinary project, parts of things as parts:
    name, correct, merge and map them like any other. Ctrl-C stops at any time;
    the same command goes on, with the same result; if all was found already, with
    names, gaze and gallery. At the end comes a gallery: a contact sheet, a picture
    of each thing, two tables, and what is part of what.

    [bold]Examples[/bold]

      dwell everything kitchen.mp4 --minutes 5

      dwell everything recording.zip --looked-at --words "cup . book"

      dwell everything kitchen.dwell --coverage 0.95 --backend sam2.1-tiny

      dwell everything kitchen.mp4 --published --masks 100 --out gallery
    """
    reader = {
        "name": recording, "gaze": gaze, "time": time, "x": x, "y": y, "units": units, "origin": origin,
        "normalised": normalised, "min_confidence": min_confidence, "video": video,
    }  # fmt: skip
    model = given({"resolution": resolution, "device": device, "offline": offline or None})
    limits = {"minutes": minutes, "masks": masks, "coverage": coverage}
    finding = {
        "step": step, "iou_thresh": iou_thresh, "max_masks_per_frame": max_masks_per_frame, "stride": stride,
        "gaze_weight": gaze_weight,
    }  # fmt: skip
    automatic = {
        "points_per_side": points_per_side, "pred_iou_thresh": pred_iou_thresh, "min_area": min_area,
        "max_masks": max_masks,
    }  # fmt: skip
    looking = {
        "window_s": window_s, "granularities": granularities, "alike": alike, "min_dwell_ms": min_dwell_ms,
    }  # fmt: skip
    others = {"proposer": proposer, "published": published or None}
    refuse_idle(limits | finding | automatic | others if looked_at else looking, looked_at=looked_at)
    sure = is_sam(proposer)
    options = everything_options(finding, automatic, published=published, sure=sure)
    if published and not sure and not as_json:
        note(own_thresholds(proposer))
    budget, looks = budget_of(limits), looked_options(looking)
    if detector is not None and words is None:
        raise typer.BadParameter("--detector is for --words; give both, or neither.")
    again = "What was done so far is saved; run the same command to go on."
    with reporting_errors(as_json=as_json, stopped=again), ExitStack() as stack:
        analysis = stack.enter_context(_open(path, project, backend, model, source, given(reader)))
        folder = out or _beside(analysis)
        make_folder(folder)
        _begin(analysis, looked_at=looked_at, afresh=afresh, as_json=as_json)
        finder = None if words is None else _open_detector(detector, device, offline, as_json)
        prepare_backend(analysis, as_json=as_json)
        proposing = None if looked_at else _open_proposer(proposer, device, offline, as_json)
        if not afresh and _is_found(analysis, looks, options, budget, proposing):
            if not as_json:
                note("Found already, by the same command; --afresh searches again.")
        else:
            with run_progress(as_json=as_json) as follow:
                if proposing is None:
                    analysis.looked_at(looks, follow)
                else:
                    analysis.everything(options, budget, proposing, follow)
        if words is not None and finder is not None:
            _name(analysis, words, finder, as_json=as_json)
        results = _mapped(analysis, as_json=as_json)
        items = analysis.gallery(results, min_dwell_ms=looks.min_dwell_ms)
        with progress("Drawing the gallery", unit="things", as_json=as_json) as show:
            files = analysis.write_gallery(folder, results, min_dwell_ms=looks.min_dwell_ms, progress=show)
        _report(analysis, items, folder, files, as_json=as_json)


# -------------------------------------------------------------------- before the run


def _open(
    path: Path,
    project: Path | None,
    backend: str | None,
    model: Mapping[str, Any],
    source: Path | None,
    reader: Mapping[str, Any],
) -> Analysis:
    from dwell.analysis import open_analysis

    with wrong_usage():  # such as an option that this kind of recording does not take
        return open_analysis(path, project, backend=backend, backend_options=model, source=source, **reader)


def _beside(analysis: Analysis) -> Path:
    path = analysis.project.path
    assert path is not None  # it was opened from a folder, or made in one
    return path.with_name(f"{path.stem}-gallery")


def _begin(analysis: Analysis, *, looked_at: bool, afresh: bool, as_json: bool) -> None:
    """Say what is gone on with, or forget it; and refuse at once what cannot work.

    Raises:
        MissingStream: what was looked at is asked for, but there is no gaze.
    """
    from dwell.everything import forget, unfinished

    recording = analysis.recording
    if looked_at and not (recording.has("gaze") and recording.has("frame times")):
        what = "gaze" if recording.has("frame times") else "times of the frames"
        raise MissingStream(
            f"{recording.name} has no {what}, so what was looked at is not known. Give a gaze table with "
            "gaze='FILE.csv', or leave out --looked-at to find everything.",
            path=recording.path,
            stream="gaze",
        )
    if afresh:
        forget(analysis.project)
    elif not as_json and unfinished(analysis.project) is not None:
        note("Going on with an unfinished run; --afresh would begin another.")


def _is_found(
    analysis: Analysis,
    looks: GazeFirstOptions,
    options: EverythingOptions,
    budget: Budget,
    proposer: Proposer | None,
) -> bool:
    """Whether such a run has ended: what is left is to name, map and draw."""
    from dwell.analysis.finding import was_found, was_looked_at

    if proposer is None:
        return was_looked_at(analysis.session, analysis.recording, looks)
    return was_found(analysis.session, options, budget, proposer)


def _open_proposer(name: str | None, device: str | None, offline: bool, as_json: bool) -> Proposer:
    from dwell.registry import PROPOSERS
    from dwell.segmenters.automatic.open import open_proposer
    from dwell.segmenters.open import is_model

    name = "embedded" if name is None else name
    learned = is_model(name) or (name in PROPOSERS and name != "embedded")
    if not offline:
        prepare_proposer(name, as_json=as_json)
    options = given({"device": device, "offline": offline or None}) if learned else {}
    return open_proposer(name, **options)


def _open_detector(name: str | None, device: str | None, offline: bool, as_json: bool) -> Detector:
    from dwell.models import DETECTOR_MODELS
    from dwell.segmenters.detectors.open import default_detector, open_detector

    name = default_detector() if name is None else name
    if not offline:
        prepare_detector(name, as_json=as_json)
    learned = name in DETECTOR_MODELS or Path(name).is_dir()
    return open_detector(name, **(given({"device": device, "offline": offline or None}) if learned else {}))


# -------------------------------------------------------------------- after it


def _name(analysis: Analysis, words: str, finder: Detector, *, as_json: bool) -> None:
    with progress("Naming", as_json=as_json) as show:
        named = analysis.name_things(words, detector=finder, progress=show)
    if not as_json and not named:
        note(f"Nothing that was found fits {words!r}; all keep their numbers. Try other words or detectors.")


def _mapped(analysis: Analysis, *, as_json: bool) -> Results | None:
    """Gaze on what was found; None without gaze."""
    recording = analysis.recording
    if not (recording.has("gaze") and recording.has("frame times")):
        return None
    with progress("Mapping gaze", unit="samples", as_json=as_json) as show:
        return analysis.map(progress=show)


def _report(
    analysis: Analysis, items: Sequence[GalleryItem], folder: Path, files: Sequence[Path], *, as_json: bool
) -> None:
    from dwell.everything import REPORT

    project = analysis.project.path
    start_ns = analysis.recording.start_ns if analysis.recording.has("frame times") else 0
    names = {aoi.object_id: aoi.name for aoi in analysis.project.aois()}
    rows = [_facts(each, names, start_ns) for each in items]
    run = analysis.project.get_setting(REPORT)
    if as_json:
        print_json({"project": project, "gallery": folder, "files": list(files), "run": run, "things": rows})
        return
    if run.get("masks") == 0:
        note(
            "No mask was found on any key frame. Try a lower --pred-iou-thresh or --min-area, or another "
            "--proposer."
        )
    elif not rows:
        note("Nothing was found. Try another --backend, and look at what --min-dwell-ms leaves out.")
    if rows:
        _print(rows)
    if len(rows) > _MOST_ROWS:
        say(f"and {len(rows) - _MOST_ROWS} more, in {folder / 'aoi_gallery.csv'}")
    say(f"Gallery: {folder / 'gallery.png'}; the AOIs are in {project}")
    say(f"Next: dwell app {project}   or   dwell map {project} --out tables")


def _facts(item: GalleryItem, names: Mapping[int, str], start_ns: int) -> dict[str, Any]:
    timed = item.first_ns is not None and item.last_ns is not None
    return {
        "rank": item.rank,
        "name": item.aoi.name,
        "object_id": item.aoi.object_id,
        "part_of": names.get(item.aoi.part_of or 0),
        "first_frame": item.first_frame,
        "last_frame": item.last_frame,
        "first_s": round(((item.first_ns or 0) - start_ns) / 1e9, 3) if timed else None,
        "last_s": round(((item.last_ns or 0) - start_ns) / 1e9, 3) if timed else None,
        "frames_visible": item.n_visible,
        "area_share": item.area_share,
        "importance": item.importance,
        "dwell_s": None if item.dwell_ms is None else round(item.dwell_ms / 1000, 3),
        "dwell_share": item.dwell_share,
        "fixations": item.n_fixations,
    }


def _print(rows: Sequence[Mapping[str, Any]]) -> None:
    timed = any(row["first_s"] is not None for row in rows)
    gaze = any(row["dwell_s"] is not None for row in rows)
    columns = {
        "rank": "rank",
        "name": "name",
        **(
            {"first_s": "from [s]", "last_s": "to [s]"}
            if timed
            else {"first_frame": "from", "last_frame": "to"}
        ),
        "area_share": "picture [%]",
        **({"dwell_s": "gaze [s]", "dwell_share": "gaze [%]", "fixations": "fixations"} if gaze else {}),
        "part_of": "part of",
    }
    print_table([*columns.values()], [[_cell(row, key) for key in columns] for row in rows[:_MOST_ROWS]])


def _cell(row: Mapping[str, Any], key: str) -> Any:
    value = row[key]
    if key == "part_of":
        return value or ""
    return 100 * value if key.endswith("_share") and value is not None else value
