"""BURST out and in. The reader here follows ANNOTATION_FORMAT.md of the benchmark's repository."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from pycocotools import mask as coco_mask

from dwell.errors import BadLabels
from dwell.formats.burst import Burst
from dwell.formats.contract import WriteOptions
from dwell.labels import convert_labels
from formats.drawn import CUP, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14)}
SPOON_AT = {1: square(5, 5, 7, 20), 3: square(0, 0, 20, 30)}


def walk(**more):
    cup = masklet(CUP, CUP_AT, lost=[2], user=[0])
    return labels_of([cup, masklet(SPOON, SPOON_AT, approved=[3])], 4, "walk", **more)


def by_the_page(path):
    """(sequence, picture, track id) → ((h, w) bool, what else is said of the mask)."""
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["split"] in ("train", "val", "test")
    categories = {each["id"] for each in content["categories"]}
    found = {}
    for sequence in content["sequences"]:
        for key in ("id", "dataset", "neg_category_ids", "not_exhaustive_category_ids", "all_image_paths"):
            assert key in sequence
        assert set(sequence["annotated_image_paths"]) <= set(sequence["all_image_paths"])
        size = [sequence["height"], sequence["width"]]
        named = zip(sequence["annotated_image_paths"], sequence["segmentations"], strict=True)
        for picture, frame in named:
            for track_id, said in frame.items():
                assert sequence["track_category_ids"][track_id] in categories
                array = coco_mask.decode({"size": size, "counts": said["rle"].encode()}).astype(bool)
                found[sequence["seq_name"], picture, int(track_id)] = array, said
    return found


def test_each_annotated_frame_has_run_lengths_by_track(tmp_path):
    report = Burst().write([walk()], tmp_path)
    assert (report.path, report.n_frames, report.n_masks) == (tmp_path / "burst.json", 4, 4)
    found = by_the_page(report.path)
    assert found.keys() == {
        ("walk", "00000.jpg", 1), ("walk", "00001.jpg", 1), ("walk", "00001.jpg", 3), ("walk", "00003.jpg", 3)
    }  # fmt: skip
    np.testing.assert_array_equal(found["walk", "00001.jpg", 3][0], SPOON_AT[1])


def test_what_a_person_made_or_approved_is_ground_truth_and_the_rest_has_a_score(tmp_path):
    found = by_the_page(Burst().write([walk()], tmp_path).path)
    said = {key[1:]: (said["is_gt"], said.get("score")) for key, (_, said) in found.items()}
    assert said == {
        ("00000.jpg", 1): (True, None),
        ("00001.jpg", 1): (False, pytest.approx(0.9)),
        ("00001.jpg", 3): (False, pytest.approx(0.9)),
        ("00003.jpg", 3): (True, None),
    }
    (video,) = Burst().read(tmp_path)
    assert [each.score for each in video.labels()] == [None, pytest.approx(0.9), pytest.approx(0.9), None]
    assert [each.keyframe for each in video.labels()] == [True, False, False, True]


def test_a_model_s_masks_are_still_a_model_s_after_a_conversion(tmp_path):
    first = Burst().write([walk()], tmp_path / "first").path
    again = convert_labels(first, "burst", tmp_path / "again").path
    assert who_made(again) == who_made(first)


def who_made(path):
    return {key: (said["is_gt"], said.get("score")) for key, (_, said) in by_the_page(path).items()}


def test_frames_that_were_not_chosen_are_listed_but_not_annotated(tmp_path):
    report = Burst().write([walk(chosen=np.array([1, 3]))], tmp_path)
    (sequence,) = json.loads(report.path.read_text())["sequences"]
    assert sequence["annotated_image_paths"] == ["00001.jpg", "00003.jpg"]
    assert sequence["all_image_paths"] == [f"0000{i}.jpg" for i in range(4)]
    (video,) = Burst().read(report.path)
    assert (video.names, video.numbers) == (["00001", "00003"], [1, 3])


@settings(max_examples=20, deadline=None)
@given(random_labels())
def test_masks_names_ids_and_colours_come_back(tmp_path_factory, labels):
    out = tmp_path_factory.mktemp("out")
    report = Burst().write([labels], out)
    truth = arrays_of(labels)
    found = {
        (key, int(picture[:5])): array for (_, picture, key), (array, _) in by_the_page(report.path).items()
    }
    (video,) = Burst().read(out)
    read = {(each.key, video.numbers[each.frame]): each.mask.to_array() for each in video.labels()}
    assert found.keys() == truth.keys() == read.keys()
    for key, array in truth.items():
        np.testing.assert_array_equal(found[key], array)
        np.testing.assert_array_equal(read[key], array)
    assert [(t.key, t.name, t.colour, t.category) for t in video.things] == [
        (aoi.object_id, aoi.name, aoi.colour, aoi.category) for aoi in labels.aois
    ]


def test_pictures_lie_where_burst_s_tools_look_for_them():
    """At <images>/<split>/<dataset>/<seq_name>/<picture>."""
    options = WriteOptions(pictures=True, picture_ending="png")
    labels = labels_of([], 2, "my walk", split="val")
    assert Burst().picture_path(labels, 1, options) == "images/val/Dwell/my_walk/00001.png"


def test_each_split_has_a_file_that_says_which(tmp_path):
    Burst().write([walk(), labels_of([], 2, "other", split="val")], tmp_path)
    said = {each.name: json.loads(each.read_text())["split"] for each in tmp_path.iterdir()}
    assert said == {"burst_train.json": "train", "burst_val.json": "val"}


# ------------------------------------------------------------------ files of other programs

MASK = {"rle": coco_mask.encode(np.asfortranarray(square(2, 3, 5, 8), np.uint8))["counts"].decode()}
SEQUENCE = {
    "id": 1,
    "seq_name": "v_a",
    "dataset": "HACS",
    "width": 30,
    "height": 20,
    "annotated_image_paths": ["frame0030.jpg"],
    "track_category_ids": {"2": 805},
    "segmentations": [{"2": MASK}],
}


def foreign(tmp_path, **change):
    content = {
        "sequences": [SEQUENCE | change],
        "categories": [{"id": 805, "name": "person"}],
        "split": "val",
    }
    path = tmp_path / "all_classes.json"
    path.write_text(json.dumps(content))
    return path


def test_other_programs_files_are_understood(tmp_path):
    path = foreign(tmp_path)
    assert Burst().fits(path)
    (video,) = Burst().read(path)
    assert (video.name, video.names, video.numbers) == ("v_a", ["frame0030"], None)
    assert [(each.key, each.name, each.category) for each in video.things] == [(2, "person 2", "person")]
    (label,) = video.labels()
    np.testing.assert_array_equal(label.mask.to_array(), square(2, 3, 5, 8))


def test_results_of_open_world_trackers_have_tracks_without_a_category(tmp_path):
    path = foreign(tmp_path, track_category_ids=None, segmentations=[{"0": MASK, "2": MASK}])
    (video,) = Burst().read(path)
    assert [(each.key, each.name, each.category) for each in video.things] == [
        (1, "object 1", None), (3, "object 3", None)
    ]  # fmt: skip


WRONG = [
    ({"segmentations": []}, r"sequences\[0\]\.segmentations: expected a list of 1, found one of 0"),
    ({"segmentations": [{"a": MASK}]}, r"segmentations\[0\]: expected track ids that are whole numbers"),
    ({"segmentations": [{"2": {}}]}, r"segmentations\[0\]\.2\.rle: expected a text, found nothing"),
    ({"segmentations": [{"2": {"rle": "zz"}}]}, r"segmentations\[0\]\.2\.rle: .* damaged"),
    ({"segmentations": [{"2": MASK}], "width": 31}, r"segmentations\[0\]\.2\.rle: .*expected 620"),
    ({"segmentations": [{"2": MASK | {"is_gt": False, "score": 2}}]}, r"2\.score: expected a number 0 … 1"),
    ({"track_category_ids": {"2": 1}}, r"track_category_ids\.2: .* categories, found 1"),
    ({"all_image_paths": ["a.jpg"]}, r"annotated_image_paths\[0\]: expected one of all_image_paths"),
    ({"height": None}, r"sequences\[0\]\.height"),
    ({"seq_name": None}, r"sequences\[0\]\.seq_name: expected a text, found null"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_what_is_wrong_is_named_by_file_and_key(tmp_path, change, message):
    path = foreign(tmp_path, **change)
    with pytest.raises(BadLabels, match=message) as error:
        [list(video.labels()) for video in Burst().read(path)]
    assert error.value.path == path
