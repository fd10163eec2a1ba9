"""The part of a project that keeps tracking runs and trackers' memories. Neither is part of undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dwell.project.history import History
from dwell.project.masks_table import MaskTable
from dwell.project.runs_table import Checkpoint, Run, RunTable
from dwell.types import Direction

__all__ = ["Running"]


class Running:
    """Tracking runs of a project; see ``Project``."""

    _history: History
    _runs: RunTable
    _masks: MaskTable

    def begin_run(self, backend: str, parameters: Mapping[str, Any], version: str) -> int:
        """Note that a tracking run begins; its id. Runs are not part of undo.

        Args:
            backend: its name.
            parameters: all that fixes its results; JSON values.
            version: the backend's.
        """
        with self._history.change("begin run"):
            return self._runs.begin(backend, parameters, version)

    def end_run(self, run_id: int, status: str) -> None:
        """Note how a run ended: ``done``, ``cancelled`` or ``failed``."""
        with self._history.change("end run"):
            self._runs.end(run_id, status)

    def runs(self) -> list[Run]:
        """Every run, oldest first."""
        return self._runs.all()

    def masks_by_run(self) -> dict[int, int]:
        """Run's id → how many of its masks are there and up to date; runs without any are left out."""
        return self._masks.count_by_run()

    def save_checkpoint(
        self, object_id: int, direction: Direction, frame_idx: int, data: bytes, key: str
    ) -> None:
        """Keep a tracker's memory of an AOI after a frame, instead of an older one. Not part of undo."""
        with self._history.change("save memory"):
            self._runs.save_checkpoint(object_id, direction, frame_idx, data, key)

    def checkpoints(self, object_id: int, direction: Direction) -> list[Checkpoint]:
        """Saved memories of an AOI tracked in this direction, by ascending frame."""
        return self._runs.checkpoints(object_id, direction)

    def clear_checkpoints(
        self,
        object_id: int | None = None,
        start: int | None = None,
        stop: int | None = None,
        direction: Direction | None = None,
    ) -> None:
        """Delete saved memories: of one AOI or all, on frames [start, stop) or all, one direction or both."""
        with self._history.change("clear memories"):
            self._runs.clear_checkpoints(object_id, start, stop, direction)
