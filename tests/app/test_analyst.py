"""The analyst's answers are the library's numbers, and stay so while others correct the project."""

import io
import shutil

import numpy as np
import pytest
from PIL import Image

import dwell
from app.analysing import Call, mark_absent, tracked_project
from dwell.app.gaze_file import RECORD, GazeFile
from dwell.app.messages import Eye, ResultsInfo, ReviewQueue, Sensitivity
from dwell.app.work.analyst import Analyst, mapping_options
from dwell.errors import Cancelled, UnknownAoi
from dwell.project import Project
from shape_recordings import shapes_world, write_image_folder

START_NS = int(shapes_world().times_ns[0])
STEP_NS = 40_000_000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tracked_project(tmp_path_factory.mktemp("analyst"))


@pytest.fixture
def project(made, tmp_path):
    return shutil.copytree(made, tmp_path / "p.dwell")


@pytest.fixture
def analyst(project):
    analyst = Analyst(Call(), str(project))
    yield analyst
    analyst.close()


def results(analyst, **options):
    return ResultsInfo(rev=1, **analyst.results(Call(), options))


def test_red_and_blue_are_looked_at_for_ten_frames_each(analyst):
    info = results(analyst)
    assert info.state == "ready"
    red, blue = info.metrics
    assert (red["object_id"], red["aoi label"], red["dwell time [ms]"], red["visits"]) == (1, "red", 400.0, 1)
    assert (blue["object_id"], blue["dwell time [ms]"], blue["dwell per visible time"]) == (2, 400.0, 0.2)
    assert info.hits == {"1": [(10, 20)], "2": [(30, 40)]}
    assert [(visit.object_id, visit.first_frame, visit.stop_frame) for visit in info.visits] == [
        (1, 10, 20),
        (2, 30, 40),
    ]
    assert info.visits[0].start_ns == START_NS + 10 * STEP_NS
    assert info.fixations_on == [[1], [2]]
    assert info.transitions == {"names": ["red", "blue"], "counts": [[0, 1], [0, 0]]}


def test_every_number_is_that_of_the_table(analyst, project):
    with dwell.open_analysis(project, write=False) as analysis:
        table = analysis.map(mapping_options({"margin_deg": 1.0, "px_per_degree": 10.0})).aoi_dwell
    for row, expected in zip(
        results(analyst, margin_deg=1.0, px_per_degree=10.0).metrics, table.to_dict("records"), strict=True
    ):
        assert row.pop("object_id") == expected["object id"]
        for name, value in row.items():
            assert value == expected[name] or (value is None and not np.isfinite(expected[name])), name


def test_a_correction_by_someone_else_is_seen_and_equals_mapping_anew(analyst, project):
    results(analyst)
    with Project.open(project) as editor:
        mark_absent(editor, 1, 12, 15)
    info = results(analyst)
    assert info.metrics[0]["dwell time [ms]"] == 400.0 - 3 * 40
    assert info.hits["1"] == [(10, 12), (15, 20)]
    fresh = Analyst(Call(), str(project))
    assert info == results(fresh)
    fresh.close()


def test_another_margin_is_answered_from_what_was_measured(analyst):
    results(analyst, px_per_degree=10.0)
    wide = results(analyst, margin_deg=2.0, px_per_degree=10.0, fixation_rule="any")
    assert wide.margin_deg == 2.0
    assert wide.metrics[0]["fixation rule"] == "any"
    assert wide.metrics[0]["dwell time [ms]"] == 400.0  # gaze elsewhere is farther away than 2°


def test_a_margin_without_degrees_says_what_is_missing(analyst):
    with pytest.raises(ValueError, match="px_per_degree"):
        analyst.results(Call(), {"margin_deg": 1.0})


def test_a_fixation_put_by_hand_counts(analyst, project):
    with Project.open(project) as opened:
        opened.set_fixation_mark(START_NS + 10 * STEP_NS, [2])
    assert results(analyst).fixations_on == [[2], [2]]


def test_without_gaze_there_are_no_results_and_it_is_said_why(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world())
    (shots / "gaze.csv").unlink()
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(32, 15), frame_idx=20)
    analyst = Analyst(Call(), str(tmp_path / "p.dwell"))
    info = results(analyst)
    assert info.state == "none"
    assert "gaze" in (info.error or "")
    path = tmp_path / "gaze"
    assert analyst.gaze(Call(), str(path)) == 0
    assert GazeFile.open(path).span(0, 50) == b""
    analyst.close()


