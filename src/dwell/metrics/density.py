"""Where in the picture gaze was: a heatmap."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.gaze import INSIDE, GazeMap, Section, px_per_degree
from dwell.types import FloatArray, IntArray

__all__ = ["SIGMA_DEG", "SIGMA_PX", "Density", "compute_density", "density_of"]

SIGMA_DEG = 1.0
"""deg, the usual width: about that of the fovea, and the accuracy of head-worn eye trackers. Source: ours."""
SIGMA_PX = 25.0
"""px, the usual width where nothing says how large a degree is."""
_CELLS_PER_SIGMA = 4
"""The density is as good as even within a cell of that size."""
_REACH = 4
"""Sigmas at which the Gaussian is cut off; 0.03 % of it lie beyond."""


@dataclass(frozen=True, eq=False)
class Density:
    """Gaze time over the picture of a scene camera."""

    ms_hw: NDArray[np.float32]
    """(h, w) float32 ms of gaze in each cell; sums to the gaze time, less what is blurred beyond the edge."""
    cell_px: int
    """px: side of a cell. Cell (0, 0) begins at the picture's top left corner; the last may stick out."""
    size_hw: tuple[int, int]
    """(height, width) of the picture, px."""
    sigma_px: float
    """px: standard deviation of the Gaussian."""


def compute_density(
    gaze_map: GazeMap,
    section: Section,
    size_hw: tuple[int, int],
    object_id: int | None = None,
    *,
    sigma_deg: float = SIGMA_DEG,
    sigma_px: float | None = None,
) -> Density:
    """Gaze time in each part of the picture: a Gaussian around every sample, as heavy as its time.

    Pixels are those of the scene camera, so with a moving head a hot spot is a direction of the eyes in the
    head, not a place in the world. Gaze outside the picture is left out.

    Args:
        gaze_map: mapped samples.
        section: samples outside it do not count.
        size_hw: (height, width) of the scene video, px.
        object_id: only gaze on this AOI; None = all valid gaze.
        sigma_deg: deg; in the middle of the picture. Not used where nothing says how large a degree is.
        sigma_px: px; given, it counts instead of ``sigma_deg``; None there: ``SIGMA_PX``.

    Raises:
        ValueError: no such AOI in the map, or a sigma that is not above 0.
    """
    width_px = _sigma_px(gaze_map, size_hw, sigma_deg, sigma_px)
    chosen = gaze_map.ok if object_id is None else _on(gaze_map, object_id)
    durations = section.overlap_ns(gaze_map.timestamps_ns, gaze_map.durations_ns)
    return density_of(gaze_map.gaze_xy[chosen], durations[chosen], size_hw, width_px)


def density_of(xy: FloatArray, durations_ns: IntArray, size_hw: tuple[int, int], sigma_px: float) -> Density:
    """Time in each part of a picture: a Gaussian around every place, as heavy as its time.

    Args:
        xy: (n, 2) px; places outside the picture are left out.
        durations_ns: (n,) ns at each.
        size_hw: (height, width) of the picture, px.
        sigma_px: px, above 0.
    """
    cell = max(1, int(sigma_px / _CELLS_PER_SIGMA))
    shape = (math.ceil(size_hw[0] / cell), math.ceil(size_hw[1] / cell))
    pixels = np.floor(xy).astype(np.int64)
    shown = ((pixels >= 0) & (pixels < np.array(size_hw[::-1]))).all(axis=1)
    cells = pixels[shown] // cell
    ns = np.bincount(cells[:, 1] * shape[1] + cells[:, 0], durations_ns[shown], shape[0] * shape[1])
    ms = (ns / 1e6).reshape(shape).astype(np.float32)
    sigma = sigma_px / cell
    side = 2 * math.ceil(_REACH * sigma) + 1
    blurred = cv2.GaussianBlur(ms, (side, side), sigma, sigmaY=sigma, borderType=cv2.BORDER_CONSTANT)
    return Density(np.asarray(blurred, np.float32), cell, (int(size_hw[0]), int(size_hw[1])), sigma_px)


def _on(gaze_map: GazeMap, object_id: int) -> NDArray[np.bool_]:
    ids = [aoi.object_id for aoi in gaze_map.aois]
    if object_id not in ids:
        raise ValueError(f"Expected the object_id of a mapped AOI, one of {ids}, got {object_id}.")
    on: NDArray[np.bool_] = gaze_map.inside[ids.index(object_id)] == INSIDE
    return on


def _sigma_px(gaze_map: GazeMap, size_hw: tuple[int, int], sigma_deg: float, sigma_px: float | None) -> float:
    scale = gaze_map.scale
    if sigma_px is None and scale.camera is not None:
        sigma_px = sigma_deg * float(px_per_degree(scale.camera, [[size_hw[1] / 2, size_hw[0] / 2]])[0])
    elif sigma_px is None:
        sigma_px = SIGMA_PX if scale.px_per_degree is None else sigma_deg * scale.px_per_degree
    if not 0 < sigma_px < math.inf:
        raise ValueError(f"sigma: expected a width above 0, got {sigma_px} px.")
    return float(sigma_px)
