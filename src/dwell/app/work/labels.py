"""Labels of other programs: what is in a file, and taking it over into the open project."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dwell.analysis import Analysis
from dwell.app.convert import step_message
from dwell.app.messages import FoundLabels, FoundVideoInfo, Imported, ImportRequest
from dwell.errors import BadLabels, PromptError
from dwell.formats.found import FoundVideo, Known
from dwell.formats.yolo_data_set import open_data_set
from dwell.labels import ImportReport
from dwell.labels.finding import frames_of, has_only_boxes, opened_format, video_for
from dwell.project import Project
from dwell.registry import FORMATS, load
from dwell.types import ProgressFn
from dwell.video.frames import default_name

__all__ = ["check_leads", "imported", "look_at", "take_labels"]

_NAMED = 100


def check_leads(path: Path, format: str | None, check: Callable[[Path], object]) -> None:
    """Ask ``check`` of every place that labels lead to: a YOLO data set names folders anywhere.

    Args:
        path: file or folder of labels.
        format: as in ``registry.FORMATS``; None: not known yet.
        check: raises where nothing may be read.
    """
    if format is None or format.startswith("yolo"):
        with suppress(BadLabels):  # it is none, or damaged, which the format itself says
            open_data_set(path, check)


def look_at(project: Project, path: Path, format: str | None) -> FoundLabels:
    """What is in a file or folder of labels; nothing is taken over.

    Raises:
        BadLabels: the file is damaged, or of no format that is read.
        OutputError: there is no such format, or it is only written.
    """
    reader = opened_format(path, format)
    names = project.get_setting("frame names") or [default_name(i) for i in range(project.source.n_frames)]
    found = reader.read(path, Known(project.source.size_hw, names))
    chosen = None
    with suppress(BadLabels):
        chosen = video_for(found, project.source, None, path).name
    return FoundLabels(
        path=str(path),
        format=reader.name,
        title=reader.about.title,
        boxes=bool(found) and all(map(has_only_boxes, found)),
        videos=[_video(each, project, names, path) for each in found],
        video=chosen,
    )


def take_labels(
    analysis: Analysis, request: ImportRequest, locked: set[int], progress: ProgressFn
) -> ImportReport:
    """Take labels over, in one undo step, all or none.

    Args:
        analysis: of the project.
        request: what, and how.
        locked: object_ids of AOIs that are not to be changed.
        progress: called with (done, total); it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        BadLabels: the file is damaged, for another video or size, or has boxes where masks are wanted.
        PromptError: an AOI of a name is there already, or is locked; or a prompt cannot be used.
    """
    path = Path(request.path)
    names = {aoi.name for aoi in analysis.project.aois() if aoi.object_id in locked}
    with analysis.session.changing(f"import {path.name}"):
        report = analysis.import_labels(
            path, request.format,
            how=request.how, video=request.video, existing=request.existing, progress=progress,
        )  # fmt: skip
        kept = sorted(names & set(report.replaced))
        if kept:
            raise PromptError(f"{kept[0]!r} is locked; click the lock beside its name to unlock it.")
    return report


def imported(report: ImportReport, project: Project) -> Imported:
    """What a page is told."""
    step = project.next_undo()
    return Imported(
        rev=0,
        title=load(FORMATS, report.format).about.title,
        object_ids=[aoi.object_id for aoi in report.aois],
        n_frames=report.n_frames,
        n_masks=report.n_masks,
        n_prompts=report.n_prompts,
        lines=report.notes,
        step=None if step is None else step_message(step),
    )


def _video(found: FoundVideo, project: Project, names: list[str], path: Path) -> FoundVideoInfo:
    return FoundVideoInfo(
        name=found.name,
        n_labels=found.n_labels,
        aois=[thing.name for thing in found.things[:_NAMED]],
        n_aois=len(found.things),
        problem=_problem(found, project, names, path),
    )


def _problem(found: FoundVideo, project: Project, names: list[str], path: Path) -> str:
    height, width = found.size_hw
    own_height, own_width = project.source.size_hw
    if (height, width) != (own_height, own_width):
        return f"It is {width}×{height} px, this recording {own_width}×{own_height}."
    try:
        frames_of(found, names, path)
    except BadLabels as error:
        return str(error)
    return ""
