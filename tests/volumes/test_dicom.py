"""A DICOM series becomes a volume: every voxel where the scanner said, with the value that it meant."""

import io
import itertools

import highdicom
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, MediaStorageDirectoryStorage, RLELossless

from dwell.volumes.dicom import holds_dicom, open_dicom
from volumes.drawn_dicom import (
    PATIENT,
    PATIENT_ID,
    draw_enhanced,
    draw_series,
    new_dataset,
    numbered,
    straight,
    turned,
)

SHUFFLED = [4, 0, 5, 2, 1, 3]


@pytest.mark.parametrize("affine", [straight(), turned()], ids=["axial", "oblique"])
def test_a_series_is_read_by_place_whatever_its_files_are_called(tmp_path, affine):
    paths = draw_series(tmp_path, affine=affine, names=lambda k: f"slice {SHUFFLED[k]}")

    volume = open_dicom(tmp_path)

    assert volume.voxels.dtype == np.int16
    np.testing.assert_array_equal(volume.voxels, numbered())
    np.testing.assert_allclose(volume.affine, affine, atol=1e-6)
    assert volume.files == tuple(paths)
    assert (volume.name, volume.modality, volume.notes) == ("Thin axial", "CT", ())


def test_every_voxel_lies_where_its_own_file_says(tmp_path):
    draw_series(tmp_path, affine=turned(), intercept=-1024, names=lambda k: f"{SHUFFLED[k]}.dcm")

    volume = open_dicom(tmp_path)

    for k, path in enumerate(volume.files):
        data = pydicom.dcmread(path)
        along_row, along_column = data.ImageOrientationPatient[:3], data.ImageOrientationPatient[3:]
        between_rows, between_columns = data.PixelSpacing
        stored = np.frombuffer(data.PixelData, np.int16).reshape(data.Rows, data.Columns)
        for row, column in itertools.product(range(data.Rows), range(data.Columns)):
            left, back, up = (
                data.ImagePositionPatient[axis]
                + along_row[axis] * between_columns * column
                + along_column[axis] * between_rows * row
                for axis in range(3)
            )
            np.testing.assert_allclose(volume.to_mm((column, row, k)), (-left, -back, up), atol=1e-5)
            assert volume.voxels[column, row, k] == stored[row, column] - 1024


def test_places_and_values_agree_with_highdicom(tmp_path):
    paths = draw_series(tmp_path, affine=turned(), intercept=-1024)

    ours = open_dicom(tmp_path)
    theirs = highdicom.get_volume_from_series([pydicom.dcmread(path) for path in paths])

    places = np.argwhere(np.ones(ours.shape, bool))
    lps = np.c_[ours.to_mm(places) * (-1, -1, 1), np.ones(len(places))]
    there = np.rint((np.linalg.inv(theirs.affine) @ lps.T).T[:, :3]).astype(int)
    values = theirs.array[tuple(there.T)]  # it applies the intercept, too
    np.testing.assert_array_equal(values, ours.voxels[tuple(places.T)])


@pytest.mark.filterwarnings("ignore:The DICOM readers are highly experimental")
def test_places_agree_with_nibabel(tmp_path):
    from nibabel.nicom.dicomwrappers import wrapper_from_data

    paths = draw_series(tmp_path, affine=turned())

    volume = open_dicom(tmp_path)

    for k, path in enumerate(paths):
        rows_first = wrapper_from_data(pydicom.dcmread(path)).affine
        for i, j in ((0, 0), (7, 0), (0, 9), (3, 5)):
            lps = rows_first @ (j, i, 0, 1)
            np.testing.assert_allclose(volume.to_mm((i, j, k)), lps[:3] * (-1, -1, 1), atol=1e-5)


def test_a_file_of_many_frames_is_the_same_volume_as_its_slices(tmp_path):
    file = draw_enhanced(tmp_path / "enhanced.dcm", affine=turned(), order=SHUFFLED, intercept=-1000)
    draw_series(tmp_path / "classic", affine=turned(), intercept=-1000)

    many, classic = open_dicom(file), open_dicom(tmp_path / "classic")

    np.testing.assert_array_equal(many.voxels, numbered() - 1000)
    np.testing.assert_array_equal(many.voxels, classic.voxels)
    np.testing.assert_allclose(many.affine, classic.affine, atol=1e-5)
    assert many.files == (file,) * 6
    np.testing.assert_array_equal(open_dicom(tmp_path, series="7").voxels, many.voxels)


