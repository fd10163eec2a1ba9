"""Files dropped on the page: sent in parts, gone on with after a break, whole or not there at all."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

from dwell.errors import CorruptArchive, DwellError, StorageFull, UnsafeArchive

__all__ = ["BadUpload", "Uploads"]

SUFFIXES = {".mp4", ".mkv", ".mov", ".avi", ".webm", ".m4v", ".zip", ".csv", ".tsv", ".txt"}
SUFFIXES |= {".yaml", ".yml", ".png", ".jpg", ".jpeg", ".json"}
MAX_RATIO = 200
"""A zip that unpacks to more than this many times its size is a bomb; recordings stay below 20."""
MAX_FILES = 200_000
MAX_UNPACKED = 200 << 30


class BadUpload(DwellError):
    """A file cannot be taken."""


class Uploads:
    """Takes files into a folder."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self._max_bytes = max_bytes

    async def take(
        self, name: str, offset: int, size: int, parts: AsyncIterator[bytes]
    ) -> tuple[Path | None, int]:
        """Take the next part of a file; its path once it is complete, and how much is there.

        Args:
            name: as it is called on the user's computer.
            offset: how much the page believes to be there; 0 begins anew.
            size: of the whole file, bytes.
            parts: what comes now.

        Raises:
            BadUpload: its kind is not taken, it is too large, or something else is there already.
            StorageFull: the disk is full.
            UnsafeArchive: a zip that would fill the disk when it is unpacked.
        """
        target = self.folder / self._checked(name, offset, size)
        partial = target.with_name(f".{target.name}.part")
        self._check_offset(partial, offset)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            received = await self._append(partial, offset, size, parts)
            if received < size:
                return None, received
            _check_archive(partial, target.suffix)
            final = _free(target, partial)
            os.replace(partial, final)
        except OSError as error:
            raise StorageFull(
                f"{target.name} cannot be kept in {self.folder} ({error.strerror}); free some space, or put "
                "the file into a folder that Dwell may use and open it from there.",
                path=self.folder,
            ) from error
        return final, received

    def _checked(self, name: str, offset: int, size: int) -> str:
        clean = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", Path(name.replace("\\", "/")).name).strip(" .")[:180]
        if Path(clean).suffix.lower() not in SUFFIXES:
            raise BadUpload(
                f"{clean or 'This file'} is of a kind that Dwell does not read; drop a video, a zip from "
                "Pupil Cloud, or a CSV with gaze."
            )
        if not 0 <= offset <= size or size <= 0:
            raise BadUpload(f"{clean} is empty, or its size is not known; drop it again.")
        if size > self._max_bytes:
            raise BadUpload(
                f"{clean} has {size / 2**30:.1f} GB; at most {self._max_bytes / 2**30:.0f} GB are taken. "
                "Put it into a folder that Dwell may use and open it from there."
            )
        return clean

    def _check_offset(self, partial: Path, offset: int) -> None:
        there = partial.stat().st_size if partial.exists() else 0
        if offset not in (0, there):
            raise BadUpload(f"{there} bytes are here, the page went on at {offset}; drop the file again.")

    async def _append(self, partial: Path, offset: int, size: int, parts: AsyncIterator[bytes]) -> int:
        with partial.open("r+b" if offset else "wb") as file:
            file.seek(offset)
            async for part in parts:
                if file.tell() + len(part) > size:
                    raise BadUpload(
                        f"More came than the {size} bytes that were announced; drop the file again."
                    )
                file.write(part)
            return file.tell()


def _free(target: Path, partial: Path) -> Path:
    """The target, or a name beside it if another file has that one."""
    number = 1
    final = target
    while final.exists():
        if final.stat().st_size == partial.stat().st_size and final.read_bytes() == partial.read_bytes():
            return final
        number += 1
        final = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return final


def _check_archive(file: Path, suffix: str) -> None:
    if suffix.lower() != ".zip":
        return
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        file.unlink(missing_ok=True)
        raise CorruptArchive(f"The zip is damaged ({error}); download it again.") from error
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > min(MAX_UNPACKED, MAX_RATIO * file.stat().st_size) or len(entries) > MAX_FILES:
        file.unlink(missing_ok=True)
        raise UnsafeArchive(
            f"The zip would unpack to {unpacked / 2**30:.1f} GB, {len(entries)} files; that is no recording."
        )
