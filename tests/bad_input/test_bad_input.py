"""Bad input: each ends in one clear message that says what, where and what to do, and harms nothing saved.

One test for each kind of damage, through the command line, as a person would meet it.
"""

import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from cli.running import COLOUR, dwell, refused
from recordings.samples import (
    FRAME_TIMES,
    GAZE_HEADER,
    cloud_tables,
    gaze_rows,
    gaze_time,
    write_cloud,
    write_csv,
    write_video,
    zip_folder,
)
from shape_recordings import shapes_world
from video.clips import mdat_cut, moov_missing

BOX = "thing:box=10,10,30,30@f5"


def problems(path) -> str:
    """What ``dwell info`` notes about a recording, as one text."""
    ran = dwell("info", path)
    assert dwell("info", path, "--json").json["recordings"]
    return ran.error


def assert_found_by_everyone(path: Path, project: Path, *says: str) -> None:
    """``info`` lists the problem; ``map`` refuses, in the same words; ``track`` warns, and tracks."""
    seen = problems(path)
    message = refused("map", project, "--out", "tables")
    warned = dwell("track", path, "--aoi", BOX, "--project", "new.dwell", *COLOUR).error
    for text in says:
        assert text in message, message
        assert text in seen, seen
        assert text in warned, warned
    assert "Tracking works, but gaze cannot be mapped" in warned
    assert not any(Path("tables").rglob("*.csv"))


def rewritten(cloud: Path, name: str, rows) -> None:
    write_csv(cloud / name, rows)


def scene_video(cloud: Path) -> Path:
    (video,) = cloud.glob("*.mp4")
    return video


# -------------------------------------------------------------------- video


def test_truncated_mp4_without_its_table_of_frames(tmp_path):
    message = refused("track", moov_missing(tmp_path), "--aoi", BOX, *COLOUR)
    assert "moov_missing.mp4 is cut short" in message
    assert "copy or download the file again" in message
    assert not list(tmp_path.glob("*.dwell"))


def test_truncated_mp4_with_frames_missing_at_the_end(tmp_path):
    message = refused("track", mdat_cut(tmp_path).path, "--aoi", BOX, *COLOUR)
    assert re.search(r"mdat_cut.mp4 is cut short: frame \d+ and those after it are missing", message)
    assert "damaged=True" not in message  # no option of the command


