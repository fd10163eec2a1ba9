"""Undo and redo, kept on disk.

While an action runs, triggers note each touched row as it was before (or that it did not exist). Undo puts
those rows back and notes in turn what they replace, for redo. The log is linear: only the newest step takes
notes.
Source: ours, after "Automatic Undo/Redo Using SQLite", https://www.sqlite.org/undoredo.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dwell.errors import ProjectError
from dwell.project.schema import UNDOABLE
from dwell.project.store import Store

__all__ = ["History", "Step"]

MAX_STEPS = 200
MAX_BYTES = 256 << 20
"""Of deleted masks and notes; beyond it the oldest steps are forgotten. The newest step is always kept."""
NOTE_BYTES = 100
"""Rough size of one note."""
NOTED_AT_ONCE = {"mask": ("stale", "object_id")}
"""Columns whose triggers would be too slow; whoever changes them calls ``note_at_once`` before."""
_NEXT_UNDO = "NOT undone ORDER BY id DESC LIMIT 1"
_NEXT_REDO = "undone ORDER BY id LIMIT 1"


@dataclass(frozen=True, slots=True)
class Step:
    """One action in the history."""

    id: int
    label: str
    """As the person knows it: ``prompt cup at frame 40``."""
    undone: bool
    """True if ``redo`` would bring it back."""
    time_ns: int
    """When it began, ns UTC."""


@dataclass
class _Open:
    """An action that is running."""

    label: str
    id: int | None = None
    """Its step, once it has one."""
    saved: int | None = None
    """``id`` as far as it is committed."""


class History:
    """Groups changes into steps and transactions; every write goes through ``action`` or ``change``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._short: _Open | None = None
        self._long: _Open | None = None
        self._long_depth = 0
        if store.write:
            with store.lock, store.translated():
                _create_triggers(store)
                self._finish_broken_steps()

    # ---------------------------------------------------------------- grouping

    @contextmanager
    def action(self, label: str, *, long: bool = False) -> Iterator[None]:
        """One step; see ``Project.action``."""
        if not long:
            with self._store.lock, self._joined() if self._short else self._transaction(label):
                yield
            return
        with self._store.lock:
            if self._short is None:
                self._long = self._long or _Open(label)
                self._long_depth += 1
                inside = False
            else:
                inside = True
        if inside:
            with self.action(label):
                yield
            return
        try:
            yield
        finally:
            self._end_long()

    @contextmanager
    def change(self, label: str) -> Iterator[None]:
        """Part of the running action, short or long; without one, a step of its own."""
        with self._store.lock:
            if self._short is None and self._long is not None:
                self._begin(self._long)
                with self._joined():
                    yield
            else:
                with self.action(label):
                    yield

    @contextmanager
    def at_once(self, label: str) -> Iterator[None]:
        """All of the block or nothing, as part of the running long action; see ``Project.at_once``."""
        with self._store.lock:
            if self._short is not None or self._long is None:
                with self.action(label):
                    yield
                return
            self._begin(self._long)
            self._short = self._long
            try:
                with self._joined():
                    yield
                self._save(self._long)
            finally:
                self._short = None

    def note_at_once(self, table: str, where: str, values: Sequence[Any] = ()) -> None:
        """Note rows that are about to be changed, as the triggers would one by one."""
        self._store.run(
            f"INSERT OR IGNORE INTO undo_{table} SELECT step_id, 0, 1, {table}.* FROM taking_notes, {table} "
            f"WHERE step_id IS NOT NULL AND {where}",
            values,
        )

    def commit(self) -> None:
        """Put what a long action has changed so far on disk."""
        with self._store.lock:
            if self._short is None and self._long is not None and self._store.db.in_transaction:
                self._save(self._long)

    # ---------------------------------------------------------------- going back and forth

    def undo(self) -> str | None:
        """Take back the newest step; its label."""
        return next(iter(self._move(f"SELECT id, label FROM step WHERE {_NEXT_UNDO}", redo=False)), None)

    def undo_through(self, step_id: int) -> list[str]:
        """Take back every step from the newest down to this one; their labels in that order."""
        with self._store.lock:
            self.commit()  # what a long action has pending may be that step
            if not self._store.rows("SELECT 1 FROM step WHERE id = ? AND NOT undone", (step_id,)):
                raise ProjectError(
                    f"Step {step_id} cannot be undone: it is undone already, or forgotten; see `history`.",
                    path=self._store.path,
                )
            query = f"SELECT id, label FROM step WHERE NOT undone AND id >= {int(step_id)} ORDER BY id DESC"
            return self._move(query, redo=False)

    def redo(self) -> str | None:
        """Bring back what was undone last; its label."""
        return next(iter(self._move(f"SELECT id, label FROM step WHERE {_NEXT_REDO}", redo=True)), None)

    def steps(self) -> list[Step]:
        """All remembered steps, oldest first."""
        return self._steps("1 ORDER BY id")

    def next_undo(self) -> Step | None:
        """What ``undo`` would take back."""
        return next(iter(self._steps(_NEXT_UNDO)), None)

    def next_redo(self) -> Step | None:
        """What ``redo`` would bring back."""
        return next(iter(self._steps(_NEXT_REDO)), None)

    def _steps(self, which: str) -> list[Step]:
        rows = self._store.rows(f"SELECT id, label, undone, time_ns FROM step WHERE {which}")
        return [Step(i, label, bool(undone), time_ns) for i, label, undone, time_ns in rows]

    def _move(self, query: str, *, redo: bool) -> list[str]:
        """Swap the steps that the query gives, in its order, all or none; their labels."""
        with self._store.lock:
            if self._short is not None:
                raise ValueError("Undo and redo cannot run inside an action; end the action first.")
            self.commit()
            found = self._store.rows(query)
            if not found:
                return []
            self._store.begin()
            try:
                _take_no_notes(self._store)
                for step_id, _ in found:
                    for table in UNDOABLE:
                        _swap(self._store, table, step_id, redo=redo)
                    self._store.run("UPDATE step SET undone = ? WHERE id = ?", (not redo, step_id))
                self._store.commit()
            except BaseException:
                self._store.rollback()
                raise
            return [str(label) for _, label in found]

    # ---------------------------------------------------------------- transactions

    @contextmanager
    def _transaction(self, label: str) -> Iterator[None]:
        self.commit()
        step = self._short = _Open(label)
        try:
            self._begin(step)
            yield
            self._save(step, ended=True)
        except BaseException:
            self._store.rollback()
            raise
        finally:
            self._short = None

    @contextmanager
    def _joined(self) -> Iterator[None]:
        """Either all changes of the block happen or none, without ending the transaction they are part of."""
        store = self._store
        store.run("SAVEPOINT part")
        try:
            yield
            store.run("RELEASE part")
        except BaseException:
            if store.is_open and store.db.in_transaction:
                store.run("ROLLBACK TO part")
                store.run("RELEASE part")
            raise

    def _begin(self, step: _Open) -> None:
        store = self._store
        if not store.db.in_transaction:
            store.begin()
            step.id = step.saved  # what was not committed is gone
        newest = store.rows("SELECT id FROM step ORDER BY id DESC LIMIT 1")
        undone = store.rows("SELECT 1 FROM step WHERE id = ? AND undone", (step.id,))
        if step.id is None or newest != [(step.id,)] or undone:
            _note_size(store, step.id)
            step.id = store.run(
                "INSERT INTO step (label, time_ns) VALUES (?, ?)", (step.label, time.time_ns())
            ).lastrowid
        store.run("UPDATE taking_notes SET step_id = ?", (step.id,))

    def _save(self, step: _Open, *, ended: bool = False) -> None:
        store = self._store
        try:
            if _has_notes(store, step.id):
                for (undone,) in store.rows("SELECT id FROM step WHERE undone AND id < ?", (step.id,)):
                    _forget(store, undone)
                if ended:
                    _note_size(store, step.id)
                    _trim(store)
            else:
                store.run("DELETE FROM step WHERE id = ?", (step.id,))
                step.id = None
            store.commit()
            step.saved = step.id
        except BaseException:
            store.rollback()
            raise

    def _end_long(self) -> None:
        with self._store.lock:
            self._long_depth -= 1
            if self._long_depth or self._long is None:
                return
            step, self._long = self._long, None
            if self._store.is_open and (self._store.db.in_transaction or step.id is not None):
                if not self._store.db.in_transaction:
                    self._store.begin()
                self._save(step, ended=True)

    def _finish_broken_steps(self) -> None:
        """Give steps that a crash has cut short their size, so that they count like the others."""
        broken = self._store.rows("SELECT id FROM step WHERE bytes IS NULL")
        if broken:
            self._store.begin()
            for (step_id,) in broken:
                _note_size(self._store, step_id)
            self._store.commit()


