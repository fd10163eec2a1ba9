"""Prompts that were written as text or in a file, added to a session all or none."""

from __future__ import annotations

from collections.abc import Iterable

from dwell.project import Project
from dwell.prompts import FileAoi, MaskPrompt, NamedPrompt, Point, Prompt, Stroke, mask_from_file
from dwell.tracking import TrackingSession

__all__ = ["add_written"]


def add_written(session: TrackingSession, written: Iterable[NamedPrompt | FileAoi]) -> int:
    """How many prompts were new; see ``Analysis.add_prompts``."""
    written = list(written)
    aois = [each for each in written if isinstance(each, FileAoi)]
    grouped: dict[tuple[str, int], list[Prompt]] = {}
    for each in (prompt for item in written for prompt in _prompts_in(item)):
        grouped.setdefault((each.name, each.frame_idx), []).append(_with_mask(each))
    with session.project.action("add prompts"):
        _add_aois(session.project, aois)
        return sum(_add_group(session, name, frame, prompts) for (name, frame), prompts in grouped.items())


def _add_aois(project: Project, aois: Iterable[FileAoi]) -> None:
    for each in aois:
        known = {aoi.name: aoi for aoi in project.aois()}.get(each.name)
        if known is None:
            project.add_aoi(each.name, each.colour, each.category)
        elif (each.colour or known.colour, each.category or known.category) != (known.colour, known.category):
            project.edit_aoi(known.object_id, colour=each.colour, category=each.category)


def _add_group(session: TrackingSession, name: str, frame_idx: int, prompts: list[Prompt]) -> int:
    ids = {each.name: each.object_id for each in session.project.aois()}
    there = session.project.prompts(ids[name], frame_idx) if name in ids else []
    new = [prompt for prompt in prompts if prompt not in {each.prompt for each in there}]
    joining = all(isinstance(each, Point | Stroke) for each in new)
    if new:  # a box, lasso or mask replaces what was there, so those given beside it are given again
        session.prompt(name, *(new if joining else prompts), frame_idx=frame_idx)
    return len(new)


def _prompts_in(written: NamedPrompt | FileAoi) -> tuple[NamedPrompt, ...]:
    return written.prompts if isinstance(written, FileAoi) else (written,)


def _with_mask(named: NamedPrompt) -> Prompt:
    if named.prompt is not None:
        return named.prompt
    return MaskPrompt(mask_from_file(named.mask_file or ""))
