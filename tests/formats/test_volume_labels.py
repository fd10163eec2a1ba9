"""Labels of volumes: read back with nibabel, and counted voxel by voxel through the affine."""

import csv
import json

import highdicom
import nibabel
import numpy as np
import pydicom
import pytest

from dwell.analysis import open_analysis
from dwell.drawn_world.phantom import PHANTOM_PARTS, draw_phantom, phantom_affine, write_volume
from dwell.errors import OutputError
from dwell.formats.contract import Labels
from dwell.formats.volumes.dicom_seg import DicomSeg
from dwell.formats.volumes.nifti import Nifti, NiftiEach
from dwell.formats.volumes.voxels import label_voxels
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.prompts import Absent, MaskPrompt
from dwell.types import AOI, Origin, State
from dwell.volumes import PLANES, Slices
from dwell.volumes.nifti import open_nifti
from volumes.drawn_dicom import draw_series, straight
from volumes.grids import ORIENTATIONS, affine_of, volume_of


def masklet(aoi, slices, masks_hw, state=State.VISIBLE):
    rows = [
        MaskRecord(aoi.object_id, i, Mask.from_array(mask), state, 0.9, Origin.MODEL, None)
        for i, mask in masks_hw.items()
    ]
    return Masklet.from_records(aoi, slices.size_hw, rows)


def labels_of(slices, masklets):
    names = [slices.name(i) for i in range(len(slices))]
    return Labels(masklets, slices.size_hw, names, slices.volume.name, volume=slices)


def export(form, labels, out, progress=None):
    return form().write([labels], out, progress=progress)


