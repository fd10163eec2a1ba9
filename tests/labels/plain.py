"""A format of the tests' own that can say everything, so that what is lost is lost elsewhere.

One JSON with a list of videos; a label is a line. Registered for the length of a test by ``register``.
"""

import json
from pathlib import Path

import numpy as np

from dwell.files import replacing
from dwell.formats.contract import About, ExportReport, LabelFormat
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo
from dwell.masks import Mask
from dwell.registry import FORMATS
from dwell.types import State

SIZE_HW = (20, 30)


class Plain(LabelFormat):
    """Masks, states, ids, names, colours, categories, parts."""

    name = "plain"
    about = About("Plain", "NAME.plain", "everything", "", "tests/labels/plain.py")

    def write(self, videos, out, options=None, progress=None):
        path, n_masks = Path(out) / "labels.plain", 0
        total = sum(len(labels.frames) for labels in videos)
        with replacing(path) as file:
            file.write_text(json.dumps([_written(each) for each in videos], indent=0, ensure_ascii=False))
        for labels in videos:
            n_masks += sum(len(labels.visible_at(i)) for i in labels.frames)
        if progress is not None:
            progress(total, total)
        silent = videos[0].silent_frames() if len(videos) == 1 else {}
        return ExportReport(path, total, n_masks, silent)

    def read(self, path, known=None, progress=None):
        return [_found(each) for each in json.loads(Path(path).read_text(encoding="utf-8"))]

    def fits(self, path):
        return Path(path).suffix == ".plain"


class PlainBoxes(Plain):
    """The same with boxes only."""

    name = "plain-boxes"
    about = About("Plain boxes", "NAME.plain", "boxes", "masks", "tests/labels/plain.py", shape="box")

    def fits(self, path):
        return False


def register(monkeypatch):
    """Both are formats of Dwell until the test ends."""
    for kind in (Plain, PlainBoxes):
        monkeypatch.setitem(FORMATS.entries, kind.name, f"labels.plain:{kind.__name__}")


def square(y0, x0, side=4, size_hw=SIZE_HW):
    """A mask of a square."""
    array = np.zeros(size_hw, bool)
    array[y0 : y0 + side, x0 : x0 + side] = True
    return Mask.from_array(array)


def thing(key, name, **more):
    return {"key": key, "name": name, **more}


def label(key, frame, mask=None, **more):
    """What a file says of one thing on one frame; with a mask, it is visible."""
    counts = {} if mask is None else {"counts": mask.to_bytes().decode("ascii")}
    return {"key": key, "frame": frame, **counts, **more}


def write(path, things, labels, n_frames=10, video="drawn", size_hw=SIZE_HW, **more):
    """A file of one video; frames are numbered, unless ``names`` are given."""
    path.write_text(
        json.dumps([video_of(things, labels, n_frames, video, size_hw, **more)]), encoding="utf-8"
    )
    return path


def video_of(things, labels, n_frames=10, video="drawn", size_hw=SIZE_HW, names=None, numbers="count"):
    names = names or [f"{i:05d}" for i in range(n_frames)]
    numbers = list(range(len(names))) if numbers == "count" else numbers
    return {
        "name": video,
        "size": list(size_hw),
        "names": names,
        "numbers": numbers,
        "things": things,
        "labels": labels,
    }


def _written(labels):
    things = [
        thing(a.object_id, a.name, colour=a.colour, category=a.category, part_of=a.part_of)
        for a in labels.aois
    ]
    said = []
    for frame_idx in labels.frames:
        for each in sorted(labels.masklets, key=lambda m: m.aoi.object_id):
            record = each.record(frame_idx)
            if record is not None:
                mask = record.mask if record.mask else None
                said.append(label(each.aoi.object_id, frame_idx, mask, state=str(record.state)))
    return video_of(things, said, video=labels.video, size_hw=labels.size_hw, names=list(labels.names))


def _found(each):
    size_hw = tuple(each["size"])

    def labels():
        for said in each["labels"]:
            mask = Mask.from_bytes(said["counts"].encode("ascii"), size_hw) if "counts" in said else None
            box = tuple(said["box"]) if "box" in said else None
            state = State(said.get("state", "visible"))
            yield FoundLabel(
                said["key"], said["frame"], mask, box, state, said.get("score"), said.get("keyframe", True)
            )

    things = [FoundThing(**one) for one in each["things"]]
    return FoundVideo(
        each["name"], size_hw, each["names"], each["numbers"], things, labels, len(each["labels"])
    )