# -------------------------------------------------------------------- notes


def _columns(store: Store, table: str) -> list[str]:
    return [f'"{row[1]}"' for row in store.rows(f"PRAGMA table_info({table})")]


def _create_triggers(store: Store) -> None:
    """Triggers of this connection only, so that the file carries none."""
    db = store.db
    db.execute("CREATE TEMP TABLE taking_notes (step_id INTEGER)")
    db.execute("INSERT INTO taking_notes VALUES (NULL)")
    for table, key in UNDOABLE.items():
        columns = _columns(store, table)
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            known = [
                f"{row}.{name}" if event != "INSERT" or name == f'"{key}"' else "NULL" for name in columns
            ]
            noted = [name for name in columns if name.strip('"') not in NOTED_AT_ONCE.get(table, ())]
            of = f"UPDATE OF {', '.join(noted)}" if event == "UPDATE" else event
            db.execute(
                f"CREATE TEMP TRIGGER note_{table}_{event} AFTER {of} ON main.{table} "
                f"WHEN (SELECT step_id FROM taking_notes) IS NOT NULL BEGIN "
                f"INSERT INTO undo_{table} SELECT step_id, 0, {int(event != 'INSERT')}, {', '.join(known)} "
                f"FROM taking_notes WHERE NOT EXISTS (SELECT 1 FROM undo_{table} "
                f"WHERE {key} = {row}.{key} AND step_id = taking_notes.step_id AND redo = 0); END"
            )


