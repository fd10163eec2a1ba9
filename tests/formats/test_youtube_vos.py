"""YouTube-VOS: read back by a plain reader of the data set, written after its description and its loaders."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import WriteOptions
from dwell.formats.davis import Davis
from dwell.formats.youtube_vos import YoutubeVos
from dwell.types import AOI
from formats import slow
from formats.drawn import CUP, SPOON, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 5: square(2, 4, 12, 14)}
SPOON_AT = {5: square(5, 5, 7, 20)}


@pytest.fixture
def labels():
    """Ten frames, of which every fifth is chosen, as in the data set."""
    masklets = [masklet(CUP, CUP_AT), masklet(SPOON, SPOON_AT)]
    return labels_of(masklets, 10, "003234408d", chosen=np.array([0, 5]))


def plain_reader(part):
    """(video, object, frame) → (category, (h, w) bool) of a part of the data set.

    ``meta.json`` has for each video its objects, of each object the category and the names of its frames; a
    frame's annotation is an indexed PNG whose values are the objects.
    Source: https://youtube-vos.org/dataset/vos/ and the loaders of those who train on it.
    """
    found = {}
    for video, about in json.loads((part / "meta.json").read_text("utf-8"))["videos"].items():
        for object_id, thing in about["objects"].items():
            for frame in thing["frames"]:
                with Image.open(part / "Annotations" / video / f"{frame}.png") as image:
                    assert image.mode == "P"
                    found[video, object_id, frame] = thing["category"], np.asarray(image) == int(object_id)
    return found


def test_a_reader_of_the_data_set_finds_masks_categories_and_frames(labels, tmp_path):
    report = YoutubeVos().write([labels], tmp_path)
    found = plain_reader(tmp_path / "train")
    video = "003234408d"
    assert {key: category for key, (category, _) in found.items()} == {
        (video, "1", "00000"): "cup",  # which has no category but its name
        (video, "1", "00005"): "cup",
        (video, "3", "00005"): "cutlery",
    }
    np.testing.assert_array_equal(found[video, "1", "00005"][1], CUP_AT[5] & ~SPOON_AT[5])
    np.testing.assert_array_equal(found[video, "3", "00005"][1], SPOON_AT[5])
    assert len(list((tmp_path / "train" / "Annotations" / video).iterdir())) == 2
    assert (report.n_frames, report.n_masks, report.overlapping_px) == (2, 3, 18)
    assert not (tmp_path / "valid").exists()


def test_parts_of_a_data_set_have_folders_of_their_own(labels, tmp_path):
    other = labels_of([masklet(SPOON, {0: square(0, 0, 1, 1)})], 1, "Küche 2", split="val")
    YoutubeVos().write([labels, other], tmp_path)
    assert {video for video, _, _ in plain_reader(tmp_path / "train")} == {"003234408d"}
    assert {video for video, _, _ in plain_reader(tmp_path / "valid")} == {"Küche_2"}
    assert YoutubeVos().picture_path(other, 0, WriteOptions()) == "valid/JPEGImages/Küche_2/00000.jpg"
    assert [video.name for video in YoutubeVos().read(tmp_path)] == ["003234408d", "Küche_2"]
    assert [video.name for video in YoutubeVos().read(tmp_path / "valid")] == ["Küche_2"]
    assert [video.name for video in YoutubeVos().read(tmp_path / "valid" / "Annotations")] == ["Küche_2"]


@settings(max_examples=20, deadline=None)
@given(labels=random_labels(high_ids=False))
def test_what_was_written_is_read_but_for_pixels_under_smaller_aois(labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("vos")
    report = YoutubeVos().write([labels], out)
    (video,) = YoutubeVos().read(out)
    expected = slow.on_top(labels)
    slow.assert_same(slow.found_arrays(video), expected)
    assert video.n_labels == report.n_masks == len(expected)
    aois = {aoi.object_id: aoi for aoi in labels.aois}
    for thing in video.things:
        aoi = aois[thing.key]
        assert (thing.name, thing.category) == (aoi.name, aoi.category or aoi.name)
        assert thing.colour == aoi.colour
    assert video.lost == ()


def data_set(folder, objects, **frames):
    """A part of the data set as its makers publish it, with one video of 2 × 3 px."""
    for name, value in frames.items():
        path = folder / "Annotations" / "v" / f"{name.removeprefix('f')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.array([[0, value, 0], [0, 0, 0]], np.uint8)).save(path)
    meta = {"videos": {"v": {"objects": objects}, "not copied": {"objects": {}}}}
    (folder / "meta.json").write_text(json.dumps(meta))
    return folder


def test_the_data_set_of_its_makers_is_read(tmp_path):
    """In ``valid`` there is a PNG for the first frame of an object only, and all are listed."""
    objects = {"2": {"category": "ape", "frames": ["00000", "00005", "00010"]}}
    (video,) = YoutubeVos().read(data_set(tmp_path / "valid", objects, f00000=2, f00005=0))
    assert (video.name, list(video.names), video.numbers) == ("v", ["00000", "00005"], [0, 5])
    (thing,) = video.things
    assert (thing.key, thing.name, thing.category, thing.colour) == (2, "ape 2", "ape", None)
    assert [(label.frame, label.mask.area) for label in video.labels()] == [(0, 1)]
    assert video.lost == ("v: 2 frames that meta.json lists for an object have no PNG with a pixel of it.",)


def test_without_meta_json_there_are_no_categories(tmp_path):
    part = data_set(tmp_path / "train_all_frames", {}, f00000=7)
    (part / "meta.json").unlink()
    (video,) = YoutubeVos().read(part)
    assert [(thing.key, thing.name, thing.category) for thing in video.things] == [(7, "object 7", None)]


def test_folders_of_this_format_are_told_from_davis(labels, tmp_path):
    YoutubeVos().write([labels], tmp_path / "vos")
    Davis().write([labels, replace(labels, video="other")], tmp_path / "davis")
    assert YoutubeVos().fits(tmp_path / "vos")
    assert YoutubeVos().fits(tmp_path / "vos" / "train")
    assert not YoutubeVos().fits(tmp_path / "davis")
    assert not YoutubeVos().fits(tmp_path / "nowhere")


APE = {"category": "ape", "frames": ["00000"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"videos": {\n"v": }}', r"meta\.json, line 2, column 6: expected JSON"),
        ("[]", r"meta\.json: the file: expected an object"),
        ("{}", r"meta\.json: videos: expected an object .*, found nothing"),
        ('{"videos": {}}', r"videos\.v: expected an object .*, found nothing"),
        ('{"videos": {"v": {"objects": []}}}', r"videos\.v\.objects: expected an object.*found \[\]"),
        ('{"videos": {"v": {"objects": {"0": {}}}}}', r'objects: expected ids .* from 1 to 255, found "0"'),
        ('{"videos": {"v": {"objects": {"2": {}}}}}', r"2\.category: expected a text, found nothing"),
        ('{"videos": {"v": {"objects": {"2": {"category": 3}}}}}', r"2\.category: expected a text, found 3"),
        (
            '{"videos": {"v": {"objects": {"2": {"category": "ape", "frames": [5]}}}}}',
            r"objects\.2\.frames\[0\]: expected a text, found 5",
        ),
        (
            '{"videos": {"v": {"objects": {"2": {"category": "ape", "colour": "red"}}}}}',
            r'objects\.2\.colour: expected a colour #rrggbb, found "red"',
        ),
        (
            '{"videos": {"v": {"objects": {"3": {"category": "ape", "frames": []}}}}}',
            r"objects: expected an object 2, which has pixels in 00000\.png, found nothing.*move meta",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_meta_json_is_said(text, message, tmp_path):
    part = data_set(tmp_path, {"2": APE}, f00000=2)
    (part / "meta.json").write_text(text)
    with pytest.raises(BadLabels, match=message) as caught:
        YoutubeVos().read(part)
    assert caught.value.path == part / "meta.json"


def test_what_is_wrong_with_the_folders_is_said(tmp_path):
    with pytest.raises(BadLabels, match="expected a folder Annotations"):
        YoutubeVos().read(tmp_path)
    (tmp_path / "Annotations").mkdir()
    with pytest.raises(BadLabels, match="expected a folder of PNGs for each video"):
        YoutubeVos().read(tmp_path)
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(tmp_path / "Annotations" / "a.png")
    with pytest.raises(BadLabels, match="Read them as davis"):
        YoutubeVos().read(tmp_path)
    for part in ("train", "valid"):
        data_set(tmp_path / "both" / part, {"2": APE}, f00000=2)
    with pytest.raises(BadLabels, match="the video 'v' in two parts"):
        YoutubeVos().read(tmp_path / "both")


def test_labels_that_do_not_fit_are_refused(labels, tmp_path):
    late = labels_of([masklet(AOI(256, "late", "#000000"), {})], 1)
    with pytest.raises(OutputError, match="'late' has 256; use png or coco"):
        YoutubeVos().write([late], tmp_path)
    assert list(tmp_path.iterdir()) == []
    YoutubeVos().write([labels], tmp_path)
    with pytest.raises(OutputError, match="already holds 003234408d"):
        YoutubeVos().write([replace(labels, video="other")], tmp_path)
