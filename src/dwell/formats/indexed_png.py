"""PNGs whose pixels are numbers: indexed, grey of 8 or 16 bits, or in the colours of the palette."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dwell.errors import BadLabels
from dwell.types import ByteArray

__all__ = [
    "NumberedPng",
    "PngKind",
    "check_opaque",
    "kind_of",
    "open_png",
    "palette",
    "read_numbers",
    "save_indexed",
]

_GREY, _RGB, _INDEXED = 0, 2, 3


@dataclass(frozen=True)
class PngKind:
    """What the first bytes of a PNG say."""

    size_hw: tuple[int, int]
    """(height, width) px."""
    bits: int
    """Of a number: 1, 2, 4, 8 or 16."""
    colour_type: int
    """0 grey, 2 RGB, 3 indexed, 4 grey with alpha, 6 RGB with alpha."""

    @property
    def is_grey(self) -> bool:
        """Pixels are shades."""
        return self.colour_type == _GREY

    @property
    def is_numbers(self) -> bool:
        """Pixels are indices or shades."""
        return self.colour_type in (_GREY, _INDEXED)


@dataclass(frozen=True)
class NumberedPng:
    """The numbers of a PNG."""

    numbers: NDArray[Any]
    """(h, w) uint8 or uint16; 0 is background."""
    colours: list[str]
    """``#rrggbb`` of each number; empty where the file has no colours."""
    is_grey: bool
    """The numbers were shades."""


def palette(n: int = 256) -> bytes:
    """RGB of the 256 labels of DAVIS and Pascal VOC: each index's bits spread over the three channels.

    Source: the colour map of the Pascal VOC development kit, which DAVIS shares.
    """
    index = np.arange(n)
    colours = np.zeros((n, 3), dtype=np.uint8)
    for bit in range(8):
        for channel in range(3):
            colours[:, channel] |= (((index >> (3 * bit + channel)) & 1) << (7 - bit)).astype(np.uint8)
    return colours.tobytes()


def save_indexed(index: ByteArray, path: Path) -> None:
    """Write numbers as an indexed PNG in the colours of DAVIS."""
    image = Image.frombytes("P", index.shape[::-1], np.ascontiguousarray(index))
    image.putpalette(palette())
    image.save(path, format="PNG")


def kind_of(path: Path) -> PngKind | None:
    """What the first bytes of a file say of it; None: it is no PNG, or cannot be opened."""
    try:
        with path.open("rb") as file:
            head = file.read(26)
    except OSError:
        return None
    if len(head) < 26 or head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return None
    width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    return PngKind((height, width), head[24], head[25])


def open_png(path: Path) -> Image.Image:
    """The decoded picture.

    Raises:
        BadLabels: it is no PNG, or a damaged one.
    """
    try:
        with Image.open(path, formats=["PNG"]) as image:
            image.load()
            return image
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadLabels(
            f"{path} is no PNG that can be read ({error}); export or copy it again.", path=path
        ) from error


def read_numbers(path: Path) -> NumberedPng:
    """The numbers of a PNG: indices, shades of grey, or what its colours stand for in the palette of DAVIS.

    Raises:
        BadLabels: it is no PNG, or a damaged one, or one of other colours.
    """
    kind, image = kind_of(path), open_png(path)
    if image.mode == "P":
        return NumberedPng(np.asarray(image), _colours(image.getpalette() or []), False)
    if image.mode in ("1", "L", "I", "I;16"):
        shades = np.asarray(image)
        if kind is not None and kind.bits in (2, 4):  # which Pillow spreads over 0 … 255
            shades = shades // (255 // (2**kind.bits - 1))
        return NumberedPng(shades.astype(np.uint16 if shades.itemsize > 1 else np.uint8), [], True)
    if image.mode in ("RGB", "RGBA"):
        check_opaque(image, path)
        return NumberedPng(_indices_of(np.asarray(image), path), _colours(list(palette())), False)
    raise BadLabels(
        f"{path} has pixels of the kind {image.mode}; expected an indexed PNG, or a grey one of 8 or 16 "
        "bits.",
        path=path,
    )


def _colours(rgb: list[int]) -> list[str]:
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in zip(*[iter(rgb)] * 3, strict=False)]


def check_opaque(image: Image.Image, path: Path) -> None:
    """Refuse a picture that is partly transparent.

    Raises:
        BadLabels: it is.
    """
    if image.mode in ("LA", "RGBA") and image.getchannel("A").getextrema() != (255, 255):
        raise BadLabels(
            f"{path} has transparent pixels, so what they stand for is not clear; save it without them.",
            path=path,
        )


def _indices_of(rgb: ByteArray, path: Path) -> ByteArray:
    codes = _codes(rgb.reshape(-1, rgb.shape[2]))
    known = _codes(np.frombuffer(palette(), np.uint8).reshape(-1, 3))
    order = np.argsort(known)
    found = order[np.minimum(np.searchsorted(known, codes, sorter=order), len(order) - 1)]
    strange = np.flatnonzero(known[found] != codes)
    if len(strange):
        y, x = divmod(int(strange[0]), rgb.shape[1])
        raise BadLabels(
            f"{path} has the colour #{codes[strange[0]]:06x} at x {x}, y {y}, which is none of the palette "
            "of DAVIS; save it as an indexed PNG, or as a grey one whose shades are the ids.",
            path=path,
        )
    return found.astype(np.uint8).reshape(rgb.shape[:2])


def _codes(rgb: ByteArray) -> NDArray[np.uint32]:
    wide = rgb.astype(np.uint32)
    codes: NDArray[np.uint32] = wide[:, 0] * np.uint32(1 << 16) + wide[:, 1] * np.uint32(1 << 8) + wide[:, 2]
    return codes
