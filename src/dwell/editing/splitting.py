"""An AOI whose masks have several parts becomes several AOIs."""

from __future__ import annotations

from collections.abc import Sequence

from dwell.editing.dividing import Heir, divide, give_anchor, new_aoi
from dwell.editing.matching import Identities, parts_of
from dwell.editing.report import EditReport, Tally, Why
from dwell.editing.rows import Rows
from dwell.editing.subject import Editable, Span, span_words, within
from dwell.masks import Mask
from dwell.types import ProgressFn

__all__ = ["split_components"]


def split_components(
    session: Editable,
    aoi: str | int,
    span: Span = None,
    *,
    min_px: int | None = None,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Make several AOIs of one whose masks have several parts, an AOI per part.

    A part is followed from frame to frame: it is what it overlaps most, else what is nearest. The AOI keeps
    the part that was seen first, the largest of several; a new AOI is made whenever more parts are seen than
    ever before. New AOIs are called ``cup 2``, ``cup 3``, …, and have the category of ``aoi``. Each part has
    the origin, score, direction and approval of the whole mask. Where parts that were apart touch, the mask
    stays with ``aoi``; where one is not seen, it is unknown. A new AOI that would have no anchor gets one:
    its largest mask becomes a proposal.

    Args:
        session: what is edited.
        aoi: name or object_id.
        span: frames (start, stop), half-open; None = all.
        min_px: smaller parts do not count, and go with the nearest; None = a tenth of the mask.
        approved: split approved masks, too; the parts stay approved.
        progress: called with (done, total) masks; it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        UnknownAoi: there is no such AOI.
        ValueError: the span holds no frame of the video, or ``min_px`` is below 1.
    """
    if min_px is not None and min_px < 1:
        raise ValueError(f"min_px: expected at least 1 px, got {min_px}.")
    project, target = session.project, session.project.aoi(aoi)
    frames = within(project, span)
    label = f"split {target.name}{span_words(project, frames)}"
    tally, identities, heirs, done = Tally(), Identities(), dict[int, Heir](), 0
    with session.changing(label):
        rows = Rows.read(project, target, frames).to_change(tally, approved=approved)
        for batch in rows.masks():
            kept = _deal(session, target.object_id, batch, min_px, identities, heirs, tally)
            divide(project, rows, kept, heirs.values(), tally)
            done += len(batch)
            if progress is not None:
                progress(done, len(rows.rows))
        for heir in heirs.values():
            give_anchor(project, heir)
        tally.made = [heir.aoi.object_id for heir in heirs.values()]
        tally.aois = dict.fromkeys((target.object_id, *tally.made) if heirs else ())
    return tally.report(label, project.aois())


def _deal(
    session: Editable,
    object_id: int,
    batch: Sequence[tuple[int, Mask]],
    min_px: int | None,
    identities: Identities,
    heirs: dict[int, Heir],
    tally: Tally,
) -> dict[int, Mask]:
    """Give each heir its parts, and make those that are new; what the AOI itself keeps, by frame."""
    project, kept = session.project, dict[int, Mask]()
    for frame_idx, mask in batch:
        parts = identities.tell(parts_of(mask, min_px))
        if parts is None:
            tally.leave(object_id, Why.TOUCHING, [frame_idx])
            continue
        for number, part in parts.items():
            if number == 0:
                kept[frame_idx] = part
                continue
            if number not in heirs:
                heirs[number] = Heir(new_aoi(project, project.aoi(object_id)))
            heirs[number].parts[frame_idx] = part
    return kept
