"""The enriched scene video: masks that change colour while looked at, gaze with its trail, the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dwell.masks import Mask, Masklet
from dwell.render.canvas import Canvas
from dwell.render.looks import Looks
from dwell.render.text import text_stencil
from dwell.types import AOI, IntArray, ProgressFn
from dwell.video import Frames, VideoReader, VideoWriter
from dwell.video.colour import from_rgb

__all__ = ["RenderOptions", "paint_frame", "render_video"]


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What the enriched video shows."""

    looked_at: str = "#ffe100"
    """``#rrggbb`` of a mask while it is looked at; otherwise it has its AOI's colour."""
    opacity: float = 0.35
    """Of a mask that is not looked at."""
    looked_at_opacity: float = 0.55
    gaze: str = "#ff2a2a"
    trail_ms: float = 400.0
    """ms of gaze before the frame; 0 = no trail."""
    labels: bool = True
    clock: bool = True
    """Time since the recording's start, and the frame_idx."""


@dataclass(frozen=True)
class Scene:
    """Everything that is painted on frames; made once per video."""

    masklets: Sequence[Masklet]
    looks: Looks | None
    """None: a recording without gaze."""
    times_ns: IntArray
    """(n_frames,) ns since the recording's start."""


def render_video(
    frames: Frames,
    scene: Scene,
    out: str | Path,
    options: RenderOptions | None = None,
    progress: ProgressFn | None = None,
) -> Path:
    """Write the enriched video: every frame of the scene video, with its own timing and its sound.

    Each frame is decoded once, painted in place and encoded; memory does not grow with length. A part of the
    file appears under its name only when it is whole.

    Raises:
        OutputError: the file cannot be written.
        StorageFull: the disk is full.
        CorruptVideo: a frame cannot be decoded.
    """
    options = options or RenderOptions()
    out = Path(out)
    with _writer(frames, out) as writer:
        for frame_idx, picture in _pictures(frames):
            paint_frame(Canvas(picture), scene, frame_idx, options)
            writer.write(picture, pts_ns=int(frames.pts_ns[frame_idx]))
            if progress is not None:
                progress(frame_idx + 1, len(frames))
    return out


def _writer(frames: Frames, out: Path) -> VideoWriter:
    out.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(frames, VideoReader):
        return VideoWriter(out, frames.size_hw, time_base=frames.time_base, audio_from=frames.audio())
    return VideoWriter(out, frames.size_hw)


def _pictures(frames: Frames) -> Iterator[tuple[int, Any]]:
    if isinstance(frames, VideoReader):
        yield from frames.planes(0, len(frames))
        return
    for frame_idx, rgb in frames.stream(0, len(frames)):
        odd = (rgb.shape[0] % 2, rgb.shape[1] % 2)
        yield frame_idx, from_rgb(np.pad(rgb, ((0, odd[0]), (0, odd[1]), (0, 0)), mode="edge"))


def paint_frame(canvas: Canvas, scene: Scene, frame_idx: int, options: RenderOptions) -> None:
    """Paint masks, labels, gaze and time of one frame; a small AOI lies over a large one."""
    shown = [(each.aoi, each.mask(frame_idx)) for each in scene.masklets]
    visible = [(aoi, mask) for aoi, mask in shown if mask is not None and mask]
    visible.sort(key=lambda pair: -pair[1].area)
    looked_at = scene.looks.looked_at(frame_idx) if scene.looks is not None else frozenset()
    for aoi, mask in visible:
        _paint_mask(canvas, aoi, mask, aoi.object_id in looked_at, options)
    if options.labels:
        for aoi, mask in visible:
            _paint_label(canvas, aoi, mask, aoi.object_id in looked_at, options)
    if scene.looks is not None:
        _paint_gaze(canvas, scene.looks, frame_idx, options)
    if options.clock:
        _paint_clock(canvas, int(scene.times_ns[frame_idx]), frame_idx)


def _paint_mask(canvas: Canvas, aoi: AOI, mask: Mask, hit: bool, options: RenderOptions) -> None:
    colour = options.looked_at if hit else aoi.colour
    canvas.fill(mask, colour, options.looked_at_opacity if hit else options.opacity)
    canvas.outline(mask, colour, _px(canvas, 200) * (2 if hit else 1))


def _paint_label(canvas: Canvas, aoi: AOI, mask: Mask, hit: bool, options: RenderOptions) -> None:
    x0, y0, _, _ = mask.box_xyxy or (0, 0, 0, 0)
    _paint_text(canvas, aoi.name, (x0, y0), options.looked_at if hit else aoi.colour)


def _paint_gaze(canvas: Canvas, looks: Looks, frame_idx: int, options: RenderOptions) -> None:
    trail = looks.trail(frame_idx, options.trail_ms)
    if len(trail) > 1:
        canvas.line(trail, options.gaze, _px(canvas, 240))
    if len(trail):
        x, y = trail[-1]
        radius = _px(canvas, 32)
        canvas.ring((float(x), float(y)), radius + _px(canvas, 240), "#ffffff", _px(canvas, 320))
        canvas.ring((float(x), float(y)), radius, options.gaze, _px(canvas, 120))


def _paint_clock(canvas: Canvas, time_ns: int, frame_idx: int) -> None:
    sign = "−" if time_ns < 0 else ""
    minutes, ms = divmod(abs(time_ns) // 1_000_000, 60_000)
    text = f"{sign}{minutes:02d}:{ms // 1000:02d}.{ms % 1000:03d}   frame {frame_idx}"
    _paint_text(canvas, text, (_px(canvas, 60), canvas.size_hw[0]), "#ffffff")


def _paint_text(canvas: Canvas, text: str, xy: tuple[int, int], colour: str) -> None:
    """Text on a dark plate whose bottom left corner is at ``xy``, moved into the picture if need be."""
    letters = text_stencil(text, _px(canvas, 28))
    pad = _px(canvas, 160)
    plate = np.full((letters.shape[0] + 2 * pad, letters.shape[1] + 2 * pad), 170, dtype=np.uint8)
    height, width = canvas.size_hw
    x = int(np.clip(xy[0], 0, max(0, width - plate.shape[1])))
    y = int(np.clip(xy[1] - plate.shape[0], 0, max(0, height - plate.shape[0])))
    canvas.stamp(plate, (x, y), "#101010")
    canvas.stamp(letters, (x + pad, y + pad), colour)


def _px(canvas: Canvas, part: int) -> int:
    """A length as a part of the picture's height, at least 1 px."""
    return max(1, round(canvas.size_hw[0] / part))
