"""What the tools that change the shape of masks have in common: frame by frame, in one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from dwell.editing.report import EditReport, Tally, Why
from dwell.editing.rows import Rows
from dwell.editing.subject import Editable, Span, names, span_words, targets, within
from dwell.masks import Mask
from dwell.types import AOI, ProgressFn

__all__ = ["Reshape", "reshape"]

Reshape = Callable[[Mask, int], Mask | Why]
"""The new mask for the mask on a frame; or why it is left alone."""


def reshape(
    session: Editable,
    verb: tuple[str, str],
    aois: str | int | Iterable[str | int] | None,
    span: Span,
    change: Reshape,
    *,
    approved: bool,
    progress: ProgressFn | None,
) -> EditReport:
    """Change the masks that are up to date on some frames; see the tools.

    The words of ``verb`` stand before and after the names of the AOIs in the step's label.
    """
    project = session.project
    wanted, frames = targets(project, aois), within(project, span)
    label = f"{verb[0]} {names(wanted)}{verb[1]}{span_words(project, frames)}"
    tally = Tally()
    with session.changing(label):
        todo = [Rows.read(project, aoi, frames).to_change(tally, approved=approved) for aoi in wanted]
        done, total = 0, sum(len(rows.rows) for rows in todo)
        for aoi, rows in zip(wanted, todo, strict=True):
            for batch in rows.masks():
                _change(session, aoi, rows, batch, change, tally)
                done += len(batch)
                if progress is not None:
                    progress(done, total)
    return tally.report(label, project.aois())


def _change(
    session: Editable,
    aoi: AOI,
    rows: Rows,
    batch: Sequence[tuple[int, Mask]],
    change: Reshape,
    tally: Tally,
) -> None:
    new: dict[int, Mask] = {}
    left: dict[Why, list[int]] = {}
    for frame_idx, mask in batch:
        answer = change(mask, frame_idx)
        if isinstance(answer, Why):
            left.setdefault(answer, []).append(frame_idx)
        elif answer != mask:
            new[frame_idx] = answer
    for why, frames in left.items():
        tally.leave(aoi.object_id, why, frames)
    if new:
        rows.count(tally, np.fromiter(new, np.int64))
        tally.n_masks += session.project.derive_masks(aoi.object_id, new)
        tally.aois[aoi.object_id] = None
