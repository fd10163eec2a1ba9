"""What a mask says about itself beside the one before, and the one number made of it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dwell.masks import SIGNALS, Mask, MaskRecord, Signals, doubts, measure
from dwell.types import Direction, Origin, State

SIZE = (100, 200)


def box(x0, y0, x1, y1):
    return Mask.from_box((x0, y0, x1, y1), SIZE)


CUP = box(40, 40, 60, 60)  # side 20, area 400


def test_what_is_measured():
    moved = box(40, 52, 60, 92)  # twice as high, its centre 22 px further down
    assert measure(moved, CUP, 2) == Signals(area_ratio=2.0, shift=22 / 20 / 2, frame_share=800 / 20_000)


def test_a_model_says_more_than_can_be_measured():
    said = Signals(object_score=0.9, iou_estimate=0.8, agreement=0.7, interpolated=True)
    found = measure(CUP, CUP, 1, said)
    assert found == Signals(0.9, 0.8, 1.0, 0.0, 0, 0.02, 0.7, interpolated=True)


def test_without_a_mask_before_only_the_share_is_known():
    assert measure(CUP, None, 1) == Signals(frame_share=0.02)
    assert measure(Mask.empty(SIZE), CUP, 1) == Signals()


@pytest.mark.parametrize(
    ("before", "now", "new_parts"),
    [
        (CUP, CUP | box(100, 40, 120, 60), 1),
        (CUP, CUP | box(100, 40, 120, 60) | box(0, 0, 10, 10), 2),
        (CUP, CUP | box(100, 40, 104, 50), 0),  # 40 of 440 px: a crumb
        (CUP | box(100, 40, 120, 60), CUP, 0),  # fewer than before
        (CUP | box(100, 40, 120, 60), CUP | box(100, 40, 110, 60) | box(115, 40, 120, 60), 1),
        (CUP, CUP | box(60, 60, 80, 80), 0),  # touches at a corner
    ],
)
def test_new_parts(before, now, new_parts):
    assert measure(now, before, 1).new_parts == new_parts


@given(arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_areas_of_parts_are_those_of_the_parts(array):
    mask = Mask.from_array(array)
    assert mask.part_areas.tolist() == [part.area for part in mask.components()]


@pytest.mark.parametrize(
    ("signals", "doubt"),
    [
        (Signals(), math.nan),
        (Signals(frame_share=0.9, interpolated=True), math.nan),
        (Signals(object_score=1.0, iou_estimate=0.75, agreement=0.875), 0.25),
        (Signals(object_score=0.125, iou_estimate=0.75), 0.875),
        (Signals(agreement=0.0), 1.0),
        (Signals(area_ratio=1.0, shift=0.0), 0.0),
        (Signals(area_ratio=2.0), 0.5),
        (Signals(area_ratio=0.5), 0.5),
        (Signals(area_ratio=4.0), 1.0),
        (Signals(area_ratio=40.0), 1.0),
        (Signals(area_ratio=0.0), 1.0),
        (Signals(shift=0.25), 0.25),
        (Signals(shift=7.0), 1.0),
        (Signals(new_parts=1), 0.5),
        (Signals(new_parts=3), 0.75),
        (Signals(object_score=0.75, shift=0.5, frame_share=0.9, interpolated=True), 0.5),
    ],
)
def test_doubt_is_the_largest_of_all(signals, doubt):
    assert signals.doubt() == pytest.approx(doubt, nan_ok=True)
    table = [signals.to_row(), Signals(object_score=0.875).to_row()]
    assert doubts(table, [math.nan] * 2).tolist() == pytest.approx([doubt, 0.125], nan_ok=True)


def test_a_low_score_is_a_doubt_too():
    assert Signals().doubt(score=0.75) == 0.25
    assert Signals(iou_estimate=0.5).doubt(score=0.75) == 0.5
    assert Signals(iou_estimate=0.5).doubt(score=0.25) == 0.75
    record = MaskRecord(1, 0, CUP, State.VISIBLE, 0.75, Origin.MODEL, Direction.FORWARD)
    assert record.doubt == 0.25
    assert replace(record, signals=Signals(new_parts=1)).doubt == 0.5
    assert math.isnan(MaskRecord(1, 0, CUP, State.VISIBLE, math.nan, Origin.USER, None).doubt)


def test_a_jump_does_not_ask_the_model():
    odd = Signals(object_score=0.1, agreement=0.1, shift=0.3)
    assert odd.jump() == pytest.approx(0.3)
    assert odd.doubt() == pytest.approx(0.9)
    assert math.isnan(Signals(object_score=0.1).jump())


def test_signals_are_equal_if_all_values_are():
    assert Signals() == Signals(object_score=float("nan"))
    assert hash(Signals()) == hash(Signals(object_score=float("nan")))
    assert Signals() != Signals(object_score=0.0)
    assert Signals(0.5, 0.25) == Signals(np.float32(0.5), np.float64(0.25))


def test_a_row_holds_all_of_them():
    full = Signals(0.5, 0.25, 1.5, 0.125, 2, 0.0625, 0.75, interpolated=True)
    assert dict(zip(SIGNALS, full.to_row(), strict=True)) == {
        "object_score": 0.5,
        "iou_estimate": 0.25,
        "area_ratio": 1.5,
        "shift": 0.125,
        "new_parts": 2.0,
        "frame_share": 0.0625,
        "agreement": 0.75,
        "interpolated": 1.0,
    }
    assert Signals.from_row(full.to_row()) == full
    assert isinstance(Signals.from_row(full.to_row()).new_parts, int)
    assert Signals.from_row(Signals().to_row()) == Signals()


@pytest.mark.parametrize(
    "wrong",
    [
        {"object_score": 1.01},
        {"iou_estimate": -0.01},
        {"agreement": math.inf},
        {"frame_share": 2.0},
        {"area_ratio": -1.0},
        {"shift": math.inf},
        {"new_parts": -1},
    ],
)
def test_impossible_signals_are_refused(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: expected"):
        Signals(**wrong)
