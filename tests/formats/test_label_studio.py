"""Label Studio: read with its own converter, and files of its own read here."""

import importlib.util
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dwell.errors import BadLabels, Cancelled
from dwell.formats.contract import WriteOptions
from dwell.formats.found import Known
from dwell.formats.label_studio import LabelStudio
from dwell.formats.label_studio.brush import mask_of, pack
from dwell.masks import Mask
from formats.drawn import (
    CUP,
    SIZE_HW,
    SPOON,
    arrays_of,
    labels_of,
    masklet,
    random_labels,
    random_masks,
    square,
)


def _brush_of_label_studio():
    """Its converter's ``brush.py`` alone: the package itself brings language models' tools along."""
    folder = importlib.util.find_spec("label_studio_converter").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("their_brush", f"{folder}/brush.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


THEIRS = _brush_of_label_studio()
CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14), 4: square(0, 0, 1, 1)}
SPOON_AT = {1: square(5, 5, 7, 20)}
PICTURES = WriteOptions(pictures=True)
OUTLINES = WriteOptions(pictures=True, polygons=True)
ANY = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def labels():
    """The cup on frames 0, 1, 4 (drawn by a person on 1), the spoon on 1; the cup is lost on 2."""
    masklets = [masklet(CUP, CUP_AT, lost=[2], user=[1]), masklet(SPOON, SPOON_AT)]
    return labels_of(masklets, 6, "Küche.mp4", fps=25.0)


def tasks_in(path):
    return json.loads(path.read_text("utf-8"))


def test_a_video_has_boxes_in_percent_that_stop_where_the_next_frame_has_none(labels, tmp_path):
    report = LabelStudio().write([labels], tmp_path)
    (task,) = tasks_in(tmp_path / "video.json")
    assert task["data"] == {"video": "Küche.mp4", "fps": 25.0}
    cup, spoon = task["annotations"][0]["result"]
    assert (cup["type"], cup["from_name"], cup["to_name"]) == ("videorectangle", "box", "video")
    assert (cup["value"]["labels"], spoon["value"]["labels"]) == (["cup"], ["cutlery"])
    assert (cup["value"]["framesCount"], cup["value"]["duration"]) == (6, 6 / 25)
    first = {"frame": 1, "x": 100 * 2 / 30, "y": 10.0, "width": 100 * 10 / 30, "height": 50.0}
    assert cup["value"]["sequence"][0] == {**first, "rotation": 0, "time": 1 / 25, "enabled": True}
    assert [(k["frame"], k["enabled"]) for k in cup["value"]["sequence"]] == [
        (1, True),
        (2, False),
        (5, False),
    ]
    assert (report.n_frames, report.n_masks) == (6, 4)
    assert report.lost[0].startswith("4 masks became boxes")


def test_label_studios_own_key_frames_are_the_frames_with_a_mask_and_no_others(labels, tmp_path):
    from label_studio_tools.postprocessing.video import extract_key_frames

    LabelStudio().write([labels], tmp_path)
    (task,) = tasks_in(tmp_path / "video.json")
    cup, spoon = extract_key_frames(task["annotations"][0]["result"])
    assert [key["frame"] for key in cup["value"]["sequence"]] == [1, 2, 5]
    assert [key["frame"] for key in spoon["value"]["sequence"]] == [2]


def test_frames_that_were_not_chosen_have_no_box(labels, tmp_path):
    LabelStudio().write([replace(labels, chosen=np.array([0, 4]))], tmp_path)
    (video,) = LabelStudio().read(tmp_path)
    assert [(one.key, one.frame) for one in video.labels()] == [(1, 0), (1, 4)]


