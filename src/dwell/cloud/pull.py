"""What an address in Pupil Cloud lets one download: enrichments, recordings, or all of a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from dwell.cloud.addresses import CloudAddress
from dwell.cloud.client import PupilCloud
from dwell.cloud.downloads import Download, IfHere, download, safe_name
from dwell.errors import CloudBusy
from dwell.types import ProgressFn

__all__ = ["Parcel", "parcels_at", "pull"]


@dataclass(frozen=True)
class Parcel:
    """One zip that can be downloaded."""

    kind: str
    """``enrichment`` or ``recording``."""
    name: str
    id: str
    path: str
    """In the API."""
    is_ready: bool = True

    @property
    def file_name(self) -> str:
        """What it is called here."""
        return safe_name(self.name, self.id)


def parcels_at(cloud: PupilCloud, place: CloudAddress) -> list[Parcel]:
    """The zips behind an address: of an enrichment, of recordings, or all of a project.

    Raises:
        CloudMissing: the address is that of a whole workspace, or of nothing.
    """
    place.expected("enrichment", "recording", "project")
    if place.kind == "enrichment":
        one = cloud.enrichment(place)
        return [Parcel("enrichment", one.name, one.id, f"{place.api_path}/export")]
    if place.kind == "recording":
        found = [cloud.recording(place.workspace_id, each) for each in place.recording_ids]
    else:
        found = cloud.recordings(place)
    recordings = [
        Parcel("recording", each.name, each.id, _export(place.workspace_id, each.id), each.is_processed)
        for each in found
    ]
    if place.kind == "recording":
        return recordings
    enrichments = [
        Parcel("enrichment", each.name, each.id, f"{place.api_path}/enrichments/{each.id}/export")
        for each in cloud.enrichments(place)
    ]
    return recordings + enrichments


def pull(
    cloud: PupilCloud, parcel: Parcel, folder: Path, show: ProgressFn | None = None, *, again: bool = False
) -> Download:
    """Download a zip into a folder; see ``download``.

    A recording that is here stays; an enrichment is fetched anew unless it is provably the same, as its AOIs
    may have changed.

    Args:
        cloud: from where.
        parcel: what.
        folder: made if need be.
        show: called with (bytes done, bytes in all).
        again: fetch it anew whatever is here.

    Raises:
        CloudBusy: Cloud has not processed the recording yet.
    """
    if not parcel.is_ready:
        raise CloudBusy(f"Pupil Cloud has not yet processed the recording {parcel.name}; run it again later.")
    if_here: IfHere = "replace" if again else "keep" if parcel.kind == "recording" else "compare"
    return download(cloud.wire, parcel.path, folder / parcel.file_name, show, if_here=if_here)


def _export(workspace_id: str, recording_id: str) -> str:
    return f"/workspaces/{workspace_id}/recordings:raw-data-export?ids={quote(recording_id)}"
