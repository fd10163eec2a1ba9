"""ImageFolder: numbered images as frames."""

import cv2
import numpy as np
import pytest
from PIL import Image

from dwell.errors import BadTable, CorruptVideo, FrameOutOfRange
from dwell.video import Frames, ImageFolder, find_filler, open_frames
from video.clips import number_of, stamped


def save(folder, names, size_hw=(96, 128)):
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        Image.fromarray(stamped(number, size_hw)).save(folder / name)
    return folder


def test_images_come_in_natural_order(tmp_path):
    folder = save(tmp_path / "größe 1", ["img1.png", "img2.png", "img9.png", "img10.png", "img100.png"])
    images = open_frames(folder)
    assert isinstance(images, ImageFolder)
    assert isinstance(images, Frames)
    assert (len(images), images.size_hw, images.path) == (5, (96, 128), folder)
    assert [number_of(p) for _, p in images.stream(0, 5)] == [0, 1, 2, 3, 4]
    assert [i for i, _ in images.stream(4, 0, -2)] == [4, 2]
    assert [images.name(i) for i in (0, 3)] == ["img1", "img10"]


def test_colours_are_red_green_blue(tmp_path):
    colour = np.full((8, 8, 3), (250, 10, 60), np.uint8)
    Image.fromarray(colour).save(tmp_path / "0.png")
    np.testing.assert_array_equal(ImageFolder(tmp_path).read(0), colour)


def test_grey_and_transparent_and_upper_case_files(tmp_path):
    Image.fromarray(np.full((8, 9), 77, np.uint8)).save(tmp_path / "0.JPG")
    Image.fromarray(np.full((8, 9, 4), 77, np.uint8)).save(tmp_path / "1.png")
    images = ImageFolder(tmp_path)
    assert images.size_hw == (8, 9)
    assert [images.read(i).shape for i in (0, 1)] == [(8, 9, 3), (8, 9, 3)]


def test_a_photo_on_its_side_comes_upright(tmp_path):
    image = Image.fromarray(np.rot90(stamped(5)))  # shown upright after a quarter turn clockwise: EXIF 6
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "0.jpg", exif=exif, quality=95)
    Image.fromarray(stamped(6)).save(tmp_path / "1.jpg", quality=95)
    images = ImageFolder(tmp_path)
    assert [number_of(p) for _, p in images.stream(0, 2)] == [5, 6]


def test_a_still_is_a_folder_of_one_whatever_lies_beside_it(tmp_path):
    folder = save(tmp_path / "shelf", ["before.png", "shelf.png", "shelf 2.png"])
    (folder / "timestamps.csv").write_text("timestamp [ns]\n5\n")
    still = open_frames(folder / "shelf.png")
    assert (len(still), still.size_hw, still.path) == (1, (96, 128), folder / "shelf.png")
    assert (number_of(still.read(0)), still.name(0)) == (1, "shelf")
    assert (still.pts_ns.tolist(), still.times_ns) == ([0], None)
    with pytest.raises(FrameOutOfRange, match=r"no frame 1 in shelf\.png: it has frames 0 to 0"):
        still.read(1)


def test_a_still_on_its_side_has_the_size_it_is_seen_in(tmp_path):
    image = Image.fromarray(np.rot90(stamped(5)))  # stored 96 px wide and 128 high
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "photo.JPG", format="JPEG", exif=exif, quality=95)
    still = ImageFolder(tmp_path / "photo.JPG")
    assert (still.size_hw, number_of(still.read(0))) == ((96, 128), 5)


