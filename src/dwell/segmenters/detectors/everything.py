"""A detector that finds whatever stands out, by clicking all over the picture; words do not matter to it.

Each place of a grid is clicked, and the segmenter's answers vote: a region that many of the clicks in it
agree on is likely a thing. Source: the grid of clicks is that of SAM's automatic masks (Kirillov et al. 2023,
https://arxiv.org/abs/2304.02643); the vote is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dwell.errors import PromptError
from dwell.prompts import Point
from dwell.segmenters.contract import Detection, Encoding, Preparing, Segmenter
from dwell.segmenters.open import open_backend
from dwell.types import ByteArray

__all__ = ["EverythingDetector"]

_SMALLEST, _LARGEST = 0.0008, 0.5
"""Share of the picture that a thing covers."""
_ALIKE = 0.7
"""Answers with a larger IoU are the same."""
_SMALL_PX = 240
"""Masks are compared at about this many px along the longer side."""


class EverythingDetector:
    """Boxes around whatever stands out, at all sizes; each is called by the first phrase.

    Args:
        segmenter: who answers the clicks; None = the embedded backend.
        clicks: about how many places are clicked.
    """

    name = "everything"

    def __init__(self, segmenter: Segmenter | None = None, clicks: int = 80) -> None:
        self._segmenter = open_backend("embedded") if segmenter is None else segmenter
        self._clicks = clicks

    def describe(self) -> dict[str, str | int | float | bool]:
        """Name, version and number of clicks."""
        return {"name": self.name, "version": 1, "clicks": self._clicks}

    def detect(self, image: ByteArray, phrases: Sequence[str], floor: float = 0.05) -> list[Detection]:
        """What stands out, best first.

        The score is the number of clicks that gave the region over the number of clicks that lie in it and
        one more, so that a single click is no proof.

        Raises:
            PromptError: there is no phrase to call things by.
        """
        if not phrases:
            raise PromptError(
                "There is no phrase to call things by; give at least one phrase, such as 'thing'."
            )
        points = _grid((image.shape[0], image.shape[1]), self._clicks)
        step = max(1, max(image.shape[:2]) // _SMALL_PX)
        answers = self._answers(image, points, step)
        if answers is None:
            return []
        masks, owners = answers
        scores = _votes(masks, owners, _places(points, masks.shape, step))
        found = []
        for at in _distinct(masks, scores):
            if scores[at] >= floor:
                box = _box(masks[at], step, image.shape)
                found.append(Detection(box, phrases[0], float(scores[at]), float(scores[at])))
        return found

    def _answers(
        self, image: ByteArray, points: Sequence[Point], step: int
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]] | None:
        """(m, h, w) every answer of a fitting size, thinned out, and (m,) which click gave it; None: none."""
        encoding: Encoding = self._segmenter.encode(image)
        if isinstance(self._segmenter, Preparing):
            self._segmenter.prepare(encoding)
        masks, owners = [], []
        for number, point in enumerate(points):
            for candidate in self._segmenter.segment(encoding, [point]):
                small = candidate.mask[step // 2 :: step, step // 2 :: step]
                if _SMALLEST <= small.mean() <= _LARGEST:
                    masks.append(small.copy())
                    owners.append(number)
        return (np.stack(masks), np.array(owners, np.int64)) if masks else None


def _grid(size_hw: tuple[int, int], n: int) -> list[Point]:
    """About n places, evenly over the picture."""
    height, width = size_hw
    columns = max(1, round((n * width / height) ** 0.5))
    rows = max(1, round(n / columns))
    return [
        Point((column + 0.5) * width / columns, (row + 0.5) * height / rows)
        for row in range(rows)
        for column in range(columns)
    ]


def _places(points: Sequence[Point], shape: tuple[int, ...], step: int) -> NDArray[np.int64]:
    """(p,) flat index of each click in a thinned mask."""
    _, height, width = shape
    rows = np.minimum([int(point.y) // step for point in points], height - 1)
    columns = np.minimum([int(point.x) // step for point in points], width - 1)
    return np.asarray(rows * width + columns, np.int64)


def _votes(
    masks: NDArray[np.bool_], owners: NDArray[np.int64], places: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(m,) 0 … 1: clicks that gave about this mask / clicks that lie in it, and one more."""
    alike = _ious(masks) > _ALIKE
    voters = np.zeros((len(masks), len(places)), bool)
    for mask, owner in enumerate(owners):
        voters[:, owner] |= alike[:, mask]
    flat = masks.reshape(len(masks), -1)
    inside = flat[:, places]
    votes = (voters & inside).sum(axis=1)
    found: NDArray[np.float64] = votes / (inside.sum(axis=1) + 1)
    return found


def _ious(masks: NDArray[np.bool_]) -> NDArray[np.float32]:
    flat = masks.reshape(len(masks), -1).astype(np.float32)
    shared = flat @ flat.T
    areas = flat.sum(axis=1)
    found: NDArray[np.float32] = shared / (areas[:, None] + areas - shared)
    return found


def _distinct(masks: NDArray[np.bool_], scores: NDArray[np.float64]) -> list[int]:
    """The masks from the best on, without those that are about one that came before."""
    ious = _ious(masks)
    chosen: list[int] = []
    for at in np.argsort(-scores, kind="stable").tolist():
        if not chosen or ious[at, chosen].max() <= _ALIKE:
            chosen.append(at)
    return chosen


def _box(mask: NDArray[np.bool_], step: int, shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    """(x0, y0, x1, y1) px of the picture around a thinned mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x1, y1 = min((columns[-1] + 1) * step, shape[1]), min((rows[-1] + 1) * step, shape[0])
    return float(columns[0] * step), float(rows[0] * step), float(x1), float(y1)
