"""The tracking session: prompts in, masklets out, corrections that stick."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dwell.errors import FrameOutOfRange, PromptError
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.prompts import Absent, MaskPrompt, Point, Prompt, Stroke, check_prompt, clean_name
from dwell.segmenters.contract import Backend, Candidate, Encoding
from dwell.segmenters.open import open_backend
from dwell.tracking.plan import Pass, Stretch, plan_passes, plan_stretches
from dwell.tracking.record import Recorder, done_frames, resume_points
from dwell.tracking.sweep import sweep
from dwell.types import AOI, BoolArray, Direction, Origin, State
from dwell.video import Frames

__all__ = ["TrackUpdate", "TrackingSession"]


@dataclass(frozen=True)
class TrackUpdate:
    """One tracked frame."""

    frame_idx: int
    direction: Direction
    records: dict[int, MaskRecord]
    """What was written, by object_id."""
    done: int
    """Frames tracked so far in this run."""
    total: int
    """Frames this run will track; a frame tracked forward and backward counts twice."""


class TrackingSession:
    """Prompts, anchors and masklets of one video, saved in a project as they come.

    Args:
        project: where everything is kept; open for writing. ``Project.in_memory`` keeps nothing.
        frames: the video.
        backend: a name from ``dwell.registry.BACKENDS`` or an opened backend.

    A frame that was prompted or approved is an *anchor*. Tracking fills the gaps between anchors and changes
    nothing else: not the anchors, not another AOI, not a gap that is already tracked. A prompt on a tracked
    frame makes the two gaps beside it out of date; the next ``track`` redoes just those.
    """

    def __init__(self, project: Project, frames: Frames, backend: Backend | str = "embedded") -> None:
        self.project = project
        self.frames = frames
        self.backend = open_backend(backend) if isinstance(backend, str) else backend
        self._filler: BoolArray | None = None
        self._encoded: tuple[int, Encoding] | None = None

    # ---------------------------------------------------------------- prompting

    def prompt(self, aoi: str | int, *prompts: Prompt, frame_idx: int, fresh: bool = False) -> Mask:
        """The AOI's mask on this frame after these prompts, saved as an anchor.

        Args:
            aoi: name or object_id; a new name makes a new AOI.
            prompts: joined to those the AOI already has on this frame.
            frame_idx: 0-based.
            fresh: forget what is known of the AOI on this frame. Otherwise clicks and strokes on a tracked
                frame correct the mask that is there; a box, lasso or mask always replaces it.

        Raises:
            PromptError: a prompt lies outside the frame, is on a filler frame, or shows nothing of the AOI.
            FrameOutOfRange: no such frame.
        """
        self._check(prompts, frame_idx)
        known = {each.name for each in self.project.aois()}
        with self.project.action(f"prompt {aoi} at frame {frame_idx}"):
            new = isinstance(aoi, str) and clean_name(aoi) not in known
            target = self.project.add_aoi(aoi) if new and isinstance(aoi, str) else self.project.aoi(aoi)
            if fresh:
                self._forget_prompts(target, frame_idx)
            before = [each.prompt for each in self.project.prompts(target.object_id, frame_idx)]
            added = self._replacing(target, before, prompts, frame_idx)
            mask = self._mask_of(target, added, frame_idx)
            self._write_anchor(target, mask, frame_idx)
        return mask

    def preview(self, frame_idx: int, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
        """Candidate masks for prompts on a frame, best first; nothing is saved.

        Raises:
            PromptError: as for ``prompt``.
        """
        self._check(prompts, frame_idx)
        return self.backend.segment(self._encode(frame_idx), prompts, limit)

    def grow(self, aoi: str | int, frame_idx: int, steps: int = 1, limit: int = 12) -> Mask:
        """The next larger (``steps`` > 0) or smaller (< 0) candidate, saved as the anchor.

        Stays as it is when there is no larger or smaller one.
        """
        target = self.project.aoi(aoi)
        record = self.project.record(target.object_id, frame_idx)
        prompts = [each.prompt for each in self.project.prompts(target.object_id, frame_idx)]
        if record is None or not prompts:
            raise PromptError(
                f"{target.name!r} has no prompt on frame {frame_idx}; click it there first.",
                frame_idx=frame_idx,
            )
        candidates = [Mask.from_array(each.mask) for each in self.preview(frame_idx, prompts, limit)]
        mask = _next_in_size(record.mask, candidates, steps)
        with self.project.action(f"{'grow' if steps > 0 else 'shrink'} {target.name} at frame {frame_idx}"):
            self.project.add_prompt(target.object_id, frame_idx, MaskPrompt(mask))
            self._write_anchor(target, mask, frame_idx)
        return mask

    def clear(self, aoi: str | int, frame_idx: int) -> None:
        """Take back the AOI's prompts on this frame; the gap around it is to be tracked again."""
        target = self.project.aoi(aoi)
        with self.project.action(f"clear {target.name} at frame {frame_idx}"):
            self._forget_prompts(target, frame_idx)
            self._outdate(target, frame_idx)

    def remove(self, aoi: str | int) -> None:
        """Remove an AOI with its prompts and masks. Its object_id is not used again."""
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
        """Undo ``approve``: the masks stay, but tracking may change them again."""
        return self._set_approved(start, stop, aois, approved=False)

    def undo(self) -> str | None:
        """Take back the last action, whoever made it and whenever; its name, or None if there is none."""
        return self.project.undo()

    def redo(self) -> str | None:
        """Do again what was last undone; its name, or None."""
        return self.project.redo()

    # ---------------------------------------------------------------- tracking

    def track(
        self,
        span: tuple[int, int] | None = None,
        direction: Direction | str = Direction.BOTH,
        aois: Iterable[str | int] | None = None,
    ) -> Generator[TrackUpdate, None, None]:
        """Track what is missing or out of date, frame by frame.

        Args:
            span: (start, stop), half-open; default the whole video. Tracking starts at the nearest anchor, so
                frames between that anchor and the span are tracked as well.
            direction: ``forward``, ``backward`` or ``both``.
            aois: names or object_ids; default all.

        Returns:
            An iterator; work is done as it is read. Masks are saved every second or so, and when it is
            closed, whether by ``close()``, an error or Ctrl-C; the next call goes on from there with the same
            result.

        Raises:
            PromptError: no AOI has an anchor to track from.
        """
        passes = self._plan(span, Direction(direction), aois)
        stretches = {way: plan_stretches(passes, way) for way in (Direction.FORWARD, Direction.BACKWARD)}
        return self._run(stretches)

    def remaining(
        self,
        span: tuple[int, int] | None = None,
        direction: Direction | str = Direction.BOTH,
        aois: Iterable[str | int] | None = None,
    ) -> int:
        """How many frames ``track`` would go through; forward and backward count apart."""
        passes = self._plan(span, Direction(direction), aois)
        ways = (Direction.FORWARD, Direction.BACKWARD)
        return sum(len(each) for way in ways for each in plan_stretches(passes, way))

    def _plan(
        self, span: tuple[int, int] | None, direction: Direction, aois: Iterable[str | int] | None
    ) -> list[Pass]:
        targets = self._targets(aois)
        start, stop = span or (0, len(self.frames))
        span = max(start, 0), min(stop, len(self.frames))
        done = {each.object_id: done_frames(self.project, each.object_id, self.filler) for each in targets}
        if not any(len(each.anchors) for each in done.values()):
            raise PromptError("There is nothing to track from: prompt an AOI on some frame first.")
        passes = [
            p for object_id, known in done.items() for p in plan_passes(object_id, known, span, direction)
        ]
        return resume_points(self.project, self.backend, passes)

    def _run(self, stretches: dict[Direction, list[Stretch]]) -> Generator[TrackUpdate, None, None]:
        total = sum(len(each) for way in stretches.values() for each in way)
        if total == 0:
            return
        done = 0
        with Recorder.open(self.project, self.backend, stretches) as recorder:
            for direction, way in stretches.items():
                for swept in sweep(self.frames, self.backend, way, recorder, self.filler):
                    done += 1
                    records = recorder.write(swept, direction)
                    yield TrackUpdate(swept.frame_idx, direction, records, done, total)

    @property
    def filler(self) -> BoolArray:
        """(n_frames,) bool: grey filler frames, which are never tracked."""
        if self._filler is None:
            saved = self.project.filler()
            if saved is None:
                saved = self.frames.find_filler()
                self.project.set_filler(saved)
            self._filler = saved
        return self._filler

    # ---------------------------------------------------------------- helpers

    def _check(self, prompts: Sequence[Prompt], frame_idx: int) -> None:
        if not 0 <= frame_idx < len(self.frames):
            raise FrameOutOfRange(
                f"There is no frame {frame_idx}; {self.frames.path.name} has 0 … {len(self.frames) - 1}.",
                path=self.frames.path,
                frame_idx=frame_idx,
            )
        if not prompts:
            raise PromptError("No prompt given; click, box or outline the AOI.", frame_idx=frame_idx)
        if self.filler[frame_idx]:
            real = np.flatnonzero(~self.filler)
            near = int(real[np.abs(real - frame_idx).argmin()]) if len(real) else None
            raise PromptError(
                f"Frame {frame_idx} is grey filler, without a picture; the nearest real one is {near}.",
                frame_idx=frame_idx,
            )
        for prompt in prompts:
            check_prompt(prompt, self.frames.size_hw, frame_idx)

    def _replacing(
        self, target: AOI, before: list[Prompt], prompts: Sequence[Prompt], frame_idx: int
    ) -> list[Prompt]:
        """All prompts that now hold on this frame, after saving the new ones."""
        editing = all(isinstance(each, Point | Stroke) for each in prompts)
        if not editing or any(isinstance(each, Absent) for each in before):
            self._forget_prompts(target, frame_idx)
            before = []
        if editing and not before:
            record = self.project.record(target.object_id, frame_idx)
            if record is not None and record.state is State.VISIBLE:
                prompts = [MaskPrompt(record.mask), *prompts]
        for prompt in prompts:
            self.project.add_prompt(target.object_id, frame_idx, prompt)
        return [*before, *prompts]

    def _mask_of(self, target: AOI, prompts: Sequence[Prompt], frame_idx: int) -> Mask:
        if any(isinstance(each, Absent) for each in prompts):
            return Mask.empty(self.frames.size_hw)
        if len(prompts) == 1 and isinstance(prompts[0], MaskPrompt):
            return prompts[0].mask
        best = self.backend.segment(self._encode(frame_idx), prompts, 1)[0]
        mask = Mask.from_array(best.mask)
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
        anchors = done_frames(self.project, target.object_id, self.filler).anchors
        left = anchors[anchors < frame_idx]
        right = anchors[anchors > frame_idx]
        start = int(left[-1]) + 1 if len(left) else 0
        stop = int(right[0]) if len(right) else len(self.frames)
        self.project.mark_stale(target.object_id, start, stop)

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
        with self.project.action(f"{verb} frames {start}–{stop - 1}"):
            targets = self._targets(aois)
            return sum(self.project.set_approved(each.object_id, start, stop, approved) for each in targets)

    def _targets(self, aois: Iterable[str | int] | None) -> list[AOI]:
        return self.project.aois() if aois is None else [self.project.aoi(each) for each in aois]

    def _encode(self, frame_idx: int) -> Encoding:
        if self._encoded is None or self._encoded[0] != frame_idx:
            self._encoded = (frame_idx, self.backend.encode(self.frames.read(frame_idx)))
        return self._encoded[1]


def _next_in_size(current: Mask, candidates: Sequence[Mask], steps: int) -> Mask:
    larger = sorted((m for m in candidates if m.area > current.area), key=lambda m: m.area)
    smaller = sorted((m for m in candidates if 0 < m.area < current.area), key=lambda m: -m.area)
    way = larger if steps > 0 else smaller
    return way[min(abs(steps), len(way)) - 1] if way and steps else current
