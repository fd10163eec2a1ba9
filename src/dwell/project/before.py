"""Masks as they were just before a step, from the notes that undo keeps.

A row that has changed since the step was noted, as it was, by the first step that changed it. So of each
id, the note of the earliest step from that one on says what it was; an id without such a note is as it was.
"""

from __future__ import annotations

from dwell.errors import ProjectError
from dwell.masks import MaskRecord
from dwell.project.masks_table import RECORD, MaskTable
from dwell.project.store import Store

__all__ = ["BeforeTable"]

_SINCE = "redo = 0 AND step_id >= ?1"  # the notes of undone steps are there for redo
_FIRST = f"NOT EXISTS (SELECT 1 FROM undo_mask o WHERE o.id = u.id AND o.step_id < u.step_id AND {_SINCE})"
_NOTED = f"FROM undo_mask u WHERE u.existed AND u.frame_idx = ?2 AND u.{_SINCE} AND {_FIRST}"
_UNCHANGED = (
    f"FROM mask m WHERE m.frame_idx = ?2 AND m.object_id IN (SELECT object_id FROM aoi) "
    f"AND NOT EXISTS (SELECT 1 FROM undo_mask o WHERE o.id = m.id AND o.{_SINCE})"
)
_BEFORE = " UNION ALL ".join(
    RECORD.format(f"({rows})") for rows in (f"SELECT u.* {_NOTED}", f"SELECT m.* {_UNCHANGED}")
)


class BeforeTable:
    """Reads ``mask`` and ``undo_mask`` together; see ``Project.records_before``."""

    def __init__(self, store: Store, masks: MaskTable) -> None:
        self._store = store
        self._masks = masks

    def at(self, step_id: int, frame_idx: int) -> dict[int, MaskRecord]:
        """The records of a frame just before a step, by object_id."""
        with self._store.lock:
            if not self._store.rows("SELECT 1 FROM step WHERE id = ?", (step_id,)):
                raise ProjectError(
                    f"How things were before step {step_id} is not known any more; see `history` for the "
                    "steps that are remembered.",
                    path=self._store.path,
                )
            rows = self._store.rows(_BEFORE, (int(step_id), int(frame_idx)))
        found = map(self._masks.record_of, rows)
        return {record.object_id: record for record in sorted(found, key=lambda each: each.object_id)}
