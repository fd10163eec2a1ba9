"""Verbs of a single frame: prompts, candidates, masks, approval."""

from __future__ import annotations

from collections.abc import Sequence

from dwell.app import messages
from dwell.app.convert import candidates_message, mask_message, prompt_from
from dwell.app.messages import (
    Approve,
    Choose,
    ClearPrompts,
    PreviewRequest,
    PromptRequest,
    Segmented,
)
from dwell.app.work.child import Calling
from dwell.app.work.workplace import Workplace
from dwell.errors import ProjectError
from dwell.masks import Mask

__all__ = ["PromptVerbs"]


class PromptVerbs(Workplace):
    """Prompts and masks, frame by frame, and fixations that are put on AOIs by hand."""

    def prompt(self, calling: Calling, request: PromptRequest) -> Segmented:
        """Prompts on a frame, saved as an anchor."""
        self._check_unlocked([request.object_id])
        prompts = [prompt_from(each) for each in request.prompts]
        self._session.prompt(request.object_id, *prompts, frame_idx=request.frame_idx, fresh=request.fresh)
        return self._segmented(calling, request.client, request.object_id, request.frame_idx)

    def preview(self, calling: Calling, request: PreviewRequest) -> messages.Candidates:
        """What prompts would give; nothing is saved."""
        prompts = [prompt_from(each) for each in request.prompts]
        found = self._session.preview(request.frame_idx, prompts)
        rows = [(Mask.from_array(each.mask), each.score, False) for each in found]
        return candidates_message(0, request.frame_idx, rows)

    def candidates(self, calling: Calling, request: ClearPrompts) -> messages.Candidates:
        """The possible masks for the prompts of an AOI on a frame."""
        found = self._session.candidates(request.object_id, request.frame_idx)
        rows = [(each.mask, each.score, each.current) for each in found]
        return candidates_message(request.object_id, request.frame_idx, rows)

    def choose(self, calling: Calling, request: Choose) -> Segmented:
        """Take another candidate as the anchor."""
        self._check_unlocked([request.object_id])
        self._session.choose(request.object_id, request.frame_idx, request.index)
        return self._segmented(calling, request.client, request.object_id, request.frame_idx)

    def clear(self, calling: Calling, request: ClearPrompts) -> str | None:
        """Take back the prompts of an AOI on a frame."""
        self._check_unlocked([request.object_id])
        self._session.clear(request.object_id, request.frame_idx)
        self._changed(calling, request.client, prompts=True, touched=[request.object_id])
        return self._telling.state.steps.undo.label if self._telling.state.steps.undo else None

    def approve(self, calling: Calling, request: Approve) -> int:
        """Approve masks, or take approval back; how many."""
        self._check_unlocked(request.object_ids)
        change = self._session.approve if request.approved else self._session.unlock
        n_changed = change(request.start, request.stop, request.object_ids)
        self._changed(calling, request.client, touched=request.object_ids)
        return n_changed

    def prepare(self, calling: Calling, frame_idx: int) -> None:
        """Encode a frame ahead of a click; not while tracking, which needs the time."""
        if not self._busy:
            self._session.prepare(frame_idx)

    def mark_fixation(
        self, calling: Calling, start_ns: int, object_ids: Sequence[int] | None, client: str
    ) -> None:
        """Put a fixation on AOIs by hand; None = as the mapping says."""
        self.analysis.project.set_fixation_mark(start_ns, object_ids)
        self._changed(calling, client, marks=True)

    def _segmented(self, calling: Calling, client: str, object_id: int, frame_idx: int) -> Segmented:
        self._changed(calling, client, prompts=True, touched=[object_id])
        record = self.analysis.project.record(object_id, frame_idx)
        if record is None:
            raise ProjectError(f"The mask of AOI {object_id} on frame {frame_idx} was not kept; try again.")
        return Segmented(rev=0, mask=mask_message(record), step=self._telling.state.steps.undo)
