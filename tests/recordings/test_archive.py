"""Recordings in a zip: the same as unpacked, and nothing is written where it should not be."""

from __future__ import annotations

import errno
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dwell.errors import CorruptArchive, StorageFull, UnknownRecording, UnsafeArchive
from dwell.recordings import open_recording, open_recordings
from dwell.recordings.archive import cache_folder
from recordings.samples import RECORDING_ID, write_cloud, write_images, write_plain, zip_folder


def cloud_zip(tmp_path: Path) -> Path:
    write_cloud(tmp_path / "download")
    return zip_folder(tmp_path / "download", tmp_path / "download.zip")


def test_a_zip_reads_as_its_folder(tmp_path: Path, cache: Path) -> None:
    path = cloud_zip(tmp_path)
    with open_recording(path) as zipped, open_recording(tmp_path / "download") as unpacked:
        for stream in ("gaze", "fixations", "saccades", "blinks", "events"):
            pd.testing.assert_frame_equal(getattr(zipped, stream), getattr(unpacked, stream))
        assert not list(cache.rglob("*.*")), "tables are read in place"
        np.testing.assert_array_equal(zipped.scene.read(5), unpacked.scene.read(5))
        assert zipped.clock.valid.tolist() == unpacked.clock.valid.tolist()
        assert (zipped.name, zipped.id, zipped.wearer) == (unpacked.name, unpacked.id, unpacked.wearer)
        assert zipped.path == path
        assert zipped.scene.path.is_relative_to(cache)
        (note,) = zipped.notes
        assert note.startswith(f"The scene video was unpacked to {zipped.scene.path} and stays there; delete")


def test_the_video_is_unpacked_once(tmp_path: Path, cache: Path) -> None:
    path = cloud_zip(tmp_path)
    with open_recording(path) as recording:
        unpacked = recording.scene.path
    before = unpacked.stat().st_mtime_ns
    moved = shutil.move(path, tmp_path / "moved.zip")
    with open_recording(moved) as recording:
        assert recording.scene.path == unpacked
    assert unpacked.stat().st_mtime_ns == before
    assert [file for file in cache.rglob("*") if file.is_file()] == [unpacked]


