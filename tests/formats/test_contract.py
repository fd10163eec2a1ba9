"""What every label format promises, over all that are registered but those for volumes."""

import contextlib
import re
from pathlib import Path

import numpy as np
import pytest

from dwell.errors import BadLabels, Cancelled, OutputError
from dwell.formats.contract import LabelFormat, WriteOptions
from dwell.formats.found import Known
from dwell.masks import Mask
from dwell.registry import FORMATS, load
from dwell.types import AOI
from formats.drawn import CUP, SIZE_HW, SPOON, arrays_of, labels_of, masklet, square

ALL = {name: load(FORMATS, name)() for name in FORMATS if not load(FORMATS, name).about.of_volume}
READ = {name: format for name, format in ALL.items() if type(format).read is not LabelFormat.read}
every_format = pytest.mark.parametrize("format", ALL.values(), ids=ALL)
every_read_format = pytest.mark.parametrize("format", READ.values(), ids=READ)

CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14), 3: square(1, 1, 6, 9)}
SPOON_AT = {1: square(14, 15, 17, 28), 3: square(10, 10, 20, 30)}


def walk(**more):
    """Nothing overlaps, every mask is a rectangle; frame 2 shows nothing, the cup is lost there."""
    return labels_of([masklet(CUP, CUP_AT, lost=[2]), masklet(SPOON, SPOON_AT)], 4, "walk", **more)


def kitchen():
    door = AOI(1, "door", "#112233", category="furniture")
    return labels_of([masklet(door, {2: square(1, 1, 4, 9)})], 3, "kitchen")


def read(format, path, labels):
    return format.read(path, Known(labels.size_hw, labels.names))


def frames_of_video(video, labels):
    """The frame of the labels' video that each place stands for."""
    if video.numbers is not None:
        return list(video.numbers)
    return [labels.names.index(name) for name in video.names]


def boxes_found(video, labels):
    """(key, frame) → box of every label that is visible."""
    frames = frames_of_video(video, labels)
    boxes = {}
    for label in video.labels():
        box = label.mask.box_xyxy if label.mask is not None else label.box_xyxy
        if box is not None:
            assert (label.key, frames[label.frame]) not in boxes
            boxes[label.key, frames[label.frame]] = box
    return boxes


def boxes_drawn(labels):
    return {key: Mask.from_array(array).box_xyxy for key, array in arrays_of(labels).items()}


def write(format, videos, out):
    """The report, and None; or None, and why the format refuses these labels, before it writes any."""
    try:
        format.check(videos, out)
    except OutputError as error:
        with pytest.raises(OutputError, match=re.escape(str(error))):
            format.write(videos, out)
        return None, error
    return format.write(videos, out), None


def keeps_ids(format):
    return "ids" in format.about.keeps


def assert_same_boxes(format, found, drawn):
    if not keeps_ids(format):  # then it can only be said what is where
        found = {(frame, *np.round(box)): box for (_, frame), box in found.items()}
        drawn = {(frame, *box): box for (_, frame), box in drawn.items()}
    assert found.keys() == drawn.keys()
    for key, box in drawn.items():
        assert found[key] == pytest.approx(box, abs=0.01)


# ------------------------------------------------------------------ what it says of itself


@every_format
def test_it_says_what_it_is_what_it_keeps_and_where_it_is_described(format):
    about = format.about
    assert FORMATS.entries[format.name].endswith(f":{type(format).__name__}")
    assert all((about.title, about.files, about.keeps))
    assert about.source.startswith(("https://", "http://", "docs/")) or not about.source, "ours has none"
    assert about.shape in ("mask", "outline", "box")


# ------------------------------------------------------------------ out and in


@every_read_format
def test_ids_frames_and_boxes_come_back(format, tmp_path):
    labels = walk()
    report = format.write([labels], tmp_path / "out")
    assert (report.n_frames, report.n_masks) == (4, 5)
    assert report.silent == {"cup": {"lost": 1, "unknown": 0}, "spoon": {"lost": 0, "unknown": 2}}
    (video,) = read(format, report.path, labels)
    assert video.size_hw == SIZE_HW
    assert_same_boxes(format, boxes_found(video, labels), boxes_drawn(labels))
    assert boxes_found(video, labels) == boxes_found(video, labels), "labels are read anew at each call"
    if keeps_ids(format):
        assert {each.key for each in video.things} == {1, 3}
    if "names" in format.about.keeps:
        assert {each.name for each in video.things} == {"cup", "spoon"}


