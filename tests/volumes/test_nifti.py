"""NIfTI files, sound and broken. Headers are written by nibabel field by field, damage byte by byte."""

import gzip
import sys

import nibabel
import numpy as np
import pytest

from dwell.errors import MissingBackend, VolumeError
from dwell.volumes.nifti import open_nifti
from dwell.volumes.nifti_header import is_nifti_name, nifti_stem
from volumes.grids import ORIENTATIONS, affine_of

SHAPE = (6, 5, 4)


@pytest.fixture
def numbers():
    return np.random.default_rng(4).integers(-1000, 2000, SHAPE).astype(np.int16)


def save(path, array, affine=None, *, kind=nibabel.Nifti1Image, **fields):
    """A file whose header fields are set after all else."""
    image = kind(array, affine_of("LPS", (2, 3, 4)) if affine is None else affine)
    image.header.set_xyzt_units("mm")
    for name, value in fields.items():
        image.header[name] = value
    image.to_filename(path)
    return path


def patch(path, offset, data):
    """Overwrite bytes of a plain file."""
    content = bytearray(path.read_bytes())
    content[offset : offset + len(data)] = data
    path.write_bytes(bytes(content))
    return path


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "B.NII.GZ"])
@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
def test_whole_numbers_and_the_affine_come_as_nibabel_sees_them(tmp_path, numbers, name, kind):
    affine = affine_of("PIR", (0.7, 0.7, 5), (-10, 20, 30.5), (11, -4, 7))
    volume = open_nifti(save(tmp_path / name, numbers, affine, kind=kind))
    assert volume.voxels.dtype == np.int16
    np.testing.assert_array_equal(volume.voxels, numbers)
    np.testing.assert_allclose(volume.affine, nibabel.load(tmp_path / name).affine, atol=1e-5)
    assert (volume.name, volume.modality, volume.notes) == (name[0], None, ())


@pytest.mark.parametrize("codes", ORIENTATIONS[::5])
def test_letters_agree_with_nibabel_s(tmp_path, numbers, codes):
    path = save(tmp_path / "a.nii", numbers, affine_of(codes, (1, 2, 3), turn_deg=(8, 3, -12)))
    assert open_nifti(path).codes == nibabel.aff2axcodes(nibabel.load(path).affine) == tuple(codes)


@pytest.mark.parametrize("dtype", ["<i2", ">i2", "<u1", ">f4", "<f8", "<i4", "<u2", "<i8"])
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_every_type_and_byte_order(tmp_path, dtype, suffix):
    values = np.arange(120).reshape(SHAPE).astype(dtype)
    image = nibabel.Nifti1Image(values, np.eye(4), nibabel.Nifti1Header(endianness=dtype[0]), dtype=dtype[1:])
    image.to_filename(tmp_path / f"a{suffix}")
    voxels = open_nifti(tmp_path / f"a{suffix}").voxels
    np.testing.assert_array_equal(voxels, values)
    assert voxels.dtype.isnative


@pytest.mark.parametrize(
    ("slope", "inter", "dtype"),
    [(1, -1024, np.int16), (2, 0, np.int16), (100, 0, np.int32), (0.5, 10, np.float32), (0, 99, np.int16)],
)
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_scaling_is_respected_and_whole_numbers_stay_whole(tmp_path, slope, inter, dtype, suffix):
    stored = np.linspace(-60, 14_000, 120).astype(np.int16).reshape(SHAPE)
    path = tmp_path / "a.nii"
    save(path, stored)
    patch(path, 112, np.array([slope, inter], "<f4").tobytes())  # scl_slope, scl_inter
    if suffix == ".nii.gz":
        path = tmp_path / "a.nii.gz"
        path.write_bytes(gzip.compress((tmp_path / "a.nii").read_bytes()))
    volume = open_nifti(path)
    expected = stored.astype(float) * slope + inter if slope else stored.astype(float)
    assert volume.voxels.dtype == dtype
    np.testing.assert_allclose(volume.voxels, expected, rtol=1e-6)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_one_of_several_volumes_is_chosen_by_number(tmp_path, suffix):
    four = np.arange(360, dtype=np.int16).reshape((*SHAPE, 3))
    path = save(tmp_path / f"bold{suffix}", four)
    with pytest.raises(VolumeError, match=r"holds 3 volumes.*volume=N.*0 to 2"):
        open_nifti(path)
    for number in range(3):
        volume = open_nifti(path, number)
        np.testing.assert_array_equal(volume.voxels, four[..., number])
        assert f"number {number}" in volume.notes[0]
    for number in (3, -1, "1", True):
        with pytest.raises(VolumeError, match="numbered 0 to 2"):
            open_nifti(path, number)


def test_a_fourth_dimension_of_one_is_none(tmp_path, numbers):
    path = save(tmp_path / "a.nii", numbers[..., None])
    assert open_nifti(path).shape == SHAPE
    np.testing.assert_array_equal(open_nifti(path, 0).voxels, numbers)


