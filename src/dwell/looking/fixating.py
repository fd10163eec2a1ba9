"""Fixations from gaze samples as they come: where the eye rests now, and where it has just rested."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

__all__ = ["FixationOptions", "LiveFixation", "LiveFixations"]

_NS_PER_MS = 1_000_000
_SPREADS = 3.0
"""Standard deviations within which nearly all samples of a fixation lie."""
_MOST_ROOM = 2.0
"""Times the radius: what the noisiest gaze is given."""


@dataclass(frozen=True)
class FixationOptions:
    """What counts as one fixation.

    Source of the method: dispersion (I-DT), Salvucci & Goldberg 2000, made to run on single samples; the
    limits are ours.
    """

    radius_deg: float = 1.0
    """A sample further than this from the fixation's centre is not of it; noisy gaze is given more room."""
    leave_ms: float = 25.0
    """The eye has left when all samples of so long a time lie elsewhere; one stray sample ends nothing."""
    least_ms: float = 100.0
    """Shorter rests are not fixations."""
    bridge_ms: float = 350.0
    """A blink or loss up to so long does not end a fixation, if the eye comes back to where it was. Blinks
    last 100 – 300 ms (Stern, Walrath & Goldstein 1984)."""


@dataclass(frozen=True, slots=True)
class LiveFixation:
    """A fixation, so far."""

    start_ns: int
    """ns UTC of its first sample."""
    end_ns: int
    """ns UTC of its last sample so far."""
    x: float
    """px of the image: mean of its samples."""
    y: float
    spread_px: float
    """px: standard deviation of its samples around the mean, both axes together."""
    n_samples: int

    @property
    def duration_ms(self) -> float:
        """From first to last sample."""
        return (self.end_ns - self.start_ns) / _NS_PER_MS


@dataclass
class _Group:
    """Samples that lie together."""

    start_ns: int
    end_ns: int
    n: int = 0
    x: float = 0.0
    y: float = 0.0
    squares: float = 0.0
    """Sum of squared distances from the mean (Welford)."""

    def add(self, t_ns: int, x: float, y: float) -> None:
        self.end_ns = t_ns
        self.n += 1
        dx, dy = x - self.x, y - self.y
        self.x += dx / self.n
        self.y += dy / self.n
        self.squares += dx * (x - self.x) + dy * (y - self.y)

    @property
    def spread_px(self) -> float:
        return math.sqrt(self.squares / self.n) if self.n > 1 else 0.0

    def fixation(self) -> LiveFixation:
        return LiveFixation(self.start_ns, self.end_ns, self.x, self.y, self.spread_px, self.n)


@dataclass
class LiveFixations:
    """Takes samples one by one, in time order, and says where the eye rests.

    NaN, blinks and lost samples are harmless: they add nothing, and end a fixation only when they last.
    """

    options: FixationOptions = field(default_factory=FixationOptions)
    _group: _Group | None = None
    _strays: list[tuple[int, float, float]] = field(default_factory=list)

    def take(self, t_ns: int, x: float, y: float, valid: bool, px_per_deg: float) -> LiveFixation | None:
        """One sample.

        Args:
            t_ns: ns UTC; not before the sample taken last.
            x: px of the image.
            y: px of the image.
            valid: False in blinks and losses.
            px_per_deg: image px per degree of visual angle, as shown now.

        Returns:
            The fixation that this sample ended, if it ended one.
        """
        if not (valid and math.isfinite(x) and math.isfinite(y)):
            return self._missing(t_ns)
        group = self._group
        if group is None:
            return self._begin([(t_ns, x, y)])
        ended_by_loss = self._missing(t_ns)
        if ended_by_loss is not None or self._group is None:
            self._begin([(t_ns, x, y)])
            return ended_by_loss
        if math.hypot(x - group.x, y - group.y) <= self._reach(group, px_per_deg):
            self._strays.clear()
            group.add(t_ns, x, y)
            return None
        self._strays.append((t_ns, x, y))
        if t_ns - self._strays[0][0] < self.options.leave_ms * _NS_PER_MS:
            return None
        return self._begin(self._last_together(px_per_deg))

    @property
    def current(self) -> LiveFixation | None:
        """The fixation that goes on; None while the eye moves, or has not rested long enough yet."""
        found = None if self._group is None else self._group.fixation()
        return found if found is not None and self._long_enough(found) else None

    def end(self) -> LiveFixation | None:
        """End the fixation that goes on, because what was looked at has changed; it is given back."""
        return self._begin([])

    # ---------------------------------------------------------------- helpers

    def _missing(self, t_ns: int) -> LiveFixation | None:
        """The fixation that is over, if nothing was seen of the eye for too long."""
        group = self._group
        if group is None or t_ns - group.end_ns <= self.options.bridge_ms * _NS_PER_MS:
            return None
        return self._begin([])

    def _begin(self, samples: list[tuple[int, float, float]]) -> LiveFixation | None:
        before = None if self._group is None else self._group.fixation()
        self._strays.clear()
        self._group = None
        if samples:
            self._group = _Group(samples[0][0], samples[0][0])
            for t_ns, x, y in samples:
                self._group.add(t_ns, x, y)
        return before if before is not None and self._long_enough(before) else None

    def _last_together(self, px_per_deg: float) -> list[tuple[int, float, float]]:
        """The newest strays that lie together: those before them were under way."""
        _, x, y = self._strays[-1]
        together = []
        for stray in reversed(self._strays):
            if math.hypot(stray[1] - x, stray[2] - y) > 2 * self.options.radius_deg * px_per_deg:
                break
            together.append(stray)
        return together[::-1]

    def _reach(self, group: _Group, px_per_deg: float) -> float:
        radius_px = self.options.radius_deg * px_per_deg
        return min(max(radius_px, _SPREADS * group.spread_px), _MOST_ROOM * radius_px)

    def _long_enough(self, fixation: LiveFixation) -> bool:
        return fixation.duration_ms >= self.options.least_ms
