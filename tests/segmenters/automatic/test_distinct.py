"""Which masks stay, beside a slow loop over pixels."""

import numpy as np
import pytest

from dwell.masks import Mask
from dwell.prompts import Point
from dwell.segmenters.automatic.distinct import best_first, distinct
from dwell.segmenters.automatic.steadiness import innermost
from dwell.segmenters.contract import AutomaticMask


def drawn(n, seed=0, size_hw=(40, 50)):
    """Boxes of all sizes, many of them alike, some with holes."""
    random = np.random.default_rng(seed)
    arrays = []
    for _ in range(n):
        y0, x0 = random.integers(0, 4, 2) * 5 + random.integers(0, 2, 2)
        height, width = random.integers(1, 5, 2) * 6
        array = np.zeros(size_hw, bool)
        array[y0 : y0 + height, x0 : x0 + width] = True
        array[random.integers(0, 40), random.integers(0, 50)] ^= True
        arrays.append(array)
    return arrays


def slowly(arrays, order, threshold):
    kept = []
    for at in order:
        alike = False
        for other in kept:
            shared = either = 0
            for one, two in zip(arrays[at].ravel().tolist(), arrays[other].ravel().tolist(), strict=True):
                shared += one and two
                either += one or two
            alike |= shared / either > threshold
        if not alike:
            kept.append(at)
    return kept


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.8, 1.0])
def test_it_keeps_what_a_slow_loop_keeps(threshold):
    arrays = drawn(60)
    order = np.random.default_rng(1).permutation(60).tolist()
    masks = [Mask.from_array(array) for array in arrays]
    kept = distinct(masks, order, threshold)
    assert kept == slowly(arrays, order, threshold)
    assert 1 <= len(kept) < 60 or threshold == 1


def test_none_of_none():
    assert distinct([], [], 0.5) == []


def test_by_score_then_area():
    masks = [Mask.from_array(np.arange(20).reshape(4, 5) < n) for n in (3, 9, 5, 9)]
    found = [AutomaticMask(mask, score, 1.0) for mask, score in zip(masks, (0.8, 0.7, 0.8, 0.9), strict=True)]
    assert [each.mask.area for each in best_first(found)] == [9, 5, 3, 9]


def test_the_innermost_pixel_is_farthest_from_all_that_is_not_the_mask():
    """Beside a slow search over all pairs of pixels; beyond the picture's edge there is no mask."""
    for array in drawn(4, seed=5):
        outside = [tuple(at) for at in np.argwhere(~np.pad(array, 1)) - 1]
        far = {
            tuple(at): min((at[0] - y) ** 2 + (at[1] - x) ** 2 for y, x in outside)
            for at in np.argwhere(array)
        }
        point = innermost(array)
        assert far[int(point.y), int(point.x)] == max(far.values())
    assert innermost(np.ones((5, 5), bool)) == Point(2.5, 2.5)
