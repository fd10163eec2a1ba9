"""CVAT: read as its own importer reads it, by datumaro where it is installed, and by ours."""

import json
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from dwell.errors import BadLabels, Cancelled, OutputError
from dwell.formats.contract import WriteOptions
from dwell.formats.cvat import Cvat, CvatImages
from dwell.formats.found import Known
from dwell.formats.outlines import outlines
from dwell.masks import Mask
from dwell.types import AOI
from formats.drawn import CUP, SIZE_HW, SPOON, arrays_of, labels_of, masklet, random_labels, square

OUTLINES = WriteOptions(polygons=True)
CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14), 4: square(0, 0, 1, 1)}
SPOON_AT = {1: square(5, 5, 7, 20)}


@pytest.fixture
def labels():
    """The cup on frames 0, 1, 4 (drawn by a person on 1), the spoon on 1; the cup is lost on 2."""
    return labels_of([masklet(CUP, CUP_AT, lost=[2], user=[1]), masklet(SPOON, SPOON_AT)], 6, "Küche 1")


def written(format, labels, out, options=None):
    report = format.write([labels], out, options)
    (path,) = out.glob("*/annotations.xml")
    return path, report


def as_cvat_takes_it_in(path):
    """(label, frame, mask, attributes) of each shape, after ``load_anno`` in CVAT's own importer.

    Shapes of a track that are no keyframe are dropped; of a track of masks the first is kept, as a shape of
    its own; a mask's ``rle`` are run lengths by row, background first, within the box. Source: its page,
    https://docs.cvat.ai/docs/manual/advanced/xml_format/, and what CVAT does with it.
    """
    root = ET.parse(path).getroot()
    height, width = (int(root.find(f"meta/task/original_size/{side}").text) for side in ("height", "width"))
    shapes = []
    for parent in [*root.findall("track"), *root.findall("image")]:
        children = list(parent)
        if parent.tag == "track":
            children = [child for child in children if child.get("keyframe") == "1"]
            children = children[:1] if children[0].tag == "mask" else children
        for child in children:
            mask = np.zeros((height, width), bool)
            if child.tag == "mask":
                x, y, w, h = (int(child.get(side)) for side in ("left", "top", "width", "height"))
                pixels = []
                for i, n in enumerate(child.get("rle").split(",")):
                    pixels += [i % 2 == 1] * int(n)
                mask[y : y + h, x : x + w] = np.array(pixels).reshape(h, w)
            attributes = {each.get("name"): each.text for each in child.findall("attribute")}
            frame = int(child.get("frame") or parent.get("id"))
            label = child.get("label") or parent.get("label")
            shapes.append((label, frame, child, mask, attributes))
    return shapes


@pytest.mark.parametrize("format", [Cvat(), CvatImages()], ids=lambda f: f.name)
def test_cvat_takes_in_every_mask_with_its_id(format, labels, tmp_path):
    path, report = written(format, labels, tmp_path)
    shapes = as_cvat_takes_it_in(path)
    found = {(int(a["object_id"]), frame): mask for _, frame, _, mask, a in shapes}
    expected = arrays_of(labels)
    assert found.keys() == expected.keys()
    for place, mask in expected.items():
        np.testing.assert_array_equal(found[place], mask)
    assert {(label, a["aoi"]) for label, *_, a in shapes} == {("cup", "cup"), ("cutlery", "spoon")}
    assert (report.n_frames, report.n_masks) == (6, 4)
    assert report.silent["cup"] == {"lost": 1, "unknown": 2}


def test_a_mask_is_written_by_row_within_its_box_and_ended_on_the_next_frame(tmp_path):
    mask = np.zeros(SIZE_HW, bool)
    mask[3, 5:7], mask[4, 6] = True, True
    path, _ = written(Cvat(), labels_of([masklet(CUP, {1: mask}, user=[1])], 3), tmp_path)
    (track,) = ET.parse(path).getroot().findall("track")
    assert track.attrib == {"id": "0", "label": "cup", "source": "manual", "group_id": "1"}
    first, end = track
    place = {"frame": "1", "keyframe": "1", "outside": "0", "occluded": "0", "z_order": "0"}
    runs = {"rle": "0, 2, 1, 1", "left": "5", "top": "3", "width": "2", "height": "2"}
    assert first.attrib == {**place, **runs}
    assert (end.get("frame"), end.get("outside"), end.get("keyframe")) == ("2", "1", "1")


