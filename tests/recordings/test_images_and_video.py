"""Recordings without an eye tracker's own files: numbered images, and a video on its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dwell.errors import MissingStream, RecordingError
from dwell.recordings import open_recording
from recordings.samples import FRAME_TIMES, N_FRAMES, START_NS, write_csv, write_images, write_video

GAZE = [["timestamp_ns", "x_px", "y_px"], ["5", "1", "2"], ["40000000", "3", "4"]]

# ------------------------------------------------------------------ images


def test_images_in_order_of_their_numbers(tmp_path: Path) -> None:
    recording = open_recording(write_images(tmp_path / "cup"))
    assert (recording.kind, recording.name, recording.id) == ("images", "cup", "cup")
    assert [recording.scene.name(i) for i in range(4)] == ["frame8", "frame9", "frame10", "frame11"]
    assert not recording.has("gaze")


def test_images_have_no_times_and_a_note_says_what_is_taken(tmp_path: Path) -> None:
    recording = open_recording(write_images(tmp_path / "cup"))
    assert recording.clock.times_ns.tolist() == [0, 33_333_333, 66_666_667, 100_000_000]
    assert recording.notes == [
        "The images have no times; they are taken as 30 per second. Say fps= or add frames.csv."
    ]


def test_images_per_second_can_be_said(tmp_path: Path) -> None:
    recording = open_recording(write_images(tmp_path / "cup"), fps=10)
    assert recording.clock.times_ns.tolist() == [0, 100_000_000, 200_000_000, 300_000_000]
    assert recording.notes == []


def test_gaze_on_images_needs_their_times(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "cup")
    write_csv(folder / "gaze.csv", GAZE)
    with pytest.raises(
        RecordingError, match=r"images of 'cup' have no times, .* Say fps=, or add frames\.csv"
    ):
        open_recording(folder).clock  # noqa: B018
    recording = open_recording(folder, fps=30)
    assert recording.clock.frame_at(recording.gaze["timestamp [ns]"].to_numpy()).tolist() == [0, 1]


def test_images_with_frames_csv(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "cup")
    rows = [[str(i), str(START_NS + 50_000_000 * i)] for i in range(4)]
    write_csv(folder / "frames.csv", [["frame_index", "timestamp_ns"], *rows])
    clock = open_recording(folder).clock
    assert (clock.times_ns - START_NS).tolist() == [0, 50_000_000, 100_000_000, 150_000_000]


def test_images_with_the_times_of_a_tracker(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "cup")
    rows = [[str(time)] for time in FRAME_TIMES[:4]]
    write_csv(folder / "world_timestamps.csv", [["timestamp [ns]"], *rows])
    write_csv(folder / "gaze.csv", [GAZE[0], [str(FRAME_TIMES[2] + 1), "1", "2"]])
    recording = open_recording(folder)
    assert recording.kind == "images"
    assert recording.clock.times_ns.tolist() == FRAME_TIMES[:4]
    assert recording.clock.frame_at(recording.gaze["timestamp [ns]"].to_numpy()).tolist() == [2]


def test_images_with_a_gaze_table_from_elsewhere(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "cup")
    table = write_csv(tmp_path / "tables" / "P7.csv", GAZE)
    assert len(open_recording(folder, gaze=table, fps=30).gaze) == 2


# ------------------------------------------------------------------ stills


def test_one_image_is_a_recording_of_one_frame(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "cup")
    recording = open_recording(folder / "frame9.png")
    assert (recording.kind, recording.name, recording.id) == ("images", "frame9", "frame9")
    assert (len(recording.scene), recording.scene.name(0)) == (1, "frame9")
    assert recording.clock.times_ns.tolist() == [0]
    assert recording.notes == []
    assert not recording.has("gaze")


# ------------------------------------------------------------------ video


def test_a_video_alone(tmp_path: Path) -> None:
    recording = open_recording(write_video(tmp_path / "My walk.mp4"))
    assert (recording.kind, recording.name, recording.start_ns) == ("video", "My walk", 0)
    assert len(recording.clock) == len(recording.scene) == N_FRAMES
    np.testing.assert_allclose(recording.clock.times_ns, np.array(FRAME_TIMES) - START_NS, atol=12_000)
    assert recording.camera is None
    assert recording.notes == []
    with pytest.raises(MissingStream, match=r"'My walk' has no gaze\. Say gaze='FILE\.csv'\.") as caught:
        recording.gaze  # noqa: B018
    assert caught.value.stream == "gaze"
    recording.close()


def test_a_video_with_a_gaze_table(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "eye.csv", GAZE)
    with open_recording(write_video(tmp_path / "walk.mp4"), gaze=str(table)) as recording:
        assert recording.gaze["gaze x [px]"].tolist() == [1.0, 3.0]
        assert recording.gaze["worn"].all()


def test_a_gaze_table_is_also_looked_for_beside_the_video(tmp_path: Path) -> None:
    write_csv(tmp_path / "eye.csv", GAZE)
    assert len(open_recording(write_video(tmp_path / "walk.mp4"), gaze="eye.csv").gaze) == 2


def test_options_that_are_none_count_as_not_given(tmp_path: Path) -> None:
    recording = open_recording(write_video(tmp_path / "walk.mp4"), gaze=None, units=None, video=None)
    assert not recording.has("gaze")


def test_a_gaze_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"There is no gaze table .*eye\.csv; check gaze="):
        open_recording(write_video(tmp_path / "walk.mp4"), gaze=tmp_path / "eye.csv")


@pytest.mark.parametrize("beside", ["gaze.csv", "world_timestamps.csv", "recording.g3"])
def test_tables_beside_a_video_are_mentioned_not_used(tmp_path: Path, beside: str) -> None:
    video = write_video(tmp_path / "walk.mp4")
    (tmp_path / beside).write_text("")
    recording = open_recording(video)
    assert not recording.has("gaze")
    assert recording.notes == [f"{beside} lies beside walk.mp4 and is not used; open the folder to use it."]


def test_the_video_can_be_closed_and_touched_again(tmp_path: Path) -> None:
    recording = open_recording(write_video(tmp_path / "walk.mp4"))
    first = recording.scene.read(5)
    recording.close()
    recording.close()
    np.testing.assert_array_equal(recording.scene.read(5), first)
    recording.close()
