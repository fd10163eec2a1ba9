"""What the app exports is what the command line writes, and a stopped export leaves no half file."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from app.analysing import Call, mark_absent, tracked_project
from dwell.app.work.analyst import Analyst
from dwell.cli.main import app
from dwell.errors import Cancelled, OutputError
from dwell.project import Project

OPTIONS = {"margin_deg": 0.5, "fixation_rule": "any", "px_per_degree": 10.0}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tracked_project(tmp_path_factory.mktemp("exports"))


@pytest.fixture
def project(made, tmp_path):
    return shutil.copytree(made, tmp_path / "p.dwell")


@pytest.fixture
def analyst(project):
    analyst = Analyst(Call(), str(project))
    yield analyst
    analyst.close()


def files_below(folder):
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def test_tables_and_timeline_are_those_of_the_command_line_to_the_byte(analyst, project, tmp_path):
    request = {"what": ["tables", "timeline"], "out": str(tmp_path / "app"), **OPTIONS}
    answer = analyst.export(Call(), request)
    arguments = ["map", str(project), "--out", str(tmp_path / "cli"), "--margin-deg", "0.5"]
    arguments += ["--fixation-rule", "any", "--px-per-degree", "10"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    ours, theirs = files_below(tmp_path / "app"), files_below(tmp_path / "cli")
    assert ours.keys() == theirs.keys()
    assert {"gaze_on_aoi.csv", "aoi_dwell.csv", "mapping.json", "timeline.png"} <= ours.keys()
    for name in ours:
        assert ours[name].read_bytes() == theirs[name].read_bytes(), name
    assert answer["errors"] == []
    assert sorted(answer["files"]) == sorted(str(path) for path in ours.values())


def test_everything_is_written_with_one_progress_over_all(analyst, tmp_path):
    call = Call()
    what = ["video", "davis", "heatmap", "coco", "timeline", "tables"]
    answer = analyst.export(call, {"what": what, "out": str(tmp_path / "out")})
    assert answer["errors"] == []
    names = files_below(tmp_path / "out").keys()
    assert {"enriched.mp4", "coco/annotations.json", "davis/shot_0001.png", "timeline.png"} <= names
    assert {"heatmap.png", "heatmap-1-red.png", "heatmap-2-blue.png"} <= names
    done, totals = zip(*call.steps, strict=True)
    assert len(set(totals)) == 1
    assert list(done) == sorted(done)
    assert done[-1] == totals[0]
    labels = [event["what"] for event in call.events if "what" in event]
    assert labels[0] == "Writing the tables"
    assert labels[-1] == "Rendering the video"
    told = [path for event in call.events for path in event.get("files", [])]
    assert told == answer["files"]


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.6, 0.9, 0.99])
def test_a_stopped_export_leaves_only_whole_files(analyst, tmp_path, share):
    what = ["tables", "timeline", "coco", "davis", "video"]
    whole = tmp_path / "whole"
    analyst.export(Call(), {"what": what, "out": str(whole)})
    call = Call(stop_when=lambda call: call.steps[-1][0] > share * call.steps[-1][1])
    with pytest.raises(Cancelled):
        analyst.export(call, {"what": what, "out": str(tmp_path / "part")})
    expected = files_below(whole)
    left = files_below(tmp_path / "part") if (tmp_path / "part").exists() else {}
    assert left.keys() < expected.keys()
    for name, path in left.items():
        if name != "enriched.mp4":
            assert path.read_bytes() == expected[name].read_bytes(), name


def test_what_cannot_be_written_is_said_and_the_rest_is_written(analyst, tmp_path):
    out = tmp_path / "out"
    (out / "timeline.png").mkdir(parents=True)  # in the way
    answer = analyst.export(Call(), {"what": ["timeline", "coco"], "out": str(out)})
    assert [error["what"] for error in answer["errors"]] == ["timeline"]
    assert "timeline.png" in answer["errors"][0]["error"]
    assert answer["files"] == [str(out / "coco" / "annotations.json")]


def test_nothing_is_exported_over_the_recording(analyst, made):
    recording = made.parent / "shots"
    before = {name: path.read_bytes() for name, path in files_below(recording).items()}
    with pytest.raises(OutputError, match="folder of its own"):
        analyst.export(Call(), {"what": ["tables"], "out": str(recording)})
    assert {name: path.read_bytes() for name, path in files_below(recording).items()} == before


def test_no_format_is_written_into_a_project_that_is_named_like_it(made, tmp_path):
    project = shutil.copytree(made, tmp_path / "coco")
    analyst = Analyst(Call(), str(project))
    try:
        with pytest.raises(OutputError, match=r"coco holds the recording or the project"):
            analyst.export(Call(), {"what": ["timeline", "coco"], "out": str(tmp_path)})
        assert not (tmp_path / "timeline.png").exists()
    finally:
        analyst.close()


def test_an_export_shows_one_moment_whatever_is_corrected_meanwhile(analyst, project, tmp_path):
    with Project.open(project) as editor:

        class Correcting(Call):
            def tell(self, event):
                super().tell(event)
                if event.get("what") == "Writing COCO":
                    mark_absent(editor, 1, 0, 50)

        answer = analyst.export(Correcting(), {"what": ["tables", "coco"], "out": str(tmp_path / "out")})
    assert answer["errors"] == []
    labels = json.loads((tmp_path / "out" / "coco" / "annotations.json").read_text())
    assert sum(each["track_id"] == 1 for each in labels["annotations"]) == 50
