"""One frame with masks and names."""

import numpy as np
import pytest
from PIL import Image

from dwell.errors import OutputError
from dwell.masks import Mask
from dwell.render import RenderOptions, render_still
from dwell.types import AOI

SIZE_HW = (121, 161)
GREY = np.full((*SIZE_HW, 3), 128, np.uint8)
SQUARE = Mask.from_box((100, 60, 140, 100), SIZE_HW)


def rendered(path, masks, **options):
    with Image.open(render_still(GREY, masks, path, RenderOptions(**options))) as picture:
        return np.asarray(picture).astype(int)


def test_a_mask_is_tinted_and_all_else_is_as_it_was(tmp_path):
    picture = rendered(tmp_path / "a.png", [(AOI(1, "cup", "#ff0000"), SQUARE)], labels=False, opacity=0.5)
    assert picture.shape == GREY.shape  # odd sizes, too
    np.testing.assert_allclose(picture[70:90, 110:130].reshape(-1, 3), [[191, 64, 64]] * 400, atol=4)
    assert np.abs(picture[:50] - 128).max() <= 2


def test_names_are_written_above(tmp_path):
    plain = rendered(tmp_path / "a.png", [(AOI(1, "cup 0.83", "#00ff00"), SQUARE)], labels=False)
    named = rendered(tmp_path / "b.png", [(AOI(1, "cup 0.83", "#00ff00"), SQUARE)])
    rows = np.flatnonzero((plain != named).any(axis=(1, 2)))
    assert len(rows)
    assert rows.max() < 60


def test_later_masks_lie_on_top(tmp_path):
    red, blue = AOI(1, "a", "#ff0000"), AOI(2, "b", "#0000ff")
    picture = rendered(tmp_path / "a.png", [(red, SQUARE), (blue, SQUARE)], labels=False, opacity=1.0)
    np.testing.assert_allclose(picture[80, 120], [0, 0, 255], atol=4)


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match=r"ending in \.png"):
        render_still(GREY, [], tmp_path / "a.jpg")
    with pytest.raises(ValueError, match="mask of 'cup' is"):
        render_still(GREY, [(AOI(1, "cup", "#ff0000"), Mask.full((10, 10)))], tmp_path / "a.png")
