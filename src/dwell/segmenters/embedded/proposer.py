"""Masks of whatever there is on an image, without prompts and without weights to download."""

from __future__ import annotations

from itertools import compress

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.contract import AutomaticMask, AutomaticOptions
from dwell.segmenters.embedded.boundaries import find_borders
from dwell.segmenters.embedded.diffusion import diffuse
from dwell.segmenters.embedded.frame import encode_frame
from dwell.segmenters.embedded.objectness import Scene, stability
from dwell.segmenters.embedded.outlines import Cutout, Outliner
from dwell.segmenters.embedded.plan import plan_of
from dwell.segmenters.embedded.shape_pool import Pool, find_shapes
from dwell.segmenters.embedded.threads import one_blas_thread
from dwell.types import ByteArray, IntArray

__all__ = ["EmbeddedProposer"]

USUAL = (0.5, 0.75)
"""Least (score, stability) where nothing is given."""
_VERSION = 1
_SLACK = (0.04, 4.0)
"""How much the IoU of masks may differ from that of their superpixels: a constant, and of 1 / sqrt(px)."""


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
            plan = plan_of(frame)
            borders = find_borders(frame, plan)
            scene = Scene(plan, borders, diffuse(plan, borders))
            return _distinct_masks(scene, options, Outliner(frame, plan), find_shapes(scene))


def _passing(scene: Scene, options: AutomaticOptions, pool: Pool) -> tuple[IntArray, NDArray[np.float32]]:
    """Numbers of the shapes good and steady enough, by score, then area; and all (m,) stabilities."""
    steady = stability(scene, pool.shapes, options.stability_score_offset)
    least, least_stability = options.least(USUAL)
    good = (pool.scores >= least) & (steady >= least_stability)
    order = np.lexsort((-(scene.sizes @ pool.shapes), -pool.scores))
    return order[good[order]], steady


def _distinct_masks(
    scene: Scene, options: AutomaticOptions, outliner: Outliner, pool: Pool
) -> list[AutomaticMask]:
    """As masks at the image's size, without those that are too large, too small or like a better one."""
    order, steady = _passing(scene, options, pool)
    slack = _SLACK[0] + _SLACK[1] / np.sqrt(scene.sizes @ pool.shapes)
    chosen: dict[int, Cutout] = {}
    for at in order.tolist():
        if len(chosen) >= options.max_masks:
            break
        near = pool.iou[at, list(chosen)]
        if (near > options.nms_thresh).any():
            continue
        cutout = outliner.outline(pool.shapes[:, at])
        doubtful = (near > options.nms_thresh - slack[at]).tolist()
        rivals = compress(chosen.values(), doubtful)
        if _fits(cutout, options) and all(cutout.iou(rival) <= options.nms_thresh for rival in rivals):
            chosen[at] = cutout
    found = [
        AutomaticMask(cutout.to_mask(), float(pool.scores[at]), float(steady[at]))
        for at, cutout in chosen.items()
    ]
    return sorted(found, key=lambda each: (-each.score, -each.mask.area))


def _fits(cutout: Cutout, options: AutomaticOptions) -> bool:
    share = cutout.area / (cutout.image_hw[0] * cutout.image_hw[1])
    return cutout.area > 0 and options.min_area <= share <= options.max_area
