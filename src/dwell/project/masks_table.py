"""The table of masks: one row per AOI and frame, run lengths compressed beside it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.errors import FrameOutOfRange, NotAProject, ProjectError
from dwell.masks import SIGNALS, Mask, Masklet, MaskRecord, Signals
from dwell.project.mask_columns import (
    FILE_DIRECTIONS,
    FILE_ORIGINS,
    FILE_STATES,
    is_up_to_date,
    read_all,
    reread,
)
from dwell.project.store import Store
from dwell.types import AOI, BoolArray, IntArray, Origin, State

__all__ = ["RECORD", "Coverage", "MaskTable", "Note"]

BATCH = 512
"""Rows written or read with one statement."""

_STATES, _ORIGINS, _BITS = FILE_STATES, FILE_ORIGINS, FILE_DIRECTIONS
_USER, _MODEL, _PROPOSED, _IMPORTED = map(
    _ORIGINS.index, (Origin.USER, Origin.MODEL, Origin.PROPOSED, Origin.IMPORTED)
)
_NO_ANSWER = f"(origin = {_IMPORTED} AND state = {_STATES.index(State.LOST)})"
_GIVEN = f"(origin <> {_MODEL} AND NOT {_NO_ANSWER})"
"""Not tracked but given to track from. That a file says *lost* is nothing to track from."""
_DIRECTIONS = {bits: direction for direction, bits in _BITS.items()}

_SIGNALS = ", ".join(SIGNALS)  # the table's columns have the same names

RECORD = (
    'SELECT object_id, frame_idx, state, score, origin, direction, approved, "check", data, '
    f"{_SIGNALS} FROM {{}} LEFT JOIN mask_counts USING (id)"
)
"""What ``MaskTable.record_of`` takes, from a table or query with the columns of ``mask``."""
_RECORD = RECORD.format("mask")

Note = Callable[[str, str, Sequence[Any]], None]
"""Called with table, condition and its values before rows change; see ``History.note_at_once``."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """What is known of one AOI, a row per frame with a mask record, ascending; arrays (n,)."""

    frame_idx: IntArray
    """int64"""
    directions: IntArray
    """Bits: 1 = tracked forward, 2 = backward, 0 = given."""
    stale: BoolArray
    """A later correction has made it out of date."""
    approved: BoolArray
    """A person has said that it is right."""
    given: BoolArray
    """Not tracked but given to track from: a person made it, it was proposed, or a file said so."""
    check: BoolArray
    """A person should look at it."""
    shown: BoolArray
    """The mask is not empty."""


class MaskTable:
    """Rows of ``mask`` and ``mask_counts``; see ``Project``."""

    def __init__(self, store: Store, size_hw: tuple[int, int], n_frames: int) -> None:
        self._store = store
        self._size_hw = size_hw
        self._n_frames = n_frames

    # ---------------------------------------------------------------- writing

    def write(self, records: Iterable[MaskRecord], run_id: int | None, *, stale: bool = False) -> int:
        """Insert or replace rows, but see ``Project.write_masks`` for what stays."""
        remaining = iter(records)
        written = 0
        while batch := list(islice(remaining, BATCH)):
            written += self._write_batch(batch, run_id, stale)
        return written

    def _write_batch(self, batch: Sequence[MaskRecord], run_id: int | None, stale: bool) -> int:
        for record in batch:
            self._check(record)
        self._store.run_many(
            "DELETE FROM mask WHERE object_id = ? AND frame_idx = ? "
            f"AND (? OR NOT (approved OR origin = {_USER})) AND (? OR origin <> {_PROPOSED}) "
            f"AND (? OR origin <> {_IMPORTED} OR {_NO_ANSWER})",
            ((r.object_id, int(r.frame_idx), *_may_replace(r.origin)) for r in batch),
        )
        first = (self._store.value("SELECT seq FROM sqlite_sequence WHERE name = 'mask'") or 0) + 1
        data = [zlib.compress(r.mask.to_bytes(), 1) if r.mask else b"" for r in batch]
        rows = [_row(first + i, record, run_id, stale, len(data[i])) for i, record in enumerate(batch)]
        written = self._store.run_many(f"INSERT OR IGNORE INTO mask VALUES ({_PLACES})", rows)
        if written < len(batch):
            there = {i for (i,) in self._store.rows("SELECT id FROM mask WHERE id >= ?", (first,))}
            rows = [row for row in rows if row[0] in there]
        self._store.run_many(
            "INSERT INTO mask_counts VALUES (?, ?)",
            ((row[0], data[row[0] - first]) for row in rows if data[row[0] - first]),
        )
        return written

    def _check(self, record: MaskRecord) -> None:
        self.check_frame(record.frame_idx)
        if record.mask.size_hw != self._size_hw:
            raise ValueError(
                f"AOI {record.object_id}, frame {record.frame_idx}: the mask is {record.mask.size_hw} "
                f"(h, w), expected the scene video's {self._size_hw}."
            )

    def check_frame(self, frame_idx: int) -> None:
        """Raise ``FrameOutOfRange`` unless the scene video has this frame."""
        if not 0 <= frame_idx < self._n_frames:
            raise FrameOutOfRange(
                f"There is no frame {frame_idx}; the scene video has frames 0 … {self._n_frames - 1}.",
                path=self._store.path,
                frame_idx=int(frame_idx),
            )

    def delete(self, object_id: int, start: int, stop: int, *, approved: bool = True) -> int:
        """Delete rows, approved ones only if so wanted; how many."""
        where = "object_id = ? AND frame_idx >= ? AND frame_idx < ? AND approved <= ?"
        return self._store.run(f"DELETE FROM mask WHERE {where}", (object_id, start, stop, approved)).rowcount

    def delete_rows(self, ids: Iterable[int]) -> None:
        """Delete rows by their ids."""
        self._store.run_many("DELETE FROM mask WHERE id = ?", ((each,) for each in ids))

    def give(self, object_id: int, to: int, note: Note) -> None:
        """Make the rows of an AOI those of another one, which has none on the same frames.

        ``note`` keeps the rows of a table as they are; see ``History.note_at_once``.
        """
        note("mask", "object_id = ?", (object_id,))
        self._store.run("UPDATE mask SET object_id = ? WHERE object_id = ?", (to, object_id))

    def swap(self, one: int, other: int, start: int, stop: int, note: Note) -> int:
        """Give rows of two AOIs on frames [start, stop) to each other; how many. ``note`` as of ``give``."""
        within = "frame_idx >= ? AND frame_idx < ?"
        note("mask", f"object_id IN (?, ?) AND {within}", (one, other, start, stop))
        n_rows = [
            self._store.run(
                f"UPDATE mask SET object_id = ? WHERE object_id = ? AND {within}", (to, each, start, stop)
            ).rowcount
            # An AOI has one mask a frame, so those of one step aside.
            for each, to in ((one, -one), (other, one), (-one, other))
        ]
        return sum(n_rows[:2])

    def mark_stale(self, object_id: int, start: int, stop: int, note: Note) -> int:
        """Mark a model's rows out of date unless a person approved them; how many are newly so.

        ``note`` as of ``give``.
        """
        which = (
            "object_id = ? AND frame_idx >= ? AND frame_idx < ? AND NOT stale AND NOT approved "
            f"AND origin = {_MODEL}"
        )
        note("mask", which, (object_id, start, stop))
        return self._store.run(f"UPDATE mask SET stale = 1 WHERE {which}", (object_id, start, stop)).rowcount

    def nearest_anchor(self, object_id: int, frame_idx: int, step: int) -> int | None:
        """The nearest frame after (step 1) or before (-1) with a row that is approved or given."""
        beyond, order = (">", "") if step > 0 else ("<", "DESC")
        found = self._store.value(
            f"SELECT frame_idx FROM mask WHERE object_id = ? AND frame_idx {beyond} ? "
            f"AND (approved OR {_GIVEN}) ORDER BY frame_idx {order} LIMIT 1",
            (object_id, frame_idx),
        )
        return None if found is None else int(found)

    def set_approved(self, object_id: int, start: int, stop: int, approved: bool) -> int:
        """Approve rows that are up to date and not lost, or take approval back; how many have changed."""
        return self._store.run(
            "UPDATE mask SET approved = ? WHERE object_id = ? AND frame_idx >= ? AND frame_idx < ? "
            "AND NOT stale AND approved <> ? AND NOT (? AND state = ?)",
            (approved, object_id, start, stop, approved, approved, _STATES.index(State.LOST)),
        ).rowcount

    # ---------------------------------------------------------------- reading

    def one(self, object_id: int, frame_idx: int, stale: bool) -> MaskRecord | None:
        """One row; None if there is none, or it is stale and those are not wanted."""
        query = f"{_RECORD} WHERE object_id = ? AND frame_idx = ? AND stale <= ?"
        rows = self._store.rows(query, (int(object_id), int(frame_idx), stale))
        return self.record_of(rows[0]) if rows else None

    def by_id(self, row_id: int) -> MaskRecord:
        """The row with this id."""
        return self.record_of(self._store.rows(f"{_RECORD} WHERE id = ?", (row_id,))[0])

    def at(self, frame_idx: int, stale: bool) -> dict[int, MaskRecord]:
        """Rows of one frame by object_id."""
        query = (
            f"{_RECORD} WHERE object_id IN (SELECT object_id FROM aoi) AND frame_idx = ? AND stale <= ? "
            "ORDER BY object_id"
        )
        return {row[0]: self.record_of(row) for row in self._store.rows(query, (int(frame_idx), stale))}

    def coverage(self, object_id: int) -> Coverage:
        """What is known of one AOI."""
        text = self._store.value(
            "SELECT group_concat((frame_idx << 7) + direction + 4 * stale + 8 * approved "  # one text: faster
            f'+ 16 * {_GIVEN} + 32 * "check" + 64 * (area > 0)) FROM mask WHERE object_id = ?',
            (object_id,),
        )
        rows = np.sort(np.fromstring(text or "", np.int64, sep=","))
        stale, approved, given, check, shown = ((rows & bit) != 0 for bit in (4, 8, 16, 32, 64))
        return Coverage(rows >> 7, rows & 3, stale, approved, given, check, shown)

    def count_by_run(self) -> dict[int, int]:
        """How many masks of each run are still there and not stale; runs without any are left out."""
        return dict(
            self._store.rows(
                "SELECT run_id, count(*) FROM mask WHERE run_id IS NOT NULL AND stale = 0 GROUP BY run_id"
            )
        )

    def masklet(self, aoi: AOI, include_stale: bool, before: Masklet | None = None) -> Masklet:
        """All rows of one AOI; run lengths are read when asked for. ``before``: see ``Project.masklets``."""
        columns = None if before is None else reread(self._store, aoi.object_id, include_stale, before)
        if columns is None:
            columns = read_all(self._store, aoi.object_id, include_stale)
        elif before is not None and is_up_to_date(before, aoi, columns):
            return before
        ids = columns["content"]
        return Masklet.from_rows(
            aoi,
            self._size_hw,
            load_counts=lambda chosen: self._counts(ids[chosen], aoi),
            load_signals=lambda chosen: self._signals(ids[chosen], aoi),
            **columns,
        )

    def _counts(self, ids: IntArray, aoi: AOI) -> list[bytes]:
        found = self._rows("id, data FROM mask JOIN mask_counts USING (id)", ids, aoi)
        return [self._unpacked(data) for _, data in found]

    def _signals(self, ids: IntArray, aoi: AOI) -> NDArray[np.float32]:
        found = self._rows(f"id, {_SIGNALS} FROM mask", ids, aoi)
        return np.array([row[1:] for row in found], np.float32).reshape(-1, len(SIGNALS))

    def _rows(self, what: str, ids: IntArray, aoi: AOI) -> list[tuple[Any, ...]]:
        """Rows by their first column, the id, in the order asked for."""
        wanted = ids.tolist()
        found: dict[int, tuple[Any, ...]] = {}
        for i in range(0, len(wanted), BATCH):
            part = wanted[i : i + BATCH]
            places = ", ".join("?" * len(part))
            rows = self._store.rows(f"SELECT {what} WHERE id IN ({places})", part)
            found.update((row[0], row) for row in rows)
        if len(found) < len(set(wanted)):
            raise ProjectError(
                f"Masks of {aoi.name!r} have changed since this masklet was read; read it again.",
                path=self._store.path,
            )
        return [found[row_id] for row_id in wanted]

    def record_of(self, row: tuple[Any, ...]) -> MaskRecord:
        """The record in a row of ``RECORD``."""
        object_id, frame_idx, state, score, origin, direction, approved, check, data, *signals = row
        empty = data is None
        return MaskRecord(
            object_id=object_id,
            frame_idx=frame_idx,
            mask=Mask.empty(self._size_hw) if empty else Mask.from_bytes(self._unpacked(data), self._size_hw),
            state=_STATES[state],
            score=float("nan") if score is None else score,
            origin=_ORIGINS[origin],
            direction=_DIRECTIONS[direction],
            approved=bool(approved),
            check=bool(check),
            signals=Signals.from_row([float("nan") if value is None else value for value in signals]),
        )

    def _unpacked(self, data: bytes) -> bytes:
        try:
            return zlib.decompress(data)
        except zlib.error as error:
            raise NotAProject(
                f"A mask in {self._store.path} is damaged ({error}); restore the folder from a copy.",
                path=self._store.path,
            ) from error


_PLACES = ", ".join("?" * (17 + len(SIGNALS)))


def _may_replace(origin: Origin) -> tuple[bool, bool, bool]:
    """Whether it may take the place of what is a person's or approved, proposed, or from a file."""
    return origin is Origin.USER, origin is not Origin.MODEL, origin in (Origin.USER, Origin.IMPORTED)


def _row(row_id: int, record: MaskRecord, run_id: int | None, stale: bool, n_bytes: int) -> tuple[Any, ...]:
    score = float(record.score)
    return (
        row_id,
        int(record.object_id),
        int(record.frame_idx),
        _STATES.index(record.state),
        None if np.isnan(score) else score,
        _ORIGINS.index(record.origin),
        _BITS[record.direction],
        bool(record.approved),
        bool(record.check),
        stale,
        run_id,
        record.mask.area,
        *(record.mask.box_xyxy or (0, 0, 0, 0)),
        n_bytes,
        *(None if value != value else value for value in record.signals.to_row()),
    )
