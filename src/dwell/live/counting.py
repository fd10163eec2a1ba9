"""What is known about a stream of gaze while it runs: rate, latency, loss. Source: ours.

No clock and no event loop in here: the caller says what time it is.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from dwell.live.source import GazeSample, SourceInfo

__all__ = ["QUIET_S", "WINDOW_S", "SourceState", "SourceStatus", "StreamCounts"]

WINDOW_S = 2.0
"""Rate, latency and loss are those of the last two seconds."""
QUIET_S = 1.0
"""A stream that brought nothing for so long is called silent."""
_CLOCK_SET_BACK_S = 1.0
"""Nothing but old samples for so long: the source's clock was set back."""
_SHORT_S = 0.25
"""Rates of a stream that is younger than this say nothing."""
_ROOM = 50_000


class SourceState(StrEnum):
    """What a source is doing."""

    CONNECTING = "connecting"
    STREAMING = "streaming"
    SILENT = "silent"
    """Connected, but nothing came for a second."""
    RECONNECTING = "reconnecting"
    ENDED = "ended"


@dataclass(frozen=True)
class SourceStatus:
    """A source at one moment."""

    state: SourceState
    title: str
    """What a person sees; empty before the first connection."""
    rate_hz: float
    """Samples per second that came in; NaN = too early to say."""
    latency_ms: float
    """Median time from eye to program; NaN = nothing came."""
    invalid_share: float
    """0 … 1 of the samples that came: the eye was not seen; NaN = nothing came."""
    missing_share: float
    """0 … 1 of the samples that the source promises: did not come; NaN = it promises no rate."""
    n_samples: int
    """Since the start, dropped ones left out."""
    n_dropped: int
    """Samples that were older than one that had come already, or the same again."""
    n_reconnects: int
    message: str
    """Why it is not streaming, or empty."""
    info: SourceInfo | None
    """Of the newest connection."""


class StreamCounts:
    """Counts the samples of one source. Every method is told the time, in s of any clock that never jumps."""

    def __init__(self) -> None:
        self.info: SourceInfo | None = None
        self._state = SourceState.CONNECTING
        self._message = ""
        self._n_samples = self._n_dropped = self._n_connections = 0
        self._newest_ns: int | None = None
        self._late_since: float | None = None
        self._since = self._last = math.nan
        self._window: deque[tuple[float, int | None, bool]] = deque(maxlen=_ROOM)

    def connected(self, info: SourceInfo, now_s: float) -> None:
        """The source answered."""
        self.info = info
        self._state, self._message = SourceState.STREAMING, ""
        self._n_connections += 1
        self._since = self._last = now_s
        self._window.clear()

    def lost(self, message: str) -> None:
        """The connection is gone, or could not be made."""
        self._state = SourceState.RECONNECTING if self._n_connections else SourceState.CONNECTING
        self._message = message
        self._window.clear()

    def ended(self) -> None:
        """No more samples will come."""
        self._state = SourceState.ENDED

    def add(self, sample: GazeSample, now_s: float) -> bool:
        """Count a sample; False when it is to be dropped, being older than one before or the same again.

        When nothing but old samples came for a second, the source's clock was set back: they count again.
        """
        if not self._in_order(sample.t_ns, now_s):
            self._n_dropped += 1
            return False
        self._newest_ns = sample.t_ns
        self._late_since = None
        self._n_samples += 1
        self._last = now_s
        latency = sample.received_ns - sample.t_ns if sample.received_ns else None
        self._window.append((now_s, latency, sample.valid))
        return True

    def status(self, now_s: float) -> SourceStatus:
        """What is known now."""
        while self._window and self._window[0][0] < now_s - WINDOW_S:
            self._window.popleft()
        latencies = [latency for _, latency, _ in self._window if latency is not None]
        n = len(self._window)
        rate_hz = self._rate(n, now_s)
        return SourceStatus(
            state=self._seen_state(now_s),
            title=self.info.title if self.info else "",
            rate_hz=rate_hz,
            latency_ms=statistics.median(latencies) / 1e6 if latencies else math.nan,
            invalid_share=sum(not valid for _, _, valid in self._window) / n if n else math.nan,
            missing_share=self._missing(rate_hz),
            n_samples=self._n_samples,
            n_dropped=self._n_dropped,
            n_reconnects=max(0, self._n_connections - 1),
            message=self._message,
            info=self.info,
        )

    def _in_order(self, t_ns: int, now_s: float) -> bool:
        if self._newest_ns is None or t_ns > self._newest_ns:
            return True
        if self._late_since is None:
            self._late_since = now_s
        return t_ns < self._newest_ns and now_s - self._late_since > _CLOCK_SET_BACK_S

    def _seen_state(self, now_s: float) -> SourceState:
        finite = self.info is not None and self.info.finite
        quiet = now_s - self._last > QUIET_S
        if self._state is SourceState.STREAMING and quiet and not finite:
            return SourceState.SILENT
        return self._state

    def _rate(self, n: int, now_s: float) -> float:
        span = min(WINDOW_S, now_s - self._since)
        if self._state is not SourceState.STREAMING or not span >= _SHORT_S:
            return math.nan
        return n / span

    def _missing(self, rate_hz: float) -> float:
        promised = self.info.rate_hz if self.info else math.nan
        if not promised > 0:
            return math.nan
        return rate_hz if math.isnan(rate_hz) else max(0.0, 1 - rate_hz / promised)
