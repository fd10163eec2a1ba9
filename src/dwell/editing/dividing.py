"""How one AOI's masks are divided among it and new ones: what both ways to split have in common."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from dwell.editing.report import Tally
from dwell.editing.rows import Rows
from dwell.masks import ORIGINS, Mask, MaskRecord, Signals
from dwell.project import Project
from dwell.prompts import MaskPrompt
from dwell.types import AOI, Origin

__all__ = ["Heir", "divide", "give_anchor", "new_aoi", "propose"]


@dataclass
class Heir:
    """A new AOI that gets parts of another one's masks."""

    aoi: AOI
    parts: dict[int, Mask] = field(default_factory=dict)
    """What it is to get, by frame."""
    has_anchor: bool = False
    """One of its masks is an anchor."""
    clearest: tuple[int, int] = (0, 0)
    """Area of its largest mask, and minus the frame."""


def new_aoi(project: Project, like: AOI, name: str | None = None) -> AOI:
    """A new AOI of the same category, part of the same whole; without a name it is called ``cup 2`` or so."""
    taken = {aoi.name for aoi in project.aois()}
    free = next(made for n in count(2) if (made := f"{like.name} {n}") not in taken)
    return project.add_aoi(name or free, category=like.category, part_of=like.part_of)


def divide(
    project: Project, rows: Rows, kept: dict[int, Mask], heirs: Collection[Heir], tally: Tally
) -> None:
    """Give heirs their parts, each with all that is known of the whole mask; the AOI keeps its own.

    Args:
        project: open for writing.
        rows: of the AOI, these frames among them.
        kept: what the AOI keeps, by frame; on the other frames of the heirs it is forgotten.
        heirs: who gets what; nothing is left with them to get.
        tally: hears of it.
    """
    object_id = rows.masklet.aoi.object_id
    given = sorted(set().union(*(heir.parts for heir in heirs)))
    if not given:
        return
    anchors = _anchors(rows)
    for heir in heirs:
        project.derive_masks(object_id, heir.parts, heir.aoi.object_id)
        heir.has_anchor |= not anchors.isdisjoint(heir.parts)
        heir.clearest = max([heir.clearest, *((mask.area, -f) for f, mask in heir.parts.items())])
        heir.parts = {}
    split = set(given)
    project.derive_masks(object_id, {f: mask for f, mask in kept.items() if f in split})
    for frame_idx in (f for f in given if f not in kept):
        project.forget_frames(object_id, frame_idx, frame_idx + 1, approved=True)
    tally.n_masks += len(given)
    rows.count(tally, np.array(given, np.int64))


def give_anchor(project: Project, heir: Heir) -> None:
    """See to it that tracking can start from an AOI: without an anchor, its largest mask is a proposal."""
    object_id, frame_idx = heir.aoi.object_id, -heir.clearest[1]
    record = project.record(object_id, frame_idx)
    if heir.has_anchor or record is None:
        return
    propose(project, record)


def propose(project: Project, record: MaskRecord) -> None:
    """Make a tracker's visible mask an anchor: a proposal, with itself as its prompt."""
    proposed = replace(
        record, origin=Origin.PROPOSED, score=float("nan"), direction=None, check=False, signals=Signals()
    )
    project.add_prompt(record.object_id, record.frame_idx, MaskPrompt(record.mask))
    project.write_masks([proposed])


def _anchors(rows: Rows) -> set[int]:
    given = rows.masklet.origin[rows.rows] != ORIGINS.index(Origin.MODEL)
    return set(rows.frame_idx[given | rows.approved].tolist())
