"""Tracking what was looked at: forward as the fixations come, and what is left once all were looked at."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping

from dwell.everything.gaze_first.state import Sighting
from dwell.masks import MaskRecord
from dwell.tracking import TrackingSession, TrackUpdate
from dwell.types import Direction, State

__all__ = ["Following", "Spans", "backward_spans", "forward_spans", "n_frames_in"]

Spans = Mapping[int, list[tuple[int, int]]]
"""By object_id: (start, stop), half-open, ascending, apart from each other."""


class Following:
    """Keeps everything that was seen lately tracked up to the fixation that is next.

    One sweep goes on for as long as nothing new is seen, so a frame is decoded once however many fixations
    and things there are.
    """

    def __init__(self, session: TrackingSession, reach: int) -> None:
        self._session = session
        self._reach = reach
        self._sweep: Generator[TrackUpdate, None, None] | None = None
        self._stops: dict[int, int] = {}
        self._pending: tuple[int, dict[int, MaskRecord]] = (-1, {})

    def up_to(
        self, frame_idx: int, sightings: Iterable[Sighting], since: int
    ) -> Generator[TrackUpdate, None, None]:
        """Track what was seen before until this frame is tracked, but nothing longer than the reach.

        Args:
            frame_idx: of the next fixation.
            sightings: what was seen, of AOIs that are still there.
            since: the fixation's before.
        """
        spans = self._latest(sightings, since)
        needed = {each: min(span[1], frame_idx + 1) for each, span in spans.items()}
        if self._sweep is not None and any(self._stops.get(each, 0) < stop for each, stop in needed.items()):
            self.pause()
        if self._sweep is None and spans:
            self._stops = {each: span[1] for each, span in spans.items()}
            self._sweep = self._session.track_spans(
                {i: [span] for i, span in spans.items()}, Direction.FORWARD
            )
        if self._sweep is None or self._pending[0] >= frame_idx:
            return
        for update in self._sweep:
            self._pending = update.frame_idx, update.records
            yield update
            if update.frame_idx >= frame_idx:
                return
        self._sweep = None

    def masks_at(self, frame_idx: int) -> dict[int, MaskRecord]:
        """Records on a frame that are up to date, on disk or just tracked, by object_id."""
        saved = self._session.project.records_at(frame_idx, stale=False)
        return saved | (self._pending[1] if self._pending[0] == frame_idx else {})

    def pause(self) -> None:
        """Put on disk what was tracked; tracking goes on from there."""
        if self._sweep is not None:
            self._sweep.close()
            self._sweep = None
        self._pending = (-1, {})

    def _latest(self, sightings: Iterable[Sighting], since: int) -> dict[int, tuple[int, int]]:
        """By object_id, from the last anchor to as far as it is to be tracked, if that is not over."""
        anchor: dict[int, int] = {}
        stop: dict[int, int] = {}
        for each in sightings:
            if each.is_anchor:
                anchor[each.object_id] = max(each.frame_idx, anchor.get(each.object_id, 0))
            stop[each.object_id] = max(each.frame_idx + self._reach + 1, stop.get(each.object_id, 0))
        return {i: (anchor[i], stop[i]) for i in sorted(stop) if i in anchor and stop[i] > since + 1}


def forward_spans(sightings: Iterable[Sighting], reach: int) -> Spans:
    """From every sighting to as many frames after it."""
    return _united((each.object_id, each.frame_idx, each.frame_idx + reach + 1) for each in sightings)


def backward_spans(sightings: Iterable[Sighting], reach: int) -> Spans:
    """From every sighting that is an anchor to as many frames before it."""
    return _united(
        (each.object_id, each.frame_idx - reach, each.frame_idx + 1) for each in sightings if each.is_anchor
    )


def n_frames_in(spans: Spans) -> int:
    """How many frames there are that any of the spans holds."""
    return sum(stop - start for start, stop in _merged([span for each in spans.values() for span in each]))


def is_seen(records: Mapping[int, MaskRecord], object_id: int) -> bool:
    """Whether a thing is visible on a frame."""
    return object_id in records and records[object_id].state is State.VISIBLE


def _united(found: Iterable[tuple[int, int, int]]) -> Spans:
    spans: dict[int, list[tuple[int, int]]] = {}
    for object_id, start, stop in found:
        spans.setdefault(object_id, []).append((start, stop))
    return {object_id: _merged(each) for object_id, each in sorted(spans.items())}


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    return merged
