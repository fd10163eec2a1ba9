"""Cropping masks to what matters changes no distance."""

import numpy as np
import pytest

from dwell.gaze.near import crop_to_points
from dwell.masks import Mask, Runs
from dwell.masks.geometry import border_distance_flat
from gaze.scene import SIZE_HW, box, disc


def random_masks(rng, n):
    for _ in range(n):
        kind = rng.integers(0, 5)
        if kind == 0:
            yield rng.random(SIZE_HW) < 0.5
        elif kind == 1:
            yield ~disc(*rng.integers(0, 60, 2), rng.integers(1, 30))
        elif kind == 2:
            x = np.sort(rng.choice(81, 4, replace=False))
            yield box(x[0], 0, x[1], 60) | box(x[2], 0, x[3], 60)  # runs across columns
        elif kind == 3:
            yield np.ones(SIZE_HW, bool) if rng.random() < 0.5 else box(0, 0, 1, 1)
        else:
            yield disc(*rng.integers(0, 60, 2), 20) & ~disc(*rng.integers(0, 60, 2), 10)


@pytest.mark.parametrize("limit", [0.0, 3.0, 12.5, np.inf])
def test_distances_to_cropped_masks_are_those_to_whole_ones(limit):
    rng = np.random.default_rng(11)
    masks = list(random_masks(rng, 60))
    runs = Runs.from_masks([Mask.from_array(mask).boundaries for mask in masks])
    mask_of_point = np.sort(np.concatenate([np.arange(60), rng.integers(0, 60, 200)]))
    pixels_xy = rng.integers((-10, -10), (90, 70), (260, 2))
    cropped = crop_to_points(runs, mask_of_point, pixels_xy, SIZE_HW, min(limit, 1e6))
    whole_px, whole_xy = border_distance_flat(runs, mask_of_point, pixels_xy, SIZE_HW, limit)
    px, xy = border_distance_flat(cropped, mask_of_point, pixels_xy, SIZE_HW, limit)
    visible = ~np.isnan(whole_px)
    px[np.isnan(px)] = np.inf
    np.testing.assert_array_equal(px[visible], whole_px[visible])
    np.testing.assert_array_equal(xy[visible], whole_xy[visible])
    if limit < 20:
        assert len(cropped.boundaries) < len(runs.boundaries)


def test_a_small_neighbourhood_of_a_wide_mask_is_enough():
    runs = Runs.from_masks([Mask.from_array(box(0, 20, 80, 40)).boundaries])
    cropped = crop_to_points(runs, np.array([0]), np.array([[40, 18]]), SIZE_HW, 50.0)
    columns = np.unique(cropped.boundaries // SIZE_HW[0])
    # The nearest run known is the end of the one in the column before, 21 rows away.
    assert columns.min() >= 40 - 2 - 1
    assert columns.max() <= 40 + 2 + 1
