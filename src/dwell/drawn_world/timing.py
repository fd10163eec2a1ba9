"""When the drawn recorder takes frames and gaze samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dwell.types import BoolArray, IntArray

__all__ = ["TICKS_PER_S", "Shutter", "sample_times_ns"]

TICKS_PER_S = 90_000
"""The video's time base; Pupil Cloud's frame times are whole ticks too."""

_FILLER_TICKS, _FRAME_TICKS = 4500, 3000
"""20 fps and 30 fps."""


@dataclass(frozen=True)
class Shutter:
    """When frames are taken: grey filler at 20 fps, then about 30 fps with jitter and some frames dropped."""

    ticks: IntArray
    """(n,) of the time base since the first frame, which is at 0."""
    valid: BoolArray
    """(n,) False on filler frames."""

    @classmethod
    def drawn(cls, seed: int, duration_s: float, filler_s: float) -> Shutter:
        """Frames for a recording of about ``duration_s`` that starts with ``filler_s`` of filler."""
        rng = np.random.default_rng([seed, 8])
        filler = np.arange(0, round(filler_s * TICKS_PER_S), _FILLER_TICKS)
        first = round(filler_s * TICKS_PER_S) + int(rng.integers(300, 1500))
        n = max(int((duration_s * TICKS_PER_S - first) / _FRAME_TICKS), 1)
        ideal = first + _FRAME_TICKS * np.arange(n)
        jitter = np.clip(np.round(rng.normal(0, 45, n)), -150, 150).astype(np.int64)
        kept = np.ones(n, bool)
        if n > 30:
            kept[rng.choice(np.arange(5, n - 5), size=max(n // 75, 2), replace=False)] = False
        ticks = np.concatenate([filler, (ideal + jitter)[kept]]).astype(np.int64)
        return cls(ticks, np.arange(len(ticks)) >= len(filler))

    def times_ns(self, start_ns: int) -> IntArray:
        """(n,) int64 ns UTC, when the first frame is taken at ``start_ns``."""
        return start_ns + (self.ticks * 1_000_000_000 + TICKS_PER_S // 2) // TICKS_PER_S


def sample_times_ns(seed: int, start_ns: int, end_ns: int) -> IntArray:
    """(n,) int64 ns UTC: 200 Hz with tiny jitter, from 15 ms before the start to a little after the end."""
    n = int((end_ns - start_ns + 55_000_000) // 5_000_000)
    jitter = np.random.default_rng([seed, 9]).integers(-20_000, 20_001, n)
    return (start_ns - 15_000_000 + 5_000_000 * np.arange(n, dtype=np.int64) + jitter).astype(np.int64)
