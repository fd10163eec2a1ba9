"""YOLO: read back as Ultralytics' loader checks it, and data sets of other programs."""

import json

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from PIL import Image

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import WriteOptions
from dwell.formats.found import Known
from dwell.formats.yolo import Yolo, YoloSegment
from dwell.masks import Mask
from dwell.types import AOI
from formats.drawn import CUP, SIZE_HW, SPOON, arrays_of, labels_of, masklet, random_labels, square

HEIGHT, WIDTH = SIZE_HW
RING = square(2, 2, 12, 12) & ~square(5, 5, 8, 8) | square(15, 20, 18, 25)  # a hole, and a part of its own
CUP_AT = {0: RING, 2: square(0, 0, 20, 30)}
SPOON_AT = {0: square(5, 6, 7, 18)}


def drawn(video="drawn", **more):
    return labels_of([masklet(SPOON, SPOON_AT), masklet(CUP, CUP_AT)], 4, video, **more)


class LoadedLikeUltralytics:
    """What its data loader makes of a data set.

    Source: the pages docs.ultralytics.com/datasets/detect and /segment, and the checks of its loader: train
    and val are needed; without path the file's folder is the root; five columns or outlines; shares in
    0 … 1.01; class numbers below the number of names; an empty file is background.
    """

    def __init__(self, file):
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert {"train", "val", "names"} <= data.keys()
        assert list(data["names"]) == list(range(len(data["names"])))
        self.names = data["names"]
        self.parts = {}
        for part in ("train", "val"):
            images = file.parent / (data.get("path") or "") / data[part]
            folder = file.parent / "/".join(images.relative_to(file.parent).parts).replace(
                "images", "labels", 1
            )
            self.parts[part] = {p.stem: self._rows(p) for p in sorted(folder.glob("*.txt"))}

    def _rows(self, file):
        """(class, (n, 4) centre and size, outlines) of one file."""
        rows = [line.split() for line in file.read_text(encoding="utf-8").strip().splitlines() if line]
        outlines = []
        if any(len(row) > 6 for row in rows):
            outlines = [np.array(row[1:], np.float32).reshape(-1, 2) for row in rows]
            ends = [(o.min(axis=0), o.max(axis=0)) for o in outlines]
            rows = [[row[0], *(a + b) / 2, *(b - a)] for row, (a, b) in zip(rows, ends, strict=True)]
        table = np.array(rows, np.float32).reshape(-1, 5)
        assert {len(row) for row in rows} <= {5}
        if len(table):
            assert table.min() >= 0
            assert table[:, 1:].max() <= 1.01
            assert table[:, 0].max() < len(self.names)
        return table[:, 0].astype(int).tolist(), table[:, 1:], outlines

    def boxes(self, part, stem, size_hw=SIZE_HW):
        """(class name, box in whole px) of each line."""
        classes, boxes, _ = self.parts[part][stem]
        height, width = size_hw
        x, y, w, h = (boxes * (width, height, width, height)).T
        corners = np.column_stack((x - w / 2, y - h / 2, x + w / 2, y + h / 2))
        assert np.abs(corners - corners.round()).max(initial=0) < 0.01
        return [
            (self.names[number], tuple(box))
            for number, box in zip(classes, corners.round().astype(int).tolist(), strict=True)
        ]


