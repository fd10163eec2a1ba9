"""What a thing looks like, small enough to keep, and how alike two things look.

An ``Appearance`` is taken from one picture and one mask: the colours of the mask's core, of its rim and of
the ring around it, its size and shape, and, where it is large enough, local descriptors. What was read from a
project compares exactly like what was just described.
Source: ours; histograms are compared by the Bhattacharyya coefficient, descriptors are SIFT (Lowe 2004,
https://doi.org/10.1023/B:VISI.0000029664.99615.94) with the square root of Arandjelović & Zisserman 2012
(https://doi.org/10.1109/CVPR.2012.6248018).
"""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.errors import ProjectError
from dwell.everything.matching import LEAST_AGREEING, describe_points, n_agreeing
from dwell.masks import Mask
from dwell.types import BoolArray, ByteArray, FloatArray

__all__ = ["Appearance", "describe_mask", "least_colour", "likeness"]

CROP_PX = 128
"""Longer side at which a thing is described; larger crops are made smaller."""
POINTS_FROM_PX = 24
"""Shorter side of a mask's box from which it is large enough for descriptors."""
L_EDGES = (40, 80, 120, 160, 200)
"""Bounds between bins of lightness, 0 … 255."""
AB_EDGES = (-32, -18, -9, -3, 3, 9, 18, 32)
"""Bounds between bins of a and of b, 0 = grey: narrow where most colours are."""
N_BINS = (len(L_EDGES) + 1) * (len(AB_EDGES) + 1) ** 2
SIZE_FREE = math.log(1.6)
"""Times as large on a side (log) that a thing may become by coming nearer, without doubt."""
SIZE_WIDTH = math.log(2.2)
"""Beyond that: where the doubt is 1 - 1/e."""
FORM_WIDTH = 0.45
FORM_WEIGHT = 0.25
"""How much of a likeness the shape can take away."""
SPREAD = 0.15
"""Share of a bin that goes to each neighbour, so that a colour at a bound is not two colours."""
COLOUR_POWER = 1.5
"""Of the coefficient of colours in a likeness …"""
PLAIN_POWER = 2.0
"""… and how much larger it is for what looks just like its surroundings."""
UNMATCHED = 0.9
"""What is left of a likeness if both have many descriptors and none in common."""
SURE_POINTS = 12
"""Descriptors in the same arrangement from which two pictures surely show the same thing."""
HEADER = b"dwell appearance 1\n"


@dataclass(frozen=True, eq=False)
class Appearance:
    """What one mask on one picture looks like."""

    core: ByteArray
    """(n,) uint8: roots of the shares of colours in the inner half of the mask, 255 = all of it."""
    rim: ByteArray
    """(n,) uint8: of its outer half."""
    ring: ByteArray
    """(n,) uint8: of what is around it; all 0 if there is nothing around."""
    side: float
    """Square root of the mask's area over that of the picture, 0 … 1."""
    aspect: float
    """Length over width by the mask's second moments, ≥ 1, whichever way it is turned."""
    solidity: float
    """Share of its convex hull that the mask fills, 0 … 1."""
    points: ByteArray
    """(k, 128) uint8: rooted SIFT descriptors; k = 0 where the thing is too small or plain."""
    places: NDArray[np.int16]
    """(k, 2) int16: x, y of the descriptors, px of the crop."""

    def to_bytes(self) -> bytes:
        """All of it, for a project; a few kilobytes."""
        facts = {
            "side": self.side,
            "aspect": self.aspect,
            "solidity": self.solidity,
            "n_points": len(self.points),
        }
        arrays = (self.core, self.rim, self.ring, self.points, self.places.astype("<i2"))
        body = b"".join(np.ascontiguousarray(each).tobytes() for each in arrays)
        return HEADER + json.dumps(facts).encode() + b"\n" + zlib.compress(body, 6)

    @classmethod
    def from_bytes(cls, data: bytes) -> Appearance:
        """The appearance from ``to_bytes``.

        Raises:
            ProjectError: the bytes are damaged, or of another version of Dwell.
        """
        try:
            if not data.startswith(HEADER):
                raise ValueError("no header")  # noqa: TRY301 - one message for all that can be wrong
            line, body = data[len(HEADER) :].split(b"\n", 1)
            return cls._unpacked(json.loads(line), zlib.decompress(body))
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            raise ProjectError(
                f"A thing's appearance, as kept in the project, cannot be read ({error}); it was noted by "
                "another version of Dwell or is damaged. Forget the unfinished run and start it anew."
            ) from error

    @classmethod
    def _unpacked(cls, facts: dict[str, Any], body: bytes) -> Appearance:
        k = int(facts["n_points"])
        sizes = [N_BINS, N_BINS, N_BINS, 128 * k, 4 * k]
        if len(body) != sum(sizes):
            raise ValueError(f"expected {sum(sizes)} bytes, got {len(body)}")
        ends = np.cumsum(sizes)
        core, rim, ring, points, places = np.split(np.frombuffer(body, np.uint8), ends[:-1])
        return cls(
            core,
            rim,
            ring,
            float(facts["side"]),
            float(facts["aspect"]),
            float(facts["solidity"]),
            points.reshape(k, 128),
            places.view("<i2").reshape(k, 2).astype(np.int16),
        )


