"""Which suggestions on several frames are one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count, groupby

from dwell.project import Project
from dwell.suggestions.overlap import box_iou
from dwell.suggestions.suggestion import Suggestion, Why
from dwell.types import State

__all__ = ["linked"]

LINK_IOU = 0.3
"""Box IoU on neighbouring key frames from which two suggestions of a phrase are one thing; ours."""


def linked(
    suggestions: Sequence[Suggestion], project: Project, *, one_per_phrase: bool = False
) -> list[Suggestion]:
    """The suggestions, in their order, with the number of the thing that each is.

    Those of one AOI are one thing. So are those of one phrase on neighbouring key frames whose boxes overlap
    most (greedy, one to one), and with ``one_per_phrase`` all of a phrase. What is linked so to a known AOI
    that is not seen on its own frame is that AOI, found again.

    Args:
        suggestions: by ascending frame, as ``merged`` gives them.
        project: to look whether an AOI is seen on a frame.
        one_per_phrase: there is but one thing of each phrase.
    """
    links = _Links(project, one_per_phrase)
    found: list[Suggestion] = []
    for _, group in groupby(suggestions, key=lambda each: each.frame_idx):
        found += links.frame(list(group))
    return found


class _Links:
    def __init__(self, project: Project, one_per_phrase: bool) -> None:
        self._project = project
        self._one_per_phrase = one_per_phrase
        self._numbers = count()
        self._of_aoi: dict[int, int] = {}
        self._last: list[Suggestion] = []
        """On the key frame before; with one per phrase, the last of each phrase."""

    def frame(self, here: list[Suggestion]) -> list[Suggestion]:
        """The suggestions of the next frame, numbered."""
        taken = {each.aoi for each in here if each.aoi is not None}
        matches = self._matches(here)
        done = [self._numbered(each, matches.get(slot), taken) for slot, each in enumerate(here)]
        kept = self._last if self._one_per_phrase else []
        phrases = {each.phrase for each in done}
        self._last = [each for each in kept if each.phrase not in phrases] + done
        return done

    def _matches(self, here: Sequence[Suggestion]) -> dict[int, Suggestion]:
        """Slot of a new suggestion → the one before that it goes on from; no two go on from one."""
        least = 0.0 if self._one_per_phrase else LINK_IOU
        near = [
            (-iou, slot, number)
            for slot, each in enumerate(here)
            for number, before in enumerate(self._last)
            if each.why is Why.NEW and each.phrase == before.phrase
            if (iou := box_iou(each.box_xyxy, before.box_xyxy)) >= least
        ]
        matches: dict[int, Suggestion] = {}
        used: set[int] = set()
        for _, slot, number in sorted(near):  # most overlap first
            if slot not in matches and number not in used:
                matches[slot] = self._last[number]
                used.add(number)
        return matches

    def _numbered(self, each: Suggestion, before: Suggestion | None, taken: set[int]) -> Suggestion:
        if each.aoi is not None:
            return replace(each, thing=self._thing_of(each.aoi))
        if before is None or (before.aoi is not None and self._is_seen(before.aoi, each, taken)):
            return replace(each, thing=next(self._numbers))
        if before.aoi is None:
            return replace(each, thing=before.thing)
        taken.add(before.aoi)
        return replace(each, thing=before.thing, aoi=before.aoi, why=Why.FOUND_AGAIN)

    def _thing_of(self, aoi: int) -> int:
        if aoi not in self._of_aoi:
            self._of_aoi[aoi] = next(self._numbers)
        return self._of_aoi[aoi]

    def _is_seen(self, aoi: int, each: Suggestion, taken: set[int]) -> bool:
        record = self._project.record(aoi, each.frame_idx)
        return aoi in taken or (record is not None and record.state is State.VISIBLE)
