"""What happens to the pixels of one mask, beside slow computations by SciPy and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from dwell.editing.pixels import filled, grown, shrunk, without_specks
from dwell.masks import Mask
from editing.scenes import SIZE_HW, box, drawn

TOUCH = np.ones((3, 3), bool)  # corners connect
few = settings(max_examples=40, deadline=None)


@st.composite
def masks(draw):
    """Blotches on frames of a few pixels, many of which reach the edge."""
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 12))
    noise = draw(arrays(bool, (height, width), elements=st.sampled_from([True, True, False])))
    return Mask.from_array(noise)


@few
@given(masks(), st.one_of(st.none(), st.integers(1, 4)))
def test_holes_are_filled_as_scipy_fills_them(mask, max_px):
    array = mask.to_array()
    holes, n_holes = ndimage.label(ndimage.binary_fill_holes(array) & ~array)
    expected = array.copy()
    for number in range(1, n_holes + 1):
        if max_px is None or (holes == number).sum() <= max_px:
            expected |= holes == number
    np.testing.assert_array_equal(filled(mask, max_px).to_array(), expected)


@few
@given(masks(), st.one_of(st.none(), st.integers(1, 8)))
def test_specks_are_the_parts_that_scipy_finds_too_small(mask, min_px):
    labels, n_parts = ndimage.label(mask.to_array(), TOUCH)
    areas = [(labels == number).sum() for number in range(1, n_parts + 1)]
    firsts = [np.flatnonzero((labels == number).T)[0] for number in range(1, n_parts + 1)]
    expected = np.zeros(mask.size_hw, bool)
    if areas:
        largest = min(range(n_parts), key=lambda i: (-areas[i], firsts[i]))
        for i, area in enumerate(areas):
            if i == largest or (min_px is not None and area >= min_px):
                expected |= labels == i + 1
    np.testing.assert_array_equal(without_specks(mask, min_px).to_array(), expected)


@few
@given(masks(), st.floats(0.1, 6))
def test_growing_reaches_what_is_within_the_distance(mask, px):
    expected = mask.to_array()
    if mask:
        expected = ndimage.distance_transform_edt(~expected) <= px
    np.testing.assert_array_equal(grown(mask, px).to_array(), expected)


@few
@given(masks(), st.floats(0.1, 6))
def test_shrinking_leaves_what_is_further_from_the_background(mask, px):
    expected = mask.to_array()
    if not expected.all():
        expected = ndimage.distance_transform_edt(expected) > px
    np.testing.assert_array_equal(shrunk(mask, px).to_array(), expected)


def test_a_disc_grows_by_hand():
    """A single pixel grown by 1 px is a cross of 5, by 1.5 px a square of 9, by 2 px has 13 pixels."""
    pixel = box(20, 20, 21, 21)
    assert [grown(pixel, px).area for px in (0.5, 1, 1.5, 2)] == [1, 5, 9, 13]
    corner = box(0, 0, 1, 1)
    assert grown(corner, 1).area == 3, "cut off at the frame"


def test_a_square_shrinks_by_hand():
    assert shrunk(box(10, 10, 20, 20), 1) == box(11, 11, 19, 19)
    assert shrunk(box(0, 10, 20, 20), 1) == box(0, 11, 19, 19), "the frame's edge is no border"
    assert not shrunk(box(10, 10, 12, 12), 1)
    assert shrunk(Mask.full(SIZE_HW), 5) == Mask.full(SIZE_HW)


@pytest.mark.parametrize("max_px", [None, 1])
def test_a_bay_is_no_hole_and_neither_is_what_the_frame_closes(max_px):
    bay = drawn("", " ####", " #  #", " #   ", " ####")
    against_the_edge = drawn("## ##", "#   #", "#####")
    for mask in (bay, against_the_edge):
        assert filled(mask, max_px) == mask


def test_a_hole_closed_by_corners_only_is_a_hole():
    ring = drawn("", "  #", " # #", "  #")
    assert filled(ring, None) == ring | box(2, 2, 3, 3)
