"""AOIs as a DICOM SEG: read back with highdicom, voxel for voxel, where the source's voxels are."""

import highdicom
import numpy as np
import pydicom
import pytest

from dwell import __version__
from dwell.errors import MissingBackend, OutputError
from dwell.volumes.dicom import open_dicom
from dwell.volumes.dicom_seg import Segment, write_dicom_seg
from dwell.volumes.volume import Volume
from volumes.drawn_dicom import PATIENT, draw_enhanced, draw_series, numbered, straight, turned

LUNG, NODULE, NOTHING = (
    Segment(3, "Lung", "#ff8800"),
    Segment(7, "Nodule", "#0088ff"),
    Segment(9, "Nothing yet", "#ffffff"),
)
SHUFFLED = [4, 0, 5, 2, 1, 3]


def skewed():
    affine = straight()
    affine[:3, 2] = (0.0, 0.5, 2.5)
    return affine


def series(path, affine):
    draw_series(path, affine=affine, names=lambda k: f"slice {SHUFFLED[k]}")
    return open_dicom(path)


def many_frames(path, affine):
    return open_dicom(draw_enhanced(path / "enhanced.dcm", affine=affine, order=SHUFFLED))


def drawn_masks(shape, *, overlapping):
    """A lung in slices 1 to 4, and a nodule of a few voxels: within it, or beside it."""
    lung, nodule = np.zeros(shape, bool), np.zeros(shape, bool)
    lung[1:7, 2:8, 1:5] = numbered(shape)[1:7, 2:8, 1:5] % 3 > 0
    nodule[3:5, 4:6, 2:4] = True
    nodule[3, 4, 2] = False
    if not overlapping:
        lung &= ~nodule
    return lung, nodule


def read_back(path, volume):
    """segment label → mask (i, j, k), put frame by frame where each says that it lies."""
    data = pydicom.dcmread(path)
    labels = {each.SegmentNumber: each.SegmentLabel for each in data.SegmentSequence}
    masks = {label: np.zeros(volume.shape, bool) for label in labels.values()}
    shared = data.SharedFunctionalGroupsSequence[0]
    frames = data.pixel_array.reshape(-1, data.Rows, data.Columns)
    to_voxel = np.linalg.inv(volume.affine)
    for pixels, own in zip(frames, data.PerFrameFunctionalGroupsSequence, strict=True):
        groups = own if "SegmentIdentificationSequence" in own else shared
        label = labels[groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber]
        left, back, up = own.PlanePositionSequence[0].ImagePositionPatient
        i, j, k = (to_voxel @ (-left, -back, up, 1))[:3]
        assert (i, j, k) == pytest.approx((0, 0, round(k)), abs=1e-3)
        masks[label][:, :, round(k)] = pixels.T
    return masks


@pytest.mark.parametrize("opened", [series, many_frames])
@pytest.mark.parametrize("overlapping", [True, False], ids=["overlapping", "apart"])
@pytest.mark.parametrize("affine", [straight(), turned(), skewed()], ids=["axial", "oblique", "tilted"])
def test_every_voxel_comes_back_where_it_was(tmp_path, opened, affine, overlapping):
    volume = opened(tmp_path / "source", affine)
    lung, nodule = drawn_masks(volume.shape, overlapping=overlapping)

    path = write_dicom_seg(tmp_path / "aois.dcm", volume, [(LUNG, lung), (NODULE, nodule)])

    back = read_back(path, volume)
    np.testing.assert_array_equal(back["Lung"], lung)
    np.testing.assert_array_equal(back["Nodule"], nodule)
    assert pydicom.dcmread(path).SegmentsOverlap == ("YES" if overlapping else "NO")
    assert (lung & nodule).any() == overlapping


@pytest.mark.parametrize("opened", [series, many_frames])
def test_highdicom_reads_the_same_volume(tmp_path, opened):
    volume = opened(tmp_path / "source", turned())
    lung, nodule = drawn_masks(volume.shape, overlapping=True)
    path = write_dicom_seg(tmp_path / "aois.dcm", volume, iter([(LUNG, lung), (NODULE, nodule)]))

    theirs = highdicom.seg.segread(path).get_volume(combine_segments=False)

    inverse = np.linalg.inv(theirs.affine)
    n_found = 0
    for layer, mask in enumerate((lung, nodule)):
        for ijk in np.argwhere(mask):
            lps = volume.to_mm(ijk) * (-1, -1, 1)
            there = np.rint(inverse @ (*lps, 1))[:3].astype(int)
            n_found += int(theirs.array[(*there, layer)])
    assert n_found == lung.sum() + nodule.sum() == theirs.array.sum()


