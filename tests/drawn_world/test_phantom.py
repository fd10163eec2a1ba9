"""The drawn CT: its labels are those of voxel centres, on any grid."""

import numpy as np
import pytest

from dwell.drawn_world.phantom import PHANTOM_PARTS, draw_phantom, phantom_affine, write_volume
from dwell.volumes.nifti import open_nifti

SHAPE = (75, 55, 22)


def test_parts_have_their_hu_and_the_air_has_its_own():
    phantom = draw_phantom(SHAPE, phantom_affine(SHAPE, (4, 4, 8)), noise_hu=0)
    hu = phantom.volume.voxels
    assert hu[0, 0, 0] == -1000
    most_common = {part: np.bincount(hu[phantom.mask(part)] + 1000).argmax() - 1000 for part in PHANTOM_PARTS}
    assert most_common == {
        "liver": 70, "kidney": 150, "vessel": 240, "tumour": -10,
    }  # fmt: skip


def test_a_part_s_label_is_where_its_centre_lies_by_hand():
    """The kidney is an ellipsoid of 22, 26, 45 mm around (-55, -30, -10) mm: counted voxel by voxel."""
    affine = phantom_affine(SHAPE, (4, 4, 8), "RPI", 12)
    phantom = draw_phantom(SHAPE, affine)
    expected = np.zeros(SHAPE, bool)
    for ijk in np.ndindex(SHAPE):
        x, y, z = (affine @ (*ijk, 1))[:3]
        expected[ijk] = ((x + 55) / 22) ** 2 + ((y + 30) / 26) ** 2 + ((z + 10) / 45) ** 2 < 1
    np.testing.assert_array_equal(phantom.mask("kidney"), expected)


@pytest.mark.parametrize(("spacing", "codes"), [((4, 4, 8), "LPS"), ((5, 4, 3), "SRA"), ((3, 3, 6), "PIL")])
def test_volumes_in_ml_do_not_depend_on_the_grid(spacing, codes):
    shape = tuple(
        int(np.ceil({"L": 288, "R": 288, "A": 208, "P": 208, "S": 176, "I": 176}[code] / size))
        for code, size in zip(codes, spacing, strict=True)
    )
    phantom = draw_phantom(shape, phantom_affine(shape, spacing, codes))
    kidney_ml = phantom.mask("kidney").sum() * phantom.volume.voxel_ml
    assert kidney_ml == pytest.approx(4 / 3 * np.pi * 22 * 26 * 45 / 1000, rel=0.02)
    assert "".join(phantom.volume.codes) == codes


def test_it_is_the_same_every_time_and_is_written_as_it_is(tmp_path):
    affine = phantom_affine(SHAPE, (4, 4, 8), "LPS", 8)
    one, other = draw_phantom(SHAPE, affine, seed=3), draw_phantom(SHAPE, affine, seed=3)
    np.testing.assert_array_equal(one.volume.voxels, other.volume.voxels)
    read = open_nifti(write_volume(tmp_path / "p.nii.gz", one.volume.voxels, affine))
    np.testing.assert_array_equal(read.voxels, one.volume.voxels)
    np.testing.assert_allclose(read.affine, affine, atol=1e-4)
    assert read.notes == ()
