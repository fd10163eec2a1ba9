"""``dwell.json`` beside YOLO's files: which video, frame and AOI each line is of."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dwell.errors import BadLabels
from dwell.files import replacing
from dwell.formats.contract import Labels
from dwell.formats.found import FoundThing
from dwell.formats.limits import LARGEST

__all__ = ["TRACKS_FILE", "TrackedPicture", "TrackedVideo", "checksum_of", "read_tracks", "writing_tracks"]

TRACKS_FILE = "dwell.json"

Keep = Callable[[str, int, int, list[int], str], None]
"""Called with (place, number of the video, frame_idx, object_id of each line, text) of each file."""


@dataclass(frozen=True)
class TrackedVideo:
    """A video, and what is labelled in it."""

    name: str
    size_hw: tuple[int, int]
    things: tuple[FoundThing, ...]


@dataclass(frozen=True)
class TrackedPicture:
    """A file of labels."""

    video: TrackedVideo
    frame_idx: int
    name: str
    """The frame's in its video."""
    keys: tuple[int, ...]
    """The thing of each line."""
    checksum: int | None
    """Of the file's text; None: ``dwell.json`` does not say."""


def checksum_of(text: str) -> int:
    """The same for the same lines, whatever is between their values and at their ends."""
    return zlib.crc32("\n".join(" ".join(line.split()) for line in text.split("\n")).strip().encode())


@contextmanager
def writing_tracks(path: Path, videos: Sequence[Labels]) -> Iterator[Keep]:
    """A function that writes down the lines of one file; the whole appears when the block ends well."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"dwell": 1,\n"videos": ' + _dump([_video(labels) for labels in videos]))
        file.write(',\n"pictures": {')
        first = True

        def keep(place: str, number: int, frame_idx: int, object_ids: list[int], text: str) -> None:
            nonlocal first
            name = videos[number].names[frame_idx]
            picture = {"video": number, "frame_idx": frame_idx, "name": name, "object_ids": object_ids}
            picture["crc32"] = checksum_of(text)
            file.write(("\n" if first else ",\n") + f"{_dump(place)}: {_dump(picture)}")
            first = False

        yield keep
        file.write("\n}}\n")


def read_tracks(path: Path) -> dict[str, TrackedPicture]:
    """By place below ``labels``, without the ending; empty where there is no such file.

    Raises:
        BadLabels: the file is damaged.
    """
    if not path.is_file():
        return {}
    where = "the first character"
    try:
        content = json.loads(path.read_bytes())
        where = '"videos"'
        videos = [_found_video(each) for each in content["videos"]]
        where = '"pictures"'
        found = {}
        for place, each in content["pictures"].items():
            where = f'"pictures"[{place!r}]'
            keys = tuple(int(key) for key in each["object_ids"])
            checksum = int(each["crc32"]) if "crc32" in each else None
            found[place] = TrackedPicture(
                videos[each["video"]], int(each["frame_idx"]), str(each["name"]), keys, checksum
            )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadLabels(
            f"{path}: {where} is not as Dwell writes it ({type(error).__name__}: {error}). Take the file of "
            "the export again, or delete it; the labels are then read without tracks.",
            path=path,
        ) from error
    return found


def _video(labels: Labels) -> dict[str, Any]:
    aois = [
        {
            "object_id": aoi.object_id,
            "name": aoi.name,
            "colour": aoi.colour,
            "category": aoi.category,
            "part_of": aoi.part_of,
        }
        for aoi in labels.aois
    ]
    return {"name": labels.video, "size_hw": list(labels.size_hw), "aois": aois}


def _found_video(each: dict[str, Any]) -> TrackedVideo:
    height, width = (int(side) for side in each["size_hw"])
    return TrackedVideo(str(each["name"]), (height, width), tuple(map(_thing, each["aois"])))


def _thing(aoi: dict[str, Any]) -> FoundThing:
    object_id, category, colour, part_of = (
        aoi[key] for key in ("object_id", "category", "colour", "part_of")
    )
    for number in (object_id, part_of):
        if number is not None and (type(number) is not int or not 0 < number < LARGEST):
            raise ValueError(f"expected an object_id from 1 on, found {number!r}"[:100])
    if colour is not None and not re.fullmatch("#[0-9a-fA-F]{6}", str(colour)):
        raise ValueError(f"expected a colour #rrggbb, found {colour!r}")
    return FoundThing(
        int(object_id), str(aoi["name"]), None if category is None else str(category), colour, part_of
    )


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
