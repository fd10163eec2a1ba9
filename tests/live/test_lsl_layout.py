"""Streams of Lab Streaming Layer as programs describe them, and what is made of their channels."""

import math

import pytest

from dwell.errors import LiveError
from dwell.live.lsl_layout import Channel, Wishes, channels_of, find_layout
from dwell.types import Space


def stream(*channels):
    """Channels from (label, eye, type, unit, coordinate system), as many as are said."""
    return [Channel(k, *(*c, "", "", "", "")[:5]) for k, c in enumerate(channels)]


TOBII = stream(
    ("left_x", "left", "ScreenX", "screencoords"),
    ("left_y", "left", "ScreenY", "screencoords"),
    ("left_pupil", "left", "pupilsize"),
    ("right_x", "right", "ScreenX", "screencoords"),
    ("right_y", "right", "ScreenY", "screencoords"),
    ("right_pupil", "right", "pupilsize"),
)
TITTA = stream(
    ("x.position_on_display_area.gaze_point.left_eye", "left", "ScreenX", "normalized"),
    ("y.position_on_display_area.gaze_point.left_eye", "left", "ScreenY", "normalized"),
    ("x.position_on_display_area.gaze_point.right_eye", "right", "ScreenX", "normalized"),
    ("y.position_on_display_area.gaze_point.right_eye", "right", "ScreenY", "normalized"),
)
INVISIBLE = stream(("x", "both", "ScreenX", "pixels", "world"), ("y", "both", "ScreenY", "pixels", "world"))
NEON = stream(("x", "", "Gaze", "px"), ("y", "", "Gaze", "px"), ("PupilDiameter", "left", "Diameter", "mm"))
CORE = stream(
    ("confidence", "both", "Confidence", "normalized"),
    ("norm_pos_x", "both", "ScreenX", "normalized"),
    ("norm_pos_y", "both", "ScreenY", "normalized"),
    ("gaze_point_3d_x", "both", "IntersectionX", "mm", "world"),
)
BOTH_AND_EACH = stream(
    ("Screen_X_left", "left", "ScreenX", "pixels"),
    ("Screen_Y_left", "left", "ScreenY", "pixels"),
    ("Screen_X_both", "both", "ScreenX", "pixels"),
    ("Screen_Y_both", "both", "ScreenY", "pixels"),
)


def test_two_eyes_are_averaged_as_far_as_they_are_seen():
    layout = find_layout("Tobii", TOBII, Wishes())
    assert layout.space is Space.DISPLAY
    assert layout.read([0.25, 0.5, 3, 0.75, 0.75, 3]) == (0.5, 0.625, True)
    assert layout.read([math.nan, math.nan, 3, 0.75, 0.75, 3]) == (0.75, 0.75, True)
    x, y, seen = layout.read([math.nan] * 6)
    assert (math.isnan(x), math.isnan(y), seen) == (True, True, False)


def test_labels_with_dots():
    layout = find_layout("Tobii_gaze", TITTA, Wishes())
    assert layout.pairs == ((0, 1), (2, 3))
    assert layout.space is Space.DISPLAY


@pytest.mark.parametrize(
    ("title", "channels"), [("pupil_invisible_Gaze", INVISIBLE), ("lab phone_Neon Gaze", NEON)]
)
def test_glasses_are_in_px_of_the_scene(title, channels):
    layout = find_layout(title, channels, Wishes())
    assert layout.space is Space.SCENE
    assert layout.read([800.5, 600.25, 4.0]) == (800.5, 600.25, True)


def test_neons_own_stream_is_known_even_without_units():
    layout = find_layout("lab phone_Neon Gaze", stream(("x",), ("y",)), Wishes())
    assert (layout.space, layout.scale_xy) == (Space.SCENE, (1, 1))


def test_pupil_core_counts_from_below_and_has_a_confidence():
    layout = find_layout("pupil_capture", CORE, Wishes(size_wh=(1280, 720)))
    assert layout.space is Space.SCENE
    assert layout.read([0.9, 0.25, 0.75, 0]) == (320, 180, True)
    assert layout.read([0.5, 0.25, 0.75, 0]) == (320, 180, False)
    strict = find_layout("pupil_capture", CORE, Wishes(size_wh=(1280, 720), min_confidence=0.95))
    assert strict.read([0.9, 0.25, 0.75, 0])[2] is False


def test_both_eyes_together_win_over_each():
    layout = find_layout("EyeLink", BOTH_AND_EACH, Wishes(space=Space.DISPLAY, size_wh=(1000, 500)))
    assert layout.read([0, 0, 250, 250]) == (0.25, 0.5, True)


def test_a_person_names_the_channels():
    channels = stream(("LX",), ("RX",), ("LY",), ("RY",), ("tracked",))
    wishes = Wishes(x="LX,RX", y="2,3", valid="tracked", unit="pixels", space=Space.SCENE, size_wh=(100, 100))
    layout = find_layout("homemade", channels, wishes)
    assert layout.read([10, 20, 30, 50, 1]) == (15, 40, True)
    assert layout.read([10, 20, 30, 50, 0])[2] is False


def test_px_from_below():
    layout = find_layout("NEON_Neon Gaze", NEON, Wishes(bottom_left=True, size_wh=(1600, 1200)))
    assert layout.read([100, 200, 0]) == (100, 1000, True)


@pytest.mark.parametrize(
    ("channels", "wishes", "message"),
    [
        (
            stream(("a",), ("b",)),
            Wishes(),
            r"0 channels look like x and 0 like y. Its channels are: 0 a; 1 b. Say x=LABEL&y=LABEL",
        ),
        (stream(("",), ("",)), Wishes(x="left", y="1"), r"it has no channel 'left'.*0 \(no label\)"),
        (TOBII, Wishes(x="left_x"), "only one of x and y was named"),
        (TOBII, Wishes(x="left_x", y="left_y,right_y"), "1 channels look like x and 2 like y"),
        (stream(("x",), ("y",)), Wishes(), "does not say the unit.*Say unit=pixels or unit=normalized"),
        (
            stream(("x", "", "", "deg"), ("y", "", "", "deg")),
            Wishes(),
            r"have the unit 'deg'.*0 x \(deg\)",
        ),
        (
            BOTH_AND_EACH,
            Wishes(),
            "px may be of a screen or of a scene camera.*space=scene, or space=display",
        ),
        (BOTH_AND_EACH, Wishes(space=Space.DISPLAY), "pixels positions, wanted as display: say how many px"),
        (CORE, Wishes(), "normalized positions, wanted as scene: say how many px"),
    ],
)
def test_what_is_open_is_asked_and_not_guessed(channels, wishes, message):
    with pytest.raises(LiveError, match=rf"'some stream'.*{message}"):
        find_layout("some stream", channels, wishes)


def test_a_description_in_xml():
    xml = """<info><name>t</name><desc><channels>
      <channel><label>x</label><eye>Combined</eye><metatype>ScreenX</metatype><unit>Pixels</unit>
        <coordinate_system>world-space</coordinate_system></channel>
      <channel><label>RightY</label></channel></channels></desc></info>"""
    assert channels_of(xml, 3) == [
        Channel(0, "x", "both", "ScreenX", "pixels", "world-space"),
        Channel(1, "RightY", "right", "", "", ""),
        Channel(2, "", "", "", "", ""),
    ]
