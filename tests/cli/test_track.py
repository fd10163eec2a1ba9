"""``dwell track``: every form of prompt, every kind of recording, again and again."""

import json
import sqlite3

import numpy as np
import pytest
from PIL import Image

from cli.running import BLUE, COLOUR, RED, dwell, masks_of, refused
from dwell.project import Project
from recordings.samples import write_cloud, zip_folder
from shape_recordings import shapes_world

N = 50


def track(path, *prompts, **options):
    aois = [part for prompt in prompts for part in ("--aoi", prompt)]
    more = [part for key, value in options.items() for part in (f"--{key}", value)]
    return dwell("track", path, *aois, *more, *COLOUR)


def true_masks(name, n_frames=N):
    return [shapes_world(n_frames).truth(i)[name] for i in range(n_frames)]


def assert_exact(project, *names):
    """Every frame of each AOI is visible and its mask is the truth."""
    with Project.open(project, write=False) as opened:
        assert [aoi.name for aoi in opened.aois()] == list(names)
        for aoi in opened.aois():
            masklet = opened.masklet(aoi.object_id, include_stale=False)
            for frame_idx, truth in enumerate(true_masks(aoi.name)):
                np.testing.assert_array_equal(masklet.mask(frame_idx).to_array(), truth)


# -------------------------------------------------------------------- prompts


def test_clicks_are_tracked_into_a_project_named_like_the_recording(shots, tmp_path):
    ran = track(shots, RED, BLUE)
    assert_exact(tmp_path / "shots.dwell", "red", "blue")
    assert "dwell map" in ran.out
    assert "shots.dwell" in ran.out


def test_a_box_and_an_excluding_click(shots):
    track(shots, "blue:box=32,37,49,54@f0", "red:click=32,15@f20", "red:exclude=70,50@f20", project="p.dwell")
    assert_exact("p.dwell", "blue", "red")


def test_an_excluding_click_takes_away_what_it_is_on(shots):
    # The box takes blue; excluding blue leaves nothing, which is said and not saved.
    message = refused("track", shots, "--aoi", "a:box=32,37,49,54@f0", "--aoi", "a:exclude=40,45@f0", *COLOUR)
    assert "Nothing is left of 'a' on frame 0" in message
    assert "absent" in message


def test_a_lasso_and_absence(shots):
    track(shots, "red:lasso=24,7;40,7;40,23;24,23@f20", "red:absent@f49", project="p.dwell")
    with Project.open("p.dwell", write=False) as project:
        masklet = project.masklet(1)
        assert masklet.states[-1] == "absent"
        assert masklet.mask(20).area == true_masks("red")[20].sum()


def test_a_mask_file_is_taken_as_it_is(shots):
    Image.fromarray(true_masks("red")[7].astype(np.uint8) * 255).save("red at 7.png")
    track(shots, "red:mask=red at 7.png@f7", project="p.dwell")
    assert_exact("p.dwell", "red")


def test_prompts_from_a_file_with_a_mask_beside_it(shots, tmp_path):
    folder = tmp_path / "prompts"
    folder.mkdir()
    Image.fromarray(true_masks("blue")[3].astype(np.uint8)).save(folder / "blue.png")
    (folder / "aois.yaml").write_text(
        "aois:\n"
        "  - {name: red, colour: '#112233', prompts: ['click=32,15@f20']}\n"
        "  - {name: blue, category: ball, prompts: ['mask=blue.png@f3']}\n"
    )
    track(shots, prompts=folder / "aois.yaml", project="p.dwell")
    assert_exact("p.dwell", "red", "blue")
    with Project.open("p.dwell", write=False) as project:
        assert (project.aoi("red").colour, project.aoi("blue").category) == ("#112233", "ball")


def test_names_may_hold_blanks_colons_and_any_letters(shots):
    track(shots, "Tasse: große:click=32,15@f20", "左手 🖐:click=40,45@f0", project="p.dwell")
    with Project.open("p.dwell", write=False) as project:
        assert [aoi.name for aoi in project.aois()] == ["Tasse: große", "左手 🖐"]


def test_a_name_is_the_same_however_its_letters_are_put_together(shots):
    composed, decomposed = "Tu\u0308r", "T\u00fcr"  # Tür, as two Unicode spellings
    track(shots, f"{composed}:click=32,15@f20", project="p.dwell")
    track("p.dwell", f"{decomposed}:exclude=70,50@f20")
    track("p.dwell", f"{composed}:exclude=70,51@f20")
    dwell("track", "p.dwell", "--only", composed, *COLOUR)
    assert [each["name"] for each in dwell("info", "p.dwell", "--json").json["aois"]] == ["Tür"]


# -------------------------------------------------------------------- again


