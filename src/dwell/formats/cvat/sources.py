"""Where files of CVAT lie: alone, in a zip, in folders."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dwell.errors import BadLabels

__all__ = ["Source", "sources_of", "writes_for"]

_HEAD = 1 << 16


@dataclass(frozen=True)
class Source:
    """One XML file, maybe within a zip."""

    path: Path
    """The file, or the zip."""
    member: str | None
    """Name within the zip."""
    n_bytes: int

    @property
    def name(self) -> str:
        """Of the video, where the file does not say it: that of the zip, the folder or the file."""
        if self.member is None and self.path.stem == "annotations":
            return self.path.resolve().parent.name
        return self.path.stem

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The XML's bytes."""
        if self.member is None:
            with self.path.open("rb") as file:
                yield file
        else:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                yield file


def sources_of(path: Path) -> list[Source]:
    """The XML files of a path: itself, those in a zip, or those in a folder and in the folders in it.

    Raises:
        BadLabels: there is none, or the zip is damaged.
    """
    if path.is_dir():
        found = sorted(path.glob("*.xml")) or sorted(path.glob("*/annotations.xml"))
        sources = [Source(each, None, each.stat().st_size) for each in found]
    elif path.suffix.lower() == ".zip":
        sources = _in_zip(path)
    elif path.is_file():
        sources = [Source(path, None, path.stat().st_size)]
    else:
        raise BadLabels(f"{path} is not there; name an XML file, a zip or a folder of CVAT.", path=path)
    if not sources:
        raise BadLabels(f"{path} has no XML file in it; CVAT calls it annotations.xml.", path=path)
    return sources


def _in_zip(path: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if info.filename.lower().endswith(".xml")]
            locked = [info.filename for info in infos if info.flag_bits & 1]
    except zipfile.BadZipFile as error:
        raise BadLabels(f"{path} is a damaged zip ({error}); download it anew.", path=path) from error
    if locked:
        raise BadLabels(f"{path}: {locked[0]} is locked with a password; unpack it first.", path=path)
    return [Source(path, info.filename, info.file_size) for info in infos]


def writes_for(path: Path, tag: str) -> bool:
    """A file of CVAT is there, and its first shapes are in elements of this kind: ``track``, ``image``."""
    try:
        with sources_of(path)[0].open() as file:
            head = file.read(_HEAD)
    except (BadLabels, OSError, zipfile.BadZipFile):
        return False
    if not re.search(rb"<annotations[\s>]", head):
        return False
    first = re.search(rb"<(track|image)[\s>]", head)
    if first:
        return first[1] == tag.encode()
    return tag == ("image" if b"<mode>annotation</mode>" in head else "track")
