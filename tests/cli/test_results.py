"""``dwell map``, ``render``, ``export`` and ``info``: what lies in the files afterwards, number by number."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from cli.running import COLOUR, dwell, index_of, refused
from dwell.video import VideoReader
from recordings.samples import write_cloud
from shape_recordings import shapes_world


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# -------------------------------------------------------------------- map


def test_map_writes_every_table_and_the_timeline(tracked, tmp_path):
    ran = dwell("map", tracked, "--out", tmp_path / "tables", "--json")
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {
        name.rpartition("/")[2] for name in ran.json["files"]
    }
    metrics = {row["aoi label"]: row for row in rows(tmp_path / "tables" / "aoi_metrics.csv")}
    # Gaze is on red for 10 frames of 40 ms from frame 10 on, on blue from frame 30 on.
    assert metrics["red"]["total fixation duration [ms]"] == "400"
    assert metrics["red"]["time to first fixation [ms]"] == "400"
    assert metrics["blue"]["time to first fixation [ms]"] == "1200"
    assert [each["dwell [s]"] for each in ran.json["aois"]] == [0.4, 0.4]
    Image.open(tmp_path / "tables" / "timeline.png").verify()


def test_map_shows_a_table_for_people(tracked):
    ran = dwell("map", tracked, "--out", "tables")
    assert "dwell [s]" in ran.out.splitlines()[0]
    assert any(line.split()[:2] == ["red", "0.4"] for line in ran.out.splitlines())
    assert "Written to tables: gaze_on_aoi.csv" in ran.out


def test_a_margin_makes_an_aoi_wider(tracked, tmp_path):
    # Blue has a radius of 8 px and red passes 30 px above it: 3.5° of 10 px reach it, 1° does not.
    narrow = dwell("map", tracked, "--out", "a", "--margin-deg", 1, "--px-per-degree", 10, "--json").json
    wide = dwell("map", tracked, "--out", "b", "--margin-deg", 3.5, "--px-per-degree", 10, "--json").json
    assert [each["dwell [s]"] for each in narrow["aois"]] == [0.4, 0.4]
    assert wide["aois"][1]["dwell [s]"] > 0.4
    assert json.loads((tmp_path / "b" / "mapping.json").read_text())["mapping"]["margin_deg"] == 3.5


def test_a_margin_uses_the_camera_of_the_recording(tmp_path):
    write_cloud(tmp_path / "download")
    dwell("track", "download", "--aoi", "a:box=10,10,30,30@f5", "--project", "p.dwell", *COLOUR)
    dwell("map", "p.dwell", "--out", "tables", "--margin-deg", 7)
    manifest = json.loads((tmp_path / "tables" / "mapping.json").read_text())
    assert manifest["mapping"]["margin_deg"] == 7.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--margin-deg", 1], "--px-per-degree"),
        (["--margin-deg", "wide"], "number"),
        (["--margin-deg", "nan"], "--margin-deg"),
        (["--px-per-degree", 0], "--px-per-degree"),
        (["--fixation-rule", "most"], "majority, any, mean"),
        (["--blinks", "maybe"], "exclude, keep"),
        (["--ttff-origin", "birth"], "recording, section, aoi visible"),
    ],
)
def test_map_refuses_what_means_nothing(tracked, tmp_path, arguments, says):
    assert says in refused("map", tracked, "--out", "tables", *arguments, code=2)
    assert not (tmp_path / "tables").exists()


def test_an_earlier_mapping_in_the_folder_is_replaced(tracked, tmp_path):
    dwell("map", tracked, "--out", "tables")
    dwell("track", tracked, "--aoi", "green:box=60,45,75,58@f0")
    dwell("map", tracked, "--out", "tables")
    assert [row["aoi label"] for row in rows(tmp_path / "tables" / "aoi_dwell.csv")] == [
        "red",
        "blue",
        "green",
    ]


# -------------------------------------------------------------------- render


def test_render_writes_every_frame_and_marks_what_is_looked_at(tracked, tmp_path):
    dwell("render", tracked, "--out", "looked-at.mp4", "--no-labels", "--no-clock")
    with VideoReader(tmp_path / "looked-at.mp4") as video:
        assert len(video) == 50
        at_rest, looked_at = video.read(5), video.read(15)
    world = shapes_world()
    y, x = (int(v) for v in np.argwhere(world.truth(5)["red"]).mean(axis=0))
    # Yellow is laid over red while it is looked at: much more green than when it is not.
    ring = world.truth(15)["red"] & world.truth(14)["red"]
    assert looked_at[ring][:, 1].mean() > at_rest[y, x, 1] + 60


def test_render_without_gaze_shows_masks_and_says_so(tmp_path):
    shapes_world(5).write_video(tmp_path / "clip.mp4")
    dwell("track", "clip.mp4", "--aoi", "red:box=4,7,21,24@f0", *COLOUR)
    ran = dwell("render", "clip.dwell", "--out", "new folder/masks.mp4")
    assert "no gaze" in ran.error
    assert dwell("render", "clip.dwell", "--out", "again.mp4", "--json").json == {"file": "again.mp4"}
    assert (tmp_path / "new folder" / "masks.mp4").stat().st_size > 1000


def test_the_scene_video_is_never_overwritten(tmp_path):
    video = shapes_world(5).write_video(tmp_path / "clip.mp4")
    before = video.read_bytes()
    dwell("track", "clip.mp4", "--aoi", "red:box=4,7,21,24@f0", *COLOUR)
    assert "scene video itself" in refused("render", "clip.dwell", "--out", "clip.mp4").replace("Note", "")
    assert video.read_bytes() == before


def test_render_refuses_a_folder_a_negative_trail_and_an_odd_ending(tracked, tmp_path):
    (tmp_path / "folder").mkdir()
    assert "is a folder" in refused("render", tracked, "--out", "folder")
    assert "--trail-ms" in refused("render", tracked, "--out", "a.mp4", "--trail-ms", -1, code=2)
    assert ".mp4" in refused("render", tracked, "--out", "a.txt")
    assert {path.name for path in tmp_path.iterdir()} == {"p.dwell", "folder"}


# -------------------------------------------------------------------- export


def test_davis_has_an_indexed_png_for_every_frame_named_like_the_image(tracked, tmp_path):
    ran = dwell("export", tracked, "--format", "davis", "--out", "masks", "--json")
    assert (ran.json["n_frames"], ran.json["n_masks"], ran.json["overlapping_px"]) == (50, 100, 0)
    files = sorted((tmp_path / "masks").iterdir())
    assert [file.name for file in files] == [f"shot_{i:04d}.png" for i in range(1, 51)]
    for frame_idx, file in enumerate(files):
        truth = shapes_world().truth(frame_idx)
        np.testing.assert_array_equal(index_of(file), truth["red"] * 1 + truth["blue"] * 2)


def test_davis_numbers_the_frames_of_a_video(tmp_path):
    shapes_world(5).write_video(tmp_path / "clip.mp4")
    dwell("track", "clip.mp4", "--aoi", "red:box=4,7,21,24@f0", "--to", 1, *COLOUR)
    ran = dwell("export", "clip.dwell", "--format", "davis", "--out", "masks", "--unanswered", "write")
    assert sorted(p.name for p in (tmp_path / "masks").iterdir()) == [f"{i:05d}.png" for i in range(5)]
    assert "red: no label on 0 lost and 4 untracked frames" in ran.error


def test_coco_has_masks_boxes_and_tracks(tracked, tmp_path):
    dwell("export", tracked, "--format", "coco", "--out", "labels")
    content = json.loads((tmp_path / "labels" / "annotations.json").read_text(encoding="utf-8"))
    assert len(content["images"]) == 50
    first = content["annotations"][0]
    assert (first["aoi"], first["track_id"], first["image_id"]) == ("red", 1, 1)
    # A disc of radius 8 around (12, 15): pixels 4 … 19 and 7 … 22.
    assert first["bbox"] == [4, 7, 16, 16]
    assert first["area"] == shapes_world().truth(0)["red"].sum()


def test_an_unknown_format_lists_the_known_ones(tracked):
    assert "coco, davis" in refused("export", tracked, "--format", "nope", "--out", "x")


# -------------------------------------------------------------------- info


def test_info_shows_a_recording(shots):
    ran = dwell("info", shots)
    lines = dict(line.split() for line in ran.out.splitlines() if len(line.split()) == 2)
    assert (lines["frames"], lines["fixations"]) == ("50", "2")
    each = dwell("info", shots, "--json").json["recordings"][0]
    assert (each["frames"], each["size_wh"], each["gaze_rate_hz"]) == (50, [80, 60], 200.0)


def test_info_shows_a_project(tracked):
    ran = dwell("info", tracked)
    assert "shots, 50 frames" in ran.out
    assert any(line.split()[:3] == ["blue", "2", "50"] for line in ran.out.splitlines())
    facts = dwell("info", tracked, "--json").json
    assert facts["n_frames"] == 50
    assert facts["runs"] == [{"backend": "colour", "status": "done"}]


def test_tables_are_not_folded_in_a_pipe(tracked):
    name = "a name that is far longer than a terminal is wide " * 3
    dwell("track", tracked, "--aoi", f"{name}:box=60,45,75,58@f0")
    assert name.strip() in dwell("info", tracked).out


@pytest.mark.parametrize("command", ["info", "map", "render", "export"])
def test_what_is_no_project(command, shots, tmp_path):
    (tmp_path / "hollow.dwell").mkdir()
    more = {
        "map": ["--out", "x"],
        "render": ["--out", "x.mp4"],
        "export": ["--out", "x", "--format", "davis"],
    }
    arguments = more.get(command, [])
    assert "There is no project no.dwell" in refused(command, "no.dwell", *arguments)
    assert "holds no project.db" in refused(command, "hollow.dwell", *arguments)
    if command != "info":
        assert "dwell track" in refused(command, shots, *arguments)
    assert {path.name for path in tmp_path.iterdir()} == {"hollow.dwell"}


# -------------------------------------------------------------------- the whole way


def test_any_letters_in_names_and_paths_from_clicks_to_labels(tmp_path):
    folder = tmp_path / "Zoë's Küche: Tag 1 (100% neu) #2"
    folder.mkdir()
    video = shapes_world().write_video(folder / "größe & ton: 1.mp4")
    gaze = shapes_world().gaze
    gaze["timestamp [ns]"] -= gaze["timestamp [ns]"].iloc[0]
    gaze.to_csv(folder / "blick ü.csv", index=False)
    names = ["Tasse: „große“", "左手 🖐"]
    prompts = [f"{names[0]}:box=24,7,40,23@f20", f"{names[1]}:box=32,37,48,53@f20"]
    project = folder / "größe?.dwell"
    aois = ("--aoi", prompts[0], "--aoi", prompts[1])
    dwell("track", video, *aois, "--gaze", folder / "blick ü.csv", "--project", project, *COLOUR)
    found = dwell("map", project, "--out", folder / "täbles", "--json").json["aois"]
    assert [each["AOI"] for each in found] == names
    assert [row["aoi label"] for row in rows(folder / "täbles" / "aoi_dwell.csv")] == names
    dwell("render", project, "--out", folder / "vidéo: 1.mp4")
    with VideoReader(folder / "vidéo: 1.mp4") as rendered:
        assert len(rendered) == 50
    dwell("export", project, "--format", "coco", "--out", folder / "labels")
    content = json.loads((folder / "labels" / "annotations.json").read_text(encoding="utf-8"))
    assert {each["aoi"] for each in content["annotations"]} <= set(names)


def test_a_relative_path_may_hold_a_colon(tmp_path):
    shapes_world(5).write_video(tmp_path / "take: 1.mp4")
    dwell("track", "take: 1.mp4", "--aoi", "red:box=4,7,21,24@f0", "--project", "p.dwell", *COLOUR)
    dwell("render", "p.dwell", "--out", "out: 1.mp4")
    assert (tmp_path / "out: 1.mp4").exists()