def test_the_same_command_again_adds_nothing(shots):
    first = dwell("track", shots, "--aoi", RED, "--aoi", BLUE, "--json", *COLOUR).json
    before = masks_of("shots.dwell")
    again = dwell("track", shots, "--aoi", RED, "--aoi", BLUE, "--json", *COLOUR).json
    # Blue goes on from frame 0 through 49 frames, red with it from 20; red goes back through 20.
    assert (first["prompts_added"], first["frames_tracked"]) == (2, 49 + 20)
    assert (again["prompts_added"], again["frames_tracked"]) == (0, 0)
    assert masks_of("shots.dwell") == before
    assert dwell("info", "shots.dwell", "--json").json["undoable"] == ["add prompts", "track red, blue"]


def test_a_correction_tracks_only_the_gap_around_it_again(tracked):
    # Red has its anchor at 20. A correction at 40 makes 21 … 39 and 41 … 49 out of date:
    # 19 frames are tracked from both sides, 9 from one.
    ran = dwell("track", tracked, "--aoi", "red:box=44,7,61,24@f40", "--json")
    assert ran.json["frames_tracked"] == 19 + 19 + 9
    assert [(each["visible"], each["stale"]) for each in ran.json["aois"]] == [(50, 0), (50, 0)]


def test_a_project_goes_on_with_the_backend_it_was_tracked_by(tracked):
    dwell("track", tracked, "--aoi", "red:box=44,7,61,24@f40")
    runs = dwell("info", tracked, "--json").json["runs"]
    assert [run["backend"] for run in runs] == ["colour", "colour"]


def test_part_of_the_video_in_one_direction_for_one_aoi(shots):
    aois = ("--aoi", RED, "--aoi", BLUE)
    span = ("--from", 10, "--to", 30, "--direction", "forward", "--only", "red")
    states = dwell("track", shots, *aois, *span, "--json", *COLOUR).json["aois"]
    # red: the anchor at 20 and 21 … 29; blue: its anchor alone.
    assert [(each["name"], each["visible"], each["unknown"]) for each in states] == [
        ("red", 10, 40),
        ("blue", 1, 49),
    ]


# -------------------------------------------------------------------- kinds of recordings

BOX = "thing:box=10,10,30,30@f5"


def test_a_pupil_cloud_download_its_inner_folder_and_its_zip_are_one_recording(tmp_path):
    inner = write_cloud(tmp_path / "download")
    for path in (tmp_path / "download", inner, zip_folder(tmp_path / "download", tmp_path / "download.zip")):
        ran = dwell("info", path, "--json").json["recordings"]
        assert [(each["frames"], each["filler_frames"], each["problems"]) for each in ran] == [(12, 3, [])]
        track(path, BOX, project="p.dwell")  # the second and third time: the project that is there
    assert dwell("info", "p.dwell", "--json").json["n_frames"] == 12


def test_one_of_several_recordings_is_chosen_by_name(tmp_path):
    write_cloud(tmp_path / "download", name="one")
    write_cloud(tmp_path / "download", name="two")
    message = refused("track", tmp_path / "download", "--aoi", BOX, *COLOUR)
    assert "holds 2 recordings" in message
    assert "--recording NAME" in message
    listed = dwell("info", tmp_path / "download", "--json").json["recordings"]
    names = [each["name"] for each in listed]
    assert all(name in message for name in names)
    assert len(names) == 2


def test_a_bare_video_gets_masks_and_later_its_gaze(tmp_path):
    video = shapes_world().write_video(tmp_path / "clip.mp4")
    ran = dwell("track", video, "--aoi", "red:box=24,7,41,24@f20", "--backend", "colour")
    assert "gaze cannot be mapped" in ran.error
    assert "--gaze 'FILE.csv'" in ran.error
    message = refused("map", "clip.dwell", "--out", "tables")
    assert "has no gaze" in message
    assert "dwell track PROJECT" in message  # where to give it
    gaze = shapes_world().gaze
    gaze.to_csv("eyes.csv", index=False)
    dwell("track", video, "--gaze", "eyes.csv", "--video-start-ns", "first gaze")
    assert "red" in dwell("map", "clip.dwell", "--out", "tables").out


def test_a_gaze_table_is_found_again_from_another_folder(tmp_path, monkeypatch):
    video = shapes_world().write_video(tmp_path / "clip.mp4")
    (tmp_path / "gaze").mkdir()
    shapes_world().gaze.to_csv(tmp_path / "gaze" / "eyes.csv", index=False)
    options = ("--gaze", "gaze/eyes.csv", "--video-start-ns", "first gaze")
    dwell("track", video, "--aoi", "red:box=24,7,41,24@f20", *options, *COLOUR)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    dwell("map", "../clip.dwell", "--out", "tables")


