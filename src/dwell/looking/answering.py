"""Answers to the engine's questions, by any segmenter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dwell.errors import PromptError
from dwell.looking.events import Ask, Proposed
from dwell.masks import Mask
from dwell.prompts import Point, Prompt
from dwell.segmenters.contract import Candidate

__all__ = ["Found", "Segment", "answer_to"]

Segment = Callable[[int, Sequence[Prompt], int], Sequence[Candidate]]
"""(frame_idx, prompts, limit) → candidates, best first: ``TrackingSession.preview`` is one."""

Found = tuple[tuple[Proposed, ...], ...]
"""For each set of prompts: masks, best first."""

_MANY = 8
"""Masks that are weighed by gaze, for each place: enough to have parts and wholes among them."""
_FEW = 3


def answer_to(ask: Ask, segment: Segment) -> Found:
    """Masks for every set of prompts that is asked about.

    Prompts of which nothing is left, or that lie beside the picture, have none: gaze errs, and the viewer is
    not to be told off for it.
    """
    return tuple(_masks(segment, ask.frame_idx, prompts) for prompts in ask.prompts)


def _masks(segment: Segment, frame_idx: int, prompts: Sequence[Prompt]) -> tuple[Proposed, ...]:
    limit = _MANY if all(isinstance(each, Point) and each.positive for each in prompts) else _FEW
    try:
        found = segment(frame_idx, prompts, limit)
    except PromptError:
        return ()
    return tuple(Proposed(Mask.from_array(each.mask), each.score) for each in found)
