"""One AOI in one frame."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dwell.masks import codec, geometry, parts, runs, shapes
from dwell.masks.codec import Counts
from dwell.masks.geometry import BorderDistance
from dwell.masks.runs import Runs
from dwell.types import BoolArray, ByteArray, IntArray

__all__ = ["Mask"]

IntArray32 = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Mask:
    """One AOI in one frame, run-length encoded; immutable, equal and hashable by value.

    Pixels: origin top left; a position (x, y) in px lies in pixel floor(x), floor(y). A pixel's centre
    is half a pixel right of and below its position.

    Raises:
        ValueError: ``counts`` are no run lengths of a frame of this size.
    """

    size_hw: tuple[int, int]
    """(height, width) of the frame, px."""
    counts: Counts
    """(n,) uint32 run lengths, px, column by column, background first; not writeable."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "size_hw", _checked_size(self.size_hw))
        object.__setattr__(self, "counts", _checked_counts(self.counts, self.size_hw))

    # -------------------------------------------------------------- from and to other forms

    @classmethod
    def from_array(cls, array_hw: BoolArray | ByteArray) -> Mask:
        """Mask of an (h, w) bool or uint8 array, in which any value but 0 is mask."""
        array: Any = np.asarray(array_hw)
        if array.ndim != 2 or array.dtype not in (np.bool_, np.uint8):
            raise ValueError(
                f"Expected an (h, w) bool or uint8 array, got {array.dtype} of shape {array.shape}."
            )
        height, width = array.shape
        return cls.from_boundaries(codec.boundaries_from_array(array), (height, width))

    @classmethod
    def from_boundaries(cls, boundaries: Counts, size_hw: tuple[int, int]) -> Mask:
        """Mask whose runs start and end (exclusive) at these positions x * height + y, in ascending pairs."""
        return cls(size_hw, codec.counts_from_boundaries(boundaries, size_hw[0] * size_hw[1]))

    @classmethod
    def empty(cls, size_hw: tuple[int, int]) -> Mask:
        """Mask without a pixel."""
        return cls.from_boundaries(np.zeros(0, np.uint32), size_hw)

    @classmethod
    def full(cls, size_hw: tuple[int, int]) -> Mask:
        """Mask of the whole frame."""
        return cls.from_boundaries(np.array([0, size_hw[0] * size_hw[1]], np.uint32), size_hw)

    @classmethod
    def from_coco(cls, coco: Mapping[str, Any]) -> Mask:
        """Mask of a COCO run-length dictionary.

        Args:
            coco: ``size`` [h, w] px, and ``counts``: the compressed string (bytes or str) or a list of run
                lengths.

        Raises:
            ValueError: the counts are damaged or belong to another size.
        """
        height, width = coco["size"]
        counts = coco["counts"]
        if isinstance(counts, str):
            counts = counts.encode()
        if isinstance(counts, bytes):
            return cls.from_bytes(counts, (height, width))
        return cls((height, width), counts)

    def to_coco(self) -> dict[str, Any]:
        """COCO run-length dictionary as pycocotools gives it: ``size`` [h, w] and ``counts`` (bytes)."""
        return {"size": list(self.size_hw), "counts": self.to_bytes()}

    @classmethod
    def from_bytes(cls, data: bytes, size_hw: tuple[int, int]) -> Mask:
        """Mask of the COCO counts string of a frame of this size.

        Raises:
            ValueError: the string is damaged or belongs to another size.
        """
        return cls(size_hw, codec.decode_string(data))

    def to_bytes(self) -> bytes:
        """COCO counts string, for storage."""
        return codec.encode_string(self.counts)

    def to_array(self) -> BoolArray:
        """(h, w) bool."""
        return codec.decode_boundaries(self.boundaries, self.size_hw)

    def columns(self, x0: int, x1: int) -> BoolArray:
        """(h, x1 - x0) bool: columns x0 … x1 - 1 of ``to_array``, without decoding the others.

        Raises:
            ValueError: there are no such columns.
        """
        height, width = self.size_hw
        if not 0 <= x0 < x1 <= width:
            raise ValueError(f"Expected columns within 0 … {width}, got {x0} … {x1}.")
        inside = np.clip(self.boundaries, x0 * height, x1 * height)
        return codec.decode_columns(inside, height, x0, x1)

    @classmethod
    def from_polygon(cls, points_xy: ArrayLike, size_hw: tuple[int, int]) -> Mask:
        """Mask of the pixels whose centres lie inside a closed polygon, cut off at the frame.

        An outline that crosses itself encloses everything it winds around. ``cv2.fillPoly`` differs: it also
        takes the pixels that the outline touches.

        Args:
            points_xy: (n, 2) px, n ≥ 3, either way round.
            size_hw: (height, width) of the frame, px.

        Raises:
            ValueError: fewer than three points, or a coordinate is no number.
        """
        size_hw = _checked_size(size_hw)
        return cls.from_boundaries(shapes.polygon_boundaries(points_xy, size_hw), size_hw)

    @classmethod
    def from_box(cls, box_xyxy: ArrayLike, size_hw: tuple[int, int]) -> Mask:
        """Mask of the pixels whose centres lie inside a box (x0, y0, x1, y1), px; cut off at the frame.

        Raises:
            ValueError: a coordinate is no number, or the box ends before it starts.
        """
        size_hw = _checked_size(size_hw)
        return cls.from_boundaries(shapes.box_boundaries(box_xyxy, size_hw), size_hw)

    # -------------------------------------------------------------- what it is

    @cached_property
    def boundaries(self) -> Counts:
        """(2 n,) uint32: start and end (exclusive) of each run, position = x * height + y; not writeable."""
        return _frozen(codec.boundaries_from_counts(self.counts))

    @cached_property
    def area(self) -> int:
        """Number of pixels."""
        return runs.n_inside(self.boundaries)

    @cached_property
    def box_xyxy(self) -> tuple[int, int, int, int] | None:
        """Smallest box (x0, y0, x1, y1) around the mask, px, x1 and y1 exclusive; None for an empty mask."""
        if not self:
            return None
        height = self.size_hw[0]
        x0, y0 = np.divmod(self.boundaries[0::2].astype(np.int64), height)
        x1, y1 = np.divmod(self.boundaries[1::2].astype(np.int64) - 1, height)
        crosses = bool((x0 != x1).any())  # a run that goes on in the next column touches bottom and top
        top, bottom = (0, height) if crosses else (int(y0.min()), int(y1.max()) + 1)
        return int(x0[0]), top, int(x1[-1]) + 1, bottom

    @cached_property
    def centroid_xy(self) -> tuple[float, float] | None:
        """Mean (x, y) of the pixels' centres, px; None for an empty mask."""
        if not self:
            return None
        column, top, bottom, _ = geometry.cut_in_columns(self.boundaries, self.size_hw[0])
        n_rows = bottom - top + 1
        x = float(((column + 0.5) * n_rows).sum()) / self.area
        y = float(((top + bottom + 1) / 2 * n_rows).sum()) / self.area
        return x, y

    @cached_property
    def part_areas(self) -> IntArray:
        """(n,) pixels of each of ``components``, largest first, found without making them."""
        return parts.part_areas(self.boundaries, self.size_hw[0])

    def __bool__(self) -> bool:
        """True if the mask has a pixel."""
        return len(self.counts) > 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mask):
            return NotImplemented
        return self.size_hw == other.size_hw and np.array_equal(self.counts, other.counts)

    def __hash__(self) -> int:
        return hash((self.size_hw, self.counts.tobytes()))

    def __reduce__(self) -> tuple[Callable[..., Mask], tuple[Any, ...]]:
        return Mask, (self.size_hw, self.counts)

    def __repr__(self) -> str:
        height, width = self.size_hw
        return f"<Mask {width}×{height} px, area {self.area} px, box {self.box_xyxy}>"

    # -------------------------------------------------------------- with another mask

    def __or__(self, other: Mask) -> Mask:
        """Pixels of either mask."""
        return self._combined(other, both=True, only_a=True, only_b=True)

    def __and__(self, other: Mask) -> Mask:
        """Pixels of both masks."""
        return self._combined(other, both=True)

    def __sub__(self, other: Mask) -> Mask:
        """Pixels of this mask that are not in the other."""
        return self._combined(other, only_a=True)

    def iou(self, other: Mask) -> float:
        """Shared pixels over all pixels of the two masks, 0 … 1; 1.0 if both are empty, as they agree."""
        shared = (self & other).area
        either = self.area + other.area - shared
        return shared / either if either else 1.0

    def _combined(
        self, other: Mask, *, both: bool = False, only_a: bool = False, only_b: bool = False
    ) -> Mask:
        if not isinstance(other, Mask):
            return NotImplemented
        if self.size_hw != other.size_hw:
            raise ValueError(f"Masks of one size expected, got {self.size_hw} and {other.size_hw} (h, w).")
        wanted = runs.combine(self.boundaries, other.boundaries, both=both, only_a=only_a, only_b=only_b)
        return Mask.from_boundaries(wanted, self.size_hw)

    # -------------------------------------------------------------- with points

    def contains(self, points_xy: ArrayLike) -> BoolArray:
        """(n,) bool: whether each point lies in a pixel of the mask; False outside the frame and for NaN.

        Args:
            points_xy: (n, 2) px.
        """
        positions = geometry.positions_of(points_xy, self.size_hw)
        return geometry.contains_flat(self._runs, np.zeros(len(positions), np.int64), positions)

    def border_distance(self, points_xy: ArrayLike, limit_px: float = math.inf) -> BorderDistance:
        """Signed distance of each point to the border, > 0 outside and < 0 inside, and the nearest pixel.

        Exact Euclidean distance between pixel centres. The frame edge is no border.

        Args:
            points_xy: (n, 2) px; NaN gives NaN, points outside the frame are measured too.
            limit_px: points further away get an infinite distance; the smaller, the faster.
        """
        pixels, known = geometry.pixels_of(points_xy)
        masks = np.where(known, 0, -1)
        return BorderDistance(
            *geometry.border_distance_flat(self._runs, masks, pixels, self.size_hw, limit_px)
        )

    @cached_property
    def _runs(self) -> Runs:
        return Runs.from_masks([self.boundaries])

    # -------------------------------------------------------------- as pictures

    def contours(self) -> list[IntArray32]:
        """Outlines for drawing, of the mask and of its holes: each (n, 2) int32, mask pixels (x, y)."""
        if self.box_xyxy is None:
            return []
        x0, y0, crop = self.crop()
        found, _ = cv2.findContours(crop, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE, offset=(x0, y0))
        return [np.asarray(outline, np.int32).reshape(-1, 2) for outline in found]

    def components(self) -> list[Mask]:
        """Connected parts, largest first, then leftmost; pixels that touch at a corner are connected."""
        if self.box_xyxy is None:
            return []
        x0, y0, crop = self.crop()
        _, labels, stats, _ = cv2.connectedComponentsWithStats(crop, connectivity=8)
        parts = [_part(labels, label, stats[label], (x0, y0), self.size_hw) for label in range(1, len(stats))]
        return sorted(parts, key=lambda part: (-part.area, part.boundaries[0]))

    def crop(self) -> tuple[int, int, ByteArray]:
        """(x0, y0, inside): the mask within its box, (h, w) uint8 0 or 1, whose corner is pixel (x0, y0)."""
        x0, y0, x1, y1 = self.box_xyxy or (0, 0, 0, 0)
        columns = codec.decode_columns(self.boundaries, self.size_hw[0], x0, x1)
        return x0, y0, np.ascontiguousarray(columns[y0:y1]).view(np.uint8)

    def resized(self, size_hw: tuple[int, int]) -> Mask:
        """Mask on a frame of another size: each pixel takes the value under its centre (nearest neighbour).

        Parts thinner than a pixel of the new frame may vanish.
        """
        height, width = _checked_size(size_hw)
        rows = ((np.arange(height) + 0.5) * self.size_hw[0] / height).astype(np.int64)
        columns = ((np.arange(width) + 0.5) * self.size_hw[1] / width).astype(np.int64)
        return Mask.from_array(self.to_array()[rows][:, columns])


