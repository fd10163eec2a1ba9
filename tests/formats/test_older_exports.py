"""An export into the folder of an older one: what would be read with it is refused, or said."""

import json

import pytest

from dwell.errors import OutputError
from dwell.formats.contract import WriteOptions
from dwell.registry import FORMATS, load
from formats.drawn import CUP, labels_of, masklet, square


def walk(video="walk", split="train"):
    return labels_of([masklet(CUP, {0: square(2, 2, 8, 8)})], 1, video, split=split)


@pytest.mark.parametrize(
    ("name", "stem"), [("coco", "annotations"), ("ytvis", "instances"), ("burst", "burst")]
)
def test_a_file_that_was_split_otherwise_is_refused(name, stem, tmp_path):
    both = [walk(), walk("run", "val")]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for _ in range(2):  # the same again takes the place of the first
        load(FORMATS, name)().write([walk()], whole)
        load(FORMATS, name)().write(both, parts)
    with pytest.raises(OutputError, match=rf"already holds {stem}\.json"):
        load(FORMATS, name)().write(both, whole)
    with pytest.raises(OutputError, match=rf"already holds {stem}_train\.json"):
        load(FORMATS, name)().write([walk()], parts)
    assert [path.name for path in whole.iterdir()] == [f"{stem}.json"]


def test_label_studio_s_older_pictures_are_refused_since_they_would_be_read(tmp_path):
    studio = load(FORMATS, "label-studio")()
    studio.write([walk()], tmp_path, WriteOptions(pictures=True))
    with pytest.raises(OutputError, match=r"already holds images\.json"):
        studio.write([walk("run")], tmp_path)
    assert "walk" in json.dumps(json.loads((tmp_path / "video.json").read_text()))


@pytest.mark.parametrize("name", ["mot", "mots", "sa-v", "cvat", "cvat-images"])
def test_videos_of_an_older_export_stay_and_are_named(name, tmp_path):
    format = load(FORMATS, name)()
    said = "also holds labels of an older export"
    assert not any(said in each for each in format.write([walk()], tmp_path).lost)
    assert not any(said in each for each in format.write([walk()], tmp_path).lost)
    (note,) = [each for each in format.write([walk("run")], tmp_path).lost if said in each]
    assert "walk" in note
    assert {video.name for video in format.read(tmp_path)} == {"walk", "run"}


def test_mots_refuses_a_list_of_an_older_split(tmp_path):
    mots = load(FORMATS, "mots")()
    mots.write([walk(), walk("run", "val")], tmp_path)
    with pytest.raises(OutputError, match=r"already holds MOTS-val\.txt"):
        mots.write([walk()], tmp_path)