def test_pictures_have_masks_that_label_studios_converter_decodes(labels, tmp_path):
    report = LabelStudio().write([labels], tmp_path, PICTURES)
    found = {}
    for task in tasks_in(tmp_path / "images.json"):
        for region in task["annotations"][0]["result"]:
            size_hw = region["original_height"], region["original_width"]
            alpha = THEIRS.decode_rle(region["value"]["rle"]).reshape(*size_hw, 4)[:, :, 3]
            found[region["id"], task["data"]["frame_idx"]] = alpha > 0
    expected = {(f"aoi-{i}", frame): mask for (i, frame), mask in arrays_of(labels).items()}
    assert found.keys() == expected.keys()
    for place, mask in expected.items():
        np.testing.assert_array_equal(found[place], mask)
    path = LabelStudio().picture_path(labels, 4, PICTURES)
    assert tasks_in(tmp_path / "images.json")[4]["data"]["image"] == f"/data/local-files/?d={path}"
    assert report.lost == ()


@given(st.data())
@ANY
def test_brushes_are_packed_byte_for_byte_as_label_studios_converter_packs_them(data):
    size_hw = data.draw(st.integers(3, 12)), data.draw(st.integers(3, 12))
    array = data.draw(random_masks(size_hw))
    packed = pack(Mask.from_array(array))
    theirs = THEIRS.mask2rle(array.astype(np.uint8) * 255)
    assert packed == theirs[: len(packed)]
    assert theirs[len(packed) :] in ([], [0])  # it ends with a byte more where the bits are full
    np.testing.assert_array_equal(THEIRS.decode_rle(packed).reshape(*size_hw, 4)[:, :, 3] > 0, array)
    assert mask_of(theirs, size_hw) == Mask.from_array(array)


@pytest.mark.parametrize("n_pixels", [16384, 16385, 100_000])  # 65,536 values a record at most, 4 a pixel
def test_long_runs_are_cut(n_pixels):
    mask = np.zeros((1, n_pixels + 1), bool)
    mask[0, 1:] = True
    packed = pack(Mask.from_array(mask))
    np.testing.assert_array_equal(THEIRS.decode_rle(packed)[3::4] > 0, mask[0])
    assert mask_of(packed, mask.shape) == Mask.from_array(mask)


def test_a_brush_of_unequal_values_is_read_by_its_alpha():
    # 8 values; words of 8 bits, lengths of 3, 4, 8, 16 bits; a list of 4 values, then 4 times 9
    bits = f"{8:032b}" + f"{7:05b}" + "0010" + "0011" + "0111" + "1111"
    bits += "0" + "00" + "011" + "".join(f"{v:08b}" for v in (1, 2, 3, 0)) + "1" + "00" + "011" + f"{9:08b}"
    bits += "0" * (-len(bits) % 8)
    packed = [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)]
    assert mask_of(packed, (1, 2)).to_array().tolist() == [[False, True]]