def _part(labels: Any, label: int, stats: Any, offset_xy: tuple[int, int], size_hw: tuple[int, int]) -> Mask:
    x, y, width, height, _ = (int(v) for v in stats)
    inner = codec.boundaries_from_array(labels[y : y + height, x : x + width] == label)
    column, top, bottom, _ = geometry.cut_in_columns(inner, height)
    start = (offset_xy[0] + x + column) * size_hw[0] + offset_xy[1] + y
    pairs = np.column_stack((start + top, start + bottom + 1)).ravel()
    return Mask.from_boundaries(codec.join_touching(pairs), size_hw)


def _checked_size(size_hw: Sequence[int]) -> tuple[int, int]:
    height, width = (operator.index(v) for v in size_hw)
    if height < 1 or width < 1 or height * width > np.iinfo(np.uint32).max:
        raise ValueError(
            f"A frame of {width}×{height} px cannot carry a mask; expected at least one pixel a side."
        )
    return height, width


def _checked_counts(counts: Any, size_hw: tuple[int, int]) -> Counts:
    values = np.asarray(counts)
    if values.ndim != 1 or (values.size and values.dtype.kind not in "iu"):
        raise ValueError(
            f"Run lengths must be a flat list of whole numbers, got {values.dtype} {values.shape}."
        )
    if values.size and int(values.min()) < 0:
        raise ValueError("A run length is negative; the counts are damaged.")
    n_pixels = size_hw[0] * size_hw[1]
    found = int(values.sum(dtype=np.uint64)) if values.size else 0
    if found != n_pixels:
        raise ValueError(
            f"The run lengths add up to {found} pixels, expected {n_pixels} "
            f"for {size_hw[1]}×{size_hw[0]} px; the mask has another size or is damaged."
        )
    if not (values[1:] > 0).all():
        values = _without_empty_runs(values)
    return _frozen(values.astype(np.uint32, copy=values.flags.writeable))


def _without_empty_runs(counts: Counts) -> Counts:
    ends = np.cumsum(counts, dtype=np.int64)
    boundaries = codec.join_touching(codec.without_empty_pairs(ends[: len(ends) // 2 * 2]))
    return codec.counts_from_boundaries(boundaries, int(ends[-1]))


def _frozen(array: Counts) -> Counts:
    array.setflags(write=False)
    return array
