"""Classes: what most formats have instead of names."""

from __future__ import annotations

from collections.abc import Sequence

from dwell.formats.contract import Labels
from dwell.types import AOI

__all__ = ["categories_of", "category_of"]


def category_of(aoi: AOI) -> str:
    """The AOI's category, or its name where it has none."""
    return aoi.category or aoi.name


def categories_of(videos: Sequence[Labels]) -> list[str]:
    """Every category of the AOIs of all videos once, sorted."""
    return sorted({category_of(each.aoi) for labels in videos for each in labels.masklets})