def test_on_the_last_frame_nothing_is_left_to_end(tmp_path):
    path, _ = written(Cvat(), labels_of([masklet(CUP, {2: CUP_AT[0]})], 3), tmp_path)
    assert [shape.get("frame") for shape in ET.parse(path).getroot().iter("mask")] == ["2"]


def test_a_track_of_outlines_ends_before_every_frame_without_a_label(labels, tmp_path):
    path, _ = written(Cvat(), replace(labels, chosen=np.array([0, 1, 3, 4, 5])), tmp_path, OUTLINES)
    cup, spoon = ET.parse(path).getroot().findall("track")
    said = [(int(shape.get("frame")), shape.get("outside")) for shape in cup]
    assert said == [(0, "0"), (1, "0"), (2, "1"), (4, "0"), (5, "1")]
    assert {shape.get("keyframe") for shape in [*cup, *spoon]} == {"1"}  # CVAT drops all others
    assert cup[0].get("points") == "2.00,2.00;12.00,2.00;12.00,12.00;2.00,12.00"
    assert int(spoon[0].get("z_order")) > int(cup[0].get("z_order"))  # the smaller one on top


def test_frames_that_were_not_chosen_have_no_label_and_no_shape_that_goes_on(labels, tmp_path):
    path, report = written(Cvat(), replace(labels, chosen=np.array([0, 4])), tmp_path, OUTLINES)
    (cup,) = ET.parse(path).getroot().findall("track")
    assert [(s.get("frame"), s.get("outside")) for s in cup] == [
        ("0", "0"),
        ("1", "1"),
        ("4", "0"),
        ("5", "1"),
    ]
    assert (report.n_frames, report.n_masks) == (2, 2)


def test_what_outlines_cannot_say_is_counted(tmp_path):
    ring = square(0, 0, 5, 5)
    ring[2, 2:4] = False  # a hole of 2 px
    ring[10:12, 10] = True  # a part of 2 px
    labels = labels_of([masklet(CUP, {0: ring})], 1)
    _, of_tracks = written(Cvat(), labels, tmp_path / "a", OUTLINES)
    assert "1 masks have holes" in of_tracks.lost[0]
    assert "2 px in them" in of_tracks.lost[0]
    assert "2 px were left out" in of_tracks.lost[1]
    _, of_images = written(CvatImages(), labels, tmp_path / "b", OUTLINES)
    (lost,) = of_images.lost  # every part has an outline of its own
    assert "2 px in them" in lost


def test_labels_json_sets_up_the_task_that_the_xml_needs(labels, tmp_path):
    path, _ = written(Cvat(), labels, tmp_path)
    spoken = json.loads((tmp_path / "labels.json").read_text("utf-8"))
    assert [(label["name"], label["color"]) for label in spoken] == [
        ("cup", "#e69f00"),
        ("cutlery", "#56b4e9"),
    ]
    in_xml = [(e.find("name").text, e.find("color").text) for e in ET.parse(path).getroot().iter("label")]
    assert in_xml == [(label["name"], label["color"]) for label in spoken]
    assert [a["name"] for a in spoken[0]["attributes"]] == ["object_id", "aoi"]


def test_aois_that_share_a_label_lose_their_own_colour_and_the_report_says_so(tmp_path):
    fork = AOI(4, "fork", "#123456", category="cutlery")
    _, report = written(Cvat(), labels_of([masklet(SPOON, {}), masklet(fork, {})], 1), tmp_path)
    assert report.lost == (
        "1 AOIs share a label with another and take its colour, since colours belong to labels.",
    )


