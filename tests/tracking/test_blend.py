"""Forward and backward answers for one frame become one, by hand."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from dwell.masks import Mask, MaskRecord, Signals
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


@pytest.mark.parametrize("states", [(State.LOST, State.LOST), (State.ABSENT, State.LOST)])
def test_a_doubt_of_either_side_stays_where_neither_sees_it(states):
    def checked(*checks):
        sides = (replace(record(state=s, score=0.1), check=c) for s, c in zip(states, checks, strict=True))
        return blend(*sides, 0.5).check

    assert checked(True, False)
    assert checked(False, True)
    assert not checked(False, False)


def slow_between(a, b, weight):
    """The level set between two masks, from distances over the whole frame."""

    def signed(mask):
        return np.where(mask, distance_transform_edt(mask) - 0.5, 0.5 - distance_transform_edt(~mask))

    return (1 - weight) * signed(a) + weight * signed(b) > 1e-9


@pytest.mark.parametrize("seed", range(30))
def test_outlines_at_the_edge_of_the_frame_and_tiny_ones(seed):
    random = np.random.default_rng(seed)
    height, width = SIZE_HW
    size = random.integers(1, 5) if seed % 2 else random.integers(10, 30)
    x, y = random.choice([0, 10, width - size]), random.choice([0, 10, height - size])
    a = np.zeros(SIZE_HW, dtype=bool)
    a[y : y + size, x : x + size] = True
    b = np.zeros(SIZE_HW, dtype=bool)
    b[y : y + size + random.integers(0, 2), max(x - random.integers(0, 2), 0) : x + size] = True
    position = float(random.choice([0.25, 0.5, 0.75]))
    forward, backward = record(Mask.from_array(a)), record(Mask.from_array(b))
    both = blend(forward, backward, position)
    if forward.mask.iou(backward.mask) < 0.5:
        assert both.check
    else:
        np.testing.assert_array_equal(
            both.mask.to_array(), slow_between(a, b, position) if (a ^ b).any() else a
        )
        assert (both.mask & forward.mask & backward.mask) == (forward.mask & backward.mask)


def test_a_mask_of_the_whole_frame_has_no_border():
    most = np.ones(SIZE_HW, dtype=bool)
    most[:, -20:] = False
    both = blend(record(Mask.full(SIZE_HW)), record(Mask.from_array(most)), 0.5)
    assert both.mask.iou(Mask.full(SIZE_HW)) > 0.9


@pytest.mark.parametrize("position", [0.2, 0.8])
def test_without_any_trust_the_nearer_anchor_decides(position):
    both = blend(record(bar(20, 40), score=0.0), record(bar(24, 44), score=0.0), position)
    nearer = bar(20, 40) if position < 0.5 else bar(24, 44)
    assert both.mask.iou(nearer) > 0.9
    assert both.score == 0


def test_the_last_digit_of_a_distance_decides_nothing(monkeypatch):
    # Bars 20…40 and 23…43 meet half-way in the middle of pixels 21 and 41: a tie.
    forward, backward = record(bar(20, 40)), record(bar(23, 43))
    masks = [blend(forward, backward, 0.5).mask]
    exact = cv2.distanceTransform
    for noise in (-1e-6, 1e-6):
        monkeypatch.setattr(cv2, "distanceTransform", lambda *args, n=noise: exact(*args) + np.float32(n))
        masks.append(blend(forward, backward, 0.5).mask)
    assert masks[0] == masks[1] == masks[2]
    assert masks[0].box_xyxy[::2] == (22, 41)


def test_of_the_signals_the_more_doubtful_ones_stay():
    one = Signals(object_score=0.9, iou_estimate=0.4, area_ratio=0.4, shift=0.1, new_parts=1)
    other = Signals(object_score=0.7, area_ratio=2.0, shift=0.2, frame_share=0.1, interpolated=True)
    both = blend(
        replace(record(bar(20, 40)), signals=one), replace(record(bar(24, 44)), signals=other), 0.5
    ).signals
    expected = Signals(
        object_score=0.7, iou_estimate=0.4, area_ratio=0.4, shift=0.2, new_parts=1, frame_share=0.1,
        agreement=16 / 24, interpolated=True,
    )  # fmt: skip
    assert both == expected


def test_sides_that_agree_on_nothing_being_there_agree():
    assert blend(record(state=State.LOST), record(state=State.ABSENT), 0.5).signals.agreement == 1
    assert blend(record(bar(20, 40)), record(state=State.ABSENT), 0.5).signals.agreement == 0
    assert blend(record(bar(20, 40)), record(bar(50, 60)), 0.5).signals.agreement == 0
