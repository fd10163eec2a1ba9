"""A look without a clock: events from a list, and answers after a stated time. For experiments and replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dwell.looking.answering import Found
from dwell.looking.events import Answered, Ask, Event, Request
from dwell.looking.latest import Latest
from dwell.looking.looker import Looker

__all__ = ["Step", "simulate"]

_NS_PER_MS = 1_000_000


@dataclass(frozen=True)
class Step:
    """One event, and what the engine asked for because of it."""

    event: Event
    requests: Sequence[Request]


def simulate(
    looker: Looker,
    events: Iterable[Event],
    answer: Callable[[Ask], Found],
    latency_ms: float = 0.0,
) -> Iterator[Step]:
    """Every event in the order of time, answers among them.

    The segmenter takes ``latency_ms`` for a question, whatever it takes here, and drops stale questions just
    as a live look does; so the result is the same on every machine.

    Args:
        looker: the engine.
        events: in the order of time; those of the viewer only.
        answer: the segmenter: see ``answer_to``.
        latency_ms: from question to answer.
    """
    return _Simulation(looker, answer, round(latency_ms * _NS_PER_MS)).run(events)


class _Simulation:
    def __init__(self, looker: Looker, answer: Callable[[Ask], Found], latency_ns: int) -> None:
        self._looker = looker
        self._answer = answer
        self._latency_ns = latency_ns
        self._latest = Latest()
        self._done_ns = 0

    def run(self, events: Iterable[Event]) -> Iterator[Step]:
        for event in events:
            yield from self._answers_until(event.t_ns - 1)
            yield self._take(event)
            if self._latency_ns == 0:
                yield from self._answers_until(event.t_ns)
        while self._latest.busy is not None:
            yield from self._answers_until(self._done_ns)

    def _answers_until(self, t_ns: int) -> Iterator[Step]:
        while self._latest.busy is not None and self._done_ns <= t_ns:
            ask = self._latest.busy
            event = Answered(self._done_ns, ask.number, self._answer(ask))
            if self._latest.done() is not None:
                self._done_ns = event.t_ns + self._latency_ns
            yield self._take(event)

    def _take(self, event: Event) -> Step:
        requests = self._looker.take(event)
        for request in requests:
            if isinstance(request, Ask) and self._latest.put(request) is not None:
                self._done_ns = event.t_ns + self._latency_ns
        return Step(event, requests)
