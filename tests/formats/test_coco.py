"""COCO out and in: what we write is read by pycocotools, and what others write is read by us."""

import contextlib
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from dwell.errors import BadLabels, OutputError
from dwell.formats.coco import Coco
from dwell.formats.contract import WriteOptions
from dwell.formats.found import Known
from dwell.masks import Mask, Masklet
from dwell.types import AOI, State
from formats.drawn import CUP, SIZE_HW, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14)}
SPOON_AT = {1: square(5, 5, 7, 20), 3: square(0, 0, 20, 30)}


def walk(**more):
    return labels_of([masklet(CUP, CUP_AT, lost=[2]), masklet(SPOON, SPOON_AT)], 4, "walk", **more)


def kitchen(**more):
    other = AOI(1, "Tür", "#112233", category="Möbel", part_of=None)
    return labels_of([masklet(other, {2: square(1, 1, 4, 9)})], 3, "kitchen", **more)


def by_pycocotools(path):
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(path)


def arrays_found(video):
    """(key, frame number) → (h, w) bool of every label."""
    numbers = video.numbers or range(len(video.names))
    return {(each.key, numbers[each.frame]): each.mask.to_array() for each in video.labels()}


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for key, array in expected.items():
        np.testing.assert_array_equal(found[key], array)


def test_pycocotools_reads_masks_boxes_areas_categories_and_frames(tmp_path):
    report = Coco().write([walk()], tmp_path)
    assert (report.path, report.n_frames, report.n_masks) == (tmp_path / "annotations.json", 4, 4)
    assert report.silent == {"cup": {"lost": 1, "unknown": 1}, "spoon": {"lost": 0, "unknown": 2}}
    coco = by_pycocotools(report.path)
    assert {each["name"] for each in coco.loadCats(coco.getCatIds())} == {"cup", "cutlery"}
    (image,) = [each for each in coco.loadImgs(coco.getImgIds()) if each["frame_idx"] == 1]
    assert (image["height"], image["width"], image["file_name"]) == (*SIZE_HW, "00001.jpg")
    by_track = {each["track_id"]: each for each in coco.imgToAnns[image["id"]]}
    np.testing.assert_array_equal(coco.annToMask(by_track[3]), SPOON_AT[1])
    np.testing.assert_array_equal(coco.annToMask(by_track[1]), CUP_AT[1])
    assert by_track[1]["bbox"] == [4, 2, 10, 10] == list(coco_mask.toBbox(by_track[1]["segmentation"]))
    assert by_track[1]["area"] == 100 == coco_mask.area(by_track[1]["segmentation"])


@settings(max_examples=30, deadline=None)
@given(random_labels())
def test_masks_names_ids_categories_and_colours_come_back(tmp_path_factory, labels):
    out = tmp_path_factory.mktemp("out")
    report = Coco().write([labels], out)
    coco = by_pycocotools(report.path)
    for each in coco.anns.values():
        assert each["area"] == coco_mask.area(each["segmentation"])
        assert each["bbox"] == list(coco_mask.toBbox(each["segmentation"]))
    (video,) = Coco().read(out)
    assert (video.name, video.size_hw, list(video.numbers)) == ("drawn", labels.size_hw, labels.frames)
    assert [(t.key, t.name, t.colour, t.category) for t in video.things] == [
        (aoi.object_id, aoi.name, aoi.colour, aoi.category) for aoi in labels.aois
    ]
    assert_same(arrays_found(video), arrays_of(labels))
    assert video.n_labels == report.n_masks
    assert video.lost == ()


