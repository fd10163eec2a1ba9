"""What begins at a key frame: as a new AOI, as one that was given up before, or not at all. Source: ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dwell.everything.appearance import Appearance, likeness
from dwell.everything.names import new_name
from dwell.everything.options import EverythingOptions
from dwell.everything.video.overlap import contained, same
from dwell.everything.video.present import Present
from dwell.everything.video.sightings import KeyFrame
from dwell.masks import Mask
from dwell.project import descendants
from dwell.tracking import TrackingSession
from dwell.types import Origin

__all__ = ["Beginning", "made_by"]

SAME_AGAIN = 0.85
"""Likeness from which something found after a thing was lost is that thing."""
CLEARLY = 0.1
"""… and by so much more alike than any other lost thing."""

Entry = dict[str, Any]
"""One thing of a plan; see ``Sweeps``."""


class Beginning:
    """Lets the things of a plan begin; ``state`` as of ``Sweeps``, changed in place."""

    def __init__(
        self,
        session: TrackingSession,
        key_frames: Sequence[KeyFrame],
        options: EverythingOptions,
        state: dict[str, Any],
        most: int | None,
    ) -> None:
        self._session = session
        self._project = session.project
        self._keys = key_frames
        self._options = options
        self._state = state
        self._most = most
        self._seen: dict[tuple[int, int], Appearance] = {}
        """Looks of anchors, by key frame and number."""

    def begin(self, present: Present) -> None:
        """Settle all things whose anchor is on the key frame at hand."""
        here = [each for each in self._state["plan"] if each["fate"] == "waiting" and self._is_here(each)]
        masks = self._key.masks() if here else []
        adopted = self._adopt(here, masks)
        known = self._recognised([each for each in here if each not in adopted])
        for each in here:
            if each in adopted:
                continue
            number = each["places"][each["anchor"]][1]
            small = self._key.sightings[number].small
            values = same([small], present.small, self._options.iou_thresh)[0]
            if values.any():
                each["fate"], each["object_id"] = "explained", present.object_ids[int(values.argmax())]
            elif len(self._state["live"]) >= self._options.max_masks_per_frame:
                self._put_off(each)
            elif self._is_enough() and id(each) not in known:
                each["fate"] = "left out"
            elif self._begin(each, masks[number], known.get(id(each))):
                present = present.with_one(each["object_id"], small)
                self.relate(present, each["object_id"])

    @property
    def _key(self) -> KeyFrame:
        key: KeyFrame = self._keys[self._state["at"]]
        return key

    def _is_here(self, each: Entry) -> bool:
        return bool(each["places"][each["anchor"]][0] == self._state["at"])

    def _is_enough(self) -> bool:
        return self._most is not None and len(made_by(self._state)) >= self._most

    def _put_off(self, each: Entry) -> None:
        """There is no room now: start where it was found next."""
        each["anchor"] += 1
        if each["anchor"] >= len(each["places"]):
            each["fate"] = "left out"

    def _adopt(self, here: Sequence[Entry], masks: Sequence[Mask]) -> list[Entry]:
        """Those that began here before, in a step that is still there while a later one was taken back."""
        there = self._project.records_at(self._key.frame_idx)
        proposed = {i: record.mask for i, record in there.items() if record.origin is Origin.PROPOSED}
        adopted = []
        for each in here:
            mask = masks[each["places"][each["anchor"]][1]]
            own = [i for i, other in sorted(proposed.items()) if other == mask]
            if own and self._state["undone"]:
                self._track(each, own[0])
                adopted.append(each)
        return adopted

    def _begin(self, each: Entry, mask: Mask, known: int | None) -> bool:
        """Whether it does: not where a person has said something else of the thing."""
        if known is not None and self._is_said(known):
            each["fate"], each["object_id"] = "explained", known
            return False
        name: str | int = new_name(self._project.aois()) if known is None else known
        aoi = self._session.propose(name, mask, self._key.frame_idx)
        self._track(each, aoi.object_id)
        return True

    def _is_said(self, object_id: int) -> bool:
        record = self._project.record(object_id, self._key.frame_idx)
        return record is not None and record.is_said

    def _track(self, each: Entry, object_id: int) -> None:
        each["fate"], each["object_id"] = "tracked", object_id
        self._state["live"] = [i for i in self._state["live"] if i != object_id] + [object_id]
        self._state["asleep"] = [i for i in self._state["asleep"] if i != object_id]

    # ---------------------------------------------------------------- recognising

    def _recognised(self, here: Sequence[Entry]) -> dict[int, int]:
        """id(entry) → the thing given up before that it is, beyond doubt.

        The most alike pairs first, so that a cup is not taken for its body while that is there, too.
        """
        pairs = [
            (likeness(self._looks(each), looks), at, object_id)
            for at, each in enumerate(here)
            for object_id, looks in self._asleep()
        ]
        best: dict[tuple[int, int], float] = {}
        for alike, at, object_id in pairs:
            best[at, object_id] = max(alike, best.get((at, object_id), 0.0))
        found: dict[int, int] = {}
        for (at, object_id), alike in sorted(best.items(), key=lambda item: (-item[1], item[0])):
            free = (i for (one, i) in best if one == at and i != object_id and i not in found.values())
            clear = all(best[at, i] <= alike - CLEARLY for i in free)
            if alike >= SAME_AGAIN and clear and at not in found and object_id not in found.values():
                found[at] = object_id
        return {id(here[at]): object_id for at, object_id in found.items()}

    def _asleep(self) -> list[tuple[int, Appearance]]:
        asleep = set(self._state["asleep"])
        began = [e for e in self._state["plan"] if e["fate"] == "tracked" and e["object_id"] in asleep]
        return [(each["object_id"], self._looks(each)) for each in began]

    def _looks(self, each: Entry) -> Appearance:
        key, number = each["places"][each["anchor"]]
        if (key, number) not in self._seen:
            self._seen[key, number] = self._keys[key].looks()[number]
        return self._seen[key, number]

    # ---------------------------------------------------------------- parts and wholes

    def relate(self, present: Present, newest: int) -> None:
        """Note what the newest is part of, and what is part of it; only things of this run are changed."""
        made = made_by(self._state)
        shares = contained(present.small, present.small)
        at = present.object_ids.index(newest)
        areas = [int(np.count_nonzero(each)) for each in present.small]
        wholes = [j for j in self._larger(areas, at) if shares[at, j] >= self._options.contained]
        if wholes:
            smallest = min(wholes, key=lambda j: areas[j])
            self._make_part(newest, present.object_ids[smallest])
        for i, object_id in enumerate(present.object_ids):
            inside = i != at and areas[i] < areas[at] and shares[i, at] >= self._options.contained
            if inside and object_id in made and self._is_nearer(present, areas, object_id, at):
                self._make_part(object_id, newest)

    def _make_part(self, part: int, whole: int) -> None:
        """Note it, unless that would close a circle, or a person has said otherwise."""
        aois = self._project.aois()
        links = self._state["links"]
        if part == whole or whole in descendants(aois, part):
            return
        if self._project.aoi(part).part_of == links.get(str(part)):
            self._project.edit_aoi(part, part_of=whole)
            links[str(part)] = whole

    def _larger(self, areas: Sequence[int], at: int) -> list[int]:
        return [j for j in range(len(areas)) if areas[j] > areas[at]]

    def _is_nearer(self, present: Present, areas: Sequence[int], object_id: int, at: int) -> bool:
        """Whether the newest is smaller than what this one is part of so far."""
        whole = self._project.aoi(object_id).part_of
        if whole is None or whole not in present.object_ids:
            return whole is None
        return areas[at] < areas[present.object_ids.index(whole)]


def made_by(state: dict[str, Any]) -> set[int]:
    """object_ids of the things of a plan that are tracked."""
    return {each["object_id"] for each in state["plan"] if each["fate"] == "tracked"}
