"""Editing tools as a page asks for them: what each needs of a request, and what is told of what it did."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dwell import editing
from dwell.app.convert import step_message
from dwell.app.messages import Edited, EditTool
from dwell.editing import EditReport
from dwell.errors import PromptError
from dwell.project import Project, Step
from dwell.tracking import TrackingSession
from dwell.types import ProgressFn
from dwell.video import FrameClock

__all__ = ["changed_by", "edited", "seldom", "use_tool"]

TELL_EVERY_S = 0.05


def use_tool(
    session: TrackingSession,
    request: EditTool,
    clock: FrameClock | None,
    progress: ProgressFn,
) -> EditReport:
    """Use a tool, in one undo step, all or nothing.

    Args:
        session: that works on the project.
        request: which tool, and on what.
        clock: when each frame was taken, None if nobody knows; marks of fixations follow by it.
        progress: called with (done, total); it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        PromptError: the request lacks something that the tool needs, or the tool cannot do it.
        UnknownAoi: there is no such AOI.
        ValueError: the span holds no frame, or a number is out of range.
    """
    return _TOOLS[request.tool](_Use(session, request, clock, progress))


def changed_by(request: EditTool) -> list[int]:
    """object_ids of the AOIs that a tool changes; the one it is combined with is only looked at."""
    both = request.tool == "swap" and request.other is not None
    return [*request.object_ids, *([request.other] if both and request.other is not None else [])]


def edited(report: EditReport, project: Project, before: Step | None) -> Edited:
    """What a page is told; ``before`` is the step that undo would have taken back then."""
    step = project.next_undo()
    is_new = step is not None and (before is None or step.id != before.id)
    return Edited(
        rev=0,
        n_masks=report.n_masks,
        n_left=report.n_left,
        made=[aoi.object_id for aoi in report.made],
        lines=report.lines(),
        step=step_message(step) if is_new else None,
    )


def seldom(progress: ProgressFn) -> ProgressFn:
    """The same, called some twenty times a second at most, and at the end."""
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        if done < total and now - told < TELL_EVERY_S:
            return
        told = now
        progress(done, total)

    return tell


# ---------------------------------------------------------------------- the tools


@dataclass(frozen=True)
class _Use:
    """One use of a tool."""

    session: TrackingSession
    request: EditTool
    clock: FrameClock | None
    progress: ProgressFn

    @property
    def aoi(self) -> int:
        """The one AOI that is changed."""
        if len(self.request.object_ids) != 1:
            raise PromptError("This works on one AOI at a time; select one.")
        return self.request.object_ids[0]

    @property
    def other(self) -> int:
        """The AOI beside it."""
        if self.request.other is None:
            raise PromptError("Choose the other AOI.")
        return self.request.other

    @property
    def stop(self) -> int:
        """One after the last frame."""
        n_frames = self.session.project.source.n_frames
        return n_frames if self.request.stop is None else self.request.stop

    @property
    def span(self) -> tuple[int, int] | None:
        """The frames; None = the whole video."""
        start, stop = self.request.start, self.stop
        return None if (start, stop) == (0, self.session.project.source.n_frames) else (start, stop)

    @property
    def frame_idx(self) -> int:
        """The frame that is copied from, or was clicked."""
        if self.request.frame_idx is None:
            raise PromptError("Choose the frame.")
        return self.request.frame_idx

    @property
    def whole_px(self) -> int | None:
        """A size in pixels; None = any."""
        return None if self.request.px is None else max(1, round(self.request.px))

    @property
    def px(self) -> float:
        """A distance."""
        if self.request.px is None:
            raise PromptError("Say by how many pixels.")
        return self.request.px


def _swap(use: _Use) -> EditReport:
    start = use.request.start
    return editing.swap(use.session, use.aoi, use.other, start, use.stop, clock=use.clock)


def _split_at(use: _Use) -> EditReport:
    x, y = use.request.x, use.request.y
    if x is None or y is None:
        raise PromptError("Click the part that is to be an AOI of its own.")
    return editing.split_at(
        use.session, use.aoi, use.frame_idx, (x, y), use.span,
        approved=use.request.approved, progress=use.progress,
    )  # fmt: skip


def _split(use: _Use) -> EditReport:
    return editing.split_components(
        use.session, use.aoi, use.span,
        min_px=use.whole_px, approved=use.request.approved, progress=use.progress,
    )  # fmt: skip


def _copy(use: _Use) -> EditReport:
    frames = range(use.request.start, use.stop)
    return editing.copy_to(
        use.session, use.aoi, use.frame_idx, frames, approved=use.request.approved, progress=use.progress
    )


def _interpolate(use: _Use) -> EditReport:
    first, last = use.request.start, use.stop - 1
    return editing.interpolate(
        use.session, use.aoi, first, last, overwrite=use.request.overwrite, progress=use.progress
    )


def _fill_holes(use: _Use) -> EditReport:
    return editing.fill_holes(
        use.session, use.request.object_ids, use.span,
        max_px=use.whole_px, approved=use.request.approved, progress=use.progress,
    )  # fmt: skip


def _remove_specks(use: _Use) -> EditReport:
    return editing.remove_specks(
        use.session, use.request.object_ids, use.span,
        min_px=use.whole_px, approved=use.request.approved, progress=use.progress,
    )  # fmt: skip


def _size(tool: Callable[..., EditReport]) -> Callable[[_Use], EditReport]:
    def change(use: _Use) -> EditReport:
        ids, approved = use.request.object_ids, use.request.approved
        return tool(use.session, ids, use.px, use.span, approved=approved, progress=use.progress)

    return change


def _union(use: _Use) -> EditReport:
    approved = use.request.approved
    return editing.union(use.session, use.aoi, use.other, use.span, approved=approved, progress=use.progress)


def _combine(tool: Callable[..., EditReport]) -> Callable[[_Use], EditReport]:
    def change(use: _Use) -> EditReport:
        return tool(
            use.session, use.aoi, use.other, use.span,
            absent=use.request.absent, approved=use.request.approved, progress=use.progress,
        )  # fmt: skip

    return change


def _delete(use: _Use) -> EditReport:
    return editing.delete_frames(
        use.session, use.request.object_ids, use.span,
        absent=use.request.absent, approved=use.request.approved, progress=use.progress,
    )  # fmt: skip


_TOOLS: Mapping[str, Callable[[_Use], EditReport]] = {
    "swap": _swap,
    "split-at": _split_at,
    "split": _split,
    "copy": _copy,
    "interpolate": _interpolate,
    "fill-holes": _fill_holes,
    "remove-specks": _remove_specks,
    "grow": _size(editing.grow),
    "shrink": _size(editing.shrink),
    "union": _union,
    "intersect": _combine(editing.intersect),
    "subtract": _combine(editing.subtract),
    "delete": _delete,
}
"""By the names of ``EditTool.tool``."""
