"""What sections of one recording have in common, and is counted for each of them."""

from __future__ import annotations

import numpy as np

from dwell.enrichments.enrichment import Enrichment

__all__ = ["overlap_notes"]


def overlap_notes(enrichment: Enrichment) -> list[str]:
    """A remark if sections of a recording overlap, and one if they share fixations."""
    notes = []
    names = sorted({name for name in _overlapping(enrichment)})
    if names:
        notes.append(
            f"Sections of {', '.join(names[:3])} overlap in time; what lies in both counts in both, as in "
            "Pupil Cloud's tables."
        )
    fixations = enrichment.fixations
    recording = enrichment.recording_of_section[fixations.section]
    n_shared = len(fixations) - len(np.unique(np.column_stack([recording, fixations.ids]), axis=0))
    if n_shared:
        notes.append(
            f"{n_shared} fixation(s) are cut by the border of a section and are there in two; each part "
            "counts as a fixation, as in Pupil Cloud's tables."
        )
    return notes


def _overlapping(enrichment: Enrichment) -> list[str]:
    timed = [each for each in enrichment.sections if each.start_ns is not None and each.end_ns is not None]
    timed.sort(key=lambda each: (each.recording_id, each.start_ns or 0))
    found, last_end, last_id = [], 0, ""
    for each in timed:
        if each.recording_id == last_id and (each.start_ns or 0) < last_end:
            found.append(each.recording_name)
        last_end = max(last_end, each.end_ns or 0) if each.recording_id == last_id else each.end_ns or 0
        last_id = each.recording_id
    return found
