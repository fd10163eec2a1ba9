"""MOTS: read back by a plain reader with pycocotools, written after the page that describes the format."""

import configparser
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image
from pycocotools import mask as coco_mask

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import WriteOptions
from dwell.formats.mots import Mots
from dwell.types import AOI, State
from formats import slow
from formats.drawn import CUP, SIZE_HW, SPOON, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14)}
SPOON_AT = {1: square(5, 5, 7, 20)}
WALKER = AOI(12, "P1", "#009e73", category="pedestrian")
WALKER_AT = {2: square(15, 15, 20, 30)}


@pytest.fixture
def labels():
    masklets = [masklet(CUP, CUP_AT, lost=[2]), masklet(SPOON, SPOON_AT), masklet(WALKER, WALKER_AT)]
    return labels_of(masklets, 4, "walk", fps=29.97)


def plain_reader(file):
    """{(frame, id): (class, (h, w) bool)} of a text of MOTS; masks of a frame share no pixel.

    Each line is ``time_frame id class_id img_height img_width rle``, with the run lengths of COCO; the class
    is id // 1000. Source: https://www.vision.rwth-aachen.de/page/mots, and for what is forbidden mots_tools.
    """
    found, combined = {}, {}
    for line in file.read_text("ascii").splitlines():
        frame, object_id, class_id, height, width, counts = line.split(" ")
        assert int(object_id) // 1000 == int(class_id)
        assert (int(frame), int(object_id)) not in found
        run_lengths = {"size": [int(height), int(width)], "counts": counts.encode()}
        nothing = np.zeros((int(height), int(width)), np.uint8, order="F")
        others = combined.setdefault(frame, coco_mask.encode(nothing))
        assert coco_mask.area(coco_mask.merge([others, run_lengths], intersect=True)) == 0
        combined[frame] = coco_mask.merge([others, run_lengths], intersect=False)
        found[int(frame), int(object_id)] = int(class_id), coco_mask.decode(run_lengths).astype(bool)
    return found


def text_of(tmp_path, *lines, name="gt/gt.txt"):
    """The path of a text with these lines."""
    path = tmp_path / "seq" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def counts(array):
    return coco_mask.encode(np.asfortranarray(array.astype(np.uint8)))["counts"].decode()


DOT = f"20 30 {counts(square(3, 4, 4, 5))}"


def test_a_reader_of_the_format_finds_masks_that_share_no_pixel(labels, tmp_path):
    report = Mots().write([labels], tmp_path)
    found = plain_reader(tmp_path / "walk" / "gt" / "gt.txt")
    assert {key: number for key, (number, _) in found.items()} == {
        (1, 3001): 3,  # the cup, whose name is its category, on frame_idx 0
        (2, 3001): 3,
        (2, 4003): 4,
        (3, 2012): 2,  # a pedestrian is class 2 in MOTS
    }
    np.testing.assert_array_equal(found[2, 3001][1], CUP_AT[1] & ~SPOON_AT[1])
    np.testing.assert_array_equal(found[2, 4003][1], SPOON_AT[1])
    assert (tmp_path / "walk" / "gt" / "labels.txt").read_text() == "car\npedestrian\ncup\ncutlery\n"
    assert (report.n_frames, report.n_masks, report.overlapping_px) == (4, 4, 18)


def test_seqinfo_and_seqmaps_are_those_of_the_challenge(labels, tmp_path):
    other = labels_of([masklet(CUP, CUP_AT)], 2, "Küche, links", split="val")
    Mots().write([labels, other], tmp_path, WriteOptions(picture_ending="png"))
    info = configparser.ConfigParser()
    info.read(tmp_path / "walk" / "seqinfo.ini")
    assert dict(info["Sequence"]) == {
        "name": "walk", "imdir": "img1", "framerate": "30", "seqlength": "4", "imwidth": "30",
        "imheight": "20", "imext": ".png",
    }  # fmt: skip
    assert (tmp_path / "seqmaps" / "MOTS-train.txt").read_text("utf-8") == "name\nwalk\n"
    assert (tmp_path / "seqmaps" / "MOTS-val.txt").read_text("utf-8") == 'name\n"Küche,_links"\n'
    assert Mots().picture_path(labels, 0, WriteOptions()) == "walk/img1/000001.jpg"
    assert [video.name for video in Mots().read(tmp_path)] == ["Küche, links", "walk"]


def test_class_10_is_left_to_regions_that_are_ignored(tmp_path):
    aois = [AOI(i, f"thing {i:02d}", "#000000") for i in range(1, 10)]
    labels = labels_of([masklet(aoi, {0: square(i, i, i + 1, i + 1)}) for i, aoi in enumerate(aois)], 1)
    Mots().write([labels], tmp_path)
    classes = {number for number, _ in plain_reader(tmp_path / "drawn" / "gt" / "gt.txt").values()}
    assert classes == {3, 4, 5, 6, 7, 8, 9, 11, 12}
    assert (tmp_path / "drawn" / "gt" / "labels.txt").read_text().splitlines()[9] == "ignored"
    assert sorted(thing.category for thing in Mots().read(tmp_path)[0].things) == [aoi.name for aoi in aois]


