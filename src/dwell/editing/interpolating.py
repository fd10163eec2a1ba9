"""Masks between two that are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dwell.editing.report import EditReport, Tally, Why
from dwell.editing.rows import BATCH, Rows
from dwell.editing.subject import Editable, check_frame, span_words
from dwell.errors import PromptError
from dwell.masks import ORIGINS, STATES, MaskRecord
from dwell.project import Project
from dwell.tracking.between import interpolate as between
from dwell.types import AOI, BoolArray, Direction, IntArray, Origin, ProgressFn, State

__all__ = ["interpolate"]


def interpolate(
    session: Editable,
    aoi: str | int,
    first: int,
    last: int,
    *,
    overwrite: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Fill the frames between two masks of an AOI with shapes between theirs.

    The centroid moves evenly on a line, and the outline lies between the two (signed distances averaged); see
    ``dwell.tracking.between``. Where one of the two is absent, a frame is like the nearer one. What is
    made is as from a tracker that skipped the frames: no anchor, marked *interpolated*, with a score by how
    alike the two masks are; a correction beside it puts it out of date.

    Args:
        session: what is edited.
        aoi: name or object_id.
        first: a frame on which it is known where the AOI is.
        last: another one, after it.
        overwrite: replace what was tracked between them; only anchors are gone through. Otherwise only frames
            that are unknown, lost or out of date are filled, each between the nearest known masks.
        progress: called with (done, total) frames; it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        UnknownAoi: there is no such AOI.
        FrameOutOfRange: there is no such frame.
        PromptError: nobody knows where the AOI is on ``first`` or ``last``, or there is no frame between.
    """
    project, target = session.project, session.project.aoi(aoi)
    check_frame(project, first)
    check_frame(project, last)
    if last - first < 2:
        raise PromptError(f"There is no frame between {first} and {last}; name two that lie further apart.")
    label = f"interpolate {target.name}{span_words(project, (first + 1, last))}"
    tally, is_filler = Tally(), session.filler
    with session.changing(label):
        rows = Rows.read(project, target, (first, last + 1))
        knots = _knots(rows, target, first, last, overwrite=overwrite)
        todo = np.setdiff1d(np.arange(first + 1, last), knots)
        filler = is_filler[todo]
        tally.leave(target.object_id, Why.FILLER, todo[filler])
        todo = todo[~filler]
        if overwrite:
            tally.leave(target.object_id, Why.ANCHOR, knots[1:-1])
        tally.n_masks = project.write_masks(_made(project, target, knots, todo, progress))
        tally.aois = {target.object_id: None} if tally.n_masks else {}
    return tally.report(label, project.aois())


def _knots(rows: Rows, aoi: AOI, first: int, last: int, *, overwrite: bool) -> IntArray:
    """The frames whose masks are gone through, the two ends among them."""
    lost = rows.masklet.state[rows.rows] == STATES.index(State.LOST)
    known = ~rows.stale & ~lost
    for end in (first, last):
        if end not in rows.frame_idx[known]:
            raise PromptError(
                f"Nobody knows where {aoi.name!r} is on frame {end}; prompt it there, or choose another.",
                frame_idx=end,
            )
    chosen = known & (_is_anchor(rows) | _is_end(rows)) if overwrite else known
    return np.asarray(rows.frame_idx[chosen])


def _is_anchor(rows: Rows) -> BoolArray:
    given: BoolArray = rows.masklet.origin[rows.rows] != ORIGINS.index(Origin.MODEL)
    return given | rows.approved


def _is_end(rows: Rows) -> BoolArray:
    ends = np.zeros(len(rows.rows), bool)
    ends[[0, -1]] = True
    return ends


def _made(
    project: Project, aoi: AOI, knots: IntArray, todo: IntArray, progress: ProgressFn | None
) -> Iterator[MaskRecord]:
    before = after = None
    places = np.searchsorted(knots, todo).tolist()
    for number, (frame_idx, place) in enumerate(zip(todo.tolist(), places, strict=True)):
        if progress is not None and number % BATCH == 0:
            progress(number, len(todo))
        left, right = int(knots[place - 1]), int(knots[place])
        if before is None or after is None or before.frame_idx != left:
            before, after = project.record(aoi.object_id, left), project.record(aoi.object_id, right)
        assert before is not None
        assert after is not None
        made = between(before, after, frame_idx)
        yield replace(made, origin=Origin.MODEL, direction=Direction.BOTH, approved=False)
    if progress is not None:
        progress(len(todo), len(todo))
