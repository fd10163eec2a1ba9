"""The scene camera's intrinsics from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dwell.errors import BadTable
from dwell.types import Camera

__all__ = ["camera_from"]

_DISTORTION = ("distortion_coefficients", "dist_coefs", "dist_coeffs")
_LENGTHS = (0, 4, 5, 8, 12, 14)


def camera_from(content: Mapping[str, Any], label: str, path: Path) -> Camera | None:
    """The camera in ``camera_matrix`` and one of the names vendors give to the distortion; None = no matrix.

    Both lists may be nested, as Neon writes them. Source: Pupil Labs' scene_camera.json; OpenCV.

    Raises:
        BadTable: numbers are missing or are none.
    """
    if content.get("camera_matrix") is None:
        return None
    matrix = _numbers(content["camera_matrix"], "camera_matrix", label, path)
    if matrix.size != 9 or matrix[0] <= 0:
        raise BadTable(
            f"{label}: 'camera_matrix' must hold 3×3 numbers with fx > 0, got {matrix.size}.", path=path
        )
    name = next((name for name in _DISTORTION if content.get(name) is not None), None)
    distortion = np.zeros(0) if name is None else _numbers(content[name], name, label, path)
    if distortion.size not in _LENGTHS:
        raise BadTable(
            f"{label}: {name!r} must hold 4, 5, 8, 12 or 14 numbers, got {distortion.size}.", path=path
        )
    return Camera(matrix.reshape(3, 3), distortion)


def _numbers(values: Any, name: str, label: str, path: Path) -> np.ndarray:
    try:
        numbers = np.array(values, dtype=np.float64).ravel()
    except (TypeError, ValueError) as error:
        raise BadTable(f"{label}: {name!r} must hold numbers only ({error}).", path=path) from error
    if not np.isfinite(numbers).all():
        raise BadTable(f"{label}: {name!r} must hold finite numbers only.", path=path)
    return numbers