def _take_no_notes(store: Store) -> None:
    store.run("UPDATE taking_notes SET step_id = NULL")


def _swap(store: Store, table: str, step_id: int, *, redo: bool) -> None:
    """Put the noted rows into the table, and note the rows they replace."""
    key, columns = UNDOABLE[table], _columns(store, table)
    names = ", ".join(columns)
    noted = f"SELECT {key} FROM undo_{table} WHERE step_id = ? AND redo = ?"
    now = ", ".join(f"n.{name}" if name != f'"{key}"' else f"t.{name}" for name in columns)
    store.run(
        f"INSERT INTO undo_{table} SELECT ?, ?, n.{key} IS NOT NULL, {now} "
        f"FROM undo_{table} t LEFT JOIN {table} n ON n.{key} = t.{key} WHERE t.step_id = ? AND t.redo = ?",
        (step_id, not redo, step_id, redo),
    )
    store.run(f"DELETE FROM {table} WHERE {key} IN ({noted})", (step_id, redo))
    store.run(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM undo_{table} "
        "WHERE step_id = ? AND redo = ? AND existed",
        (step_id, redo),
    )
    store.run(f"DELETE FROM undo_{table} WHERE step_id = ? AND redo = ?", (step_id, redo))


def _has_notes(store: Store, step_id: int | None) -> bool:
    found = " OR ".join(f"EXISTS (SELECT 1 FROM undo_{table} WHERE step_id = ?)" for table in UNDOABLE)
    return bool(store.value(f"SELECT {found}", (step_id,) * len(UNDOABLE)))


def _note_size(store: Store, step_id: int | None) -> None:
    """Write down what a step keeps from being deleted: masks that are gone, and its notes."""
    notes = " + ".join(f"(SELECT count(*) FROM undo_{table} WHERE step_id = step.id)" for table in UNDOABLE)
    store.run(
        f"UPDATE step SET bytes = {NOTE_BYTES} * ({notes}) + (SELECT total(n_bytes) FROM undo_mask u "
        "WHERE step_id = step.id AND existed AND NOT EXISTS (SELECT 1 FROM mask WHERE mask.id = u.id)) "
        "WHERE id = ?",
        (step_id,),
    )


def _trim(store: Store) -> None:
    kept = 0
    for i, (step_id, n_bytes) in enumerate(store.rows("SELECT id, bytes FROM step ORDER BY id DESC")):
        kept += n_bytes or 0
        if i and (i >= MAX_STEPS or kept > MAX_BYTES):
            _forget(store, step_id)


def _forget(store: Store, step_id: int) -> None:
    """Delete a step, its notes, and the masks that are gone and in no other note."""
    store.run(
        "DELETE FROM mask_counts WHERE id IN (SELECT u.id FROM undo_mask u WHERE u.step_id = ? "
        "AND NOT EXISTS (SELECT 1 FROM mask WHERE mask.id = u.id) AND NOT EXISTS "
        "(SELECT 1 FROM undo_mask k WHERE k.id = u.id AND k.step_id <> u.step_id))",
        (step_id,),
    )
    for table in UNDOABLE:
        store.run(f"DELETE FROM undo_{table} WHERE step_id = ?", (step_id,))
    store.run("DELETE FROM step WHERE id = ?", (step_id,))
