"""Tasks of Label Studio, as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from dwell.formats.categories import category_of
from dwell.formats.contract import Labels, WriteOptions
from dwell.formats.label_studio.brush import pack
from dwell.formats.outlines import OutlineLoss
from dwell.formats.streaming import Shown, frames_of, painting_order, track_of
from dwell.masks import Masklet
from dwell.types import AOI

__all__ = ["FRAMES_PER_SECOND", "configuration", "image_tasks", "video_task"]

FRAMES_PER_SECOND = 24.0
"""What Label Studio takes where nothing is said; source: https://labelstud.io/tags/video"""
_LOCAL = "/data/local-files/?d="
"""Where Label Studio serves files of its own computer from, below LOCAL_FILES_DOCUMENT_ROOT."""


def configuration(videos: Sequence[Labels], of: str) -> str:
    """The labelling interface: XML to paste into a project's settings.

    Args:
        videos: whose labels it has.
        of: ``video``, ``brush`` or ``polygon``.
    """
    colours: dict[str, str] = {}
    for aoi in (aoi for labels in videos for aoi in labels.aois):
        colours.setdefault(category_of(aoi), aoi.colour)
    shown = "".join(
        f"    <Label value={quoteattr(name)} background={quoteattr(colour)}/>\n"
        for name, colour in sorted(colours.items())
    )
    if of == "video":
        return (
            '<View>\n  <Video name="video" value="$video" frameRate="$fps"/>\n'
            '  <VideoRectangle name="box" toName="video"/>\n'
            f'  <Labels name="label" toName="video">\n{shown}  </Labels>\n</View>\n'
        )
    tag = {"brush": "BrushLabels", "polygon": "PolygonLabels"}[of]
    return (
        '<View>\n  <Image name="image" value="$image" zoom="true"/>\n'
        f'  <{tag} name="mask" toName="image">\n{shown}  </{tag}>\n</View>\n'
    )


def video_task(labels: Labels, tick: Callable[[], None]) -> Iterator[tuple[int, str]]:
    """The task of a video with a ``videorectangle`` for each AOI: (boxes in it, text), piece by piece."""
    fps = labels.fps or FRAMES_PER_SECOND
    yield 0, f'{{"data": {_dump({"video": labels.video, "fps": fps})}, "annotations": [{{"result": ['
    n_regions = 0
    for masklet in sorted(labels.masklets, key=lambda each: each.aoi.object_id):
        n_boxes = 0
        for box in _sequence(labels, masklet, fps):
            if not n_boxes:
                yield 0, (",\n" if n_regions else "\n") + _start(labels, masklet, fps)
            yield 1, (",\n" if n_boxes else "\n") + _dump(box)
            n_boxes += 1
        if n_boxes:
            yield 0, "]}}"
            n_regions += 1
    yield 0, "]}]}"
    for _ in labels.frames:
        tick()


def _start(labels: Labels, masklet: Masklet, fps: float) -> str:
    """A region up to its first box."""
    value = {"framesCount": labels.n_frames, "duration": labels.n_frames / fps}
    region = {**_region(masklet.aoi, labels, "video", "box"), "type": "videorectangle"}
    region["origin"] = "manual" if _is_all_by_person(masklet) else "prediction"
    start = _dump({**region, "value": {**value, "labels": [category_of(masklet.aoi)]}})
    return start.removesuffix("}}") + ', "sequence": ['


def _sequence(labels: Labels, masklet: Masklet, fps: float) -> Iterator[dict[str, Any]]:
    """Every frame is a key frame, enabled where the next frame has a box, too, so nothing is made up."""
    height, width = labels.size_hw
    before: tuple[int, dict[str, Any]] | None = None
    for frame_idx, one in track_of(labels, masklet, masks=False):
        if one is None:
            continue
        if before is not None:
            yield {**before[1], "enabled": before[0] + 1 == frame_idx}
        x, y, w, h = one.box_xywh
        percent = {"x": 100 * x / width, "y": 100 * y / height, "width": 100 * w / width}
        time_s = (frame_idx + 1) / fps if labels.times_ns is None else int(labels.times_ns[frame_idx]) / 1e9
        box = {"frame": frame_idx + 1, **percent, "height": 100 * h / height, "rotation": 0, "time": time_s}
        before = frame_idx, box
    if before is not None:
        yield {**before[1], "enabled": False}


def image_tasks(
    labels: Labels,
    options: WriteOptions,
    pictures: Mapping[int, str],
    loss: OutlineLoss,
    tick: Callable[[], None],
) -> Iterator[tuple[int, str]]:
    """A task for the picture of each frame to write: (masks in it, text)."""
    for frame_idx, shown in frames_of(labels):
        data = {"image": _LOCAL + pictures[frame_idx], "video_name": labels.video, "frame_idx": frame_idx}
        regions = [r for one in painting_order(shown) for r in _masks(labels, one, options, loss)]
        yield len(shown), _dump({"data": data, "annotations": [{"result": regions}]})
        tick()


def _masks(labels: Labels, one: Shown, options: WriteOptions, loss: OutlineLoss) -> Iterator[dict[str, Any]]:
    region = {**_region(one.aoi, labels, "image", "mask"), "image_rotation": 0}
    region["origin"] = "manual" if one.masklet.by_person[one.row] else "prediction"
    label = [category_of(one.aoi)]
    if not options.polygons:
        value = {"format": "rle", "rle": pack(one.mask), "brushlabels": label}
        yield {**region, "type": "brushlabels", "value": value}
        return
    height, width = labels.size_hw
    for number, points in enumerate(loss.outlines_of(one.mask)):
        percent = [[100 * x / width, 100 * y / height] for x, y in points.tolist()]
        outline = {**region, "type": "polygonlabels"}
        outline["id"] = region["id"] + (f".{number}" if number else "")
        yield {**outline, "value": {"points": percent, "closed": True, "polygonlabels": label}}


def _region(aoi: AOI, labels: Labels, to_name: str, from_name: str) -> dict[str, Any]:
    """What every region says; its id is the object_id, its note the AOI's name."""
    height, width = labels.size_hw
    return {
        "id": f"aoi-{aoi.object_id}",
        "from_name": from_name,
        "to_name": to_name,
        "original_width": width,
        "original_height": height,
        "meta": {"text": [aoi.name]},
    }


def _is_all_by_person(masklet: Masklet) -> bool:
    return bool(masklet.by_person[masklet.area > 0].all())


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
