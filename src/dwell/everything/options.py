"""What to look for in a video, and when to stop.

Names are those of the published pipeline (``step``, ``iou_thresh``, ``points_per_side``, ``pred_iou_thresh``,
``max_masks_per_frame``, ``min_area``); its values are in ``PUBLISHED``, the defaults are ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from dwell.segmenters.contract import AutomaticOptions

__all__ = ["PUBLISHED", "Budget", "EverythingOptions", "GazeFirstOptions"]


@dataclass(frozen=True)
class Budget:
    """When enough is tracked: whichever is reached first. At least one is given.

    Raises:
        ValueError: none is given, or one is out of its range.
    """

    minutes: float | None = None
    """Time for the whole run on this computer, measured when tracking begins."""
    masks: int | None = None
    """Objects tracked in all, parts included."""
    coverage: float | None = None
    """0 … 1: share of all that was found on key frames that is tracked, things counted by importance."""

    def __post_init__(self) -> None:
        if self.minutes is None and self.masks is None and self.coverage is None:
            raise ValueError("Give at least one limit: minutes, masks or coverage.")
        if self.minutes is not None and not (self.minutes > 0 and math.isfinite(self.minutes)):
            raise ValueError(f"Expected minutes above 0, got {self.minutes}.")
        if self.masks is not None and self.masks < 1:
            raise ValueError(f"Expected at least one mask, got {self.masks}.")
        if self.coverage is not None and not 0 < self.coverage <= 1:
            raise ValueError(f"Expected a coverage above 0 and up to 1 (0.9 = 90 %), got {self.coverage}.")


@dataclass(frozen=True)
class EverythingOptions:
    """How everything in a video is found and tracked."""

    step: int | None = None
    """Frames from one key frame to the next; None = by motion, between ``min_step`` and ``max_step``."""
    min_step: int = 5
    """Least distance of key frames where there is much motion, frames."""
    max_step: int = 45
    """Largest distance where there is none, frames."""
    iou_thresh: float = 0.6
    """A mask on a key frame with a larger IoU with a tracked one is that object: not tracked again."""
    max_masks_per_frame: int = 32
    """Objects tracked at a time."""
    stride: int = 1
    """Track on every so many frames; masks on those between are interpolated."""
    contained: float = 0.9
    """A mask of which so large a share lies in a larger one is part of it."""
    gaze_weight: float = 0.0
    """How much more what is looked at counts: importance × (1 + gaze_weight × share of gaze on it)."""
    automatic: AutomaticOptions = field(default_factory=lambda: AutomaticOptions(max_masks=64))
    """How masks are found on a key frame; of more than twice as many as are tracked, the best."""

    def __post_init__(self) -> None:
        if self.step is not None and self.step < 1:
            raise ValueError(f"Expected a step of 1 frame or more, got {self.step}.")
        if not 1 <= self.min_step <= self.max_step:
            raise ValueError(f"Expected 1 ≤ min_step ≤ max_step, got {self.min_step} and {self.max_step}.")
        if not 0 < self.iou_thresh < 1:
            raise ValueError(f"Expected an iou_thresh between 0 and 1, got {self.iou_thresh}.")
        if self.max_masks_per_frame < 1:
            raise ValueError(f"Expected max_masks_per_frame of 1 or more, got {self.max_masks_per_frame}.")
        if not 0.5 < self.contained <= 1:
            raise ValueError(f"Expected contained above 0.5 and up to 1, got {self.contained}.")
        if self.stride < 1:
            raise ValueError(f"Expected a stride of 1 (every frame) or more, got {self.stride}.")
        if self.gaze_weight < 0:
            raise ValueError(f"Expected a gaze_weight of 0 or more, got {self.gaze_weight}.")


PUBLISHED = EverythingOptions(
    step=5,
    iou_thresh=0.8,
    max_masks_per_frame=144,
    automatic=AutomaticOptions(
        points_per_side=64, pred_iou_thresh=0.8, stability_score_thresh=0.95, min_area=0.0005, max_masks=144
    ),
)
"""The values of the published pipeline: masks every 5 frames, 64 points a side, at most 144 masks a frame."""


@dataclass(frozen=True)
class GazeFirstOptions:
    """How what was looked at is found from the gaze alone."""

    window_s: float = 1.0
    """Seconds before and after a fixation in which what it is on is tracked."""
    margin_deg: float = 1.0
    """A fixation this near to a tracked object is on it, and needs no new mask."""
    granularities: int = 3
    """Masks made at a fixation: a part, the thing, and what it belongs to; 1 … 3."""
    alike: float = 0.75
    """Likeness (0 … 1) from which two things seen at different times are one."""
    min_dwell_ms: float = 0.0
    """Things looked at for less are left out of the ranking; their masks stay."""

    def __post_init__(self) -> None:
        if self.window_s < 0 or self.margin_deg < 0 or self.min_dwell_ms < 0:
            raise ValueError("window_s, margin_deg and min_dwell_ms are 0 or more.")
        if not 1 <= self.granularities <= 3:
            raise ValueError(f"Expected 1, 2 or 3 granularities, got {self.granularities}.")
        if not 0 < self.alike <= 1:
            raise ValueError(f"Expected alike above 0 and up to 1, got {self.alike}.")
