"""Deleting AOIs in Pupil Cloud: only those that were named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dwell.cloud.addresses import CloudAddress
from dwell.cloud.client import PupilCloud
from dwell.cloud.records import CloudAoi
from dwell.errors import CloudError, CloudMissing

__all__ = ["Removed", "choose_aois", "remove_aois"]


@dataclass(frozen=True)
class Removed:
    """What became of the AOIs that were to be deleted."""

    gone: tuple[CloudAoi, ...]
    left: tuple[CloudAoi, ...]
    """Still there."""
    why: str = ""
    """Why they are."""


def choose_aois(there: Sequence[CloudAoi], wanted: Iterable[str]) -> list[CloudAoi]:
    """The AOIs with these names or ids.

    Raises:
        CloudMissing: there is none of this name, or several.
    """
    chosen: dict[str, CloudAoi] = {}
    for each in wanted:
        fitting = [aoi for aoi in there if aoi.id == each] or [aoi for aoi in there if aoi.name == each]
        if len(fitting) > 1:
            ids = ", ".join(aoi.id for aoi in fitting)
            raise CloudMissing(f"{len(fitting)} AOIs in Pupil Cloud are named {each!r}; give the id: {ids}")
        if not fitting:
            names = ", ".join(sorted({aoi.name for aoi in there})) or "none"
            raise CloudMissing(f"The enrichment has no AOI {each!r}; it has: {names}.")
        chosen[fitting[0].id] = fitting[0]
    return list(chosen.values())


def remove_aois(cloud: PupilCloud, place: CloudAddress, aois: Sequence[CloudAoi]) -> Removed:
    """Delete AOIs, and look which are gone.

    Raises:
        CloudError: nobody knows what became of them, as Cloud cannot be asked.
    """
    why = "Pupil Cloud took the request, but still lists them."
    try:
        cloud.delete_aois(place, [each.id for each in aois])
    except CloudError as error:
        why = str(error)
    still = {each.id for each in cloud.aois(place)}
    left = tuple(each for each in aois if each.id in still)
    return Removed(tuple(each for each in aois if each.id not in still), left, why if left else "")
