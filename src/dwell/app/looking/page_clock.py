"""The page's clock: it may run on another computer, so its times are brought to the server's clock."""

from __future__ import annotations

from collections import deque

__all__ = ["PageClock"]

_KEPT = 50
"""Messages whose delay is remembered."""


class PageClock:
    """Compares the clocks by messages that say when they were sent.

    A message takes a while and never comes before it is sent, so the smallest difference seen lately is
    nearest to that of the clocks. On one computer it is the quickest message's delay, about a millisecond.
    """

    def __init__(self) -> None:
        self._differences_ns: deque[int] = deque(maxlen=_KEPT)

    def heard(self, sent_ns: int, now_ns: int) -> None:
        """A message that the page sent at ``sent_ns`` by its clock has come, at ``now_ns`` by ours."""
        self._differences_ns.append(now_ns - sent_ns)

    def here_ns(self, page_ns: int) -> int:
        """A time of the page's by our clock."""
        return page_ns + min(self._differences_ns, default=0)
