"""The mask that gaze makes most likely."""

import math

import numpy as np
import pytest

from dwell.looking import Proposed
from dwell.looking.aiming import AimPoint
from dwell.looking.weighing import AREA_POWER, MODEL_POWER, levels_of, share_on, weigh
from dwell.masks import Mask

SIZE = (120, 160)


def square(x0, y0, x1, y1):
    array = np.zeros(SIZE, bool)
    array[y0:y1, x0:x1] = True
    return array


def proposed(array, score=0.5):
    return Proposed(Mask.from_array(array), score)


def slow_share(array, x, y, sigma):
    """Pixel by pixel over the plane, pixels outside the picture included as background."""
    inside = whole = 0.0
    for row in range(math.floor(y - 3 * sigma), math.ceil(y + 3 * sigma)):
        for column in range(math.floor(x - 3 * sigma), math.ceil(x + 3 * sigma)):
            weight = math.exp(-((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2) / (2 * sigma**2))
            whole += weight
            if 0 <= row < SIZE[0] and 0 <= column < SIZE[1] and array[row, column]:
                inside += weight
    return inside / whole


@pytest.mark.parametrize(("x", "y"), [(50, 40), (40.3, 30.8), (0, 0), (159, 119), (62.5, 41), (150, 10)])
def test_share_on_a_mask_is_that_of_a_slow_sum(x, y):
    array = square(40, 30, 60, 50) | square(140, 0, 160, 20)
    assert share_on(Mask.from_array(array), x, y, 7.5) == pytest.approx(
        slow_share(array, x, y, 7.5), abs=1e-12
    )


def test_shares_known_by_heart():
    half = Mask.from_array(square(80, 0, 160, 120))
    assert share_on(half, 80, 60, 5) == pytest.approx(0.5)
    assert share_on(half, 40, 60, 5) == 0
    assert share_on(Mask.full(SIZE), 80, 60, 5) == pytest.approx(1)
    assert share_on(half, 500, 60, 5) == 0  # far beside the picture
    assert share_on(half, 80.5, 60.5, 0) == pytest.approx(share_on(half, 80.5, 60.5, 0.5))


def test_gaze_beside_a_thing_still_means_it_rather_than_what_lies_under_the_gaze_alone():
    thing, behind = square(60, 40, 90, 70), ~square(60, 40, 90, 70)
    # 2 px left of the thing, with gaze that is off by 10 px: 37 % of it falls on the thing, the rest behind
    best = weigh([proposed(thing), proposed(behind)], [AimPoint(58, 55, 1.0)], 10.0)[0]
    assert best.mask == Mask.from_array(thing)
    # but not when gaze is exact
    best = weigh([proposed(thing), proposed(behind)], [AimPoint(58, 55, 1.0)], 1.0)[0]
    assert best.mask == Mask.from_array(behind)


def test_weight_is_score_share_and_size_by_hand():
    array = square(40, 30, 60, 50)
    points = [AimPoint(50, 40, 0.75), AimPoint(60, 40, 0.25)]
    (found,) = weigh([proposed(array, 0.8)], points, 4.0)
    by_hand = (
        MODEL_POWER * math.log(0.8)
        + 0.75 * math.log(slow_share(array, 50, 40, 4.0))
        + 0.25 * math.log(slow_share(array, 60, 40, 4.0))
        - AREA_POWER * math.log(400)
    )
    assert found.weight == pytest.approx(by_hand)


def test_several_places_speak_for_the_whole_not_for_a_part():
    whole, part = square(40, 30, 100, 60), square(40, 30, 60, 60)
    one = [AimPoint(50, 45, 1.0)]
    both = [AimPoint(50, 45, 0.5), AimPoint(90, 45, 0.5)]
    assert weigh([proposed(whole), proposed(part)], one, 5.0)[0].mask == Mask.from_array(part)
    assert weigh([proposed(whole), proposed(part)], both, 5.0)[0].mask == Mask.from_array(whole)


def test_nearly_equal_masks_are_one_and_empty_ones_none():
    a, almost = square(40, 30, 60, 50), square(40, 30, 60, 51)
    found = weigh([proposed(a, 0.6), proposed(almost, 0.5), proposed(square(0, 0, 0, 0))], [], 1.0)
    assert [each.score for each in found] == [0.6]


def test_levels_are_part_thing_and_whole_by_size():
    part, thing, whole = square(40, 30, 50, 40), square(40, 30, 60, 50), square(30, 20, 90, 80)
    other = square(40, 30, 62, 50)  # hardly larger than the thing: no level of its own
    weighed = weigh(
        [proposed(thing, 0.9), proposed(part, 0.5), proposed(whole, 0.4), proposed(other, 0.7)], [], 1
    )
    assert [each.mask.area for each in levels_of(weighed)] == [100, 400, 3600]
    assert levels_of([]) == ()
