"""Flat shapes: every number worked out by hand, masks against a slow loop over pixels."""

import math

import numpy as np
import pytest

from dwell.drawn_world import Disc, Line, Look, Rect, ShapesWorld
from dwell.errors import FrameOutOfRange
from dwell.video import Frames, VideoReader, find_filler

RED, GREEN, GREY = (220, 40, 30), (20, 180, 60), (60, 60, 60)


def world(**changes) -> ShapesWorld:
    """A red rectangle that stands still, and a green disc that rolls over it from left to right."""
    book = Rect("book", RED, size_hw=(20, 30), path=(50, 40))
    ball = Disc("ball", GREEN, radius=6, path=Line((10, 40), step_xy=(5, 0)))
    return ShapesWorld(**{"n_frames": 12, "size_hw": (80, 100), "shapes": [book, ball], **changes})


def slow_truth(w: ShapesWorld, frame_idx: int) -> dict[str, np.ndarray]:
    """Pixel by pixel, with plain arithmetic: the last shape that holds the pixel's centre owns it."""
    masks = {shape.name: np.zeros(w.size_hw, bool) for shape in w.shapes}
    for row in range(w.size_hw[0]):
        for column in range(w.size_hw[1]):
            owner = None
            for shape in w.shapes:
                if shape.frames is not None and frame_idx not in shape.frames:
                    continue
                path = shape.path
                cx, cy = path(frame_idx) if callable(path) else path
                dx, dy = column + 0.5 - cx, row + 0.5 - cy
                if isinstance(shape, Disc):
                    on_it = math.sqrt(dx * dx + dy * dy) <= shape.radius
                else:
                    on_it = -shape.size_hw[1] / 2 < dx < shape.size_hw[1] / 2
                    on_it &= -shape.size_hw[0] / 2 < dy < shape.size_hw[0] / 2
                if on_it:
                    owner = shape.name
            if owner:
                masks[owner][row, column] = True
    return masks


@pytest.mark.parametrize("frame_idx", [0, 4, 7, 11])
def test_truth_is_what_a_slow_loop_over_pixels_says(frame_idx):
    odd = Disc("odd", (1, 2, 3), radius=7.3, path=Line((3.25, 70.5), step_xy=(9.1, -4.7)), frames=range(3, 9))
    w = world()
    w = world(shapes=[*w.shapes, odd])
    expected = slow_truth(w, frame_idx)
    truth = w.truth(frame_idx)
    assert set(truth) == {"book", "ball", "odd"}
    for name, mask in expected.items():
        np.testing.assert_array_equal(truth[name], mask, err_msg=name)


def test_a_rectangle_with_whole_numbers_fills_whole_pixels():
    mask = world().truth(0)["book"]
    by_hand = np.zeros((80, 100), bool)
    by_hand[30:50, 35:65] = True
    np.testing.assert_array_equal(mask, by_hand)


def test_later_shapes_hide_earlier_ones():
    w = world()
    behind = world(shapes=w.shapes[::-1])
    assert w.centre("ball", 8) == (50, 40)
    assert not w.truth(8)["book"][40, 50]
    assert w.truth(8)["ball"][40, 50]
    assert not behind.truth(8)["ball"].any(), "the ball is wholly behind the book"
    assert behind.truth(8)["book"].sum() == 20 * 30


def test_colours_are_exact():
    w = world()
    picture, truth = w.frame(6), w.truth(6)
    assert picture.dtype == np.uint8
    assert picture.shape == (80, 100, 3)
    assert (picture[truth["book"]] == RED).all()
    assert (picture[truth["ball"]] == GREEN).all()
    assert (picture[~truth["book"] & ~truth["ball"]] == GREY).all()


