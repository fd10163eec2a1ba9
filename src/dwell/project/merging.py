"""Several AOIs that turned out to be one thing become one; see ``Project.merge_aois``.

Frame by frame it is settled which masks stay; the others are deleted. Then all that is left of the others is
given to the AOI that is kept: a mask that stays is the same row, under the same id. Source: ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from dwell.masks import Mask, MaskRecord
from dwell.project.aois import AoiTable
from dwell.project.family import ancestors
from dwell.project.marks_table import MarkTable
from dwell.project.mask_columns import FILE_ORIGINS, FILE_STATES
from dwell.project.masks_table import MaskTable, Note
from dwell.project.prompts_table import PromptTable
from dwell.project.runs_table import RunTable
from dwell.project.store import Store
from dwell.prompts import MaskPrompt
from dwell.types import AOI, Origin, State

__all__ = ["Merging"]

FRAMES = 512
"""Frames that are settled at a time."""

_ORIGINS = (Origin.MODEL, Origin.PROPOSED, Origin.IMPORTED, Origin.USER)
_STATES = (State.LOST, State.ABSENT, State.VISIBLE)
"""What comes before what, the last one first."""


@dataclass(frozen=True)
class _Row:
    """One mask of one of the AOIs."""

    id: int
    object_id: int
    frame_idx: int
    approved: int
    origin: int
    state: int
    stale: int
    score: float | None
    run_id: int | None

    @property
    def rank(self) -> tuple[int, ...]:
        """The higher one comes first, whatever the score."""
        origin, state = FILE_ORIGINS[self.origin], FILE_STATES[self.state]
        return self.approved, _ORIGINS.index(origin), _STATES.index(state), -self.stale


@dataclass(frozen=True)
class _Settled:
    """What is left of a frame on which several AOIs have a mask."""

    winners: list[_Row]
    """The first one gives score, run and signals."""
    record: MaskRecord
    """Of the first one, with the masks of all of them."""
    changed: bool
    """No row of the table has this mask."""


class Merging:
    """Changes all tables of a project that know AOIs."""

    def __init__(
        self,
        store: Store,
        aois: AoiTable,
        prompts: PromptTable,
        masks: MaskTable,
        marks: MarkTable,
        runs: RunTable,
        note: Note,
    ) -> None:
        """``note`` as of ``MaskTable.give``."""
        self._store = store
        self._aois = aois
        self._prompts = prompts
        self._masks = masks
        self._marks = marks
        self._runs = runs
        self._note = note

    def merge(self, keep: AOI, others: Sequence[AOI]) -> None:
        """Give all that the others have to ``keep``, and delete them."""
        gone = [each.object_id for each in others]
        self._settle_masks(keep.object_id, gone)
        self._give_parts(keep, gone)
        self._marks.replace_aois(gone, keep.object_id)
        for object_id in gone:
            self._masks.give(object_id, keep.object_id, self._note)
            self._prompts.give(object_id, keep.object_id)
            self._aois.remove(object_id)
        self._runs.clear_checkpoints(keep.object_id, None, None, None)

    def _give_parts(self, keep: AOI, gone: Sequence[int]) -> None:
        if not set(gone).isdisjoint(ancestors(self._aois.all(), keep.object_id)):
            self._aois.edit(replace(keep, part_of=None))
        for object_id in gone:
            self._aois.move_parts(object_id, keep.object_id)

    # ---------------------------------------------------------------- which masks stay

    def _settle_masks(self, keep: int, gone: Sequence[int]) -> None:
        """Leave one mask on each frame, and the prompts that say what it shows."""
        ids = (keep, *gone)
        prompted = {(i, frame_idx) for i in ids for frame_idx in self._prompts.frames(i)}
        for rows in self._contested(ids):
            settled = self._settled(rows, keep)
            winners = {each.object_id for each in settled.winners}
            self._leave_one(rows, settled, keep)
            frame_idx = settled.record.frame_idx
            for object_id in {each.object_id for each in rows} - winners:
                self._prompts.remove_all(object_id, frame_idx)
            if len(winners) > 1 and any((each, frame_idx) in prompted for each in winners):
                # As a choice after the prompts of all, which further clicks then correct.
                self._prompts.add(keep, frame_idx, MaskPrompt(settled.record.mask))

    def _contested(self, ids: Sequence[int]) -> Iterator[list[_Row]]:
        """The masks on each frame where several AOIs have one."""
        places = ", ".join("?" * len(ids))
        first, last = self._store.rows(
            f"SELECT min(frame_idx), max(frame_idx) FROM mask WHERE object_id IN ({places})", ids
        )[0]
        for start in range(first, last + 1, FRAMES) if first is not None else ():
            found = self._store.rows(
                "SELECT id, object_id, frame_idx, approved, origin, state, stale, score, run_id FROM mask "
                f"WHERE object_id IN ({places}) AND frame_idx >= ? AND frame_idx < ? ORDER BY frame_idx, id",
                (*ids, start, start + FRAMES),
            )
            for _, rows in groupby((_Row(*row) for row in found), key=lambda row: row.frame_idx):
                here = list(rows)
                if len(here) > 1:
                    yield here

    def _settled(self, rows: Iterable[_Row], keep: int) -> _Settled:
        def order(row: _Row) -> tuple[Any, ...]:
            kept, score = row.object_id == keep, -1.0 if row.score is None else row.score
            return row.approved and kept, row.rank, score, kept, -row.object_id

        first, *others = sorted(rows, key=order, reverse=True)
        # What a person has approved stays as it is.
        rest = [row for row in others if row.rank == first.rank and not first.approved]
        record = joined = self._masks.by_id(first.id)
        winners, apart = [first], {row: self._masks.by_id(row.id) for row in rest}
        growing = True
        while growing:
            growing = False
            for row, other in list(apart.items()):
                mask = _union_of_touching(joined.mask, other.mask)
                if mask is not None:
                    joined = replace(joined, mask=mask, check=joined.check or other.check)
                    winners.append(row)
                    del apart[row]
                    growing = True
        return _Settled(winners, replace(joined, object_id=keep), joined.mask != record.mask)

    def _leave_one(self, rows: Sequence[_Row], settled: _Settled, keep: int) -> None:
        first = settled.winners[0]
        self._masks.delete_rows(row.id for row in rows if settled.changed or row is not first)
        if settled.changed:
            self._masks.write([settled.record], first.run_id, stale=bool(first.stale))


def _union_of_touching(one: Mask, other: Mask) -> Mask | None:
    """Both masks in one if they overlap or lie side by side, be it at a corner; None if they lie apart."""
    if one.box_xyxy is None or other.box_xyxy is None:
        return None
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = one.box_xyxy, other.box_xyxy
    if ax0 > bx1 or bx0 > ax1 or ay0 > by1 or by0 > ay1:
        return None
    both = one | other
    overlap = both.area < one.area + other.area
    joins = overlap or len(both.part_areas) < len(one.part_areas) + len(other.part_areas)
    return both if joins else None
