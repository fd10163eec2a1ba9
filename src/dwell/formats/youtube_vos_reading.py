"""Reading of YouTube-VOS: the data set, a part of it, or its PNGs alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dwell.errors import BadLabels
from dwell.formats.found import FoundThing, FoundVideo
from dwell.formats.indexed_folder import IndexedFolder, counting_files, folders_of_pngs, scan_folder
from dwell.formats.json_reading import Entry, read_json
from dwell.types import ProgressFn

__all__ = ["is_youtube_vos", "read_youtube_vos"]

_COLOUR = re.compile("#[0-9a-fA-F]{6}")


def is_youtube_vos(path: Path) -> bool:
    """A folder with ``Annotations`` and ``meta.json``, or one that has such a part."""
    return any((part / "meta.json").is_file() for part in _parts(path))


def read_youtube_vos(path: Path, progress: ProgressFn | None) -> list[FoundVideo]:
    """Every video of a data set.

    Raises:
        BadLabels: there is none, or PNGs and ``meta.json`` contradict each other.
    """
    parts = _parts(path)
    if not parts:
        raise BadLabels(
            f"{path}: expected a folder Annotations with a folder of PNGs for each video; found none. Name "
            "the folder of the data set, or of its part train or valid.",
            path=path,
        )
    videos = [video for part in parts for video in _videos(part)]
    _check_once(videos, path)
    seen = counting_files([video.folder for video in videos], progress)
    return [video.read(scan_folder(video.folder, seen)) for video in videos]


def _parts(path: Path) -> list[Path]:
    """The folders that have ``Annotations``."""
    if path.name == "Annotations" and path.is_dir():
        return [path.parent]
    return [
        part for part in (path, *(path / name for name in ("train", "valid", "test"))) if _has_masks(part)
    ]


def _has_masks(part: Path) -> bool:
    return (part / "Annotations").is_dir()


@dataclass(frozen=True)
class _Video:
    """A folder of PNGs and what ``meta.json`` says of it."""

    folder: Path
    objects: Entry | None
    """None: there is no ``meta.json``."""

    def read(self, scan: IndexedFolder) -> FoundVideo:
        things = self._things(scan)
        keys = {thing.key: thing.key for thing in things}
        return FoundVideo(
            self.folder.name,
            scan.size_hw,
            scan.names,
            scan.frame_numbers,
            things,
            lambda: scan.labels(keys),
            scan.count(keys),
            tuple(self._lost(scan)),
            numbers_are_names=True,
        )

    def _things(self, scan: IndexedFolder) -> list[FoundThing]:
        if self.objects is None:
            return [FoundThing(n, f"object {n}", colour=scan.colour_of(n)) for n in scan.all_numbers]
        things = {key: _thing(key, place, scan) for key, place in _by_key(self.objects)}
        for file, numbers in zip(scan.files, scan.numbers, strict=True):
            unknown = sorted(set(numbers) - things.keys())
            if unknown:
                raise self.objects.bad(
                    "",
                    f"an object {unknown[0]}, which has pixels in {file.name}",
                    "nothing",
                    "add it, or move meta.json away to read the PNGs without categories",
                )
        return [things[key] for key in sorted(things)]

    def _lost(self, scan: IndexedFolder) -> Iterator[str]:
        shown = {(name, n) for name, each in zip(scan.names, scan.numbers, strict=True) for n in each}
        listed = {(name, key) for key, names in self._listed() for name in names}
        if n := len(listed - shown):
            yield (
                f"{self.folder.name}: {n} {'frame' if n == 1 else 'frames'} that meta.json lists for an "
                "object have no PNG with a pixel of it."
            )

    def _listed(self) -> Iterator[tuple[int, list[str]]]:
        for key, place in _by_key(self.objects) if self.objects is not None else ():
            yield key, place.texts("frames") if place.has("frames") else []


def _videos(part: Path) -> Iterator[_Video]:
    meta = part / "meta.json"
    videos = read_json(meta).inner("videos") if meta.is_file() else None
    for folder in folders_of_pngs(part / "Annotations", 1):
        if folder == part / "Annotations":
            raise BadLabels(
                f"{folder}: expected a folder for each video; found PNGs. Read them as davis.", path=folder
            )
        yield _Video(folder, videos.inner(folder.name).inner("objects") if videos is not None else None)


def _check_once(videos: list[_Video], path: Path) -> None:
    if not videos:
        raise BadLabels(
            f"{path}: expected a folder of PNGs for each video in Annotations; found none. Copy the data set "
            "again.",
            path=path,
        )
    names = [video.folder.name for video in videos]
    for name in names:
        if names.count(name) > 1:
            raise BadLabels(
                f"{path} has the video {name!r} in two parts; name the folder of one part.", path=path
            )


def _by_key(objects: Entry) -> Iterator[tuple[int, Entry]]:
    for name, place in objects.members():
        if not (name.isascii() and name.isdigit() and 0 < int(name) < 256):
            raise objects.bad("", "ids of objects from 1 to 255", name)
        yield int(name), place


def _thing(key: int, place: Entry, scan: IndexedFolder) -> FoundThing:
    category, colour = place.text("category"), place.colour("colour")
    return FoundThing(
        key,
        place.some_text("name") or f"{category} {key}",
        category,
        colour.lower() if colour is not None else scan.colour_of(key),
    )
