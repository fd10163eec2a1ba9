"""Gaze that was recorded before, sent again as if somebody looked now. Source: ours."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from dwell.errors import LiveError
from dwell.live.gaze_table import read_gaze_table
from dwell.live.source import GazeSample, SourceInfo
from dwell.live.spec import read_options, size_wh, space, yes_no
from dwell.types import BoolArray, FloatArray, IntArray, Space

__all__ = ["MAX_SPEED", "ReplaySource"]

MAX_SPEED = math.inf
"""As fast as it can be read, without any sleep."""
_BREATH = 256
"""Samples after which a replay at full speed lets others have the event loop."""


class ReplaySource:
    """A recorded stream at any speed. It is finite; connecting again starts it again."""

    def __init__(
        self,
        times_ns: IntArray,
        xy: FloatArray,
        valid: BoolArray | None = None,
        space: Space = Space.SCENE,
        size_wh: tuple[int, int] | None = None,
        speed: float = 1.0,
        *,
        shift: bool = False,
        title: str = "Replay",
    ) -> None:
        """A replay of arrays, which are not copied.

        Args:
            times_ns: (n,) int64 ns UTC, never falling.
            xy: (n, 2) float64 in ``space``; NaN = no gaze.
            valid: (n,) bool; None = wherever there is gaze.
            space: What ``xy`` is measured in.
            size_wh: px of the space, where known.
            speed: 2 = twice as fast; ``MAX_SPEED`` = without sleeping.
            shift: False keeps the times of the recording (``received_ns`` is the same, as there is no
                latency to speak of). True moves them to now, as of a tracker that is running.
            title: What a person sees.

        Raises:
            ValueError: shapes differ, times fall, the speed is no speed, or full speed is to be shifted.
        """
        self._times_ns = np.asarray(times_ns, np.int64)
        self._xy = np.asarray(xy, np.float64)
        told = np.ones(len(self._times_ns), bool) if valid is None else np.asarray(valid, bool)
        _check(self._times_ns, self._xy, told, speed, shift)
        self._valid: BoolArray = np.isfinite(self._xy).all(axis=1) & told
        self.speed, self.shift = speed, shift
        rate_hz = _rate_hz(self._times_ns) * (1.0 if math.isinf(speed) else speed)
        self._info = SourceInfo("replay", title, space, rate_hz, size_wh, finite=True)
        self._closed: asyncio.Event | None = None

    @classmethod
    def from_spec(cls, target: str, options: Mapping[str, Any]) -> Self:
        """From ``replay:FILE?speed=2&shift=yes``.

        Raises:
            LiveError: no file is named, or there is none.
            BadTable: it is no table of gaze.
        """
        known: dict[str, Callable[[str], Any]] = {
            "speed": _speed,
            "shift": yes_no,
            "space": space,
            "size_wh": size_wh,
        }
        values = read_options("replay", options, known)
        path = Path(target)
        if not target or not path.is_file():
            raise LiveError(f"There is no file {target!r} to replay; write replay:FILE.csv.", path=path)
        times_ns, xy, valid = read_gaze_table(path)
        try:
            return cls(times_ns, xy, valid, title=f"Replay of {path.name}", **values)
        except ValueError as error:
            raise LiveError(f"{path.name} cannot be replayed so: {error}", path=path) from error

    async def connect(self) -> SourceInfo:
        """Go to the beginning."""
        await self.close()
        self._closed = asyncio.Event()
        return self._info

    async def samples(self) -> AsyncIterator[GazeSample]:
        """Every sample of the recording, in its rhythm."""
        closed = self._closed
        start_s, start_ns = time.monotonic(), time.time_ns()
        offsets_ns = self._times_ns - self._times_ns[:1]
        if not math.isinf(self.speed):
            offsets_ns = np.round(offsets_ns / self.speed).astype(np.int64)
        for k, offset_ns in enumerate(offsets_ns.tolist()):
            if closed is None or await self._over(k, start_s + offset_ns / 1e9, closed):
                return
            yield self._sample(k, start_ns + offset_ns)

    async def close(self) -> None:
        """Stop."""
        if self._closed is not None:
            self._closed.set()
            self._closed = None

    async def _over(self, k: int, due_s: float, closed: asyncio.Event) -> bool:
        """Wait until it is time for sample k; whether the replay was closed."""
        if math.isinf(self.speed):
            if k % _BREATH == 0:
                await asyncio.sleep(0)
        elif (wait_s := due_s - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(wait_s):
                    await closed.wait()
            except TimeoutError:
                pass
        return closed.is_set()

    def _sample(self, k: int, now_ns: int) -> GazeSample:
        x, y = self._xy[k].tolist()
        t_ns = now_ns if self.shift else int(self._times_ns[k])
        return GazeSample(t_ns, x, y, bool(self._valid[k]), time.time_ns() if self.shift else t_ns)


def _speed(value: str) -> float:
    return MAX_SPEED if value == "max" else float(value)


def _rate_hz(times_ns: IntArray) -> float:
    steps = np.diff(times_ns)
    steps = steps[steps > 0]
    return float(1e9 / np.median(steps)) if len(steps) else math.nan


def _check(times_ns: IntArray, xy: FloatArray, valid: BoolArray, speed: float, shift: bool) -> None:
    n = len(times_ns)
    if xy.shape != (n, 2) or valid.shape != (n,):
        raise ValueError(
            f"Expected {n} positions (n, 2) and {n} validities (n,), got {xy.shape} and {valid.shape}."
        )
    if (np.diff(times_ns) < 0).any():
        raise ValueError(
            f"Times fall at sample {int(np.argmax(np.diff(times_ns) < 0)) + 1}; sort the samples."
        )
    if not speed > 0:
        raise ValueError(f"The speed must be above 0 but is {speed}; say 1, 2 or max.")
    if shift and math.isinf(speed):
        raise ValueError("Full speed has no rhythm that could be moved to now; say a speed or shift=no.")
