"""What every source of live gaze answers.

A source is one file and one line in ``dwell.registry.GAZE_SOURCES``. It connects, hands out samples as they
come, and raises ``SourceLost`` when the connection is gone; connecting again, and counting, is done for all
of them by ``dwell.live.keeping``. Source: ours.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from dwell.types import ByteArray, Camera, Space

__all__ = ["GazeSample", "GazeSource", "Picture", "SceneSource", "SourceInfo"]


@dataclass(frozen=True, slots=True)
class GazeSample:
    """Where somebody looked at one moment."""

    t_ns: int
    """ns UTC on this computer's clock: when the eye was seen."""
    x: float
    """In the source's ``Space``; NaN = no gaze. May lie outside of what is looked at."""
    y: float
    valid: bool
    """False in blinks, when the tracker lost the eye, or when it is not worn."""
    received_ns: int = 0
    """ns UTC on this computer's clock: when it came in; later than ``t_ns`` by the latency of the source."""


@dataclass(frozen=True)
class Picture:
    """One picture of a head-worn camera."""

    t_ns: int
    """ns UTC on this computer's clock."""
    rgb: ByteArray
    """(h, w, 3) uint8."""


@dataclass(frozen=True)
class SourceInfo:
    """What is known of a source once it is connected."""

    name: str
    """As in the registry: ``neon``, ``lsl``, …"""
    title: str
    """What a person sees: ``Neon "lab phone" at 192.168.1.21``."""
    space: Space
    rate_hz: float = math.nan
    """Samples per second that it promises; NaN = it does not say."""
    size_wh: tuple[int, int] | None = None
    """px of the space, where that has a size: of the scene camera, or of the picture of a log."""
    camera: Camera | None = None
    """Intrinsics of the scene camera, where the device tells them."""
    finite: bool = False
    """It ends by itself, and its pauses are its own: a replay. Silence is then no loss."""
    notes: tuple[str, ...] = ()
    """What a person should know about it, such as a clock that could not be compared."""


@runtime_checkable
class GazeSource(Protocol):
    """One eye tracker, stream, mouse or log. Use from one event loop."""

    async def connect(self) -> SourceInfo:
        """Connect, or connect again.

        Raises:
            NoDevice: nothing is there.
            SourceLost: it is there, but does not answer.
        """
        ...

    def samples(self) -> AsyncIterator[GazeSample]:
        """Samples in time order as they come, until the source ends (only a log does) or is closed.

        One that is not connected ends at once.

        Raises:
            SourceLost: the connection is gone.
        """
        ...

    async def close(self) -> None:
        """Let go of the device. May be called at any time, and twice."""
        ...


@runtime_checkable
class SceneSource(Protocol):
    """A source that also sees the scene, such as glasses."""

    def picture(self) -> Picture | None:
        """The newest picture of the scene camera, or None before the first."""
        ...
