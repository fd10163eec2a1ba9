"""The mask of one frame put on others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from dwell.editing.report import EditReport, Tally, Why, spans_of
from dwell.editing.rows import BATCH, Rows
from dwell.editing.subject import Editable, check_frame, gaps_around, outdate
from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.project import Project
from dwell.types import AOI, BoolArray, IntArray, ProgressFn, State

__all__ = ["copy_to"]


def copy_to(
    session: Editable,
    aoi: str | int,
    frame_idx: int,
    to: Iterable[int],
    *,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Put the mask that an AOI has on a frame on other frames, too.

    There it is a person's: an anchor with the mask as its prompt, in place of what the AOI had, user-made or
    not. What was tracked around it is out of date, as after any prompt. Where the AOI is absent on
    ``frame_idx``, it is absent on the other frames as well.

    Args:
        session: what is edited.
        aoi: name or object_id.
        frame_idx: the frame with the mask, which may be out of date.
        to: frames, in any order; grey filler frames and ``frame_idx`` itself are left out.
        approved: replace approved masks, too; the copies are not approved.
        progress: called with (done, total) frames; it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        UnknownAoi: there is no such AOI.
        FrameOutOfRange: there is no such frame.
        PromptError: nobody knows where the AOI is on ``frame_idx``, or no other frame is named.
    """
    project, target = session.project, session.project.aoi(aoi)
    frames = _wanted(session, frame_idx, to)
    label = f"copy {target.name} from frame {frame_idx} to {_words(frames)}"
    tally, filler = Tally(), session.filler
    with session.changing(label):
        mask = _mask(project, target, frame_idx)
        frames = _free(project, target, frames, filler, tally, approved=approved)
        gaps = gaps_around(project, target.object_id, frames.tolist())
        tally.n_masks = project.place_masks(target.object_id, _copies(mask, frames, progress))
        tally.n_outdated = outdate(project, target.object_id, gaps)
        tally.aois = {target.object_id: None} if tally.n_masks else {}
    return tally.report(label, project.aois())


def _wanted(session: Editable, frame_idx: int, to: Iterable[int]) -> IntArray:
    frames = sorted({int(each) for each in to} - {frame_idx})
    for each in (frame_idx, *frames):
        check_frame(session.project, each)
    if not frames:
        raise PromptError(f"Name at least one frame besides {frame_idx} to copy to.", frame_idx=frame_idx)
    return np.array(frames, np.int64)


def _mask(project: Project, aoi: AOI, frame_idx: int) -> Mask:
    """The one to copy, as it is now."""
    record = project.record(aoi.object_id, frame_idx)
    if record is None or record.state is State.LOST:
        raise PromptError(
            f"{aoi.name!r} has no mask on frame {frame_idx} to copy; prompt it there first, or copy from "
            "another frame.",
            frame_idx=frame_idx,
        )
    return record.mask


def _free(
    project: Project, aoi: AOI, frames: IntArray, is_filler: BoolArray, tally: Tally, *, approved: bool
) -> IntArray:
    """The frames that may get a copy; the tally hears of the others, and of what will be replaced."""
    object_id = aoi.object_id
    rows = Rows.read(project, aoi, (int(frames[0]), int(frames[-1]) + 1))
    rows = rows.chosen(np.isin(rows.frame_idx, frames))
    locked, filler = rows.frame_idx[rows.approved & (not approved)], frames[is_filler[frames]]
    tally.leave(object_id, Why.APPROVED, locked)
    tally.leave(object_id, Why.FILLER, filler)
    free = frames[~np.isin(frames, np.concatenate((locked, filler)))]
    rows.count(tally, free)
    return free


def _copies(mask: Mask, frames: IntArray, progress: ProgressFn | None) -> Iterator[tuple[int, Mask]]:
    for number, frame_idx in enumerate(frames.tolist()):
        if progress is not None and number % BATCH == 0:
            progress(number, len(frames))
        yield frame_idx, mask
    if progress is not None:
        progress(len(frames), len(frames))


def _words(frames: IntArray) -> str:
    if len(frames) == 1:
        return f"frame {frames[0]}"
    spans = spans_of(frames)
    return (
        f"frames {spans[0][0]}–{spans[0][1] - 1}"
        if len(spans) == 1
        else f"{len(frames)} frames from {frames[0]} to {frames[-1]}"
    )
