"""Everything in a video: found on key frames, chosen by importance, tracked both ways, related."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from typing import Any

from dwell.everything import state as states
from dwell.everything.options import Budget, EverythingOptions
from dwell.everything.progress import EverythingUpdate, Phase
from dwell.everything.video.chains import link
from dwell.everything.video.choosing import Choice, choose
from dwell.everything.video.finding import find_masks, spread
from dwell.everything.video.looked import Looked
from dwell.everything.video.pace import Pace, measure
from dwell.everything.video.relating import Together, join_equal, look_together, write_parts
from dwell.everything.video.remaining import plan_of, remaining
from dwell.everything.video.sightings import KeyFrame, load_key_frame, load_key_frames
from dwell.everything.video.spending import Costs, Spending, Wanted
from dwell.everything.video.sweeps import Sweeps
from dwell.segmenters.contract import Proposer
from dwell.tracking import TrackingSession
from dwell.types import Direction

__all__ = ["Everything"]

LABEL = "find everything"
LOOKING = 0.4
"""Share of a budget in minutes that looking for masks may take, as far as key frames decide it."""
WAYS = {Phase.FORWARD: Direction.FORWARD, Phase.BACKWARD: Direction.BACKWARD}


class Everything:
    """Finds, tracks and relates whatever there is in a video.

    Args:
        session: of the project; its backend tracks.
        proposer: who finds masks on key frames.
        options: how; an unfinished run goes on only with the same.
        budget: when enough is tracked; an unfinished run goes on only with the same.
        looked: where gaze was, for ``options.gaze_weight``.
        clock: seconds, for what is foreseen and for a budget in minutes.

    A run may be stopped at any moment by closing ``updates``, or be killed: the next one goes on, with the
    same result as if it had not been stopped. What a person does to the project meanwhile is taken up.

    Raises:
        ProjectError: an unfinished run was given something else.
    """

    def __init__(
        self,
        session: TrackingSession,
        proposer: Proposer,
        options: EverythingOptions | None = None,
        budget: Budget | None = None,
        *,
        looked: Looked | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._project = session.project
        self._proposer = proposer
        self._options = options or EverythingOptions()
        self._budget = budget or Budget(coverage=0.9)
        self._looked = looked
        self._state = self._begin()
        self._pace = Pace(clock, float(self._state["spent_s"]))
        self._costs = Costs(**self._state["costs"]) if self._state["costs"] else None
        self._keys = load_key_frames(self._project)
        self._object_frames = 0
        self._touched: set[int] = set()

    def updates(self) -> Generator[EverythingUpdate, None, None]:
        """Every step of the work, done as it is read; closing it keeps all that was done."""
        steps = self._steps()
        with closing(steps), self._project.action(LABEL, long=True):
            while True:
                began = self._pace.clock()
                update = next(steps, None)
                self._pace.spent_s += self._pace.clock() - began
                if update is None:
                    return
                yield update

    # ---------------------------------------------------------------- phases

    def _begin(self) -> dict[str, Any]:
        given = {
            "options": self._options,
            "budget": self._budget,
            "proposer": self._proposer.describe(),
            "backend": self._session.backend.describe(),
        }
        first = {
            "phase": Phase.LOOKING.value,
            "spent_s": 0.0,
            "costs": None,
            "plan": [],
            "links": {},
            "spacing": 1,
            "undone": self._undone(),
        }
        return states.begin(self._project, "everything", given, first)

    def _steps(self) -> Generator[EverythingUpdate, None, None]:
        if self._state["phase"] == Phase.LOOKING:
            yield from self._look()
            self._choose()
        while self._state["phase"] != Phase.DONE:
            self._begin_anew_if_undone()
            phase = Phase(self._state["phase"])
            yield from self._relate() if phase is Phase.RELATING else self._sweep(WAYS[phase])

    def _look(self) -> Iterator[EverythingUpdate]:
        n_frames = len(self._session.frames)
        ahead_s, due = None, 1
        for frame_idx, is_new in self._find_masks():
            if is_new:
                self._keys.append(load_key_frame(self._project, frame_idx))
                self._measure(self._keys[-1])
                self._spread(frame_idx)
            if is_new and len(self._keys) >= due:
                ahead_s, due = self._foreseen(frame_idx), 1 + len(self._keys) * 5 // 4
            left = None
            if ahead_s is not None:
                left = ahead_s + self._pace.looking_left(frame_idx, n_frames, self._spacing(frame_idx))
            yield self._update(Phase.LOOKING, left, frame_idx)

    def _spacing(self, frame_idx: int) -> float:
        """Frames between key frames, as far as can be foreseen."""
        options = spread(self._options, self._state["spacing"])
        if options.step is not None:
            return options.step
        if len(self._keys) < 2:
            return (options.min_step + options.max_step) / 2
        return max((frame_idx + 1) / (len(self._keys) - 0.5), options.min_step)

    def _find_masks(self) -> Iterator[tuple[int, bool]]:
        """As ``find_masks``, with key frames farther apart from where a budget in minutes asks for it."""
        spacing = None
        while spacing != self._state["spacing"]:
            spacing = self._state["spacing"]
            options = spread(self._options, spacing)
            with closing(find_masks(self._session, self._proposer, options, self._pace)) as found:
                for each in found:
                    yield each
                    if spacing != self._state["spacing"]:
                        break

    def _spread(self, frame_idx: int) -> None:
        """Set key frames farther apart if looking would take more than its share of the minutes."""
        each_s, scan_s = self._pace.mean("propose"), self._pace.mean("scan")
        if self._budget.minutes is None or each_s is None or scan_s is None:
            return
        rest = len(self._session.frames) - 1 - frame_idx
        left_s = LOOKING * 60 * self._budget.minutes - self._pace.spent_s - rest * scan_s
        wanted = math.ceil(rest * each_s / max(left_s, each_s))
        usual = (frame_idx + 1) / len(self._keys)
        if rest and wanted > 1.5 * max(usual, self._state["spacing"]):
            self._state["spacing"] = wanted
            self._save()

    def _foreseen(self, frame_idx: int) -> float | None:
        """Seconds that tracking will take, going by the part of the video that was looked at."""
        if self._costs is None:
            return None
        seen, n_frames, stride = frame_idx + 1, len(self._session.frames), self._options.stride
        choice = self._choice(seen)
        lasting = choice.wanted
        if choice.stopped_by == "masks":  # there will be no others: only those in view now take longer yet
            lasting = tuple(each for each in choice.wanted if each.life[1] == len(self._keys) - 1)
        steps_s = plan_of(lasting, self._keys, seen, replace(self._costs, start_s=0.0), stride).total
        total_s = plan_of(choice.wanted, self._keys, seen, self._costs, stride).total
        return total_s + steps_s * (n_frames / seen - 1)

    def _measure(self, key: KeyFrame) -> None:
        """What tracking costs here; once, on the first key frame with masks and frames after it."""
        if self._costs is not None or not key.sightings:
            return
        frame_idx = key.frame_idx
        if frame_idx + 2 >= len(self._session.frames):
            return
        masks = key.masks()
        backend, frames = self._session.backend, self._session.frames
        self._costs = measure(backend, frames, frame_idx, masks, self._pace.clock)
        self._state["costs"] = asdict(self._costs)
        self._save()

    def _choose(self) -> None:
        """Settle what is tracked, and never ask the clock again."""
        for each in self._keys:
            self._measure(each)
        choice = self._choice(len(self._session.frames), last=True)
        self._state["plan"] = [_entry(each) for each in choice.wanted]
        self._state["found"] = {
            "key frames": len(self._keys),
            "masks": sum(len(each.sightings) for each in self._keys),
            "things": choice.n_chains,
            "explained by another": choice.n_explained,
            "importance": choice.importance,
            "importance explained": choice.explained,
            "stopped by": choice.stopped_by,
        }
        self._enter_phase(Phase.FORWARD, 0)

    def _choice(self, n_frames: int, *, last: bool = False) -> Choice:
        """What to track, of what was found on the first ``n_frames``."""
        seconds = None
        if self._budget.minutes is not None:
            seconds = max(60 * self._budget.minutes - self._pace.spent_s, 0.0)
            seconds *= n_frames / max(len(self._session.frames), 1)
        gaze = self._gaze() if last and self._options.gaze_weight else None
        return choose(
            self._keys,
            link(self._keys),
            self._options,
            self._budget,
            n_frames=n_frames,
            costs=self._costs,
            seconds=seconds,
            gaze=gaze,
        )

    def _gaze(self) -> dict[tuple[int, int], float] | None:
        if self._looked is None:
            return None
        found = {}
        for number, key in enumerate(self._keys):
            shares = self._looked.shares(key.frame_idx, key.masks())
            found.update({(number, at): share for at, share in enumerate(shares)})
        return found

    def _sweep(self, direction: Direction) -> Iterator[EverythingUpdate]:
        keys = self._keys
        sweeps = Sweeps(self._session, keys, self._options, self._state, self._budget.masks)
        step = 1 if direction is Direction.FORWARD else -1
        while 0 <= self._state["at"] < len(keys):
            if self._begin_anew_if_undone():
                return
            at = self._state["at"]
            if not self._state["entered"]:
                with self._project.at_once(LABEL):
                    sweeps.enter(direction)
                    self._state["entered"] = True
                    self._save()
            began, plan = self._pace.spent_s, self._remaining(direction)
            yield from self._stretch(sweeps, direction, keys[at].frame_idx, plan, at)
            planned_s = 0.0 if plan is None else float(plan.seconds[direction][at])
            self._pace.tracked(planned_s, self._pace.spent_s - began)
            self._state["at"], self._state["entered"] = at + step, False
            self._save()
        if direction is Direction.FORWARD:
            self._enter_phase(Phase.BACKWARD, len(keys) - 1)
        else:
            self._enter_phase(Phase.RELATING, 0)

    def _stretch(
        self, sweeps: Sweeps, direction: Direction, frame_idx: int, plan: Spending | None, at: int
    ) -> Iterator[EverythingUpdate]:
        phase = Phase(direction.value)
        rest_s = 0.0 if plan is None else _rest(plan, direction, at)
        here_s = 0.0 if plan is None else float(plan.seconds[direction][at])
        self._touched |= set(self._state["live"])
        yield self._update(phase, self._pace.tracking_left(rest_s + here_s), frame_idx)
        for update in sweeps.track(direction):
            self._object_frames += len(update.records)
            self._touched |= set(update.records)
            left = rest_s + here_s * (1 - update.done / max(update.total, 1))
            yield self._update(phase, self._pace.tracking_left(left), update.frame_idx)

    def _relate(self) -> Iterator[EverythingUpdate]:
        """Join what is one, and note parts and wholes, as seen on all key frames."""
        places = [each.frame_idx for each in self._keys]
        for _ in range(2):  # what is joined may be part of other things than its pieces were
            together = Together({aoi.object_id for aoi in self._project.aois()})
            for at in look_together(together, self._project, places, self._options.contained):
                yield self._update(Phase.RELATING, 0.0, at)
            if self._begin_anew_if_undone():
                return
            with self._project.at_once(LABEL):
                joined = join_equal(self._session, together, self._made())
                for gone, kept in joined.items():
                    self._renamed(kept, gone)
                self._save()
            if not joined:
                break
        with self._project.at_once(LABEL):
            write_parts(self._project, together, self._made(), self._state["links"])
            self._project.set_setting(states.REPORT, self._report(together.covered))
            states.forget(self._project)
        self._state["phase"] = Phase.DONE.value
        self._touched |= self._made()
        yield self._update(Phase.DONE, 0.0, None)

    # ---------------------------------------------------------------- state and words

    def _made(self) -> set[int]:
        known = {aoi.object_id for aoi in self._project.aois()}
        return {each["object_id"] for each in self._state["plan"] if each["fate"] == "tracked"} & known

    def _renamed(self, kept: int, gone: int) -> None:
        for each in self._state["plan"]:
            if each["object_id"] == gone:
                each["object_id"] = kept

    def _report(self, covered: float) -> dict[str, Any]:
        """What the run has done; plain values."""
        fates = [each["fate"] for each in self._state["plan"]]
        return {
            "kind": "everything",
            "options": self._state["options"],
            "budget": self._state["budget"],
            "proposer": self._state["proposer"],
            "backend": self._state["backend"],
            **{key: value for key, value in self._state["found"].items() if "importance" not in key},
            "coverage": round(self._coverage(), 4),
            "chosen": sum(not each["spare"] for each in self._state["plan"]),
            "spare": sum(each["spare"] for each in self._state["plan"]),
            "tracked": fates.count("tracked"),
            "explained by a tracked one": fates.count("explained"),
            "no room": fates.count("left out"),
            "objects": len(self._made()),
            "pixels covered": round(covered, 4),
            "seconds": round(self._pace.spent_s, 1),
        }

    def _coverage(self) -> float:
        """0 … 1: share of the importance of all that was found that is tracked, or explained by what is."""
        found = self._state["found"]
        settled = sum(e["importance"] for e in self._state["plan"] if e["fate"] in ("tracked", "explained"))
        total = float(found["importance"])
        return min((found["importance explained"] + settled) / total, 1.0) if total else 1.0

    # ---------------------------------------------------------------- undo

    def _undone(self) -> list[int]:
        """The steps of runs that are undone."""
        return [step.id for step in self._project.history() if step.undone and step.label == LABEL]

    def _begin_anew_if_undone(self) -> bool:
        """After undo has taken back a step of this run: from what was chosen, everything is tracked anew."""
        undone = self._undone()
        fresh = set(undone) - set(self._state["undone"])
        if not fresh or self._state["phase"] == Phase.LOOKING:
            return False
        for each in self._state["plan"]:
            each |= {"fate": "waiting", "object_id": None, "anchor": each["first anchor"]}
        self._state |= {"undone": undone, "links": {}}
        self._enter_phase(Phase.FORWARD, 0)
        return True

    def _enter_phase(self, phase: Phase, at: int) -> None:
        self._state |= {"phase": phase.value, "at": at, "entered": False, "live": [], "asleep": []}
        self._save()

    def _save(self) -> None:
        self._state["spent_s"] = self._pace.spent_s
        with self._project.at_once(LABEL):
            states.save(self._project, self._state)

    def _remaining(self, direction: Direction) -> Spending | None:
        if self._costs is None:
            return None
        n_frames = len(self._session.frames)
        empty = Spending(self._keys, n_frames, self._costs, self._options.stride)
        return remaining(self._state["plan"], self._state["live"], self._state["at"], direction, empty)

    def _update(self, phase: Phase, left_s: float | None, frame_idx: int | None) -> EverythingUpdate:
        touched, self._touched = tuple(sorted(self._touched)), set()
        done = 1.0 if phase is Phase.DONE else 0.0 if left_s is None else self._pace.share_done(left_s)
        n_objects = len({each["object_id"] for each in self._state["plan"] if each["fate"] == "tracked"})
        return EverythingUpdate(phase, done, left_s, frame_idx, n_objects, self._object_frames, touched)


def _entry(each: Wanted) -> dict[str, Any]:
    plain = asdict(each)
    plain |= {"places": [list(place) for place in each.places], "life": list(each.life)}
    return plain | {"fate": "waiting", "object_id": None, "first anchor": each.anchor}


def _rest(plan: Spending, direction: Direction, at: int) -> float:
    """Seconds of all that comes after the stretch at hand."""
    if direction is Direction.FORWARD:
        return float(plan.seconds[direction][at + 1 :].sum() + plan.seconds[Direction.BACKWARD].sum())
    return float(plan.seconds[direction][:at].sum())