def data_set(folder, names=("cup", "spoon"), size_hw=SIZE_HW, **lines):
    """A data set as other programs write it: a picture for each file of labels."""
    (folder / "images/train").mkdir(parents=True)
    (folder / "labels/train").mkdir(parents=True)
    data = {"path": "elsewhere", "train": "images/train", "val": "images/train", "names": list(names)}
    (folder / "data.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    for stem, text in lines.items():
        (folder / f"labels/train/{stem}.txt").write_text(text, encoding="utf-8")
        if size_hw:
            Image.new("RGB", size_hw[::-1]).save(folder / f"images/train/{stem}.png")
    return folder


def masks_of(found):
    return {(one.key, found.numbers[one.frame]): one.mask for one in found.labels()}


def boxes_of(found):
    return {(one.key, found.numbers[one.frame]): one.box_xyxy for one in found.labels()}


def test_a_line_is_a_class_and_a_box_in_shares_of_the_picture(tmp_path):
    report = Yolo().write([drawn()], tmp_path)
    lines = (tmp_path / "labels/train/drawn_00000.txt").read_text()
    assert lines == "0 0.4500000 0.5000000 0.7666667 0.8000000\n1 0.4000000 0.3000000 0.4000000 0.1000000\n"
    assert (tmp_path / "labels/train/drawn_00001.txt").read_text() == ""  # background
    assert (report.n_frames, report.n_masks) == (4, 3)
    assert "No video is in val" in report.notes[-1]
    assert Yolo().picture_path(drawn(), 2, WriteOptions()) == "images/train/drawn_00002.jpg"


def test_the_loader_finds_videos_in_their_part_of_the_split(tmp_path):
    plate = labels_of([masklet(AOI(1, "plate", "#000000"), {1: square(0, 0, 2, 2)})], 2, "a b", split="val")
    report = Yolo().write([drawn(), plate], tmp_path)
    loaded = LoadedLikeUltralytics(tmp_path / "data.yaml")
    assert loaded.names == {0: "cup", 1: "cutlery", 2: "plate"}
    assert loaded.boxes("train", "drawn_00000") == [("cup", (2, 2, 25, 18)), ("cutlery", (6, 5, 18, 7))]
    assert loaded.boxes("val", "a_b_00001") == [("plate", (0, 0, 2, 2))]
    assert sorted(loaded.parts["val"]) == ["a_b_00000", "a_b_00001"]
    assert not any("No video" in note for note in report.notes)


def test_a_hole_and_a_second_part_are_kept_on_one_line(tmp_path):
    YoloSegment().write([drawn()], tmp_path)
    loaded = LoadedLikeUltralytics(tmp_path / "data.yaml")
    assert loaded.boxes("train", "drawn_00000") == [("cup", (2, 2, 25, 18)), ("cutlery", (6, 5, 18, 7))]
    outline = loaded.parts["train"]["drawn_00000"][2][0] * (WIDTH, HEIGHT)
    drawn_by_cv2 = np.zeros(SIZE_HW, np.uint8)
    cv2.fillPoly(drawn_by_cv2, [outline.round().astype(np.int32)], 1)
    assert (drawn_by_cv2[RING] == 1).all()
    assert drawn_by_cv2[6, 6] == 0  # in the hole; cv2 also paints the outline itself
    (found,) = YoloSegment().read(tmp_path)
    assert masks_of(found)[1, 0] == Mask.from_array(RING)


@settings(max_examples=20, deadline=None)
@given(labels=random_labels())
def test_the_loader_finds_the_box_of_every_mask_and_masks_come_back_exactly(tmp_path_factory, labels):
    expected = {key: Mask.from_array(array) for key, array in arrays_of(labels).items()}
    category = {aoi.object_id: aoi.category or aoi.name for aoi in labels.aois}
    for format in (Yolo(), YoloSegment()):
        out = tmp_path_factory.mktemp("yolo")
        format.write([labels], out)
        loaded = LoadedLikeUltralytics(out / "data.yaml")
        for frame_idx in labels.frames:
            assert loaded.boxes("train", f"drawn_{frame_idx:05d}", labels.size_hw) == [
                (category[i], mask.box_xyxy) for (i, at), mask in sorted(expected.items()) if at == frame_idx
            ]
        (found,) = format.read(out)
        if format.outlines:
            assert masks_of(found) == expected
        else:
            assert boxes_of(found) == {key: mask.box_xyxy for key, mask in expected.items()}
        things = [(thing.key, thing.name, thing.colour, thing.category) for thing in found.things]
        assert things == [(aoi.object_id, aoi.name, aoi.colour, aoi.category) for aoi in labels.aois]
        assert (found.names, found.n_labels, found.lost) == (list(labels.names), len(expected), ())


def test_tracks_do_not_count_on_pictures_whose_lines_were_changed(tmp_path):
    Yolo().write([drawn()], tmp_path)
    (tmp_path / "labels/train/drawn_00000.txt").write_text("1 0.5 0.5 0.2 0.2\n")
    (found,) = Yolo().read(tmp_path)
    assert boxes_of(found) == {(3, 0): (12, 8, 18, 12), (1, 2): (0, 0, 30, 20)}  # the only one of its class
    assert found.lost == (
        "1 files were changed after dwell.json was written, so their tracks in it do not count.",
    )


def test_lines_of_one_class_that_changed_places_are_noticed(tmp_path):
    left, right = square(2, 2, 8, 8), square(2, 20, 8, 26)
    cups = [AOI(1, "my cup", "#e69f00", "cup"), AOI(2, "your cup", "#56b4e9", "cup")]
    Yolo().write([labels_of([masklet(cups[0], {0: left}), masklet(cups[1], {0: right})], 1)], tmp_path)
    assert Yolo().read(tmp_path)[0].lost == ()
    file = tmp_path / "labels/train/drawn_00000.txt"
    first, second = file.read_text().splitlines()
    file.write_bytes(f"{first}\r\n{second}\r\n".encode())  # Windows' ends of lines say the same
    assert Yolo().read(tmp_path)[0].lost == ()
    file.write_text(f"{second}\n{first}\n")
    (found,) = Yolo().read(tmp_path)
    assert found.lost[0].startswith("1 files were changed after dwell.json was written")
    assert "check that they are not swapped" in found.lost[1]


def test_a_cancelled_export_over_an_older_one_gives_no_line_to_the_wrong_aoi(tmp_path):
    cups = [AOI(1, "my cup", "#e69f00", "cup"), AOI(2, "your cup", "#56b4e9", "cup")]
    Yolo().write([labels_of([masklet(cups[0], {0: RING, 1: RING})], 2)], tmp_path)

    def stop(done, total):
        raise KeyboardInterrupt

    corrected = labels_of([masklet(cups[1], {0: square(0, 0, 2, 2)}), masklet(cups[0], {1: RING})], 2)
    with pytest.raises(KeyboardInterrupt):
        Yolo().write([corrected], tmp_path, progress=stop)
    assert Yolo().read(tmp_path)[0].lost[0].startswith("1 files were changed after dwell.json was written")


def test_without_tracks_the_nth_of_a_class_is_one_thing(tmp_path):
    two = "1 0.1 0.1 0.1 0.1\n1 0.5 0.5 0.1 0.1\n"
    (found,) = Yolo().read(data_set(tmp_path / "table", a=two, b="0 0.5 0.5 1 1\n1 0.5 0.5 0.1 0.1\n", c=""))
    assert [(thing.name, thing.category) for thing in found.things] == [
        ("spoon 1", "spoon"), ("spoon 2", "spoon"), ("cup", "cup")
    ]  # fmt: skip
    assert (found.name, found.names, found.numbers) == ("table", ["a", "b", "c"], None)
    assert [(one.frame, one.key) for one in found.labels()] == [(0, 1), (0, 2), (1, 1), (1, 3)]
    assert "1 pictures have several labels of one class and no tracks" in found.lost[0]


def test_pictures_that_another_program_labelled_are_recognised_by_the_frames_names(tmp_path):
    folder = data_set(tmp_path / "x", size_hw=None, kitchen_00007="0 0.5 0.5 1 1\n", kitchen_00009="")
    known = Known(size_hw=(10, 10), names=[f"{i:05d}" for i in range(12)])
    (found,) = Yolo().read(folder / "data.yaml", known)
    assert (found.name, found.names, found.size_hw) == ("kitchen", ["00007", "00009"], (10, 10))


def test_outlines_of_other_programs_are_read_beyond_the_edge_and_with_few_digits(tmp_path):
    folder = data_set(tmp_path / "x", a="1 0.0 0.0 0.333 0.0 0.333 1.005 -0.001 1.0\n")
    (found,) = YoloSegment().read(folder)
    (label,) = found.labels()
    assert label.mask == Mask.from_array(square(0, 0, 20, 10))


def test_an_outline_between_the_centres_of_pixels_has_none(tmp_path):
    folder = data_set(tmp_path / "x", a="1 0.1 0.23 0.9 0.23 0.9 0.245 0.1 0.245\n1 0 0 0.5 0 0.5 1 0 1\n")
    (found,) = YoloSegment().read(folder)
    assert [label.mask.area for label in found.labels()] == [0, 300]


def test_names_that_labelimg_keeps_beside_the_labels_are_no_labels(tmp_path):
    folder = data_set(tmp_path / "x", a="0 0.5 0.5 1 1\n")
    (folder / "labels/train/classes.txt").write_text("cup\nspoon\n")
    assert Yolo().read(folder)[0].names == ["a"]


def test_a_list_of_pictures_may_stand_for_a_folder(tmp_path):
    folder = data_set(tmp_path / "x", a="0 0.5 0.5 1 1\n", b="")
    (folder / "train.txt").write_text("./images/train/a.png\n")
    (folder / "data.yaml").write_text("train: train.txt\nval: train.txt\nnames: {0: cup}\n")
    (found,) = Yolo().read(folder)
    assert (found.names, found.n_labels) == (["a"], 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 0.5 0.5 1\n", "found 4 values"),
        ("0 0.5 0.5 1 1 1\n", "found 6 values"),
        ("0 0.1 0.1 0.2 0.2 0.3 0.3 0.4\n", "found 8 values"),
        ("0 0.5 0.5 30 20\n", "shares of the picture's width and height, 0 to 1; found '30'"),
        ("0 0.5 0.5 nan 1\n", "found 'nan'"),
        ("2 0.5 0.5 1 1\n", "a class from 0 to 1, as data.yaml names them, first; found '2'"),
        ("cup 0.5 0.5 1 1\n", "found 'cup'"),
        ("0 0.5 0.5 0 0\n", "a box in the picture"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, words):
    folder = data_set(tmp_path / "x", a="0 0.5 0.5 1 1\n" + line)
    with pytest.raises(BadLabels, match=words) as caught:
        list(Yolo().read(folder)[0].labels())
    assert "a.txt, line 2" in str(caught.value)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("train: [images\n", "line 2: no YAML"),
        ("names: [cup]\n", "expected the keys train and val"),
        ("train: {a: 1}\n", "the name of a folder as train"),
        ("train: images/train\nnames: {1: cup}\n", "names by 0, 1, 2"),
    ],
)
def test_a_bad_data_yaml_is_named(tmp_path, text, words):
    folder = data_set(tmp_path / "x", a="")
    (folder / "data.yaml").write_text(text)
    with pytest.raises(BadLabels, match=words) as caught:
        Yolo().read(folder)
    assert caught.value.path == folder / "data.yaml"


