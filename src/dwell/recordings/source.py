"""Where a recording's files lie: a folder, a zip, or one file. Readers see all three the same way."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from dwell.errors import BadTable, UnknownRecording

__all__ = ["VIDEO_SUFFIXES", "FileSource", "FolderSource", "Source", "is_junk", "natural", "open_folder"]

VIDEO_SUFFIXES = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".wmv", ".mpg", ".mpeg", ".ts", ".mts")
"""File endings taken for a video."""

_MAX_DEPTH = 3
_MAX_FOLDERS = 5000


class Source(ABC):
    """The files of one or several recordings, named with ``/`` and relative to ``folder``."""

    def __init__(self, path: Path, files: tuple[str, ...], folder: str = "") -> None:
        self.path = path
        """What the user named."""
        self.files = files
        """Every file in the folder and up to three folders below, in natural order."""
        self.folder = folder
        """The inner folder looked at; empty = the whole."""

    @property
    def title(self) -> str:
        """Name of the folder or file, for messages and as a last resort for a recording's name."""
        return self.folder.rpartition("/")[2] or self.path.absolute().name or str(self.path)

    @property
    def top(self) -> tuple[str, ...]:
        """The files that lie directly in the folder."""
        return tuple(name for name in self.files if "/" not in name)

    def folders(self) -> list[str]:
        """Every folder with files in it, outermost first; the folder itself is the empty name."""
        found = dict.fromkeys(name.rpartition("/")[0] for name in self.files)
        return sorted(found, key=lambda folder: (folder.count("/") + bool(folder), natural(folder)))

    def find(self, name: str) -> str | None:
        """The file with this name directly in the folder, whatever its case."""
        return next((file for file in self.top if file.lower() == name.lower()), None)

    def videos(self) -> list[str]:
        """The videos directly in the folder."""
        return [name for name in self.top if name.lower().endswith(VIDEO_SUFFIXES)]

    def inside(self, folder: str) -> Self:
        """The same source, seen from an inner folder."""
        if not folder:
            return self
        files = tuple(name[len(folder) + 1 :] for name in self.files if name.startswith(folder + "/"))
        return self._seen_from(files, f"{self.folder}/{folder}".lstrip("/"))

    def label(self, name: str) -> str:
        """How a message names the file: with the folder it lies in."""
        return f"{self.title}/{name}"

    def where(self, name: str) -> Path:
        """The file's path for an error's ``path``; inside a zip, as if the zip were a folder."""
        return self.path / self.folder / name

    @property
    def local_root(self) -> Path:
        """What exists on disk and holds the files: the inner folder, or the zip."""
        return self.path

    @abstractmethod
    def read(self, name: str, limit: int = -1) -> bytes:
        """The whole file, or its first ``limit`` bytes."""

    @abstractmethod
    def local(self, name: str) -> Path:
        """A path on disk that other libraries can open. From a zip, the file is unpacked into the cache."""

    @abstractmethod
    def _seen_from(self, files: tuple[str, ...], folder: str) -> Self: ...


class FolderSource(Source):
    """Files in a folder on disk."""

    def read(self, name: str, limit: int = -1) -> bytes:
        """The whole file, or its first ``limit`` bytes.

        Raises:
            BadTable: the file cannot be read.
        """
        try:
            with self.where(name).open("rb") as file:
                return file.read(limit)
        except OSError as error:
            raise BadTable(
                f"{self.label(name)} cannot be read ({error.strerror}); check its permissions and the disk.",
                path=self.where(name),
            ) from error

    @property
    def local_root(self) -> Path:
        """The inner folder."""
        return self.path / self.folder

    def local(self, name: str) -> Path:
        """The file itself."""
        return self.where(name)

    def _seen_from(self, files: tuple[str, ...], folder: str) -> Self:
        return type(self)(self.path, files, folder)


class FileSource(FolderSource):
    """One file on its own."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, (path.name,))

    @property
    def local_root(self) -> Path:
        """The file."""
        return self.path

    def label(self, name: str) -> str:
        """The file's name."""
        return name

    def where(self, name: str) -> Path:
        """The file itself, or one beside it."""
        return self.path.parent / name


def open_folder(path: Path) -> FolderSource:
    """The files in a folder and up to three folders below.

    Raises:
        UnknownRecording: there are far too many folders, or one may not be read.
    """
    return FolderSource(path, _list_folder(path))


def natural(name: str) -> list[tuple[int, str]]:
    """A sorting key that puts ``ps10`` after ``ps2``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name.lower())]


def is_junk(name: str) -> bool:
    """Whether a file or folder is left aside: hidden, a system's own, or a Dwell project."""
    return (
        name.startswith(".")
        or name == "__MACOSX"
        or name.lower() in {"thumbs.db", "desktop.ini"}
        or name.endswith(".dwell")
    )


def _list_folder(root: Path) -> tuple[str, ...]:
    files: list[str] = []
    waiting = [""]
    seen = 0
    while waiting:
        folder = waiting.pop()
        seen += 1
        if seen > _MAX_FOLDERS:
            raise UnknownRecording(
                f"{root} holds more than {_MAX_FOLDERS} folders; open the recording's own folder.", path=root
            )
        for entry in _entries(root / folder):
            name = f"{folder}/{entry.name}".lstrip("/")
            if is_junk(entry.name):
                continue
            if not entry.is_dir():
                files.append(name)
            elif name.count("/") < _MAX_DEPTH:
                waiting.append(name)
    return tuple(sorted(files, key=natural))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except PermissionError as error:
        raise UnknownRecording(
            f"The folder {folder} cannot be read ({error.strerror}).", path=folder
        ) from error
