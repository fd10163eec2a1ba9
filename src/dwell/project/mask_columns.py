"""The columns of a masklet from the table of masks: all of them, or only what has changed since."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.masks import DIRECTIONS, ORIGINS, STATES, Masklet
from dwell.project.store import Store
from dwell.types import AOI, Direction, IntArray, Origin, State

__all__ = [
    "FILE_DIRECTIONS",
    "FILE_ORIGINS",
    "FILE_STATES",
    "Columns",
    "is_up_to_date",
    "read_all",
    "reread",
]

# Codes in the file. They stay as they are for ever, whatever the order in dwell.masks.
FILE_STATES = (State.VISIBLE, State.ABSENT, State.LOST)
FILE_ORIGINS = (Origin.USER, Origin.MODEL, Origin.PROPOSED, Origin.IMPORTED)
FILE_DIRECTIONS = {None: 0, Direction.FORWARD: 1, Direction.BACKWARD: 2, Direction.BOTH: 3}

# The same as lookup tables from the file's codes to those of dwell.masks.
_STATE_CODES = np.array([STATES.index(state) for state in FILE_STATES])
_ORIGIN_CODES = np.array([ORIGINS.index(origin) for origin in FILE_ORIGINS])
_DIRECTION_CODES = np.array([DIRECTIONS.index(d) if d else -1 for d in FILE_DIRECTIONS])

_WHOLE = 'id, frame_idx, state, origin, direction, approved, "check", area, x0, y0, x1, y1'
_BATCH = 512
_FEW = 8_000
"""Changed rows up to which they are read one by one, and not all rows again."""

Columns = dict[str, NDArray[Any]]
"""What ``Masklet.from_rows`` takes, by name."""


def read_all(store: Store, object_id: int, include_stale: bool) -> Columns:
    """The columns of all rows of an AOI, by ascending frame."""
    return _columns(
        store.rows(
            f"SELECT {_WHOLE}, ifnull(score, 'nan') FROM mask "
            "WHERE object_id = ? AND stale <= ? ORDER BY frame_idx",
            (object_id, include_stale),
        )
    )


def reread(store: Store, object_id: int, include_stale: bool, before: Masklet) -> Columns | None:
    """The same as ``read_all``, mostly from an earlier masklet; None where that knows too little.

    A row's id stands for one content for ever; only ``approved`` and ``stale`` may change under it.
    """
    if before.content is None:
        return None
    listed = _ids(store, object_id, include_stale)
    ids, approved = listed >> 1, (listed & 1).astype(bool)
    order = np.argsort(before.content)
    place = np.searchsorted(before.content, ids, sorter=order)
    rows = order[np.minimum(place, len(order) - 1)] if len(order) else np.zeros(len(ids), np.int64)
    known = before.content[rows] == ids if len(order) else np.zeros(len(ids), bool)
    missing = ids[~known]
    if len(missing) > _FEW:
        return None
    fetched = _columns(_rows_of(store, missing))
    if len(fetched["content"]) < len(missing):
        return None  # replaced between the two questions
    kept = {name: getattr(before, name)[rows[known]] for name in fetched} | {"approved": approved[known]}
    merged = {name: np.concatenate((kept[name], fetched[name])) for name in fetched}
    by_frame = np.argsort(merged["frame_idx"], kind="stable")
    return {name: values[by_frame] for name, values in merged.items()}


def is_up_to_date(before: Masklet, aoi: AOI, columns: Columns) -> bool:
    """Whether a masklet has these columns already, and this AOI."""
    return (
        before.aoi == aoi
        and np.array_equal(before.content, columns["content"])  # type: ignore[arg-type]
        and np.array_equal(before.approved, columns["approved"])
    )


def _ids(store: Store, object_id: int, include_stale: bool) -> IntArray:
    """(n,) 2 * id + approved of an AOI's rows, as one text: much faster than a row each."""
    text = store.value(
        "SELECT group_concat(2 * id + approved) FROM mask WHERE object_id = ? AND stale <= ?",
        (object_id, include_stale),
    )
    return np.fromstring(text or "", np.int64, sep=",")


def _rows_of(store: Store, ids: IntArray) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for i in range(0, len(ids), _BATCH):
        part = ids[i : i + _BATCH].tolist()
        places = ", ".join("?" * len(part))
        rows += store.rows(f"SELECT {_WHOLE}, ifnull(score, 'nan') FROM mask WHERE id IN ({places})", part)
    return rows


def _columns(rows: list[tuple[Any, ...]]) -> Columns:
    whole = np.array([row[:-1] for row in rows], dtype=np.int64).reshape(-1, 12).T
    ids, frame_idx, state, origin, direction, approved, check, area = whole[:8]
    return {
        "content": ids,
        "frame_idx": frame_idx,
        "state": _STATE_CODES[state],
        "score": np.array([float(row[-1]) for row in rows], dtype=np.float32),
        "area": area,
        "boxes_xyxy": whole[8:].T,
        "approved": approved == 1,
        "check": check == 1,
        "origin": _ORIGIN_CODES[origin],
        "direction": _DIRECTION_CODES[direction],
    }
