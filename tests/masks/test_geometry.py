"""Points against masks: inside or not, and how far from the border. The oracles look at every pixel."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from dwell.masks import Mask, Runs, border_distance_flat, contains_flat, pixels_of, positions_of

small_masks = hnp.arrays(bool, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=st.booleans())


def slow_border_distance(array: np.ndarray, x: int, y: int, limit_px: float) -> tuple[float, tuple[int, int]]:
    """Distance of one pixel to every pixel of the other kind, the smallest taken."""
    nowhere = (-1, -1)
    if not array.any():
        return math.nan, nowhere
    inside = 0 <= x < array.shape[1] and 0 <= y < array.shape[0] and bool(array[y, x])
    sign = -1 if inside else 1
    others = [
        (float(np.hypot(c - x, r - y)), (int(c), int(r)))
        for r, c in zip(*np.nonzero(array != inside), strict=True)
    ]
    distance, pixel = min(others, default=(math.inf, nowhere))
    return (sign * distance, pixel) if distance <= limit_px else (sign * math.inf, nowhere)


def every_pixel(size_hw, around: int = 0) -> np.ndarray:
    y, x = np.mgrid[-around : size_hw[0] + around, -around : size_hw[1] + around]
    return np.column_stack((x.ravel(), y.ravel()))


def blob_with_holes_touching_the_edge() -> np.ndarray:
    rng = np.random.default_rng(8)
    smooth = cv2.GaussianBlur(rng.normal(size=(60, 80)).astype(np.float32), (0, 0), 4)
    array = smooth > 0.02
    assert array[0].any()
    assert array[:, -1].any()
    return array


# ------------------------------------------------------------------ inside or not


def test_a_point_falls_in_the_pixel_left_of_and_above_it():
    mask = Mask.from_box((2, 3, 4, 5), (6, 8))
    points = [(2.0, 3.0), (1.99, 3.0), (3.99, 4.99), (4.0, 4.0), (3.0, 5.0)]
    assert mask.contains(points).tolist() == [True, False, True, False, False]


def test_points_outside_the_frame_or_missing_are_not_inside():
    mask = Mask.full((6, 8))
    points = [
        (-0.01, 3),
        (3, -0.01),
        (8, 3),
        (3, 6),
        (math.nan, 3),
        (3, math.nan),
        (math.inf, 3),
        (1e30, 3),
        (3, 3),
    ]
    assert mask.contains(points).tolist() == [False] * 8 + [True]


@settings(max_examples=100, deadline=None)
@given(small_masks)
def test_every_pixel_is_inside_as_the_array_says(array):
    points = every_pixel(array.shape) + 0.5
    assert np.array_equal(Mask.from_array(array).contains(points), array.ravel())


def test_points_without_a_mask_and_empty_masks_hold_nothing():
    runs = Runs.from_masks([Mask.empty((6, 8)).boundaries, Mask.full((6, 8)).boundaries])
    inside = contains_flat(runs, np.array([0, 1, -1, 1]), np.array([5, 5, 5, -1]))
    assert inside.tolist() == [False, True, False, False]
    nothing = Runs.from_masks([])
    assert contains_flat(nothing, np.array([-1, -1]), np.array([5, 5])).tolist() == [False, False]
    assert Mask.full((6, 8)).contains(np.zeros((0, 2))).shape == (0,)


def test_points_must_be_pairs():
    with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
        Mask.full((6, 8)).contains([1.0, 2.0])


# ------------------------------------------------------------------ distance to the border


def test_distances_by_hand():
    mask = Mask.from_box((10, 10, 20, 20), (40, 40))
    found = mask.border_distance([(5.5, 15.5), (22.5, 23.5), (10.5, 15.5), (13.5, 15.5), (30.5, 19.9)])
    assert found.distance_px.tolist() == [5.0, 5.0, -1.0, -4.0, 11.0]  # 22, 23 → 19, 19 is 3 and 4 px
    assert found.nearest_xy.tolist() == [[10, 15], [19, 19], [9, 15], [9, 15], [19, 19]]


def test_the_hole_of_a_ring_is_outside_and_its_border_counts():
    array = np.zeros((21, 21), bool)
    array[5:16, 5:16] = True
    array[8:13, 8:13] = False
    found = Mask.from_array(array).border_distance([(10.5, 10.5), (6.5, 10.5)])
    assert found.distance_px.tolist() == [3.0, -2.0]
    assert found.nearest_xy.tolist() == [[7, 10], [4, 10]]  # of pixels equally near, the leftmost


def test_the_frame_edge_is_no_border():
    mask = Mask.from_box((0, 0, 10, 30), (30, 40))
    found = mask.border_distance([(0.5, 0.5), (9.5, 29.5), (-3.5, 12.5)])
    assert found.distance_px.tolist() == [-10.0, -1.0, 4.0]
    full = Mask.full((30, 40)).border_distance([(5, 5), (-1, 5)])
    assert full.distance_px.tolist() == [-math.inf, 1.0]
    assert full.nearest_xy.tolist() == [[-1, -1], [0, 5]]


def test_no_mask_or_no_point_has_no_distance():
    assert np.isnan(Mask.empty((6, 8)).border_distance([(3, 3)]).distance_px).all()
    found = Mask.full((6, 8)).border_distance([(math.nan, 3), (3, math.nan)])
    assert np.isnan(found.distance_px).all()
    assert (found.nearest_xy == -1).all()
    assert Mask.full((6, 8)).border_distance(np.zeros((0, 2))).distance_px.shape == (0,)


def test_beyond_the_limit_the_distance_is_infinite():
    mask = Mask.from_box((10, 10, 30, 30), (40, 40))
    found = mask.border_distance([(5.5, 20.5), (4.5, 20.5), (20.5, 20.5), (14.5, 20.5)], limit_px=5)
    assert found.distance_px.tolist() == [5.0, math.inf, -math.inf, -5.0]
    assert found.nearest_xy[1].tolist() == [-1, -1]


def test_points_far_off_the_frame_are_out_of_reach():
    found = Mask.full((6, 8)).border_distance([(1e12, 3), (math.inf, 3), (-1e4, 3)])
    assert found.distance_px.tolist() == [math.inf, math.inf, 10000.0]


def test_all_pixels_of_a_ragged_mask_agree_with_scipys_distance_transform():
    array = blob_with_holes_touching_the_edge()
    outside = ndimage.distance_transform_edt(~array)
    inside = ndimage.distance_transform_edt(array)
    found = Mask.from_array(array).border_distance(every_pixel(array.shape) + 0.5)
    assert found.distance_px == pytest.approx((outside - inside).ravel(), abs=1e-9)
    at_nearest = array[found.nearest_xy[:, 1], found.nearest_xy[:, 0]]
    assert np.array_equal(at_nearest, ~array.ravel())  # the nearest pixel is always one of the other kind


@settings(max_examples=60, deadline=None)
@given(small_masks, st.sampled_from([0.0, 1.0, 2.5, math.inf]))
def test_any_mask_agrees_with_looking_at_every_pixel_also_around_the_frame(array, limit_px):
    points = every_pixel(array.shape, around=3)
    found = Mask.from_array(array).border_distance(points + 0.25, limit_px)
    for i, (x, y) in enumerate(points.tolist()):
        distance, pixel = slow_border_distance(array, x, y, limit_px)
        assert found.distance_px[i] == pytest.approx(distance, nan_ok=True)
        assert found.nearest_xy[i].tolist() == list(pixel)


@pytest.mark.parametrize("chunk", [1, 40, 1 << 16])
def test_many_points_and_masks_at_once_agree_with_one_mask_at_a_time(chunk, monkeypatch):
    monkeypatch.setattr("dwell.masks.geometry._CHUNK_PAIRS", chunk)
    rng = np.random.default_rng(4)
    size_hw = (30, 25)
    fills = [0.0, 0.02, 0.5, 0.97, 1.0, 0.3]
    masks = [Mask.from_array(rng.random(size_hw) < fill) for fill in fills]
    runs = Runs.from_masks([mask.boundaries for mask in masks])
    mask_of_point = rng.integers(-1, len(masks), 400)
    points = rng.uniform(-6, 36, (400, 2))
    pixels, _ = pixels_of(points)
    distance, nearest = border_distance_flat(runs, mask_of_point, pixels, size_hw, 8.0)
    inside = contains_flat(runs, mask_of_point, positions_of(points, size_hw))
    assert np.isnan(distance[mask_of_point == -1]).all()
    assert not inside[mask_of_point == -1].any()
    for i, mask in enumerate(masks):
        mine = mask_of_point == i
        alone = mask.border_distance(points[mine], 8.0)
        assert np.array_equal(distance[mine], alone.distance_px, equal_nan=True)
        assert np.array_equal(nearest[mine], alone.nearest_xy)
        assert np.array_equal(inside[mine], mask.contains(points[mine]))
