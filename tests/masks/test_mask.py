"""One mask: what it knows about itself, and how it behaves as a value."""

from __future__ import annotations

import copy
import pickle

import cv2
import numpy as np
import pytest
from scipy import ndimage

from dwell.masks import Mask

#    0 1 2 3 4 5
# 0  . . . . . .
# 1  . # # # . .
# 2  . # . # . .
# 3  . # # # . #
LETTER = np.array([[0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0], [0, 1, 0, 1, 0, 0], [0, 1, 1, 1, 0, 1]], bool)


def test_a_mask_knows_its_area_box_and_centre():
    mask = Mask.from_array(LETTER)
    assert mask.size_hw == (4, 6)
    assert mask.area == 9
    assert mask.box_xyxy == (1, 1, 6, 4)
    # the letter's 8 pixels are centred on (2.5, 2.5), the single one on (5.5, 3.5)
    assert mask.centroid_xy == pytest.approx(((8 * 2.5 + 5.5) / 9, (8 * 2.5 + 3.5) / 9))
    assert mask


def test_an_empty_mask_has_no_box_no_centre_no_outline():
    mask = Mask.empty((4, 6))
    assert not mask
    assert mask.area == 0
    assert mask.box_xyxy is None
    assert mask.centroid_xy is None
    assert mask.contours() == []
    assert mask.components() == []
    assert not mask.to_array().any()


def test_the_full_mask_spans_the_frame():
    mask = Mask.full((4, 6))
    assert (mask.area, mask.box_xyxy, mask.centroid_xy) == (24, (0, 0, 6, 4), (3.0, 2.0))
    assert mask.to_array().all()


def test_a_run_into_the_next_column_spans_all_rows():
    array = np.zeros((4, 3), bool)
    array[3, 0] = array[0, 1] = True  # one run of two pixels
    mask = Mask.from_array(array)
    assert mask.counts.tolist() == [3, 2, 7]
    assert mask.box_xyxy == (0, 0, 2, 4)


def test_masks_are_equal_and_hash_by_value():
    a, b = Mask.from_array(LETTER), Mask.from_array(LETTER.copy())
    assert a == b
    assert hash(a) == hash(b)
    assert a != Mask.from_array(~LETTER)
    assert Mask.empty((4, 6)) != Mask.empty((6, 4))
    assert a != "a mask"
    assert len({a, b, Mask.empty((4, 6))}) == 2


def test_a_mask_cannot_be_changed():
    counts = np.array([2, 3, 1], np.uint32)
    mask = Mask((2, 3), counts)
    counts[0] = 0  # the mask has its own copy
    assert mask.counts.tolist() == [2, 3, 1]
    with pytest.raises(ValueError, match="read-only"):
        mask.counts[0] = 5
    with pytest.raises(ValueError, match="read-only"):
        mask.boundaries[0] = 5
    with pytest.raises(AttributeError):
        mask.counts = counts


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_equal_and_cannot_be_changed_either(duplicate):
    mask = Mask.from_array(LETTER)
    assert duplicate(mask) == mask
    assert not duplicate(mask).counts.flags.writeable


def test_coco_counts_may_be_bytes_text_or_a_list():
    mask = Mask.from_array(LETTER)
    as_coco = mask.to_coco()
    assert Mask.from_coco(as_coco) == mask
    assert Mask.from_coco({**as_coco, "counts": as_coco["counts"].decode()}) == mask
    assert Mask.from_coco({**as_coco, "counts": mask.counts.tolist()}) == mask


