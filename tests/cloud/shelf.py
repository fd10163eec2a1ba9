"""Two AOIs on a drawn reference image, for sending."""

from pathlib import Path

from PIL import Image

from dwell.analysis import open_analysis
from dwell.cloud import AoiUpload
from dwell.masks import Mask, MaskRecord
from dwell.types import Origin, State

SIZE_HW = (36, 48)
BOTTLE = AoiUpload(1, "bottle", "#d55e00", Mask.from_box((4, 5, 12, 25), SIZE_HW))
FLAG = AoiUpload(2, "flag", "#0072b2", Mask.from_box((20, 2, 38, 12), SIZE_HW))
KEY = "0123456789abcdef0123456789abcdef"
"""Of the project."""


def make_project(folder: Path) -> Path:
    """A project about the drawn image with these two AOIs, and one called ``nothing`` that has no mask."""
    (folder / "shelf").mkdir()
    Image.new("RGB", (SIZE_HW[1], SIZE_HW[0]), (180, 170, 160)).save(folder / "shelf" / "picture_1.png")
    with open_analysis(folder / "shelf", project=folder / "shelf.dwell") as analysis:
        for each in (BOTTLE, FLAG):
            aoi = analysis.project.add_aoi(each.name, each.colour)
            record = MaskRecord(aoi.object_id, 0, each.mask, State.VISIBLE, float("nan"), Origin.USER, None)
            analysis.project.write_masks([record])
        analysis.project.add_aoi("nothing")
    return folder / "shelf.dwell"