# -------------------------------------------------------------------- what is no volume


@pytest.mark.parametrize("shape", [(6, 5), (6, 5, 1), (1, 5, 4)])
def test_a_single_picture_is_refused(tmp_path, shape):
    path = save(tmp_path / "flat.nii", np.zeros(shape, np.int16))
    with pytest.raises(VolumeError, match="one picture.*save it as PNG"):
        open_nifti(path)


def test_vectors_are_refused(tmp_path):
    path = save(tmp_path / "warp.nii", np.zeros((*SHAPE, 1, 3), np.float32))
    with pytest.raises(VolumeError, match="5 dimensions, 6×5×4×1×3.*field of vectors"):
        open_nifti(path)


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (np.zeros(SHAPE, [("R", "u1"), ("G", "u1"), ("B", "u1")]), "RGB colours"),
        (np.zeros(SHAPE, np.complex64), "complex numbers"),
    ],
)
def test_colours_and_complex_numbers_are_refused(tmp_path, array, what):
    with pytest.raises(VolumeError, match=f"holds {what}.*one real number per voxel"):
        open_nifti(save(tmp_path / "a.nii.gz", array))


def test_only_nan_is_refused_and_some_nan_is_counted(tmp_path):
    values = np.full(SHAPE, np.nan, np.float32)
    with pytest.raises(VolumeError, match="only NaN"):
        open_nifti(save(tmp_path / "a.nii", values))
    values[0, 0, 0] = 3
    assert open_nifti(save(tmp_path / "b.nii", values)).notes == (
        "119 voxels of b.nii hold no number (NaN or infinite); they are shown black.",
    )


# -------------------------------------------------------------------- damage


@pytest.mark.parametrize("keep", [0, 1, 5, 100, 347, 352, 400, 591])
def test_a_plain_file_that_is_cut_short(tmp_path, numbers, keep):
    path = save(tmp_path / "a.nii", numbers)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(VolumeError, match=r"a\.nii .*copy or download it again") as caught:
        open_nifti(path)
    assert caught.value.path == path


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.8, 0.99])
def test_a_compressed_file_that_is_cut_short(tmp_path, numbers, share):
    path = save(tmp_path / "a.nii.gz", numbers)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(VolumeError, match=r"a\.nii\.gz .*(copy or download it again|rename)"):
        open_nifti(path)


@pytest.mark.parametrize("at", [0.2, 0.5, 0.7, 0.95])
def test_a_compressed_file_with_a_flipped_bit(tmp_path, numbers, at):
    path = save(tmp_path / "a.nii.gz", numbers)
    content = bytearray(path.read_bytes())
    content[int(at * len(content))] ^= 0x10
    path.write_bytes(bytes(content))
    with pytest.raises(VolumeError, match="copy or download it again"):
        open_nifti(path)


def test_a_header_that_announces_more_than_any_file_holds(tmp_path, numbers):
    """30000³ voxels must not be tried to be held."""
    path = save(tmp_path / "a.nii", numbers)
    patch(path, 40, np.array([3, 30000, 30000, 30000], "<i2").tobytes())
    with pytest.raises(VolumeError, match="cut short: its header announces 54000000000352 bytes"):
        open_nifti(path)
    packed = tmp_path / "a.nii.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(VolumeError, match="cut short"):
        open_nifti(packed)


@pytest.mark.parametrize(
    ("offset", "data", "problem"),
    [
        (40, np.array([3, -6, 5, 4], "<i2"), "3 dimensions, -6×5×4"),
        (40, np.array([9], "<i2"), "damaged"),
        (70, np.array([9999], "<i2"), "no type of voxels 9999|damaged"),
        (108, np.array([np.nan], "<f4"), "voxels begin at byte nan"),
        (112, np.array([2, np.inf], "<f4"), "scl_inter is inf"),
        (344, np.frombuffer(b"xyz\0", np.uint8), "no NIfTI file"),
    ],
)
def test_a_damaged_header(tmp_path, numbers, offset, data, problem):
    path = patch(save(tmp_path / "a.nii", numbers), offset, data.tobytes())
    with pytest.raises(VolumeError, match=f"({problem}).*copy or download it again"):
        open_nifti(path)


