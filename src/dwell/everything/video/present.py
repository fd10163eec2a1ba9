"""What is tracked on a key frame, at a small size: for comparing it with what was found. Source: ours."""

from __future__ import annotations

from dataclasses import dataclass

from dwell.everything.video.motion import small_size
from dwell.everything.video.sightings import shrunk
from dwell.project import Project
from dwell.types import BoolArray, State

__all__ = ["Present", "present_at"]


@dataclass(frozen=True, eq=False)
class Present:
    """The visible AOIs of one frame."""

    object_ids: tuple[int, ...]
    """Ascending."""
    small: tuple[BoolArray, ...]
    """Their small masks."""

    def with_one(self, object_id: int, small: BoolArray) -> Present:
        """And one more, or one of them with another mask."""
        there = dict(zip(self.object_ids, self.small, strict=True)) | {object_id: small}
        return Present(tuple(there), tuple(there.values()))


def present_at(project: Project, frame_idx: int) -> Present:
    """The AOIs that are visible on a frame, and up to date there."""
    records = project.records_at(frame_idx, stale=False)
    there = {i: each.mask for i, each in sorted(records.items()) if each.state is State.VISIBLE and each.mask}
    small_hw = small_size(project.source.size_hw)
    return Present(tuple(there), tuple(shrunk(mask, small_hw) for mask in there.values()))
