"""Plain PNGs: looked at with Pillow; what was written comes back whole, overlaps and all."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import WriteOptions
from dwell.formats.png import Png
from dwell.types import AOI, State
from formats import slow
from formats.drawn import CUP, SIZE_HW, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14)}
SPOON_AT = {1: square(5, 5, 7, 20)}
HANDLE = AOI(1000, "Griff: 1/2", "#009e73", part_of=1)


@pytest.fixture
def labels():
    masklets = [masklet(CUP, CUP_AT, lost=[2]), masklet(SPOON, SPOON_AT, absent=[0])]
    return labels_of([*masklets, masklet(HANDLE, {0: square(3, 3, 4, 4)})], 3, "walk.mp4")


def pngs(folder):
    """Every PNG below a folder, by its path."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.png")}


def changed(folder, change):
    """labels.json with something done to it."""
    path = folder / "labels.json"
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_each_aoi_has_a_folder_and_each_of_its_masks_a_png(labels, tmp_path):
    report = Png().write([labels], tmp_path)
    assert pngs(tmp_path) == {
        "walk.mp4/1_cup/00000.png",
        "walk.mp4/1_cup/00001.png",
        "walk.mp4/3_spoon/00001.png",
        "walk.mp4/1000_Griff_1_2/00000.png",
    }
    with Image.open(tmp_path / "walk.mp4" / "1_cup" / "00001.png") as image:
        assert image.mode == "L"
        np.testing.assert_array_equal(np.asarray(image), 255 * CUP_AT[1])  # also under the spoon
    assert (report.n_frames, report.n_masks, report.overlapping_px) == (3, 4, 0)


def test_labels_json_says_whose_they_are(labels, tmp_path):
    Png().write([replace(labels, chosen=np.array([0, 2]))], tmp_path)
    content = json.loads((tmp_path / "walk.mp4" / "labels.json").read_text("utf-8"))
    assert (content["video"], content["width"], content["height"]) == ("walk.mp4", 30, 20)
    assert content["frames"] == [{"frame_idx": 0, "name": "00000"}, {"frame_idx": 2, "name": "00002"}]
    assert content["aois"][1] == {
        "object_id": 3, "name": "spoon", "category": "cutlery", "colour": "#56b4e9", "part_of": None,
        "folder": "3_spoon", "visible": [], "absent": ["00000"], "lost": [],
    }  # fmt: skip
    assert Png().picture_path(labels, 1, WriteOptions()) == "images/walk.mp4/00001.jpg"


