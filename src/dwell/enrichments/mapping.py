"""Gaze and fixations of an enrichment mapped to the AOIs of its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dwell.enrichments.areas import Area, AreaIndex, areas_of
from dwell.enrichments.enrichment import NONE, Enrichment
from dwell.enrichments.options import ImageOptions
from dwell.gaze import sample_durations
from dwell.masks import Mask
from dwell.types import AOI, BoolArray, IntArray

__all__ = ["ImageMap", "map_to_areas"]


@dataclass(frozen=True, eq=False)
class ImageMap:
    """Which areas of a picture gaze was on. a areas, n samples, f fixations."""

    enrichment: Enrichment
    areas: tuple[Area, ...]
    index: AreaIndex
    options: ImageOptions

    @cached_property
    def ok(self) -> BoolArray:
        """(n,) the samples that count: on the picture, with a position, and, as chosen, not in a blink."""
        gaze = self.enrichment.gaze
        ok = gaze.on_image & np.isfinite(gaze.xy).all(axis=1)
        return ok & (gaze.blink_ids == NONE) if self.options.blinks == "exclude" else ok

    @cached_property
    def codes(self) -> IntArray:
        """(n,) code in ``index`` of the place of each sample; 0 where it does not count."""
        return np.where(self.ok, self.index.at(self.enrichment.gaze.xy), 0)

    @cached_property
    def durations_ns(self) -> IntArray:
        """(n,) ns that each sample stands for; see ``dwell.gaze.sample_durations``."""
        gaze = self.enrichment.gaze
        durations = np.zeros(len(gaze), np.int64)
        borders = np.searchsorted(gaze.section, np.arange(len(self.enrichment.sections) + 1))
        for first, stop in zip(borders[:-1], borders[1:], strict=True):
            durations[first:stop] = sample_durations(gaze.timestamps_ns[first:stop])
        return durations

    @cached_property
    def fixated(self) -> BoolArray:
        """(f, a) whether a fixation is on an area, by ``options.fixation_rule``."""
        fixations = self.enrichment.fixations
        if self.options.fixation_rule == "mean":
            codes = np.where(fixations.on_image, self.index.at(fixations.xy), 0)
            return self.index.members[codes]
        inside, n_samples = self._votes()
        if self.options.fixation_rule == "any":
            return inside > 0
        return 2 * inside > n_samples[:, None]

    def _votes(self) -> tuple[IntArray, IntArray]:
        """(f, a) samples of each fixation in each area, and (f,) samples of it that count."""
        gaze, fixations = self.enrichment.gaze, self.enrichment.fixations
        chosen = np.flatnonzero(self.ok & (gaze.fixation_ids != NONE))
        highest = int(max(gaze.fixation_ids.max(initial=0), fixations.ids.max(initial=0))) + 1
        keys = fixations.section * highest + fixations.ids
        order = np.argsort(keys, kind="stable")
        wanted = gaze.section[chosen] * highest + gaze.fixation_ids[chosen]
        place = np.searchsorted(keys[order], wanted)
        known = place < len(order)
        known[known] = keys[order[place[known]]] == wanted[known]
        fixation, codes = order[place[known]], self.codes[chosen[known]]
        n_codes = len(self.index.members)
        pairs, counts = np.unique(fixation * n_codes + codes, return_counts=True)
        inside = np.zeros((len(fixations), len(self.areas)), np.int64)
        np.add.at(inside, pairs // n_codes, counts[:, None] * self.index.members[pairs % n_codes])
        return inside, np.bincount(fixation, minlength=len(fixations))


def map_to_areas(
    enrichment: Enrichment, aois: Sequence[tuple[AOI, Mask]], options: ImageOptions | None = None
) -> ImageMap:
    """The map; tables of gaze are read when it is asked for what needs them.

    Args:
        enrichment: whose gaze.
        aois: AOIs with their masks on the picture.
        options: how gaze is mapped.

    Raises:
        ValueError: a mask is of another size than the picture.
    """
    options = options or ImageOptions()
    areas = areas_of(aois, options)
    return ImageMap(enrichment, tuple(areas), AreaIndex.build(areas, enrichment.size_hw), options)