@every_read_format
def test_masks_come_back_to_the_pixel_where_it_has_masks(format, tmp_path):
    labels = walk()
    report = format.write([labels], tmp_path / "out")
    (video,) = read(format, report.path, labels)
    frames = frames_of_video(video, labels)
    masks = [(frames[each.frame], each.mask) for each in video.labels() if each.mask]
    drawn = [(frame, Mask.from_array(array)) for (_, frame), array in arrays_of(labels).items()]
    if format.about.shape != "box":
        assert sorted(masks, key=repr) == sorted(drawn, key=repr)


@every_read_format
def test_only_chosen_frames_are_written_and_numbers_are_the_video_s(format, tmp_path):
    labels = walk(chosen=np.array([1, 3]))
    report = format.write([labels], tmp_path / "out")
    assert (report.n_frames, report.n_masks) == (2, 4)
    assert report.silent["cup"] == {"lost": 0, "unknown": 0}
    (video,) = read(format, report.path, labels)
    assert_same_boxes(format, boxes_found(video, labels), boxes_drawn(labels))


@every_format
def test_several_videos_come_back_apart_or_are_refused(format, tmp_path):
    both = {each.video: each for each in (walk(), kitchen())}
    report, refused = write(format, list(both.values()), tmp_path / "out")
    if refused:
        assert "one video" in str(refused)
        assert not (tmp_path / "out").exists()
        return
    assert (report.n_frames, report.n_masks) == (7, 6)
    if format.name in READ:
        videos = {each.name: each for each in format.read(report.path, Known(SIZE_HW, walk().names))}
        assert videos.keys() == both.keys()
        for name, video in videos.items():
            assert_same_boxes(format, boxes_found(video, both[name]), boxes_drawn(both[name]))


NAMES = ["Küche, links", "杯子", 'say "<b>&amp;\\n"', "a/b: c?", "'; --", "{0}%s"]


@every_format
def test_names_of_any_script_are_kept_or_the_format_has_no_names(format, tmp_path):
    masklets = [
        masklet(AOI(i, name, "#0072b2"), {0: square(2 * i, 0, 2 * i + 2, 5)})
        for i, name in enumerate(NAMES, 1)
    ]
    labels = labels_of(masklets, 1)
    report = format.write([labels], tmp_path / "out")
    assert all(tmp_path in path.resolve().parents for path in tmp_path.rglob("*"))
    if format.name in READ:
        (video,) = read(format, report.path, labels)
        assert_same_boxes(format, boxes_found(video, labels), boxes_drawn(labels))
        if "names" in format.about.keeps:
            assert {each.name for each in video.things} == set(NAMES)


@every_format
@pytest.mark.parametrize("n_frames", [0, 2])
def test_a_project_without_aois_can_be_written(format, n_frames, tmp_path):
    labels = labels_of([], n_frames, "walk")
    report = format.write([labels], tmp_path / "out")
    assert (report.n_frames, report.n_masks, report.silent) == (n_frames, 0, {})
    if format.name in READ and report.path.exists() and n_frames:
        found = read(format, report.path, labels)
        assert [label for video in found for label in video.labels()] == []


# ------------------------------------------------------------------ recognising


@every_read_format
def test_what_it_wrote_is_recognised_and_taken_for_nothing_else(format, tmp_path):
    report = format.write([walk()], tmp_path / "out")
    for path in {report.path, tmp_path / "out"}:
        first = next((name for name, each in ALL.items() if each.fits(path)), None)
        assert first == format.name, path


@every_format
def test_what_is_no_labels_at_all_is_not_recognised(format, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "words.txt").write_text("Dear diary,\ntoday, 3 eggs.\n")
    (tmp_path / "other.json").write_text('{"name": "package", "version": 1}')
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "other.xml").write_text("<html><body/></html>")
    (tmp_path / "gaze.csv").write_text("timestamp [ns],gaze x [px],gaze y [px]\n1,2,3\n")
    assert not any(format.fits(path) for path in tmp_path.iterdir())
    assert not format.fits(tmp_path / "not there")


