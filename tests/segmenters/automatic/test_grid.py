"""What a grid of clicks keeps, worked out by hand on painted boxes."""

import tracemalloc

import numpy as np
import pytest

from dwell.masks import Mask
from dwell.segmenters.automatic.grid import GridProposer
from dwell.segmenters.colour import ColourBackend
from dwell.segmenters.contract import AutomaticOptions, Candidate
from segmenters.automatic.painted import Listed, Painted, box, paint

SIZE_HW = (60, 100)
BODY, HANDLE, CUP = (20, 10, 60, 50), (60, 20, 70, 40), (20, 10, 70, 50)


def propose(segmenter, picture=None, **options):
    picture = np.zeros((*SIZE_HW, 3), np.uint8) if picture is None else picture
    least = {"pred_iou_thresh": 0.7, "stability_score_thresh": 0.85}
    return GridProposer(segmenter).propose(picture, AutomaticOptions(**(least | options)))


def boxes(found):
    return [each.mask.box_xyxy for each in found]


def test_a_cup_its_body_and_its_handle_are_found_once_each():
    """20 × 12 clicks, 5 px apart; a body of 40 × 40 px and a handle of 10 × 20 px more: IoU 0.89."""
    picture = paint(SIZE_HW, parts=[BODY, HANDLE], wholes=[BODY])
    picture[20:40, 60:70, 1] = 1
    scores = {(0, 1): 0.8, (0, 2): 0.75, (1, 1): 0.95}
    found = propose(Painted(scores), picture, points_per_side=20, nms_thresh=0.9)
    assert boxes(found) == [CUP, BODY, HANDLE]
    assert [each.score for each in found] == [0.95, 0.8, 0.75]
    assert [each.stability for each in found] == [1, 1, 1]
    assert [each.mask.area for each in found] == [1800, 1600, 200]


def test_only_what_is_good_and_stable_enough_stays():
    said = [
        (box(SIZE_HW, 0, 0, 20, 20), 0.7, 0.85),
        (box(SIZE_HW, 20, 0, 40, 20), 0.69, 1.0),
        (box(SIZE_HW, 40, 0, 60, 20), 1.0, 0.84),
    ]
    found = propose(Listed(said))
    assert [(each.score, each.stability, each.mask.box_xyxy) for each in found] == [
        (0.7, 0.85, (0, 0, 20, 20))
    ]


def test_where_nothing_is_given_networks_must_be_surer_than_others():
    """A network needs 0.8 and 0.9; another segmenter 0.5, and 0.7 by a click that gives the mask again."""
    said = [
        (box(SIZE_HW, 20 * i, 0, 20 * i + 20, 20), *each) for i, each in enumerate(((0.8, 0.9), (0.79, 1.0)))
    ]
    picture = np.zeros((*SIZE_HW, 3), np.uint8)
    found = GridProposer(Listed([*said, (box(SIZE_HW, 0, 30, 9, 39), 0.9, 0.89)])).propose(
        picture, AutomaticOptions()
    )
    assert [(each.score, each.stability) for each in found] == [(0.8, 0.9)]
    painted = Painted({(0, 1): 0.5, (0, 2): 0.49})
    found = GridProposer(painted).propose(paint(SIZE_HW, parts=[BODY, HANDLE]), AutomaticOptions())
    assert boxes(found) == [BODY]


def test_masks_are_made_only_of_answers_that_may_stay():
    listed = Listed([(box(SIZE_HW, 0, 0, 9, 9), score, 1.0) for score in (0.1, 0.2, 0.9)])
    assert len(propose(listed)) == 1
    assert listed.made == 1


