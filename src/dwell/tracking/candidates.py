"""The possible masks for the prompts of an AOI on a frame, and the one that was chosen among them.

A choice is kept as a mask after the prompts: it answers them, and does not count as one of them until a
further click corrects it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dwell.masks import Mask
from dwell.project import StoredPrompt
from dwell.prompts import MaskPrompt
from dwell.segmenters.contract import Candidate

__all__ = ["MaskCandidate", "chosen_of", "next_in_size", "offered", "superseded"]


@dataclass(frozen=True, eq=False)
class MaskCandidate:
    """One possible mask for the prompts of an AOI on a frame."""

    mask: Mask
    score: float
    """0 … 1, the backend's own estimate; comparable between the candidates of one call only."""
    current: bool
    """It is the mask that is saved."""


def chosen_of(prompts: Sequence[StoredPrompt], current: Mask) -> StoredPrompt | None:
    """The prompt, of all that an AOI has on a frame, that keeps a choice; None if nothing was chosen."""
    if not prompts or not isinstance(prompts[-1].prompt, MaskPrompt) or prompts[-1].prompt.mask != current:
        return None
    return None if all(isinstance(each.prompt, MaskPrompt) for each in prompts) else prompts[-1]


def superseded(prompts: Sequence[StoredPrompt], current: Mask) -> list[StoredPrompt]:
    """Masks before a choice. A correction of the choice must not see them: several masks would be joined."""
    chosen = chosen_of(prompts, current)
    if chosen is None:
        return []
    return [each for each in prompts if isinstance(each.prompt, MaskPrompt) and each is not chosen]


def offered(current: Mask, found: Sequence[Candidate], limit: int) -> list[MaskCandidate]:
    """What a backend found, best first, with the current mask in the last place if it is not among it."""
    masks = [Mask.from_array(each.mask) for each in found]
    candidates = [
        MaskCandidate(mask, each.score, mask == current) for mask, each in zip(masks, found, strict=True)
    ]
    if current in masks:
        return candidates
    kept = candidates[: max(limit - 1, 0)]
    return [*kept, MaskCandidate(current, min((each.score for each in kept), default=1.0), True)]


def next_in_size(current: Mask, candidates: Sequence[Mask], steps: int) -> Mask:
    """The mask that is ``steps`` larger than the current one (< 0: smaller), or the last one that way."""
    larger = sorted((m for m in candidates if m.area > current.area), key=lambda m: m.area)
    smaller = sorted((m for m in candidates if 0 < m.area < current.area), key=lambda m: -m.area)
    way = larger if steps > 0 else smaller
    return way[min(abs(steps), len(way)) - 1] if way and steps else current