def test_truncated_mp4_under_a_project(cloud, unharmed):
    video = scene_video(cloud)
    whole = video.read_bytes()
    video.write_bytes(whole[: len(whole) // 2])
    for command in (
        ["map", unharmed, "--out", "t"],
        ["render", unharmed, "--out", "a.mp4"],
        ["track", unharmed],
    ):
        assert video.name in refused(*command)
    video.write_bytes(whole)
    dwell("map", unharmed, "--out", "t")


def test_video_shorter_than_its_timestamps(cloud):
    many = FRAME_TIMES + [FRAME_TIMES[-1] + 33_000_000 * i for i in range(1, 40)]
    ids = cloud_tables()["world_timestamps.csv"][1][:2]
    rewritten(cloud, "world_timestamps.csv", [[*_IDS, "timestamp [ns]"], *([*ids, str(t)] for t in many)])
    dwell("track", cloud, "--aoi", BOX, "--project", "p.dwell", *COLOUR)
    assert_found_by_everyone(
        cloud, Path("p.dwell"), "12 frames", "51 frame times", "download the recording again"
    )


def test_video_a_little_shorter_than_its_timestamps_is_noted(cloud):
    ids = cloud_tables()["world_timestamps.csv"][1][:2]
    times = [*FRAME_TIMES, FRAME_TIMES[-1] + 33_000_000]
    rewritten(cloud, "world_timestamps.csv", [[*_IDS, "timestamp [ns]"], *([*ids, str(t)] for t in times)])
    said = "The video has 12 frames but there are 13 frame times; the 12 that have both are used."
    assert said in problems(cloud)
    assert said in dwell("track", cloud, "--aoi", BOX, "--project", "p.dwell", *COLOUR).error
    assert said in dwell("map", "p.dwell", "--out", "t").error
    assert said in (Path("t") / "mapping.json").read_text()


def test_video_longer_than_its_timestamps(cloud):
    write_video(scene_video(cloud), n_frames=40)
    dwell("track", cloud, "--aoi", BOX, "--project", "p.dwell", *COLOUR)
    assert_found_by_everyone(
        cloud, Path("p.dwell"), "40 frames", "12 frame times", "download the recording again"
    )


def test_video_a_little_longer_than_its_timestamps_is_noted(cloud):
    write_video(scene_video(cloud), n_frames=14)
    said = "The video has 14 frames but there are 12 frame times"
    assert said in dwell("track", cloud, "--aoi", BOX, "--project", "p.dwell", *COLOUR).error
    assert said in dwell("map", "p.dwell", "--out", "t").error
    dwell("render", "p.dwell", "--out", "a.mp4")


_IDS = ["section id", "recording id"]

# -------------------------------------------------------------------- gaze


def test_empty_gaze(cloud, unharmed):
    rewritten(cloud, "gaze.csv", [GAZE_HEADER])
    assert "The gaze table has no rows" in problems(cloud)
    ran = dwell("map", unharmed, "--out", "t", "--json").json
    assert any("no rows" in note for note in ran["notes"])
    assert ran["aois"][0]["dwell [s]"] in (0.0, None)
    dwell("render", unharmed, "--out", "a.mp4")


def test_gaze_file_of_zero_bytes(cloud, unharmed):
    (cloud / "gaze.csv").write_bytes(b"")
    assert_found_by_everyone(cloud, unharmed, f"{cloud.name}/gaze.csv: it is empty", "again")


def test_nan_gaze_counts_as_missing_and_never_as_off_the_aoi(cloud, unharmed):
    rows = gaze_rows()
    for row in rows:
        row[3:5] = "", ""
    rewritten(cloud, "gaze.csv", [GAZE_HEADER, *rows])
    facts = dwell("info", cloud, "--json").json["recordings"][0]
    assert facts["share_missing"] == 1.0
    dwell("map", unharmed, "--out", "t")
    assert not re.search(r"\b(true|false)\b", _column("t/gaze_on_aoi.csv", "on aoi"))


def test_gaze_that_goes_back_in_time_a_little_is_sorted_and_noted(cloud, unharmed):
    rows = gaze_rows()
    rows[10], rows[11] = rows[11], rows[10]
    rewritten(cloud, "gaze.csv", [GAZE_HEADER, *rows])
    said = "gaze.csv: time goes back in 1 row(s), first at line 13; the rows were sorted."
    assert said in problems(cloud)
    assert said in dwell("map", unharmed, "--out", "t").error


def test_non_monotonic_gaze(cloud, unharmed):
    rows = gaze_rows()
    rewritten(cloud, "gaze.csv", [GAZE_HEADER, *rows[30:], *rows[:30][::-1]])
    assert_found_by_everyone(cloud, unharmed, "gaze.csv, line 32: time goes back here and in 29 other rows")


def test_non_monotonic_frame_times(cloud, unharmed):
    rows = cloud_tables()["world_timestamps.csv"]
    rows[5], rows[6] = rows[6], rows[5]
    rewritten(cloud, "world_timestamps.csv", rows)
    assert_found_by_everyone(cloud, unharmed, "world_timestamps.csv, line 7", "is not later than", "again")


def test_duplicated_gaze_timestamps_are_kept_and_noted(cloud, unharmed):
    rows = gaze_rows()
    rows[8][2] = rows[7][2]
    rewritten(cloud, "gaze.csv", [GAZE_HEADER, *rows])
    said = "gaze.csv: 1 gaze sample(s) have the same time as the one before; all are kept."
    assert said in problems(cloud)
    assert said in dwell("map", unharmed, "--out", "t").error


def test_duplicated_frame_times(cloud, unharmed):
    rows = cloud_tables()["world_timestamps.csv"]
    rows[6] = rows[5]
    rewritten(cloud, "world_timestamps.csv", rows)
    assert_found_by_everyone(cloud, unharmed, "world_timestamps.csv, line 7", "is not later than")


def test_wrong_columns(cloud, unharmed):
    header = [name.replace("gaze x [px]", "gaze x [norm]") for name in GAZE_HEADER]
    rewritten(cloud, "gaze.csv", [header, *gaze_rows()])
    assert_found_by_everyone(
        cloud, unharmed, "gaze.csv, line 1: no column 'gaze x [px]'", "nearest is 'gaze x [norm]'"
    )


def test_wrong_columns_in_a_table_of_ones_own(tmp_path):
    shapes_world(5).write_video(tmp_path / "clip.mp4")
    (tmp_path / "eyes.csv").write_text("when,h,v\n0,1,2\n")
    dwell("track", "clip.mp4", "--aoi", "red:box=4,7,21,24@f0", "--gaze", "eyes.csv", *COLOUR)
    message = refused("map", "clip.dwell", "--out", "t")
    assert "line 1: no column for the time; the columns are 'when', 'h', 'v'" in message
    assert "--time 'NAME'" in message
    assert "dwell track PROJECT" in message
    columns = ("--time", "when", "--units", "ms", "--x", "h", "--y", "v")
    warned = dwell("track", "clip.dwell", *columns).error
    message = refused("map", "clip.dwell", "--out", "t")
    assert "--normalised or --pixels" in warned
    assert "--normalised or --pixels" in message
    dwell("track", "clip.dwell", "--pixels")
    dwell("map", "clip.dwell", "--out", "t")


def test_cells_that_are_no_numbers(cloud, unharmed):
    rows = gaze_rows()
    rows[20][3] = "twelve"
    rewritten(cloud, "gaze.csv", [GAZE_HEADER, *rows])
    assert_found_by_everyone(
        cloud, unharmed, "gaze.csv, line 22: column 'gaze x [px]': 'twelve' is no number"
    )


@pytest.mark.parametrize(
    ("encoding", "says"), [("utf-16", "UTF-16, expected UTF-8"), ("latin-1", "is not UTF-8")]
)
def test_wrong_encoding(cloud, unharmed, encoding, says):
    rows = gaze_rows()
    rows[4][0] = "Küche"
    write_csv(cloud / "gaze.csv", [GAZE_HEADER, *rows], encoding=encoding)
    assert_found_by_everyone(cloud, unharmed, "gaze.csv", says)


def test_float_damaged_nanoseconds(cloud, unharmed):
    rows = gaze_rows()
    for row in rows:
        row[2] = f"{float(row[2]):.6e}"
    rewritten(cloud, "gaze.csv", [GAZE_HEADER, *rows])
    assert_found_by_everyone(
        cloud, unharmed, "gaze.csv, line 2: column 'timestamp [ns]'", "loses digits", "Download"
    )
    assert gaze_time(0) != int(float(gaze_time(0)))  # it matters: a float cannot hold these times


# -------------------------------------------------------------------- streams


def test_missing_gaze(cloud, unharmed):
    (cloud / "gaze.csv").unlink()
    message = refused("map", unharmed, "--out", "t")
    assert "has no gaze" in message
    assert f"{cloud.name}/gaze.csv would hold it" in message
    ran = dwell("render", unharmed, "--out", "a.mp4")
    assert "masks only" in ran.error


def test_missing_frame_times(cloud, unharmed):
    (cloud / "world_timestamps.csv").unlink()
    message = refused("map", unharmed, "--out", "t")
    assert "has no frame times" in message
    assert "world_timestamps.csv would hold it" in message
    refused("render", unharmed, "--out", "a.mp4")


def test_missing_fixations_are_done_without(cloud, unharmed):
    (cloud / "fixations.csv").unlink()
    assert "no fixations" in dwell("map", unharmed, "--out", "t").error
    assert not (Path("t") / "aoi_fixations.csv").exists()
    assert (Path("t") / "aoi_dwell.csv").exists()


def test_missing_scene_video(cloud, unharmed):
    scene_video(cloud).rename(cloud.parent / "elsewhere.bin")
    assert dwell("info", cloud, "--json").json["recordings"][0]["size_wh"] is None
    message = refused("track", cloud, "--aoi", BOX, "--project", "new.dwell", *COLOUR)
    assert "has no scene video" in message
    assert "'Timeseries Data + Scene Video'" in message
    assert not Path("new.dwell").exists()
    dwell("export", unharmed, "--format", "davis", "--out", "masks")  # needs the project only
    (cloud.parent / "elsewhere.bin").rename(cloud / "3c7f4f44_0.0-0.48.mp4")


def test_nothing_that_is_a_recording(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("hello")
    message = refused("track", "notes", "--aoi", BOX, *COLOUR)
    assert message.startswith("Error: No reader fits notes.")
    assert "There is no file or folder nothing.mp4" in refused("track", "nothing.mp4", "--aoi", BOX, *COLOUR)


# -------------------------------------------------------------------- prompts


def test_click_outside_the_frame(cloud, unharmed):
    message = refused("track", unharmed, "--aoi", "thing:click=64,10@f5")
    assert message == "Error: The click (64, 10) lies outside frame 5 (64×48 px); click inside the picture."
    assert "covers no pixel of frame 5" in refused("track", unharmed, "--aoi", "thing:box=70,50,90,60@f5")


def test_click_on_a_frame_that_is_not_there(cloud, unharmed):
    assert "There is no frame 12" in refused("track", unharmed, "--aoi", "thing:click=6,10@f12")


def test_click_on_a_filler_frame(cloud, unharmed):
    message = refused("track", unharmed, "--aoi", "thing:click=10,10@f1")
    assert message == "Error: Frame 1 is grey filler, without a picture; the nearest real one is 3."


def test_unknown_aoi_name(cloud, unharmed):
    message = refused("track", unharmed, "--only", "thin")
    assert message == "Error: There is no AOI 'thin'; the project has thing. Did you mean 'thing'?"


def test_mask_of_another_size(cloud, unharmed):
    Image.new("L", (10, 10), 255).save("small.png")
    message = refused("track", unharmed, "--aoi", "thing:mask=small.png@f5")
    assert "10×10 px but frame 5 (64×48 px) is not" in message
    assert "Cannot read the mask no.png" in refused("track", unharmed, "--aoi", "thing:mask=no.png@f5")


def test_a_prompts_file_that_is_not_one(cloud, unharmed):
    Path("a.yaml").write_text("aois:\n  - name: [\n")
    assert "a.yaml, line 3" in refused("track", unharmed, "--prompts", "a.yaml")
    Path("b.yaml").write_text("cup: click=1,2@f5\n")
    assert "expected a list under `aois`" in refused("track", unharmed, "--prompts", "b.yaml")
    assert "Cannot read c.yaml" in refused("track", unharmed, "--prompts", "c.yaml")


# -------------------------------------------------------------------- archives


def test_zip_slip(tmp_path):
    write_cloud(tmp_path / "download")
    path = zip_folder(tmp_path / "download", tmp_path / "download.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../outside.mp4", b"evil")
    message = refused("track", path, "--aoi", BOX, *COLOUR)
    assert "download.zip has an entry with a name that points outside the zip: '../outside.mp4'" in message
    assert "download it again" in message
    assert not (tmp_path.parent / "outside.mp4").exists()
    assert not list(tmp_path.glob("*.dwell"))


def test_truncated_zip(tmp_path):
    write_cloud(tmp_path / "download")
    path = zip_folder(tmp_path / "download", tmp_path / "download.zip")
    path.write_bytes(path.read_bytes()[:-200])
    message = refused("info", path)
    assert "download.zip is incomplete or damaged" in message
    assert "again" in message


def _column(path: str, name: str) -> str:
    header, *lines = (line.split(",") for line in Path(path).read_text(encoding="utf-8").splitlines())
    return " ".join(line[header.index(name)] for line in lines)
