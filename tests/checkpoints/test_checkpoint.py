"""Which files a model is: those in a folder, those in the cache, and those that will not do."""

import json
import os

import pytest

from checkpoints.drawn_models import COMMIT, files_of, safetensors, write_cache, write_checkpoint
from dwell.errors import BackendError, IncompleteModel, MissingModel, ModelError
from dwell.models import DETECTOR_MODELS, MODELS
from dwell.segmenters.checkpoints.cache import cache_folder
from dwell.segmenters.checkpoints.checkpoint import cached_checkpoint, find_checkpoint
from dwell.segmenters.checkpoints.family import DETECTING, FAMILIES, PROPOSING, TRACKING, family_of


def refused(model, leaf=ModelError, **options):
    """The message with which a model is refused."""
    with pytest.raises(leaf) as caught:
        find_checkpoint(model, **options)
    assert type(caught.value) is leaf
    message = str(caught.value)
    assert len(message) < 500
    return message


# -------------------------------------------------------------------- a folder


def test_a_folder_is_found_by_its_path_and_named_after_itself(tmp_path):
    found = find_checkpoint(write_checkpoint(tmp_path / "my-sam"))
    assert (found.name, found.model_type, found.folder) == ("my-sam", "sam2_video", tmp_path / "my-sam")
    assert found.source == str(tmp_path / "my-sam")
    assert found == find_checkpoint(str(tmp_path / "my-sam"))


def test_the_revision_of_a_folder_tells_other_weights_of_the_same_size_apart(tmp_path):
    one = write_checkpoint(tmp_path / "one")
    same = write_checkpoint(tmp_path / "same")
    other = write_checkpoint(tmp_path / "other", files_of() | {"model.safetensors": safetensors(fill=b"\1")})
    revisions = [find_checkpoint(folder).revision for folder in (one, same, other)]
    assert revisions[0] == revisions[1] != revisions[2]
    assert revisions[0].startswith("sha256:")
    assert len(revisions[0]) == len("sha256:") + 12


def test_the_revision_of_a_folder_tells_other_preparation_of_pictures_apart(tmp_path):
    one = write_checkpoint(tmp_path / "one")
    darker = files_of() | {
        "processor_config.json": b'{"size": 512, "image_mean": [0, 0, 0], "image_std": [1, 1, 1]}'
    }
    assert (
        find_checkpoint(one).revision != find_checkpoint(write_checkpoint(tmp_path / "two", darker)).revision
    )


def test_a_folder_that_changed_has_another_revision(tmp_path):
    folder = write_checkpoint(tmp_path / "one")
    before = find_checkpoint(folder).revision
    (folder / "model.safetensors").write_bytes(safetensors(fill=b"\1"))
    os.utime(folder / "model.safetensors", ns=(1, 1))
    assert find_checkpoint(folder).revision != before


def test_weights_may_come_in_parts(tmp_path):
    files = files_of()
    part = files.pop("model.safetensors")
    index = {"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors"}}
    files |= {"model.safetensors.index.json": json.dumps(index).encode(), "model-1-of-2.safetensors": part}
    folder = write_checkpoint(tmp_path / "parts", files)
    message = refused(folder, IncompleteModel)
    assert "1 of 2 files with weights; model-2-of-2.safetensors is missing" in message
    (folder / "model-2-of-2.safetensors").write_bytes(part)
    assert find_checkpoint(folder).revision


@pytest.mark.parametrize("kind", TRACKING.architectures)
def test_these_architectures_are_taken(tmp_path, kind):
    assert find_checkpoint(write_checkpoint(tmp_path / "m", files_of(kind))).model_type == kind


@pytest.mark.parametrize("kind", DETECTING.architectures)
def test_detectors_have_architectures_of_their_own(tmp_path, kind):
    folder = write_checkpoint(tmp_path / "m", files_of(kind))
    assert find_checkpoint(folder, DETECTING).model_type == kind
    if kind not in TRACKING.architectures:
        assert f"architecture '{kind}'; expected one of: sam2_video" in refused(folder)
    message = refused(write_checkpoint(tmp_path / "sam", files_of()), family=DETECTING)
    assert "expected one of: grounding-dino, mm-grounding-dino, owlv2" in message
    assert "a transformers checkpoint that finds things from words" in message


