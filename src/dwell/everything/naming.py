"""Names for things that were found without one: what a detector sees in their best pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dwell.everything.gallery import GalleryItem
from dwell.masks import Mask
from dwell.project import Project
from dwell.segmenters.contract import Detection, Detector
from dwell.segmenters.detectors.choosing import Thresholds, choose_detections
from dwell.types import AOI, ProgressFn
from dwell.video import Frames

__all__ = ["name_things"]

_UNNAMED = re.compile(r"thing \d+")
_FITS = 0.5
"""Least IoU of a detection's box and a thing's."""


@dataclass(frozen=True)
class _Match:
    item: GalleryItem
    detection: Detection
    fit: float


def name_things(
    project: Project,
    frames: Frames,
    items: Iterable[GalleryItem],
    detector: Detector,
    phrases: Sequence[str],
    thresholds: Thresholds | None = None,
    progress: ProgressFn | None = None,
) -> list[AOI]:
    """The AOIs that were named: those still called "thing N" whose best picture shows one of the phrases.

    A detection names the one thing whose box fits its own best; where several things get a phrase, they are
    told apart by numbers, the best fit first. The phrase also becomes the category. One action, to be undone.

    Args:
        project: open for writing.
        frames: the scene video.
        items: what ``gallery`` gave.
        detector: who looks.
        phrases: what to look for.
        thresholds: what a detection needs to count; None = the usual.
        progress: called with (done, total) frames.
    """
    unnamed = [each for each in items if each.best_frame is not None and _UNNAMED.fullmatch(each.aoi.name)]
    by_frame: dict[int, list[GalleryItem]] = {}
    for item in unnamed:
        by_frame.setdefault(item.best_frame or 0, []).append(item)
    matches: list[_Match] = []
    for done, (frame_idx, here) in enumerate(sorted(by_frame.items()), 1):
        found = detector.detect(frames.read(frame_idx), phrases)
        matches += _matched(project, frame_idx, here, choose_detections(found, thresholds))
        if progress is not None:
            progress(done, len(by_frame))
    return _name(project, matches)


def _matched(
    project: Project, frame_idx: int, items: Sequence[GalleryItem], found: Sequence[Detection]
) -> list[_Match]:
    """Each detection with the thing it fits best, if it does."""
    masks = {
        each.aoi.object_id: record.mask
        for each in items
        if (record := project.record(each.aoi.object_id, frame_idx, stale=False)) is not None
    }
    matches = []
    for detection in found:
        fits = [_Match(each, detection, _fit(masks.get(each.aoi.object_id), detection)) for each in items]
        best = max(fits, key=lambda match: match.fit)
        if best.fit >= _FITS:
            matches.append(best)
    return matches


def _name(project: Project, matches: Sequence[_Match]) -> list[AOI]:
    taken = {aoi.name for aoi in project.aois()}
    named: dict[int, AOI] = {}
    with project.action("name things"):
        for match in sorted(matches, key=lambda each: (-each.fit * each.detection.score, each.item.rank)):
            object_id, phrase = match.item.aoi.object_id, match.detection.phrase
            if object_id not in named:
                name = _free(phrase, taken)
                taken.add(name)
                named[object_id] = project.edit_aoi(object_id, name=name, category=phrase)
    return [named[each] for each in sorted(named)]


def _free(phrase: str, taken: set[str]) -> str:
    number, name = 1, phrase
    while name in taken:
        number += 1
        name = f"{phrase} {number}"
    return name


def _fit(mask: Mask | None, detection: Detection) -> float:
    """IoU of a mask's box and a detection's."""
    if mask is None or mask.box_xyxy is None:
        return 0.0
    ax0, ay0, ax1, ay1 = mask.box_xyxy
    bx0, by0, bx1, by1 = detection.box_xyxy
    shared = max(0.0, min(ax1, bx1) - max(ax0, bx0)) * max(0.0, min(ay1, by1) - max(ay0, by0))
    either = (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - shared
    return shared / either if either > 0 else 0.0
