"""Two AOIs that were taken for each other change places; see ``Project.swap_aois``.

The same rows under the same ids get the other object_id, with a handful of statements however many rows there
are; no mask is read or written. Source: ours.
"""

from __future__ import annotations

from collections.abc import Collection

from dwell.project.marks_table import MarkTable
from dwell.project.masks_table import MaskTable, Note
from dwell.project.runs_table import RunTable
from dwell.project.store import Store

__all__ = ["Swapping"]


class Swapping:
    """Changes all tables of a project in which frames have AOIs."""

    def __init__(self, store: Store, masks: MaskTable, marks: MarkTable, runs: RunTable, note: Note) -> None:
        """``note`` as of ``MaskTable.give``."""
        self._store = store
        self._masks = masks
        self._marks = marks
        self._runs = runs
        self._note = note

    def swap(self, one: int, other: int, start: int, stop: int, marked_ns: Collection[int]) -> int:
        """Swap masks and prompts on frames [start, stop), and the AOIs of these marks; how many masks."""
        n_masks = self._masks.swap(one, other, start, stop, self._note)
        self._store.run(
            "UPDATE prompt SET object_id = CASE object_id WHEN ? THEN ? ELSE ? END "
            "WHERE object_id IN (?, ?) AND frame_idx >= ? AND frame_idx < ?",
            (one, other, one, one, other, start, stop),
        )
        self._swap_marks(one, other, marked_ns)
        for object_id in (one, other):
            self._runs.clear_checkpoints(object_id, None, None, None)
        return n_masks

    def _swap_marks(self, one: int, other: int, starts_ns: Collection[int]) -> None:
        swapped = {one: other, other: one}
        for start_ns, object_ids in self._marks.all().items():
            if start_ns in starts_ns and not swapped.keys().isdisjoint(object_ids):
                self._marks.set(start_ns, [swapped.get(each, each) for each in object_ids])
