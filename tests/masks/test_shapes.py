"""Boxes and polygons become the pixels whose centres they hold."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwell.masks import Mask


def winding_number(points, x, y) -> int:
    """How often an outline winds around a point: slow, one edge after the other, in exact fractions."""
    turns = 0
    corners = [(Fraction(x), Fraction(y)) for x, y in points]
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (x0 <= x) != (x1 <= x) and y0 + (x - x0) / (x1 - x0) * (y1 - y0) <= y:
            turns += 1 if x1 > x0 else -1
    return turns


def test_a_box_of_whole_numbers_is_its_pixels():
    mask = Mask.from_box((2, 3, 5, 7), (10, 12))
    assert mask.box_xyxy == (2, 3, 5, 7)
    assert mask.area == 3 * 4


def test_a_box_takes_the_pixels_whose_centres_it_holds():
    assert Mask.from_box((2.5, 3.5, 4.5, 6.5), (10, 12)).box_xyxy == (2, 3, 4, 6)  # 2.5 counts, 4.5 does not
    assert Mask.from_box((2.6, 3.6, 4.6, 6.6), (10, 12)).box_xyxy == (3, 4, 5, 7)
    assert not Mask.from_box((2.6, 3.6, 3.4, 9), (10, 12))


def test_a_box_is_cut_off_at_the_frame():
    assert Mask.from_box((-5, -5, 50, 4), (10, 12)).box_xyxy == (0, 0, 12, 4)
    assert Mask.from_box((-1e9, -1e9, 1e9, 1e9), (10, 12)) == Mask.full((10, 12))
    assert not Mask.from_box((20, 0, 30, 10), (10, 12))


@pytest.mark.parametrize("box", [(5, 0, 2, 3), (0, 5, 3, 2), (0, 0, float("nan"), 3), (1, 2, 3)])
def test_boxes_that_make_no_sense_are_refused(box):
    with pytest.raises(ValueError, match="Expected a box"):
        Mask.from_box(box, (10, 12))


def test_a_rectangle_as_polygon_is_the_box_either_way_round():
    corners = [(2, 3), (8, 3), (8, 7), (2, 7)]
    assert Mask.from_polygon(corners, (10, 12)) == Mask.from_box((2, 3, 8, 7), (10, 12))
    assert Mask.from_polygon(corners[::-1], (10, 12)) == Mask.from_box((2, 3, 8, 7), (10, 12))


def test_a_triangle_by_hand():
    # from (0, 0) down to (0, 4) and right to (4, 4): below the diagonal; a centre on it counts as below
    mask = Mask.from_polygon([(0, 0), (0, 4), (4, 4)], (4, 4))
    assert mask.to_array().astype(int).tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]


def test_two_halves_of_a_cut_share_no_pixel_and_leave_none_out():
    cut = [(3.3, -1), (5.7, 4.2), (2.1, 8.8), (6.4, 13)]
    left = Mask.from_polygon([(-1, -1), *cut, (-1, 13)], (12, 10))
    right = Mask.from_polygon([*cut, (11, 13), (11, -1)], (12, 10))
    assert not left & right
    assert left | right == Mask.full((12, 10))


def test_a_lasso_drawn_round_more_than_once_has_no_hole():
    angles = np.linspace(0, 2 * np.pi * 1.6, 60)
    lasso = np.column_stack((20 + 12 * np.cos(angles), 20 + 12 * np.sin(angles)))
    mask = Mask.from_polygon(lasso, (40, 40))
    assert len(mask.contours()) == 1
    assert mask.area == pytest.approx(np.pi * 12**2, rel=0.03)


def test_a_figure_of_eight_is_two_parts():
    eight = [(2, 2), (18, 18), (18, 2), (2, 18)]
    mask = Mask.from_polygon(eight, (20, 20))
    assert mask.contains([(4, 10), (16, 10), (10, 4), (10, 16)]).tolist() == [True, True, False, False]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 60), st.integers(-20, 60)), min_size=3, max_size=8))
def test_any_polygon_holds_the_centres_it_winds_around(quarter_pixels):
    points = [(x / 4, y / 4) for x, y in quarter_pixels]  # corners and edges often meet a centre exactly
    mask = Mask.from_polygon(points, (9, 10)).to_array()
    for y in range(9):
        for x in range(10):
            assert mask[y, x] == (winding_number(points, Fraction(2 * x + 1, 2), Fraction(2 * y + 1, 2)) != 0)


@pytest.mark.parametrize("points", [[(0, 0), (5, 5)], [(0, 0), (5, 5), (float("nan"), 2)], [0, 1, 2]])
def test_polygons_that_make_no_sense_are_refused(points):
    with pytest.raises(ValueError, match="at least three finite points"):
        Mask.from_polygon(points, (10, 12))
