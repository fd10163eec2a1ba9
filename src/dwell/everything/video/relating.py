"""The last phase: what is one thing, and what is part of what, seen on all key frames. Source: ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from dwell.everything.same import are_one, join
from dwell.everything.video.overlap import contained, ious
from dwell.everything.video.present import present_at
from dwell.project import Project, descendants
from dwell.tracking import TrackingSession

__all__ = ["Together", "join_equal", "look_together", "write_parts"]

MUCH_LARGER = 0.9
"""A part has at most this share of its whole's area."""
MOSTLY = 0.7
"""Share of the common key frames on which a part must lie in its whole."""
ONE_IOU = 0.8
"""Mean IoU from which two AOIs are one."""


class Together:
    """Which AOIs were seen together on key frames, and how they lay to each other."""

    def __init__(self, object_ids: Collection[int]) -> None:
        self.object_ids = sorted(object_ids)
        n = len(self.object_ids)
        self._at = {object_id: i for i, object_id in enumerate(self.object_ids)}
        self._n_together = np.zeros((n, n), np.int64)
        self._n_inside = np.zeros((n, n), np.int64)
        self._iou = np.zeros((n, n))
        self._area = np.zeros(n)
        self._n_seen = np.zeros(n, np.int64)
        self._covered: list[float] = []

    def add(self, project: Project, frame_idx: int, least_inside: float) -> None:
        """Look at one key frame."""
        present = present_at(project, frame_idx)
        rows = [i for i, object_id in enumerate(present.object_ids) if object_id in self._at]
        if not present.small:
            self._covered.append(0.0)
            return
        self._covered.append(float(np.logical_or.reduce(present.small).mean()))
        at = np.array([self._at[present.object_ids[i]] for i in rows], np.int64)
        if not len(at):
            return
        small = [present.small[i] for i in rows]
        inside = contained(small, small)
        area = np.array([np.count_nonzero(each) for each in small], float)
        self._n_together[np.ix_(at, at)] += 1
        self._iou[np.ix_(at, at)] += ious(small, small)
        smaller = area[:, None] <= MUCH_LARGER * area[None]
        self._n_inside[np.ix_(at, at)] += (inside >= least_inside) & smaller
        self._area[at] += area
        self._n_seen[at] += 1

    @property
    def covered(self) -> float:
        """0 … 1: mean share of the key frames' pixels that lie in at least one AOI."""
        return float(np.mean(self._covered)) if self._covered else 0.0

    def nearly_equal(self) -> Iterator[tuple[int, int]]:
        """Pairs of object_ids whose masks agree wherever both are seen, the older first."""
        mean = self._iou / np.maximum(self._n_together, 1)
        for i, j in zip(*np.nonzero(np.triu(mean >= ONE_IOU, 1) & (self._n_together > 0)), strict=True):
            yield self.object_ids[i], self.object_ids[j]

    def wholes(self) -> dict[int, int | None]:
        """object_id → the smallest AOI that it lies in, or None."""
        mean_area = self._area / np.maximum(self._n_seen, 1)
        found: dict[int, int | None] = {}
        for i, object_id in enumerate(self.object_ids):
            n = self._n_together[i]
            inside = (n > 0) & (self._n_inside[i] >= np.maximum(MOSTLY * n, 1)) & (mean_area > mean_area[i])
            holders = np.flatnonzero(inside)
            found[object_id] = (
                None if not len(holders) else self.object_ids[min(holders, key=lambda j: mean_area[j])]
            )
        return found


def look_together(
    together: Together, project: Project, frame_idx: Sequence[int], least_inside: float
) -> Iterator[int]:
    """See how AOIs lie to each other on the key frames; each one's frame_idx when it is done."""
    for each in frame_idx:
        together.add(project, each, least_inside)
        yield each


def join_equal(session: TrackingSession, together: Together, made: set[int]) -> dict[int, int]:
    """Merge what is one wherever both are seen: {gone: kept}; only things of the run."""
    joined: dict[int, int] = {}
    for one, other in together.nearly_equal():
        if not {one, other} <= made or {one, other} & ({*joined} | {*joined.values()}):
            continue
        if are_one(session.project, one, other, ONE_IOU):
            kept = join(session, one, other)
            if kept is not None:
                joined[other if kept == one else one] = kept
    return joined


def write_parts(project: Project, together: Together, made: set[int], links: dict[str, int]) -> None:
    """Note what is part of what, as seen on all key frames.

    Only things of the run are changed, and of those none whose whole a person has chosen: ``links`` is what
    the run itself has noted, {part: whole}, and is brought forward. Areas grow from part to whole, so there
    is no circle among what is noted here.
    """
    free = [i for i in made if project.aoi(i).part_of == links.get(str(i))]
    for object_id in free:
        project.edit_aoi(object_id, part_of=0)
        links.pop(str(object_id), None)
    wholes = together.wholes()
    for object_id in free:
        whole = wholes.get(object_id)
        if whole is not None and whole not in descendants(project.aois(), object_id):
            project.edit_aoi(object_id, part_of=whole)
            links[str(object_id)] = whole
