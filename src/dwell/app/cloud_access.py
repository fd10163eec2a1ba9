"""Pupil Cloud as the page uses it: a token that stays on the server, comparing, sending, deleting."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from dwell.app.messages import CloudOther, CloudPlan, CloudPlanned, CloudRemoved
from dwell.cloud import (
    Action,
    CloudAddress,
    PlannedAoi,
    PupilCloud,
    PushPlan,
    PushReport,
    Token,
    find_token,
    forget_token,
    keep_token,
    parse_address,
    plan_push,
    push,
    remove_aois,
    uploads_of,
)
from dwell.errors import MissingToken
from dwell.project import Project
from dwell.types import ProgressFn

__all__ = ["CloudAccess"]

Origin = Literal["none", "session", "environment", "keyring"]


class CloudAccess:
    """One per server. All but ``origin`` and ``can_keep`` ask Pupil Cloud, so call them from threads."""

    def __init__(self) -> None:
        self._typed: Token | None = None

    @property
    def origin(self) -> Origin:
        """Where the token is from."""
        if self._typed is not None:
            return "session"
        try:
            found = find_token().origin
        except MissingToken:
            return "none"
        return "environment" if found == "environment" else "keyring"

    @property
    def can_keep(self) -> bool:
        """Whether the package is there that keeps tokens."""
        return find_spec("keyring") is not None

    def login(self, secret: str, *, keep: bool) -> None:
        """Check a token, then use it from now on.

        Raises:
            MissingToken: it is none, or cannot be kept; then it is used until the server stops.
            CloudError: Pupil Cloud does not accept it, or cannot be asked.
        """
        token = Token(secret, "this page")
        with PupilCloud(token) as cloud:
            cloud.workspaces()
        self._typed = token
        if keep:
            keep_token(token)

    def logout(self) -> None:
        """Forget the token that was typed, and that of the keyring."""
        self._typed = None
        forget_token()

    def plan(self, project: Path, key: str, url: str) -> CloudPlan:
        """What sending a project's AOIs would do."""
        with self._opened() as cloud:
            found, left_out = _plan(cloud, project, key, parse_address(url))
        planned = [
            CloudPlanned(
                object_id=each.upload.object_id,
                name=each.upload.name,
                what=each.what,
                to_do=_is_to_do(each),
                aoi_id=each.there.id if each.there else None,
            )
            for each in found.aois
        ]
        others = [CloudOther(aoi_id=each.id, name=each.name, why="made by others") for each in found.foreign]
        others += [
            CloudOther(aoi_id=each.id, name=each.name, why="no longer in the project")
            for each in found.orphans
        ]
        return CloudPlan(url=url, aois=planned, without_mask=list(left_out), others=others)

    def push(
        self, project: Path, key: str, url: str, object_ids: list[int] | None, show: ProgressFn
    ) -> PushReport:
        """Send AOIs as they are now, compared again just before."""
        with self._opened() as cloud:
            found, _ = _plan(cloud, project, key, parse_address(url), object_ids)
            return push(cloud, found, show)

    def delete(self, url: str, aoi_ids: list[str]) -> CloudRemoved:
        """Delete AOIs by their ids; those that are gone already count as deleted."""
        place = parse_address(url)
        with self._opened() as cloud:
            chosen = [each for each in cloud.aois(place) if each.id in aoi_ids]
            removed = remove_aois(cloud, place, chosen)
        gone, left = ([each.name for each in aois] for aois in (removed.gone, removed.left))
        return CloudRemoved(gone=gone, left=left, why=removed.why)

    def _opened(self) -> PupilCloud:
        return PupilCloud(self._typed)


def _plan(
    cloud: PupilCloud, path: Path, key: str, place: CloudAddress, object_ids: list[int] | None = None
) -> tuple[PushPlan, dict[str, str]]:
    with Project.open(path, write=False) as project:
        uploads, left_out = uploads_of(project)
    wanted = [each for each in uploads if object_ids is None or each.object_id in object_ids]
    return plan_push(cloud, place, wanted, key), left_out


def _is_to_do(planned: PlannedAoi) -> bool:
    return planned.action != Action.UNCHANGED or bool(planned.old_ids)
