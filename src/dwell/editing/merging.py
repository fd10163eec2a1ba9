"""Several AOIs that turned out to be one thing become one."""

from __future__ import annotations

from collections.abc import Iterable

from dwell.editing.report import EditReport, Tally
from dwell.editing.subject import Editable, names, targets

__all__ = ["merge"]


def merge(session: Editable, keep: str | int, others: str | int | Iterable[str | int]) -> EditReport:
    """One AOI, ``keep``, where there were several for one thing; see ``Project.merge_aois``.

    Approved masks stay as they are and come first. The report counts the masks that ``keep`` has now.

    Raises:
        UnknownAoi: there is no such AOI.
        PromptError: there is no other, or ``keep`` is among them.
    """
    project = session.project
    kept, gone = project.aoi(keep), targets(project, others) if others else []
    label = f"merge {names(gone)} into {kept.name}"
    tally = Tally(aois={kept.object_id: None})
    with session.changing(label):
        project.merge_aois(kept.object_id, [each.object_id for each in gone])
        tally.n_masks = len(project.masklet(kept.object_id))
    return tally.report(label, project.aois())