def test_ids_of_over_three_digits_keep_the_last_three_where_they_can(tmp_path):
    """7 and 1007 of one category: the second gets the first number that is free; 2000 ends in 000."""
    aois = [AOI(i, f"{i}", "#000000", category="car") for i in (7, 1007, 1008, 2000)]
    labels = labels_of([masklet(aoi, {0: square(i, 0, i + 1, 1)}) for i, aoi in enumerate(aois)], 1)
    report = Mots().write([labels], tmp_path)
    found = plain_reader(tmp_path / "drawn" / "gt" / "gt.txt")
    assert [id for _, id in sorted(found, key=lambda key: found[key][1].argmax())] == [1007, 1001, 1008, 1002]
    assert report.lost[0] == "AOIs that got another id, as MOTS has three digits for it: 2."


def test_what_the_format_cannot_say_is_reported(labels, tmp_path):
    hidden = masklet(AOI(9, "under", "#000000"), {1: square(5, 5, 7, 6)})
    spoon = masklet(SPOON, {1: square(5, 5, 6, 6)})
    over = masklet(CUP, {1: square(6, 5, 7, 6)})
    report = Mots().write([labels_of([hidden, spoon, over], 4, chosen=np.array([1]))], tmp_path)
    assert "under: hidden by smaller AOIs on 1 frame and has no label there." in report.notes
    assert any(note.startswith("3 of 4 frames were not chosen; MOTS cannot tell") for note in report.notes)
    assert report.notes[-1] == "drawn: its frame rate is not known, so seqinfo.ini says 0."


