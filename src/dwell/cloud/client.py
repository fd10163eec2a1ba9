"""Pupil Cloud, spoken to in its own nouns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from dwell.cloud.addresses import CloudAddress
from dwell.cloud.records import CloudAoi, CloudEvent, CloudProject, CloudRecording, Enrichment, Workspace
from dwell.cloud.retry import Retry
from dwell.cloud.token import Token, find_token
from dwell.cloud.wire import Wire
from dwell.errors import CloudFault

__all__ = ["PupilCloud"]

T = TypeVar("T")


class PupilCloud:
    """What a token gives access to. Close it, or use it in a ``with`` statement.

    Methods raise:

    * ``CloudRefused``: the token is not accepted, or may not do this;
    * ``CloudMissing``: there is no such thing;
    * ``CloudBusy``, ``CloudUnreachable``, ``CloudFault``: Cloud could not, also when asked again.
    """

    def __init__(
        self, token: Token | None = None, *, base_url: str | None = None, retry: Retry | None = None
    ) -> None:
        """See the class.

        Args:
            token: default that of the environment or the keyring.
            base_url: of the API; default that of ``DWELL_PUPIL_CLOUD_URL``, else Pupil Cloud's.
            retry: when to ask again.

        Raises:
            MissingToken: no token is given or found.
        """
        self.wire = Wire(token or find_token(), base_url, retry)

    def close(self) -> None:
        """End all connections."""
        self.wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---------------------------------------------------------------- what is there

    def workspaces(self) -> list[Workspace]:
        """Every workspace that the token's owner is in."""
        return self._list("/workspaces/", Workspace.of)

    def recordings(self, place: CloudAddress) -> list[CloudRecording]:
        """The recordings of a workspace, or of a project."""
        return self._list(f"{place.api_path}/recordings/", CloudRecording.of)

    def recording(self, workspace_id: str, recording_id: str) -> CloudRecording:
        """One recording."""
        answer = self.wire.get(f"/workspaces/{workspace_id}/recordings/{recording_id}")
        return CloudRecording.of(answer.result)

    def projects(self, workspace_id: str) -> list[CloudProject]:
        """The projects of a workspace."""
        return self._list(f"/workspaces/{workspace_id}/projects/", CloudProject.of)

    def enrichments(self, place: CloudAddress) -> list[Enrichment]:
        """The enrichments of a project."""
        return self._list(f"{place.expected('project').api_path}/enrichments/", Enrichment.of)

    def enrichment(self, place: CloudAddress) -> Enrichment:
        """One enrichment."""
        return Enrichment.of(self.wire.get(place.expected("enrichment").api_path).result)

    # ---------------------------------------------------------------- AOIs

    def aois(self, place: CloudAddress) -> list[CloudAoi]:
        """The AOIs of an enrichment, with their masks."""
        return self._list(_aois(place), CloudAoi.of)

    def add_aoi(self, place: CloudAddress, body: Mapping[str, Any]) -> str:
        """Make an AOI; the id that Cloud gave it. It is made once, however often Cloud has to be asked.

        Args:
            place: the enrichment.
            body: its description, in the API's words, with an ``id`` and a ``description`` of its own.
        """

        def made() -> Mapping[str, Any] | None:
            for each in self.aois(place):
                if each.id == body["id"] or each.description == body["description"]:
                    return {"id": each.id}
            return None

        result = self.wire.add(_aois(place), body, made)
        return str(result["id"]) if isinstance(result, Mapping) and "id" in result else str(body["id"])

    def edit_aoi(self, place: CloudAddress, aoi_id: str, changes: Mapping[str, Any]) -> None:
        """Change an AOI; ``changes`` in the API's words, with its ``name``."""
        self.wire.change("PATCH", f"{_aois(place)}/{aoi_id}", changes)

    def delete_aois(self, place: CloudAddress, aoi_ids: Iterable[str]) -> None:
        """Delete AOIs; those that are gone already are no error."""
        if ids := list(aoi_ids):
            self.wire.change("DELETE", _aois(place), {"aoi_ids": ids})

    # ---------------------------------------------------------------- events

    def events(self, workspace_id: str, recording_id: str) -> list[CloudEvent]:
        """The events of a recording."""
        return self._list(_events(workspace_id, recording_id), CloudEvent.of)

    def add_event(self, workspace_id: str, recording_id: str, event: CloudEvent, tolerance_s: float) -> None:
        """Add an event, once: one of this name within the tolerance counts as this one."""

        def made() -> Mapping[str, Any] | None:
            there = self.events(workspace_id, recording_id)
            return {} if any(each.is_near(event, tolerance_s) for each in there) else None

        body = {"name": event.name, "offset_s": event.offset_s}
        self.wire.add(_events(workspace_id, recording_id), body, made)

    # ---------------------------------------------------------------- lists

    def _list(self, path: str, read: Callable[[Mapping[str, Any]], T]) -> list[T]:
        """All of a list, page by page where it comes in pages. Never a part of it in silence.

        Whether Cloud pages its lists is not documented; the ways of ``Link`` headers and of a ``next`` beside
        the result are followed.
        """
        found: list[T] = []
        seen: set[str] = set()
        here: str | None = path
        total = None
        while here is not None and here not in seen:
            seen.add(here)
            answer = self.wire.get(here)
            if not isinstance(answer.result, list):
                raise CloudFault("Pupil Cloud gave something else than a list; has its API changed?")
            found += [read(each) for each in answer.result]
            here, total = answer.next_page, total if answer.total is None else answer.total
        if total is not None and total > len(found):
            raise CloudFault(
                f"Pupil Cloud lists {len(found)} of {total} and does not say where the others are; has its "
                "API changed?"
            )
        return found


def _aois(place: CloudAddress) -> str:
    return f"{place.expected('enrichment').api_path}/aois"


def _events(workspace_id: str, recording_id: str) -> str:
    return f"/workspaces/{workspace_id}/recordings/{recording_id}/events"
