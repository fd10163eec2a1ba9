"""COCO read: instances of pictures, or of videos as CocoVID and TAO have them, and our own files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dwell.formats.coco_pictures import Pictures, pictures_by_video
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo, Known
from dwell.formats.json_reading import Entry, head_has, json_files, read_files
from dwell.formats.segmentations import mask_of
from dwell.formats.things_found import category_names, check_keys, thing_of
from dwell.masks import Mask
from dwell.types import ProgressFn

__all__ = ["fits", "read_coco"]

_CROWD = "{n} annotations are crowds (iscrowd 1); they become masks like any other."
_JOINED = (
    "{n} annotations have no track_id and share their image with another of their category; each such group "
    "is one mask."
)
_NOWHERE = "{n} annotations have neither segmentation nor bbox and were left out."
_KEYPOINTS = "{n} annotations have keypoints, which were left out."
_RECATEGORISED = "{n} annotations have another category than their track's first one; the first one holds."


def fits(path: Path) -> bool:
    """A JSON file with images and annotations, or a folder with such, itself or in ``annotations``."""
    return any(_fits(file) for file in json_files(path))


def _fits(file: Path) -> bool:
    others = ("segmentations", "file_names", "sequences", "annotated_image_paths", "masklet")
    return head_has(file, "images", "image_id") and not head_has(file, *others)


def read_coco(path: Path, known: Known | None = None, progress: ProgressFn | None = None) -> list[FoundVideo]:
    """The videos of a file, or of all files of a folder.

    Images are of one video if they have one ``video_id``; in a file without ``videos``, if their
    ``file_name`` is in one folder. A frame's number is ``frame_idx``, ``frame_index`` or ``frame_id``. A
    track is ``track_id``, ``instance_id`` or, as CVAT has it, ``attributes.track_id``; without, a category is
    one thing. Masks are run lengths, compressed or not, or polygons; without, the box is taken.

    Raises:
        BadLabels: see ``LabelFormat.read``; for damaged run lengths, when the labels are gone through.
    """
    files = read_files(path, _fits, "with images and annotations", progress)
    return [video for root in files for video in _read_file(root, known or Known())]


def _read_file(root: Entry, known: Known) -> list[FoundVideo]:
    images = root.by_id("images") if root.need("images", "a list of images") is not None else {}
    categories = category_names(root.by_id("categories"))
    tracks = root.by_id("tracks")
    annotations: dict[int, list[Entry]] = defaultdict(list)
    for each in root.entries("annotations"):
        image_id = each.whole("image_id")
        if image_id not in images:
            raise each.bad("image_id", "the id of one of the images", image_id)
        annotations[image_id].append(each)
    videos, notes = pictures_by_video(root, images, known)
    return [_video(root.path, each, annotations, _Names(categories, tracks), notes) for each in videos]


@dataclass(frozen=True)
class _Names:
    """What ids of a file stand for."""

    categories: Mapping[int, str]
    tracks: Mapping[int, Entry]

    def category(self, annotation: Entry) -> str:
        """The category of an annotation."""
        number = annotation.whole("category_id")
        if number not in self.categories:
            raise annotation.bad("category_id", "the id of one of the categories", number)
        return self.categories[number]


@dataclass
class _Collected:
    """The annotations of one video: by frame, and by the thing that they are of."""

    names: _Names
    video_id: int | None
    things: dict[tuple[str, int], FoundThing] = field(default_factory=dict)
    by_frame: dict[int, dict[tuple[str, int], list[Entry]]] = field(default_factory=lambda: defaultdict(dict))
    counted: Counter[str] = field(default_factory=Counter)

    def add(self, place: int, annotation: Entry) -> None:
        """Sort in one annotation of the frame at this place."""
        category = self.names.category(annotation)
        if not _has_outline(annotation) and not annotation.has("bbox"):
            self.counted[_NOWHERE] += 1
            return
        self.counted[_CROWD] += annotation.get("iscrowd") == 1
        self.counted[_KEYPOINTS] += annotation.has("keypoints")
        track = _track_number(annotation)
        of = ("track", track) if track is not None else ("category", annotation.whole("category_id"))
        same = self.by_frame[place].setdefault(of, [])
        if same and track is not None:
            raise annotation.bad(
                "track_id", "one annotation a track and image", f"{track}, as in {same[0].key}"
            )
        self.counted[_JOINED] += bool(same)
        same.append(annotation)
        self._name(of, annotation, category)

    def _name(self, of: tuple[str, int], annotation: Entry, category: str) -> None:
        known = self.things.get(of)
        if known is None:
            self.things[of] = self._thing(of, annotation, category)
        elif annotation.get("track_id") not in self.names.tracks and known.category != category:
            self.counted[_RECATEGORISED] += 1

    def _thing(self, of: tuple[str, int], annotation: Entry, category: str) -> FoundThing:
        kind, number = of
        if kind == "category":
            return FoundThing(number, category, category)
        return thing_of(self.names.tracks.get(number, annotation), number, category)

    def add_tracks_without_masks(self) -> None:
        """Tracks of this video that the file lists and has no annotation of."""
        for number, entry in self.names.tracks.items():
            if ("track", number) not in self.things and entry.get("video_id") == self.video_id:
                category = self.names.category(entry) if entry.has("category_id") else None
                self.things["track", number] = thing_of(entry, number, category)

    def keyed(self) -> dict[tuple[str, int], FoundThing]:
        """The things with keys from 1 on, those without a track after those with."""
        tracked = {of: each for of, each in self.things.items() if of[0] == "track"}
        shift = int(any(each.key == 0 for each in tracked.values()))
        keys = {of: each.key + shift for of, each in tracked.items()}
        free = max(keys.values(), default=0)
        for of in sorted(self.things.keys() - tracked.keys()):
            free += 1
            keys[of] = free
        return {of: _with_key(each, keys[of]) for of, each in self.things.items()}


def _video(
    path: Path,
    pictures: Pictures,
    annotations: Mapping[int, Sequence[Entry]],
    names: _Names,
    notes: list[str],
) -> FoundVideo:
    collected = _Collected(names, pictures.video_id)
    for place, image_id in enumerate(pictures.image_ids):
        for each in annotations.get(image_id, ()):
            collected.add(place, each)
    collected.add_tracks_without_masks()
    things = collected.keyed()
    check_keys(path, pictures.name, list(things.values()))
    by_frame, size_hw = collected.by_frame, pictures.size_hw

    def labels() -> Iterator[FoundLabel]:
        for place in sorted(by_frame):
            for of, entries in by_frame[place].items():
                yield _label(things[of].key, place, entries, size_hw)

    return FoundVideo(
        pictures.name,
        size_hw,
        pictures.names,
        pictures.numbers,
        sorted(things.values(), key=lambda each: each.key),
        labels,
        sum(map(len, by_frame.values())),
        (*notes, *(text.format(n=n) for text, n in collected.counted.items() if n)),
    )


def _label(key: int, place: int, entries: list[Entry], size_hw: tuple[int, int]) -> FoundLabel:
    first = entries[0]
    score = first.share("score") if len(entries) == 1 else None
    keyframe = _attributes(first).get("keyframe") is not False
    if all(not _has_outline(each) for each in entries) and len(entries) == 1:
        return FoundLabel(key, place, None, first.box_xyxy("bbox"), score=score, keyframe=keyframe)
    mask = _mask(first, size_hw)
    for each in entries[1:]:
        mask |= _mask(each, size_hw)
    return FoundLabel(key, place, mask, score=score, keyframe=keyframe)


def _mask(annotation: Entry, size_hw: tuple[int, int]) -> Mask:
    """Empty where it is too small or thin for the centre of a pixel."""
    if _has_outline(annotation):
        return mask_of(annotation, "segmentation", annotation.get("segmentation"), size_hw)
    return Mask.from_box(annotation.box_xyxy("bbox"), size_hw)


def _has_outline(annotation: Entry) -> bool:
    """An empty list stands for none: those who have boxes only write that."""
    return annotation.get("segmentation") not in (None, [])


def _track_number(annotation: Entry) -> int | None:
    for name in ("track_id", "instance_id"):
        if annotation.has(name):
            return annotation.whole(name)
    attributes = _attributes(annotation)
    if attributes.get("track_id") is None:
        return None
    return Entry(annotation.path, f"{annotation.key}.attributes", attributes).whole("track_id")


def _attributes(annotation: Entry) -> dict[str, Any]:
    value = annotation.get("attributes")
    return value if isinstance(value, dict) else {}


def _with_key(thing: FoundThing, key: int) -> FoundThing:
    name = thing.name
    if name == f"{thing.category} {thing.key}":
        name = f"{thing.category} {key}"
    return FoundThing(key, name, thing.category, thing.colour, thing.part_of)
