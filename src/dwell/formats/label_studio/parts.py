"""What a task of Label Studio says: areas on frames, each with the thing it belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from dwell.formats.found import Known
from dwell.formats.label_studio.regions import AREAS, Box, Place, Region, area_of, boxes_of
from dwell.formats.label_studio.tasks import TaskFile
from dwell.masks import Mask

__all__ = ["Losses", "Part", "Picture", "Thing", "parts_of"]

_UPLOADED = re.compile(r"[0-9a-f]{8}-(?=.)")
"""What Label Studio puts before the name of a file that was uploaded."""

Thing = tuple[str, int, str]
"""``("id", object_id, "")``, ``("region", number, "")`` or ``("label", 0, label)``."""


@dataclass(frozen=True)
class Picture:
    """A task that is a picture, or a whole video."""

    video: str
    name: str
    """Of the picture, without its ending; empty: a video."""
    frame_idx: int | None
    """Of the picture; None: not said."""
    n_frames: int
    """Of a video, as far as said."""
    place: Place


@dataclass(frozen=True)
class Part:
    """One region on one frame."""

    video: str
    thing: Thing
    label: str
    aoi: str
    frame: int
    """frame_idx of a video; a picture's place among its video's."""
    area: Mask | Box
    size_hw: tuple[int, int]
    keyframe: bool
    score: float | None
    place: Place


@dataclass
class Losses:
    """What cannot be kept, counted by sentences with ``{n}`` in them."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence each."""
        return tuple(sentence.replace("{n}", str(n)) for sentence, n in self.counts.items())


def parts_of(file: TaskFile, known: Known, losses: Losses) -> Iterator[Picture | Part]:
    """Every task, and after it what is on its frames.

    Raises:
        BadLabels: a task says what Label Studio does not allow.
    """
    n_pictures: Counter[str] = Counter()
    n_regions: Counter[str] = Counter()
    for number, (line, task) in enumerate(file.tasks()):
        place = Place(file.path, line, f"[{number}]")
        values = place.mapping(task)
        picture = _picture(values, place, file.path)
        yield picture
        for region, by_person in _regions(values, place, losses):
            if picture.name:
                yield from _on_picture(region, picture, n_pictures[picture.video], by_person, known, losses)
            else:
                yield from _in_video(region, picture, n_regions[picture.video], by_person, known, losses)
                n_regions[picture.video] += 1
        n_pictures[picture.video] += 1


def _picture(task: dict[str, Any], place: Place, path: Path) -> Picture:
    data = (place / "data").mapping(task.get("data"))
    if isinstance(data.get("video"), str):
        name = _name_of(data["video"])
        n_frames = [r.get("value", {}).get("framesCount", 0) for r in _all_regions(task)]
        return Picture(name, "", None, max((n for n in n_frames if isinstance(n, int)), default=0), place)
    images = [
        v for k, v in data.items() if isinstance(v, str) and (k == "image" or v.lower().endswith(_ENDINGS))
    ]
    if not images:
        raise (place / "data").bad(
            "expected the address of a video or an image; this is another kind of task."
        )
    frame = data.get("frame_idx")
    is_frame = isinstance(frame, int) and not isinstance(frame, bool) and frame >= 0
    video = data.get("video_name")
    stem = PurePosixPath(_name_of(images[0])).stem
    return Picture(
        video if isinstance(video, str) else path.stem, stem, frame if is_frame else None, 0, place
    )


_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")


def _all_regions(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in (*(task.get("annotations") or ()), *(task.get("predictions") or ())):
        for region in (each.get("result") or ()) if isinstance(each, dict) else ():
            if isinstance(region, dict) and isinstance(region.get("value"), dict):
                yield region


def _name_of(address: str) -> str:
    name = re.split(r"[/\\]|\?d=", address)[-1].split("?")[0]
    return _UPLOADED.sub("", name, count=1) if "/upload/" in address else name or address


def _regions(task: dict[str, Any], place: Place, losses: Losses) -> Iterator[tuple[Region, bool]]:
    """The regions of the first annotation, or of the first prediction; and whether a person made them."""
    for key in ("annotations", "completions", "predictions"):
        made = (place / key).items(task.get(key) or [])
        kept = [i for i, each in enumerate(made) if not (place / key / i).mapping(each).get("was_cancelled")]
        if not kept:
            continue
        if len(kept) > 1:
            losses.counts[f"{{n}} further {key} of tasks that have several: the first of each is taken."] += (
                len(kept) - 1
            )
        where = place / key / kept[0] / "result"
        for i, each in enumerate(where.items(made[kept[0]].get("result") or [])):
            yield Region(where / i, (where / i).mapping(each)), key != "predictions"
        return


def _size_of(region: Region, known: Known) -> tuple[int, int]:
    size_hw = region.size_hw or known.size_hw
    if size_hw is None:
        raise region.place.bad(
            "positions are in percent, and no original_width= says of how many pixels; name the video that "
            "the labels belong to."
        )
    return size_hw


def _on_picture(
    region: Region, picture: Picture, number: int, by_person: bool, known: Known, losses: Losses
) -> Iterator[Part]:
    if region.type not in AREAS:
        losses.counts[f"{{n}} × {region.type}: it has no area, so it is no AOI."] += 1
        return
    if region.values.get("image_rotation"):
        losses.counts["{n} regions were drawn on a turned picture, and are left out."] += 1
        return
    size_hw = _size_of(region, known)
    area = area_of(region, size_hw)
    if area is None:
        losses.counts["{n} regions have no pixel in the picture."] += 1
        return
    own = region.object_id
    thing: Thing = ("id", own, "") if own else ("label", 0, region.label)
    yield _part(region, picture, thing, number, area, size_hw, by_person)


def _in_video(
    region: Region, picture: Picture, number: int, by_person: bool, known: Known, losses: Losses
) -> Iterator[Part]:
    if region.type != "videorectangle":
        losses.counts[f"{{n}} × {region.type}: it has no area, so it is no AOI."] += 1
        return
    size_hw = _size_of(region, known)
    own = region.object_id
    thing: Thing = ("id", own, "") if own else ("region", number, "")
    for frame, area, is_key in boxes_of(region, size_hw):
        if area is None:
            losses.counts["{n} boxes have no pixel in the picture."] += 1
        else:
            yield _part(region, picture, thing, frame, area, size_hw, by_person and is_key)


def _part(
    region: Region,
    picture: Picture,
    thing: Thing,
    frame: int,
    area: Mask | Box,
    size_hw: tuple[int, int],
    by_person: bool,
) -> Part:
    keyframe = by_person and region.values.get("origin") != "prediction"
    score = region.values.get("score")
    is_share = isinstance(score, (int, float)) and 0 <= score <= 1
    where = region.place
    aoi = region.note if thing[0] == "id" else ""
    said = score if is_share else None
    return Part(picture.video, thing, region.label, aoi, frame, area, size_hw, keyframe, said, where)
