"""Pascal VOC: read back as the development kit and torchvision do, and files of other programs."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from PIL import Image

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import WriteOptions
from dwell.formats.found import Known
from dwell.formats.voc import Voc
from dwell.masks import Mask
from dwell.types import AOI
from formats.drawn import CUP, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(0, 0, 20, 30), 2: square(4, 2, 6, 12)}
SPOON_AT = {0: square(5, 7, 9, 8)}


def drawn(video="drawn", **more):
    return labels_of([masklet(SPOON, SPOON_AT), masklet(CUP, CUP_AT)], 4, video, **more)


def read_as_devkit(folder, image_set):
    """Picture → (name, (x0, y0, x1, y1)) of its objects, in px from 0 with exclusive ends.

    Source: section 4 and 8 of the development kit's page: the list names pictures without ending; pixels
    count from 1, and a box contains its last pixel; pose, truncated and difficult are there.
    """
    found = {}
    for stem in (folder / "ImageSets/Main" / f"{image_set}.txt").read_text("utf-8").split():
        root = ET.parse(folder / "Annotations" / f"{stem}.xml").getroot()
        width, height = int(root.find("size/width").text), int(root.find("size/height").text)
        found[stem] = []
        for element in root.findall("object"):
            box = element.find("bndbox")
            x0, y0, x1, y1 = (int(box.find(tag).text) for tag in ("xmin", "ymin", "xmax", "ymax"))
            assert 1 <= x0 <= x1 <= width
            assert 1 <= y0 <= y1 <= height
            assert element.find("pose").text == "Unspecified"
            assert {element.find(tag).text for tag in ("truncated", "difficult")} == {"0"}
            found[stem].append((element.find("name").text, (x0 - 1, y0 - 1, x1, y1)))
    return found


def as_torchvision_nests_it(element):
    """Nested dictionaries in which ``object`` is always a list, as VOCDetection gives an annotation."""
    children = list(element)
    if not children:
        return element.text.strip() if element.text else None
    nested = {}
    for child in children:
        nested.setdefault(child.tag, []).append(as_torchvision_nests_it(child))
    return {tag: each if tag == "object" or len(each) > 1 else each[0] for tag, each in nested.items()}


def boxes_of(found):
    return {(one.key, found.numbers[one.frame]): one.box_xyxy for one in found.labels()}


def annotation(*objects, size="<size><width>30</width><height>20</height></size>"):
    return f"<annotation>{size}{''.join(objects)}</annotation>"


def thing(name="cup", box=(1, 1, 3, 3), more=""):
    tags = zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True)
    inner = "".join(f"<{tag}>{value}</{tag}>" for tag, value in tags)
    return f"<object><name>{name}</name><bndbox>{inner}</bndbox>{more}</object>"


def numbered(object_id):
    attribute = f"<attribute><name>object_id</name><value>{object_id}</value></attribute>"
    return f"<attributes>{attribute}</attributes>"


def files(folder, **texts):
    (folder / "Annotations").mkdir(parents=True)
    for stem, text in texts.items():
        (folder / f"Annotations/{stem}.xml").write_text(text, encoding="utf-8")
    return folder


def test_pixels_count_from_one_and_a_box_ends_with_its_last_pixel(tmp_path):
    report = Voc().write([drawn()], tmp_path)
    root = ET.parse(tmp_path / "Annotations/drawn_00000.xml").getroot()
    nested = as_torchvision_nests_it(root)
    assert nested["filename"] == "drawn_00000.jpg"
    assert nested["size"] == {"width": "30", "height": "20", "depth": "3"}
    assert nested["dwell"] == {"video": "drawn", "frame_idx": "0", "name": "00000"}
    cup, spoon = nested["object"]
    assert cup["bndbox"] == {"xmin": "1", "ymin": "1", "xmax": "30", "ymax": "20"}
    assert (spoon["name"], spoon["bndbox"]) == (
        "cutlery", {"xmin": "8", "ymin": "6", "xmax": "8", "ymax": "9"}
    )  # fmt: skip
    assert spoon["attributes"]["attribute"][:2] == [
        {"name": "object_id", "value": "3"}, {"name": "aoi", "value": "spoon"}
    ]  # fmt: skip
    assert (report.n_frames, report.n_masks) == (4, 3)
    assert Voc().picture_path(drawn(), 2, WriteOptions(picture_ending="png")) == "JPEGImages/drawn_00002.png"


def test_pictures_are_listed_by_part_of_the_split_also_those_without_an_object(tmp_path):
    plate = labels_of([masklet(AOI(1, "plate", "#010203"), {1: square(0, 0, 2, 2)})], 2, "a b", split="val")
    Voc().write([drawn(), plate], tmp_path)
    assert read_as_devkit(tmp_path, "train") == {
        "drawn_00000": [("cup", (0, 0, 30, 20)), ("cutlery", (7, 5, 8, 9))],
        "drawn_00001": [],
        "drawn_00002": [("cup", (2, 4, 12, 6))],
        "drawn_00003": [],
    }
    assert read_as_devkit(tmp_path, "val") == {"a_b_00000": [], "a_b_00001": [("plate", (0, 0, 2, 2))]}
    assert len(read_as_devkit(tmp_path, "trainval")) == 6
    assert "plate:1,2,3::" in (tmp_path / "labelmap.txt").read_text().splitlines()
    assert [video.name for video in Voc().read(tmp_path)] == ["a b", "drawn"]


@settings(max_examples=20, deadline=None)
@given(labels=random_labels())
def test_the_box_of_every_mask_is_found_and_comes_back_with_its_aoi(tmp_path_factory, labels):
    out = tmp_path_factory.mktemp("voc")
    Voc().write([labels], out)
    expected = {key: Mask.from_array(array).box_xyxy for key, array in arrays_of(labels).items()}
    category = {aoi.object_id: aoi.category or aoi.name for aoi in labels.aois}
    assert read_as_devkit(out, "train") == {
        f"drawn_{frame_idx:05d}": [
            (category[i], box) for (i, at), box in sorted(expected.items()) if at == frame_idx
        ]
        for frame_idx in labels.frames
    }
    (found,) = Voc().read(out)
    assert boxes_of(found) == expected
    assert (found.size_hw, found.names, found.n_labels) == (labels.size_hw, list(labels.names), len(expected))
    seen = {object_id for object_id, _ in expected}
    assert [(each.key, each.name, each.colour, each.category) for each in found.things] == [
        (aoi.object_id, aoi.name, aoi.colour, aoi.category) for aoi in labels.aois if aoi.object_id in seen
    ]


def test_objects_without_an_id_are_told_apart_by_their_order(tmp_path):
    folder = files(
        tmp_path / "table", a=annotation(thing(), thing(box=(5, 5, 6, 6)), thing("fork")), b=annotation()
    )
    (found,) = Voc().read(folder)
    assert [each.name for each in found.things] == ["cup 1", "cup 2", "fork"]
    assert (found.name, found.names, found.numbers) == ("table", ["a", "b"], None)
    assert [one.box_xyxy for one in found.labels()] == [(0, 0, 3, 3), (4, 4, 6, 6), (0, 0, 3, 3)]
    assert "several labels of one class and no tracks" in found.lost[0]


def test_files_that_count_from_zero_are_seen_by_a_box_at_zero(tmp_path):
    folder = files(
        tmp_path / "x", a=annotation(thing(box=(0, 0, 30, 20))), b=annotation(thing(box=(4.5, 4, 6, 6)))
    )
    (found,) = Voc().read(folder)
    assert [one.box_xyxy for one in found.labels()] == [(0, 0, 30, 20), (4.5, 4, 6, 6)]
    assert "taken to count from 0" in found.lost[0]


def test_a_frame_is_recognised_by_its_name_and_the_size_by_the_picture(tmp_path):
    folder = files(tmp_path / "x", kitchen_00007=annotation(thing(), size=""))
    known = Known(names=["00006", "00007"])
    with pytest.raises(BadLabels, match="kitchen_00007.xml, size: expected width and height"):
        Voc().read(folder, known)
    (folder / "JPEGImages").mkdir()
    Image.new("RGB", (9, 8)).save(folder / "JPEGImages/kitchen_00007.jpg")
    (found,) = Voc().read(folder, known)
    assert (found.name, found.names, found.size_hw) == ("kitchen", ["00007"], (8, 9))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<annotation>\n<object>", "a.xml, line 2: no XML"),
        ("<labels/>", "the root: expected annotation; found labels"),
        (annotation("<object><name>cup</name></object>"), "object 'cup': expected bndbox; found none"),
        (annotation("<object><bndbox/></object>"), "object/name: expected a text"),
        (annotation(thing(box=(1, 1, "x", 3))), "bndbox/xmax: expected a number; found 'x'"),
        (annotation(thing(box=(1, 1, "inf", 3))), "found 'inf'"),
        (annotation(thing(box=(5, 1, 3, 3))), "xmin up to xmax"),
        (annotation(thing(more=numbered("one"))), "object_id of 'cup': expected a whole number"),
        (annotation(thing(more=numbered(1)), thing(more=numbered(1))), "object_id: expected each once"),
        (annotation(size="<size><width>30</width></size>"), "size/height: expected a text"),
        (annotation(thing(more=numbered(7)), thing("fork", more=numbered(7))), "object 7: expected"),
        (annotation(size="<size><width>3</width><height>2</height></size>"), "30×20 px; found|3×2 px as in"),
    ],
)
def test_a_bad_file_is_named(tmp_path, text, words):
    with pytest.raises(BadLabels, match=words) as caught:
        Voc().read(files(tmp_path, a=text, b=annotation()))
    assert caught.value.path.parent == tmp_path / "Annotations"


def test_what_xml_or_a_file_name_cannot_say_is_refused(tmp_path):
    odd = AOI(1, "cup\x07", "#000000")
    with pytest.raises(OutputError, match="has a character that XML has no place for; rename it"):
        Voc().write([labels_of([masklet(odd, {0: square(0, 0, 1, 1)})], 1)], tmp_path)
    with pytest.raises(OutputError, match="would be one file"):
        Voc().write([drawn("a b"), drawn("a_b")], tmp_path)


def test_labels_of_another_export_are_not_mixed_with_new_ones(tmp_path):
    Voc().write([drawn()], tmp_path)
    with pytest.raises(OutputError, match="already holds drawn_00000.xml"):
        Voc().write([drawn("other")], tmp_path)


def test_folders_are_recognised(tmp_path):
    assert not Voc().fits(tmp_path)
    with pytest.raises(BadLabels, match="expected a folder with Annotations"):
        Voc().read(tmp_path)
    Voc().write([drawn()], tmp_path)
    file = tmp_path / "Annotations/drawn_00002.xml"
    assert all(Voc().fits(path) for path in (tmp_path, tmp_path / "Annotations", file))
    assert boxes_of(Voc().read(file)[0]) == {(1, 2): (2, 4, 12, 6)}
