"""The images of a COCO file as frames of videos."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from dwell.formats.found import Known
from dwell.formats.json_reading import Entry
from dwell.formats.things_found import stem_of

__all__ = ["Pictures", "pictures_by_video"]

_NUMBERS = ("frame_idx", "frame_index", "frame_id")
"""Keys that say which frame an image is; ours, TAO's and CocoVID's."""


@dataclass(frozen=True)
class Pictures:
    """The images of one video, as its frames."""

    name: str
    video_id: int | None
    size_hw: tuple[int, int]
    image_ids: Sequence[int]
    """In order of the frames."""
    names: Sequence[str]
    numbers: Sequence[int] | None


def pictures_by_video(
    root: Entry, images: Mapping[int, Entry], known: Known
) -> tuple[list[Pictures], list[str]]:
    """The images of each video, and what was assumed of their numbers, in sentences.

    Raises:
        BadLabels: images of one video differ in size, or two are one frame.
    """
    videos = root.by_id("videos")
    number_key = next((key for key in _NUMBERS if images and all(i.has(key) for i in images.values())), None)
    groups = _groups(root, images, videos)
    first, notes = _first_number(number_key, groups)
    found = []
    for (video_id, name), members in groups.items():
        video = videos.get(video_id) if video_id is not None else None
        if number_key is not None:
            members = sorted(members, key=lambda each: each.whole(number_key, first))
        numbers = [each.whole(number_key, first) - first for each in members] if number_key else None
        names = [_name(each, numbers[i] if numbers else None) for i, each in enumerate(members)]
        _check_once(members, names, numbers)
        if number_key == "frame_id" and not _are_frames(names, numbers or []):
            numbers = None
            notes.append(
                f"The frame_id of {name} only counts its images, whose names have other numbers; the names "
                "say which frames they are."
            )
        ids = [each.whole("id") for each in members]
        found.append(Pictures(name, video_id, _size(root, members, video, known), ids, names, numbers))
    return found, notes


def _groups(
    root: Entry, images: Mapping[int, Entry], videos: Mapping[int, Entry]
) -> dict[tuple[int | None, str], list[Entry]]:
    """Images by the id and name of their video; also videos without an image."""
    groups: dict[tuple[int | None, str], list[Entry]] = defaultdict(list)
    for number, video in videos.items():
        groups[number, video.some_text("name") or f"video {number}"] = []
    names = {number: name for number, name in groups}
    for image in images.values():
        if videos:
            number = image.whole("video_id")
            if number not in names:
                raise image.bad("video_id", "the id of one of the videos", number)
            groups[number, names[number]].append(image)
        else:
            groups[image.some_whole("video_id"), _folder(root, image)].append(image)
    return groups


def _folder(root: Entry, image: Entry) -> str:
    if image.has("video_id"):
        return f"video {image.whole('video_id')}"
    file = (image.some_text("file_name") or "").replace("\\", "/")
    folder = PurePosixPath(file).parent.name
    return folder or root.path.stem


def _first_number(
    key: str | None, groups: Mapping[tuple[int | None, str], list[Entry]]
) -> tuple[int, list[str]]:
    """The number of a video's first frame, 0 or 1: other programs count either way."""
    if key is None or key == "frame_idx":
        return 0, []
    firsts = {min(each.whole(key) for each in members) for members in groups.values() if members}
    if firsts != {1}:
        return 0, []
    return 1, [f"Every video's {key} starts at 1, so it was taken to count from 1."]


def _name(image: Entry, number: int | None) -> str:
    file = image.some_text("file_name")
    if file is not None:
        return stem_of(file)
    if number is None:
        raise image.bad("file_name", "the name of the image, or its frame_idx", "nothing")
    return str(number)


def _are_frames(names: Sequence[str], numbers: Sequence[int]) -> bool:
    """Numbers grow as those in the names do; of every fifth frame some programs number only the images."""
    ends = [re.search(r"(\d{1,17})\D*$", name, re.ASCII) for name in names]
    return None in ends or len({int(end[1]) - n for end, n in zip(ends, numbers, strict=True) if end}) <= 1


def _check_once(members: list[Entry], names: list[str], numbers: list[int] | None) -> None:
    by_name = zip(members, names, ["file_name"] * len(names), strict=True)
    by_number = zip(members, map(str, numbers or []), ["frame_idx"] * len(numbers or []), strict=False)
    for each in (by_name, by_number):
        seen: dict[str, Entry] = {}
        for image, value, what in each:
            other = seen.setdefault(value, image)
            if other is not image:
                raise image.bad(what, "each frame of a video once", f"{value}, as in {other.key}")


def _size(root: Entry, members: list[Entry], video: Entry | None, known: Known) -> tuple[int, int]:
    fallback = video.size_hw() if video is not None and video.has("height") else known.size_hw
    sizes = {
        i: each.size_hw() if each.has("height") or fallback is None else fallback
        for i, each in enumerate(members)
    }
    for i, size_hw in sizes.items():
        if size_hw != sizes[0]:
            raise members[i].bad(
                "width",
                f"{sizes[0][1]}×{sizes[0][0]} px like {members[0].key}, as they are of one video",
                f"{size_hw[1]}×{size_hw[0]}",
                "put images of another size into a folder or video of their own",
            )
    if sizes:
        return sizes[0]
    if fallback is None:
        raise root.bad(
            "images", "at least one, to know their size", [], "say which recording the labels are for"
        )
    return fallback
