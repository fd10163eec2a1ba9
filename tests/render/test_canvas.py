"""Painting on planes, without a codec: what is painted, and that nothing else is."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

from dwell.masks import Mask
from dwell.render.canvas import Canvas, Stencil, Sticker, rgb_of
from dwell.render.enriched import RenderOptions, Scene, paint_frame
from dwell.render.gaze import paint_gaze
from dwell.render.outlines import mask_stencil
from dwell.video.colour import BT601, BT709, from_rgb, plane_array, to_rgb
from render.scenes import CARD

GREY = 120


def frame_of(size_hw, matrix=BT709):
    return from_rgb(np.full((*size_hw, 3), GREY, np.uint8), matrix)


def painted(frame):
    """(h, w) bool: which pixels' light has changed."""
    return plane_array(frame.planes[0]) != round(16 + 219 * GREY / 255)


@pytest.mark.parametrize("matrix", [BT709, BT601])
@pytest.mark.parametrize(("opacity", "share"), [(255, 1.0), (128, 128 / 255)])
def test_paint_mixes_colours(matrix, opacity, share):
    frame = frame_of((40, 60), matrix)
    Canvas(frame).paint(Stencil(10, 8, np.full((12, 20), opacity, np.uint8)), "#ff8000")
    rgb = to_rgb(frame).astype(int)
    expected = GREY + (np.array([255, 128, 0]) - GREY) * share
    np.testing.assert_allclose(rgb[9:19, 11:29].reshape(-1, 3).mean(axis=0), expected, atol=3)
    outside = np.ones((40, 60), bool)
    outside[8:20, 10:30] = False
    np.testing.assert_allclose(rgb[outside], GREY, atol=2)


def test_a_stencil_that_sticks_out_is_cut_off():
    frame = frame_of((20, 30))
    Canvas(frame).paint(Stencil(24, 14, np.full((50, 50), 255, np.uint8)), "#ffffff")
    expected = np.zeros((20, 30), bool)
    expected[14:, 24:] = True
    np.testing.assert_array_equal(painted(frame), expected)
    Canvas(frame).paint(Stencil(40, 40, np.full((4, 4), 255, np.uint8)), "#000000")


@pytest.mark.parametrize("xy", [(-6, -4), (26, 16), (-40, 2), (2, 100), (10, 6)])
def test_a_sticker_is_cut_off_on_every_side(xy):
    frame = frame_of((20, 30))
    sticker = Sticker.of([(np.full((10, 12), 255, np.uint8), "#ffffff")], BT709)
    Canvas(frame).stick(sticker, *xy)
    y, x = np.mgrid[:20, :30]
    expected = (x >= xy[0]) & (x < xy[0] + 12) & (y >= xy[1]) & (y < xy[1] + 10)
    np.testing.assert_array_equal(painted(frame), expected)


def test_a_sticker_looks_like_its_layers_painted_one_by_one():
    rng = np.random.default_rng(1)
    layers = [(rng.integers(0, 256, (8, 10), dtype=np.uint8), colour) for colour in ("#20d0ff", "#801040")]
    one, other = frame_of((20, 30)), frame_of((20, 30))
    Canvas(one).stick(Sticker.of(layers, BT709), 4, 6)
    for opacity, colour in layers:
        Canvas(other).paint(Stencil(4, 6, opacity), colour)
    np.testing.assert_allclose(to_rgb(one).astype(int), to_rgb(other).astype(int), atol=6)


def outlined(mask, outline_px=3, rim_px=1):
    frame = frame_of(mask.size_hw)
    Canvas(frame).paint(mask_stencil(mask, 0.5, outline_px, rim_px), "#ffffff")
    return frame


MASKS = {
    "one pixel": Mask.from_box((25, 17, 26, 18), (40, 60)),
    "one pixel in the corner": Mask.from_box((59, 39, 60, 40), (40, 60)),
    "along the edges": Mask.from_box((0, 0, 60, 40), (40, 60)) - Mask.from_box((8, 8, 50, 30), (40, 60)),
    "full frame": Mask.full((40, 60)),
    "full odd frame": Mask.full((41, 61)),
    "odd place": Mask.from_box((11, 7, 32, 20), (40, 60)),
    "two parts": Mask.from_box((3, 3, 9, 9), (40, 60)) | Mask.from_box((40, 20, 51, 35), (40, 60)),
}


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS.keys())
def test_masks_are_tinted_outlined_and_nothing_else_is(mask):
    frame = outlined(mask)
    changed, inside = painted(frame) | mask.to_array(), mask.to_array()
    luma = plane_array(frame.planes[0]).astype(int)
    reach = 5  # outline 3, rim 1, soft edges 1
    far = ~binary_dilation(inside, np.ones((2 * reach + 1, 2 * reach + 1)))
    assert not (changed & far).any()
    bright = 16 + 219 * GREY / 255 + 10
    assert (luma[inside] > bright).all()
    if not inside.all():
        assert (luma[~inside & ~far] > 200).sum() > 2  # a solid outline
        assert (luma[~inside & ~far] < bright - 20).any()  # and a dark rim


def test_an_empty_mask_has_no_stencil():
    assert mask_stencil(Mask.empty((10, 10)), 0.5, 3, 1) is None


@pytest.mark.parametrize(
    "xy", [(30.0, 20.0), (0.0, 0.0), (59.9, 39.9), (-3.0, 50.0), (1e12, -1e12), (4.5, 31.2)]
)
def test_the_gaze_ring_is_around_the_gaze(xy):
    frame = frame_of((40, 60))
    paint_gaze(Canvas(frame), np.array([xy]), "#ff0000")
    y, x = np.nonzero(painted(frame))
    reach = np.hypot(x - np.floor(xy[0]), y - np.floor(xy[1]))
    assert (reach < 9).all()
    if xy == (30.0, 20.0):
        assert abs(x.mean() - 30) < 0.1
        assert abs(y.mean() - 20) < 0.1
        assert not painted(frame)[20, 30]  # what is looked at stays free


def test_the_trail_leads_to_the_ring():
    frame = frame_of((480, 640))
    trail = np.column_stack([np.linspace(60, 560, 40), np.full(40, 240.0)])
    paint_gaze(Canvas(frame), trail, "#ff0000")
    rgb = to_rgb(frame).astype(int)
    red = (rgb[..., 0] - rgb[..., 1]) > 60
    assert red[240, 62:540].all()
    assert not red[:, :50].any()
    wide = np.abs(rgb[..., 0] - GREY) > 40
    assert wide[:, 450:500].sum() >= 2 * wide[:, 80:130].sum()  # it grows wider
    assert not red[236:245, 556:565].any()  # what is looked at stays free


@pytest.mark.parametrize("size_hw", [(2, 2), (16, 16), (33, 47), (2000, 30)])
def test_tiny_and_odd_pictures_can_be_painted(size_hw):
    height, width = size_hw
    frame = frame_of((height + height % 2, width + width % 2))
    scene = Scene([], None, np.zeros(1, np.int64))
    paint_frame(Canvas(frame), scene, 0, [(CARD, Mask.full(size_hw))], RenderOptions())
    assert painted(frame).shape == (frame.height, frame.width)


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "123456", "#1234567"])
def test_colours_have_one_form(colour):
    with pytest.raises(ValueError, match="#rrggbb"):
        rgb_of(colour)


@pytest.mark.parametrize("wrong", [{"opacity": 1.5}, {"trail_ms": -1.0}, {"gaze": "red"}])
def test_wrong_options_are_refused(wrong):
    with pytest.raises(ValueError, match="expected|Expected"):
        RenderOptions(**wrong)
