"""Crops and clicks, worked out by hand."""

import numpy as np
import pytest

from dwell.masks import Mask
from dwell.segmenters.automatic.crops import Crop, crops_of
from dwell.segmenters.contract import AutomaticOptions
from segmenters.automatic.painted import box


def options(**given):
    return AutomaticOptions(crop_overlap_ratio=0.2, **given)


def test_without_layers_there_is_only_the_picture():
    assert crops_of((100, 150), options()) == [Crop(0, (0, 0, 150, 100))]


def test_one_layer_has_four_crops_that_overlap_by_a_fifth_of_the_shorter_side():
    """20 px of overlap: ⌈(20 + 150) / 2⌉ = 85 px wide, (20 + 100) / 2 = 60 px high."""
    found = crops_of((100, 150), options(crop_n_layers=1))
    assert [each.layer for each in found] == [0, 1, 1, 1, 1]
    assert [each.box_xyxy for each in found[1:]] == [
        (0, 0, 85, 60),
        (0, 40, 85, 100),
        (65, 0, 150, 60),
        (65, 40, 150, 100),
    ]


def test_the_second_layer_has_sixteen_with_half_the_overlap():
    """10 px: ⌈(30 + 150) / 4⌉ = 45 px wide, ⌈130 / 4⌉ = 33 px high; the last row ends with the picture."""
    found = [each.box_xyxy for each in crops_of((100, 150), options(crop_n_layers=2)) if each.layer == 2]
    columns = [(0, 45), (35, 80), (70, 115), (105, 150)]
    rows = [(0, 33), (23, 56), (46, 79), (69, 100)]
    assert found == [(x0, y0, x1, y1) for x0, x1 in columns for y0, y1 in rows]


@pytest.mark.parametrize("size_hw", [(37, 211), (97, 97), (640, 480)])
def test_every_layer_covers_the_picture(size_hw):
    for layer in (1, 2, 3):
        seen = np.zeros(size_hw, bool)
        for each in crops_of(size_hw, options(crop_n_layers=3)):
            if each.layer == layer:
                x0, y0, x1, y1 = each.box_xyxy
                seen[y0:y1, x0:x1] = True
        assert seen.all()


def test_clicks_lie_in_the_middle_of_about_square_cells():
    """150 × 100 px, 6 along the longer side: 25 px apart, 4 rows of them."""
    clicks = Crop(0, (0, 0, 150, 100)).clicks(options(points_per_side=6))
    np.testing.assert_array_equal(clicks[:7], [*((12.5 + 25 * i, 12.5) for i in range(6)), (12.5, 37.5)])
    assert len(clicks) == 24
    assert clicks.max(axis=0).tolist() == [137.5, 87.5]


@pytest.mark.parametrize(
    ("layer", "factor", "n"), [(1, 2, 16 * 8), (2, 2, 8 * 4), (1, 1, 32 * 16), (3, 4, 1)]
)
def test_smaller_crops_are_clicked_at_fewer_places(layer, factor, n):
    crop = Crop(layer, (10, 10, 90, 50))
    assert len(crop.clicks(options(crop_n_points_downscale_factor=factor))) == n


@pytest.mark.parametrize(
    ("mask", "cut"),
    [
        ((70, 45, 120, 90), False),
        ((65, 45, 120, 90), True),  # at the left border of the crop
        ((70, 40, 120, 90), True),  # at its upper border
        ((67, 45, 120, 90), False),  # 2 px away: more than 2 % of 85 px
        ((66, 45, 120, 90), True),
        ((70, 45, 150, 100), False),  # at the picture's borders, where nothing goes on
    ],
)
def test_a_mask_at_a_border_within_the_picture_is_cut_off(mask, cut):
    crop = Crop(1, (65, 40, 150, 100))
    assert crop.cuts(Mask.from_array(box((100, 150), *mask))) is cut
