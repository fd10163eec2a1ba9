"""A new mask beside the one before: trusted, to be checked, or thrown away."""

import math

import numpy as np
import pytest

from dwell.masks import Mask, Signals
from dwell.segmenters.contract import Tracked
from dwell.tracking.doubt import judge
from dwell.types import State

SIZE = (100, 200)


def box(x0, y0, x1, y1):
    return Mask.from_box((x0, y0, x1, y1), SIZE)


def seen(mask, **more):
    return Tracked(mask.to_array(), 0.8, State.VISIBLE, **more)


CUP = box(40, 40, 60, 60)  # 400 of 20,000 px


def test_a_mask_that_moves_and_grows_a_little_is_accepted_as_it_is():
    answer = seen(box(43, 40, 65, 60), object_score=0.9, iou_estimate=0.75)
    tracked, signals = judge(answer, CUP, 1)
    assert tracked.state is State.VISIBLE
    assert tracked.mask is answer.mask
    assert not tracked.check
    assert signals == Signals(0.9, 0.75, area_ratio=1.1, shift=4 / 20, frame_share=440 / 20_000)


def test_a_mask_that_fills_the_frame_is_thrown_away():
    tracked, signals = judge(seen(box(0, 0, 190, 100)), CUP, 1)
    assert tracked.state is State.LOST
    assert not tracked.mask.any()
    assert tracked.check
    assert tracked.score == 0  # nobody is sure of a mask that is not there
    assert signals.frame_share == 0.95
    assert signals.area_ratio == 19_000 / 400


def test_what_filled_the_frame_before_may_go_on_doing_so():
    tracked, _ = judge(seen(box(0, 0, 190, 100)), box(0, 0, 180, 100), 1)
    assert tracked.state is State.VISIBLE
    assert not tracked.check


def test_with_nothing_to_compare_with_a_large_mask_is_accepted():
    tracked, signals = judge(seen(Mask.full(SIZE)), None, 1)
    assert tracked.state is State.VISIBLE
    assert not tracked.check
    assert signals == Signals(frame_share=1.0)


def test_before_anything_is_seen_other_anchors_tell_how_large_it_is():
    thrown, signals = judge(seen(box(0, 0, 190, 100)), None, 1, shown_area=400)
    assert (thrown.state, thrown.check) == (State.LOST, True)
    assert signals == Signals(frame_share=0.95)  # there is no mask before to compare with
    kept, _ = judge(seen(box(0, 0, 190, 100)), None, 1, shown_area=5000)  # 3.8 times
    assert (kept.state, kept.check) == (State.VISIBLE, False)
    assert judge(seen(box(0, 0, 190, 100)), CUP, 1, shown_area=5000)[0].state is State.LOST


@pytest.mark.parametrize(
    ("frames_since", "known"), [(2, {"away": True}), (11, {}), (11, {"away": True, "shown_area": 400})]
)
def test_what_may_have_grown_while_it_was_away_is_kept_and_to_be_checked(frames_since, known):
    answer = seen(box(0, 0, 190, 100))
    for last in (CUP, None) if "shown_area" in known else (CUP,):
        tracked, _ = judge(answer, last, frames_since, **known)
        assert (tracked.state, tracked.score, tracked.check) == (State.VISIBLE, 0.8, True)
        assert tracked.mask is answer.mask


@pytest.mark.parametrize(("frames_since", "known"), [(10, {}), (30, {"thrown": True})])
def test_what_was_thrown_away_does_not_come_back_by_waiting(frames_since, known):
    assert judge(seen(box(0, 0, 190, 100)), CUP, frames_since, **known)[0].state is State.LOST


@pytest.mark.parametrize(
    "odd",
    [
        box(140, 40, 160, 60),  # 100 px away, five times its side
        box(40, 40, 60, 45),  # a quarter of it
        box(30, 30, 80, 70),  # five times as large
        CUP | box(80, 40, 85, 60),  # another part
    ],
)
def test_a_mask_that_jumps_is_kept_and_to_be_checked(odd):
    answer = seen(odd)
    tracked, _ = judge(answer, CUP, 1)
    assert tracked.check
    assert tracked.state is State.VISIBLE
    assert tracked.mask is answer.mask


def test_crumbs_are_no_new_part():
    tracked, signals = judge(seen(CUP | box(80, 40, 83, 43)), CUP, 1)
    assert signals.new_parts == 0
    assert not tracked.check


def test_a_way_over_many_frames_is_no_jump():
    moved = seen(box(80, 40, 100, 60))  # 40 px, two sides
    assert judge(moved, CUP, 1)[0].check
    tracked, signals = judge(moved, CUP, 10)
    assert signals.shift == pytest.approx(0.2)
    assert not tracked.check


@pytest.mark.parametrize("state", [State.ABSENT, State.LOST])
def test_what_the_tracker_does_not_see_stays_so(state):
    answer = Tracked(np.zeros(SIZE, bool), 0.1, state, check=True, object_score=0.2)
    tracked, signals = judge(answer, CUP, 1)
    assert tracked is answer
    assert signals == Signals(object_score=0.2)


def test_a_doubt_of_the_tracker_stays():
    assert judge(seen(CUP, check=True), CUP, 1)[0].check


def test_a_score_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"iou_estimate: expected 0 … 1 or NaN, got 1\.2"):
        judge(seen(CUP, iou_estimate=1.2), CUP, 1)
    assert math.isnan(judge(seen(CUP), CUP, 1)[1].iou_estimate)
