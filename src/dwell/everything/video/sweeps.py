"""Tracking what was chosen: forward through all key frames, then backward. Source: ours.

At each key frame three things are settled before tracking goes on to the next. Who has not been seen since
the last key frame, or has become another one, is tracked no further. What was chosen to start here becomes an
AOI, unless a tracked mask explains it already. And what lies in something larger is noted as a part of it, so
that the two do not compete. All of it follows from the project as it is, so that a run may stop anywhere.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from functools import cached_property
from typing import Any

from dwell.everything.options import EverythingOptions
from dwell.everything.same import are_one, join
from dwell.everything.video.beginning import Beginning, made_by
from dwell.everything.video.overlap import ious, same
from dwell.everything.video.present import Present, present_at
from dwell.everything.video.sightings import KeyFrame
from dwell.tracking import TrackingSession, TrackUpdate
from dwell.types import Direction, State

__all__ = ["Sweeps"]

MELTED = 0.85
"""IoU from which two tracked things are one and the younger is tracked no further."""


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
        self._beginning = Beginning(session, key_frames, options, state, most)

    # ---------------------------------------------------------------- at a key frame

    def enter(self, direction: Direction) -> None:
        """Settle the key frame the state is at."""
        self._take_up_changes()
        present = present_at(self._project, self._key.frame_idx)
        if direction is Direction.FORWARD:
            self._retire(present, direction)
            self._beginning.begin(present)
        else:
            self._join_met(present)
            self._retire(present, direction)
            self._state["live"] += [
                each["object_id"]
                for each in self._state["plan"]
                if each["fate"] == "tracked"
                and each["places"][each["anchor"]][0] == self._state["at"]
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
        self._take_up_changes()
        span = self.span(direction)
        live = [each for each in self._state["live"] if self._is_shown(each)]
        if span is None or not live:
            return
        stride = self._options.stride
        updates = self._session.track(span, direction, live, stride, also=self._edges if stride > 1 else ())
        with closing(updates):
            yield from updates

    @cached_property
    def _edges(self) -> tuple[int, ...]:
        """Key frames, and the last frame of each shot: looked at whatever the stride."""
        places = {each.frame_idx for each in self._keys}
        places |= {each.frame_idx - 1 for each in self._keys if each.first and each.frame_idx}
        return tuple(sorted(places | {len(self._session.frames) - 1}))

    # ---------------------------------------------------------------- what a person did meanwhile

    def _take_up_changes(self) -> None:
        """AOIs that were removed are left alone, those that were merged go on as what they are now."""
        known = {aoi.object_id for aoi in self._project.aois()}
        for each in self._state["plan"]:
            if each["fate"] == "tracked" and each["object_id"] not in known:
                self._look_for(each)
        self._state["live"] = [each for each in self._state["live"] if each in known]
        self._state["asleep"] = [each for each in self._state["asleep"] if each in known]

    def _look_for(self, each: dict[str, Any]) -> None:
        """The AOI that holds the mask that a thing began with, now that its own is gone."""
        key, number = each["places"][each["anchor"]]
        mask = self._keys[key].masks()[number]
        there = self._project.records_at(self._keys[key].frame_idx)
        heirs = [i for i, record in sorted(there.items()) if record.mask and not (mask - record.mask)]
        if heirs:
            gone, each["object_id"] = each["object_id"], heirs[0]
            if gone in self._state["live"]:
                self._state["live"] = sorted({*self._state["live"], heirs[0]})
        else:
            each["fate"] = "removed"

    def _is_shown(self, object_id: int) -> bool:
        """Whether it has an anchor to track from still."""
        prompted = bool(self._project.prompt_frames(object_id))
        return prompted or bool(self._project.coverage(object_id).approved.any())

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
        melted = self._melted(present, direction)
        self._state["live"] = [each for each in self._state["live"] if each not in given_up | melted]
        asleep = set(self._state["asleep"]) | given_up
        self._state["asleep"] = sorted(asleep - set(self._state["live"]))

    def _was_seen(self, object_id: int, direction: Direction) -> bool:
        """Whether it was visible at all since the key frame before (backward: the one after)."""
        number, frame_idx = self._state["at"], self._key.frame_idx
        if direction is Direction.FORWARD:
            if self._key.first:
                return False
            way = range(frame_idx, self._keys[number - 1].frame_idx, -1)
        else:
            following = self._keys[number + 1]
            if following.first:
                return False
            way = range(frame_idx, following.frame_idx)
        return any(self._is_visible(object_id, each) for each in way)

    def _is_visible(self, object_id: int, frame_idx: int) -> bool:
        record = self._project.record(object_id, frame_idx, stale=False)
        return record is not None and record.state is State.VISIBLE

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
                if other in made_by(self._state) and are_one(self._project, object_id, other):
                    self._join(object_id, other)
                    joined |= {object_id, other}
                    break

    def _join(self, one: int, other: int) -> None:
        kept = join(self._session, one, other)
        if kept is None:
            return
        gone = other if kept == one else one
        for each in self._state["plan"]:
            if each["object_id"] == gone:
                each["object_id"] = kept
        self._state["live"] = sorted({kept if i == gone else i for i in self._state["live"]})
        self._state["asleep"] = sorted({i for i in self._state["asleep"] if i != gone})