def rows_of(folder):
    with (folder / "aoi_volumes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def from_truth(slices, truth_ijk, aoi):
    """A masklet whose pictures are those of the truth."""
    slabs = slices.view.oriented(truth_ijk)
    return masklet(
        aoi, slices, {i: slices.view.mask_to_picture(slab) for i, slab in enumerate(slabs) if slab.any()}
    )


@pytest.mark.parametrize("codes", ORIENTATIONS[::7])
@pytest.mark.parametrize("plane", PLANES)
def test_voxels_come_back_as_they_were_on_turned_thick_grids(codes, plane, tmp_path):
    """Balls drawn in mm; the file read by nibabel says of each voxel centre whether it lies in its ball."""
    shape = (14, 15, 9)
    affine = affine_of(codes, (0.7, 0.8, 2.9), (-3, 2, 40), (13, -8, 21))
    path = write_volume(tmp_path / "scan.nii.gz", np.zeros(shape, np.int16), affine)
    slices = Slices(open_nifti(path), plane)
    centre = slices.volume.affine[:3, :3] @ ((np.array(shape) - 1) / 2) + slices.volume.affine[:3, 3]
    truth = np.zeros(shape, np.uint8)
    for ijk in np.ndindex(shape):
        mm = (slices.volume.affine @ (*ijk, 1))[:3]
        truth[ijk] = 1 if np.linalg.norm(mm - centre) < 4 else 2 if mm[0] > centre[0] + 4.5 else 0
    aois = [AOI(1, "ball", "#e69f00"), AOI(2, "right side", "#56b4e9")]
    report = export(
        Nifti,
        labels_of(slices, [from_truth(slices, truth == a.object_id, a) for a in aois]),
        tmp_path / "out",
    )
    image = nibabel.load(report.path)
    np.testing.assert_array_equal(np.asarray(image.dataobj), truth)
    np.testing.assert_array_equal(image.affine, nibabel.load(path).affine)
    assert report.overlapping_px == 0
    one_ml = float(abs(np.linalg.det(affine[:3, :3]))) / 1000
    for row, label in zip(rows_of(tmp_path / "out"), (1, 2), strict=True):
        assert int(row["voxels"]) == np.count_nonzero(truth == label)
        assert float(row["volume [ml]"]) == pytest.approx(np.count_nonzero(truth == label) * one_ml, rel=1e-4)


PLACING = (
    "qform_code",
    "sform_code",
    "quatern_b",
    "quatern_c",
    "quatern_d",
    "qoffset_x",
    "qoffset_y",
    "qoffset_z",
)
PLACING += ("srow_x", "srow_y", "srow_z", "xyzt_units")


@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize(("s_code", "q_code"), [(1, 1), (4, 0), (0, 1), (0, 0), (2, 3)])
def test_the_source_s_placing_is_copied_bit_by_bit(tmp_path, kind, s_code, q_code):
    image = kind(np.arange(60, dtype=np.int16).reshape(3, 4, 5), None)
    image.set_qform(affine_of("PIR", (1 / 3, 0.7, 2.1), (1, 2, 3), (5, 6, 7)), code=q_code)
    image.set_sform(affine_of("PIR", (1 / 3, 0.7, 2.1), (1.1, 2, 3), (5, 6, 7)), code=s_code)
    image.header.set_xyzt_units("mm", "sec")
    image.header["descrip"] = b"a name that must not spread"
    image.to_filename(tmp_path / "a.nii")
    slices = Slices(open_nifti(tmp_path / "a.nii"))
    report = export(Nifti, labels_of(slices, []), tmp_path / "out")
    source, written = nibabel.load(tmp_path / "a.nii").header, nibabel.load(report.path).header
    for name in PLACING:
        assert source[name].tobytes() == written[name].tobytes(), name
    assert source["pixdim"][:4].tobytes() == written["pixdim"][:4].tobytes()
    assert type(source) is type(written)
    assert written.get_data_dtype() == np.uint8
    assert not bytes(written["descrip"]).strip(b"\0")


def test_a_volume_from_another_format_gets_its_affine(tmp_path):
    affine = affine_of("LPS", (0.7, 0.7, 5), (-100, 20, 3), (12, 0, 0))
    volume = volume_of(np.zeros((6, 5, 4), np.int16), affine)
    object.__setattr__(volume, "path", tmp_path / "series")
    report = export(Nifti, labels_of(Slices(volume), []), tmp_path / "out")
    image = nibabel.load(report.path)
    np.testing.assert_allclose(image.get_sform(), affine, atol=1e-4)
    np.testing.assert_allclose(image.get_qform(), affine, atol=1e-3)
    assert image.header.get_xyzt_units()[0] == "mm"


@pytest.fixture
def slices(tmp_path):
    path = write_volume(tmp_path / "scan.nii.gz", np.zeros((8, 6, 4), np.int16), affine_of("LPS", (1, 2, 5)))
    return Slices(open_nifti(path))


def square(slices, x0, x1):
    mask = np.zeros(slices.size_hw, bool)
    mask[:, x0:x1] = True
    return mask


def test_a_shared_voxel_goes_to_the_smaller_aoi_of_the_whole_volume(slices, tmp_path):
    """On slice 1 the larger AOI has the smaller mask; it must not get the voxels there."""
    large = masklet(
        AOI(1, "large", "#e69f00"),
        slices,
        {0: square(slices, 0, 8), 1: square(slices, 2, 4), 2: square(slices, 0, 8)},
    )
    small = masklet(AOI(2, "small", "#56b4e9"), slices, {1: square(slices, 1, 6)})
    report = export(Nifti, labels_of(slices, [small, large]), tmp_path / "out")
    written = np.asarray(nibabel.load(report.path).dataobj)
    assert slices.size_hw == (12, 8)  # rows of 2 mm on pixels of 1 mm
    np.testing.assert_array_equal(written[:, 0, 1], [0, 2, 2, 2, 2, 2, 0, 0])
    assert report.overlapping_px == 2 * 6  # columns 2 and 3, six voxels each
    assert report.unit == "voxels"
    large_row, small_row = rows_of(tmp_path / "out")
    assert (large_row["voxels"], large_row["voxels in smaller aois"]) == (str(8 * 6 * 2 + 2 * 6), "12")
    assert (small_row["voxels"], small_row["voxels in smaller aois"]) == (str(5 * 6), "0")
    assert float(small_row["volume [ml]"]) == pytest.approx(30 * 0.01)


def test_what_is_not_known_is_counted_and_the_volume_says_that_it_is_partial(slices, tmp_path):
    part = masklet(AOI(1, "part", "#e69f00"), slices, {0: square(slices, 0, 3)})
    lost = [
        MaskRecord(2, i, Mask.empty(slices.size_hw), State.LOST, 0.1, Origin.MODEL, None) for i in range(2)
    ]
    gone = [
        MaskRecord(2, i, Mask.empty(slices.size_hw), State.ABSENT, 0.1, Origin.MODEL, None) for i in (2, 3)
    ]
    other = Masklet.from_records(AOI(2, "other", "#56b4e9"), slices.size_hw, lost + gone)
    report = export(Nifti, labels_of(slices, [part, other]), tmp_path / "out")
    assert report.silent == {"part": {"lost": 0, "unknown": 3}, "other": {"lost": 2, "unknown": 0}}
    one, two = rows_of(tmp_path / "out")
    assert (one["slices visible"], one["slices unknown"], one["complete"]) == ("1", "3", "false")
    assert (two["slices lost"], two["slices absent"], two["slices unknown"], two["complete"]) == (
        "2",
        "2",
        "0",
        "false",
    )


@pytest.mark.parametrize("form", [Nifti, NiftiEach])
def test_masks_between_the_centres_of_voxels_are_counted_and_make_no_whole_volume(form, tmp_path):
    """Voxels of 5 mm are 10 px high: centres in rows 5, 15, 25 … A mask of rows 16 … 24 lies between two."""
    affine = affine_of("RAS", (0.5, 0.5, 5))
    path = write_volume(tmp_path / "scan.nii.gz", np.zeros((20, 24, 6), np.int16), affine)
    slices = Slices(open_nifti(path), "sagittal")
    assert slices.size_hw == (60, 24)
    mask = np.zeros(slices.size_hw, bool)
    mask[16:25, 4:20] = True  # 4.5 mm by 8 mm
    rows = [MaskRecord(1, i, Mask.from_array(mask), State.VISIBLE, 1, Origin.MODEL, None) for i in range(10)]
    none = Mask.empty(slices.size_hw)
    rows += [MaskRecord(1, i, none, State.ABSENT, 1, Origin.MODEL, None) for i in range(10, 20)]
    plate = Masklet.from_records(AOI(1, "plate", "#e69f00"), slices.size_hw, rows)
    report = export(form, labels_of(slices, [plate]), tmp_path / "out")
    assert report.without_voxel == {"plate": 10}
    (note,) = report.notes
    assert note.startswith("plate: its mask lies between the centres of the voxels on 10 slices")
    (row,) = rows_of(tmp_path / "out")
    assert (row["voxels"], row["slices visible"], row["slices absent"]) == ("0", "10", "10")
    assert (row["slices without voxel"], row["complete"]) == ("10", "false")


def test_numbers_have_names_beside_them_and_room_up_to_65535(slices, tmp_path):
    late = masklet(AOI(300, "Läsion", "#e69f00"), slices, {0: square(slices, 0, 3)})
    report = export(Nifti, labels_of(slices, [late]), tmp_path / "out")
    assert nibabel.load(report.path).get_data_dtype() == np.uint16
    assert np.asarray(nibabel.load(report.path).dataobj).max() == 300
    names = json.loads((tmp_path / "out" / "scan_labels.json").read_text(encoding="utf-8"))
    assert names == [{"label": 300, "name": "Läsion", "colour": "#e69f00"}]
    with pytest.raises(OutputError, match="up to 65535, but 'too late' has 70000"):
        label_voxels(labels_of(slices, [masklet(AOI(70_000, "too late", "#000000"), slices, {})]), slices)


def test_a_file_per_aoi_keeps_what_overlaps_and_none_overwrites_another(slices, tmp_path):
    """Names that differ in what a file's name cannot hold, that end in another's number, or say labels."""
    spans = {"lesion": (0, 5), "lesion 1": (3, 8), "Lesion!": (2, 4), "labels": (1, 2), "!": (6, 7)}
    masklets = [
        masklet(AOI(number, name, "#e69f00"), slices, {0: square(slices, *span)})
        for number, (name, span) in enumerate(spans.items(), start=1)
    ]
    export(Nifti, labels_of(slices, masklets), tmp_path / "out")
    export(NiftiEach, labels_of(slices, masklets), tmp_path / "out")
    files = {path.name for path in (tmp_path / "out").iterdir()}
    each = ["1_lesion", "2_lesion-1", "3_Lesion", "4_labels", "5"]
    assert files == {
        "aoi_volumes.csv", "scan_labels.nii.gz", "scan_labels.json", *(f"scan_{name}.nii.gz" for name in each)
    }  # fmt: skip
    for name, (x0, x1) in zip(each, spans.values(), strict=True):
        written = np.asarray(nibabel.load(tmp_path / "out" / f"scan_{name}.nii.gz").dataobj)
        assert np.flatnonzero(written[:, 0, 0]).tolist() == list(range(x0, x1))
        assert not written[:, :, 1:].any()


@pytest.mark.parametrize("form", [Nifti, NiftiEach])
def test_another_plane_s_or_scan_s_labels_are_not_overwritten(slices, tmp_path, form):
    def write(of, folder):
        return export(
            form, labels_of(of, [masklet(AOI(1, "a", "#e69f00"), of, {0: square(of, 0, 5)})]), folder
        )

    write(slices, tmp_path / "out")
    write(slices, tmp_path / "out")  # again is no other
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    coronal = Slices(slices.volume, "coronal")
    with pytest.raises(OutputError, match=r"aoi_volumes\.csv holds .* coronal slices of scan.*--out"):
        write(coronal, tmp_path / "out")
    other = write_volume(tmp_path / "other.nii", np.zeros((8, 6, 4), np.int16), affine_of("LPS", (1, 2, 5)))
    with pytest.raises(OutputError, match=r"holds .* axial slices of other, .*--out"):
        write(Slices(open_nifti(other)), tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    write(coronal, tmp_path / "coronal")
    names = {path.name for path in (tmp_path / "coronal").iterdir()} - {"aoi_volumes.csv"}
    assert names in ({"scan_coronal_labels.nii.gz", "scan_coronal_labels.json"}, {"scan_coronal_1_a.nii.gz"})


@pytest.mark.parametrize("form", [Nifti, NiftiEach, DicomSeg])
def test_labels_of_a_video_are_refused(form, tmp_path):
    with pytest.raises(OutputError, match=r"for medical volumes, and walk\.mp4 is none; use coco or davis"):
        export(form, Labels([], (4, 4), ["00000"], "walk.mp4"), tmp_path)


def test_dicom_seg_of_a_nifti_volume_is_refused_with_what_to_use(slices, tmp_path):
    with pytest.raises(OutputError, match=r"scan\.nii\.gz was read from another format; use nifti"):
        export(DicomSeg, labels_of(slices, []), tmp_path)


def test_dicom_segments_come_out_whole_though_they_overlap(tmp_path, monkeypatch):
    """Read back with highdicom: on each slice the voxels of each AOI, coronal pictures of a thick series."""
    monkeypatch.chdir(tmp_path)
    draw_series(tmp_path / "series", affine=straight((0.8, 0.8, 3.0)))
    truth = {"lung": np.zeros((8, 10, 6), bool), "nodule": np.zeros((8, 10, 6), bool)}
    truth["lung"][2:7, 3:9, 1:5] = True
    truth["nodule"][3:5, 4:6, 2:4] = True  # in the lung
    with open_analysis(tmp_path / "series", plane="coronal") as analysis:
        view = analysis.frames.view
        for name, mask_ijk in truth.items():
            for frame_idx, slab in enumerate(view.oriented(mask_ijk)):
                mask = Mask.from_array(view.mask_to_picture(slab))
                analysis.prompt(name, MaskPrompt(mask) if mask else Absent(), frame_idx=frame_idx)
        report = analysis.export("dicom-seg", tmp_path / "out")
    read = highdicom.seg.segread(report.path)
    files = sorted((tmp_path / "series").iterdir())
    uids = [pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID for file in files]
    found = read.get_pixels_by_source_instance(
        uids, ignore_spatial_locations=True, assert_missing_frames_are_empty=True
    )
    for number, mask_ijk in enumerate(truth.values()):
        np.testing.assert_array_equal(found[..., number].astype(bool), mask_ijk.transpose(2, 1, 0))
    lung, nodule = rows_of(tmp_path / "out")
    assert (lung["voxels"], lung["voxels in smaller aois"]) == (str(5 * 6 * 4), "8")
    assert float(nodule["volume [ml]"]) == pytest.approx(8 * 0.8 * 0.8 * 3 / 1000)
    assert report.overlapping_px == 0


def test_a_stopped_export_leaves_no_half_file(slices, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(
            Nifti,
            labels_of(slices, [masklet(AOI(1, "a", "#e69f00"), slices, {0: square(slices, 0, 5)})]),
            tmp_path / "out",
            stop,
        )
    assert not (tmp_path / "out").exists()


def test_a_project_s_masks_become_the_drawn_truth(tmp_path, monkeypatch):
    """Every part of the drawn CT, prompted on each coronal slice as it is, comes out voxel by voxel."""
    monkeypatch.chdir(tmp_path)
    shape = (38, 28, 12)
    phantom = draw_phantom(shape, phantom_affine(shape, (8, 8, 16), "SRP", 9))
    scan = write_volume(tmp_path / "scan.nii.gz", phantom.volume.voxels, phantom.volume.affine)
    with open_analysis(scan, plane="coronal") as analysis:
        slices = analysis.frames
        for part in PHANTOM_PARTS:
            for frame_idx, slab in enumerate(slices.view.oriented(phantom.mask(part))):
                mask = Mask.from_array(slices.view.mask_to_picture(slab))
                analysis.prompt(part, MaskPrompt(mask) if mask else Absent(), frame_idx=frame_idx)
    with open_analysis("scan.dwell", write=False) as analysis:
        report = analysis.export("nifti", tmp_path / "out")
    np.testing.assert_array_equal(np.asarray(nibabel.load(report.path).dataobj), phantom.labels)
    assert all(row["complete"] == "true" for row in rows_of(tmp_path / "out"))


def test_formats_for_pictures_need_no_volume(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scan = write_volume(
        tmp_path / "scan.nii", np.random.default_rng(0).integers(0, 99, (9, 8, 7)).astype(np.int16), np.eye(4)
    )
    with open_analysis(scan) as analysis:
        mask = np.zeros(analysis.frames.size_hw, bool)
        mask[2:4, 2:4] = True
        analysis.prompt("a", MaskPrompt(Mask.from_array(mask)), frame_idx=3)
    scan.unlink()
    with open_analysis("scan.dwell", write=False) as analysis:
        analysis.export("davis", tmp_path / "davis")
        assert (tmp_path / "davis" / "axial-0003.png").exists()
        with pytest.raises(Exception, match="--source"):
            analysis.export("nifti", tmp_path / "nifti")