def test_a_still_that_is_no_image_or_is_not_there(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(CorruptVideo, match=r"broken\.png cannot be read as an image"):
        open_frames(tmp_path / "broken.png")
    with pytest.raises(CorruptVideo, match="There is no"):
        open_frames(tmp_path / "gone.png")


def test_images_are_evenly_spaced_unless_told_otherwise(tmp_path):
    folder = save(tmp_path / "images", ["0.png", "1.png", "2.png", "3.png"])
    assert ImageFolder(folder).pts_ns.tolist() == [0, 33_333_333, 66_666_667, 100_000_000]
    assert ImageFolder(folder, fps=10).pts_ns.tolist() == [0, 100_000_000, 200_000_000, 300_000_000]
    assert ImageFolder(folder).times_ns is None
    with pytest.raises(ValueError, match="fps must be positive"):
        ImageFolder(folder, fps=0)


@pytest.mark.parametrize("place", ["images/timestamps.csv", "images/world_timestamps.csv", "timestamps.csv"])
def test_a_table_of_times(tmp_path, place):
    folder = save(tmp_path / "images", ["0.png", "1.png", "2.png"])
    start = 1_760_000_000_123_456_789
    rows = "".join(f"a,{start + step}\n" for step in (0, 33_000_000, 80_000_000))
    (tmp_path / place).write_text("recording id,timestamp [ns]\n" + rows, encoding="utf-8")
    images = ImageFolder(folder)
    assert images.times_ns.tolist() == [start, start + 33_000_000, start + 80_000_000]
    assert images.pts_ns.tolist() == [0, 33_000_000, 80_000_000]


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("time\n1\n2\n", r"needs a column 'timestamp \[ns\]', but has 'time'", 1),
        ("timestamp [ns]\n1\n2\n3\n", "has 3 times for 2 images", None),
        ("timestamp [ns]\n10\n10\n", "row 2 of the frame times", 3),
        (
            "timestamp [ns]\n1\n2.5\n",
            r"Line 3 of timestamps.csv: expected a whole number of ns, got '2.5'",
            3,
        ),
    ],
)
def test_a_table_that_does_not_fit(tmp_path, text, words, line):
    folder = save(tmp_path / "images", ["0.png", "1.png"])
    (folder / "timestamps.csv").write_text(text)
    with pytest.raises(BadTable, match=words) as caught:
        ImageFolder(folder)
    assert caught.value.line == line


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_an_image_of_another_size_is_named_at_once(tmp_path, suffix):
    folder = save(tmp_path / "images", [f"{i}.{suffix}" for i in range(5)])
    Image.fromarray(stamped(3, (80, 144))).save(folder / f"3.{suffix}")
    words = rf"3\.{suffix} is 144×80 px, 0\.{suffix} is 128×96 px"
    with pytest.raises(CorruptVideo, match=words) as caught:
        ImageFolder(folder)
    assert caught.value.frame_idx == 3


def test_a_broken_image_is_named_when_it_is_read(tmp_path):
    folder = save(tmp_path / "images", ["0.png", "1.png"])
    whole = (folder / "1.png").read_bytes()
    (folder / "1.png").write_bytes(whole[:30])
    images = ImageFolder(folder)
    with pytest.raises(CorruptVideo, match=r"1\.png cannot be read as an image") as caught:
        images.read(1)
    assert caught.value.frame_idx == 1


def test_folders_without_images(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(CorruptVideo, match="No jpg or png images"):
        ImageFolder(tmp_path)
    with pytest.raises(CorruptVideo, match="There is no folder"):
        ImageFolder(tmp_path / "nothing")


def test_two_images_of_one_name(tmp_path):
    folder = save(tmp_path / "images", ["00000.png", "00000.jpg"])
    with pytest.raises(CorruptVideo, match="have the same name"):
        ImageFolder(folder)


def test_an_image_that_is_not_there(tmp_path):
    images = ImageFolder(save(tmp_path / "images", ["0.png"]))
    for frame_idx in (-1, 1):
        with pytest.raises(FrameOutOfRange, match="has frames 0 to 0"):
            images.read(frame_idx)


def test_flat_images_are_filler(tmp_path):
    folder = save(tmp_path / "images", ["0.png", "1.png", "2.jpg"], (240, 320))
    Image.fromarray(np.full((240, 320, 3), 128, np.uint8)).save(folder / "1.png")
    dark = np.full((240, 320, 3), 3, np.uint8)
    cv2.putText(dark, "dark but there", (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 1, (60, 60, 60), 2)
    Image.fromarray(dark).save(folder / "3.png")
    assert find_filler(ImageFolder(folder)).tolist() == [False, True, False, False]
