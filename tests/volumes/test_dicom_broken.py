"""What is wrong with a DICOM series is said: where, and what to do; nothing is filled in."""

import numpy as np
import pydicom
import pytest
from pydicom.uid import EnhancedMRImageStorage, JPEG2000Lossless, JPEGLosslessSV1, RTStructureSetStorage

from dwell.errors import MissingBackend, VolumeError
from dwell.volumes.dicom import open_dicom
from volumes.drawn_dicom import draw_enhanced, draw_series, new_dataset, numbered, straight, turned


def refused(path, *words, at=None, series=None):
    """The message of the error, which holds these words; and the file it is about."""
    with pytest.raises(VolumeError) as caught:
        open_dicom(path, series)
    for word in words:
        assert word in str(caught.value)
    if at is not None:
        assert caught.value.path == at
    return str(caught.value)


# Slices that are missing, uneven, shifted, alone


def test_missing_slices_are_counted_where_they_miss(tmp_path):
    draw_series(tmp_path, numbered((8, 10, 12)), leave_out=(3, 7, 8))
    refused(
        tmp_path,
        "3 slices are missing",
        "2.50 mm apart",
        "1 between IM0002.dcm (at -25.00 mm) and IM0004.dcm (at -20.00 mm)",
        "2 between IM0006.dcm (at -15.00 mm) and IM0009.dcm (at -7.50 mm)",
        "Copy the series again",
    )


def test_uneven_spacing_names_the_nearest_and_the_farthest(tmp_path):
    def nudged(data, k):
        if k == 3:
            data.ImagePositionPatient = [-10, -20, -30 + 2.5 * 3 + 0.6]

    draw_series(tmp_path, change=nudged)
    refused(
        tmp_path,
        "unevenly spaced",
        "1.90 mm between IM0003.dcm",
        "3.10 mm between IM0002.dcm",
        "reconstruct",
    )


def test_a_slice_shifted_sideways(tmp_path):
    def moved(data, k):
        if k == 2:
            x, y, z = data.ImagePositionPatient
            data.ImagePositionPatient = [x + 1.5, y, z]

    paths = draw_series(tmp_path, change=moved)
    refused(tmp_path, "IM0002.dcm", "shifted by 1.2", "series of their own", at=paths[2])


def test_one_slice_is_no_volume(tmp_path):
    paths = draw_series(tmp_path, numbered((8, 10, 1)))
    refused(tmp_path, "IM0000.dcm holds one slice", "at least two", at=paths[0])


def test_one_file_of_a_series_asks_for_its_folder(tmp_path):
    paths = draw_series(tmp_path)
    refused(paths[3], "IM0003.dcm holds one slice", "Open the folder", at=paths[3])


def test_a_file_of_one_frame(tmp_path):
    file = draw_enhanced(tmp_path / "one.dcm", numbered((8, 10, 1)))
    refused(file, "one.dcm holds one frame only", "at least two", at=file)


# Slices of more than one kind


def test_a_localiser_within_the_series(tmp_path):
    def localiser(data, k):
        if k in (0, 1):
            data.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]

    draw_series(tmp_path, change=localiser)
    refused(
        tmp_path,
        "2 different orientations",
        "4 with 1\\0\\0\\0\\1\\0 (IM0002.dcm, …)",
        "2 with 0\\1\\0\\0\\0\\-1 (IM0000.dcm, …)",
        "folder of their own",
    )


def test_a_localiser_that_a_tag_tells_apart_can_be_left_out(tmp_path):
    def localiser(data, k):
        data.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER" if k == 0 else "AXIAL"]
        if k == 0:
            data.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]

    draw_series(tmp_path, change=localiser)
    choice = "4, ImageType=ORIGINAL\\PRIMARY\\AXIAL"
    assert repr(choice) in refused(tmp_path, "2 different orientations", "ImageType")
    assert open_dicom(tmp_path, choice).shape == (8, 10, 5)


@pytest.mark.parametrize(
    ("what", "tag", "value", "shown"),
    [
        ("pixel spacings", "PixelSpacing", [0.7, 0.7], "1 with 0.7 x 0.7 mm (IM0005.dcm)"),
        ("frames of reference", "FrameOfReferenceUID", "1.2.3", "1 with 1.2.3 (IM0005.dcm)"),
        ("photometric interpretations", "PhotometricInterpretation", "MONOCHROME1", "1 with MONOCHROME1"),
        ("units of their values (RescaleType)", "RescaleType", "US", "1 with US (IM0005.dcm)"),
    ],
)
def test_slices_that_differ(tmp_path, what, tag, value, shown):
    def other(data, k):
        if k == 5:
            setattr(data, tag, value)

    paths = draw_series(tmp_path, change=other)
    message = refused(tmp_path, f"2 different {what}", shown, at=paths[5])
    assert "folder of their own" in message or "choose one volume with series=" in message


