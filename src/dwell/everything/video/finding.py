"""The first phase: masks on key frames, in one pass over the video. Source: ours."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from dwell.everything.options import EverythingOptions
from dwell.everything.video.key_frames import scan
from dwell.everything.video.pace import Pace
from dwell.everything.video.sightings import NOTE, key_frame_of
from dwell.segmenters.contract import Proposer
from dwell.tracking import TrackingSession

__all__ = ["find_masks", "spread"]


def find_masks(
    session: TrackingSession, proposer: Proposer, options: EverythingOptions, pace: Pace
) -> Generator[tuple[int, bool], None, None]:
    """(frame_idx, whether it is a new key frame) of every frame from where an earlier run stopped.

    A key frame is noted in the project before it is yielded.
    """
    project = session.project
    noted = set(project.noted_frames(NOTE))
    start = max(noted, default=0)
    scanning = scan(session.frames, session.filler, options, start)
    while True:
        with pace.timing("scan"):
            scanned = next(scanning, None)
        if scanned is None:
            return
        is_new = scanned.image is not None and scanned.frame_idx not in noted
        if is_new and scanned.image is not None:
            with pace.timing("propose"):
                found = proposer.propose(scanned.image, options.automatic, scanned.before)
                note = key_frame_of(scanned, found)
            with project.at_once("look for everything"):
                project.note_frame(NOTE, scanned.frame_idx, note)
        yield scanned.frame_idx, is_new


def spread(options: EverythingOptions, spacing: int) -> EverythingOptions:
    """The same with key frames at least so many frames apart."""
    step = None if options.step is None else max(options.step, spacing)
    min_step, max_step = max(options.min_step, spacing), max(options.max_step, spacing)
    return replace(options, step=step, min_step=min_step, max_step=max_step)
