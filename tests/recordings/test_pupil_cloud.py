"""Pupil Cloud downloads: every field as in the file, whatever the layout."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dwell.drawn_world import DrawnWorld
from dwell.errors import BadTable, MissingStream
from dwell.recordings import open_recording
from recordings.samples import (
    CAMERA,
    FRAME_TIMES,
    INFO,
    N_FRAMES,
    RECORDING_ID,
    SECTION_ID,
    START_NS,
    cloud_tables,
    gaze_time,
    naive_float,
    naive_rows,
    write_cloud,
    write_csv,
    write_video,
)


def same_floats(got: pd.Series, rows: list[dict[str, str]], name: str) -> None:
    np.testing.assert_array_equal(got.to_numpy(), [naive_float(row[name]) for row in rows])


# ------------------------------------------------------------------ every field, against a naive parser


def test_gaze_is_field_by_field_what_a_naive_parser_reads(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path)
    gaze, rows = open_recording(tmp_path).gaze, naive_rows(folder / "gaze.csv")
    assert gaze["timestamp [ns]"].tolist() == [int(row["timestamp [ns]"]) for row in rows]
    for name in ("gaze x [px]", "gaze y [px]", "azimuth [deg]", "elevation [deg]"):
        same_floats(gaze[name], rows, name)
    assert gaze["worn"].tolist() == [row["worn"] == "1" for row in rows]
    for name in ("fixation id", "blink id"):
        assert [None if pd.isna(i) else i for i in gaze[name]] == [
            int(row[name]) if row[name] else None for row in rows
        ]
    assert gaze.dtypes.astype(str).to_dict() == {
        "timestamp [ns]": "int64",
        "gaze x [px]": "float64",
        "gaze y [px]": "float64",
        "worn": "bool",
        "fixation id": "Int64",
        "blink id": "Int64",
        "azimuth [deg]": "float64",
        "elevation [deg]": "float64",
    }


@pytest.mark.parametrize("stream", ["fixations", "saccades", "blinks"])
def test_spans_are_field_by_field_what_a_naive_parser_reads(tmp_path: Path, stream: str) -> None:
    folder = write_cloud(tmp_path)
    spans, rows = getattr(open_recording(tmp_path), stream), naive_rows(folder / f"{stream}.csv")
    assert len(spans) == len(rows) > 0
    for name in spans.columns:
        if name == "duration [ms]":
            continue  # computed, see below
        if spans[name].dtype == "float64":
            same_floats(spans[name], rows, name)
        else:
            assert spans[name].tolist() == [int(row[name]) for row in rows]
    assert set(rows[0]) - set(spans.columns) == {"section id", "recording id"}


def test_durations_are_computed_because_the_files_are_rounded(tmp_path: Path) -> None:
    write_cloud(tmp_path)  # the file says 100 ms; 20 samples of 5.000003 ms are 100.00006
    assert open_recording(tmp_path).fixations["duration [ms]"].tolist() == [100.00006, 100.00006]


def test_events_keep_quotes_commas_and_umlauts(tmp_path: Path) -> None:
    write_cloud(tmp_path)
    events = open_recording(tmp_path).events
    assert events["name"].tolist() == ["recording.begin", 'Tür, "offen"', "recording.end"]
    assert events["timestamp [ns]"].tolist() == [START_NS, START_NS + 200_000_001, START_NS + 480_000_000]
    assert events["type"].tolist() == ["recording", "cloud", "recording"]


def test_metadata_and_camera(tmp_path: Path) -> None:
    write_cloud(tmp_path)
    recording = open_recording(tmp_path)
    assert (recording.id, recording.section_id, recording.kind) == (RECORDING_ID, SECTION_ID, "pupil-cloud")
    assert (recording.start_ns, recording.duration_ns) == (START_NS, 480_000_000)
    assert recording.name == "Küche 2025-10-17_17-53-08"
    assert recording.wearer == "Zoë Müller"
    assert recording.info["gaze_offset"] == [1.5, -2.5]
    assert recording.camera is not None
    assert recording.camera.matrix.tolist() == CAMERA["camera_matrix"]
    assert recording.camera.distortion.tolist() == CAMERA["distortion_coefficients"][0]


def test_clock_has_the_files_times_and_marks_the_grey_start(tmp_path: Path) -> None:
    write_cloud(tmp_path)
    with open_recording(tmp_path) as recording:
        assert recording.clock.times_ns.tolist() == FRAME_TIMES
        assert recording.clock.valid.tolist() == [False] * 3 + [True] * (N_FRAMES - 3)
        assert len(recording.scene) == N_FRAMES
        assert recording.scene.read(4).shape == (48, 64, 3)
        assert recording.notes == []


def test_a_full_size_drawn_recording_comes_back_equal(tmp_path: Path) -> None:
    world = DrawnWorld(size_hw=(96, 128), duration_s=4.5, name="table top: Übung")
    world.write_cloud_export(tmp_path, truth=False)
    with open_recording(tmp_path) as recording:
        for stream in ("gaze", "fixations", "saccades", "blinks", "events"):
            got, drawn = getattr(recording, stream), getattr(world, stream)
            shared = [name for name in drawn.columns if name != "duration [ms]"]
            pd.testing.assert_frame_equal(got[shared], drawn[shared], check_dtype=False, obj=stream)
        assert recording.clock.times_ns.tolist() == world.times_ns.tolist()
        assert recording.clock.valid.tolist() == world.valid.tolist()
        assert recording.camera is not None
        np.testing.assert_array_equal(recording.camera.matrix, world.camera.matrix)
        assert recording.name == "table top: Übung"
        assert recording.notes == []


# ------------------------------------------------------------------ layouts


def test_the_inner_folder_alone_is_enough(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path, without=("sections.csv",))
    recording = open_recording(folder)
    assert (recording.id, recording.path, recording.name) == (RECORDING_ID, folder, "from the template")
    assert recording.section_id == SECTION_ID  # from the tables
    assert len(recording.gaze) == 60


def test_the_id_comes_from_info_json_not_from_the_folder(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path, without=("sections.csv",))
    renamed = folder.rename(tmp_path / "Teilnehmer 3: Küche")
    assert open_recording(renamed).id == RECORDING_ID


def test_the_name_falls_back_to_the_folder_without_the_id(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path, name="2025-10-17_17:53:08", without=("sections.csv", "info.json"))
    (folder / "info.json").write_text(json.dumps({"recording_id": RECORDING_ID}))
    assert open_recording(tmp_path).name == "2025-10-17_17:53:08"


def test_without_info_json_the_tables_tell_the_id_and_a_note_says_so(tmp_path: Path) -> None:
    write_cloud(tmp_path, without=("info.json",))
    with open_recording(tmp_path) as recording:
        assert (recording.id, recording.section_id) == (RECORDING_ID, SECTION_ID)
        assert recording.start_ns == FRAME_TIMES[0]
        assert recording.notes[0].startswith("info.json is missing; the id is taken from the tables")


def test_timeseries_without_video_says_what_to_download(tmp_path: Path) -> None:
    write_cloud(tmp_path, video=False)
    recording = open_recording(tmp_path)
    assert not recording.has("scene video")
    assert recording.has("gaze")
    assert recording.clock.times_ns.tolist() == FRAME_TIMES
    with pytest.raises(
        MissingStream, match=r"has no scene video\. .*'Timeseries Data \+ Scene Video'"
    ) as caught:
        recording.scene  # noqa: B018
    assert caught.value.stream == "scene video"


def test_the_video_may_lie_elsewhere(tmp_path: Path) -> None:
    write_cloud(tmp_path / "tables", video=False)
    video = write_video(tmp_path / "elsewhere.mp4")
    with open_recording(tmp_path / "tables", video=video) as recording:
        assert recording.scene.path == video


def test_several_videos_need_a_choice(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path, video=False)
    write_video(folder / "a.mp4")
    write_video(folder / "b.mp4")
    with pytest.raises(MissingStream, match=r"several videos \(a\.mp4, b\.mp4\); say which with video="):
        open_recording(tmp_path).scene  # noqa: B018
    with open_recording(tmp_path, video="b.mp4") as recording:
        assert recording.scene.path.name == "b.mp4"


def test_clouds_own_video_is_preferred_to_a_rendered_one(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path)
    write_video(folder / "overlay.mp4")
    with open_recording(tmp_path) as recording:
        assert recording.scene.path.name == f"{SECTION_ID[:8]}_0.0-0.48.mp4"


def test_old_exports_without_saccades_say_so_when_asked(tmp_path: Path) -> None:
    write_cloud(tmp_path, without=("saccades.csv",))
    recording = open_recording(tmp_path)
    assert not recording.has("saccades")
    with pytest.raises(MissingStream, match=r"has no saccades\. .*saccades\.csv would hold it") as caught:
        recording.saccades  # noqa: B018
    assert caught.value.stream == "saccades"


def test_invisible_writes_its_camera_in_another_spelling(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path)
    camera = {
        "camera_matrix": CAMERA["camera_matrix"],
        "dist_coefs": [[0.1, 0.2, 0.3, 0.4, 0.5]],
        "version": "v1",
    }
    (folder / "scene_camera.json").write_text(json.dumps(camera))
    recording = open_recording(tmp_path)
    assert recording.camera is not None
    assert recording.camera.distortion.tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_no_camera_file_is_no_camera(tmp_path: Path) -> None:
    write_cloud(tmp_path, without=("scene_camera.json",))
    assert open_recording(tmp_path).camera is None


def test_columns_that_drifted_in_case_and_blanks_are_found(tmp_path: Path) -> None:
    rows = cloud_tables()["gaze.csv"]
    rows[0] = [name.replace("gaze x [px]", "Gaze X [PX]").replace("worn", " Worn") for name in rows[0]]
    write_cloud(tmp_path, replace={"gaze.csv": rows})
    assert open_recording(tmp_path).gaze["gaze x [px]"].iloc[1] == 10.731


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("1.0", "0.0"), ("255", "0"), ("True", "False"), ("true", "false")]
)
def test_every_way_of_writing_worn(tmp_path: Path, yes: str, no: str) -> None:
    rows = cloud_tables()["gaze.csv"]
    for row in rows[1:]:
        row[5] = yes if row[5] == "1" else no
    write_cloud(tmp_path, replace={"gaze.csv": rows})
    assert open_recording(tmp_path).gaze["worn"].tolist() == [True] * 57 + [False] * 3


def test_ids_that_pandas_saved_as_floats_are_still_ids(tmp_path: Path) -> None:
    rows = cloud_tables()["gaze.csv"]
    for row in rows[1:]:
        row[6] = row[6] and f"{row[6]}.0"
    write_cloud(tmp_path, replace={"gaze.csv": rows})
    assert open_recording(tmp_path).gaze["fixation id"].dropna().unique().tolist() == [1, 2]


# ------------------------------------------------------------------ tables that lack something


def without_columns(rows: list[list[str]], *names: str) -> list[list[str]]:
    keep = [i for i, name in enumerate(rows[0]) if name not in names]
    return [[row[i] for i in keep] for row in rows]


def test_missing_ids_are_taken_from_the_spans_with_a_note(tmp_path: Path) -> None:
    rows = without_columns(cloud_tables()["gaze.csv"], "fixation id", "blink id")
    write_cloud(tmp_path / "cut", replace={"gaze.csv": rows})
    write_cloud(tmp_path / "whole")
    cut, whole = open_recording(tmp_path / "cut"), open_recording(tmp_path / "whole")
    pd.testing.assert_frame_equal(cut.gaze, whole.gaze)
    assert cut.notes == [
        "The gaze table has no 'fixation id'; it is taken from the fixations' start and end.",
        "The gaze table has no 'blink id'; it is taken from the blinks' start and end.",
    ]


def test_without_blinks_no_sample_has_a_blink_id_and_a_note_says_so(tmp_path: Path) -> None:
    rows = without_columns(cloud_tables()["gaze.csv"], "blink id")
    write_cloud(tmp_path, replace={"gaze.csv": rows}, without=("blinks.csv",))
    recording = open_recording(tmp_path)
    assert recording.gaze["blink id"].isna().all()
    assert recording.notes == ["There are no blinks: no sample has a blink id."]


def test_without_worn_every_sample_counts_and_a_note_says_so(tmp_path: Path) -> None:
    write_cloud(tmp_path, replace={"gaze.csv": without_columns(cloud_tables()["gaze.csv"], "worn")})
    recording = open_recording(tmp_path)
    assert recording.gaze["worn"].all()
    assert "does not say when the glasses were worn" in recording.notes[0]


def test_header_only_tables_are_empty_streams(tmp_path: Path) -> None:
    tables = cloud_tables()
    empty = {name: rows[:1] for name, rows in tables.items() if name not in ("world_timestamps.csv",)}
    write_cloud(tmp_path, replace=empty)
    recording = open_recording(tmp_path)
    for stream in ("gaze", "fixations", "saccades", "blinks", "events"):
        assert len(getattr(recording, stream)) == 0, stream
    assert recording.gaze["timestamp [ns]"].dtype == "int64"
    assert recording.notes == ["The gaze table has no rows."]


def test_header_only_frame_times_are_an_error(tmp_path: Path) -> None:
    write_cloud(tmp_path, replace={"world_timestamps.csv": cloud_tables()["world_timestamps.csv"][:1]})
    with pytest.raises(
        BadTable, match=r"world_timestamps\.csv: it has no rows, so no frame has a time\. Download"
    ):
        open_recording(tmp_path).clock  # noqa: B018


# ------------------------------------------------------------------ order in time


def test_a_clock_that_steps_back_a_little_is_sorted_with_a_note(tmp_path: Path) -> None:
    rows = cloud_tables()["gaze.csv"]
    rows[11], rows[12] = rows[12], rows[11]
    write_cloud(tmp_path, replace={"gaze.csv": rows})
    recording = open_recording(tmp_path)
    assert recording.gaze["timestamp [ns]"].tolist() == [gaze_time(i) for i in range(60)]
    assert len(recording.notes) == 1
    assert (
        "gaze.csv: time goes back in 1 row(s), first at line 13; the rows were sorted." in recording.notes[0]
    )


def test_gaze_rows_in_disorder_are_refused(tmp_path: Path) -> None:
    header, *rows = cloud_tables()["gaze.csv"]
    write_cloud(tmp_path, replace={"gaze.csv": [header, *rows[::-1]]})
    with pytest.raises(
        BadTable, match=r"gaze\.csv, line 3: time goes back here and in 58 other rows\. Download"
    ) as caught:
        open_recording(tmp_path).gaze  # noqa: B018
    assert (caught.value.line, caught.value.stream) == (3, "gaze")


def test_gaze_with_doubled_times_is_kept_with_a_note(tmp_path: Path) -> None:
    rows = cloud_tables()["gaze.csv"]
    rows.insert(5, rows[4])
    write_cloud(tmp_path, replace={"gaze.csv": rows})
    recording = open_recording(tmp_path)
    assert len(recording.gaze) == 61
    assert "1 gaze sample(s) have the same time as the one before" in recording.notes[0]


@pytest.mark.parametrize("step", [0, -1])
def test_frame_times_that_do_not_increase_are_refused(tmp_path: Path, step: int) -> None:
    rows = cloud_tables()["world_timestamps.csv"]
    rows[6][2] = str(int(rows[5][2]) + step)
    write_cloud(tmp_path, replace={"world_timestamps.csv": rows})
    with pytest.raises(
        BadTable, match=r"world_timestamps\.csv, line 7: the frame time \d+ is not later than"
    ) as caught:
        open_recording(tmp_path).clock  # noqa: B018
    assert caught.value.line == 7


def test_a_fixation_that_ends_before_it_starts_is_refused(tmp_path: Path) -> None:
    rows = cloud_tables()["fixations.csv"]
    rows[2][3], rows[2][4] = rows[2][4], rows[2][3]
    write_cloud(tmp_path, replace={"fixations.csv": rows})
    with pytest.raises(BadTable, match=r"fixations\.csv, line 3: it ends \(\d+\) before it starts"):
        open_recording(tmp_path).fixations  # noqa: B018


def test_a_fixation_without_an_id_is_refused(tmp_path: Path) -> None:
    rows = cloud_tables()["fixations.csv"]
    rows[2][2] = ""
    write_cloud(tmp_path, replace={"fixations.csv": rows})
    with pytest.raises(BadTable, match=r"fixations\.csv, line 3: it has no fixation id\."):
        open_recording(tmp_path).fixations  # noqa: B018


def test_infinite_positions_count_as_missing_with_a_note(tmp_path: Path) -> None:
    rows = cloud_tables()["gaze.csv"]
    rows[3][3] = "inf"
    write_cloud(tmp_path, replace={"gaze.csv": rows})
    recording = open_recording(tmp_path)
    assert np.isnan(recording.gaze["gaze x [px]"].iloc[2])
    assert "1 row(s) hold an infinite value" in recording.notes[0]


# ------------------------------------------------------------------ other recordings' rows, several sections


def test_rows_of_another_recording_are_left_out_with_a_note(tmp_path: Path) -> None:
    rows = cloud_tables()["gaze.csv"]
    for row in rows[11:21]:
        row[1] = "another-id"
    write_cloud(tmp_path, replace={"gaze.csv": rows})
    recording = open_recording(tmp_path)
    assert len(recording.gaze) == 50
    assert "10 row(s) of other recordings were left out (another-id)" in recording.notes[0]


def test_a_table_of_another_recording_altogether_is_refused(tmp_path: Path) -> None:
    rows = cloud_tables()["fixations.csv"]
    for row in rows[1:]:
        row[1] = "another-id"
    write_cloud(tmp_path, replace={"fixations.csv": rows})
    with pytest.raises(
        BadTable, match=r"its rows are of recording another-id, but info\.json is of 8df89a41"
    ):
        open_recording(tmp_path).fixations  # noqa: B018


def test_rows_that_two_sections_share_are_kept_once(tmp_path: Path) -> None:
    header, *rows = cloud_tables()["gaze.csv"]
    again = [["another-section", *row[1:]] for row in rows[40:]]
    write_cloud(tmp_path, replace={"gaze.csv": [header, *rows, *again]})
    recording = open_recording(tmp_path)
    assert len(recording.gaze) == 60
    assert "holds 2 sections; 20 row(s) they share were dropped" in recording.notes[0]


def test_line_numbers_are_the_files_even_after_rows_were_left_out(tmp_path: Path) -> None:
    rows = cloud_tables()["world_timestamps.csv"]
    rows[2][1] = "another-id"
    rows[6][2] = rows[5][2]
    write_cloud(tmp_path, replace={"world_timestamps.csv": rows})
    with pytest.raises(BadTable, match=r"line 7: the frame time"):
        open_recording(tmp_path).clock  # noqa: B018


# ------------------------------------------------------------------ damaged JSON


def test_info_json_that_is_no_json_names_the_line(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path)
    (folder / "info.json").write_text('{\n  "recording_id": \n')
    with pytest.raises(BadTable, match=r"info\.json, line \d: not JSON .*copy or download"):
        open_recording(tmp_path)


def test_a_start_time_that_became_a_float_is_refused(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path)
    (folder / "info.json").write_text(json.dumps(INFO | {"start_time": 1.760676788219e18}))
    with pytest.raises(
        BadTable, match=r"info\.json: 'start_time' must be whole nanoseconds, got 1\.760676788219e\+18"
    ):
        open_recording(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"camera_matrix": [[1, 2], [3, 4]]}, r"'camera_matrix' must hold 3×3 numbers with fx > 0, got 4"),
        (
            {"distortion_coefficients": [1, 2, 3]},
            r"'distortion_coefficients' must hold 4, 5, 8, 12 or 14 numbers, got 3",
        ),
        ({"camera_matrix": "none"}, r"'camera_matrix' must hold numbers only"),
    ],
)
def test_a_camera_that_is_none_is_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    folder = write_cloud(tmp_path)
    (folder / "scene_camera.json").write_text(json.dumps(CAMERA | change))
    with pytest.raises(BadTable, match=rf"scene_camera\.json: {message}"):
        open_recording(tmp_path).camera  # noqa: B018


def test_a_table_saved_with_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path)
    write_csv(folder / "gaze.csv", cloud_tables()["gaze.csv"], encoding="utf-8-sig")
    recording = open_recording(tmp_path)
    assert len(recording.gaze) == 60
    assert recording.notes == []
