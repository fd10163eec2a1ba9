"""Masks that are taken as they are: chosen among candidates by a person, or proposed without a prompt."""

from __future__ import annotations

from collections.abc import Sequence

from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.project import StoredPrompt
from dwell.prompts import Absent, MaskPrompt, Prompt
from dwell.segmenters.contract import Candidate
from dwell.tracking.anchoring import Anchoring
from dwell.tracking.candidates import MaskCandidate, chosen_of, next_in_size, offered
from dwell.tracking.prompt_checks import check_prompts
from dwell.types import AOI, Origin

__all__ = ["Choosing"]


class Choosing(Anchoring):
    """What a session offers, and what it takes of it; see ``TrackingSession``."""

    def preview(self, frame_idx: int, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
        """Candidate masks for prompts on a frame, best first; nothing is saved.

        Raises:
            PromptError: as for ``prompt``.
        """
        check_prompts(prompts, frame_idx, self.frames, self._filler)
        return self.backend.segment(self._encode(frame_idx), prompts, limit)

    def grow(self, aoi: str | int, frame_idx: int, steps: int = 1, limit: int = 12) -> Mask:
        """The AOI's mask on a prompted frame after ``steps`` to larger candidates (< 0: to smaller ones).

        It is saved as the anchor. There may be no larger or smaller one; then the mask stays as it is.

        Raises:
            PromptError: the AOI has no prompt on this frame, or the frame is approved.
        """
        target, prompts, current = self._prompted(aoi, frame_idx)
        self._check_unlocked(target, frame_idx)
        candidates = [Mask.from_array(each.mask) for each in self._found(prompts, current, frame_idx, limit)]
        verb = "grow" if steps > 0 else "shrink"
        return self._take(target, frame_idx, next_in_size(current, candidates, steps), verb)

    def candidates(self, aoi: str | int, frame_idx: int, limit: int = 3) -> list[MaskCandidate]:
        """At most ``limit`` possible masks for the AOI's prompts on a frame, best first; nothing is saved.

        The one that is saved now is among them, whether it was chosen or not. None where the AOI was said to
        be absent.

        Raises:
            PromptError: the AOI has no prompt on this frame.
        """
        _, prompts, current = self._prompted(aoi, frame_idx)
        if any(isinstance(each.prompt, Absent) for each in prompts):
            return []
        return offered(current, self._found(prompts, current, frame_idx, limit), limit)

    def choose(self, aoi: str | int, frame_idx: int, index: int, limit: int = 3) -> Mask:
        """Take one of ``candidates`` (of the same ``limit``) as the AOI's mask on this frame.

        It is saved as the anchor; the prompts stay, and further clicks correct it.

        Raises:
            PromptError: the AOI has no prompt on this frame, there is no such candidate, or the frame is
                approved.
        """
        target = self.project.aoi(aoi)
        candidates = self.candidates(target.object_id, frame_idx, limit)
        if not 0 <= index < len(candidates):
            raise PromptError(
                f"There is no candidate {index} for {target.name!r} on frame {frame_idx}; there are "
                f"{len(candidates)}, counted from 0.",
                frame_idx=frame_idx,
            )
        self._check_unlocked(target, frame_idx)
        return self._take(target, frame_idx, candidates[index].mask, "choose")

    def keep(self, aoi: str | int, mask: Mask, prompts: Sequence[Prompt], frame_idx: int) -> Mask:
        """Save a mask that was chosen for these prompts as the AOI's anchor; nothing is segmented.

        It takes the place of what the AOI had on this frame. The prompts stay beside it, and further clicks
        correct it. A new name makes a new AOI.

        Raises:
            PromptError: the mask is empty or of another size, a prompt lies outside the frame, or the frame
                is filler or approved.
            FrameOutOfRange: no such frame.
        """
        chosen = [*prompts, MaskPrompt(mask)]
        check_prompts(chosen, frame_idx, self.frames, self._filler)
        with self._anchoring("keep", aoi, frame_idx) as target:
            self._forget_prompts(target, frame_idx)
            for prompt in chosen:
                self.project.add_prompt(target.object_id, frame_idx, prompt)
            self._write_anchor(target, mask, frame_idx)
        return mask

    def propose(
        self,
        name: str | int,
        mask: Mask,
        frame_idx: int,
        *,
        category: str | None = None,
        part_of: int | None = None,
    ) -> AOI:
        """The AOI with a mask that was found without a prompt, saved as an anchor that nobody has looked at.

        It takes the place of an earlier proposal, or of what a tracker said, on this frame; on
        other frames nothing goes out of date. Clicks correct it, and by that make it a person's.

        Args:
            name: of a new AOI; or name or object_id of one that there is.
            mask: not empty.
            frame_idx: 0-based.
            category: of the AOI from now on; None leaves it.
            part_of: object_id of what it is part of from now on; None leaves it, 0 = of none.

        Raises:
            PromptError: the mask is empty or of another size, the frame is filler or approved, a person has
                prompted the AOI there or it was imported, or ``part_of`` cannot be.
            FrameOutOfRange: no such frame.
        """
        proposed = MaskPrompt(mask)
        check_prompts([proposed], frame_idx, self.frames, self._filler)
        with self._anchoring("propose", name, frame_idx) as target:
            self._check_not_said(target, frame_idx)
            target = self.project.edit_aoi(target.object_id, category=category, part_of=part_of)
            self._forget_prompts(target, frame_idx)
            self.project.add_prompt(target.object_id, frame_idx, proposed)
            self._write_anchor(target, mask, frame_idx, Origin.PROPOSED)
        return target

    def _check_not_said(self, target: AOI, frame_idx: int) -> None:
        record = self.project.record(target.object_id, frame_idx)
        if record is not None and record.is_said:  # one that is approved was refused before
            said = "prompted" if record.origin is Origin.USER else "imported"
            raise PromptError(
                f"{target.name!r} was {said} on frame {frame_idx}, and no proposal replaces that; "
                "propose it on another frame, or clear this one first.",
                frame_idx=frame_idx,
            )

    def _prompted(self, aoi: str | int, frame_idx: int) -> tuple[AOI, list[StoredPrompt], Mask]:
        """The AOI, its prompts on a frame, and the mask that is saved there."""
        target = self.project.aoi(aoi)
        record = self.project.record(target.object_id, frame_idx)
        prompts = self.project.prompts(target.object_id, frame_idx)
        if record is None or not prompts:
            raise PromptError(
                f"{target.name!r} has no prompt on frame {frame_idx}; click it there first.",
                frame_idx=frame_idx,
            )
        return target, prompts, record.mask

    def _found(
        self, prompts: Sequence[StoredPrompt], current: Mask, frame_idx: int, limit: int
    ) -> list[Candidate]:
        """Candidates for an AOI's prompts, whatever was chosen among them before."""
        chosen = chosen_of(prompts, current)
        return self.preview(frame_idx, [each.prompt for each in prompts if each is not chosen], limit)

    def _take(self, target: AOI, frame_idx: int, mask: Mask, verb: str) -> Mask:
        """Save a choice, in place of an earlier one."""
        _, prompts, current = self._prompted(target.object_id, frame_idx)
        record = self.project.record(target.object_id, frame_idx)
        if mask == current and record is not None and record.origin is Origin.USER:
            return mask
        self._before_change()
        with self.project.action(f"{verb} {target.name} at frame {frame_idx}"):
            before = chosen_of(prompts, current)
            if before is not None:
                self.project.remove_prompt(before.id)
            self.project.add_prompt(target.object_id, frame_idx, MaskPrompt(mask))
            self._write_anchor(target, mask, frame_idx)
        return mask
