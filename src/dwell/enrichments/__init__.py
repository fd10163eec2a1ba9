"""Enrichments of Pupil Cloud: one picture, the gaze of many recordings on it, and what it was on."""

from dwell.enrichments.enrichment import Enrichment, ImageFixations, ImageGaze, ImageSection
from dwell.enrichments.open import open_enrichment
from dwell.enrichments.options import ImageOptions
from dwell.enrichments.results import ImageResults, map_enrichment

__all__ = [
    "Enrichment",
    "ImageFixations",
    "ImageGaze",
    "ImageOptions",
    "ImageResults",
    "ImageSection",
    "map_enrichment",
    "open_enrichment",
]