@settings(max_examples=30, deadline=None)
@given(random_labels())
def test_polygons_are_the_masks_with_their_holes_filled_and_the_holes_are_counted(tmp_path_factory, labels):
    out = tmp_path_factory.mktemp("out")
    report = Coco().write([labels], out, WriteOptions(polygons=True))
    coco = by_pycocotools(report.path)
    numbers = {image["id"]: image["frame_idx"] for image in coco.imgs.values()}
    truth, filled_px = arrays_of(labels), 0
    for each in coco.anns.values():
        array = truth[each["track_id"], numbers[each["image_id"]]]
        polygons = coco.annToMask(each).astype(bool)
        assert not (array & ~polygons).any()
        extra = polygons & ~array
        assert not (extra & outside_of(array)).any(), "only holes are filled"
        assert each["area"] == polygons.sum()
        filled_px += int(extra.sum())
    assert any(f"{filled_px} px in all" in note for note in report.lost) == (filled_px > 0)
    (video,) = Coco().read(out)
    for (key, frame_idx), array in arrays_found(video).items():
        (same,) = [
            each for each in coco.anns.values()
            if (each["track_id"], numbers[each["image_id"]]) == (key, frame_idx)
        ]  # fmt: skip
        np.testing.assert_array_equal(array, coco.annToMask(same))


def outside_of(mask):
    """Background that reaches the frame's edge, also past corners; found by growing it pixel by pixel."""
    open_px = np.pad(~mask, 1, constant_values=True)
    outside = np.zeros_like(open_px)
    outside[0, 0] = True
    while True:
        grown = outside.copy()
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                grown |= np.roll(outside, (dy, dx), (0, 1))
        grown &= open_px
        if (grown == outside).all():
            return outside[1:-1, 1:-1]
        outside = grown


def test_a_ring_as_polygon_loses_its_hole_and_says_so(tmp_path):
    ring = square(2, 2, 10, 10) & ~square(4, 4, 7, 6)
    report = Coco().write([labels_of([masklet(CUP, {0: ring})], 1)], tmp_path, WriteOptions(polygons=True))
    assert report.lost == (
        "Polygons of COCO have no holes: 1 holes of 1 masks, 6 px in all, are filled; write run lengths to "
        "keep them.",
    )
    (annotation,) = json.loads(report.path.read_text())["annotations"]
    assert annotation["segmentation"] == [[2, 2, 10, 2, 10, 10, 2, 10]]
    assert annotation["area"] == 64


def test_several_videos_have_ids_of_their_own_and_come_back_apart(tmp_path):
    report = Coco().write([walk(), kitchen(chosen=np.array([2]))], tmp_path)
    content = json.loads(report.path.read_text(encoding="utf-8"))
    assert [each["name"] for each in content["videos"]] == ["walk", "kitchen"]
    assert [(each["id"], each["video_id"], each["aoi"]) for each in content["tracks"]] == [
        (1, 1, "cup"), (3, 1, "spoon"), (4, 2, "Tür")
    ]  # fmt: skip
    assert len({each["id"] for each in content["images"]}) == 5 == len(content["images"])
    assert content["images"][-1]["file_name"] == "kitchen/00002.jpg"
    assert (content["images"][-1]["frame_id"], content["images"][-1]["frame_idx"]) == (0, 2)
    first, second = Coco().read(report.path)
    assert_same(arrays_found(first), arrays_of(walk()))
    assert_same(arrays_found(second), arrays_of(kitchen()))
    assert [(each.key, each.name) for each in second.things] == [(1, "Tür")]


def test_each_split_has_a_file_and_the_folder_holds_both(tmp_path):
    report = Coco().write([walk(), kitchen(split="val")], tmp_path)
    assert report.path == tmp_path
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "annotations_train.json",
        "annotations_val.json",
    ]
    assert [each.name for each in Coco().read(tmp_path)] == ["walk", "kitchen"]
    with pytest.raises(KeyboardInterrupt):
        Coco().write([walk(), kitchen(split="val")], tmp_path / "half", progress=stop_at(6))
    assert list((tmp_path / "half").iterdir()) == []


def stop_at(n):
    def stop(done, total):
        if done == n:
            raise KeyboardInterrupt

    return stop


def test_pictures_that_are_written_too_are_named(tmp_path):
    report = Coco().write([walk()], tmp_path, WriteOptions(pictures=True, picture_ending="png"))
    (first, *_) = json.loads(report.path.read_text())["images"]
    assert first["file_name"] == Coco().picture_path(walk(), 0, WriteOptions(True, "png"))


