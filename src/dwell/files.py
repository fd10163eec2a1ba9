"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from dwell.errors import OutputError, StorageFull

__all__ = ["delete_file", "replacing"]


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary path beside ``path``, moved over it when the block ends well and deleted otherwise.

    Raises:
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: the file cannot be written for another reason, such as being open in a spreadsheet.
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{uuid4().hex[:8]}.tmp")
        temporary.touch(exist_ok=False)
        yield temporary
        temporary.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def delete_file(path: Path) -> None:
    """Delete a result of before; nothing happens if it is not there.

    Raises:
        OutputError: it cannot be deleted.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"Cannot replace {path} ({error.strerror}). Close it if another program has it open, or choose "
            "another folder.",
            path=path,
        ) from error


def _cannot_write(path: Path, error: OSError) -> StorageFull | OutputError:
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(
            f"Cannot write {path}: the disk is full. Free some space and run it again.", path=path
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) and not os.access(path.parent, os.W_OK):
        return StorageFull(
            f"Cannot write {path}: the folder is not writable ({reason}). Choose another one.", path=path
        )
    in_use = isinstance(error, PermissionError)  # as Windows says when a spreadsheet has the file open
    what_to_do = "Close the file if another program has it open." if in_use else "Choose another place."
    return OutputError(f"Cannot write {path} ({reason}). {what_to_do}", path=path)
