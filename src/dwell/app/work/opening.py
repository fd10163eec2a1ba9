"""What pages are told of a recording when its project is opened."""

from __future__ import annotations

import hashlib
from functools import partial

from dwell.analysis import Analysis
from dwell.app.messages import PlaneInfo, RecordingInfo, VolumeInfo, WindowInfo
from dwell.errors import VolumeError
from dwell.video import Frames
from dwell.video.filler import is_filler
from dwell.volumes import PLANES, PRESETS, Plane, Slices, View, Volume, Window, choose_window, view_of
from dwell.volumes.window import looks_like_hu

__all__ = ["recording_info"]

LOOKED_AT = 120
"""Frames at the start among which the first that shows something is looked for; filler lasts about 1 s."""


def recording_info(analysis: Analysis) -> RecordingInfo:
    """The recording of an analysis. No gaze is read."""
    recording, source = analysis.recording, analysis.project.source
    timed = recording.has("frame times")
    filler = analysis.project.filler()
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
        n_filler=0 if filler is None else int(filler.sum()),
        first_frame=_first_frame(analysis.frames),
        notes=list(recording.notes),
        frames_tag=_frames_tag(analysis.frames, source.fingerprint),
        volume=_volume_info(analysis.frames) if isinstance(analysis.frames, Slices) else None,
    )


def _volume_info(slices: Slices) -> VolumeInfo:
    volume = slices.volume
    in_hu = volume.modality == "CT" or (volume.modality is None and looks_like_hu(volume))
    automatic, _ = choose_window(volume, "auto")
    return VolumeInfo(
        plane=slices.plane,
        planes=[_plane_info(view) for view in map(partial(_view_or_none, volume), PLANES) if view],
        size=volume.shape,
        spacing_mm=volume.spacing_mm,
        modality=volume.modality,
        oblique_deg=slices.view.oblique_deg,
        whole=volume.voxels.dtype.kind in "iub",
        dicom=bool(volume.files),
        window=_window_info(slices.window),
        presets=[_window_info(each) for each in (*(PRESETS.values() if in_hu else ()), automatic)],
        unit="HU" if in_hu else "",
    )


def _view_or_none(volume: Volume, plane: Plane) -> View | None:
    """None: its pictures would be too large."""
    try:
        return view_of(volume, plane)
    except VolumeError:
        return None


def _plane_info(view: View) -> PlaneInfo:
    height, width = view.size_hw
    return PlaneInfo(
        plane=view.plane,
        axes=view.axes,
        reversed=view.reversed_axes,
        n_voxels=view.n_voxels,
        width=width,
        height=height,
        px_mm=view.px_mm,
        slice_mm=view.slice_mm,
        **vars(view.edges),
    )


def _window_info(window: Window) -> WindowInfo:
    return WindowInfo(name=window.name, level=window.level, width=window.width)


def _frames_tag(frames: Frames, fingerprint: str) -> str:
    """What a browser may keep pictures by: of a volume they depend on the window, too."""
    if isinstance(frames, Slices):
        return hashlib.sha256(f"{fingerprint} {frames.window}".encode()).hexdigest()[:16]
    return fingerprint[:16] or "0"


def _first_frame(frames: Frames) -> int:
    """The first frame that is no grey filler, looked for at the start only; 0 if there is none.

    Of a volume the slice in the middle: its ends show air.
    """
    if isinstance(frames, Slices):
        return len(frames) // 2
    for frame_idx, picture in frames.stream(0, min(LOOKED_AT, len(frames))):
        if not is_filler(picture):
            return frame_idx
    return 0