def test_a_question_nobody_waits_for_is_given_up(analyst):
    with pytest.raises(Cancelled):
        analyst.results(Call(stop_when=lambda call: True), {})
    assert results(analyst).state == "ready"


# ------------------------------------------------------------------ other questions


def test_dwell_time_at_each_margin_is_that_of_mapping_with_it(analyst):
    options = {"px_per_degree": 10.0}
    found = Sensitivity(rev=1, **analyst.sensitivity(Call(), options))
    assert found.unit == "deg"
    assert set(found.dwell_ms) == {"1", "2"}
    for margin, dwell_ms in zip(found.margins, found.dwell_ms["1"], strict=True):
        assert results(analyst, margin_deg=margin, **options).metrics[0]["dwell time [ms]"] == dwell_ms
    assert Sensitivity(rev=1, **analyst.sensitivity(Call(), {})).unit == "px"


def test_a_heatmap_is_a_png_with_alpha_of_the_width_asked_for(analyst):
    with Image.open(io.BytesIO(analyst.heatmap(Call(), {}, None, 40))) as picture:
        assert picture.size == (40, 30)
        alpha = np.asarray(picture.convert("RGBA"))[..., 3]
    assert alpha.max() > alpha.min()
    assert analyst.heatmap(Call(), {}, 1, 40) != analyst.heatmap(Call(), {}, 2, 40)
    with pytest.raises(UnknownAoi):
        analyst.heatmap(Call(), {}, 99, 40)


def test_what_was_corrected_leaves_the_review_queue(analyst, project):
    with Project.open(project) as editor:
        editor.mark_stale(1, 10, 20)
        queue = ReviewQueue(rev=1, **analyst.review(Call(), {}, 0.95))
        (moment,) = [each for each in queue.moments if each.reason == "stale"]
        assert (moment.object_id, moment.first_frame, moment.stop_frame) == (1, 10, 20)
        assert queue.target == 0.95
        assert 1 <= queue.n_for_target <= len(queue.moments)
        mark_absent(editor, 1, 10, 20)
        queue = ReviewQueue(rev=1, **analyst.review(Call(), {}, 0.95))
        assert not [each for each in queue.moments if each.object_id == 1 and each.reason == "stale"]


# ------------------------------------------------------------------ eye and gaze


def test_fixations_are_told_with_their_frames(analyst):
    eye = Eye(**analyst.eye(Call()))
    assert eye.fixation_first_frame == [10, 30]
    assert eye.fixation_stop_frame == [20, 40]
    assert eye.fixation_start_ns[0] == START_NS + 10 * STEP_NS
    assert len(eye.fixation_x) == 2
    assert eye.blink_first_frame == eye.event_frames == []


def test_gaze_of_any_span_is_served_from_one_file(analyst, tmp_path):
    world = shapes_world()
    assert analyst.gaze(Call(), str(tmp_path / "gaze")) == 50 * 8
    file = GazeFile.open(tmp_path / "gaze")
    records = np.frombuffer(file.span(10, 12), RECORD)
    assert records["frame_idx"].tolist() == [10] * 8 + [11] * 8
    assert records["status"].tolist() == [0] * 16
    x, y = world.centre("red", 10)
    np.testing.assert_allclose([records["x"][0], records["y"][0]], [x, y], atol=1e-3)
    assert np.isnan(np.frombuffer(file.span(0, 1), RECORD)["x"]).all()
    assert file.span(0, 50) == file.span(0, 7) + file.span(7, 50)
    assert file.span(48, 1000) == file.span(48, 50)
    assert file.span(5, 5) == file.span(9, 2) == b""


def test_samples_without_a_frame_come_with_the_frame_before(tmp_path):
    records = np.zeros(6, RECORD)
    records["frame_idx"] = [-1, 0, 0, -1, 2, -1]
    records.tofile(tmp_path / "gaze")
    file = GazeFile.open(tmp_path / "gaze")
    spans = [
        np.frombuffer(file.span(*span), RECORD)["frame_idx"].tolist() for span in ((0, 1), (1, 2), (2, 9))
    ]
    assert spans == [[-1, 0, 0, -1], [], [2, -1]]
