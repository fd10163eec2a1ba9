"""Masks made from those that are there: everything about them is kept but the pixels.

A changed mask is a new row, under a new id, with the origin, score, direction, approval, run and signals of
the old one. Where a person's prompts led to the old mask, the new one stands after them as a mask that was
chosen, which further clicks then correct. Source: ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from dwell.masks import Mask, MaskRecord
from dwell.project.masks_table import RECORD, MaskTable
from dwell.project.prompts_table import PromptTable
from dwell.project.store import Store
from dwell.prompts import Absent, MaskPrompt
from dwell.types import State

__all__ = ["BATCH", "Deriving"]

BATCH = 512
"""Masks that are read and written with one statement."""
_WIDER = RECORD.replace("SELECT ", "SELECT id, run_id, stale, ", 1).format("mask")


@dataclass(frozen=True)
class _Row:
    """A mask as it is in the table."""

    id: int
    run_id: int | None
    stale: int
    record: MaskRecord

    @property
    def kind(self) -> tuple[int, int]:
        """Rows of one kind are written together."""
        return self.stale, -1 if self.run_id is None else self.run_id


class Deriving:
    """Changes the tables of masks and prompts; see ``Project.derive_masks``."""

    def __init__(self, store: Store, prompts: PromptTable, masks: MaskTable) -> None:
        self._store = store
        self._prompts = prompts
        self._masks = masks

    def derive(self, object_id: int, masks: Mapping[int, Mask], to: int) -> int:
        """Write the masks as those of ``to``; how many."""
        prompted = set(self._prompts.frames(object_id))
        frames = iter(sorted(masks))
        n_written = 0
        while batch := list(islice(frames, BATCH)):
            rows = list(self._rows(object_id, batch))
            if to == object_id:
                self._masks.delete_rows(row.id for row in rows)
            for row in rows:
                if row.record.frame_idx in prompted:
                    self._say(row.record, masks[row.record.frame_idx], to)
            for _, alike in groupby(sorted(rows, key=lambda row: row.kind), key=lambda row: row.kind):
                some = list(alike)
                records = [_changed(row.record, masks[row.record.frame_idx], to) for row in some]
                n_written += self._masks.write(records, some[0].run_id, stale=bool(some[0].stale))
        return n_written

    def _rows(self, object_id: int, frames: Sequence[int]) -> Iterator[_Row]:
        places = ", ".join("?" * len(frames))
        query = f"{_WIDER} WHERE object_id = ? AND frame_idx IN ({places}) ORDER BY frame_idx"
        for row_id, run_id, stale, *record in self._store.rows(query, (object_id, *frames)):
            yield _Row(row_id, run_id, stale, self._masks.record_of(tuple(record)))

    def _say(self, before: MaskRecord, mask: Mask, to: int) -> None:
        """Let the prompts of a frame lead to the new mask."""
        object_id, frame_idx = before.object_id, before.frame_idx
        if to == object_id:
            stored = self._prompts.find(object_id, frame_idx)
            last = stored[-1].prompt if stored else None
            if not mask or all(isinstance(each.prompt, MaskPrompt) for each in stored):
                self._prompts.remove_all(object_id, frame_idx)
            elif isinstance(last, MaskPrompt) and last.mask == before.mask:
                self._prompts.remove(stored[-1].id)
        self._prompts.add(to, frame_idx, MaskPrompt(mask) if mask else Absent())


def _changed(record: MaskRecord, mask: Mask, to: int) -> MaskRecord:
    signals = record.signals
    if mask and not math.isnan(signals.frame_share):
        height, width = mask.size_hw
        signals = replace(signals, frame_share=mask.area / (height * width))
    state = State.VISIBLE if mask else State.ABSENT
    return replace(record, object_id=to, mask=mask, state=state, signals=signals)
