"""From the screen to the image: numbers by hand for scales, zooms, monitors and windows half off."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwell.screen import (
    Chrome,
    Correction,
    CorrectionKind,
    Monitor,
    Outside,
    Rect,
    View,
    cautions,
    display_to_page,
    image_to_page,
    page_to_desktop,
    page_to_display,
    page_to_image,
    to_image,
)
from dwell.types import Space

FULL_HD = Monitor(0, 0, 1920, 1080, scale=1)


def view(**changes):
    """A window of 1200 × 900 at (100, 50): no border, 80 px of tabs and address; the image at half size."""
    fields = {
        "t_ns": 5, "screen_x": 100, "screen_y": 50, "outer_width": 1200, "outer_height": 900,
        "inner_width": 1200, "inner_height": 820, "canvas": Rect(200, 100, 800, 600), "scale": 0.5, "x": 0,
        "y": 0, "image_width": 1600, "image_height": 1200, "frame_idx": 7, "monitors": (FULL_HD,),
    }  # fmt: skip
    return View(**fields | changes)


def test_gaze_on_a_monitor_at_100_percent():
    # The page begins at (100, 50 + 80); the canvas 200, 100 further: image (0, 0) is at desktop (300, 230).
    assert view().page_origin == (100, 130)
    placed = to_image(view(), Space.DISPLAY, 700 / 1920, 530 / 1080, monitor=FULL_HD)
    assert placed.outside is None
    assert (placed.page_x, placed.page_y) == pytest.approx((600, 400))
    assert (placed.x, placed.y) == pytest.approx((800, 600))  # (600 - 200) / 0.5, (400 - 100) / 0.5


@pytest.mark.parametrize(
    ("scale", "device_wh"), [(1.0, (1920, 1080)), (1.25, (2400, 1350)), (2.0, (3840, 2160))]
)
def test_the_scale_of_the_system_changes_nothing_in_desktop_px(scale, device_wh):
    """A tracker says 0 … 1, so how many device px the monitor has does not matter."""
    monitor = Monitor(0, 0, device_wh[0] / scale, device_wh[1] / scale, scale)
    shown = view(device_pixel_ratio=scale, monitors=(monitor,))
    device_x, device_y = 700 * scale, 530 * scale
    placed = to_image(shown, Space.DISPLAY, device_x / device_wh[0], device_y / device_wh[1], monitor=monitor)
    assert (placed.x, placed.y) == pytest.approx((800, 600))


@pytest.mark.parametrize(
    ("zoom", "page_xy"),
    [
        (2 / 3, (900, 600)),
        (0.67, (600 / 0.67, 400 / 0.67)),
        (1.1, (545.4545, 363.6364)),
        (1.5, (400, 266.6667)),
    ],
)
def test_the_zoom_of_the_page_stretches_css_px(zoom, page_xy):
    """The page is 1200 × 820 desktop px at any zoom; the point 600, 400 desktop px into it is meant."""
    shown = view(zoom=zoom, inner_width=1200 / zoom, inner_height=820 / zoom, device_pixel_ratio=zoom)
    assert shown.page_origin == pytest.approx((100, 130))
    assert display_to_page(shown, FULL_HD, 700 / 1920, 530 / 1080) == pytest.approx(page_xy, abs=1e-3)


def test_a_windows_border_is_as_wide_below_as_on_the_sides():
    # 1216 wide for a page of 1200: 8 px left and right, so of 96 px that are not page 8 are below.
    shown = view(outer_width=1216, outer_height=916)
    assert shown.page_origin == (108, 50 + 88)


def test_a_maximised_window_hides_its_border_beyond_the_screen():
    window = {"screen_x": -8, "screen_y": -8, "outer_width": 1936, "outer_height": 1056}
    shown = view(**window, inner_width=1920, inner_height=960)
    assert shown.page_origin == (0, -8 + 88)


def test_what_the_mouse_has_shown_is_believed_more_than_the_sizes():
    # Developer tools docked at the left: 400 px that sizes alone would split into two borders.
    shown = view(inner_width=800, chrome=Chrome(400, 80))
    assert shown.page_origin == (500, 130)
    assert view(inner_width=800).page_origin == (300, 50 + 0)


def test_two_monitors_with_different_scales():
    """A laptop of 2880 × 1800 at 200 % and, right of it and higher, 2560 × 1440 at 125 %: 2048 × 1152."""
    laptop, big = Monitor(0, 0, 1440, 900, 2), Monitor(1440, -252, 2048, 1152, 1.25)
    shown = view(screen_x=1640, screen_y=-152, monitors=(laptop, big), device_pixel_ratio=1.25)
    assert shown.home() == 1
    # Page begins at (1640, -72): 200 and 180 desktop px into the big monitor.
    placed = to_image(shown, Space.DISPLAY, 800 / 2048, 580 / 1152, monitor=big)
    assert (placed.page_x, placed.page_y) == pytest.approx((600, 400))
    assert (placed.x, placed.y) == pytest.approx((800, 600))
    on_laptop = to_image(shown, Space.DISPLAY, 0.5, 0.5, monitor=laptop)
    assert on_laptop.outside is Outside.OFF_PAGE
    assert math.isnan(on_laptop.x)


def test_a_window_half_off_the_screen():
    shown = view(screen_x=-600)  # the page begins at desktop x = -600
    seen = to_image(shown, Space.DISPLAY, 100 / 1920, 530 / 1080, monitor=FULL_HD)
    assert (seen.page_x, seen.x) == pytest.approx((700, 1000))
    left = to_image(shown, Space.DISPLAY, -0.01, 0.5, monitor=FULL_HD)
    assert left.outside is Outside.OFF_SCREEN
    assert "monitor" in cautions(shown, FULL_HD)[1]


def test_two_fingers_enlarge_the_page():
    # Twice as large, and the page's px (150, 75) is at the window's corner.
    shown = view(pinch=2, pinch_x=150, pinch_y=75)
    assert page_to_desktop(shown, 150, 75) == (100, 130)
    assert page_to_desktop(shown, 250, 75) == (300, 130)
    placed = to_image(shown, Space.DISPLAY, 300 / 1920, 430 / 1080, monitor=FULL_HD)
    assert placed.page_x == pytest.approx(250)
    # Page px (800, 100) is on the page, but moved out of the window.
    assert to_image(shown, Space.PAGE, 800, 100).outside is Outside.OFF_PAGE


@pytest.mark.parametrize(
    ("x", "y", "why"),
    [
        (math.nan, 0.5, Outside.NO_GAZE),
        (1.001, 0.5, Outside.OFF_SCREEN),
        (50 / 1920, 0.5, Outside.OFF_PAGE),  # left of the window
        (700 / 1920, 129 / 1080, Outside.OFF_PAGE),  # in its address bar
        (200 / 1920, 0.5, Outside.OFF_CANVAS),  # page x = 100
        (700 / 1920, 900 / 1080, Outside.OFF_CANVAS),  # page y = 770, below 700
    ],
)
def test_gaze_beside_is_nowhere_and_says_why(x, y, why):
    placed = to_image(view(), Space.DISPLAY, x, y, monitor=FULL_HD)
    assert placed.outside is why
    assert math.isnan(placed.x)
    assert math.isnan(placed.y)


def test_gaze_on_the_canvas_beside_the_image():
    shown = view(x=100, y=75, scale=0.375)  # the image is 600 × 450 in the middle of the stage
    assert to_image(shown, Space.PAGE, 299, 400).outside is Outside.OFF_IMAGE
    assert (to_image(shown, Space.PAGE, 300, 175).x, to_image(shown, Space.PAGE, 300, 175).y) == (0, 0)
    assert to_image(shown, Space.PAGE, 900, 400).outside is Outside.OFF_IMAGE


def test_a_page_that_is_not_to_be_seen_is_not_looked_at():
    assert to_image(view(visible=False), Space.PAGE, 600, 400).outside is Outside.OFF_PAGE


def test_a_logs_image_px_are_taken_as_they_are():
    placed = to_image(view(), Space.IMAGE, 12.5, 1199.9)
    assert (placed.x, placed.y, placed.outside) == (12.5, 1199.9, None)
    assert to_image(view(), Space.IMAGE, 1600, 5).outside is Outside.OFF_IMAGE


def test_a_correction_holds_when_the_window_is_moved_and_zoomed():
    """Gaze is 96 desktop px (5 % of the monitor) too far right, wherever the window is."""
    left = Correction((1, 0, -0.05), (0, 1, 0), CorrectionKind.TRANSLATION, 0, 5, 2, 0.1)
    for shown in (view(), view(screen_x=300, zoom=1.25, inner_width=960, inner_height=656)):
        raw = to_image(shown, Space.DISPLAY, 0.5, 0.5, monitor=FULL_HD)
        better = to_image(shown, Space.DISPLAY, 0.5, 0.5, monitor=FULL_HD, correction=left)
        assert raw.page_x - better.page_x == pytest.approx(96 / shown.zoom)
        assert better.page_y == pytest.approx(raw.page_y)


def test_what_is_missing_is_asked_for():
    with pytest.raises(ValueError, match="monitor that the tracker is on"):
        to_image(view(), Space.DISPLAY, 0.5, 0.5)
    with pytest.raises(ValueError, match=r"SceneMap\.to_page first"):
        to_image(view(), Space.SCENE, 800, 600)


def test_a_window_across_two_scales_is_warned_of():
    laptop, big = Monitor(0, 0, 1440, 900, 2), Monitor(1440, 0, 2048, 1152, 1.25)
    shown = view(screen_x=1300, monitors=(laptop, big), chrome=Chrome(0, 80))
    assert cautions(shown) == []
    words = " ".join(cautions(shown, laptop))
    assert "scale 1.25, the tracker's has 2" in words


lengths = st.floats(200, 4000)
places = st.floats(-3000, 3000)


@st.composite
def views(draw):
    return view(
        screen_x=draw(places), screen_y=draw(places), outer_width=draw(lengths), outer_height=draw(lengths),
        inner_width=draw(lengths), inner_height=draw(lengths), zoom=draw(st.floats(0.25, 5)),
        canvas=Rect(draw(places), draw(places), draw(lengths), draw(lengths)), scale=draw(st.floats(0.01,
        40)), x=draw(places), y=draw(places), pinch=draw(st.floats(1, 5)), pinch_x=draw(places),
        pinch_y=draw(places), chrome=draw(st.none() | st.builds(Chrome, places, places)),
    )  # fmt: skip


monitors = st.builds(Monitor, places, places, lengths, lengths)


@given(views(), monitors, st.floats(-1, 2), st.floats(-1, 2))
def test_there_and_back_again(shown, monitor, x, y):
    page = display_to_page(shown, monitor, x, y)
    image = page_to_image(shown, *page)
    back = page_to_display(shown, monitor, *image_to_page(shown, *image))
    assert back == pytest.approx((x, y), abs=1e-6)


@given(views(), monitors, st.floats(0, 1), st.floats(0, 1))
def test_a_gaze_has_a_place_or_a_reason(shown, monitor, x, y):
    placed = to_image(shown, Space.DISPLAY, x, y, monitor=monitor)
    if placed.outside is None:
        assert 0 <= placed.x < shown.image_width
        assert 0 <= placed.y < shown.image_height
        assert (placed.page_x, placed.page_y) == pytest.approx(display_to_page(shown, monitor, x, y))
    else:
        assert math.isnan(placed.x)
        assert math.isnan(placed.y)
