"""Tracking what was chosen: forward through all key frames, then backward. Source: ours.

At each key frame three things are settled before tracking goes on to the next. Who has not been seen since
the last key frame, or has become another one, is tracked no further. What was chosen to start here becomes an
AOI, unless a tracked mask explains it already. And what lies in something larger is noted as a part of it, so
that the two do not compete. All of it follows from the project as it is, so that a run may stop anywhere.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

import numpy as np

from dwell.everything.appearance import likeness
from dwell.everything.options import EverythingOptions
from dwell.everything.same import are_one
from dwell.everything.video.overlap import contained, ious, same
from dwell.everything.video.present import Present, present_at
from dwell.everything.video.sightings import KeyFrame, load_masks
from dwell.masks import STATES
from dwell.tracking import TrackingSession, TrackUpdate
from dwell.types import Direction, State

__all__ = ["Sweeps"]

SAME_AGAIN = 0.85
"""Likeness from which something found after a thing was lost is that thing."""
CLEARLY = 0.1
"""… and by so much more alike than the next best."""
MELTED = 0.85
"""IoU from which two tracked things are one and the younger is tracked no further."""
VISIBLE = STATES.index(State.VISIBLE)


class Sweeps:
    """Carries the things of a plan through the video; ``state`` says where it is, and is changed in place.

    ``state["plan"]`` is a list of things: ``places``, ``anchor``, ``fate`` and ``object_id``; ``live`` the
    object_ids tracked at the moment, ``asleep`` those given up, ``at`` the key frame's number, ``entered``
    whether that key frame is settled.
    """

    def __init__(
        self,
        session: TrackingSession,
        key_frames: Sequence[KeyFrame],
        options: EverythingOptions,
        state: dict[str, Any],
        most: int | None = None,
    ) -> None:
        """``most``: objects in all."""
        self._session = session
        self._project = session.project
        self._keys = key_frames
        self._options = options
        self._state = state
        self._most = most

    # ---------------------------------------------------------------- at a key frame

    def enter(self, direction: Direction) -> None:
        """Settle the key frame the state is at."""
        known = {aoi.object_id for aoi in self._project.aois()}
        self._state["live"] = [each for each in self._state["live"] if each in known]
        present = present_at(self._project, self._key.frame_idx)
        if direction is Direction.FORWARD:
            self._retire(present, direction)
            self._begin_things(present)
        else:
            self._join_met(present)
            self._retire(present, direction)
            self._state["live"] += [
                each["object_id"]
                for each in self._state["plan"]
                if each["fate"] == "tracked"
                and each["places"][each["anchor"]][0] == self._state["at"]
                and each["object_id"] in known
                and each["object_id"] not in self._state["live"]
            ]

    def span(self, direction: Direction) -> tuple[int, int] | None:
        """(start, stop) frames from this key frame to the next one that way; None at a shot's end."""
        number, frame_idx = self._state["at"], self._key.frame_idx
        if direction is Direction.BACKWARD:
            return None if self._key.first else (self._keys[number - 1].frame_idx, frame_idx)
        following = self._keys[number + 1] if number + 1 < len(self._keys) else None
        if following is None:
            stop = len(self._session.frames)
        else:
            stop = following.frame_idx + (0 if following.first else 1)
        return (frame_idx + 1, stop) if stop > frame_idx + 1 else None

    def track(self, direction: Direction) -> Generator[TrackUpdate, None, None]:
        """Carry what is tracked to the next key frame."""
        span = self.span(direction)
        if span is None or not self._state["live"]:
            return
        updates = self._session.track(span, direction, self._state["live"], self._options.stride)
        with closing(updates):
            yield from updates

    @property
    def _key(self) -> KeyFrame:
        key: KeyFrame = self._keys[self._state["at"]]
        return key

    # ---------------------------------------------------------------- who is tracked no further

    def _retire(self, present: Present, direction: Direction) -> None:
        given_up = set()
        for object_id in self._state["live"]:
            if not self._was_seen(object_id, direction):
                given_up.add(object_id)
        given_up |= self._melted(present, direction)
        self._state["live"] = [each for each in self._state["live"] if each not in given_up]
        asleep = set(self._state["asleep"]) | given_up
        self._state["asleep"] = sorted(asleep - set(self._state["live"]))

    def _was_seen(self, object_id: int, direction: Direction) -> bool:
        """Whether it was visible at all since the key frame before (backward: the one after)."""
        number, frame_idx = self._state["at"], self._key.frame_idx
        if direction is Direction.FORWARD:
            if self._key.first:
                return False
            way = np.arange(self._keys[number - 1].frame_idx + 1, frame_idx + 1)
        else:
            following = self._keys[number + 1]
            if following.first:
                return False
            way = np.arange(frame_idx, following.frame_idx)
        codes = self._project.masklet(object_id, include_stale=False).codes_at(way)
        return bool((codes == VISIBLE).any())

    def _melted(self, present: Present, direction: Direction) -> set[int]:
        """Live ones that have become an older one, and backward those that have met their own past."""
        live = set(self._state["live"])
        values = ious(present.small, present.small)
        gone: set[int] = set()
        for i, object_id in enumerate(present.object_ids):
            older = [j for j in range(i) if present.object_ids[j] not in gone]
            if object_id in live and older and values[i, older].max() >= MELTED:
                gone.add(object_id)
        if direction is Direction.BACKWARD:
            gone |= {each for each in live if self._has_met_itself(each)}
        return gone

    def _has_met_itself(self, object_id: int) -> bool:
        frame_idx = self._key.frame_idx
        before, _ = self._project.anchors_beside(object_id, frame_idx + 1)
        record = self._project.record(object_id, frame_idx, stale=False)
        if before is None or record is None or record.state is not State.VISIBLE:
            return False
        return before == frame_idx or record.direction in (Direction.FORWARD, Direction.BOTH)

    # ---------------------------------------------------------------- who begins here

    def _begin_things(self, present: Present) -> None:
        here = [
            each
            for each in self._state["plan"]
            if each["fate"] == "waiting" and each["places"][each["anchor"]][0] == self._state["at"]
        ]
        masks = load_masks(self._project, self._key.frame_idx) if here else []
        for each in here:
            number = each["places"][each["anchor"]][1]
            small = self._key.sightings[number].small
            values = same([small], present.small, self._options.iou_thresh)[0]
            if values.any():
                each["fate"], each["object_id"] = "explained", present.object_ids[int(values.argmax())]
            elif len(self._state["live"]) >= self._options.max_masks_per_frame:
                self._put_off(each)
            elif not self._may_begin(each):
                each["fate"] = "left out"
            else:
                object_id = self._begin(each, masks[number])
                present = present.with_one(object_id, small)
                self._relate(present, object_id)

    def _put_off(self, each: dict[str, Any]) -> None:
        """There is no room now: start where it was found next."""
        each["anchor"] += 1
        if each["anchor"] >= len(each["places"]):
            each["fate"] = "left out"

    def _may_begin(self, each: dict[str, Any]) -> bool:
        """Whether it is a thing that was given up, or there may be another."""
        return self._most is None or len(self._made()) < self._most or self._recognised(each) is not None

    def _begin(self, each: dict[str, Any], mask: Any) -> int:
        known = self._recognised(each)
        name: str | int = self._free_name() if known is None else known
        aoi = self._session.propose(name, mask, self._key.frame_idx)
        each["fate"], each["object_id"] = "tracked", aoi.object_id
        each["again"] = known is not None
        self._state["live"].append(aoi.object_id)
        self._state["asleep"] = [i for i in self._state["asleep"] if i != aoi.object_id]
        return aoi.object_id

    def _recognised(self, each: dict[str, Any]) -> int | None:
        """The thing given up before that this one is, beyond doubt."""
        looks = self._looks(each)
        found: dict[int, float] = {}
        for other in self._state["plan"]:
            if other["fate"] == "tracked" and other["object_id"] in self._state["asleep"]:
                alike = likeness(looks, self._looks(other))
                found[other["object_id"]] = max(alike, found.get(other["object_id"], 0.0))
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        if not ranked or ranked[0][1] < SAME_AGAIN:
            return None
        if len(ranked) > 1 and ranked[1][1] > ranked[0][1] - CLEARLY:
            return None
        return ranked[0][0]

    def _looks(self, each: dict[str, Any]) -> Any:
        key, number = each["places"][each["anchor"]]
        return self._keys[key].sightings[number].looks

    def _free_name(self) -> str:
        names = {aoi.name for aoi in self._project.aois()}
        number = 1
        while f"thing {number}" in names:
            number += 1
        return f"thing {number}"

    def _relate(self, present: Present, newest: int) -> None:
        """Note what the newest is part of, and what is part of it; only things of this run are changed."""
        made = self._made()
        shares = contained(present.small, present.small)
        at = present.object_ids.index(newest)
        areas = [int(np.count_nonzero(each)) for each in present.small]
        wholes = [j for j in self._larger(areas, at) if shares[at, j] >= self._options.contained]
        if wholes:
            smallest = min(wholes, key=lambda j: areas[j])
            self._project.edit_aoi(newest, part_of=present.object_ids[smallest])
        for i, object_id in enumerate(present.object_ids):
            inside = i != at and areas[i] < areas[at] and shares[i, at] >= self._options.contained
            if inside and object_id in made and self._is_nearer(present, areas, object_id, at):
                self._project.edit_aoi(object_id, part_of=newest)

    def _larger(self, areas: Sequence[int], at: int) -> list[int]:
        return [j for j in range(len(areas)) if areas[j] > areas[at]]

    def _is_nearer(self, present: Present, areas: Sequence[int], object_id: int, at: int) -> bool:
        """Whether the newest is smaller than what this one is part of so far."""
        whole = self._project.aoi(object_id).part_of
        if whole is None or whole not in present.object_ids:
            return whole is None
        return areas[at] < areas[present.object_ids.index(whole)]

    def _made(self) -> set[int]:
        return {each["object_id"] for each in self._state["plan"] if each["fate"] == "tracked"}

    # ---------------------------------------------------------------- backward: met an older thing

    def _join_met(self, present: Present) -> None:
        """Join what, tracked backward, turns out to be a thing that is there already."""
        values = same(present.small, present.small, self._options.iou_thresh)
        joined: set[int] = set()
        for i, object_id in enumerate(present.object_ids):
            if object_id not in self._state["live"] or object_id in joined:
                continue
            for j, other in enumerate(present.object_ids):
                if other == object_id or other in joined or not values[i, j]:
                    continue
                if other in self._made() and are_one(self._project, object_id, other):
                    self._join(object_id, other)
                    joined |= {object_id, other}
                    break

    def _join(self, one: int, other: int) -> None:
        keep, gone = min(one, other), max(one, other)
        self._session.merge(keep, [gone])
        for each in self._state["plan"]:
            if each["object_id"] == gone:
                each["object_id"] = keep
        self._state["live"] = sorted({keep if i == gone else i for i in self._state["live"]})
        self._state["asleep"] = sorted({i for i in self._state["asleep"] if i != gone})