@settings(max_examples=30, deadline=None)
@given(labels=random_labels())
def test_what_was_written_is_read_but_for_pixels_under_smaller_aois(labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("mots")
    report = Mots().write([labels], out)
    (video,) = Mots().read(out)
    plain = plain_reader(out / "drawn" / "gt" / "gt.txt")
    expected = slow.on_top(labels)
    shown = sorted({object_id for object_id, _ in expected})
    keys = sorted(thing.key for thing in video.things)
    assert video.n_labels == report.n_masks == len(expected) == len(plain)
    assert report.overlapping_px == slow.overlapping_px(labels)
    if all(aoi.object_id < 1000 for aoi in labels.aois):
        assert keys == shown
        slow.assert_same(slow.found_arrays(video), expected)
        categories = {aoi.object_id: aoi.category or aoi.name for aoi in labels.aois}
        assert {thing.key: thing.category for thing in video.things} == {i: categories[i] for i in shown}
    assert (video.name, video.size_hw, len(video.names)) == ("drawn", labels.size_hw, labels.n_frames)


def test_a_text_of_kitti_counts_frames_from_0_and_has_its_own_classes(tmp_path):
    text = text_of(
        tmp_path, f"5 2001 2 {DOT}", f"4 1001 1 {DOT}", f"4 10000 10 {DOT}", name="instances_txt/0007.txt"
    )
    (video,) = Mots().read(text.parent.parent)
    assert (video.name, video.size_hw, len(video.names)) == ("0007", SIZE_HW, 6)
    assert [(t.key, t.name, t.category) for t in video.things] == [
        (1001, "car 1001", "car"), (2001, "pedestrian 2001", "pedestrian")  # both are instance 1
    ]  # fmt: skip
    assert [(label.key, label.frame) for label in video.labels()] == [(1001, 4), (2001, 5)]
    assert video.lost == ("0007: regions to ignore, which are left out: 1.",)
    assert Mots().fits(text.parent.parent)
    assert Mots().fits(text)


def test_a_tracker_s_text_is_read_and_where_frames_start_is_said(tmp_path):
    """As the Challenge wants results: ids that say nothing of the class."""
    text = text_of(tmp_path, f"1 17 2 {DOT}", f"3 17 2 {DOT}", name="MOTS20-01.txt")
    (video,) = Mots().read(text)
    assert [(label.key, label.frame) for label in video.labels()] == [(17, 0), (17, 2)]
    assert video.lost == ("MOTS20-01: frames are taken to count from 1, as no file says it.",)
    (video,) = Mots().read(text_of(tmp_path, f"0 17 2 {DOT}", name="0001.txt"))
    assert (video.numbers, video.lost) == (range(1), ())


def test_a_mask_without_a_pixel_says_that_the_aoi_is_absent(tmp_path):
    (video,) = Mots().read(text_of(tmp_path, f"1 1001 1 20 30 {counts(square(0, 0, 0, 0))}"))
    (label,) = video.labels()
    assert (label.mask, label.state) == (None, State.ABSENT)


def test_pngs_of_the_data_set_are_read(tmp_path):
    """16 bits, 1000 times the class and the instance; 10000 is to be ignored."""
    folder = tmp_path / "instances" / "0002"
    folder.mkdir(parents=True)
    for i, values in enumerate(([[0, 1005], [2007, 10000]], [[0, 0], [0, 2007]])):
        Image.fromarray(np.array(values, np.uint16)).save(folder / f"{i:06d}.png")
    (tmp_path / "instances" / "labels.txt").write_text("bus\nwalker\n")
    assert Mots().fits(tmp_path)
    (video,) = Mots().read(tmp_path)
    assert (video.name, video.size_hw, video.numbers) == ("0002", (2, 2), [0, 1])
    assert [(thing.key, thing.name) for thing in video.things] == [(5, "bus 5"), (7, "walker 7")]
    slow.assert_same(
        slow.found_arrays(video),
        {
            (5, 0): np.array([[False, True], [False, False]]),
            (7, 0): np.array([[False, False], [True, False]]),
            (7, 1): np.array([[False, False], [False, True]]),
        },
    )
    assert (video.n_labels, video.lost) == (3, ("0002: regions to ignore, which are left out: 1.",))


def test_numbers_without_a_class_are_not_taken_for_mots(tmp_path):
    Image.fromarray(np.array([[0, 5]], np.uint16)).save(tmp_path / "000000.png")
    with pytest.raises(BadLabels, match="expected numbers from 1000 on.*found 5.*read as davis"):
        Mots().read(tmp_path)


def test_texts_of_mot_are_not_taken_for_mots(labels, tmp_path):
    assert not Mots().fits(text_of(tmp_path, "1,1,10,10,5,5,1,1,1").parent.parent)
    assert not Mots().fits(tmp_path / "nowhere")
    Mots().write([labels], tmp_path / "out")
    assert Mots().fits(tmp_path / "out")
    assert Mots().fits(tmp_path / "out" / "walk")


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (["1 1001 1 20 30"], 1, "expected frame id class height width run-lengths; found 5 values"),
        ([f"1 1001 1 {DOT}", f"x 1001 1 {DOT}"], 2, "expected a whole number as frame; found 'x'"),
        ([f"1 -1001 1 {DOT}"], 1, "expected a whole number as id; found '-1001'"),
        ([f"1 0 1 {DOT}"], 1, "an id, a height and a width above 0; found 0 20 30"),
        ([f"0 1001 1 {DOT}"], 1, "expected a frame from 1 on; found 0"),
        ([f"1 1001 1 {DOT}", "", f"1 1001 1 {DOT}"], 3, "expected id 1001 once on frame 1, as on line 1"),
        ([f"1 1001 1 {DOT}", f"2 1001 2 {DOT}"], 2, "expected class 1 for id 1001, as on line 1; found 2"),
        ([f"1 1001 1 {DOT}", "2 1001 1 30 20 0"], 2, "expected a height and width of 20 30"),
        (["1 1001 1 20 30 abc~"], 1, "expected run lengths of COCO"),
        (["1 1001 1 20 30 5"], 1, "expected run lengths of COCO; found .* expected 600"),
        (["1 1001 1 20 30 5 é"], 1, "found 7 values"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(lines, line, message, tmp_path):
    path = text_of(tmp_path, *lines)
    with pytest.raises(BadLabels, match=rf"gt\.txt, line {line}: .*{message}") as caught:
        [list(video.labels()) for video in Mots().read(path.parent.parent)]
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name=walk", r"seqinfo\.ini: expected a section \[Sequence\]"),
        (
            "[Sequence]\nseqLength=many",
            r"seqinfo\.ini: expected a whole number above 0 as seqLength; found 'many'",
        ),
        ("[Sequence]\nimWidth=3\nimHeight=2", r"seqinfo\.ini: expected a height and width of 20 30"),
        ("[Sequence]\nseqLength=1", r"gt\.txt, line 2: expected a frame from 1 to 1, which is seqLength"),
    ],
)
def test_what_is_wrong_with_seqinfo_is_said(content, message, tmp_path):
    path = text_of(tmp_path, f"1 1001 1 {DOT}", f"2 1001 1 {DOT}")
    (path.parent.parent / "seqinfo.ini").write_text(content)
    with pytest.raises(BadLabels, match=message):
        Mots().read(path.parent.parent)


def test_folders_with_nothing_to_read_are_said(tmp_path):
    with pytest.raises(BadLabels, match=r"expected gt/gt\.txt, .* instances with PNGs; found none"):
        Mots().read(tmp_path)
    with pytest.raises(BadLabels, match=r"has no mask and no seqinfo\.ini"):
        Mots().read(text_of(tmp_path))


def test_labels_that_do_not_fit_are_refused(labels, tmp_path):
    many = [masklet(AOI(i, f"{i}", "#000000", category="bee"), {}) for i in range(1, 1001)]
    with pytest.raises(OutputError, match="room for 999 AOIs of one category, and drawn has more of 'bee'"):
        Mots().write([labels_of(many, 1)], tmp_path)
    with pytest.raises(OutputError, match="Two videos"):
        Mots().write([labels, replace(labels, video="Walk")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_export_leaves_no_half_file(labels, tmp_path):
    def stop(done, total):
        assert total == 4
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Mots().write([labels], tmp_path, progress=stop)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
