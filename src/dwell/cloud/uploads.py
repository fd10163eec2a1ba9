"""AOIs as they are to be in Pupil Cloud."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from dwell.cloud.mask_image import image_of
from dwell.cloud.records import CloudAoi
from dwell.errors import CloudFault, ProjectError
from dwell.masks import Mask
from dwell.project import Project
from dwell.types import State

__all__ = ["AoiUpload", "Own", "described", "fields_of", "project_key", "uploads_of"]

_NAMESPACE = UUID("6ad30e04-6f0f-5d0b-9a0d-1d6a2f0f7c11")
_KEY = "cloud_key"
N_COPIES = 16
"""Ids that an AOI may have had, one after the other."""


@dataclass(frozen=True)
class AoiUpload:
    """An AOI as it is to be in Pupil Cloud."""

    object_id: int
    """Its number in the project, by which it is known again when its name has changed."""
    name: str
    colour: str
    """``#rrggbb``."""
    mask: Mask
    """On the reference image, as large as it."""
    description: str = "Made with Dwell"


@dataclass(frozen=True)
class Own:
    """How AOIs of one project are known again in one enrichment: by their ids, else by a mark.

    The ids are made here, so that sending twice does not make two. Should Cloud give ids of its own, the mark
    at the end of the description tells.
    """

    key: str
    """Of the project; see ``project_key``."""
    enrichment_id: str

    def ids(self, object_id: int) -> list[str]:
        """The ids that an AOI may have, the first one first."""
        made_of = f"{self.enrichment_id}/{self.key}/{object_id}"
        return [str(uuid5(_NAMESPACE, f"{made_of}/{copy}")) for copy in range(N_COPIES)]

    def mark(self, object_id: int, copy: int = 0) -> str:
        """The end of its description."""
        return f"{self._prefix}{object_id}{f'.{copy}' if copy else ''}]"

    def is_copy(self, aoi: CloudAoi, object_id: int) -> bool:
        """Whether an AOI in Cloud is this AOI of the project."""
        marks = (self.mark(object_id, copy) for copy in range(N_COPIES))
        return aoi.id in self.ids(object_id) or aoi.description.endswith(tuple(marks))

    def free_copy(self, object_id: int, there: Collection[CloudAoi]) -> int:
        """Number of a copy that is not there yet.

        Raises:
            CloudFault: all are there.
        """
        taken = {each.id for each in there}
        for copy, aoi_id in enumerate(self.ids(object_id)):
            marked = any(each.description.endswith(self.mark(object_id, copy)) for each in there)
            if aoi_id not in taken and not marked:
                return copy
        raise CloudFault(f"There are {N_COPIES} copies of one AOI in Pupil Cloud already; delete some there.")

    def is_marked(self, description: str) -> bool:
        """Whether this project made the AOI with this description, of whatever object."""
        return self._prefix in description

    @property
    def _prefix(self) -> str:
        return f"[dwell {uuid5(_NAMESPACE, self.key).hex[:8]}/"


def project_key(project: Project) -> str | None:
    """What tells this project's AOIs from others' in Pupil Cloud; made when the project may be written.

    A copy of the project has the same one. None: the project is open for reading, and has none yet.
    """
    key: str | None = project.get_setting(_KEY)
    if key is None and not project.read_only:
        key = uuid4().hex
        project.set_setting(_KEY, key)
    return key


def uploads_of(project: Project) -> tuple[list[AoiUpload], dict[str, str]]:
    """The AOIs of a project about one picture, and why others have nothing to send (name → why).

    Raises:
        ProjectError: it is about a video.
    """
    n_frames = project.source.n_frames
    if n_frames != 1:
        raise ProjectError(
            f"{project.path} is about a video of {n_frames} frames; AOIs in Pupil Cloud lie on one "
            "picture, such as the reference image of an enrichment.",
            path=project.path,
        )
    found, left_out = [], {}
    for aoi in project.aois():
        record = project.record(aoi.object_id, 0)
        if record is not None and record.state == State.VISIBLE and record.mask:
            found.append(AoiUpload(aoi.object_id, aoi.name, aoi.colour, record.mask))
        else:
            left_out[aoi.name] = "it has no mask"
    return found, left_out


def described(upload: AoiUpload, own: Own, copy: int) -> dict[str, Any]:
    """A new AOI in the API's words."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    return {
        "id": own.ids(upload.object_id)[copy],
        "enrichment_id": own.enrichment_id,
        "description": f"{upload.description} {own.mark(upload.object_id, copy)}",
        "created_at": now,
        "updated_at": now,
        **fields_of(upload, ("name", "colour", "mask")),
    }


def fields_of(upload: AoiUpload, names: tuple[str, ...]) -> Mapping[str, Any]:
    """Some of an AOI's properties in the API's words; its name always, as Cloud asks for it."""
    fields: dict[str, Any] = {"name": upload.name}
    if "colour" in names:
        fields["color"] = upload.colour
    if "mask" in names:
        fields["mask_image_data_url"] = image_of(upload.mask, upload.colour)
    return fields
