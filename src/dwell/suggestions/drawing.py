"""Suggestions as AOIs that are not saved, to be drawn and exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dwell.masks import Masklet, MaskRecord
from dwell.project.aois import PALETTE
from dwell.suggestions.suggestion import Suggestion
from dwell.types import AOI, Origin, State

__all__ = ["SuggestedAoi", "suggested_aois"]


@dataclass(frozen=True)
class SuggestedAoi:
    """A thing as an AOI."""

    masklet: Masklet
    """Its object_id is the thing's number + 1."""
    scores: dict[int, float]
    """By frame_idx."""

    def labelled(self, frame_idx: int) -> AOI:
        """The AOI with its score on a frame in its name: ``bottle 0.83``."""
        aoi = self.masklet.aoi
        return replace(aoi, name=f"{aoi.name} {self.scores[frame_idx]:.2f}")


def suggested_aois(suggestions: Sequence[Suggestion], size_hw: tuple[int, int]) -> list[SuggestedAoi]:
    """Every thing with a mask as an AOI named like its phrase; of two on one frame the better counts."""
    things: dict[int, dict[int, Suggestion]] = {}
    for each in sorted(suggestions, key=lambda each: each.score):
        if each.mask:
            things.setdefault(each.thing, {})[each.frame_idx] = each
    return [_aoi(thing, things[thing], size_hw) for thing in sorted(things)]


def _aoi(thing: int, by_frame: dict[int, Suggestion], size_hw: tuple[int, int]) -> SuggestedAoi:
    phrase = next(iter(by_frame.values())).phrase
    aoi = AOI(thing + 1, phrase, PALETTE[thing % len(PALETTE)], phrase)
    records = [
        MaskRecord(
            aoi.object_id,
            frame_idx,
            each.mask,
            State.VISIBLE,
            min(1.0, each.score),
            Origin.MODEL,
            None,
        )
        for frame_idx, each in by_frame.items()
        if each.mask is not None
    ]
    masklet = Masklet.from_records(aoi, size_hw, records)
    return SuggestedAoi(masklet, {frame_idx: each.score for frame_idx, each in by_frame.items()})
