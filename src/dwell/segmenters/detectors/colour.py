"""A detector that needs no download and knows nothing but colours: ``red cup`` finds what is red.

It does not know what a cup is. It serves tests, drawn pictures, and things that were coloured for the purpose
(stickers, cards, blocks) under even light. Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from dwell.errors import PromptError
from dwell.segmenters.contract import Detection
from dwell.segmenters.detectors.colour_words import COLOUR_WORDS, Plane, colour_words, fitting
from dwell.types import ByteArray

__all__ = ["ColourDetector"]

_FITS = 0.3
"""A pixel that fits its colour no better than this is of another."""
_SMALLEST = 1 / 5000
"""Part of the image, and at least so much of it is a region; and never less than ``_SMALLEST_PX``."""
_SMALLEST_PX = 16
_MOST = 100
"""Regions of a phrase, the largest first."""


class ColourDetector:
    """Boxes around connected regions in the colour that a phrase names; everything else in it is ignored."""

    name = "colours"

    def describe(self) -> dict[str, str | int | float | bool]:
        """Name and version."""
        return {"name": self.name, "version": 1}

    def detect(self, image: ByteArray, phrases: Sequence[str], floor: float = 0.05) -> list[Detection]:
        """Regions of one of the colours of a phrase, best first; a phrase without a colour finds nothing.

        The score is how well the region fits its colours, times how much of its convex hull it fills: ragged
        regions are seldom things.

        Raises:
            PromptError: none of the phrases names a colour.
        """
        wanted = {phrase: colour_words(phrase) for phrase in phrases}
        if not any(wanted.values()):
            raise PromptError(
                f"The detector {self.name!r} knows colours only ({', '.join(COLOUR_WORDS)}), and none is in "
                f"{', '.join(repr(phrase) for phrase in phrases) or 'no phrase'}. Name one, as in 'red cup', "
                "or use a detector that knows things: dwell models"
            )
        fit = fitting(image)
        found = [each for phrase, colours in wanted.items() for each in _regions(phrase, colours, fit)]
        return sorted((each for each in found if each.score >= floor), key=lambda each: -each.score)


def _regions(phrase: str, colours: Sequence[str], fit: Callable[[str], Plane]) -> Iterator[Detection]:
    if not colours:
        return
    fits = np.maximum.reduce([fit(colour) for colour in colours])
    _, labels, stats, _ = cv2.connectedComponentsWithStats((fits > _FITS).astype(np.uint8), connectivity=8)
    smallest = max(_SMALLEST_PX, fits.size * _SMALLEST)
    by_area = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:_MOST] + 1
    for label in by_area.tolist():
        x, y, width, height, area = (int(value) for value in stats[label])
        if area < smallest:
            return
        inside = labels[y : y + height, x : x + width] == label
        score = float(fits[y : y + height, x : x + width][inside].mean()) * _solidity(inside)
        yield Detection((x, y, x + width, y + height), phrase, score, score)


def _solidity(inside: np.ndarray) -> float:
    """0 … 1: the part of its convex hull, pixel corners and all, that a region fills."""
    rows = np.flatnonzero(inside.any(axis=1))
    first = inside.argmax(axis=1)[rows]
    last = inside.shape[1] - inside[:, ::-1].argmax(axis=1)[rows]
    corners = [(x, y + side) for x in (first, last) for y in (rows,) for side in (0, 1)]
    points = np.concatenate([np.column_stack(each) for each in corners]).astype(np.float32)
    return min(1.0, np.count_nonzero(inside) / cv2.contourArea(cv2.convexHull(points)))
