"""JSON labels that are written as they are made: files by split, lists line by line, ids of all videos."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dwell.files import replacing
from dwell.formats.categories import category_of
from dwell.formats.contract import Labels
from dwell.formats.folders import refuse_others
from dwell.masks import Masklet
from dwell.types import AOI

__all__ = ["Track", "dump", "own_keys", "split_files", "tracks_of", "write_list", "writing"]


@dataclass(frozen=True)
class Track:
    """One AOI of one video in a file with several."""

    track_id: int
    """Unique in the file; of the first video, the object_id."""
    video_id: int
    """1, 2, … in order of the videos."""
    labels: Labels
    masklet: Masklet
    category_id: int

    @property
    def aoi(self) -> AOI:
        """Whose track it is."""
        return self.masklet.aoi


def tracks_of(videos: Sequence[Labels], category_ids: dict[str, int]) -> list[Track]:
    """The AOIs of all videos, video by video in order of object_id; track_ids never meet."""
    tracks, offset = [], 0
    for video_id, labels in enumerate(videos, start=1):
        for each in sorted(labels.masklets, key=lambda each: each.aoi.object_id):
            category_id = category_ids[category_of(each.aoi)]
            tracks.append(Track(offset + each.aoi.object_id, video_id, labels, each, category_id))
        offset += max((aoi.object_id for aoi in labels.aois), default=0)
    return tracks


def own_keys(aoi: AOI) -> dict[str, Any]:
    """What the formats have no key for, under keys of our own, so that an AOI comes back as it was."""
    return {
        "aoi": aoi.name,
        "object_id": aoi.object_id,
        "colour": aoi.colour,
        "aoi_category": aoi.category,
        "part_of": aoi.part_of,
    }


def split_files(videos: Sequence[Labels], out: Path, stem: str) -> dict[Path, list[Labels]]:
    """``<stem>.json`` for all videos; with videos of both splits, ``<stem>_train.json`` and ``_val.json``.

    Raises:
        OutputError: there is one of an older export that was split otherwise, which would be read with these.
    """
    by_split: dict[str, list[Labels]] = {}
    for labels in videos:
        by_split.setdefault(labels.split, []).append(labels)
    if len(by_split) == 1:
        files = {out / f"{stem}.json": list(videos)}
    else:
        files = {out / f"{stem}_{split}.json": by_split[split] for split in sorted(by_split)}
    for ending in ("", "_train", "_val"):
        refuse_others(out, {path.name for path in files}, f"{stem}{ending}.json")
    return files


@contextmanager
def writing(paths: Iterable[Path]) -> Iterator[list[IO[bytes]]]:
    """Files to write, which appear together when the block ends well, and not at all otherwise."""
    with ExitStack() as appearing, ExitStack() as opened:
        temporary = [appearing.enter_context(replacing(path)) for path in paths]
        yield [opened.enter_context(each.open("wb")) for each in temporary]


def write_list(file: IO[bytes], name: str, lines: Iterable[bytes]) -> int:
    """Write ``"name": [`` … ``]``, an element a line; how many there were."""
    file.write(b'"%b": [' % name.encode())
    n_lines = 0
    for n_lines, line in enumerate(lines, start=1):
        file.write(b",\n" if n_lines > 1 else b"\n")
        file.write(line)
    file.write(b"\n]" if n_lines else b"]")
    return n_lines


def dump(value: Any) -> bytes:
    """JSON in UTF-8; NaN is refused."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
