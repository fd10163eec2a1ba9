"""Sending AOIs to Pupil Cloud, with a word on every single one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dwell.cloud.client import PupilCloud
from dwell.cloud.plan import Action, PlannedAoi, PushPlan, differences
from dwell.cloud.records import CloudAoi
from dwell.cloud.uploads import described, fields_of
from dwell.errors import CloudBusy, CloudError, CloudRefused, CloudUnreachable
from dwell.types import ProgressFn

__all__ = ["Outcome", "PushReport", "push"]

_HOPELESS = (CloudRefused, CloudUnreachable, CloudBusy)
"""What goes wrong with one AOI like this goes wrong with the next."""
_CANNOT_CHANGE = {400, 404, 405, 422, 501}
"""Answers to a change that a server gives which does not know changes."""


@dataclass(frozen=True)
class Outcome:
    """What became of one AOI."""

    object_id: int
    name: str
    what: str
    """What was to be done, for people."""
    done: bool
    aoi_id: str | None
    """Its id in Cloud, if it is there."""
    why: str = ""
    """Why it was not done; or what else there is to say."""


@dataclass(frozen=True)
class PushReport:
    """What became of every AOI, in the order of the plan."""

    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Those that are not in Cloud as they should be; sending again does these."""
        return tuple(each for each in self.outcomes if not each.done)


def push(cloud: PupilCloud, plan: PushPlan, show: ProgressFn | None = None) -> PushReport:
    """Do what a plan says, AOI by AOI; what fails is told, and hinders no other.

    What was sent is read back and compared. Where Cloud cannot change an AOI, a new one is made; the old one
    is deleted once the new one is seen there.

    Args:
        cloud: where.
        plan: from ``plan_push``, made shortly before.
        show: called with (done, total) after each AOI; may raise ``Cancelled``: what was sent stays, and the
            same again does the rest.
    """
    sent = [_Sent(each, each.there.id if each.there else None) for each in plan.aois]
    total = len(sent) + 1  # reading back is one more
    for number, one in enumerate(sent):
        if show is not None:
            show(number, total)
        one.send(cloud, plan)
        if isinstance(one.error, _HOPELESS):
            for rest in sent[number + 1 :]:
                rest.give_up(one.error)
            break
    _read_back(cloud, plan, sent)
    if show is not None:
        show(total, total)
    return PushReport(tuple(each.outcome() for each in sent))


class _Sent:
    """One AOI on its way."""

    def __init__(self, planned: PlannedAoi, aoi_id: str | None) -> None:
        self.planned, self.aoi_id = planned, aoi_id
        self.error: CloudError | None = None
        self.note = ""

    @property
    def to_do(self) -> bool:
        return self.planned.action != Action.UNCHANGED or bool(self.planned.old_ids)

    def send(self, cloud: PupilCloud, plan: PushPlan) -> None:
        upload = self.planned.upload
        try:
            if self.planned.there is None:
                self.aoi_id = cloud.add_aoi(plan.place, described(upload, plan.own, 0))
            elif self.planned.action == Action.CHANGE:
                cloud.edit_aoi(plan.place, self.planned.there.id, fields_of(upload, self.planned.changes))
        except CloudError as error:
            if self.planned.there is not None and error.status in _CANNOT_CHANGE:
                self.replace(cloud, plan)
            else:
                self.error = error

    def replace(self, cloud: PupilCloud, plan: PushPlan) -> None:
        """Make a new one beside the old one."""
        upload = self.planned.upload
        try:
            copy = plan.own.free_copy(upload.object_id, cloud.aois(plan.place))
            self.aoi_id = cloud.add_aoi(plan.place, described(upload, plan.own, copy))
        except CloudError as error:
            self.error = error

    def give_up(self, reason: CloudError) -> None:
        if self.to_do:
            self.error = CloudError(f"Not tried, as before it: {reason}")

    def left(self, there: Sequence[CloudAoi]) -> tuple[str, ...]:
        """What still differs in Cloud; ``AOI`` if all of it is missing."""
        for aoi in there:
            if aoi.id == self.aoi_id:
                left = differences(self.planned.upload, aoi)
                return tuple(each for each in left if each != "mask" or aoi.mask is not None)
        return ("AOI",)

    def outcome(self) -> Outcome:
        upload, why = self.planned.upload, self.note if self.error is None else str(self.error)
        return Outcome(upload.object_id, upload.name, self.planned.what, self.error is None, self.aoi_id, why)


def _read_back(cloud: PupilCloud, plan: PushPlan, sent: Sequence[_Sent]) -> None:
    """See to it that Cloud has what was sent, and only once."""
    to_check = [each for each in sent if each.to_do and each.error is None]
    if not to_check:
        return
    try:
        there = cloud.aois(plan.place)
        if unchanged := [each for each in to_check if each.planned.there and each.left(there)]:
            for each in unchanged:
                each.replace(cloud, plan)
            there = cloud.aois(plan.place)
    except CloudError as error:
        for each in to_check:
            each.note = f"Sent, but not read back: {error}"
        return
    for each in to_check:
        _settle(cloud, plan, each, there)


def _settle(cloud: PupilCloud, plan: PushPlan, one: _Sent, there: Sequence[CloudAoi]) -> None:
    if one.error is not None:
        return
    if left := one.left(there):
        one.error = CloudError(
            f"Pupil Cloud took it, but does not show this as it was sent: {', '.join(left)}."
        )
        return
    object_id = one.planned.upload.object_id
    old = [each.id for each in there if plan.own.is_copy(each, object_id) and each.id != one.aoi_id]
    try:
        cloud.delete_aois(plan.place, old)
    except CloudError as error:
        one.error = CloudError(f"It is there, but its old copy was not deleted: {error}")
