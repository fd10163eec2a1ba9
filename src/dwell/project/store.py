"""One SQLite connection to a project: opened safely, used by one thread at a time, errors in plain words."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dwell.errors import DwellError, NotAProject, ProjectBusy, ProjectError, StorageFull
from dwell.project import disk, schema
from dwell.project.lock import WriterLock

__all__ = ["Store"]

FILE = "project.db"
WAIT_S = 10.0
"""How long SQLite waits for another process that is in the middle of a commit."""
KEPT = "Everything saved before is kept; the last change is not."


class Store:
    """The open database. Use ``create``, ``open`` or ``in_memory``."""

    def __init__(self, db: sqlite3.Connection, path: Path | None, lock: WriterLock | None, *, write: bool):
        self.path = path
        self.write = write
        self.lock = threading.RLock()
        """Held by whoever uses the connection."""
        self._db: sqlite3.Connection | None = db
        self._writer = lock

    # ---------------------------------------------------------------- making and opening

    @classmethod
    def create(cls, path: Path, source_json: str) -> Store:
        """A new project folder, which appears only when it is complete."""
        if path.suffix != ".dwell":
            raise ValueError(
                f"A project's folder ends in .dwell: expected {path.name}.dwell, got {path.name}."
            )
        if path.exists():
            raise ProjectError(
                f"{path} exists already; open it with Project.open, or choose another name.", path=path
            )
        partial = path.parent / f".{path.name}.{secrets.token_hex(4)}.partial"
        try:
            partial.mkdir(parents=True)
            _write_new(partial / FILE, source_json)
            disk.make_durable(partial)
            os.rename(partial, path)
            disk.make_durable(path.parent)
        except (OSError, sqlite3.Error) as error:
            raise _translated(error, path, "Nothing was made.") from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return cls.open(path, write=True)

    @classmethod
    def open(cls, path: Path, *, write: bool) -> Store:
        """An existing project folder."""
        _check_folder(path)
        if not write:
            return cls._connected(path, None)
        try:
            lock = WriterLock(path)
        except OSError as error:
            hint = "Nothing was changed. To look at it only, open it with write=False."
            raise disk.storage_full(error, path, hint) from error
        try:
            return cls._connected(path, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def in_memory(cls, source_json: str) -> Store:
        """A project that ends with the process."""
        db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        schema.create(db, source_json)
        db.execute("PRAGMA foreign_keys = ON")
        return cls(db, None, None, write=True)

    @classmethod
    def _connected(cls, path: Path, lock: WriterLock | None) -> Store:
        write = lock is not None
        db: sqlite3.Connection | None = None
        try:
            db = _connect(disk.uri(path / FILE), write=write)
            found = schema.verify(db, path)
            if write:
                _set_journal(db, path)
                schema.upgrade(db, path, found)
            elif found < schema.current_version():
                older, db = db, schema.upgraded_copy(db, path, found)
                older.close()
        except BaseException as error:
            if db is not None:
                db.close()
            if isinstance(error, OSError | sqlite3.Error):
                raise _translated(error, path, "What it holds is untouched.") from error
            raise
        return cls(db, path, lock, write=write)

    def close(self) -> None:
        """Close the connection, leaving one plain file, and let others write."""
        with self.lock:
            db, self._db = self._db, None
            if db is None:
                return
            try:
                if self.write and self.path is not None:
                    _settle(db)
            finally:
                db.close()
                if self._writer is not None:
                    self._writer.release()

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()

    # ---------------------------------------------------------------- using

    @property
    def is_open(self) -> bool:
        """False once closed."""
        return self._db is not None

    @property
    def db(self) -> sqlite3.Connection:
        """The connection; hold ``lock`` while using it."""
        if self._db is None:
            raise ProjectError(
                f"The project {self.path or 'in memory'} is closed; open it again.", path=self.path
            )
        return self._db

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.lock, self.translated():
            return self.db.execute(sql, values).fetchall()

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """First column of the first row, None if there is no row."""
        rows = self.rows(sql, values)
        return rows[0][0] if rows else None

    def run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Execute one statement inside the open transaction."""
        with self.translated():
            self._check_transaction()
            return self.db.execute(sql, values)

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> int:
        """Execute one statement for many rows inside the open transaction; the number of rows changed."""
        with self.translated():
            self._check_transaction()
            return self.db.executemany(sql, values).rowcount

    def begin(self) -> None:
        """Begin a transaction."""
        if not self.write:
            raise ProjectError(
                f"{self.path} is open read-only; open it with write=True to change it.", path=self.path
            )
        with self.translated():
            self.db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """End the transaction; on return, what it changed is on disk."""
        self.run("COMMIT")

    def rollback(self) -> None:
        """End the transaction and forget it; does nothing if SQLite has done so already."""
        if self._db is not None and self._db.in_transaction:
            with self.translated():
                self._db.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold on to the state of the file as it is now, if that keeps nobody from writing."""
        self.value("SELECT count(*) FROM meta")  # until it reads, a connection thinks the mode is as it was
        if self.write or self.value("PRAGMA journal_mode") != "wal":
            yield
            return
        with self.lock, self.translated():
            self.db.execute("BEGIN")
            self.db.execute("SELECT count(*) FROM meta").fetchall()  # from here on it is held
        try:
            yield
        finally:
            with self.lock:
                if self._db is not None and self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Errors of SQLite leave as errors of Dwell."""
        try:
            yield
        except sqlite3.Error as error:
            raise _translated(error, self.path or Path("the project in memory"), KEPT) from error

    def _check_transaction(self) -> None:
        if not self.db.in_transaction:
            raise StorageFull(
                f"This action on {self.path} failed before and was taken back. {KEPT}", path=self.path
            )


