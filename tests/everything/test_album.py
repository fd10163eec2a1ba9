"""Recognising things by all that was seen of them."""

import numpy as np
import pytest

from dwell.everything.appearance import describe_mask, likeness
from dwell.everything.gaze_first.album import Album
from dwell.masks import Mask

SIZE_HW = (60, 80)


def look(colour, side=20, seed=0):
    """A square of one colour, with a little grain, on grey."""
    grain = np.random.default_rng(seed).integers(-6, 7, (*SIZE_HW, 1))
    picture = np.clip(np.full((*SIZE_HW, 3), 128) + grain, 0, 255).astype(np.uint8)
    picture[10 : 10 + side, 10 : 10 + side] = np.clip(
        np.array(colour) + grain[10 : 10 + side, 10 : 10 + side], 0, 255
    )
    return describe_mask(picture, Mask.from_box((10, 10, 10 + side, 10 + side), SIZE_HW))


RED, DARK_RED, BLUE = (200, 30, 30), (150, 20, 20), (30, 30, 200)


def album_of(*pictures):
    album = Album()
    for object_id, appearance in pictures:
        album.add(object_id, appearance)
    return album


def test_the_most_alike_comes_first_and_others_are_left_out():
    album = album_of((1, look(BLUE)), (2, look(DARK_RED)), (3, look(RED)))
    wanted = look(RED, seed=1)
    found = album.most_alike(wanted, 0.5, {1, 2, 3})
    assert found[0] == (3, likeness(wanted, look(RED)))
    assert 1 not in dict(found)
    assert dict(album.most_alike(wanted, 0.5, {1, 2})).keys() <= {2}


def test_a_things_best_picture_counts():
    album = album_of((1, look(BLUE)), (1, look(RED)))
    assert album.most_alike(look(RED), 0.9, {1}) == [(1, 1.0)]


def test_of_equals_the_older_comes_first():
    album = album_of((7, look(RED)), (4, look(RED)))
    assert [object_id for object_id, _ in album.most_alike(look(RED), 0.9, {4, 7})] == [4, 7]


def test_leaving_out_what_colours_rule_out_changes_no_answer():
    """Compared with asking about each picture, one by one."""
    rng = np.random.default_rng(3)
    pictures = [(i, look(rng.integers(0, 256, 3), int(rng.integers(6, 40)), i)) for i in range(40)]
    album = album_of(*pictures)
    wanted = look((120, 90, 60), 22, 99)
    for floor in (0.2, 0.5, 0.75):
        slow = {i: likeness(wanted, each) for i, each in pictures}
        expected = {i: found for i, found in slow.items() if found >= floor}
        assert dict(album.most_alike(wanted, floor, set(range(40)))) == expected


def test_how_alike_two_things_are_is_not_decided_by_one_lucky_picture():
    """One has a red and a blue side; the other is red: half of the first has no counterpart."""
    album = album_of((1, look(RED)), (1, look(BLUE)), (2, look(RED)))
    there, nowhere = likeness(look(RED), look(RED)), likeness(look(RED), look(BLUE))
    assert album.likeness_of(1, 2) == album.likeness_of(2, 1) == pytest.approx((there + nowhere) / 2)
    assert album.likeness_of(1, 3) == 0


def test_what_is_joined_is_known_by_all_its_pictures():
    album = album_of((1, look(RED)), (2, look(BLUE)))
    album.move(1, [2])
    assert album.most_alike(look(BLUE), 0.9, {1, 2}) == [(1, 1.0)]
    assert len(album.of(1)) == 2
    assert album.of(2) == []


def test_an_empty_album_knows_nothing():
    assert Album().most_alike(look(RED), 0.1, {1}) == []
