"""The enriched scene video: masks that change colour while looked at, gaze with its trail, the time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from dwell.ahead import one_ahead
from dwell.errors import OutputError
from dwell.masks import Mask, Masklet
from dwell.render.canvas import Canvas, picture_of, rgb_of
from dwell.render.feed import masks_by_frame
from dwell.render.gaze import paint_gaze
from dwell.render.labels import Label, paint_clock, paint_labels
from dwell.render.looks import Looks
from dwell.render.outlines import mask_stencil
from dwell.types import AOI, IntArray, ProgressFn
from dwell.video import Frames, VideoReader, VideoWriter
from dwell.video.index import from_ns

__all__ = ["RenderOptions", "Scene", "paint_frame", "paint_masks", "render_video"]

_TIME_BASE = Fraction(1, 90_000)
"""s; of videos made from images."""


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What the enriched video shows.

    Raises:
        ValueError: a colour that is not ``#rrggbb``, or a number out of range.
    """

    looked_at: str = "#ffe100"
    """``#rrggbb`` of a mask and its label while it is looked at; otherwise a mask has its AOI's colour."""
    opacity: float = 0.3
    """0 … 1, of a mask that is not looked at."""
    looked_at_opacity: float = 0.5
    """0 … 1"""
    gaze: str = "#ff2a2a"
    """``#rrggbb`` of the gaze circle and its trail."""
    trail_ms: float = 400.0
    """ms of gaze before the frame; 0 = no trail."""
    labels: bool = True
    """AOI names. A name that no font on the computer can write is given as ``AOI 3``, by its object_id."""
    clock: bool = True
    """Time since the recording's start, and the frame_idx."""

    def __post_init__(self) -> None:
        for colour in (self.looked_at, self.gaze):
            rgb_of(colour)
        for name in ("opacity", "looked_at_opacity"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: expected a number from 0 to 1, got {getattr(self, name)}.")
        if not 0 <= self.trail_ms < float("inf"):
            raise ValueError(f"trail_ms: expected a number of 0 or more, got {self.trail_ms}.")


@dataclass(frozen=True)
class Scene:
    """Everything that is painted on frames; made once per video."""

    masklets: Sequence[Masklet]
    """One per AOI; a frame without a record, or where the AOI is not visible, shows nothing of it."""
    looks: Looks | None
    """None: a recording without gaze."""
    times_ns: IntArray
    """(n_frames,) ns since the recording's start. Frames of the video after these are left out."""


def render_video(
    frames: Frames,
    scene: Scene,
    out: str | Path,
    options: RenderOptions | None = None,
    progress: ProgressFn | None = None,
) -> Path:
    """The path of the enriched video written: every frame of the scene video at its own time, with its sound.

    Each frame is decoded once, painted in place and encoded; memory does not grow with length. The file
    appears under its name only when it is whole; after an error, or if ``progress`` raises, nothing is left.

    Raises:
        ValueError: the masklets belong to a video of another size, or there is no frame.
        OutputError: the file cannot be written, or is the scene video itself.
        StorageFull: the disk is full or the folder cannot be written.
        CorruptVideo: a frame cannot be decoded.
    """
    options = options or RenderOptions()
    n_frames = min(len(frames), len(scene.times_ns))
    out = _checked(Path(out), frames, scene, n_frames)
    with (
        _writer(frames, n_frames, out) as writer,
        closing(one_ahead(lambda: _painted(frames, scene, n_frames, options), depth=2)) as painted,
    ):
        for frame_idx, picture, pts in painted:
            writer.write(picture, pts)
            if progress is not None:
                progress(frame_idx + 1, n_frames)
    return out


def _painted(
    frames: Frames, scene: Scene, n_frames: int, options: RenderOptions
) -> Iterator[tuple[int, Any, int]]:
    masks = masks_by_frame(scene.masklets, 0, n_frames)
    for (frame_idx, picture, pts), shown in zip(_pictures(frames, n_frames), masks, strict=True):
        paint_frame(Canvas(picture), scene, frame_idx, shown, options)
        yield frame_idx, picture, pts


def paint_frame(
    canvas: Canvas, scene: Scene, frame_idx: int, masks: list[tuple[AOI, Mask]], options: RenderOptions
) -> None:
    """Paint masks (in this order), labels, gaze and time of one frame."""
    looked_at = scene.looks.looked_at(frame_idx) if scene.looks is not None else frozenset()
    paint_masks(canvas, masks, options, looked_at)
    if scene.looks is not None:
        paint_gaze(canvas, scene.looks.trail(frame_idx, options.trail_ms), options.gaze)
    if options.clock:
        paint_clock(canvas, int(scene.times_ns[frame_idx]), frame_idx)


def paint_masks(
    canvas: Canvas,
    masks: Sequence[tuple[AOI, Mask]],
    options: RenderOptions,
    looked_at: Collection[int] = (),
) -> None:
    """Paint masks (in this order) and labels; ``looked_at``: object_ids."""
    for aoi, mask in masks:
        _paint_mask(canvas, aoi, mask, aoi.object_id in looked_at, options)
    if options.labels:
        boxes = [(aoi, mask.box_xyxy) for aoi, mask in masks]
        paint_labels(
            canvas,
            [
                Label(aoi, box, options.looked_at if aoi.object_id in looked_at else None)
                for aoi, box in boxes
                if box is not None
            ],
        )


def _paint_mask(canvas: Canvas, aoi: AOI, mask: Mask, hit: bool, options: RenderOptions) -> None:
    opacity = options.looked_at_opacity if hit else options.opacity
    stencil = mask_stencil(mask, opacity, canvas.part(130 if hit else 240), canvas.part(600))
    if stencil is not None:
        canvas.paint(stencil, options.looked_at if hit else aoi.colour)


# -------------------------------------------------------------------- files


def _checked(out: Path, frames: Frames, scene: Scene, n_frames: int) -> Path:
    sizes = {masklet.size_hw for masklet in scene.masklets} - {tuple(frames.size_hw)}
    if sizes:
        raise ValueError(
            f"The masklets are for frames of {sizes.pop()} (h, w), the video has {frames.size_hw}."
        )
    if n_frames == 0:
        raise ValueError(f"There is no frame to render: {frames.path.name} has {len(frames)} frames.")
    sources = frames.paths if isinstance(frames, VideoReader) else [frames.path]
    if out.resolve() in {source.resolve() for source in sources}:
        raise OutputError(f"{out} is the scene video itself; choose another name.", path=out)
    if out.is_dir():
        raise OutputError(f"{out} is a folder; give the name of a file, such as looked-at.mp4.", path=out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot make the folder {out.parent}: {error.strerror}.", path=out) from error
    return out


def _writer(frames: Frames, n_frames: int, out: Path) -> VideoWriter:
    if not isinstance(frames, VideoReader):
        height, width = frames.size_hw
        return VideoWriter(out, (height + height % 2, width + width % 2), time_base=_TIME_BASE)
    sound = frames.audio(0, n_frames)
    if sound is not None:
        sound = replace(sound, start_ns=0)  # frames keep their times, so the sound does
    return VideoWriter(out, frames.size_hw, time_base=frames.time_base, audio_from=sound)


def _pictures(frames: Frames, n_frames: int) -> Iterator[tuple[int, Any, int]]:
    """(frame_idx, ``av.VideoFrame`` to paint on, pts in the writer's time base)."""
    if isinstance(frames, VideoReader):
        for frame_idx, picture in frames.planes(0, n_frames):
            yield frame_idx, picture, int(frames.pts[frame_idx])
        return
    for frame_idx, rgb in frames.stream(0, n_frames):
        yield frame_idx, picture_of(rgb), int(from_ns(frames.pts_ns[frame_idx], _TIME_BASE))