def test_empty_runs_are_merged_so_that_equal_masks_are_equal():
    assert Mask((2, 3), [1, 1, 0, 1, 3, 0]).counts.tolist() == [1, 2, 3]
    assert Mask((2, 3), [0, 0, 6]) == Mask.empty((2, 3))
    assert Mask((2, 3), [0, 0, 0, 6, 0]) == Mask.full((2, 3))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([1, 2], "add up to 3 pixels, expected 6"),
        ([], "add up to 0"),
        ([7, -1], "negative"),
        ([1.5, 4.5], "whole numbers"),
        ([[1, 5]], "flat list"),
        (b"14", "add up to 5"),
        ("1é", "characters"),
    ],
)
def test_wrong_counts_are_refused(counts, words):
    with pytest.raises(ValueError, match=words):
        Mask.from_coco({"size": [2, 3], "counts": counts})


@pytest.mark.parametrize("array", [np.zeros((3, 4, 1), bool), np.zeros((3, 4)), np.zeros(5, bool)])
def test_arrays_that_are_no_mask_are_refused(array):
    with pytest.raises(ValueError, match=r"Expected an \(h, w\) bool or uint8 array"):
        Mask.from_array(array)


def test_a_frame_without_pixels_is_refused():
    with pytest.raises(ValueError, match="at least one pixel"):
        Mask.from_array(np.zeros((0, 4), bool))
    with pytest.raises(TypeError):
        Mask.empty((4.5, 3))


def test_outlines_with_their_holes_paint_the_mask_again():
    mask = Mask.from_array(LETTER.repeat(5, 0).repeat(5, 1))
    outlines = mask.contours()
    assert len(outlines) == 3  # the letter, its hole, the dot
    assert all(outline.dtype == np.int32 and outline.shape[1] == 2 for outline in outlines)
    canvas = np.zeros(mask.size_hw, np.uint8)
    cv2.drawContours(canvas, [outline[:, None] for outline in outlines], -1, 1, cv2.FILLED)
    assert np.array_equal(canvas.astype(bool), mask.to_array())


def test_connected_parts_come_largest_first_and_keep_their_holes():
    letter, dot = Mask.from_array(LETTER).components()
    assert (letter.area, dot.area) == (8, 1)
    assert dot.box_xyxy == (5, 3, 6, 4)
    assert letter | dot == Mask.from_array(LETTER)


def test_connected_parts_agree_with_scipy():
    array = np.random.default_rng(3).random((40, 30)) < 0.3
    labels, n = ndimage.label(array, np.ones((3, 3)))
    expected = {Mask.from_array(labels == i) for i in range(1, n + 1)}
    parts = Mask.from_array(array).components()
    assert len(parts) == n > 10
    assert set(parts) == expected


def test_twice_the_size_repeats_every_pixel_and_half_brings_it_back():
    mask = Mask.from_array(LETTER)
    double = mask.resized((8, 12))
    assert np.array_equal(double.to_array(), LETTER.repeat(2, 0).repeat(2, 1))
    assert double.resized((4, 6)) == mask
    assert mask.resized((4, 6)) == mask


def test_resizing_takes_the_value_under_the_centre_of_the_new_pixel():
    mask = Mask.from_array(np.array([[0, 1, 0]], bool))
    # new centres 0.5, 1.5 of two pixels lie at 0.75 and 2.25 of three
    assert mask.resized((1, 2)).area == 0
    # new centres of four lie at 0.375, 1.125, 1.875, 2.625
    assert mask.resized((1, 4)).to_array().tolist() == [[False, True, True, False]]


@pytest.mark.parametrize(("x0", "x1"), [(0, 9), (3, 6), (8, 9)])
def test_some_columns_are_those_of_the_whole(x0, x1):
    rng = np.random.default_rng(5)
    for array in (rng.random((7, 9)) > 0.5, np.ones((7, 9), bool), np.zeros((7, 9), bool)):
        np.testing.assert_array_equal(Mask.from_array(array).columns(x0, x1), array[:, x0:x1])


def test_columns_that_are_not_there_are_refused():
    for x0, x1 in ((3, 10), (-1, 2), (4, 4)):
        with pytest.raises(ValueError, match=f"within 0 … 9, got {x0} … {x1}"):
            Mask.full((7, 9)).columns(x0, x1)