def _check_folder(path: Path) -> None:
    if not path.exists():
        raise NotAProject(
            f"There is no project at {path}; check the path, or make one with Project.create.", path=path
        )
    if not (path / FILE).is_file():
        raise NotAProject(
            f"{path} is no Dwell project: it holds no {FILE}. Point to the folder NAME.dwell.", path=path
        )


def _write_new(file: Path, source_json: str) -> None:
    db = sqlite3.connect(file, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous = EXTRA")
        schema.create(db, source_json)
    finally:
        db.close()


def _connect(address: str, *, write: bool) -> sqlite3.Connection:
    db = sqlite3.connect(address, uri=True, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA cache_size = -32768")  # KiB
    if not write:
        # Not the URI's mode=ro: a reader must be able to finish what a killed writer left half done.
        db.execute("PRAGMA query_only = ON")
    return db


def _set_journal(db: sqlite3.Connection, path: Path) -> None:
    """WAL with every commit synced; on a network file system, or where WAL fails, a rollback journal."""
    mode = "delete"
    if not disk.is_network(path):
        with suppress(sqlite3.OperationalError):
            mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        mode = db.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    # EXTRA also syncs the folder after a rollback journal is deleted. Source: SQLite, PRAGMA synchronous.
    db.execute(f"PRAGMA synchronous = {'FULL' if mode == 'wal' else 'EXTRA'}")


def _settle(db: sqlite3.Connection) -> None:
    """Leave one plain file that opens anywhere, read-only media too; not while someone else is reading."""
    with suppress(sqlite3.OperationalError):
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.execute("PRAGMA busy_timeout = 0")
        db.execute("PRAGMA journal_mode = DELETE")


_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}


def _translated(error: OSError | sqlite3.Error, path: Path, kept: str) -> DwellError:
    """The error of ours that says what an error of SQLite or the system means for a project."""
    if isinstance(error, OSError):
        return disk.storage_full(error, path, kept)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary result code
    if code == sqlite3.SQLITE_FULL:
        text = f"The disk that holds {path} is full. {kept} Free some space, then do it again."
        return StorageFull(text, path=path)
    if code in _DAMAGED:
        text = f"{path / FILE} is no Dwell project or is damaged ({error}). Restore the folder from a copy."
        return NotAProject(text, path=path)
    if code in _UNWRITABLE:
        text = (
            f"{path} cannot be read or written ({error}). {kept} Check the folder's permissions and its disk."
        )
        return StorageFull(text, path=path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        text = f"{path} is locked by another program ({error}). {kept} Close that program, then do it again."
        return ProjectBusy(text, path=path)
    return ProjectError(f"{path} cannot be used ({error}). {kept}", path=path)
