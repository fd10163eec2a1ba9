"""Several AOIs that turned out to be one thing become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dwell.editing.report import EditReport, Tally, spans_of
from dwell.editing.subject import Editable, names, targets
from dwell.project import Project
from dwell.types import AOI

__all__ = ["merge"]

_SPANS = 5
"""Spans of frames that a note names."""


def merge(session: Editable, keep: str | int, others: str | int | Iterable[str | int]) -> EditReport:
    """One AOI, ``keep``, where there were several for one thing; see ``Project.merge_aois``.

    Approved masks stay as they are and come first. Where several AOIs are approved on a frame, one of the
    masks stays, that of ``keep`` if it is among them, and the report says on which frames. It counts the
    masks that ``keep`` has now.

    Raises:
        UnknownAoi: there is no such AOI.
        PromptError: there is no other, or ``keep`` is among them.
    """
    project = session.project
    kept, gone = project.aoi(keep), targets(project, others) if others else []
    label = f"merge {names(gone)} into {kept.name}"
    tally = Tally(aois={kept.object_id: None})
    with session.changing(label):
        _note_contested(project, [kept, *gone], tally)
        project.merge_aois(kept.object_id, [each.object_id for each in gone])
        tally.n_masks = len(project.masklet(kept.object_id))
    return tally.report(label, project.aois())


def _note_contested(project: Project, aois: Sequence[AOI], tally: Tally) -> None:
    """Say where more than one of the AOIs is approved, which only one can stay."""
    n_approved = np.zeros(project.source.n_frames, np.int64)
    for aoi in aois:
        known = project.coverage(aoi.object_id)
        n_approved[known.frame_idx[known.approved]] += 1
    spans, n = spans_of(np.flatnonzero(n_approved > 1)), int((n_approved > 1).sum())
    if spans:
        which = ", ".join(f"{a}–{b - 1}" if b - a > 1 else f"{a}" for a, b in spans[:_SPANS])
        more = ", …" if len(spans) > _SPANS else ""
        tally.notes.append(
            f"On {n} frame{'s' * (n > 1)} ({which}{more}) several of them were approved, and one mask "
            f"stayed, that of {aois[0].name} if it was approved; look there again."
        )
