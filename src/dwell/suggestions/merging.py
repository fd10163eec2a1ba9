"""Which suggestions are AOIs that the project has already, there or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from math import inf

import numpy as np

from dwell.masks import Masklet, MaskRecord
from dwell.project import Project
from dwell.suggestions.overlap import SAME, centre_distance, sameness
from dwell.suggestions.suggestion import Box, Suggestion, Why
from dwell.types import AOI, State

__all__ = ["merged"]


def merged(suggestions: Sequence[Suggestion], project: Project) -> list[Suggestion]:
    """The suggestions by frame, best first, each with the AOI that it is the same thing as.

    *Known* is what overlaps with an AOI's mask on that frame, out of date or not. *Found again* is, for each
    AOI of the same category (or name) that is lost, absent by a model's word, or unknown there, the best
    suggestion that is not known: of several such AOIs, the one that was nearest when it was last known.
    """
    places = _Places(project)
    found: list[Suggestion] = []
    ordered = sorted(suggestions, key=lambda each: (each.frame_idx, -each.score))
    for frame_idx, group in groupby(ordered, key=lambda each: each.frame_idx):
        records = project.records_at(frame_idx)
        known = [_known(each, records, places.aois) for each in group]
        taken = {each.aoi for each in known}
        lost = [
            aoi for aoi in places.aois if _is_lost(records.get(aoi.object_id)) and aoi.object_id not in taken
        ]
        for each in known:
            again = places.nearest(each, lost) if each.why is Why.NEW else None
            if again is not None:
                lost.remove(again)
                each = replace(each, why=Why.FOUND_AGAIN, aoi=again.object_id)
            found.append(each)
    return found


def same_words(phrase: str, aoi: AOI) -> bool:
    """Whether a phrase is what an AOI is called: its category, or else its name."""
    return phrase.casefold() == (aoi.category or aoi.name).casefold()


def _known(each: Suggestion, records: dict[int, MaskRecord], aois: Sequence[AOI]) -> Suggestion:
    best, owner = 0.0, None
    for aoi in aois:
        record = records.get(aoi.object_id)
        if record is None:
            continue
        same = sameness(each, record.mask, same_words=same_words(each.phrase, aoi))
        if same > best:
            best, owner = same, aoi.object_id
    if best < SAME:
        return replace(each, why=Why.NEW, aoi=None)
    return replace(each, why=Why.KNOWN, aoi=owner)


def _is_lost(record: MaskRecord | None) -> bool:
    if record is None:
        return True
    return record.state is not State.VISIBLE and not record.is_said


class _Places:
    """Where AOIs were when they were last, or are next, seen."""

    def __init__(self, project: Project) -> None:
        self.aois = project.aois()
        self._project = project
        self._masklets: dict[int, Masklet] = {}

    def nearest(self, each: Suggestion, lost: Sequence[AOI]) -> AOI | None:
        """Of the lost AOIs that the phrase may mean, the one that was nearest."""
        meant = [aoi for aoi in lost if same_words(each.phrase, aoi)]
        return min(meant, key=lambda aoi: self._distance(each, aoi), default=None)

    def _distance(self, each: Suggestion, aoi: AOI) -> float:
        box = self._box(aoi.object_id, each.frame_idx)
        return inf if box is None else centre_distance(each.box_xyxy, box)

    def _box(self, object_id: int, frame_idx: int) -> Box | None:
        if object_id not in self._masklets:
            self._masklets[object_id] = self._project.masklet(object_id)
        masklet = self._masklets[object_id]
        seen = np.flatnonzero(masklet.area > 0)
        if not len(seen):
            return None
        row = seen[np.abs(masklet.frame_idx[seen] - frame_idx).argmin()]
        x0, y0, x1, y1 = masklet.boxes_xyxy[row].tolist()
        return x0, y0, x1, y1
