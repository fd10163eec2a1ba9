"""What is left to track of a plan, by what has become of its things so far. Source: ours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dwell.everything.video.sightings import KeyFrame
from dwell.everything.video.spending import Costs, Spending, Wanted
from dwell.types import Direction

__all__ = ["plan_of", "remaining", "wanted_of"]

FORWARD, BACKWARD = Direction.FORWARD, Direction.BACKWARD
DOUBT = 4
"""Things settled after which the share of them that was tracked counts as much as that all will be."""


def plan_of(
    wanted: Sequence[Wanted], key_frames: Sequence[KeyFrame], n_frames: int, costs: Costs, stride: int = 1
) -> Spending:
    """What tracking these things should cost, but for those in reserve."""
    spending = Spending(key_frames, n_frames, costs, stride)
    for each in wanted:
        if not each.spare:
            spending.take(each)
    return spending


def remaining(
    entries: Sequence[dict[str, Any]],
    live: Collection[int],
    at: int,
    direction: Direction,
    empty: Spending,
) -> Spending:
    """What the rest of a run should cost, from a key frame on that is settled.

    Who is tracked goes on to the end of its life; who was given up does not, that way. Who waits will be
    tracked as likely as those before were.

    Args:
        entries: the plan, see ``Sweeps``.
        live: object_ids that are tracked at the moment.
        at: number of the key frame.
        direction: of the pass at hand.
        empty: to be filled.
    """
    chance = _chance(entries)
    for entry in entries:
        each = wanted_of(entry)
        anchor = each.places[each.anchor][0]
        if entry["fate"] == "waiting" and direction is FORWARD and anchor >= at and not each.spare:
            empty.take(each, chance=chance)
        elif entry["fate"] == "tracked":
            _go_on(empty, each, anchor, at, direction, entry["object_id"] in live)
    return empty


def _go_on(empty: Spending, each: Wanted, anchor: int, at: int, direction: Direction, alive: bool) -> None:
    begins = anchor == at
    if direction is FORWARD:
        if alive:
            empty.take(each, [FORWARD], since=None if begins else at)
        empty.take(each, [BACKWARD])
    elif anchor < at or begins:
        empty.take(each, [BACKWARD])
    elif alive:
        empty.take(each, [BACKWARD], since=at)


def _chance(entries: Sequence[dict[str, Any]]) -> float:
    """0 … 1: share of the things settled so far that were tracked, those in reserve aside."""
    fates = [each["fate"] for each in entries if not each["spare"]]
    n_settled = sum(fate != "waiting" for fate in fates)
    chance: float = (fates.count("tracked") + DOUBT) / (n_settled + DOUBT)
    return chance


def wanted_of(entry: dict[str, Any]) -> Wanted:
    """A thing of the plan, as it was chosen."""
    places = tuple((key, number) for key, number in entry["places"])
    anchor = min(entry["anchor"], len(places) - 1)
    life = (entry["life"][0], entry["life"][1])
    values = (entry["importance"], life, entry["n_frames"], entry["area"], entry["spare"])
    return Wanted(entry["chain"], places, anchor, *values)
