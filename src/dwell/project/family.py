"""What is part of what: the trees that ``AOI.part_of`` makes of a project's AOIs."""

from __future__ import annotations

from collections.abc import Iterable

from dwell.types import AOI

__all__ = ["ancestors", "depths", "descendants", "relatives"]


def ancestors(aois: Iterable[AOI], object_id: int) -> tuple[int, ...]:
    """object_ids of what an AOI is part of, of what that is part of, and so on: the nearest first."""
    return _ancestors(_wholes(aois), object_id)


def descendants(aois: Iterable[AOI], object_id: int) -> tuple[int, ...]:
    """object_ids of the parts of an AOI, and of their parts, ascending."""
    wholes = _wholes(aois)
    return tuple(sorted(each for each in wholes if object_id in _ancestors(wholes, each)))


def relatives(aois: Iterable[AOI]) -> dict[int, frozenset[int]]:
    """object_id → object_ids of its ancestors and descendants, of every AOI that has any.

    Two parts of one whole are not relatives.
    """
    wholes = _wholes(aois)
    found: dict[int, set[int]] = {}
    for part in wholes:
        for whole in _ancestors(wholes, part):
            found.setdefault(part, set()).add(whole)
            found.setdefault(whole, set()).add(part)
    return {object_id: frozenset(others) for object_id, others in found.items()}


def depths(aois: Iterable[AOI]) -> dict[int, int]:
    """object_id → how many ancestors an AOI has; those with equally many are never relatives."""
    wholes = _wholes(aois)
    return {object_id: len(_ancestors(wholes, object_id)) for object_id in wholes}


def _wholes(aois: Iterable[AOI]) -> dict[int, int | None]:
    return {aoi.object_id: aoi.part_of for aoi in aois}


def _ancestors(wholes: dict[int, int | None], object_id: int) -> tuple[int, ...]:
    found: list[int] = []
    whole = wholes.get(object_id)
    while whole is not None and whole not in found:
        found.append(whole)
        whole = wholes.get(whole)
    return tuple(found)
