"""Union, intersection, difference and overlap of two masks, computed on their runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dwell.masks import Mask


@st.composite
def two_arrays(draw):
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    return draw(hnp.arrays(bool, shape)), draw(hnp.arrays(bool, shape))


@settings(max_examples=150, deadline=None)
@given(two_arrays())
def test_set_operations_agree_with_arrays(arrays):
    a, b = arrays
    left, right = Mask.from_array(a), Mask.from_array(b)
    assert left | right == Mask.from_array(a | b)
    assert left & right == Mask.from_array(a & b)
    assert left - right == Mask.from_array(a & ~b)


def test_two_overlapping_boxes():
    a = Mask.from_box((0, 0, 4, 4), (10, 10))
    b = Mask.from_box((2, 2, 6, 6), (10, 10))
    assert ((a | b).area, (a & b).area, (a - b).area) == (28, 4, 12)
    assert a.iou(b) == pytest.approx(4 / 28)
    assert a.iou(a) == 1.0
    assert a.iou(Mask.from_box((6, 6, 9, 9), (10, 10))) == 0.0


def test_two_empty_masks_agree_and_an_empty_one_never_overlaps():
    empty = Mask.empty((10, 10))
    assert empty.iou(empty) == 1.0
    assert empty.iou(Mask.full((10, 10))) == 0.0


def test_masks_of_different_sizes_do_not_mix():
    with pytest.raises(ValueError, match="one size"):
        Mask.full((4, 5)) | Mask.full((5, 4))
    with pytest.raises(TypeError):
        Mask.full((4, 5)) & np.ones((4, 5), bool)
