"""Reading of MOTS: texts with a line per mask, and PNGs of 16 bits."""

from __future__ import annotations

import re
from pathlib import Path

from dwell.errors import BadLabels
from dwell.formats.found import FoundVideo
from dwell.formats.indexed_folder import IndexedFolder, counting_files, folders_of_pngs, pngs_in, scan_folder
from dwell.formats.indexed_png import kind_of
from dwell.formats.mots_classes import PER_CLASS, is_ignored, names_beside, things_of
from dwell.formats.mots_texts import MotsText, guess_start
from dwell.types import ProgressFn

__all__ = ["is_mots", "read_mots"]

_LINE = re.compile(rb"\s*\d+( \d+){4} \S+\s*")
_NOT_MASKS = ("labels.txt", "seqmap.txt")


def is_mots(path: Path) -> bool:
    """Texts or PNGs of this format; only the first line, or the first bytes, are read."""
    texts = _texts(path)
    if texts:
        with texts[0].open("rb") as lines:
            return _LINE.fullmatch(lines.readline(1 << 20)) is not None
    folders = _png_folders(path)
    kind = kind_of(pngs_in(folders[0])[0]) if folders else None
    return kind is not None and kind.is_grey and kind.bits == 16


def read_mots(path: Path, progress: ProgressFn | None) -> list[FoundVideo]:
    """Every video in a folder, or that of a file.

    Raises:
        BadLabels: there is none, or one is damaged.
    """
    texts, folders = _texts(path), _png_folders(path)
    if texts:
        found = []
        for done, file in enumerate(texts, start=1):
            found.append(MotsText(file).read())
            if progress is not None:
                progress(done, len(texts))
        return found
    if not folders:
        raise BadLabels(
            f"{path}: expected gt/gt.txt, folders that have one, instances_txt, or instances with PNGs; "
            "found none. Name the folder of the video or the .txt itself.",
            path=path,
        )
    seen = counting_files(folders, progress)
    return [_of_pngs(scan_folder(folder, seen)) for folder in folders]


def _texts(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    for pattern in ("gt.txt", "gt/gt.txt", "*/gt/gt.txt", "*/*/gt/gt.txt", "instances_txt/*.txt", "*.txt"):
        if files := sorted(file for file in path.glob(pattern) if file.name not in _NOT_MASKS):
            return files
    return []


def _png_folders(path: Path) -> list[Path]:
    below = path / "instances"
    return folders_of_pngs(below if below.is_dir() else path, 1)


def _of_pngs(scan: IndexedFolder) -> FoundVideo:
    numbers, start, notes = scan.frame_numbers, 0, list[str]()
    name = scan.path.resolve().name
    if numbers is not None:
        start, notes = guess_start(numbers, name)
        numbers = [number - start for number in numbers]
    ids = [id for id in scan.all_numbers if not is_ignored(id)]
    if ids and ids[0] < PER_CLASS:
        raise BadLabels(
            f"{scan.path}: expected numbers from 1000 on, 1000 times the class and the instance; found "
            f"{ids[0]}. PNGs whose numbers are ids alone are read as davis.",
            path=scan.path,
        )
    things = things_of({id: id // PER_CLASS for id in ids}, names_beside(scan.files[0]))
    keys = {id: thing.key for id, thing in things.items()}
    ignored = scan.count({id: id for id in scan.all_numbers if is_ignored(id)})
    if ignored:
        notes.append(f"{name}: regions to ignore, which are left out: {ignored}.")
    return FoundVideo(
        name,
        scan.size_hw,
        scan.names,
        numbers,
        list(things.values()),
        lambda: scan.labels(keys),
        scan.count(keys),
        tuple(notes),
        numbers_are_names=start == 0,
    )
