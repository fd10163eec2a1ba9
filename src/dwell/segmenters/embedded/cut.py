"""From evidence per pixel to one clean outline: a weighted total-variation cut."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.segmenters.embedded.planes import Plane

__all__ = ["soft_cut"]

_DATA_WEIGHT = 0.25
_SIGMA, _TAU = np.float32(0.5), np.float32(0.25)
_MIN_SIDE = 24


def soft_cut(evidence: Plane, lab: Plane, *, n_coarse: int = 40, n_fine: int = 8) -> Plane:
    """(h, w) float32, 0 … 1: the soft mask u that minimises Σ g |∇u| - ¼ · evidence · u; cut it at ½.

    g is small across colour edges, so outlines settle there. Solved at half size first, then refined, by the
    primal-dual method of Chambolle and Pock 2011 (doi:10.1007/s10851-010-0251-1).

    Args:
        evidence: (h, w) log-odds that a pixel belongs to the object.
        lab: (h, w, 3) Lab colours of the same pixels.
        n_coarse: iterations at half size.
        n_fine: iterations at full size.
    """
    height, width = evidence.shape
    if min(height, width) < _MIN_SIDE:
        return _solve(evidence, _edge_weights(lab), _DATA_WEIGHT, n_coarse, _start(evidence))
    size = ((width + 1) // 2, (height + 1) // 2)
    coarse = cv2.resize(evidence, size, interpolation=cv2.INTER_AREA)
    coarse_lab = cv2.resize(lab, size, interpolation=cv2.INTER_AREA)
    u = _solve(coarse, _edge_weights(coarse_lab), 2 * _DATA_WEIGHT, n_coarse, _start(coarse))
    start = cv2.resize(u, (width, height), interpolation=cv2.INTER_LINEAR)
    return _solve(evidence, _edge_weights(lab), _DATA_WEIGHT, n_fine, start)


def _start(evidence: Plane) -> Plane:
    start: Plane = evidence * np.float32(0.25) + np.float32(0.5)
    return start.clip(0, 1)


def _edge_weights(lab: Plane) -> tuple[Plane, Plane]:
    """Cost of an outline to the right of, and below, each pixel; 0 at the last column and row."""
    across, down = _difference(lab[:, 1:], lab[:, :-1]), _difference(lab[1:], lab[:-1])
    scale = np.float32(-2 / (across.mean() + down.mean() + 4))
    gx = np.zeros(lab.shape[:2], dtype=np.float32)
    gy = np.zeros(lab.shape[:2], dtype=np.float32)
    gx[:, :-1] = 2 * np.exp(across * scale) + np.float32(0.1)
    gy[:-1] = 2 * np.exp(down * scale) + np.float32(0.1)
    return gx, gy


def _difference(a: Plane, b: Plane) -> Plane:
    """(h, w) sum of the absolute differences of three channels."""
    gap: Plane = cv2.absdiff(a, b)
    total: Plane = gap[:, :, 0] + gap[:, :, 1]
    total += gap[:, :, 2]
    return total


def _solve(evidence: Plane, weights: tuple[Plane, Plane], data_weight: float, n: int, start: Plane) -> Plane:
    gx, gy = weights
    pull = evidence * (np.float32(data_weight) * _TAU)
    low_x, low_y = -gx, -gy
    px, py, work, new = (np.zeros_like(start) for _ in range(4))
    u, bar = start.copy(), start.copy()
    for _ in range(n):
        np.subtract(bar[:, 1:], bar[:, :-1], out=work[:, :-1])
        work[:, :-1] *= _SIGMA
        px[:, :-1] += work[:, :-1]
        np.minimum(np.maximum(px, low_x, out=px), gx, out=px)
        np.subtract(bar[1:], bar[:-1], out=work[:-1])
        work[:-1] *= _SIGMA
        py[:-1] += work[:-1]
        np.minimum(np.maximum(py, low_y, out=py), gy, out=py)
        np.add(px, py, out=new)
        new[:, 1:] -= px[:, :-1]
        new[1:] -= py[:-1]
        new *= _TAU
        new += pull
        new += u
        np.minimum(np.maximum(new, 0, out=new), 1, out=new)
        np.subtract(new, u, out=bar)
        bar += new
        u, new = new, u
    return u
