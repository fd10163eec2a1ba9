"""How long a run will take: what each kind of work costs here, and how much of it is left. Source: ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from dwell.everything.video.spending import Costs
from dwell.masks import Mask
from dwell.segmenters.contract import Backend
from dwell.video import Frames

__all__ = ["Pace", "measure"]

TRUST = 4
"""Pieces of work after which what was measured counts as much as what was foreseen."""


class Pace:
    """Measures work as it is done, and foresees the rest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, spent_s: float = 0.0) -> None:
        self.clock = clock
        self.spent_s = spent_s
        """Seconds of work so far, those of interrupted runs included."""
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._planned_s = self._actual_s = 0.0
        self._n_pieces = 0
        self._done = 0.0

    @contextmanager
    def timing(self, kind: str) -> Iterator[None]:
        """A piece of work of one kind."""
        began = self.clock()
        yield
        self._sums[kind] = self._sums.get(kind, 0.0) + self.clock() - began
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def mean(self, kind: str) -> float | None:
        """Mean seconds of a piece of work; None before the first."""
        return self._sums[kind] / self._counts[kind] if kind in self._counts else None

    def looking_left(self, frame_idx: int, n_frames: int, spacing: float) -> float:
        """Seconds until the pass over the video is done, with key frames so many frames apart."""
        rest = n_frames - 1 - frame_idx
        return rest * ((self.mean("scan") or 0.0) + (self.mean("propose") or 0.0) / spacing)

    def tracked(self, planned_s: float, actual_s: float) -> None:
        """A stretch was tracked: what it should have cost, and what it did."""
        self._planned_s += planned_s
        self._actual_s += actual_s
        self._n_pieces += 1

    def tracking_left(self, planned_s: float) -> float:
        """Seconds for what should cost so much, by how true the plan was so far."""
        if not self._planned_s:
            return planned_s
        trust = self._n_pieces / (self._n_pieces + TRUST)
        return planned_s * (1 - trust + trust * self._actual_s / self._planned_s)

    def share_done(self, left_s: float) -> float:
        """0 … 1; never falls."""
        share = self.spent_s / (self.spent_s + left_s) if self.spent_s + left_s > 0 else 0.0
        self._done = min(max(self._done, share), 1.0)
        return self._done


def measure(
    backend: Backend, frames: Frames, frame_idx: int, masks: Sequence[Mask], clock: Callable[[], float]
) -> Costs:
    """What tracking costs here: a small, a middling and a large mask are tracked by two frames.

    Args:
        backend: the tracker.
        frames: the video.
        frame_idx: a key frame with a frame after it.
        masks: found on it; at least one.
        clock: seconds.
    """
    following = [min(frame_idx + ahead, len(frames) - 1) for ahead in (0, 1, 2)]
    images = [frames.read(each) for each in following]
    began = clock()
    first = backend.encode(images[0])
    encodings = [first, backend.encode(images[1], first)]
    encodings.append(backend.encode(images[2], encodings[1]))
    encode_s = (clock() - began) / 3
    by_area = sorted(masks, key=lambda each: each.area)
    picked = list(dict.fromkeys(by_area[i] for i in (0, len(by_area) // 2, len(by_area) - 1)))
    starts, steps, sides = [], [], []
    for mask in picked:
        began = clock()
        memory = backend.start(first, mask.to_array())
        starts.append(clock() - began)
        _, memory = backend.step(encodings[1], {1: memory})[1]  # warms up
        began = clock()
        backend.step(encodings[2], {1: memory})
        steps.append(clock() - began)
        sides.append((mask.area / (mask.size_hw[0] * mask.size_hw[1])) ** 0.5)
    slope = 0.0
    if len(picked) > 1 and max(sides) > min(sides):
        slope = max(float(np.polyfit(sides, steps, 1)[0]), 0.0)
    base = max(float(np.mean(steps)) - slope * float(np.mean(sides)), 0.0)
    return Costs(encode_s, float(np.mean(starts)), base, slope)
