"""One AOI over frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dwell.masks.mask import Mask
from dwell.masks.record import MaskRecord
from dwell.masks.runs import Runs
from dwell.masks.signals import Signals
from dwell.types import AOI, BoolArray, Direction, IntArray, Origin, State

__all__ = ["DIRECTIONS", "ORIGINS", "STATES", "UNKNOWN", "LoadCounts", "LoadSignals", "Masklet"]

STATES = (State.VISIBLE, State.ABSENT, State.LOST)
"""State of a row by its code 0, 1, 2."""
UNKNOWN = -1
"""State code of a frame that a masklet does not list; also the code of a direction that is None."""
ORIGINS = (Origin.USER, Origin.MODEL, Origin.PROPOSED, Origin.IMPORTED)
"""Origin of a row by its code 0, 1, 2, 3."""
DIRECTIONS = (Direction.FORWARD, Direction.BACKWARD, Direction.BOTH)
"""Direction of a row by its code 0, 1, 2; -1 is None."""

LoadCounts = Callable[[IntArray], list[bytes]]
"""Called with row numbers of a masklet, gives their COCO counts strings in this order."""

LoadSignals = Callable[[IntArray], NDArray[np.float32]]
"""Called with row numbers of a masklet, gives their signals: (n, k) in the order of ``SIGNALS``."""


class Masklet:
    """One AOI over frames, as columns; a row is a frame with a record. Frames without a row are unknown.

    All arrays have one entry a row, in ascending ``frame_idx``, and are not writeable.
    """

    aoi: AOI
    size_hw: tuple[int, int]
    """(height, width) of the scene video, px."""
    frame_idx: IntArray
    """(n,) int64, ascending, no frame twice."""
    state: NDArray[np.int8]
    """(n,) int8: position in ``STATES``."""
    score: NDArray[np.float32]
    """(n,) float32: 0 … 1, NaN if a person made the mask, it was proposed, or a file has none."""
    area: IntArray
    """(n,) int64: pixels of the mask, 0 unless visible."""
    boxes_xyxy: NDArray[np.int32]
    """(n, 4) int32 px, x1 and y1 exclusive; zeros unless visible."""
    approved: BoolArray
    """(n,) bool."""
    check: BoolArray
    """(n,) bool."""
    origin: NDArray[np.int8]
    """(n,) int8: position in ``ORIGINS``."""
    direction: NDArray[np.int8]
    """(n,) int8: position in ``DIRECTIONS``, -1 = none."""
    by_person: BoolArray
    """(n,) bool: a person made or approved it, be it elsewhere, as a file of labels says."""
    content: IntArray | None
    """(n,) int64: where two masklets of a project have the same number for a frame, state and mask are the
    same; None: not known."""

    def __init__(
        self,
        aoi: AOI,
        size_hw: tuple[int, int],
        load: Callable[[IntArray], Runs],
        load_signals: LoadSignals | None = None,
        content: ArrayLike | None = None,
        load_strings: LoadCounts | None = None,
        **columns: ArrayLike,
    ):
        """Use ``from_records`` or ``from_rows``.

        Args:
            aoi: whose masklet it is.
            size_hw: (height, width) of the scene video, px.
            load: gives the runs of the rows with these numbers.
            load_signals: gives the signals of the rows with these numbers; None: nothing is known.
            content: see the attribute.
            load_strings: gives the COCO counts strings of rows, empty for one without a mask; None: they are
                made from the runs.
            columns: see the attributes.
        """
        self.aoi = aoi
        self.size_hw = (int(size_hw[0]), int(size_hw[1]))
        self._load = load
        self._load_signals = load_signals or _unknown_signals
        self._load_strings = load_strings
        for name, dtype in _COLUMNS.items():
            setattr(self, name, _column(name, columns[name], dtype, len(np.asarray(columns["frame_idx"]))))
        self.by_person = _by_person(self)
        n_rows = len(self.frame_idx)
        self.content = None if content is None else _column("content", content, np.int64, n_rows)
        if (np.diff(self.frame_idx) <= 0).any():
            i = int(np.flatnonzero(np.diff(self.frame_idx) <= 0)[0])
            raise ValueError(
                f"AOI {aoi.name!r}: frame {self.frame_idx[i + 1]} follows frame {self.frame_idx[i]}; "
                "expected ascending frames, none twice."
            )

    @classmethod
    def from_records(cls, aoi: AOI, size_hw: tuple[int, int], records: Iterable[MaskRecord]) -> Masklet:
        """Masklet of these records, in any order.

        Raises:
            ValueError: a record belongs to another AOI or size, or two to one frame.
        """
        rows = sorted(records, key=lambda record: record.frame_idx)
        for row in rows:
            _check_record(row, aoi, size_hw)
        all_runs = Runs.from_masks([row.mask.boundaries for row in rows])
        return cls(
            aoi,
            size_hw,
            all_runs.take,
            _kept_signals(rows),
            frame_idx=[row.frame_idx for row in rows],
            state=[STATES.index(row.state) for row in rows],
            score=[row.score for row in rows],
            area=[row.mask.area for row in rows],
            boxes_xyxy=np.array([row.mask.box_xyxy or (0, 0, 0, 0) for row in rows]).reshape(-1, 4),
            approved=[row.approved for row in rows],
            check=[row.check for row in rows],
            origin=[ORIGINS.index(row.origin) for row in rows],
            direction=[UNKNOWN if row.direction is None else DIRECTIONS.index(row.direction) for row in rows],
        )

    @classmethod
    def from_rows(
        cls,
        aoi: AOI,
        size_hw: tuple[int, int],
        *,
        load_counts: LoadCounts,
        frame_idx: ArrayLike,
        state: ArrayLike,
        score: ArrayLike,
        area: ArrayLike,
        boxes_xyxy: ArrayLike,
        approved: ArrayLike,
        check: ArrayLike,
        origin: ArrayLike,
        direction: ArrayLike,
        content: ArrayLike | None = None,
        load_signals: LoadSignals | None = None,
    ) -> Masklet:
        """Masklet over stored rows, whose masks are read when asked for, many at a time.

        Args:
            aoi: whose masklet it is.
            size_hw: (height, width) of the scene video, px.
            load_counts: gives the COCO counts strings of rows; only asked for rows with an area.
            frame_idx: (n,) ascending, no frame twice.
            state: (n,) positions in ``STATES``.
            score: (n,) 0 … 1, NaN where there is none.
            area: (n,) px; 0 for a row without a mask.
            boxes_xyxy: (n, 4) px, x1 and y1 exclusive; zeros for a row without a mask.
            approved: (n,) bool.
            check: (n,) bool.
            origin: (n,) positions in ``ORIGINS``.
            direction: (n,) positions in ``DIRECTIONS``, -1 = none.
            content: (n,) numbers that stand for one state and mask for ever; None: not known.
            load_signals: gives the signals of rows; None: nothing is known.

        Raises:
            ValueError: columns of different lengths, frames not ascending, or a code without a meaning.
        """
        has_mask = np.array(area, np.int64) > 0
        n_pixels = size_hw[0] * size_hw[1]
        return cls(
            aoi,
            size_hw,
            lambda rows: Runs.from_strings(_load_strings(rows, has_mask, load_counts), n_pixels),
            load_signals,
            content,
            lambda rows: _load_strings(rows, has_mask, load_counts),
            frame_idx=frame_idx,
            state=state,
            score=score,
            area=area,
            boxes_xyxy=boxes_xyxy,
            approved=approved,
            check=check,
            origin=origin,
            direction=direction,
        )

    def __len__(self) -> int:
        """Number of frames with a record."""
        return len(self.frame_idx)

    def __repr__(self) -> str:
        return f"<Masklet {self.aoi.name!r}, {len(self)} frames>"

    @property
    def states(self) -> list[State]:
        """State of each row."""
        return [STATES[code] for code in self.state.tolist()]

    def rows_at(self, frame_idx: ArrayLike) -> IntArray:
        """Row of each frame, -1 for a frame without a record."""
        frames = np.asarray(frame_idx, np.int64)
        if not len(self):
            return np.full(frames.shape, -1, np.int64)
        rows = np.minimum(np.searchsorted(self.frame_idx, frames), len(self) - 1)
        return np.where(self.frame_idx[rows] == frames, rows, -1)

    def codes_at(self, frame_idx: ArrayLike) -> NDArray[np.int8]:
        """State code of each frame: position in ``STATES``, or ``UNKNOWN`` (-1) if it has no record."""
        rows = self.rows_at(frame_idx)
        return np.append(self.state, np.int8(UNKNOWN))[rows]  # row -1 is the one appended

    def runs(self, rows: ArrayLike | None = None) -> Runs:
        """Runs of the masks of these rows (default: all), in their order; none for a row that is not visible.

        Raises:
            ValueError: no such row, or a stored mask is damaged or has another size.
        """
        wanted = self._checked(rows)
        try:
            return self._load(wanted)
        except ValueError as error:
            self._name_damaged(wanted, error)
            raise

    def strings(self, rows: ArrayLike | None = None) -> list[bytes]:
        """COCO counts strings of the masks of these rows (default: all); empty for a row that is not visible.

        Stored ones are passed on as they are: nothing is decoded or checked.

        Raises:
            ValueError: no such row.
        """
        wanted = self._checked(rows)
        if self._load_strings is not None:
            return self._load_strings(wanted)
        return self._load(wanted).to_strings(self.size_hw[0] * self.size_hw[1])

    def signals(self, rows: ArrayLike | None = None) -> NDArray[np.float32]:
        """(n, k) float32 signals of these rows (default: all), columns as in ``SIGNALS``; see ``Signals``.

        Like the masks, they are read when asked for.

        Raises:
            ValueError: no such row.
        """
        return self._load_signals(self._checked(rows))

    def _checked(self, rows: ArrayLike | None) -> IntArray:
        wanted = np.arange(len(self)) if rows is None else np.asarray(rows, np.int64)
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= len(self)):
            raise ValueError(
                f"{self!r}: expected rows 0 … {len(self) - 1}, got {wanted.min()} … {wanted.max()}."
            )
        return wanted

    def _name_damaged(self, rows: IntArray, error: ValueError) -> None:
        for row in rows:
            try:
                self._load(np.array([row]))
            except ValueError as cause:
                frame = self.frame_idx[row]
                raise ValueError(f"AOI {self.aoi.name!r}, frame {frame}: {cause}") from error

    def mask(self, frame_idx: int) -> Mask | None:
        """Mask in this frame: empty if the AOI is absent or lost, None if the frame has no record."""
        row = int(self.rows_at(frame_idx))
        if row < 0:
            return None
        return Mask.from_boundaries(self.runs([row]).boundaries, self.size_hw)

    def record(self, frame_idx: int) -> MaskRecord | None:
        """Record of this frame, None if there is none."""
        row = int(self.rows_at(frame_idx))
        mask = self.mask(frame_idx)
        if mask is None:
            return None
        direction = int(self.direction[row])
        return MaskRecord(
            object_id=self.aoi.object_id,
            frame_idx=int(frame_idx),
            mask=mask,
            state=STATES[self.state[row]],
            score=float(self.score[row]),
            origin=ORIGINS[self.origin[row]],
            direction=None if direction == UNKNOWN else DIRECTIONS[direction],
            approved=bool(self.approved[row]),
            check=bool(self.check[row]),
            signals=Signals.from_row(self.signals([row])[0].tolist()),
        )


def _load_strings(rows: IntArray, has_mask: BoolArray, load_counts: LoadCounts) -> list[bytes]:
    filled = rows[has_mask[rows]]
    loaded = load_counts(filled) if len(filled) else []
    if len(loaded) != len(filled):
        raise ValueError(f"load_counts gave {len(loaded)} counts strings for {len(filled)} rows.")
    if not all(loaded):
        raise ValueError("The counts string of a row with an area is empty.")
    strings = iter(loaded)
    return [next(strings) if has else b"" for has in has_mask[rows].tolist()]


def _by_person(masklet: Masklet) -> BoolArray:
    imported = (masklet.origin == ORIGINS.index(Origin.IMPORTED)) & (masklet.direction == UNKNOWN)
    answered = imported & (masklet.state != STATES.index(State.LOST))
    flags: BoolArray = (masklet.origin == ORIGINS.index(Origin.USER)) | masklet.approved | answered
    flags.setflags(write=False)
    return flags


def _kept_signals(records: Sequence[MaskRecord]) -> LoadSignals | None:
    """Signals of records; nothing is kept where none has any."""
    if not any(record.signals != Signals() for record in records):
        return None
    kept = np.array([record.signals.to_row() for record in records], np.float32)
    return lambda rows: kept[rows]


def _unknown_signals(rows: IntArray) -> NDArray[np.float32]:
    return np.tile(np.array(Signals().to_row(), np.float32), (len(rows), 1))


_COLUMNS: dict[str, Any] = {
    "frame_idx": np.int64,
    "state": np.int8,
    "score": np.float32,
    "area": np.int64,
    "boxes_xyxy": np.int32,
    "approved": np.bool_,
    "check": np.bool_,
    "origin": np.int8,
    "direction": np.int8,
}
_CODES = {"state": (0, len(STATES)), "origin": (0, len(ORIGINS)), "direction": (UNKNOWN, len(DIRECTIONS))}


def _column(name: str, values: ArrayLike, dtype: Any, n_rows: int) -> NDArray[Any]:
    column = np.array(values, dtype)
    shape = (n_rows, 4) if name == "boxes_xyxy" else (n_rows,)
    if column.shape != shape:
        raise ValueError(f"Column {name}: expected shape {shape}, got {column.shape}.")
    low, high = _CODES.get(name, (None, None))
    if low is not None and high is not None and ((column < low) | (column >= high)).any():
        raise ValueError(f"Column {name}: expected codes from {low} to {high - 1}, got {np.unique(column)}.")
    column.setflags(write=False)
    return column


def _check_record(record: MaskRecord, aoi: AOI, size_hw: tuple[int, int]) -> None:
    where = f"AOI {aoi.name!r}, frame {record.frame_idx}"
    if record.object_id != aoi.object_id:
        raise ValueError(
            f"{where}: the record belongs to object {record.object_id}, expected {aoi.object_id}."
        )
    if record.mask.size_hw != tuple(size_hw):
        raise ValueError(f"{where}: the mask is {record.mask.size_hw} (h, w), expected {size_hw}.")
