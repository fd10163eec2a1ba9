"""Prompts on one image → candidate masks, with a network of the SAM 2 family, or an older one.

A click alone is ambiguous and gives three answers of different extent. More clicks, a box, a lasso or a mask
to correct give one, with the three as alternatives. Brush and eraser count to the pixel, and every click is
obeyed. Source: the image mode of SAM 2 (Ravi et al. 2024); how answers are ranked is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch

from dwell.errors import PromptError
from dwell.prompts import Box, MaskPrompt, Point, Polygon, Prompt, Stroke, check_prompt
from dwell.segmenters.contract import Candidate
from dwell.segmenters.exact import lasso_pixels, obey_clicks, paint
from dwell.segmenters.sam.network import Decoded
from dwell.types import BoolArray

__all__ = ["ImageMode", "Prompted", "segment"]


class Prompted(Protocol):
    """An image as a network sees it."""

    @property
    def image_hw(self) -> tuple[int, int]:
        """(height, width), px."""
        ...


class ImageMode(Protocol):
    """What a network must answer; see ``sam.network.Network`` for what each call gives."""

    def answer(
        self,
        encoded: Any,
        points: Sequence[tuple[float, float, bool]] = (),
        box: tuple[float, float, float, float] | None = None,
        mask_logits: torch.Tensor | None = None,
        *,
        several: bool,
    ) -> list[Decoded]:
        """What prompts on an image mean."""
        ...

    def low_logits(self, mask: BoolArray) -> torch.Tensor:
        """Logits that say this mask."""
        ...

    def mask(self, encoded: Any, logits: torch.Tensor) -> BoolArray:
        """The mask that logits say."""
        ...


def segment(
    network: ImageMode, encoded: Prompted, prompts: Sequence[Prompt], limit: int = 3
) -> list[Candidate]:
    """At most ``limit`` candidates, best first, no two alike.

    Args:
        network: the network.
        encoded: the image.
        prompts: of one AOI on this image. Several masks or lassos are joined; of several boxes the last
            one counts.
        limit: how many; there are at most four.

    Raises:
        PromptError: nothing positive to go by, or a prompt does not fit the image.
    """
    for prompt in prompts:
        check_prompt(prompt, encoded.image_hw, 0)
    points = [p for p in prompts if isinstance(p, Point)]
    strokes = [p for p in prompts if isinstance(p, Stroke)]
    answers = _answers(network, encoded, prompts, points)
    finished = [(paint(obey_clicks(mask, points), strokes), score) for mask, score in answers]
    return _distinct([Candidate(mask, score) for mask, score in finished if mask.any()])[:limit]


def _answers(
    network: ImageMode, encoded: Prompted, prompts: Sequence[Prompt], points: list[Point]
) -> list[tuple[BoolArray, float]]:
    """Masks at the image's size and scores, best first, before brush and eraser."""
    masks = [p.mask.to_array() for p in prompts if isinstance(p, MaskPrompt)]
    boxes = [p for p in prompts if isinstance(p, Box)]
    lassos = [p for p in prompts if isinstance(p, Polygon)]
    if masks:
        return _corrected(network, encoded, np.logical_or.reduce(masks), points)
    if lassos:
        return _lassoed(network, encoded, lasso_pixels(lassos, encoded.image_hw, (1.0, 1.0)), points)
    if boxes:
        return _boxed(network, encoded, boxes[-1], points)
    if any(p.positive for p in points):
        return _ranked(network, encoded, points, only_ambiguous=len(points) == 1)
    if any(isinstance(p, Stroke) and p.positive for p in prompts):
        return [(np.zeros(encoded.image_hw, bool), 1.0)]
    raise PromptError(
        "These prompts only say what the AOI is not; add a click on it, box it, lasso it or paint it."
    )


def _corrected(
    network: ImageMode, encoded: Prompted, mask: BoolArray, points: list[Point]
) -> list[tuple[BoolArray, float]]:
    """The mask itself, unless a click contradicts it; then the network improves on it."""
    if all(bool(mask[int(p.y), int(p.x)]) is p.positive for p in points):
        return [(mask, 1.0)]
    return _ranked(network, encoded, points, mask_logits=network.low_logits(mask))


def _lassoed(
    network: ImageMode, encoded: Prompted, drawn: BoolArray, points: list[Point]
) -> list[tuple[BoolArray, float]]:
    """The object in the lasso's box that fits the lasso, nothing outside the lasso; at last the lasso."""
    if not drawn.any():
        height, width = encoded.image_hw
        raise PromptError(
            f"The lasso holds no pixel of the image ({width}×{height} px); draw it around the AOI."
        )
    found = _ranked(network, encoded, points, _box_of(drawn), network.low_logits(drawn))
    return [*((mask & drawn, score) for mask, score in found), (drawn, 0.0)]


def _boxed(
    network: ImageMode, encoded: Prompted, box: Box, points: list[Point]
) -> list[tuple[BoolArray, float]]:
    inside = [p for p in points if box.x0 <= p.x <= box.x1 and box.y0 <= p.y <= box.y1 or not p.positive]
    return _ranked(network, encoded, inside, (box.x0, box.y0, box.x1, box.y1))


def _ranked(
    network: ImageMode,
    encoded: Prompted,
    points: list[Point],
    box: tuple[float, float, float, float] | None = None,
    mask_logits: torch.Tensor | None = None,
    *,
    only_ambiguous: bool = False,
) -> list[tuple[BoolArray, float]]:
    """Answers by the network's own estimate of their IoU.

    Where the prompts are clear, the single answer made for that case leads.
    """
    said = [(p.x, p.y, p.positive) for p in points]
    three = network.answer(encoded, said, box, mask_logits, several=True)
    three = sorted(three, key=lambda each: -each.iou)
    if only_ambiguous:
        return [(network.mask(encoded, each.logits), each.iou) for each in three]
    first = network.answer(encoded, said, box, mask_logits, several=False)[0]
    return [(network.mask(encoded, each.logits), min(each.iou, first.iou)) for each in (first, *three)]


def _box_of(mask: BoolArray) -> tuple[float, float, float, float]:
    rows, cols = np.nonzero(mask)
    return float(cols.min()), float(rows.min()), float(cols.max() + 1), float(rows.max() + 1)


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(np.array_equal(candidate.mask, other.mask) for other in kept):
            kept.append(candidate)
    return kept
