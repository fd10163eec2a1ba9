"""How a memory comes about at the start of a pass: begun at its anchor, or loaded from what was saved."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

from dwell.segmenters.contract import Backend, Encoding, Memory, Shown
from dwell.tracking.plan import Pass
from dwell.types import BoolArray
from dwell.video import Frames

__all__ = ["Anchors", "Encodings", "PassRecall"]


class Anchors(Protocol):
    """Who knows the masks at anchors."""

    def anchor_mask(self, object_id: int, frame_idx: int) -> BoolArray:
        """(h, w) mask of an AOI at one of its anchors; all False where a person said it is absent."""
        ...


class Encodings:
    """Encodings of frames; the ``limit`` asked for last are held."""

    LIMIT = 12
    """Enough for frames near each other, where AOIs start."""

    def __init__(
        self, frames: Frames, backend: Backend, known: dict[int, Encoding], limit: int = LIMIT
    ) -> None:
        """``known`` by frame_idx."""
        self.backend = backend
        self._frames = frames
        self._held = OrderedDict(known)
        self._limit = limit

    def of(self, frame_idx: int) -> Encoding:
        """The encoding of a frame, computed unless it is held."""
        if frame_idx not in self._held:
            self._held[frame_idx] = self.backend.encode(self._frames.read(frame_idx))
        self._held.move_to_end(frame_idx)
        while len(self._held) > self._limit:
            self._held.popitem(last=False)
        return self._held[frame_idx]


class PassRecall:
    """What a tracker may ask for when the memory of a pass is loaded; see ``contract.Recall``."""

    def __init__(self, backend: Backend, each: Pass, anchors: Anchors, encodings: Encodings) -> None:
        self._backend = backend
        self._pass = each
        self._anchors = anchors
        self._encodings = encodings
        self._start: Memory = None

    def frame(self, back: int) -> Encoding:
        """The frame looked at ``back`` frames before the one that the memory belongs to.

        Raises:
            ValueError: that would be before the anchor.
        """
        return self._encodings.of(self._pass.visited(back))

    def start(self) -> Memory:
        """The memory at the anchor, from its mask and those that support it."""
        if self._start is None:
            each = self._pass
            support = [
                Shown(self._encodings.of(frame_idx), self._mask(frame_idx), each.n_ahead(frame_idx))
                for frame_idx in each.support
            ]
            encoding = self._encodings.of(each.begin)
            self._start = self._backend.start(encoding, self._mask(each.begin), support)
        return self._start

    def _mask(self, frame_idx: int) -> BoolArray:
        return self._anchors.anchor_mask(self._pass.object_id, frame_idx)
