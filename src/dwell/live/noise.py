"""What an eye tracker adds to where somebody really looks: offset, drift, jitter, blinks and delay.

Quality is described by the field's own measures: *accuracy*, the mean distance between where somebody looks
and where the tracker says they do, and *precision*, here RMS-S2S: the root of the mean squared distance from
one sample to the next while the eye stays (Holmqvist, Nyström & Mulvey 2012, doi 10.1145/2168556.2168563).
Noise of one RMS-S2S may be white or smooth; the ratio RMS-S2S / STD is its *signal type*, √2 for white
noise and less for smoother signals (Niehorster, Zemblys, Beelders & Holmqvist 2020, doi
10.3758/s13428-020-01400-9).
Movements of the eye itself during a fixation (microsaccades, tremor) are not modelled: give them as input.
"""

from __future__ import annotations

import math

import numpy as np

from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["WHITE", "GazeNoise"]

WHITE = math.sqrt(2)
"""Signal type of white noise."""
_WHITE_ENOUGH = 1e-9
_MINUTE_NS = 60e9


class GazeNoise:
    """One session with one tracker: a seed gives the same noise in whatever pieces it is asked for."""

    def __init__(
        self,
        accuracy_deg: float = 1.0,
        precision_deg: float = 0.2,
        drift_deg_per_min: float = 0.1,
        blink_rate_hz: float = 0.25,
        latency_ms: float = 30.0,
        seed: int = 0,
        px_per_deg: float = 40.0,
        *,
        signal_type: float = WHITE,
        blink_ms: tuple[float, float] = (100.0, 300.0),
    ) -> None:
        """Any of the first five may be 0, and then does nothing.

        Args:
            accuracy_deg: The offset stays the same for a session and is drawn from a round normal
                distribution; this is its mean length over sessions. Users of good screen trackers and of
                glasses report 0.5 to 2 (the default is ours).
            precision_deg: RMS-S2S of the jitter. From about 0.01 in the best laboratory trackers to about 1
                in the worst reported (Holmqvist et al. 2012); the default is ours.
            drift_deg_per_min: Root mean square distance that the offset has walked after a minute. A random
                walk, so √n as far after n minutes (ours).
            blink_rate_hz: Blinks per second. 0.25 is 15 a minute; adults blink 8 to 21 times a minute when
                they look ahead in silence, 1.4 to 14.4 when reading, 10.5 to 32.5 in conversation
                (Doughty 2001, doi 10.1097/00006324-200110000-00011). Gaps are exponential (ours).
            latency_ms: From the eye to the program (ours).
            seed: Of everything random.
            px_per_deg: Of the positions that are given. The default is that of CSS px (1/96 inch) at 60 cm.
            signal_type: RMS-S2S / STD of the jitter, above 0 and below 2.
            blink_ms: Shortest and longest blink; lengths are uniform between them.

        Raises:
            ValueError: a value is negative or has no meaning; says which.
        """
        _check(accuracy_deg, precision_deg, drift_deg_per_min, blink_rate_hz, latency_ms)
        if not 0 < signal_type < 2:
            raise ValueError(
                f"signal_type lies above 0 and below 2 but is {signal_type}; white noise has √2."
            )
        if not px_per_deg > 0:
            raise ValueError(f"px_per_deg must be above 0 but is {px_per_deg}.")
        seeds = np.random.SeedSequence(seed).spawn(4)
        offset_rng, self._drift_rng, self._jitter_rng, blink_rng = map(np.random.default_rng, seeds)
        self.px_per_deg = px_per_deg
        self.latency_ns = round(latency_ms * 1e6)
        self.offset_deg = offset_rng.standard_normal(2) * accuracy_deg * math.sqrt(2 / math.pi)
        """(2,) float64: the session's constant offset."""
        self._drift_rate = drift_deg_per_min / math.sqrt(2 * _MINUTE_NS)
        self._jitter_deg = precision_deg / signal_type / math.sqrt(2)  # of one axis
        self._memory = 1 - signal_type**2 / 2
        self._blinks = _Blinks(blink_rate_hz, blink_ms, blink_rng)
        self._drift_deg = np.zeros(2)
        self._jitter: FloatArray | None = None
        self._first_ns = self._last_ns = 0

    def apply(self, t_ns: IntArray, xy: FloatArray) -> tuple[FloatArray, BoolArray]:
        """What the tracker says for where somebody really looked, in px; may be called piece by piece.

        Args:
            t_ns: (n,) int64: when, rising, later than in the call before.
            xy: (n, 2) float64 px: where; NaN stays NaN.

        Returns:
            (n, 2) float64 px, NaN in blinks; and (n,) bool: whether the eye was seen.

        Raises:
            ValueError: the times do not rise, or the shapes differ.
        """
        t_ns = np.asarray(t_ns, np.int64)
        xy = np.asarray(xy, np.float64)
        if xy.shape != (len(t_ns), 2):
            raise ValueError(f"Expected {len(t_ns)} positions (n, 2), got an array of shape {xy.shape}.")
        if not len(t_ns):
            return xy.copy(), np.zeros(0, bool)
        steps_ns = self._steps(t_ns)
        noise_deg = self.offset_deg + self._walk(steps_ns) + self._jitters(len(t_ns))
        seen = ~self._blinks.during(t_ns - self._first_ns) & np.isfinite(xy).all(axis=1)
        result = xy + noise_deg * self.px_per_deg
        result[~seen] = np.nan
        return result, seen

    def step(self, t_ns: int, x: float, y: float) -> tuple[float, float, bool]:
        """``apply`` for one sample."""
        xy, seen = self.apply(np.array([t_ns], np.int64), np.array([[x, y]], np.float64))
        return float(xy[0, 0]), float(xy[0, 1]), bool(seen[0])

    def received_ns(self, t_ns: IntArray) -> IntArray:
        """When the samples of these times come in."""
        return np.asarray(t_ns, np.int64) + self.latency_ns

    def _steps(self, t_ns: IntArray) -> FloatArray:
        if self._jitter is None:
            self._first_ns = self._last_ns = int(t_ns[0])
            rising = bool((np.diff(t_ns) > 0).all())
        else:
            rising = bool((np.diff(t_ns, prepend=self._last_ns) > 0).all())
        if not rising:
            raise ValueError("The times must rise from sample to sample and from call to call; sort them.")
        steps: FloatArray = np.diff(t_ns, prepend=self._last_ns).astype(np.float64)
        self._last_ns = int(t_ns[-1])
        return steps

    def _walk(self, steps_ns: FloatArray) -> FloatArray:
        draws = self._drift_rng.standard_normal((len(steps_ns), 2))
        paces = draws * (np.sqrt(steps_ns) * self._drift_rate)[:, None]
        way: FloatArray = np.cumsum(np.vstack([self._drift_deg, paces]), axis=0)[1:]
        self._drift_deg = way[-1]
        return way

    def _jitters(self, n: int) -> FloatArray:
        """First-order autoregressive, of the same spread from the first sample on."""
        draws: FloatArray = self._jitter_rng.standard_normal((n, 2)) * self._jitter_deg
        if abs(self._memory) > _WHITE_ENOUGH and self._jitter_deg > 0:
            draws = np.column_stack([self._remember(axis, draws[:, axis].tolist()) for axis in (0, 1)])
        self._jitter = draws[-1]
        return draws

    def _remember(self, axis: int, draws: list[float]) -> list[float]:
        keep, fresh = self._memory, math.sqrt(1 - self._memory**2)
        last = None if self._jitter is None else float(self._jitter[axis])
        values = []
        for draw in draws:
            last = draw if last is None else keep * last + fresh * draw
            values.append(last)
        return values


