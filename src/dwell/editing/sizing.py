"""Masks grown or shrunk by a distance."""

from __future__ import annotations

import math
from collections.abc import Iterable

from dwell.editing.pixels import grown, shrunk
from dwell.editing.report import EditReport, Why
from dwell.editing.reshaping import reshape
from dwell.editing.subject import Editable, Span
from dwell.masks import Mask
from dwell.types import ProgressFn

__all__ = ["grow", "shrink"]

MAX_PX = 1000
"""Distances up to this are exact to the pixel."""


def grow(
    session: Editable,
    aois: str | int | Iterable[str | int] | None,
    px: float,
    span: Span = None,
    *,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Grow masks on all sides, by a disc: to all pixels within ``px`` of the mask, centre to centre.

    What would lie outside the frame is cut off; other AOIs stay as they are, and may be overlapped.

    Args:
        session: what is edited.
        aois: names or object_ids; None = all.
        px: more than 0, at most 1000.
        span: frames (start, stop), half-open; None = all.
        approved: change approved masks, too; they stay approved.
        progress: called with (done, total) masks; it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        UnknownAoi: there is no such AOI.
        ValueError: the span holds no frame of the video, or ``px`` is out of range.
    """
    _check(px)
    return reshape(
        session, ("grow", f" by {px:g} px"), aois, span, lambda mask, _: grown(mask, px), approved=approved,
        progress=progress,
    )  # fmt: skip


def shrink(
    session: Editable,
    aois: str | int | Iterable[str | int] | None,
    px: float,
    span: Span = None,
    *,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Shrink masks on all sides, by a disc: pixels within ``px`` of the background go, centre to centre.

    The frame's edge is no border. A mask of which nothing would be left is left alone, and counted.

    Args:
        session: what is edited.
        aois: as for ``grow``.
        px: as for ``grow``.
        span: as for ``grow``.
        approved: as for ``grow``.
        progress: as for ``grow``.

    Raises:
        UnknownAoi: there is no such AOI.
        ValueError: the span holds no frame of the video, or ``px`` is out of range.
    """
    _check(px)

    def smaller(mask: Mask, _: int) -> Mask | Why:
        return shrunk(mask, px) or Why.NOTHING_LEFT

    return reshape(
        session, ("shrink", f" by {px:g} px"), aois, span, smaller, approved=approved, progress=progress
    )


def _check(px: float) -> None:
    if not 0 < px <= MAX_PX or math.isnan(px):
        raise ValueError(f"px: expected more than 0 and at most {MAX_PX}, got {px}.")
