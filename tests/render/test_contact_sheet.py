"""The contact sheet, checked by its pixels."""

import numpy as np
import pytest
from PIL import Image

from dwell.errors import OutputError
from dwell.render.contact_sheet import PART_PX, TILE_PX, Card, Tile, render_contact_sheet

RED, GREEN, BLUE = (230, 10, 10), (10, 200, 10), (10, 10, 230)


def tile(name, colour, side=TILE_PX, **more):
    return Tile(name, "#336699", np.full((side, side, 3), colour, np.uint8), **more)


def rendered(path, *cards, **more):
    with Image.open(render_contact_sheet(cards, path, **more)) as picture:
        return np.asarray(picture).astype(int)


def box_of(picture, colour):
    """x0, y0, x1, y1 of what has this colour."""
    y, x = np.nonzero((picture == colour).all(axis=2))
    return x.min(), y.min(), x.max() + 1, y.max() + 1


def test_pictures_are_whole_and_parts_stand_beside_their_whole(tmp_path):
    parts = (tile("handle", GREEN, PART_PX), tile("rim", BLUE, PART_PX))
    picture = rendered(tmp_path / "a.png", Card(tile("cup", RED), parts))
    assert picture.shape[1] == 2000
    x0, y0, x1, y1 = box_of(picture, RED)
    assert (x1 - x0, y1 - y0) == (TILE_PX, TILE_PX)
    for colour, below in ((GREEN, False), (BLUE, True)):
        left, top, right, bottom = box_of(picture, colour)
        assert (right - left, bottom - top) == (PART_PX, PART_PX)
        assert left > x1
        assert (top > y0 + PART_PX) == below


def test_cards_go_from_left_to_right_and_on_in_the_next_row(tmp_path):
    cards = [Card(tile(str(number), (number, 0, 200))) for number in range(1, 8)]
    picture = rendered(tmp_path / "a.png", *cards)
    places = [box_of(picture, (number, 0, 200))[:2] for number in range(1, 8)]
    assert sorted(places, key=lambda xy: (xy[1], xy[0])) == places
    assert len({y for _, y in places}) == 2  # five fit on a row


def test_the_strip_shows_when_a_thing_is_visible(tmp_path):
    picture = rendered(tmp_path / "a.png", Card(tile("cup", RED, spans=((0.0, 0.25), (0.5, 0.75)))))
    x0, _, _, y1 = box_of(picture, RED)
    strip = (picture[y1 + 3, x0 : x0 + TILE_PX] == (0x33, 0x66, 0x99)).all(axis=1)
    quarter = TILE_PX // 4
    assert strip.tolist() == [True] * quarter + [False] * quarter + [True] * quarter + [False] * quarter


def test_names_lines_rank_and_title_are_written(tmp_path):
    bare = rendered(tmp_path / "a.png", Card(tile("cup", RED)))
    named = rendered(tmp_path / "b.png", Card(tile("cup", RED, lines=("0:01 … 0:05", "4 %"), rank=1)))
    x0, y0, _, y1 = box_of(bare, RED)
    changed = (bare != named).any(axis=2)
    assert changed[y0 : y0 + 40, x0 : x0 + 40].any()  # the rank, in the corner
    assert changed[y1 + 50 :, x0 : x0 + TILE_PX].any()  # the lines
    titled = rendered(tmp_path / "c.png", Card(tile("cup", RED)), title="kitchen: 1 thing", note="Ranked.")
    assert titled.shape[0] > bare.shape[0]
    assert (titled[60:110, 60:400] < 100).any()


def test_a_long_name_stays_within_its_tile(tmp_path):
    short = rendered(tmp_path / "a.png", Card(tile("cup", RED)))
    long = rendered(tmp_path / "b.png", Card(tile("a very long name that would not fit at all", RED)))
    x0, *_ = box_of(short, RED)
    assert not (short != long)[:, x0 + TILE_PX :].any()
    assert (short != long).any()


def test_a_thing_never_seen_and_more_parts_than_fit(tmp_path):
    parts = tuple(tile(str(number), GREEN, PART_PX) for number in range(20))
    picture = rendered(tmp_path / "a.png", Card(Tile("ghost", "#336699", None), parts))
    assert (picture == GREEN).all(axis=2).sum() == 16 * PART_PX**2
    assert box_of(picture, GREEN)[2] < 1950


def test_an_empty_sheet_is_a_title(tmp_path):
    picture = rendered(tmp_path / "a.png", title="kitchen: 0 things")
    assert picture.shape[1] == 2000
    assert (picture < 100).any()


def test_what_cannot_be_drawn(tmp_path):
    with pytest.raises(OutputError, match=r"ending in \.png"):
        render_contact_sheet([], tmp_path / "a.jpg")
    with pytest.raises(ValueError, match="picture of 'cup'"):
        render_contact_sheet([Card(tile("cup", RED, 100))], tmp_path / "a.png")
