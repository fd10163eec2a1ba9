"""How an AOI comes by an anchor: what everything that a session saves on one frame has in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dwell.errors import PromptError
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.prompts import clean_name
from dwell.segmenters.contract import Backend, Encoding
from dwell.tracking.filler import Filler
from dwell.tracking.recall import Encodings
from dwell.tracking.run import Run
from dwell.types import AOI, BoolArray, Origin, State
from dwell.video import Frames

__all__ = ["Anchoring"]

ENCODINGS = 4
"""Frames whose encodings are held for the next click: about 35 MB each with the embedded backend."""


class Anchoring:
    """Anchors of a session, and the changes that a run under way must hear of; see ``TrackingSession``."""

    project: Project
    frames: Frames
    backend: Backend
    _filler: Filler
    _encodings: Encodings
    _under_way: list[Run]

    @property
    def filler(self) -> BoolArray:
        """(n_frames,) bool: grey filler frames, which are never tracked."""
        return self._filler.flags

    def look_for_filler(self) -> bool:
        """Look at one more picture for ``filler``, which else looks at all at once; False: all is known."""
        return self._filler.look()

    def sign(self, stride: int | None = None) -> None:
        """Note who works on this project and how, for those who open it again without a choice."""
        note = {"name": self.backend.name, "parameters": self.backend.describe()}
        self.project.set_setting("backend", note)
        if stride is not None:
            self.project.set_setting("stride", stride)

    @contextmanager
    def changing(self, label: str) -> Iterator[None]:
        """One undo step, all or nothing, in which AOIs and masks are changed through ``project``.

        A run of tracking that is under way has saved all before it, and plans anew after it.
        """
        self._before_change()
        with self.project.action(label):
            yield

    def _before_change(self) -> None:
        for run in self._under_way:
            run.before_change()

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

    def _write_anchor(self, target: AOI, mask: Mask, frame_idx: int, origin: Origin = Origin.USER) -> None:
        state = State.VISIBLE if mask else State.ABSENT
        record = MaskRecord(target.object_id, frame_idx, mask, state, float("nan"), origin, direction=None)
        if origin is not Origin.PROPOSED:  # a proposal is no correction: what was tracked stays
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
        if record is not None and record.origin is not Origin.MODEL:
            self.project.delete_masks(target.object_id, frame_idx, frame_idx + 1)

    def _encode(self, frame_idx: int) -> Encoding:
        if self._encodings.backend is not self.backend:
            self._encodings = self._new_encodings()
        return self._encodings.of(frame_idx)

    def _new_encodings(self) -> Encodings:
        return Encodings(self.frames, self.backend, {}, ENCODINGS)
