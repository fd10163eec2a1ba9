"""Which voxel is which pixel, on every grid: checked against the patient, through the affine."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwell.errors import VolumeError
from dwell.volumes import PLANES, acquired_plane, view_of
from volumes.grids import ORIENTATIONS, affine_of, volume_of

SEEN = {  # what grows to the right, down, and with the slices, in x (right), y (front), z (head)
    "axial": ((-1, 0, 0), (0, -1, 0), (0, 0, 1)),
    "coronal": ((-1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "sagittal": ((0, -1, 0), (0, 0, -1), (1, 0, 0)),
}
"""The radiologist's pictures, in words of the patient."""


def test_there_are_48_ways_to_lie():
    assert len(set(ORIENTATIONS)) == 48


@pytest.mark.parametrize("codes", ORIENTATIONS)
def test_the_right_front_top_corner_is_where_radiologists_expect_it(codes):
    """One bright voxel in the patient's right, front, head corner, found there by the affine alone."""
    shape = (2, 3, 4)
    affine = affine_of(codes, (1.0, 1.0, 1.0), (5, -3, 40))
    places = {ijk: (affine @ (*ijk, 1))[:3] for ijk in np.ndindex(shape)}
    corner = max(places, key=lambda ijk: tuple(places[ijk].round(6)))
    assert all((places[corner] >= place - 1e-9).all() for place in places.values())
    voxels = np.zeros(shape, np.int16)
    voxels[corner] = 1
    volume = volume_of(voxels, affine)
    for plane in PLANES:
        picture = view_of(volume, plane).oriented(volume.voxels)[-1]
        assert picture[0, 0] == 1, plane  # axial and coronal: R left; A or S up; sagittal: A left, S up


@pytest.mark.parametrize("codes", ORIENTATIONS)
@pytest.mark.parametrize("turn_deg", [(0, 0, 0), (17, 0, 0), (8, -12, 20)])
def test_steps_in_the_picture_are_steps_in_the_patient(codes, turn_deg):
    affine = affine_of(codes, (0.7, 0.9, 2.5), (-20, 4, 11), turn_deg)
    volume = volume_of(np.zeros((3, 4, 5), np.int16), affine)
    for plane in PLANES:
        view = view_of(volume, plane)
        first = np.array(view.voxel_of(0, 0, 0))
        last_row, last_column = view.size_hw[0] - 1, view.size_hw[1] - 1
        ends = (0, 0, last_column), (0, last_row, 0), (view.n_slices - 1, 0, 0)
        for at, expected in zip(ends, SEEN[plane], strict=True):
            step_mm = affine[:3, :3] @ (np.array(view.voxel_of(*at)) - first)
            cosine = step_mm @ np.array(expected) / np.linalg.norm(step_mm)
            assert cosine > np.cos(np.radians(30)), (plane, at)


@pytest.mark.parametrize("codes", ORIENTATIONS)
def test_single_voxels_and_whole_slices_agree(codes):
    shape = (3, 4, 5)
    numbers = np.arange(60, dtype=np.int16).reshape(shape)
    volume = volume_of(numbers, affine_of(codes, (1.0, 2.0, 3.5)))
    for plane in PLANES:
        view = view_of(volume, plane)
        oriented = view.oriented(volume.voxels)
        for slice_idx in range(view.n_slices):
            inside = oriented[slice_idx] % 7 == 0
            picture = view.mask_to_picture(inside)
            assert picture.shape == view.size_hw
            for row, column in np.ndindex(view.size_hw):
                assert picture[row, column] == (numbers[view.voxel_of(slice_idx, row, column)] % 7 == 0)
        for ijk in np.ndindex(shape):
            slice_idx, row, column = view.pixel_of(ijk)
            assert view.voxel_of(slice_idx, row, column) == ijk


@given(
    shape=st.tuples(*[st.integers(1, 23)] * 3),
    spacing=st.tuples(*[st.floats(0.3, 7.0)] * 3),
    codes=st.sampled_from(ORIENTATIONS),
    plane=st.sampled_from(PLANES),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=150, deadline=None)
def test_a_mask_of_voxels_comes_back_exactly(shape, spacing, codes, plane, seed):
    view = view_of(volume_of(np.zeros(shape, np.int16), affine_of(codes, spacing)), plane)
    mask = np.random.default_rng(seed).random(view.n_voxels[1:]) < 0.5
    np.testing.assert_array_equal(view.mask_to_voxels(view.mask_to_picture(mask)), mask)


