"""The folders that the user named: what is in them, and that nothing outside is touched."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from dwell.app.kinds import OPENABLE, kind_of
from dwell.app.messages import Entry, Listing, Place
from dwell.errors import DwellError
from dwell.recordings.source import is_junk, natural

__all__ = ["OutsidePlaces", "Places"]

MAX_ENTRIES = 2000
_MAX_NAME_BYTES = 255
_LOOK_S = 1.0
"""How long folders of one list are looked into for what they are; the rest is listed as folders."""
_FOLDERS = {"folder", "recording", "images", "scan"}


class OutsidePlaces(DwellError):
    """A path leads out of the folders that the user named."""


class Places:
    """The named folders."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self.roots = tuple(dict.fromkeys(Path(os.path.realpath(root)) for root in roots))
        self._admitted: set[Path] = set()

    def admit(self, folder: str | Path) -> None:
        """Allow a folder that is not listed among the named ones: a project that was opened earlier."""
        self._admitted.add(Path(os.path.realpath(folder)))

    def checked(self, path: str | Path) -> Path:
        """The real path, links followed; it need not exist.

        Raises:
            OutsidePlaces: it lies in none of the folders.
        """
        text = str(path)
        if "\0" in text or text.startswith(("\\\\", "//")) or not text:
            raise OutsidePlaces("That is no path on this computer; choose a file in the list.")
        real = Path(os.path.realpath(text))
        if os.path.islink(real) or any(len(os.fsencode(part)) > _MAX_NAME_BYTES for part in real.parts):
            raise OutsidePlaces(f"{text[:200]} leads nowhere; choose a file in the list.")
        if not any(real == root or real.is_relative_to(root) for root in (*self.roots, *self._admitted)):
            leads = "" if real == Path(text) else f" (it leads to {real})"
            raise OutsidePlaces(
                f"{text} lies outside the folders that Dwell may use{leads}. Start it with that folder as "
                f"well: dwell app --root {real if real.is_dir() else real.parent}",
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
                shown = [each for each in found if not _is_hidden(each.name)]
        except OSError as error:
            raise DwellError(
                f"The folder {folder} cannot be read ({error.strerror}); choose another.", path=folder
            ) from error
        shown.sort(key=lambda each: (not each.is_dir(), natural(each.name)))
        until = time.monotonic() + _LOOK_S
        entries = [entry for each in shown[:MAX_ENTRIES] if (entry := self._entry(each, until)) is not None]
        entries.sort(key=lambda entry: (entry.kind not in _FOLDERS, natural(entry.name)))
        parent = None if folder in self.roots or not self.contains(folder.parent) else str(folder.parent)
        return Listing(path=str(folder), parent=parent, entries=entries, truncated=len(shown) > MAX_ENTRIES)

    def _entry(self, found: os.DirEntry[str], until: float) -> Entry | None:
        if not self.contains(found.path):
            return None  # a link that leads out
        try:
            info = found.stat()
            in_time = not found.is_dir() or time.monotonic() < until
            kind = kind_of(Path(found.path)) if in_time else "folder"
        except OSError:
            return None
        return Entry(
            name=found.name,
            path=found.path,
            kind=kind,
            size_bytes=None if found.is_dir() else info.st_size,
            modified_ns=info.st_mtime_ns,
            openable=kind in OPENABLE,
        )


def _is_hidden(name: str) -> bool:
    return name.startswith("$") or is_junk(name.removesuffix(".dwell"))
