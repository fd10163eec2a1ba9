"""Is the data there? Checks that need no decoding: the length of the file, and the frame of each packet.

Decoders patch up what is missing and say nothing. A hole of zeros (a download that was preallocated but not
finished) decodes to earlier pictures under new numbers; it shows in the packets.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["ends_early", "packet_check"]

_PADDING = 64
"""Zero bytes at the end of a packet that may be padding."""


def packet_check(context: Any) -> Callable[[Any], bool]:
    """A function that tells whether a packet can be what its codec demands: units framed by lengths.

    Only H.264 and HEVC in mp4 and mkv are framed like this; other packets always pass.

    Args:
        context: the stream's codec context.

    Source: ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1 (length of the length); ITU-T H.264, 7.3.1 and
    7.4.1 (no three zero bytes within a unit).
    """
    extra = bytes(context.extradata or b"")
    if context.name == "h264" and len(extra) > 6 and extra[0] == 1:
        n_length = (extra[4] & 3) + 1
        return lambda packet: _is_whole(bytes(packet), n_length, 0x1F)
    if context.name == "hevc" and len(extra) > 22 and extra[0] == 1:
        n_length = (extra[21] & 3) + 1
        return lambda packet: _is_whole(bytes(packet), n_length, 0)
    return lambda packet: True


def _is_whole(data: bytes, n_length: int, type_mask: int) -> bool:
    return _is_framed(data, n_length, type_mask) and not _has_hole(data)


def _has_hole(data: bytes) -> bool:
    """Whether the packet has a run of zeros, which its codec never writes: at most three and a length's.

    A few zeros at the end may be padding. Large packets are looked at in every 64th byte only, for speed.
    """
    body = data.rstrip(b"\0")
    if len(data) - len(body) > _PADDING:
        return True
    if len(body) >= 4096:
        zeros = np.frombuffer(body, np.uint8)[::64] == 0
        if not (zeros[2:] & zeros[1:-1] & zeros[:-2]).any():
            return False
    return bytes(8) in body


def _is_framed(data: bytes, n_length: int, type_mask: int) -> bool:
    """Whether lengths and units fill the packet, and each unit's first byte can be one.

    The first bit must be 0; in H.264, the type in the last five bits must not be 0.
    """
    at, size = 0, len(data)
    while at + n_length < size:
        length = int.from_bytes(data[at : at + n_length], "big")
        first = data[at + n_length]
        if length == 0 or first & 0x80 or (type_mask and not first & type_mask):
            return False
        at += n_length + length
    return at == size


def ends_early(path: Path) -> bool:
    """Whether an mp4's media data says it is longer than the file. Source: ISO/IEC 14496-12, 4.2."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if length < 8:
                return False
            at += length
            if at > size and head[4:8] == b"mdat":
                return True
    return False