@pytest.mark.parametrize("format", [Cvat(), CvatImages()], ids=lambda f: f.name)
@given(labels=random_labels())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_masks_ids_names_and_categories_come_back(format, labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    format.write([labels], out)
    (video,) = format.read(out)
    assert (video.name, video.size_hw) == (labels.video, labels.size_hw)
    found = {(one.key, video.numbers[one.frame]): one.mask for one in video.labels()}
    expected = arrays_of(labels)
    assert found == {place: Mask.from_array(mask) for place, mask in expected.items()}
    assert video.n_labels == len(expected)
    seen = {object_id for object_id, _ in expected}
    aois = {aoi.object_id: (aoi.name, aoi.category) for aoi in labels.aois if aoi.object_id in seen}
    assert {thing.key: (thing.name, thing.category) for thing in video.things} == aois


@pytest.mark.parametrize("format", [Cvat(), CvatImages()], ids=lambda f: f.name)
@given(labels=random_labels())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_outlines_come_back_as_the_masks_but_for_what_was_counted(format, labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    report = format.write([labels], out, OUTLINES)
    (video,) = format.read(out)
    differing = 0
    expected = arrays_of(labels)
    for one in video.labels():
        differing += np.count_nonzero(one.mask.to_array() != expected[one.key, video.numbers[one.frame]])
    counted = sum(int(word) for note in report.lost for word in _px_of(note))
    assert differing == counted


def _px_of(note):
    words = note.split()
    return [words[i - 1] for i, word in enumerate(words) if word == "px"]


def test_datumaro_reads_outlines_of_tracks(labels, tmp_path):
    datumaro = pytest.importorskip("datumaro")
    written(Cvat(), labels, tmp_path, OUTLINES)
    data = datumaro.Dataset.import_from(str(tmp_path / "Küche_1"), "cvat")
    names = data.categories()[datumaro.AnnotationType.label]
    found = set()
    for item in data:
        for shape in item.annotations:
            if not shape.attributes["outside"]:
                mask = Mask.from_polygon(np.reshape(shape.points, (-1, 2)), SIZE_HW)
                found.add((names[shape.label].name, item.attributes["frame"], mask))
    by_name = {1: "cup", 3: "cutlery"}
    assert found == {(by_name[i], frame, Mask.from_array(m)) for (i, frame), m in arrays_of(labels).items()}


def test_datumaro_reads_masks_of_images(labels, tmp_path):
    datumaro = pytest.importorskip("datumaro")
    from PIL import Image

    written(CvatImages(), labels, tmp_path)
    for frame_idx in labels.frames:
        picture = tmp_path / CvatImages().picture_path(labels, frame_idx, WriteOptions())
        picture.parent.mkdir(exist_ok=True)
        Image.new("RGB", SIZE_HW[::-1]).save(picture)
    data = datumaro.Dataset.import_from(str(tmp_path / "Küche_1"), "cvat")
    found = {
        (shape.group, item.attributes["frame"]): Mask.from_array(np.asarray(shape.image, np.uint8))
        for item in data
        for shape in item.annotations
    }
    assert found == {place: Mask.from_array(mask) for place, mask in arrays_of(labels).items()}


def test_several_videos_have_a_folder_each(labels, tmp_path):
    other = replace(labels, video="b/2")
    report = Cvat().write([labels, other], tmp_path)
    assert sorted(path.parent.name for path in tmp_path.glob("*/annotations.xml")) == ["Küche_1", "b_2"]
    assert [video.name for video in Cvat().read(tmp_path)] == ["Küche 1", "b/2"]
    assert (report.n_frames, report.n_masks) == (12, 8)
    with pytest.raises(OutputError, match="would be one file"):
        Cvat().write([labels, replace(labels, video="Küche:1")], tmp_path / "twice")


def test_a_name_with_a_control_character_is_refused(tmp_path):
    with pytest.raises(OutputError, match="rename it"):
        Cvat().write([labels_of([masklet(AOI(1, "a\x07b", "#000000"), {})], 1)], tmp_path)


@pytest.mark.parametrize("options", [None, OUTLINES], ids=["masks", "outlines"])
@pytest.mark.parametrize("format", [Cvat(), CvatImages()], ids=lambda f: f.name)
def test_progress_counts_frames_and_a_cancelled_export_leaves_no_file(format, options, labels, tmp_path):
    told = []
    format.write([labels], tmp_path / "a", options, lambda done, total: told.append((done, total)))
    assert told == [(i + 1, 6) for i in range(6)]

    def stop(done, total):
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        format.write([labels], tmp_path / "b", options, stop)
    assert not [path for path in (tmp_path / "b").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("pictures", "ending", "name"),
    [(False, "jpg", "a.b.png"), (True, "png", "a.b.png"), (True, "jpg", "a.b.jpg")],
)
def test_an_image_is_named_like_the_picture_that_is_written(pictures, ending, name, tmp_path):
    labels = replace(labels_of([masklet(CUP, {0: CUP_AT[0]})], 1), names=["a.b"], files=["shots/a.b.png"])
    options = WriteOptions(pictures=pictures, picture_ending=ending)
    path, _ = written(CvatImages(), labels, tmp_path, options)
    assert ET.parse(path).getroot().find("image").get("name") == name
    assert CvatImages().picture_path(labels, 0, options) == f"drawn/images/{name}"


# ---------------------------------------------------------------------- files of others

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <id>7</id><name>kitchen</name><size>10</size><mode>interpolation</mode>
      <start_frame>0</start_frame><stop_frame>9</stop_frame>
      <labels>
        <label><name>cup</name><color>#FF0000</color><type>any</type><attributes></attributes></label>
      </labels>
      <original_size><width>30</width><height>20</height></original_size>
    </task>
  </meta>
"""
BOX = '<box frame="{}" keyframe="{}" outside="{}" occluded="0" xtl="1" ytl="2" xbr="4" ybr="6"></box>'


def file_of(tmp_path, body, head=HEAD):
    path = tmp_path / "annotations.xml"
    path.write_text(f"{head}{body}\n</annotations>\n", "utf-8")
    return path


def found_in(path, known=None):
    (video,) = Cvat().read(path, known)
    return video, list(video.labels())


def test_a_track_of_boxes_is_one_thing_and_stops_where_it_is_outside(tmp_path):
    shapes = BOX.format(3, 1, 0) + BOX.format(4, 0, 0) + BOX.format(5, 1, 1)
    video, labels = found_in(file_of(tmp_path, f'<track id="0" label="cup" source="manual">{shapes}</track>'))
    assert [(label.frame, label.box_xyxy, label.keyframe) for label in labels] == [
        (3, (1.0, 2.0, 4.0, 6.0), True),
        (4, (1.0, 2.0, 4.0, 6.0), False),
    ]
    (thing,) = video.things
    assert (thing.key, thing.name, thing.category, thing.colour) == (1, "cup 1", "cup", "#ff0000")
    assert (video.name, video.size_hw, video.n_labels, len(video.names)) == ("kitchen", (20, 30), 2, 10)


def test_shapes_that_cvat_wrote_as_tracks_of_one_frame_are_one_thing_by_label_or_group(tmp_path):
    def track(number, frame, group=""):
        shapes = BOX.format(frame, 1, 0) + BOX.format(frame + 1, 1, 1)
        return f'<track id="{number}" label="cup" source="manual" {group}>{shapes}</track>'

    body = track(0, 1) + track(1, 3) + track(2, 3, 'group_id="5"') + track(3, 6, 'group_id="5"')
    video, labels = found_in(file_of(tmp_path, body))
    assert [(thing.key, thing.name) for thing in video.things] == [(1, "cup"), (5, "cup 5")]
    assert [(label.key, label.frame) for label in labels] == [(1, 1), (1, 3), (5, 3), (5, 6)]


def test_parts_in_one_group_on_one_picture_become_one_mask(tmp_path):
    def polygon(points):
        return f'<polygon label="cup" source="auto" occluded="1" group_id="2" points="{points}"></polygon>'

    body = (
        '<image id="4" name="frame_000004.png" width="30" height="20">'
        + polygon("0,0;3,0;3,2;0,2") + polygon("10,0;11,0;11,1;10,1")
        + '<points label="cup" points="1,1" occluded="0"></points><tag label="cup"></tag></image>'
    )  # fmt: skip
    video, (label,) = found_in(file_of(tmp_path, body))
    expected = square(0, 0, 2, 3) | square(0, 10, 1, 11)
    np.testing.assert_array_equal(label.mask.to_array(), expected)
    assert (video.names, video.numbers, label.keyframe) == (["frame_000004"], [4], False)
    assert len(video.lost) == 3
    assert any("2 shapes are marked as occluded" in note for note in video.lost)


def test_ellipses_and_turned_boxes_become_masks(tmp_path):
    shapes = (
        '<ellipse frame="0" keyframe="1" outside="0" cx="10" cy="10" rx="8" ry="4" rotation="90"/>'
        '<box frame="1" keyframe="1" outside="0" xtl="5" ytl="8" xbr="15" ybr="12" rotation="90.0"/>'
    )
    _, (ellipse, box) = found_in(file_of(tmp_path, f'<track id="0" label="cup">{shapes}</track>'))
    assert ellipse.mask.box_xyxy == (6, 2, 14, 18)
    assert ellipse.mask.area == pytest.approx(np.pi * 8 * 4, rel=0.05)
    assert box.mask.box_xyxy == (8, 5, 12, 15)


def test_frames_that_cvat_would_make_up_are_counted(tmp_path):
    shapes = BOX.format(0, 1, 0) + BOX.format(4, 1, 0)
    video, labels = found_in(file_of(tmp_path, f'<track id="0" label="cup">{shapes}</track>'))
    assert [label.frame for label in labels] == [0, 4]
    assert video.lost[0].startswith("3 frames between keyframes")


def test_images_of_no_video_are_known_by_name_only(tmp_path):
    body = '<image id="0" name="a/left.jpg" width="30" height="20"></image>'
    head = HEAD.replace("interpolation", "annotation")
    video, labels = found_in(file_of(tmp_path, body, head))
    assert (video.names, video.numbers, labels) == (["left"], None, [])


def test_tasks_of_a_project_are_videos(tmp_path):
    size = "<original_size><width>30</width><height>20</height></original_size>"
    tasks = "".join(f"<task><id>{i}</id><name>{i}</name><size>3</size>{size}</task>" for i in (1, 2))
    head = f"<annotations><meta><project><tasks>{tasks}</tasks></project></meta>"
    body = f'<track id="0" label="cup" task_id="2">{BOX.format(0, 1, 0)}{BOX.format(1, 1, 0)}</track>'
    first, second = Cvat().read(file_of(tmp_path, body, head))
    assert [(video.name, video.n_labels) for video in (first, second)] == [("1", 0), ("2", 2)]
    assert list(first.labels()) == []


def test_the_size_is_asked_for_where_the_file_does_not_say_it(tmp_path):
    head = HEAD.replace("original_size", "other")
    path = file_of(tmp_path, f'<track id="0" label="cup">{BOX.format(0, 1, 0)}</track>', head)
    with pytest.raises(BadLabels, match="how large"):
        Cvat().read(path)
    assert found_in(path, Known(size_hw=(20, 30)))[0].size_hw == (20, 30)


def test_a_zip_from_cvat_is_read_as_it_is(labels, tmp_path):
    path, _ = written(Cvat(), labels, tmp_path)
    archive = tmp_path / "kitchen.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(path, "annotations.xml")
    video, found = found_in(archive)
    assert len(found) == video.n_labels == 4
    assert Cvat().fits(archive)


def test_each_of_the_two_formats_knows_its_own_files(labels, tmp_path):
    written(Cvat(), labels, tmp_path / "video")
    written(CvatImages(), labels, tmp_path / "images")
    (tmp_path / "voc.xml").write_text("<annotation><object/></annotation>")
    fits = {format.name: [format.fits(tmp_path / name) for name in ("video", "images", "voc.xml", "none")]
            for format in (Cvat(), CvatImages())}  # fmt: skip
    assert fits == {"cvat": [True, False, False, False], "cvat-images": [False, True, False, False]}


MASK = '<mask frame="0" keyframe="1" outside="0" rle="{}" left="{}" top="0" width="2" height="2"/>'


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ('<track id="0" label="cup">', 14, "expected XML"),
        ('<track id="0">' + BOX.format(0, 1, 0) + "</track>", 14, "no label="),
        ('<track id="0" label="cup"><box frame="0" keyframe="1"/></track>', 14, "no xtl="),
        ('<track id="0" label="cup">\n<box frame="x"/></track>', 15, "frame='x', expected a number"),
        ('<track id="0" label="cup">' + BOX.format(10, 1, 0) + "</track>", 14, "frames 0 … 9"),
        ('<track id="0" label="cup">' + 2 * BOX.format(1, 1, 0) + "</track>", 14, "second of its track"),
        ('<track id="0" label="cup">' + MASK.format("1, 2", 0) + "</track>", 14, "add up to 3"),
        ('<track id="0" label="cup">' + MASK.format("1, 2, a", 0) + "</track>", 14, "whole numbers"),
        ('<track id="0" label="cup">' + MASK.format("0, 4", 29) + "</track>", 14, "30×20 px"),
        ('<track id="0" label="cup">' + MASK.format("5, -1", 0) + "</track>", 14, "add up to"),
        ('<track id="0" label="cup" task_id="8"></track>', 14, "of task '8'"),
        ('<image id="0" width="30" height="20"></image>', 14, "no name="),
        ('<image id="0" name="a.png" width="0" height="20"></image>', 14, "at least one pixel"),
        (2 * '<image id="0" name="a.png" width="30" height="20"></image>\n', 14, "'a' is there 2 times"),
        ('<image name="a" width="3" height="2"/>\n<image name="b" width="2" height="2"/>', 15, "one size"),
        ('<image id="0" name="a" width="30" height="20">\n<polygon label="c" points="1,1;2,2"/></image>', 15,
         "at least three"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_with_its_line(body, line, words, tmp_path):
    path = file_of(tmp_path, body)
    with pytest.raises(BadLabels, match=words) as error:
        Cvat().read(path)
    assert error.value.path == path
    if "expected XML" not in words:
        assert error.value.line == line
        assert f"annotations.xml, line {line}" in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: expected XML"),
        ("<annotation/>", "the root is <annotation>"),
        ("<annotations/>", "no <meta>"),
        ('<annotations><track id="0"/></annotations>', "before <meta>"),
        ("<annotations><meta><task><size>many</size></task></meta></annotations>", "<size> is 'many'"),
        ('<!DOCTYPE a [<!ENTITY b "bb">]><annotations>&b;</annotations>', "DOCTYPE"),
    ],
)
def test_what_is_no_file_of_cvat_is_refused(text, words, tmp_path):
    path = tmp_path / "some.xml"
    path.write_text(text)
    with pytest.raises(BadLabels, match=words):
        Cvat().read(path)


def test_a_damaged_zip_and_an_empty_folder_are_named(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK nothing")
    with pytest.raises(BadLabels, match="damaged zip"):
        Cvat().read(tmp_path / "a.zip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadLabels, match="no XML file in it"):
        Cvat().read(tmp_path / "empty")
    with pytest.raises(BadLabels, match="is not there"):
        Cvat().read(tmp_path / "nothing")


# ---------------------------------------------------------------------- outlines


@given(labels=random_labels())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_outline_holds_its_part_with_holes_filled(labels):
    from scipy.ndimage import binary_fill_holes

    for array in arrays_of(labels).values():
        mask = Mask.from_array(array)
        found = [Mask.from_polygon(points, mask.size_hw) for points in outlines(mask)]
        filled = [Mask.from_array(binary_fill_holes(part.to_array())) for part in mask.components()]
        assert sorted(found, key=Mask.to_bytes) == sorted(filled, key=Mask.to_bytes)


def test_an_outline_runs_along_the_edges_of_pixels():
    (points,) = outlines(Mask.from_array(square(2, 3, 4, 8)))
    assert sorted(points.tolist()) == [[3, 2], [3, 4], [8, 2], [8, 4]]
    assert outlines(Mask.empty(SIZE_HW)) == []
