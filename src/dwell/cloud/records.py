"""What Pupil Cloud keeps: workspaces, recordings, projects, enrichments, AOIs, events. Values only.

Fields that an answer lacks are empty: the API's description marks most as optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from dwell.cloud.mask_image import mask_of
from dwell.errors import CloudFault
from dwell.masks import Mask

__all__ = ["CloudAoi", "CloudEvent", "CloudProject", "CloudRecording", "Enrichment", "Workspace"]


def _text(value: Mapping[str, Any], key: str) -> str:
    return "" if value.get(key) is None else str(value[key])


def _id(value: Any, *keys: str) -> str:
    for key in (*keys, "id"):
        if isinstance(value, Mapping) and value.get(key):
            return str(value[key])
    raise CloudFault("Pupil Cloud lists a thing without an id; has its API changed?")


@dataclass(frozen=True)
class Workspace:
    """Holds recordings and projects."""

    id: str
    name: str

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """From its description."""
        return cls(_id(value), _text(value, "name"))


@dataclass(frozen=True)
class CloudRecording:
    """One recording of a wearer."""

    id: str
    name: str
    duration_ns: int | None
    recorded_at: str
    """ISO 8601, as Cloud writes it."""
    family: str
    """``neon`` or ``invisible``."""
    is_processed: bool

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """From its description."""
        duration = value.get("duration_ns")
        return cls(
            _id(value, "recording_id"),
            _text(value, "name"),
            None if duration is None else int(duration),
            _text(value, "recorded_at"),
            _text(value, "family"),
            bool(value.get("is_processed", True)),
        )


@dataclass(frozen=True)
class CloudProject:
    """Recordings and enrichments that belong together."""

    id: str
    name: str

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """From its description."""
        return cls(_id(value), _text(value, "name"))


@dataclass(frozen=True)
class Enrichment:
    """What Cloud computes for a project, such as gaze mapped to a reference image."""

    id: str
    name: str
    kind: str
    status: str

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """From its description."""
        return cls(
            _id(value, "enrichment_id"), _text(value, "name"), _text(value, "kind"), _text(value, "status")
        )


@dataclass(frozen=True)
class CloudAoi:
    """An AOI of an enrichment."""

    id: str
    name: str
    colour: str
    """``#rrggbb``."""
    description: str
    created_at: str
    mask: Mask | None = field(repr=False)
    """On the reference image; None if Cloud sends none that can be read."""

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """From its description."""
        return cls(
            _id(value),
            _text(value, "name"),
            _text(value, "color").lower(),
            _text(value, "description"),
            _text(value, "created_at"),
            mask_of(value.get("mask_image_data_url")),
        )


@dataclass(frozen=True)
class CloudEvent:
    """Something that happened in a recording."""

    name: str
    offset_s: float
    """Seconds from the recording's start."""

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """From its description."""
        if not isinstance(value, Mapping) or value.get("offset_s") is None:
            raise CloudFault("Pupil Cloud lists an event without offset_s; has its API changed?")
        return cls(_text(value, "name"), float(value["offset_s"]))

    def is_near(self, other: CloudEvent, tolerance_s: float) -> bool:
        """Whether both have one name and happened at one time, but for the tolerance."""
        return self.name == other.name and abs(self.offset_s - other.offset_s) <= tolerance_s
