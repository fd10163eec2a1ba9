"""From a network's numbers to boxes within the image, worked out by hand."""

import numpy as np

from dwell.segmenters.contract import Detection
from dwell.segmenters.detectors.boxes import Boxes, corners, joined, to_detections


def boxes(xyxy, scores, phrase_idx=None):
    scores = np.array(scores)
    numbers = np.zeros(len(scores), int) if phrase_idx is None else np.array(phrase_idx)
    return Boxes(np.array(xyxy, dtype=float), scores, scores / 2, numbers)


def test_centre_and_size_become_corners_in_pixels():
    relative = np.array([[0.5, 0.5, 1.0, 1.0], [0.25, 0.5, 0.5, 0.2]])
    np.testing.assert_allclose(corners(relative, (200, 100)), [[0, 0, 200, 100], [0, 40, 100, 60]])


def test_boxes_are_cut_off_at_the_borders_and_dropped_beyond_them():
    proposed = boxes(
        [[-5, -5, 50, 120], [150, 20, 260, 50], [201, 0, 230, 30], [10, 10, 10.5, 90]], [0.5] * 4
    )
    found = to_detections(proposed, ["cup"], (100, 200), 0)
    assert [each.box_xyxy for each in found] == [(0, 0, 50, 100), (150, 20, 200, 50)]


def test_the_best_comes_first_and_the_floor_may_be_met_exactly():
    proposed = boxes([[0, 0, 9, 9]] * 3, [0.25, 0.75, 0.24], [0, 1, 0])
    assert to_detections(proposed, ["cup", "hand"], (10, 10), 0.25) == [
        Detection((0, 0, 9, 9), "hand", 0.75, 0.375),
        Detection((0, 0, 9, 9), "cup", 0.25, 0.125),
    ]


def test_answers_are_joined_in_their_order():
    both = joined([boxes([[0, 0, 9, 9]], [0.5], [1]), boxes([[1, 1, 2, 2]], [0.25], [0])])
    np.testing.assert_array_equal(both.xyxy, [[0, 0, 9, 9], [1, 1, 2, 2]])
    np.testing.assert_array_equal(both.scores, [0.5, 0.25])
    np.testing.assert_array_equal(both.text_scores, [0.25, 0.125])
    np.testing.assert_array_equal(both.phrase_idx, [1, 0])
