"""From the answers to one click to a part, the thing, and what it belongs to."""

import numpy as np
import pytest

from dwell.everything.gaze_first.granularity import Level, is_inside, nested_pieces
from dwell.masks import Mask
from dwell.segmenters.contract import Candidate

SIZE_HW = (40, 50)
POINT = (15.5, 15.5)


def box(x0, y0, x1, y1):
    return Mask.from_box((x0, y0, x1, y1), SIZE_HW)


PART, THING, WHOLE = box(12, 12, 18, 18), box(10, 10, 22, 22), box(5, 5, 40, 30)


def pieces(*masks, granularities=3):
    candidates = [Candidate(mask.to_array(), 0.9 - 0.1 * i) for i, mask in enumerate(masks)]
    return [(each.level, each.mask) for each in nested_pieces(candidates, POINT, granularities)]


def test_the_best_answer_is_the_thing_and_the_others_are_what_is_in_and_around_it():
    assert pieces(THING, WHOLE, PART) == [(Level.PART, PART), (Level.THING, THING), (Level.WHOLE, WHOLE)]
    assert pieces(WHOLE, THING, PART) == [(Level.PART, THING), (Level.THING, WHOLE)], "the better part"


def test_fewer_granularities():
    assert pieces(THING, WHOLE, PART, granularities=1) == [(Level.THING, THING)]
    assert pieces(THING, WHOLE, PART, granularities=2) == [(Level.THING, THING), (Level.WHOLE, WHOLE)]


def test_what_misses_the_point_is_passed_over():
    beside = box(25, 10, 35, 20)
    assert pieces(beside, THING) == [(Level.THING, THING)]


def test_more_than_half_the_picture_is_background():
    """40 × 50 px: 1000 px are half of it."""
    assert pieces(box(0, 0, 50, 20)) == [(Level.THING, box(0, 0, 50, 20))]
    assert pieces(box(0, 0, 50, 21)) == []


def test_crumbs_are_nothing():
    assert pieces(box(14, 14, 17, 17)) == []


def test_masks_that_are_nearly_one_or_only_overlap_are_no_part_and_no_whole():
    """Of 12 × 12 px, 11 × 12 is an IoU of 0.92; a box that holds 75 % of the thing does not hold it."""
    assert pieces(THING, box(10, 10, 21, 22)) == [(Level.THING, THING)]
    assert pieces(THING, box(13, 5, 40, 30)) == [(Level.THING, THING)]


def test_inside_is_nine_tenths_of_it_and_much_smaller():
    assert is_inside(box(0, 0, 10, 10), box(1, 0, 30, 30)), "90 of 100 px"
    assert not is_inside(box(0, 0, 10, 10), box(2, 0, 30, 30)), "80 of 100 px"
    assert not is_inside(THING, PART)
    assert not is_inside(THING, THING)


def test_no_answer_gives_nothing():
    assert nested_pieces([], POINT) == []


@pytest.mark.parametrize("point", [(-1.0, 5.0), (float("nan"), 5.0)])
def test_a_point_beside_the_picture_is_on_nothing(point):
    assert nested_pieces([Candidate(np.ones(SIZE_HW, bool)[:40], 0.9)], point) == []
