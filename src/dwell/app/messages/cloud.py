"""Pupil Cloud: the token's whereabouts, what sending would do, deleting."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dwell.app.messages.base import Message, Request

__all__ = [
    "CloudAsk",
    "CloudDelete",
    "CloudLogin",
    "CloudOther",
    "CloudPlan",
    "CloudPlanned",
    "CloudPush",
    "CloudRemoved",
    "CloudState",
]


class CloudState(Message):
    """Whether, and with whose token, AOIs can be sent. The token itself never leaves the server."""

    token: Literal["none", "session", "environment", "keyring"]
    """Where it is from; ``session``: typed on the page, and forgotten when the server stops."""
    can_keep: bool
    """This computer has a keyring to keep a token in."""
    url: str
    """Address of the enrichment that AOIs were sent to last; empty at first."""


class CloudLogin(Request):
    """A token to check, and to use if it is good."""

    token: str = Field(repr=False, max_length=1000)
    keep: bool = False
    """In the computer's keyring; otherwise until the server stops."""


class CloudAsk(Request):
    """What would sending to this enrichment do?"""

    url: str


class CloudPlanned(Message):
    """One AOI, and what would be done with it."""

    object_id: int
    name: str
    what: str
    """For people: ``create``, ``rename, recolour``, ``unchanged`` …"""
    to_do: bool
    aoi_id: str | None
    """Its id in Cloud, if it is there."""


class CloudOther(Message):
    """An AOI in Cloud that is left alone."""

    aoi_id: str
    name: str
    why: Literal["made by others", "no longer in the project"]


class CloudPlan(Message):
    """What sending would do; nothing is sent yet."""

    url: str
    aois: list[CloudPlanned]
    without_mask: list[str]
    """Names of AOIs that have nothing to send."""
    others: list[CloudOther]


class CloudPush(Request):
    """Send AOIs; the task's result has ``outcomes``: object_id, name, what, done, aoi_id, why of each."""

    url: str
    object_ids: list[int] | None = None
    """None: all."""


class CloudDelete(Request):
    """Delete these AOIs in Cloud."""

    url: str
    aoi_ids: list[str] = Field(min_length=1)


class CloudRemoved(Message):
    """What was deleted in Cloud."""

    gone: list[str]
    """Names."""
    left: list[str]
    """Names of those still there."""
    why: str
