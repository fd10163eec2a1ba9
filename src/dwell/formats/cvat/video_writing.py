"""CVAT for video: tracks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dwell.formats.categories import category_of
from dwell.formats.contract import Labels
from dwell.formats.cvat.shapes_writing import (
    mask_element,
    points_text,
    polygon_element,
    source_of,
)
from dwell.formats.cvat.xml_writing import element
from dwell.formats.outlines import OutlineLoss
from dwell.formats.streaming import Shown, frames_of, painting_order, track_of
from dwell.masks import Masklet

__all__ = ["mask_tracks", "polygon_tracks"]


def mask_tracks(labels: Labels, tick: Callable[[], None]) -> Iterator[tuple[int, str]]:
    """A track for each mask, as CVAT itself writes them, since it does not track masks: (masks in it, text).

    What belongs together has one ``group_id``, the object_id. A mask is on top of larger ones.
    """
    number = 0
    for frame_idx, shown in frames_of(labels):
        for z_order, one in enumerate(painting_order(shown)):
            yield 1, _mask_track(labels, number, frame_idx, one, z_order)
            number += 1
        tick()


def polygon_tracks(labels: Labels, loss: OutlineLoss, tick: Callable[[], None]) -> Iterator[tuple[int, str]]:
    """A track for each AOI, which has one outline on each frame that shows it: (masks in it, text)."""
    masklets = sorted(labels.masklets, key=lambda each: each.aoi.object_id)
    below = sorted(masklets, key=lambda each: -int(each.area.max(initial=0)))
    tick_step = _every(len(masklets), tick)
    for number, masklet in enumerate(masklets):
        yield from _polygon_track(labels, masklet, number, below.index(masklet), loss, tick_step)
    if not masklets:
        for _ in labels.frames:
            tick()


def _every(n: int, tick: Callable[[], None]) -> Callable[[], None]:
    """Ticks once in n calls: each frame is gone through once for each AOI."""
    calls = 0

    def step() -> None:
        nonlocal calls
        calls += 1
        if calls % n == 0:
            tick()

    return step


def _mask_track(labels: Labels, number: int, frame_idx: int, one: Shown, z_order: int) -> str:
    shape = mask_element(_shape(frame_idx), one, z_order)
    if frame_idx + 1 < labels.n_frames:
        left, top, *_ = one.box_xyxy
        pixel = {"rle": "0, 1", "left": left, "top": top, "width": 1, "height": 1, "z_order": z_order}
        shape += "\n    " + element("mask", {**_shape(frame_idx + 1, outside=1), **pixel})
    return f"  {_open(number, one, source_of(one))}\n    {shape}\n  </track>\n"


def _polygon_track(
    labels: Labels,
    masklet: Masklet,
    number: int,
    z_order: int,
    loss: OutlineLoss,
    tick: Callable[[], None],
) -> Iterator[tuple[int, str]]:
    """Every shape is a keyframe, and after a run of frames one marks the end, so CVAT makes up nothing."""
    last: tuple[int, str] | None = None
    for frame_idx, one in track_of(labels, masklet):
        tick()
        if one is None:
            continue
        if last is None:
            yield 0, f"  {_open(number, one, _source_of_all(masklet))}\n"
        elif last[0] + 1 < frame_idx:
            yield 0, _end(*last, z_order)
        (points,) = loss.outlines_of(one.mask)
        yield 1, f"    {polygon_element(_shape(frame_idx), points, one, z_order)}\n"
        last = frame_idx, points_text(points)
    if last is not None:
        end = _end(*last, z_order) if last[0] + 1 < labels.n_frames else ""
        yield 0, f"{end}  </track>\n"


def _end(frame_idx: int, points: str, z_order: int) -> str:
    values = {**_shape(frame_idx + 1, outside=1), "points": points, "z_order": z_order}
    return f"    {element('polygon', values)}\n"


def _open(number: int, one: Shown, source: str) -> str:
    values = {"id": number, "label": category_of(one.aoi), "source": source, "group_id": one.aoi.object_id}
    return element("track", values).removesuffix("/>") + ">"


def _source_of_all(masklet: Masklet) -> str:
    """``manual`` where a person made or approved every mask."""
    return "manual" if bool(masklet.by_person[masklet.area > 0].all()) else "auto"


def _shape(frame_idx: int, outside: int = 0) -> dict[str, Any]:
    return {"frame": frame_idx, "keyframe": 1, "outside": outside, "occluded": 0}