@settings(max_examples=30, deadline=None)
@given(labels=random_labels())
def test_what_was_written_is_read_to_the_last_pixel(labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("png")
    Png().write([labels], out)
    (video,) = Png().read(out)
    slow.assert_same(slow.found_arrays(video), arrays_of(labels))
    assert (video.name, video.size_hw, list(video.names)) == ("drawn", labels.size_hw, list(labels.names))
    assert [(t.key, t.name, t.category, t.colour) for t in video.things] == [
        (aoi.object_id, aoi.name, aoi.category, aoi.colour) for aoi in labels.aois
    ]
    assert video.n_labels == len(list(video.labels()))


def test_states_parts_chosen_frames_and_videos_come_back(labels, tmp_path):
    other = labels_of([], 1, "Tür/2")
    Png().write([replace(labels, chosen=np.array([0, 2])), other], tmp_path)
    second, first = Png().read(tmp_path)
    assert (second.name, list(second.names), list(second.labels())) == ("Tür/2", ["00000"], [])
    assert (first.name, first.numbers) == ("walk.mp4", [0, 2])
    assert [thing.part_of for thing in first.things] == [None, None, 1]
    assert [(label.key, label.frame, label.state) for label in first.labels()] == [
        (1, 0, State.VISIBLE), (3, 0, State.ABSENT), (1000, 0, State.VISIBLE), (1, 1, State.LOST)
    ]  # fmt: skip
    assert [video.name for video in Png().read(tmp_path / "walk.mp4")] == ["walk.mp4"]


def test_an_export_over_an_older_one_leaves_no_png_of_that(labels, tmp_path):
    Png().write([labels], tmp_path)
    corrected = labels_of([masklet(CUP, {1: CUP_AT[0]}), masklet(SPOON, {})], 3, "walk.mp4")
    Png().write([corrected], tmp_path)
    assert pngs(tmp_path) == {"walk.mp4/1_cup/00001.png"}
    assert not (tmp_path / "walk.mp4" / "3_spoon").exists()
    (video,) = Png().read(tmp_path)
    slow.assert_same(slow.found_arrays(video), {(1, 1): CUP_AT[0]})


def test_files_of_others_are_neither_overwritten_nor_deleted(labels, tmp_path):
    Png().write([labels], tmp_path)
    (tmp_path / "walk.mp4" / "3_spoon" / "note.txt").write_text("mine")
    Png().write([labels_of([masklet(CUP, CUP_AT)], 3, "walk.mp4")], tmp_path)
    assert (tmp_path / "walk.mp4" / "3_spoon" / "note.txt").exists()
    stranger = tmp_path / "walk.mp4" / "1_cup" / "00002.png"
    Image.new("L", SIZE_HW[::-1]).save(stranger)
    with pytest.raises(OutputError, match=r"already holds 00002\.png"):
        Png().write([labels], tmp_path)
    (tmp_path / "walk.mp4" / "labels.json").write_text("{}")
    with pytest.raises(OutputError, match=r"labels\.json is in the way.*choose another folder"):
        Png().write([labels], tmp_path)
    assert stranger.exists()


def test_a_list_that_leads_elsewhere_deletes_nothing(labels, tmp_path):
    Png().write([labels], tmp_path / "out")
    (tmp_path / "precious.png").write_text("mine")
    changed(
        tmp_path / "out" / "walk.mp4",
        lambda content: content["aois"][0].update(folder="../..", visible=["precious"]),
    )
    with pytest.raises(OutputError, match=r"aois\[0\]\.folder: expected a name without /"):
        Png().write([labels], tmp_path / "out")
    assert (tmp_path / "precious.png").exists()


def test_a_png_painted_elsewhere_is_read_with_the_others(labels, tmp_path):
    Png().write([labels], tmp_path)
    Image.fromarray(square(0, 0, 2, 2)).save(tmp_path / "walk.mp4" / "3_spoon" / "00000.png")  # of 1 bit
    Image.new("RGB", SIZE_HW[::-1]).save(tmp_path / "walk.mp4" / "1_cup" / "00000.png")  # all black
    (video,) = Png().read(tmp_path)
    found = slow.found_arrays(video)
    np.testing.assert_array_equal(found[3, 0], square(0, 0, 2, 2))
    assert (1, 0) not in found
    states = {(label.key, label.frame): label.state for label in video.labels()}
    assert (states[1, 0], states[3, 0]) == (State.ABSENT, State.VISIBLE)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_folders_of_other_programs_are_read(mode, tmp_path):
    """``<object>/<frame>.png``, black and white in any kind of PNG; ids and names from the folders' names."""
    for folder, frame, array in (("2", 7, square(0, 0, 2, 2)), ("1_left hand", 10, square(1, 1, 2, 2))):
        path = tmp_path / "clip" / folder / f"{frame}.png"
        path.parent.mkdir(parents=True)
        Image.fromarray(np.uint8(255) * array).convert(mode).save(path)
    (video,) = Png().read(tmp_path / "clip")
    assert (video.name, list(video.names), video.numbers) == ("clip", ["7", "10"], [7, 10])
    assert [(thing.key, thing.name) for thing in video.things] == [(1, "left hand"), (2, "object 2")]
    slow.assert_same(slow.found_arrays(video), {(2, 7): square(0, 0, 2, 2), (1, 10): square(1, 1, 2, 2)})


def test_folders_without_ids_are_numbered(tmp_path):
    for video in ("a", "b"):
        for folder in ("cup", "3_spoon"):
            (tmp_path / video / folder).mkdir(parents=True)
            Image.new("L", (4, 4), 255).save(tmp_path / video / folder / "shot.png")
    first, second = Png().read(tmp_path)
    assert [(thing.key, thing.name) for thing in first.things] == [(1, "3_spoon"), (2, "cup")]
    assert (second.name, second.numbers) == ("b", None)


def test_folders_of_this_format_are_told_from_others(labels, tmp_path):
    Png().write([labels], tmp_path / "out")
    assert Png().fits(tmp_path / "out")
    assert Png().fits(tmp_path / "out" / "walk.mp4")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "labels.json").write_text('{"categories": []}')
    assert not Png().fits(tmp_path / "other")
    assert not Png().fits(tmp_path / "nowhere")


