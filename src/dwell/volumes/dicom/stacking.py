"""Slices in order: where each lies along their normal, and whether one is missing, doubled or out of line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dwell.errors import VolumeError
from dwell.types import FloatArray, IntArray
from dwell.volumes.dicom.mixtures import check_alike, check_doubles
from dwell.volumes.dicom.slices import Slice

__all__ = ["Stack", "stack_slices"]

_ROUNDED_MM = 0.06
"""What a position may be off because the scanner wrote it with one decimal."""
_OFF_SPACINGS = 0.05
"""What a slice may be off its place, in spacings between slices."""
_OFF_PIXELS = 0.2
"""What a slice may be shifted against the others, in pixels."""
_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""DICOM's x grows to the left and y to the back (PS3.3 C.7.6.2.1.1), NIfTI's to the right and to the
front."""


@dataclass(frozen=True)
class Stack:
    """The slices of one volume."""

    slices: tuple[Slice, ...]
    """In order of k, along the normal."""
    affine: FloatArray
    """(4, 4): voxel (i: column, j: row, k: slice) → mm, RAS+."""
    notes: tuple[str, ...]


def stack_slices(path: Path, slices: Sequence[Slice], asked: str) -> Stack:
    """The slices of one volume in order, and the affine of PS3.3 C.7.6.2.1.1 with slices as third axis.

    k grows along row × column; its step is what lies between the positions of the slices, so a tilted gantry
    gives a sheared grid.

    Args:
        path: what was opened, for messages.
        slices: the slices, in any order.
        asked: what ``series=`` was or could be, for messages.

    Raises:
        VolumeError: they are no single volume of evenly spaced, parallel slices.
    """
    if len(slices) < 2:
        raise VolumeError(_alone(slices[0]), path=slices[0].path)
    _check_placed(slices)
    check_alike(path, slices, asked)
    rows, columns, normal = _axes(slices[0])
    along = np.array([np.dot(each.position or (), normal) for each in slices])
    order = np.argsort(along, kind="stable")
    slices, along = [slices[i] for i in order], along[order]
    check_doubles(path, slices, along, asked)
    _check_even(path, slices, along)
    first, step = _line(path, slices, normal)
    affine = np.eye(4)
    between_rows, between_columns = slices[0].spacing or (0, 0)
    affine[:3, :3] = np.column_stack((rows * between_columns, columns * between_rows, step))
    affine[:3, 3] = first
    return Stack(tuple(slices), _TO_RAS @ affine, _tilt(step, normal))


def _check_placed(slices: Sequence[Slice]) -> None:
    for name, tag in (
        ("position", "ImagePositionPatient"),
        ("orientation", "ImageOrientationPatient"),
        ("spacing", "PixelSpacing"),
    ):
        without = [each for each in slices if getattr(each, name) is None]
        if without:
            others = f", like {len(without) - 1} more of {len(slices)} slices" if len(without) > 1 else ""
            raise VolumeError(
                f"{without[0].label} has no usable {tag}{others}, so nothing says where in the patient it "
                "lies. Export the series again from the scanner or archive, or take what does not belong to "
                "it out of the folder.",
                path=without[0].path,
            )


def _alone(only: Slice) -> str:
    if only.frame is None:
        return (
            f"{only.label} holds one slice; expected a volume of at least two. Open the folder that holds "
            "all slices of the series; a single picture can be opened as an image instead."
        )
    return f"{only.path.name} holds one frame only; expected a volume of at least two slices."


