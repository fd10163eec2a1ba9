"""One writer per project: a file lock of the operating system, which ends with the process that holds it."""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from dwell.errors import ProjectBusy, ProjectError

__all__ = ["WriterLock"]


class WriterLock:
    """The right to write to a project folder.

    Raises:
        ProjectBusy: another process, or another ``Project`` of this one, has it.
        ProjectError: the folder's file system cannot lock files.
        OSError: the lock file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._info = folder / "writer.json"
        self._lock = FileLock(folder / "writer.lock", timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise ProjectBusy(_busy_message(folder, self._info), path=folder) from None
        except NotImplementedError as error:
            raise ProjectError(
                f"The file system of {folder} cannot lock files; move the project to a local disk.",
                path=folder,
            ) from error
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        try:
            self._info.write_text(json.dumps(holder), encoding="utf-8")
        except OSError:
            self._lock.release()
            raise

    def release(self) -> None:
        """Let others write."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._info.unlink()
            self._lock.release()

    def __enter__(self) -> WriterLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _busy_message(folder: Path, info: Path) -> str:
    remedy = "close it there, or open it read-only (write=False)"
    try:
        holder = json.loads(info.read_text(encoding="utf-8"))
        who = f"process {holder['pid']} on {holder['host']} (since {holder['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return f"{folder} is being written to by another process; {remedy}."
    if holder["pid"] == os.getpid() and holder["host"] == socket.gethostname():
        return f"{folder} is already open for writing in this {who}; use that one, or {remedy}."
    return f"{folder} is being written to by {who}; {remedy}."
