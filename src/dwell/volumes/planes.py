"""Axial, coronal and sagittal views of any grid: which voxel is which pixel of which slice.

Pictures are shown as radiologists hang them: from the feet and from the front, so the patient's right is on
the left of axial and coronal pictures; in sagittal ones the front is on the left. Every plane then has one
rule: slices count toward the patient's right, front and head, columns and rows the other way (left, back,
feet).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.errors import VolumeError
from dwell.types import BoolArray, FloatArray
from dwell.volumes.volume import Volume, closest_axes

__all__ = ["PLANES", "Edges", "Plane", "View", "acquired_plane", "view_of"]

Plane = Literal["axial", "coronal", "sagittal"]
PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")

_ROLES: dict[Plane, tuple[int, int, int]] = {"axial": (2, 1, 0), "coronal": (1, 2, 0), "sagittal": (0, 2, 1)}
"""Patient axes (x, y, z = 0, 1, 2) along slices, rows and columns."""
_EDGES: dict[Plane, str] = {"axial": "RLAP", "coronal": "RLSI", "sagittal": "APSI"}
_SAME = 1.01
"""Spacings that differ by less than 1 % are the same."""
_MAX_PX = 32_766
"""OpenCV makes no larger side."""

_AnyArray = TypeVar("_AnyArray", bound=NDArray[Any])


@dataclass(frozen=True)
class Edges:
    """Where the edges of a picture lie in the patient: letters of R, L, A, P, S, I."""

    left: str
    right: str
    top: str
    bottom: str


@dataclass(frozen=True)
class View:
    """One plane of a grid of voxels; a pure mapping, no voxels are kept.

    Pixels are square. Along the finer axis of a slice a voxel is a pixel. Along the coarser one n voxels are
    spread over ``N ≥ n`` pixels, N being the nearest whole number to their length in pixels: voxel v covers
    v·N/n … (v + 1)·N/n. A pixel belongs to the voxel that its centre lies in, a voxel's value is that of the
    pixel its centre lies in. With N ≥ n that pixel belongs to that voxel, always: voxel → pixels → voxel
    gives back what it was given. All of it is reckoned in whole numbers.
    """

    plane: Plane
    axes: tuple[int, int, int]
    """The voxel axes (0, 1, 2 = i, j, k) along slices, rows and columns."""
    reversed_axes: tuple[bool, bool, bool]
    """Whether slices, rows and columns run against their voxel axis."""
    n_voxels: tuple[int, int, int]
    """Voxels along slices, rows and columns."""
    size_hw: tuple[int, int]
    """Height and width of the pictures, px."""
    px_mm: float
    """Side of a pixel, mm: the finer spacing of the slice."""
    slice_mm: float
    """Distance between neighbouring slices along the voxel axis, mm."""
    edges: Edges
    """Letters at the edges, of the patient axes that are closest."""
    oblique_deg: float
    """Largest angle between a voxel axis and the patient axis that it stands for, deg; 0 = not turned."""

    @property
    def n_slices(self) -> int:
        """Number of slices."""
        return self.n_voxels[0]

    # ---------------------------------------------------------------- single voxels

    def pixel_of(self, ijk: tuple[int, int, int]) -> tuple[int, int, int]:
        """(slice_idx, row, column) of the pixel in which a voxel's centre lies."""
        s, r, c = (
            n - 1 - ijk[axis] if back else ijk[axis]
            for axis, back, n in zip(self.axes, self.reversed_axes, self.n_voxels, strict=True)
        )
        return (
            s,
            _pixel_of_voxel(r, self.n_voxels[1], self.size_hw[0]),
            _pixel_of_voxel(c, self.n_voxels[2], self.size_hw[1]),
        )

    def voxel_of(self, slice_idx: int, row: int, column: int) -> tuple[int, int, int]:
        """(i, j, k) of the voxel in which a pixel's centre lies."""
        at = (
            slice_idx,
            _voxel_of_pixel(row, self.n_voxels[1], self.size_hw[0]),
            _voxel_of_pixel(column, self.n_voxels[2], self.size_hw[1]),
        )
        ijk = [0, 0, 0]
        for axis, back, n, value in zip(self.axes, self.reversed_axes, self.n_voxels, at, strict=True):
            ijk[axis] = n - 1 - value if back else value
        return ijk[0], ijk[1], ijk[2]

    # ---------------------------------------------------------------- whole slices

    def oriented(self, array_ijk: _AnyArray) -> _AnyArray:
        """The same array as (slices, rows of voxels, columns of voxels); a view, so writing goes through."""
        turned = array_ijk.transpose(self.axes)
        steps = tuple(slice(None, None, -1 if back else 1) for back in self.reversed_axes)
        return turned[steps]  # type: ignore[return-value]

    def to_picture(self, voxels_rc: NDArray[Any]) -> NDArray[np.float32]:
        """(h, w) float32: the values of one slice of voxels on square pixels, linear between centres."""
        values = np.ascontiguousarray(voxels_rc, np.float32)
        if values.shape == self.size_hw:
            return values
        height, width = self.size_hw
        return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)

    def mask_to_picture(self, mask_rc: _AnyArray) -> _AnyArray:
        """(h, w) of the same kind: each pixel has the value, or label, of the voxel its centre lies in."""
        rows = _voxel_of_pixel(np.arange(self.size_hw[0]), self.n_voxels[1], self.size_hw[0])
        columns = _voxel_of_pixel(np.arange(self.size_hw[1]), self.n_voxels[2], self.size_hw[1])
        picture: _AnyArray = mask_rc[rows][:, columns]
        return picture

    def mask_to_voxels(self, mask_hw: BoolArray) -> BoolArray:
        """(rows, columns of voxels) bool: each voxel has the value of the pixel its centre lies in."""
        rows = _pixel_of_voxel(np.arange(self.n_voxels[1]), self.n_voxels[1], self.size_hw[0])
        columns = _pixel_of_voxel(np.arange(self.n_voxels[2]), self.n_voxels[2], self.size_hw[1])
        voxels: BoolArray = mask_hw[rows][:, columns]
        return voxels