def test_it_refers_to_the_slices_it_belongs_to(tmp_path):
    volume = series(tmp_path / "source", turned())
    lung, _ = drawn_masks(volume.shape, overlapping=False)

    data = pydicom.dcmread(write_dicom_seg(tmp_path / "aois.dcm", volume, [(LUNG, lung)]))

    sources = [pydicom.dcmread(file) for file in volume.files]
    by_place = {tuple(source.ImagePositionPatient): source.SOPInstanceUID for source in sources}
    referred = {}
    for frame in data.PerFrameFunctionalGroupsSequence:
        source = frame.DerivationImageSequence[0].SourceImageSequence[0]
        referred[tuple(frame.PlanePositionSequence[0].ImagePositionPatient)] = source.ReferencedSOPInstanceUID
    assert referred == {place: uid for place, uid in list(by_place.items())[1:5]}
    assert data.FrameOfReferenceUID == sources[0].FrameOfReferenceUID
    assert data.StudyInstanceUID == sources[0].StudyInstanceUID
    assert data.SeriesInstanceUID != sources[0].SeriesInstanceUID
    assert data.ReferencedSeriesSequence[0].SeriesInstanceUID == sources[0].SeriesInstanceUID
    assert data.PatientName == PATIENT  # DICOM files it with the patient by this
    assert data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing == [0.6, 0.8]


def test_frames_of_a_file_of_many_are_referred_to_by_number(tmp_path):
    volume = many_frames(tmp_path, straight())
    mask = np.zeros(volume.shape, bool)
    mask[2, 3, (0, 5)] = True

    data = pydicom.dcmread(write_dicom_seg(tmp_path / "aois.dcm", volume, [(LUNG, mask)]))

    numbers = {
        float(frame.PlanePositionSequence[0].ImagePositionPatient[2]): int(
            frame.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber
        )
        for frame in data.PerFrameFunctionalGroupsSequence
    }
    assert numbers == {-30.0: SHUFFLED.index(0) + 1, -17.5: SHUFFLED.index(5) + 1}


def test_segments_say_what_they_are_and_who_made_them(tmp_path):
    volume = series(tmp_path / "source", straight())
    lung, nodule = drawn_masks(volume.shape, overlapping=True)
    empty = np.zeros(volume.shape, bool)

    path = write_dicom_seg(tmp_path / "aois.dcm", volume, [(LUNG, lung), (NODULE, nodule), (NOTHING, empty)])

    seg = highdicom.seg.segread(path)
    first, second, third = seg.SegmentSequence
    assert [each.SegmentNumber for each in seg.SegmentSequence] == [1, 2, 3]
    assert [each.SegmentLabel for each in seg.SegmentSequence] == ["Lung", "Nodule", "Nothing yet"]
    assert [each.tracking_id for each in (first, second, third)] == [
        "Dwell AOI 3",
        "Dwell AOI 7",
        "Dwell AOI 9",
    ]
    assert len({each.tracking_uid for each in seg.SegmentSequence}) == 3
    colour = highdicom.color.CIELabColor.from_dicom_value(second.RecommendedDisplayCIELabValue)
    assert colour.to_rgb() == pytest.approx((0x00, 0x88, 0xFF), abs=1)
    for each in seg.SegmentSequence:
        assert each.SegmentAlgorithmType == "SEMIAUTOMATIC"
        assert each.segmented_property_category.value == each.segmented_property_type.value == "85756007"
        algorithm = each.SegmentationAlgorithmIdentificationSequence[0]
        assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == ("Dwell", __version__)
    assert seg.segmentation_type == highdicom.seg.SegmentationTypeValues.BINARY
    assert not read_back(path, volume)["Nothing yet"].any()


def test_long_and_foreign_names_are_kept(tmp_path):
    long = "Größe: " + "sehr " * 20 + "lang"

    def foreign(data, k):
        data.SpecificCharacterSet, data.PatientName = "ISO_IR 100", "Grün^Jürgen"

    draw_series(tmp_path / "source", change=foreign)
    volume = open_dicom(tmp_path / "source")
    mask = numbered() > 100

    data = pydicom.dcmread(write_dicom_seg(tmp_path / "a.dcm", volume, [(Segment(1, long, "#000000"), mask)]))

    segment = data.SegmentSequence[0]
    assert segment.SegmentLabel == long[:63] + "…"
    assert segment.SegmentDescription == long
    assert data.PatientName == "Grün^Jürgen"


