"""A session in a few plain dictionaries: what must change, and what must not, without any saving of work."""

import copy
from dataclasses import dataclass, field, replace

import numpy as np

from dwell.masks import Mask, MaskRecord
from dwell.segmenters.contract import Shown
from dwell.tracking.between import interpolate
from dwell.tracking.blend import blend
from dwell.tracking.doubt import judge
from dwell.types import Direction, Origin, State

BITS = {Direction.FORWARD: {1}, Direction.BACKWARD: {2}, Direction.BOTH: {1, 2}, None: set()}
SUPPORT_DISTANCE = 5


@dataclass
class Aoi:
    object_id: int
    records: dict = field(default_factory=dict)  # frame_idx -> MaskRecord
    stale: set = field(default_factory=set)
    prompted: set = field(default_factory=set)

    def anchors(self):
        return sorted(i for i, r in self.records.items() if r.approved or r.origin is not Origin.MODEL)

    def shown(self):
        return [i for i in self.anchors() if self.records[i].mask]


class SlowSession:
    """Follows ``TrackingSession`` step by step; ``aois`` is what the project must hold."""

    def __init__(self, film, backend):
        self.film, self.backend = film, backend
        self.aois = {}
        self.n_made = 0
        self.past, self.future = [], []

    # what a person does

    def propose(self, name, mask, frame_idx):
        """As a prompt, but for who made it; and a person's word stands."""
        known = self.aois[name].records.get(frame_idx) if name in self.aois else None
        if known is not None and known.origin is Origin.USER:
            return False
        return self.prompt(name, mask, frame_idx, Origin.PROPOSED)

    def prompt(self, name, mask, frame_idx, origin=Origin.USER):
        before = self.snapshot()
        if name not in self.aois:
            self.n_made += 1
            self.aois[name] = Aoi(self.n_made)
        aoi = self.aois[name]
        if frame_idx in aoi.records and aoi.records[frame_idx].approved:
            return False
        if origin is Origin.USER:  # a proposal is no correction
            self.outdate(aoi, frame_idx)
        aoi.prompted.add(frame_idx)
        state = State.VISIBLE if mask else State.ABSENT
        aoi.records[frame_idx] = MaskRecord(aoi.object_id, frame_idx, mask, state, float("nan"), origin, None)
        aoi.stale.discard(frame_idx)
        self.acted(before, always=True)
        return True

    def clear(self, name, frame_idx):
        aoi, before = self.aois[name], self.snapshot()
        if frame_idx not in aoi.prompted:
            return True
        if aoi.records[frame_idx].approved:
            return False
        aoi.prompted.discard(frame_idx)
        del aoi.records[frame_idx]
        self.outdate(aoi, frame_idx)
        self.acted(before)
        return True

    def set_approved(self, names, start, stop, approved):
        before = self.snapshot()
        for aoi in (self.aois[name] for name in names):
            for frame_idx in range(start, stop):
                record = aoi.records.get(frame_idx)
                if record is None or frame_idx in aoi.stale or (approved and record.state is State.LOST):
                    continue
                aoi.records[frame_idx] = replace(record, approved=approved)
        self.acted(before)

    def forget(self, name, frames):
        aoi, before = self.aois[name], self.snapshot()
        for frame_idx in frames:
            aoi.records.pop(frame_idx, None)
            aoi.stale.discard(frame_idx)
        self.acted(before)

    def remove(self, name):
        before = self.snapshot()
        del self.aois[name]
        self.acted(before, always=True)

    def undo(self):
        if self.past:
            self.future.append(self.snapshot())
            self.aois = self.past.pop()

    def redo(self):
        if self.future:
            self.past.append(self.snapshot())
            self.aois = self.future.pop()

    # what tracking does

    def missing(self, names, span, direction, stride):
        """(name, direction, frame_idx) of all that is to be written."""
        found = set()
        for name in names:
            for way in Direction.FORWARD, Direction.BACKWARD:
                if direction in (way, Direction.BOTH) and self.aois[name].shown():
                    frames = set(self._missing_of(self.aois[name], span, way))
                    frames |= {i for each in frames for i in self._up_to_next_look(name, way, each, stride)}
                    found |= {(name, way, i) for i in frames}
        return found

    def _missing_of(self, aoi, span, way):
        (bit,) = BITS[way]
        for frame_idx in range(len(self.film)):
            begin, other = self._gap(aoi, frame_idx, way)
            if not self._is_open(aoi, frame_idx, way):
                continue
            # the span, and what lies between it and the anchor; but only of gaps that reach into the span
            low, high = sorted((begin, other if other is not None else (-1, len(self.film))[bit == 1]))
            if high <= span[0] or low + 1 >= span[1]:
                continue
            beyond = frame_idx >= span[1] if bit == 1 else frame_idx < span[0]
            if not beyond:
                yield frame_idx

    def _is_open(self, aoi, frame_idx, way):
        """Whether a frame is still to be tracked this way, from an anchor."""
        if self._gap(aoi, frame_idx, way)[0] is None:
            return False
        if frame_idx in aoi.anchors() or self.film.filler[frame_idx]:
            return False
        record = aoi.records.get(frame_idx)
        return record is None or frame_idx in aoi.stale or not BITS[way] <= BITS[record.direction]

    def _up_to_next_look(self, name, way, frame_idx, stride):
        aoi = self.aois[name]
        begin, _ = self._gap(aoi, frame_idx, way)
        looks = self._visited(aoi, way, frame_idx, stride)
        end = next(i for i in looks if abs(i - begin) >= abs(frame_idx - begin))
        low, high = sorted((frame_idx, end))
        return [i for i in range(low, high + 1) if self._is_open(aoi, i, way)]

    def _gap(self, aoi, frame_idx, way):
        """(anchor to start from, anchor on the other side) for a frame; None where there is none."""
        left = max((i for i in aoi.anchors() if i < frame_idx), default=None)
        right = min((i for i in aoi.anchors() if i > frame_idx), default=None)
        return (left, right) if way is Direction.FORWARD else (right, left)

    def track_frame(self, name, way, frame_idx, stride):
        """What this frame becomes when it is tracked now, from the anchor on, frame by frame."""
        aoi = self.aois[name]
        begin, other = self._gap(aoi, frame_idx, way)
        new = self._answer(aoi, way, begin, frame_idx, stride)
        old = aoi.records.get(frame_idx)
        if old is not None and frame_idx not in aoi.stale and other is not None:
            position = abs(frame_idx - begin) / abs(other - begin)
            new = blend(new, old, position) if way is Direction.FORWARD else blend(old, new, 1 - position)
        aoi.records[frame_idx] = new
        aoi.stale.discard(frame_idx)

    def _answer(self, aoi, way, begin, frame_idx, stride):
        visited = self._visited(aoi, way, frame_idx, stride)
        if frame_idx in visited:
            return self._follow(aoi, way, [i for i in visited if between(i, begin, frame_idx)], stride)
        behind = [i for i in visited if between(i, begin, frame_idx)]
        ahead = next(i for i in visited if i not in behind)
        before = self._follow(aoi, way, behind, stride) if len(behind) > 1 else aoi.records[begin]
        return interpolate(before, self._follow(aoi, way, [*behind, ahead], stride), frame_idx)

    def _visited(self, aoi, way, frame_idx, stride):
        """The anchor and all frames of its gap that are looked at, in the order of tracking."""
        begin, other = self._gap(aoi, frame_idx, way)
        if way is Direction.FORWARD:
            gap = range(begin + 1, len(self.film) if other is None else other)
        else:
            gap = range(begin - 1, -1 if other is None else other, -1)
        real = [i for i in gap if not self.film.filler[i]]
        return [begin, *(i for i in real if i % stride == 0 or i == real[-1])]

    def _follow(self, aoi, way, visited, stride):
        """The answer on the last of these frames; the first is the anchor."""
        begin, *rest = visited
        encoding = self.backend.encode(self.film.read(begin))
        support = self._support(aoi, way, visited, stride)
        memory = self.backend.start(encoding, aoi.records[begin].mask.to_array(), support)
        shown_area = max((each.mask.sum() for each in support), default=0)
        said = None  # what the tracker itself said before, and what was made of it
        seen = (aoi.records[begin].mask or None, begin)
        gone = aoi.records[begin].state is State.ABSENT  # said by a person, and not seen since
        for i in rest:
            encoding = self.backend.encode(self.film.read(i), encoding)
            tracked, memory = self.backend.step(encoding, {1: memory})[1]
            answer, signals = judge(
                tracked, seen[0], abs(i - seen[1]), shown_area=shown_area,
                away=said is not None and said[0] is not State.VISIBLE,
                thrown=said == (State.VISIBLE, State.LOST),
            )  # fmt: skip
            said = tracked.state, answer.state
            mask = Mask.from_array(answer.mask)
            gone = gone and not mask
            seen = (mask, i) if mask else seen
        state = State.ABSENT if gone and answer.state is State.LOST else answer.state
        return MaskRecord(
            aoi.object_id, rest[-1], mask, state, answer.score, Origin.MODEL, way,
            check=answer.check, signals=signals,
        )  # fmt: skip

    def _support(self, aoi, way, visited, stride):
        begin = visited[0]
        looks = self._visited(aoi, way, visited[-1], stride)
        step = 1 if visited[-1] > begin else -1
        near = SUPPORT_DISTANCE if aoi.records[begin].mask else 1
        support = [i for i in aoi.shown() if i <= begin - near][-1:]
        support += [i for i in aoi.shown() if i >= begin + near][:1]
        return [
            Shown(
                self.backend.encode(self.film.read(i)),
                aoi.records[i].mask.to_array(),
                step * self._n_looks(begin, i, stride, looks),
            )
            for i in support
        ]

    def _n_looks(self, begin, end, stride, looks):
        """How many frames are looked at on the way, the last one included; negative to the left."""
        step = 1 if end > begin else -1
        way = range(begin + step, end, step)
        seen = [i for i in way if i in looks or (i % stride == 0 and not self.film.filler[i])]
        return step * (len(seen) + 1)

    # helpers

    def outdate(self, aoi, frame_idx):
        left = max((i for i in aoi.anchors() if i < frame_idx), default=-1)
        right = min((i for i in aoi.anchors() if i > frame_idx), default=len(self.film))
        settled = set(aoi.anchors())
        aoi.stale |= {i for i in range(left + 1, right) if i in aoi.records and i not in settled}

    def snapshot(self):
        return copy.deepcopy(self.aois)

    def acted(self, before, always=False):
        """One undo step, unless nothing has changed; the same prompt again is a change too."""
        if always or rows(before) != rows(self.aois):
            self.past.append(before)
            self.future = []


def between(frame_idx, begin, end):
    return min(begin, end) <= frame_idx <= max(begin, end)


def rows(aois):
    """All there is to compare, with NaN equal to itself."""
    return {
        (name, i): (aoi.object_id, r.mask, r.state, str(np.float64(r.score)), r.origin, r.direction,
                    r.approved, r.check, r.signals, i in aoi.stale, i in aoi.prompted)
        for name, aoi in aois.items()
        for i, r in aoi.records.items()
    }  # fmt: skip