def test_filler_frames_are_grey_and_empty():
    w = world(n_filler=2)
    assert w.valid.tolist() == [False, False] + [True] * 10
    assert np.ptp(w.frame(1)) == 0
    assert not any(mask.any() for mask in w.truth(1).values())
    assert w.truth(2)["ball"].any()
    assert find_filler(w.frames).tolist() == (~w.valid).tolist()
    assert w.clock.frame_at(w.times_ns[:3]).tolist() == [-1, -1, 2]


def test_gaze_has_eight_samples_in_each_frame():
    w = world(looks=[Look("ball", range(1, 3)), Look((50.5, 41.25), range(5, 6))])
    gaze = w.gaze
    assert gaze["timestamp [ns]"].dtype == np.int64
    assert (np.diff(gaze["timestamp [ns]"]) == 5_000_000).all()
    frame_idx = w.clock.frame_at(gaze["timestamp [ns]"].to_numpy())
    assert np.bincount(frame_idx).tolist() == [8] * 12
    by_frame = gaze.groupby(frame_idx)["gaze x [px]"].first()
    assert by_frame[1] == 15
    assert by_frame[2] == 20
    assert by_frame[5] == 50.5
    assert gaze["gaze x [px]"].isna().sum() == 9 * 8
    assert gaze["fixation id"].dropna().tolist() == [1] * 16 + [2] * 8
    assert str(gaze["fixation id"].dtype) == str(gaze["blink id"].dtype) == "Int64"


def test_each_look_is_a_fixation():
    w = world(looks=[Look("ball", range(1, 3)), Look((50.5, 41.25), range(5, 6))])
    first, second = w.fixations.to_dict("records")
    assert first["start timestamp [ns]"] == w.times_ns[1]
    assert first["end timestamp [ns]"] == w.times_ns[3]
    assert first["duration [ms]"] == 80
    assert (first["fixation x [px]"], first["fixation y [px]"]) == (17.5, 40)
    assert second["duration [ms]"] == 40
    assert w.fixations["fixation id"].tolist() == [1, 2]


def test_a_world_without_looks_has_gaze_nowhere():
    w = world()
    assert w.gaze["gaze x [px]"].isna().all()
    assert len(w.fixations) == 0
    assert w.fixations["start timestamp [ns]"].dtype == np.int64


def test_frames_answer_like_a_video():
    frames = world().frames
    assert isinstance(frames, Frames)
    assert len(frames) == 12
    assert frames.size_hw == (80, 100)
    assert frames.pts_ns[:3].tolist() == [0, 40_000_000, 80_000_000]
    assert [i for i, _ in frames.stream(3, 6)] == [3, 4, 5]
    assert [i for i, _ in frames.stream(5, 2, -1)] == [5, 4, 3]
    assert frames.name(7) == "00007"
    np.testing.assert_array_equal(frames.read(4), world().frame(4))
    with frames as same, pytest.raises(FrameOutOfRange):
        same.read(12)


def test_reading_gives_the_callers_own_copy():
    frames = world().frames
    frames.read(0)[:] = 0
    assert frames.read(0).any()


def test_unknown_frames_are_refused():
    for frame_idx in (-1, 12):
        with pytest.raises(IndexError, match="0 to 11"):
            world().truth(frame_idx)
        with pytest.raises(IndexError, match="0 to 11"):
            world().frame(frame_idx)


def test_the_video_shows_the_frames(tmp_path):
    w = world()
    path = w.write_video(tmp_path / "shapes.mp4", crf=5)
    with VideoReader(path) as video:
        assert len(video) == 12
        np.testing.assert_allclose(video.pts_ns, w.frames.pts_ns, atol=12_000)
        picture, truth = video.read(6).astype(int), w.truth(6)["book"]
        inner = (
            truth
            & np.roll(truth, 3, 0)
            & np.roll(truth, -3, 0)
            & np.roll(truth, 3, 1)
            & np.roll(truth, -3, 1)
        )
        assert np.abs(picture[inner].mean(axis=0) - RED).max() < 3
        assert np.abs(picture[inner] - RED).max() < 30
