"""MOT Challenge: read back by py-motmetrics and as TrackEval does, and files of other programs."""

import configparser
import csv
import warnings

import motmetrics
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import WriteOptions
from dwell.formats.found import Known
from dwell.formats.mot import Mot
from dwell.masks import Mask
from dwell.types import AOI
from formats.drawn import CUP, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(0, 0, 20, 30), 2: square(4, 2, 6, 12)}
SPOON_AT = {0: square(5, 7, 9, 8)}


def drawn(video="drawn", **more):
    return labels_of([masklet(SPOON, SPOON_AT), masklet(CUP, CUP_AT, lost=[3])], 4, video, **more)


def read_by_motmetrics(file):
    """(frame, id) → (left, top, width, height), pixels from 0 as py-motmetrics makes them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls pandas in ways that will change
        table = motmetrics.io.loadtxt(str(file), fmt="mot16", min_confidence=1)
    return {index: tuple(row) for index, row in zip(table.index, table.to_numpy()[:, :4], strict=True)}


def read_as_trackeval(folder):
    """Boxes by frame, as its class MotChallenge2DBox reads them: frames within seqLength, 8 values a line."""
    info = configparser.ConfigParser()
    info.read(folder / "seqinfo.ini", encoding="utf-8")
    n_frames = int(info["Sequence"]["seqLength"])
    frames = {str(i + 1): [] for i in range(n_frames)}
    with (folder / "gt" / "gt.txt").open(encoding="utf-8") as file:
        for row in csv.reader(file):
            frames[row[0]].append((int(row[1]), *map(float, row[2:7]), int(row[7])))
    return frames


def boxes_of(found):
    return {(label.key, found.numbers[label.frame]): label.box_xyxy for label in found.labels()}


def files(folder, **contents):
    """A folder with these files: ``gt`` is gt/gt.txt, ``labels`` gt/labels.txt and ``info`` seqinfo.ini."""
    paths = {"gt": "gt/gt.txt", "labels": "gt/labels.txt", "info": "seqinfo.ini"}
    (folder / "gt").mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        (folder / paths[name]).write_text(text, encoding="utf-8")
    return folder


INFO = "[Sequence]\nname=walk\nimWidth=30\nimHeight=20\nseqLength=9\n"


def test_frames_ids_and_pixels_count_from_one(tmp_path):
    report = Mot().write([drawn(fps=29.97)], tmp_path)
    assert (tmp_path / "drawn/gt/gt.txt").read_text() == (
        "1,1,1,1,30,20,1,1,1\n"  # the cup fills the picture
        "1,3,8,6,1,4,1,2,1\n"
        "3,1,3,5,10,2,1,1,1\n"
    )
    assert (tmp_path / "drawn/gt/labels.txt").read_text() == "cup\ncutlery\n"
    assert (
        "frameRate=30\nseqLength=4\nimWidth=30\nimHeight=20\nimExt=.jpg\n"
        in (tmp_path / "drawn/seqinfo.ini").read_text()
    )
    assert (report.n_frames, report.n_masks) == (4, 3)
    assert "cup: no label on 1 lost and 1 untracked frames." in report.notes
    assert "drawn: its frame rate of 29.97 is 30 in seqinfo.ini." in report.notes
    assert Mot().picture_path(drawn(), 2, WriteOptions()) == "drawn/img1/000003.jpg"


def test_motmetrics_and_trackeval_read_the_boxes(tmp_path):
    Mot().write([drawn()], tmp_path)
    assert read_by_motmetrics(tmp_path / "drawn/gt/gt.txt") == {
        (1, 1): (0, 0, 30, 20), (1, 3): (7, 5, 1, 4), (3, 1): (2, 4, 10, 2)
    }  # fmt: skip
    frames = read_as_trackeval(tmp_path / "drawn")
    assert [len(frames[str(i)]) for i in range(1, 5)] == [2, 0, 1, 0]
    assert frames["3"] == [(1, 3, 5, 10, 2, 1, 1)]


@settings(max_examples=30, deadline=None)
@given(labels=random_labels())
def test_motmetrics_finds_the_box_of_every_mask(tmp_path_factory, labels):
    out = tmp_path_factory.mktemp("mot")
    Mot().write([labels], out)
    expected = {key: Mask.from_array(array).box_xyxy for key, array in arrays_of(labels).items()}
    if expected:  # py-motmetrics does not read an empty file
        assert read_by_motmetrics(out / "drawn/gt/gt.txt") == {
            (frame_idx + 1, object_id): (x0, y0, x1 - x0, y1 - y0)
            for (object_id, frame_idx), (x0, y0, x1, y1) in expected.items()
        }
    (found,) = Mot().read(out)
    assert boxes_of(found) == expected
    assert found.n_labels == len(expected)
    assert {thing.key: thing.category for thing in found.things} == {
        aoi.object_id: aoi.category or aoi.name
        for aoi in labels.aois
        if aoi.object_id in {object_id for object_id, _ in expected}
    }


def test_only_chosen_frames_are_written_and_the_report_says_so(tmp_path):
    report = Mot().write([drawn(chosen=np.array([2, 3]))], tmp_path)
    assert (tmp_path / "drawn/gt/gt.txt").read_text() == "3,1,3,5,10,2,1,1,1\n"
    assert report.n_frames == 2
    assert any("2 of 4 frames were not chosen" in note for note in report.notes)
    assert "drawn: its frame rate is not known, so seqinfo.ini says 0." in report.notes


def test_the_challenges_own_classes_keep_their_numbers(tmp_path):
    car = AOI(7, "red one", "#ff0000", category="car")
    Mot().write([labels_of([masklet(car, {0: square(0, 0, 1, 1)})], 1)], tmp_path)
    assert (tmp_path / "drawn/gt/gt.txt").read_text() == "1,7,1,1,1,1,1,3,1\n"
    assert (tmp_path / "drawn/gt/labels.txt").read_text().startswith("pedestrian\nperson on vehicle\ncar\n")


def test_each_video_has_a_folder_and_all_have_the_same_classes(tmp_path):
    plate = labels_of([masklet(AOI(1, "plate", "#000000"), {1: square(0, 0, 2, 2)})], 2, "Küche 2/3")
    told = []
    Mot().write([drawn(), plate], tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (6, 6)
    first, second = Mot().read(tmp_path)
    assert (first.name, len(first.names)) == ("Küche 2/3", 2)
    assert (second.name, second.size_hw, second.numbers) == ("drawn", (20, 30), range(4))
    assert [thing.category for thing in first.things] == ["plate"]
    assert (tmp_path / "Küche_2_3/gt/labels.txt").read_text("utf-8") == "cup\ncutlery\nplate\n"


def test_videos_that_would_share_a_folder_are_refused(tmp_path):
    with pytest.raises(OutputError, match="'a b' and 'a/b'"):
        Mot().write([drawn("a b"), drawn("a/b")], tmp_path)


def test_ground_truth_sorted_by_track_is_read_frame_by_frame(tmp_path):
    gt = "2,1,-3,1,10,5,1,1,0.5\n1,1,1,1,10,5,1,1,1\n1,2,21,11,20,20,0,7,1\n5,2,500,500,9,9,0,7,1\n"
    (found,) = Mot().read(files(tmp_path, gt=gt, info=INFO))
    assert [(label.key, label.frame, label.box_xyxy) for label in found.labels()] == [
        (1, 0, (0, 0, 10, 5)), (2, 0, (20, 10, 30, 20)), (1, 1, (0, 0, 6, 5))
    ]  # fmt: skip
    assert [thing.name for thing in found.things] == ["pedestrian 1", "static person 2"]
    assert found.n_labels == 3
    assert found.lost == (
        "2 boxes are marked as not to be considered (conf 0).",
        "1 boxes have a visibility below 1.",
        "2 boxes are beyond the picture and cut off at its edge.",
        "1 box is outside the picture and left out.",
    )


def test_results_of_a_tracker_have_scores_and_no_class(tmp_path):
    file = tmp_path / "MOT17-02.txt"
    file.write_text("1, 3, 11.5, 1, 4, 5, 0.9, -1, -1, -1\n", encoding="utf-8")
    (found,) = Mot().read(file, Known(size_hw=(20, 30)))
    (label,) = found.labels()
    assert (label.box_xyxy, label.score, label.keyframe) == ((10.5, 0, 14.5, 5), pytest.approx(0.9), False)
    assert (found.name, found.things[0].name, found.things[0].category) == ("MOT17-02", "object 3", None)


def test_the_size_is_taken_from_the_pictures_where_there_is_no_seqinfo(tmp_path):
    files(tmp_path, gt="1,1,1,1,2,2,1,1,1\n", labels="cup\n")
    with pytest.raises(BadLabels, match="size of the pictures is not known"):
        Mot().read(tmp_path)
    (tmp_path / "img1").mkdir()
    Image.new("RGB", (40, 25)).save(tmp_path / "img1" / "000001.jpg")
    assert Mot().read(tmp_path)[0].size_hw == (25, 40)


@pytest.mark.parametrize(
    ("gt", "line", "words"),
    [
        ("1,1,1,1,2,2,1,1,1\n1,2,1,1\n", 2, "found 4 values"),
        ("1,1,1,one,2,2,1,1,1\n", 1, "a number as top; found 'one'"),
        ("1,1,1,nan,2,2,1,1,1\n", 1, "a number as top; found 'nan'"),
        ("0,1,1,1,2,2,1,1,1\n", 1, "a whole number from 1 on as frame; found 0"),
        ("1,-1,1,1,2,2,0.5,-1,-1,-1\n", 1, "belong to no track"),
        ("1,1,1,1,0,2,1,1,1\n", 1, "found 0 × 2 px"),
        ("10,1,1,1,2,2,1,1,1\n", 1, "a frame from 1 to 9, which is seqLength"),
        ("1,1,1,1,2,2,1,3,1\n", 1, "a class from 1 to 2"),
        ("1,1,1,1,2,2,1,1,1\n2,1,1,1,2,2,1,2,1\n", 2, "class 1 for id 1, as on line 1"),
        ("1,1,1,1,2,2,1,1,1\n2,1,1,1,2,2,1,1,1\n1,1,3,3,2,2,1,1,1\n", 3, "a second box of 1"),
    ],
)
def test_a_bad_line_is_named(tmp_path, gt, line, words):
    with pytest.raises(BadLabels, match=words) as caught:
        Mot().read(files(tmp_path, gt=gt, info=INFO, labels="cup\nspoon\n"))
    assert f"gt.txt, line {line}" in str(caught.value)
    assert (caught.value.path, caught.value.line) == (tmp_path / "gt/gt.txt", line)


def test_class_names_in_another_encoding_are_named(tmp_path):
    folder = files(tmp_path, gt="1,1,1,1,2,2,1,1,1\n", info=INFO)
    (folder / "gt/labels.txt").write_bytes("Gefäß\n".encode("latin-1"))
    with pytest.raises(BadLabels, match=r"labels\.txt: expected a text file in UTF-8"):
        Mot().read(folder)


@pytest.mark.parametrize("info", ["imWidth=30\n", "[Sequence]\nimWidth=30\nimHeight=2o\n"])
def test_a_bad_seqinfo_is_named(tmp_path, info):
    with pytest.raises(BadLabels, match="seqinfo.ini: expected"):
        Mot().read(files(tmp_path, gt="1,1,1,1,2,2,1,1,1\n", info=info))


@pytest.mark.parametrize("name", ["../pictures", "/pictures", ".."])
def test_pictures_are_looked_for_in_the_sequence_only(tmp_path, name):
    folder = files(tmp_path / "walk", gt="1,1,1,1,2,2,1,1,1\n", info=f"[Sequence]\nimDir={name}\n")
    with pytest.raises(BadLabels, match=r"seqinfo\.ini: expected the name of a folder beside it as imDir"):
        Mot().read(folder)


def test_folders_are_recognised(tmp_path):
    assert not Mot().fits(tmp_path)
    with pytest.raises(BadLabels, match="expected a folder with gt/gt.txt"):
        Mot().read(tmp_path)
    Mot().write([drawn()], tmp_path)
    assert all(Mot().fits(path) for path in (tmp_path, tmp_path / "drawn", tmp_path / "drawn/gt/gt.txt"))
    mots = files(tmp_path / "mots", gt="1 2001 2 20 30 abc\n")
    assert not Mot().fits(mots)