def test_sam3_is_one_download_and_does_both(hf_home):
    write_cache(hf_home, "sam3", files_of("sam3_video"))
    assert cached_checkpoint(MODELS["sam3"]) == cached_checkpoint(DETECTOR_MODELS["sam3"])


@pytest.mark.parametrize("kind", PROPOSING.architectures)
def test_image_models_cannot_track_and_are_sent_where_they_can_be_used(tmp_path, kind):
    folder = write_checkpoint(tmp_path / "m", files_of(kind))
    assert find_checkpoint(folder, PROPOSING).model_type == kind
    message = refused(folder)
    assert f"architecture '{kind}'; expected one of: sam2_video" in message
    assert message.endswith("This one can be given to --proposer.")


def test_another_architecture_is_refused_by_its_name(tmp_path):
    message = refused(write_checkpoint(tmp_path / "bert", files_of("bert")))
    assert "architecture 'bert'; expected one of: sam2_video, sam2, edgetam_video" in message


def test_a_folder_without_a_config_is_no_checkpoint(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "is not a checkpoint: it has no config.json" in refused(tmp_path / "empty")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_links_that_were_copied_without_their_files(tmp_path, name):
    folder = write_checkpoint(tmp_path / "m")
    (folder / name).unlink()
    (folder / name).symlink_to("../../blobs/0123")
    message = refused(folder, IncompleteModel)
    assert f"{name} is a link to a file that is not there" in message
    assert "cp -rL" in message


def test_a_file_is_no_folder(tmp_path):
    weights = write_checkpoint(tmp_path / "m") / "model.safetensors"
    assert "is a file; give the folder" in refused(weights)


def test_weights_in_a_format_that_may_run_code_are_refused(tmp_path):
    files = files_of()
    del files["model.safetensors"]
    message = refused(write_checkpoint(tmp_path / "m", files | {"pytorch_model.bin": b"..."}))
    assert "pytorch_model.bin; Dwell reads them as model.safetensors only" in message
    (tmp_path / "m" / "pytorch_model.bin").unlink()
    assert "no weights (model.safetensors)" in refused(tmp_path / "m", IncompleteModel)


WHOLE = safetensors(1_000_000)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("model.safetensors", WHOLE[:3_000_000], "is cut short: it has 3.0 MB of 4.0 MB"),
        ("model.safetensors", WHOLE[:20], "is cut short: it ends within its header"),
        ("model.safetensors", WHOLE + b"12345", "it has 5 bytes too many"),
        ("model.safetensors", b"", "does not begin like a safetensors file"),
        ("model.safetensors", b"\xff" * 100, "does not begin like a safetensors file"),
        ("model.safetensors", (4).to_bytes(8, "little") + b"nope", "its header is no safetensors header"),
        ("model.safetensors", b"version https://git-lfs.github.com/spec/v1\n", "run `git lfs pull`"),
        ("config.json", b'{"model_type": "sam2', "config.json is damaged"),
        ("config.json", b"[]", "it holds no JSON object"),
    ],
)
def test_files_that_are_cut_short_or_damaged_are_told(tmp_path, name, data, says):
    message = refused(write_checkpoint(tmp_path / "m", files_of() | {name: data}), IncompleteModel)
    assert says in message
    assert name in message


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("sam2.1-tny", "Did you mean 'sam2.1-tiny'?"),
        ("quite-other", "Models with a name: sam2.1-tiny, "),
        ("facebook/sam2.1-hiera-tiny", "for the model of that name on the hub say 'sam2.1-tiny'"),
        ("no/such/folder", "There is no folder no/such/folder; say where the model is now"),
    ],
)
def test_what_is_neither_a_name_nor_a_folder(given, says):
    assert says in refused(given, MissingModel)


