"""Smooth curves through keys, repeating: how things in the drawn world move."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dwell.types import FloatArray


class Curve:
    """A value over a cycle that repeats, smooth and without overshoot between its keys.

    Between keys it is a monotone cubic: where two keys are equal it rests. Source: Fritsch and Butland 1984,
    doi 10.1137/0905021 (slopes as weighted harmonic means).

    Example:
        >>> swing = Curve(10.0, (0.0, 0.0), (4.0, 1.0), (6.0, 1.0))
        >>> swing([0.0, 2.0, 5.0, 10.0]).tolist()
        [0.0, 0.5, 1.0, 0.0]
    """

    def __init__(self, period: float, *keys: tuple[float, float]) -> None:
        times, values = np.array(keys, dtype=float).T
        self._period = period
        self._times = np.append(times, times[0] + period)
        self._values = np.append(values, values[0])
        self._slopes = _slopes(np.diff(self._times), np.diff(self._values))

    def __call__(self, time: ArrayLike) -> FloatArray:
        """Values, float64, at these times (same unit as the keys)."""
        start = self._times[0]
        wrapped = start + np.mod(np.asarray(time, dtype=float) - start, self._period)
        k = np.clip(np.searchsorted(self._times, wrapped, side="right") - 1, 0, len(self._times) - 2)
        step = self._times[k + 1] - self._times[k]
        u = (wrapped - self._times[k]) / step
        rise = u * u * (3 - 2 * u)
        bend = step * u * (1 - u) * ((1 - u) * self._slopes[k] - u * self._slopes[k + 1])
        return np.asarray(self._values[k] * (1 - rise) + self._values[k + 1] * rise + bend)


def _slopes(steps: FloatArray, rises: FloatArray) -> FloatArray:
    """Slope at every key and once more at the end; 0 at a turn or next to a rest."""
    after, after_step = rises / steps, steps
    before, before_step = np.roll(after, 1), np.roll(steps, 1)
    w1, w2 = 2 * after_step + before_step, after_step + 2 * before_step
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (w1 + w2) / (w1 / before + w2 / after)
    slopes = np.where(before * after > 0, mean, 0.0)
    return np.append(slopes, slopes[0])