class _Blinks:
    """Blinks that are drawn as far ahead as somebody asks."""

    def __init__(self, rate_hz: float, blink_ms: tuple[float, float], rng: np.random.Generator) -> None:
        shortest, longest = blink_ms
        if not 0 < shortest <= longest:
            raise ValueError(f"blink_ms must be the shortest and the longest blink but is {blink_ms}.")
        self._blink_ms = blink_ms
        self._rng = rng
        self._gap_ms = math.inf if rate_hz == 0 else 1000 / rate_hz - (shortest + longest) / 2
        if self._gap_ms <= 0:
            raise ValueError(f"{rate_hz} blinks of {shortest} to {longest} ms do not fit into a second.")
        self._starts_ns: list[float] = []
        self._ends_ns: list[float] = [0.0]

    def during(self, since_ns: IntArray) -> BoolArray:
        """(n,) bool: these times, counted from the session's start, lie within a blink."""
        if math.isinf(self._gap_ms):
            return np.zeros(len(since_ns), bool)
        while self._ends_ns[-1] <= since_ns[-1]:
            start = self._ends_ns[-1] + self._rng.exponential(self._gap_ms) * 1e6
            self._starts_ns.append(start)
            self._ends_ns.append(start + self._rng.uniform(*self._blink_ms) * 1e6)
        before = np.searchsorted(self._starts_ns, since_ns, side="right")
        return (before > 0) & (since_ns < np.asarray(self._ends_ns)[before])


def _check(accuracy: float, precision: float, drift: float, blinks: float, latency: float) -> None:
    values = {
        "accuracy_deg": accuracy,
        "precision_deg": precision,
        "drift_deg_per_min": drift,
        "blink_rate_hz": blinks,
        "latency_ms": latency,
    }
    for name, value in values.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must be 0 or more but is {value}.")
