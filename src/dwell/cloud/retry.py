"""When and how often to ask a server again."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Retry", "wait_asked_for_s"]

SleepFn = Callable[[float], None]


@dataclass(frozen=True)
class Retry:
    """Exponential back-off with jitter: wait 0.5 – 1 s, then 1 – 2 s, …, up to ``longest_s``.

    Source: the equal jitter of https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
    """

    attempts: int = 5
    """How often to ask in all."""
    first_s: float = 1.0
    longest_s: float = 30.0
    patience_s: float = 120.0
    """A server that asks for a longer wait than this gets no further request."""
    processing_s: float = 1800.0
    """How long to wait in all for a download that is still being made."""
    sleep: SleepFn = time.sleep
    """Called with seconds; may raise to stop."""

    def pause_s(self, attempt: int) -> float:
        """Seconds to wait after the ``attempt``-th failure, counted from 0."""
        full = min(self.longest_s, self.first_s * 2.0**attempt)
        return full / 2 + random.uniform(0, full / 2)  # noqa: NPY002 – no numbers for science


def wait_asked_for_s(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a ``Retry-After`` asks for, as a number or a date; None if it says nothing readable.

    Source: RFC 9110, 10.2.3.
    """
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        until = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())