def test_folders_below_are_searched_and_other_files_counted(tmp_path):
    draw_series(tmp_path / "ST0" / "SE0", names=lambda k: f"IM{k}")
    (tmp_path / "README.txt").write_text("exported by hand")
    (tmp_path / ".DS_Store").write_text("of the desktop")
    directory = new_dataset(MediaStorageDirectoryStorage, "1.2.3", "1.2.4", 1, "", "", "1.2.5")
    del directory.SOPClassUID, directory.SOPInstanceUID
    directory.save_as(tmp_path / "DICOMDIR", enforce_file_format=True)

    volume = open_dicom(tmp_path)

    np.testing.assert_array_equal(volume.voxels, numbered())
    assert volume.notes == ("2 files that hold no slices were passed over.",)


def test_a_guess_whether_there_is_dicom_reads_only_beginnings(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("none yet")
    path = draw_series(tmp_path / "ST0" / "SE0", names=lambda k: f"IM{k}")[0]
    assert holds_dicom([path])
    assert holds_dicom([tmp_path / "gone", tmp_path, notes, path])
    assert not holds_dicom([tmp_path / "gone", tmp_path, notes])
    path.write_bytes(path.read_bytes()[:132])
    assert holds_dicom([path])


@pytest.mark.parametrize(
    ("head", "is_dicom"),
    [
        (b"\x08\0\0\0\4\0\0\0", True),  # group length, implicit: 4 bytes
        (b"\x08\0\x05\0CS\x0a\0", True),  # character set, explicit
        (b"\x08\0\x16\0\x1a\0\0\0", True),  # SOP class, implicit: 26 bytes
        (b"\x08\0\0\0\0\0\0\0", False),  # the int64 8
        (b"\x08\0\0\0\x09\0\0\0", False),  # the int32 8, 9
        (b"\x08\0\x05\0\x09\0\x06\0", False),  # the int16 8, 5, 9, 6
        (b"\x08\0\x05\0", False),
    ],
)
def test_old_files_without_a_preamble_are_told_from_numbers(tmp_path, head, is_dicom):
    (tmp_path / "a").write_bytes(head)
    assert holds_dicom([tmp_path / "a"]) == is_dicom


def test_without_a_description_the_folder_gives_the_name(tmp_path):
    draw_series(tmp_path / "knee", description="")
    assert open_dicom(tmp_path / "knee").name == "knee"


def test_nothing_of_the_patient_is_told(tmp_path):
    def padded(data, k):
        data.PixelPaddingValue = 0

    draw_series(tmp_path, change=padded)
    volume = open_dicom(tmp_path)
    told = " ".join((volume.name, str(volume.modality), *volume.notes))
    for secret in (*PATIENT.split("^"), PATIENT_ID, "19010203"):
        assert secret not in told


# Values


@pytest.mark.parametrize(
    ("slope", "intercept", "dtype", "first", "last"),
    [
        (1, 0, np.int16, 0, 597),
        (1, -1024, np.int16, -1024, -427),
        (2, -1000, np.int16, -1000, 194),
        (0.5, 0.25, np.float32, 0.25, 298.75),
        (1, 100_000, np.float32, 100_000, 100_597),
        (1000, 100_000_001, np.float64, 100_000_001, 100_597_001),
    ],
)
def test_slope_and_intercept_give_the_smallest_exact_type(tmp_path, slope, intercept, dtype, first, last):
    draw_series(tmp_path, slope=slope, intercept=intercept)

    voxels = open_dicom(tmp_path).voxels

    assert voxels.dtype == dtype
    assert (voxels[0, 0, 0], voxels[7, 9, 5]) == (first, last)
    np.testing.assert_array_equal(voxels, numbered().astype(np.float64) * slope + intercept)


def test_values_without_a_slope_are_stored_ones(tmp_path):
    def stored_only(data, k):
        del data.RescaleSlope, data.RescaleIntercept, data.RescaleType

    draw_series(tmp_path, modality="MR", change=stored_only)
    np.testing.assert_array_equal(open_dicom(tmp_path).voxels, numbered())


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32])
def test_stored_types_of_other_sizes(tmp_path, kind):
    voxels = (numbered() % 250).astype(kind)
    draw_series(tmp_path, voxels, intercept=-1)
    np.testing.assert_array_equal(open_dicom(tmp_path).voxels, voxels.astype(int) - 1)


def test_sixteen_bits_without_a_sign_are_kept_above_32767(tmp_path):
    voxels = numbered().astype(np.uint16) * 100
    draw_series(tmp_path, voxels)
    read = open_dicom(tmp_path).voxels
    assert read.dtype == np.float32
    assert read.max() == 59_700


def test_each_slice_of_a_pet_has_its_own_slope(tmp_path):
    def activity(data, k):
        data.RescaleSlope, data.RescaleIntercept, data.RescaleType = 0.5 + k, 0, ""
        data.Units = "BQML"

    draw_series(tmp_path, modality="PT", change=activity)

    volume = open_dicom(tmp_path)

    for k in range(6):
        np.testing.assert_allclose(volume.voxels[:, :, k], numbered()[:, :, k] * (0.5 + k), rtol=1e-6)
    assert volume.notes == ("Slices have slopes of their own (as PET does); each was applied to its slice.",)