@pytest.mark.parametrize(
    ("min_area", "max_area", "left"),
    [(0, 1, [5, 6, 60, 6000]), (0.001, 1, [6, 60, 6000]), (0.0011, 0.5, [60]), (0.001, 0.01, [6, 60])],
)
def test_shares_of_the_picture_of_6000_px(min_area, max_area, left):
    """0.001 of the picture is 6 px, 0.01 is 60 px; what is empty is nothing."""
    masks = [box(SIZE_HW, 0, 0, *corner) for corner in ((5, 1), (6, 1), (60, 1), (100, 60), (0, 0))]
    found = propose(
        Listed([(mask, 0.9, 1.0) for mask in masks]), min_area=min_area, max_area=max_area, nms_thresh=0.9
    )
    assert sorted(each.mask.area for each in found) == left


def test_of_two_alike_the_better_one_stays():
    """10 × 10 and 10 × 9 px have an IoU of 0.9, 10 × 8 px one of 0.8 with the first, 0.89 with the second."""
    said = [(box(SIZE_HW, 0, 0, 10, height), score, 1.0) for height, score in ((10, 0.8), (9, 0.9), (8, 0.7))]
    assert [each.mask.area for each in propose(Listed(said), min_area=0, nms_thresh=0.85)] == [90]
    assert [each.mask.area for each in propose(Listed(said), min_area=0, nms_thresh=0.895)] == [90, 80]
    assert [each.mask.area for each in propose(Listed(said), min_area=0, nms_thresh=0.9)] == [90, 100, 80]


def test_a_ring_and_what_fills_it_are_two_although_their_boxes_are_alike():
    disc = box(SIZE_HW, 10, 10, 40, 40)
    ring = disc & ~box(SIZE_HW, 12, 12, 38, 38)
    assert len(propose(Listed([(disc, 0.9, 1.0), (ring, 0.8, 1.0)]))) == 2


def test_too_many_masks_are_cut_off_by_a_true_rank():
    """Six boxes; of those with a score of 0.9 the largest come first, whatever the order of the answers."""
    sizes = {"a": (30, 0.8), "b": (4, 0.9), "c": (9, 0.9), "d": (6, 0.9), "e": (12, 0.75), "f": (5, 1.0)}
    names = {side * side: name for name, (side, _) in sizes.items()}
    for order in ("abcdef", "fedcba", "dbfaec"):
        said = [(box(SIZE_HW, 0, 0, sizes[n][0], sizes[n][0]), sizes[n][1], 1.0) for n in order]
        found = propose(Listed(said), min_area=0, max_masks=4, nms_thresh=0.99)
        assert [names[each.mask.area] for each in found] == ["f", "c", "d", "b"]


def test_the_published_cut_keeps_others():
    """It takes places in the sorted list for ranks: as the two largest of 30, 10, 40 and 20, 10 and 20."""
    areas = np.array([30, 10, 40, 20])
    assert areas[np.argsort(-areas) < 2].tolist() == [10, 20]
    said = [(box(SIZE_HW, 0, 0, area, 1), 0.9, 1.0) for area in areas]
    found = propose(Listed(said), min_area=0, max_masks=2, nms_thresh=0.99)
    assert [each.mask.area for each in found] == [40, 30]


def test_what_a_crop_cuts_off_is_taken_from_the_picture_alone():
    """Crops overlap by 40 px in the middle, where the first thing is; it is larger than that."""
    picture = paint((120, 200), parts=[(60, 40, 140, 80), (5, 5, 25, 25), (0, 100, 20, 120)])
    found = propose(Painted(), picture, points_per_side=20, crop_n_layers=1)
    assert sorted(boxes(found)) == [(0, 100, 20, 120), (5, 5, 25, 25), (60, 40, 140, 80)]
    assert [each.mask.area for each in found] == [3200, 400, 400]


class Finer(Painted):
    """Sees a thing without its outermost column when the picture it is shown is more than 150 px wide."""

    def segment(self, encoding, prompts, limit=3):
        answers = super().segment(encoding, prompts, limit)
        if encoding.shape[1] <= 150:
            return answers
        return [Candidate(each.mask & np.roll(each.mask, 1, axis=1), each.score) for each in answers]


def test_of_two_alike_from_different_crops_that_of_the_smaller_crop_stays():
    picture = paint((120, 200), parts=[(5, 5, 35, 35)])
    assert boxes(propose(Finer(), picture, points_per_side=20)) == [(6, 5, 35, 35)]
    assert boxes(propose(Finer(), picture, points_per_side=20, crop_n_layers=1)) == [(5, 5, 35, 35)]


