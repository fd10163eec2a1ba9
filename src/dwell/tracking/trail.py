"""What a pass carries along beside the backend's memory: its last answer, and what was last seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dwell.errors import BackendError
from dwell.masks import Mask, MaskRecord
from dwell.tracking.plan import Pass
from dwell.types import Direction, Origin, State

__all__ = ["VERSION", "Trail", "pack", "unpack"]

VERSION = 2
"""Of a trail and of what is made of it; memories of another version do not hold."""
HEADER = b"dwell trail %d\n" % VERSION
"""Begins every saved memory: one line of JSON follows, then the backend's bytes."""


@dataclass(frozen=True)
class Trail:
    """Where a pass has got to, after one visited frame."""

    last: MaskRecord
    """What this pass alone answered there; at its beginning, the anchor."""
    seen: Mask | None
    """The last visible mask; None if there was none yet."""
    seen_at: int
    """Its frame; the anchor's if there was none yet."""
    gone: bool
    """A person said that the AOI is absent, and it was not seen since."""
    shown_area: int = 0
    """px: the largest mask at the anchors that support the pass; 0 if there are none."""
    away: bool = False
    """The tracker itself did not see the AOI on the last visited frame; False at the anchor."""
    thrown: bool = False
    """It saw something there that was thrown away."""

    @classmethod
    def begun(cls, anchor: MaskRecord, support: Iterable[Mask] = ()) -> Trail:
        """The trail at the anchor of a pass; ``support``: the masks at the anchors that support it."""
        seen = anchor.mask if anchor.state is State.VISIBLE else None
        shown_area = max((mask.area for mask in support), default=0)
        return cls(anchor, seen, anchor.frame_idx, anchor.state is State.ABSENT, shown_area)

    def after(self, answer: MaskRecord, *, thrown: bool = False) -> Trail:
        """The trail after the next visited frame; ``thrown``: a mask of the tracker was thrown away there."""
        if answer.state is State.VISIBLE:
            return Trail(answer, answer.mask, answer.frame_idx, gone=False, shown_area=self.shown_area)
        return replace(self, last=answer, away=not thrown, thrown=thrown)


def pack(trail: Trail, data: bytes) -> bytes:
    """The trail and a backend's bytes, as one piece for a project."""
    last = trail.last
    facts = {
        "frame_idx": last.frame_idx,
        "state": last.state.value,
        "score": last.score,
        "check": last.check,
        "mask": last.mask.to_bytes().decode("ascii"),
        "seen": None if trail.seen is None else trail.seen.to_bytes().decode("ascii"),
        "seen_at": trail.seen_at,
        "gone": trail.gone,
        "shown_area": trail.shown_area,
        "away": trail.away,
        "thrown": trail.thrown,
    }
    return HEADER + json.dumps(facts).encode() + b"\n" + data


def unpack(saved: bytes, each: Pass, size_hw: tuple[int, int]) -> tuple[Trail, bytes]:
    """The trail of a pass, and the backend's bytes, from ``pack``.

    Raises:
        BackendError: the bytes come from another version of Dwell, or are damaged.
    """
    try:
        if not saved.startswith(HEADER):
            raise ValueError("no header")  # noqa: TRY301 - one message for all that can be wrong
        line, data = saved[len(HEADER) :].split(b"\n", 1)
        facts = json.loads(line)
        seen = None if facts["seen"] is None else Mask.from_bytes(facts["seen"].encode(), size_hw)
        kept = {name: facts[name] for name in ("seen_at", "gone", "shown_area", "away", "thrown")}
        return Trail(_record(facts, each, size_hw), seen, **kept), data
    except (ValueError, KeyError, TypeError) as error:
        raise BackendError(
            f"The memory of object {each.object_id} saved at frame {each.resume_at} is damaged ({error}); "
            "delete the masks from its anchor on and track again."
        ) from error


def _record(facts: dict[str, object], each: Pass, size_hw: tuple[int, int]) -> MaskRecord:
    return MaskRecord(
        each.object_id,
        int(str(facts["frame_idx"])),
        Mask.from_bytes(str(facts["mask"]).encode(), size_hw),
        State(str(facts["state"])),
        float(str(facts["score"])),
        origin=Origin.MODEL,
        direction=Direction(each.direction),
        check=bool(facts["check"]),
    )
