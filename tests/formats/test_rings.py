"""Outlines along the edges of pixels: by hand, by their areas, and back to the mask."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dwell.formats.rings import one_ring, rings
from dwell.masks import Mask
from formats.drawn import random_masks, square


def signed_area(ring):
    """px, by the shoelace formula: > 0 clockwise on the picture."""
    x, y = ring.T
    return (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2


def test_a_pixel_has_four_corners():
    (ring,) = rings(Mask.from_array(square(2, 3, 3, 4)))
    assert ring.tolist() == [[3, 2], [4, 2], [4, 3], [3, 3]]


def test_a_hole_runs_the_other_way_round():
    part, hole = rings(Mask.from_array(square(1, 1, 8, 8) & ~square(3, 4, 5, 5)))
    assert (signed_area(part), signed_area(hole)) == (49, -2)
    assert hole.tolist() == [[4, 3], [4, 5], [5, 5], [5, 3]]


def test_pixels_that_touch_at_a_corner_are_parts_of_their_own():
    falling = Mask.from_array(np.eye(2, dtype=bool))
    rising = Mask.from_array(np.eye(2, dtype=bool)[::-1].copy())
    assert [len(ring) for mask in (falling, rising) for ring in rings(mask)] == [4, 4, 4, 4]


def test_pixels_that_touch_at_a_corner_are_one_part_on_request():
    falling = Mask.from_array(np.eye(2, dtype=bool))
    (ring,) = rings(falling, touching=True)
    assert ring.tolist() == [[0, 0], [1, 0], [1, 1], [2, 1], [2, 2], [1, 2], [1, 1], [0, 1]]


def test_an_empty_mask_has_no_outline():
    assert rings(Mask.empty((4, 4))) == []
    assert len(one_ring(Mask.empty((4, 4)))) == 0


@settings(max_examples=60, deadline=None)
@given(array=st.tuples(st.integers(1, 12), st.integers(1, 12)).flatmap(random_masks).filter(np.any))
def test_areas_add_up_and_one_ring_holds_the_whole_mask(array):
    mask = Mask.from_array(array)
    assert sum(signed_area(ring) for ring in rings(mask)) == mask.area
    assert sum(signed_area(ring) for ring in rings(mask, touching=True)) == mask.area
    assert Mask.from_polygon(one_ring(mask), mask.size_hw) == mask
