"""The size of a jpg or png from the first bytes of its file."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

__all__ = ["image_size_hw"]

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAME_MARKERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's start-of-frame markers; the other three are tables."""


def image_size_hw(file: Path) -> tuple[int, int] | None:
    """(h, w) in px as stored, or None if the file does not tell; nothing is decoded.

    Source: ISO/IEC 15948 (png), 11.2.2; ITU-T T.81 (jpg), B.2.2.
    """
    with file.open("rb") as stream:
        head = stream.read(24)
        if head.startswith(_PNG) and len(head) == 24:
            return int.from_bytes(head[20:24], "big"), int.from_bytes(head[16:20], "big")
        if head.startswith(b"\xff\xd8"):
            stream.seek(2)
            return _jpeg_size(stream)
    return None


def _jpeg_size(stream: BinaryIO) -> tuple[int, int] | None:
    """Walk from segment to segment until one tells the size."""
    while (head := stream.read(4)) and len(head) == 4 and head[0] == 0xFF:
        if head[1] == 0xFF:  # padding
            stream.seek(-3, 1)
        elif head[1] in _FRAME_MARKERS:
            body = stream.read(5)
            return (
                (int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big"))
                if len(body) == 5
                else None
            )
        else:
            stream.seek(int.from_bytes(head[2:], "big") - 2, 1)
    return None