# -------------------------------------------------------------------- the cache


def test_a_model_in_the_cache_is_used_without_asking_anybody(hf_home, monkeypatch):
    monkeypatch.setattr("dwell.segmenters.checkpoints.fetch.fetch", None)  # calling it would fail
    snapshot = write_cache(hf_home)
    found = find_checkpoint("sam2.1-tiny")
    assert (found.name, found.folder, found.revision) == ("sam2.1-tiny", snapshot, COMMIT)
    assert found.source == "facebook/sam2.1-hiera-tiny"
    assert found.config == {"model_type": "sam2_video"}


def test_of_several_versions_main_is_used(hf_home):
    write_cache(hf_home, commit="a" * 40, ref=False)
    write_cache(hf_home, commit="b" * 40)
    write_cache(hf_home, commit="c" * 40, ref=False)
    assert find_checkpoint("sam2.1-tiny", offline=True).revision == "b" * 40


def test_without_a_main_the_newest_whole_version_is_used(hf_home):
    for age, commit in enumerate("abc"):
        files = files_of() | ({"model.safetensors": WHOLE[:100]} if commit == "a" else {})
        snapshot = write_cache(hf_home, commit=commit * 40, ref=False, files=files)
        os.utime(snapshot, ns=(0, 10**18 - age))
    assert find_checkpoint("sam2.1-tiny", offline=True).revision == "b" * 40


@pytest.mark.parametrize("missing", ["config.json", "processor_config.json", "model.safetensors"])
def test_half_a_download_is_not_taken_for_a_model(hf_home, missing):
    files = files_of()
    del files[missing]
    write_cache(hf_home, files=files)
    message = refused("sam2.1-tiny", IncompleteModel, offline=True)
    assert "The download of sam2.1-tiny is not complete" in message
    assert missing in message


def test_offline_the_message_is_a_recipe(monkeypatch):
    by_option = refused("sam2.1-tiny", MissingModel, offline=True)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert by_option == refused("sam2.1-tiny", MissingModel)
    assert "sam2.1-tiny (facebook/sam2.1-hiera-tiny) is not on this computer" in by_option
    assert "run `dwell models fetch sam2.1-tiny`" in by_option
    assert "--backend FOLDER" in by_option


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"HF_HUB_CACHE": "/a", "HF_HOME": "/b"}, "/a"),
        ({"HF_HOME": "/b", "XDG_CACHE_HOME": "/c"}, "/b/hub"),
        ({"HF_HOME": "$MY_DISK/b", "MY_DISK": "/d"}, "/d/b/hub"),
        ({"HF_HOME": "", "XDG_CACHE_HOME": "/c"}, "/c/huggingface/hub"),
        ({"HF_HOME": "", "XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/huggingface/hub"),
    ],
)
def test_the_cache_is_where_the_environment_says(monkeypatch, variables, folder):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder().as_posix() == folder


# -------------------------------------------------------------------- the table of names


@pytest.mark.parametrize("family", FAMILIES, ids=["tracking", "detecting", "proposing"])
def test_every_model_says_where_it_is_from_and_what_it_costs(family):
    for name, model in family.models.items():
        assert model.name == name
        assert family_of(model) is family
        assert model.repo.count("/") == 1
        assert model.architecture in family.architectures
        assert model.size_mb == pytest.approx(4 * model.params_m, rel=0.02)
        assert model.cpu_s > (model.cpu_512_s or 0)
        assert {"torch", "transformers"} <= set(model.needs)


def test_errors_of_models_are_errors_of_backends():
    assert issubclass(MissingModel, BackendError)


def test_a_download_whose_processor_speaks_of_prompts_only_is_not_complete(hf_home):
    only_prompts = files_of() | {"processor_config.json": b'{"target_size": 1024, "point_pad_value": -10}'}
    write_cache(hf_home, files=only_prompts)
    with pytest.raises(IncompleteModel, match="no usable processor_config.json; fetch the model again"):
        cached_checkpoint(MODELS["sam2.1-tiny"])
