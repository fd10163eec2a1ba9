"""From what was found to what is suggested."""

from __future__ import annotations

from pathlib import Path

from dwell.project import Project
from dwell.segmenters.contract import Detector
from dwell.segmenters.detectors.choosing import Thresholds, choose_detections
from dwell.segmenters.detectors.open import default_detector, default_thresholds, open_detector
from dwell.suggestions.found import Found
from dwell.suggestions.linking import linked
from dwell.suggestions.merging import merged
from dwell.suggestions.suggestion import Suggestion

__all__ = ["opened", "suggest"]


def opened(detector: Detector | str | Path | None) -> Detector:
    """The detector itself, or that of this name or folder; None = see ``default_detector``.

    Raises:
        BackendError: it is not installed, or its model cannot be used or fetched.
    """
    if detector is None:
        return open_detector(default_detector())
    return open_detector(detector) if isinstance(detector, str | Path) else detector


def suggest(found: Found, project: Project, thresholds: Thresholds | None = None) -> list[Suggestion]:
    """What reaches the thresholds, by frame, best first: of each, which AOI it is and which thing.

    Quick, and without masks, so that thresholds can be tried; None = those that the detector's makers
    suggest. See ``choose_detections``, ``merged`` and ``linked``.
    """
    thresholds = thresholds or default_thresholds(str(found.detector.get("name", "")))
    chosen = [
        Suggestion(frame_idx, each.phrase, each.score, each.text_score, each.box_xyxy)
        for frame_idx, detections in found.detections.items()
        for each in choose_detections(detections, thresholds)
    ]
    return linked(merged(chosen, project), project, one_per_phrase=thresholds.one_per_phrase)
