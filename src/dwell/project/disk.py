"""Where a project lies: file systems, folders, and what their errors mean."""

from __future__ import annotations

import errno
import os
import re
import sys
from pathlib import Path

from dwell.errors import StorageFull

__all__ = ["is_network", "make_durable", "storage_full", "uri"]

NETWORK_TYPES = frozenset(
    ["9p", "afs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"]
    + ["orangefs", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf"]
)
"""File systems without the shared memory that SQLite's WAL needs; any ``fuse.*`` counts as one too."""

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


def is_network(folder: Path) -> bool:
    """True if the folder is known to lie on a network or shared file system.

    Linux is asked through ``/proc/mounts``, Windows by its drive type. Elsewhere the answer is False, and the
    caller finds out by trying.
    """
    if sys.platform == "win32":
        return _is_network_drive(folder)
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return is_network_type(mount_type(folder.resolve(), mounts))


def mount_type(folder: Path, mounts: str) -> str:
    """Type of the file system of an absolute folder, from the text of ``/proc/mounts``; "" if not found."""
    best, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), fields[1]))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), fields[2]
    return found


def is_network_type(name: str) -> bool:
    """True for a type in ``NETWORK_TYPES`` or a FUSE one; ``fuseblk`` is a local disk."""
    return name in NETWORK_TYPES or name.startswith("fuse.")


def _is_network_drive(folder: Path) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes  # noqa: PLC0415 – Windows only

    anchor = folder.resolve().anchor
    remote = 4  # DRIVE_REMOTE, Microsoft's documentation of GetDriveTypeW
    return anchor.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(anchor) == remote


def uri(file: Path) -> str:
    """SQLite URI of a file that must exist; opened for reading if the system allows no more."""
    text = file.absolute().as_uri()
    if not text.startswith("file:///"):  # a Windows share: SQLite allows no host in the URI
        text = text.replace("file://", "file:////", 1)
    return f"{text}?mode=rw"


def make_durable(folder: Path) -> None:
    """Ask the disk to keep the folder's entries; Windows has no such call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def storage_full(error: OSError, path: Path, kept: str) -> StorageFull:
    """The error to raise when a folder cannot be written.

    Args:
        error: what the system said.
        path: the project.
        kept: what is safe all the same, one sentence.
    """
    if error.errno in _FULL:
        return StorageFull(
            f"The disk that holds {path} is full. {kept} Free some space, then do it again.", path=path
        )
    reason = error.strerror or str(error)
    return StorageFull(
        f"{path} cannot be written ({reason}). {kept} Check the folder's permissions or choose another.",
        path=path,
    )
