"""Labels out: read back with Pillow and with pycocotools, not with our own code."""

import contextlib
import io
import json

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from dwell.errors import OutputError
from dwell.formats.coco import Coco
from dwell.formats.contract import Labels
from dwell.formats.davis import Davis
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.types import AOI, Origin, State

SIZE_HW = (20, 30)
CUP, SPOON = AOI(1, "cup", "#e69f00"), AOI(3, "spoon", "#56b4e9", category="cutlery")


def square(y0, x0, y1, x1):
    mask = np.zeros(SIZE_HW, dtype=bool)
    mask[y0:y1, x0:x1] = True
    return mask


CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14)}
SPOON_AT = {1: square(5, 5, 7, 20)}


def masklet(aoi, masks, lost=()):
    rows = [
        MaskRecord(aoi.object_id, i, Mask.from_array(m), State.VISIBLE, 0.9, Origin.MODEL, None)
        for i, m in masks.items()
    ]
    rows += [
        MaskRecord(aoi.object_id, i, Mask.empty(SIZE_HW), State.LOST, 0.1, Origin.MODEL, None) for i in lost
    ]
    return Masklet.from_records(aoi, SIZE_HW, rows)


@pytest.fixture
def labels():
    masklets = [masklet(CUP, CUP_AT, lost=[2]), masklet(SPOON, SPOON_AT)]
    return Labels(masklets, SIZE_HW, ["00000", "frame-b", "00002"], "drawn.mp4")


def test_davis_writes_every_frame_with_object_ids_as_indices(labels, tmp_path):
    report = Davis().write([labels], tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "00000.png",
        "00002.png",
        "frame-b.png",
    ]
    with Image.open(tmp_path / "out" / "frame-b.png") as image:
        assert image.mode == "P"
        index = np.asarray(image)
        assert image.getpalette()[:12] == [0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0]
    expected = np.where(SPOON_AT[1], 3, np.where(CUP_AT[1], 1, 0))  # the smaller one on top
    np.testing.assert_array_equal(index, expected)
    assert not np.asarray(Image.open(tmp_path / "out" / "00002.png")).any()
    assert (report.n_frames, report.n_masks) == (3, 3)
    assert report.overlapping_px == np.count_nonzero(SPOON_AT[1] & CUP_AT[1])


def test_frames_without_an_answer_are_reported_not_passed_over(labels, tmp_path):
    silent = Davis().write([labels], tmp_path).silent
    assert silent == {"cup": {"lost": 1, "unknown": 0}, "spoon": {"lost": 0, "unknown": 2}}


def test_davis_refuses_ids_it_has_no_room_for(tmp_path):
    labels = Labels([masklet(AOI(256, "late", "#000000"), {})], SIZE_HW, ["00000"], "v")
    with pytest.raises(OutputError, match="'late' has 256"):
        Davis().write([labels], tmp_path)


def test_coco_is_read_by_pycocotools(labels, tmp_path):
    Coco().write([labels], tmp_path)
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(tmp_path / "annotations.json")
    assert {c["name"] for c in coco.loadCats(coco.getCatIds())} == {"cup", "cutlery"}
    (image,) = [i for i in coco.loadImgs(coco.getImgIds()) if i["frame_idx"] == 1]
    assert (image["height"], image["width"]) == SIZE_HW
    by_track = {a["track_id"]: a for a in coco.imgToAnns[image["id"]]}
    np.testing.assert_array_equal(coco.annToMask(by_track[3]), SPOON_AT[1])
    np.testing.assert_array_equal(coco.annToMask(by_track[1]), CUP_AT[1])
    assert by_track[1]["bbox"] == [4, 2, 10, 10] == list(coco_mask.toBbox(by_track[1]["segmentation"]))
    assert by_track[1]["area"] == 100


def test_coco_of_nothing_is_still_whole(tmp_path):
    Coco().write([Labels([], SIZE_HW, [], "v")], tmp_path)
    assert json.loads((tmp_path / "annotations.json").read_text())["annotations"] == []


def test_a_cancelled_export_leaves_no_half_file(labels, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Coco().write([labels], tmp_path, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_named(labels, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="file"):
        Davis().write([labels], tmp_path / "file")
