"""Choosing a backend: by name, by folder, with options; and the same again the next time."""

import json

import pytest

import dwell
from checkpoints.drawn_models import write_checkpoint
from dwell.errors import BackendError, MissingBackend
from dwell.models import MODELS
from dwell.registry import BACKENDS
from dwell.segmenters.open import is_folder, open_backend
from posing import pose
from shape_recordings import shapes_world, write_image_folder


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    return write_image_folder(tmp_path_factory.mktemp("shapes") / "shots", shapes_world())


@pytest.fixture(autouse=True)
def _posing(monkeypatch):
    pose(monkeypatch)


@pytest.fixture
def folder(tmp_path):
    return write_checkpoint(tmp_path / "my-sam")


def track(shots, project, frame_idx=0, **choice):
    """Track blue with this backend; the backend."""
    with dwell.open_analysis(shots, project, **choice) as analysis:
        analysis.prompt("blue", dwell.Point(40, 45), frame_idx=frame_idx)
        analysis.track()
        return analysis.session.backend


def test_backends_are_listed_built_in_ones_first():
    assert list(BACKENDS) == ["embedded", "colour", *MODELS]


def test_a_model_gets_its_name_and_the_options():
    described = open_backend("sam2.1-small", resolution=512, remember="confident").describe()
    assert described["name"] == "sam2.1-small"
    assert (described["resolution"], described["remember"]) == (512, "confident")


def test_a_folder_is_a_model_too(folder, monkeypatch):
    assert open_backend(folder).name == open_backend(str(folder)).name == "my-sam"
    monkeypatch.chdir(folder.parent)
    assert open_backend("my-sam").describe()["model"] == str(folder)


@pytest.mark.parametrize(
    ("name", "folder"),
    [("./model", True), ("a/b", True), ("embedded", False), ("sam2.1-tiny", False), ("no-such", False)],
)
def test_what_has_a_slash_is_a_folder_there_or_not(name, folder):
    assert is_folder(name) is folder


def test_a_backends_name_is_no_folder_even_if_there_is_one(tmp_path, monkeypatch):
    (tmp_path / "embedded").mkdir()
    monkeypatch.chdir(tmp_path)
    assert not is_folder("embedded")


def test_an_unknown_name_guesses():
    with pytest.raises(MissingBackend, match=r"no backend named 'sam2.1-smal'.*Did you mean 'sam2.1-small'"):
        open_backend("sam2.1-smal")


def test_a_model_of_single_images_is_no_backend():
    with pytest.raises(MissingBackend, match=r"sam-vit-base .* cannot track.*--proposer.*sam2.1-small"):
        open_backend("sam-vit-base")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("embedded", "The backend 'embedded' has no option 'resolution_px'; it takes: none."),
        (
            "sam2.1-tiny",
            "The backend 'sam2.1-tiny' has no option 'resolution_px'; it takes: resolution, device, offline, "
            "remember, reacquire, show.",
        ),
    ],
)
def test_an_option_that_a_backend_lacks(name, says):
    with pytest.raises(BackendError) as caught:
        open_backend(name, resolution_px=512)
    assert str(caught.value) == says


def test_the_same_backend_with_the_same_options_goes_on(shots, tmp_path):
    options = {"resolution": 512, "remember": "confident", "reacquire": 15, "device": "cuda"}
    project = tmp_path / "p.dwell"
    track(shots, project, backend="sam2.1-tiny", backend_options=options)
    again = track(shots, project, frame_idx=30)
    assert again.name == "sam2.1-tiny"
    described = again.describe()
    assert (described["resolution"], described["remember"], described["reacquire"]) == (512, "confident", 15)
    assert again.given["device"] == "auto"


def test_options_may_be_changed_one_by_one(shots, tmp_path):
    project = tmp_path / "p.dwell"
    track(shots, project, backend="sam2.1-tiny", backend_options={"resolution": 512, "reacquire": 15})
    described = track(shots, project, frame_idx=30, backend_options={"resolution": 768}).describe()
    assert (described["resolution"], described["reacquire"]) == (768, 15)


def test_a_backend_that_is_named_starts_without_the_options_of_another(shots, tmp_path):
    project = tmp_path / "p.dwell"
    track(shots, project, backend="sam2.1-tiny", backend_options={"resolution": 512})
    assert track(shots, project, frame_idx=30, backend="sam2.1-small").describe()["resolution"] == 1024
    assert track(shots, project, frame_idx=20, backend="colour").name == "colour"
    assert track(shots, project, frame_idx=10).name == "colour"


def test_a_model_in_a_folder_is_found_again(shots, tmp_path, folder):
    project = tmp_path / "p.dwell"
    track(shots, project, backend=str(folder))
    again = track(shots, project, frame_idx=30)
    assert again.describe()["model"] == str(folder)


def test_the_manifest_names_model_and_revision(shots, tmp_path):
    project = tmp_path / "p.dwell"
    track(shots, project, backend="sam2.1-tiny", backend_options={"resolution": 512})
    with dwell.open_analysis(project) as analysis:
        analysis.map().write(tmp_path / "tables")
    manifest = json.loads((tmp_path / "tables" / "mapping.json").read_text())
    assert manifest["masks made by"] == [
        {
            "backend": "sam2.1-tiny", "name": "sam2.1-tiny", "model": "facebook/sam2.1-tiny",
            "revision": "0123abc", "resolution": 512, "device": "cpu", "remember": "all", "reacquire": 0,
            "stride": 1, "masks": 49,
        }
    ]  # fmt: skip


def test_the_manifest_counts_the_masks_of_each_backend_that_are_left(shots, tmp_path):
    project = tmp_path / "p.dwell"
    track(shots, project, backend="sam2.1-tiny")
    with dwell.open_analysis(shots, project, backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(32, 15), frame_idx=20)
        analysis.track(aois=["red"])
        made_by = [(each["backend"], each["masks"]) for each in analysis.made_by]
        assert made_by == [("sam2.1-tiny", 49), ("colour", 49)]
        analysis.project.remove_aoi(analysis.project.aois()[0].object_id)
        assert [each["backend"] for each in analysis.made_by] == ["colour"]


def test_the_backend_can_be_switched_in_an_open_analysis(shots, tmp_path):
    project = tmp_path / "p.dwell"
    with dwell.open_analysis(shots, project, backend="colour") as analysis:
        analysis.prompt("blue", dwell.Point(40, 45), frame_idx=0)
        run = analysis.session.track(stride=1)
        next(run)
        analysis.use_backend("embedded")
        assert analysis.session.backend.name == "embedded"
        assert analysis.backend_choice == ("embedded", {})
        with pytest.raises(BackendError, match="no option 'resolution'"):
            analysis.use_backend("colour", resolution=512)
        with pytest.raises(MissingBackend, match="no backend named 'colours'"):
            analysis.use_backend("colours")
        assert analysis.session.backend.name == "embedded", "what failed changed nothing"
        next(run)
        analysis.prompt("blue", dwell.Point(40, 45), frame_idx=3)  # is taken up by the run, too
        assert list(run)
        assert {run.backend for run in analysis.project.runs()} == {"colour"}
    with dwell.open_analysis(shots, project) as again:
        assert again.backend_choice[0] == "embedded"


def test_a_backend_can_be_chosen_before_the_first_prompt(shots, tmp_path):
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="no such") as analysis:
        analysis.use_backend("colour")
        assert analysis.session.backend.name == "colour"
