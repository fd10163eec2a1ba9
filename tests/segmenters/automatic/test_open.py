"""Choosing a proposer: by its name, by a backend's, by a folder; and what is said when there is none."""

import subprocess
import sys

import pytest

from checkpoints.drawn_models import files_of, write_checkpoint
from dwell.errors import BackendError, MissingBackend, MissingModel, ModelError
from dwell.models import PROPOSER_MODELS
from dwell.registry import PROPOSERS
from dwell.segmenters.automatic.grid import GridProposer
from dwell.segmenters.automatic.open import open_proposer
from dwell.segmenters.checkpoints import libraries
from dwell.segmenters.contract import Proposer


def refused(error, name, **options):
    with pytest.raises(error) as caught:
        open_proposer(name, **options)
    assert type(caught.value) is error
    assert len(str(caught.value)) < 500
    return str(caught.value)


def test_proposers_are_listed_the_built_in_one_first():
    assert list(PROPOSERS) == ["embedded", *PROPOSER_MODELS]


def test_the_built_in_one_needs_no_name():
    assert open_proposer().name == "embedded"


def test_a_backend_clicks_all_over_the_picture():
    proposer = open_proposer("colour")
    assert isinstance(proposer, GridProposer)
    assert isinstance(proposer, Proposer)
    assert proposer.name == "colour"


@pytest.mark.parametrize("kind", ["sam", "sam_hq", "sam2", "edgetam", "sam3"])
def test_a_folder_may_hold_any_network_that_makes_masks(image_folders, checkpoints, kind, monkeypatch):
    folder = (image_folders | checkpoints)[kind]
    proposer = open_proposer(folder, device="cpu")
    assert proposer.name == folder.name
    assert proposer.describe()["architecture"].startswith(kind.split("_")[0])
    monkeypatch.chdir(folder.parent)
    assert open_proposer(folder.name, device="cpu").describe() == proposer.describe()


def test_options_go_to_the_network(checkpoints):
    described = open_proposer(checkpoints["sam2"], device="cpu", resolution=64).describe()
    assert described["resolution"] == 64


def test_an_unknown_name_guesses_and_lists_proposers_and_backends():
    message = refused(MissingBackend, "sam-vit-bas")
    assert message.startswith(
        "There is no proposer named 'sam-vit-bas'; choose one of: embedded, sam-vit-base"
    )
    assert "sam2.1-small" in message
    assert message.endswith("Did you mean 'sam-vit-base'?")
    assert "Did you mean" not in refused(MissingBackend, "qqq")


def test_a_model_that_is_not_here(monkeypatch, tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    message = refused(MissingModel, "sam-hq-vit-base", offline=True)
    assert message.startswith(
        "The model sam-hq-vit-base (syscv-community/sam-hq-vit-base) is not on this computer"
    )
    assert "dwell models fetch sam-hq-vit-base" in message
    assert "--proposer FOLDER" in message


def test_folders_that_will_not_do(tmp_path):
    assert "There is no folder" in refused(MissingModel, tmp_path / "nowhere")
    assert "it has no config.json" in refused(ModelError, tmp_path)
    (tmp_path / "file").write_text("")
    assert "is a file" in refused(ModelError, tmp_path / "file")
    words = write_checkpoint(tmp_path / "words", files_of("owlv2"))
    assert "architecture 'owlv2', which makes no masks; expected one of: sam, sam_hq, sam2_video" in refused(
        ModelError, words
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "sam-vit-base",
            "The proposer 'sam-vit-base' has no option 'depth'; it takes: device, offline, show.",
        ),
        ("embedded", "The proposer 'embedded' has no option 'depth'; it takes: none."),
        ("colour", "The backend 'colour' has no option 'depth'; it takes: none."),
    ],
)
def test_an_option_that_it_lacks(name, says):
    if name in PROPOSER_MODELS:
        pytest.importorskip("torch")
        pytest.importorskip("transformers")
    assert refused(BackendError, name, depth=3) == says


@pytest.mark.parametrize("missing", ["torch", "transformers"])
@pytest.mark.parametrize("name", ["sam-vit-base", "sam2.1-tiny"])
def test_without_the_extra_the_line_that_installs_it_is_said(monkeypatch, missing, name):
    found = libraries.find_spec
    monkeypatch.setattr(
        libraries, "find_spec", lambda package: None if package == missing else found(package)
    )
    assert refused(MissingBackend, name) == (
        f'Learned models need the package {missing!r}, which is not installed; run: pip install "dwell[sam]"'
    )


def test_those_without_weights_load_no_torch():
    code = (
        "import sys\n"
        "from dwell.segmenters.automatic.open import open_proposer\n"
        "open_proposer('embedded'), open_proposer('colour')\n"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
