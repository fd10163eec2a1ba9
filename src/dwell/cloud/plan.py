"""What sending AOIs to Pupil Cloud would change: compared first, shown, and only then done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dwell.cloud.addresses import CloudAddress
from dwell.cloud.client import PupilCloud
from dwell.cloud.records import CloudAoi
from dwell.cloud.uploads import AoiUpload, Own
from dwell.errors import CloudError
from dwell.masks import Mask

__all__ = ["Action", "PlannedAoi", "PushPlan", "differences", "plan_push"]

SAME_IOU = 0.98
"""Masks that agree so far are the same where Cloud keeps them at another size. Ours."""
SAME_SHAPE = 0.02
"""Pictures whose width / height agree so far may be one picture at two sizes. Ours."""


class Action(StrEnum):
    """What is to be done with an AOI."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class PlannedAoi:
    """One AOI, and what is to be done with it."""

    action: Action
    upload: AoiUpload
    there: CloudAoi | None
    """What Cloud has of it."""
    changes: tuple[str, ...] = ()
    """Of name, colour and mask: those that differ."""
    old_ids: tuple[str, ...] = ()
    """Older copies of it that a failed replacement left behind."""

    @property
    def what(self) -> str:
        """The action for people: ``rename, recolour``."""
        words = {"name": "rename", "colour": "recolour", "mask": "replace mask"}
        done = ", ".join(words[each] for each in self.changes) if self.changes else str(self.action)
        return f"{done}, remove old copy" if self.old_ids else done


@dataclass(frozen=True)
class PushPlan:
    """What is to be done so that an enrichment has these AOIs."""

    place: CloudAddress
    own: Own
    aois: tuple[PlannedAoi, ...]
    orphans: tuple[CloudAoi, ...]
    """Made by this project, which no longer has them; left alone."""
    foreign: tuple[CloudAoi, ...]
    """Made by others; left alone."""

    @property
    def to_do(self) -> tuple[PlannedAoi, ...]:
        """Those that are not yet as they should be."""
        return tuple(each for each in self.aois if each.action != Action.UNCHANGED or each.old_ids)


def plan_push(
    cloud: PupilCloud,
    place: CloudAddress,
    uploads: Sequence[AoiUpload],
    key: str,
    *,
    reference_hw: tuple[int, int] | None = None,
) -> PushPlan:
    """Compare AOIs with those that an enrichment has.

    Args:
        cloud: where.
        place: the enrichment.
        uploads: what it should have.
        key: of the project they are from; see ``project_key``.
        reference_hw: (height, width) of the enrichment's reference image, px, where it is known.

    Raises:
        CloudError: the masks do not fit on the reference image, or there is no such enrichment.
    """
    there = cloud.aois(place.expected("enrichment"))
    own = Own(key, place.enrichment_id or "")
    foreign = [each for each in there if not _is_own(each, uploads, own)]
    _check_sizes(uploads, reference_hw, foreign)
    planned = tuple(_planned(upload, there, own) for upload in uploads)
    used = {each.there.id for each in planned if each.there} | {
        old for each in planned for old in each.old_ids
    }
    rest = [each for each in there if each.id not in used]
    orphans = tuple(each for each in rest if own.is_marked(each.description))
    return PushPlan(place, own, planned, orphans, tuple(each for each in rest if each not in orphans))


def differences(upload: AoiUpload, there: CloudAoi) -> tuple[str, ...]:
    """In what an AOI in Cloud differs: of name, colour and mask."""
    same = {
        "name": there.name == upload.name,
        "colour": there.colour == upload.colour.lower(),
        "mask": _same_mask(upload.mask, there.mask),
    }
    return tuple(name for name, is_same in same.items() if not is_same)


def _planned(upload: AoiUpload, there: Iterable[CloudAoi], own: Own) -> PlannedAoi:
    copies = [each for each in there if own.is_copy(each, upload.object_id)]
    if not copies:
        return PlannedAoi(Action.CREATE, upload, None)
    copies.sort(key=lambda each: (len(differences(upload, each)), each.created_at))
    best, old = copies[0], tuple(each.id for each in copies[1:])
    changes = differences(upload, best)
    return PlannedAoi(Action.CHANGE if changes else Action.UNCHANGED, upload, best, changes, old)


def _is_own(aoi: CloudAoi, uploads: Iterable[AoiUpload], own: Own) -> bool:
    return own.is_marked(aoi.description) or any(own.is_copy(aoi, each.object_id) for each in uploads)


def _same_mask(wanted: Mask, there: Mask | None) -> bool:
    if there is None:
        return False
    if there.size_hw == wanted.size_hw:
        return there == wanted
    return _same_shape(there.size_hw, wanted.size_hw) and wanted.resized(there.size_hw).iou(there) >= SAME_IOU


def _same_shape(a_hw: tuple[int, int], b_hw: tuple[int, int]) -> bool:
    a, b = a_hw[1] / a_hw[0], b_hw[1] / b_hw[0]
    return abs(a - b) <= SAME_SHAPE * b


def _check_sizes(
    uploads: Iterable[AoiUpload], reference_hw: tuple[int, int] | None, others: Iterable[CloudAoi]
) -> None:
    """Refuse masks of another picture. Cloud does not tell the picture's size, the AOIs on it hint at it."""
    for upload in uploads:
        size_hw = upload.mask.size_hw
        if reference_hw is not None and size_hw != reference_hw:
            raise CloudError(
                f"The mask of {upload.name} is {_size(size_hw)}, and the reference image "
                f"{_size(reference_hw)}; make the AOIs on the reference image of this enrichment."
            )
        for other in others:
            if other.mask is not None and not _same_shape(other.mask.size_hw, size_hw):
                raise CloudError(
                    f"The mask of {upload.name} is {_size(size_hw)}, and the AOI {other.name} in Pupil Cloud "
                    f"lies on a picture of {_size(other.mask.size_hw)}; is this the enrichment that your "
                    "picture is from?"
                )


def _size(size_hw: tuple[int, int]) -> str:
    return f"{size_hw[1]}×{size_hw[0]} px"
