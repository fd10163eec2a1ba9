"""Names for things, from words: the phrase that fits the best picture of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from dwell.everything.gallery.ranking import BestPicture, best_picture
from dwell.everything.names import is_numbered
from dwell.project import Project, relatives
from dwell.segmenters.contract import Detection, Detector
from dwell.types import AOI, ProgressFn
from dwell.video import Frames

__all__ = ["name_things"]

ROOM = 0.5
"""How much of its sides a crop shows around a thing: detectors need some of what is around."""
FITS = 0.5
"""Least IoU of a thing's box with that of what a detector found."""
FLOOR = 0.2
"""Least score of what a detector found."""
LABEL = "name what was found"


@dataclass(frozen=True)
class _Fit:
    """A phrase for a thing."""

    aoi: AOI
    phrase: str
    worth: float
    """IoU of the boxes × score."""


def name_things(
    project: Project,
    frames: Frames,
    detector: Detector,
    phrases: Sequence[str],
    *,
    floor: float = FLOOR,
    progress: ProgressFn | None = None,
) -> dict[int, str]:
    """Name things by the phrase that fits them best, in one action; object_id → new name.

    A detector looks at a crop around the best picture of each thing. What it finds counts if its box is that
    of the thing (IoU ≥ 0.5). Of a thing and its parts, a phrase goes to the one that it fits best. Several
    things of one phrase become ``cup``, ``cup 2`` … in the order in which they were made. A thing that no
    phrase fits keeps its number, and what a person has named keeps its name. The phrase becomes the category.

    Args:
        project: open for writing.
        frames: the scene video.
        detector: finds phrases on pictures.
        phrases: what things may be.
        floor: 0 … 1: least score of a detection.
        progress: called with (done, total) things.

    Raises:
        PromptError: there is no phrase that the detector can look for.
    """
    numbered = [aoi for aoi in project.aois() if is_numbered(aoi.name)]
    fits: list[_Fit] = []
    for done, aoi in enumerate(numbered, 1):
        best = best_picture(project.masklet(aoi.object_id, include_stale=False))
        if best is not None:
            fits += _fits(aoi, best, frames, detector, phrases, floor)
        if progress is not None:
            progress(done, len(numbered))
    chosen = _best_of_families(fits, project.aois())
    return _rename(project, chosen)


def _fits(
    aoi: AOI, best: BestPicture, frames: Frames, detector: Detector, phrases: Sequence[str], floor: float
) -> Iterator[_Fit]:
    """The best fit of each phrase."""
    left, top, right, bottom = _with_room(best.box_xyxy, frames.size_hw)
    crop = frames.read(best.frame_idx)[top:bottom, left:right].copy()
    x0, y0, x1, y1 = best.box_xyxy
    box = float(x0 - left), float(y0 - top), float(x1 - left), float(y1 - top)
    worth: dict[str, float] = {}
    for found in detector.detect(crop, phrases, floor):
        overlap = _iou(found, box)
        if overlap >= FITS and found.score >= floor:
            worth[found.phrase] = max(worth.get(found.phrase, 0.0), overlap * found.score)
    return (_Fit(aoi, phrase, value) for phrase, value in sorted(worth.items()))


def _best_of_families(fits: Sequence[_Fit], aois: Sequence[AOI]) -> dict[int, str]:
    """object_id → phrase: the best fits first; none to a thing and to a part of it."""
    families = relatives(aois)
    chosen: dict[int, str] = {}
    for fit in sorted(fits, key=lambda each: (-each.worth, each.aoi.object_id, each.phrase)):
        family = families.get(fit.aoi.object_id, frozenset())
        if fit.aoi.object_id not in chosen and all(chosen.get(each) != fit.phrase for each in family):
            chosen[fit.aoi.object_id] = fit.phrase
    return chosen


def _rename(project: Project, phrases: dict[int, str]) -> dict[int, str]:
    names: dict[int, str] = {}
    with project.action(LABEL):
        taken = {aoi.name for aoi in project.aois()}
        for object_id in sorted(phrases):
            names[object_id] = next(each for each in _numbered(phrases[object_id]) if each not in taken)
            taken.add(project.edit_aoi(object_id, name=names[object_id], category=phrases[object_id]).name)
    return names


def _numbered(phrase: str) -> Iterator[str]:
    yield phrase
    for number in count(2):
        yield f"{phrase} {number}"


def _with_room(box_xyxy: tuple[int, int, int, int], size_hw: tuple[int, int]) -> tuple[int, int, int, int]:
    (x0, y0, x1, y1), (height, width) = box_xyxy, size_hw
    across, down = round((x1 - x0) * ROOM), round((y1 - y0) * ROOM)
    return max(x0 - across, 0), max(y0 - down, 0), min(x1 + across, width), min(y1 + down, height)


def _iou(found: Detection, box_xyxy: tuple[float, float, float, float]) -> float:
    ax0, ay0, ax1, ay1 = found.box_xyxy
    bx0, by0, bx1, by1 = box_xyxy
    shared = max(min(ax1, bx1) - max(ax0, bx0), 0.0) * max(min(ay1, by1) - max(ay0, by0), 0.0)
    either = (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - shared
    return shared / either if either > 0 else 0.0
