"""Forward and backward answers for one frame become one, by hand."""

import numpy as np
import pytest

from dwell.masks import Mask, MaskRecord
from dwell.tracking.blend import blend
from dwell.types import Direction, Origin, State

SIZE_HW = (60, 80)


def bar(x0, x1):
    mask = np.zeros(SIZE_HW, dtype=bool)
    mask[20:40, x0:x1] = True
    return Mask.from_array(mask)


def record(mask=None, score=0.8, state=State.VISIBLE, direction=Direction.FORWARD):
    mask = Mask.empty(SIZE_HW) if mask is None else mask
    return MaskRecord(1, 5, mask, state, score, origin=Origin.MODEL, direction=direction)


def test_agreeing_outlines_meet_halfway():
    # Bars 20…40 and 24…44: half-way, with equal trust, lies 22…42.
    both = blend(record(bar(20, 40)), record(bar(24, 44), direction=Direction.BACKWARD), 0.5)
    x0, _, x1, _ = both.mask.box_xyxy
    assert (x0, x1) == (22, 42)
    assert both.direction is Direction.BOTH
    assert not both.check
    assert both.score == pytest.approx(0.8 * np.sqrt(16 / 24))


def test_the_nearer_anchor_weighs_more():
    near_left = blend(record(bar(20, 40)), record(bar(24, 44)), 0.1)
    near_right = blend(record(bar(20, 40)), record(bar(24, 44)), 0.9)
    assert near_left.mask.box_xyxy[0] < near_right.mask.box_xyxy[0]


def test_identical_masks_stay_as_they_are():
    both = blend(record(bar(20, 40)), record(bar(20, 40)), 0.3)
    assert both.mask == bar(20, 40)
    assert both.score == pytest.approx(0.8)


def test_disagreement_is_settled_by_trust_and_shown():
    both = blend(record(bar(0, 10), score=0.9), record(bar(60, 70), score=0.2), 0.5)
    assert both.mask == bar(0, 10)
    assert both.check
    assert both.score == 0


def test_a_sighting_outweighs_a_loss_but_asks_for_a_look():
    both = blend(record(bar(0, 10)), record(state=State.LOST, score=0.1), 0.5)
    assert (both.state, both.check, both.score) == (State.VISIBLE, True, 0.4)


def test_absent_on_one_side_and_lost_on_the_other_is_absent():
    both = blend(record(state=State.LOST, score=0.0), record(state=State.ABSENT, score=0.3), 0.5)
    assert both.state is State.ABSENT
    assert not both.mask
