"""What a person has undone of an unfinished run: it is found again, unlike what was removed.

Settings and notes are not part of undo, so a run notes in which step of the project it has made what. A step
that is undone, or was undone and is forgotten since, has made nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from dwell.everything.gaze_first.looks_at import Looks
from dwell.everything.gaze_first.state import GazeState, Sighting, read_sightings
from dwell.everything.progress import Phase
from dwell.project import Project

__all__ = ["go_back", "newest_step", "undone_steps"]


def newest_step(project: Project) -> int | None:
    """Number of the step that undo would take back; within an action that has changed something, its own."""
    step = project.next_undo()
    return None if step is None else step.id


def undone_steps(project: Project) -> Callable[[int | None], bool]:
    """Whether what a step has done is undone now. None, and steps that are too old to be undone, are not."""
    known = {step.id: step.undone for step in project.history()}
    oldest = min(known, default=None)

    def is_undone(step: int | None) -> bool:
        if step is None or oldest is None:
            return False
        return known.get(step, step > oldest)

    return is_undone


def go_back(state: GazeState, project: Project, looks: Looks) -> list[Sighting]:
    """What was seen, less what a person has undone; the state is again as far as that. Nothing is written.

    The run goes on from the first fixation whose masks were undone. What a person has removed, or cleared, in
    a step of its own stays removed.
    """
    is_undone = undone_steps(project)
    for join in [each for each in reversed(state.joins) if is_undone(each.step)]:
        state.part(join)
    sightings = state.renamed(read_sightings(project))
    gone = [each.frame_idx for each in sightings if is_undone(each.step)]
    if gone:
        at = bisect_left([look.frame_idx for look in looks.looks], min(gone))
        state.phase, state.outcomes = Phase.LOOKING, state.outcomes[:at]
    elif state.phase is Phase.RELATING and is_undone(state.tracked_by):
        state.phase = Phase.FORWARD
    since = min(gone, default=project.source.n_frames)
    return [
        each for each in sightings if not is_undone(each.step) and (each.is_anchor or each.frame_idx < since)
    ]
