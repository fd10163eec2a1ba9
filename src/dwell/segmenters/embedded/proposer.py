"""Masks of whatever there is on an image, without prompts and without weights to download."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.masks import Mask
from dwell.segmenters.contract import AutomaticMask, AutomaticOptions
from dwell.segmenters.embedded.boundaries import find_borders
from dwell.segmenters.embedded.diffusion import diffuse
from dwell.segmenters.embedded.frame import encode_frame
from dwell.segmenters.embedded.objectness import Scene, overlaps, stability
from dwell.segmenters.embedded.outlines import Outliner
from dwell.segmenters.embedded.plan import prepare
from dwell.segmenters.embedded.shape_pool import find_shapes
from dwell.segmenters.embedded.threads import one_blas_thread
from dwell.types import BoolArray, ByteArray

__all__ = ["EmbeddedProposer"]

USUAL = (0.3, 0.7)
"""Least (score, stability) where nothing is given."""
_VERSION = 1
_SLACK = 0.12
"""Sets of superpixels whose IoU is this much under the limit may be too alike as masks."""


class EmbeddedProposer:
    """A multi-scale over-segmenter; see ``contract.Proposer``.

    Superpixels are put together in many ways – trees, fillings from seeds, unions of neighbours, growth by
    colour – and what results is judged by its outline, its colours and, given another frame, its motion.
    There are no clicks: options about clicks and crops are ignored.
    """

    name = "embedded"

    def describe(self) -> dict[str, str | int | float | bool]:
        """Version and libraries that fix the result."""
        return {"name": self.name, "version": _VERSION, "opencv": cv2.__version__, "numpy": np.__version__}

    def propose(
        self, image: ByteArray, options: AutomaticOptions, beside: ByteArray | None = None
    ) -> list[AutomaticMask]:
        """Masks of things and parts, best first.

        Args:
            image: (h, w, 3) uint8 RGB, at least 32 px a side.
            options: what to keep.
            beside: a frame of the same size shortly before or after: what moves by itself is found better.

        Raises:
            ValueError: a picture is smaller or has another shape or dtype, or the two differ in size.
        """
        with one_blas_thread():
            frame = encode_frame(image, None if beside is None else encode_frame(beside))
            plan = prepare(frame)
            borders = find_borders(frame, plan)
            scene = Scene(plan, borders, diffuse(plan, borders))
            found = _passing(scene, options, *find_shapes(scene))
            return _distinct_masks(scene, options, Outliner(frame, plan), found)


@dataclass(frozen=True, eq=False)
class _Found:
    """m sets of superpixels, best first."""

    shapes: BoolArray
    """(n, m)"""
    scores: NDArray[np.float32]
    stability: NDArray[np.float32]


def _passing(
    scene: Scene, options: AutomaticOptions, shapes: BoolArray, scores: NDArray[np.float32]
) -> _Found:
    """The shapes that are good and steady enough, by score, then area."""
    steady = stability(scene, shapes, options.stability_score_offset)
    least, least_stability = options.least(USUAL)
    good = (scores >= least) & (steady >= least_stability)
    kept = np.flatnonzero(good)
    order = kept[np.lexsort((-(scene.sizes @ shapes[:, kept]), -scores[kept]))]
    return _Found(shapes[:, order], scores[order], steady[order].astype(np.float32))


def _distinct_masks(
    scene: Scene, options: AutomaticOptions, outliner: Outliner, found: _Found
) -> list[AutomaticMask]:
    """As masks at the image's size, without those that are too large, too small or like a better one."""
    iou = overlaps(scene, found.shapes)
    chosen: list[AutomaticMask] = []
    places: list[int] = []
    for at in range(len(found.scores)):
        if len(chosen) >= options.max_masks:
            break
        near = iou[at, places] > options.nms_thresh - _SLACK
        if (iou[at, places] > options.nms_thresh).any():
            continue
        mask = Mask.from_array(outliner.outline(found.shapes[:, at]))
        share = mask.area / (mask.size_hw[0] * mask.size_hw[1])
        if not options.min_area <= share <= options.max_area or not mask:
            continue
        if any(mask.iou(chosen[other].mask) > options.nms_thresh for other in np.flatnonzero(near)):
            continue
        chosen.append(AutomaticMask(mask, float(found.scores[at]), float(found.stability[at])))
        places.append(at)
    return chosen
