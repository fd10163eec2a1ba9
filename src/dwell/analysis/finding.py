"""What is in a recording, or was looked at, without a click; and the gallery of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

from dwell.everything import (
    Budget,
    Everything,
    EverythingOptions,
    EverythingUpdate,
    GazeFirst,
    GazeFirstOptions,
    Looked,
    Shown,
    ended,
    gallery,
    hierarchy,
    unfinished,
    write_gallery,
)
from dwell.gaze import MappingOptions, Section
from dwell.gaze.maps import OK
from dwell.gaze.samples import read_samples
from dwell.project import Project
from dwell.recordings import Recording
from dwell.results import Results
from dwell.segmenters.automatic.open import open_proposer
from dwell.segmenters.contract import Proposer
from dwell.tracking import TrackingSession
from dwell.types import ProgressFn
from dwell.video import FrameClock

__all__ = [
    "OnUpdate",
    "clock_of",
    "find_everything",
    "find_looked_at",
    "looked_of",
    "was_found",
    "was_looked_at",
    "write_gallery_of",
]

OnUpdate = Callable[[EverythingUpdate], None]
"""Called with every step of a run. It may raise ``Cancelled``; what was done stays."""


def find_everything(
    session: TrackingSession,
    recording: Recording,
    options: EverythingOptions | None,
    budget: Budget | None,
    proposer: Proposer | str | Path | None,
    progress: OnUpdate | None,
) -> EverythingUpdate:
    """The last step of the run; see ``Analysis.everything``."""
    options = options or EverythingOptions()
    finder = open_proposer(proposer or "embedded") if isinstance(proposer, str | Path | None) else proposer
    looked = looked_of(recording) if options.gaze_weight else None
    run = Everything(session, finder, options, budget or Budget(coverage=0.9), looked=looked)
    return _followed(run.updates(), progress)


def find_looked_at(
    session: TrackingSession,
    recording: Recording,
    options: GazeFirstOptions | None,
    progress: OnUpdate | None,
) -> EverythingUpdate:
    """The last step of the run; see ``Analysis.looked_at``."""
    return _followed(_gaze_first(session, recording, options).updates(), progress)


def was_found(
    session: TrackingSession, options: EverythingOptions, budget: Budget, proposer: Proposer
) -> bool:
    """Whether ``find_everything`` with the same was the last run, has ended, and is not undone."""
    given = {
        "options": options,
        "budget": budget,
        "proposer": proposer.describe(),
        "backend": session.backend.describe(),
    }
    return ended(session.project, "everything", given)


def was_looked_at(session: TrackingSession, recording: Recording, options: GazeFirstOptions | None) -> bool:
    """Whether ``find_looked_at`` with the same was the last run, has ended, and is not undone."""
    return unfinished(session.project) is None and _gaze_first(session, recording, options).ended


def write_gallery_of(
    project: Project,
    recording: Recording,
    folder: str | Path,
    results: Results | None,
    min_dwell_ms: float,
    progress: ProgressFn | None,
) -> list[Path]:
    """The files written; see ``Analysis.write_gallery``."""
    clock = clock_of(recording)
    items = gallery(project, clock, results, min_dwell_ms=min_dwell_ms)
    start_ns = 0 if clock is None else recording.start_ns
    section = Section(recording.id, recording.name, start_ns, recording.section_id or "")
    shown = Shown(recording.name, items, hierarchy(project), project.source.n_frames, clock, start_ns)
    masklets = project.masklets(include_stale=False)
    return write_gallery(folder, recording.scene, masklets, shown, section, progress)


def clock_of(recording: Recording) -> FrameClock | None:
    """When each frame was taken; None where the recording does not say."""
    return recording.clock if recording.has("frame times") else None


def looked_of(recording: Recording) -> Looked:
    """Where gaze was; only samples that count, see ``MappingOptions``."""
    samples = read_samples(recording.gaze, recording.clock, MappingOptions())
    ok = samples.status == OK
    return Looked(samples.frame_idx[ok], samples.gaze_xy[ok])


def _gaze_first(
    session: TrackingSession, recording: Recording, options: GazeFirstOptions | None
) -> GazeFirst:
    fixations, clock = recording.fixations, recording.clock
    gaze = recording.gaze if recording.has("gaze") else None
    return GazeFirst(session, fixations, clock, recording.camera, options or GazeFirstOptions(), gaze=gaze)


def _followed(
    updates: Generator[EverythingUpdate, None, None], progress: OnUpdate | None
) -> EverythingUpdate:
    """The last of the updates; they are closed, and so what was done is kept, whatever happens."""
    last: EverythingUpdate | None = None
    try:
        for last in updates:
            if progress is not None:
                progress(last)
    finally:
        updates.close()
    assert last is not None  # a run tells at least that it is done
    return last
