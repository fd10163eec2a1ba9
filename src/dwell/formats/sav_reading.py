"""SA-V read: manual and automatic masklets of a video."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from pathlib import Path

from dwell.formats.found import FoundLabel, FoundThing, FoundVideo
from dwell.formats.json_reading import Entry, head_has, json_files, read_files
from dwell.formats.segmentations import mask_of
from dwell.formats.things_found import check_keys, thing_of
from dwell.types import ProgressFn, State

__all__ = ["fits", "read_sav"]

_THEIR_STEP = 4
"""SA-V is annotated on every fourth frame."""


def fits(path: Path) -> bool:
    """A JSON file of masklets, such as ``sav_000001_manual.json``, or a folder with such."""
    return any(_fits(file) for file in json_files(path))


def _fits(file: Path) -> bool:
    return head_has(file, "masklet")


def read_sav(path: Path, progress: ProgressFn | None = None) -> list[FoundVideo]:
    """The videos of a file, or of all files of a folder.

    The frames of the lists are every n-th of the video: n is ``frame_step`` in our own files, in others 4,
    or else what fits ``video_frame_count``. An empty mask means that the AOI is absent, unless our own file
    says that nothing is known. Where a folder has manual and automatic masklets of one video, ids of the
    latter follow those of the former.

    Raises:
        BadLabels: see ``LabelFormat.read``; for damaged run lengths, when the labels are gone through.
    """
    found: dict[str, FoundVideo] = {}
    roots = list(read_files(path, _fits, "with masklets", progress))
    for root in sorted(roots, key=lambda each: each.path.stem.endswith("_auto")):
        video = _File(root).video()
        other = found.get(video.name)
        found[video.name] = video if other is None else _together(other, video, root)
    return [found[name] for name in sorted(found)]


class _File:
    """One file, checked."""

    def __init__(self, root: Entry) -> None:
        self.root = root
        self.size_hw = root.size_hw("video_height", "video_width")
        self.ids = root.wholes("masklet_id")
        self.lists = root.items("masklet")
        self.things, self.unanswered = self._objects()
        check_keys(root.path, root.text("video_id"), self.things)
        for i, each in enumerate(self.lists):
            if not isinstance(each, list) or len(each) not in (0, len(self.ids)):
                expected = f"a list of {len(self.ids)} masks, as there are masklet_ids"
                raise root.bad(f"masklet[{i}]", expected, each)
        types = root.items("masklet_type", len(self.ids)) if root.has("masklet_type") else []
        self.auto = [each == "auto" for each in types] or [False] * len(self.ids)
        self.places = [i for i, each in enumerate(self.lists) if each or not self.ids]
        """Of the lists that have masks; a frame that was not chosen has an empty one."""

    def video(self) -> FoundVideo:
        """The labels of this file."""
        step, notes = self._step()
        numbers = [place * step for place in self.places]
        return FoundVideo(
            self.root.text("video_id"),
            self.size_hw,
            [str(number) for number in numbers],
            numbers,
            sorted(self.things, key=lambda each: each.key),
            self.labels,
            sum(1 for _ in self._masks()),
            (*notes, *self._left_out()),
        )

    def labels(self) -> Iterator[FoundLabel]:
        """Frame by frame."""
        for frame, place, i in self._masks():
            mask = mask_of(self.root, f"masklet[{place}][{i}]", self.lists[place][i], self.size_hw)
            state = State.VISIBLE if mask else State.ABSENT
            yield FoundLabel(self.things[i].key, frame, mask or None, state=state, keyframe=not self.auto[i])

    def _masks(self) -> Iterator[tuple[int, int, int]]:
        """Of each mask that is an answer: the frame, the place of its list, and its place there."""
        for frame, place in enumerate(self.places):
            for i, unanswered in enumerate(self.unanswered):
                if place not in unanswered:
                    yield frame, place, i

    def _objects(self) -> tuple[list[FoundThing], list[set[int]]]:
        """The things, and the places where an empty mask of theirs is no answer; by our own keys."""
        if not self.root.has("objects"):
            names = [Entry(self.root.path, f"masklet_id[{i}]", {}) for i in range(len(self.ids))]
            shift = int(0 in self.ids)
            things = zip(names, self.ids, strict=True)
            return [thing_of(entry, number + shift, None) for entry, number in things], [set() for _ in names]
        self.root.items("objects", len(self.ids))
        objects = list(self.root.entries("objects"))
        things_of = [thing_of(each, i + 1, None) for i, each in enumerate(objects)]
        return things_of, [set(each.wholes("unanswered")) for each in objects]

    def _step(self) -> tuple[int, list[str]]:
        """Every which frame of the video has a list, and what was assumed of it."""
        given = self.root.some_whole("frame_step", 1)
        count, n_lists = self.root.some_whole("video_frame_count"), len(self.lists)
        if given is not None:
            return given, []
        if not count or not n_lists:
            return _THEIR_STEP, [
                f"Without video_frame_count, lists were taken to be {_THEIR_STEP} frames apart."
            ]
        for step in (_THEIR_STEP, max(1, round(count / n_lists))):
            if math.ceil(count / step) == n_lists:
                return step, []
        return step, [
            f"{n_lists} lists do not fit {count} frames; they were taken to be {step} frames apart."
        ]

    def _left_out(self) -> Iterator[str]:
        scores = self.root.get("masklet_stability_score") or []
        n_scored = sum(each is not None for each in scores) if isinstance(scores, list) else 0
        if n_scored:
            yield f"{n_scored} masklets have stability scores, which were left out."


def _together(manual: FoundVideo, auto: FoundVideo, root: Entry) -> FoundVideo:
    """Both of one video; frames are those of the first, whose ids stay as they are."""
    if (manual.size_hw, manual.numbers) != (auto.size_hw, auto.numbers):
        raise root.bad("masklet", f"the frames and size of the other file of {manual.name}", "others")
    offset = max((each.key for each in manual.things), default=0)
    things = [
        replace(each, key=each.key + offset, name=f"object {each.key + offset}")
        if each.name == f"object {each.key}"
        else replace(each, key=each.key + offset)
        for each in auto.things
    ]

    def labels() -> Iterator[FoundLabel]:
        shifted = (replace(each, key=each.key + offset) for each in auto.labels())
        return merge(manual.labels(), shifted, key=lambda each: each.frame)

    return replace(
        manual,
        things=[*manual.things, *things],
        labels=labels,
        n_labels=manual.n_labels + auto.n_labels,
        lost=(*manual.lost, *auto.lost),
    )
