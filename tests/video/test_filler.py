"""Grey filler frames are found from their tiny packets, and real scenes are not taken for filler."""

import numpy as np
import pytest

from dwell.video import VideoReader, find_filler, is_filler
from video import clips


@pytest.mark.parametrize(
    "options",
    [
        {"preset": "veryfast"},
        {"preset": "ultrafast"},
        {"preset": "medium", "bf": "3"},
        {"crf": "30", "bf": "2"},
    ],
    ids=str,
)
@pytest.mark.parametrize("size_hw", [(240, 320), (600, 800)], ids=str)
def test_grey_start_gap_and_end_are_found_exactly(tmp_path, size_hw, options):
    path, grey = clips.grey_start(tmp_path, size_hw, **options)
    with VideoReader(path) as video:
        np.testing.assert_array_equal(find_filler(video), grey)


def test_frames_may_be_read_while_filler_is_looked_for(tmp_path):
    path, grey = clips.grey_start(tmp_path, (240, 320), preset="veryfast")
    n_looks = 0
    with VideoReader(path) as video:
        search = video.search_filler()
        try:
            while True:
                next(search)
                n_looks += 1
                video.read(len(video) - 1 - n_looks % 5)
        except StopIteration as end:
            np.testing.assert_array_equal(end.value, grey)
    assert len(grey) > n_looks >= grey.sum()


def noisy(number: int, level: int = 110) -> np.ndarray:
    """A scene as a camera sees it: texture, slow motion, sensor noise."""
    rng = np.random.default_rng(number)
    scene = clips.stamped(number, (240, 320)).astype(int) * level // 128
    return np.clip(scene + rng.normal(0, 3, scene.shape), 0, 255).astype(np.uint8)


def test_a_normal_video_is_not_decoded(tmp_path):
    path = clips.write(tmp_path / "scene.mp4", clips.jittered(90), pictures=noisy, gop=30, bf=2)
    with VideoReader(path, threads=1) as video:
        opening = video._parts[0].decoder.n_decoded
        assert not find_filler(video).any()
        assert video._parts[0].decoder.n_decoded - opening <= 4


def test_tiny_b_frames_are_no_reason_to_decode(tmp_path):
    def calm(number):
        scene = clips.stamped(0, (240, 320))
        scene[100:140, 20 + number : 60 + number] = (200, 60, 60)
        return scene

    path = clips.write(tmp_path / "calm.mp4", clips.jittered(90), pictures=calm, gop=30, bf=3)
    with VideoReader(path, threads=1) as video:
        assert np.median(video.n_bytes[video.is_b_frame]) < 60  # as small as a repeated grey picture
        opening = video._parts[0].decoder.n_decoded
        assert not find_filler(video).any()
        assert video._parts[0].decoder.n_decoded - opening < 90 / 2


def test_a_dark_scene_that_hardly_moves_is_no_filler(tmp_path):
    rng = np.random.default_rng(0)
    dark = rng.integers(4, 22, (30, 40, 3)).astype(np.uint8).repeat(8, 0).repeat(8, 1)
    path = clips.write(tmp_path / "dark.mp4", clips.jittered(60), pictures=lambda i: dark, gop=30)
    with VideoReader(path) as video:
        assert not find_filler(video).any()


def test_filler_in_the_second_part(tmp_path):
    def half_grey(number):
        return noisy(number) if number < 20 else np.full((240, 320, 3), 128, np.uint8)

    first = clips.write(tmp_path / "a.mp4", clips.jittered(20), pictures=noisy)
    second = clips.write(tmp_path / "b.mp4", clips.jittered(40), pictures=half_grey)
    with VideoReader([first, second]) as video:
        assert np.flatnonzero(find_filler(video)).tolist() == list(range(40, 60))


@pytest.mark.parametrize(
    ("picture", "flat"),
    [
        (np.full((60, 80, 3), 128, np.uint8), True),
        (np.full((60, 80, 3), 0, np.uint8), True),
        (
            np.random.default_rng(0).integers(126, 130, (60, 80, 3), dtype=np.uint8),
            True,
        ),  # traces of compression
        (np.random.default_rng(0).integers(100, 120, (60, 80, 3), dtype=np.uint8), False),
        (
            np.tile(np.array([[[128, 128, 128], [160, 113, 128]]], np.uint8), (60, 40, 1)),
            False,
        ),  # equal luma, two hues
    ],
    ids=["grey", "black", "traces", "texture", "colours"],
)
def test_is_filler(picture, flat):
    assert is_filler(picture) is flat


def test_one_bright_spot_makes_a_picture():
    picture = np.full((240, 320, 3), 10, np.uint8)
    picture[100:104, 100:104] = 200
    assert np.std(picture) < 4
    assert not is_filler(picture)
