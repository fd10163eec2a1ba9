"""The masks of suggestions, made by a segmenter from their boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Prompt
from dwell.suggestions.suggestion import Suggestion
from dwell.tracking import TrackingSession
from dwell.types import ProgressFn

__all__ = ["prompt_of", "with_masks"]


def with_masks(
    session: TrackingSession, suggestions: Sequence[Suggestion], progress: ProgressFn | None = None
) -> list[Suggestion]:
    """The suggestions, in their order, with masks where they had none; nothing is saved.

    Each frame is encoded once. One in whose box the segmenter sees nothing stays without.

    Args:
        session: its backend makes the masks.
        suggestions: of any frames.
        progress: called with (done, total) suggestions; it may raise ``Cancelled``.

    Raises:
        PromptError: a box lies outside its frame.
    """
    masks: dict[int, Mask | None] = {}
    by_frame = sorted(range(len(suggestions)), key=lambda slot: suggestions[slot].frame_idx)
    for done, slot in enumerate(by_frame, start=1):
        masks[slot] = suggestions[slot].mask or _mask(session, suggestions[slot])
        if progress is not None:
            progress(done, len(suggestions))
    return [replace(each, mask=masks[slot]) for slot, each in enumerate(suggestions)]


def prompt_of(suggestion: Suggestion) -> Prompt:
    """What a person says by accepting it: its box, or the mask that they changed."""
    if suggestion.by_hand and suggestion.mask is not None:
        return MaskPrompt(suggestion.mask)
    return Box(*suggestion.box_xyxy)


def _mask(session: TrackingSession, suggestion: Suggestion) -> Mask | None:
    best = session.preview(suggestion.frame_idx, [prompt_of(suggestion)], 1)
    return (Mask.from_array(best[0].mask) or None) if best else None
