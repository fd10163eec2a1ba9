"""What pages are told of a recording when its project is opened."""

from __future__ import annotations

from dwell.analysis import Analysis
from dwell.app.messages import RecordingInfo
from dwell.types import BoolArray

__all__ = ["recording_info"]


def recording_info(analysis: Analysis) -> RecordingInfo:
    """The recording of an analysis. No gaze is read."""
    recording, source = analysis.recording, analysis.project.source
    timed = recording.has("frame times")
    filler = _filler(analysis)
    height, width = source.size_hw
    return RecordingInfo(
        name=recording.name,
        project=str(analysis.project.path),
        path=source.path,
        kind=recording.kind,
        wearer=recording.wearer,
        width=width,
        height=height,
        n_frames=source.n_frames,
        start_ns=recording.start_ns if timed else 0,
        duration_ns=recording.duration_ns if timed else int(analysis.frames.pts_ns[-1]),
        has_gaze=recording.has("gaze"),
        has_fixations=recording.has("fixations"),
        has_times=timed,
        has_camera=recording.camera is not None,
        n_filler=int(filler.sum()),
        first_frame=0 if filler.all() else int(filler.argmin()),
        notes=list(recording.notes),
        frames_tag=source.fingerprint[:16] or "0",
    )


def _filler(analysis: Analysis) -> BoolArray:
    """Which frames are grey filler; looked for once, then kept in the project."""
    filler = analysis.project.filler()
    if filler is None:
        filler = analysis.frames.find_filler()
        analysis.project.set_filler(filler)
    return filler
