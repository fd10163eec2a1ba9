"""Masks without prompts from any segmenter: click everywhere, keep what it is sure of, and keep it once.

Source: the automatic mask generation of Segment Anything (Kirillov et al. 2023, appendix B,
https://arxiv.org/abs/2304.02643). Written anew; what differs is said at ``GridProposer``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from dwell.masks import Mask
from dwell.prompts import Point
from dwell.segmenters.automatic.crops import Crop, crops_of
from dwell.segmenters.automatic.distinct import best_first, distinct
from dwell.segmenters.automatic.steadiness import steadiness
from dwell.segmenters.contract import (
    Answer,
    AutomaticMask,
    AutomaticOptions,
    Clicking,
    Encoding,
    Preparing,
    Segmenter,
)
from dwell.segmenters.open import open_backend
from dwell.types import BoolArray, ByteArray

__all__ = ["GridProposer"]

NETWORKS = (0.8, 0.9)
"""Least (score, stability) of a network's masks where nothing is given. SAM's own are 0.88 and 0.95."""
OTHERS = (0.5, 0.7)
"""The same of other segmenters."""


class GridProposer:
    """A proposer that clicks all over the picture; see ``contract.Proposer``.

    Of the answers to all clicks on the picture and its crops, those stay that have a good score, hold still,
    and are neither too small, too large nor cut off by a crop; no two alike. Where it differs from SAM's
    automatic mask generator:

    * alike are masks with a large IoU, not masks with about the same box;
    * a picture that is not square is clicked at about square distances;
    * stability is measured on a network's own low-resolution logits; of a segmenter that gives none, by a
      second click at the innermost point of the mask;
    * of too many masks, the best ``max_masks`` are kept.

    Args:
        segmenter: who answers the clicks; a name is that of a backend. One that is ``Clicking`` is asked for
            many clicks at once.

    Raises:
        MissingBackend: no such name, or what it needs is not installed.
        ModelError: the model cannot be had.
    """

    def __init__(self, segmenter: Segmenter | str = "embedded") -> None:
        self._segmenter = open_backend(segmenter) if isinstance(segmenter, str) else segmenter
        self.name: str = getattr(self._segmenter, "name", type(self._segmenter).__name__)

    @property
    def segmenter(self) -> Segmenter:
        """Who answers the clicks."""
        return self._segmenter

    @property
    def usual(self) -> tuple[float, float]:
        """Least (score, stability) where nothing is given; networks are the surer ones."""
        return NETWORKS if isinstance(self._segmenter, Clicking) else OTHERS

    def describe(self) -> dict[str, str | int | float | bool]:
        """What the segmenter says of itself, and that it was asked by a grid."""
        described: dict[str, str | int | float | bool] = getattr(self._segmenter, "describe", dict)()
        return {**described, "name": self.name, "proposer": "grid", "grid version": 1}

    def propose(
        self, image: ByteArray, options: AutomaticOptions, beside: ByteArray | None = None
    ) -> list[AutomaticMask]:
        """Masks that may overlap and nest, best first, no two alike; ``beside`` is not looked at.

        Args:
            image: (h, w, 3) uint8 RGB.
            options: what to keep, and how hard to look.
            beside: anything.
        """
        looks = [
            (crop.area, each)
            for crop in crops_of((image.shape[0], image.shape[1]), options)
            for each in self._look(image, crop, options)
        ]
        by_crop = [each for _, each in sorted(looks, key=lambda look: (look[0], -look[1].score))]
        kept = _distinct(by_crop, options) if options.crop_n_layers else by_crop
        return best_first(kept)[: options.max_masks]

    def _look(self, image: ByteArray, crop: Crop, options: AutomaticOptions) -> list[AutomaticMask]:
        """What is found on one crop, best first, no two alike; at the picture's size."""
        x0, y0, x1, y1 = crop.box_xyxy
        encoding: Encoding = self._segmenter.encode(np.ascontiguousarray(image[y0:y1, x0:x1]))
        found: dict[Mask, AutomaticMask] = {}
        for answer in self._answers(encoding, crop, options):
            if not options.passes(answer.score, answer.stability, self.usual):
                continue
            mask = Mask.from_array(_placed(answer.mask(), crop, (image.shape[0], image.shape[1])))
            if _fits(mask, crop, options) and not (mask in found and found[mask].score >= answer.score):
                found[mask] = AutomaticMask(mask, answer.score, answer.stability)
        chosen = _distinct(best_first(list(found.values())), options)
        if isinstance(self._segmenter, Clicking):
            return chosen
        least = options.least(self.usual)[1]
        return steadiness(self._segmenter, encoding, crop, chosen, least, options.max_masks)

    def _answers(self, encoding: Encoding, crop: Crop, options: AutomaticOptions) -> Iterator[Answer]:
        points = crop.clicks(options)
        if isinstance(self._segmenter, Clicking):
            yield from self._segmenter.click_all(
                encoding,
                points,
                offset=options.stability_score_offset,
                per_batch=options.points_per_batch,
            )
            return
        if isinstance(self._segmenter, Preparing):
            self._segmenter.prepare(encoding)
        for x, y in points.tolist():
            for candidate in self._segmenter.segment(encoding, [Point(x, y)]):
                yield Answer(candidate.score, 1.0, partial(np.asarray, candidate.mask))


def _distinct(found: list[AutomaticMask], options: AutomaticOptions) -> list[AutomaticMask]:
    """Those that are not alike one before."""
    masks = [each.mask for each in found]
    return [found[i] for i in distinct(masks, range(len(masks)), options.nms_thresh)]


def _placed(mask: BoolArray, crop: Crop, size_hw: tuple[int, int]) -> BoolArray:
    """A mask of a crop at its place in the picture."""
    if mask.shape == size_hw:
        return mask
    x0, y0, x1, y1 = crop.box_xyxy
    whole = np.zeros(size_hw, bool)
    whole[y0:y1, x0:x1] = mask
    return whole


def _fits(mask: Mask, crop: Crop, options: AutomaticOptions) -> bool:
    """Whether its area is within the limits, and no border of the crop cuts it off."""
    share = mask.area / (mask.size_hw[0] * mask.size_hw[1])
    return share > 0 and options.min_area <= share <= options.max_area and not crop.cuts(mask)
