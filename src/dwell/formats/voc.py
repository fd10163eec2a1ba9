"""Pascal VOC: an XML file of boxes per picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.formats.categories import category_of
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.folders import refuse_others
from dwell.formats.found import FoundVideo, Known
from dwell.formats.picture_names import picture_stem, picture_stems
from dwell.formats.reporting import silent_of
from dwell.formats.streaming import Shown, counting, frames_of
from dwell.formats.voc_reading import is_voc, read_pictures
from dwell.types import AOI, ProgressFn

__all__ = ["Voc"]

_NOT_IN_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
"""Control characters, line breaks among them, which a reader may change, and halves of characters."""


class Voc(LabelFormat):
    """``Annotations/<video>_<name>.xml``, and ``ImageSets/Main/{train,val,trainval}.txt`` that list them.

    As the VOC development kit has it, pixels count from 1 and a box ends with its last pixel: the whole of a
    picture of 30 × 20 px is 1, 1, 30, 20. (CVAT and torchvision take these numbers as they are.) The name of
    an object is its category. What VOC has no place for stands where CVAT keeps attributes of an object:
    ``object_id``, ``aoi``, ``colour``, and ``part_of`` where there is one. The element ``dwell`` has video,
    frame_idx and name of the frame; readers pass over what they do not know. ``truncated`` and ``difficult``
    are 0, as nobody knows them; many readers want them to be there. A frame on which nothing is visible has a
    file without an object. ``labelmap.txt`` lists the categories for CVAT.
    """

    name = "voc"
    about = About(
        "Pascal VOC",
        "Annotations/*.xml, ImageSets/Main/*.txt, labelmap.txt",
        "boxes, ids, names, categories, colours, train and val",
        "masks; scores; approval; who made a mask; whether an AOI is absent, lost or unknown",
        "http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html",
        shape="box",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``.

        Two pictures of one name, a name with a character that XML has not, labels of another export.
        """
        for labels in videos:
            _check_words(labels, out)
        files = {f"{stem}.xml" for of in picture_stems(videos, out) for stem in of}
        refuse_others(out / "Annotations", files, "*.xml")

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        self.check(videos, out, options)
        options = options or WriteOptions()
        stems = picture_stems(videos, out)
        tick = counting(videos, progress)
        listed: dict[str, list[str]] = {"train": [], "val": [], "trainval": []}
        n_masks = 0
        for labels, names in zip(videos, stems, strict=True):
            for stem, (frame_idx, shown) in zip(names, frames_of(labels, masks=False), strict=True):
                with replacing(out / "Annotations" / f"{stem}.xml") as temporary:
                    temporary.write_bytes(_annotation(labels, frame_idx, stem, shown, options))
                for part in (labels.split, "trainval"):
                    listed[part].append(stem)
                n_masks += len(shown)
                tick()
        for part, of_part in listed.items():
            _write_text(out / "ImageSets" / "Main" / f"{part}.txt", "".join(f"{stem}\n" for stem in of_part))
        lines = ["# label:color_rgb:parts:actions", "background:0,0,0::", *_label_map(videos)]
        _write_text(out / "labelmap.txt", "".join(f"{line}\n" for line in lines))
        return ExportReport(out, len(listed["trainval"]), n_masks, silent_of(videos))

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``: the folder with ``Annotations``, a folder of XML files, or one of them.

        Objects without an ``object_id`` (or CVAT's ``track_id``) have no track: the nth of a class on a
        picture is the nth thing of that class. Where a box begins at 0 the program that wrote it
        counts from 0, and ends are taken to be exclusive in all files; else both are as VOC has them.

        Raises:
            BadLabels: a file is damaged, or the pictures' size is not known.
        """
        return read_pictures(path, known or Known(), progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return is_voc(path)

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``."""
        return f"JPEGImages/{picture_stem(labels, frame_idx)}.{options.picture_ending}"


def _annotation(
    labels: Labels, frame_idx: int, stem: str, shown: Sequence[Shown], options: WriteOptions
) -> bytes:
    height, width = labels.size_hw
    own = not options.pictures and labels.files
    root = ET.Element("annotation")
    _add(root, "folder", "JPEGImages")
    _add(root, "filename", labels.files[frame_idx] if own else f"{stem}.{options.picture_ending}")
    _add(ET.SubElement(root, "source"), "database", "Unknown")
    size = ET.SubElement(root, "size")
    for tag, value in (("width", width), ("height", height), ("depth", 3)):
        _add(size, tag, value)
    _add(root, "segmented", 0)
    dwell = ET.SubElement(root, "dwell")
    for tag, text in (("video", labels.video), ("frame_idx", frame_idx), ("name", labels.names[frame_idx])):
        _add(dwell, tag, text)
    for one in shown:
        _add_object(root, one)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8")
    return content + b"\n"


def _add_object(root: ET.Element, one: Shown) -> None:
    x0, y0, x1, y1 = one.box_xyxy
    element = ET.SubElement(root, "object")
    rest = (("pose", "Unspecified"), ("truncated", 0), ("difficult", 0))
    for tag, value in (("name", category_of(one.aoi)), *rest):
        _add(element, tag, value)
    box = ET.SubElement(element, "bndbox")
    for tag, position in (("xmin", x0 + 1), ("ymin", y0 + 1), ("xmax", x1), ("ymax", y1)):
        _add(box, tag, position)
    attributes = ET.SubElement(element, "attributes")
    for name, value in _attributes(one.aoi):
        attribute = ET.SubElement(attributes, "attribute")
        _add(attribute, "name", name)
        _add(attribute, "value", value)


def _attributes(aoi: AOI) -> Iterator[tuple[str, str]]:
    yield "object_id", str(aoi.object_id)
    yield "aoi", aoi.name
    yield "colour", aoi.colour
    if aoi.part_of is not None:
        yield "part_of", str(aoi.part_of)


def _label_map(videos: Sequence[Labels]) -> list[str]:
    """``name:red,green,blue::`` of each category, in the colour of its first AOI.

    Source: CVAT's page on the format.
    """
    colours: dict[str, str] = {}
    for labels in videos:
        for aoi in labels.aois:
            colours.setdefault(category_of(aoi), aoi.colour)
    return [f"{name}:{','.join(_rgb(colour))}::" for name, colour in sorted(colours.items())]


def _rgb(colour: str) -> list[str]:
    return [str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)]


def _check_words(labels: Labels, out: Path) -> None:
    words = [
        labels.video,
        *labels.names,
        *(word for aoi in labels.aois for word in (aoi.name, category_of(aoi))),
    ]
    for word in words:
        if _NOT_IN_XML.search(word):
            raise OutputError(f"{word!r} has a character that XML has no place for; rename it.", path=out)


def _add(parent: ET.Element, tag: str, value: object) -> None:
    ET.SubElement(parent, tag).text = str(value)


def _write_text(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
