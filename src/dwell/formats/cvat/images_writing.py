"""CVAT for images: shapes, picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from dwell.formats.categories import category_of
from dwell.formats.contract import Labels, WriteOptions
from dwell.formats.cvat.shapes_writing import mask_element, polygon_element, source_of
from dwell.formats.cvat.xml_writing import element
from dwell.formats.outlines import OutlineLoss
from dwell.formats.streaming import Shown, frames_of, painting_order

__all__ = ["image_elements", "picture_name"]

_ENDINGS = {"jpg": ("jpg", "jpeg"), "png": ("png",)}


def picture_name(labels: Labels, frame_idx: int, options: WriteOptions) -> str:
    """The picture as a task of CVAT knows it: the image's own name, or CVAT's for a frame of a video.

    Where pictures are written, too, and of another kind than the image, the name ends as theirs.
    """
    if labels.files:
        name = PurePosixPath(labels.files[frame_idx]).name
        stem, _, ending = name.rpartition(".")
        as_it_is = not options.pictures or ending.lower() in _ENDINGS[options.picture_ending]
        return name if as_it_is else f"{stem or name}.{options.picture_ending}"
    return f"frame_{frame_idx:06d}.{options.picture_ending}"


def image_elements(
    labels: Labels, options: WriteOptions, loss: OutlineLoss, tick: Callable[[], None]
) -> Iterator[tuple[int, str]]:
    """An ``image`` for each frame to write, with the shapes on it: (masks in it, text)."""
    height, width = labels.size_hw
    for frame_idx, shown in frames_of(labels):
        name = picture_name(labels, frame_idx, options)
        values = {"id": frame_idx, "name": name, "width": width, "height": height}
        ordered = painting_order(shown)
        shapes = [s for z, one in enumerate(ordered) for s in _shapes(one, z, options, loss)]
        content = "".join(f"    {shape}\n" for shape in shapes)
        yield len(ordered), "  " + element("image", values, f"\n{content}  ") + "\n"
        tick()


def _shapes(one: Shown, z_order: int, options: WriteOptions, loss: OutlineLoss) -> Iterator[str]:
    values: dict[str, Any] = {"label": category_of(one.aoi), "source": source_of(one), "occluded": 0}
    values["group_id"] = one.aoi.object_id
    if not options.polygons:
        yield mask_element(values, one, z_order)
        return
    for points in loss.outlines_of(one.mask):
        yield polygon_element(values, points, one, z_order)
