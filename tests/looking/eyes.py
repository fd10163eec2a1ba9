"""Eyes that are drawn: where they rest, and samples of them."""

import numpy as np

from dwell.looking import Looked

MS = 1_000_000
"""ns"""
START = 1_700_000_000_000_000_000


def rest(x, y, from_ms, to_ms, rate_hz=100, noise_px=0.0, seed=0):
    """Samples of an eye that rests at (x, y)."""
    rng = np.random.default_rng(seed)
    times = np.arange(from_ms, to_ms, 1000 / rate_hz)
    shake = rng.normal(0, noise_px, (len(times), 2))
    return [
        Looked(START + round(t * MS), x + dx, y + dy, True) for t, (dx, dy) in zip(times, shake, strict=True)
    ]


def blink(from_ms, to_ms, rate_hz=100):
    """Samples of a closed eye."""
    nan = float("nan")
    return [Looked(START + round(t * MS), nan, nan, False) for t in np.arange(from_ms, to_ms, 1000 / rate_hz)]
