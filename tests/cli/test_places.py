"""Projects and recordings in odd places: unwritable, taken, moved, or another's."""

import os
import shutil

import pytest

from cli.running import COLOUR, RED, dwell, masks_of, refused
from dwell.project import Project
from shape_recordings import shapes_world, write_image_folder


def test_a_project_below_a_file_cannot_be_made(shots, tmp_path):
    (tmp_path / "file").write_text("x")
    message = refused("track", shots, "--aoi", RED, "--project", tmp_path / "file" / "p.dwell", *COLOUR)
    assert "cannot be written" in message
    assert "choose another" in message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_that_may_not_be_written(shots, tracked, tmp_path):
    folder = tmp_path / "locked"
    shutil.copytree(tracked, folder / "q.dwell")
    for path in (folder / "q.dwell", folder):
        path.chmod(0o500)
    try:
        message = refused("track", shots, "--aoi", RED, "--project", folder / "p.dwell", *COLOUR)
        assert "cannot be written (Permission denied). Nothing was made." in message
        message = refused("track", folder / "q.dwell", "--aoi", "red:click=33,15@f21")
        assert "cannot be written (Permission denied). Nothing was changed." in message
        assert "`dwell info` and `dwell map` still work" in message
        assert "cannot be made" in refused("map", tracked, "--out", folder / "tables")
        assert "may not be written" in refused("map", tracked, "--out", folder)
        assert "may not be written" in refused("render", tracked, "--out", folder / "a.mp4")
        dwell("map", folder / "q.dwell", "--out", "tables")  # looking needs no right to write
    finally:
        for path in (folder, folder / "q.dwell"):
            path.chmod(0o700)


def test_a_folder_of_other_things_is_left_alone(shots, tmp_path):
    thesis = tmp_path / "thesis.dwell" / "chapter 1.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work")
    message = refused("track", shots, "--aoi", RED, "--project", "thesis.dwell", *COLOUR)
    assert "exists but is no Dwell project" in message
    assert "--project" in message
    assert thesis.read_text() == "years of work"
    assert [path.name for path in thesis.parent.iterdir()] == ["chapter 1.txt"]


def test_results_cannot_go_where_a_file_is(tracked, tmp_path):
    (tmp_path / "file").write_text("x")
    for arguments in (["map"], ["export", "--format", "coco"]):
        message = refused(arguments[0], tracked, "--out", "file", *arguments[1:])
        assert "a file of that name is in the way" in message
    assert "--out" in refused("render", tracked, "--out", "file/a.mp4")
    assert (tmp_path / "file").read_text() == "x"


def test_a_project_of_another_recording_is_not_taken(shots, tracked, tmp_path):
    before = masks_of(tracked)
    other = write_image_folder(tmp_path / "other", shapes_world(42))
    assert "belongs to another recording" in refused("track", other, "--aoi", RED, "--project", tracked)
    assert "leave out the other one" in refused("track", tracked, "--project", "q.dwell")
    assert masks_of(tracked) == before


def test_a_moved_recording_is_found_again_for_good(tmp_path, monkeypatch):
    shots = write_image_folder(tmp_path / "shots", shapes_world(12))
    dwell("track", shots, "--aoi", "red:click=12,15@f0", "--project", "p.dwell", *COLOUR)
    (tmp_path / "archive").mkdir()
    shots.rename(tmp_path / "archive" / "moved")
    for command in (
        ["map", "p.dwell", "--out", "t"],
        ["render", "p.dwell", "--out", "a.mp4"],
        ["track", "p.dwell"],
    ):
        message = refused(*command)
        assert str(shots) in message
        assert "--source" in message
    dwell("map", "p.dwell", "--out", "t", "--source", "archive/moved")
    monkeypatch.chdir(tmp_path / "archive")  # the place was given relative to another folder
    dwell("render", "../p.dwell", "--out", "a.mp4")


def test_a_wrong_source_is_refused_and_not_kept(tracked, shots, tmp_path):
    other = write_image_folder(tmp_path / "other", shapes_world(42))
    assert "not the one" in refused("map", tracked, "--out", "t", "--source", other)
    assert "is not at" in refused("map", tracked, "--out", "t", "--source", tmp_path / "nowhere")
    with Project.open(tracked, write=False) as project:
        assert project.source.path == str(shots)
    dwell("map", tracked, "--out", "t")


def test_masks_can_be_exported_without_the_recording(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    dwell("track", shots, "--aoi", "red:click=12,15@f0", "--project", "p.dwell", *COLOUR)
    shutil.rmtree(shots)
    dwell("export", "p.dwell", "--format", "davis", "--out", "masks")
    assert len(list((tmp_path / "masks").iterdir())) == 5
    dwell("info", "p.dwell")


def test_a_project_may_be_moved_and_carried_about(tracked, tmp_path):
    (tmp_path / "stick").mkdir()
    tracked.rename(tmp_path / "stick" / "renamed.dwell")
    dwell("map", "stick/renamed.dwell", "--out", "t")


def test_a_mistyped_option_is_not_kept(tmp_path):
    shapes_world(5).write_video(tmp_path / "clip.mp4")
    dwell("track", "clip.mp4", "--aoi", "red:box=4,7,21,24@f0", *COLOUR)
    assert "There is no gaze table nope.csv" in refused("track", "clip.dwell", "--gaze", "nope.csv")
    refused("track", "clip.dwell", "--fps", "3", code=2)
    dwell("track", "clip.dwell")
    dwell("render", "clip.dwell", "--out", "a.mp4")