def test_slices_of_another_size(tmp_path):
    def wider(data, k):
        if k == 5:
            data.Rows, data.Columns = 5, 16

    paths = draw_series(tmp_path, change=wider)
    refused(tmp_path, "2 different sizes", "5 with 8 x 10 pixels", "1 with 16 x 5 pixels", at=paths[5])


# Tags that are missing or mean nothing


@pytest.mark.parametrize("tag", ["ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"])
def test_a_missing_place_names_file_and_tag(tmp_path, tag):
    def without(data, k):
        if k == 4:
            delattr(data, tag)

    paths = draw_series(tmp_path, change=without)
    refused(tmp_path, "IM0004.dcm", tag, "Export the series again", at=paths[4])


def test_an_orientation_that_is_none(tmp_path):
    def skew(data, k):
        data.ImageOrientationPatient = [1, 0, 0, 0.5, 0.5, 0]

    draw_series(tmp_path, change=skew)
    refused(tmp_path, "1\\0\\0\\0.5\\0.5\\0", "two unit vectors at right angles", "Export the series again")


def test_pixels_of_no_size(tmp_path):
    draw_series(tmp_path, change=lambda data, k: setattr(data, "PixelSpacing", [0, 0]))
    refused(tmp_path, "IM0000.dcm has a PixelSpacing of 0\\0", "above 0 mm")


def test_frames_without_a_place(tmp_path):
    def flat(data):
        del data.SharedFunctionalGroupsSequence, data.PerFrameFunctionalGroupsSequence
        data.SOPClassUID = EnhancedMRImageStorage

    file = draw_enhanced(tmp_path / "flat.dcm", change=flat)
    refused(file, "flat.dcm (frame 1) has no usable ImagePositionPatient", "like 5 more of 6 slices", at=file)


def test_values_that_need_a_table(tmp_path):
    def table(data, k):
        data.ModalityLUTSequence = [pydicom.Dataset()]

    draw_series(tmp_path, change=table)
    refused(tmp_path, "IM0000.dcm", "ModalityLUTSequence", "NIfTI")


def test_directions_that_are_all_different(tmp_path):
    """Radial localisers: every picture its own direction; choosing one would still be no volume."""

    def radial(data, k):
        angle = np.radians(30 * k)
        data.ImageOrientationPatient = [np.cos(angle).round(6), np.sin(angle).round(6), 0, 0, 0, -1]

    draw_series(tmp_path, change=radial)
    message = refused(tmp_path, "6 different orientations", "No two of them go together")
    assert "series=" not in message


def test_a_mosaic_asks_for_nifti(tmp_path):
    def mosaic(data, k):
        data.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]

    paths = draw_series(tmp_path, change=mosaic, modality="MR")
    refused(tmp_path, "IM0000.dcm is a mosaic", "dcm2niix", at=paths[0])


def test_colour_is_refused(tmp_path):
    def colour(data, k):
        data.SamplesPerPixel, data.PhotometricInterpretation, data.PlanarConfiguration = 3, "RGB", 0
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 8, 8, 7, 0
        data.PixelData = bytes(10 * 8 * 3)

    draw_series(tmp_path, change=colour)
    refused(
        tmp_path, "IM0000.dcm is in colour (RGB)", "expected grey values", "open the series it was made of"
    )


# Files that are damaged, empty, compressed, or something else


def test_no_pixels(tmp_path):
    def empty(data, k):
        if k == 1:
            del data.PixelData

    paths = draw_series(tmp_path, change=empty)
    refused(tmp_path, "The pixels of IM0001.dcm cannot be read", "Copy it again", at=paths[1])


@pytest.mark.parametrize("kept", [0.98, 0.9, 0.6, 0.3], ids=str)
def test_files_cut_short_at_any_place(tmp_path, kept):
    paths = draw_series(tmp_path)
    whole = paths[2].read_bytes()
    paths[2].write_bytes(whole[: int(len(whole) * kept)])
    message = refused(tmp_path, at=paths[2])
    assert "IM0002.dcm" in message
    assert "opy it again" in message


def test_every_cut_of_a_file_is_an_error_that_names_it(tmp_path):
    paths = draw_series(tmp_path, numbered((4, 3, 2)))
    whole = paths[1].read_bytes()
    for length in range(132, len(whole) - 1, 5):
        paths[1].write_bytes(whole[:length])
        with pytest.raises(VolumeError, match=r"IM0001\.dcm"):
            open_dicom(tmp_path)


