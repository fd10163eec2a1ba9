"""Outlines along the edges of pixels, from which a mask comes back exactly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dwell.masks import Mask
from dwell.types import ByteArray, IntArray

__all__ = ["one_ring", "rings"]

_NEARBY = 4096
"""Corners that are tried as the other end of a bridge: so many before it, from the top down."""


def rings(mask: Mask, *, touching: bool = False) -> list[IntArray]:
    """Closed outlines of the parts and of the holes of a mask, by their upper left corners.

    Each is (n, 2) int64: corners (x, y) in px on the edges of pixels, so a mask of the one pixel (0, 0) has
    the corners (0, 0), (1, 0), (1, 1), (0, 1). Parts run clockwise as seen on the picture and holes
    counter-clockwise.

    Args:
        mask: what is outlined.
        touching: pixels that touch at a corner only are one part, not two.

    Source: ours.
    """
    corners, found = _traced(mask, touching)
    return [corners[ring] for ring in found]


def one_ring(mask: Mask) -> IntArray:
    """The outlines as a single one, (n, 2) int64, joined by bridges of no width, walked there and back.

    Where a point is enclosed is told by how often the ring winds around it, so the mask comes back exactly,
    with its holes. A bridge leads from the first corner of a ring to the nearest one of those before it.

    Source: ours.
    """
    corners, found = _traced(mask, touching=False)
    return corners[list(_joined(corners, found))]


def _traced(mask: Mask, touching: bool) -> tuple[IntArray, list[list[int]]]:
    """All corners (x, y) from the top down, and the rings as numbers of corners."""
    if not mask:
        return np.zeros((0, 2), np.int64), []
    x0, y0, crop = mask.crop()
    inside = np.pad(crop, 1)
    corners, across, along = _linked_corners(inside, touching)
    found: list[list[int]] = []
    seen = bytearray(len(corners))
    for first, (x, y) in enumerate(corners.tolist()):
        if not seen[first]:  # the upper left corner of a ring, as corners come from the top down
            steps = (across, along) if inside[y + 1, x + 1] else (along, across)
            found.append(_walk(first, *steps))
            for corner in found[-1]:
                seen[corner] = True
    return corners + (x0, y0), found


def _linked_corners(inside: ByteArray, touching: bool) -> tuple[IntArray, list[int], list[int]]:
    """Corners of all rings (x, y), and for each the number of the next one across and of that up or down.

    A corner is where the edge between two columns changes from one row to the next. Where two pixels touch
    there only, it changes sides, and there are two corners at one place.

    Args:
        inside: 0 or 1, with a margin of one pixel.
        touching: see ``rings``.
    """
    sides = inside.view(np.int8)
    edges = sides[:, 1:] - sides[:, :-1]  # 1: the mask begins to the right, -1: it ends
    above: NDArray[np.int8] = edges[:-1].ravel()
    below: NDArray[np.int8] = edges[1:].ravel()
    places = np.flatnonzero(above != below)
    above, below = above[places], below[places]
    times = np.where(above * below < 0, 2, 1)
    second = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    y, x = np.divmod(np.repeat(places, times), edges.shape[1])
    across = _partners(np.arange(len(x)))
    # At a double corner the first one has its neighbour on the left. If the pixel there lies below, so does
    # its other neighbour – above, if the two pixels are one part.
    lower = np.where(np.repeat(above > below, times) != touching, 1 - second, second)
    along = _partners(np.lexsort((np.where(np.repeat(times, times) > 1, lower, 0), y, x)))
    return np.column_stack((x, y)), across, along


def _partners(order: IntArray) -> list[int]:
    """Along a line of corners the first and second are joined, the third and fourth, and so on."""
    partner = np.empty(len(order), np.int64)
    partner[order[0::2]], partner[order[1::2]] = order[1::2], order[0::2]
    numbers: list[int] = partner.tolist()
    return numbers


def _walk(first: int, step: list[int], other: list[int]) -> list[int]:
    ring, here = [first], step[first]
    while here != first:
        ring.append(here)
        step, other = other, step
        here = step[here]
    return ring


def _joined(corners: IntArray, found: list[list[int]]) -> Iterator[int]:
    """Corners of all rings in one walk; each ring but the first is a detour from one before it."""
    detours: dict[int, list[list[int]]] = {}
    for ring in found[1:]:
        detours.setdefault(_nearest_before(corners, ring[0]), []).append([*ring, ring[0]])
    walks = [iter(found[0])] if found else []
    while walks:
        here = next(walks[-1], None)
        if here is None:
            walks.pop()
            continue
        yield here
        for detour in detours.pop(here, []):
            walks.append(iter([*detour, here]))


def _nearest_before(corners: IntArray, first: int) -> int:
    """Number of a corner of a ring that begins higher up."""
    start = max(0, first - _NEARBY)
    distances = np.abs(corners[start:first] - corners[first]).sum(axis=1)
    return start + int(distances.argmin())