@every_read_format
def test_what_is_not_there_is_refused_by_name_and_what_is_empty_has_no_labels(format, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(BadLabels, match="not there"):
        format.read(tmp_path / "not there.json", Known(SIZE_HW, ["00000"]))
    with contextlib.suppress(BadLabels):  # or it is a table without rows
        videos = format.read(tmp_path / "empty", Known(SIZE_HW, ["00000"]))
        assert [label for video in videos for label in video.labels()] == []


# ------------------------------------------------------------------ files whole or not at all


def files_in(folder: Path):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@every_format
def test_a_cancelled_export_leaves_no_half_file(format, tmp_path):
    def stop(done, total):
        if done == 2:
            raise Cancelled("Stopped.")

    format.write([walk()], tmp_path / "whole")
    with pytest.raises(Cancelled):
        format.write([walk()], tmp_path / "stopped", progress=stop)
    whole = files_in(tmp_path / "whole")
    if (tmp_path / "stopped").exists():
        for name, content in files_in(tmp_path / "stopped").items():
            assert content == whole[name]


@every_format
def test_progress_reaches_its_total_step_by_step(format, tmp_path):
    told = []
    format.write([walk()], tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] >= 4
    assert told == sorted(told)
    assert len({total for _, total in told}) == 1


@every_format
def test_the_same_labels_make_the_same_files(format, tmp_path):
    for name in ("once", "again"):
        format.write([walk()], tmp_path / name)
    assert files_in(tmp_path / "once") == files_in(tmp_path / "again")


@every_format
def test_pictures_have_a_place_of_their_own_below_the_folder(format):
    options = WriteOptions(pictures=True, picture_ending="png")
    videos = [walk(), kitchen()]
    places = [format.picture_path(each, i, options) for each in videos for i in each.frames]
    assert len(set(places)) == 7
    for place in places:
        assert place.endswith(".png")
        assert not Path(place).is_absolute()
        assert ".." not in Path(place).parts


# ------------------------------------------------------------------ what cannot be said

HARD = {
    "an id above 255": [masklet(AOI(70_000, "late", "#000000"), {0: square(1, 1, 4, 4)})],
    "a hole": [masklet(CUP, {0: square(2, 2, 12, 12) & ~square(5, 5, 8, 8)})],
    "two parts": [masklet(CUP, {0: square(2, 2, 5, 5) | square(10, 10, 14, 20)})],
    "parts that touch at a corner": [masklet(CUP, {0: square(2, 2, 5, 5) | square(5, 5, 9, 9)})],
    "one pixel": [masklet(CUP, {0: square(4, 4, 5, 5)})],
    "the whole frame": [masklet(CUP, {0: square(0, 0, 20, 30)})],
    "one over another": [masklet(CUP, {0: square(2, 2, 12, 12)}), masklet(SPOON, {0: square(5, 5, 7, 20)})],
    "one hidden by another": [masklet(CUP, {0: square(5, 5, 8, 8)}), masklet(SPOON, {0: square(5, 5, 8, 8)})],
}


@every_read_format
@pytest.mark.parametrize("what", HARD)
def test_what_it_cannot_say_is_refused_or_counted(format, what, tmp_path):
    labels = labels_of(HARD[what], 1)
    report, refused = write(format, [labels], tmp_path / "out")
    if refused:
        assert ";" in str(refused), "it says what to do"
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]
        return
    (video,) = read(format, report.path, labels)
    drawn = arrays_of(labels)
    if format.about.shape == "box":
        assert_same_boxes(format, boxes_found(video, labels), boxes_drawn(labels))
        return
    kept = sorted(each.mask.to_array().tobytes() for each in video.labels() if each.mask)
    exact = kept == sorted(array.tobytes() for array in drawn.values())
    counted = report.overlapping_px > 0 or bool(report.lost)
    assert exact or counted
    if keeps_ids(format) and exact:
        assert {each.key for each in video.labels()} == {key for key, _ in drawn} or report.lost
