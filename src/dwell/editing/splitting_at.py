"""The part of an AOI that was clicked becomes an AOI of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from dwell.editing.dividing import Heir, divide, new_aoi
from dwell.editing.matching import HELD, overlap_px
from dwell.editing.report import EditReport, Tally, Why
from dwell.editing.rows import BATCH, Rows, batches, masks_of
from dwell.editing.subject import Editable, Span, check_frame, within
from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.types import AOI, ProgressFn

__all__ = ["split_at"]


def split_at(
    session: Editable,
    aoi: str | int,
    frame_idx: int,
    point_xy: tuple[float, float],
    span: Span = None,
    *,
    name: str | None = None,
    approved: bool = False,
    progress: ProgressFn | None = None,
) -> EditReport:
    """Make the part of an AOI's mask that is clicked an AOI of its own, on as many frames as it stays apart.

    From the clicked frame it is followed both ways: on the next frame, it is what overlaps it more than the
    rest. That ends where the part is gone or touches the rest, and where there is no mask that is up to date.
    On the clicked frame the new AOI's mask is a person's, with itself as its prompt; on the others each part
    has the origin, score, direction and approval of the whole mask.

    Args:
        session: what is edited.
        aoi: name or object_id.
        frame_idx: the frame that was clicked.
        point_xy: the click, px.
        span: frames (start, stop), half-open, beyond which it is not followed; None = all.
        name: of the new AOI; None = like ``aoi``, with a number.
        approved: split approved masks, too; the parts stay approved. Otherwise it is followed across them.
        progress: called with (done, total) masks; it may raise ``Cancelled``, and then nothing has changed.

    Raises:
        UnknownAoi: there is no such AOI.
        FrameOutOfRange: there is no such frame.
        PromptError: the AOI has no mask on this frame, the click is beside it, its mask has only one part, it
            is approved, or the name is taken.
        ValueError: the span does not hold the frame.
    """
    project, target = session.project, session.project.aoi(aoi)
    check_frame(project, frame_idx)
    limits = within(project, span)
    if not limits[0] <= frame_idx < limits[1]:
        raise ValueError(f"Expected a span that holds the clicked frame {frame_idx}, got {span}.")
    label = f"split {target.name} at frame {frame_idx}"
    tally = Tally()
    with session.changing(label):
        rows = Rows.read(project, target, limits)
        clicked = _clicked(rows, target, frame_idx, point_xy, approved=approved)
        heir = Heir(new_aoi(project, target, name), has_anchor=True)
        known = rows.chosen(rows.visible & ~rows.stale)
        free = set(known.frame_idx[~known.approved | approved].tolist())
        kept, reached = {frame_idx: clicked.rest}, [frame_idx, frame_idx]
        heir.parts[frame_idx] = clicked.part
        for way in (1, -1):
            for at, apart in _followed(known, frame_idx, clicked, way, progress):
                if isinstance(apart, Why):
                    tally.leave(target.object_id, apart, [at])
                    break
                reached[way > 0] = at
                if at not in free:
                    tally.leave(target.object_id, Why.APPROVED, [at])
                    continue
                kept[at], heir.parts[at] = apart.rest, apart.part
                if len(kept) >= BATCH:
                    divide(project, rows, kept, [heir], tally)
                    kept = {}
        divide(project, rows, kept, [heir], tally)
        if progress is not None:
            progress(len(known.rows), len(known.rows))
        project.place_masks(heir.aoi.object_id, [(frame_idx, clicked.part)])
        if rows.approved[rows.frame_idx == frame_idx].any():
            project.set_approved(heir.aoi.object_id, frame_idx, frame_idx + 1)
        tally.made = [heir.aoi.object_id]
        tally.aois = dict.fromkeys((target.object_id, heir.aoi.object_id))
        tally.notes.append(f"It was followed on frames {reached[0]}–{reached[1]}.")
    return tally.report(label, project.aois())


@dataclass(frozen=True)
class _Apart:
    """A mask in two: what is split off, and the rest."""

    parts: tuple[Mask, ...]
    """Connected."""
    rests: tuple[Mask, ...]
    """Connected."""

    @property
    def part(self) -> Mask:
        return reduce(or_, self.parts)

    @property
    def rest(self) -> Mask:
        return reduce(or_, self.rests)


def _clicked(
    rows: Rows, aoi: AOI, frame_idx: int, point_xy: tuple[float, float], *, approved: bool
) -> _Apart:
    here = rows.chosen(rows.frame_idx == frame_idx)
    (x, y), where = point_xy, f"{aoi.name!r} on frame {frame_idx}"
    if not len(here.rows) or not here.visible[0] or here.stale[0]:
        raise PromptError(
            f"There is no mask of {where} that is up to date; click on a frame where there is one.",
            frame_idx=frame_idx,
        )
    if here.approved[0] and not approved:
        raise PromptError(f"{where} is approved; unlock it there first.", frame_idx=frame_idx)
    ((_, mask),) = next(here.masks())
    components = mask.components()
    hit = [each.contains([point_xy])[0] for each in components]
    if not any(hit):
        raise PromptError(
            f"({x:g}, {y:g}) is beside the mask of {where}; click on the part to split off.",
            frame_idx=frame_idx,
        )
    if len(components) == 1:
        raise PromptError(
            f"The mask of {where} is all in one part; erase what joins the two, then split it.",
            frame_idx=frame_idx,
        )
    part = components.pop(hit.index(True))
    return _Apart((part,), tuple(components))


def _followed(
    known: Rows, frame_idx: int, apart: _Apart, way: int, progress: ProgressFn | None
) -> Iterator[tuple[int, _Apart | Why]]:
    """The two on one frame after the other, as long as they are apart; or why no further, if they touch."""
    begin = int(np.searchsorted(known.frame_idx, frame_idx))
    rows = known.rows[begin + 1 :] if way > 0 else known.rows[:begin][::-1]
    done, at = 0 if way > 0 else len(known.rows) - begin, frame_idx
    for some in batches(rows):
        frames = known.masklet.frame_idx[some].tolist()
        for next_at, mask in zip(frames, masks_of(known.masklet, some), strict=True):
            if next_at != at + way:
                return
            there = _told_apart(mask.components(), apart)
            if there is None:
                return
            yield next_at, there
            if isinstance(there, Why):
                return
            apart, at = there, next_at
        done += len(some)
        if progress is not None:
            progress(min(done, len(known.rows)), len(known.rows))


def _told_apart(components: Sequence[Mask], before: _Apart) -> _Apart | Why | None:
    """What of the next mask is which; None if one of the two is gone, or else that they touch."""
    parts: list[Mask] = []
    rests: list[Mask] = []
    for each in components:
        if _holds(each, before.parts) and _holds(each, before.rests):
            return Why.TOUCHING
        on_part, on_rest = overlap_px(each, before.part), overlap_px(each, before.rest)
        if on_part == on_rest:  # mostly on neither: it goes with the nearer
            on_part, on_rest = _distance_px(each, before.rest), _distance_px(each, before.part)
        (parts if on_part > on_rest else rests).append(each)
    return _Apart(tuple(parts), tuple(rests)) if parts and rests else None


def _holds(mask: Mask, before: Sequence[Mask]) -> bool:
    """Whether it holds most of one of these, which is no crumb beside it."""
    return any(each.area * 10 >= mask.area and overlap_px(mask, each) >= HELD * each.area for each in before)


def _distance_px(one: Mask, other: Mask) -> int:
    """From the centroid of one to the nearest pixel of the other, px, rounded; 0 inside."""
    if one.centroid_xy is None:
        return 0
    return round(max(float(other.border_distance([one.centroid_xy]).distance_px[0]), 0.0))
