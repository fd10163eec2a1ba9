"""What a job has noted about frames: with what the job did, or not at all; and not under undo."""

import shutil

import pytest

from dwell.errors import FrameOutOfRange, ProjectError
from dwell.project import Project
from project.drawing import by_model


def test_notes_are_kept_by_kind_and_frame(project, path):
    project.note_frame("masks", 7, b"seven")
    project.note_frame("masks", 3, b"\x00\xff")
    project.note_frame("masks", 7, b"new")
    project.note_frame("others", 3, b"")
    project.close()
    with Project.open(path) as again:
        assert again.frame_notes("masks") == {3: b"\x00\xff", 7: b"new"}
        assert list(again.frame_notes("masks")) == [3, 7]
        again.clear_frame_notes("masks")
        assert again.frame_notes("masks") == {}
        assert again.frame_notes("others") == {3: b""}


def test_notes_stay_as_they_are_through_undo_and_keep_redo_possible(project):
    with project.action("propose"):
        project.add_aoi("thing 1")
        project.note_frame("masks", 0, b"1")
    project.undo()
    assert project.aois() == []
    project.note_frame("masks", 1, b"2")
    assert project.redo() == "propose"
    assert [step.label for step in project.history()] == ["propose"]
    assert project.frame_notes("masks") == {0: b"1", 1: b"2"}


def test_an_action_that_fails_takes_its_notes_along(project):
    def fail():
        with project.action("propose"):
            project.note_frame("masks", 0, b"1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert project.frame_notes("masks") == {}


def test_a_note_is_on_disk_together_with_the_masks_of_its_action(project, path, tmp_path):
    """The folder is copied as the disk is when the power goes: before the commit, and after it."""
    project.add_aoi("cup")
    with project.action("track", long=True):
        project.write_masks([by_model(1, 5)])
        project.note_frame("masks", 5, b"done")
        shutil.copytree(path, tmp_path / "before.dwell")
        project.commit()
        shutil.copytree(path, tmp_path / "after.dwell")
    with Project.open(tmp_path / "before.dwell") as killed:
        assert (killed.record(1, 5), killed.frame_notes("masks")) == (None, {})
    with Project.open(tmp_path / "after.dwell") as killed:
        assert (killed.record(1, 5), killed.frame_notes("masks")) == (by_model(1, 5), {5: b"done"})


def test_notes_need_a_frame_and_a_project_open_for_writing(project, path):
    with pytest.raises(FrameOutOfRange, match="no frame 1000"):
        project.note_frame("masks", 1000, b"")
    project.close()
    with Project.open(path, write=False) as again, pytest.raises(ProjectError, match="read-only"):
        again.note_frame("masks", 0, b"")
