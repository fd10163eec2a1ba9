"""The tracking session: prompts in, masklets out, corrections that stick."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing

from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.project import Project
from dwell.prompts import Absent, MaskPrompt, Point, Prompt, Stroke
from dwell.segmenters.contract import Backend, Preparing
from dwell.segmenters.open import open_backend
from dwell.tracking.candidates import superseded
from dwell.tracking.choosing import Choosing
from dwell.tracking.estimate import Estimate
from dwell.tracking.filler import Filler
from dwell.tracking.prompt_checks import check_prompts
from dwell.tracking.run import Run, TrackUpdate, Wanted
from dwell.types import AOI, Direction, State
from dwell.video import Frames

__all__ = ["TrackingSession"]


class TrackingSession(Choosing):
    """Prompts, anchors and masklets of one video, saved in a project as they come.

    Args:
        project: where everything is kept; open for writing. ``Project.in_memory`` keeps nothing.
        frames: the video.
        backend: a name from ``dwell.registry.BACKENDS`` or an opened backend.
        clock: seconds; by it is decided when to save, and how long tracking will take.

    A frame that was prompted, proposed, imported or approved is an *anchor*. Tracking fills the gaps between
    anchors and changes nothing else: not the anchors, not another AOI, not a gap that is already tracked. A
    prompt on a tracked frame makes the two gaps beside it out of date; the next ``track`` redoes just those.
    An approved frame changes by nothing at all until it is unlocked. Use a session from one thread.
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
        self._encodings = self._new_encodings()
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
        self._encodings = self._new_encodings()

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

    def merge(self, keep: str | int, others: Iterable[str | int]) -> AOI:
        """One AOI, ``keep``, where there were several for one thing; see ``Project.merge_aois``.

        The frames that only one of them was tracked on are tracked; what lies between anchors that came
        together is tracked from both of them next time.

        Raises:
            UnknownAoi: there is no such AOI.
            PromptError: there is no other, or ``keep`` is among them.
        """
        gone = [each.object_id for each in self._targets(others)]
        self._before_change()
        return self.project.merge_aois(self.project.aoi(keep).object_id, gone)

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
        also: Iterable[int] = (),
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
            also: frames that are looked at whatever the stride, such as the last one before a cut.

        Returns:
            An iterator; work is done as it is read. Masks are saved every second or so, and when it is
            closed, whether by ``close()``, an error or Ctrl-C; the next call goes on from there with the same
            result. The session may be used between two updates: a correction is taken up at once.

        Raises:
            PromptError: no AOI has an anchor to track from.
            ValueError: the span holds no frame of the video, or the stride is below 1.
        """
        run = self._new_run(span, direction, aois, stride, also)
        run.plan()
        return self._updates(run, stride)

    def track_spans(
        self, spans: Mapping[int, Sequence[tuple[int, int]]], direction: Direction | str = Direction.BOTH
    ) -> Generator[TrackUpdate, None, None]:
        """Track each AOI in its own spans, in one go: every frame is decoded once per direction.

        Args:
            spans: by object_id: (start, stop), half-open. Parts outside the video are cut off.
            direction: ``forward``, ``backward`` or ``both``.

        Returns:
            An iterator, as of ``track``; an AOI without an anchor is passed over.

        Raises:
            UnknownAoi: there is no such AOI.
        """
        within = {self.project.aoi(each).object_id: self._within(spans[each]) for each in spans}
        wanted = Wanted((0, len(self.frames)), Direction(direction), tuple(within), spans=within)
        run = Run(self.project, self.frames, self.backend, self.filler, wanted, self._clock)
        return self._updates(run, 1)

    def _within(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        cut = [(max(start, 0), min(stop, len(self.frames))) for start, stop in spans]
        return [(start, stop) for start, stop in cut if start < stop]

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
        also: Iterable[int] = (),
    ) -> Run:
        n_frames = len(self.frames)
        start, stop = span or (0, n_frames)
        start, stop = max(start, 0), min(stop, n_frames)
        if start >= stop:
            raise ValueError(f"Expected a span (start, stop) within frames 0 … {n_frames - 1}, got {span}.")
        if stride < 1:
            raise ValueError(f"Expected a stride of 1 (every frame) or more, got {stride}.")
        ids = None if aois is None else tuple(each.object_id for each in self._targets(aois))
        named = tuple(sorted(set(also))) if stride > 1 else ()
        wanted = Wanted((start, stop), Direction(direction), ids, stride, named=named)
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

    # ---------------------------------------------------------------- helpers

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
