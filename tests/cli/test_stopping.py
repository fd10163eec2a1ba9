"""Long jobs: progress, Ctrl-C, kill, and going on afterwards with the same result."""

import json
import os
import re
import signal

import pytest

from cli.counting import REGISTER
from cli.running import dwell, ended, masks_of, refused, start
from dwell.analysis import Analysis
from dwell.project import Project
from dwell.registry import BACKENDS
from shape_recordings import shapes_world, write_image_folder

N = 90
PROMPTS = ("--aoi", "red:box=24,7,40,23@f20", "--aoi", "blue:box=32,37,48,53@f0", "--backend", "counting")
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    return write_image_folder(tmp_path_factory.mktemp("long") / "shots", shapes_world(N))


@pytest.fixture
def whole(shots, tmp_path, monkeypatch):
    """The masks of an undisturbed run."""
    monkeypatch.setitem(BACKENDS.entries, "counting", "cli.counting:CountingBackend")
    dwell("track", shots, *PROMPTS, "--project", tmp_path / "whole.dwell")
    return masks_of(tmp_path / "whole.dwell")


def tracking(shots, tmp_path, monkeypatch, *more):
    """A slow ``dwell track`` in another process that has just shown its first progress."""
    monkeypatch.setenv("COUNTING_STEP_S", "0.02")
    process = start("track", shots, *PROMPTS, "--project", "p.dwell", *more, cwd=tmp_path, code=REGISTER)
    first = process.stderr.readline()
    monkeypatch.delenv("COUNTING_STEP_S")
    assert re.search("Tracking", first), first + process.stderr.read()
    return process, first


def assert_goes_on(shots, whole, expected_status):
    """The project holds a part; the same command, then nothing left, and the masks are those of one run."""
    partial = masks_of("p.dwell")
    assert 2 < len(partial) < len(whole)
    dwell("track", shots, *PROMPTS, "--project", "p.dwell")
    assert masks_of("p.dwell") == whole
    runs = dwell("info", "p.dwell", "--json").json["runs"]
    assert [run["status"] for run in runs] == [expected_status, "done"]
    assert dwell("track", "p.dwell", "--json").json["frames_tracked"] == 0


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_stopped_tracking_is_saved_and_goes_on(number, shots, whole, tmp_path, monkeypatch):
    process, _ = tracking(shots, tmp_path, monkeypatch)
    process.send_signal(number)
    ran = ended(process)
    assert ran.code == 130
    assert "run the same command to go on" in ran.error
    assert "Traceback" not in ran.err
    assert_goes_on(shots, whole, "cancelled")


@posix
def test_killed_tracking_goes_on(shots, whole, tmp_path, monkeypatch):
    process, _ = tracking(shots, tmp_path, monkeypatch)
    for _ in range(3):
        process.stderr.readline()
    process.kill()
    assert ended(process).code == -signal.SIGKILL
    assert_goes_on(shots, whole, "interrupted")


@posix
def test_a_stopped_command_answers_machines_in_json(shots, tmp_path, monkeypatch):
    process, first = tracking(shots, tmp_path, monkeypatch, "--json")
    line = json.loads(first)
    assert line["progress"] == "Tracking"
    assert 0 < line["done"] < line["total"]
    assert line["left_s"] > 0
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert ran.code == 130
    assert ran.json["error"]["type"] == "Cancelled"
    assert all(json.loads(text) for text in ran.err.splitlines())


def test_progress_in_a_pipe_is_lines_with_the_time_left(shots, tmp_path, monkeypatch):
    process, first = tracking(shots, tmp_path, monkeypatch)
    ran = ended(process)
    assert ran.code == 0
    lines = [line for line in (first + ran.err).splitlines() if not line.startswith("Note: Look at")]
    assert len(lines) > 3
    assert all(re.fullmatch(r"Tracking: \d+/109 frames, \d+ s left", line) for line in lines[:-1]), lines
    assert re.fullmatch(r"Tracking: 109/109 frames in \d+ s", lines[-1])


def test_others_may_look_while_one_tracks_but_not_write(shots, tmp_path, monkeypatch):
    process, _ = tracking(shots, tmp_path, monkeypatch)
    facts = dwell("info", "p.dwell", "--json").json
    assert facts["runs"] == [{"backend": "counting", "status": "running"}]
    assert 0 < facts["aois"][1]["visible"] < N
    message = refused("track", "p.dwell", "--aoi", "red:click=32,15@f21")
    assert f"process {process.pid}" in message
    assert "wait until it is done" in message
    assert "write=False" not in message
    dwell("map", "p.dwell", "--out", "tables")
    dwell("export", "p.dwell", "--format", "coco", "--out", "labels", "--unanswered", "write")
    ran = ended(process)
    assert ran.code == 0, ran.err
    with Project.open("p.dwell", write=False) as project:
        assert len(project.prompts()) == 2


@pytest.mark.parametrize(
    ("command", "job"),
    [
        ("map", "dwell.analysis.Analysis.map"),
        ("render", "dwell.analysis.Analysis.render"),
        ("export", "dwell.labels.export_labels"),
    ],
)
def test_ctrl_c_elsewhere_leaves_nothing_half_done(command, job, shots, whole, tmp_path, monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(job, interrupted)
    more = ["--format", "davis"] if command == "export" else []
    before = signal.getsignal(signal.SIGTERM)
    ran = dwell(command, "whole.dwell", "--out", tmp_path / "out" / "file.mp4", *more, code=130)
    assert ran.error == "Stopped. Run the same command to do it again."
    assert signal.getsignal(signal.SIGTERM) is before
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_a_mistake_of_ours_is_owned_up_to_in_both_forms(shots, whole, monkeypatch):
    def broken(self, *args, **options):
        raise KeyError("oops")

    monkeypatch.setattr(Analysis, "states", broken)
    ran = dwell("info", "whole.dwell", "--json", code=1)
    assert ran.json["error"]["type"] == "KeyError"
    assert "report" in ran.json["error"]["message"]
    process_free = ran.json["error"]["traceback"]
    assert "oops" in process_free
