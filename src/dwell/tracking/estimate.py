"""How long tracking will take, measured on frames of the plan before it begins. Source: ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dwell.project import Project
from dwell.segmenters.contract import Backend, Encoding, Memory, Shown
from dwell.tracking.plan import Pass, Stretch
from dwell.types import BoolArray, ByteArray, Direction
from dwell.video import Frames

__all__ = ["Estimate", "estimate", "n_seconds", "n_tracked"]

PATIENCE_S = 20.0
"""A frame that takes longer than this is not measured a second time."""
N_SUPPORT = 6
"""Shown frames that fill a network's memory, so that a step costs what it will cost later on."""


@dataclass(frozen=True)
class Estimate:
    """What tracking a plan will cost on this machine."""

    encode_s: float
    """Seconds to encode a frame."""
    step_s_per_object: float
    """Seconds to track one AOI on an encoded frame."""
    overlap: float
    """0 … 1: how much of the shorter of the two is hidden behind the longer one, as frames are encoded in
    another thread; 0 if both compete for the same cores, 1 if neither slows the other."""
    frames: int
    """Frames to encode; skipped ones do not count, a frame tracked forward and backward counts twice."""
    object_frames: int
    """Steps to take: frames times AOIs."""
    seconds: float
    """The whole run; without decoding, saving, and what it takes to begin at an anchor."""
    probe_s: float
    """Seconds that measuring took."""


def estimate(
    plan: Mapping[Direction, list[Stretch]],
    project: Project,
    frames: Frames,
    backend: Backend,
    clock: Callable[[], float],
    budget_s: float,
) -> Estimate:
    """Measure encoding and tracking on two frames of the plan, and reckon.

    After one frame to warm up, frames are measured until ``budget_s`` is used up, at least one; then one more
    with encoding and tracking at the same time. Where the first frame takes longer than ``PATIENCE_S``, it is
    the measure: warming up counts for little, and nothing is taken to overlap. Nothing is measured if there
    is nothing to track, and nothing is saved.
    """
    began_at = clock()
    load = n_tracked(plan)
    if not load:
        return Estimate(0.0, 0.0, 0.0, 0, 0, 0.0, 0.0)
    first = next(stretch for way in plan.values() for stretch in way)
    frame_idx, mask = _shown(first.passes[0], project)
    probe = _Probe(backend, (frames.read(frame_idx), frames.read(_next(first))), mask, clock)
    encode_s, step_s = probe.measure(began_at + budget_s)
    overlap = probe.measure_overlap(encode_s, step_s) if encode_s + step_s <= PATIENCE_S else 0.0
    n_frames, n_steps = sum(load.values()), sum(n * times for n, times in load.items())
    seconds = n_seconds(encode_s, step_s, overlap, load)
    return Estimate(encode_s, step_s, overlap, n_frames, n_steps, seconds, clock() - began_at)


def n_tracked(plan: Mapping[Direction, list[Stretch]]) -> Counter[int]:
    """How many frames of a plan are visited by how many AOIs: {AOIs: frames}."""
    load: Counter[int] = Counter()
    for stretch in (stretch for way in plan.values() for stretch in way):
        way = range(stretch.first + stretch.step, stretch.last + stretch.step, stretch.step)
        load.update(sum(each.visits(frame_idx) for each in stretch.passes) for frame_idx in way)
    del load[0]
    return load


def n_seconds(encode_s: float, step_s: float, overlap: float, load: Mapping[int, int]) -> float:
    """Seconds for so many frames ({AOIs: frames}), of which each is encoded once and tracked per AOI."""
    return sum(
        times * (encode_s + n * step_s - overlap * min(encode_s, n * step_s)) for n, times in load.items()
    )


class _Probe:
    """Two images: on the first one an AOI's mask is known, on the second one it is tracked."""

    def __init__(
        self,
        backend: Backend,
        images: tuple[ByteArray, ByteArray],
        mask: BoolArray,
        clock: Callable[[], float],
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._image = images[1]
        self._shown: Encoding = backend.encode(images[0])
        support = [Shown(self._shown, mask, -n) for n in range(1, N_SUPPORT + 1)]
        self._memory: Memory = backend.start(self._shown, mask, support)
        began_at = clock()
        self._encoding = self._encode()
        self._encode_s = clock() - began_at

    def measure(self, until: float) -> tuple[float, float]:
        """Seconds of (encoding, tracking one AOI), the mean of what fits in the time."""
        began_at = self._clock()
        self._step(self._encoding)  # warms up
        first_s = self._clock() - began_at
        if self._encode_s + first_s > PATIENCE_S:
            return self._encode_s, first_s
        encode_s = step_s = 0.0
        rounds = 0
        while not rounds or self._clock() < until:
            at = [self._clock()]
            self._encoding = self._encode()
            at.append(self._clock())
            self._step(self._encoding)
            at.append(self._clock())
            encode_s, step_s, rounds = encode_s + at[1] - at[0], step_s + at[2] - at[1], rounds + 1
        return encode_s / rounds, step_s / rounds

    def measure_overlap(self, encode_s: float, step_s: float) -> float:
        """Share of the shorter of the two that costs nothing when both run at the same time."""
        shorter = min(encode_s, step_s)
        if shorter <= 0:
            return 0.0
        with ThreadPoolExecutor(1, "dwell-probe") as other:
            began_at = self._clock()
            encoding = other.submit(self._encode)
            self._step(self._encoding)
            encoding.result()
        saved = encode_s + step_s - (self._clock() - began_at)
        return min(max(saved / shorter, 0.0), 1.0)

    def _encode(self) -> Encoding:
        return self._backend.encode(self._image, self._shown)

    def _step(self, encoding: Encoding) -> None:
        self._backend.step(encoding, {1: self._memory})


def _shown(each: Pass, project: Project) -> tuple[int, BoolArray]:
    """An anchor of the pass that shows the AOI: where it begins, or else one that supports it."""
    for frame_idx in (each.begin, *each.support):
        record = project.record(each.object_id, frame_idx)
        if record is not None and record.mask:
            return frame_idx, record.mask.to_array()
    raise ValueError(f"object {each.object_id} is shown by no anchor of this pass")


def _next(stretch: Stretch) -> int:
    """The first frame of a stretch that its first pass visits; its last one if it visits none."""
    way = range(stretch.first + stretch.step, stretch.last, stretch.step)
    return next((frame_idx for frame_idx in way if stretch.passes[0].visits(frame_idx)), stretch.last)
