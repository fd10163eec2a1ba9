"""``dwell review``: the moments of a project, for people and for machines."""

import numpy as np
import pytest

from cli.running import COLOUR, dwell, refused
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.types import Direction, Origin, State
from shape_recordings import SIZE_HW

SCALE = ("--px-per-degree", 2)


def plant(project, frames=range(12, 16)):
    """Red's mask lies in a corner on some frames, in doubt."""
    corner = np.zeros(SIZE_HW, bool)
    corner[50:, :10] = True
    mask = Mask.from_array(corner)
    with Project.open(project) as opened:
        opened.write_masks(
            MaskRecord(1, i, mask, State.VISIBLE, 0.2, Origin.MODEL, Direction.FORWARD) for i in frames
        )


def test_a_planted_failure_comes_first_and_approval_clears_it(tracked):
    plant(tracked)
    found = dwell("review", tracked, *SCALE, "--json").json
    first = found["moments"][0]
    assert (first["AOI"], first["first_frame"], first["stop_frame"]) == ("red", 12, 16)
    assert first["reason"] == "doubtful"
    assert found["n_for_target"] == 1
    assert (found["unit"], found["target"]) == ("deg", 0.95)
    assert 0 < found["minutes"] < 1
    with Project.open(tracked) as project:
        project.set_approved(1, 12, 16)
    after = dwell("review", tracked, *SCALE, "--json").json
    assert after["total_ms"] == pytest.approx(found["total_ms"] * (1 - first["weight"]))


def test_people_get_a_table_and_what_it_covers(tracked):
    plant(tracked)
    ran = dwell("review", tracked, *SCALE)
    lines = [line.split() for line in ran.out.splitlines()]
    assert lines[0] == ["AOI", "look", "at", "frames", "share", "so", "far", "why"]
    assert lines[1][0] == "red"
    assert "12–15" in lines[1]
    assert "1 moment, about" in ran.out
    assert "of the possible error" in ran.out


def test_what_is_out_of_date_is_told_from_what_was_never_tracked(tracked):
    with Project.open(tracked) as project:
        project.mark_stale(1, 12, 14)
        project.delete_masks(1, 14, 16)
    found = dwell("review", tracked, *SCALE, "--json").json["moments"]
    reasons = {(each["first_frame"], each["stop_frame"]): each["reason"] for each in found}
    assert reasons == {(12, 14): "stale", (14, 16): "untracked"}


def test_nothing_to_review_is_said(tracked):
    with Project.open(tracked) as project:
        for aoi in project.aois():
            project.set_approved(aoi.object_id, 0, 50)
    assert "Nothing to review" in dwell("review", tracked).out
    assert dwell("review", tracked, "--json").json["moments"] == []


def test_it_says_what_it_cannot_do(tracked, shots):
    assert "target" in refused("review", tracked, "--target", 95, code=2)
    assert "--px-per-degree" in refused("review", tracked, "--margin-deg", 1, code=2)
    assert "dwell track" in refused("review", shots)


def test_a_recording_without_gaze_has_nothing_to_weigh_by(tmp_path):
    from shape_recordings import shapes_world

    shapes_world(5).write_video(tmp_path / "clip.mp4")
    dwell("track", "clip.mp4", "--aoi", "red:box=4,7,21,24@f0", *COLOUR)
    assert "gaze" in refused("review", "clip.dwell")
