"""Thresholds and one box a thing: by hand, and beside a slow and plain implementation."""

import dataclasses

import numpy as np
import pytest

from dwell.segmenters.contract import Detection
from dwell.segmenters.detectors.choosing import SAME_BOX_IOU, Thresholds, choose_detections

ALL = Thresholds(box=0, text=0)


def found(box, phrase="cup", score=0.5, text_score=0.5):
    return Detection(box, phrase, score, text_score)


def test_both_thresholds_must_be_reached_and_may_be_met_exactly():
    detections = [
        found((0, 0, 10, 10), score=0.3, text_score=0.25),
        found((20, 0, 30, 10), score=0.29, text_score=0.9),
        found((40, 0, 50, 10), score=0.9, text_score=0.24),
    ]
    assert choose_detections(detections, Thresholds()) == detections[:1]
    assert choose_detections(detections) == detections[:1]
    assert len(choose_detections(detections, ALL)) == 3


def test_of_two_boxes_that_share_more_than_half_the_better_stays():
    # 10 × 10 px moved by 2 px: 80 shared of 120; moved by 4 px: 60 of 140.
    worse, better = found((0, 0, 10, 10), score=0.5), found((2, 0, 12, 10), score=0.6)
    assert choose_detections([worse, better]) == [better]
    further = found((4, 0, 14, 10), score=0.6)
    assert choose_detections([worse, further]) == [further, worse]
    assert choose_detections([worse, further], Thresholds(nms_iou=0.4)) == [further]
    assert choose_detections([worse, better], Thresholds(nms_iou=0.7)) == [better, worse]


def test_what_was_driven_out_drives_nothing_out():
    a, b, c = (found((x, 0, x + 10, 10), score=score) for x, score in ((0, 0.9), (3, 0.8), (6, 0.7)))
    assert choose_detections([c, b, a]) == [a, c]


def test_one_thing_has_one_name_but_things_may_lie_on_each_other():
    cup, mug = found((0, 0, 100, 100), "cup", 0.6), found((0, 0, 100, 95), "mug", 0.5)
    hand = found((0, 0, 100, 80), "hand", 0.4)
    assert choose_detections([mug, hand, cup]) == [cup, hand]
    assert 0.8 < SAME_BOX_IOU < 0.95


def test_equal_boxes_are_kept_if_nothing_is_to_be_driven_out():
    twins = [found((0, 0, 10, 10), "cup"), found((0, 0, 10, 10), "cup"), found((0, 0, 10, 10), "mug")]
    assert choose_detections(twins, Thresholds(nms_iou=1)) == twins


def test_the_best_of_each_phrase():
    detections = [
        found((0, 0, 10, 10), "cup", 0.4),
        found((50, 0, 60, 10), "cup", 0.8),
        found((90, 0, 99, 10), "hand", 0.5),
    ]
    chosen = choose_detections(detections, Thresholds(one_per_phrase=True))
    assert [(each.phrase, each.score) for each in chosen] == [("cup", 0.8), ("hand", 0.5)]


def test_boxes_without_any_extent_overlap_with_nothing():
    flat = found((5, 5, 5, 5))
    assert choose_detections([flat, flat, found((0, 0, 10, 10))], Thresholds(nms_iou=0)) != []


@pytest.mark.parametrize("name", ["box", "text", "nms_iou"])
@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan")])
def test_thresholds_go_from_0_to_1(name, value):
    with pytest.raises(ValueError, match=f"`{name}` is a number from 0 to 1, not "):
        dataclasses.replace(ALL, **{name: value})


def naive(detections, thresholds):
    """Rounds: take the best that is left, paint boxes into pixels to see what it overlaps with."""

    def pixels(detection):
        x0, y0, x1, y1 = detection.box_xyxy
        plane = np.zeros((40, 40), dtype=bool)
        plane[y0:y1, x0:x1] = True
        return plane

    left = [d for d in detections if d.score >= thresholds.box and d.text_score >= thresholds.text]
    chosen = []
    while left:
        best = max(left, key=lambda d: d.score)
        chosen.append(best)
        kept = []
        for other in left:
            iou = (pixels(best) & pixels(other)).sum() / (pixels(best) | pixels(other)).sum()
            same = iou > thresholds.nms_iou and other.phrase == best.phrase
            if other is not best and not same and not (iou > 0.9 and iou > thresholds.nms_iou):
                kept.append(other)
        left = kept
    return chosen


@pytest.mark.parametrize("seed", range(8))
def test_equal_to_a_plain_implementation(seed):
    random = np.random.default_rng(seed)
    detections = []
    for score in random.permutation(80) / 100 + 0.1:
        x0, y0 = random.integers(0, 12, 2).tolist()
        width, height = random.integers(12, 26, 2).tolist()
        box = (x0, y0, x0 + width, y0 + height)
        detections.append(found(box, str(random.choice(["cup", "hand"])), score, float(random.random())))
    thresholds = Thresholds(box=0.2, text=0.1, nms_iou=float(random.uniform(0.2, 0.95)))
    chosen = choose_detections(detections, thresholds)
    assert chosen == naive(detections, thresholds)
    assert 2 < len(chosen) < 80
