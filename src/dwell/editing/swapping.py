"""Two AOIs that a tracker has taken for each other change places."""

from __future__ import annotations

import numpy as np

from dwell.editing.dividing import propose
from dwell.editing.report import EditReport, Tally
from dwell.editing.rows import Rows
from dwell.editing.subject import Editable, span_words, within
from dwell.errors import PromptError
from dwell.project import Project
from dwell.types import AOI, IntArray
from dwell.video import FrameClock

__all__ = ["swap"]


def swap(
    session: Editable,
    one: str | int,
    other: str | int,
    start: int,
    stop: int | None = None,
    *,
    clock: FrameClock | None = None,
) -> EditReport:
    """Swap the identities of two AOIs from a frame on: all that either has there becomes the other's.

    Masks go with all that is known of them, approved and out-of-date ones, too, and so do prompts and the
    marks of fixations that begin on these frames. Nothing goes out of date by it; saved memories of both are
    dropped, so that tracking goes on from their anchors. For that the first mask that either has from
    ``start`` on, and from ``stop`` on, becomes a proposal if a tracker made it and nobody approved it;
    otherwise tracking would begin before the frame where the two were taken for each other, and do so again.
    It is quick however many frames there are: no other mask is read or written.

    Args:
        session: what is edited.
        one: name or object_id.
        other: name or object_id of another AOI.
        start: first frame.
        stop: one after the last; None = to the end.
        clock: when each frame was taken, to tell which marks of fixations follow; None = as the project says.

    Raises:
        UnknownAoi: there is no such AOI.
        PromptError: both are the same AOI.
        ValueError: there is no such frame, or ``stop`` is not after ``start``.
    """
    project = session.project
    a, b = project.aoi(one), project.aoi(other)
    if a == b:
        raise PromptError(f"{a.name!r} cannot be swapped with itself; name another AOI.")
    span = within(project, (start, project.source.n_frames if stop is None else stop))
    label = f"swap {a.name} and {b.name}{span_words(project, span)}"
    tally = Tally()
    with session.changing(label):
        for aoi in (a, b):
            _count(Rows.read(project, aoi, span), tally)
        marked = _marked(session, (a, b), span, clock or project.clock(), tally)
        tally.n_masks = project.swap_aois(a.object_id, b.object_id, *span, marked)
        tally.aois = dict.fromkeys((a.object_id, b.object_id))
        for aoi in (a, b):
            _anchor(project, aoi, span, tally)
    return tally.report(label, project.aois())


def _count(rows: Rows, tally: Tally) -> None:
    tally.n_user_made += int(rows.user_made.sum())
    tally.n_approved += int(rows.approved.sum())


def _anchor(project: Project, aoi: AOI, span: tuple[int, int], tally: Tally) -> None:
    """See to it that no pass of tracking runs across an end of the span; the video's ends are none."""
    (start, stop), n_frames = span, project.source.n_frames
    if start > 0 and not _anchored(project, aoi, start, stop):
        tally.notes.append(
            f"All that {aoi.name} has there is out of date; prompt it on frame {start} before it is tracked "
            "again, so that the two are not mixed up anew."
        )
    if stop < n_frames:
        _anchored(project, aoi, stop, n_frames)


def _anchored(project: Project, aoi: AOI, start: int, stop: int) -> bool:
    """Whether tracking can start within [start, stop): its first visible mask is a proposal then, if need be.

    Where nothing was tracked there is nothing to be mixed up.
    """
    known = project.coverage(aoi.object_id)
    anchor, within = known.given | known.approved, (known.frame_idx >= start) & (known.frame_idx < stop)
    able = np.flatnonzero(within & ~known.stale & (known.shown | anchor))
    if not len(able):
        return not known.stale[within].any()
    if not anchor[able[0]]:
        record = project.record(aoi.object_id, int(known.frame_idx[able[0]]))
        assert record is not None
        propose(project, record)
    return True


def _marked(
    session: Editable, aois: tuple[AOI, AOI], span: tuple[int, int], clock: FrameClock | None, tally: Tally
) -> set[int]:
    """Starts of the marked fixations that begin in the span and are on one of the AOIs."""
    ids = {aoi.object_id for aoi in aois}
    marks = session.project.fixation_marks()
    starts = [start_ns for start_ns, object_ids in marks.items() if not ids.isdisjoint(object_ids)]
    if not starts or span == (0, session.project.source.n_frames):
        return set(starts)
    if clock is None:
        tally.notes.append(
            f"{len(starts)} fixations put on them by hand stay as they are, as it is not known when the "
            "frames were taken."
        )
        return set()
    return set(np.asarray(starts)[_begins_within(np.asarray(starts), span, clock)].tolist())


def _begins_within(starts_ns: IntArray, span: tuple[int, int], clock: FrameClock) -> IntArray:
    """Which fixations begin on a frame of the span; before all frames counts as on the first."""
    frames = np.maximum(np.searchsorted(clock.times_ns, starts_ns, side="right") - 1, 0)
    return np.flatnonzero((frames >= span[0]) & (frames < span[1]))
