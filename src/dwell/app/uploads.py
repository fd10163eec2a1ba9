"""Files dropped on the page: sent in parts, gone on with after a break, whole or not there at all."""

from __future__ import annotations

import asyncio
import errno
import filecmp
import os
import re
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

from dwell.errors import CorruptArchive, DwellError, StorageFull, UnsafeArchive
from dwell.volumes.nifti_header import is_nifti_name, nifti_stem

__all__ = ["BadUpload", "UploadTooLarge", "Uploads", "WrongOffset", "WrongType"]

SUFFIXES = {".mp4", ".mkv", ".mov", ".avi", ".webm", ".m4v", ".zip", ".csv", ".tsv", ".txt"}
SUFFIXES |= {".yaml", ".yml", ".png", ".jpg", ".jpeg", ".json", ".nii", ".dcm"}
MAX_RATIO = 200
"""A zip that unpacks to more than this many times its size is a bomb; recordings stay below 20."""
MAX_FILES = 200_000
_MAX_STEM_BYTES = 150
MAX_UNPACKED = 200 << 30


class BadUpload(DwellError):
    """A file cannot be taken."""


class WrongType(BadUpload):
    """Files of this kind are not taken."""


class WrongOffset(BadUpload):
    """A part came out of turn."""


class UploadTooLarge(BadUpload):
    """The file is larger than may be, or than was said."""


class Uploads:
    """Takes files into a folder. Use from the event loop's thread."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._coming: set[Path] = set()

    async def take(
        self, name: str, offset: int, size: int, parts: AsyncIterator[bytes]
    ) -> tuple[Path | None, int]:
        """Take the next part of a file; its path once it is complete, and how much is there.

        Args:
            name: as it is called on the user's computer.
            offset: where this part begins. What is there beyond it is written anew, so a part whose answer
                was lost may be sent again; 0 begins anew.
            size: of the whole file, bytes.
            parts: what comes now.

        Raises:
            BadUpload: its kind is not taken, it is too large, or a part is missing before this one.
            StorageFull: the disk is full.
            UnsafeArchive: a zip that would fill the disk when it is unpacked.
        """
        target = self.folder / self._checked(name, offset, size)
        partial = target.with_name(f".{target.name}.{size}.part")
        if partial in self._coming:
            raise WrongOffset(f"{target.name} is being sent already; wait until that is done.")
        self._coming.add(partial)
        try:
            received = await self._append(partial, offset, size, parts)
            final = await asyncio.to_thread(_finished, partial, target) if received == size else None
        except OSError as error:
            raise StorageFull(
                f"{target.name} cannot be kept in {self.folder} ({error.strerror}); free some space, or put "
                "the file into a folder that Dwell may use and open it from there.",
                path=self.folder,
            ) from error
        finally:
            self._coming.discard(partial)
        return final, received

    def _checked(self, name: str, offset: int, size: int) -> str:
        clean = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", Path(name.replace("\\", "/")).name).strip(" .")
        stem, dot, suffix = clean.rpartition(".")
        clean = f"{stem.encode()[:_MAX_STEM_BYTES].decode(errors='ignore')}{dot}{suffix}"
        if Path(clean).suffix.lower() not in SUFFIXES and not is_nifti_name(clean):
            raise WrongType(
                f"{clean or 'This file'} is of a kind that Dwell does not read; drop a video, a zip from "
                "Pupil Cloud, a CSV with gaze, or a medical volume (.nii.gz)."
            )
        if not 0 <= offset < size:
            raise BadUpload(f"{clean} is empty, or its size is not known; drop it again.")
        if size > self._max_bytes:
            raise UploadTooLarge(
                f"{clean} has {size / 2**30:.1f} GB; at most {self._max_bytes / 2**30:.0f} GB are taken. "
                "Put it into a folder that Dwell may use and open it from there."
            )
        return clean

    async def _append(self, partial: Path, offset: int, size: int, parts: AsyncIterator[bytes]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        there = partial.stat().st_size if partial.exists() else 0
        if offset > there:
            raise WrongOffset(f"{there} bytes are here, the page went on at {offset}; drop the file again.")
        if shutil.disk_usage(self.folder).free < size - there:
            raise OSError(errno.ENOSPC, "the disk is full")
        with partial.open("r+b" if offset else "wb") as file:
            file.truncate(offset)
            file.seek(offset)
            async for part in parts:
                if file.tell() + len(part) > size:
                    file.truncate(offset)
                    raise UploadTooLarge(
                        f"More came than the {size} bytes that were announced; drop the file again."
                    )
                await asyncio.to_thread(file.write, part)
            return file.tell()


def _finished(partial: Path, target: Path) -> Path:
    """Give a file its name, once it is seen to be harmless."""
    _check_archive(partial, target.suffix)
    final = _free(target, partial)
    os.replace(partial, final)
    return final


def _free(target: Path, partial: Path) -> Path:
    """The target, or a name beside it if another file has that one."""
    number = 1
    final = target
    while final.exists():
        if filecmp.cmp(final, partial, shallow=False):
            return final
        number += 1
        stem = nifti_stem(target.name) if is_nifti_name(target.name) else target.stem
        final = target.with_name(f"{stem}-{number}{target.name[len(stem) :]}")
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
