"""The mouse plays the eye: for trying things out, for tests, and for people without an eye tracker.

The page pushes where the mouse is; a mouse that rests sends nothing, so the source holds its place, samples
it at a steady rate as a tracker does, and adds what a tracker adds (``GazeNoise``). Source: ours.
"""

from __future__ import annotations

import asyncio
import math
import time
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Self

from dwell.errors import LiveError
from dwell.live.noise import WHITE, GazeNoise
from dwell.live.source import GazeSample, SourceInfo
from dwell.live.spec import number, read_options, whole
from dwell.types import Space

__all__ = ["MouseSource", "MouseTrace"]

_MOVING_NS = 50_000_000
"""Between events closer than this the mouse moved in a line; else it rested at the first (ours)."""
_KEPT = 1000
"""Events kept: several seconds of the fastest mouse."""
_BEHIND_NS = 1_000_000_000
"""A loop that was held up for longer leaves a gap instead of catching up."""

_OPTIONS: dict[str, Callable[[str], Any]] = {
    "rate_hz": number,
    "accuracy_deg": number,
    "precision_deg": number,
    "drift_deg_per_min": number,
    "blink_rate_hz": number,
    "latency_ms": number,
    "seed": whole,
    "px_per_deg": number,
    "signal_type": number,
}


class MouseTrace:
    """Where the mouse was."""

    def __init__(self) -> None:
        self._times_ns: list[int] = []
        self._places: list[tuple[float, float]] = []

    def push(self, t_ns: int, x: float, y: float) -> None:
        """The mouse was seen here; events that come too late are left out."""
        if self._times_ns and t_ns <= self._times_ns[-1]:
            return
        self._times_ns.append(t_ns)
        self._places.append((x, y))
        if len(self._times_ns) > 2 * _KEPT:
            del self._times_ns[:_KEPT], self._places[:_KEPT]

    def at(self, t_ns: int) -> tuple[float, float]:
        """Its place at a time; NaN before the first event and after it left the page."""
        after = bisect_right(self._times_ns, t_ns)
        if after == 0:
            return math.nan, math.nan
        x, y = self._places[after - 1]
        if after == len(self._times_ns):
            return x, y
        before_ns, after_ns = self._times_ns[after - 1], self._times_ns[after]
        next_x, next_y = self._places[after]
        if after_ns - before_ns > _MOVING_NS or math.isnan(next_x):
            return x, y
        share = (t_ns - before_ns) / (after_ns - before_ns)
        return x + share * (next_x - x), y + share * (next_y - y)


class MouseSource:
    """Gaze made from a mouse, in CSS px of the page."""

    def __init__(
        self,
        noise: GazeNoise | None = None,
        *,
        rate_hz: float = 120.0,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        """A mouse that nobody has moved yet.

        Args:
            noise: What the tracker adds, delay included; default ``GazeNoise()``.
            rate_hz: Samples per second.
            clock_ns: This computer's clock.
        """
        if not 0 < rate_hz <= 2000:
            raise LiveError(f"A mouse is sampled at 1 to 2000 Hz, not at {rate_hz}; say rate_hz=120.")
        self.noise = noise or GazeNoise()
        self.rate_hz = rate_hz
        self._clock_ns = clock_ns
        self._trace = MouseTrace()
        self._open: asyncio.Event | None = None
        self._last_ns = 0

    @classmethod
    def from_spec(cls, target: str, options: Mapping[str, Any]) -> Self:
        """From ``mouse?accuracy_deg=1&seed=3``."""
        if target:
            raise LiveError(f"The mouse has no address, so {target!r} is not understood; write 'mouse'.")
        values = read_options("mouse", options, _OPTIONS | {"signal_type": _signal_type})
        rate_hz = values.pop("rate_hz", 120.0)
        try:
            return cls(GazeNoise(**values), rate_hz=rate_hz)
        except ValueError as error:
            raise LiveError(f"The mouse cannot play the eye so: {error}") from error

    def push(self, t_ns: int, x: float, y: float) -> None:
        """The page saw the mouse here; NaN = it left the page. In the event loop.

        Args:
            t_ns: ns UTC; a time to come is taken as now.
            x: CSS px of the page.
            y: CSS px of the page.
        """
        self._trace.push(min(t_ns, self._clock_ns()), x, y)

    async def connect(self) -> SourceInfo:
        """Start sampling."""
        await self.close()
        self._open = asyncio.Event()
        title = f"Mouse as gaze, {self.rate_hz:g} Hz"
        return SourceInfo("mouse", title, Space.PAGE, rate_hz=self.rate_hz)

    async def samples(self) -> AsyncIterator[GazeSample]:
        """A sample at every tick, invalid before the mouse was first seen."""
        closed = self._open
        start_ns, k = self._clock_ns(), 0
        while closed is not None and not closed.is_set():
            t_ns = start_ns + round(k * 1e9 / self.rate_hz)
            wait_ns = t_ns + self.noise.latency_ns - self._clock_ns()
            if wait_ns < -_BEHIND_NS:
                k += math.ceil(-wait_ns * self.rate_hz / 1e9)
                continue
            if wait_ns > 0 and await _set_within(closed, wait_ns / 1e9):
                return
            k += 1
            if t_ns > self._last_ns:
                yield self._sample(t_ns)

    async def close(self) -> None:
        """Stop sampling."""
        if self._open is not None:
            self._open.set()
            self._open = None

    def _sample(self, t_ns: int) -> GazeSample:
        self._last_ns = t_ns
        x, y, seen = self.noise.step(t_ns, *self._trace.at(t_ns))
        return GazeSample(t_ns, x, y, seen, self._clock_ns())


def _signal_type(value: str) -> float:
    return WHITE if value == "white" else number(value)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