def view_of(volume: Volume, plane: Plane) -> View:
    """How a volume is seen in a plane.

    Raises:
        ValueError: there is no such plane.
        VolumeError: voxels are so flat that its pictures would be too large.
    """
    if plane not in PLANES:
        raise ValueError(f"plane must be {', '.join(PLANES)}; got {plane!r}.")
    closest = closest_axes(volume.affine)
    roles = _ROLES[plane]
    axes = (closest[roles[0]], closest[roles[1]], closest[roles[2]])
    grows = [bool(volume.affine[role, axis] > 0) for role, axis in zip(roles, axes, strict=True)]
    slice_mm, row_mm, column_mm = (volume.spacing_mm[axis] for axis in axes)
    px_mm = min(row_mm, column_mm)
    n_slices, n_rows, n_columns = (volume.shape[axis] for axis in axes)
    size_hw = (_n_pixels(n_rows, row_mm / px_mm), _n_pixels(n_columns, column_mm / px_mm))
    if max(size_hw) > _MAX_PX:
        raise VolumeError(
            f"{volume.name}: {plane} pictures would be {size_hw[1]}×{size_hw[0]} px, since voxels are "
            f"{row_mm:.4g} by {column_mm:.4g} mm there; choose another plane.",
            path=volume.path,
        )
    return View(
        plane=plane,
        axes=axes,
        reversed_axes=(not grows[0], grows[1], grows[2]),
        n_voxels=(n_slices, n_rows, n_columns),
        size_hw=size_hw,
        px_mm=px_mm,
        slice_mm=slice_mm,
        edges=Edges(*_EDGES[plane]),
        oblique_deg=_oblique_deg(volume.affine, closest),
    )


def acquired_plane(volume: Volume) -> Plane:
    """The plane of the finest pictures: across the axis of the coarsest spacing; of equals, axial first.

    The coarsest of the three is what a scanner steps along; seeing its slices needs no resampling.
    """
    closest, spacing = closest_axes(volume.affine), volume.spacing_mm
    across = {plane: spacing[closest[_ROLES[plane][0]]] for plane in PLANES}
    coarsest = max(across.values())
    return next(plane for plane in PLANES if across[plane] * _SAME > coarsest)


def _n_pixels(n_voxels: int, pixels_per_voxel: float) -> int:
    if pixels_per_voxel < _SAME:
        return n_voxels
    return max(n_voxels, round(n_voxels * pixels_per_voxel))


def _pixel_of_voxel(voxel: Any, n_voxels: int, n_pixels: int) -> Any:
    """floor((v + ½)·N/n)."""
    return (2 * voxel + 1) * n_pixels // (2 * n_voxels)


def _voxel_of_pixel(pixel: Any, n_voxels: int, n_pixels: int) -> Any:
    """floor((p + ½)·n/N)."""
    return (2 * pixel + 1) * n_voxels // (2 * n_pixels)


def _oblique_deg(affine: FloatArray, closest: tuple[int, int, int]) -> float:
    cosines = [
        abs(affine[patient, voxel]) / np.linalg.norm(affine[:3, voxel])
        for patient, voxel in enumerate(closest)
    ]
    return float(np.degrees(np.arccos(np.clip(min(cosines), 0.0, 1.0))))
