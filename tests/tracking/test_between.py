"""Masks of skipped frames, worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dwell.masks import Mask, MaskRecord
from dwell.tracking.between import interpolate
from dwell.types import Direction, Origin, State

SIZE_HW = (60, 80)


def box(x0, y0, x1, y1):
    return Mask.from_box((x0, y0, x1, y1), SIZE_HW)


def record(frame_idx, mask=None, score=0.8, state=None, check=False):
    state = state or (State.VISIBLE if mask else State.LOST)
    mask = mask or Mask.empty(SIZE_HW)
    return MaskRecord(1, frame_idx, mask, state, score, Origin.MODEL, Direction.FORWARD, check=check)


def test_a_square_that_moves_is_half_way_at_half_time():
    between = interpolate(record(8, box(10, 10, 20, 20)), record(12, box(30, 14, 40, 24), score=0.6), 10)
    assert between.mask == box(20, 12, 30, 22)
    assert between.score == pytest.approx(0.6)  # the lower one; the shapes are the same
    assert between.signals.interpolated
    assert (between.frame_idx, between.origin, between.direction) == (10, Origin.MODEL, Direction.FORWARD)


def test_frames_may_be_skipped_unevenly_and_backward():
    late = interpolate(record(8, box(10, 10, 20, 20)), record(12, box(30, 10, 40, 20)), 11)
    assert late.mask == box(25, 10, 35, 20)
    backward = interpolate(record(12, box(30, 10, 40, 20)), record(8, box(10, 10, 20, 20)), 11)
    assert backward.mask == late.mask


def test_a_square_that_grows_has_the_size_between():
    # From a side of 10 to one of 14 about the same centre: 12 half-way. Of the larger one, 100/196 agree.
    between = interpolate(record(0, box(20, 20, 30, 30)), record(2, box(18, 18, 32, 32)), 1)
    assert between.mask == box(19, 19, 31, 31)
    assert between.score == pytest.approx(0.8 * math.sqrt(100 / 196))


def test_what_a_person_showed_counts_as_certain():
    anchor = MaskRecord(1, 0, box(5, 5, 9, 9), State.VISIBLE, math.nan, Origin.USER, None)
    between = interpolate(anchor, record(2, box(5, 5, 9, 9), score=0.7), 1)
    assert (between.score, between.origin, between.direction) == (0.7, Origin.MODEL, Direction.FORWARD)


def test_a_square_that_leaves_the_frame_is_cut_off_there():
    between = interpolate(record(0, box(60, 10, 70, 20)), record(2, box(76, 10, 80, 20)), 1)
    assert between.mask.box_xyxy[2] <= 80
    assert between.mask


def test_a_flat_bar_and_an_upright_one_leave_something_between():
    # Crossed at their centres they share 2 × 2 px; the outline between might vanish, the AOI must not.
    flat, upright = box(10, 29, 50, 31), box(29, 10, 31, 50)
    for frame_idx in range(1, 8):
        between = interpolate(record(0, flat), record(8, upright), frame_idx)
        assert between.state is State.VISIBLE
        assert between.mask
        assert between.score == pytest.approx(0.8 * math.sqrt(4 / 156))


@pytest.mark.parametrize(("frame_idx", "state"), [(1, State.VISIBLE), (2, State.VISIBLE), (3, State.LOST)])
def test_seen_on_one_side_only_the_nearer_frame_decides(frame_idx, state):
    seen, lost = record(0, box(10, 10, 20, 20), check=True), record(4, score=0.4)
    between = interpolate(seen, lost, frame_idx)
    assert between.state is state
    assert between.mask == (seen if state is State.VISIBLE else lost).mask
    assert between.score == pytest.approx(0.4 if state is State.VISIBLE else 0.2)
    assert not between.check


def test_seen_on_neither_side_the_nearer_state_holds():
    absent, lost = record(0, state=State.ABSENT, score=0.3), record(4, score=0.1)
    assert [interpolate(absent, lost, i).state for i in (1, 2, 3)] == [State.ABSENT, State.ABSENT, State.LOST]
    assert interpolate(absent, lost, 1).score == 0.1


def test_what_a_person_approved_counts_as_certain_whoever_made_it():
    approved = replace(record(0, box(5, 5, 9, 9), score=0.2, check=True), approved=True)
    between = interpolate(approved, record(2, box(5, 5, 9, 9), score=0.7, check=True), 1)
    assert (between.score, between.check, between.approved) == (0.7, False, False)


@pytest.mark.parametrize("mask", [box(1, 1, 5, 5), None])
def test_it_is_to_be_checked_if_both_sides_are(mask):
    def checked(before, after):
        return interpolate(record(0, mask, check=before), record(2, mask, check=after), 1).check

    assert checked(True, True)
    assert not checked(True, False)
    assert not checked(False, True)


@pytest.mark.parametrize("seed", range(10))
def test_shapes_of_all_kinds_stay_masks_near_both(seed):
    random = np.random.default_rng(seed)
    masks = []
    for _ in range(2):
        corners = random.uniform((2, 2), (SIZE_HW[1] - 2, SIZE_HW[0] - 2), (5, 2))
        masks.append(Mask.from_polygon(corners, SIZE_HW))
    for frame_idx in range(1, 6):
        between = interpolate(record(0, masks[0]), record(6, masks[1]), frame_idx).mask
        areas = sorted(mask.area for mask in masks)
        assert 0 < between.area <= 1.5 * areas[1]
        ends = [np.array(mask.centroid_xy) for mask in masks]
        expected = ends[0] + (ends[1] - ends[0]) * frame_idx / 6
        assert np.linalg.norm(between.centroid_xy - expected) < 0.35 * math.sqrt(areas[1])