def test_bits_that_are_not_the_value_s_are_dropped(tmp_path):
    """Twelve bits with a sign, and an overlay in the thirteenth, as old scanners write."""
    meant = numbered() - 300

    def twelve_bits(data, k):
        stored = np.frombuffer(data.PixelData, np.int16).astype(np.uint16) & 0x0FFF
        stored[::3] |= 0x1000
        data.PixelData, data.BitsStored, data.HighBit = stored.tobytes(), 12, 11

    draw_series(tmp_path, meant, change=twelve_bits)
    np.testing.assert_array_equal(open_dicom(tmp_path).voxels, meant)


@pytest.mark.parametrize("padding", [-2000, 63536], ids=["signed", "written without sign"])
def test_padding_is_kept_and_counted(tmp_path, padding):
    voxels = numbered()
    voxels[:2, :2] = -2000

    def padded(data, k):
        data.add_new("PixelPaddingValue", "SS" if padding < 0 else "US", padding)

    draw_series(tmp_path, voxels, intercept=-24, change=padded)

    volume = open_dicom(tmp_path)

    assert volume.voxels.min() == -2024
    assert volume.notes == (
        "24 voxels mark what was not scanned (PixelPaddingValue, here -2024); their value is kept.",
    )


def test_monochrome1_is_kept_and_said(tmp_path):
    def inverse(data, k):
        data.PhotometricInterpretation = "MONOCHROME1"

    draw_series(tmp_path, change=inverse)
    volume = open_dicom(tmp_path)
    np.testing.assert_array_equal(volume.voxels, numbered())
    assert "MONOCHROME1" in volume.notes[0]


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless], ids=lambda s: s.keyword)
def test_lossless_compression_changes_nothing(tmp_path, syntax):
    draw_series(tmp_path, numbered().astype(np.uint16), change=lambda data, k: data.compress(syntax))
    np.testing.assert_array_equal(open_dicom(tmp_path).voxels, numbered())


def test_jpeg_2000_is_read_with_what_dwell_brings(tmp_path):
    def compress(data, k):
        picture = Image.fromarray(data.pixel_array)
        stream = io.BytesIO()
        picture.save(stream, format="JPEG2000", no_jp2=True, irreversible=False)
        data.PixelData = pydicom.encaps.encapsulate([stream.getvalue()])
        data.file_meta.TransferSyntaxUID = JPEG2000Lossless

    draw_series(tmp_path, numbered((64, 64, 3)).astype(np.uint16), change=compress, intercept=-10)
    np.testing.assert_array_equal(open_dicom(tmp_path).voxels, numbered((64, 64, 3)) - 10)


def test_files_of_old_without_a_preamble(tmp_path):
    for path in draw_series(tmp_path):
        data = pydicom.dcmread(path)
        del data.file_meta
        data.preamble = None
        data.save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=False)
        assert path.read_bytes()[:4] == b"\x08\x00\x16\x00"
    np.testing.assert_array_equal(open_dicom(tmp_path).voxels, numbered())


# Places


def test_a_tilted_gantry_gives_a_skewed_grid_and_a_note(tmp_path):
    tilted = straight()
    tilted[:3, 2] = (0.0, 2.5 * np.tan(np.radians(15)), 2.5)  # moves to the front with every slice

    draw_series(tmp_path, affine=tilted)
    volume = open_dicom(tmp_path)

    np.testing.assert_allclose(volume.affine, tilted, atol=1e-6)
    assert "15.0°" in volume.notes[0]
    assert volume.voxel_ml == pytest.approx(0.8 * 0.6 * 2.5 / 1000)


def test_spacing_comes_from_places_not_from_the_thickness(tmp_path):
    def thick(data, k):
        data.SliceThickness, data.SpacingBetweenSlices = 5.0, 0.0

    draw_series(tmp_path, change=thick)
    assert open_dicom(tmp_path).spacing_mm == pytest.approx((0.8, 0.6, 2.5))


def test_places_written_with_one_decimal_are_even_enough(tmp_path):
    def rounded(data, k):
        data.ImagePositionPatient = [round(float(mm), 1) for mm in data.ImagePositionPatient]

    draw_series(tmp_path, affine=straight((0.8, 0.6, 1.25)), change=rounded)
    assert open_dicom(tmp_path).spacing_mm[2] == pytest.approx(1.25, abs=0.01)


def test_slices_written_from_head_to_foot_grow_upwards(tmp_path):
    paths = draw_series(tmp_path, names=lambda k: f"{5 - k}.dcm")
    volume = open_dicom(tmp_path)
    assert volume.codes == ("L", "P", "S")
    assert volume.files == tuple(paths)
