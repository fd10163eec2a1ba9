"""Which suggestions are AOIs that are there already, or were lost."""

import numpy as np
import pytest

from dwell.masks import Mask, MaskRecord
from dwell.segmenters.contract import Detection
from dwell.suggestions import Found, Suggestion, Why, suggest
from dwell.suggestions.overlap import box_iou, sameness
from dwell.types import Direction, Origin, State
from suggestions.words import box, seen
from tracking.pictures import SIZE_HW


def put(project, name, frame_idx, where=None, *, category=None, origin=Origin.MODEL, **more):
    """An AOI's mask on a frame, made if need be; without a place it is ``more["state"]`` there."""
    known = {aoi.name: aoi for aoi in project.aois()}
    aoi = known.get(name) or project.add_aoi(name, category=category)
    mask = Mask.empty(SIZE_HW) if where is None else Mask.from_box(where, SIZE_HW)
    direction = Direction.FORWARD if origin is Origin.MODEL else None
    state = more.pop("state", State.VISIBLE)
    project.write_masks([MaskRecord(aoi.object_id, frame_idx, mask, state, 0.5, origin, direction, **more)])
    return aoi.object_id


def suggested(project, *detections, frame_idx=5, **later):
    found = Found(("cup",), {frame_idx: list(detections), **{int(k[1:]): v for k, v in later.items()}})
    return [(each.why, each.aoi) for each in suggest(found, project)]


def test_what_overlaps_with_a_mask_is_that_aoi_whatever_it_is_called(project):
    # Two squares of 8 px, 2 px apart: 48 px shared of 80, IoU 0.6. 4 px apart: 32 of 96, a third.
    mug = put(project, "my mug", 5, box(20, 20))
    assert suggested(project, seen("cup", box(22, 20))) == [(Why.KNOWN, mug)]
    assert suggested(project, seen("cup", box(24, 20))) == [(Why.NEW, None)]


def test_a_mask_within_the_box_is_that_aoi_only_if_the_words_are_the_same(project):
    # The mask of 4 × 8 px fills 16 % of the box of 14 × 14.
    half = (20.0, 20.0, 24.0, 28.0)
    cup = put(project, "cup", 5, half)
    assert suggested(project, seen("cup", box(18, 18, 14))) == [(Why.KNOWN, cup)]
    assert suggested(project, seen("shelf", box(18, 18, 14))) == [(Why.NEW, None)]


def test_masks_say_more_than_boxes():
    # A frame and the thing within it: the boxes are the same, the masks share nothing.
    frame = np.zeros(SIZE_HW, bool)
    frame[10:20, 10:20] = True
    frame[12:18, 12:18] = False
    inside = Mask.from_box((12, 12, 18, 18), SIZE_HW)
    outer = Mask.from_array(frame)
    boxed = Suggestion(5, "cup", 0.9, 0.9, (10, 10, 20, 20))
    masked = Suggestion(5, "cup", 0.9, 0.9, (10, 10, 20, 20), mask=inside)
    assert sameness(boxed, outer, same_words=False) == 1.0
    assert sameness(masked, outer, same_words=True) == 0.0
    assert sameness(boxed, Mask.empty(SIZE_HW), same_words=True) == 0.0


def test_box_iou_against_counting_pixels():
    rng = np.random.default_rng(1)
    for _ in range(50):
        corners = rng.integers(0, 20, (2, 2, 2))
        boxes = [(*pair.min(axis=0), *(pair.max(axis=0) + 1)) for pair in corners]
        a, b = (np.zeros((24, 24), bool) for _ in range(2))
        for picture, (x0, y0, x1, y1) in zip((a, b), boxes, strict=True):
            picture[y0:y1, x0:x1] = True
        assert box_iou(*boxes) == pytest.approx((a & b).sum() / (a | b).sum())


@pytest.mark.parametrize("state", [State.LOST, State.ABSENT, None])
def test_an_aoi_that_is_not_there_is_found_again_by_its_category(project, state):
    cup = put(project, "Anna's", 0, box(2, 2), category="Cup")
    if state is not None:
        put(project, "Anna's", 5, state=state)
    assert suggested(project, seen("cup", box(40, 20))) == [(Why.FOUND_AGAIN, cup)]
    assert suggested(project, seen("flag", box(40, 20))) == [(Why.NEW, None)]


