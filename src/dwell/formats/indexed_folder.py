"""Folders of PNGs whose pixels are numbers, a PNG for each frame: found, checked, read frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dwell.errors import BadLabels
from dwell.formats.found import FoundLabel
from dwell.formats.indexed_png import kind_of, read_numbers
from dwell.masks import Mask
from dwell.types import ProgressFn

__all__ = [
    "IndexedFolder",
    "counting_files",
    "folders_of_pngs",
    "natural_order",
    "number_of",
    "pngs_in",
    "scan_folder",
]


@dataclass(frozen=True)
class IndexedFolder:
    """The PNGs of one video, looked through once; what they show is read again when it is asked for."""

    path: Path
    files: Sequence[Path]
    """One per frame, in order of their names."""
    size_hw: tuple[int, int]
    """(height, width) px, of all of them."""
    numbers: Sequence[Sequence[int]]
    """For each file the numbers above 0 that it has."""
    colours: Sequence[str]
    """``#rrggbb`` of each number, as the first file has them; empty where it has none."""
    is_grey: bool
    """All of them are shades of grey."""

    @property
    def names(self) -> list[str]:
        """The frames' names: the files' without the ending."""
        return [file.stem for file in self.files]

    @property
    def frame_numbers(self) -> list[int] | None:
        """The names as numbers; None: some are none."""
        numbers = [number for name in self.names if (number := number_of(name)) is not None]
        return numbers if len(numbers) == len(self.files) else None

    @property
    def all_numbers(self) -> list[int]:
        """Every number above 0 in any of the files, ascending."""
        return sorted({number for each in self.numbers for number in each})

    def colour_of(self, number: int) -> str | None:
        """``#rrggbb`` of a number; None: it has none that could be told from the background."""
        found = self.colours[number] if number < len(self.colours) else None
        return None if found == "#000000" else found

    def count(self, numbers: Mapping[int, int]) -> int:
        """Labels of these numbers, over all frames."""
        return sum(number in numbers for each in self.numbers for number in each)

    def labels(self, keys: Mapping[int, int]) -> Iterator[FoundLabel]:
        """What each frame has of the numbers in ``keys``, with the key of the thing that each stands for."""
        for frame, (file, found) in enumerate(zip(self.files, self.numbers, strict=True)):
            wanted = [number for number in found if number in keys]
            pixels = read_numbers(file).numbers if wanted else np.zeros((0, 0), np.uint8)
            for number in wanted:
                yield FoundLabel(keys[number], frame, Mask.from_array(pixels == number))


def folders_of_pngs(path: Path, depth: int) -> list[Path]:
    """The folders with PNGs in them: this one, or else those up to ``depth`` levels below, sorted."""
    if not path.is_dir():
        return []
    if pngs_in(path):
        return [path]
    below = sorted(child for child in path.iterdir() if child.is_dir() and child.name[0] != ".")
    return [found for child in below for found in folders_of_pngs(child, depth - 1)] if depth else []


def pngs_in(folder: Path) -> list[Path]:
    """The PNGs in a folder, by name; numbers by their value."""
    found = [path for path in folder.iterdir() if path.suffix.lower() == ".png" and path.name[0] != "."]
    return sorted(found, key=lambda path: natural_order(path.stem))


def counting_files(folders: Sequence[Path], progress: ProgressFn | None) -> Callable[[], None]:
    """To be called after each PNG: tells ``progress`` how many of all in these folders are done."""
    total = sum(len(pngs_in(folder)) for folder in folders)
    done = 0

    def seen() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return seen


def scan_folder(folder: Path, seen: Callable[[], None] = lambda: None) -> IndexedFolder:
    """Look through the PNGs of a video.

    Args:
        folder: where they are.
        seen: called after each file.

    Raises:
        BadLabels: there is none; one is damaged, of another size, or named like another one.
    """
    files = pngs_in(folder)
    if not files:
        raise BadLabels(
            f"{folder} has no PNG in it; name the folder that has one for each frame.", path=folder
        )
    _check_names(files)
    first = kind_of(files[0])
    size_hw = first.size_hw if first else (0, 0)
    numbers: list[list[int]] = []
    colours: list[str] = []
    is_grey = True
    for file in files:
        read = read_numbers(file)
        if read.numbers.shape != size_hw:
            raise BadLabels(_sizes_differ(file, read.numbers.shape, files[0], size_hw), path=file)
        colours, is_grey = colours or read.colours, is_grey and read.is_grey
        numbers.append((np.flatnonzero(np.bincount(read.numbers.ravel())[1:]) + 1).tolist())
        seen()
    return IndexedFolder(folder, files, size_hw, numbers, colours, is_grey)


def _sizes_differ(file: Path, size_hw: tuple[int, ...], first: Path, first_hw: tuple[int, int]) -> str:
    return (
        f"{file} has {size_hw[1]}×{size_hw[0]} px and {first.name} {first_hw[1]}×{first_hw[0]}; all frames "
        "of a video have one size. Export them again, or move those of another video to their own folder."
    )


def _check_names(files: Sequence[Path]) -> None:
    seen: dict[int | str, Path] = {}
    for file in files:
        number = number_of(file.stem)
        other = seen.setdefault(file.stem if number is None else number, file)
        if other != file:
            raise BadLabels(
                f"{other.name} and {file.name} in {file.parent} stand for one frame; keep one of them.",
                path=file,
            )


def number_of(name: str) -> int | None:
    """The number that a frame's name is; None: it is none."""
    return int(name) if name.isascii() and name.isdigit() and len(name) < 18 else None


def natural_order(name: str) -> tuple[bool, int, str]:
    """To sort names by: numbers by their value, then the others."""
    number = number_of(name)
    return number is None, number or 0, name