@given(labels=random_labels())
@ANY
def test_masks_of_pictures_come_back_with_ids_names_and_categories(labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    LabelStudio().write([labels], out, PICTURES)
    expected = arrays_of(labels)
    (video,) = LabelStudio().read(out, Known(size_hw=labels.size_hw))
    found = {(one.key, video.numbers[one.frame]): one.mask for one in video.labels()}
    assert found == {place: Mask.from_array(mask) for place, mask in expected.items()}
    assert (video.name, video.size_hw, video.n_labels) == (labels.video, labels.size_hw, len(expected))
    seen = {object_id for object_id, _ in expected}
    aois = {aoi.object_id: (aoi.name, aoi.category) for aoi in labels.aois if aoi.object_id in seen}
    assert {thing.key: (thing.name, thing.category) for thing in video.things} == aois


@given(labels=random_labels())
@ANY
def test_boxes_of_videos_come_back(labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    LabelStudio().write([labels], out)
    (video,) = LabelStudio().read(out, Known(size_hw=labels.size_hw))
    found = {(one.key, one.frame): one.box_xyxy for one in video.labels()}
    assert found == {p: Mask.from_array(mask).box_xyxy for p, mask in arrays_of(labels).items()}
    assert video.n_labels == len(found)


@given(labels=random_labels())
@ANY
def test_outlines_come_back_but_for_the_holes_that_were_counted(labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    report = LabelStudio().write([labels], out, OUTLINES)
    expected = arrays_of(labels)
    (video,) = LabelStudio().read(out, Known(size_hw=labels.size_hw))
    filled = sum(
        np.count_nonzero(one.mask.to_array() & ~expected[one.key, one.frame]) for one in video.labels()
    )
    holes = [note for note in report.lost if "holes" in note]
    assert bool(holes) == bool(filled)
    assert not holes or f"{filled} px" in holes[0]


def test_who_made_a_mask_is_kept(labels, tmp_path):
    LabelStudio().write([labels], tmp_path, PICTURES)
    (video,) = LabelStudio().read(tmp_path)
    assert {(one.key, one.frame): one.keyframe for one in video.labels()} == {
        (1, 0): False,
        (1, 1): True,
        (1, 4): False,
        (3, 1): False,
    }


def test_several_videos_are_tasks_of_one_file(labels, tmp_path):
    report = LabelStudio().write([labels, replace(labels, video="b", fps=None)], tmp_path, PICTURES)
    assert len(tasks_in(tmp_path / "video.json")) == 2
    videos = LabelStudio().read(tmp_path / "images.json")
    assert [(video.name, video.n_labels) for video in videos] == [("Küche.mp4", 4), ("b", 4)]
    assert [len(list(video.labels())) for video in videos] == [4, 4]
    assert "frames per second of b are not known; 24" in report.lost[0]


def test_the_interfaces_have_every_label_in_its_colour(labels, tmp_path):
    LabelStudio().write([labels], tmp_path, OUTLINES)
    assert '<Label value="cutlery" background="#56b4e9"/>' in (tmp_path / "video.xml").read_text("utf-8")
    assert '<PolygonLabels name="mask" toName="image">' in (tmp_path / "images.xml").read_text("utf-8")


@pytest.mark.parametrize("options", [WriteOptions(), PICTURES], ids=["video", "pictures"])
def test_a_cancelled_export_leaves_no_half_file(options, labels, tmp_path):
    told = []
    LabelStudio().write([labels], tmp_path / "a", options, lambda *counts: told.append(counts))
    n = 12 if options.pictures else 6
    assert told == [(i + 1, n) for i in range(n)]

    def stop(done, total):
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        LabelStudio().write([labels], tmp_path / "b", options, stop)
    assert list((tmp_path / "b").iterdir()) == []


# ---------------------------------------------------------------------- files of others


def key(frame, x, enabled, **more):
    return {
        "frame": frame,
        "x": x,
        "y": 0,
        "width": 10,
        "height": 50,
        "enabled": enabled,
        "time": 0.1,
        **more,
    }


def video_of(*keys, **value):
    region = {
        "type": "videorectangle",
        "id": "Xy7",
        "value": {"sequence": list(keys), "labels": ["cup"], **value},
    }
    return {
        "id": 5,
        "data": {"video": "/data/upload/1/0123abcd-lab.mp4"},
        "annotations": [{"result": [region]}],
    }


def picture_of(*regions, name="a.jpg", **more):
    data = {"image": f"/data/upload/1/0123abcd-{name}"}
    return {"data": data, "annotations": [{"result": list(regions)}], **more}


def region(type, value, **more):
    size = {"original_width": 30, "original_height": 20}
    return {"type": type, "value": {**value, type: ["cup"]}, **size, **more}


def found_in(tmp_path, *tasks, known=None):
    path = tmp_path / "export.json"
    path.write_text(json.dumps(list(tasks)), "utf-8")
    videos = LabelStudio().read(path, known)
    return videos, [list(video.labels()) for video in videos]


def test_boxes_between_key_frames_are_made_up_as_label_studio_makes_them_up(tmp_path):
    from label_studio_tools.postprocessing.video import extract_key_frames

    task = video_of(
        key(2, 0, True, rotation=0),
        key(6, 40, False, rotation=0),
        key(8, 0, True, rotation=0),
        framesCount=10,
        duration=1,
    )
    (video,), (labels,) = found_in(tmp_path, task, known=Known(size_hw=(20, 100)))
    boxes = {label.frame: label.box_xyxy for label in labels}
    assert boxes[2] == (10.0, 0.0, 20.0, 10.0)  # a quarter of the way
    (theirs,) = extract_key_frames(task["annotations"][0]["result"])
    assert {k["frame"] - 1: (k["x"], 0.0, k["x"] + 10, 10.0) for k in theirs["value"]["sequence"]} == boxes
    assert [label.frame for label in labels if label.keyframe] == [1, 5, 7]
    assert (video.name, len(video.names), video.n_labels) == ("lab.mp4", 10, len(labels))
    assert [(thing.name, thing.category) for thing in video.things] == [("cup 1", "cup")]


def test_rectangles_ellipses_and_polygons_of_pictures_are_read(tmp_path):
    box = region("rectanglelabels", {"x": 10, "y": 50, "width": 20, "height": 25})
    (video,), (labels,) = found_in(tmp_path, picture_of(box))
    assert (labels[0].box_xyxy, video.names, video.numbers) == ((3.0, 10.0, 9.0, 15.0), ["a"], None)
    ellipse = region("ellipselabels", {"x": 50, "y": 50, "radiusX": 20, "radiusY": 40, "rotation": 0})
    _, ((label,),) = found_in(tmp_path, picture_of(ellipse))
    assert label.mask.area == pytest.approx(math.pi * 6 * 8, rel=0.05)
    turned = region("rectanglelabels", {"x": 50, "y": 50, "width": 20, "height": 10, "rotation": 90})
    _, ((label,),) = found_in(tmp_path, picture_of(turned))
    assert label.mask.box_xyxy == (13, 10, 15, 16)  # turned about its first corner, (15, 10)
    outline = region("polygonlabels", {"points": [[0, 0], [10, 0], [10, 10], [0, 10]]})
    (video,), ((label,),) = found_in(tmp_path, picture_of(outline, box))
    np.testing.assert_array_equal(label.mask.to_array(), square(0, 0, 2, 3) | square(10, 3, 15, 9))
    assert "1 times several regions" in video.lost[0]


def test_what_has_no_area_and_further_annotations_are_counted(tmp_path):
    task = picture_of(region("keypointlabels", {"x": 1, "y": 1}), region("rectanglelabels", key(1, 0, True)))
    task["annotations"] = [{"was_cancelled": True, "result": []}, *task["annotations"], {"result": []}]
    (video,), (labels,) = found_in(tmp_path, task)
    assert len(labels) == 1
    assert video.lost == (
        "1 further annotations of tasks that have several: the first of each is taken.",
        "1 × keypointlabels: it has no area, so it is no AOI.",
    )


def test_predictions_are_read_where_nobody_has_labelled(tmp_path):
    box = region("rectanglelabels", {"x": 10, "y": 50, "width": 20, "height": 25}, score=0.5)
    task = {"data": {"image": "a.jpg"}, "annotations": [], "predictions": [{"result": [box]}]}
    _, ((label,),) = found_in(tmp_path, task)
    assert (label.keyframe, label.score) == (False, 0.5)


BOX = {"x": 1, "y": 1, "width": 1, "height": 1}


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (3, r"\[0\]: expected an object, found 3"),
        ({"annotations": []}, r"\[0\].data: expected an object, found nothing"),
        ({"data": {"text": "a"}}, r"\[0\].data: expected the address"),
        ({"data": {"image": "a.jpg"}, "annotations": {"a": 1}}, "annotations: expected a list"),
        (picture_of(region("rectanglelabels", {"x": 1})), r"\[0\].result\[0\].value.y: .* nothing"),
        (picture_of(region("rectanglelabels", {**BOX, "x": "1"})), r"value.x: expected a number, found '1'"),
        (picture_of(region("rectanglelabels", {**BOX, "x": 10**400})), "x: expected a number, found 1000"),
        (picture_of(region("polygonlabels", {"points": [[1, 10**400]] * 3})), "expected at least three"),
        (picture_of(region("rectanglelabels", {**BOX, "width": -1})), "width -1"),
        (picture_of({"type": "rectanglelabels", "value": BOX}), "no original_width="),
        (picture_of({**region("rectanglelabels", BOX), "value": 1}), r"\[0\].value: expected an object"),
        (picture_of(region("polygonlabels", {"points": [[1, 1]]})), "value.points: expected at least three"),
        (picture_of(region("brushlabels", {"rle": [0] * 9})), "value.rle: it has 0 values, expected 4"),
        (picture_of(region("brushlabels", {"rle": pack(Mask.full(SIZE_HW))[:-2]})), "it is cut off"),
        (picture_of(region("brushlabels", {"rle": [256]})), "from 0 to 255"),
        (video_of(key(0, 0, True)), r"sequence\[0\].frame: expected a whole number from 1 on, found 0"),
        (video_of(key(1, 0, True), key(1, 0, True)), "frame 1 is there twice"),
    ],
)  # fmt: skip
def test_a_damaged_task_is_refused_by_line_and_key(task, words, tmp_path):
    known = Known(size_hw=(20, 30)) if "video" in str(task) else None
    with pytest.raises(BadLabels, match=words) as error:
        found_in(tmp_path, task, known=known)
    assert (error.value.path, error.value.line) == (tmp_path / "export.json", 1)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "found nothing"),
        ("<a/>", 1, "found '<'"),
        ("[\n" + "9" * 5000 + "]", 2, "thousands of digits"),
        ('[{"data":\n{"image": "a.jpg"}}', 2, "cut off"),
        ('[{"data":\n{"image": "a.jpg"', 2, "expected JSON"),
        ('[\n{"data": {"image": "a.jpg"}} 3]', 2, "a comma or the list's end, found '3'"),
        ('[\n{"data": {"image": "a.jpg"}},\n]', 3, "a comma or the list's end"),
        ('[] 3', 1, "nothing after the list"),
        ("[" * 100_000, 1, "without end"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_tasks_is_refused_with_its_line(text, line, words, tmp_path):
    (tmp_path / "export.json").write_text(text)
    with pytest.raises(BadLabels, match=words) as error:
        LabelStudio().read(tmp_path / "export.json", Known(size_hw=(20, 30)))
    assert error.value.line == line


def test_two_pictures_of_one_name_or_of_two_sizes_are_refused(tmp_path):
    box = region("rectanglelabels", BOX)
    with pytest.raises(BadLabels, match=r"\[1\]: a second task with the image 'a'"):
        found_in(tmp_path, picture_of(box), picture_of(box))
    with pytest.raises(BadLabels, match="40×20 px, and 30×20 px before"):
        found_in(tmp_path, picture_of(box), picture_of({**box, "original_width": 40}, name="b.jpg"))


def test_its_files_are_known_by_their_first_bytes(labels, tmp_path):
    LabelStudio().write([labels], tmp_path / "ours", PICTURES)
    (tmp_path / "coco.json").write_text('{"images": [], "annotations": [], "categories": []}')
    (tmp_path / "other.json").write_text("[1, 2]")
    (tmp_path / "theirs.json").write_text(json.dumps([picture_of(region("rectanglelabels", BOX))]))
    names = ("ours", "ours/video.json", "theirs.json", "coco.json", "other.json", "none.json")
    assert [LabelStudio().fits(tmp_path / name) for name in names] == [True, True, True, False, False, False]
