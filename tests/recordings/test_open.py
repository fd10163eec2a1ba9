"""Which reader, which of several recordings, and what is said when nothing fits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dwell.errors import MissingStream, SeveralRecordings, UnknownRecording
from dwell.recordings import open_recording, open_recordings
from recordings.samples import (
    INFO,
    RECORDING_ID,
    write_cloud,
    write_csv,
    write_images,
    write_plain,
    write_video,
)

GAZE = [["timestamp_ns", "x_px", "y_px"], ["5", "1", "2"]]


def two_recordings(folder: Path) -> Path:
    """A download of two recordings with the same name, as when nobody named them."""
    for letter in "ab":
        inner = folder / f"unnamed-{letter * 8}"
        inner.mkdir(parents=True)
        (inner / "info.json").write_text(json.dumps(INFO | {"recording_id": letter * 8 + RECORDING_ID[8:]}))
        write_csv(inner / "events.csv", [["recording id", "timestamp [ns]", "name", "type"]])
    return folder


# ------------------------------------------------------------------ which reader


def test_content_decides_not_names(tmp_path: Path) -> None:
    assert open_recording(write_cloud(tmp_path / "images", video=False)).kind == "pupil-cloud"
    plain = write_plain(tmp_path / "pupil cloud", *(GAZE[0], GAZE[1:]))
    assert open_recording(plain).kind == "gaze-csv"
    assert open_recording(write_images(tmp_path / "video.mp4")).kind == "images"
    assert open_recording(write_video(tmp_path / "gaze.csv.mp4")).kind == "video"


def test_a_text_path_will_do(tmp_path: Path) -> None:
    write_cloud(tmp_path)
    assert open_recording(str(tmp_path)).id == RECORDING_ID


def test_the_current_folder_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_images(tmp_path / "cup"))
    assert open_recording(".").name == "cup"


def test_other_files_and_hidden_folders_do_not_disturb(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path, video=False)
    write_cloud(tmp_path / ".trash", video=False)
    write_cloud(tmp_path / "study.dwell", video=False)
    (tmp_path / "__MACOSX").mkdir()
    (folder / "notes.txt").write_text("hello")
    (folder / ".DS_Store").write_bytes(b"\0")
    assert len(open_recordings(tmp_path)) == 1


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownRecording, match=r"There is no file or folder .*nowhere; check the spelling"
    ) as caught:
        open_recording(tmp_path / "nowhere")
    assert caught.value.path == tmp_path / "nowhere"


def test_when_no_reader_fits_each_says_why(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(UnknownRecording) as caught:
        open_recording(tmp_path)
    assert str(caught.value).splitlines() == [
        f"No reader fits {tmp_path}.",
        "  Pupil Cloud download: no folder has info.json with gaze.csv, fixations.csv, events.csv or "
        "world_timestamps.csv",
        "  enrichment of Pupil Cloud: no folder has a gaze.csv or fixations.csv of a Reference Image Mapper "
        "or Marker Mapper",
        "  look: no look.json",
        "  folder with a video and gaze.csv: the folder holds no video",
        "  medical volume (NIfTI or DICOM): it holds no DICOM files",
        "  folder of numbered images, or one image file: it holds no jpg or png images",
        "  video file: it is a folder or zip",
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            ["info.json", "gaze ps1.raw", "gaze ps1.time"],
            r"it is the native recording, .*download the recording as",
        ),
        (
            ["gaze.csv", "info.json", "export_info.csv"],
            r"it is an export of Neon Player, .*'Timeseries Data \+ Scene",
        ),
        (
            ["gaze.csv", "fixations.csv", "sections.csv", "aoi_metrics.csv"],
            r"it is an enrichment, not a recording",
        ),
        (["walk.mp4"], r"the folder holds no gaze\.csv; say gaze="),
        (["walk.mp4"], r"it is a folder or zip; open walk\.mp4 itself"),
        (["images/0.png", "images/1.png"], r"the images lie in inner folders; open images"),
        (["reference_image.jpeg"], r"the image reference_image\.jpeg has no number"),
        (["0.png", "report.pdf"], r"it also holds report\.pdf"),
    ],
)
def test_what_is_said_about_a_folder_of(tmp_path: Path, files: list[str], message: str) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(UnknownRecording, match=message):
        open_recording(tmp_path)


def test_what_is_said_about_one_table(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path, video=False)
    with pytest.raises(UnknownRecording, match=r"one table of a recording; open the folder it lies in"):
        open_recording(folder / "gaze.csv")


def test_a_folder_of_far_too_many_folders_is_not_searched_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dwell.recordings.source._MAX_FOLDERS", 10)
    for i in range(11):
        (tmp_path / str(i)).mkdir()
    with pytest.raises(
        UnknownRecording, match=r"holds more than 10 folders; open the recording's own folder"
    ):
        open_recording(tmp_path)


def test_the_reader_can_be_chosen(tmp_path: Path) -> None:
    plain = write_plain(tmp_path, GAZE[0], GAZE[1:])
    assert open_recording(plain, reader="gaze-csv").kind == "gaze-csv"
    with pytest.raises(UnknownRecording, match=r"is no Pupil Cloud download: no folder has info\.json"):
        open_recording(plain, reader="pupil-cloud")
    with pytest.raises(
        UnknownRecording,
        match=r"no reader named 'tobii'; choose one of: pupil-cloud, enrichment, look, gaze-csv",
    ):
        open_recording(plain, reader="tobii")


def test_an_option_that_the_reader_does_not_take(tmp_path: Path) -> None:
    write_cloud(tmp_path, video=False)
    with pytest.raises(TypeError, match=r"The reader 'pupil-cloud' has no option 'units'; it takes: video"):
        open_recording(tmp_path, units="ms")


# ------------------------------------------------------------------ which of several


def test_several_recordings_are_listed_with_how_to_choose(tmp_path: Path) -> None:
    two_recordings(tmp_path)
    message = (
        r"holds 2 recordings; choose one by name or id, name=… in Python or --recording on the command line: "
        r"'from the template' \(aaaaaaaa\), 'from the template' \(bbbbbbbb\)"
    )
    with pytest.raises(SeveralRecordings, match=message):
        open_recording(tmp_path)
    assert [recording.id[0] for recording in open_recordings(tmp_path)] == ["a", "b"]


def test_one_of_several_by_id_or_its_beginning(tmp_path: Path) -> None:
    two_recordings(tmp_path)
    assert open_recording(tmp_path, name="bbbbbbbb").id.startswith("bbbbbbbb-")
    assert open_recording(tmp_path, name="a" * 8 + RECORDING_ID[8:]).id.startswith("aaaaaaaa-")


def test_one_of_several_by_name(tmp_path: Path) -> None:
    write_cloud(tmp_path / "1", name="Küche", video=False)
    two_recordings(tmp_path / "2")
    assert open_recording(tmp_path, name="Küche").id == RECORDING_ID


def test_a_name_that_two_have_does_not_choose(tmp_path: Path) -> None:
    two_recordings(tmp_path)
    with pytest.raises(SeveralRecordings, match=r"holds 2 recordings named 'from the template'; choose"):
        open_recording(tmp_path, name="from the template")


def test_a_name_that_none_has_lists_them(tmp_path: Path) -> None:
    write_cloud(tmp_path, video=False)
    with pytest.raises(UnknownRecording, match=r"holds no recording named 'Kueche'; choose .*'Küche 2025"):
        open_recording(tmp_path, name="Kueche")


def test_a_recording_of_events_only_opens(tmp_path: Path) -> None:
    two_recordings(tmp_path)
    recording = open_recording(tmp_path, name="aaaaaaaa")
    assert len(recording.events) == 0
    with pytest.raises(MissingStream, match="has no gaze"):
        recording.gaze  # noqa: B018
