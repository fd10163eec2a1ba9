"""Accepting suggestions: they become AOIs with prompts, in one action."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count

from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.project import Project
from dwell.prompts import clean_name
from dwell.suggestions.masking import prompt_of
from dwell.suggestions.overlap import SAME
from dwell.suggestions.suggestion import Suggestion, Why
from dwell.tracking import TrackingSession
from dwell.types import AOI, ProgressFn

__all__ = ["ACTION", "accept"]

ACTION = "add AOIs from words"


def accept(
    session: TrackingSession,
    suggestions: Sequence[Suggestion],
    names: Mapping[int, str] | None = None,
    progress: ProgressFn | None = None,
) -> list[AOI]:
    """The AOIs that the suggestions are from now on; all of them, or none if one is refused.

    A new thing becomes an AOI named like its phrase (``bottle``, ``bottle 2``, …), of the category of its
    phrase. On each of its frames the box is kept as a prompt, so that clicks refine the mask and tracking
    starts there; a mask changed by hand is kept as it is. A thing found again is prompted as the AOI it is.
    What is known is there already, and stays as it is.

    Args:
        session: its backend makes the masks.
        suggestions: those that a person wants.
        names: thing → name, for new ones that are to be named otherwise.
        progress: called with (done, total) masks; if it raises ``Cancelled``, nothing is added.

    Returns:
        One AOI for each thing, in the order of the suggestions.

    Raises:
        PromptError: there is nothing to add; a name is taken; an AOI found again is approved on that frame; a
            mask is that of an AOI that is there; or the segmenter sees nothing in a box.
        UnknownAoi: an AOI found again is no longer there.
    """
    wanted = [each for each in suggestions if each.why is not Why.KNOWN]
    if not wanted:
        raise PromptError(
            "There is nothing to add: no suggestion was chosen, or all of them are AOIs that are there "
            "already. Lower the thresholds, or type other words."
        )
    project = session.project
    there = {aoi.object_id for aoi in project.aois()}
    with project.action(ACTION):
        owners = _owners(project, wanted, names or {})
        ordered = sorted(wanted, key=lambda each: each.frame_idx)
        for done, each in enumerate(ordered, start=1):
            owner = owners[each.thing]
            mask = session.prompt(owner.object_id, prompt_of(each), frame_idx=each.frame_idx, fresh=True)
            _check_free(project, owner, mask, each.frame_idx, there)
            if progress is not None:
                progress(done, len(ordered))
    return list(owners.values())


def _owners(project: Project, wanted: Sequence[Suggestion], names: Mapping[int, str]) -> dict[int, AOI]:
    """Thing → its AOI, made if it is new."""
    owners: dict[int, AOI] = {}
    for each in wanted:
        if each.thing in owners:
            continue
        if each.aoi is not None:
            owners[each.thing] = project.aoi(each.aoi)
            continue
        name = names.get(each.thing) or _free_name(project, each.phrase)
        owners[each.thing] = project.add_aoi(name, category=each.phrase)
    return owners


def _free_name(project: Project, phrase: str) -> str:
    taken = {aoi.name for aoi in project.aois()}
    return next(name for name in _numbered(clean_name(phrase)) if name not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name} {number}"


def _check_free(project: Project, owner: AOI, mask: Mask, frame_idx: int, there: Collection[int]) -> None:
    """Refuse a mask that is another AOI's: who accepted it did not see that."""
    for object_id, record in project.records_at(frame_idx).items():
        if object_id == owner.object_id or object_id not in there or not record.mask:
            continue
        if record.mask.iou(mask) >= SAME:
            approved = ", where it is approved" if record.approved else ""
            raise PromptError(
                f"{owner.name!r} would have the mask of {project.aoi(object_id).name!r} on frame {frame_idx}"
                f"{approved}; leave it out, or remove that AOI first.",
                frame_idx=frame_idx,
            )
