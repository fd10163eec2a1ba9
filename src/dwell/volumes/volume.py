"""Volume: a 3D picture, and where its voxels are in the patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dwell.errors import VolumeError
from dwell.types import FloatArray

__all__ = ["Volume", "axis_codes", "closest_axes"]

_CODES = (("L", "R"), ("P", "A"), ("I", "S"))
"""By patient axis: the letter of its negative and of its positive end."""


@dataclass(frozen=True, eq=False)
class Volume:
    """A 3D picture on a grid of voxels in the patient.

    Raises:
        VolumeError: the voxels are no 3D array of real numbers, or the affine places them nowhere.
    """

    voxels: NDArray[np.generic]
    """(i, j, k), real numbers as the scanner means them (HU in CT); read-only."""
    affine: FloatArray
    """(4, 4) float64: voxel index (i, j, k, 1) → mm, where x grows to the patient's right, y to the front
    (anterior) and z to the head (superior), as in NIfTI; whole numbers are the centres of voxels."""
    path: Path
    """The file, or the folder of files."""
    name: str
    """What it is called in lists and exports."""
    modality: str | None
    """``CT``, ``MR`` … where the file says so."""
    notes: tuple[str, ...] = ()
    """What a person should know."""
    files: tuple[Path, ...] = ()
    """DICOM: the file of each k, in order of k."""

    def __post_init__(self) -> None:
        voxels = np.asarray(self.voxels).view()
        if voxels.ndim != 3 or voxels.size == 0 or voxels.dtype.kind not in "iufb":
            raise VolumeError(
                f"{self.name}: expected a 3D array of real numbers, got {voxels.dtype} of shape "
                f"{voxels.shape}; export the volume again as one 3D picture.",
                path=self.path,
            )
        voxels.flags.writeable = False
        affine = np.array(self.affine, np.float64)
        _check_affine(affine, self.name, self.path)
        affine.flags.writeable = False
        object.__setattr__(self, "voxels", voxels)
        object.__setattr__(self, "affine", affine)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along i, j and k."""
        n_i, n_j, n_k = self.voxels.shape
        return n_i, n_j, n_k

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance between neighbouring voxel centres along i, j and k, mm."""
        i_mm, j_mm, k_mm = np.linalg.norm(self.affine[:3, :3], axis=0).tolist()
        return i_mm, j_mm, k_mm

    @property
    def voxel_ml(self) -> float:
        """What one voxel holds, ml; right for skewed grids, too."""
        return float(abs(np.linalg.det(self.affine[:3, :3]))) / 1000

    @property
    def codes(self) -> tuple[str, str, str]:
        """Where i, j and k grow to, as letters of L, R, A, P, I, S: ``("L", "P", "S")``."""
        return axis_codes(self.affine)

    def to_mm(self, ijk: Sequence[float] | FloatArray) -> FloatArray:
        """(…, 3) float64 mm in the patient, of voxel indices (…, 3)."""
        points = np.asarray(ijk, np.float64)
        return points @ self.affine[:3, :3].T + self.affine[:3, 3]


def closest_axes(affine: FloatArray) -> tuple[int, int, int]:
    """For each patient axis x, y, z: the voxel axis 0, 1 or 2 that lies closest; each is used once.

    Of the six ways to pair them, the one whose cosines have the largest sum; the first of equals.
    """
    steps = np.asarray(affine, np.float64)[:3, :3]
    cosines = np.abs(steps / np.linalg.norm(steps, axis=0))
    x, y, z = max(
        permutations(range(3)), key=lambda axes: round(float(sum(cosines[r, axes[r]] for r in range(3))), 9)
    )
    return x, y, z


def axis_codes(affine: FloatArray) -> tuple[str, str, str]:
    """Where voxel axes 0, 1 and 2 grow to: ``("R", "A", "S")`` for a NIfTI grid that is not turned."""
    codes = ["", "", ""]
    for patient_axis, voxel_axis in enumerate(closest_axes(affine)):
        codes[voxel_axis] = _CODES[patient_axis][int(affine[patient_axis, voxel_axis] > 0)]
    return codes[0], codes[1], codes[2]


def _check_affine(affine: FloatArray, name: str, path: Path) -> None:
    if affine.shape != (4, 4) or not np.isfinite(affine).all():
        problem = "has no usable affine"
    elif np.linalg.norm(affine[:3, :3], axis=0).min() < 1e-6:
        problem = "has voxels of size 0 mm"
    elif abs(np.linalg.det(affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0))) < 1e-6:
        problem = "has axes that lie in one plane"
    else:
        return
    raise VolumeError(
        f"{name} {problem}, so nothing says where its voxels are; convert it again from the scanner's "
        "own files.",
        path=path,
    )
