"""The part of a project that groups changes into steps, and goes back and forth among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dwell.masks import MaskRecord
from dwell.project.before import BeforeTable
from dwell.project.history import History, Step

__all__ = ["Undoing"]


class Undoing:
    """Steps of a project; see ``Project``."""

    _history: History
    _before: BeforeTable

    @contextmanager
    def action(self, label: str, *, long: bool = False) -> Iterator[None]:
        """All changes inside the ``with`` block make one undo step.

        A short action is all or nothing: an error inside takes its changes back, and other threads wait until
        it ends. Actions inside it join it.

        A long action is for tracking. It gathers ``write_masks``, ``delete_masks``, ``mark_stale``, runs and
        checkpoints, from any thread; ``commit`` puts them on disk, and so does its end, even by an error. Any
        other change meanwhile, and any short action, is a step of its own and on disk at once; what the long
        action does after it counts as another step with the same label.

        Args:
            label: what the person did: ``prompt cup at frame 40``.
            long: True for work that takes longer than a moment.
        """
        with self._history.action(label, long=long):
            yield

    @contextmanager
    def at_once(self, label: str) -> Iterator[None]:
        """All changes inside the ``with`` block at once: on disk at its end, or none of them.

        Within a long action they are part of its step, short actions inside the block, too. Without one, they
        are a short action with this label.
        """
        with self._history.at_once(label):
            yield

    def commit(self) -> None:
        """Put on disk what a long action has done so far; a short action does so at its end only."""
        self._history.commit()

    def undo(self) -> str | None:
        """Take back the newest step, whenever it was made; its label, None if there is none."""
        return self._history.undo()

    def undo_through(self, step_id: int) -> list[str]:
        """Take back every step from the newest down to this one, all or none; their labels in that order.

        Raises:
            ProjectError: there is no such step, or it is undone already.
        """
        return self._history.undo_through(step_id)

    def redo(self) -> str | None:
        """Bring back the step that was undone last; its label, None if there is none."""
        return self._history.redo()

    def history(self) -> list[Step]:
        """The steps that can be undone or redone, oldest first; the oldest are forgotten after about 200."""
        return self._history.steps()

    def next_undo(self) -> Step | None:
        """The step that ``undo`` would take back; quick."""
        return self._history.next_undo()

    def next_redo(self) -> Step | None:
        """The step that ``redo`` would bring back; quick."""
        return self._history.next_redo()

    def record_before(self, step_id: int, object_id: int, frame_idx: int) -> MaskRecord | None:
        """The mask of an AOI on a frame as it was just before a step; None if there was none.

        Steps that are undone do not count: before one of those, things were as they are now.

        Raises:
            ProjectError: the step is forgotten, so nobody knows.
        """
        return self._before.at(step_id, frame_idx).get(object_id)

    def records_before(self, step_id: int, frame_idx: int) -> dict[int, MaskRecord]:
        """The masks on a frame as they were just before a step, by object_id, of AOIs removed since as well.

        Raises:
            ProjectError: the step is forgotten, so nobody knows.
        """
        return self._before.at(step_id, frame_idx)
