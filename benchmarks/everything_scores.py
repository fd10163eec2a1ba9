"""What an everything-run costs and what it finds, measured alike for every way to do it.

Cost: model calls, wall and processor time, peak of the resident set, bytes on disk. Found: the share of
pixels that lie in a mask, and for each annotated object how well it is recalled: J of the best *single
identity* over the whole clip (what a user gets), J of the best mask on each frame whatever its identity
(what was found at all), and through how many identities those best masks go.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.everything_published import Masklets
from dwell.masks import Mask
from dwell.project import Project
from dwell.segmenters.contract import AutomaticMask, AutomaticOptions, Encoding, Proposer
from dwell.types import ByteArray, State

__all__ = [
    "Cost",
    "Counting",
    "CountingProposer",
    "Recall",
    "bytes_of",
    "coverage",
    "masklets_of",
    "measured",
    "peak_mib",
    "recall",
]


class Counting:
    """A backend whose calls are counted; everything else is the backend's own."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self.n_encodes = self.n_starts = self.n_segments = self.object_frames = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def encode(self, image: ByteArray, previous: Encoding | None = None) -> Encoding:
        self.n_encodes += 1
        return self._backend.encode(image, previous)

    def segment(self, encoding: Encoding, prompts: Any, limit: int = 3) -> Any:
        self.n_segments += 1
        return self._backend.segment(encoding, prompts, limit)

    def start(self, encoding: Encoding, mask: Any, support: Any = ()) -> Any:
        self.n_starts += 1
        return self._backend.start(encoding, mask, support)

    def step(self, encoding: Encoding, memories: Any, rivals: Any = None) -> Any:
        self.object_frames += len(memories)
        return self._backend.step(encoding, memories, rivals)

    def dump(self, memory: Any) -> bytes:
        data: bytes = self._backend.dump(memory)
        return data

    def load(self, data: bytes, recall: Any) -> Any:
        return self._backend.load(data, recall)


class CountingProposer:
    """A proposer whose calls are counted and timed."""

    def __init__(self, proposer: Proposer) -> None:
        self._proposer = proposer
        self.name = proposer.name
        self.n_calls = self.n_masks = 0
        self.seconds = 0.0

    def describe(self) -> dict[str, str | int | float | bool]:
        return self._proposer.describe()

    def propose(
        self, image: ByteArray, options: AutomaticOptions, beside: ByteArray | None = None
    ) -> list[AutomaticMask]:
        start = time.perf_counter()
        found = self._proposer.propose(image, options, beside)
        self.seconds += time.perf_counter() - start
        self.n_calls += 1
        self.n_masks += len(found)
        return found


@dataclass
class Cost:
    """What a run took."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mib: float = 0.0
    """Largest resident set of the process until then, what it had before included."""
    disk_bytes: int = 0


@dataclass(frozen=True)
class Recall:
    """How one annotated object was found."""

    single_j: float
    """Mean IoU, over the frames that show it, of the identity for which that is largest."""
    any_j: float
    """Mean, over the same frames, of the best IoU of any mask."""
    n_identities: int
    """How many identities the best masks have."""
    n_switches: int
    """How often the identity of the best mask changes."""


@contextmanager
def measured(folder: Path | None = None) -> Iterator[Cost]:
    """Time, peak memory and, of a folder, bytes of what runs inside; known at its end."""
    cost = Cost()
    start, cpu = time.perf_counter(), time.process_time()
    yield cost
    cost.wall_s, cost.cpu_s = time.perf_counter() - start, time.process_time() - cpu
    cost.peak_mib = peak_mib()
    cost.disk_bytes = 0 if folder is None else bytes_of(folder)


def peak_mib() -> float:
    """Largest resident set of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def bytes_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(each.stat().st_size for each in files if each.is_file())


def masklets_of(project: Project) -> Masklets:
    """What is seen of every AOI of a project, by object_id and frame."""
    found: Masklets = {}
    for aoi in project.aois():
        masklet = project.masklet(aoi.object_id)
        records = [masklet.record(int(frame_idx)) for frame_idx in masklet.frame_idx]
        shown = [each for each in records if each is not None and each.state is State.VISIBLE]
        found[aoi.object_id] = {each.frame_idx: each.mask for each in shown}
    return found


def coverage(found: Masklets, n_frames: int, size_hw: tuple[int, int]) -> float:
    """Mean over all frames of the share of pixels that lie in at least one mask."""
    shares = []
    for frame_idx in range(n_frames):
        inside = np.zeros(size_hw, bool)
        for masks in found.values():
            if frame_idx in masks:
                inside |= masks[frame_idx].to_array()
        shares.append(inside.mean())
    return float(np.mean(shares))


def recall(found: Masklets, truth: Mapping[int, Mask]) -> Recall:
    """How an annotated object was found.

    Args:
        found: by identity and frame.
        truth: by frame; frames that do not show it do not count.

    Raises:
        ValueError: no frame shows it.
    """
    shown = [frame_idx for frame_idx in sorted(truth) if truth[frame_idx]]
    if not shown:
        raise ValueError("Expected an object that at least one frame shows.")
    ids = sorted(found)
    ious = np.zeros((len(ids), len(shown)))
    for i, object_id in enumerate(ids):
        for j, frame_idx in enumerate(shown):
            mask = found[object_id].get(frame_idx)
            ious[i, j] = 0.0 if mask is None else mask.iou(truth[frame_idx])
    if not ids:
        return Recall(0.0, 0.0, 0, 0)
    best = [int(i) for i, iou in zip(ious.argmax(axis=0), ious.max(axis=0), strict=True) if iou > 0]
    n_switches = sum(a != b for a, b in zip(best, best[1:], strict=False))
    return Recall(float(ious.mean(axis=1).max()), float(ious.max(axis=0).mean()), len(set(best)), n_switches)
