"""YouTube-VIS out and in. The reader here follows the data set's page; run lengths are pycocotools'."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from pycocotools import mask as coco_mask

from dwell.errors import BadLabels
from dwell.formats.contract import WriteOptions
from dwell.formats.ytvis import YoutubeVis
from dwell.types import State
from formats.drawn import CUP, SIZE_HW, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14)}
SPOON_AT = {1: square(5, 5, 7, 20), 3: square(0, 0, 20, 30)}


def walk(**more):
    return labels_of([masklet(CUP, CUP_AT, lost=[2]), masklet(SPOON, SPOON_AT)], 4, "walk", **more)


def by_the_page(path):
    """(video's name, track id) → (h, w) bool or None of each frame, after https://youtube-vos.org/dataset/vis/."""
    content = json.loads(path.read_text(encoding="utf-8"))
    videos = {each["id"]: each for each in content["videos"]}
    categories = {each["id"] for each in content["categories"]}
    found = {}
    for track in content["annotations"]:
        video = videos[track["video_id"]]
        assert track["category_id"] in categories
        assert track["iscrowd"] in (0, 1)
        columns = (track["segmentations"], track["bboxes"], track["areas"])
        assert {len(column) for column in columns} == {video["length"]} == {len(video["file_names"])}
        found[video["name"], track["id"]] = [
            decoded(*values, video["height"], video["width"]) for values in zip(*columns, strict=True)
        ]
    return found


def decoded(segmentation, box, area, height, width):
    if segmentation is None:
        assert box is None
        assert area is None
        return None
    if isinstance(segmentation, list):
        segmentation = coco_mask.merge(coco_mask.frPyObjects(segmentation, height, width))
    assert segmentation["size"] == [height, width]
    assert area == coco_mask.area(segmentation)
    assert box == list(coco_mask.toBbox(segmentation))
    return coco_mask.decode(segmentation).astype(bool)


def test_a_track_has_a_mask_or_null_for_each_frame(tmp_path):
    report = YoutubeVis().write([walk()], tmp_path)
    assert (report.path, report.n_frames, report.n_masks) == (tmp_path / "instances.json", 4, 4)
    found = by_the_page(report.path)
    assert found.keys() == {("walk", 1), ("walk", 3)}
    cup, spoon = found["walk", 1], found["walk", 3]
    assert [each is None for each in cup] == [False, False, True, True]
    assert [each is None for each in spoon] == [True, False, True, False]
    np.testing.assert_array_equal(cup[1], CUP_AT[1])
    np.testing.assert_array_equal(spoon[3], SPOON_AT[3])
    assert report.silent["cup"] == {"lost": 1, "unknown": 1}
    (video,) = json.loads(report.path.read_text())["videos"]
    assert video["file_names"] == [f"walk/0000{i}.jpg" for i in range(4)]
    assert YoutubeVis().picture_path(walk(), 2, WriteOptions(True)) == f"JPEGImages/{video['file_names'][2]}"


@pytest.mark.parametrize("polygons", [False, True])
@settings(max_examples=15, deadline=None)
@given(labels=random_labels())
def test_masks_boxes_and_areas_are_the_drawn_ones(tmp_path_factory, labels, polygons):
    out = tmp_path_factory.mktemp("out")
    report = YoutubeVis().write([labels], out, WriteOptions(polygons=polygons))
    truth = arrays_of(labels)
    found = {
        (key, frame_idx): mask
        for (_, key), track in by_the_page(report.path).items()
        for frame_idx, mask in enumerate(track)
        if mask is not None
    }
    assert found.keys() == truth.keys()
    (video,) = YoutubeVis().read(out)
    read = {(each.key, video.numbers[each.frame]): each.mask.to_array() for each in video.labels()}
    assert read.keys() == truth.keys()
    for key, array in truth.items():
        np.testing.assert_array_equal(read[key], found[key])
        np.testing.assert_array_equal(found[key] & array, array)
        assert polygons or (found[key] == array).all()
    assert [(t.key, t.name, t.colour, t.category) for t in video.things] == [
        (aoi.object_id, aoi.name, aoi.colour, aoi.category) for aoi in labels.aois
    ]


def test_only_chosen_frames_are_in_the_file_and_come_back_with_their_numbers(tmp_path):
    report = YoutubeVis().write([walk(chosen=np.array([1, 3]))], tmp_path)
    (video,) = json.loads(report.path.read_text())["videos"]
    assert (video["length"], video["file_names"]) == (2, ["walk/00001.jpg", "walk/00003.jpg"])
    (found,) = YoutubeVis().read(report.path)
    assert (found.names, found.numbers) == (["00001", "00003"], [1, 3])
    assert [(each.key, each.frame) for each in found.labels()] == [(1, 0), (3, 0), (3, 1)]


def test_progress_counts_the_frames_of_each_aoi(tmp_path):
    told = []
    YoutubeVis().write([walk()], tmp_path, progress=lambda *step: told.append(step))
    assert told == [(i, 8) for i in range(1, 9)]


# ------------------------------------------------------------------ files of other programs

VIDEO = {"id": 1, "width": 30, "height": 20, "length": 2, "file_names": ["dog/00000.jpg", "dog/00005.jpg"]}
RUNS = {"size": [20, 30], "counts": [0, 3, 597]}
TRACK = {"id": 4, "video_id": 1, "category_id": 2, "iscrowd": 0, "segmentations": [None, RUNS]}


def foreign(tmp_path, **change):
    content = {"videos": [VIDEO], "categories": [{"id": 2, "name": "dog"}], "annotations": [TRACK]} | change
    path = tmp_path / "train.json"
    path.write_text(json.dumps(content))
    return path


def test_other_programs_files_have_names_of_pictures_only(tmp_path):
    path = foreign(tmp_path)
    assert YoutubeVis().fits(path)
    (video,) = YoutubeVis().read(path)
    assert (video.name, video.names, video.numbers) == ("dog", ["00000", "00005"], None)
    assert [(each.key, each.name, each.category) for each in video.things] == [(4, "dog 4", "dog")]
    (label,) = video.labels()
    assert (label.frame, label.mask.area) == (1, 3)


def test_an_empty_mask_says_that_it_is_absent(tmp_path):
    empty = TRACK | {"segmentations": [{"counts": [600]}, None]}
    (video,) = YoutubeVis().read(foreign(tmp_path, annotations=[empty]))
    (label,) = video.labels()
    assert (label.mask, label.state) == (None, State.ABSENT)


def test_a_file_without_annotations_has_videos_without_labels(tmp_path):
    (video,) = YoutubeVis().read(foreign(tmp_path, annotations=None))
    assert (video.n_labels, list(video.labels()), video.things) == (0, [], [])


WRONG = [
    ({"videos": None}, r"videos: expected a list of videos, found null"),
    ({"videos": [VIDEO | {"height": 0}]}, r"videos\[0\]\.height: expected a whole number ≥ 1, found 0"),
    (
        {"videos": [VIDEO | {"file_names": ["a", 3]}]},
        r"videos\[0\]\.file_names\[1\]: expected a text, found 3",
    ),
    ({"videos": [VIDEO | {"file_names": ["a", "a"]}]}, r"file_names\[1\]: .* as in file_names\[0\]"),
    ({"videos": [VIDEO | {"frame_idx": [3, 3]}]}, r"videos\[0\]\.frame_idx\[1\]: expected a number above 3"),
    ({"annotations": [TRACK | {"video_id": 9}]}, r"annotations\[0\]\.video_id: .* videos, found 9"),
    ({"annotations": [TRACK | {"category_id": 9}]}, r"annotations\[0\]\.category_id: .* found 9"),
    ({"annotations": [TRACK, TRACK]}, r"annotations\[1\]\.id: expected a number of its own"),
    (
        {"annotations": [TRACK | {"segmentations": [RUNS]}]},
        r"segmentations: expected a list of 2, found one of 1",
    ),
    (
        {"annotations": [TRACK | {"segmentations": [7, None]}]},
        r"annotations\[0\]\.segmentations\[0\]: .* found 7",
    ),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_what_is_wrong_is_named_by_file_and_key(tmp_path, change, message):
    path = foreign(tmp_path, **change)
    with pytest.raises(BadLabels, match=message) as error:
        [list(video.labels()) for video in YoutubeVis().read(path)]
    assert error.value.path == path


def test_size_hw_is_height_first(tmp_path):
    (video,) = YoutubeVis().read(foreign(tmp_path))
    assert video.size_hw == SIZE_HW
