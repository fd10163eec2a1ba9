"""Everything in a video: what to look for, and the gallery of what was found."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dwell.app.messages.base import Message, Request

__all__ = [
    "EverythingInfo",
    "EverythingRequest",
    "Gallery",
    "GalleryItem",
    "LookedSettings",
    "ProposerInfo",
    "SearchSettings",
    "Unfinished",
]


class ProposerInfo(Message):
    """A finder of masks without prompts that can be chosen."""

    name: str
    note: str
    ready: bool
    """Installed, and its weights are on this computer."""
    missing: str = ""
    """What to do to make it ready: the exact line to type."""


class SearchSettings(Request):
    """How everything is looked for; names and meanings are those of ``EverythingOptions``."""

    step: int | None = Field(default=None, ge=1, le=100_000)
    """Frames from one key frame to the next; None = by motion."""
    iou_thresh: float = Field(gt=0, lt=1)
    max_masks_per_frame: int = Field(ge=1, le=1000)
    points_per_side: int = Field(ge=1, le=256)
    pred_iou_thresh: float | None = Field(default=None, ge=0, le=1)
    """None = the proposer's own."""
    stability_score_thresh: float | None = Field(default=None, ge=0, le=1)
    """None = the proposer's own."""
    min_area: float = Field(ge=0, lt=1)
    """Share of the picture."""
    stride: int = Field(ge=1, le=100)
    gaze_weight: float = Field(ge=0, le=1000)
    proposer: str = "embedded"


class LookedSettings(Request):
    """How what was looked at is found; names and meanings are those of ``GazeFirstOptions``."""

    window_s: float = Field(ge=0, le=3600)
    granularities: int = Field(ge=1, le=3)
    alike: float = Field(gt=0, le=1)


class EverythingRequest(Request):
    """What to look for, and when it is enough: whichever limit is reached first."""

    client: str
    kind: Literal["everything", "gaze-first"] = "everything"
    minutes: float | None = Field(default=None, gt=0, le=100_000)
    masks: int | None = Field(default=None, ge=1, le=10_000)
    coverage: float | None = Field(default=None, gt=0, le=1)
    settings: SearchSettings | None = None
    """Of ``everything``; None = the defaults."""
    looked: LookedSettings | None = None
    """Of ``gaze-first``; None = the defaults."""
    go_on: bool = False
    """Go on with the run that has not ended, with its own settings and limits."""
    fresh: bool = False
    """Forget that run; the AOIs that it made stay."""


class Unfinished(Message):
    """A run that was stopped before its end, and can be gone on with."""

    kind: Literal["everything", "gaze-first"]
    phase: str
    minutes: float | None
    masks: int | None
    coverage: float | None


class EverythingInfo(Message):
    """What the panel needs to know."""

    proposers: list[ProposerInfo]
    unfinished: Unfinished | None
    defaults: SearchSettings
    published: SearchSettings
    """The values of the published pipeline."""
    looked: LookedSettings
    """The defaults."""
    no_gaze: str
    """Why there is nothing that was looked at; empty = there is."""


class GalleryItem(Message):
    """An AOI with its best picture."""

    object_id: int
    frame_idx: int | None
    """Where it is seen best; None: nowhere."""
    tag: str
    """Changes when the picture does: part of its address, so that it may be cached for ever."""
    spans: list[tuple[int, int]]
    """Frames on which it is seen, half-open, short gaps left out."""
    n_frames: int
    """On how many frames it is seen."""
    size: float
    """0 … 1: mean share of the picture that it covers where it is seen."""
    importance: float
    """Size × share of the frames; more for what was looked at."""
    gaze_share: float | None
    """0 … 1: share of the gaze that is on it; None: there is no gaze."""
    dwell_ms: float | None


class Gallery(Message):
    """All AOIs, the most important first: by gaze if there is any."""

    rev: int
    has_gaze: bool
    items: list[GalleryItem]
