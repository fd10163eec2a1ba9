"""Gaze-first: what did they look at? From fixations alone to tracked things, without a click."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

import pandas as pd

from dwell.everything.gaze_first.album import Album
from dwell.everything.gaze_first.fixated import Finder
from dwell.everything.gaze_first.following import Following, backward_spans, forward_spans, n_frames_in
from dwell.everything.gaze_first.joining import Joiner, new_wholes
from dwell.everything.gaze_first.looks_at import Look, Looks, looks_of
from dwell.everything.gaze_first.pace import Pace
from dwell.everything.gaze_first.state import GazeState, Outcome, Sighting, note_sightings
from dwell.everything.gaze_first.undone import go_back, newest_step
from dwell.everything.gaze_first.wholes import Wholes
from dwell.everything.options import GazeFirstOptions
from dwell.everything.progress import EverythingUpdate, Phase
from dwell.tracking import TrackingSession, TrackUpdate
from dwell.types import Camera, Direction
from dwell.video import FrameClock

__all__ = ["GazeFirst"]

LABEL = "find what was looked at"
Updates = Generator[EverythingUpdate, None, None]


class GazeFirst:
    """Finds, tracks and joins what was looked at.

    Fixations are gone through in time order. One that lies on something that is tracked there costs nothing.
    At any other the segmenter says what is there: a part, the thing, what it belongs to. What was seen before
    is recognised, by where it was a moment ago or by what it looks like, and gets another anchor; the rest is
    new. All of it is tracked for ``window_s`` before and after each fixation on it, and nowhere else. In the
    end pieces that are one thing are joined (see ``dwell.everything.gaze_first.joining``).

    A person's AOIs count as known where they are tracked, and are never changed. AOIs that are made are named
    ``thing 1``, ``thing 2`` …; what else a run changes is only theirs. The whole run is one undo step, unless
    something else is done meanwhile.

    What a person undoes between stop and go on, all of it or the newest steps, is found again: the run goes
    on from the first fixation whose masks are gone. What a person removes in a step of its own, an AOI or
    what it is part of, stays removed, in later runs as well.

    Args:
        session: segments and tracks; its project keeps the result.
        fixations: columns of ``dwell.tables.FIXATIONS``.
        clock: when each frame of the scene video was shown.
        camera: of the scene video, for ``margin_deg``; without one, a fixation is only on what it lies in.
        options: windows, margin, granularities.
        gaze: samples, columns of ``dwell.tables.GAZE``: more exact than a fixation's own mean position where
            head or thing moves.
        clock_s: seconds, for the time left.

    Raises:
        BadTable: the fixations lack a column.
        ProjectError: a run with other options or fixations has not ended in this project.
        ValueError: the clock is of another video.
    """

    def __init__(
        self,
        session: TrackingSession,
        fixations: pd.DataFrame,
        clock: FrameClock,
        camera: Camera | None = None,
        options: GazeFirstOptions | None = None,
        *,
        gaze: pd.DataFrame | None = None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        if len(clock) != len(session.frames):
            raise ValueError(
                f"Expected a time for each of {len(session.frames)} frames, got {len(clock)} times."
            )
        self.options = options or GazeFirstOptions()
        self.looks: Looks = looks_of(fixations, clock, session.frames.size_hw, session.filler, gaze)
        self._session = session
        self._project = session.project
        self._reach = round(self.options.window_s * 1e9 / clock.median_step_ns)
        self._camera = camera
        self._clock_s = clock_s
        self._state = GazeState.peek(self._project, self._given(), self.looks)

    @property
    def state(self) -> GazeState:
        """How far it is, and how many fixations were explained, segmented or on background."""
        return self._state

    @property
    def ended(self) -> bool:
        """Whether the last run was given the same, has ended, and is not undone: another finds the same."""
        return GazeState.ended(self._project, self._given(), self.looks)

    def updates(self) -> Updates:
        """Every step of the run. Closing it keeps all; the next run goes on there, to the same result."""
        self._remember()
        with self._project.action(LABEL, long=True), closing(self._steps()) as steps:
            self._pace.go()
            for update in steps:
                self._pace.stop()
                yield update
                self._pace.go()

    # ---------------------------------------------------------------- phases

    def _steps(self) -> Updates:
        if self._state.phase is Phase.LOOKING:
            yield from self._look_at_all()
        if self._state.phase is Phase.FORWARD:
            yield from self._track_rest()
        if self._state.phase is Phase.RELATING:
            yield from self._relate()

    def _remember(self) -> None:
        """Where the run is, and what was noted of AOIs that are still there."""
        self._state = GazeState.load(self._project, self._given(), self.looks)
        self._pace = Pace(self._clock_s, self._state.spent_s)
        self._finder = Finder(self._session, self._state, self.options, self._camera, self._reach)
        self._following = Following(self._session, self._reach)
        self._sightings: list[Sighting] = []
        self._album = Album()
        self._n_way_back = (0, 0)
        for each in go_back(self._state, self._project, self.looks):
            self._add(each)

    def _given(self) -> dict[str, Any]:
        """All that fixes the result beside the fixations."""
        camera = self._camera and [self._camera.matrix.tolist(), self._camera.distortion.tolist()]
        return {"options": self.options, "camera": camera, "backend": self._session.backend.describe()}

    def _seen(self, until: int | None = None) -> list[Sighting]:
        """What was seen, on frames up to one, of AOIs that nobody has removed since."""
        there = {aoi.object_id for aoi in self._project.aois()}
        found = [each for each in self._sightings if each.object_id in there]
        return found if until is None else [each for each in found if each.frame_idx <= until]

    def _look_at_all(self) -> Updates:
        looks = self.looks.looks
        try:
            while self._state.next < len(looks):
                since_s = self._pace.spent_s
                look = looks[self._state.next]
                before = looks[self._state.next - 1].frame_idx if self._state.next else -1
                for tracked in self._following.up_to(look.frame_idx, self._seen(look.frame_idx), before):
                    yield self._tracked(tracked, Phase.LOOKING)
                segmented = self._state.n_segmented
                touched = self._look_at(look)
                self._pace.looked(since_s, segmented=self._state.n_segmented > segmented)
                yield self._update(Phase.LOOKING, look.frame_idx, touched)
        finally:
            self._following.pause()
        self._enter(Phase.FORWARD)

    def _track_rest(self) -> Updates:
        """What is missing of the windows forward, and then all the way back."""
        ways = (
            (Direction.FORWARD, Phase.FORWARD, forward_spans),
            (Direction.BACKWARD, Phase.BACKWARD, backward_spans),
        )
        for direction, phase, spans_of in ways:
            spans = spans_of(self._seen(), self._reach)
            with closing(self._session.track_spans(spans, direction)) as tracked:
                for each in tracked:
                    after = self._frames_back() if phase is Phase.FORWARD else 0
                    yield self._tracked(each, phase, each.total - each.done + after)
        self._project.commit()
        self._state.tracked_by = newest_step(self._project)
        self._enter(Phase.RELATING)

    def _relate(self) -> Updates:
        yield self._update(Phase.RELATING, None)
        joiner = Joiner(self._project, self._album, self._state.levels, self.options.alike)
        said = Wholes(self._project)
        while (pair := joiner.next()) is not None:
            keep, other = pair
            with self._project.at_once(LABEL):
                self._session.merge(keep, [other])
                self._state.join(keep, other, newest_step(self._project))
                said.joined(keep, other)
                self._state.save(self._project)
            self._album.move(keep, [other])
            joiner.joined(keep, other)
            yield self._update(Phase.RELATING, None, [keep, other])
        with self._project.at_once(LABEL):
            wholes = new_wholes(joiner, self._project, said.free(self._state.levels))
            for part in wholes:  # first of none, so that no order of changes closes a circle
                self._project.edit_aoi(part, part_of=0)
            for part, whole in wholes.items():
                self._project.edit_aoi(part, part_of=whole)
            said.note(wholes)
            self._state.phase = Phase.DONE
            self._state.save(self._project)
            self._state.finish(self._project, self.looks)
        yield self._update(Phase.DONE, None, list(wholes))

    # ---------------------------------------------------------------- one fixation

    def _look_at(self, look: Look) -> list[int]:
        """Settle one fixation and note it, all in one action; the object_ids that have got a mask."""
        records = self._following.masks_at(look.frame_idx)
        explained, on = self._finder.explained_by(look, records)
        mine = [each for each in on if each in self._state.levels]
        if explained:
            return self._settle(look, Outcome.EXPLAINED, [Sighting(each, look.frame_idx) for each in mine])
        self._following.pause()
        seen_before = self._seen(look.frame_idx)
        recent = {
            each.object_id for each in seen_before if look.frame_idx - each.frame_idx <= 2 * self._reach
        }
        found = self._finder.find(look, records, self._album, recent)
        with self._project.at_once(LABEL):
            made = self._finder.make(look, found)
            seen = {each.object_id for each in made}
            also = [Sighting(i, look.frame_idx) for i in mine if i not in seen]
            return self._settle(look, Outcome.SEGMENTED if made else Outcome.BACKGROUND, made + also)

    def _settle(self, look: Look, outcome: Outcome, sightings: list[Sighting]) -> list[int]:
        earlier = [each for each in self._sightings if each.frame_idx == look.frame_idx]
        with self._project.at_once(LABEL):
            self._state.outcomes += outcome
            self._state.spent_s = self._pace.spent_s
            note_sightings(self._project, look.frame_idx, [*earlier, *sightings])
            self._state.save(self._project)
        for each in sightings:
            self._add(each)
        return [each.object_id for each in sightings if each.is_anchor]

    def _add(self, sighting: Sighting) -> None:
        self._sightings.append(sighting)
        if sighting.appearance is not None:
            self._album.add(sighting.object_id, sighting.appearance)

    # ---------------------------------------------------------------- telling

    def _enter(self, phase: Phase) -> None:
        with self._project.at_once(LABEL):
            self._state.phase = phase
            self._state.spent_s = self._pace.spent_s
            self._state.save(self._project)

    def _tracked(
        self, update: TrackUpdate, phase: Phase, n_frames_left: int | None = None
    ) -> EverythingUpdate:
        self._state.n_object_frames += len(update.records)
        self._pace.tracked()
        return self._update(phase, update.frame_idx, sorted(update.records), n_frames_left)

    def _update(
        self,
        phase: Phase,
        frame_idx: int | None,
        touched: list[int] | None = None,
        n_frames_left: int | None = None,
    ) -> EverythingUpdate:
        left_s = self._left_s(phase, n_frames_left)
        return EverythingUpdate(
            phase,
            1.0 if phase is Phase.DONE else self._pace.done(left_s),
            left_s,
            frame_idx,
            sum(aoi.object_id in self._state.levels for aoi in self._project.aois()),
            self._state.n_object_frames,
            tuple(touched or ()),
        )

    def _left_s(self, phase: Phase, n_frames_left: int | None) -> float | None:
        if phase is Phase.DONE:
            return 0.0
        if phase is Phase.LOOKING:
            n_frames = self._frames_back()
            per_new = n_frames / max(self._state.n_segmented, 1)
            return self._pace.left_s(len(self.looks.looks) - self._state.next, n_frames, per_new)
        return self._pace.left_s(0, n_frames_left or 0, 0.0)

    def _frames_back(self) -> int:
        """Frames to go through once all fixations are looked at, by what was seen so far."""
        n_sightings, n_frames = self._n_way_back
        if n_sightings != len(self._sightings):
            n_frames = n_frames_in(backward_spans(self._sightings, self._reach))
            self._n_way_back = len(self._sightings), n_frames
        return n_frames
