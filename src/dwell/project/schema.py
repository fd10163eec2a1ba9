"""The tables of ``project.db``, and how older files are brought up to date.

All tables are rowid tables: masks in ``WITHOUT ROWID`` tables overflow their pages. Source: ours, measured.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dwell.errors import NewerProject, NotAProject, ProjectError

__all__ = ["UNDOABLE", "create", "dwell_version", "upgrade", "upgraded_copy", "verify"]

APPLICATION_ID = 0x4477656C
"""ASCII ``Dwel``, at byte 68 of the file; tells our files from other SQLite files."""

UNDOABLE = {"aoi": "object_id", "prompt": "id", "mask": "id", "fixation_mark": "start_ns"}
"""Tables under undo, and their keys."""

_TABLES = (
    """CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)""",
    """CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL)  -- JSON""",
    """CREATE TABLE frames (
        name TEXT PRIMARY KEY,      -- filler, clock, clock end
        dtype TEXT NOT NULL,        -- as NumPy writes it
        data BLOB NOT NULL          -- zlib
    )""",
    """CREATE TABLE aoi (
        object_id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        colour TEXT NOT NULL,
        category TEXT,
        part_of INTEGER REFERENCES aoi DEFERRABLE INITIALLY DEFERRED  -- NULL: of none
    )""",
    """CREATE TABLE prompt (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        object_id INTEGER NOT NULL REFERENCES aoi DEFERRABLE INITIALLY DEFERRED,
        frame_idx INTEGER NOT NULL,
        prompt TEXT NOT NULL        -- JSON
    )""",
    """CREATE INDEX prompt_place ON prompt (object_id, frame_idx)""",
    # A new mask is a new row: an id stands for one content, for ever.
    """CREATE TABLE mask (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        object_id INTEGER NOT NULL REFERENCES aoi DEFERRABLE INITIALLY DEFERRED,
        frame_idx INTEGER NOT NULL,
        state INTEGER NOT NULL,     -- 0 visible, 1 absent, 2 lost
        score REAL,                 -- 0 … 1, NULL unless a model gave it
        origin INTEGER NOT NULL,    -- 0 user, 1 model, 2 proposed, 3 imported
        direction INTEGER NOT NULL, -- 0 none, 1 forward, 2 backward, 3 both
        approved INTEGER NOT NULL,
        "check" INTEGER NOT NULL,
        stale INTEGER NOT NULL,     -- 1 once a correction has made it out of date
        run_id INTEGER,
        area INTEGER NOT NULL,      -- px
        x0 INTEGER NOT NULL, y0 INTEGER NOT NULL, x1 INTEGER NOT NULL, y1 INTEGER NOT NULL,
        n_bytes INTEGER NOT NULL,   -- of mask_counts.data
        object_score REAL,          -- this and what follows: see dwell.masks.Signals; NULL if unknown
        iou_estimate REAL,
        area_ratio REAL,
        shift REAL,
        new_parts INTEGER NOT NULL DEFAULT 0,
        frame_share REAL,
        agreement REAL,
        interpolated INTEGER NOT NULL DEFAULT 0,
        UNIQUE (object_id, frame_idx)
    )""",
    # Masks that are not empty. A row stays while undo may need it, after its mask is gone.
    """CREATE TABLE mask_counts (
        id INTEGER PRIMARY KEY,     -- mask.id
        data BLOB NOT NULL          -- zlib of the COCO counts string
    )""",
    # Fixations that a person has put on AOIs.
    """CREATE TABLE fixation_mark (
        start_ns INTEGER PRIMARY KEY,   -- of the fixation, ns UTC
        object_ids TEXT NOT NULL        -- JSON list, ascending; empty: on no AOI
    )""",
    # What jobs have noted about frames.
    """CREATE TABLE frame_note (
        kind TEXT NOT NULL,         -- whose notes they are
        frame_idx INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (kind, frame_idx)
    )""",
    """CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        backend TEXT NOT NULL,
        version TEXT NOT NULL,
        parameters TEXT NOT NULL,   -- JSON
        status TEXT NOT NULL,       -- running, done, cancelled, failed, interrupted
        started_ns INTEGER NOT NULL,
        ended_ns INTEGER
    )""",
    """CREATE TABLE checkpoint (
        object_id INTEGER NOT NULL,
        direction INTEGER NOT NULL,
        frame_idx INTEGER NOT NULL,
        key TEXT NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (object_id, direction, frame_idx)
    )""",
    """CREATE TABLE step (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        label TEXT NOT NULL,
        time_ns INTEGER NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER               -- what the step holds on to; NULL until it has ended
    )""",
)

Migration = Callable[[sqlite3.Connection], None]


def _add_signals(db: sqlite3.Connection) -> None:
    for name in ("object_score", "iou_estimate", "area_ratio", "shift"):
        db.execute(f"ALTER TABLE mask ADD COLUMN {name} REAL")
    db.execute("ALTER TABLE mask ADD COLUMN new_parts INTEGER NOT NULL DEFAULT 0")
    for name in ("frame_share", "agreement"):
        db.execute(f"ALTER TABLE mask ADD COLUMN {name} REAL")
    db.execute("ALTER TABLE mask ADD COLUMN interpolated INTEGER NOT NULL DEFAULT 0")


def _add_fixation_marks(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE fixation_mark (start_ns INTEGER PRIMARY KEY, object_ids TEXT NOT NULL)")


def _add_parts(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE aoi ADD COLUMN part_of INTEGER REFERENCES aoi DEFERRABLE INITIALLY DEFERRED")
    db.execute(
        "CREATE TABLE frame_note (kind TEXT NOT NULL, frame_idx INTEGER NOT NULL, data BLOB NOT NULL, "
        "PRIMARY KEY (kind, frame_idx))"
    )


def _allow_imported(db: sqlite3.Connection) -> None:
    """Nothing to do: ``mask.origin`` may be 3 from now on, which an older Dwell could not read."""


MIGRATIONS: list[Migration] = [_add_signals, _add_fixation_marks, _add_parts, _allow_imported]
"""Item i turns schema version i + 1 into i + 2, inside a transaction: no ``executescript``, no ``COMMIT``.
Undo tables need no care: they are made anew, and history starts afresh."""


def current_version() -> int:
    """Schema version this Dwell writes."""
    return len(MIGRATIONS) + 1


def dwell_version() -> str:
    """Version of the installed package."""
    try:
        return version("dwell")
    except PackageNotFoundError:
        return "unknown"


def create(db: sqlite3.Connection, source_json: str) -> None:
    """Make all tables in an empty file, in one transaction."""
    db.execute("BEGIN IMMEDIATE")
    for statement in _TABLES:
        db.execute(statement)
    _create_undo_tables(db)
    meta = {"source": source_json, "created_ns": str(time.time_ns()), "written_by": dwell_version()}
    db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _stamp(db)
    db.execute("COMMIT")


def verify(db: sqlite3.Connection, path: Path) -> int:
    """Schema version of the file.

    Raises:
        NotAProject: another program's file, or tables are missing.
        NewerProject: written by a newer Dwell.
    """
    ((application_id,),) = db.execute("PRAGMA application_id").fetchall()
    ((found,),) = db.execute("PRAGMA user_version").fetchall()
    if application_id != APPLICATION_ID or found < 1:
        raise NotAProject(
            f"{path / 'project.db'} was not written by Dwell; point to the folder NAME.dwell of a project.",
            path=path,
        )
    if found > current_version():
        ((writer,),) = db.execute("SELECT value FROM meta WHERE key = 'written_by'").fetchall() or [("?",)]
        raise NewerProject(
            f"{path} was written by Dwell {writer} (project format {found}; this Dwell reads up to "
            f"{current_version()}). Upgrade: pip install -U dwell",
            path=path,
        )
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    missing = sorted({_table_name(s) for s in _TABLES if s.startswith("CREATE TABLE")} - tables)
    if missing and found == current_version():
        raise NotAProject(
            f"{path} is damaged: the table {missing[0]!r} is missing. Restore the folder from a copy.",
            path=path,
        )
    return int(found)


def upgrade(db: sqlite3.Connection, path: Path, found: int) -> None:
    """Bring an older file up to date in one transaction, after a copy was put beside it.

    Raises:
        ProjectError: a migration failed; the file is as it was.
    """
    if found == current_version():
        return
    _copy(db, path / f"project.v{found}.db")
    _migrate(db, path, found)


def upgraded_copy(db: sqlite3.Connection, path: Path, found: int) -> sqlite3.Connection:
    """A temporary copy of an older file, brought up to date, for those who may not change it.

    Raises:
        ProjectError: a migration failed.
    """
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    try:
        db.backup(copy)
        _migrate(copy, path, found)
        copy.execute("PRAGMA query_only = ON")
    except BaseException:
        copy.close()
        raise
    return copy


def _migrate(db: sqlite3.Connection, path: Path, found: int) -> None:
    try:
        db.execute("BEGIN IMMEDIATE")
        for migrate in MIGRATIONS[found - 1 :]:
            migrate(db)
        _create_undo_tables(db)
        _stamp(db)
        db.execute("COMMIT")
    except Exception as error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise ProjectError(
            f"{path} could not be brought from project format {found} to {current_version()} ({error}); "
            "it is unchanged. Please report this.",
            path=path,
        ) from error


def _stamp(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA user_version = {current_version()}")
    meta = {"schema_version": str(current_version()), "written_by": dwell_version()}
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta.items())


def _create_undo_tables(db: sqlite3.Connection) -> None:
    """Make the tables that hold rows as they were (or, ``redo`` = 1, will be again), and forget all steps."""
    for table, key in UNDOABLE.items():
        columns = [f'"{row[1]}" {row[2]}' for row in db.execute(f"PRAGMA table_info({table})")]
        db.execute(f"DROP TABLE IF EXISTS undo_{table}")
        db.execute(
            f"CREATE TABLE undo_{table} (step_id INTEGER NOT NULL, redo INTEGER NOT NULL, "
            f"existed INTEGER NOT NULL, {', '.join(columns)}, UNIQUE ({key}, step_id, redo))"
        )
        db.execute(f"CREATE INDEX undo_{table}_step ON undo_{table} (step_id)")
    # For ``BeforeTable``. Rows that were made, which are most, are not in it.
    db.execute("CREATE INDEX undo_mask_place ON undo_mask (frame_idx) WHERE existed")
    db.execute("DELETE FROM step")
    db.execute("DELETE FROM mask_counts WHERE id NOT IN (SELECT id FROM mask)")


def _copy(db: sqlite3.Connection, target: Path) -> None:
    partial = target.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    copy = sqlite3.connect(partial)
    try:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one plain file
        copy.close()
        os.replace(partial, target)
    finally:
        copy.close()
        partial.unlink(missing_ok=True)


def _table_name(statement: str) -> str:
    return statement.split()[2]
