"""Superpixels: small patches of like colour that follow the picture's edges.

A clustering of pixels by colour and place in which every pixel looks only at the nine grid cells around it.
Source: the idea is SLIC (Achanta et al., TPAMI 2012, doi:10.1109/TPAMI.2012.120); this block form is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.types import IntArray

__all__ = ["Superpixels", "compute_superpixels"]

Float32Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Superpixels:
    """A partition of an image into n patches, and which patches touch."""

    labels: NDArray[np.int32]
    """(h, w), 0 … n-1; every number occurs, every patch is connected (4-neighbours)."""
    n: int
    sizes: IntArray
    """(n,) pixels per patch."""
    pairs: IntArray
    """(m, 2) touching patches, first < second, each pair once, sorted."""
    pair_lengths: IntArray
    """(m,) pixel borders shared by the pair."""
    border_pixels: tuple[IntArray, IntArray, IntArray]
    """Per shared pixel border: row in ``pairs``, flat index of the one pixel, flat index of the other."""

    def mean(self, image: Float32Array) -> Float32Array:
        """(n, c) mean of each channel of an (h, w, c) image per patch."""
        flat = self.labels.ravel()
        channels = [np.bincount(flat, image[..., c].ravel(), self.n) for c in range(image.shape[2])]
        return (np.stack(channels, axis=1) / self.sizes[:, None]).astype(np.float32)

    def pair_mean(self, image: Float32Array) -> Float32Array:
        """(m,) mean of an (h, w) image along each shared border, of the larger of the two pixels."""
        rows, one, other = self.border_pixels
        flat = image.ravel()
        total = np.bincount(rows, np.maximum(flat[one], flat[other]), len(self.pairs))
        return (total / np.maximum(self.pair_lengths, 1)).astype(np.float32)


def compute_superpixels(
    lab: Float32Array, target: int = 800, compactness: float = 6.0, rounds: int = 5
) -> Superpixels:
    """About ``target`` superpixels of an image.

    Args:
        lab: (h, w, 3) float32 CIE Lab, L 0 … 100.
        target: wanted number; the result differs by some per cent.
        compactness: colour difference that weighs like one grid step of distance; larger = rounder patches.
        rounds: clustering rounds.
    """
    labels = _connected(_cluster(lab, target, compactness, rounds))
    n = int(labels.max()) + 1
    sizes = np.bincount(labels.ravel(), minlength=n)
    return Superpixels(labels, n, sizes, *_touching(labels, n))


def _cluster(lab: Float32Array, target: int, compactness: float, rounds: int) -> NDArray[np.int32]:
    height, width = lab.shape[:2]
    step = max(2, round(float(np.sqrt(height * width / target))))
    rows, cols = -(-height // step), -(-width // step)
    cells = _cells(lab, step, rows, cols, compactness)
    around = _cells_around(rows, cols)
    valid = _cell_pixels(np.ones((height, width, 1), np.float32), step, rows, cols, "constant")[..., 0] > 0
    centres = (cells * valid[..., None]).sum(axis=1) / valid.sum(axis=1)[:, None]
    label = np.empty(valid.shape, np.int32)
    for _ in range(rounds):
        nine = centres[around]  # (cells, 9, 5)
        cost = np.einsum("knc,knc->kn", nine, nine)[:, None, :] - 2 * cells @ nine.transpose(0, 2, 1)
        label = np.take_along_axis(around, cost.argmin(axis=2), axis=1).astype(np.int32)
        inside = label[valid]
        count = np.bincount(inside, minlength=rows * cols)
        sums = [np.bincount(inside, cells[..., c][valid], rows * cols) for c in range(5)]
        moved = np.stack(sums, axis=1) / np.maximum(count, 1)[:, None]
        centres = np.where(count[:, None] > 0, moved, centres).astype(np.float32)
    picture = label.reshape(rows, cols, step, step).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(picture.reshape(rows * step, cols * step)[:height, :width])


def _cells(lab: Float32Array, step: int, rows: int, cols: int, compactness: float) -> Float32Array:
    """(cells, step*step, 5): colour and place of each pixel, in units where distances add up."""
    height, width = lab.shape[:2]
    place = np.indices((height, width), dtype=np.float32).transpose(1, 2, 0) * (compactness / step)
    return _cell_pixels(np.concatenate([lab, place], axis=2), step, rows, cols, "edge")


def _cell_pixels(image: Float32Array, step: int, rows: int, cols: int, mode: str) -> Float32Array:
    height, width, channels = image.shape
    pad = ((0, rows * step - height), (0, cols * step - width), (0, 0))
    padded = np.pad(image, pad, mode=mode)  # type: ignore[call-overload]
    blocks = padded.reshape(rows, step, cols, step, channels).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(blocks.reshape(rows * cols, step * step, channels))


def _cells_around(rows: int, cols: int) -> IntArray:
    """(cells, 9) numbers of the cells around each cell; at the edge some repeat."""
    y, x = np.indices((rows, cols)).reshape(2, -1)
    dy, dx = np.indices((3, 3)).reshape(2, -1) - 1
    around: IntArray = np.clip(y[:, None] + dy, 0, rows - 1) * cols + np.clip(x[:, None] + dx, 0, cols - 1)
    return around


def _connected(labels: NDArray[np.int32], smallest: int = 12) -> NDArray[np.int32]:
    """Labels with small specks given to a neighbour, split into connected parts, numbered 0 … n-1."""
    smooth = cv2.medianBlur(labels.astype(np.float32), 3).astype(np.int32)
    parts, n = _parts(smooth)
    sizes = np.bincount(parts.ravel(), minlength=n)
    speck = sizes[parts] < smallest
    if speck.any() and not speck.all():
        markers = np.where(speck, 0, parts + 1).astype(np.int32)
        parts = _spread(markers) - 1
    _, dense = np.unique(parts, return_inverse=True)
    return dense.reshape(labels.shape).astype(np.int32)


def _parts(labels: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    """Connected parts of equal label: components of a picture twice as large with walls between labels."""
    height, width = labels.shape
    room = np.zeros((2 * height - 1, 2 * width - 1), np.uint8)
    room[::2, ::2] = 1
    room[::2, 1::2] = labels[:, 1:] == labels[:, :-1]
    room[1::2, ::2] = labels[1:] == labels[:-1]
    n, parts = cv2.connectedComponents(room, connectivity=4)
    return (parts[::2, ::2] - 1).astype(np.int32), n - 1


def _spread(markers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Markers grown into the zeros, a pixel per round, the larger number winning ties."""
    grown = markers
    while (grown == 0).any():
        padded = np.pad(grown, 1)
        best = np.maximum.reduce([padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]])
        grown = np.where(grown == 0, best, grown)
    return grown


def _touching(
    labels: NDArray[np.int32], n: int
) -> tuple[IntArray, IntArray, tuple[IntArray, IntArray, IntArray]]:
    index = np.arange(labels.size).reshape(labels.shape)
    one = np.concatenate([index[:, :-1].ravel(), index[:-1].ravel()])
    other = np.concatenate([index[:, 1:].ravel(), index[1:].ravel()])
    flat = labels.ravel()
    differ = flat[one] != flat[other]
    one, other = one[differ], other[differ]
    low, high = np.minimum(flat[one], flat[other]), np.maximum(flat[one], flat[other])
    keys, rows, lengths = np.unique(low.astype(np.int64) * n + high, return_inverse=True, return_counts=True)
    return np.stack([keys // n, keys % n], axis=1), lengths, (rows, one, other)
