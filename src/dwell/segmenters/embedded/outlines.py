"""Sets of superpixels as masks with smooth outlines at the image's own size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.masks import Mask
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.plan import PromptPlan
from dwell.segmenters.embedded.planes import Plane
from dwell.types import BoolArray, IntArray

__all__ = ["Cutout", "Outliner"]

_ROUNDS = 2
_PLACE = 8.0  # Lab difference that weighs like a pixel's being on the other side of its superpixel's border
_SMOOTH_PX = 1.6
_KERNEL = 9
_MARGIN = 10  # px


@dataclass(frozen=True, eq=False)
class Cutout:
    """A mask, of which only the box around it is held."""

    corner_xy: tuple[int, int]
    """px of the image."""
    inside: BoolArray
    """(h, w) of the box."""
    image_hw: tuple[int, int]

    @cached_property
    def area(self) -> int:
        """Number of pixels."""
        return int(np.count_nonzero(self.inside))

    def to_mask(self) -> Mask:
        """At the image's size."""
        (x, y), (height, width) = self.corner_xy, self.inside.shape
        picture = np.zeros(self.image_hw, bool)
        picture[y : y + height, x : x + width] = self.inside
        return Mask.from_array(picture)

    def iou(self, other: Cutout) -> float:
        """Shared pixels over all pixels of the two."""
        low = np.maximum(self.corner_xy, other.corner_xy)
        high = np.minimum(self._end_xy, other._end_xy)
        if (low >= high).any():
            return 0.0
        shared = int(np.count_nonzero(self._part(low, high) & other._part(low, high)))
        return shared / max(self.area + other.area - shared, 1)

    @property
    def _end_xy(self) -> tuple[int, int]:
        return self.corner_xy[0] + self.inside.shape[1], self.corner_xy[1] + self.inside.shape[0]

    def _part(self, low: IntArray, high: IntArray) -> BoolArray:
        x, y = self.corner_xy
        return self.inside[low[1] - y : high[1] - y, low[0] - x : high[0] - x]


class Outliner:
    """Makes masks from sets of superpixels; what all masks of one image share is computed once."""

    def __init__(self, frame: Frame, plan: PromptPlan) -> None:
        self._image_hw, self._work_hw = frame.image_hw, frame.work_hw
        self._labels = _fine_labels(frame, plan)
        self._boxes = _boxes(plan, frame.work_hw)

    def outline(self, members: BoolArray) -> Cutout:
        """The mask of (n,) superpixels."""
        x0, y0, x1, y1 = self._box(members)
        inside = members[self._labels[y0:y1, x0:x1]].view(np.uint8) * np.uint8(255)
        soft = cv2.GaussianBlur(inside, (_KERNEL, _KERNEL), _SMOOTH_PX)
        if self._image_hw == self._work_hw:
            return Cutout((x0, y0), soft > 127, self._image_hw)
        return self._enlarged(soft, x0, y0)

    def _enlarged(self, soft: Plane, x0: int, y0: int) -> Cutout:
        """A part of the working picture whose corner is (x0, y0), at the image's size."""
        scale_x, scale_y = self._image_hw[1] / self._work_hw[1], self._image_hw[0] / self._work_hw[0]
        left, top = round(x0 * scale_x), round(y0 * scale_y)
        right, bottom = round((x0 + soft.shape[1]) * scale_x), round((y0 + soft.shape[0]) * scale_y)
        back = np.array(
            [
                [1 / scale_x, 0, (left + 0.5) / scale_x - 0.5 - x0],
                [0, 1 / scale_y, (top + 0.5) / scale_y - 0.5 - y0],
            ]
        )
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = (right - left, bottom - top)
        large = cv2.warpAffine(soft, back, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
        return Cutout((left, top), np.asarray(large) > 127, self._image_hw)

    def _box(self, members: BoolArray) -> tuple[int, int, int, int]:
        """Working px: around the superpixels, with room for what moved and what is smoothed."""
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


def _boxes(plan: PromptPlan, work_hw: tuple[int, int]) -> IntArray:
    """(n, 4) x0, y0, x1, y1 of each superpixel, working px."""
    rows, cols = np.indices(plan.plan_hw)
    flat = plan.patches.labels.ravel()
    ends = []
    for place, n_small, n_large in ((cols, plan.plan_hw[1], work_hw[1]), (rows, plan.plan_hw[0], work_hw[0])):
        first, last = np.full(plan.patches.n, n_small), np.zeros(plan.patches.n, np.int64)
        np.minimum.at(first, flat, place.ravel())
        np.maximum.at(last, flat, place.ravel() + 1)
        ends.append((first * n_large // n_small, -(-last * n_large // n_small)))
    (x0, x1), (y0, y1) = ends
    return np.stack([x0, y0, x1, y1], axis=1)
