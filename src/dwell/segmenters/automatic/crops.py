"""Where to look: crops of a picture, layer by layer, and the places that are clicked in each.

Source: Kirillov et al. 2023, https://arxiv.org/abs/2304.02643, appendix B ("cropping") – the picture, then
layers of 2 × 2, 4 × 4 … overlapping crops, each clicked on a coarser grid. Written anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np

from dwell.masks import Mask
from dwell.segmenters.contract import AutomaticOptions
from dwell.types import FloatArray

__all__ = ["Crop", "crops_of"]

_NEAR = 0.02
"""A mask this near to a crop's border, as a share of the crop's longer side, may go on beyond it: 20 px of
the 1024 that SAM sees, as published."""


@dataclass(frozen=True)
class Crop:
    """A part of a picture that is looked at by itself."""

    layer: int
    """0: the picture itself."""
    box_xyxy: tuple[int, int, int, int]
    """px of the picture, x1 and y1 exclusive."""

    @property
    def size_hw(self) -> tuple[int, int]:
        """(height, width), px."""
        x0, y0, x1, y1 = self.box_xyxy
        return y1 - y0, x1 - x0

    @property
    def area(self) -> int:
        """Pixels."""
        return self.size_hw[0] * self.size_hw[1]

    def clicks(self, options: AutomaticOptions) -> FloatArray:
        """(n, 2) px of the crop: middles of about square cells, row by row."""
        height, width = self.size_hw
        n_long = max(1, options.points_per_side // options.crop_n_points_downscale_factor**self.layer)
        n_x, n_y = (max(1, round(n_long * side / max(height, width))) for side in (width, height))
        x, y = (np.arange(n_x) + 0.5) * width / n_x, (np.arange(n_y) + 0.5) * height / n_y
        return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

    def cuts(self, mask: Mask) -> bool:
        """Whether a mask of the picture ends at one of the crop's borders within the picture."""
        if mask.box_xyxy is None or self.layer == 0:
            return False
        height, width = mask.size_hw
        near = _NEAR * max(self.size_hw)
        for mine, own, end in zip(mask.box_xyxy, self.box_xyxy, (0, 0, width, height), strict=True):
            if abs(mine - own) <= near < abs(mine - end):
                return True
        return False


def crops_of(size_hw: tuple[int, int], options: AutomaticOptions) -> list[Crop]:
    """The picture, and the crops of each layer, column by column; neighbours overlap."""
    height, width = size_hw
    found = [Crop(0, (0, 0, width, height))]
    for layer in range(1, options.crop_n_layers + 1):
        n = 2**layer
        overlap = int(options.crop_overlap_ratio * min(size_hw) * 2 / n)
        sides = [math.ceil((overlap * (n - 1) + side) / n) for side in (width, height)]
        for column, row in product(range(n), range(n)):
            x0, y0 = (at * (side - overlap) for at, side in zip((column, row), sides, strict=True))
            box = x0, y0, min(x0 + sides[0], width), min(y0 + sides[1], height)
            if box[2] > x0 and box[3] > y0:
                found.append(Crop(layer, box))
    return found
