"""The Cloud export of the drawn world, read again with nothing but csv, json, PyAV and Pillow."""

import csv
import json
import re
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from dwell.drawn_world import DrawnWorld

IDS = ["section id", "recording id"]
SPAN = ["start timestamp [ns]", "end timestamp [ns]", "duration [ms]"]
EYES = ("left", "right")
COLUMNS = {
    "world_timestamps": [*IDS, "timestamp [ns]"],
    "gaze": [
        *IDS,
        "timestamp [ns]",
        "gaze x [px]",
        "gaze y [px]",
        "worn",
        "fixation id",
        "blink id",
        "azimuth [deg]",
        "elevation [deg]",
    ],
    "fixations": [
        *IDS,
        "fixation id",
        *SPAN,
        "fixation x [px]",
        "fixation y [px]",
        "azimuth [deg]",
        "elevation [deg]",
    ],
    "saccades": [
        *IDS,
        "saccade id",
        *SPAN,
        "amplitude [px]",
        "amplitude [deg]",
        "mean velocity [px/s]",
        "peak velocity [px/s]",
    ],
    "blinks": [*IDS, "blink id", *SPAN],
    "events": ["recording id", "timestamp [ns]", "name", "type"],
    "3d_eye_states": [
        *IDS,
        "timestamp [ns]",
        *(f"pupil diameter {e} [mm]" for e in EYES),
        *(f"eyeball center {e} {a} [mm]" for e in EYES for a in "xyz"),
        *(f"optical axis {e} {a}" for e in EYES for a in "xyz"),
        *(
            name
            for e in EYES
            for name in (
                f"eyelid angle top {e} [rad]",
                f"eyelid angle bottom {e} [rad]",
                f"eyelid aperture {e} [mm]",
            )
        ),
    ],
    "imu": [
        *IDS,
        "timestamp [ns]",
        *(f"gyro {a} [deg/s]" for a in "xyz"),
        *(f"acceleration {a} [g]" for a in "xyz"),
        *(f"{a} [deg]" for a in ("roll", "pitch", "yaw")),
        *(f"quaternion {a}" for a in "wxyz"),
    ],
    "template": [
        "recording id",
        "item id",
        "title",
        "answer",
        "widget type",
        "required",
        "help text",
        "choices",
    ],
}


@pytest.fixture(scope="module")
def world() -> DrawnWorld:
    return DrawnWorld(size_hw=(120, 160), duration_s=6.0)


@pytest.fixture(scope="module")
def written(world, tmp_path_factory) -> Path:
    """The folder with both the export and the truth."""
    folder = tmp_path_factory.mktemp("drawn")
    assert world.write_cloud_export(folder) == folder / "export"
    return folder


@pytest.fixture(scope="module")
def inner(written) -> Path:
    (folder,) = [path for path in (written / "export").iterdir() if path.is_dir()]
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_layout_is_that_of_a_download(written, inner, world):
    assert {path.name for path in (written / "export").iterdir()} == {
        "enrichment_info.txt",
        "sections.csv",
        f"table top-{world.info['recording_id'][:8]}",
    }
    names = {path.name for path in inner.iterdir()}
    (video,) = [name for name in names if name.endswith(".mp4")]
    assert re.fullmatch(r"[0-9a-f]{8}_\d+(\.\d+)?-\d+(\.\d+)?\.mp4", video)
    assert video.startswith(world.identity.section_id[:8] + "_0.0-")
    assert names - {video} == {"info.json", "scene_camera.json", *(f"{stem}.csv" for stem in COLUMNS)}


