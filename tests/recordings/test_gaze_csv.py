"""A video with a gaze table of nobody in particular: units and origins are said, never guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dwell.errors import BadTable, CorruptVideo, RecordingError, UnknownRecording
from dwell.recordings import open_recording
from recordings.samples import (
    FRAME_TIMES,
    N_FRAMES,
    START_NS,
    naive_rows,
    write_csv,
    write_plain,
    write_video,
)

PX = ["timestamp_ns", "x_px", "y_px"]
PTS_NS = [time - START_NS for time in FRAME_TIMES]


def sidecar(folder: Path, **content: Any) -> Path:
    (folder / "recording.json").write_text(json.dumps(content))
    return folder


# ------------------------------------------------------------------ what the columns say themselves


def test_pixels_and_nanoseconds_need_no_word(tmp_path: Path) -> None:
    write_plain(
        tmp_path,
        [*PX, "worn", "fixation_id"],
        [["1", "10.5", "20.25", "1", "4"], ["5000003", "", "", "0", ""]],
    )
    with open_recording(tmp_path) as recording:
        gaze, rows = recording.gaze, naive_rows(tmp_path / "gaze.csv")
        assert gaze["timestamp [ns]"].tolist() == [int(row["timestamp_ns"]) for row in rows]
        assert gaze["gaze x [px]"].iloc[0] == 10.5
        assert np.isnan(gaze["gaze y [px]"].iloc[1])
        assert gaze["worn"].tolist() == [True, False]
        assert gaze["fixation id"].tolist()[0] == 4
        assert recording.kind == "gaze-csv"
        assert recording.name == recording.id == tmp_path.name


@pytest.mark.parametrize(
    ("heading", "text", "ns"),
    [
        ("timestamp [ns]", "90000001", 90_000_001),
        ("timestamp_us", "90000.001", 90_000_001),
        ("time_ms", "90.000001", 90_000_001),
        ("Time (ms)", "90", 90_000_000),
        ("timestamp_s", "0.090000001", 90_000_001),
        ("t [s]", "0.09", 90_000_000),
        ("gaze_timestamp [µs]", "90000", 90_000_000),
    ],
)
def test_the_time_columns_name_tells_its_unit(tmp_path: Path, heading: str, text: str, ns: int) -> None:
    write_plain(tmp_path, [heading, "x_px", "y_px"], [[text, "1", "2"]])
    assert open_recording(tmp_path).gaze["timestamp [ns]"].tolist() == [ns]


@pytest.mark.parametrize(
    "names",
    [("x_px", "y_px"), ("gaze x [px]", "gaze y [px]"), ("X (px)", "Y (px)"), ("gaze_x_px", "gaze_y_px")],
)
def test_the_position_columns_names_tell_their_unit(tmp_path: Path, names: tuple[str, str]) -> None:
    write_plain(tmp_path, ["timestamp_ns", *names], [["0", "63.5", "47.5"]])
    gaze = open_recording(tmp_path).gaze
    assert gaze[["gaze x [px]", "gaze y [px]"]].to_numpy().tolist() == [[63.5, 47.5]]


def test_normalised_from_the_top(tmp_path: Path) -> None:
    write_plain(tmp_path, ["timestamp_ns", "x_norm", "y_norm"], [["0", "0.25", "0.25"]])
    gaze = open_recording(tmp_path, origin="top-left").gaze  # the video is 64 × 48 px
    assert gaze[["gaze x [px]", "gaze y [px]"]].to_numpy().tolist() == [[16.0, 12.0]]


def test_normalised_from_the_bottom(tmp_path: Path) -> None:
    write_plain(tmp_path, ["timestamp_ns", "x_norm", "y_norm"], [["0", "0.25", "0.25"]])
    gaze = open_recording(tmp_path, origin="bottom-left").gaze
    assert gaze[["gaze x [px]", "gaze y [px]"]].to_numpy().tolist() == [[16.0, 36.0]]


def test_pupil_cores_own_names_are_known_to_count_from_the_bottom(tmp_path: Path) -> None:
    write_plain(tmp_path, ["gaze_timestamp [s]", "norm_pos_x", "norm_pos_y"], [["0.1", "0.25", "0.25"]])
    gaze = open_recording(tmp_path).gaze
    assert gaze[["gaze x [px]", "gaze y [px]"]].to_numpy().tolist() == [[16.0, 36.0]]


def test_pixels_from_the_bottom(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "16", "12"]])
    gaze = open_recording(tmp_path, origin="bottom-left").gaze
    assert gaze[["gaze x [px]", "gaze y [px]"]].to_numpy().tolist() == [[16.0, 36.0]]


# ------------------------------------------------------------------ what has to be said


def refused(folder: Path, message: str, **options: Any) -> None:
    with pytest.raises(BadTable, match=message) as caught:
        open_recording(folder, **options).gaze  # noqa: B018
    assert (caught.value.line, caught.value.stream) == (1, "gaze")


def test_a_time_without_unit_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    write_plain(tmp_path, ["timestamp", "x_px", "y_px"], [["1760676788219", "1", "2"]])
    message = (
        r"gaze\.csv, line 1: the time column 'timestamp' does not say its unit\. "
        r"Say units='ns', 'us', 'ms' or 's' \(the values look like ms\), or write it into the name"
    )
    refused(tmp_path, message)
    assert open_recording(tmp_path, units="ms").gaze["timestamp [ns]"].tolist() == [1_760_676_788_219_000_000]


def test_a_small_time_without_unit_gets_no_suggestion(tmp_path: Path) -> None:
    write_plain(tmp_path, ["time", "x_px", "y_px"], [["0.02", "1", "2"]])
    refused(tmp_path, r"'ms' or 's', or write it into the name")


def test_a_unit_said_against_the_columns_own_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, ["time_ms", "x_px", "y_px"], [["20", "1", "2"]])
    refused(tmp_path, r"'time_ms' says ms, but units='s'\. Drop one of them", units="s")


def test_a_position_without_unit_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    write_plain(tmp_path, ["time_ms", "gaze_x", "gaze_y"], [["20", "812", "2"]])
    message = r"'gaze_x' does not say whether it is in pixels or normalised .*\(the values look like pixels\)"
    refused(tmp_path, message)
    assert open_recording(tmp_path, normalised=False).gaze["gaze x [px]"].tolist() == [812.0]


def test_normalised_without_an_origin_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, ["time_ms", "x_norm", "y_norm"], [["20", "0.5", "0.5"]])
    refused(tmp_path, r"'x_norm' is normalised, and nothing says where \(0, 0\) is\. Say origin='top-left'")


def test_normalised_said_against_the_columns_own_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["20", "5", "5"]])
    refused(tmp_path, r"'x_px' says px, but normalised=True", normalised=True)


def test_any_column_can_be_chosen(tmp_path: Path) -> None:
    header = ["when", "links [px]", "oben [px]", "x_px", "time_ms"]
    write_plain(tmp_path, header, [["3", "10", "20", "0", "0"]])
    recording = open_recording(tmp_path, time="when", units="ms", x="links [px]", y="oben [px]")
    assert recording.gaze.iloc[0, :3].tolist() == [3_000_000, 10.0, 20.0]


def test_a_chosen_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, ["when_ms", "x_px", "y_px"], [["3", "10", "20"]])
    refused(
        tmp_path,
        r"no column 'when'; the columns are 'when_ms', 'x_px', 'y_px'\. The nearest is 'when_ms'",
        time="when",
    )


def test_two_time_columns_need_a_choice(tmp_path: Path) -> None:
    write_plain(tmp_path, ["timestamp_ns", "time_ms", "x_px", "y_px"], [["3000000", "3", "10", "20"]])
    refused(tmp_path, r"2 columns could be the time: 'timestamp_ns', 'time_ms'\. Say which with time='NAME'")


def test_no_time_column_lists_the_columns(tmp_path: Path) -> None:
    write_plain(tmp_path, ["nr", "x_px", "y_px"], [["3", "10", "20"]])
    refused(
        tmp_path, r"no column for the time; the columns are 'nr', 'x_px', 'y_px'\. Say which with time='NAME'"
    )


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("units", "minutes", "'units' must be ns, us, ms or s, got 'minutes'"),
        ("origin", "centre", "'origin' must be top-left or bottom-left, got 'centre'"),
        ("clock_offset_ns", 1.5, "'clock_offset_ns' must be whole nanoseconds, got 1.5"),
        ("min_confidence", 60, "'min_confidence' must be a number from 0 to 1, got 60"),
        ("x", 3, "'x' must be text, got 3"),
    ],
)
def test_an_option_with_a_value_it_cannot_have(
    tmp_path: Path, option: str, value: object, expected: str
) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"]])
    with pytest.raises(ValueError, match=expected):
        open_recording(tmp_path, **{option: value})
    sidecar(tmp_path, **{option: value})
    with pytest.raises(BadTable, match=rf"recording\.json: {expected}"):
        open_recording(tmp_path)


# ------------------------------------------------------------------ confidence


def test_samples_below_the_confidence_count_as_missing(tmp_path: Path) -> None:
    rows = [["0", "1", "2", "0.59"], ["5", "3", "4", "0.6"], ["9", "5", "6", ""]]
    write_plain(tmp_path, [*PX, "confidence"], rows)
    recording = open_recording(tmp_path, min_confidence=0.6)
    assert recording.gaze["gaze x [px]"].isna().tolist() == [True, False, True]
    assert "2 sample(s) with confidence below 0.6 count as missing" in recording.notes[0]


def test_an_unused_confidence_is_mentioned(tmp_path: Path) -> None:
    write_plain(tmp_path, [*PX, "confidence"], [["0", "1", "2", "0.1"]])
    recording = open_recording(tmp_path)
    assert recording.gaze["gaze x [px]"].tolist() == [1.0]
    assert "has a column 'confidence' that is not used" in recording.notes[0]


def test_a_confidence_limit_without_the_column_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"]])
    with pytest.raises(BadTable, match="no column 'confidence', but min_confidence was given"):
        open_recording(tmp_path, min_confidence=0.5).gaze  # noqa: B018


# ------------------------------------------------------------------ clocks


def test_frame_times_come_from_frames_csv(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [[str(START_NS + 5), "1", "2"]])
    rows = [[str(i), str(time)] for i, time in enumerate(FRAME_TIMES)]
    write_csv(tmp_path / "frames.csv", [["frame_index", "timestamp_ns"], *rows])
    with open_recording(tmp_path) as recording:
        assert recording.clock.times_ns.tolist() == FRAME_TIMES
        assert recording.clock.frame_at(recording.gaze["timestamp [ns]"].to_numpy()).tolist() == [
            -1
        ]  # filler
        assert recording.start_ns == START_NS
        assert recording.duration_ns == recording.clock.end_ns - START_NS


def test_frames_csv_must_count_every_frame(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"]])
    write_csv(tmp_path / "frames.csv", [["frame_index", "timestamp_ns"], ["0", "0"], ["2", "66"]])
    with pytest.raises(
        BadTable, match=r"frames\.csv, line 3: frame 2 where frame 1 was expected\. Give one row per frame"
    ):
        open_recording(tmp_path).clock  # noqa: B018


def test_without_frames_csv_gaze_and_video_must_share_their_zero(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["160000000", "1", "2"]])
    with open_recording(tmp_path) as recording:
        np.testing.assert_allclose(recording.clock.times_ns, PTS_NS, atol=12_000)  # one tick of 1/90 000 s
        assert recording.clock.frame_at(np.array([160_000_000])).tolist() == [3]
        assert "time 0 of the gaze table is taken as the first frame" in recording.notes[-1]


def test_gaze_on_another_clock_than_the_video_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [[str(START_NS), "1", "2"]])
    with pytest.raises(
        RecordingError, match=r"so the two clocks differ\. Say video_start_ns= .* clock_offset_ns=, or add"
    ):
        open_recording(tmp_path).clock  # noqa: B018


def test_the_videos_start_can_be_said(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [[str(START_NS + 160_000_000), "1", "2"]])
    with open_recording(tmp_path, video_start_ns=START_NS) as recording:
        np.testing.assert_allclose(recording.clock.times_ns - START_NS, PTS_NS, atol=12_000)
    with open_recording(tmp_path, video_start_ns="first gaze") as recording:
        assert recording.clock.times_ns[0] == START_NS + 160_000_000


def test_the_clock_offset_moves_gaze_fixations_blinks_and_events_alike(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["1000", "1", "2"]])
    write_csv(tmp_path / "fixations.csv", [["fixation_id", "start_ms", "end_ms"], ["1", "1", "2"]])
    write_csv(tmp_path / "blinks.csv", [["id", "start [s]", "end [s]"], ["1", "0.001", "0.002"]])
    write_csv(tmp_path / "events.csv", [["timestamp_us", "event"], ["7", "los"]])
    recording = open_recording(tmp_path, clock_offset_ns=-500)
    assert recording.gaze["timestamp [ns]"].tolist() == [500]
    assert recording.fixations["start timestamp [ns]"].tolist() == [999_500]
    assert recording.blinks["end timestamp [ns]"].tolist() == [1_999_500]
    assert recording.events["timestamp [ns]"].tolist() == [6_500]
    assert recording.events["name"].tolist() == ["los"]


def test_a_clock_offset_that_leads_out_of_range_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["1000", "1", "2"]])
    with pytest.raises(BadTable, match="clock_offset_ns takes the times out of range"):
        open_recording(tmp_path, clock_offset_ns=2**63 - 1).gaze  # noqa: B018


# ------------------------------------------------------------------ fixations


def test_fixations_with_and_without_a_position(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"], ["7", "1", "2"], ["20", "1", "2"]])
    header = ["fixation_id", "start_timestamp_ns", "end_timestamp_ns"]
    write_csv(tmp_path / "fixations.csv", [[*header, "x_px", "y_px"], ["4", "5", "20", "10.5", "20.5"]])
    recording = open_recording(tmp_path)
    assert recording.fixations.iloc[0].tolist() == [4, 5, 20, 15e-6, 10.5, 20.5]
    assert recording.gaze["fixation id"].isna().tolist() == [True, False, True]  # start ≤ t < end
    write_csv(tmp_path / "fixations.csv", [header, ["4", "5", "20"]])
    assert list(open_recording(tmp_path).fixations.columns)[-1] == "duration [ms]"


def test_fixations_without_ids_are_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"]])
    write_csv(tmp_path / "fixations.csv", [["start_ms", "end_ms"], ["1", "2"]])
    with pytest.raises(
        BadTable, match=r"fixations\.csv: no column 'fixation id'; the columns are start_ms, end_ms\. Add one"
    ):
        open_recording(tmp_path).fixations  # noqa: B018


# ------------------------------------------------------------------ recording.json and files


def test_recording_json_says_what_the_options_say(tmp_path: Path) -> None:
    write_plain(tmp_path, ["t", "x", "y"], [["0.02", "0.5", "0.25"]])
    camera = [[900, 0, 32], [0, 900, 24], [0, 0, 1]]
    sidecar(
        tmp_path, units="s", normalised=True, origin="bottom-left", clock_offset_ns=5, recording_id="P07",
        wearer="Jo", camera_matrix=camera, dist_coeffs=[0, 0, 0, 0], px_per_degree=15.5,
    )  # fmt: skip
    recording = open_recording(tmp_path)
    assert recording.gaze.iloc[0, :3].tolist() == [20_000_005, 32.0, 36.0]
    assert (recording.id, recording.wearer) == ("P07", "Jo")
    assert recording.camera is not None
    assert recording.camera.matrix.tolist() == camera
    assert recording.info["px_per_degree"] == 15.5
    assert open_recording(tmp_path, clock_offset_ns=0).gaze["timestamp [ns]"].tolist() == [20_000_000]


def test_pixels_of_another_picture_size_are_refused(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"]])
    sidecar(tmp_path, width=1920, height=1080)
    with pytest.raises(
        BadTable, match=r"pixels of a 1920×1080 picture, but the video is 64×48\. Use the original"
    ):
        open_recording(tmp_path).gaze  # noqa: B018


def test_several_videos_need_a_choice(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"]])
    write_video(tmp_path / "eye.mp4")
    with pytest.raises(
        UnknownRecording, match=r"holds several videos: eye\.mp4, scene\.mp4\. Say video='NAME'"
    ):
        open_recording(tmp_path)
    with open_recording(tmp_path, video="scene.mp4") as recording:
        assert recording.scene.path.name == "scene.mp4"
    with pytest.raises(CorruptVideo, match=r"There is no video world\.mp4; .* holds eye\.mp4, scene\.mp4"):
        open_recording(tmp_path, video="world.mp4")


def test_the_gaze_table_may_have_another_name(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"]])
    (tmp_path / "gaze.csv").rename(tmp_path / "P07 gaze.csv")
    assert len(open_recording(tmp_path, gaze="P07 gaze.csv").gaze) == 1


def test_the_length_of_video_and_frame_times_must_fit(tmp_path: Path) -> None:
    write_plain(tmp_path, PX, [["0", "1", "2"]])
    rows = [[str(i), str(33_000_000 * i)] for i in range(N_FRAMES + 2)]
    write_csv(tmp_path / "frames.csv", [["frame_index", "timestamp_ns"], *rows])
    with open_recording(tmp_path) as recording:
        assert len(recording.clock) == N_FRAMES
        assert "the video has 12 frames but there are 14 frame times" in recording.notes[-1].lower()
    rows = [[str(i), str(33_000_000 * i)] for i in range(3 * N_FRAMES)]
    write_csv(tmp_path / "frames.csv", [["frame_index", "timestamp_ns"], *rows])
    with pytest.raises(CorruptVideo, match="do not belong together"):
        open_recording(tmp_path).clock  # noqa: B018
