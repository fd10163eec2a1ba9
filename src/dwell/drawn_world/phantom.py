"""A drawn CT of a trunk: two organs, a vessel that bends and a tumour, on any grid, with exact labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dwell.types import FloatArray
from dwell.volumes.nifti_header import nibabel_module
from dwell.volumes.volume import Volume

__all__ = ["PHANTOM_PARTS", "Phantom", "draw_phantom", "phantom_affine", "write_volume"]

PHANTOM_PARTS = {"liver": 1, "kidney": 2, "vessel": 3, "tumour": 4}
"""Name of each part → its label. The tumour lies in the liver and is no part of it."""

_HU = {"air": -1000.0, "body": -90.0, "liver": 70.0, "kidney": 150.0, "vessel": 240.0, "tumour": -10.0}
_LIVER_AT, _LIVER_RADII = np.array([45.0, 10.0, 10.0]), np.array([52.0, 45.0, 48.0])
_KIDNEY_AT, _KIDNEY_RADII = np.array([-55.0, -30.0, -10.0]), np.array([22.0, 26.0, 45.0])
_TUMOUR_AT, _TUMOUR_MM = np.array([55.0, 22.0, 18.0]), 17.0
_BODY_RADII = np.array([140.0, 100.0])
_BODY_FROM_TO = (-85.0, 85.0)


@dataclass(frozen=True)
class Phantom:
    """A drawn volume and its truth."""

    volume: Volume
    """int16 HU."""
    labels: NDArray[np.uint8]
    """(i, j, k): 0, or the label in ``PHANTOM_PARTS`` of the part that the voxel's centre lies in."""

    def mask(self, part: str) -> NDArray[np.bool_]:
        """(i, j, k) bool: the voxels of a part."""
        mask: NDArray[np.bool_] = self.labels == PHANTOM_PARTS[part]
        return mask


def phantom_affine(
    shape: tuple[int, int, int],
    spacing_mm: tuple[float, float, float] = (2.0, 2.0, 4.0),
    codes: str = "LPS",
    tilt_deg: float = 0.0,
) -> FloatArray:
    """(4, 4) float64: an affine whose grid has the phantom in its middle.

    Args:
        shape: voxels along i, j, k.
        spacing_mm: between their centres, mm.
        codes: where i, j and k grow to, such as ``LPS``: one letter each of R or L, A or P, S or I.
        tilt_deg: the grid is turned by so much about the patient's axis from right to left, as a gantry is.
    """
    steps = np.zeros((3, 3))
    for voxel_axis, (code, size) in enumerate(zip(codes, spacing_mm, strict=True)):
        patient_axis = next(axis for axis, ends in enumerate(("LR", "PA", "IS")) if code in ends)
        steps[patient_axis, voxel_axis] = size * (1 if code in "RAS" else -1)
    tilt = np.radians(tilt_deg)
    turn = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ steps
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    return affine


def draw_phantom(
    shape: tuple[int, int, int] = (150, 110, 44),
    affine: ArrayLike | None = None,
    *,
    noise_hu: float = 12.0,
    seed: int = 0,
    path: str | Path = "phantom.nii.gz",
) -> Phantom:
    """The phantom on a grid.

    It is 280 mm wide, 200 mm deep and 170 mm high and lies around 0 mm. A voxel's HU are those of the parts
    it holds, softened over about one voxel at their borders, and noise.

    Args:
        shape: voxels along i, j, k.
        affine: (4, 4), voxel index → mm (RAS+); None: as ``phantom_affine``.
        noise_hu: standard deviation of the noise, HU.
        seed: of the noise.
        path: what the volume says that it was read from.
    """
    grid = phantom_affine(shape) if affine is None else np.asarray(affine, np.float64)
    at = np.stack(np.meshgrid(*(np.arange(n, dtype=np.float32) for n in shape), indexing="ij"), axis=-1)
    xyz_mm = at @ grid[:3, :3].T.astype(np.float32) + grid[:3, 3].astype(np.float32)
    soft_mm = float(np.linalg.norm(grid[:3, :3], axis=0).mean())
    hu = np.full(shape, _HU["air"], np.float32)
    _lay(hu, _outside_body(xyz_mm), _HU["body"], soft_mm)
    labels = np.zeros(shape, np.uint8)
    for part, label in PHANTOM_PARTS.items():
        outside_mm = _OUTSIDE[part](xyz_mm)
        _lay(hu, outside_mm, _HU[part], soft_mm)
        labels[outside_mm < 0] = label
    hu += np.random.default_rng(seed).normal(0, noise_hu, shape).astype(np.float32)
    voxels = np.clip(np.rint(hu), -1024, 3071).astype(np.int16)
    path = Path(path)
    return Phantom(Volume(voxels, grid, path, path.name.partition(".")[0], "CT"), labels)


