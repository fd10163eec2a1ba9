"""Names of things that were found without one, such as ``thing 3``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from dwell.types import AOI

__all__ = ["is_numbered", "new_name"]


def new_name(aois: Sequence[AOI]) -> str:
    """``thing N``, with the least N above that of every AOI so named."""
    taken = [int(aoi.name[6:]) for aoi in aois if is_numbered(aoi.name)]
    names = {aoi.name for aoi in aois}
    return next(name for n in count(max(taken, default=0) + 1) if (name := f"thing {n}") not in names)


def is_numbered(name: str) -> bool:
    """Whether an AOI has the name that a run gave it, and not a person."""
    return name.startswith("thing ") and name[6:].isascii() and name[6:].isdigit()
