"""Recordings in a zip: tables are read in place, the video is unpacked once into a cache folder."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import stat
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Self

from dwell.errors import CorruptArchive, StorageFull, UnsafeArchive
from dwell.recordings.source import Source, is_junk, natural

__all__ = ["ZipSource", "cache_folder", "open_zip"]

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error)
"""What zipfile raises on damaged archives; a name that is no UTF-8 is a ValueError."""

_MAX_ENTRIES = 200_000
_MAX_RATIO = 150
"""Unpacked to packed size. Tables shrink to a tenth, videos hardly; deflate reaches about 1000 on zeros."""
_HARMLESS_BYTES = 500_000_000
"""A zip that unpacks to no more is not suspected for its ratio."""


class ZipSource(Source):
    """Files in a zip."""

    def __init__(
        self, path: Path, files: tuple[str, ...], folder: str = "", *, entries: dict[str, zipfile.ZipInfo]
    ) -> None:
        super().__init__(path, files, folder)
        self._entries = entries

    def read(self, name: str, limit: int = -1) -> bytes:
        """The whole file, or its first ``limit`` bytes.

        Raises:
            CorruptArchive: the entry is damaged, cut off or locked.
        """
        entry = self._entry(name)
        with _reading(self.path, entry), zipfile.ZipFile(self.path) as archive, archive.open(entry) as file:
            return file.read(limit)

    def local(self, name: str) -> Path:
        """The unpacked file in the cache; unpacked now if it is not there yet.

        Raises:
            StorageFull: the cache's disk has no room for it.
            CorruptArchive: the entry is damaged, cut off or locked.
        """
        return _unpack(self.path, self._entry(name), name)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        return self._entries[f"{self.folder}/{name}".lstrip("/")]

    def _seen_from(self, files: tuple[str, ...], folder: str) -> Self:
        return type(self)(self.path, files, folder, entries=self._entries)


def open_zip(path: Path) -> ZipSource:
    """The files in a zip. Nothing is unpacked.

    Raises:
        CorruptArchive: the zip is incomplete or damaged.
        UnsafeArchive: an entry's name points outside the zip's folder, or is a link; or the zip is a bomb.
    """
    with _reading(path, None), zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    _refuse_bomb(path, infos)
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = _name(info)
        _refuse_unsafe(path, name, info)
        if not info.is_dir() and not any(is_junk(part) for part in name.split("/")):
            entries[name] = info
    return ZipSource(path, tuple(sorted(entries, key=natural)), entries=entries)


def cache_folder() -> Path:
    """Where unpacked videos are kept: ``DWELL_CACHE``, else the system's cache folder. Not made here."""
    if chosen := os.environ.get("DWELL_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "dwell" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "dwell"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dwell"


def _name(info: zipfile.ZipInfo) -> str:
    """The entry's name; Finder writes UTF-8 without saying so, which zipfile then reads as code page 437."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _refuse_bomb(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip that is made to fill memory or disk: too many entries, far too small, or overlapping."""
    unpacked, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if len(infos) > _MAX_ENTRIES:
        what = f"{len(infos)} entries"
    elif unpacked > _HARMLESS_BYTES and unpacked > _MAX_RATIO * max(packed, 1):
        what = f"{unpacked / 1e9:.1f} GB packed into {packed / 1e6:.1f} MB"
    elif packed > path.stat().st_size:
        what = "entries that overlap"
    else:
        return
    raise UnsafeArchive(
        f"{path.name} has {what}, as a zip bomb does. If you trust it, unpack it and open the folder.",
        path=path,
    )


def _refuse_unsafe(path: Path, name: str, info: zipfile.ZipInfo) -> None:
    outside = name.startswith("/") or re.match(r"[A-Za-z]:/", name) or ".." in name.split("/") or "\0" in name
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if outside or is_link:
        what = "a link" if is_link else "a name that points outside the zip"
        raise UnsafeArchive(
            f"{path.name} has an entry with {what}: {name!r}. "
            "No eye tracker writes such a zip; download it again.",
            path=path,
        )


@contextmanager
def _reading(path: Path, entry: zipfile.ZipInfo | None) -> Iterator[None]:
    part = f" ({entry.filename})" if entry is not None else ""
    try:
        yield
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # a seek to before the start
            raise
        raise CorruptArchive(
            f"{path.name}{part} is incomplete or damaged: {error}. Download or copy the zip again.", path=path
        ) from error
    except RuntimeError as error:
        raise CorruptArchive(
            f"{path.name}{part} is locked with a password; unpack it and open the folder.", path=path
        ) from error


def _unpack(path: Path, entry: zipfile.ZipInfo, name: str) -> Path:
    identity = (
        f"{entry.CRC:08x} {entry.file_size} {entry.compress_size} {path.stat().st_size} {entry.filename}"
    )
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    safe = re.sub(r"[^\w.\-]+", "_", PurePosixPath(name).name)
    target = cache_folder() / "unpacked" / key / safe
    if not (target.exists() and target.stat().st_size == entry.file_size):
        _write_unpacked(path, entry, target)
    return target


def _write_unpacked(path: Path, entry: zipfile.ZipInfo, target: Path) -> None:
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(target.parent).free < entry.file_size:
            raise _no_room(entry, target)
        with (
            _reading(path, entry),
            zipfile.ZipFile(path) as archive,
            archive.open(entry) as packed,
            tempfile.NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as unpacked,
        ):
            temporary = Path(unpacked.name)
            shutil.copyfileobj(packed, unpacked, 1 << 20)
        temporary.replace(target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_room(entry, target) from error
        raise StorageFull(
            f"Cannot unpack the video of {path.name} to {target.parent} ({error.strerror}); "
            "set DWELL_CACHE to a folder you can write to, or unpack the zip yourself.",
            path=target,
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _no_room(entry: zipfile.ZipInfo, target: Path) -> StorageFull:
    return StorageFull(
        f"No room to unpack {entry.filename} ({entry.file_size / 1e6:.0f} MB) to {target.parent}. "
        "Free some space, or set DWELL_CACHE to a folder on another disk.",
        path=target,
    )