def write_volume(path: str | Path, voxels: NDArray[np.generic], affine: ArrayLike | None = None) -> Path:
    """Write voxels as NIfTI (``.nii`` or ``.nii.gz``), placed by sform and qform; for drawn volumes.

    ``affine`` None: voxels of 1 mm that grow to the patient's right, front and head.

    Raises:
        MissingBackend: nibabel is not installed.
    """
    grid = np.eye(4) if affine is None else np.asarray(affine, np.float64)
    image = nibabel_module().Nifti1Image(voxels, grid)
    image.set_qform(grid, code=1)
    image.set_sform(grid, code=1)
    image.header.set_xyzt_units(xyz="mm")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    image.to_filename(path)
    return Path(path)


# -------------------------------------------------------------------- shapes: about how far outside, mm

_Distance = NDArray[np.float32]


def _lay(hu: NDArray[np.float32], outside_mm: _Distance, value: float, soft_mm: float) -> None:
    """Blend a part in: half of it at its border."""
    share = np.clip(0.5 - outside_mm / soft_mm, 0, 1)
    hu += share * (value - hu)


def _ellipsoid(xyz_mm: NDArray[np.float32], centre: FloatArray, radii: FloatArray) -> _Distance:
    scaled = np.linalg.norm((xyz_mm - centre.astype(np.float32)) / radii.astype(np.float32), axis=-1)
    distance: _Distance = (scaled - 1) * np.float32(radii.min())
    return distance


def _outside_body(xyz_mm: NDArray[np.float32]) -> _Distance:
    across = np.linalg.norm(xyz_mm[..., :2] / _BODY_RADII.astype(np.float32), axis=-1)
    low, high = _BODY_FROM_TO
    z = xyz_mm[..., 2]
    distance: _Distance = np.maximum(
        (across - 1) * np.float32(_BODY_RADII.min()), np.maximum(low - z, z - high)
    )
    return distance


def _outside_vessel(xyz_mm: NDArray[np.float32]) -> _Distance:
    """A tube of 7 to 9 mm that winds from the feet to the head."""
    x, y, z = (xyz_mm[..., axis] for axis in range(3))
    to_axis = np.hypot(x + 12 - 14 * np.sin(z / 26), y + 5 - 9 * np.cos(z / 33))
    distance: _Distance = np.maximum(to_axis - (8 + np.sin(z / 20)), np.abs(z) - 78).astype(np.float32)
    return distance


def _outside_tumour(xyz_mm: NDArray[np.float32]) -> _Distance:
    """A ball whose radius goes up and down by a third with the direction."""
    out = xyz_mm - _TUMOUR_AT.astype(np.float32)
    radius = np.linalg.norm(out, axis=-1)
    turn, lift = (
        np.arctan2(out[..., 1], out[..., 0]),
        np.arcsin(np.clip(out[..., 2] / np.maximum(radius, 1e-3), -1, 1)),
    )
    lumps = (
        0.16 * np.sin(3 * turn + 1) * np.cos(lift)
        + 0.1 * np.sin(5 * turn) * np.cos(lift)
        + 0.09 * np.sin(4 * lift)
    )
    distance: _Distance = (radius - _TUMOUR_MM * (1 + lumps)).astype(np.float32)
    return distance


_OUTSIDE: dict[str, Callable[[NDArray[np.float32]], _Distance]] = {
    "liver": lambda xyz_mm: _ellipsoid(xyz_mm, _LIVER_AT, _LIVER_RADII),
    "kidney": lambda xyz_mm: _ellipsoid(xyz_mm, _KIDNEY_AT, _KIDNEY_RADII),
    "vessel": _outside_vessel,
    "tumour": _outside_tumour,
}
