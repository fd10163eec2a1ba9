"""Frames on which an AOI is forgotten, or said to be absent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from dwell.editing.report import EditReport, Tally, Why
from dwell.editing.rows import BATCH, Rows
from dwell.editing.subject import Editable, Span, gaps_around, names, outdate, span_words, targets, within
from dwell.masks import ORIGINS, Mask
from dwell.project import Project
from dwell.types import AOI, BoolArray, Origin, ProgressFn

__all__ = ["delete_frames"]


def delete_frames(
    session: Editable,
    aois: str | int | Iterable[str | int] | None,
    span: Span = None,
    *,
    absent: bool = False,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Forget what AOIs have on some frames: masks and prompts, so that nobody knows where they are there.

    What was tracked beside prompts that go is out of date, as after ``clear``; so it is beside frames that
    are said to be absent, as after any prompt.

    Args:
        session: what is edited.
        aois: names or object_ids; None = all.
        span: frames (start, stop), half-open; None = all.
        absent: the AOIs are absent on these frames, which a person says: they are not tracked again. Grey
            filler frames are left out.
        approved: approved frames, too; otherwise they stay.
        progress: called with (done, total) frames; it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        UnknownAoi: there is no such AOI.
        ValueError: the span holds no frame of the video.
    """
    project = session.project
    wanted, frames = targets(project, aois), within(project, span)
    verb = "set absent" if absent else "delete"
    label = f"{verb} {names(wanted)}{span_words(project, frames)}"
    tally, filler = Tally(), session.filler if absent else None
    with session.changing(label):
        for number, aoi in enumerate(wanted):
            shown = _Shown(progress, number, len(wanted), frames[1] - frames[0])
            if filler is not None:
                _set_absent(project, aoi, frames, filler, tally, shown, approved=approved)
            else:
                _forget(session, aoi, frames, tally, approved=approved)
            shown(frames[1] - frames[0])
    return tally.report(label, project.aois())


class _Shown:
    """Progress of one AOI among several."""

    def __init__(self, progress: ProgressFn | None, number: int, n_aois: int, n_frames: int) -> None:
        self._progress = progress
        self._before, self._total = number * n_frames, n_aois * n_frames

    def __call__(self, done: int) -> None:
        if self._progress is not None:
            self._progress(self._before + done, self._total)


def _forget(session: Editable, aoi: AOI, span: tuple[int, int], tally: Tally, *, approved: bool) -> None:
    project = session.project
    rows = _free(Rows.read(project, aoi, span), tally, approved=approved)
    given = (rows.masklet.origin[rows.rows] != ORIGINS.index(Origin.MODEL)) | rows.approved
    anchors = rows.frame_idx[given]
    n_masks = project.forget_frames(aoi.object_id, *span, approved=approved)
    tally.n_outdated += outdate(project, aoi.object_id, gaps_around(project, aoi.object_id, anchors.tolist()))
    _count(rows, aoi, tally, n_masks)


def _set_absent(
    project: Project,
    aoi: AOI,
    span: tuple[int, int],
    is_filler: BoolArray,
    tally: Tally,
    shown: _Shown,
    *,
    approved: bool,
) -> None:
    object_id = aoi.object_id
    rows = Rows.read(project, aoi, span)
    free = _free(rows, tally, approved=approved)
    frames = np.setdiff1d(np.arange(*span), rows.frame_idx[rows.approved & (not approved)])
    filler = is_filler[frames]
    tally.leave(object_id, Why.FILLER, frames[filler])
    frames = frames[~filler]
    free = free.chosen(~is_filler[free.frame_idx])
    gaps = gaps_around(project, object_id, frames.tolist())

    def masks() -> Iterator[tuple[int, Mask]]:
        nowhere = Mask.empty(project.source.size_hw)
        for number, frame_idx in enumerate(frames.tolist()):
            if number % BATCH == 0:
                shown(number)
            yield frame_idx, nowhere

    n_masks = project.place_masks(object_id, masks())
    tally.n_outdated += outdate(project, object_id, gaps)
    _count(free, aoi, tally, n_masks)


def _free(rows: Rows, tally: Tally, *, approved: bool) -> Rows:
    """Those that may go; the tally hears of the others."""
    locked = rows.approved & (not approved)
    tally.leave(rows.masklet.aoi.object_id, Why.APPROVED, rows.frame_idx[locked])
    return rows.chosen(~locked)


def _count(rows: Rows, aoi: AOI, tally: Tally, n_masks: int) -> None:
    tally.n_masks += n_masks
    tally.n_user_made += int(rows.user_made.sum())
    tally.n_approved += int(rows.approved.sum())
    if n_masks:
        tally.aois[aoi.object_id] = None
