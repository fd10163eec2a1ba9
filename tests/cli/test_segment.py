"""``dwell segment``: words on a still, on images and on a video; suggested, drawn, accepted."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli.running import COLOUR, dwell, refused
from dwell.masks import Mask
from dwell.project import Project
from enrichments.written import SIZE_HW as ENRICHED_HW
from enrichments.written import write as write_enrichment
from recordings.samples import zip_folder
from shape_recordings import SIZE_HW, shapes_world

WORDS = ("--text", "red . blue ball")
COLOURS = ("--detector", "colours")


@pytest.fixture
def still(tmp_path):
    """The first picture of the shapes: red at (12, 15), blue at (40, 45), both 16 px wide."""
    path = tmp_path / "shelf.png"
    Image.fromarray(shapes_world().frame(0)).save(path)
    return path


def segment(*args, code=0):
    return dwell("segment", *args, *WORDS, *COLOURS, *COLOUR, code=code)


def masks(project):
    """name → (h, w) bool on frame 0."""
    with Project.open(project, write=False) as opened:
        names = {aoi.object_id: aoi.name for aoi in opened.aois()}
        return {names[i]: record.mask.to_array() for i, record in opened.records_at(0).items()}


def test_a_still_is_looked_at_and_nothing_is_saved(still, tmp_path):
    ran = segment(still)
    rows = [re.split(r"\s{2,}", line.strip()) for line in ran.out.splitlines()[1:3]]
    assert [(row[1], row[5], row[6]) for row in rows] == [
        ("red", "4,7,20,23", "new"),
        ("blue ball", "32,37,48,53", "new"),
    ]
    assert "--accept" in ran.out
    assert [path.name for path in tmp_path.iterdir()] == ["shelf.png"]


def test_accepted_aois_have_exact_masks_and_are_known_the_next_time(still):
    assert "Added red, blue ball; saved in" in segment(still, "--accept").out
    truth = shapes_world().truth(0)
    found = masks("shelf.dwell")
    assert list(found) == ["red", "blue ball"]
    np.testing.assert_array_equal(found["red"], truth["red"])
    np.testing.assert_array_equal(found["blue ball"], truth["blue"])
    again = segment(still, "--accept", "--json").json
    assert [(each["why"], each["aoi"]) for each in again["suggestions"]] == [
        ("known", "red"),
        ("known", "blue ball"),
    ]
    assert (again["added"], again["project"]) == ([], None)
    assert dwell("info", "shelf.dwell", "--json").json["undoable"] == ["add AOIs from words"]


def test_a_dry_run_is_json_and_changes_nothing_even_with_accept(still, tmp_path):
    ran = segment(still, "--dry-run", "--accept", "--out", "pictures").json
    assert [path.name for path in tmp_path.iterdir()] == ["shelf.png"]
    red = ran["suggestions"][0]
    assert red | {"score": 0, "text_score": 0} == {
        "frame_idx": 0, "phrase": "red", "score": 0, "text_score": 0, "box_xyxy": [4, 7, 20, 23],
        "why": "new", "aoi": None, "thing": 1,
    }  # fmt: skip
    assert 0.3 <= red["score"] == red["text_score"] <= 1
    assert (ran["detector"], ran["frames"], ran["files"], ran["added"]) == ("colours", 1, [], [])


def test_pictures_and_labels_of_what_is_suggested(still):
    ran = segment(still, "--out", "suggested")
    assert "1 pictures and annotations.json written to suggested" in ran.out
    with Image.open("suggested/shelf.png") as picture:
        assert picture.size == (SIZE_HW[1], SIZE_HW[0])
    labels = json.loads(Path("suggested/annotations.json").read_text())
    truth = shapes_world().truth(0)
    assert [each["file_name"] for each in labels["images"]] == ["shelf.png"]
    for each, name in zip(labels["annotations"], ("red", "blue"), strict=True):
        np.testing.assert_array_equal(Mask.from_coco(each["segmentation"]).to_array(), truth[name])


def test_thresholds_and_one_of_each(still):
    assert (
        "Lower --box-threshold" in segment(still, "--box-threshold", "1").error
    )  # discs of pixels are ragged
    picture = shapes_world().frame(0).copy()
    picture[40:56, 4:20] = (200, 0, 0)  # and a square, which fills its hull
    Image.fromarray(picture).save(still)

    def phrases(*options):
        return [each["phrase"] for each in segment(still, "--dry-run", *options).json["suggestions"]]

    assert sorted(phrases()) == ["blue ball", "red", "red"]
    assert sorted(phrases("--one-per-phrase")) == ["blue ball", "red"]
    assert phrases("--box-threshold", "1") == ["red"]
    assert phrases("--text-threshold", "1") == ["red"]


def test_frames_of_a_recording_give_one_aoi_and_tracking_goes_on_from_them(shots):
    # Red moves 1 px a frame: on frames 0 and 4 its boxes of 16 px share 12 columns of 20, IoU 0.6.
    ran = segment(shots, "--every", "4", "--accept", "--json").json
    assert ran["frames"] == 13
    assert [each["thing"] for each in ran["suggestions"]] == [1, 2] * 13
    assert ran["added"] == ["red", "blue ball"]
    dwell("track", "shots.dwell")
    with Project.open("shots.dwell", write=False) as project:
        assert project.prompt_frames(1) == list(range(0, 50, 4))
        masklet = project.masklet(1, include_stale=False)
        for frame_idx in range(50):
            truth = shapes_world().truth(frame_idx)["red"]
            np.testing.assert_array_equal(masklet.mask(frame_idx).to_array(), truth)


def test_a_lost_aoi_is_found_again_on_the_frame_that_is_named(shots):
    dwell("track", shots, "--aoi", "red:click=12,15@f0", "--to", "10", "--project", "p.dwell", *COLOUR)
    assert "known: red" in segment("p.dwell", "--frame", "9").out
    assert "found again: red" in segment("p.dwell", "--frame", "49").out
    dwell("segment", "p.dwell", "--text", "red", *COLOURS, "--frame", "49", "--accept")
    with Project.open("p.dwell", write=False) as project:
        assert [aoi.name for aoi in project.aois()] == ["red"]
        assert project.prompt_frames(1) == [0, 49]


def test_a_project_is_looked_at_while_another_process_writes_to_it(still):
    segment(still, "--accept")
    with Project.open("shelf.dwell"):
        assert len(segment("shelf.dwell", "--json").json["suggestions"]) == 2


def test_wrong_usage_and_things_that_cannot_be(still, shots):
    assert "not both" in refused("segment", still, *WORDS, "--frame", 0, "--every", 2, code=2)
    assert "There is no frame 50" in refused("segment", shots, *WORDS, *COLOURS, "--frame", 50)
    assert "knows colours only" in refused("segment", still, "--text", "cup", *COLOURS)
    assert "Expected words" in refused("segment", still, "--text", " . ", *COLOURS)
    assert "There is no detector named 'colors'" in refused("segment", still, *WORDS, "--detector", "colors")
    assert "no project" in refused("segment", "gone.dwell", *WORDS, *COLOURS)
    assert "no file or folder" in refused("segment", "gone.png", *WORDS, *COLOURS)
    error = dwell("segment", still, "--text", "cup", *COLOURS, "--json", code=1).json["error"]
    assert error["type"] == "PromptError"


def test_the_picture_of_an_enrichment(tmp_path):
    folder = write_enrichment(tmp_path / "shelf")
    picture = np.full((*ENRICHED_HW, 3), 200, np.uint8)
    picture[20:40, 30:60] = (200, 0, 0)
    Image.fromarray(picture).save(folder / "reference_image.jpeg", quality=98, subsampling=0)
    for path in (folder, zip_folder(folder, tmp_path / "shelf.zip")):
        ran = dwell("segment", path, "--text", "red", *COLOURS, "--accept", "--json").json
        assert [each["box_xyxy"] for each in ran["suggestions"]] == [[30, 20, 60, 40]]
    with Project.open("shelf.dwell", write=False) as project:
        (aoi,) = project.aois()
        assert abs(project.record(aoi.object_id, 0).mask.area - 20 * 30) <= 60


# -------------------------------------------------------------------- learned detectors


@pytest.fixture
def no_models(tmp_path, monkeypatch):
    """A computer on which nothing has been downloaded, and without a network."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("no_models")