def describe_mask(image: ByteArray, mask: Mask) -> Appearance:
    """What the mask shows on a picture.

    Args:
        image: (h, w, 3) uint8 RGB.
        mask: of the same size, with at least a pixel.

    Raises:
        ValueError: the mask is empty or of another size.
    """
    if image.shape[:2] != mask.size_hw:
        raise ValueError(
            f"Expected a mask of the picture's size {image.shape[:2]}, got {mask.size_hw} (h, w)."
        )
    if mask.box_xyxy is None:
        raise ValueError("Expected a mask with pixels to describe, got an empty one.")
    picture, body = _smaller(*_crop(image, mask))
    bins = _bins(picture)
    core, rim, ring = (_shares(bins, where) for where in _zones(body))
    aspect, solidity = _form(body)
    points, places = _points(picture, body)
    side = math.sqrt(mask.area / (mask.size_hw[0] * mask.size_hw[1]))
    return Appearance(core, rim, ring, side, aspect, solidity, points, places)


def likeness(a: Appearance, b: Appearance) -> float:
    """How alike two things look, 0 … 1, the same either way round; 1 for a thing and itself.

    Colours decide: the Bhattacharyya coefficient of core and rim. Differences count for more where a thing
    looks like what is around it (a piece of wall looks much like every other piece). Sizes that differ beyond
    what coming nearer does lower it, and so do shapes. Local descriptors in the same arrangement raise it;
    many on both sides without any in common lower it. Of pictures of the objects in eight sequences of DAVIS
    2016, 62 % of the pairs from one sequence reach 0.75, and no pair from two sequences reaches 0.55.
    """
    colour = (_affinity(a.core, b.core) + _affinity(a.rim, b.rim)) / 2
    plainness = 1 - min(_standing_out(a), _standing_out(b))
    looks = math.pow(colour, COLOUR_POWER + PLAIN_POWER * plainness) * _same_size(a, b) * _same_form(a, b)
    n_both = min(len(a.points), len(b.points))
    if n_both < LEAST_AGREEING:
        return looks
    sure = min(1.0, n_agreeing(a.points, a.places, b.points, b.places) / min(SURE_POINTS, n_both))
    unmatched = looks if n_both < SURE_POINTS else looks * UNMATCHED
    return unmatched + (math.sqrt(looks) - unmatched) * sure


def least_colour(least: float) -> float:
    """The colours' coefficient below which no likeness reaches ``least``, whatever else speaks for it."""
    return math.pow(least, 2 / COLOUR_POWER)


# -------------------------------------------------------------------- describing


def _crop(image: ByteArray, mask: Mask) -> tuple[ByteArray, BoolArray]:
    """The picture around a mask, with room for the ring, and the mask there."""
    x0, y0, x1, y1 = mask.box_xyxy or (0, 0, 0, 0)
    height, width = mask.size_hw
    room = max(4, round(0.25 * math.sqrt(mask.area)))
    left, top, right, bottom = (
        max(x0 - room, 0),
        max(y0 - room, 0),
        min(x1 + room, width),
        min(y1 + room, height),
    )
    inside = mask.columns(left, right)[top:bottom]
    return image[top:bottom, left:right], np.ascontiguousarray(inside)


