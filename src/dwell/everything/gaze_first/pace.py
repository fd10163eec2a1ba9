"""How long a gaze-first run will take yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Pace"]

MEMORY = 30
"""Fixations by which what was measured of one counts for half: things become known as a run goes on."""
ENOUGH = 3
"""Fixations from which something can be said."""


@dataclass
class _Mean:
    """A mean that forgets."""

    total: float = 0.0
    weight: float = 0.0

    def add(self, value: float) -> None:
        keep = 0.5 ** (1 / MEMORY)
        self.total, self.weight = self.total * keep + value, self.weight * keep + 1

    @property
    def value(self) -> float:
        return self.total / self.weight if self.weight else 0.0


class Pace:
    """Measures a run's work, not the time that its caller takes between two updates.

    Args:
        clock_s: seconds.
        spent_s: what the run took in other processes.
    """

    def __init__(self, clock_s: Callable[[], float], spent_s: float = 0.0) -> None:
        self._clock_s = clock_s
        self._before_s = spent_s
        self._since_s: float | None = None
        self._n = 0
        self._segmented = _Mean()
        self._segmented_s = _Mean()
        self._explained_s = _Mean()
        self._frame_s = _Mean()
        self._done = 0.0
        self._lap_s = spent_s

    def go(self) -> None:
        """Work begins, or goes on."""
        self._since_s = self._clock_s()

    def stop(self) -> None:
        """Work stops: the caller has its turn."""
        self._before_s, self._since_s = self.spent_s, None

    @property
    def spent_s(self) -> float:
        """Seconds of work so far."""
        return self._before_s + (0.0 if self._since_s is None else self._clock_s() - self._since_s)

    def looked(self, since_s: float, *, segmented: bool) -> None:
        """One fixation is done, tracking up to it included, that was begun at ``spent_s`` of ``since_s``."""
        self._lap_s = self.spent_s
        seconds = self._lap_s - since_s
        self._n += 1
        self._segmented.add(float(segmented))
        (self._segmented_s if segmented else self._explained_s).add(seconds)

    def tracked(self) -> None:
        """One frame was tracked since the one before, or since a fixation was done."""
        before_s, self._lap_s = self._lap_s, self.spent_s
        self._frame_s.add(self._lap_s - before_s)

    def left_s(self, n_fixations: int, n_frames: int, n_frames_per_new: float) -> float | None:
        """Seconds left: share of fixations that need masks × what such one takes, and the way back.

        Args:
            n_fixations: that are left.
            n_frames: known so far that are to be tracked once all are looked at.
            n_frames_per_new: such frames that one more fixation with new masks adds.

        Returns:
            None while too little is known.
        """
        if n_fixations and self._n < ENOUGH:
            return None
        share = self._segmented.value
        looking = share * self._segmented_s.value + (1 - share) * self._explained_s.value
        frames = n_frames + n_fixations * share * n_frames_per_new
        return n_fixations * looking + frames * self._frame_s.value

    def done(self, left_s: float | None) -> float:
        """0 … 1, share of the run in time; never falls."""
        if left_s is not None and self.spent_s + left_s > 0:
            self._done = max(self._done, self.spent_s / (self.spent_s + left_s))
        return min(self._done, 0.999)
