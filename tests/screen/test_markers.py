"""Markers on the page: what they are, where they go, how exactly they bring gaze to the page."""

import math
import re

import cv2
import numpy as np
import pytest

from dwell.screen import (
    MARKER_IDS,
    Rect,
    SceneMap,
    SceneOptions,
    ShownMarker,
    degrees_between,
    fit_scene,
    is_mirrored,
    marker_places,
    marker_png,
    marker_svg,
)
from dwell.screen.lens import straightened
from dwell.screen.markers import marker_corners, marker_image, marker_modules
from dwell.types import Camera
from screen.drawn_desk import MATRIX, MONITOR, SIZE_WH, VIEWING, WIDE, Desk, view

SOFT = {"blur_px": 0.7, "noise": 4}
"""About as blurred and noisy as a scene camera indoors."""
GAZE = np.array([(x, y) for x in (150, 700, 1250, 1780) for y in (130, 480, 820)], float)
LAID_OUT = {marker.marker_id: marker for marker in view().markers}


@pytest.fixture(scope="module")
def desk():
    return Desk(distortion=WIDE)


@pytest.fixture(scope="module")
def picture(desk):
    return desk.picture(**SOFT)


def mapped(scene_map, desk, t_ns=1):
    found = [scene_map.to_page(t_ns, x, y) for x, y in desk.scene_xy(GAZE)]
    return np.array([(each.x, each.y) for each in found])


def errors(desk, picture, markers=None, options=None, camera="known"):
    """CSS px and deg by which mapped gaze misses the truth, and the fit."""
    scene_map = SceneMap(view(desk.size_css).markers if markers is None else markers, options)
    fit = scene_map.update(1, picture, desk.camera if camera == "known" else camera)
    assert fit.scene_to_page is not None, fit.problem
    found = mapped(scene_map, desk)
    off_deg = degrees_between(view(), MONITOR, VIEWING, found, GAZE)
    return np.linalg.norm(found - GAZE, axis=1).max(), off_deg.max(), fit


def test_a_marker_is_black_around_and_white_around_that():
    modules = marker_modules(3)
    assert modules.shape == (10, 10)
    assert modules[0].all()
    assert modules[:, 9].all()
    assert not modules[1, 1:9].any()
    assert not modules[1:9, 8].any()
    assert 0 < modules[2:8, 2:8].sum() < 36


def test_an_svg_paints_the_same_modules_as_the_png():
    for marker_id in MARKER_IDS:
        painted = np.ones((10, 10), bool)
        for x, y, width in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)"', marker_svg(marker_id)):
            painted[int(y), int(x) : int(x) + int(width)] = False
        png = cv2.imdecode(np.frombuffer(marker_png(marker_id, 5), np.uint8), cv2.IMREAD_GRAYSCALE)
        assert png.shape == (50, 50)
        assert (painted == (png[2::5, 2::5] > 0)).all()


def test_markers_of_the_page_are_told_apart_even_turned_and_mirrored():
    codes = [marker_modules(i)[2:8, 2:8] for i in MARKER_IDS]
    for i, one in enumerate(codes):
        for j, other in enumerate(codes):
            for turned in (np.rot90(other, k) for k in range(4)):
                assert (i == j and (turned == one).all()) or (one != turned).sum() >= 11
                assert (one != turned[:, ::-1]).sum() >= 5  # a mirrored one is repaired to none


def test_eight_markers_around_a_page_and_six_around_a_low_one():
    places = {m.marker_id: (m.rect.left, m.rect.top) for m in marker_places(1000, 600, 100)}
    assert places == {
        0: (0, 0), 1: (450, 0), 2: (900, 0), 3: (900, 250),
        4: (900, 500), 5: (450, 500), 6: (0, 500), 7: (0, 250),
    }  # fmt: skip
    assert [m.marker_id for m in marker_places(1000, 299, 100)] == [0, 1, 2, 4, 5, 6]
    with pytest.raises(ValueError, match="1000 × 150 px"):
        marker_places(1000, 150, 100)
    with pytest.raises(ValueError, match=r"0 … 586\), got 587"):
        marker_png(587)