def test_a_part_comes_back_as_a_part(tmp_path):
    handle = AOI(2, "handle", "#ffffff", part_of=1)
    labels = labels_of([masklet(CUP, CUP_AT), masklet(handle, {1: square(3, 3, 5, 5)})], 2)
    Coco().write([labels], tmp_path)
    (video,) = Coco().read(tmp_path)
    assert [each.part_of for each in video.things] == [None, 1]


def test_a_damaged_stored_mask_is_named_and_no_file_is_written(tmp_path):
    good = masklet(CUP, CUP_AT)
    columns = (
        "frame_idx",
        "state",
        "score",
        "area",
        "boxes_xyxy",
        "approved",
        "check",
        "origin",
        "direction",
    )
    damaged = Masklet.from_rows(
        CUP,
        SIZE_HW,
        load_counts=lambda rows: [b'a"b'] * len(rows),
        **{name: getattr(good, name) for name in columns},
    )
    with pytest.raises(OutputError, match="'cup' on frame 0 is damaged"):
        Coco().write([labels_of([damaged], 2)], tmp_path)
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ files of other programs


def foreign(tmp_path, annotations, images=None, **more):
    images = images or [{"id": 7, "file_name": "a.jpg", "height": 20, "width": 30}]
    content = {"images": images, "categories": [{"id": 0, "name": "cat"}], "annotations": annotations, **more}
    path = tmp_path / "instances_default.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


BOX = {"id": 1, "image_id": 7, "category_id": 0, "bbox": [2, 3, 4, 5]}
SQUARE = {
    "size": [20, 30],
    "counts": coco_mask.encode(np.asfortranarray(square(2, 3, 5, 8), np.uint8))["counts"].decode(),
}


def test_every_kind_of_segmentation_is_understood(tmp_path):
    in_runs = {"size": [20, 30], "counts": Mask.from_array(square(2, 3, 5, 8)).counts.tolist()}
    polygon = [[3, 2, 8, 2, 8, 5, 3, 5]]
    for segmentation in (SQUARE, in_runs, polygon):
        path = foreign(tmp_path, [BOX | {"segmentation": segmentation}])
        assert Coco().fits(path)
        (video,) = Coco().read(path)
        (label,) = video.labels()
        np.testing.assert_array_equal(label.mask.to_array(), square(2, 3, 5, 8))


def test_a_box_alone_is_a_box_and_images_without_numbers_have_names(tmp_path):
    (video,) = Coco().read(foreign(tmp_path, [BOX | {"score": 0.25}]))
    (label,) = video.labels()
    assert (label.mask, label.box_xyxy, label.score) == (None, (2, 3, 6, 8), 0.25)
    assert (video.name, video.names, video.numbers) == ("instances_default", ["a"], None)
    assert [(each.key, each.name, each.category) for each in video.things] == [(1, "cat", "cat")]


def test_without_tracks_the_masks_of_a_category_are_one_thing_and_joined_ones_are_counted(tmp_path):
    two = [BOX | {"segmentation": [[0, 0, 3, 0, 3, 3, 0, 3]]}, BOX | {"segmentation": SQUARE, "id": 2}]
    (video,) = Coco().read(foreign(tmp_path, two))
    (label,) = video.labels()
    np.testing.assert_array_equal(label.mask.to_array(), square(0, 0, 3, 3) | square(2, 3, 5, 8))
    assert video.lost == (
        "1 annotations have no track_id and share their image with another of their category; each such "
        "group is one mask.",
    )


@pytest.mark.parametrize(
    "track", [{"track_id": 0}, {"instance_id": 0}, {"attributes": {"track_id": 0, "keyframe": False}}]
)
def test_tracks_may_be_counted_from_0_and_named_as_others_do(tmp_path, track):
    (video,) = Coco().read(foreign(tmp_path, [BOX | track, BOX | {"id": 2, "track_id": 4}]))
    assert [(each.key, each.name, each.category) for each in video.things] == [
        (1, "cat 1", "cat"), (5, "cat 5", "cat")
    ]  # fmt: skip
    assert [each.keyframe for each in video.labels()] == ["attributes" not in track, True]


