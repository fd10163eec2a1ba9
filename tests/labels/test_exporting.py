"""Studies go out as data sets: chosen frames, several formats, pictures, training and validation."""

import io
import shutil

import numpy as np
import pytest
from PIL import Image

import dwell
from dwell.errors import Cancelled, OutputError
from dwell.formats.contract import WriteOptions
from dwell.labels import Selection, export_labels
from dwell.labels.preparing import split, with_own_names
from dwell.project import Project
from formats.drawn import CUP, labels_of, masklet, square
from labels import plain
from shape_recordings import SIZE_HW, shapes_world, write_image_folder


@pytest.fixture(autouse=True)
def formats(monkeypatch):
    plain.register(monkeypatch)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return shapes_world(12).write_video(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def analysis(clip, tmp_path):
    """A video in which red is tracked on frames 0 … 7 only, and prompted on 2."""
    with dwell.open_analysis(clip, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(14, 15), frame_idx=2)
        analysis.track(span=(0, 8))
        yield analysis


def picture_in(path):
    with Image.open(path) as image:
        return np.asarray(image)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_one_format_goes_into_the_folder_and_several_into_one_each(analysis, tmp_path):
    (report,) = export_labels(analysis, ["plain"], tmp_path / "one")
    assert (report.format, report.path) == ("plain", tmp_path / "one" / "labels.plain")
    assert (report.n_frames, report.n_skipped) == (8, 4)
    assert "4 frames without an answer for every AOI left out: red on 0 lost and 4 untracked." in report.notes
    reports = export_labels(analysis, ["davis", "plain"], tmp_path / "two", selection=Selection(every=4))
    assert [each.format for each in reports] == ["davis", "plain"]
    assert [each.path for each in reports] == [tmp_path / "two/davis", tmp_path / "two/plain/labels.plain"]


def test_an_analysis_writes_what_has_an_answer_unless_told_otherwise(analysis, tmp_path):
    report = analysis.export("plain", tmp_path / "answered")
    assert (report.n_frames, report.n_masks, report.n_skipped) == (8, 8, 4)
    report = analysis.export("plain", tmp_path / "all", selection=Selection(unanswered="write"))
    assert (report.n_frames, report.n_masks, report.silent) == (12, 8, {"red": {"lost": 0, "unknown": 4}})
    (report,) = analysis.export(["plain"], tmp_path / "some", selection=Selection("anchors"))
    assert (report.n_frames, report.n_masks) == (1, 1)


def test_pictures_are_those_of_the_frames_and_of_no_others(analysis, clip, tmp_path):
    options = WriteOptions(pictures=True, picture_ending="png")
    choice = Selection(every=3)
    (report,) = export_labels(analysis, ["plain"], tmp_path / "out", selection=choice, options=options)
    assert report.n_pictures == 3
    folder = tmp_path / "out" / "images" / "clip"
    assert files(folder) == ["00000.png", "00003.png", "00006.png"]
    for frame_idx in (0, 3, 6):
        picture = picture_in(folder / f"{frame_idx:05d}.png")
        np.testing.assert_array_equal(picture, analysis.frames.read(frame_idx))


def test_jpg_pictures_have_quality_95(analysis, tmp_path):
    export_labels(
        analysis, ["plain"], tmp_path, selection=Selection("anchors"), options=WriteOptions(pictures=True)
    )
    with Image.open(tmp_path / "images" / "clip" / "00002.jpg") as image:
        # Its tables are those that another encoder writes at 95. Source: ITU-T T.81, annex K, scaled.
        reference = io.BytesIO()
        Image.fromarray(analysis.frames.read(2)).save(reference, "JPEG", quality=95)
        with Image.open(reference) as other:
            assert image.quantization == other.quantization


def test_an_image_that_is_one_already_is_copied_as_it_is_unless_exif_turns_it(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(3))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    Image.fromarray(shapes_world(3).frame(1)).rotate(180).save(shots / "shot_0002.png", exif=exif)
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("blue", dwell.Point(40, 45), frame_idx=0)
        analysis.track()
        export_labels(analysis, ["plain", "plain-boxes"], tmp_path / "out", options=WriteOptions(True, "png"))
        upright = analysis.frames.read(1)
    written = sorted((tmp_path / "out" / "plain" / "images").rglob("*.png"))
    assert [path.name for path in written] == ["shot_0001.png", "shot_0002.png", "shot_0003.png"]
    assert written[0].read_bytes() == (shots / "shot_0001.png").read_bytes()
    assert written[1].read_bytes() != (shots / "shot_0002.png").read_bytes()
    np.testing.assert_array_equal(picture_in(written[1]), upright)
    assert [path.read_bytes() for path in written] == [
        path.read_bytes() for path in sorted((tmp_path / "out" / "plain-boxes").rglob("*.png"))
    ]


def test_progress_counts_pictures_and_every_format_up_to_one_total(analysis, tmp_path):
    seen = []
    export_labels(
        analysis,
        ["plain", "davis"],
        tmp_path,
        options=WriteOptions(pictures=True),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert {total for _, total in seen} == {24}  # 8 frames, as pictures and in two formats
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (24, 24)


def test_stopped_among_the_pictures_those_there_are_whole_and_no_label_names_missing_ones(analysis, tmp_path):
    def stop(done, total):
        if done == 3:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        export_labels(analysis, ["plain"], tmp_path / "out", options=WriteOptions(True), progress=stop)
    assert files(tmp_path / "out") == [f"images/clip/0000{i}.jpg" for i in range(3)]
    for path in (tmp_path / "out").rglob("*.jpg"):
        assert picture_in(path).shape == (*SIZE_HW, 3)


def test_times_and_frames_per_second_come_from_the_recording(analysis, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(plain.Plain, "write", lambda self, videos, *_: seen.extend(videos) or stop())

    def stop():
        raise OutputError("seen")

    for subject in (analysis, analysis.project):
        with pytest.raises(OutputError, match="seen"):
            export_labels(subject, ["plain"], tmp_path)
    for labels in seen:
        assert labels.times_ns.tolist() == [40_000_000 * i for i in range(12)]
        assert labels.fps == pytest.approx(25)


def test_labels_need_the_project_only_but_pictures_need_the_video(clip, tmp_path):
    moved = shutil.copy(clip, tmp_path / "moved.mp4")
    with dwell.open_analysis(moved, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(14, 15), frame_idx=2)
    moved.unlink()
    with Project.open(tmp_path / "p.dwell", write=False) as project:
        choice = Selection("anchors")
        assert export_labels(project, ["plain"], tmp_path / "out", selection=choice)[0].n_masks == 1
        with pytest.raises(dwell.errors.UnknownRecording):
            export_labels(
                project, ["plain"], tmp_path / "o", selection=choice, options=WriteOptions(pictures=True)
            )


# -------------------------------------------------------------------- studies


def study(*names):
    return [labels_of([masklet(CUP, {0: square(1, 1, 5, 5)})], 1, video=name) for name in names]


def test_videos_of_one_name_get_numbers():
    named = with_own_names(study("kitchen", "Kitchen", "hall", "kitchen", " "))
    assert [each.video for each in named] == ["kitchen", "Kitchen-2", "hall", "kitchen-3", "video"]


def test_recordings_are_split_as_wholes_and_always_in_the_same_way():
    names = [f"r{i}" for i in range(10)]
    parts = {each.video: each.split for each in split(study(*names), 0.3)}
    assert sorted(parts.values()) == ["train"] * 7 + ["val"] * 3
    assert {each.video: each.split for each in split(study(*names[::-1]), 0.3)} == parts
    assert [each.split for each in split(study("a", "b"), 0.01)].count("val") == 1
    assert [each.split for each in split(study("a", "b", "c"), ["c", "a"])] == ["val", "train", "val"]
    assert {each.split for each in split(study("a", "b"), 0)} == {"train"}


@pytest.mark.parametrize(
    ("val", "says"),
    [
        (["nobody"], "no recording 'nobody' for validation; there are: a, b"),
        (["a", "b"], "none for training"),
    ],
)
def test_a_split_that_cannot_be(val, says):
    with pytest.raises(OutputError, match=says):
        split(study("a", "b"), val)
    with pytest.raises(OutputError, match="split by recording"):
        split(study("alone"), 0.2)
    with pytest.raises(ValueError, match="share"):
        split(study("a", "b"), 1.5)


def test_a_study_is_one_data_set_and_its_report_says_which_recording(tmp_path):
    projects = []
    for name, frames in (("one", range(4)), ("two", range(2))):
        project = Project.in_memory(size_hw=plain.SIZE_HW, n_frames=4)
        project.add_aoi("cup")
        project.write_masks(masklet(CUP, {i: square(1, 1, 5, 5) for i in frames}).record(i) for i in frames)
        projects.append(project)
        assert name
    (report,) = export_labels(projects, ["plain"], tmp_path)
    assert (report.n_frames, report.n_skipped) == (6, 2)
    assert report.skipped == {"memory-2: cup": {"lost": 0, "unknown": 2}}


def test_volumes_are_written_whole_and_one_by_one(analysis, tmp_path):
    pytest.importorskip("nibabel")
    with pytest.raises(OutputError, match="whole volumes"):
        export_labels(analysis, ["nifti"], tmp_path, selection=Selection(every=2))
    with pytest.raises(OutputError, match="one volume, and there are 2"):
        export_labels([analysis, analysis], ["nifti"], tmp_path)


def test_what_cannot_be_is_said_before_any_file_is_written(analysis, tmp_path):
    for formats, says in ((["plain", "cocoa"], "no label format named 'cocoa'"), ([], "No format given")):
        with pytest.raises(OutputError, match=says):
            export_labels(analysis, formats, tmp_path / "out")
    with pytest.raises(OutputError, match="No project given"):
        export_labels([], ["plain"], tmp_path / "out")
    with pytest.raises(OutputError, match="red on frames 8–11"):
        export_labels(analysis, ["plain"], tmp_path / "out", selection=Selection(unanswered="stop"))
    assert not (tmp_path / "out").exists()


def test_what_one_format_has_no_room_for_is_said_before_pictures_and_other_formats_are_written(
    analysis, tmp_path
):
    analysis.project.add_aoi("late", object_id=300)
    options, everything = WriteOptions(pictures=True), Selection(unanswered="write")
    with pytest.raises(OutputError, match="DAVIS has room for object_ids up to 255, but 'late' has 300"):
        export_labels(analysis, ["plain", "davis"], tmp_path / "o", selection=everything, options=options)
    assert not (tmp_path / "o").exists()
