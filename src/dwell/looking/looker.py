"""The engine of looking: gaze and keys in, questions to the segmenter and masks to keep out.

It knows no clock, no thread and no screen: events carry their times, and the same events give the same
masks.

A mask *follows* the eye until the viewer says something of it by a key – this is of it, this is not. From
then on gaze changes it no more, so that one can look at it and around it in peace.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import chain

from dwell.looking.aiming import AimPoint, aim_points
from dwell.looking.asking import have_moved, questions_about
from dwell.looking.events import (
    Answered,
    Ask,
    Commit,
    Event,
    Looked,
    Pressed,
    Request,
    Tuned,
    Turned,
    Unkept,
    Wish,
    Zoomed,
)
from dwell.looking.fixating import LiveFixation, LiveFixations
from dwell.looking.keys import Action
from dwell.looking.options import LookOptions
from dwell.looking.proposal import Proposal
from dwell.looking.saying import Said
from dwell.looking.state import LookState
from dwell.looking.weighing import share_on
from dwell.masks import Mask
from dwell.prompts import Point, Prompt

__all__ = ["Looker"]

_NS_PER_MS = 1_000_000


@dataclass(frozen=True)
class _Question:
    """What was asked, to understand the answer by."""

    aim: int
    points: tuple[AimPoint, ...]
    said: bool


@dataclass(frozen=True)
class _Pending:
    """The key to keep was pressed before the answer to what was said: it will go where it was to go then."""

    number: int
    """Of the question."""
    shown: Turned
    prompts: tuple[Prompt, ...]
    fixations: tuple[LiveFixation, ...]


@dataclass
class Looker:
    """Turns looking into masks. Give it every event in the order of time; do what it asks for."""

    options: LookOptions = field(default_factory=LookOptions)
    _now_ns: int = 0
    _shown: Turned | None = None
    _px_per_deg: float = 40.0
    _running: bool = False
    _holding: bool = False
    _dwelling: bool = False
    _recent: list[LiveFixation] = field(default_factory=list)
    """Fixations of this aim that are over."""
    _aim: int = 0
    """Counts what was aimed at; answers to questions of an earlier aim are of no use."""
    _points: tuple[AimPoint, ...] = ()
    """Those that were asked about last."""
    _asked: dict[int, _Question] = field(default_factory=dict)
    _n_asked: int = 0
    _said: Said = field(default_factory=Said)
    _followed: Proposal = field(default_factory=Proposal)
    """What was shown before something was said."""
    _proposal: Proposal = field(default_factory=Proposal)
    _proposed_ns: int = 0
    """ns UTC: since when the mask is shown."""
    _done_ns: int = -1
    """Start of the fixation that was cleared or kept: it proposes nothing any more."""
    _kept: Mask | None = None
    """What was kept last, which dwelling on does not keep again."""
    _points_shown: tuple[AimPoint, ...] = ()
    """Those that the mask which is shown answers, while it follows the eye."""
    _pending: _Pending | None = None
    """What is to be kept once the segmenter has answered. Until then nothing new is asked: nothing may take
    that question's place."""

    def __post_init__(self) -> None:
        self._eye = LiveFixations(self.options.fixations)
        self._dwelling = self.options.dwell_keeps

    def take(self, event: Event) -> list[Request]:
        """One event; what is to be done because of it, in this order."""
        self._now_ns = max(self._now_ns, event.t_ns)
        if isinstance(event, Looked):
            return self._look(event)
        if isinstance(event, Answered):
            return self._hear(event)
        if isinstance(event, Pressed):
            return self._press(event.action)
        if isinstance(event, Turned):
            return self._turn(event)
        if isinstance(event, Tuned):
            return self._tune(event)
        return self._zoom(event)

    @property
    def state(self) -> LookState:
        """What a screen shows."""
        return LookState(
            frame_idx=None if self._shown is None else self._shown.frame_idx,
            object_id=None if self._shown is None else self._shown.object_id,
            running=self._running,
            holding=self._holding,
            dwell_keeps=self._dwelling,
            mask=self._proposal.mask,
            level=self._proposal.level,
            n_levels=len(self._proposal.levels),
            said=self._said.prompts,
            corner=self._said.corner,
            dwelt=self._dwelt(),
            fixation=self._eye.current,
            waiting=self._n_asked in self._asked or self._pending is not None,
        )

    # ---------------------------------------------------------------- gaze

    def _look(self, event: Looked) -> list[Request]:
        ended = self._eye.take(event.t_ns, event.x, event.y, event.valid, self._px_per_deg)
        if ended is not None and ended.start_ns != self._done_ns:
            self._recent.append(ended)
        current = self._eye.current
        if not self._running or self._holding or self._said or current is None:
            return []
        if current.start_ns == self._done_ns:
            return []
        if self._elsewhere(current):
            self._aim_anew()
        elif self._dwelt() >= 1:
            return self._save()
        elif self._proposal.chosen:
            return []
        points = self._aim_points()
        limit_px = self.options.move_deg * self._px_per_deg
        return self._ask_about(points) if points and have_moved(points, self._points, limit_px) else []

    def _elsewhere(self, fixation: LiveFixation) -> bool:
        """Whether the eye rests beside the mask in all its granularities."""
        if not self._proposal.levels:
            return False
        whole = self._proposal.levels[-1].mask
        return share_on(whole, fixation.x, fixation.y, self._sigma_px) < self.options.leave_share

    def _aim_anew(self) -> None:
        """Leave what was aimed at, and all that was asked about it."""
        self._aim += 1
        self._recent.clear()
        self._points = ()
        self._propose(Proposal())

    def _leave(self) -> None:
        """Aim anew, at what the eye rests on after the present fixation."""
        current = self._eye.current
        self._done_ns = -1 if current is None else current.start_ns
        self._aim_anew()

    def _fixations(self) -> tuple[LiveFixation, ...]:
        """Those of this aim, in time order."""
        current = self._eye.current
        return (*self._recent, *(() if current is None else (current,)))

    def _aim_points(self) -> tuple[AimPoint, ...]:
        return aim_points(self._fixations(), self._now_ns, self._px_per_deg, self.options.aim)

    def _dwelt(self) -> float:
        """0 … 1: share of the dwell time that the eye has rested on a mask shown, and not kept yet."""
        current, mask = self._eye.current, self._proposal.mask
        if not self._dwelling or not self._running or self._holding or self._said:
            return 0.0
        if current is None or mask is None or self._is_kept(mask):
            return 0.0
        since_ns = max(current.start_ns, self._proposed_ns)
        return min((self._now_ns - since_ns) / (self.options.dwell_ms * _NS_PER_MS), 1.0)

    def _is_kept(self, mask: Mask) -> bool:
        return self._kept is not None and mask.iou(self._kept) > self.options.same_iou

    @property
    def _sigma_px(self) -> float:
        """Standard deviation along each axis of gaze that is off by ``error_deg`` on average (Rayleigh)."""
        return self.options.error_deg * self._px_per_deg / math.sqrt(math.pi / 2)

    # ---------------------------------------------------------------- questions and answers

    def _ask_about(self, points: tuple[AimPoint, ...]) -> list[Request]:
        if self._pending is not None:
            return []
        self._points = points
        return self._ask(questions_about(points), points)

    def _ask(self, prompts: tuple[tuple[Prompt, ...], ...], points: tuple[AimPoint, ...]) -> list[Request]:
        if self._shown is None:
            return []
        self._n_asked += 1
        self._asked[self._n_asked] = _Question(self._aim, points, bool(self._said))
        return [Ask(self._n_asked, self._shown.frame_idx, prompts)]

    def _hear(self, event: Answered) -> list[Request]:
        question = self._asked.get(event.number)
        self._asked = {number: each for number, each in self._asked.items() if number > event.number}
        if self._pending is not None and self._pending.number == event.number:
            return self._keep_pending(self._pending, event)
        if question is None or question.aim != self._aim or question.said != bool(self._said):
            return []
        found = list(chain.from_iterable(event.found))
        if question.said:
            self._propose(self._proposal.told(found))
        elif not self._holding and not self._proposal.chosen:
            sigma_px, steady = self._sigma_px, self.options.steady
            before = self._proposal.mask
            self._propose(self._proposal.followed(found, question.points, sigma_px, steady))
            if self._proposal.mask != before:
                self._points_shown = question.points
        return []

    def _propose(self, proposal: Proposal) -> None:
        if proposal.mask != self._proposal.mask:
            self._proposed_ns = self._now_ns
        self._proposal = proposal

    # ---------------------------------------------------------------- keys

    def _press(self, action: Action) -> list[Request]:
        verbs: dict[Action, Callable[[], list[Request]]] = {
            Action.START: self._start,
            Action.STOP: self._stop,
            Action.CLEAR: self._clear,
            Action.SAVE: self._save,
            Action.RUN: self._run,
            Action.INCLUDE: lambda: self._say(self._said.include),
            Action.EXCLUDE: lambda: self._say(self._said.exclude),
            Action.BOX: lambda: self._say(self._said.box),
            Action.LEVEL: self._cycle,
            Action.UNDO: self._undo,
            Action.HOLD: self._hold,
            Action.DWELL: self._toggle_dwell,
        }
        return verbs[action]() if action in verbs else [Wish(action)]

    def _start(self) -> list[Request]:
        self._running = True
        return []

    def _stop(self) -> list[Request]:
        self._running = False
        return []

    def _clear(self) -> list[Request]:
        self._said.clear()
        self._leave()
        self._holding, self._pending = False, None
        return []

    def _hold(self) -> list[Request]:
        self._holding = not self._holding
        return []

    def _toggle_dwell(self) -> list[Request]:
        self._dwelling = not self._dwelling
        self._proposed_ns = self._now_ns
        return []

    def _cycle(self) -> list[Request]:
        self._propose(self._proposal.cycled())
        return []

    def _run(self) -> list[Request]:
        """Segment from what was said or, if nothing was, from where was looked at last."""
        if self._said:
            return self._ask_what_was_said()
        points = self._aim_points()
        return self._ask_about(points) if points else []

    def _say(self, word: Callable[[LiveFixation], None]) -> list[Request]:
        """Say something of what is looked at now, or was just before the key."""
        at = self._meant()
        if at is None:
            return []
        if not self._said:
            picked = None if self._shown is None else self._shown.mask
            self._followed = self._proposal
            self._said.clear(self._proposal.mask or picked)
        word(at)
        return self._ask_what_was_said()

    def _ask_what_was_said(self) -> list[Request]:
        prompts = self._said.prompts
        return self._ask((prompts,), ()) if prompts and self._pending is None else []

    def _meant(self) -> LiveFixation | None:
        """The fixation that a key speaks of: a young one is not meant yet if another has just ended."""
        current = self._eye.current
        last = self._recent[-1] if self._recent else None
        lag_ms = self.options.key_lag_ms
        if last is None or self._now_ns - last.end_ns > lag_ms * _NS_PER_MS:
            return current
        return last if current is None or current.duration_ms < lag_ms / 2 else current

    def _undo(self) -> list[Request]:
        if self._pending is not None:
            self._pending = None  # what was about to be kept is not
            return []
        if not self._said:
            return [Wish(Action.UNDO)]
        self._said.take_back()
        if not self._said.prompts:
            self._propose(self._followed)
        return self._ask_what_was_said()

    def _save(self) -> list[Request]:
        """Keep what is shown; if something was said that is not answered yet, what that will give."""
        mask, shown, said = self._proposal.mask, self._shown, self._said
        if shown is None or self._pending is not None:
            return []
        if said.prompts and self._n_asked in self._asked:
            self._pending = _Pending(self._n_asked, shown, said.prompts, said.fixations)
            self._done_with(None)
            return []
        if mask is None:
            return []
        points = tuple(Point(each.x, each.y) for each in self._points_shown)
        prompts, fixations = (said.prompts, said.fixations) if said else (points, self._fixations())
        self._done_with(mask)
        return [Commit(shown.frame_idx, shown.object_id, mask, prompts, fixations)]

    def _keep_pending(self, pending: _Pending, event: Answered) -> list[Request]:
        """The answer that was waited for, whatever is shown or picked by now."""
        self._pending = None
        shown, mask = pending.shown, Proposal().told(list(chain.from_iterable(event.found))).mask
        if mask is None:
            return [Unkept(shown.frame_idx, shown.object_id), *self._ask_what_was_said()]
        if self._shown is not None and self._shown.frame_idx == shown.frame_idx:
            self._kept = mask
        commit = Commit(shown.frame_idx, shown.object_id, mask, pending.prompts, pending.fixations)
        return [commit, *self._ask_what_was_said()]

    def _done_with(self, mask: Mask | None) -> None:
        """On to the next thing."""
        self._kept = mask or self._kept
        self._said.clear()
        self._leave()

    # ---------------------------------------------------------------- the picture

    def _turn(self, event: Turned) -> list[Request]:
        """Another picture begins anew; another AOI on the same picture keeps what is proposed."""
        if self._shown is None or self._shown.frame_idx != event.frame_idx:
            self._eye.end()
            self._said.clear()
            self._leave()
            self._holding, self._kept = False, None
        self._shown = event
        return []

    def _zoom(self, event: Zoomed) -> list[Request]:
        self._px_per_deg = event.px_per_deg
        return []

    def _tune(self, event: Tuned) -> list[Request]:
        self.options = replace(self.options, error_deg=event.error_deg, dwell_ms=event.dwell_ms)
        return []
