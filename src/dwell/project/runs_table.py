"""Tracking runs and saved tracker memories. Neither is part of undo."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dwell.errors import ProjectError
from dwell.project.store import Store
from dwell.types import Direction

__all__ = ["Checkpoint", "Run", "RunTable"]

_CODES = {Direction.FORWARD: 1, Direction.BACKWARD: 2}


@dataclass(frozen=True)
class Run:
    """One tracking run: which backend made masks, with what."""

    id: int
    backend: str
    version: str
    parameters: dict[str, Any]
    status: str
    """``running``, then ``done``, ``cancelled`` or ``failed``; ``interrupted`` if the process died."""
    started_ns: int
    """ns UTC"""
    ended_ns: int | None
    """ns UTC; None while running, or interrupted."""


@dataclass(frozen=True)
class Checkpoint:
    """A tracker's memory of one AOI after one frame, saved so that tracking can go on from there."""

    frame_idx: int
    """The last frame the memory knows."""
    key: str
    """Whatever the saver needs to tell whether the memory still holds."""
    _load: Callable[[], bytes] = field(repr=False, compare=False)

    @property
    def data(self) -> bytes:
        """The memory; read when asked for."""
        return self._load()


class RunTable:
    """Rows of ``run`` and ``checkpoint``; see ``Project``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, backend: str, parameters: Mapping[str, Any], version: str) -> int:
        """A new run; its id."""
        row = self._store.run(
            "INSERT INTO run (backend, version, parameters, status, started_ns) "
            "VALUES (?, ?, ?, 'running', ?)",
            (backend, version, json.dumps(dict(parameters)), time.time_ns()),
        )
        return int(row.lastrowid or 0)

    def end(self, run_id: int, status: str) -> None:
        """Note how a run ended."""
        self._store.run(
            "UPDATE run SET status = ?, ended_ns = ? WHERE id = ?", (status, time.time_ns(), run_id)
        )

    def mark_interrupted(self) -> None:
        """Say so of runs whose process has died."""
        self._store.run("UPDATE run SET status = 'interrupted' WHERE status = 'running'")

    def all(self) -> list[Run]:
        """Every run, oldest first."""
        names = "id, backend, version, parameters, status, started_ns, ended_ns"
        rows = self._store.rows(f"SELECT {names} FROM run ORDER BY id")
        return [Run(i, backend, ver, json.loads(params), *rest) for i, backend, ver, params, *rest in rows]

    def save_checkpoint(
        self, object_id: int, direction: Direction, frame_idx: int, data: bytes, key: str
    ) -> None:
        """Insert or replace a memory."""
        self._store.run(
            "INSERT OR REPLACE INTO checkpoint (object_id, direction, frame_idx, key, data) "
            "VALUES (?, ?, ?, ?, ?)",
            (object_id, _CODES[direction], int(frame_idx), key, data),
        )

    def checkpoints(self, object_id: int, direction: Direction) -> list[Checkpoint]:
        """Memories of one AOI, by frame."""
        where = "object_id = ? AND direction = ?"
        code = _CODES[direction]
        query = f"SELECT frame_idx, key FROM checkpoint WHERE {where} ORDER BY frame_idx"
        return [
            Checkpoint(frame_idx, key, lambda f=frame_idx: self._data(object_id, code, f))  # type: ignore[misc]
            for frame_idx, key in self._store.rows(query, (object_id, code))
        ]

    def _data(self, object_id: int, code: int, frame_idx: int) -> bytes:
        query = "SELECT data FROM checkpoint WHERE object_id = ? AND direction = ? AND frame_idx = ?"
        data = self._store.value(query, (object_id, code, frame_idx))
        if data is None:
            raise ProjectError(
                f"The memory saved at frame {frame_idx} has been cleared.", path=self._store.path
            )
        return bytes(data)

    def clear_checkpoints(
        self, object_id: int | None, start: int | None, stop: int | None, direction: Direction | None
    ) -> None:
        """Delete memories of one AOI (or all) in [start, stop), of one direction (or both)."""
        code = None if direction is None else _CODES[direction]
        self._store.run(
            "DELETE FROM checkpoint WHERE object_id = ifnull(?, object_id) "
            "AND frame_idx >= ifnull(?, frame_idx) AND frame_idx < ifnull(?, frame_idx + 1) "
            "AND direction = ifnull(?, direction)",
            (object_id, start, stop, code),
        )
