"""The heatmap: strongest where gaze rested, transparent where it was not."""

import io

import matplotlib
import numpy as np
import pytest
from PIL import Image

from dwell.errors import OutputError
from dwell.gaze import Section, map_gaze
from dwell.metrics import compute_density
from dwell.render import heatmap_png, render_heatmap
from dwell.render.heatmap import heatmap_rgba
from gaze.scene import T0, make_clock, make_gaze

SIZE_HW = (60, 80)


def density(places=((20, 30), (20, 30), (60, 30)), sigma_px=4.0):
    """5 ms at each place."""
    mapped = map_gaze(make_gaze([(5 * i, x, y) for i, (x, y) in enumerate(places)]), make_clock(10), [])
    return compute_density(mapped, Section("r", "R", T0), SIZE_HW, sigma_px=sigma_px)


def top_colour():
    return [round(255 * each) for each in matplotlib.colormaps["viridis"](1.0)[:3]]


def test_the_hottest_place_has_the_last_colour_and_no_gaze_is_transparent():
    picture = heatmap_rgba(density())
    assert (picture.shape, picture.dtype) == ((60, 80, 4), np.uint8)
    assert picture[30, 20, :3].tolist() == top_colour()
    assert picture[30, 20, 3] == picture[..., 3].max() == round(0.85 * 255)
    assert picture[30, 60, 3] == pytest.approx(0.85 * 255 * 0.5**0.5, abs=2)  # half as long
    assert not picture[:5, :, 3].any()


@pytest.mark.parametrize("sigma_px", [3.0, 9.0, 17.0])
def test_places_are_kept_at_any_width_and_cell_size(sigma_px):
    found = density([(52, 40)] * 4, sigma_px)
    for width_px in (None, 40, 160):
        alpha = heatmap_rgba(found, width_px)[..., 3].astype(float)
        assert alpha.shape == ((60, 80) if width_px is None else (width_px * 3 // 4, width_px))
        y, x = np.unravel_index(alpha.argmax(), alpha.shape)
        scale = alpha.shape[1] / 80
        assert x / scale == pytest.approx(52, abs=found.cell_px + 1 / scale)
        assert y / scale == pytest.approx(40, abs=found.cell_px + 1 / scale)


def test_a_png_alone_has_alpha_and_over_a_frame_has_none(tmp_path):
    alone = Image.open(io.BytesIO(heatmap_png(density(), 40)))
    assert (alone.mode, alone.size) == ("RGBA", (40, 30))
    frame = np.full((*SIZE_HW, 3), 90, np.uint8)
    path = render_heatmap(density(), tmp_path / "new" / "heat.png", frame)
    over = np.asarray(Image.open(path))
    assert over.shape == (60, 80, 3)
    assert (over[:5] == 90).all()
    expected = 90 * 0.15 + 0.85 * np.array(top_colour())
    np.testing.assert_allclose(over[30, 20], expected, atol=2)
    with Image.open(render_heatmap(density(), tmp_path / "alone.png")) as picture:
        assert picture.mode == "RGBA"


def test_no_gaze_at_all_leaves_the_frame_as_it_is(tmp_path):
    frame = np.arange(60 * 80 * 3, dtype=np.uint8).reshape(60, 80, 3)
    over = np.asarray(Image.open(render_heatmap(density([]), tmp_path / "none.png", frame)))
    np.testing.assert_array_equal(over, frame)


def test_what_cannot_be_drawn_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"heat\.jpg: expected a name ending in \.png"):
        render_heatmap(density(), tmp_path / "heat.jpg")
    with pytest.raises(ValueError, match=r"\(60, 80\)"):
        render_heatmap(density(), tmp_path / "heat.png", np.zeros((10, 10, 3), np.uint8))
    with pytest.raises(ValueError, match="at least 1"):
        heatmap_rgba(density(), 0)
    assert list(tmp_path.iterdir()) == []
