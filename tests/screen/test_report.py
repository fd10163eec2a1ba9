"""Reports of the page come in whole or not at all."""

import json
import math

import pytest

from dwell.screen import Chrome, Monitor, Rect, ShownMarker, View, as_report, read_view

REPORT = {
    "t_ns": "1700000000123456789", "screen_x": 0, "screen_y": 25, "outer_width": 1440, "outer_height": 875,
    "inner_width": 1440, "inner_height": 790, "canvas": {"left": 0, "top": 48, "width": 1000, "height": 700},
    "scale": 0.5, "x": 0, "y": -20.5, "image_width": 1600, "image_height": 1200, "frame_idx": 3,
    "monitors": [{"left": 0, "top": 0, "width": 1440, "height": 900, "scale": None}],
    "markers": [{"marker_id": 4, "rect": {"left": 0, "top": 48, "width": 120, "height": 120}}],
    "chrome": {"left": 0, "top": 85},
}  # fmt: skip


def test_a_report_is_read():
    view = read_view(REPORT)
    assert view.t_ns == 1_700_000_000_123_456_789  # a float would end in …768
    assert (view.canvas, view.chrome, view.y) == (Rect(0, 48, 1000, 700), Chrome(0, 85), -20.5)
    assert (view.zoom, view.visible) == (1, True)
    assert math.isnan(view.monitors[0].scale)
    assert view.markers == (ShownMarker(4, Rect(0, 48, 120, 120)),)


def test_what_is_written_is_read_back():
    view = View(
        9, 1, 2, 3, 4, 5, 6, Rect(1, 2, 3, 4), 0.25, 7, 8, 100, 50, 0, zoom=1.5, device_pixel_ratio=3,
        pinch=2, pinch_x=4, chrome=Chrome(1, 85.5), visible=False, monitors=(Monitor(-1920, 0, 1920, 1080,
        1.25, "DP-1"),), markers=(ShownMarker(0, Rect(0, 0, 90, 90)),),
    )  # fmt: skip
    assert read_view(json.loads(json.dumps(as_report(view)))) == view
    json.dumps(as_report(read_view(REPORT)), allow_nan=False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"screen_x": None}, "finite number as screen_x .* got None"),
        ({"scale": "1"}, "finite number as scale .* got '1'"),
        ({"x": math.inf}, "finite number as x "),
        ({"t_ns": 1.5}, "whole number as t_ns"),
        ({"canvas": [1, 2]}, "an object as canvas"),
        ({"canvas": {"left": 0, "top": 0, "width": 5}}, r"finite number as canvas\.height"),
        ({"markers": [{"marker_id": True, "rect": {}}]}, r"whole number as markers\[0\]\.marker_id"),
        ({"monitors": [{"left": 0, "top": 0, "width": 0, "height": 9}]}, "width of Monitor above 0"),
        ({"monitors": {"left": 0}}, "a list as monitors"),
        ({"visible": 1}, "true or false as visible"),
        ({"zoom": 0}, "zoom of View above 0"),
    ],
)
def test_what_is_wrong_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        read_view(REPORT | change)
