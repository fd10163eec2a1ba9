"""One AOI's masks joined with, cut to, or freed of those of another."""

from __future__ import annotations

from collections.abc import Callable

from dwell.editing.report import EditReport, Why
from dwell.editing.reshaping import Reshape, reshape
from dwell.editing.rows import Shown
from dwell.editing.subject import Editable, Span
from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.types import ProgressFn

__all__ = ["intersect", "subtract", "union"]


def union(
    session: Editable,
    aoi: str | int,
    other: str | int,
    span: Span = None,
    *,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Add the pixels of another AOI to an AOI's masks; the other one stays as it is.

    Frames on which ``aoi`` has no mask stay as they are; to make two AOIs one, merge them.

    Args:
        session: what is edited.
        aoi: name or object_id of the AOI that is changed.
        other: name or object_id of the AOI that is looked at.
        span: frames (start, stop), half-open; None = all.
        approved: change approved masks, too; they stay approved.
        progress: called with (done, total) masks; it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        UnknownAoi: there is no such AOI.
        PromptError: both are the same AOI.
        ValueError: the span holds no frame of the video.
    """
    both = _with_other(session, aoi, other, lambda a, b: a | b, absent=False)
    verb = f"add {_name(session, other)} to", ""
    return reshape(session, verb, aoi, span, both, approved=approved, progress=progress)


def intersect(
    session: Editable,
    aoi: str | int,
    other: str | int,
    span: Span = None,
    *,
    absent: bool = False,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Keep of an AOI's masks what lies in those of another AOI; the other one stays as it is.

    Args:
        session: what is edited.
        aoi: as for ``union``.
        other: as for ``union``.
        span: as for ``union``.
        absent: where nothing would be left, the AOI is absent; otherwise its mask is left alone there.
        approved: as for ``union``.
        progress: as for ``union``.

    Raises:
        UnknownAoi: there is no such AOI.
        PromptError: both are the same AOI.
        ValueError: the span holds no frame of the video.
    """
    inside = _with_other(session, aoi, other, lambda a, b: a & b, absent=absent)
    verb = "intersect", f" with {_name(session, other)}"
    return reshape(session, verb, aoi, span, inside, approved=approved, progress=progress)


def subtract(
    session: Editable,
    aoi: str | int,
    other: str | int,
    span: Span = None,
    *,
    absent: bool = False,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Take the pixels of another AOI out of an AOI's masks; the other one stays as it is.

    Args:
        session: what is edited.
        aoi: as for ``union``.
        other: as for ``union``.
        span: as for ``union``.
        absent: as for ``intersect``.
        approved: as for ``union``.
        progress: as for ``union``.

    Raises:
        UnknownAoi: there is no such AOI.
        PromptError: both are the same AOI.
        ValueError: the span holds no frame of the video.
    """
    outside = _with_other(session, aoi, other, lambda a, b: a - b, absent=absent)
    verb = f"subtract {_name(session, other)} from", ""
    return reshape(session, verb, aoi, span, outside, approved=approved, progress=progress)


def _with_other(
    session: Editable,
    aoi: str | int,
    other: str | int,
    combined: Callable[[Mask, Mask], Mask],
    *,
    absent: bool,
) -> Reshape:
    target, looked_at = session.project.aoi(aoi), session.project.aoi(other)
    if target == looked_at:
        raise PromptError(f"{target.name!r} cannot be combined with itself; name another AOI.")
    shown: list[Shown] = []  # read at the first mask: what was being tracked is saved by then

    def change(mask: Mask, frame_idx: int) -> Mask | Why:
        if not shown:
            shown.append(Shown(session.project, looked_at))
        there = shown[0].mask(frame_idx)
        if there is None:
            return Why.OTHER_UNKNOWN
        new = combined(mask, there)
        return new if new or absent else Why.NOTHING_LEFT

    return change


def _name(session: Editable, aoi: str | int) -> str:
    return session.project.aoi(aoi).name
