"""One thing cut out of a picture, checked by its pixels."""

import numpy as np
import pytest
from PIL import Image

from dwell.errors import OutputError
from dwell.masks import Mask
from dwell.render.crop import crop_object, render_crop

SIZE_HW = (200, 300)
RED = "#ff0000"


def image():
    """A dark green picture with a bright blue square of 40 px."""
    picture = np.full((*SIZE_HW, 3), (0, 60, 0), np.uint8)
    picture[80:120, 100:140] = (0, 0, 240)
    return picture


SQUARE = Mask.from_box((100, 80, 140, 120), SIZE_HW)


def near(pixels, colour, by=3):
    return np.abs(pixels.astype(int) - colour).max(axis=-1) <= by


def test_the_thing_is_as_it_was_in_the_middle_and_the_rest_dimmed():
    crop = crop_object(image(), SQUARE, RED, (136, 136))  # 40 px and 18 % of them on each side: 54.4 px
    assert crop.shape == (136, 136, 3)
    assert near(crop[25:111, 25:111], (0, 0, 240)).mean() > 0.95
    corner = crop[:5, :5].reshape(-1, 3)
    # Green 60 half-way to its grey 20, of which 45 % are seen on grey 225.
    np.testing.assert_allclose(corner.mean(axis=0), 0.45 * np.array([10, 40, 10]) + 0.55 * 225, atol=1.5)


def test_the_outline_lies_around_it_in_its_colour():
    crop = crop_object(image(), SQUARE, RED, (136, 136))
    red = crop[:, :, 0].astype(int) - crop[:, :, 2] > 120
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    assert 13 <= rows.min() <= 18 <= 117 <= rows.max() <= 122  # 18 … 118 is the square
    assert (columns.min(), columns.max()) == (rows.min(), rows.max())
    assert not red[25:111, 25:111].any()


def test_at_the_edge_the_window_stays_in_the_picture():
    corner = Mask.from_box((0, 0, 40, 40), SIZE_HW)
    crop = crop_object(np.full((*SIZE_HW, 3), 80, np.uint8), corner, RED, (136, 136))
    assert near(crop[:90, :90], (80, 80, 80)).mean() > 0.95  # it begins where the picture begins


def test_where_the_picture_ends_there_is_grey():
    wide = Mask.from_box((0, 90, 300, 110), SIZE_HW)
    crop = crop_object(np.zeros((*SIZE_HW, 3), np.uint8), wide, RED, (100, 100))
    assert near(crop[:10], (225, 225, 225)).all()
    assert near(crop[-10:], (225, 225, 225)).all()


def test_a_single_pixel_is_seen_with_what_is_around_it():
    picture = np.full((*SIZE_HW, 3), 100, np.uint8)
    picture[50, 60] = (0, 250, 0)
    crop = crop_object(picture, Mask.from_box((60, 50, 61, 51), SIZE_HW), RED, (240, 240))
    green = crop[:, :, 1].astype(int) - crop[:, :, 0] > 80
    assert 30 <= green.sum() <= 200  # 24 px become 240: 10 px a side at most
    y, x = np.nonzero(green)
    assert 110 <= y.mean() <= 135
    assert 110 <= x.mean() <= 135


def test_without_a_size_it_is_as_large_as_is_good(tmp_path):
    small = crop_object(image(), SQUARE, RED)
    assert small.shape == (216, 216, 3)  # 54 px, four times as large
    tall = Mask.from_box((100, 0, 120, 200), SIZE_HW)
    assert crop_object(image(), tall, RED).shape == (
        640,
        294,
        3,
    )  # 20 px and 18 % of 200 on each side: 92 of 200
    path = render_crop(image(), SQUARE, RED, tmp_path / "objects" / "square.png")
    with Image.open(path) as picture:
        np.testing.assert_array_equal(np.asarray(picture), small)


def test_what_cannot_be_cut_out(tmp_path):
    with pytest.raises(ValueError, match="empty"):
        crop_object(image(), Mask.empty(SIZE_HW), RED)
    with pytest.raises(ValueError, match="the image"):
        crop_object(image(), Mask.full((10, 10)), RED)
    with pytest.raises(OutputError, match=r"ending in \.png"):
        render_crop(image(), SQUARE, RED, tmp_path / "a.jpg")
