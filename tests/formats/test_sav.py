"""SA-V out and in. The reader here follows the README of ``sav_dataset`` and its loader."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from pycocotools import mask as coco_mask

from dwell.errors import BadLabels
from dwell.formats.sav import Sav
from dwell.types import State
from formats.drawn import CUP, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 4: square(2, 4, 12, 14)}
SPOON_AT = {4: square(5, 5, 7, 20), 12: square(0, 0, 20, 30)}
ABSENT = [0, 8]


def walk(**more):
    cup = masklet(CUP, CUP_AT, lost=[8], user=[0])
    return labels_of([cup, masklet(SPOON, SPOON_AT, absent=ABSENT)], 15, "walk", **more)


def every_fourth():
    return walk(chosen=np.arange(0, 15, 4), fps=24.0)


def by_the_readme(path, annot_sample_rate=4):
    """(place of the AOI, frame of the video) → (h, w) bool of every mask, empty ones too."""
    content = json.loads(path.read_text(encoding="utf-8"))
    n_frames = int(content["video_frame_count"])
    frames = list(range(n_frames))[::annot_sample_rate]
    assert len(frames) == len(content["masklet"])
    assert content["masklet_id"] == list(range(content["masklet_num"]))
    return {
        (i, frame_idx): coco_mask.decode(rle) > 0
        for frame_idx, masks in zip(frames, content["masklet"], strict=True)
        for i, rle in enumerate(masks)
    }


def test_on_every_fourth_frame_it_is_what_sa_v_s_loader_expects(tmp_path):
    report = Sav().write([every_fourth()], tmp_path)
    assert (report.path, report.n_frames, report.n_masks) == (tmp_path / "walk_manual.json", 4, 4)
    found = by_the_readme(report.path)
    assert found.keys() == {(i, frame_idx) for i in (0, 1) for frame_idx in (0, 4, 8, 12)}
    np.testing.assert_array_equal(found[0, 4], CUP_AT[4])
    np.testing.assert_array_equal(found[1, 12], SPOON_AT[12])
    assert not found[1, 8].any()


def test_sizes_changes_and_first_frames_of_masklets(tmp_path):
    """The cup is seen at places 0 and 1 (100 px each), the spoon at 1 and 3 (30 and 600 px)."""
    content = json.loads(Sav().write([every_fourth()], tmp_path).path.read_text())
    columns = {key.removeprefix("masklet_"): content[key] for key in content if key.startswith("masklet_")}
    assert columns == {
        "id": [0, 1],
        "size_rel": [pytest.approx(100 / 600), pytest.approx(315 / 600)],
        "size_abs": [100.0, 315.0],
        "size_bucket": ["small", "small"],
        "visibility_changes": [1, 2],
        "first_appeared_frame": [0, 1],
        "frame_count": [4, 4],
        "edited_frame_count": [1, 0],
        "type": ["manual", "manual"],
        "stability_score": [None, None],
        "num": 2,
    }
    assert (content["video_id"], content["video_split"], content["video_duration"]) == (
        "walk",
        "train",
        15 / 24,
    )
    assert (content["video_height"], content["video_width"], content["video_resolution"]) == (20, 30, 600)


def test_an_empty_mask_where_nothing_is_known_is_told_from_one_that_says_absent(tmp_path):
    report = Sav().write([every_fourth()], tmp_path)
    assert report.lost == (
        "walk: SA-V has an empty mask wherever an AOI is not visible, so there are 2 on frames where it is "
        "not known whether it is; the key objects lists them.",
    )
    (video,) = Sav().read(tmp_path)
    assert video.numbers == [0, 4, 8, 12]
    states = {(each.key, video.numbers[each.frame]): each.state for each in video.labels()}
    assert {key for key, state in states.items() if state is State.ABSENT} == {(3, 0), (3, 8)}
    assert {key for key, state in states.items() if state is State.VISIBLE} == {
        (1, 0),
        (1, 4),
        (3, 4),
        (3, 12),
    }
    assert video.n_labels == len(states)


def test_another_step_is_said(tmp_path):
    report = Sav().write([walk()], tmp_path)
    assert report.lost[0] == (
        "walk: its lists are 1 frames apart; SA-V's loader takes 4 unless it is given annot_sample_rate=1."
    )
    assert by_the_readme(report.path, annot_sample_rate=1)[0, 4].sum() == 100


def test_frames_between_that_were_not_chosen_have_no_masks_at_all(tmp_path):
    """Frames 4, 6 and 12 are a multiple of two apart, from the first frame on."""
    report = Sav().write([walk(chosen=np.array([4, 6, 12]))], tmp_path)
    lists = json.loads(report.path.read_text())["masklet"]
    assert [len(each) for each in lists] == [0, 0, 2, 2, 0, 0, 2, 0]
    (video,) = Sav().read(report.path)
    assert video.numbers == [4, 6, 12]
    assert [(each.key, video.numbers[each.frame]) for each in video.labels()] == [(1, 4), (3, 4), (3, 12)]


@settings(max_examples=20, deadline=None)
@given(random_labels())
def test_masks_names_ids_and_colours_come_back(tmp_path_factory, labels):
    out = tmp_path_factory.mktemp("out")
    report = Sav().write([labels], out)
    truth = arrays_of(labels)
    ids = [aoi.object_id for aoi in labels.aois]
    found = {
        (ids[i], frame): array for (i, frame), array in by_the_readme(report.path, 1).items() if array.any()
    }
    (video,) = Sav().read(out)
    read = {(each.key, video.numbers[each.frame]): each.mask.to_array() for each in video.labels()}
    assert found.keys() == truth.keys() == read.keys()
    for key, array in truth.items():
        np.testing.assert_array_equal(found[key], array)
        np.testing.assert_array_equal(read[key], array)
    assert [(t.key, t.name, t.colour, t.category) for t in video.things] == [
        (aoi.object_id, aoi.name, aoi.colour, aoi.category) for aoi in labels.aois
    ]


# ------------------------------------------------------------------ files of other programs

EMPTY = {"size": [20, 30], "counts": coco_mask.encode(np.zeros((20, 30), np.uint8, "F"))["counts"].decode()}
FULL = {"size": [20, 30], "counts": coco_mask.encode(np.ones((20, 30), np.uint8, "F"))["counts"].decode()}
VIDEO = {
    "video_id": "sav_000001",
    "video_frame_count": 6.0,
    "video_height": 20.0,
    "video_width": 30.0,
    "masklet": [[EMPTY], [FULL]],
    "masklet_id": [0],
    "masklet_type": ["manual"],
}


def foreign(tmp_path, name="sav_000001_manual.json", **change):
    path = tmp_path / name
    path.write_text(json.dumps(VIDEO | change))
    return path


def test_other_programs_files_are_on_every_fourth_frame(tmp_path):
    path = foreign(tmp_path)
    assert Sav().fits(path)
    (video,) = Sav().read(path)
    assert (video.name, video.numbers, video.lost) == ("sav_000001", [0, 4], ())
    assert [(each.key, each.name, each.category) for each in video.things] == [(1, "object 1", None)]
    assert [(each.state, each.keyframe) for each in video.labels()] == [
        (State.ABSENT, True), (State.VISIBLE, True)
    ]  # fmt: skip
    (video,) = Sav().read(foreign(tmp_path, video_frame_count=2.0))
    assert video.numbers == [0, 1]
    (video,) = Sav().read(foreign(tmp_path, video_frame_count=1.0))
    assert (video.numbers, video.lost) == (
        [0, 1], ("2 lists do not fit 1 frames; they were taken to be 1 frames apart.",)
    )  # fmt: skip
    (video,) = Sav().read(foreign(tmp_path, video_frame_count=None))
    assert (video.numbers, video.lost) == (
        [0, 4], ("Without video_frame_count, lists were taken to be 4 frames apart.",)
    )  # fmt: skip


def test_manual_and_automatic_masklets_of_a_video_come_together(tmp_path):
    foreign(tmp_path)
    scores = {"masklet_type": ["auto", "auto"], "masklet_stability_score": [[0.9], [0.8]]}
    foreign(tmp_path, "sav_000001_auto.json", masklet=[[FULL] * 2] * 2, masklet_id=[0, 1], **scores)
    (video,) = Sav().read(tmp_path)
    assert [each.name for each in video.things] == ["object 1", "object 2", "object 3"]
    assert [(each.frame, each.key, each.keyframe) for each in video.labels()] == [
        (0, 1, True), (0, 2, False), (0, 3, False), (1, 1, True), (1, 2, False), (1, 3, False)
    ]  # fmt: skip
    assert video.lost == ("2 masklets have stability scores, which were left out.",)


WRONG = [
    ({"masklet": [[EMPTY, EMPTY]]}, r"masklet\[0\]: expected a list of 1 masks"),
    ({"masklet": {}}, r"masklet: expected a list"),
    (
        {"masklet": [[{"size": [1, 1], "counts": "0"}]]},
        r"masklet\[0\]\[0\]\.size: expected \[height, width\]",
    ),
    ({"masklet": [[{"size": [20, 30], "counts": "o"}]]}, r"masklet\[0\]\[0\]\.counts"),
    ({"masklet_id": [0.5]}, r"masklet_id\[0\]: expected a whole number ≥ 0, found 0.5"),
    ({"masklet_id": None}, r"masklet_id: expected a list"),
    ({"masklet_type": []}, r"masklet_type: expected a list of 1, found one of 0"),
    ({"video_height": None}, r"video_height: expected a whole number ≥ 1, found null"),
    ({"video_id": ""}, r"video_id: expected a text"),
    ({"objects": []}, r"objects: expected a list of 1, found one of 0"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_what_is_wrong_is_named_by_file_and_key(tmp_path, change, message):
    path = foreign(tmp_path, **change)
    with pytest.raises(BadLabels, match=message) as error:
        [list(video.labels()) for video in Sav().read(path)]
    assert error.value.path == path
