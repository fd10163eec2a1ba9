"""One AOI in one frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dwell.masks import codec, runs
from dwell.masks.codec import Counts
from dwell.types import BoolArray, ByteArray

__all__ = ["Mask"]


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
            counts = counts.encode("ascii", "replace")
        if isinstance(counts, bytes):
            return cls.from_bytes(counts, (height, width))
        return cls((height, width), counts)

    def to_coco(self) -> dict[str, Any]:
        """COCO run-length dictionary as ``pycocotools.mask.encode`` gives it: ``size`` and ``counts`` (bytes)."""
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


def _checked_size(size_hw: Sequence[int]) -> tuple[int, int]:
    height, width = (int(v) for v in size_hw)
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
    boundaries = codec.join_touching(_without_empty_pairs(ends[: len(ends) // 2 * 2]))
    return codec.counts_from_boundaries(boundaries, int(ends[-1]))


def _without_empty_pairs(boundaries: Any) -> Any:
    pairs = boundaries.reshape(-1, 2)
    return pairs[pairs[:, 0] < pairs[:, 1]].ravel()


def _frozen(array: Counts) -> Counts:
    array.setflags(write=False)
    return array