def test_an_empty_list_of_outlines_stands_for_the_box_and_a_sliver_for_no_pixel(tmp_path):
    sliver = [[4, 4.6, 9, 4.6, 9, 4.9, 4, 4.9]]  # between two rows of centres
    tracks = [
        BOX | {"track_id": 1, "segmentation": []},
        BOX | {"id": 2, "track_id": 2, "segmentation": sliver},
    ]
    (video,) = Coco().read(foreign(tmp_path, tracks))
    box, thin = video.labels()
    assert (box.mask, box.box_xyxy) == (None, (2, 3, 6, 8))
    assert (thin.mask.area, thin.box_xyxy) == (0, None)


def test_frame_numbers_of_cocovid_may_start_at_1(tmp_path):
    images = [
        {"id": i, "video_id": 1, "file_name": f"{i:06d}.jpg", "height": 20, "width": 30, "frame_id": i}
        for i in (2, 1, 3)
    ]
    path = foreign(tmp_path, [BOX | {"image_id": 3, "track_id": 1}], images, videos=[{"id": 1, "name": "a"}])
    (video,) = Coco().read(path)
    assert (video.names, video.numbers) == (["000001", "000002", "000003"], [0, 1, 2])
    assert [each.frame for each in video.labels()] == [2]
    assert video.lost == ("Every video's frame_id starts at 1, so it was taken to count from 1.",)


def test_images_without_videos_belong_together_by_folder(tmp_path):
    images = [
        {"id": i, "file_name": f"{folder}/{i}.jpg", "height": size, "width": size}
        for i, (folder, size) in enumerate([("left", 10), ("right", 20), ("left", 10)])
    ]
    videos = Coco().read(foreign(tmp_path, [], images))
    assert [(each.name, each.size_hw, each.names) for each in videos] == [
        ("left", (10, 10), ["0", "2"]), ("right", (20, 20), ["1"])
    ]  # fmt: skip


def test_sizes_may_come_from_the_recording(tmp_path):
    path = foreign(tmp_path, [BOX], [{"id": 7, "file_name": "a.jpg"}])
    (video,) = Coco().read(path, Known((20, 30)))
    assert video.size_hw == (20, 30)
    with pytest.raises(BadLabels, match=r"images\[0\]\.height: expected a whole number ≥ 1, found nothing"):
        Coco().read(path)


def test_what_cannot_be_kept_is_counted(tmp_path):
    more = [
        BOX | {"id": 2, "iscrowd": 1, "track_id": 1},
        BOX | {"id": 3, "keypoints": [1, 2, 2], "track_id": 2},
        {"id": 4, "image_id": 7, "category_id": 0},
    ]
    (video,) = Coco().read(foreign(tmp_path, more))
    assert video.n_labels == 2
    assert set(video.lost) == {
        "1 annotations are crowds (iscrowd 1); they become masks like any other.",
        "1 annotations have keypoints, which were left out.",
        "1 annotations have neither segmentation nor bbox and were left out.",
    }


IMAGE = {"id": 7, "file_name": "a.jpg", "height": 20, "width": 30}
WIDER = {"id": 8, "file_name": "b.jpg", "height": 20, "width": 40}
VIDEO = {"id": 1, "name": "v"}


def box(**change):
    """A file's annotations: one, changed."""
    return {"annotations": [BOX | change]}


def masked(segmentation):
    return box(segmentation=segmentation)