def test_a_list_of_pictures_in_another_encoding_is_named(tmp_path):
    folder = data_set(tmp_path / "x", a="")
    (folder / "train.txt").write_bytes("./images/train/Gefäß.png\n".encode("latin-1"))
    (folder / "data.yaml").write_text("train: train.txt\nval: train.txt\nnames: {0: cup}\n")
    with pytest.raises(BadLabels, match=r"train\.txt: expected a text file in UTF-8"):
        Yolo().read(folder)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"colour": "red"}, "expected a colour #rrggbb, found 'red'"),
        ({"part_of": "cup"}, "expected an object_id from 1 on, found 'cup'"),
        ({"object_id": 0}, "expected an object_id from 1 on, found 0"),
        ({"object_id": 10**400}, "expected an object_id from 1 on, found 1000"),
    ],
)
def test_an_aoi_that_dwell_json_describes_wrongly_is_named(tmp_path, value, words):
    Yolo().write([drawn()], tmp_path)
    file = tmp_path / "dwell.json"
    content = json.loads(file.read_text())
    content["videos"][0]["aois"][0] |= value
    file.write_text(json.dumps(content))
    with pytest.raises(BadLabels, match=f'dwell.json: "videos" is not as Dwell writes it.*{words}'):
        Yolo().read(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"videos": [], "pictures": {"train/a": {"video": 0}}}'])
