"""A live look: events as they come, the segmenter at work beside them, and nothing that waits for it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from dwell.looking.answering import Found
from dwell.looking.events import Answered, Ask, Event, Request
from dwell.looking.latest import Latest
from dwell.looking.looker import Looker

__all__ = ["LookLoop"]

_TIMINGS = 200
"""Answers whose latency is remembered."""


class LookLoop:
    """Feeds the engine and keeps the segmenter busy with the newest question. Use from one event loop.

    Args:
        looker: the engine.
        answer: the segmenter, in a thread or process of its own: see ``answer_to``.
        on_step: called with every event, also answers, and what the engine asked for.
        on_failure: called when the segmenter failed; the look goes on.
        now_ns: the clock, ns UTC.
    """

    def __init__(
        self,
        looker: Looker,
        answer: Callable[[Ask], Awaitable[Found]],
        *,
        on_step: Callable[[Event, Sequence[Request]], None],
        on_failure: Callable[[Exception], None],
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.looker = looker
        self._answer = answer
        self._on_step = on_step
        self._on_failure = on_failure
        self._now_ns = now_ns
        self._latest = Latest()
        self._working: asyncio.Task[None] | None = None
        self._seen_ns: dict[int, int] = {}
        self.latencies_ms: deque[float] = deque(maxlen=_TIMINGS)
        """From the gaze sample or key that caused a question to its answer; the newest last."""

    def feed(self, event: Event) -> None:
        """One event, in the order of time. Never waits."""
        requests = self.looker.take(event)
        for request in requests:
            if isinstance(request, Ask):
                self._seen_ns[request.number] = event.t_ns
                if self._latest.put(request) is not None:
                    self._working = asyncio.ensure_future(self._work())
        self._on_step(event, requests)

    @property
    def n_dropped(self) -> int:
        """Questions that a newer one made needless before they were begun."""
        return self._latest.n_dropped

    async def close(self) -> None:
        """Drop what waits, and wait for what is worked on."""
        self._latest.waiting = None
        if self._working is not None:
            await asyncio.gather(self._working, return_exceptions=True)

    # ---------------------------------------------------------------- helpers

    async def _work(self) -> None:
        ask = self._latest.busy
        while ask is not None:
            try:
                found = await self._answer(ask)
            except Exception as error:  # whatever it is, the viewer is told and may go on
                self._on_failure(error)
                found = ()
            answered, ask = ask, self._latest.done()
            self._hear(answered, found)

    def _hear(self, ask: Ask, found: Found) -> None:
        answered_ns = self._now_ns()
        seen_ns = self._seen_ns.pop(ask.number, answered_ns)
        self._seen_ns = {number: t for number, t in self._seen_ns.items() if number > ask.number}
        self.latencies_ms.append((answered_ns - seen_ns) / 1e6)
        self.feed(Answered(answered_ns, ask.number, found))