def cup(**values):
    return lambda content: content["aois"][0].update(values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("format"), "format: expected a text, found nothing"),
        (lambda c: c.update(version=2), "version 1, found .* of another program or a newer Dwell"),
        (lambda c: c.update(width=0), "width: expected a whole number ≥ 1, found 0"),
        (lambda c: c["frames"].reverse(), "frames: expected frames in order"),
        (lambda c: c["frames"][1].update(name="00000"), "frames: expected frames in order, none twice"),
        (lambda c: c["frames"].pop(0), r"00000\.png: expected the name of a frame that labels\.json lists"),
        (lambda c: c.update(aois={}), r"aois: expected a list \[…\], found \{\}"),
        (cup(object_id=True), r"aois\[0\]\.object_id: expected a whole number ≥ 1, found true"),
        (cup(object_id=3), r"aois: expected each object_id once, found \[3, 3, 1000\]"),
        (cup(object_id=10**400), r"aois\[0\]\.object_id: expected a whole number"),
        (cup(colour="red"), r'aois\[0\]\.colour: expected a colour #rrggbb, found "red"'),
        (cup(name=None), r"aois\[0\]\.name: expected a text, found null"),
        (cup(visible=["00000", "00001", "00002"]), r"00002\.png: expected a PNG; found none.*take it off"),
        (cup(visible=["../00000"]), r"aois\[0\]\.visible\[0\]: expected a name without /"),
    ],
)
def test_what_is_wrong_with_labels_json_is_said(change, message, labels, tmp_path):
    Png().write([labels], tmp_path)
    changed(tmp_path / "walk.mp4", change)
    with pytest.raises(BadLabels, match=message) as caught:
        Png().read(tmp_path)
    assert caught.value.path is not None


def test_what_is_wrong_with_a_png_is_said(labels, tmp_path):
    Png().write([labels], tmp_path)
    file = tmp_path / "walk.mp4" / "1_cup" / "00000.png"

    def wrong(message):
        with pytest.raises(BadLabels, match=message):
            [list(video.labels()) for video in Png().read(tmp_path)]

    Image.new("L", (3, 2)).save(file)
    wrong(r"00000\.png: expected 30×20 px as the others have; found 3×2")
    Image.fromarray(np.arange(600, dtype=np.uint8).reshape(SIZE_HW)).save(file)
    wrong(r"00000\.png: expected black, and one shade where the object is; found 256 shades")
    file.write_bytes(file.read_bytes()[:60])
    wrong(r"00000\.png is no PNG that can be read")
    with pytest.raises(BadLabels, match="expected a folder for each object"):
        Png().read(tmp_path / "walk.mp4" / "1_cup" / "nowhere")


def test_a_stopped_export_leaves_the_older_one_as_it_was(labels, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Png().write([labels], tmp_path, progress=stop)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    Png().write([labels], tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    corrected = labels_of([masklet(CUP, {0: SPOON_AT[1], 1: CUP_AT[0]})], 3, "walk.mp4")
    with pytest.raises(KeyboardInterrupt):
        Png().write([corrected], tmp_path, progress=stop)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    Png().write([corrected], tmp_path)
    slow.assert_same(slow.found_arrays(Png().read(tmp_path)[0]), {(1, 0): SPOON_AT[1], (1, 1): CUP_AT[0]})