def test_what_is_something_else(tmp_path):
    for name, content in (("a.nii", b"x" * 1000), ("b.nii.gz", gzip.compress(b"\x89PNG" + bytes(900)))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(VolumeError, match="no NIfTI file, whatever its name says"):
            open_nifti(tmp_path / name)
    with pytest.raises(VolumeError, match="There is no file"):
        open_nifti(tmp_path / "none.nii")


def test_names_that_lie_about_compression(tmp_path, numbers):
    plain, packed = save(tmp_path / "a.nii", numbers), save(tmp_path / "b.nii.gz", numbers)
    plain.rename(tmp_path / "a.nii.gz")
    packed.rename(tmp_path / "b.nii")
    with pytest.raises(VolumeError, match=r"not compressed.*rename it to a\.nii"):
        open_nifti(tmp_path / "a.nii.gz")
    with pytest.raises(VolumeError, match=r"is compressed.*rename it to b\.nii\.gz"):
        open_nifti(tmp_path / "b.nii")


def test_the_header_of_a_pair_is_refused(tmp_path, numbers):
    nibabel.Nifti1Pair(numbers, np.eye(4)).to_filename(tmp_path / "a.hdr")
    (tmp_path / "a.hdr").rename(tmp_path / "a.nii")
    with pytest.raises(VolumeError, match="pair .hdr and .img"):
        open_nifti(tmp_path / "a.nii")


# -------------------------------------------------------------------- where voxels are


def both(path, numbers, sform, qform, codes=(1, 1)):
    image = nibabel.Nifti1Image(numbers, None)
    image.header.set_xyzt_units("mm")
    image.set_qform(qform, code=codes[1])
    image.set_sform(sform, code=codes[0])
    image.to_filename(path)
    return path


def test_two_affines_that_differ_are_noted_and_the_sform_is_used(tmp_path, numbers):
    sform, qform = affine_of("LPS", (2, 3, 4)), affine_of("LPS", (2, 3, 4), (0, 0, 7))
    volume = open_nifti(both(tmp_path / "a.nii", numbers, sform, qform))
    np.testing.assert_allclose(volume.affine, sform)
    assert "differently (sform and qform, up to 7 mm apart); the sform is used" in volume.notes[0]
    assert open_nifti(both(tmp_path / "b.nii", numbers, sform, sform)).notes == ()


def test_only_a_qform_is_used(tmp_path, numbers):
    qform = affine_of("PSR", (2, 3, 4), (1, 2, 3), (10, 0, 5))
    volume = open_nifti(both(tmp_path / "a.nii", numbers, None, qform, (0, 1)))
    np.testing.assert_allclose(volume.affine, qform, atol=1e-5)


def test_no_affine_at_all_is_noted(tmp_path, numbers):
    path = both(tmp_path / "a.nii", numbers, None, affine_of("RAS", (2, 3, 4)), (0, 0))
    volume = open_nifti(path)
    assert volume.spacing_mm == pytest.approx((2, 3, 4))
    assert "orientation is unknown: do not read left and right off it" in volume.notes[0]
    np.testing.assert_allclose(volume.affine, nibabel.load(path).affine)


def test_an_sform_that_places_nothing_gives_way_to_the_qform(tmp_path, numbers):
    qform = affine_of("LPS", (2, 3, 4))
    path = patch(both(tmp_path / "a.nii", numbers, qform, qform), 280, bytes(48))  # srow_x … srow_z
    volume = open_nifti(path)
    np.testing.assert_allclose(volume.affine, qform)
    assert "sform of a.nii places no voxels; its qform is used" in volume.notes[0]


@pytest.mark.parametrize("sizes", [(0, 0, 0), (2, 0, 4), (np.nan, 1, 1)])
def test_voxels_without_a_size_are_refused(tmp_path, numbers, sizes):
    path = both(tmp_path / "a.nii", numbers, None, affine_of("RAS", (2, 3, 4)), (0, 0))
    patch(path, 80, np.array(sizes, "<f4").tobytes())  # pixdim[1:4]
    with pytest.raises(VolumeError, match="does not say where its voxels are.*convert it again"):
        open_nifti(path)


@pytest.mark.parametrize(("unit", "mm"), [("meter", 1000.0), ("micron", 0.001), ("mm", 1.0)])
def test_lengths_become_mm(tmp_path, numbers, unit, mm):
    image = nibabel.Nifti1Image(numbers, affine_of("RAS", (2, 3, 4)))
    image.header.set_xyzt_units(unit)
    image.to_filename(tmp_path / "a.nii")
    assert open_nifti(tmp_path / "a.nii").spacing_mm == pytest.approx((2 * mm, 3 * mm, 4 * mm))


def test_an_unknown_unit_is_noted(tmp_path, numbers):
    nibabel.Nifti1Image(numbers, np.eye(4)).to_filename(tmp_path / "a.nii")
    assert open_nifti(tmp_path / "a.nii").notes == ("a.nii does not say its unit of length; mm is taken.",)


def test_names():
    assert [is_nifti_name(name) for name in ("a.nii", "A.NII.GZ", "a.gz", "nii", "a.nii.zip")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [nifti_stem(name) for name in ("a.b.nii", "p1.NII.gz", "x.dcm")] == ["a.b", "p1", "x.dcm"]


def test_without_nibabel_the_install_line_is_said(tmp_path, numbers, monkeypatch):
    path = save(tmp_path / "a.nii", numbers)
    monkeypatch.setitem(sys.modules, "nibabel", None)
    with pytest.raises(MissingBackend, match=r'pip install "dwell\[medical\]"'):
        open_nifti(path)
