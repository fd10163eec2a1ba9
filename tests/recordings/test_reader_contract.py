"""What every reader promises, checked for each one in the registry. A new reader needs a line in SAMPLES."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dwell import tables
from dwell.drawn_world.phantom import write_volume
from dwell.errors import DwellError, UnknownRecording
from dwell.recordings import STREAMS, Recording, open_recording, open_recordings
from dwell.recordings.reader import Reader
from dwell.recordings.source import Source
from dwell.registry import READERS, load
from enrichments.written import write as write_enrichment
from recordings.samples import write_cloud, write_images, write_look, write_plain, write_video, zip_folder

PLAIN = ["timestamp_ns", "x_px", "y_px", "worn"]

SAMPLES: dict[str, Callable[[Path], Path]] = {
    "pupil-cloud": lambda folder: write_cloud(folder),
    "enrichment": lambda folder: write_enrichment(folder),
    "look": lambda folder: write_look(folder),
    "gaze-csv": lambda folder: write_plain(folder, PLAIN, [["5", "1", "2", "1"], ["6", "", "", "0"]]),
    "volume": lambda folder: write_volume(folder / "scan.nii.gz", np.arange(60, dtype="i2").reshape(3, 4, 5)),
    "images": lambda folder: write_images(folder),
    "video": lambda folder: write_video(folder / "walk.mp4"),
}
"""Writes a sound recording of this reader's kind into an empty folder; returns the path to open."""

REFUSED_IN_ZIP = {
    "look": "unpack it",
    "volume": "unpack it",
    "images": "unpack it",
    "video": "open walk.mp4 itself",
}
"""Readers that do not read zips, and what they say."""

TABLES = {
    "gaze": tables.GAZE,
    "fixations": tables.FIXATIONS,
    "saccades": tables.SACCADES,
    "blinks": tables.BLINKS,
    "events": tables.EVENTS,
}

readers = pytest.mark.parametrize("name", list(READERS))


@pytest.fixture
def sample(name: str, tmp_path: Path) -> Path:
    return SAMPLES[name](tmp_path / "sample")


@readers
def test_a_reader_describes_itself(name: str) -> None:
    reader: Reader = load(READERS, name)()
    assert reader.name == name
    assert reader.title
    assert all(meaning.endswith(".") for meaning in reader.options.values())


@readers
def test_a_reader_opens_its_own_sample_and_no_other_reader_does(name: str, sample: Path) -> None:
    assert open_recording(sample).kind == name
    assert [recording.kind for recording in open_recordings(sample, reader=name)] == [name]
    for other in set(READERS) - {name}:
        with pytest.raises(UnknownRecording) as caught:
            open_recordings(sample, reader=other)
        assert len(str(caught.value)) < 300  # a short reason


@readers
def test_opening_reads_no_table_and_no_video(
    name: str, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: list[str] = []
    for source in (Source, *Source.__subclasses__()):
        if "read" in vars(source) and source is not Source:
            original = source.read

            def read(self: Source, file: str, limit: int = -1, original: object = original) -> bytes:
                if limit < 0 and not file.endswith(".json"):
                    whole.append(file)
                return original(self, file, limit)  # type: ignore[operator, no-any-return]

            monkeypatch.setattr(source, "read", read)
            monkeypatch.setattr(source, "local", lambda self, file: whole.append(file))
    open_recording(sample)
    assert [file for file in whole if file != "sections.csv"] == []


@readers
def test_streams_have_the_schemas_columns_and_dtypes(name: str, sample: Path) -> None:
    with open_recording(sample) as recording:
        for stream, table in TABLES.items():
            if recording.has(stream):
                frame = getattr(recording, stream)
                assert list(frame.columns) == [column for column in table.names if column in frame]
                tables.conform(frame, table)
                for column in frame.columns:
                    assert str(frame[column].dtype) == table[column].dtype, (stream, column)
                assert frame.index.tolist() == list(range(len(frame)))


@readers
def test_times_are_int64_in_order(name: str, sample: Path) -> None:
    with open_recording(sample) as recording:
        assert recording.frame_times_ns.dtype == np.int64
        assert (np.diff(recording.clock.times_ns) > 0).all()
        assert isinstance(recording.start_ns, int)
        assert isinstance(recording.duration_ns, int)
        if recording.has("gaze"):
            assert (np.diff(recording.gaze["timestamp [ns]"].to_numpy()) >= 0).all()


@readers
def test_the_scene_is_frames_of_one_size(name: str, sample: Path) -> None:
    with open_recording(sample) as recording:
        assert recording.scene.read(0).shape == (*recording.scene.size_hw, 3)
        assert len(recording.clock) == len(recording.scene) == len(recording.clock.valid)


@readers
def test_a_damaged_table_raises_when_touched_and_not_before(name: str, sample: Path) -> None:
    own_gaze = open_recording(sample).has("gaze")  # an enrichment's is of many recordings
    for table in sample.rglob("gaze.csv") if own_gaze and sample.is_dir() else ():
        table.write_bytes(b"timestamp_ns\n\xff\n")
        recording = open_recording(sample)
        assert recording.has("gaze")
        with pytest.raises(DwellError, match=r"gaze\.csv, line 2"):
            recording.gaze  # noqa: B018


@readers
def test_a_folder_in_a_zip_is_read_or_refused_with_a_reason(name: str, sample: Path, tmp_path: Path) -> None:
    folder = sample if sample.is_dir() else sample.parent
    path = zip_folder(folder, tmp_path / "sample.zip")
    if name in REFUSED_IN_ZIP:
        with pytest.raises(UnknownRecording, match=REFUSED_IN_ZIP[name]):
            open_recording(path)
        return
    with open_recording(path) as recording:
        assert recording.kind == name
        assert len(recording.clock) == len(recording.scene)


@readers
def test_nothing_in_the_recordings_folder_is_changed(name: str, sample: Path) -> None:
    root = sample if sample.is_dir() else sample.parent

    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    before = state()
    with open_recording(sample) as recording:
        recording.summary()
        for stream in STREAMS:
            touch(recording, stream)
    assert state() == before


def touch(recording: Recording, stream: str) -> None:
    attribute = {"frame times": "frame_times_ns", "scene video": "scene"}.get(stream, stream)
    if recording.has(stream):
        getattr(recording, attribute)
