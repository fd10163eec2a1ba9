"""Entries into AOIs, and exits from them, as events of a recording in Pupil Cloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dwell.cloud.client import PupilCloud
from dwell.cloud.records import CloudEvent
from dwell.errors import CloudError
from dwell.types import ProgressFn

__all__ = ["EventPlan", "EventReport", "events_of_visits", "plan_events", "write_events"]

TOLERANCE_S = 0.001
"""Events of one name as near as this are one."""


@dataclass(frozen=True)
class EventPlan:
    """What is to be added so that a recording has these events."""

    workspace_id: str
    recording_id: str
    new: tuple[CloudEvent, ...]
    there: tuple[CloudEvent, ...]
    """Those that the recording has already."""


@dataclass(frozen=True)
class EventReport:
    """What became of the new events."""

    added: tuple[CloudEvent, ...]
    failed: tuple[CloudEvent, ...]
    why: str = ""
    """Why the failed ones are not there."""


def events_of_visits(visits: pd.DataFrame, start_ns: int) -> list[CloudEvent]:
    """Two events per visit, in time order: ``cup entry`` and ``cup exit``.

    Args:
        visits: ``dwell.tables.AOI_VISITS``.
        start_ns: when the recording starts, ns UTC.

    Raises:
        CloudError: a visit lies before the recording, so the start is not its.
    """
    timed: list[tuple[int, str]] = []
    for column, word in (("start timestamp [ns]", "entry"), ("end timestamp [ns]", "exit")):
        offsets_ns = visits[column].to_numpy("int64") - start_ns
        names = (f"{name} {word}" for name in visits["aoi label"])
        timed += zip(offsets_ns.tolist(), names, strict=True)
    if timed and min(timed)[0] < 0:
        raise CloudError("A visit lies before the recording's start; are both of the same recording?")
    return [CloudEvent(name, offset_ns / 1e9) for offset_ns, name in sorted(timed)]


def plan_events(
    cloud: PupilCloud, workspace_id: str, recording_id: str, events: Sequence[CloudEvent]
) -> EventPlan:
    """Compare events with those that a recording has."""
    known = cloud.events(workspace_id, recording_id)
    there = [event for event in events if any(each.is_near(event, TOLERANCE_S) for each in known)]
    new = [event for event in events if event not in there]
    return EventPlan(workspace_id, recording_id, tuple(new), tuple(there))


def write_events(cloud: PupilCloud, plan: EventPlan, show: ProgressFn | None = None) -> EventReport:
    """Add the new events, one by one; the same again adds what failed, and nothing twice.

    Args:
        cloud: where.
        plan: from ``plan_events``, made shortly before.
        show: called with (done, total); may raise ``Cancelled``: what was added stays.
    """
    for number, event in enumerate(plan.new):
        if show is not None:
            show(number, len(plan.new))
        try:
            cloud.add_event(plan.workspace_id, plan.recording_id, event, TOLERANCE_S)
        except CloudError as error:
            return EventReport(plan.new[:number], plan.new[number:], str(error))
    if show is not None:
        show(len(plan.new), len(plan.new))
    return EventReport(plan.new, ())
