"""The published way to segment everything in a video, written anew from its description, as a peer.

The schedule: automatic masks on every fifth frame; a queue of tasks (key frame, direction); each task adds
all masks of its key frame to the tracker and follows them up to the next key frame; there what arrives is
matched with the automatic masks by IoU > 0.8 and joined with them (union-find); what is left and not too
small is added to the task of that key frame. Masks are stored as raw boolean arrays in lists of
dictionaries, a file a frame.

Two faults of the original are mended, as they would make it a weak peer: its backward tasks found nothing
left to do, and of too many masks it kept some, not the largest. Where the description leaves a choice, the
cheaper one is taken: tasks run in the order of their frames, so that what is left over joins the next task,
and the encoding of a frame on which one task ends and the next begins is used twice. Each object is stepped
alone, as its tracker lets masks overlap.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dwell.everything import EverythingOptions
from dwell.everything.options import PUBLISHED
from dwell.masks import Mask
from dwell.segmenters.contract import AutomaticMask, Backend, Encoding, Proposer
from dwell.types import BoolArray, Direction
from dwell.video import Frames

__all__ = ["Masklets", "PublishedSchedule", "largest"]

Masklets = dict[int, dict[int, Mask]]
"""identity → frame_idx → mask."""
_NO_LIMIT = 1_000_000


@dataclass(frozen=True, eq=False)
class Seed:
    """A mask that is tracked from a key frame."""

    object_id: int
    mask: BoolArray


@dataclass(frozen=True)
class Task:
    """Track what is on a key frame up to the next one."""

    key_idx: int
    direction: Direction


class PublishedSchedule:
    """One run on one video.

    Args:
        frames: the video.
        backend: the tracker.
        proposer: what gives the automatic masks.
        folder: where everything is stored; empty.
        options: of which step, iou_thresh, max_masks_per_frame and automatic count.
    """

    def __init__(
        self,
        frames: Frames,
        backend: Backend,
        proposer: Proposer,
        folder: Path,
        options: EverythingOptions = PUBLISHED,
    ) -> None:
        if options.step is None:
            raise ValueError("The published schedule has key frames at even steps; give step, such as 5.")
        self._frames, self._backend, self._proposer = frames, backend, proposer
        self._folder, self._options, self._step = folder, options, options.step
        self._least_px = options.automatic.min_area * frames.size_hw[0] * frames.size_hw[1]
        self._carried: dict[Task, list[Seed]] = defaultdict(list)
        self._parent: dict[int, int] = {}
        self._born: dict[int, int] = {}
        self._last: tuple[int, Encoding] = (-1, None)
        self.object_frames = {Direction.FORWARD: 0, Direction.BACKWARD: 0}
        """Tracked masks: objects times frames, by direction."""

    def run(self) -> None:
        """Find, track, match, and write down which object is which."""
        keys = range(0, len(self._frames), self._step)
        for key_idx in keys:
            self._find(key_idx)
        queue = deque(Task(key_idx, Direction.FORWARD) for key_idx in keys)
        queue += [Task(key_idx, Direction.BACKWARD) for key_idx in reversed(keys)]
        while queue:
            self._track(queue.popleft())
        united = {each: self.identity(each) for each in self._parent}
        (self._folder / "id_map.json").write_text(json.dumps(self._born), encoding="utf-8")
        (self._folder / "united_id_map.json").write_text(json.dumps(united), encoding="utf-8")

    def identity(self, object_id: int) -> int:
        """The least of the object_ids that were matched with this one."""
        while (parent := self._parent[object_id]) != object_id:
            self._parent[object_id] = object_id = self._parent[parent]
        return object_id

    def masklets(self) -> Masklets:
        """What was stored, by united identity.

        Where one has several masks on a frame: that of the key frame, else that tracked from the nearer key
        frame, else the larger one.
        """
        out: Masklets = defaultdict(dict)
        for frame_idx in range(len(self._frames)):
            stored = [each for kind in self._kinds(frame_idx) for each in self._read(frame_idx, kind)]
            for entry in stored:
                identity = self.identity(entry["original_obj_id"])
                if frame_idx not in out[identity]:
                    out[identity][frame_idx] = Mask.from_array(entry["segmentation"])
        return dict(out)

    # ---------------------------------------------------------------- tasks

    def _find(self, key_idx: int) -> None:
        automatic = replace(self._options.automatic, max_masks=_NO_LIMIT)  # the largest are chosen here
        found = self._proposer.propose(self._frames.read(key_idx), automatic)
        masks = [each.mask.to_array() for each in largest(found, self._options.max_masks_per_frame)]
        seeds = [self._born_on(key_idx, mask) for mask in masks if np.count_nonzero(mask) >= self._least_px]
        self._write(key_idx, "key", seeds)

    def _track(self, task: Task) -> None:
        seeds = [Seed(e["original_obj_id"], e["segmentation"]) for e in self._read(task.key_idx, "key")]
        seeds += self._carried.pop(task, [])
        way = self._way(task)
        if not seeds or not way:
            return
        encoding = self._encoded(task.key_idx)
        memories = {seed.object_id: self._backend.start(encoding, seed.mask) for seed in seeds}
        arrived: list[Seed] = []
        for frame_idx, image in self._frames.stream(way.start, way.stop, way.step):
            encoding = self._backend.encode(image, encoding)
            arrived = []
            for object_id, memory in memories.items():
                tracked, memories[object_id] = self._backend.step(encoding, {object_id: memory})[object_id]
                arrived.append(Seed(object_id, tracked.mask))
            self.object_frames[task.direction] += len(memories)
            arrived = [seed for seed in arrived if seed.mask.any()]
            if frame_idx % self._step:
                self._write(frame_idx, task.direction.value, arrived)
        self._last = (way[-1], encoding)
        if way[-1] % self._step == 0:
            self._match(Task(way[-1], task.direction), arrived)

    def _match(self, there: Task, arrived: Sequence[Seed]) -> None:
        """Join what arrives with the automatic masks it fits; the rest goes on from there."""
        automatic = [
            (e["original_obj_id"], Mask.from_array(e["segmentation"]))
            for e in self._read(there.key_idx, "key")
        ]
        rest = []
        for seed in arrived:
            mask = Mask.from_array(seed.mask)
            same = [other for other, each in automatic if each.iou(mask) > self._options.iou_thresh]
            for other in same:
                self._unite(seed.object_id, other)
            if not same and mask.area >= self._least_px:
                rest.append(seed)
        self._write(there.key_idx, there.direction.value, rest)
        self._carried[there] += rest

    def _way(self, task: Task) -> range:
        """The frames after the key frame, up to and with the next one."""
        if task.direction is Direction.FORWARD:
            return range(task.key_idx + 1, min(task.key_idx + self._step, len(self._frames) - 1) + 1)
        return range(task.key_idx - 1, max(task.key_idx - self._step, 0) - 1, -1)

    def _encoded(self, frame_idx: int) -> Encoding:
        if self._last[0] != frame_idx:
            self._last = (frame_idx, self._backend.encode(self._frames.read(frame_idx)))
        return self._last[1]

    # ---------------------------------------------------------------- identities

    def _born_on(self, key_idx: int, mask: BoolArray) -> Seed:
        object_id = len(self._parent) + 1
        self._parent[object_id] = object_id
        self._born[object_id] = key_idx
        return Seed(object_id, mask)

    def _unite(self, one: int, other: int) -> None:
        low, high = sorted((self.identity(one), self.identity(other)))
        self._parent[high] = low

    # ---------------------------------------------------------------- files

    def _kinds(self, frame_idx: int) -> Iterator[str]:
        """The files of a frame, those whose masks count more first."""
        yield "key"
        past = frame_idx % self._step
        near_past = past * 2 <= self._step
        yield from ("forward", "backward") if near_past else ("backward", "forward")

    def _write(self, frame_idx: int, kind: str, seeds: Sequence[Seed]) -> None:
        entries = [
            {
                "segmentation": seed.mask,
                "original_obj_id": seed.object_id,
                "reverse": kind == Direction.BACKWARD.value,
                "is_key_frame": kind == "key",
                "frame_idx": frame_idx,
                "area": int(np.count_nonzero(seed.mask)),
            }
            for seed in seeds
        ]
        table = np.empty(len(entries), object)
        table[:] = entries
        np.save(self._path(frame_idx, kind), table, allow_pickle=True)

    def _read(self, frame_idx: int, kind: str) -> list[dict[str, Any]]:
        path = self._path(frame_idx, kind)
        return list(np.load(path, allow_pickle=True)) if path.exists() else []

    def _path(self, frame_idx: int, kind: str) -> Path:
        return self._folder / f"{frame_idx:05d}.{kind}.npy"


def largest(found: Sequence[AutomaticMask], limit: int) -> list[AutomaticMask]:
    """The ``limit`` masks of the largest area, largest first."""
    return sorted(found, key=lambda each: -each.mask.area)[:limit]
