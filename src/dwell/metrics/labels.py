"""The ``label id`` of an AOI in tables of Pupil Cloud's form."""

from __future__ import annotations

import uuid

__all__ = ["label_id"]


def label_id(name: str) -> str:
    """A UUID that depends on the AOI's name alone, so that it is the same in every recording and project.

    Example:
        >>> label_id("cup") == label_id("cup"), label_id("cup") == label_id("mug")
        (True, False)
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"dwell:aoi-label:{name}"))