def test_without_a_model_it_says_which_to_fetch_and_how_to_do_without(still):
    message = refused("segment", still, "--text", "cup")
    assert "dwell models fetch grounding-dino-tiny (689 MB)" in message
    assert "draw a box" in message
    pytest.importorskip("transformers", reason='needs pip install "dwell[sam]"')
    message = refused("segment", still, "--text", "cup", "--detector", "owlv2-base", "--offline")
    assert "owlv2-base" in message
    assert "dwell models fetch owlv2-base" in message


def test_a_learned_detector_from_a_folder(still, tmp_path):
    pytest.importorskip("torch", reason='needs pip install "dwell[sam]"')
    pytest.importorskip("transformers", reason='needs pip install "dwell[sam]"')
    from segmenters.detectors.tiny import write_tiny

    folder = write_tiny(tmp_path / "tiny", "grounding-dino")
    options = ("--text", "cup . red flag", "--detector", folder, "--device", "cpu", "--offline")
    everything = ("--box-threshold", "0", "--text-threshold", "0", "--dry-run")
    found = dwell("segment", still, *options, *everything).json["suggestions"]
    assert {each["phrase"] for each in found} <= {"cup", "red flag"}
    height, width = SIZE_HW
    for x0, y0, x1, y1 in (each["box_xyxy"] for each in found):
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
    good = dwell("segment", still, *options, *everything, "--box-threshold", "0.8").json["suggestions"]
    assert [each["score"] for each in good] == [each["score"] for each in found if each["score"] >= 0.8]
    assert 0 < len(good) < len(found)
