"""A further click corrects the answer so far; it should not throw it away."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.bits import Neighbours
from dwell.segmenters.embedded.plan import PromptPlan
from dwell.segmenters.embedded.proposals import Proposals
from dwell.types import BoolArray

__all__ = ["LIKENESS_TO_DRAWN", "LIKENESS_TO_GUESS", "worth_as_correction"]

LIKENESS_TO_GUESS = 0.1
"""Worth of being like the answer so far, if that was a guess. Ours, tried on DAVIS and drawn scenes."""

LIKENESS_TO_DRAWN = 0.5
"""The same, if a person drew it. Ours, set by hand."""

_CENTRED = 0.2  # worth of the click lying in the middle of what changes


def worth_as_correction(
    plan: PromptPlan,
    proposals: Proposals,
    previous: BoolArray,
    click_xy: NDArray[np.float32],
    likeness: float,
) -> NDArray[Any]:
    """(m,) worth of each guess as a correction, to be added to its rank (expected IoU).

    A person clicks in the middle of what is wrong. So what changes should have its deepest point at the
    click, and the rest should stay.

    Args:
        plan: of the image.
        proposals: m guesses that agree with all clicks.
        previous: (n,) superpixels of the answer before the click.
        click_xy: (2,) the new click, plan px.
        likeness: worth of being just like ``previous``.
    """
    sizes = plan.patches.sizes.astype(np.float32)
    masks = proposals.masks.astype(np.float32)
    both = (sizes * previous) @ masks
    alike = both / np.maximum(sizes @ masks + sizes @ previous - both, 1)
    worth: NDArray[Any] = likeness * alike + _CENTRED * _centred(plan, proposals, previous, click_xy)
    return worth


def _centred(
    plan: PromptPlan, proposals: Proposals, previous: BoolArray, click_xy: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Depth of the click in the part that changes around it, over the greatest depth of that part."""
    col, row = (int(v) for v in click_xy)
    leaf = int(plan.patches.labels[row, col])
    near = Neighbours(plan.patches.pairs, plan.patches.n)
    changes = near.connected(proposals.masks ^ previous[:, None], [leaf])
    labels = np.pad(plan.patches.labels[::4, ::4] + 1, 1)
    members = np.concatenate([np.zeros((1, changes.shape[1]), np.uint8), changes.astype(np.uint8)])
    out = np.zeros(changes.shape[1], np.float32)
    for column in range(changes.shape[1]):
        depth = cv2.distanceTransform(members[:, column][labels], cv2.DIST_L2, 3)
        out[column] = depth[row // 4 + 1, col // 4 + 1] / max(float(depth.max()), 1.0)
    return out