def _axes(first: Slice) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Unit vectors along a row, along a column and along the normal, LPS."""
    cosines = np.array(first.orientation)
    rows, columns = cosines[:3], cosines[3:]
    lengths = np.linalg.norm(rows), np.linalg.norm(columns)
    if not np.allclose(lengths, 1, atol=1e-2) or abs(np.dot(rows, columns)) > 1e-2:
        raise VolumeError(
            f"{first.label} has an ImageOrientationPatient of {_words(cosines)}; expected two unit vectors "
            "at right angles. Export the series again from the scanner or archive.",
            path=first.path,
        )
    if min(first.spacing or (0,)) <= 0:
        raise VolumeError(
            f"{first.label} has a PixelSpacing of {_words(first.spacing or ())}; expected two distances "
            "above 0 mm. Export the series again from the scanner or archive.",
            path=first.path,
        )
    rows, columns = rows / lengths[0], columns / lengths[1]
    normal = np.cross(rows, columns)
    return rows, columns, normal / np.linalg.norm(normal)


def _check_even(path: Path, slices: Sequence[Slice], along: FloatArray) -> None:
    """Every slice lies where its number puts it, and no number is left out."""
    gaps = np.diff(along)
    usual = np.sort(gaps)[(len(gaps) - 1) // 2]
    steps = np.maximum(np.rint(gaps / usual), 1).astype(np.int64)
    places = np.concatenate(([0], np.cumsum(steps)))
    spacing = np.polyfit(places, along, 1)[0]
    off = np.ptp(along - places * spacing) / 2
    if off > max(_OFF_SPACINGS * spacing, _ROUNDED_MM):
        raise VolumeError(_uneven(path, slices, along), path=path)
    if steps.max() > 1:
        raise VolumeError(_missing(path, slices, along, steps, spacing), path=path)


def _uneven(path: Path, slices: Sequence[Slice], along: FloatArray) -> str:
    gaps = np.diff(along)
    near, far = int(gaps.argmin()), int(gaps.argmax())
    return (
        f"The slices in {path} are unevenly spaced: {gaps[near]:.2f} mm {_between(slices, along, near)}, but "
        f"{gaps[far]:.2f} mm {_between(slices, along, far)}. Expected one spacing: if slices are missing, "
        "copy them again; otherwise have the scanner reconstruct the series with one spacing, or resample it "
        "to NIfTI."
    )


def _missing(path: Path, slices: Sequence[Slice], along: FloatArray, steps: IntArray, spacing: float) -> str:
    holes = np.flatnonzero(steps > 1)
    places = [f"{steps[i] - 1} {_between(slices, along, int(i))}" for i in holes[:5]]
    more = f", and in {len(holes) - 5} more places" if len(holes) > 5 else ""
    n = int((steps - 1).sum())
    return (
        f"{n} {'slice is' if n == 1 else 'slices are'} missing in {path}, where slices lie {spacing:.2f} mm "
        f"apart: {'; '.join(places)}{more}. Copy the series again from where it came from; nothing is filled "
        "in."
    )


def _between(slices: Sequence[Slice], along: FloatArray, i: int) -> str:
    return (
        f"between {slices[i].label} (at {along[i]:.2f} mm) and {slices[i + 1].label} (at "
        f"{along[i + 1]:.2f} mm)"
    )


def _line(path: Path, slices: Sequence[Slice], normal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The first slice's first pixel, and from it to the next slice's, mm: the line that fits all best."""
    positions = np.array([each.position for each in slices])
    k = np.arange(len(slices))
    step, first = np.polyfit(k, positions, 1)
    off = positions - first - np.outer(k, step)
    sideways = np.linalg.norm(off - np.outer(off @ normal, normal), axis=1)
    worst = int(sideways.argmax())
    if sideways[worst] > max(_OFF_PIXELS * min(slices[0].spacing or (0,)), 1.5 * _ROUNDED_MM):
        raise VolumeError(
            f"{slices[worst].label} is shifted by {sideways[worst]:.2f} mm against the other slices in "
            f"{path}; expected them to lie in one line. The patient or table may have been moved: export the "
            "parts as series of their own.",
            path=slices[worst].path,
        )
    return first, step


def _tilt(step: FloatArray, normal: FloatArray) -> tuple[str, ...]:
    angle_deg = float(np.degrees(np.arccos(np.clip(np.dot(step, normal) / np.linalg.norm(step), -1, 1))))
    if angle_deg < 0.1:
        return ()
    return (
        f"Each slice is shifted against the one before (tilted gantry, {angle_deg:.1f}°): the grid of voxels "
        "is skewed, and positions and volumes are computed on it as it is.",
    )


def _words(numbers: Sequence[float] | FloatArray) -> str:
    return "\\".join(f"{each:g}" for each in numbers)
