"""Names for the arrays of the embedded backend."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

__all__ = ["Affine", "Plane"]

Plane = NDArray[Any]
"""(h, w) or (h, w, c) float32 picture at working size or half of it, as OpenCV takes and gives it."""

Affine = NDArray[Any]
"""(2, 3) float64: x, y of the earlier frame → x, y of the later one, in working px."""
