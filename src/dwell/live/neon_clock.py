"""How far the phone's clock is from this computer's.

Source: the time echo of the Companion app, as ``pupil_labs.realtime_api.time_echo`` describes it. It counts
in whole ms; the mean over the quickest half of the echoes is finer, and leaves out those that waited.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from dwell.live.optional import need

__all__ = ["PhoneClock"]

_ECHOES = 30
_PATIENCE_S = 4.0
_AGAIN_S = 60.0
"""Clocks drift apart by a few ms in minutes, so they are compared again and again."""


class PhoneClock:
    """Turns the phone's times into this computer's. Reads as zero offset until it was compared."""

    def __init__(self) -> None:
        self.offset_ns = 0
        """To add to the phone's times."""
        self._server: tuple[str, int] | None = None

    def here_ns(self, phone_s: float) -> int:
        """The ns UTC on this computer's clock for a time of the phone in s UTC."""
        return round(phone_s * 1e9) + self.offset_ns

    def phone_now_s(self) -> float:
        """What the phone's clock shows now, in s UTC."""
        return (time.time_ns() - self.offset_ns) / 1e9

    async def compare(self, address: str, port: int | None) -> tuple[str, ...]:
        """Compare the clocks once; what a person should know when that is not possible."""
        if port is None:
            return ("The app is too old to compare clocks: times are those of the phone. Update it.",)
        self._server = (address, port)
        if await self._measure():
            return ()
        return (
            f"The phone does not answer on port {port}, which compares clocks: times are those of the phone.",
        )

    async def follow(self) -> None:
        """Compare them again every minute, for ever."""
        while True:
            await asyncio.sleep(_AGAIN_S)
            await self._measure()

    async def _measure(self) -> bool:
        if self._server is None:
            return False
        echo = need("pupil_labs.realtime_api.time_echo", "neon", 'pip install "dwell[live]"')
        try:
            estimator = echo.TimeOffsetEstimator(*self._server)
            estimates = await asyncio.wait_for(estimator.estimate(_ECHOES), _PATIENCE_S)
        except (OSError, TimeoutError):
            return False
        if estimates is None:
            return False
        self.offset_ns = round(_offset_ms(estimates) * 1e6)
        return True


def _offset_ms(estimates: Any) -> float:
    pairs = sorted(
        zip(estimates.roundtrip_duration_ms.measurements, estimates.time_offset_ms.measurements, strict=True)
    )
    quick = [float(offset) for roundtrip, offset in pairs if roundtrip <= pairs[len(pairs) // 2][0]]
    return sum(quick) / len(quick)
