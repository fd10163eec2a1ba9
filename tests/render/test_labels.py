"""Labels: letters of many scripts, places that do not collide, names that do not fit."""

import numpy as np
import pytest

from dwell.render import text
from dwell.render.canvas import Canvas
from dwell.render.labels import Label, _overlap, _place, paint_clock, paint_labels
from dwell.types import AOI
from dwell.video.colour import from_rgb, to_rgb
from render.scenes import CARD


@pytest.fixture
def bare_computer(monkeypatch):
    """A computer with no font but our own."""
    text.font_for.cache_clear()
    monkeypatch.setattr("matplotlib.font_manager.fontManager.ttflist", [])
    yield
    text.font_for.cache_clear()


@pytest.mark.parametrize("name", ["Tasse – grün", "книга", "ποτήρι", "çay ☕ →", "$x^2$ & <b>", "e\u0301"])
def test_names_of_many_scripts_are_written_as_they_are(name, bare_computer):
    assert text.readable(name, "AOI 3") == name
    assert text.text_stencil(name, 20).max() > 200


def test_a_name_without_a_font_is_given_by_its_number(bare_computer):
    assert text.readable("本 cup", "AOI 3") == "AOI 3"


def test_another_font_lends_its_letters():
    from matplotlib import get_data_path

    path = f"{get_data_path()}/fonts/ttf/STIXGeneral.ttf"
    letters = [chr(code) for code in sorted(text._letters(path))]
    letter = next(c for c in letters if not text._has(text.own_font(), c) and not text._joins(c))
    text.font_for.cache_clear()
    assert text.font_for(letter) != text.own_font()
    assert text.readable(f"a{letter}b", "AOI 3") == f"a{letter}b"
    lent = text.text_stencil(f"a{letter}b", 30)
    assert lent.shape[1] > text.text_stencil("ab", 30).shape[1]
    assert "DejaVu Sans" in text.families(f"a{letter}b")
    assert len(text.families(f"a{letter}b")) > 1


def test_names_are_put_on_one_short_line():
    assert text.readable("  two\nlines\t", "") == "two lines"
    assert text.readable("x" * 100, "", 10) == "x" * 9 + "…"


def test_letters_of_one_size_stand_on_one_line():
    heights = {text.text_stencil(word, 24).shape[0] for word in ("acorn", "Äpg", ".")}
    assert len(heights) == 1


def test_digits_do_not_dance():
    assert text.clock_stencil("11:11", 20).shape == text.clock_stencil("08:45", 20).shape


def boxes(masks, plate_hw=(20, 60), picture_hw=(240, 320)):
    taken = []
    for mask in masks:
        taken.append(_place(plate_hw, mask, picture_hw, taken))
    return taken


def test_a_label_stands_above_its_mask_or_where_there_is_room():
    (above,) = boxes([(100, 100, 180, 160)])
    assert above[0] == 100
    assert 85 < above[3] <= 100
    (below,) = boxes([(100, 4, 180, 60)])
    assert below[1] >= 60
    (inside,) = boxes([(0, 0, 320, 240)])
    assert 0 <= inside[0] <= inside[2] <= 320
    assert 0 <= inside[1] <= inside[3] <= 240


def test_labels_of_neighbours_do_not_cover_each_other():
    placed = boxes([(100, 100, 160, 160), (104, 102, 164, 162), (96, 98, 150, 170), (110, 110, 120, 120)])
    assert not any(_overlap(a, b) for i, a in enumerate(placed) for b in placed[:i])
    assert all(box[0] % 2 == 0 and box[1] % 2 == 0 for box in placed)


def test_a_label_shows_the_aois_colour_and_turns_when_looked_at():
    pictures = []
    for plate in (None, "#ffe100"):
        frame = from_rgb(np.full((480, 640, 3), 120, np.uint8))
        paint_labels(Canvas(frame), [Label(CARD, (200, 200, 300, 300), plate)])
        pictures.append(to_rgb(frame).astype(int))
    for picture in pictures:
        near_green = np.abs(picture - [0, 158, 115]).sum(axis=2) < 30
        assert near_green.sum() > 30
    dark, yellow = (picture[170:200, 200:260].reshape(-1, 3) for picture in pictures)
    assert np.median(dark, axis=0).max() < 60
    assert np.median(yellow, axis=0)[0] > 200
    assert np.median(yellow, axis=0)[2] < 60


def test_a_plate_wider_than_the_picture_is_cut_off():
    frame = from_rgb(np.full((64, 64, 3), 120, np.uint8))
    paint_labels(Canvas(frame), [Label(AOI(1, "w" * 40, "#ff0000"), (0, 0, 64, 64))])
    assert (to_rgb(frame) != 120).any()


@pytest.mark.parametrize("time_ns", [0, -1_500_000_000, 3_725_000_000_000])
def test_the_clock_is_at_the_bottom_left(time_ns):
    frame = from_rgb(np.full((240, 320, 3), 120, np.uint8))
    paint_clock(Canvas(frame), time_ns, 12)
    changed = np.abs(to_rgb(frame).astype(int) - 120).max(axis=2) > 4
    assert changed[215:, :60].mean() > 0.5
    assert not changed[:200].any()
