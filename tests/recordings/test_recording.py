"""A recording loads each stream once, on first touch, and says what it lacks."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dwell.errors import BadTable, CorruptVideo, MissingStream
from dwell.recordings import STREAMS, Recording, open_recording
from dwell.recordings.recording import About
from dwell.recordings.windows import ids_at
from recordings.samples import (
    N_FRAMES,
    START_NS,
    cloud_tables,
    write_cloud,
    write_csv,
    write_plain,
    write_video,
)
from shape_recordings import shapes_world, write_image_folder

ABOUT = About(id="7", name="walk", kind="test", path=Path("walk"))


def gaze(*times: int) -> pd.DataFrame:
    columns = {"timestamp [ns]": np.array(times, np.int64), "gaze x [px]": 1.0, "gaze y [px]": 2.0}
    return pd.DataFrame(columns, index=range(len(times)))


def spans(name: str, *rows: tuple[int, int, int]) -> pd.DataFrame:
    columns = [f"{name} id", "start timestamp [ns]", "end timestamp [ns]"]
    return pd.DataFrame(np.array(rows, np.int64).reshape(-1, 3), columns=columns).astype(
        {columns[0]: "Int64"}
    )


# ------------------------------------------------------------------ loading


def test_a_stream_is_read_once_and_only_when_touched() -> None:
    calls: list[str] = []

    def load(recording: Recording) -> pd.DataFrame:
        calls.append("blinks")
        return spans("blink", (1, 0, 5))

    recording = Recording(ABOUT, {"blinks": load})
    assert calls == []
    assert recording.has("blinks")
    assert recording.blinks is recording.blinks
    assert calls == ["blinks"]


def test_a_stream_is_read_once_though_two_threads_ask() -> None:
    calls: list[int] = []

    def slow(recording: Recording) -> pd.DataFrame:
        time.sleep(0.05)
        calls.append(1)
        return spans("blink", (1, 0, 5))

    recording = Recording(ABOUT, {"blinks": slow})
    threads = [threading.Thread(target=lambda: recording.blinks) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_a_damaged_stream_raises_each_time_and_leaves_the_others(tmp_path: Path) -> None:
    write_cloud(tmp_path, replace={"blinks.csv": [["blink id"], ["1"]]})
    recording = open_recording(tmp_path)
    for _ in range(2):
        with pytest.raises(BadTable, match=r"blinks\.csv, line 1: no column 'start timestamp \[ns\]'"):
            recording.blinks  # noqa: B018
    assert len(recording.gaze) == 60


@pytest.mark.parametrize("stream", STREAMS)
def test_every_missing_stream_names_itself(stream: str) -> None:
    recording = Recording(ABOUT, {}, remedies={stream: "Record it."})
    attribute = {"frame times": "frame_times_ns", "scene video": "scene"}.get(stream, stream)
    assert not recording.has(stream)
    with pytest.raises(MissingStream, match=rf"'walk' has no {stream}\. Record it\.") as caught:
        getattr(recording, attribute)
    assert (caught.value.stream, caught.value.path) == (stream, Path("walk"))


def test_short_names_of_streams() -> None:
    recording = Recording(ABOUT, {"scene video": lambda recording: None})
    assert recording.has("scene")
    assert not recording.has("clock")
    with pytest.raises(ValueError, match="Unknown stream 'pupil'; a recording has gaze, fixations"):
        recording.has("pupil")
    with pytest.raises(ValueError, match=r"Unknown streams \['pupil'\]"):
        Recording(ABOUT, {"pupil": lambda recording: None})


def test_info_cannot_be_changed_and_repr_is_short(tmp_path: Path) -> None:
    write_cloud(tmp_path, video=False, without=("saccades.csv",))
    recording = open_recording(tmp_path)
    with pytest.raises(TypeError):
        recording.info["start_time"] = 0  # type: ignore[index]
    assert repr(recording) == (
        "Recording('Küche 2025-10-17_17-53-08', pupil-cloud: gaze, fixations, blinks, events, frame times)"
    )


def test_notes_are_kept_once(tmp_path: Path) -> None:
    write_cloud(tmp_path, without=("info.json",), video=False)
    recording = open_recording(tmp_path)
    recording.note("Twice.")
    recording.note("Twice.")
    assert recording.notes.count("Twice.") == 1


# ------------------------------------------------------------------ ids from spans


def test_ids_come_from_half_open_spans() -> None:
    fixations = spans("fixation", (4, 10, 20), (5, 20, 30), (9, 40, 50))
    loads = {"gaze": lambda r: gaze(9, 10, 19, 20, 30, 45, 50), "fixations": lambda r: fixations}
    found = Recording(ABOUT, loads).gaze["fixation id"]
    assert [None if pd.isna(i) else i for i in found] == [None, 4, 4, 5, None, 9, None]


def test_ids_against_a_slow_search() -> None:
    rng = np.random.default_rng(0)
    edges = np.sort(rng.choice(1000, 60, replace=False)).reshape(-1, 2)
    table = spans("blink", *((i + 1, int(a), int(b)) for i, (a, b) in enumerate(edges)))
    times = rng.integers(0, 1000, 500)
    slow = [next((i + 1 for i, (a, b) in enumerate(edges) if a <= t < b), None) for t in times]
    assert [None if pd.isna(i) else i for i in ids_at(times, table, "blink id")] == slow


def test_no_spans_give_no_ids() -> None:
    assert pd.isna(ids_at(np.array([1, 2]), spans("blink"), "blink id")).all()


# ------------------------------------------------------------------ start and length


def test_start_and_length_without_the_recorders_word() -> None:
    loads = {"gaze": lambda r: gaze(100, 105, 130)}
    recording = Recording(ABOUT, loads)
    assert (recording.start_ns, recording.duration_ns) == (100, 30)
    loads["frame times"] = lambda r: np.array([50, 83, 116])
    recording = Recording(ABOUT, loads)
    assert (recording.start_ns, recording.duration_ns) == (50, 99)
    nobody_looked = Recording(ABOUT, {"gaze": lambda r: gaze()})
    assert (nobody_looked.start_ns, nobody_looked.duration_ns) == (0, 0)


# ------------------------------------------------------------------ clock


def test_a_video_a_few_frames_short_is_used_with_a_note(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path, video=False)
    write_video(folder / "scene.mp4", n_frames=N_FRAMES - 2)
    with open_recording(tmp_path) as recording:
        assert len(recording.clock) == N_FRAMES - 2
        assert len(recording.frame_times_ns) == N_FRAMES
        assert recording.notes == [
            "The video has 10 frames but there are 12 frame times; the 10 that have both are used."
        ]


def test_the_video_of_another_recording_is_refused(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path, video=False)
    write_video(folder / "scene.mp4", n_frames=N_FRAMES + 30)
    with pytest.raises(BadTable, match=r"the video has 42 frames but there are 12 frame times"):
        open_recording(tmp_path).clock  # noqa: B018


def test_a_cut_off_video_is_refused_and_tables_still_read(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path)
    video = next(folder.glob("*.mp4"))
    video.write_bytes(video.read_bytes()[:300])
    recording = open_recording(tmp_path)
    with pytest.raises(CorruptVideo):
        recording.scene  # noqa: B018
    assert len(recording.gaze) == 60


def test_gaze_that_never_meets_the_video_is_mentioned(tmp_path: Path) -> None:
    write_plain(tmp_path, ["timestamp_ns", "x_px", "y_px"], [["5", "1", "2"]])
    rows = [[str(i), str(START_NS + 33_000_000 * i)] for i in range(N_FRAMES)]
    write_csv(tmp_path / "frames.csv", [["frame_index", "timestamp_ns"], *rows])
    with open_recording(tmp_path) as recording:
        recording.gaze, recording.clock  # noqa: B018
        assert "No gaze sample falls into the scene video's time" in recording.notes[-1]
        assert recording.notes[-1].endswith("so the two clocks differ; say clock_offset_ns.")


# ------------------------------------------------------------------ summary


def test_summary_of_a_whole_recording(tmp_path: Path) -> None:
    write_cloud(tmp_path)
    with open_recording(tmp_path) as recording:
        summary = recording.summary()
    assert summary.pop("gaze_rate_hz") == pytest.approx(1e9 / 5_000_003)
    assert summary.pop("share_worn") == pytest.approx(57 / 60)
    assert summary.pop("share_in_blinks") == pytest.approx(5 / 60)
    assert summary.pop("share_missing") == pytest.approx(1 / 60)
    assert summary == {
        "name": "Küche 2025-10-17_17-53-08",
        "id": recording.id,
        "kind": "pupil-cloud",
        "wearer": "Zoë Müller",
        "path": str(recording.path),
        "gaze_samples": 60,
        "fixations": 2,
        "saccades": 1,
        "blinks": 1,
        "events": 3,
        "size_wh": (64, 48),
        "audio": False,
        "frames": 12,
        "filler_frames": 3,
        "camera_fx_px": 40.5,
        "start_ns": START_NS,
        "duration_s": 0.48,
        "problems": [],
        "notes": [],
    }


def test_summary_of_a_damaged_recording_tells_the_rest(tmp_path: Path) -> None:
    rows = cloud_tables()["gaze.csv"]
    rows[3][2] = "1.76068E+18"
    write_cloud(tmp_path, video=False, replace={"gaze.csv": rows, "blinks.csv": []})
    summary = open_recording(tmp_path).summary()
    assert (summary["gaze_samples"], summary["blinks"], summary["size_wh"]) == (None, None, None)
    assert (summary["fixations"], summary["frames"], summary["filler_frames"]) == (2, 12, 0)
    assert len(summary["problems"]) == 2
    assert "line 4: column 'timestamp [ns]'" in summary["problems"][0]
    assert "blinks.csv: it is empty" in summary["problems"][1]


def test_summary_of_a_bare_video(tmp_path: Path) -> None:
    with open_recording(write_video(tmp_path / "walk.mp4")) as recording:
        summary = recording.summary()
    assert (summary["gaze_samples"], summary["gaze_rate_hz"], summary["camera_fx_px"]) == (None, None, None)
    assert (summary["frames"], summary["start_ns"], summary["problems"]) == (12, 0, [])


def test_how_long_it_lasts_is_known_without_looking_for_filler(tmp_path, monkeypatch):
    """That may mean decoding much of a long video, and an opened recording is to be shown at once."""
    from dwell.video import ImageFolder

    recording = open_recording(write_image_folder(tmp_path / "shots", shapes_world(20)))
    monkeypatch.setattr(ImageFolder, "search_filler", lambda self: pytest.fail("looked for filler"))
    assert recording.duration_ns == 20 * 40_000_000
    assert recording.timing.times_ns.tolist() == recording.frame_times_ns.tolist()