class Wavering(Painted):
    """The answer to its later clicks lacks the left half."""

    def segment(self, encoding, prompts, limit=3):
        answers = super().segment(encoding, prompts, limit)
        if self.clicks <= 60:
            return answers
        return [Candidate(each.mask & box(SIZE_HW, 40, 0, 100, 60), each.score) for each in answers]


def test_without_logits_stability_is_whether_the_innermost_click_gives_the_mask_again():
    """10 × 6 clicks, then one more: on 40 × 40 px it gives the right half."""
    picture = paint(SIZE_HW, parts=[BODY])
    assert propose(Wavering(), picture, points_per_side=10) == []
    (found,) = propose(Wavering(), picture, points_per_side=10, stability_score_thresh=0.5)
    assert found.stability == 0.5
    assert found.mask == Mask.from_array(box(SIZE_HW, *BODY))


def test_one_more_click_a_mask_and_no_more_than_masks_are_wanted():
    picture = paint(SIZE_HW, parts=[(0, 0, 50, 30), (50, 0, 100, 30), (0, 30, 50, 60), (50, 30, 100, 60)])
    painted = Painted()
    assert len(propose(painted, picture, points_per_side=10, max_masks=3)) == 3
    assert painted.clicks == 60 + 3


def test_a_network_is_asked_for_all_clicks_of_a_crop_at_once():
    listed = Listed([])
    options = {"points_per_side": 10, "points_per_batch": 7, "stability_score_offset": 2.5}
    assert propose(listed, crop_n_layers=1, **options) == []
    assert [len(points) for points, *_ in listed.asked] == [60, 15, 15, 15, 15]
    assert {asked[1:] for asked in listed.asked} == {(2.5, 7)}
    np.testing.assert_array_equal(listed.asked[0][0][[0, 1, 10, 59]], [[5, 5], [15, 5], [5, 15], [95, 55]])


def test_memory_does_not_grow_with_the_number_of_masks():
    """400 masks of a megabyte each, of which 400 stay."""
    side = 1000

    def strip(number):
        return lambda: box((side, side), 0, 2 * number, side, 2 * number + 2)

    listed = Listed([(strip(number), 0.9, 1.0) for number in range(400)])
    picture = np.zeros((side, side, 3), np.uint8)
    tracemalloc.start()
    found = propose(listed, picture, max_masks=400)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 400
    assert peak < 40e6


def test_a_segmenter_may_be_named():
    proposer = GridProposer("colour")
    assert isinstance(proposer.segmenter, ColourBackend)
    assert proposer.name == "colour"
    assert proposer.describe() == {
        "backend": "colour",
        "version": 1,
        "name": "colour",
        "proposer": "grid",
        "grid version": 1,
    }


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"points_per_side": 0}, "points_per_side of 1 or more, got 0"),
        ({"points_per_batch": 0}, "points_per_batch of 1 or more"),
        ({"crop_n_points_downscale_factor": 0}, "crop_n_points_downscale_factor of 1 or more"),
        ({"max_masks": 0}, "max_masks of 1 or more"),
        ({"pred_iou_thresh": 88}, "pred_iou_thresh between 0 and 1, got 88"),
        ({"nms_thresh": -0.1}, "nms_thresh between 0 and 1"),
        ({"crop_n_layers": 9}, "crop_n_layers from 0 to 5, got 9"),
        ({"crop_overlap_ratio": 1.0}, "crop_overlap_ratio from 0 to below 1"),
        ({"stability_score_offset": -1.0}, "stability_score_offset of 0 or more"),
        ({"min_area": 0.5, "max_area": 0.1}, "min_area ≤ max_area, got 0.5 and 0.1"),
    ],
)
def test_options_out_of_their_range(options, says):
    with pytest.raises(ValueError, match=says):
        AutomaticOptions(**options)