def test_what_a_person_says_is_not_there_is_not_found_again(project):
    put(project, "cup", 5, state=State.ABSENT, origin=Origin.USER)
    assert suggested(project, seen("cup", box(40, 20))) == [(Why.NEW, None)]


def test_an_aoi_is_found_again_once_by_the_best(project):
    cup = put(project, "cup", 0, box(2, 2))
    both = [seen("cup", box(30, 20), 0.8), seen("cup", box(2, 2), 0.7)]
    assert suggested(project, *both) == [(Why.FOUND_AGAIN, cup), (Why.NEW, None)]


def test_of_two_lost_the_one_that_was_nearest(project):
    left = put(project, "cup", 0, box(2, 2))
    right = put(project, "cup 2", 0, box(50, 2), category="cup")
    both = [seen("cup", box(44, 6), 0.8), seen("cup", box(8, 6), 0.7)]
    assert suggested(project, *both) == [(Why.FOUND_AGAIN, right), (Why.FOUND_AGAIN, left)]


def test_an_aoi_that_is_seen_elsewhere_on_the_frame_is_not_lost(project):
    cup = put(project, "cup", 5, box(2, 2))
    both = [seen("cup", box(2, 2), 0.8), seen("cup", box(40, 20), 0.7)]
    assert suggested(project, *both) == [(Why.KNOWN, cup), (Why.NEW, None)]


# -------------------------------------------------------------------- one thing on several frames


def things(project, by_frame, **thresholds):
    from dwell.segmenters.detectors.choosing import Thresholds

    found = Found(("cup",), by_frame)
    return [(s.frame_idx, s.thing, s.why.value) for s in suggest(found, project, Thresholds(**thresholds))]


def test_boxes_of_a_phrase_that_overlap_on_neighbouring_key_frames_are_one_thing(project):
    # 2 px a step: IoU 0.6. 5 px: 24 of 104 px, 0.23.
    by_frame = {
        0: [seen("cup", box(10, 4)), seen("hand", box(11, 4), 0.8)],
        3: [seen("cup", box(12, 4))],
        6: [seen("cup", box(17, 4))],
    }
    assert things(project, by_frame) == [(0, 0, "new"), (0, 1, "new"), (3, 0, "new"), (6, 2, "new")]
    assert [thing for _, thing, _ in things(project, by_frame, one_per_phrase=True)] == [0, 1, 0, 0]


def test_two_go_on_one_to_one_where_they_overlap_most(project):
    by_frame = {
        0: [seen("cup", box(10, 4), 0.9), seen("cup", box(16, 4), 0.8)],
        3: [seen("cup", box(14, 4), 0.9), seen("cup", box(11, 4), 0.7)],
    }
    assert [thing for _, thing, _ in things(project, by_frame)] == [0, 1, 1, 0]


def test_what_goes_on_from_a_known_aoi_is_that_aoi_found_again(project):
    put(project, "my mug", 0, box(10, 4))
    by_frame = {0: [seen("cup", box(10, 4))], 3: [seen("cup", box(12, 4))], 6: [seen("cup", box(14, 4))]}
    assert things(project, by_frame) == [(0, 0, "known"), (3, 0, "found again"), (6, 0, "found again")]


def test_unless_that_aoi_is_seen_elsewhere(project):
    put(project, "my mug", 0, box(10, 4))
    put(project, "my mug", 3, box(40, 20))
    by_frame = {0: [seen("cup", box(10, 4))], 3: [seen("cup", box(12, 4))]}
    assert things(project, by_frame) == [(0, 0, "known"), (3, 1, "new")]


def test_a_detection_is_not_changed_on_its_way(project):
    detection = Detection((1.5, 2.25, 9.0, 10.0), "blue cup", 0.75, 0.5)
    (one,) = suggest(Found(("blue cup",), {4: [detection]}), project)
    assert one == Suggestion(4, "blue cup", 0.75, 0.5, (1.5, 2.25, 9.0, 10.0))
