"""Which files of a folder hold slices."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dwell.errors import VolumeError
from dwell.volumes.dicom.headers import looks_like_dicom, read_slices
from dwell.volumes.dicom.slices import Slice

__all__ = ["Found", "find_slices", "holds_dicom"]

_MOST_FILES = 20_000


@dataclass(frozen=True)
class Found:
    """What a path holds."""

    slices: list[Slice]
    """Of every series, in order of path and frame."""
    others: int
    """Files that hold no slices: reports, segmentations, a DICOMDIR, what is not DICOM."""


def find_slices(path: Path) -> Found:
    """The slices in a file, or in a folder and all folders below it; hidden files are left alone.

    Raises:
        VolumeError: nothing is there, no file is a DICOM picture, or a file is damaged.
    """
    if not path.exists():
        raise VolumeError(f"There is no file or folder {path}; check its name.", path=path)
    files = list(_files(path)) if path.is_dir() else [path]
    by_file = [_read(file) for file in files]
    found = Found([each for slices in by_file for each in slices], sum(not slices for slices in by_file))
    if not found.slices:
        raise VolumeError(_nothing(path, len(files)), path=path)
    return found


def holds_dicom(files: Iterable[Path]) -> bool:
    """Whether one of the files begins like DICOM: a guess, of which 132 bytes each are read."""
    for file in files:
        with suppress(OSError):
            if file.is_file() and looks_like_dicom(file):
                return True
    return False


def _files(folder: Path) -> Iterator[Path]:
    n = 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            n += 1
            if n > _MOST_FILES:
                raise VolumeError(
                    f"{folder} holds more than {_MOST_FILES:,} files, too many for one examination; "
                    "choose the folder of one series.",
                    path=folder,
                )
            yield Path(here, name)


def _read(file: Path) -> list[Slice]:
    try:
        if looks_like_dicom(file):
            return read_slices(file)
        empty = file.stat().st_size == 0
    except OSError as error:
        raise VolumeError(f"{file} cannot be read ({error.strerror}).", path=file) from error
    if file.suffix.lower() in (".dcm", ".dicom") or empty:
        raise VolumeError(
            f"{file.name} {'is empty' if empty else 'is named like DICOM, but is none'}: its slice may be "
            "missing. Copy it again from where it came from, or take it out of the folder.",
            path=file,
        )
    return []


def _nothing(path: Path, n_files: int) -> str:
    if path.is_dir():
        return (
            f"Expected a DICOM series in {path}, but none of its {n_files} files is a DICOM picture; choose "
            "the folder with the slices."
        )
    return (
        f"{path.name} is no DICOM picture (it may be a report, a segmentation or another kind of file); "
        "choose the folder with the slices, or a DICOM file of many frames."
    )
