"""Prompts on one image → candidate masks: the embedded segmenter.

Kinds of prompt, strongest first: a mask is taken as it is; a lasso bounds the object and is tightened if it
was drawn roughly; a box bounds it too; clicks alone choose among many guesses. Clicks also correct a mask or
lasso. Brush and eraser come last and count to the pixel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dwell.errors import PromptError
from dwell.prompts import Box, MaskPrompt, Point, Polygon, Prompt, Stroke
from dwell.segmenters.contract import Candidate
from dwell.segmenters.embedded.box import answer_box
from dwell.segmenters.embedded.click import Guess, answer_clicks
from dwell.segmenters.embedded.edit import edit_by_clicks
from dwell.segmenters.embedded.frame import Frame, to_image_mask
from dwell.segmenters.embedded.lasso import answer_lasso
from dwell.segmenters.exact import lasso_pixels, obey_clicks, paint
from dwell.types import BoolArray

__all__ = ["segment"]

_ALIKE = 0.95


def segment(encoding: Frame, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
    """At most ``limit`` candidates, best first; any two of them have an IoU below 0.95.

    Args:
        encoding: the image, from ``encode_frame``.
        prompts: of one AOI on this image, in the order given. Several masks or lassos are joined; of several
            boxes the last one counts.
        limit: how many candidates; up to about 12 give a ladder of nested masks to grow and shrink along.

    Raises:
        PromptError: nothing positive to go by, or a prompt lies outside the image.
    """
    for prompt in prompts:
        _check(prompt, encoding.image_hw)
    points = [p for p in prompts if isinstance(p, Point)]
    strokes = [p for p in prompts if isinstance(p, Stroke)]
    candidates = [
        Candidate(paint(mask, strokes), score) for mask, score in _answers(encoding, prompts, points, limit)
    ]
    return _distinct([c for c in candidates if c.mask.any()], limit)


def _answers(
    frame: Frame, prompts: Sequence[Prompt], points: list[Point], limit: int
) -> list[tuple[BoolArray, float]]:
    """Masks at the image's size, before brush and eraser."""
    masks = [p.mask.to_array() for p in prompts if isinstance(p, MaskPrompt)]
    lassos = [p for p in prompts if isinstance(p, Polygon)]
    boxes = [p for p in prompts if isinstance(p, Box)]
    if masks:
        return [(_corrected(frame, np.logical_or.reduce(masks), points), 1.0)]
    if lassos:
        return _lassoed(frame, lassos, points)
    if boxes:
        return _finished(frame, answer_box(frame, boxes[-1], points, limit), points)
    if any(p.positive for p in points):
        return _finished(frame, answer_clicks(frame, points, limit), points)
    if any(isinstance(p, Stroke) and p.positive for p in prompts):
        return [(np.zeros(frame.image_hw, bool), 1.0)]
    raise PromptError(
        "These prompts only say what the AOI is not; add a click on it, box it, lasso it or paint it."
    )


def _check(prompt: Prompt, image_hw: tuple[int, int]) -> None:
    height, width = image_hw
    if isinstance(prompt, MaskPrompt) and prompt.mask.size_hw != image_hw:
        got = f"{prompt.mask.size_hw[1]}×{prompt.mask.size_hw[0]}"
        raise PromptError(
            f"The image is {width}×{height} px, the mask {got} px; draw it at the image's size."
        )
    if isinstance(prompt, Point) and not (0 <= prompt.x < width and 0 <= prompt.y < height):
        place = f"({prompt.x:g}, {prompt.y:g})"
        raise PromptError(f"The click {place} lies outside the image ({width}×{height} px); click inside it.")
    if isinstance(prompt, Box) and not (
        min(prompt.x1, width) - max(prompt.x0, 0) > 0 and min(prompt.y1, height) - max(prompt.y0, 0) > 0
    ):
        raise PromptError(
            f"The box covers no pixel of the image ({width}×{height} px); draw it over the AOI."
        )


def _lassoed(frame: Frame, lassos: list[Polygon], points: list[Point]) -> list[tuple[BoolArray, float]]:
    drawn = lasso_pixels(lassos, frame.image_hw, (1.0, 1.0))
    if not drawn.any():
        height, width = frame.image_hw
        raise PromptError(
            f"The lasso holds no pixel of the image ({width}×{height} px); draw it around the AOI."
        )
    scale = (frame.work_hw[1] / frame.image_hw[1], frame.work_hw[0] / frame.image_hw[0])
    guesses = answer_lasso(frame, lasso_pixels(lassos, frame.work_hw, scale), points)
    masks = [(drawn if g.as_drawn else to_image_mask(g.soft, frame) & drawn, g.score) for g in guesses]
    return [(_corrected(frame, mask, points), score) for mask, score in masks]


def _corrected(frame: Frame, mask: BoolArray, points: list[Point]) -> BoolArray:
    return obey_clicks(edit_by_clicks(frame, mask, points), points)


def _finished(frame: Frame, guesses: list[Guess], points: list[Point]) -> list[tuple[BoolArray, float]]:
    return [(obey_clicks(to_image_mask(g.soft, frame), points), g.score) for g in guesses]


def _distinct(candidates: list[Candidate], limit: int) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in candidates:
        if len(kept) < limit and all(_iou(candidate.mask, other.mask) < _ALIKE for other in kept):
            kept.append(candidate)
    return kept


def _iou(one: BoolArray, other: BoolArray) -> float:
    either = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / either if either else 1.0
