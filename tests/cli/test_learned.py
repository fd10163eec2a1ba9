"""``dwell track`` with a learned model: options, folders, the fetch before, and how long it will take."""

from types import SimpleNamespace

import pytest

from checkpoints.drawn_models import write_cache, write_checkpoint
from cli.running import BLUE, COLOUR, dwell, refused
from dwell.project import Project
from dwell.tracking import TrackingSession
from posing import pose

TINY = ("--backend", "sam2.1-tiny")


@pytest.fixture(autouse=True)
def hf_home(tmp_path, monkeypatch):
    """A cache that holds sam2.1-tiny; models are played by a backend that follows colours."""
    pose(monkeypatch)
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    write_cache(tmp_path / "hf")
    return tmp_path / "hf"


@pytest.fixture
def takes(monkeypatch):
    """A function that says how many seconds tracking will be expected to take."""
    asked = []

    def expect(seconds):
        def estimate(self, span=None, direction="both", aois=None, stride=1):
            asked.append((span, stride))
            return SimpleNamespace(seconds=seconds, frames=50)

        monkeypatch.setattr(TrackingSession, "estimate", estimate, raising=False)
        return asked

    expect(1.0)
    return expect


@pytest.fixture(autouse=True)
def _at_once(takes):
    """Unless a test says otherwise, nothing takes long."""


def last_run(project="p.dwell"):
    with Project.open(project, write=False) as opened:
        return opened.runs()[-1]


def test_options_reach_the_model_and_the_record(shots):
    options = ("--resolution", "512", "--remember", "confident", "--reacquire", "15", "--device", "cpu")
    dwell("track", shots, "--aoi", BLUE, "--project", "p.dwell", *TINY, *options)
    run = last_run()
    assert run.backend == "sam2.1-tiny"
    assert {name: run.parameters[name] for name in ("resolution", "remember", "reacquire", "device")} == {
        "resolution": 512, "remember": "confident", "reacquire": 15, "device": "cpu",
    }  # fmt: skip


def test_the_next_command_goes_on_with_the_same_model(shots):
    dwell("track", shots, "--aoi", BLUE, "--project", "p.dwell", *TINY, "--resolution", "512")
    dwell("track", "p.dwell", "--aoi", "blue:click=40,45@f30")
    assert (last_run().backend, last_run().parameters["resolution"]) == ("sam2.1-tiny", 512)


def test_a_folder_is_a_backend(shots, tmp_path):
    write_checkpoint(tmp_path / "models" / "my-sam")
    dwell("track", shots, "--aoi", BLUE, "--project", "p.dwell", "--backend", "models/my-sam")
    assert last_run().backend == "my-sam"
    assert last_run().parameters["model"] == str(tmp_path / "models" / "my-sam")


def test_an_option_that_the_backend_lacks_is_told_in_options(shots):
    said = refused("track", shots, "--aoi", BLUE, "--project", "p.dwell", *COLOUR, "--resolution", "512")
    assert said == "Error: --resolution means nothing to the backend 'colour'; it takes: none."


def test_an_unknown_backend_guesses(shots):
    said = refused("track", shots, "--aoi", BLUE, "--project", "p.dwell", "--backend", "sam2.1-tny")
    assert "Did you mean 'sam2.1-tiny'?" in said


def test_a_model_that_is_not_here_is_fetched_unless_offline(shots, monkeypatch):
    fetched = []
    monkeypatch.setattr("dwell.cli.preparing.fetch_with_progress", lambda name, as_json: fetched.append(name))
    start = ("track", shots, "--aoi", BLUE, "--project", "p.dwell", "--backend", "sam2.1-small")
    dwell(*start, "--offline")
    assert fetched == []
    dwell(*start)
    assert fetched == ["sam2.1-small"]


def test_without_a_network_the_message_is_a_recipe(shots, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    said = refused("track", shots, "--aoi", BLUE, "--project", "p.dwell", "--backend", "sam2.1-small")
    assert "run `dwell models fetch sam2.1-small`" in said


def test_a_short_job_says_nothing(shots):
    ran = dwell("track", shots, "--aoi", BLUE, "--project", "p.dwell", *TINY)
    assert "This takes" not in ran.err


def test_measuring_is_not_announced_where_nothing_is_measured(shots, takes):
    asked = takes(45)
    start = ("track", shots, "--aoi", BLUE, "--project", "p.dwell", *TINY)
    assert "Measuring" in dwell(*start).err
    assert "Measuring" not in dwell(*start).err, "nothing is left to track"
    assert len(asked) == 1


def test_a_long_job_says_how_long_and_a_very_long_one_what_is_quicker(shots, takes):
    takes(45 * 60)
    start = ("track", shots, "--aoi", BLUE, "--project", "p.dwell", *TINY)
    assert (
        "This takes about 45 min here: 50 frames. Quicker, and less exact: --resolution 512, --stride 3, "
        "--backend edgetam, a computer with a GPU. Ctrl-C stops; what is done is saved."
        in dwell(*start).error
    )
    takes(100)
    again = dwell(*start, "--aoi", "red:click=32,15@f20", "--resolution", "512", "--stride", "3").error
    assert "This takes about 2 min here: 50 frames. Ctrl-C stops" in again


def test_the_estimate_is_of_what_will_be_tracked(shots, takes):
    asked = takes(45)
    dwell(
        "track",
        shots,
        "--aoi",
        BLUE,
        "--project",
        "p.dwell",
        *TINY,
        "--from",
        "10",
        "--to",
        "20",
        "--stride",
        "2",
    )
    assert asked == [((10, 20), 2)]


@pytest.mark.parametrize("flags", [(*TINY, "--json"), COLOUR])
def test_in_json_and_with_quick_backends_nothing_is_estimated(shots, takes, flags):
    asked = takes(1e6)
    dwell("track", shots, "--aoi", BLUE, "--project", "p.dwell", *flags)
    assert asked == []
