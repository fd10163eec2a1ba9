"""The DICOM slices that a volume was read from, as a DICOM SEG refers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dwell.errors import OutputError, VolumeError
from dwell.types import FloatArray
from dwell.volumes.dicom.headers import read_slices
from dwell.volumes.dicom.library import quiet
from dwell.volumes.dicom.slices import Slice
from dwell.volumes.volume import Volume

__all__ = ["Source", "first_pixel_mm", "read_source"]

_MAY_BE_EMPTY = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "StudyTime",
)
"""Type 2 in every image (PS3.3 C.7.1.1, C.7.2.1): empty where it is not known, as after anonymising."""
_OFF_SPACINGS = 0.3
"""What a slice may be off its place, in spacings between slices: more than jitter, less than another's."""


@dataclass(frozen=True)
class Source:
    """Headers of a series."""

    headers: list[Any]
    """One per k; or one only, of the file of many frames."""
    many_frames: bool


def read_source(volume: Volume, path: Path) -> Source:
    """The headers that ``volume`` was read from, checked against where its slices lie.

    Args:
        volume: as ``open_dicom`` gave it.
        path: what is to be written, for messages.

    Raises:
        OutputError: the files are gone or changed, or hold more frames than can be told apart.
    """
    from pydicom import dcmread

    files = list(dict.fromkeys(volume.files))
    try:
        slices = [each for file in files for each in read_slices(file)]
        with quiet():
            headers = [dcmread(file, stop_before_pixels=True, force=True) for file in files]
    except (VolumeError, OSError) as error:
        raise OutputError(
            f"The DICOM slices of {volume.name} cannot be read any more ({error}). Open the series again.",
            path=path,
        ) from error
    for header in headers:
        _fill(header, volume)
    many_frames = any(each.frame is not None for each in slices)
    if many_frames:
        _check_one_file(volume, files, path)
        _check_frames(volume, slices, path)
    else:
        _check_places(volume, slices, path)
    return Source(headers, many_frames)


def first_pixel_mm(volume: Volume, k: int) -> FloatArray:
    """Centre of the first pixel of slice k, mm, as DICOM counts: x to the left, y to the back."""
    return volume.to_mm((0, 0, k)) * (-1, -1, 1)


def _fill(header: Any, volume: Volume) -> None:
    """Tags that anonymising may take away, though a SEG must have them: empty, but for the thickness."""
    for name in _MAY_BE_EMPTY:
        if name not in header:
            setattr(header, name, "")
    if header.PatientSex not in ("M", "F", "O"):
        header.PatientSex = ""
    if header.get("SliceThickness") in (None, ""):
        header.SliceThickness = round(volume.spacing_mm[2], 6)


def _check_places(volume: Volume, slices: Sequence[Slice], path: Path) -> None:
    for k, each in enumerate(slices):
        if not _lies_at(volume, each, k):
            raise OutputError(
                f"{each.label} does not lie where slice {k} of {volume.name} does: the files were changed "
                "after opening. Open the series again.",
                path=path,
            )


def _check_one_file(volume: Volume, files: Sequence[Path], path: Path) -> None:
    if len(files) > 1:
        raise OutputError(
            f"{volume.name} was read from {len(files)} files of many frames, and a DICOM SEG can refer to "
            "one only; export nifti instead.",
            path=path,
        )


def _check_frames(volume: Volume, slices: Sequence[Slice], path: Path) -> None:
    for k in range(volume.shape[2]):
        n = sum(_lies_at(volume, each, k) for each in slices)
        if n != 1:
            raise OutputError(
                f"{slices[0].path.name} has {n} frames where slice {k} of {volume.name} lies, expected one: "
                + (
                    "a DICOM SEG could not say which one the AOIs belong to; export nifti instead."
                    if n
                    else "the file was changed after opening. Open it again."
                ),
                path=path,
            )


def _lies_at(volume: Volume, each: Slice, k: int) -> bool:
    if each.position is None:
        return False
    off_mm = np.linalg.norm(np.array(each.position) - first_pixel_mm(volume, k))
    return bool(off_mm < _OFF_SPACINGS * volume.spacing_mm[2])