def test_an_empty_file_is_a_lost_slice(tmp_path):
    paths = draw_series(tmp_path, names=lambda k: f"IM{k}")
    paths[0].write_bytes(b"")
    refused(tmp_path, "IM0 is empty", "Copy it again", at=paths[0])


def test_a_file_named_like_dicom_that_is_none(tmp_path):
    paths = draw_series(tmp_path)
    paths[5].write_text("moved")
    refused(tmp_path, "IM0005.dcm is named like DICOM, but is none", "Copy it again", at=paths[5])


def test_frames_that_are_not_described(tmp_path):
    def short(data):
        del data.PerFrameFunctionalGroupsSequence[4:]

    file = draw_enhanced(tmp_path / "short.dcm", change=short)
    refused(file, "short.dcm", "has 6 frames but describes 4", at=file)


@pytest.mark.parametrize(
    ("syntax", "install"),
    [(JPEGLosslessSV1, "pip install python-gdcm"), ("1.2.840.10008.1.2.4.201", "pip install pylibjpeg")],
)
def test_a_compression_without_a_decoder_says_what_to_install(tmp_path, syntax, install, monkeypatch):
    from pydicom.pixels.decoders.base import Decoder

    monkeypatch.setattr(Decoder, "is_available", property(lambda self: False))
    paths = draw_series(tmp_path)
    for path in paths:
        data = pydicom.dcmread(path)
        data.PixelData = pydicom.encaps.encapsulate([data.PixelData])
        data.file_meta.TransferSyntaxUID = syntax
        data.save_as(path, enforce_file_format=True)
    refused(tmp_path, "IM0000.dcm is compressed as", str(syntax), install, "uncompressed", at=paths[0])


def test_a_compression_that_nothing_decodes(tmp_path):
    def video(data, k):
        data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.100"  # MPEG-2
        data.PixelData = pydicom.encaps.encapsulate([b"moving"])

    draw_series(tmp_path, change=video)
    refused(tmp_path, "MPEG2", "export it uncompressed")


def test_damaged_compressed_pixels(tmp_path):
    def broken(data, k):
        if k == 3:
            data.file_meta.TransferSyntaxUID = JPEG2000Lossless
            data.PixelData = pydicom.encaps.encapsulate([b"\xff\x4f\xff\x51 nothing of use"])

    paths = draw_series(tmp_path, change=broken)
    refused(tmp_path, "The pixels of IM0003.dcm cannot be read", "Copy it again", at=paths[3])


def test_what_is_no_dicom(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    refused(tmp_path, "none of its 1 files is a DICOM picture", "choose the folder with the slices")
    refused(tmp_path / "notes.txt", "notes.txt is no DICOM picture", at=tmp_path / "notes.txt")
    refused(tmp_path / "gone", "There is no file or folder")


def test_dicom_that_is_no_picture(tmp_path):
    data = new_dataset(RTStructureSetStorage, "1.2.3", "1.2.4", 9, "Contours", "RTSTRUCT", "1.2.5")
    data.save_as(tmp_path / "contours.dcm", enforce_file_format=True)
    refused(tmp_path / "contours.dcm", "contours.dcm is no DICOM picture", "a report, a segmentation")


def test_errors_tell_nothing_of_the_patient(tmp_path):
    draw_series(tmp_path / "a", leave_out=(2,))
    draw_series(tmp_path / "b", affine=turned(), number=5)
    for path in (tmp_path, tmp_path / "a"):
        message = refused(path)
        assert not any(secret in message for secret in ("Rumpelstilz", "Wilhelmine", "geheim", "1901"))


def test_without_pydicom_the_install_line_is_said(tmp_path, monkeypatch):
    import sys

    draw_series(tmp_path)
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(MissingBackend, match=r'pip install "dwell\[medical\]"'):
        open_dicom(tmp_path)


def test_a_broken_file_is_no_reason_to_guess(tmp_path):
    """The last slice is lost with its header: without the error the volume would just be shorter."""
    paths = draw_series(tmp_path, affine=straight())
    paths[-1].write_bytes(paths[-1].read_bytes()[:600])
    refused(tmp_path, "IM0005.dcm", "damaged or cut short", at=paths[-1])
    paths[-1].unlink()
    assert open_dicom(tmp_path).shape == (8, 10, 5)
    assert np.array_equal(open_dicom(tmp_path).voxels, numbered()[:, :, :5])
