"""Where a network computes, and what is said when there is no room for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from dwell.errors import BackendError

__all__ = ["choose_device", "memory_minded", "out_of_memory"]


def choose_device(device: str) -> torch.device:
    """The device of this name; ``auto`` takes CUDA, else MPS, else the CPU.

    Raises:
        BackendError: PyTorch finds no such device here.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return torch.device(next(name for name, is_there in there.items() if is_there))
    kind = device.partition(":")[0]
    found = ", ".join(name for name, is_there in there.items() if is_there)
    if kind not in there:
        raise BackendError(f"There is no device {device!r}; choose auto, cuda, mps or cpu.")
    number = device.partition(":")[2] if ":" in device else "0"
    if (
        not there[kind]
        or not number.isdecimal()
        or (kind == "cuda" and int(number) >= torch.cuda.device_count())
    ):
        raise BackendError(
            f"PyTorch {torch.__version__} finds no device {device!r} here, only: {found}. Choose one of "
            "these; for an NVIDIA GPU install a CUDA build of PyTorch (https://pytorch.org/get-started/locally)."
        )
    return torch.device(device)


def out_of_memory(error: RuntimeError) -> bool:
    """Whether the error says that a device, or the machine, has no memory left."""
    # GPUs and NVIDIA's libraries for them; Linux and macOS; Windows
    said = ("out of memory", "STATUS_ALLOC_FAILED", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError) or any(each in str(error) for each in said)


@contextmanager
def memory_minded(advice: str) -> Iterator[None]:
    """Turns running out of memory into advice.

    Raises:
        BackendError: there was no memory left; its message is the advice.
    """
    try:
        yield
    except RuntimeError as error:
        if not out_of_memory(error):
            raise
        raise BackendError(advice) from error
