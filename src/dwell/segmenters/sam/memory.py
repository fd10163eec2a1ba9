"""What is remembered of one object: a few shown frames, the last few tracked ones. Bounded, never changed.

Saved as a compact log – pointers, scores and low-resolution logits of the last frames – from which the rest
is made anew by encoding those frames again, bit for bit.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from dwell.errors import BackendError
from dwell.segmenters.contract import Recall
from dwell.segmenters.sam.network import Network, Remembered

__all__ = ["SamMemory", "dump_memory", "load_memory", "remembering", "started"]

_MAGIC = b"dwell-sam-log-1\n"
_NUMPY = {torch.float32: np.float32, torch.bfloat16: np.uint16, torch.float16: np.float16}


@dataclass(frozen=True, eq=False)
class SamMemory:
    """Memory of one object after one frame."""

    image_hw: tuple[int, int]
    ahead: int
    """Tracked frames since the one tracking started on."""
    shown: tuple[Remembered, ...]
    """Frames on which a person showed the object: the start and its support."""
    recent: tuple[Remembered, ...] = ()
    """Frames remembered since, oldest first, as many as pointers reach; only the last few have features."""
    unseen: int = 0
    """Frames in a row, up to this one, on which the object was not seen."""


def started(image_hw: tuple[int, int], shown: Sequence[Remembered]) -> SamMemory:
    """Memory at the start, from the frames a person showed; the first is the start itself.

    Where a person said that the object is not there, the start counts as a frame tracked without it.
    """
    start, *others = shown
    if start.object_logit > 0:
        return SamMemory(image_hw, 0, tuple(shown))
    return SamMemory(image_hw, 0, tuple(others), (start,), 1)


def remembering(network: Network, memory: SamMemory, new: Remembered, *, seen: bool, keep: bool) -> SamMemory:
    """The memory after one more frame; ``keep``: whether to look back at that frame later."""
    recent = memory.recent
    if keep:
        recent = (*recent, new)[-network.pointer_reach :]
        beyond = len(recent) - network.reach
        recent = tuple(
            replace(each, features=None, logits=None) if i < beyond else each for i, each in enumerate(recent)
        )
    unseen = 0 if seen else memory.unseen + 1
    return replace(memory, ahead=memory.ahead + 1, recent=recent, unseen=unseen)


def dump_memory(memory: SamMemory, key: str) -> bytes:
    """The log of a memory; ``key`` names the network, and ``load_memory`` asks for the same."""
    with_logits = [each for each in memory.recent if each.logits is not None]
    header = {
        "key": key,
        "image_hw": memory.image_hw,
        "ahead": memory.ahead,
        "unseen": memory.unseen,
        "recent": [[each.ahead, each.object_logit, each.logits is not None] for each in memory.recent],
    }
    parts = [json.dumps(header).encode()]
    parts.append(_packed([each.pointer for each in memory.recent]))
    parts.append(_packed([each.logits for each in with_logits if each.logits is not None]))
    return _MAGIC + b"".join(len(part).to_bytes(4, "little") + part for part in parts)


def load_memory(network: Network, data: bytes, recall: Recall, key: str) -> SamMemory:
    """The memory whose log this is.

    Raises:
        BackendError: the log is not one, is cut short, or another network's.
    """
    header, pointers, logits = _parsed(data, key)
    start: SamMemory = recall.start()
    at_start = {each.ahead: each for each in start.recent}
    recent = []
    for ahead, object_logit, has_logits in header["recent"]:
        each = Remembered(ahead, pointers.pop(0).to(network.device), None, None, object_logit)
        if has_logits:
            each = replace(each, logits=logits.pop(0).to(network.device))
            encoded = recall.frame(header["ahead"] - ahead)
            each = replace(each, features=network.remember_again(encoded, each))
        recent.append(at_start.get(ahead, each))
    return SamMemory(start.image_hw, header["ahead"], start.shown, tuple(recent), header["unseen"])


def _parsed(data: bytes, key: str) -> tuple[dict[str, Any], list[torch.Tensor], list[torch.Tensor]]:
    again = "track this AOI again from its prompts"
    if not data.startswith(_MAGIC):
        raise BackendError(f"This memory was not saved by a SAM backend of this version; {again}.")
    try:
        header_part, pointers, logits = _split(data[len(_MAGIC) :])
        header = json.loads(header_part)
        if header["key"] != key:
            raise BackendError(
                f"This memory was saved with {header['key']}, not with {key}; choose that model, or {again}."
            )
        return header, _unpacked(pointers), _unpacked(logits)
    except (ValueError, KeyError, zlib.error) as error:
        raise BackendError(f"This memory is damaged ({error}); {again}.") from error


def _split(data: bytes) -> list[bytes]:
    parts, at = [], 0
    for _ in range(3):
        size = int.from_bytes(data[at : at + 4], "little")
        parts.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    if at != len(data):
        raise ValueError("cut short")
    return parts


def _packed(tensors: Sequence[torch.Tensor]) -> bytes:
    """Exact bytes of tensors of one shape and type; the bytes of one place in a number lie together."""
    if not tensors:
        return b""
    stacked = torch.stack([each.detach().cpu() for each in tensors])
    dtype = stacked.dtype
    array = (stacked.view(torch.uint16) if dtype is torch.bfloat16 else stacked).numpy()
    planes = array.reshape(-1).view(np.uint8).reshape(-1, array.itemsize).T
    head = json.dumps({"dtype": str(dtype).removeprefix("torch."), "shape": list(array.shape)}).encode()
    return head + b"\n" + zlib.compress(np.ascontiguousarray(planes).tobytes(), 1)


def _unpacked(data: bytes) -> list[torch.Tensor]:
    if not data:
        return []
    head, _, body = data.partition(b"\n")
    spec = json.loads(head)
    dtype: torch.dtype = getattr(torch, spec["dtype"])
    flat = np.dtype(_NUMPY[dtype])
    planes = np.frombuffer(zlib.decompress(body), np.uint8).reshape(flat.itemsize, -1)
    array = np.ascontiguousarray(planes.T).reshape(-1).view(flat).reshape(spec["shape"])
    tensor = torch.from_numpy(array.copy())
    return list((tensor.view(torch.bfloat16) if dtype is torch.bfloat16 else tensor).unbind(0))