@pytest.mark.parametrize("place", ["eyes.csv", "shots/eyes.csv"])
def test_images_with_a_gaze_table_of_another_name(shots, tmp_path, place):
    renamed = tmp_path / "shots"
    renamed.mkdir()
    for file in shots.iterdir():
        (renamed / {"gaze.csv": "eyes.csv"}.get(file.name, file.name)).write_bytes(file.read_bytes())
    track("shots", RED, gaze=place, project="p.dwell")
    assert dwell("map", "p.dwell", "--out", "t", "--json").json["aois"][0]["dwell [s]"] == 0.4


def test_a_table_in_other_columns_and_units(tmp_path):
    video = shapes_world().write_video(tmp_path / "clip.mp4")
    gaze = shapes_world().gaze
    ms = (gaze["timestamp [ns]"] - gaze["timestamp [ns]"].iloc[0]) // 1_000_000
    x, y = gaze["gaze x [px]"] / 80, gaze["gaze y [px]"] / 60
    lines = [f"{t},{a:.6f},{b:.6f}".replace("nan", "") for t, a, b in zip(ms, x, y, strict=True)]
    (tmp_path / "eyes.csv").write_text("\n".join(["when,h,v", *lines]) + "\n")
    columns = (
        "--time",
        "when",
        "--units",
        "ms",
        "--x",
        "h",
        "--y",
        "v",
        "--normalised",
        "--origin",
        "top-left",
    )
    dwell("track", video, "--aoi", "red:box=24,7,41,24@f20", "--gaze", "eyes.csv", *columns, *COLOUR)
    ran = dwell("map", "clip.dwell", "--out", "tables", "--json").json
    assert ran["aois"][0]["visits"] >= 1


def test_interpolated_masks_are_counted_and_a_smaller_stride_says_what_to_do(shots):
    first = track(shots, "red:click=32,15@f20", stride=4).error
    # Skipped on either side of 20: three in every four of 1 … 19 and of 21 … 48; the last is looked at.
    assert "36 masks are interpolated" in first
    assert "NEW.dwell" not in first
    finer = track("shots.dwell", stride=1)
    assert "Nothing was left to track" in finer.out
    assert "also with --stride 1" in finer.error
    assert "--project NEW.dwell" in finer.error
    assert "NEW.dwell" not in track("shots.dwell").error
    track(shots, "red:click=32,15@f20", stride=1, project="new.dwell")
    assert "interpolated" not in track("new.dwell").error


def test_what_machines_get(shots):
    ran = dwell("track", shots, "--aoi", RED, "--json", *COLOUR)
    assert set(ran.json) == {"project", "prompts_added", "frames_tracked", "aois", "notes"}
    lines = [json.loads(line) for line in ran.err.splitlines()]
    assert lines[-1] == {"progress": "Tracking", "done": 49, "total": 49, "left_s": 0.0}


# -------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--direction", "up"], "both, forward or backward"),
        (["--from", "50"], "frames 0 … 49"),
        (["--project", "p"], "ends in .dwell"),
        (["--units", "fortnights"], "ns, us, ms or s"),
        (["--fps", "-1"], "positive"),
        (["--aoi"], "--aoi"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_wrong_usage_is_exit_code_2(shots, arguments, says):
    assert says in refused("track", shots, *arguments, code=2)


def test_an_option_that_means_nothing_here(tmp_path):
    video = shapes_world(5).write_video(tmp_path / "clip.mp4")
    message = refused("track", video, "--fps", "3", "--aoi", RED, code=2)
    assert "--fps means nothing for this kind of recording; it takes: --gaze, --time" in message


@pytest.mark.parametrize(
    "prompt", ["red", "red:click=1@f0", "red:clik=1,2@f0", ":click=1,2@f0", "a:click=1,2"]
)
def test_a_misspelt_prompt_shows_the_forms_and_makes_nothing(shots, tmp_path, prompt):
    message = refused("track", shots, "--aoi", prompt, *COLOUR)
    assert "NAME:click=X,Y@fN" in message
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_track_from(shots):
    assert "prompt an AOI on some frame" in refused("track", shots, *COLOUR)


def test_an_unknown_backend_lists_the_known_ones(shots):
    assert "embedded, colour" in refused("track", shots, "--aoi", RED, "--backend", "sam9")


def test_unusable_prompts_leave_a_tracked_project_as_it_was(tracked):
    before, dump = masks_of(tracked), raw(tracked)
    for prompt in (
        "red:click=80,15@f3",
        "red:click=-1,15@f3",
        "green:box=90,90,95,95@f3",
        "red:click=1,1@f50",
    ):
        refused("track", tracked, "--aoi", "green:click=40,45@f9", "--aoi", prompt)
    assert masks_of(tracked) == before
    assert raw(tracked) == dump


def raw(project):
    """AOIs and prompts, straight from the file."""
    with sqlite3.connect(project / "project.db") as db:
        rows = [*db.execute("SELECT * FROM aoi"), *db.execute("SELECT * FROM prompt")]
    db.close()
    return rows
