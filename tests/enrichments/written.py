"""Small enrichment downloads, written as Pupil Cloud writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from dwell.masks import Mask
from dwell.types import AOI

START = 1_754_946_793_722_214_176
"""ns UTC at which the first recording starts."""
SIZE_HW = (60, 100)
MS = 1_000_000

GAZE = (
    "section id,recording id,timestamp [ns],gaze detected in reference image,"
    "gaze position in reference image x [px],gaze position in reference image y [px],fixation id,blink id\n"
)
FIXATIONS = (
    "section id,recording id,fixation id,start timestamp [ns],end timestamp [ns],duration [ms],"
    "fixation detected in reference image,fixation x [px],fixation y [px]\n"
)
SECTIONS = (
    "section id,recording id,recording name,wearer id,wearer name,section start time [ns],"
    "section end time [ns],start event name,end event name\n"
)


def box(x0: int, y0: int, x1: int, y1: int) -> Mask:
    """A box of the picture, x1 and y1 exclusive."""
    return Mask.from_box((x0, y0, x1, y1), SIZE_HW)


def aoi(number: int, name: str, category: str | None = None) -> AOI:
    return AOI(number, name, "#336699", category)


def section(
    name: str, recording: str, start_ns: int, *, wearer: str = "w1", event: str = "recording.begin"
) -> str:
    end_ns = start_ns + 60_000 * MS
    return f"{name},{recording},{recording} one,{wearer},Wearer,{start_ns},{end_ns},{event},recording.end\n"


def sample(
    t_ms: float,
    xy: tuple[float, float] | None,
    *,
    on: bool = True,
    fixation: int | str = "",
    blink: int | str = "",
    where: str = "s1,r1",
    start_ns: int = START,
) -> str:
    x, y = ("", "") if xy is None else xy
    ns = start_ns + round(t_ms * MS)
    return f"{where},{ns},{str(on).lower()},{x},{y},{fixation},{blink}\n"


def fixation(
    number: int,
    start_ms: float,
    length_ms: float,
    xy: tuple[float, float],
    *,
    on: bool = True,
    where: str = "s1,r1",
    start_ns: int = START,
) -> str:
    first = start_ns + round(start_ms * MS)
    end = first + round(length_ms * MS)
    floored = (end - first) // MS
    return f"{where},{number},{first},{end},{floored},{str(on).lower()},{xy[0]},{xy[1]}\n"


def write(
    folder: Path,
    *,
    sections: str | None = None,
    gaze: str = "",
    fixations: str = "",
    picture: bool = True,
) -> Path:
    """A Reference Image Mapper's download in a folder."""
    folder.mkdir(parents=True)
    if picture:
        height, width = SIZE_HW
        Image.fromarray(np.full((height, width, 3), 200, np.uint8)).save(folder / "reference_image.jpeg")
    if sections is not None:
        (folder / "sections.csv").write_text(SECTIONS + sections, encoding="utf-8")
    (folder / "gaze.csv").write_text(GAZE + gaze, encoding="utf-8")
    (folder / "fixations.csv").write_text(FIXATIONS + fixations, encoding="utf-8")
    (folder / "enrichment_info.txt").write_text("Enrichment: Reference Image Mapper\n", encoding="utf-8")
    return folder
