"""DICOM series drawn from an array and an affine, tag by tag, whole or broken as a test wants them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    generate_uid,
)

PATIENT = "Rumpelstilz^Wilhelmine"
PATIENT_ID = "geheim-4711"


def straight(spacing_mm=(0.8, 0.6, 2.5), origin_mm=(10.0, 20.0, -30.0)):
    """Axial slices as scanners make them: i grows to the left, j to the back, k to the head."""
    affine = np.diag([-spacing_mm[0], -spacing_mm[1], spacing_mm[2], 1.0])
    affine[:3, 3] = origin_mm
    return affine


def turned(spacing_mm=(0.8, 0.6, 2.5), origin_mm=(31.0, -12.5, 40.25)):
    """Oblique slices: axial ones turned by 30° about x and by 20° about z; right angles stay right."""
    a, b = np.radians(30), np.radians(20)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = about_z @ about_x @ np.diag([-1.0, -1.0, 1.0]) @ np.diag(spacing_mm)
    affine[:3, 3] = origin_mm
    return affine


def numbered(shape=(8, 10, 6)):
    """Voxels whose value is their place: 100·k + 10·j + i, so that every mistake in an axis shows."""
    i, j, k = np.indices(shape)
    return (100 * k + 10 * j + i).astype(np.int16)


def draw_series(
    folder: Path,
    voxels=None,
    affine=None,
    *,
    number=4,
    description="Thin axial",
    modality="CT",
    names: Callable[[int], str] = lambda k: f"IM{k:04}.dcm",
    slope=1,
    intercept=0,
    change: Callable[[Dataset, int], None] = lambda data, k: None,
    leave_out=(),
    study=None,
    frame_of_reference=None,
) -> list[Path]:
    """One file per k; ``change`` may spoil each data set before it is saved. The files, in order of k."""
    voxels = numbered() if voxels is None else voxels
    affine = straight() if affine is None else affine
    series, study = generate_uid(), study or generate_uid()
    frame_of_reference = frame_of_reference or generate_uid()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for k in range(voxels.shape[2]):
        if k in leave_out:
            continue
        data = new_dataset(CTImageStorage, study, series, number, description, modality, frame_of_reference)
        data.InstanceNumber = k + 1
        put_pixels(data, voxels[:, :, k].T)
        data.RescaleSlope, data.RescaleIntercept, data.RescaleType = slope, intercept, "HU"
        data.PixelSpacing, data.SliceThickness = pixel_spacing(affine), 1.0
        data.ImageOrientationPatient = orientation(affine)
        data.ImagePositionPatient = position(affine, k)
        change(data, k)
        paths.append(folder / names(k))
        data.save_as(paths[-1], enforce_file_format=True)
    return paths


def draw_enhanced(
    path: Path,
    voxels=None,
    affine=None,
    *,
    order=None,
    slope=1,
    intercept=0,
    repeats=(None,),
    change: Callable[[Dataset], None] = lambda data: None,
) -> Path:
    """One file of many frames, stored in ``order`` of k; ``repeats``: temporal positions, each all of k."""
    voxels = numbered() if voxels is None else voxels
    affine = straight() if affine is None else affine
    order = list(range(voxels.shape[2])) if order is None else order
    data = new_dataset(
        EnhancedCTImageStorage, generate_uid(), generate_uid(), 7, "Many frames", "CT", generate_uid()
    )
    frames = [(k, time) for time in repeats for k in order]
    put_pixels(
        data, np.stack([voxels[:, :, k].T + (1000 * (time or 0)) for k, time in frames]).astype(np.int16)
    )
    data.NumberOfFrames = len(frames)
    data.InstanceNumber = 1
    data.SharedFunctionalGroupsSequence = [
        item(
            PixelMeasuresSequence=[item(PixelSpacing=pixel_spacing(affine), SliceThickness=1.0)],
            PlaneOrientationSequence=[item(ImageOrientationPatient=orientation(affine))],
            PixelValueTransformationSequence=[
                item(RescaleSlope=slope, RescaleIntercept=intercept, RescaleType="HU")
            ],
        )
    ]
    data.PerFrameFunctionalGroupsSequence = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=position(affine, k))],
            FrameContentSequence=[item(TemporalPositionIndex=time) if time else item(StackID="1")],
        )
        for k, time in frames
    ]
    change(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    data.save_as(path, enforce_file_format=True)
    return path


def new_dataset(sop_class, study, series, number, description, modality, frame_of_reference) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPClassUID, data.SOPInstanceUID = sop_class, generate_uid()
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex = (
        PATIENT,
        PATIENT_ID,
        "19010203",
        "O",
    )
    data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = (
        study,
        series,
        frame_of_reference,
    )
    data.StudyDate, data.StudyTime, data.StudyID, data.AccessionNumber = "20240506", "070809", "1", ""
    data.SeriesNumber, data.SeriesDescription, data.Modality = number, description, modality
    data.PositionReferenceIndicator = ""
    return data


def put_pixels(data: Dataset, pixels: np.ndarray) -> None:
    """Pixels (…, rows, columns) as they are, with the tags that describe them."""
    data.Rows, data.Columns = pixels.shape[-2:]
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 8 * pixels.dtype.itemsize
    data.HighBit = data.BitsStored - 1
    data.PixelRepresentation = int(pixels.dtype.kind == "i")
    data.PixelData = np.ascontiguousarray(pixels).tobytes()
    data["PixelData"].VR = "OW"


def item(**tags) -> Dataset:
    data = Dataset()
    for name, value in tags.items():
        setattr(data, name, value)
    return data


def pixel_spacing(affine) -> list[float]:
    """From row to row, then from column to column."""
    return [round(float(np.linalg.norm(affine[:3, axis])), 6) for axis in (1, 0)]


def orientation(affine) -> list[float]:
    """Along a row, then along a column; x and y turned round, as DICOM counts them."""
    vectors = []
    for axis in (0, 1):
        x, y, z = affine[:3, axis] / np.linalg.norm(affine[:3, axis])
        vectors += [round(float(-x), 9), round(float(-y), 9), round(float(z), 9)]
    return vectors


def position(affine, k) -> list[float]:
    x, y, z = affine[:3, 2] * k + affine[:3, 3]
    return [round(float(-x), 6), round(float(-y), 6), round(float(z), 6)]