def test_corners_are_those_of_the_black_square():
    corners = marker_corners(ShownMarker(0, Rect(50, 20, 100, 100)))
    assert corners.tolist() == [[60, 30], [140, 30], [140, 110], [60, 110]]


def test_a_flat_picture_maps_to_a_hundredth_of_a_degree():
    """No lens, no noise: what is left comes from pixels."""
    off_px, off_deg, fit = errors(Desk(), Desk().picture())
    assert off_px < 0.1
    assert off_deg < 0.01
    assert fit.marker_ids == MARKER_IDS


def test_gaze_through_a_wide_lens_with_blur_and_noise(desk, picture):
    off_px, off_deg, fit = errors(desk, picture)
    assert off_px < 0.3
    assert off_deg < 0.01
    assert fit.marker_ids == MARKER_IDS
    assert fit.residual_px < 0.3


def test_without_the_cameras_intrinsics_gaze_is_off_but_not_lost(desk, picture):
    off_px, off_deg, fit = errors(desk, picture, camera=None)
    assert 2 < off_px < 40
    assert off_deg < 1
    assert fit.residual_px > 2  # and it shows


def test_smaller_and_farther_markers(desk):
    small = Desk(distortion=WIDE, size_css=70)
    assert errors(small, small.picture(**SOFT))[1] < 0.05
    far = Desk(distortion=WIDE, at_mm=(0, 0, 1000))
    assert errors(far, far.picture(**SOFT))[1] < 0.05


def test_too_small_is_not_found_and_said():
    tiny = Desk(distortion=WIDE, size_css=30)
    fit = fit_scene(5, tiny.picture(**SOFT), view(30).markers, tiny.camera)
    assert fit.scene_to_page is None
    assert "make markers larger" in fit.problem


def test_a_hand_over_some_markers(desk):
    """Four markers are covered, and half of a fifth: the others do."""

    def hand(sheet):
        sheet[200:900, 1700:2120] = 120  # markers 2, 3 and their edge of the page
        sheet[1000:1150, 140:260] = 120  # half of marker 6

    off_px, off_deg, fit = errors(desk, desk.picture(**SOFT, over=hand))
    assert set(fit.marker_ids) == {0, 1, 4, 5, 7}
    assert off_deg < 0.02


def test_blur_by_a_moving_head(desk):
    assert errors(desk, desk.picture(**SOFT, motion_px=3))[1] < 0.02
    blurred = fit_scene(1, desk.picture(**SOFT, motion_px=14), view().markers, desk.camera)
    assert blurred.scene_to_page is None


def test_one_marker_is_refused_unless_asked_for(desk, picture):
    """Far from the only marker gaze is off by degrees: small errors of its corners grow with distance."""
    one = [LAID_OUT[0]]
    assert fit_scene(1, picture, one, desk.camera).scene_to_page is None
    _, off_deg, fit = errors(desk, picture, one, SceneOptions(min_markers=1))
    assert 0.2 < off_deg < 6
    assert math.isnan(fit.residual_px)


def test_two_markers_are_enough_across_the_page(desk, picture):
    assert errors(desk, picture, [LAID_OUT[0], LAID_OUT[4]])[1] < 0.05


def test_a_marker_of_something_else_does_not_count(desk):
    """A sticker with marker 9 lies on the page, and marker 1 shows twice."""

    def stickers(sheet):
        for marker_id, left in ((9, 500), (1, 900)):
            sheet[500:620, left : left + 120] = marker_image(marker_id, 12)

    _, off_deg, fit = errors(desk, desk.picture(**SOFT, over=stickers))
    assert set(fit.rejected_ids) >= {1}
    assert 9 not in fit.marker_ids
    assert 1 not in fit.marker_ids
    assert off_deg < 0.01


def test_a_marker_where_the_page_does_not_say_is_at_odds(desk, picture):
    moved = ShownMarker(3, Rect(1700, 500, 120, 120))
    markers = [moved if m.marker_id == 3 else m for m in view().markers]
    _, off_deg, fit = errors(desk, picture, markers)
    assert fit.rejected_ids == (3,)
    assert off_deg < 0.01