def _smaller(crop: ByteArray, inside: BoolArray) -> tuple[ByteArray, BoolArray]:
    """Picture and mask with a longer side of at most ``CROP_PX``, at least a pixel of the mask left."""
    height, width = inside.shape
    scale = CROP_PX / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(crop), inside
    size = max(1, round(width * scale)), max(1, round(height * scale))
    picture = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    share = cv2.resize(inside.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return picture, np.asarray(share >= min(0.5, float(share.max())))


def _zones(body: BoolArray) -> tuple[BoolArray, BoolArray, BoolArray]:
    """The inner half of a mask by depth, its outer half, and what lies around it."""
    depth = cv2.distanceTransform(np.pad(body, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]
    middle = float(np.median(depth[body]))
    core = body & (depth >= middle)
    rim = body & (depth <= middle)
    return core, rim, ~body


def _bins(picture: ByteArray) -> NDArray[np.int64]:
    """(h, w) the bin of each pixel's colour in CIE L*a*b*."""
    blurred = cv2.GaussianBlur(picture, (3, 3), 0)
    lab = cv2.cvtColor(blurred, cv2.COLOR_RGB2LAB).astype(np.int16)
    lightness = np.searchsorted(L_EDGES, lab[..., 0], side="right")
    a, b = (np.searchsorted(AB_EDGES, lab[..., k] - 128, side="right") for k in (1, 2))
    n = len(AB_EDGES) + 1
    found: NDArray[np.int64] = (lightness * n + a) * n + b
    return found


def _shares(bins: NDArray[np.int64], where: BoolArray) -> ByteArray:
    """Roots of the shares of each bin, 0 … 255; neighbouring bins get some of each other's."""
    counts = np.bincount(bins[where], minlength=N_BINS).astype(np.float64)
    if not counts.any():
        return np.zeros(N_BINS, np.uint8)
    n = len(AB_EDGES) + 1
    shares = (counts / counts.sum()).reshape(len(L_EDGES) + 1, n, n)
    for axis in range(3):
        shares = _spread(shares, axis)
    return np.asarray(np.rint(np.sqrt(shares.ravel()) * 255), np.uint8)


def _spread(shares: FloatArray, axis: int) -> FloatArray:
    """Each value keeps ``1 - 2 SPREAD`` and gives the rest to its neighbours along an axis; the sum stays."""
    moved = np.moveaxis(shares, axis, 0)
    spread = moved * (1 - 2 * SPREAD)
    spread[1:] += SPREAD * moved[:-1]
    spread[:-1] += SPREAD * moved[1:]
    spread[0] += SPREAD * moved[0]
    spread[-1] += SPREAD * moved[-1]
    return np.moveaxis(spread, 0, axis)


def _form(body: BoolArray) -> tuple[float, float]:
    """(aspect, solidity); see ``Appearance``."""
    y, x = np.nonzero(body)
    spread = np.cov(np.stack([x, y]), bias=True) + np.eye(2) / 12  # a pixel is no point
    small, large = np.linalg.eigvalsh(spread)
    hull = cv2.convexHull(np.stack([x, y], axis=1).astype(np.int32))
    filled = cv2.fillConvexPoly(np.zeros(body.shape, np.uint8), hull, (1,))
    return round(math.sqrt(large / small), 4), round(len(x) / int(np.count_nonzero(filled)), 4)


def _points(picture: ByteArray, body: BoolArray) -> tuple[ByteArray, NDArray[np.int16]]:
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    if min(np.ptp(rows), np.ptp(columns)) + 1 < POINTS_FROM_PX:
        return np.zeros((0, 128), np.uint8), np.zeros((0, 2), np.int16)
    return describe_points(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8), body)


# -------------------------------------------------------------------- comparing


def _affinity(a: ByteArray, b: ByteArray) -> float:
    """Bhattacharyya coefficient, 0 … 1, of two histograms of roots."""
    wide_a, wide_b = a.astype(np.int64), b.astype(np.int64)
    lengths = int(wide_a @ wide_a) * int(wide_b @ wide_b)
    return min(1.0, int(wide_a @ wide_b) / math.sqrt(lengths)) if lengths else 0.0


def _standing_out(a: Appearance) -> float:
    """0 … 1: how much a thing differs from what is around it."""
    if not a.ring.any():
        return 0.0
    return 1 - (_affinity(a.core, a.ring) + _affinity(a.rim, a.ring)) / 2


def _same_size(a: Appearance, b: Appearance) -> float:
    off = max(0.0, abs(math.log(a.side / b.side)) - SIZE_FREE)
    return math.exp(-math.pow(off / SIZE_WIDTH, 2))


def _same_form(a: Appearance, b: Appearance) -> float:
    """Of shapes that a change of view does not explain; never the deciding word."""
    off = math.hypot(math.log(a.aspect / b.aspect), 2 * (a.solidity - b.solidity))
    return 1 - FORM_WEIGHT * (1 - math.exp(-math.pow(off / FORM_WIDTH, 2)))
