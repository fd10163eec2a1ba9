"""Results on the picture of an enrichment."""

from __future__ import annotations

from typing import Any, Literal

from dwell.app.messages.base import Message, Request

__all__ = ["FixationDots", "PictureMeasure", "PictureOptions", "PictureResults"]


class PictureOptions(Request):
    """How gaze is mapped to the AOIs of a picture; see ``dwell.enrichments.ImageOptions``."""

    margin_px: float = 0.0
    fixation_rule: Literal["mean", "any", "majority"] = "mean"
    ttff_origin: Literal["recording", "section"] = "recording"
    group_by: Literal["aoi", "category"] = "aoi"


class PictureMeasure(Message):
    """A number that AOIs can be compared and coloured by."""

    id: str
    title: str
    unit: str
    """``ms``, or ``1`` for a count or share."""


class PictureResults(Message):
    """Measures over all recordings, as of ``rev``."""

    rev: int
    measures: list[PictureMeasure]
    rows: list[dict[str, Any]]
    """One per AOI or category: ``label``, ``object_id`` (null: several), and each measure by its id; null =
    none."""
    recordings: list[str]
    """Names, in the order of ``FixationDots.recording``."""
    n_fixations: int
    """On the picture."""
    notes: list[str]


class FixationDots(Message):
    """Fixations on the picture."""

    x: list[float]
    """px"""
    y: list[float]
    ms: list[int]
    """Durations, rounded."""
    recording: list[int]
    """Position in ``PictureResults.recordings``."""
    n_all: int
    """How many there are; of very many, the longest are sent."""