def test_a_series_without_its_patient_is_enough(tmp_path):
    def anonymous(data, k):
        del data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex
        del data.StudyDate, data.StudyTime, data.StudyID, data.AccessionNumber
        del data.SliceThickness, data.PositionReferenceIndicator

    draw_series(tmp_path / "source", change=anonymous)
    volume = open_dicom(tmp_path / "source")

    data = pydicom.dcmread(write_dicom_seg(tmp_path / "a.dcm", volume, [(LUNG, numbered() > 100)]))

    np.testing.assert_array_equal(read_back(tmp_path / "a.dcm", volume)["Lung"], numbered() > 100)
    assert data.PatientName == ""


# What cannot be written


def refused(tmp_path, volume, *words, masks=None):
    masks = [(LUNG, np.ones(volume.shape, bool))] if masks is None else masks
    out = tmp_path / "refused.dcm"
    with pytest.raises(OutputError) as caught:
        write_dicom_seg(out, volume, masks)
    for word in words:
        assert word in str(caught.value)
    assert caught.value.path == out
    assert not list(tmp_path.glob("*refused.dcm*"))


def test_a_volume_that_is_no_dicom_asks_for_nifti(tmp_path):
    volume = Volume(numbered(), straight(), tmp_path / "head.nii.gz", "head", "MR")
    refused(tmp_path, volume, "head was not read from DICOM", "export nifti instead")


def test_aois_without_a_voxel_are_nothing_to_write(tmp_path):
    volume = series(tmp_path / "source", straight())
    masks = [(LUNG, np.zeros(volume.shape, bool))]
    refused(tmp_path, volume, "None of the 1 AOIs has a voxel", masks=masks)
    refused(tmp_path, volume, "None of the 0 AOIs has a voxel", masks=[])


def test_source_files_that_are_gone_or_changed(tmp_path):
    volume = series(tmp_path / "source", straight())
    first, second = volume.files[:2]
    swapped = second.read_bytes()
    second.write_bytes(first.read_bytes())
    first.write_bytes(swapped)
    refused(tmp_path, volume, "does not lie where slice 0 of Thin axial does", "Open the series again")
    first.unlink()
    refused(tmp_path, volume, "cannot be read any more", first.name, "Open the series again")


def test_frames_that_cannot_be_told_apart(tmp_path):
    file = draw_enhanced(tmp_path / "dynamic.dcm", repeats=(1, 2))
    volume = open_dicom(file, "TemporalPositionIndex=2")
    refused(tmp_path, volume, "dynamic.dcm has 2 frames where slice 0", "export nifti instead")


def test_tags_that_a_seg_needs(tmp_path):
    draw_series(tmp_path / "source", change=lambda data, k: delattr(data, "StudyInstanceUID"))
    volume = open_dicom(tmp_path / "source")
    refused(tmp_path, volume, "lack the tag StudyInstanceUID", "export nifti instead")


def test_masks_and_numbers_must_fit(tmp_path):
    volume = series(tmp_path / "source", straight())
    with pytest.raises(ValueError, match=r"the mask of 'Lung' is of shape \(6, 10, 8\), the volume"):
        write_dicom_seg(tmp_path / "a.dcm", volume, [(LUNG, np.ones((6, 10, 8), bool))])
    with pytest.raises(ValueError, match="segment number 3 is given twice"):
        write_dicom_seg(tmp_path / "a.dcm", volume, [(LUNG, numbered() > 1), (LUNG, numbered() > 2)])
    assert not (tmp_path / "a.dcm").exists()


def test_without_highdicom_the_install_line_is_said(tmp_path, monkeypatch):
    import sys

    volume = series(tmp_path / "source", straight())
    monkeypatch.setitem(sys.modules, "highdicom", None)
    with pytest.raises(MissingBackend, match=r'pip install "dwell\[medical\]"'):
        write_dicom_seg(tmp_path / "a.dcm", volume, [(LUNG, numbered() > 1)])


def test_the_file_that_was_there_stays_when_writing_fails(tmp_path):
    volume = series(tmp_path / "source", straight())
    out = write_dicom_seg(tmp_path / "aois.dcm", volume, [(LUNG, numbered() > 100)])
    before = out.read_bytes()
    volume.files[3].unlink()
    with pytest.raises(OutputError):
        write_dicom_seg(out, volume, [(LUNG, numbered() > 200)])
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["aois.dcm", "source"]