def test_thick_slices_come_back_exactly_in_all_planes():
    volume = volume_of(np.zeros((64, 64, 20), np.int16), affine_of("LPS", (0.7, 0.7, 5.0)))
    for plane in PLANES:
        view = view_of(volume, plane)
        mask = np.random.default_rng(3).random(view.n_voxels[1:]) < 0.3
        np.testing.assert_array_equal(view.mask_to_voxels(view.mask_to_picture(mask)), mask)


def test_pixels_are_square_to_half_a_pixel():
    """64 voxels of 0.7 mm by 20 of 5 mm: 100 mm are 142.86 px of 0.7 mm."""
    volume = volume_of(np.zeros((64, 64, 20), np.int16), affine_of("LPS", (0.7, 0.7, 5.0)))
    assert view_of(volume, "axial").size_hw == (64, 64)
    assert view_of(volume, "coronal").size_hw == view_of(volume, "sagittal").size_hw == (143, 64)
    assert view_of(volume, "coronal").px_mm == pytest.approx(0.7)
    assert view_of(volume, "coronal").slice_mm == pytest.approx(0.7)


def test_grey_values_lie_on_the_straight_line_between_voxel_centres():
    """Three voxels over eight pixels, worked out pixel by pixel: centre (p + ½)·3/8 − ½."""
    volume = volume_of(np.array([[[0, 30, 90]]], np.int16), affine_of("RAS", (1, 1, 8 / 3)))
    view = view_of(volume, "coronal")
    assert view.size_hw == (8, 1)
    column = view.to_picture(view.oriented(volume.voxels)[0])[:, 0]
    expected = []
    for pixel in range(8):
        at = min(max((pixel + 0.5) * 3 / 8 - 0.5, 0), 2)
        low = min(int(at), 1)
        values = [90, 30, 0]  # the head is up
        expected.append(values[low] + (at - low) * (values[low + 1] - values[low]))
    np.testing.assert_allclose(column, expected, atol=1e-4)


def test_edges_say_where_the_patient_is():
    volume = volume_of(np.zeros((3, 3, 3), np.int16), affine_of("SAL"))
    shown = {plane: view_of(volume, plane).edges for plane in PLANES}
    assert (shown["axial"].left, shown["axial"].right) == ("R", "L")
    assert (shown["axial"].top, shown["axial"].bottom) == ("A", "P")
    assert (shown["coronal"].left, shown["coronal"].top) == ("R", "S")
    assert (shown["sagittal"].left, shown["sagittal"].bottom) == ("A", "I")


@pytest.mark.parametrize("degrees", [0, 5, 30, 44])
def test_obliqueness_is_the_angle_of_a_tilted_gantry(degrees):
    volume = volume_of(np.zeros((3, 3, 3), np.int16), affine_of("LPS", (1, 1, 5), turn_deg=(degrees, 0, 0)))
    assert view_of(volume, "axial").oblique_deg == pytest.approx(degrees, abs=1e-6)
    assert volume.codes == ("L", "P", "S")


def test_past_45_degrees_another_axis_is_closest():
    volume = volume_of(np.zeros((3, 4, 5), np.int16), affine_of("RAS", turn_deg=(50, 0, 0)))
    assert view_of(volume, "axial").axes[0] == 1
    assert view_of(volume, "axial").oblique_deg == pytest.approx(40)


@pytest.mark.parametrize(
    ("codes", "spacing", "plane"),
    [
        ("LPS", (0.7, 0.7, 5), "axial"),
        ("PSR", (0.9, 0.9, 3), "sagittal"),
        ("LSA", (0.5, 0.5, 2), "coronal"),
        ("RAS", (1, 1, 1), "axial"),
        ("RAS", (1, 1.004, 1), "axial"),  # the same but for rounding
        ("SRA", (1.2, 1, 1), "axial"),
    ],
)
def test_the_plane_of_acquisition_has_the_finest_pictures(codes, spacing, plane):
    assert acquired_plane(volume_of(np.zeros((4, 4, 4), np.int16), affine_of(codes, spacing))) == plane


def test_too_flat_voxels_are_refused_with_another_plane_as_the_remedy():
    volume = volume_of(np.zeros((4, 4, 100), np.int16), affine_of("RAS", (0.01, 0.01, 9)))
    with pytest.raises(VolumeError, match="90000 px.*choose another plane"):
        view_of(volume, "coronal")


def test_an_unknown_plane_is_refused():
    with pytest.raises(ValueError, match="axial, coronal, sagittal; got 'top'"):
        view_of(volume_of(np.zeros((2, 2, 2), np.int16)), "top")
