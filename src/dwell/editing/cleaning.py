"""Holes filled, specks removed."""

from __future__ import annotations

from collections.abc import Iterable

from dwell.editing.pixels import filled, without_specks
from dwell.editing.report import EditReport
from dwell.editing.reshaping import reshape
from dwell.editing.subject import Editable, Span
from dwell.types import ProgressFn

__all__ = ["fill_holes", "remove_specks"]


def fill_holes(
    session: Editable,
    aois: str | int | Iterable[str | int] | None = None,
    span: Span = None,
    *,
    max_px: int | None = None,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Fill the holes of masks: background that a mask surrounds on all sides.

    Args:
        session: what is edited.
        aois: names or object_ids; None = all.
        span: frames (start, stop), half-open; None = all.
        max_px: pixels; larger holes stay. None = holes of any size are filled.
        approved: change approved masks, too; they stay approved.
        progress: called with (done, total) masks; it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        UnknownAoi: there is no such AOI.
        ValueError: the span holds no frame of the video, or ``max_px`` is below 1.
    """
    _check_px("max_px", max_px)
    return reshape(
        session, ("fill holes of", ""), aois, span, lambda mask, _: filled(mask, max_px), approved=approved,
        progress=progress,
    )  # fmt: skip


def remove_specks(
    session: Editable,
    aois: str | int | Iterable[str | int] | None = None,
    span: Span = None,
    *,
    min_px: int | None = None,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Remove the small parts of masks; the largest part of each stays, whatever its size.

    Args:
        session: what is edited.
        aois: as for ``fill_holes``.
        span: as for ``fill_holes``.
        min_px: pixels; smaller parts go. None = all but the largest part go. Pixels that touch at a corner
            belong to one part.
        approved: as for ``fill_holes``.
        progress: as for ``fill_holes``.

    Raises:
        UnknownAoi: there is no such AOI.
        ValueError: the span holds no frame of the video, or ``min_px`` is below 1.
    """
    _check_px("min_px", min_px)
    return reshape(
        session, ("remove specks of", ""), aois, span, lambda mask, _: without_specks(mask, min_px),
        approved=approved, progress=progress,
    )  # fmt: skip


def _check_px(name: str, px: int | None) -> None:
    if px is not None and px < 1:
        raise ValueError(f"{name}: expected at least 1 px, got {px}.")
