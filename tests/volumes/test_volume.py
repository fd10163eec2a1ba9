import numpy as np
import pytest

from dwell.errors import VolumeError
from volumes.grids import ORIENTATIONS, affine_of, volume_of


@pytest.mark.parametrize("codes", ORIENTATIONS)
def test_letters_spacing_and_volume_of_every_orientation(codes):
    volume = volume_of(np.zeros((2, 3, 4), np.int16), affine_of(codes, (0.5, 1.0, 4.0), turn_deg=(9, -7, 12)))
    assert "".join(volume.codes) == codes
    assert volume.spacing_mm == pytest.approx((0.5, 1.0, 4.0))
    assert volume.voxel_ml == pytest.approx(0.002)  # 0.5 · 1 · 4 mm³


def test_a_skewed_grid_holds_less_than_its_edges_say():
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[0, 1] = 2.0  # j leans over by 45°
    assert volume_of(np.zeros((2, 2, 2), np.int16), affine).voxel_ml == pytest.approx(0.008)


def test_voxel_indices_become_mm():
    volume = volume_of(np.zeros((2, 2, 2), np.int16), affine_of("LPS", (2, 3, 4), (10, 20, 30)))
    np.testing.assert_allclose(volume.to_mm((1, 2, 3)), [8, 14, 42])
    assert volume.to_mm(np.zeros((5, 3))).shape == (5, 3)


def test_voxels_cannot_be_changed_and_the_giver_s_can():
    voxels = np.zeros((2, 2, 2), np.int16)
    volume = volume_of(voxels)
    with pytest.raises(ValueError, match="read-only"):
        volume.voxels[0, 0, 0] = 1
    voxels[0, 0, 0] = 1


@pytest.mark.parametrize(
    ("affine", "problem"),
    [
        (np.zeros((4, 4)), "size 0 mm"),
        (np.full((4, 4), np.nan), "no usable affine"),
        (np.eye(3), "no usable affine"),
        (np.array([[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]), "in one plane"),
    ],
)
def test_a_grid_that_is_nowhere_is_refused(affine, problem):
    with pytest.raises(VolumeError, match=f"scan .*{problem}.*convert it again"):
        volume_of(np.zeros((2, 2, 2), np.int16), affine)


@pytest.mark.parametrize("voxels", [np.zeros((2, 2)), np.zeros((2, 2, 2), complex), np.zeros((0, 2, 2))])
def test_what_is_no_3d_picture_is_refused(voxels):
    with pytest.raises(VolumeError, match="expected a 3D array of real numbers"):
        volume_of(voxels)
