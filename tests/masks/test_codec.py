"""Masks to COCO run lengths and back; the oracle is pycocotools."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco

from dwell.masks import Mask, Runs, decode_many
from dwell.masks.codec import decode_string, encode_string

small_masks = hnp.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def by_pycocotools(array: np.ndarray) -> dict:
    return coco.encode(np.asfortranarray(array, dtype=np.uint8))


def ring(size_hw=(40, 50)) -> np.ndarray:
    y, x = np.mgrid[: size_hw[0], : size_hw[1]]
    distance = np.hypot(x - 25, y - 20)
    return (distance < 15) & (distance > 6)


def one_pixel(x: int, y: int, size_hw=(6, 7)) -> np.ndarray:
    array = np.zeros(size_hw, bool)
    array[y, x] = True
    return array


def speckles() -> np.ndarray:
    return np.random.default_rng(5).random((90, 70)) < 0.4


HARD = {
    "empty": np.zeros((5, 4), bool),
    "full": np.ones((5, 4), bool),
    "first_pixel": one_pixel(0, 0),
    "last_pixel": one_pixel(6, 5),
    "ring_with_a_hole": ring(),
    "left_half": np.arange(8)[None, :].repeat(5, 0) < 4,
    "bottom_row_and_top_row": (np.arange(6)[:, None] % 5 == 0).repeat(4, 1),
    "one_row": np.array([[1, 0, 0, 1, 1, 0]], bool),
    "one_column": np.array([[1, 0, 0, 1, 1, 0]], bool).T,
    "one_pixel_frame": np.ones((1, 1), bool),
    "speckles": speckles(),
    "wide_frame": np.pad(np.ones((3, 5), bool), ((700, 400), (30000, 4000))),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_masks_are_byte_identical_to_pycocotools_and_come_back(name):
    array = HARD[name]
    mask = Mask.from_array(array)
    assert mask.to_coco() == by_pycocotools(array)
    assert np.array_equal(mask.to_array(), array)
    assert mask.to_array().dtype == bool
    assert Mask.from_coco(by_pycocotools(array)) == mask
    assert Mask.from_bytes(mask.to_bytes(), array.shape) == mask


@settings(max_examples=150, deadline=None)
@given(small_masks)
def test_any_mask_is_byte_identical_to_pycocotools_and_comes_back(array):
    mask = Mask.from_array(array)
    assert mask.to_coco() == by_pycocotools(array)
    assert np.array_equal(Mask.from_bytes(mask.to_bytes(), array.shape).to_array(), array)


def test_counts_go_down_the_columns_and_start_with_background():
    array = np.array([[1, 0, 0], [1, 0, 1]], bool)
    assert Mask.from_array(array).counts.tolist() == [0, 2, 3, 1]


@pytest.mark.parametrize("layout", ["C", "F", "sliced", "uint8"])
def test_memory_layout_and_dtype_of_the_array_do_not_matter(layout):
    array = ring()
    given = {
        "C": array,
        "F": np.asfortranarray(array),
        "sliced": array.repeat(2, 0).repeat(3, 1)[::2, ::3],
        "uint8": array.astype(np.uint8) * 255,
    }[layout]
    assert Mask.from_array(given) == Mask.from_array(array)


numbers = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=8))
def test_many_strings_decode_as_one_by_one(lists):
    strings = [encode_string(np.array(counts, np.uint32)) for counts in lists]
    flat, offsets = decode_many(strings)
    assert [flat[a:b].tolist() for a, b in zip(offsets, offsets[1:], strict=False)] == lists
    assert flat.dtype == np.uint32
    assert offsets.dtype == np.int64


def test_more_strings_than_fit_one_pass_decode_in_order(monkeypatch):
    monkeypatch.setattr("dwell.masks.codec._BLOCK_CHARS", 100)
    masks = [Mask.from_array(np.random.default_rng(i).random((12, 9)) < 0.3) for i in range(60)]
    flat, offsets = decode_many([mask.to_bytes() for mask in masks])
    for i, mask in enumerate(masks):
        assert flat[offsets[i] : offsets[i + 1]].tolist() == mask.counts.tolist()


def test_no_string_and_empty_strings_decode_to_no_counts():
    flat, offsets = decode_many([])
    assert (flat.tolist(), offsets.tolist()) == ([], [0])
    flat, offsets = decode_many([b"", b"52", b""])
    assert (flat.tolist(), offsets.tolist()) == ([5, 2], [0, 0, 2, 2])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"5 2", "characters"),
        (b"5\x7f", "characters"),
        (b"5R", "cut off"),
        (b"5RRRRRRRR1", "over 7 characters"),
        (b"5O", "negative"),
        (b"00oooooo?", "too large"),
    ],
)
def test_damaged_strings_are_refused(data, words):
    with pytest.raises(ValueError, match=words):
        decode_string(data)


def test_strings_become_runs_whatever_their_first_and_last_run():
    arrays = [ring((40, 50)), np.zeros((40, 50), bool), np.ones((40, 50), bool), ~ring((40, 50))]
    masks = [Mask.from_array(array) for array in arrays]
    runs = Runs.from_strings([mask.to_bytes() for mask in masks], 2000)
    assert len(runs) == 4
    for i, mask in enumerate(masks):
        assert np.array_equal(runs.of(i), mask.boundaries)
    backwards = runs.take(np.array([3, 2, 0]))
    assert np.array_equal(backwards.of(0), masks[3].boundaries)
    assert np.array_equal(backwards.of(2), masks[0].boundaries)


def test_a_string_of_another_size_is_refused_as_runs():
    with pytest.raises(ValueError, match="mask 2 of 2 give 12 pixels, expected 20"):
        Runs.from_strings([Mask.full((4, 5)).to_bytes(), Mask.full((4, 3)).to_bytes()], 20)


def test_real_masks_are_byte_identical_to_pycocotools():
    data = Path(os.environ.get("DWELL_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
    files = sorted(data.glob("davis16/*/masks/0000[0-1].png"))
    if not files:
        pytest.skip(f"no DAVIS masks under {data.name}/davis16; set DWELL_TEST_DATA")
    for file in files:
        array = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) > 127
        mask = Mask.from_array(array)
        assert mask.to_coco() == by_pycocotools(array)
        assert np.array_equal(mask.to_array(), array)
