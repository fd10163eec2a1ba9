"""Sets of superpixels as masks with smooth outlines at the image's own size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.plan import PromptPlan
from dwell.types import BoolArray

__all__ = ["Outliner"]

_ROUNDS = 2
_PLACE = 12.0  # Lab difference that weighs like a pixel's being on the other side of its superpixel's border
_SMOOTH_PX = 1.6
_MARGIN = 8  # px


class Outliner:
    """Makes masks from sets of superpixels; what all masks of one image share is computed once."""

    def __init__(self, frame: Frame, plan: PromptPlan) -> None:
        self._image_hw, self._work_hw = frame.image_hw, frame.work_hw
        self._labels = _fine_labels(frame, plan)
        self._boxes = _boxes(self._labels, plan.patches.n)

    def outline(self, members: BoolArray) -> BoolArray:
        """(h, w) bool at the image's size from (n,) superpixels."""
        mask = np.zeros(self._image_hw, bool)
        x0, y0, x1, y1 = self._box(members)
        inside = members[self._labels[y0:y1, x0:x1]].astype(np.uint8) * np.uint8(255)
        soft = cv2.GaussianBlur(inside, (0, 0), _SMOOTH_PX)
        sy, sx = self._image_hw[0] / self._work_hw[0], self._image_hw[1] / self._work_hw[1]
        if (sx, sy) == (1, 1):
            mask[y0:y1, x0:x1] = soft > 127
            return mask
        left, top = int(np.ceil(x0 * sx)), int(np.ceil(y0 * sy))
        right, bottom = int(x1 * sx), int(y1 * sy)
        turn = np.array([[1 / sx, 0, (left + 0.5) / sx - 0.5 - x0], [0, 1 / sy, (top + 0.5) / sy - 0.5 - y0]])
        large = cv2.warpAffine(
            soft,
            turn,
            (right - left, bottom - top),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        mask[top:bottom, left:right] = large > 127
        return mask

    def _box(self, members: BoolArray) -> tuple[int, int, int, int]:
        boxes = self._boxes[members]
        height, width = self._work_hw
        x0, y0 = np.maximum(boxes[:, :2].min(axis=0) - _MARGIN, 0)
        x1, y1 = np.minimum(boxes[:, 2:].max(axis=0) + _MARGIN, (width, height))
        return int(x0), int(y0), int(x1), int(y1)


def _fine_labels(frame: Frame, plan: PromptPlan) -> NDArray[np.int32]:
    """(h, w) superpixels at working size, whose borders have moved by a few px to where colours change."""
    labels = _enlarged(plan.patches.labels, frame.work_hw)
    height, width = frame.work_hw
    lab = frame.lab.reshape(-1, 3)
    for reach in (2, 1)[:_ROUNDS]:
        flat = labels.ravel()
        padded = np.pad(labels, reach, mode="edge")
        shifted = [
            padded[reach + dy : reach + dy + height, reach + dx : reach + dx + width].ravel()
            for dy, dx in ((-reach, 0), (reach, 0), (0, -reach), (0, reach))
        ]
        at = np.flatnonzero(np.any([near != flat for near in shifted], axis=0))
        choices = np.stack([flat[at], *(near[at] for near in shifted)])
        votes = (choices[:, None] == choices[None]).sum(axis=1)
        cost = ((plan.colours[choices] - lab[at]) ** 2).sum(axis=2)
        cost = np.minimum(cost, 900.0) - _PLACE * votes
        best = np.take_along_axis(choices, cost.argmin(axis=0)[None], axis=0)[0]
        labels = flat.copy()
        labels[at] = best
        labels = labels.reshape(height, width)
    return labels


def _enlarged(labels: NDArray[np.int32], size_hw: tuple[int, int]) -> NDArray[np.int32]:
    large = cv2.resize(labels, size_hw[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(large, np.int32)


def _boxes(labels: NDArray[np.int32], n: int) -> NDArray[np.int64]:
    """(n, 4) box of each label: x0, y0, x1, y1; an empty one where a label has no pixel left."""
    height, width = labels.shape
    boxes = np.tile(np.array([width, height, 0, 0]), (n, 1))
    rows, cols = np.indices(labels.shape)
    flat = labels.ravel()
    np.minimum.at(boxes[:, 0], flat, cols.ravel())
    np.minimum.at(boxes[:, 1], flat, rows.ravel())
    np.maximum.at(boxes[:, 2], flat, cols.ravel() + 1)
    np.maximum.at(boxes[:, 3], flat, rows.ravel() + 1)
    return boxes
