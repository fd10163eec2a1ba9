"""A look without a screen: gaze from a file, keys from another, masks into the project. For experiments."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from dwell.errors import BadTable
from dwell.looking import (
    Action,
    Ask,
    Commit,
    Event,
    Looked,
    Looker,
    LookOptions,
    Pressed,
    Request,
    Unkept,
    Wish,
    Zoomed,
)
from dwell.looking.answering import Found, answer_to
from dwell.looking.log import Kept, LookLog
from dwell.looking.simulating import simulate
from dwell.looks.keeping import keep_commit, picked, png_of
from dwell.tracking import TrackingSession
from dwell.types import ProgressFn

__all__ = ["LookRun", "events_of", "read_keys", "run_look"]


@dataclass
class LookRun:
    """What a look without a screen gave."""

    kept: list[Kept] = field(default_factory=list)
    """Masks that were saved and not taken back, in order."""
    n_unkept: int = 0
    """Times that a mask was to be saved, but nothing was found for what was said."""
    n_samples: int = 0
    n_questions: int = 0
    """Answered by the segmenter."""
    start_ns: int = 0
    """ns UTC of the first gaze sample."""


def read_keys(path: Path) -> list[Pressed]:
    """Keys from a CSV with the columns ``timestamp [ns]`` and ``action``, in order of time.

    Raises:
        BadTable: columns are missing, a time is no whole number, or there is no such action.
    """
    try:
        table = pd.read_csv(path, dtype={"timestamp [ns]": "int64", "action": "str"})
        times, actions = table["timestamp [ns]"].tolist(), table["action"].tolist()
    except (OSError, KeyError, ValueError) as error:
        raise BadTable(
            f"{path.name} must have the columns 'timestamp [ns]' (whole numbers) and 'action': {error}.",
            path=path,
        ) from error
    pressed = [
        Pressed(t, _action(name, path, row + 2))
        for row, (t, name) in enumerate(zip(times, actions, strict=True))
    ]
    return sorted(pressed, key=lambda each: each.t_ns)


def events_of(
    samples: Iterable[Looked], keys: Sequence[Pressed], px_per_deg: float, start_ns: int
) -> Iterator[Event]:
    """Gaze and keys in one order of time; at the same time a key comes after the sample."""
    yield Zoomed(start_ns, px_per_deg)
    both: tuple[Iterable[Looked | Pressed], ...] = (samples, keys)
    yield from heapq.merge(*both, key=lambda each: each.t_ns)


def run_look(
    session: TrackingSession,
    events: Iterable[Event],
    options: LookOptions | None = None,
    *,
    frame_idx: int = 0,
    object_id: int | None = None,
    latency_ms: float = 0.0,
    log: LookLog | None = None,
    progress: ProgressFn | None = None,
    n_samples: int = 0,
) -> LookRun:
    """Run a look over a project; what the viewer's keys, or long looking, keep is saved in it.

    Keys that turn the page, take back or pick a new AOI work as they do on screen; only what this look kept
    is taken back.

    Args:
        session: of the project.
        events: gaze, keys and zoom, in the order of time.
        options: how looking becomes masks.
        frame_idx: the picture shown at first.
        object_id: the AOI that masks go to; None = a new one each time.
        latency_ms: how long the segmenter is said to take, so that the result is the same on every machine.
        log: where everything is written.
        progress: called with (done, total) samples.
        n_samples: how many there will be, for ``progress``.

    Raises:
        PromptError: a mask cannot be saved: its frame is approved.
    """
    run = _Run(session, Looker(options or LookOptions()), log, object_id)
    for step in simulate(run.looker, run.with_turns(events, frame_idx), run.answer, latency_ms):
        run.take(step.event, step.requests)
        if progress is not None and run.result.n_samples % 500 == 0:
            progress(run.result.n_samples, max(n_samples, run.result.n_samples))
    return run.result


class _Run:
    def __init__(
        self, session: TrackingSession, looker: Looker, log: LookLog | None, object_id: int | None
    ) -> None:
        self.session = session
        self.looker = looker
        self.result = LookRun()
        self._log = log
        self._object_id = object_id
        self._frame_idx = 0
        self._turns: list[Event] = []
        self._steps: list[int | None] = []

    def with_turns(self, events: Iterable[Event], frame_idx: int) -> Iterator[Event]:
        """The events, with those in between that the viewer's wishes lead to."""
        for number, event in enumerate(events):
            if number == 0:
                self._turn(event.t_ns, frame_idx)
            yield from self._waiting()
            yield event
            yield from self._waiting()

    def answer(self, ask: Ask) -> Found:
        """The segmenter's."""
        self.result.n_questions += 1
        return answer_to(ask, self.session.preview)

    def take(self, event: Event, requests: Sequence[Request]) -> None:
        """Write an event down, and do what the engine asked for."""
        if isinstance(event, Looked):
            self.result.start_ns = self.result.start_ns or event.t_ns
            self.result.n_samples += 1
        if self._log is not None:
            self._log.write(event, requests)
        for request in requests:
            if isinstance(request, Commit):
                self._keep(request, event.t_ns)
            elif isinstance(request, Unkept):
                self.result.n_unkept += 1
            elif isinstance(request, Wish):
                self._grant(request.action, event.t_ns)

    def _keep(self, commit: Commit, t_ns: int) -> None:
        kept = keep_commit(self.session, commit, t_ns)
        self.result.kept.append(kept)
        step = self.session.project.next_undo()
        self._steps.append(None if step is None else step.id)
        if self._log is not None:
            self._log.keep(kept, png_of(commit.mask))
        if self._object_id is not None:
            self._turn(t_ns, self._frame_idx)

    def _grant(self, action: Action, t_ns: int) -> None:
        step = {Action.NEXT: 1, Action.PREVIOUS: -1}.get(action, 0)
        frame_idx = min(max(self._frame_idx + step, 0), len(self.session.frames) - 1)
        if action is Action.UNDO:
            self._take_back(t_ns)
        elif action is Action.NEW:
            self._object_id = None
        self._turn(t_ns, frame_idx)

    def _take_back(self, t_ns: int) -> None:
        """What this look kept last, and nothing that was there before."""
        step = self.session.project.next_undo()
        if not self.result.kept or step is None or step.id != self._steps[-1]:
            return
        self.session.undo()
        self._steps.pop()
        kept = self.result.kept.pop()
        if self._log is not None:
            self._log.take_back(kept, t_ns)

    def _turn(self, t_ns: int, frame_idx: int) -> None:
        self._frame_idx = frame_idx
        self._turns.append(picked(self.session.project, t_ns, frame_idx, self._object_id))

    def _waiting(self) -> Iterator[Event]:
        while self._turns:
            yield self._turns.pop(0)


def _action(name: object, path: Path, line: int) -> Action:
    try:
        return Action(str(name))
    except ValueError as error:
        known = ", ".join(each.value for each in Action)
        raise BadTable(
            f"Line {line} of {path.name}: there is no action {name!r}; there are {known}.",
            path=path,
            line=line,
        ) from error
