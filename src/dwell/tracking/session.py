"""The tracking session: prompts in, masklets out, corrections that stick."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager

from dwell.errors import PromptError
from dwell.masks import Mask, MaskRecord
from dwell.project import Project, StoredPrompt
from dwell.prompts import Absent, MaskPrompt, Point, Prompt, Stroke, clean_name
from dwell.segmenters.contract import Backend, Candidate, Encoding, Preparing
from dwell.segmenters.open import open_backend
from dwell.tracking.candidates import MaskCandidate, chosen_of, next_in_size, offered, superseded
from dwell.tracking.estimate import Estimate
from dwell.tracking.filler import Filler
from dwell.tracking.prompt_checks import check_prompts
from dwell.tracking.recall import Encodings
from dwell.tracking.run import Run, TrackUpdate, Wanted
from dwell.types import AOI, BoolArray, Direction, Origin, State
from dwell.video import Frames

__all__ = ["TrackingSession"]

ENCODINGS = 4
"""Frames whose encodings are held for the next click: about 35 MB each with the embedded backend."""


class TrackingSession:
    """Prompts, anchors and masklets of one video, saved in a project as they come.

    Args:
        project: where everything is kept; open for writing. ``Project.in_memory`` keeps nothing.
        frames: the video.
        backend: a name from ``dwell.registry.BACKENDS`` or an opened backend.
        clock: seconds; by it is decided when to save, and how long tracking will take.

    A frame that was prompted or approved is an *anchor*. Tracking fills the gaps between anchors and changes
    nothing else: not the anchors, not another AOI, not a gap that is already tracked. A prompt on a tracked
    frame makes the two gaps beside it out of date; the next ``track`` redoes just those. An approved frame
    changes by nothing at all until it is unlocked. Use a session from one thread.
    """

    def __init__(
        self,
        project: Project,
        frames: Frames,
        backend: Backend | str = "embedded",
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.project = project
        self.frames = frames
        self.backend = open_backend(backend) if isinstance(backend, str) else backend
        self._clock = clock
        self._filler = Filler(project, frames)
        self._encodings = Encodings(frames, self.backend, {}, ENCODINGS)
        self._under_way: list[Run] = []

    def use_frames(self, frames: Frames) -> None:
        """See other pictures from now on, such as a volume's through another window; masks stay as they are.

        A run of tracking that is under way goes on with the pictures it began with.

        Raises:
            ValueError: they are more, fewer, or of another size.
        """
        before = self.frames
        if (len(frames), frames.size_hw) != (len(before), before.size_hw):
            raise ValueError(
                f"Expected {len(before)} frames of {before.size_hw} px (h, w), got {len(frames)} of "
                f"{frames.size_hw}."
            )
        self.frames = frames
        self._encodings = Encodings(frames, self.backend, {}, ENCODINGS)

    # ---------------------------------------------------------------- prompting

    def prompt(self, aoi: str | int, *prompts: Prompt, frame_idx: int, fresh: bool = False) -> Mask:
        """The AOI's mask on this frame after these prompts, saved as an anchor.

        Args:
            aoi: name or object_id; a new name makes a new AOI.
            prompts: joined to those the AOI already has on this frame.
            frame_idx: 0-based.
            fresh: forget what is known of the AOI on this frame. Otherwise clicks and strokes on a tracked
                frame correct the mask that is there, even one out of date; a box, lasso or mask always
                replaces it.

        Raises:
            PromptError: a prompt lies outside the frame, is on a filler frame, or shows nothing of the AOI;
                or the frame is approved.
            FrameOutOfRange: no such frame.
        """
        check_prompts(prompts, frame_idx, self.frames, self._filler)
        with self._anchoring("prompt", aoi, frame_idx) as target:
            holding = self._joined(target, list(prompts), frame_idx, fresh)
            mask = self._mask_of(target, holding, frame_idx)
            self._write_anchor(target, mask, frame_idx)
        return mask

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

    def prepare(self, frame_idx: int) -> None:
        """Encode a frame ahead of a click on it, so that the click need not wait; nothing is saved.

        The last few prepared or clicked frames are remembered. A grey filler frame is passed over.

        Raises:
            FrameOutOfRange: no such frame.
            CorruptVideo: the frame cannot be decoded.
        """
        if 0 <= frame_idx < len(self.frames) and self._filler.at(frame_idx):
            return
        encoding = self._encode(frame_idx)
        if isinstance(self.backend, Preparing):
            self.backend.prepare(encoding)

    def clear(self, aoi: str | int, frame_idx: int) -> None:
        """Take back the AOI's prompts on this frame, if any; the gap around it is to be tracked again.

        Raises:
            PromptError: the frame is approved.
        """
        target = self.project.aoi(aoi)
        if not self.project.prompts(target.object_id, frame_idx):
            return
        self._check_unlocked(target, frame_idx)
        self._before_change()
        with self.project.action(f"clear {target.name} at frame {frame_idx}"):
            self._forget_prompts(target, frame_idx)
            self._outdate(target, frame_idx)

    def remove(self, aoi: str | int) -> None:
        """Remove an AOI with its prompts and masks. Its object_id is not used again."""
        self._before_change()
        self.project.remove_aoi(self.project.aoi(aoi).object_id)

    # ---------------------------------------------------------------- review

    def approve(self, start: int, stop: int, aois: Iterable[str | int] | None = None) -> int:
        """Lock the masks on frames ``start`` … ``stop`` − 1.

        They become anchors, and no tracking changes them.

        Returns:
            How many masks were locked; frames that are lost or out of date are left out.
        """
        return self._set_approved(start, stop, aois, approved=True)

    def unlock(self, start: int, stop: int, aois: Iterable[str | int] | None = None) -> int:
        """Undo ``approve``: the masks stay until a correction beside them puts them out of date."""
        return self._set_approved(start, stop, aois, approved=False)

    def undo(self) -> str | None:
        """Take back the last action, whoever made it and whenever; its name, or None if there is none."""
        self._before_change()
        return self.project.undo()

    def undo_through(self, step_id: int) -> list[str]:
        """Take back every action from the last down to this step, all or none; see ``Project``."""
        self._before_change()
        return self.project.undo_through(step_id)

    def redo(self) -> str | None:
        """Do again what was last undone; its name, or None."""
        self._before_change()
        return self.project.redo()

    # ---------------------------------------------------------------- tracking

    def track(
        self,
        span: tuple[int, int] | None = None,
        direction: Direction | str = Direction.BOTH,
        aois: Iterable[str | int] | None = None,
        stride: int = 1,
    ) -> Generator[TrackUpdate, None, None]:
        """Track what is missing or out of date, frame by frame.

        Args:
            span: (start, stop), half-open; default the whole video. Tracking starts at the nearest anchor, so
                frames between that anchor and the span are tracked as well; with a stride, it ends on the
                next frame that is looked at.
            direction: ``forward``, ``backward`` or ``both``.
            aois: names or object_ids; default all.
            stride: look at frames whose number is a multiple of this only, and at the last one before an
                anchor or the end; masks on the others are interpolated. What is tracked already stays,
                whatever its stride.

        Returns:
            An iterator; work is done as it is read. Masks are saved every second or so, and when it is
            closed, whether by ``close()``, an error or Ctrl-C; the next call goes on from there with the same
            result. The session may be used between two updates: a correction is taken up at once.

        Raises:
            PromptError: no AOI has an anchor to track from.
            ValueError: the span holds no frame of the video, or the stride is below 1.
        """
        run = self._new_run(span, direction, aois, stride)
        run.plan()
        return self._updates(run, stride)

    def remaining(
        self,
        span: tuple[int, int] | None = None,
        direction: Direction | str = Direction.BOTH,
        aois: Iterable[str | int] | None = None,
        stride: int = 1,
    ) -> int:
        """How many frames ``track`` would go through; forward and backward count apart, skipped ones too."""
        return self._new_run(span, direction, aois, stride).remaining()

    def estimate(
        self,
        span: tuple[int, int] | None = None,
        direction: Direction | str = Direction.BOTH,
        aois: Iterable[str | int] | None = None,
        stride: int = 1,
        budget_s: float = 1.0,
    ) -> Estimate:
        """How long ``track`` will take on this machine, measured on its frames; nothing is saved.

        Args:
            span: as for ``track``.
            direction: as for ``track``.
            aois: as for ``track``.
            stride: as for ``track``.
            budget_s: seconds to measure for; a slow backend takes as long as four of its frames.

        Raises:
            PromptError: no AOI has an anchor to track from.
        """
        return self._new_run(span, direction, aois, stride).estimate(budget_s)

    def _new_run(
        self,
        span: tuple[int, int] | None,
        direction: Direction | str,
        aois: Iterable[str | int] | None,
        stride: int,
    ) -> Run:
        n_frames = len(self.frames)
        start, stop = span or (0, n_frames)
        start, stop = max(start, 0), min(stop, n_frames)
        if start >= stop:
            raise ValueError(f"Expected a span (start, stop) within frames 0 … {n_frames - 1}, got {span}.")
        if stride < 1:
            raise ValueError(f"Expected a stride of 1 (every frame) or more, got {stride}.")
        ids = None if aois is None else tuple(each.object_id for each in self._targets(aois))
        wanted = Wanted((start, stop), Direction(direction), ids, stride)
        return Run(self.project, self.frames, self.backend, self.filler, wanted, self._clock)

    def _updates(self, run: Run, stride: int) -> Generator[TrackUpdate, None, None]:
        self._under_way.append(run)
        try:
            with closing(run.updates()) as updates:
                for number, update in enumerate(updates):
                    if number == 0:
                        self.sign(stride)
                    yield update
        finally:
            self._under_way.remove(run)

    def _before_change(self) -> None:
        for run in self._under_way:
            run.before_change()

    def sign(self, stride: int | None = None) -> None:
        """Note who works on this project and how, for those who open it again without a choice."""
        note = {"name": self.backend.name, "parameters": self.backend.describe()}
        self.project.set_setting("backend", note)
        if stride is not None:
            self.project.set_setting("stride", stride)

    @property
    def filler(self) -> BoolArray:
        """(n_frames,) bool: grey filler frames, which are never tracked."""
        return self._filler.flags

    def look_for_filler(self) -> bool:
        """Look at one more picture for ``filler``, which else looks at all at once; False: all is known."""
        return self._filler.look()

    # ---------------------------------------------------------------- helpers

    @contextmanager
    def _anchoring(self, verb: str, aoi: str | int, frame_idx: int) -> Iterator[AOI]:
        """The AOI, made if its name is new, inside one action that gives it another anchor."""
        self._before_change()
        known = {each.name for each in self.project.aois()}
        new = clean_name(aoi) if isinstance(aoi, str) and clean_name(aoi) not in known else None
        name = new or self.project.aoi(aoi).name
        with self.project.action(f"{verb} {name} at frame {frame_idx}"):
            target = self.project.aoi(aoi) if new is None else self.project.add_aoi(new)
            self._check_unlocked(target, frame_idx)
            yield target
            self.sign()

    def _check_unlocked(self, target: AOI, frame_idx: int) -> None:
        record = self.project.record(target.object_id, frame_idx)
        if record is not None and record.approved:
            raise PromptError(
                f"{target.name!r} is approved on frame {frame_idx}; unlock it there first.",
                frame_idx=frame_idx,
            )

    def _joined(self, target: AOI, prompts: list[Prompt], frame_idx: int, fresh: bool) -> list[Prompt]:
        """All prompts that hold on this frame from now on, after saving the new ones."""
        stored = self.project.prompts(target.object_id, frame_idx)
        before = [each.prompt for each in stored]
        editing = not fresh and all(isinstance(each, Point | Stroke) for each in prompts)
        if not editing or any(isinstance(each, Absent) for each in before):
            self._forget_prompts(target, frame_idx)
            before = []
        record = self.project.record(target.object_id, frame_idx)
        if before and record is not None:
            for each in superseded(stored, record.mask):
                self.project.remove_prompt(each.id)
                before.remove(each.prompt)
        elif editing and record is not None and record.state is State.VISIBLE:
            prompts = [MaskPrompt(record.mask), *prompts]
        for prompt in prompts:
            self.project.add_prompt(target.object_id, frame_idx, prompt)
        return [*before, *prompts]

    def _mask_of(self, target: AOI, prompts: Sequence[Prompt], frame_idx: int) -> Mask:
        if any(isinstance(each, Absent) for each in prompts):
            return Mask.empty(self.frames.size_hw)
        if len(prompts) == 1 and isinstance(prompts[0], MaskPrompt):
            return prompts[0].mask
        best = self.backend.segment(self._encode(frame_idx), prompts, 1)
        mask = Mask.from_array(best[0].mask) if best else None
        if not mask:
            raise PromptError(
                f"Nothing is left of {target.name!r} on frame {frame_idx} after these prompts; "
                "use `absent` if it is not there.",
                frame_idx=frame_idx,
            )
        return mask

    def _write_anchor(self, target: AOI, mask: Mask, frame_idx: int) -> None:
        state = State.VISIBLE if mask else State.ABSENT
        record = MaskRecord(
            target.object_id, frame_idx, mask, state, float("nan"), origin=Origin.USER, direction=None
        )
        self._outdate(target, frame_idx)
        self.project.write_masks([record])

    def _outdate(self, target: AOI, frame_idx: int) -> None:
        left, right = self.project.anchors_beside(target.object_id, frame_idx)
        start = 0 if left is None else left + 1
        self.project.mark_stale(target.object_id, start, len(self.frames) if right is None else right)

    def _forget_prompts(self, target: AOI, frame_idx: int) -> None:
        for each in self.project.prompts(target.object_id, frame_idx):
            self.project.remove_prompt(each.id)
        record = self.project.record(target.object_id, frame_idx)
        if record is not None and record.origin is Origin.USER:
            self.project.delete_masks(target.object_id, frame_idx, frame_idx + 1)

    def _set_approved(
        self, start: int, stop: int, aois: Iterable[str | int] | None, *, approved: bool
    ) -> int:
        verb = "approve" if approved else "unlock"
        self._before_change()
        with self.project.action(f"{verb} frames {start}–{stop - 1}"):
            targets = self._targets(aois)
            return sum(self.project.set_approved(each.object_id, start, stop, approved) for each in targets)

    def _targets(self, aois: Iterable[str | int] | None) -> list[AOI]:
        if isinstance(aois, str):
            raise TypeError(f"Expected a list of AOIs, got one name; write [{aois!r}].")
        return self.project.aois() if aois is None else [self.project.aoi(each) for each in aois]

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
        if mask == current:
            return mask
        self._before_change()
        with self.project.action(f"{verb} {target.name} at frame {frame_idx}"):
            before = chosen_of(prompts, current)
            if before is not None:
                self.project.remove_prompt(before.id)
            self.project.add_prompt(target.object_id, frame_idx, MaskPrompt(mask))
            self._write_anchor(target, mask, frame_idx)
        return mask

    def _encode(self, frame_idx: int) -> Encoding:
        if self._encodings.backend is not self.backend:
            self._encodings = Encodings(self.frames, self.backend, {}, ENCODINGS)
        return self._encodings.of(frame_idx)
