"""Suggestions as pictures and labels, before anything is saved in a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dwell.formats.coco import Coco
from dwell.formats.contract import Labels
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.project.aois import PALETTE
from dwell.render import render_still
from dwell.suggestions.suggestion import Suggestion
from dwell.types import AOI, Origin, ProgressFn, State
from dwell.video import Frames, ImageFolder

__all__ = ["SuggestedAoi", "suggested_aois", "write_suggestions"]


@dataclass(frozen=True)
class SuggestedAoi:
    """A thing as an AOI."""

    masklet: Masklet
    """Its object_id is the thing's number + 1."""
    scores: dict[int, float]
    """By frame_idx, on which it has a mask."""

    def labelled(self, frame_idx: int) -> tuple[AOI, Mask]:
        """Its mask on a frame, and the AOI with its score there in its name: ``bottle 0.83``."""
        aoi = self.masklet.aoi
        mask = self.masklet.mask(frame_idx)
        assert mask is not None
        return replace(aoi, name=f"{aoi.name} {self.scores[frame_idx]:.2f}"), mask


def write_suggestions(
    suggestions: Sequence[Suggestion], frames: Frames, out: str | Path, progress: ProgressFn | None = None
) -> list[Path]:
    """The files written into the folder ``out``: a picture of each frame, then the masks as COCO labels.

    Pictures are named like the frames, ``00042.png``, and show masks, phrases and scores. In
    ``annotations.json`` each thing is a track. Suggestions without a mask are left out; see ``with_masks``.

    Raises:
        OutputError: a file cannot be written.
        StorageFull: the disk is full or the folder cannot be written.
    """
    out = Path(out)
    things = suggested_aois(suggestions, frames.size_hw)
    shown = sorted({each.frame_idx for each in suggestions if each.mask})
    files = []
    for done, frame_idx in enumerate(shown, start=1):
        masks = [each.labelled(frame_idx) for each in things if frame_idx in each.scores]
        masks.sort(key=lambda pair: -pair[1].area)
        files.append(render_still(frames.read(frame_idx), masks, out / f"{frames.name(frame_idx)}.png"))
        if progress is not None:
            progress(done, len(shown))
    names = [frames.name(frame_idx) for frame_idx in range(len(frames))]
    images = [file.name for file in frames.files] if isinstance(frames, ImageFolder) else ()
    masklets = [each.masklet for each in things]
    labels = Labels(masklets, frames.size_hw, names, frames.path.name, files=images)
    return [*files, Coco().write([labels], out).path]


def suggested_aois(suggestions: Sequence[Suggestion], size_hw: tuple[int, int]) -> list[SuggestedAoi]:
    """Every thing with a mask as an AOI named like its phrase; of two on one frame the better counts.

    Args:
        suggestions: of any frames.
        size_hw: (height, width) of the frames, px.
    """
    things: dict[int, dict[int, Suggestion]] = {}
    for each in sorted(suggestions, key=lambda each: each.score):
        if each.mask:
            things.setdefault(each.thing, {})[each.frame_idx] = each
    return [_aoi(thing, things[thing], size_hw) for thing in sorted(things)]


def _aoi(thing: int, by_frame: dict[int, Suggestion], size_hw: tuple[int, int]) -> SuggestedAoi:
    phrase = next(iter(by_frame.values())).phrase
    aoi = AOI(thing + 1, phrase, PALETTE[thing % len(PALETTE)], phrase)
    records = [
        MaskRecord(thing + 1, frame_idx, each.mask, State.VISIBLE, each.score, Origin.MODEL, None)
        for frame_idx, each in by_frame.items()
        if each.mask is not None
    ]
    masklet = Masklet.from_records(aoi, size_hw, records)
    return SuggestedAoi(masklet, {frame_idx: each.score for frame_idx, each in by_frame.items()})