def test_markers_all_elsewhere_are_another_screen(desk, picture):
    swapped = [ShownMarker(m.marker_id, LAID_OUT[(3 * m.marker_id + 1) % 8].rect) for m in view().markers]
    fit = fit_scene(1, picture, swapped, desk.camera)
    assert fit.scene_to_page is None
    assert "another screen" in fit.problem


def test_a_mirrored_picture_is_refused_and_can_be_told(desk, picture):
    mirrored = np.ascontiguousarray(picture[:, ::-1])
    assert fit_scene(1, mirrored, view().markers, desk.camera).scene_to_page is None
    assert is_mirrored(mirrored, MARKER_IDS)
    assert not is_mirrored(picture, MARKER_IDS)


def test_gaze_takes_the_nearest_picture_within_100_ms(desk, picture):
    scene_map = SceneMap(view().markers)
    dark = np.zeros_like(picture)
    ms = 1_000_000
    scene_map.update(1000 * ms, picture, desk.camera)
    scene_map.update(1033 * ms, dark, desk.camera)  # blinked: the one before still serves
    x, y = desk.scene_xy([(960, 475)])[0]
    near = scene_map.to_page(1040 * ms, x, y)
    assert (near.x, near.y) == pytest.approx((960, 475), abs=0.3)
    assert (near.age_ms, near.n_markers) == (40, 8)
    assert scene_map.to_page(950 * ms, x, y).age_ms == -50
    assert math.isnan(scene_map.to_page(1101 * ms, x, y).x)
    assert math.isnan(scene_map.to_page(1040 * ms, math.nan, y).x)


def test_the_page_may_move_its_markers_between_pictures(desk, picture):
    scene_map = SceneMap(view().markers)
    scene_map.update(0, picture, desk.camera)
    shifted = [ShownMarker(m.marker_id, Rect(m.rect.left + 40, m.rect.top, 120, 120)) for m in view().markers]
    scene_map.show(shifted)
    scene_map.update(50_000_000, picture, desk.camera)
    x, y = desk.scene_xy([(960, 475)])[0]
    assert scene_map.to_page(10_000_000, x, y).x == pytest.approx(960, abs=0.3)
    assert scene_map.to_page(40_000_000, x, y).x == pytest.approx(1000, abs=0.3)


def test_pictures_come_in_order_and_are_pictures(desk, picture):
    scene_map = SceneMap(view().markers)
    scene_map.update(10, np.zeros((60, 80, 3), np.uint8))
    with pytest.raises(ValueError, match="after 10 ns, got 10 ns"):
        scene_map.update(10, picture)
    with pytest.raises(ValueError, match=r"uint8, got \(60, 80, 3\) of float64"):
        scene_map.update(11, np.zeros((60, 80, 3)))


def test_a_lens_is_undone_to_the_corners():
    """Against bending: straight points are bent by OpenCV, and come back; five steps alone are px off."""
    straight = np.array([(x, y) for x in (-150, 300, 805, 1300, 1750) for y in (0, 612, 1180)], float)
    rays = np.column_stack([straight, np.ones(15)]) @ np.linalg.inv(MATRIX).T
    bent, _ = cv2.projectPoints(rays, np.zeros(3), np.zeros(3), MATRIX, WIDE)
    camera = Camera(MATRIX, WIDE)
    assert straightened(camera, bent[:, 0]) == pytest.approx(straight, abs=0.05)
    five = cv2.undistortPoints(bent, MATRIX, WIDE, P=MATRIX)[:, 0]
    assert np.abs(five - straight).max() > 1
    assert straightened(Camera(MATRIX), [(1, 2)]).tolist() == [[1, 2]]


def test_beyond_the_lens_there_is_no_gaze():
    barrel = Camera(MATRIX, np.array([-0.6, 0, 0, 0]))  # folds over at 0.745 focal lengths
    found = straightened(barrel, [(805, 612), (SIZE_WH[0], SIZE_WH[1]), (math.nan, 5)])
    assert found[0] == pytest.approx((805, 612))
    assert np.isnan(found[1:]).all()
