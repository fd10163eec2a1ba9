"""Where the voxels of a NIfTI file are: its sform, its qform, or their sizes alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dwell.errors import VolumeError
from dwell.types import FloatArray

__all__ = ["affine_of"]

_TO_MM = {"meter": 1000.0, "mm": 1.0, "micron": 0.001, "unknown": 1.0}


def affine_of(header: Any, path: Path) -> tuple[FloatArray, list[str]]:
    """(4, 4) float64, voxel index → mm in the patient (RAS+), and what a person should know about it.

    Raises:
        VolumeError: nothing places the voxels.
    """
    unit = _unit_of(header)
    notes = [] if unit != "unknown" else [f"{path.name} does not say its unit of length; mm is taken."]
    forms = _Forms(_form(header, "sform"), _form(header, "qform"))
    said_both = int(header["sform_code"]) > 0 and int(header["qform_code"]) > 0
    if forms.sform is not None and forms.qform is not None:
        apart = _furthest(forms.sform, forms.qform, header) * _TO_MM[unit]
        if apart > 0.1 * np.linalg.norm(forms.sform[:3, :3], axis=0).min() * _TO_MM[unit]:
            notes.append(
                f"{path.name} says twice where its voxels are, and differently (sform and qform, up to "
                f"{apart:.3g} mm apart); the sform is used, as most programs do."
            )
    elif said_both:
        bad, good = ("sform", "qform") if forms.sform is None else ("qform", "sform")
        notes.append(f"The {bad} of {path.name} places no voxels; its {good} is used.")
    best = forms.sform if forms.sform is not None else forms.qform
    if best is None:
        best = _by_size(header, path)
        notes.append(
            f"{path.name} does not say how the patient lies (sform and qform are missing), so its "
            "orientation is unknown: do not read left and right off it. Only the voxel sizes are used."
        )
    scale = np.diag([_TO_MM[unit]] * 3 + [1.0])
    return scale @ best, notes


@dataclass(frozen=True)
class _Forms:
    """The affines that a header gives; None where it gives none that places voxels."""

    sform: FloatArray | None
    qform: FloatArray | None


def _unit_of(header: Any) -> str:
    try:
        return str(header.get_xyzt_units()[0])
    except KeyError:
        return "unknown"


def _form(header: Any, which: str) -> FloatArray | None:
    if int(header[f"{which}_code"]) <= 0:
        return None
    try:
        affine = np.asarray(getattr(header, f"get_{which}")(), np.float64)
    except Exception:  # a quaternion that is none: nibabel's leaves share no root
        return None
    return affine if _places(affine) else None


def _by_size(header: Any, path: Path) -> FloatArray:
    affine = np.asarray(header.get_base_affine(), np.float64)
    if not _places(affine):
        sizes = "×".join(f"{size:g}" for size in header["pixdim"][1:4])
        raise VolumeError(
            f"{path.name} does not say where its voxels are: sform and qform are missing or place nothing, "
            f"and voxels are {sizes} mm; convert it again from the scanner's own files.",
            path=path,
        )
    return affine


def _places(affine: FloatArray) -> bool:
    sizes = np.linalg.norm(affine[:3, :3], axis=0)
    if not np.isfinite(affine).all() or sizes.min() <= 1e-9:
        return False
    return bool(abs(np.linalg.det(affine[:3, :3] / sizes)) > 1e-6)


def _furthest(one: FloatArray, other: FloatArray, header: Any) -> float:
    """Largest distance between the places that two affines give to a corner of the grid."""
    last = [int(n) - 1 for n in header["dim"][1:4]]
    corners = np.array(
        [[i, j, k, 1] for i in (0, last[0]) for j in (0, last[1]) for k in (0, last[2])], np.float64
    )
    return float(np.linalg.norm((corners @ (one - other).T)[:, :3], axis=1).max())
