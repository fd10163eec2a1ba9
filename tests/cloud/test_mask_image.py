"""Masks as pictures: the colours in order, opaque inside, as large as the reference image."""

import numpy as np

from cloud.masks import PREFIX, box_url, pixels_of, url_of
from dwell.cloud.mask_image import image_of, mask_of
from dwell.masks import Mask


def test_the_picture_is_rgba_in_this_order_at_native_size():
    pixels = pixels_of(image_of(Mask.from_box((1, 0, 3, 2), (3, 4)), "#ff8001"))
    assert pixels.shape == (3, 4, 4)
    inside, outside = (255, 128, 1, 255), (0, 0, 0, 0)
    assert [tuple(each) for each in pixels[0].tolist()] == [outside, inside, inside, outside]
    assert not pixels[2].any()


def test_a_mask_comes_back_as_it_was():
    mask = Mask.from_array(np.random.default_rng(7).random((31, 17)) < 0.4)
    assert mask_of(image_of(mask, "#000000")) == mask


def test_masks_of_other_tools_are_read():
    assert mask_of(box_url(8, 6, 2, 1, 5, 4)) == Mask.from_box((2, 1, 5, 4), (6, 8))
    grey = np.zeros((6, 8, 3), np.uint8)
    grey[1:4, 2:5] = 200
    assert mask_of(url_of(grey)) == Mask.from_box((2, 1, 5, 4), (6, 8))


def test_what_is_no_picture_is_no_mask():
    for value in (None, "", "https://storage.example/mask.png", PREFIX + "AAAA", PREFIX + "!!"):
        assert mask_of(value) is None
