"""The table of marks: fixations that a person has put on AOIs by hand."""

from __future__ import annotations

import json
from collections.abc import Collection

from dwell.project.store import Store

__all__ = ["MarkTable"]


class MarkTable:
    """Rows of ``fixation_mark``; see ``Project``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> dict[int, tuple[int, ...]]:
        """Start of the fixation (ns UTC) → object_ids, in the order of time."""
        rows = self._store.rows("SELECT start_ns, object_ids FROM fixation_mark ORDER BY start_ns")
        return {start_ns: tuple(json.loads(text)) for start_ns, text in rows}

    def set(self, start_ns: int, object_ids: Collection[int] | None) -> None:
        """Write a mark anew, or delete it (None); one that is there already is left alone.

        Never ``INSERT OR REPLACE``: SQLite then deletes the old row without telling the triggers of undo.
        """
        text = None if object_ids is None else json.dumps(sorted({int(each) for each in object_ids}))
        query = "SELECT object_ids FROM fixation_mark WHERE start_ns = ?"
        if self._store.value(query, (int(start_ns),)) == text:
            return
        self._store.run("DELETE FROM fixation_mark WHERE start_ns = ?", (int(start_ns),))
        if text is not None:
            self._store.run("INSERT INTO fixation_mark VALUES (?, ?)", (int(start_ns), text))

    def replace_aois(self, others: Collection[int], keep: int) -> None:
        """Put fixations that were on one of the others on ``keep`` instead."""
        for start_ns, object_ids in self.all().items():
            if not set(others).isdisjoint(object_ids):
                self.set(start_ns, [keep, *(each for each in object_ids if each not in others)])

    def drop_aoi(self, object_id: int) -> None:
        """Take an AOI out of every mark; one that was on it alone is on no AOI from now on."""
        for start_ns, object_ids in self.all().items():
            if object_id in object_ids:
                self.set(start_ns, [each for each in object_ids if each != object_id])