def test_another_video_of_the_same_name_is_another_file(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    video = next((tmp_path / "b").rglob("*.mp4"))
    from recordings.samples import write_video

    write_video(video, n_filler=5)
    with (
        open_recording(zip_folder(folder, tmp_path / "a.zip")) as a,
        open_recording(zip_folder(tmp_path / "b", tmp_path / "b.zip")) as b,
    ):
        assert a.scene.path != b.scene.path
        assert (a.clock.valid.sum(), b.clock.valid.sum()) == (9, 7)


def test_a_half_unpacked_video_is_unpacked_again(tmp_path: Path) -> None:
    path = cloud_zip(tmp_path)
    with open_recording(path) as recording:
        unpacked = recording.scene.path
    unpacked.write_bytes(unpacked.read_bytes()[:100])
    with open_recording(path) as recording:
        assert len(recording.scene) == 12


def test_several_recordings_in_one_zip(tmp_path: Path) -> None:
    write_cloud(tmp_path / "download" / "1", name="a", video=False)
    write_cloud(tmp_path / "download" / "2", name="b", video=False)
    found = open_recordings(zip_folder(tmp_path / "download", tmp_path / "download.zip"))
    assert [recording.name for recording in found] == ["a", "b"]


def test_a_plain_recording_in_a_zip(tmp_path: Path) -> None:
    write_plain(tmp_path / "walk", ["timestamp_ns", "x_px", "y_px"], [["5", "1", "2"]])
    with open_recording(zip_folder(tmp_path / "walk", tmp_path / "walk.zip")) as recording:
        assert len(recording.gaze) == 1
        assert len(recording.scene) == 12


def test_errors_name_the_file_inside_the_zip(tmp_path: Path) -> None:
    folder = write_cloud(tmp_path / "download", video=False)
    (folder / "blinks.csv").write_text("")
    recording = open_recording(zip_folder(tmp_path / "download", tmp_path / "download.zip"))
    with pytest.raises(Exception, match=r"8df89a41/blinks\.csv: it is empty") as caught:
        recording.blinks  # noqa: B018
    assert caught.value.path == tmp_path / "download.zip" / folder.name / "blinks.csv"


# ------------------------------------------------------------------ dangerous or damaged


@pytest.mark.parametrize(
    "name",
    ["../outside.csv", "/etc/outside.csv", "C:/outside.csv", "C:\\outside.csv", "a\\..\\..\\outside.csv"],
)
def test_a_name_that_points_outside(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rec/info.json", "{}")
        archive.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(UnsafeArchive, match=r"bad\.zip has an entry with a name that points outside the zip"):
        open_recording(path)


def test_a_colon_in_a_recordings_name_is_no_drive(tmp_path: Path) -> None:
    write_cloud(tmp_path / "download", name="2025-10-17_17:53:08", video=False)
    path = zip_folder(tmp_path / "download", tmp_path / "download.zip")
    assert open_recording(path).name == "2025-10-17_17:53:08"


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("rec/scene.mp4")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UnsafeArchive, match=r"has an entry with a link: 'rec/scene\.mp4'"):
        open_recording(tmp_path / "bad.zip")


def test_a_zip_cut_off_while_downloading(tmp_path: Path) -> None:
    path = cloud_zip(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(
        CorruptArchive, match=r"download\.zip is incomplete or damaged: .*Download or copy the zip again"
    ):
        open_recording(path)


def test_something_else_called_zip(tmp_path: Path) -> None:
    (tmp_path / "page.zip").write_text("<html>Please log in</html>")
    with pytest.raises(CorruptArchive, match=r"page\.zip is incomplete or damaged"):
        open_recording(tmp_path / "page.zip")


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    path = cloud_zip(tmp_path)
    with zipfile.ZipFile(path) as archive:
        entry = next(info for info in archive.infolist() if info.filename.endswith("/gaze.csv"))
    content = bytearray(path.read_bytes())
    content[entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size // 2] ^= 0x10
    path.write_bytes(content)
    recording = open_recording(path)
    with pytest.raises(CorruptArchive, match=r"download\.zip \(.*gaze\.csv\) is incomplete or damaged"):
        recording.gaze  # noqa: B018
    assert len(recording.blinks) == 1


def test_a_damaged_directory_is_found(tmp_path: Path) -> None:
    path = cloud_zip(tmp_path)
    content = path.read_bytes()
    directory = content.find(b"PK\x01\x02")
    path.write_bytes(content[: directory + 47] + b"\xff\xfe" + content[directory + 49 :])
    with pytest.raises(CorruptArchive, match=r"download\.zip is incomplete or damaged"):
        open_recording(path)


def test_a_locked_zip(tmp_path: Path) -> None:
    path = cloud_zip(tmp_path)
    content = bytearray(path.read_bytes())
    start = content.find(b"PK\x01\x02")
    while start >= 0:  # set the "encrypted" flag of every entry in the directory
        content[start + 8] |= 1
        start = content.find(b"PK\x01\x02", start + 4)
    path.write_bytes(content)
    with pytest.raises(CorruptArchive, match=r"locked with a password; unpack it and open the folder"):
        open_recording(path)


def test_images_in_a_zip_ask_to_be_unpacked(tmp_path: Path) -> None:
    write_images(tmp_path / "cup")
    with pytest.raises(Exception, match="images cannot be read from a zip; unpack it"):
        open_recording(zip_folder(tmp_path / "cup", tmp_path / "cup.zip"))


def test_names_that_finder_wrote_keep_their_umlauts(tmp_path: Path) -> None:
    write_cloud(tmp_path / "download", name="Küche", without=("sections.csv", "info.json"), video=False)
    path = zip_folder(tmp_path / "download", tmp_path / "download.zip")
    content = path.read_bytes()
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # take the "names are UTF-8" flag away
        start = content.find(mark)
        while start >= 0:
            content = (
                content[: start + at + 1] + bytes([content[start + at + 1] & ~8]) + content[start + at + 2 :]
            )
            start = content.find(mark, start + 4)
    path.write_bytes(content)
    recording = open_recording(path)
    assert recording.name == "Küche"
    assert len(recording.gaze) == 60


# ------------------------------------------------------------------ the cache


def test_no_room_for_the_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    recording = open_recording(cloud_zip(tmp_path))
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(StorageFull, match=r"No room to unpack .*\.mp4 \(\d+ MB\).*set DWELL_CACHE"):
        recording.scene  # noqa: B018
    assert len(recording.gaze) == 60


def test_a_disk_that_fills_up_while_unpacking_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    recording = open_recording(cloud_zip(tmp_path))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(StorageFull, match="No room to unpack"):
        recording.scene  # noqa: B018
    assert not [file for file in cache.rglob("*") if file.is_file()]


def test_where_videos_are_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DWELL_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("DWELL_CACHE")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "dwell"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "dwell" / "Cache"
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache_folder().parts[-3:] == ("Library", "Caches", "dwell")


def test_the_id_is_read_from_the_zip_without_reading_tables(tmp_path: Path) -> None:
    assert open_recording(cloud_zip(tmp_path)).id == RECORDING_ID


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "bomb.zip"
    zeros = bytes(1 << 20)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("gaze.csv", "w", force_zip64=True) as entry,
    ):
        for _ in range(600):
            entry.write(zeros)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(UnsafeArchive, match=r"0\.6 GB packed into 0\.6 MB, as a zip bomb does"):
        open_recording(path)
    assert not list(cache.rglob("*.*"))


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "overlapping.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("gaze.csv", "x" * 1000)
        archive.filelist *= 5
    with pytest.raises(UnsafeArchive, match="entries that overlap"):
        open_recording(path)


def test_what_shrinks_a_lot_but_is_small_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "flat.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("gaze.csv", "0" * 50_000_000)
    with pytest.raises(UnknownRecording):
        open_recording(path)
