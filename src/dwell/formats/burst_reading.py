"""BURST read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dwell.formats.found import FoundLabel, FoundThing, FoundVideo
from dwell.formats.json_reading import Entry, head_has, json_files, read_files
from dwell.formats.segmentations import mask_of_counts
from dwell.formats.things_found import category_names, check_keys, check_once, stem_of, thing_of
from dwell.types import ProgressFn, State

__all__ = ["fits", "read_burst"]


def fits(path: Path) -> bool:
    """A JSON file of sequences with annotated images, or a folder with such."""
    return any(_fits(file) for file in json_files(path))


def _fits(file: Path) -> bool:
    return head_has(file, "sequences", "annotated_image_paths")


def read_burst(path: Path, progress: ProgressFn | None = None) -> list[FoundVideo]:
    """The sequences of a file, or of all files of a folder.

    Raises:
        BadLabels: see ``LabelFormat.read``; for damaged run lengths, when the labels are gone through.
    """
    found = []
    for root in read_files(path, _fits, "with sequences", progress):
        categories = category_names(root.by_id("categories"))
        found += [_video(sequence, categories) for sequence in root.entries("sequences")]
    return found


def _video(sequence: Entry, categories: dict[int, str]) -> FoundVideo:
    size_hw = sequence.size_hw()
    names, numbers = _frames(sequence)
    frames = list(sequence.entries("segmentations"))
    sequence.items("segmentations", len(names))
    category_of = _categories(sequence, frames, categories)
    shift = int(0 in category_of)
    own = Entry(sequence.path, f"{sequence.key}.tracks", sequence.get("tracks") or {})
    things = {number: _thing(own, number, shift, category) for number, category in category_of.items()}
    check_keys(sequence.path, sequence.key, list(things.values()))

    def labels() -> Iterator[FoundLabel]:
        for place, frame in enumerate(frames):
            for number in sorted(map(int, frame.fields)):
                yield _label(frame.inner(str(number)), things[number].key, place, size_hw)

    return FoundVideo(
        sequence.some_text("video") or sequence.text("seq_name"),
        size_hw,
        names,
        numbers,
        sorted(things.values(), key=lambda each: each.key),
        labels,
        sum(len(frame.fields) for frame in frames),
    )


def _frames(sequence: Entry) -> tuple[list[str], list[int] | None]:
    """Names of the annotated frames, and their places among all frames where the file lists those."""
    names = [stem_of(file) for file in sequence.texts("annotated_image_paths")]
    check_once(sequence, "annotated_image_paths", names)
    if not sequence.has("all_image_paths"):
        return names, None
    places = {stem_of(file): i for i, file in enumerate(sequence.texts("all_image_paths"))}
    for i, name in enumerate(names):
        if name not in places:
            raise sequence.bad(f"annotated_image_paths[{i}]", "one of all_image_paths", name)
    return names, [places[name] for name in names]


def _categories(sequence: Entry, frames: list[Entry], categories: dict[int, str]) -> dict[int, str | None]:
    """Category of each track id, also of those that only frames name: results of open-world trackers."""
    listed = Entry(
        sequence.path, f"{sequence.key}.track_category_ids", sequence.get("track_category_ids") or {}
    )
    found: dict[int, str | None] = {}
    for name in listed.fields:
        number = listed.whole(name)
        if number not in categories:
            raise listed.bad(name, "the id of one of the categories", number)
        found[_number(listed, name)] = categories[number]
    for frame in frames:
        for name in frame.fields:
            found.setdefault(_number(frame, name), None)
    return found


def _number(entry: Entry, name: str) -> int:
    if not name.isdecimal() or not name.isascii() or name != str(int(name)):
        raise entry.bad("", "track ids that are whole numbers", name)
    return int(name)


def _thing(own: Entry, number: int, shift: int, category: str | None) -> FoundThing:
    entry = own.inner(str(number)) if own.has(str(number)) else Entry(own.path, own.key, {})
    return thing_of(entry, number + shift, category)


def _label(entry: Entry, key: int, place: int, size_hw: tuple[int, int]) -> FoundLabel:
    mask = mask_of_counts(entry, "rle", entry.text("rle"), size_hw)
    if not mask:
        return FoundLabel(key, place, state=State.ABSENT)
    by_person = entry.get("is_gt") is not False
    score = None if by_person else entry.share("score")
    return FoundLabel(key, place, mask, score=score, keyframe=by_person)