WRONG = [
    (box(image_id=8), r"annotations\[0\]\.image_id: expected the id of one of the images, found 8"),
    (box(category_id=9), r"annotations\[0\]\.category_id: .* categories, found 9"),
    (box(bbox=[1, 2, -3, 4]), r"annotations\[0\]\.bbox: expected four numbers"),
    (box(bbox=[1, 2]), r"annotations\[0\]\.bbox: expected a list of 4, found one of 2"),
    (box(score=7), r"annotations\[0\]\.score: expected a number 0 … 1, found 7"),
    (box(track_id=10**400), r"annotations\[0\]\.track_id: expected a whole number"),
    (box(bbox=[10**400, 2, 3, 4]), r"annotations\[0\]\.bbox: expected four numbers"),
    (masked({"counts": [10**400]}), r"segmentation\.counts: expected the run lengths"),
    (masked([[0, 0, 9, 0, 10**400, 5]]), r"segmentation\[0\]: expected a polygon"),
    (box(track_id="a"), r"annotations\[0\]\.track_id: expected a whole number"),
    (masked("x"), r"annotations\[0\]\.segmentation: expected run lengths"),
    (masked({"size": [30, 20], "counts": "P"}), r"segmentation\.size: expected .*\[20, 30\]"),
    (masked({"counts": "!!"}), r"segmentation\.counts: .* damaged"),
    (masked({"counts": [1, 2]}), r"segmentation\.counts: .* add up to 3 pixels"),
    (masked({"counts": [1.5]}), r"segmentation\.counts: .*whole numbers"),
    (masked({}), r"segmentation\.counts: expected a text or a list"),
    (masked([[1, 2, 3]]), r"segmentation\[0\]: expected a polygon"),
    (masked([[0, 0, 9, 0, 1e300, 5]]), r"segmentation\[0\]: expected a polygon"),
    ({"annotations": [BOX | {"track_id": 1}] * 2}, r"annotations\[1\]\.track_id: .* as in annotations\[0\]"),
    ({"annotations": [3]}, r"annotations\[0\]: expected an object"),
    ({"annotations": None}, r"annotations: expected a list"),
    ({"images": {}}, r"images: expected a list"),
    ({"images": [IMAGE, IMAGE]}, r"images\[1\]\.id: .*images\[0\] has"),
    ({"images": [IMAGE, IMAGE | {"id": 8}]}, r"images\[1\]\.file_name: expected each frame of a video once"),
    ({"images": [IMAGE, WIDER]}, r"images\[1\]\.width: expected 30×20 px like images\[0\]"),
    ({"images": [IMAGE | {"width": 1 << 40}]}, r"images\[0\]\.height: expected a picture of at most"),
    ({"images": [IMAGE | {"id": True}]}, r"images\[0\]\.id: expected a whole number"),
    ({"images": [IMAGE | {"video_id": 5}], "videos": [VIDEO]}, r"images\[0\]\.video_id: .*found 5"),
    ({"categories": [{"id": 0}]}, r"categories\[0\]\.name: expected a text, found nothing"),
    ({"tracks": [{"id": 1, "colour": "red"}]} | box(track_id=1), r"tracks\[0\]\.colour: expected a colour"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_what_is_wrong_is_named_by_file_and_key(tmp_path, change, message):
    good = {"images": [IMAGE], "categories": [{"id": 0, "name": "cat"}], "annotations": [BOX]}
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(good | change), encoding="utf-8")
    with pytest.raises(BadLabels, match=message) as error:
        [list(video.labels()) for video in Coco().read(path)]
    assert str(path) in str(error.value)
    assert error.value.path == path


def test_a_number_of_thousands_of_digits_is_named(tmp_path):
    path = tmp_path / "bad.json"
    path.write_text(f'{{"images": [{"9" * 5000}], "annotations": []}}')
    with pytest.raises(BadLabels, match="found something else"):
        Coco().read(path)


def test_a_file_that_is_cut_off_is_named_with_its_line(tmp_path):
    path = foreign(tmp_path, [BOX])
    path.write_text('{"images": [\n{"id": 1,\n')
    with pytest.raises(BadLabels, match="line 3") as error:
        Coco().read(path)
    assert error.value.line == 3


def test_an_absent_file_and_an_empty_folder_are_named(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(BadLabels, match="expected a .json file with images and annotations"):
            Coco().read(path)


def test_all_labels_are_visible(tmp_path):
    (video,) = Coco().read(foreign(tmp_path, [BOX]))
    assert {each.state for each in video.labels()} == {State.VISIBLE}
