"""What a thing looks like: told apart from others, recognised again, kept as bytes."""

import cv2
import numpy as np
import pytest

from dwell.errors import ProjectError
from dwell.everything.appearance import Appearance, describe_mask, likeness
from dwell.masks import Mask

SIZE_HW = (240, 320)
WALL = (120, 118, 112)


def picture(*, wall=WALL):
    """A plain wall with a little grain."""
    rng = np.random.default_rng(7)
    grain = rng.integers(-4, 5, (*SIZE_HW, 1))
    return np.clip(np.array(wall) + grain, 0, 255).astype(np.uint8)


def disc(x, y, radius):
    rows, columns = np.indices(SIZE_HW)
    return (columns - x) ** 2 + (rows - y) ** 2 < radius**2


def painted(image, where, colour):
    image = image.copy()
    image[where] = colour
    return image


def described(image, where):
    return describe_mask(image, Mask.from_array(where))


def textured(seed, turn_deg=0, scale=1.0, at=(160, 120)):
    """A picture with one square of blotches on it, turned and resized, and the square's mask."""
    blotches = np.random.default_rng(seed).integers(0, 256, (12, 12), dtype=np.uint8)
    square = cv2.resize(blotches, (96, 96), interpolation=cv2.INTER_CUBIC)
    move = cv2.getRotationMatrix2D((48, 48), turn_deg, scale)
    move[:, 2] += np.array(at) - 48
    drawn = cv2.warpAffine(square, move, SIZE_HW[::-1])
    where = cv2.warpAffine(np.full((96, 96), 255, np.uint8), move, SIZE_HW[::-1]) > 127
    return painted(picture(), where, np.repeat(drawn[where][:, None], 3, axis=1)), where


def test_a_thing_is_like_itself():
    image = painted(picture(), disc(80, 80, 30), (200, 30, 30))
    assert likeness(described(image, disc(80, 80, 30)), described(image, disc(80, 80, 30))) == 1


def test_a_thing_elsewhere_nearer_and_in_dimmer_light_is_recognised():
    bright = painted(picture(), disc(80, 80, 30), (200, 40, 40))
    dim = (painted(picture(), disc(220, 150, 42), (200, 40, 40)) * 0.85).astype(np.uint8)
    assert likeness(described(bright, disc(80, 80, 30)), described(dim, disc(220, 150, 42))) > 0.75


def test_things_of_other_colours_are_told_apart():
    image = painted(picture(), disc(80, 80, 30), (200, 40, 40))
    image = painted(image, disc(220, 80, 30), (40, 90, 200))
    assert likeness(described(image, disc(80, 80, 30)), described(image, disc(220, 80, 30))) < 0.1


def test_what_is_inside_and_what_is_at_the_rim_are_not_one():
    """A red plate with a white middle, and a white one with a red middle: the same colours, elsewhere."""
    red_plate = painted(
        painted(picture(), disc(80, 80, 40), (200, 40, 40)), disc(80, 80, 28), (240, 240, 240)
    )
    white_plate = painted(
        painted(picture(), disc(80, 80, 40), (240, 240, 240)), disc(80, 80, 28), (200, 40, 40)
    )
    assert likeness(described(red_plate, disc(80, 80, 40)), described(white_plate, disc(80, 80, 40))) < 0.5


def test_a_thing_ten_times_as_large_is_another():
    image = painted(painted(picture(), disc(30, 30, 8), (200, 40, 40)), disc(200, 120, 80), (200, 40, 40))
    small, large = described(image, disc(30, 30, 8)), described(image, disc(200, 120, 80))
    assert likeness(small, large) < 0.2
    assert small.side == pytest.approx(np.sqrt(disc(30, 30, 8).sum() / (240 * 320)))


def test_likeness_is_the_same_either_way_round():
    image_a, where_a = textured(1)
    image_b, where_b = textured(1, turn_deg=35, scale=0.8)
    a, b = described(image_a, where_a), described(image_b, where_b)
    assert likeness(a, b) == likeness(b, a)


def test_a_pattern_tells_apart_what_colours_do_not():
    """Grey blotches in three pictures: twice the same ones, turned by 25° and moved; once others."""
    first = described(*textured(1))
    turned = described(*textured(1, turn_deg=25, at=(200, 100)))
    other = described(*textured(2, at=(200, 100)))
    assert len(first.points) >= 12
    assert likeness(first, turned) > likeness(first, other) + 0.1


def test_shape_is_length_over_width_whichever_way_it_is_turned():
    upright, lying = np.zeros(SIZE_HW, bool), np.zeros(SIZE_HW, bool)
    upright[20:120, 100:125] = True
    lying[100:125, 20:120] = True
    for where in (upright, lying):
        assert described(picture(), where).aspect == pytest.approx(4, abs=0.1)
        assert described(picture(), where).solidity == 1


def test_half_of_a_ring_fills_half_of_its_hull():
    """Solidity by hand: of a half disc of radius 60, a half disc of radius 30 is missing: 1 - 1/4."""
    where = disc(160, 120, 60) & ~disc(160, 120, 30)
    where[120:] = False
    assert described(picture(), where).solidity == pytest.approx(0.75, abs=0.03)


def test_bytes_give_back_the_same_answers():
    a, b = described(*textured(1)), described(*textured(2))
    kept = Appearance.from_bytes(a.to_bytes())
    assert likeness(kept, b) == likeness(a, b)
    assert likeness(kept, a) == 1
    assert len(a.to_bytes()) < 12_000


def test_a_mask_of_one_pixel_has_an_appearance():
    where = np.zeros(SIZE_HW, bool)
    where[5, 7] = True
    one = described(picture(), where)
    assert len(one.points) == 0
    assert likeness(one, Appearance.from_bytes(one.to_bytes())) == 1


def test_a_mask_that_fills_the_picture_has_nothing_around_it():
    everything = described(picture(), np.ones(SIZE_HW, bool))
    assert not everything.ring.any()
    assert likeness(everything, everything) == 1


def test_empty_and_foreign_masks_are_refused():
    with pytest.raises(ValueError, match="empty"):
        describe_mask(picture(), Mask.empty(SIZE_HW))
    with pytest.raises(ValueError, match=r"\(240, 320\).*\(10, 10\)"):
        describe_mask(picture(), Mask.full((10, 10)))


@pytest.mark.parametrize("data", [b"", b"dwell appearance 0\n{}\n", b"dwell appearance 1\n{}\nnothing"])
def test_damaged_bytes_are_refused(data):
    with pytest.raises(ProjectError, match="start it anew"):
        Appearance.from_bytes(data)