@pytest.mark.parametrize("stem", COLUMNS)
def test_columns_stand_in_clouds_order(inner, stem):
    with (inner / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == COLUMNS[stem]


def test_sections_name_the_recording(written, world):
    (section,) = rows(written / "export" / "sections.csv")
    assert list(section) == [
        *IDS,
        "recording name",
        "wearer id",
        "wearer name",
        "section start time [ns]",
        "section end time [ns]",
        "start event name",
        "end event name",
    ]
    assert section["recording id"] == world.info["recording_id"]
    assert int(section["section start time [ns]"]) == world.start_ns
    assert section["start event name"] == "recording.begin"


def test_info_has_clouds_keys(inner, world):
    info = json.loads((inner / "info.json").read_text(encoding="utf-8"))
    assert info["start_time"] == world.times_ns[0]
    assert isinstance(info["start_time"], int)
    assert info["duration"] == world.end_ns - world.start_ns
    assert info["gaze_offset"] == [0.0, 0.0]
    assert {"recording_id", "workspace_id", "wearer_id", "wearer_name", "module_serial_number"} <= set(info)
    assert {"frame_name", "firmware_version", "data_format_version", "template_data"} <= set(info)


def test_the_cameras_distortion_is_nested_as_in_real_files(inner, world):
    camera = json.loads((inner / "scene_camera.json").read_text(encoding="utf-8"))
    assert np.allclose(camera["camera_matrix"], world.camera.matrix)
    assert np.shape(camera["distortion_coefficients"]) == (1, 8)


def test_gaze_read_back_is_the_worlds_gaze(inner, world):
    read = rows(inner / "gaze.csv")
    gaze = world.gaze
    assert [int(row["timestamp [ns]"]) for row in read] == gaze["timestamp [ns]"].tolist()
    assert [float(row["gaze x [px]"]) for row in read] == gaze["gaze x [px]"].tolist()
    assert {row["worn"] for row in read} == {"1.0", "0.0"}
    for column in ("fixation id", "blink id"):
        ids = [None if row[column] == "" else int(row[column]) for row in read]
        assert ids == [
            None if v is None else v for v in gaze[column].astype(object).where(gaze[column].notna(), None)
        ]
    assert all(len(row["gaze y [px]"].partition(".")[2]) <= 3 for row in read)


def test_fixations_read_back_have_whole_milliseconds(inner, world):
    read = rows(inner / "fixations.csv")
    assert [int(row["fixation id"]) for row in read] == list(range(1, len(world.fixations) + 1))
    for row in read:
        span = int(row["end timestamp [ns]"]) - int(row["start timestamp [ns]"])
        assert row["duration [ms]"] == str(span // 1_000_000)


def test_events_begin_and_end_the_recording(inner, world):
    read = rows(inner / "events.csv")
    assert (read[0]["name"], read[0]["type"]) == ("recording.begin", "recording")
    assert (read[-1]["name"], read[-1]["type"]) == ("recording.end", "recording")
    times = [int(row["timestamp [ns]"]) for row in read]
    assert times == sorted(times)
    assert {row["type"] for row in read[1:-1]} == {"cloud"}


def test_the_video_has_one_frame_per_timestamp_with_its_time(inner, world):
    stamps = [int(row["timestamp [ns]"]) for row in rows(inner / "world_timestamps.csv")]
    assert stamps == world.times_ns.tolist()
    (path,) = inner.glob("*.mp4")
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert video.codec_context.name == "h264"
        assert container.streams.audio[0].codec_context.name == "aac"
        frames = list(container.decode(video))
    seconds = np.array([float(frame.pts * frame.time_base) for frame in frames])
    np.testing.assert_allclose(seconds, (np.array(stamps) - stamps[0]) / 1e9, atol=2e-5)
    for i in (0, 40, 120):
        picture = frames[i].to_ndarray(format="rgb24").astype(float)
        assert np.abs(picture - world.frame(i)).mean() < 6, f"frame {i}"


def test_events_can_be_heard(inner, world):
    (path,) = inner.glob("*.mp4")
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    loud = np.abs(np.concatenate(blocks))
    (at,) = world.events.loc[world.events["name"] == "cup.taken", "timestamp [ns]"]
    click = int((at - world.start_ns) / 1e9 * 44_100)
    assert loud[click - 2000 : click + 4000].max() > 0.15
    assert loud[click - 20_000 : click - 4000].max() < 0.1


def test_truth_stands_beside_the_export(written, world):
    masks = sorted((written / "truth" / "masks").iterdir())
    assert [path.name for path in masks] == [f"{i:05d}.png" for i in range(world.n_frames)]
    labels = {
        row["name"]: row["value"] for row in json.loads((written / "truth" / "labels.json").read_text())
    }
    assert labels == {"cup": 1, "book": 2, "ball": 3}
    for i in (0, 50, 130):
        with Image.open(masks[i]) as image:
            assert image.mode == "P"
            values = np.array(image)
        for name, mask in world.truth(i).items():
            np.testing.assert_array_equal(values == labels[name], mask)
    read = rows(written / "truth" / "gaze_truth.csv")
    assert list(read[0]) == ["timestamp [ns]", "kind", "target"]
    assert len(read) == len(world.gaze)
    assert {row["target"] for row in read} <= {"", *world.names}


def test_timeseries_only_has_no_video_and_no_truth(tmp_path, world):
    export = world.write_cloud_export(tmp_path / "a", video=False, truth=False)
    assert not list(export.rglob("*.mp4"))
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["export"]
    assert "Scene Video" not in (export / "enrichment_info.txt").read_text(encoding="utf-8")


def test_truth_can_be_written_without_a_video(tmp_path):
    short = DrawnWorld(size_hw=(72, 96), duration_s=4.0)
    short.write_cloud_export(tmp_path, video=False)
    assert len(list((tmp_path / "truth" / "masks").iterdir())) == short.n_frames


def test_writing_again_replaces_the_export(tmp_path):
    short = DrawnWorld(size_hw=(72, 96), duration_s=4.0)
    first = short.write_cloud_export(tmp_path, video=False, truth=False)
    before = {path.name: path.read_bytes() for path in first.rglob("*.*") if path.is_file()}
    short.write_cloud_export(tmp_path, video=False, truth=False)
    assert {path.name: path.read_bytes() for path in first.rglob("*.*") if path.is_file()} == before
