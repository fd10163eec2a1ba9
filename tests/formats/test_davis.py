"""DAVIS: read back with Pillow, as the DAVIS tools do; other people's folders are read, too."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import Labels, WriteOptions
from dwell.formats.davis import Davis
from dwell.types import AOI
from formats import slow
from formats.drawn import CUP, SIZE_HW, SPOON, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14)}
SPOON_AT = {1: square(5, 5, 7, 20)}


@pytest.fixture
def labels():
    return labels_of([masklet(CUP, CUP_AT, lost=[2]), masklet(SPOON, SPOON_AT)], 3, "walk")


def save(path, array, mode=None, palette=None):
    """A PNG as another program may write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(array)
    if palette is not None:
        image = Image.frombytes("P", array.shape[::-1], array.tobytes())
        image.putpalette(palette)
    (image.convert(mode) if mode else image).save(path)


def indices(path):
    with Image.open(path) as image:
        return np.asarray(image)


def only(path):
    (video,) = Davis().read(path)
    return video


def test_a_png_is_written_for_each_chosen_frame_with_ids_as_indices(labels, tmp_path):
    report = Davis().write([replace(labels, chosen=np.array([1, 2]))], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00001.png", "00002.png"]
    expected = np.where(SPOON_AT[1], 3, np.where(CUP_AT[1], 1, 0))  # the smaller one on top
    np.testing.assert_array_equal(indices(tmp_path / "00001.png"), expected)
    assert not indices(tmp_path / "00002.png").any()
    assert (report.n_frames, report.n_masks, report.overlapping_px) == (2, 2, 2 * 9)


def test_several_videos_become_a_data_set_that_is_read_as_the_davis_tools_read_it(labels, tmp_path):
    """ImageSets/2017/val.txt names the sequences; their masks are Annotations/<resolution>/<name>/*.png."""
    other = labels_of([masklet(SPOON, {0: square(1, 1, 3, 3)})], 1, "Küche/links", split="val")
    Davis().write([labels, other], tmp_path)
    masks = {}
    for subset in ("train", "val"):
        for name in (tmp_path / "ImageSets" / "2017" / f"{subset}.txt").read_text("utf-8").split():
            files = sorted((tmp_path / "Annotations" / "Full-Resolution" / name).glob("*.png"))
            masks[subset, name] = [indices(file) for file in files]
    assert {key: len(each) for key, each in masks.items()} == {
        ("train", "walk"): 3,
        ("val", "Küche_links"): 1,
    }
    np.testing.assert_array_equal(masks["val", "Küche_links"][0], 3 * square(1, 1, 3, 3))
    assert [video.name for video in Davis().read(tmp_path)] == ["Küche_links", "walk"]


def test_pictures_go_where_the_davis_tools_look_for_them(labels):
    path = Davis().picture_path(labels, 2, WriteOptions(pictures=True))
    assert path == "JPEGImages/Full-Resolution/walk/00002.jpg"


def test_an_aoi_with_nothing_left_is_reported(tmp_path):
    """Two of one size: the one with the higher object_id is on top."""
    under = masklet(AOI(1, "under", "#e69f00"), {0: square(2, 2, 5, 5)})
    over = masklet(AOI(2, "over", "#56b4e9"), {0: square(2, 2, 5, 5)})
    report = Davis().write([labels_of([under, over], 1)], tmp_path)
    assert (report.n_masks, report.overlapping_px) == (1, 9)
    assert report.notes == [
        "9 px belong to several AOIs; the smallest AOI got them.",
        "under: hidden by smaller AOIs on 1 frame and has no label there.",
    ]
    np.testing.assert_array_equal(indices(tmp_path / "00000.png"), 2 * square(2, 2, 5, 5))


@settings(max_examples=20, deadline=None)
@given(labels=random_labels(high_ids=False))
def test_what_was_written_is_read_but_for_pixels_under_smaller_aois(labels, tmp_path_factory):
    out = tmp_path_factory.mktemp("davis")
    report = Davis().write([labels], out)
    video = only(out)
    assert (video.size_hw, list(video.names)) == (labels.size_hw, list(labels.names))
    expected = slow.on_top(labels)
    slow.assert_same(slow.found_arrays(video), expected)
    assert video.n_labels == report.n_masks == len(expected)
    assert report.overlapping_px == slow.overlapping_px(labels)
    assert {thing.key for thing in video.things} == {object_id for object_id, _ in expected}


def test_frames_are_read_in_order_of_their_numbers_with_the_colours_of_the_palette(tmp_path):
    for name, value in (("9", 1), ("10", 2), ("8", 0)):
        save(
            tmp_path / "v" / f"{name}.png",
            np.full((4, 5), value, np.uint8),
            palette=[0, 0, 0, 255, 0, 9, 1, 2, 3],
        )
    video = only(tmp_path / "v")
    assert (video.name, video.size_hw, list(video.names), video.numbers) == (
        "v", (4, 5), ["8", "9", "10"], [8, 9, 10]
    )  # fmt: skip
    assert [(label.key, label.frame, label.mask.area) for label in video.labels()] == [(1, 1, 20), (2, 2, 20)]
    assert [(thing.name, thing.colour) for thing in video.things] == [
        ("object 1", "#ff0009"), ("object 2", "#010203")
    ]  # fmt: skip


def test_names_that_are_no_numbers_are_kept_as_names_of_pictures(tmp_path):
    save(tmp_path / "shot_b.png", np.eye(4, dtype=np.uint8), "L")
    video = only(tmp_path)
    assert (list(video.names), video.numbers) == (["shot_b"], None)


@pytest.mark.parametrize(
    ("array", "mode"),
    [
        pytest.param(np.array([[0, 1], [2, 250]], np.uint8), "L", id="grey"),
        pytest.param(np.array([[0, 1], [2, 250]], np.uint16), None, id="grey of 16 bits"),
    ],
)
def test_shades_of_grey_are_ids(array, mode, tmp_path):
    save(tmp_path / "00000.png", array, mode)
    assert [thing.key for thing in only(tmp_path).things] == [1, 2, 250]


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_shades_of_few_bits_are_ids(bits, tmp_path):
    """A PNG of 2 × 2 pixels with 0, 1, 0, 1 in ``bits`` bits each, put together byte by byte."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    row = bytes([0, 1 << (8 - 2 * bits)])  # no filter; two pixels: 0, 1
    (tmp_path / "00000.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, bits, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * 2))
        + chunk(b"IEND", b"")
    )
    (label,) = only(tmp_path).labels()
    assert label.key == 1
    np.testing.assert_array_equal(label.mask.to_array(), [[False, True], [False, True]])


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_of_the_palette_are_ids(mode, labels, tmp_path):
    Davis().write([labels], tmp_path / "indexed")
    for file in (tmp_path / "indexed").iterdir():
        with Image.open(file) as image:
            (tmp_path / "rgb").mkdir(exist_ok=True)
            image.convert(mode).save(tmp_path / "rgb" / file.name)
    slow.assert_same(slow.found_arrays(only(tmp_path / "rgb")), slow.found_arrays(only(tmp_path / "indexed")))


def test_masks_of_davis_2016_are_one_object(tmp_path):
    """Its grey PNGs have nothing but 0 and 255."""
    for i in range(2):
        save(tmp_path / "bear" / f"{i:05d}.png", np.array([[0, 255, 255]], np.uint8) * i, "L")
    (label,) = only(tmp_path / "bear").labels()
    assert (label.key, label.frame, label.mask.area) == (1, 1, 2)


def test_255_is_void_only_where_the_data_set_says_so(tmp_path):
    index = np.array([[0, 1, 255]], np.uint8)
    for folder in ("Annotations", "Annotations_unsupervised"):
        save(tmp_path / folder / folder / "480p" / "bear" / "00000.png", index, "L")
    assert [thing.key for thing in only(tmp_path / "Annotations").things] == [1, 255]
    video = only(tmp_path / "Annotations_unsupervised")
    assert [thing.key for thing in video.things] == [1]
    assert video.lost == ("bear: void pixels (255) on 1 frame are left out.",)


def test_folders_of_this_format_are_told_from_others(labels, tmp_path):
    Davis().write([labels], tmp_path / "one")
    Davis().write([labels, replace(labels, video="other")], tmp_path / "set")
    assert Davis().fits(tmp_path / "one")
    assert Davis().fits(tmp_path / "set")
    save(tmp_path / "photos" / "a.png", np.zeros((2, 2, 3), np.uint8))
    save(tmp_path / "deep" / "a.png", np.zeros((2, 2), np.uint16))
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "a.png").write_text("no picture")
    for other in ("photos", "deep", "text", "nowhere"):
        assert not Davis().fits(tmp_path / other), other


def broken(name):
    """A maker of a folder with something wrong in it."""

    def make(make_broken):
        BROKEN[name] = make_broken
        return make_broken

    return make


BROKEN = {}


@broken(r"no folder; name the one with the PNGs")
def _(path: Path):
    path.write_text("")


@broken(r"has no folder with PNGs")
def _(path: Path):
    path.mkdir()


@broken(r"00001\.png has 3×2 px and 00000\.png 2×2")
def _(path: Path):
    save(path / "00000.png", np.zeros((2, 2), np.uint8), "L")
    save(path / "00001.png", np.zeros((2, 3), np.uint8), "L")


@broken(r"00000\.png is no PNG that can be read")
def _(path: Path):
    path.mkdir()
    (path / "00000.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")


@broken(r"00000\.png is no PNG that can be read.*copy it again")
def _(path: Path):
    save(path / "00000.png", np.random.default_rng(0).integers(0, 9, (50, 50)).astype(np.uint8), "L")
    whole = (path / "00000.png").read_bytes()
    (path / "00000.png").write_bytes(whole[: len(whole) // 2])


@broken(r"00000\.png has the colour #010203 at x 1, y 0, which is none of the palette")
def _(path: Path):
    save(path / "00000.png", np.array([[[0, 0, 0], [1, 2, 3]]], np.uint8))


@broken(r"transparent pixels")
def _(path: Path):
    save(path / "00000.png", np.zeros((2, 2, 4), np.uint8))


@broken(r"1\.png and 01\.png in .* stand for one frame|01\.png and 1\.png in .* stand for one frame")
def _(path: Path):
    for name in ("1", "01"):
        save(path / f"{name}.png", np.zeros((2, 2), np.uint8), "L")


@broken(r"has the video 'bear' twice, in .*480p and .*Full-Resolution; name one of these folders")
def _(path: Path):
    for resolution in ("480p", "Full-Resolution"):
        save(path / "Annotations" / resolution / "bear" / "0.png", np.zeros((2, 2), np.uint8), "L")


@pytest.mark.parametrize("message", BROKEN)
def test_what_is_wrong_with_a_folder_is_said(message, tmp_path):
    BROKEN[message](tmp_path / "labels")
    with pytest.raises(BadLabels, match=message) as caught:
        Davis().read(tmp_path / "labels")
    assert caught.value.path is not None


def test_labels_that_do_not_fit_are_refused(labels, tmp_path):
    with pytest.raises(OutputError, match=r"'late' has 256; use png or coco"):
        Davis().write([labels_of([masklet(AOI(256, "late", "#000000"), {})], 1)], tmp_path)
    with pytest.raises(OutputError, match="Two frames have the same name"):
        Davis().write([Labels([], SIZE_HW, ["a", "a"], "v")], tmp_path)
    for name in ("../../evil", "..", "", "a/b", "a\\b", "a\0b"):
        with pytest.raises(OutputError, match=r"Frame 1 is called .* without / and"):
            Davis().write([Labels([], SIZE_HW, ["a", name], "v")], tmp_path)
    with pytest.raises(OutputError, match="Two videos, 'walk' and 'WALK'"):
        Davis().write([labels, replace(labels, video="WALK")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_frames_of_another_export_are_not_mixed_in(labels, tmp_path):
    Davis().write([labels], tmp_path)
    Davis().write([labels], tmp_path)  # again is no other
    with pytest.raises(OutputError, match=r"already holds 00000\.png \(2 such in all\).*empty folder"):
        Davis().write([replace(labels, chosen=np.array([1]))], tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_stopped_export_leaves_no_half_file_and_a_stopped_reading_stops(labels, tmp_path):
    def stop(done, total):
        assert total == 3
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Davis().write([labels], tmp_path, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["00000.png"]
    Davis().write([labels], tmp_path)
    with pytest.raises(KeyboardInterrupt):
        Davis().read(tmp_path, progress=stop)
