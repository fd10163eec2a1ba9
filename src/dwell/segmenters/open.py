"""Backends by name."""

from __future__ import annotations

from typing import Any

from dwell.registry import BACKENDS, load
from dwell.segmenters.contract import Backend

__all__ = ["open_backend"]


def open_backend(name: str = "embedded", **options: Any) -> Backend:
    """The segmenter and tracker of this name, ready to use.

    Raises:
        MissingBackend: no such name, or its extra is not installed (the message has the install line).
    """
    backend: Backend = load(BACKENDS, name)(**options)
    return backend
