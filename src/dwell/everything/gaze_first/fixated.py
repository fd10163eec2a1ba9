"""What a fixation is on: something tracked there, something that was seen before, or a new thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dwell.everything.appearance import Appearance, describe_mask
from dwell.everything.gaze_first.album import Album
from dwell.everything.gaze_first.granularity import DISTINCT_IOU, Level, Piece, nested_pieces
from dwell.everything.gaze_first.looks_at import Look
from dwell.everything.gaze_first.state import GazeState, Sighting
from dwell.everything.gaze_first.undone import newest_step
from dwell.everything.gaze_first.wholes import Wholes
from dwell.everything.names import is_numbered, new_name
from dwell.everything.options import GazeFirstOptions
from dwell.gaze import px_per_degree
from dwell.masks import Mask, MaskRecord
from dwell.project import Project, ancestors, descendants
from dwell.prompts import Point
from dwell.tracking import TrackingSession
from dwell.types import ByteArray, Camera, Origin, State

__all__ = ["Finder"]

LIMIT = 12
"""Candidates that are asked for: as many as give a ladder of nested masks."""
WIDE = 0.15
"""Of the picture: what is larger, a table or a wall, explains no fixation, for things lie on it."""
HERE_IOU = 0.5
"""Masks on one frame with a smaller IoU are at different places."""

Records = Mapping[int, MaskRecord]


@dataclass(frozen=True)
class _Found:
    """A piece, and what it is."""

    piece: Piece
    appearance: Appearance
    object_id: int | None
    """None: nothing that was seen before."""
    tracked: bool = False
    """It has this mask already."""


class Finder:
    """Answers fixations; what it makes is saved in the running action."""

    def __init__(
        self,
        session: TrackingSession,
        state: GazeState,
        options: GazeFirstOptions,
        camera: Camera | None,
        reach: int,
    ) -> None:
        """``reach``: frames around a fixation that are tracked."""
        self._session = session
        self._state = state
        self._options = options
        self._camera = camera
        self._reach = reach
        self._wholes = Wholes(session.project)

    # ---------------------------------------------------------------- what is known already

    def explained_by(self, look: Look, records: Records) -> tuple[bool, list[int]]:
        """Whether a tracked mask explains a fixation, and everything tracked that it is on."""
        margin_px = self._margin_px(look)
        on = [i for i, each in sorted(records.items()) if _is_on(look, each, margin_px)]
        return any(self._explains(i, records[i].mask) for i in on), on

    def _explains(self, object_id: int, mask: Mask) -> bool:
        """Whatever a person says there is; else a thing or part that is not wide."""
        level = self._state.levels.get(object_id)
        if level is None and not is_numbered(self._session.project.aoi(object_id).name):
            return True
        height, width = mask.size_hw
        return level is not Level.WHOLE and mask.area <= WIDE * height * width

    def _margin_px(self, look: Look) -> float:
        """0 without a camera: nobody knows then how many px a degree is."""
        if self._camera is None:
            return 0.0
        return self._options.margin_deg * float(px_per_degree(self._camera, [look.point_xy])[0])

    # ---------------------------------------------------------------- what is there

    def find(self, look: Look, records: Records, album: Album, recent: Collection[int]) -> list[_Found]:
        """The pieces under a fixation, the thing first, each recognised if it can be; none on background.

        Args:
            look: the fixation.
            records: what is tracked on its frame.
            album: what was seen before.
            recent: object_ids of what was tracked up to a moment ago.
        """
        point = Point(*look.point_xy)
        candidates = self._session.preview(look.frame_idx, [point], LIMIT)
        pieces = nested_pieces(candidates, look.point_xy, self._options.granularities)
        if not pieces:
            return []
        image = self._session.frames.read(look.frame_idx)
        naming = _Naming(self._session.project, records, album, self._options.alike, self._state.levels)
        remembered = _remembered(self._session.project, recent, look.frame_idx, self._reach)
        return naming.all_of(pieces, image, remembered)

    def make(self, look: Look, found: Sequence[_Found]) -> list[Sighting]:
        """Save what was found: new anchors of what was seen before, and AOIs for what is new."""
        ids: dict[Level, int] = {}
        for each in found:
            whole = ids.get(Level.THING) if each.piece.level is Level.PART else None
            ids[each.piece.level] = self._save(each, look.frame_idx, whole)
        if Level.WHOLE in ids:
            self._join_to_whole(ids[Level.THING], ids[Level.WHOLE])
        step = newest_step(self._session.project)
        return [
            Sighting(ids[each.piece.level], look.frame_idx)
            if each.tracked
            else Sighting(ids[each.piece.level], look.frame_idx, each.appearance, step)
            for each in found
        ]

    def _save(self, found: _Found, frame_idx: int, part_of: int | None) -> int:
        known, levels = found.object_id, self._state.levels
        if known is None:
            name = new_name(self._session.project.aois())
            made = self._session.propose(name, found.piece.mask, frame_idx, part_of=part_of)
            levels[made.object_id] = found.piece.level
            self._wholes.note({made.object_id: part_of or 0})
            return made.object_id
        if not found.tracked:
            self._session.propose(known, found.piece.mask, frame_idx)
        if known in levels and found.piece.level is Level.THING:
            levels[known] = Level.THING  # it was looked at for itself
        return known

    def _join_to_whole(self, thing: int, whole: int) -> None:
        aois = self._session.project.aois()
        free = thing in self._wholes.free(self._state.levels) and not ancestors(aois, thing)
        if free and thing not in ancestors(aois, whole) and thing != whole:
            self._session.project.edit_aoi(thing, part_of=whole)
            self._wholes.note({thing: whole})


class _Naming:
    """Which of the things seen before the pieces under one fixation are."""

    def __init__(
        self, project: Project, records: Records, album: Album, alike: float, levels: Mapping[int, Level]
    ) -> None:
        self._records = records
        self._album = album
        self._alike = alike
        self._aois = project.aois()
        self._known = frozenset(levels) & {aoi.object_id for aoi in self._aois}

    def all_of(
        self, pieces: Sequence[Piece], image: ByteArray, remembered: Mapping[int, Mask]
    ) -> list[_Found]:
        by_level = {each.level: each for each in pieces}
        found: list[_Found] = []
        thing: int | None = None
        for level in (Level.THING, Level.PART, Level.WHOLE):
            if level not in by_level:
                continue
            among = self._possible(level, thing) - {each.object_id for each in found}
            one = self._name(by_level[level], image, among, remembered)
            thing = one.object_id if level is Level.THING else thing
            if level is not Level.WHOLE or one.object_id is not None or not self._belongs(thing):
                found.append(one)
        return found

    def _possible(self, level: Level, thing: int | None) -> frozenset[int | None]:
        """What a piece can be: parts are the thing's own, and what it belongs to is, once known, known."""
        if level is Level.THING:
            return frozenset(self._known)
        if level is Level.PART:
            return frozenset(() if thing is None else descendants(self._aois, thing)) & self._known
        if self._belongs(thing):
            return frozenset(ancestors(self._aois, thing or 0)) & self._known
        return frozenset(self._known) - frozenset(() if thing is None else descendants(self._aois, thing))

    def _belongs(self, thing: int | None) -> bool:
        return thing is not None and bool(ancestors(self._aois, thing))

    def _name(
        self, piece: Piece, image: ByteArray, among: Collection[int | None], remembered: Mapping[int, Mask]
    ) -> _Found:
        appearance = describe_mask(image, piece.mask)
        tracked = self._tracked_as(piece.mask)
        if tracked is not None:
            return _Found(piece, appearance, tracked, tracked=True)
        possible = [each for each in among if each is not None and self._may_be_here(each, piece.mask)]
        return _Found(piece, appearance, self._seen_before(piece.mask, appearance, possible, remembered))

    def _tracked_as(self, mask: Mask) -> int | None:
        """The AOI that has this very mask on this frame."""
        overlaps = [
            (each.mask.iou(mask), -i) for i, each in self._records.items() if each.state is State.VISIBLE
        ]
        overlap, negative = max(overlaps, default=(0.0, 0))
        return -negative if overlap >= DISTINCT_IOU else None

    def _may_be_here(self, object_id: int, mask: Mask) -> bool:
        """Not where it is seen elsewhere on this frame, nor where a person has said how it is."""
        record = self._records.get(object_id)
        if record is None:
            return True
        if record.approved or record.origin is not Origin.MODEL:
            return False
        return record.state is not State.VISIBLE or record.mask.iou(mask) >= HERE_IOU

    def _seen_before(
        self, mask: Mask, appearance: Appearance, possible: Collection[int], remembered: Mapping[int, Mask]
    ) -> int | None:
        """By memory, where it was a moment ago; else by what it looks like."""
        places = [(remembered[i].iou(mask), -i) for i in possible if i in remembered]
        for overlap, negative in sorted(places, reverse=True):
            if overlap >= HERE_IOU and self._album.most_alike(appearance, self._alike / 2, {-negative}):
                return -negative
        alike = self._album.most_alike(appearance, self._alike, possible)
        return alike[0][0] if alike else None


def _is_on(look: Look, record: MaskRecord, margin_px: float) -> bool:
    if record.state is not State.VISIBLE:
        return False
    if record.mask.contains([look.point_xy])[0]:
        return True
    distance = (
        record.mask.border_distance([look.point_xy], margin_px).distance_px[0] if margin_px > 0 else 1.0
    )
    return bool(distance <= margin_px)


def _remembered(project: Project, recent: Collection[int], frame_idx: int, reach: int) -> dict[int, Mask]:
    """By object_id, the last masks before a frame of things that are not seen on it."""
    return dict(_last_masks(project, recent, frame_idx, reach))


def _last_masks(
    project: Project, recent: Collection[int], frame_idx: int, reach: int
) -> Iterator[tuple[int, Mask]]:
    for object_id in sorted(recent):
        masklet = project.masklet(object_id, include_stale=False)
        before = (
            (masklet.frame_idx < frame_idx) & (masklet.frame_idx >= frame_idx - reach) & (masklet.area > 0)
        )
        mask = masklet.mask(int(masklet.frame_idx[before][-1])) if before.any() else None
        if mask is not None:
            yield object_id, mask
