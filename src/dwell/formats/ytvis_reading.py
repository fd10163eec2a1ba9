"""YouTube-VIS read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dwell.formats.found import FoundLabel, FoundThing, FoundVideo
from dwell.formats.json_reading import Entry, head_has, json_files, read_files
from dwell.formats.segmentations import mask_of
from dwell.formats.things_found import category_names, check_keys, check_once, stem_of, thing_of
from dwell.types import ProgressFn, State

__all__ = ["fits", "read_ytvis"]

_CROWD = "{n} tracks are crowds (iscrowd 1); they become AOIs like any other."


def fits(path: Path) -> bool:
    """A JSON file with videos and a list of segmentations a track, or a folder with such."""
    return any(_fits(file) for file in json_files(path))


def _fits(file: Path) -> bool:
    others = ("sequences", "annotated_image_paths", "masklet")
    return head_has(file, "segmentations", "file_names") and not head_has(file, *others)


def read_ytvis(path: Path, progress: ProgressFn | None = None) -> list[FoundVideo]:
    """The videos of a file, or of all files of a folder.

    Raises:
        BadLabels: see ``LabelFormat.read``; for damaged run lengths, when the labels are gone through.
    """
    files = read_files(path, _fits, "with videos and a list of segmentations a track", progress)
    return [video for root in files for video in _read_file(root)]


def _read_file(root: Entry) -> list[FoundVideo]:
    root.need("videos", "a list of videos")
    videos = root.by_id("videos")
    categories = category_names(root.by_id("categories"))
    tracks: dict[int, list[Entry]] = {number: [] for number in videos}
    for track in root.by_id("annotations").values():  # validation and test sets come without
        video_id = track.whole("video_id")
        if video_id not in videos:
            raise track.bad("video_id", "the id of one of the videos", video_id)
        if track.whole("category_id") not in categories:
            raise track.bad("category_id", "the id of one of the categories", track.get("category_id"))
        tracks[video_id].append(track)
        track.items("segmentations", len(videos[video_id].items("file_names")))
    return [_video(entry, tracks[number], categories) for number, entry in videos.items()]


def _video(video: Entry, tracks: list[Entry], categories: dict[int, str]) -> FoundVideo:
    size_hw = video.size_hw()
    names = _names(video)
    shift = int(any(track.whole("id") == 0 for track in tracks))
    things = [_thing(track, shift, categories) for track in tracks]
    check_keys(video.path, video.key, things)
    n_crowds = sum(track.get("iscrowd") == 1 for track in tracks)
    masks = [track.items("segmentations") for track in tracks]

    def labels() -> Iterator[FoundLabel]:
        for frame in range(len(names)):
            for track, thing, values in zip(tracks, things, masks, strict=True):
                if values[frame] is not None:
                    yield _label(track, thing, frame, size_hw)

    return FoundVideo(
        video.some_text("name") or _folder(video),
        size_hw,
        names,
        _numbers(video, len(names)),
        sorted(things, key=lambda each: each.key),
        labels,
        sum(value is not None for values in masks for value in values),
        (_CROWD.format(n=n_crowds),) if n_crowds else (),
    )


def _thing(track: Entry, shift: int, categories: dict[int, str]) -> FoundThing:
    return thing_of(track, track.whole("id") + shift, categories[track.whole("category_id")])


def _label(track: Entry, thing: FoundThing, frame: int, size_hw: tuple[int, int]) -> FoundLabel:
    name = f"segmentations[{frame}]"
    mask = mask_of(track, name, track.items("segmentations")[frame], size_hw)
    if not mask:
        return FoundLabel(thing.key, frame, state=State.ABSENT)
    return FoundLabel(thing.key, frame, mask)


def _names(video: Entry) -> list[str]:
    names = [stem_of(file) for file in video.texts("file_names")]
    check_once(video, "file_names", names)
    return names


def _numbers(video: Entry, n_frames: int) -> list[int] | None:
    """Of our own files; others have names only."""
    if not video.has("frame_idx"):
        return None
    return video.ascending("frame_idx", n_frames)


def _folder(video: Entry) -> str:
    """The folder of the video's pictures, which is its name."""
    files = video.items("file_names")
    folder = Path(str(files[0]).replace("\\", "/")).parent.name if files else ""
    return folder or f"video {video.whole('id')}"