def test_a_damaged_dwell_json_is_named(tmp_path, text):
    folder = data_set(tmp_path / "x", a="")
    (folder / "dwell.json").write_text(text)
    with pytest.raises(BadLabels, match=r"dwell.json: .* or delete it"):
        Yolo().read(folder)


def test_pictures_of_two_sizes_and_of_no_size_are_refused(tmp_path):
    folder = data_set(tmp_path / "x", a="", b="")
    Image.new("RGB", (9, 9)).save(folder / "images/train/b.png")
    with pytest.raises(BadLabels, match="b.png: 9×9 px, but others of 'x' have 30×20 px"):
        Yolo().read(folder)
    with pytest.raises(BadLabels, match="the size of the pictures is not known"):
        Yolo().read(data_set(tmp_path / "y", size_hw=None, a=""))


def test_frames_that_would_share_a_file_are_refused(tmp_path):
    other = labels_of([], 1, "a_b")
    with pytest.raises(OutputError, match="would be one file, 'a_b_00000'"):
        Yolo().write([other, labels_of([], 1, "a b")], tmp_path)


def test_labels_of_another_export_are_not_mixed_with_new_ones(tmp_path):
    Yolo().write([drawn()], tmp_path)
    Yolo().write([drawn()], tmp_path)  # the same again
    with pytest.raises(OutputError, match="already holds drawn_00000.txt"):
        Yolo().write([drawn("other")], tmp_path)


def test_outlines_are_told_from_boxes(tmp_path):
    for format in (Yolo(), YoloSegment()):
        format.write([drawn()], tmp_path / format.name)
    assert (Yolo().fits(tmp_path / "yolo"), YoloSegment().fits(tmp_path / "yolo")) == (True, False)
    assert (Yolo().fits(tmp_path / "yolo-seg"), YoloSegment().fits(tmp_path / "yolo-seg")) == (False, True)
    assert not Yolo().fits(tmp_path)
