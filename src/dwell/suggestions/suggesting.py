"""From what was found to what is suggested."""

from __future__ import annotations

from pathlib import Path

from dwell.project import Project
from dwell.segmenters.contract import Detector
from dwell.segmenters.detectors.choosing import Thresholds, choose_detections
from dwell.segmenters.detectors.open import open_detector
from dwell.suggestions.found import Found
from dwell.suggestions.linking import linked
from dwell.suggestions.merging import merged
from dwell.suggestions.suggestion import Suggestion

__all__ = ["opened", "suggest"]


def opened(detector: Detector | str | Path | None) -> Detector:
    """The detector itself, or that of this name or folder; None = the default one.

    Raises:
        BackendError: it is not installed, or its model is not here.
    """
    return open_detector(detector or "colours") if isinstance(detector, str | Path | None) else detector


def suggest(found: Found, project: Project, thresholds: Thresholds | None = None) -> list[Suggestion]:
    """What reaches the thresholds, by frame, best first: of each, which AOI it is and which thing.

    Quick, and without masks, so that thresholds can be tried. See ``choose_detections``, ``merged`` and
    ``linked``.
    """
    thresholds = thresholds or Thresholds()
    chosen = [
        Suggestion(frame_idx, each.phrase, each.score, each.text_score, each.box_xyxy)
        for frame_idx, detections in found.detections.items()
        for each in choose_detections(detections, thresholds)
    ]
    return linked(merged(chosen, project), project, one_per_phrase=thresholds.one_per_phrase)
