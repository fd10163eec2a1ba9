"""What the XML of CVAT starts with, and how its elements are spelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from dwell.errors import OutputError
from dwell.formats.categories import category_of
from dwell.formats.contract import Labels
from dwell.types import AOI

__all__ = ["AOI_ATTRIBUTES", "attributes_of", "check_names", "colours_of", "element", "head", "label_specs"]

AOI_ATTRIBUTES = ("object_id", "aoi")
"""What each label carries besides its class, which is all that CVAT itself knows of a shape."""

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, values: Mapping[str, Any], content: str | None = None) -> str:
    """One element; without content it is closed at once."""
    attributes = "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items())
    return f"<{tag}{attributes}/>" if content is None else f"<{tag}{attributes}>{content}</{tag}>"


def attributes_of(aoi: AOI) -> str:
    """The AOI's id and name, as attributes of a shape."""
    values = zip(AOI_ATTRIBUTES, (aoi.object_id, aoi.name), strict=True)
    return "".join(element("attribute", {"name": name}, escape(str(value))) for name, value in values)


def colours_of(videos: Sequence[Labels]) -> dict[str, str]:
    """The colour of each label: that of its first AOI."""
    aois = sorted((aoi for labels in videos for aoi in labels.aois), key=lambda aoi: aoi.object_id)
    colours: dict[str, str] = {}
    for aoi in aois:
        colours.setdefault(category_of(aoi), aoi.colour)
    return dict(sorted(colours.items()))


def label_specs(videos: Sequence[Labels]) -> list[dict[str, Any]]:
    """The labels as CVAT's constructor takes them, under *Raw*."""
    number = {"input_type": "number", "default_value": "0", "values": ["0", "2147483647", "1"]}
    text = {"input_type": "text", "default_value": "", "values": [""]}
    kinds = zip(AOI_ATTRIBUTES, (number, text), strict=True)
    attributes = [{"name": name, "mutable": False, **kind} for name, kind in kinds]
    return [
        {"name": name, "color": colour, "type": "any", "attributes": attributes}
        for name, colour in colours_of(videos).items()
    ]


def head(labels: Labels, mode: str) -> Iterator[str]:
    """The file up to the first shape.

    Args:
        labels: of the video.
        mode: ``interpolation`` for tracks, ``annotation`` for shapes by image.
    """
    height, width = labels.size_hw
    last = max(labels.n_frames - 1, 0)
    yield '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n'
    yield "  <meta>\n    <task>\n      <id>0</id>\n"
    yield f"      {element('name', {}, escape(labels.video))}\n"
    yield f"      <size>{labels.n_frames}</size>\n      <mode>{mode}</mode>\n      <overlap>0</overlap>\n"
    yield "      <bugtracker></bugtracker>\n      <start_frame>0</start_frame>\n"
    yield f"      <stop_frame>{last}</stop_frame>\n      <frame_filter></frame_filter>\n      <labels>\n"
    for spec in label_specs([labels]):
        yield f"        {_label(spec)}\n"
    yield "      </labels>\n      <segments>\n"
    yield f"        <segment><id>0</id><start>0</start><stop>{last}</stop><url></url></segment>\n"
    yield "      </segments>\n"
    yield f"      <original_size><width>{width}</width><height>{height}</height></original_size>\n"
    yield "    </task>\n  </meta>\n"


def _label(spec: Mapping[str, Any]) -> str:
    attributes = "".join(_attribute(each) for each in spec["attributes"])
    parts = [element(key, {}, escape(spec[key])) for key in ("name", "color", "type")]
    return element("label", {}, "".join(parts) + element("attributes", {}, attributes))


def _attribute(spec: Mapping[str, Any]) -> str:
    values = {**spec, "values": "\n".join(spec["values"])}
    return element("attribute", {}, "".join(element(k, {}, escape(str(v))) for k, v in values.items()))


def check_names(videos: Sequence[Labels], out: Path) -> None:
    """Every name can be said in XML.

    Raises:
        OutputError: one has a character that XML has no way to write.
    """
    for labels in videos:
        names = [name for aoi in labels.aois for name in (aoi.name, aoi.category or "")]
        for name in [labels.video, *names, *labels.files]:
            if _NOT_IN_XML.search(name):
                raise OutputError(
                    f"XML has no way to write a control character, and {name!r} has one; rename it.",
                    path=out,
                )
