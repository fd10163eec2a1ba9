"""Learned detectors from the folder to the answer: what they are asked, and what is said when it is amiss."""

import json
import shutil

import numpy as np
import pytest

from checkpoints.drawn_models import files_of, write_cache
from dwell.errors import BackendError, IncompleteModel, MissingBackend, MissingModel, ModelError, PromptError
from dwell.models import DETECTOR_MODELS
from dwell.segmenters.checkpoints import libraries
from dwell.segmenters.checkpoints.checkpoint import find_checkpoint
from dwell.segmenters.checkpoints.family import DETECTING
from dwell.segmenters.detectors.choosing import Thresholds
from dwell.segmenters.detectors.open import default_detector, default_thresholds, open_detector
from segmenters.detectors.drawn import picture
from segmenters.detectors.tiny import GROUNDED, KINDS

torch = pytest.importorskip("torch")
LEARNED_BY_WORD = tuple(kind for kind in KINDS if kind not in GROUNDED)


@pytest.fixture
def copied(folders, tmp_path):
    """A checkpoint of its own to spoil."""

    def copy(kind):
        return shutil.copytree(folders[kind], tmp_path / kind)

    return copy


@pytest.fixture
def hf_home(tmp_path, monkeypatch):
    """An empty Hugging Face cache of the test's own."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    return tmp_path / "hf"


def scores_of(detector, phrases, image=None):
    return sorted(each.score for each in detector.detect(picture() if image is None else image, phrases, 0))


# -------------------------------------------------------------------- what is asked


@pytest.mark.parametrize("kind", KINDS)
def test_words_and_colours_matter(learned, kind):
    detector = learned(kind)
    plain = scores_of(detector, ["red bottle"])
    assert plain != scores_of(detector, ["hand"])
    assert plain != scores_of(detector, ["red bottle"], picture()[:, :, ::-1])


@pytest.mark.parametrize("kind", KINDS)
def test_capitals_do_not_matter(learned, kind):
    assert scores_of(learned(kind), ["Red BOTTLE"]) == scores_of(learned(kind), ["red bottle"])


@pytest.mark.parametrize("kind", GROUNDED)
def test_full_stops_and_question_marks_within_a_phrase_do_not_part_it(learned, kind):
    found = learned(kind).detect(picture(), ["bottle of 2.5 l?", "hand"], 0)
    assert {each.phrase for each in found} <= {"bottle of 2.5 l?", "hand"}
    assert [each.score for each in found] == [
        each.score for each in learned(kind).detect(picture(), ["bottle of 2 5 l", "hand"], 0)
    ]


@pytest.mark.parametrize("kind", GROUNDED)
def test_phrases_that_need_two_prompts_are_the_answers_to_both(learned, kind):
    # A prompt of these tiny copies holds 32 tokens: [CLS], [SEP], and 15 words with their stops.
    words = ["red", "flag", "cup", "hand", "bottle"] * 4
    phrases = [f"{word}" for word in words]
    both = learned(kind).detect(picture(), phrases, 0)
    alone = [learned(kind).detect(picture(), part, 0) for part in (phrases[:15], phrases[15:])]
    assert len(both) == 24
    assert sorted(each.score for each in both) == sorted(each.score for part in alone for each in part)


@pytest.mark.parametrize("kind", ["sam3", "sam3-video"])
def test_sam3_answers_each_phrase_by_itself(learned, kind):
    both = learned(kind).detect(picture(), ["red bottle", "hand"], 0)
    alone = [
        each for phrase in ("red bottle", "hand") for each in learned(kind).detect(picture(), [phrase], 0)
    ]
    assert both == sorted(alone, key=lambda each: -each.score)


@pytest.mark.parametrize("kind", LEARNED_BY_WORD)
def test_a_phrase_that_is_too_long_is_not_cut_off(learned, kind):
    with pytest.raises(
        PromptError, match=r"'x x .*' is too long: this detector reads (14|30) .* and it has 40"
    ):
        learned(kind).detect(picture(), ["cup", " ".join("x" * 40)])


@pytest.mark.parametrize("kind", GROUNDED)
def test_a_phrase_longer_than_a_prompt_is_refused(learned, kind):
    with pytest.raises(
        PromptError, match="Phrase 2 has 40 words or parts of words; this detector takes from 1"
    ):
        learned(kind).detect(picture(), ["cup", " ".join("x" * 40)])


def test_an_image_may_be_small_but_not_tiny(learned):
    with pytest.raises(BackendError, match=r"The image is 20×15 px; a detector needs at least 16×16"):
        learned("owlv2").detect(picture()[:15, :20], ["cup"])
    for kind in KINDS:
        for each in learned(kind).detect(picture()[:16, :80], ["cup"], 0):
            assert each.box_xyxy[2] <= 80
            assert each.box_xyxy[3] <= 16


# -------------------------------------------------------------------- the record


def test_it_describes_all_that_fixes_the_result(learned, folders):
    described = learned("mm-grounding-dino").describe()
    assert described["model"] == str(folders["mm-grounding-dino"])
    assert described["revision"].startswith("sha256:")
    assert (described["architecture"], described["device"]) == ("mm-grounding-dino", "cpu")
    assert described["torch"] == torch.__version__


def test_a_detector_has_the_name_of_its_folder(folders, monkeypatch):
    monkeypatch.chdir(folders["owlv2"].parent)
    assert open_detector(folders["owlv2"].name, device="cpu").name == folders["owlv2"].name


# -------------------------------------------------------------------- what may be amiss


def test_a_config_of_the_years_before_is_understood(copied):
    folder = copied("grounding-dino")
    config = json.loads((folder / "config.json").read_text())
    older = {
        "backbone": None,
        "backbone_kwargs": None,
        "use_timm_backbone": False,
        "use_pretrained_backbone": False,
    }
    (folder / "config.json").write_text(json.dumps(config | older | {"torch_dtype": "float32"}))
    assert open_detector(folder, device="cpu").detect(picture(), ["cup"], 0)


@pytest.mark.parametrize(("kind", "name"), [("grounding-dino", "tokenizer.json"), ("owlv2", "merges.txt")])
def test_a_folder_without_a_tokeniser_is_told(copied, kind, name):
    folder = copied(kind)
    (folder / name).unlink()
    with pytest.raises(
        IncompleteModel, match=r"no tokeniser: expected tokenizer.json, or vocab.json and merges"
    ):
        open_detector(folder, device="cpu")


def test_a_tokeniser_that_is_damaged_is_told(copied):
    folder = copied("grounding-dino")
    (folder / "tokenizer.json").write_text('{"version": "1.0", ')
    with pytest.raises(ModelError, match="The tokeniser in .* cannot be read"):
        open_detector(folder, device="cpu")


def test_other_words_are_another_revision(copied, folders):
    folder = copied("owlv2")
    with (folder / "merges.txt").open("a") as file:
        file.write("f l\n")
    revisions = [find_checkpoint(each, DETECTING).revision for each in (folder, folders["owlv2"])]
    assert revisions[0] != revisions[1]


def test_weights_of_something_else_are_not_taken_for_a_detector(copied, folders):
    folder = copied("grounding-dino")
    shutil.copy(folders["owlv2"] / "model.safetensors", folder)
    with pytest.raises(ModelError, match="lacks .* of the weights of a GroundingDinoForObjectDetection"):
        open_detector(folder, device="cpu")


@pytest.mark.parametrize("kind", KINDS)
def test_running_out_of_memory_says_what_to_do(learned, monkeypatch, kind):
    detector = learned(kind)

    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(type(detector._network), "find", full)
    with pytest.raises(
        BackendError, match="ran out of memory on cpu. Choose a smaller model, close other"
    ) as caught:
        detector.detect(picture(), ["cup"])
    assert "choose the device cpu" not in str(caught.value), "that is where it ran"


def test_without_libraries_it_says_what_to_install(monkeypatch, folders):
    monkeypatch.setattr(libraries, "find_spec", lambda package: None)
    for name in ("grounding-dino-tiny", folders["owlv2"]):
        with pytest.raises(MissingBackend, match=r'need the package \'torch\'.*pip install "dwell\[sam\]"'):
            open_detector(name)


# -------------------------------------------------------------------- which one


def test_the_default_is_the_first_that_is_here(hf_home):
    with pytest.raises(MissingModel) as caught:
        default_detector()
    assert "dwell models fetch grounding-dino-tiny (689 MB). Without one, the detector 'colours'" in str(
        caught.value
    )
    write_cache(hf_home, "sam3", files_of("sam3_video"))
    assert default_detector() == "sam3"
    write_cache(hf_home, "mm-grounding-dino-tiny", files_of("mm-grounding-dino"))
    assert default_detector() == "mm-grounding-dino-tiny"


def test_a_model_that_is_not_here_says_how_to_get_it(hf_home):
    with pytest.raises(MissingModel, match=r"owlv2-base.*is not on this computer.*--detector FOLDER"):
        open_detector("owlv2-base", offline=True)
    with pytest.raises(MissingModel, match=r"There is no folder no/where; .*--detector FOLDER"):
        open_detector("no/where")


def test_thresholds_to_begin_with_are_those_of_the_makers():
    assert default_thresholds("grounding-dino-tiny") == Thresholds(box=0.3, text=0.25)
    assert default_thresholds("owlv2-base") == Thresholds(box=0.1, text=0.1)
    assert default_thresholds("colours") == default_thresholds("a/folder") == Thresholds()
    assert all(0 < each.text_score <= each.box_score < 1 for each in DETECTOR_MODELS.values())


def test_boxes_are_plain_numbers_that_can_be_written_down(learned):
    found = learned("owlv2").detect(picture(), ["cup"], 0)[0]
    assert json.loads(json.dumps([*found.box_xyxy, found.score])) == [*found.box_xyxy, found.score]
    assert not isinstance(found.score, np.generic)
