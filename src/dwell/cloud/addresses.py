"""Addresses of Pupil Cloud's web pages, as people paste them, and the ids in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from dwell.errors import CloudMissing

__all__ = ["CloudAddress", "parse_address"]

_WORDS = {"workspaces": "workspace_id", "projects": "project_id", "enrichments": "enrichment_id"}
_QUERY = {
    "workspace": "workspace_id",
    "workspace_id": "workspace_id",
    "project": "project_id",
    "project_id": "project_id",
    "enrichment": "enrichment_id",
    "enrichment_id": "enrichment_id",
}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_HOSTS = re.compile(r"(.*\.)?pupil-labs\.(com|dev)")
_EXAMPLE = "https://cloud.pupil-labs.com/workspaces/…/projects/…/enrichments/…"


@dataclass(frozen=True)
class CloudAddress:
    """A place in Pupil Cloud."""

    workspace_id: str
    """``default`` is the person's own."""
    project_id: str | None = None
    enrichment_id: str | None = None
    recording_ids: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The most precise thing it names: enrichment, recording, project or workspace."""
        if self.enrichment_id is not None:
            return "enrichment"
        if self.recording_ids:
            return "recording"
        return "workspace" if self.project_id is None else "project"

    @property
    def api_path(self) -> str:
        """The path of the enrichment, project or workspace in the API."""
        path = f"/workspaces/{self.workspace_id}"
        if self.project_id is not None:
            path += f"/projects/{self.project_id}"
        return path if self.enrichment_id is None else f"{path}/enrichments/{self.enrichment_id}"

    def expected(self, *kinds: str) -> CloudAddress:
        """This address, if it names one of these kinds of things.

        Raises:
            CloudMissing: it names something else.
        """
        if self.kind not in kinds:
            raise CloudMissing(
                f"Expected the address of {' or '.join(_with_article(kind) for kind in kinds)}, got that of "
                f"{_with_article(self.kind)}; open it in Pupil Cloud and copy what the browser shows."
            )
        return self


def parse_address(text: str) -> CloudAddress:
    """The place that an address names.

    Args:
        text: what a browser shows in Pupil Cloud, with or without more parts behind it; an address of the
            API; or only its path from ``workspaces/`` on.

    Raises:
        CloudMissing: it is none of Pupil Cloud's, or names nothing.

    Example:
        >>> parse_address("https://cloud.pupil-labs.com/workspaces/w/projects/p/enrichments/e/aois").kind
        'enrichment'
    """
    url = urlsplit(text.strip())
    if url.scheme and not (url.scheme in ("http", "https") and _HOSTS.fullmatch(url.hostname or "")):
        raise CloudMissing(f"{text.strip()!r} is no address of Pupil Cloud; expected {_EXAMPLE}")
    parts = [part for part in url.path.split("/") if part]
    query = parse_qs(url.query)
    found = {name: query[key][0] for key, name in _QUERY.items() if key in query}
    found |= {_WORDS[word]: value for word, value in zip(parts, parts[1:], strict=False) if word in _WORDS}
    for value in found.values():
        _check_id(value, text)
    if "workspace_id" not in found or ("enrichment_id" in found and "project_id" not in found):
        raise CloudMissing(
            f"{text.strip()!r} does not say which workspace and project it is about; expected {_EXAMPLE}"
        )
    place = CloudAddress(found["workspace_id"], found.get("project_id"), found.get("enrichment_id"))
    return place if place.enrichment_id else replace(place, recording_ids=_recordings(parts, query, text))


def _recordings(parts: Sequence[str], query: dict[str, list[str]], text: str) -> tuple[str, ...]:
    if "recordings" not in parts:
        return ()
    behind = parts[parts.index("recordings") + 1 :][:1]
    asked = [
        each
        for key in ("id", "ids", "recording")
        for value in query.get(key, [])
        for each in value.split(",")
    ]
    ids = tuple(dict.fromkeys([*behind, *asked]))
    for each in ids:
        _check_id(each, text)
    return ids


def _check_id(value: str, text: str) -> None:
    if not _ID.fullmatch(value):
        raise CloudMissing(f"{value!r} in {text.strip()!r} is no id of Pupil Cloud; expected {_EXAMPLE}")


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
