"""A volume read like a video."""

import numpy as np
import pytest

from dwell.errors import FrameOutOfRange
from dwell.video import Frames
from dwell.video.filler import find_filler
from dwell.volumes import Slices, Window
from volumes.grids import affine_of, volume_of


@pytest.fixture
def slices():
    rng = np.random.default_rng(2)
    voxels = rng.integers(-1000, 1000, (12, 10, 6)).astype(np.int16)
    return Slices(volume_of(voxels, affine_of("LPS", (1, 1, 3)), "CT"))


def test_slices_are_frames(slices):
    assert isinstance(slices, Frames)
    assert (len(slices), slices.size_hw, slices.plane, slices.px_mm) == (6, (10, 12), "axial", 1.0)
    assert slices.name(4) == "axial-0004"
    assert len(slices.pts_ns) == 6
    assert [number for number, _ in slices.stream(4, 0, -2)] == [4, 2]
    for number, picture in slices.stream(0, 6):
        np.testing.assert_array_equal(picture, slices.read(number))


def test_a_slice_is_its_voxels_through_the_window(slices):
    picture = slices.read(2)
    assert picture.shape == (10, 12, 3)
    assert picture.dtype == np.uint8
    for row in range(10):
        for column in range(12):  # LPS lies as the picture does: columns to the left, rows to the back
            hu = int(slices.volume.voxels[column, row, 2])
            grey = min(max((hu - 39.5) / 399 + 0.5, 0), 1) * 255
            assert picture[row, column].tolist() == [round(grey)] * 3


def test_a_picture_is_the_caller_s_own(slices):
    slices.read(0)[:] = 77
    assert not (slices.read(0) == 77).all()


def test_another_window_shares_the_voxels(slices):
    lung = slices.with_window("lung")
    assert lung.volume is slices.volume
    assert lung.plane == slices.plane
    assert str(lung.window) == "lung, -600/1500"
    assert not np.array_equal(lung.read(1), slices.read(1))
    assert slices.with_window(Window(0, 10, "0/10")).window.width == 10


def test_no_slice_is_filler_not_even_a_black_one():
    black = Slices(volume_of(np.full((5, 5, 4), -1000, np.int16), modality="CT"))
    assert not black.read(0).any()
    assert find_filler(black).tolist() == [False] * 4


@pytest.mark.parametrize("number", [-1, 6])
def test_there_is_no_slice_beyond_the_ends(slices, number):
    with pytest.raises(FrameOutOfRange, match="frames 0 to 5"):
        slices.read(number)


def test_identity_tells_planes_and_volumes_apart_but_not_windows(slices):
    volume = slices.volume
    other = volume_of(volume.voxels + np.int16(1), volume.affine, "CT")
    assert slices.identity == slices.with_window("bone").identity == Slices(volume).identity
    assert len({slices.identity, Slices(volume, "sagittal").identity, Slices(other).identity}) == 3
