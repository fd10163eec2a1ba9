"""The folders that the user named: what is in them, and that nothing outside is touched."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from dwell.app.messages import Entry, Listing, Place
from dwell.errors import DwellError

__all__ = ["OutsidePlaces", "Places", "folder_kind"]

MAX_ENTRIES = 2000
_VIDEOS = {".mp4", ".mkv", ".mov", ".avi", ".webm", ".m4v"}
_TABLES = {".csv", ".tsv", ".txt"}
_PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"}
_FOLDERS = {"folder", "recording", "images"}
_CLOUD = {"enrichment_info.txt", "sections.csv"}
"""What a download from Pupil Cloud has beside its recordings."""
_OPENABLE = {"project", "recording", "video", "archive", "images"}


class OutsidePlaces(DwellError):
    """A path leads out of the folders that the user named."""


class Places:
    """The named folders."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self.roots = tuple(dict.fromkeys(Path(os.path.realpath(root)) for root in roots))

    def checked(self, path: str | Path) -> Path:
        """The real path, links followed; it need not exist.

        Raises:
            OutsidePlaces: it lies in none of the folders.
        """
        text = str(path)
        if "\0" in text or text.startswith(("\\\\", "//")) or not text:
            raise OutsidePlaces("That is no path on this computer; choose a file in the list.")
        real = Path(os.path.realpath(text))
        if not any(real == root or real.is_relative_to(root) for root in self.roots):
            raise OutsidePlaces(
                f"{text} lies outside the folders that Dwell may use. Start it with that folder as well: "
                f"dwell app --root {real.parent}",
                path=real,
            )
        return real

    def contains(self, path: str | Path) -> bool:
        """Whether a path lies in one of the folders."""
        try:
            self.checked(path)
        except OutsidePlaces:
            return False
        return True

    def top(self) -> list[Place]:
        """The folders themselves."""
        return [Place(path=str(root), name=root.name or str(root)) for root in self.roots]

    def listing(self, path: str | None) -> Listing:
        """What is in a folder; without a path, the folders themselves.

        Raises:
            OutsidePlaces: it lies in none of them.
            DwellError: it cannot be read.
        """
        if path is None:
            entries = [
                Entry(name=place.name, path=place.path, kind="folder", openable=False) for place in self.top()
            ]
            return Listing(path="", parent=None, entries=entries)
        folder = self.checked(path)
        try:
            with os.scandir(folder) as found:
                names = [each for each in found if not each.name.startswith(".")]
        except OSError as error:
            raise DwellError(
                f"The folder {folder} cannot be read ({error.strerror}); choose another.", path=folder
            ) from error
        entries = [entry for each in names if (entry := self._entry(each)) is not None]
        entries.sort(key=lambda entry: (entry.kind not in _FOLDERS, entry.name.lower()))
        parent = None if folder in self.roots else str(folder.parent)
        shown = entries[:MAX_ENTRIES]
        return Listing(path=str(folder), parent=parent, entries=shown, truncated=len(entries) > len(shown))

    def _entry(self, found: os.DirEntry[str]) -> Entry | None:
        if not self.contains(found.path):
            return None  # a link that leads out
        try:
            info = found.stat()
            kind = folder_kind(Path(found.path)) if found.is_dir() else _file_kind(found.name)
        except OSError:
            return None
        return Entry(
            name=found.name,
            path=found.path,
            kind=kind,  # type: ignore[arg-type]  # both give one of its words
            size_bytes=None if found.is_dir() else info.st_size,
            modified_ns=info.st_mtime_ns,
            openable=kind in _OPENABLE,
        )


def _file_kind(name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix in _VIDEOS:
        return "video"
    if suffix == ".zip":
        return "archive"
    return "table" if suffix in _TABLES else "file"


def folder_kind(folder: Path) -> str:
    """``project``, ``recording``, ``images`` or ``folder``, by the names of what is in it."""
    names = set()
    with os.scandir(folder) as found:
        for number, each in enumerate(found):
            names.add(each.name)
            if number > 200:
                break
    if "project.db" in names:
        return "project"
    if {"gaze.csv", "world_timestamps.csv"} <= names or _CLOUD & names:
        return "recording"
    n_pictures = sum(Path(name).suffix.lower() in _PICTURES for name in names)
    return "images" if n_pictures >= 2 and n_pictures >= len(names) - 5 else "folder"
