"""Review, fixations put by hand, and the heatmap of a recording, from prompts on."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import dwell
from dwell.errors import MissingStream, UnknownAoi
from dwell.masks import Mask, MaskRecord
from dwell.types import Direction, Origin, State
from shape_recordings import RED, SIZE_HW, shapes_world, write_image_folder

MAPPING = dwell.MappingOptions(px_per_degree=2.0)


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    return write_image_folder(tmp_path_factory.mktemp("shapes") / "shots", shapes_world())


@pytest.fixture
def tracked(shots, tmp_path):
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(32, 15), frame_idx=20)
        analysis.prompt("blue", dwell.Point(40, 45), frame_idx=0)
        analysis.track()
        yield analysis


def plant(analysis, frames):
    """Red's mask lies in a corner, in doubt."""
    corner = np.zeros(SIZE_HW, bool)
    corner[50:, :10] = True
    analysis.project.write_masks(
        MaskRecord(1, i, Mask.from_array(corner), State.VISIBLE, 0.2, Origin.MODEL, Direction.FORWARD)
        for i in frames
    )


def test_a_failure_is_found_corrected_and_gone(tracked):
    plant(tracked, range(12, 16))
    first = tracked.review(results=tracked.map(MAPPING)).moments[0]
    assert (first.object_id, first.first_frame, first.stop_frame) == (1, 12, 16)
    x = 12 + first.frame_idx
    tracked.prompt("red", dwell.Box(x - 9, 6, x + 9, 24), frame_idx=first.frame_idx)
    reasons = {each.reason for each in tracked.review(results=tracked.map(MAPPING)).moments}
    assert reasons == {"stale"}, "beside the correction, masks are out of date until tracked again"
    tracked.track()
    assert tracked.review(results=tracked.map(MAPPING)).moments == ()


def test_the_target_is_kept_in_the_queue(tracked):
    plant(tracked, range(12, 16))
    assert tracked.review(target=0.5).target == 0.5
    assert tracked.review().n_for_target >= tracked.review(target=0.5).n_for_target == 1


def test_without_gaze_there_is_nothing_to_weigh_by(shots, tmp_path):
    bare = write_image_folder(tmp_path / "bare", shapes_world(5))
    (bare / "gaze.csv").unlink()
    (bare / "fixations.csv").unlink()
    with dwell.open_analysis(bare, tmp_path / "q.dwell", backend="colour") as analysis:
        with pytest.raises(MissingStream):
            analysis.review()
        with pytest.raises(MissingStream):
            analysis.render_heatmap(tmp_path / "heat.png")


# ------------------------------------------------------------------ by hand


def test_fixations_put_by_hand_are_in_the_tables_and_on_record(tracked, tmp_path):
    on_red = int(tracked.recording.fixations["start timestamp [ns]"].iloc[0])
    tracked.project.set_fixation_mark(on_red, [2])
    tracked.map().write(tmp_path / "tables")
    sequence = pd.read_csv(tmp_path / "tables" / "aoi_sequence.csv")
    assert sequence[["aoi label", "assigned by"]].to_numpy().tolist() == [
        ["blue", "person"],
        ["blue", "rule"],
    ]
    metrics = pd.read_csv(tmp_path / "tables" / "aoi_metrics.csv").set_index("aoi label")
    assert metrics["total fixations"].to_dict() == {"red": 0, "blue": 2}
    times = tracked.map().aoi_dwell.set_index("aoi label")["dwell time [ms]"].to_dict()
    assert times == {"red": 400.0, "blue": 400.0}, "from gaze samples"
    manifest = json.loads((tmp_path / "tables" / "mapping.json").read_text())
    assert manifest["fixations put by hand"] == 1
    tracked.project.undo()
    assert tracked.map().aoi_sequence["assigned by"].tolist() == ["rule", "rule"]


def test_marks_of_fixations_that_are_not_there_are_said(tracked):
    tracked.project.set_fixation_mark(12345, [1])
    assert any("1 fixation put on AOIs by hand is not" in note for note in tracked.map().notes)
    tracked.project.set_fixation_mark(12346, [1])
    assert any("2 fixations put on AOIs by hand are not" in note for note in tracked.map().notes)


# ------------------------------------------------------------------ heatmap


def test_the_heatmap_lies_over_a_frame_from_the_middle(tracked, tmp_path):
    path = tracked.render_heatmap(tmp_path / "heat.png", sigma_px=3)
    picture = np.asarray(Image.open(path)).astype(int)
    frame = shapes_world().frame(25).astype(int)
    changed = np.abs(picture - frame).max(axis=2) > 8
    assert changed[45, 40], "gaze rested on blue"
    assert changed[15, 26], "and followed red from x = 22 to 31"
    assert not changed[:5].any()
    assert not changed[:, 60:].any()


def test_the_heatmap_of_one_aoi(tracked, tmp_path):
    path = tracked.render_heatmap(tmp_path / "red.png", "red", sigma_px=3, frame_idx=0)
    picture = np.asarray(Image.open(path)).astype(int)
    frame = shapes_world().frame(0).astype(int)
    assert (picture[45, 40] == frame[45, 40]).all(), "no gaze on red there"
    assert tuple(frame[15, 12]) == RED
    assert (picture[15, 26] != frame[15, 26]).any()
    with pytest.raises(UnknownAoi, match="green"):
        tracked.render_heatmap(tmp_path / "green.png", "green")
