"""The drawn table top: repeatable, truthful, and not trivial."""

import time

import cv2
import numpy as np
import pytest

from dwell.drawn_world import DrawnWorld
from dwell.errors import FrameOutOfRange
from dwell.video import Frames, find_filler

SMALL = {"size_hw": (120, 160), "duration_s": 12.0}


@pytest.fixture(scope="module")
def world() -> DrawnWorld:
    return DrawnWorld(**SMALL)


@pytest.fixture(scope="module")
def areas(world) -> dict[str, np.ndarray]:
    """px of each thing in each frame."""
    truths = [world.truth(i) for i in range(world.n_frames)]
    return {name: np.array([truth[name].sum() for truth in truths]) for name in world.names}


def frame_after(world: DrawnWorld, event: str) -> int:
    (at,) = world.events.loc[world.events["name"] == event, "timestamp [ns]"]
    return int(world.clock.frame_at(np.array([at], np.int64))[0])


def test_making_a_world_costs_nothing():
    start = time.process_time()
    DrawnWorld()
    assert time.process_time() - start < 0.1


def test_the_same_parameters_draw_the_same(world):
    again = DrawnWorld(**SMALL)
    for i in (25, 140, 300):
        np.testing.assert_array_equal(again.frame(i), world.frame(i))
    again.frame(7)  # order of asking does not matter
    np.testing.assert_array_equal(again.frame(140), world.frame(140))
    np.testing.assert_array_equal(again.owner(140), world.owner(140))
    assert again == world


def test_another_seed_draws_another_recording(world):
    other = DrawnWorld(seed=1, **SMALL)
    assert (other.frame(100) != world.frame(100)).mean() > 0.5
    assert other.identity.recording_id != world.identity.recording_id


def test_frames_come_at_uneven_times_after_grey_filler(world):
    steps_ms = np.diff(world.times_ns) / 1e6
    n_filler = int((~world.valid).sum())
    assert n_filler == 20
    assert not world.valid[:20].any()
    assert world.times_ns[0] == world.start_ns
    np.testing.assert_allclose(steps_ms[:19], 50, atol=0.001)
    real = steps_ms[20:]
    assert np.median(real) == pytest.approx(33.33, abs=0.2)
    assert len(np.unique(np.round(real, 3))) > 20, "jitter"
    assert 2 <= (real > 55).sum() <= 10, "dropped frames"
    assert world.end_ns - world.start_ns == pytest.approx(12e9, abs=0.1e9)


def test_frame_times_are_whole_ticks_of_the_video(world):
    ticks = (world.times_ns - world.start_ns) * 90_000 / 1e9
    np.testing.assert_allclose(ticks, world.ticks, atol=1e-4)


def test_filler_frames_show_nothing(world):
    assert np.ptp(world.frame(3)) == 0
    assert not world.owner(3).any()
    assert np.ptp(world.frame(20)) > 100


def test_truth_is_one_bool_mask_per_name_and_they_never_overlap(world):
    truth = world.truth(200)
    assert tuple(truth) == world.names == ("cup", "book", "ball")
    stacked = np.stack(list(truth.values()))
    assert stacked.dtype == bool
    assert stacked.shape == (3, 120, 160)
    assert stacked.sum(axis=0).max() == 1


def test_the_ball_is_wholly_hidden_for_a_while(world, areas):
    hidden = frame_after(world, "ball.hidden")
    assert not areas["ball"][hidden : hidden + 20].any()
    assert areas["ball"][25] > 100
    assert areas["ball"][hidden + 90] > 100, "it comes out again"


def test_the_cup_leaves_the_view_and_comes_back(world, areas):
    taken, back = frame_after(world, "cup.taken"), frame_after(world, "cup.back")
    assert areas["cup"][taken] > 0
    assert areas["cup"][back] > 0
    assert (areas["cup"][taken:back] == 0).sum() > 20


def test_the_ball_hides_part_of_the_cup(world):
    """Where the ball is in front, the cup's mask has a bite that its convex hull bridges."""
    bites = []
    for i in range(frame_after(world, "cup.back"), world.n_frames, 4):
        truth = world.truth(i)
        if truth["cup"].any() and truth["ball"].any():
            points = np.argwhere(truth["cup"])[:, ::-1].astype(np.int32)
            hull = np.zeros(world.size_hw, np.uint8)
            cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
            bites.append(int((hull.astype(bool) & truth["ball"]).sum()))
    assert max(bites) > 60


def test_outlines_change_and_not_only_places(world):
    """Each thing's own shape – its mask cut out and scaled to one size – differs between moments."""
    for name, i, j in (("cup", 30, 290), ("book", 60, 230), ("ball", 30, 262)):
        shapes = []
        for frame_idx in (i, j):
            x0, y0, x1, y1 = (int(v) for v in world.box(name, frame_idx))
            cut = world.truth(frame_idx)[name][y0:y1, x0:x1].astype(np.float32)
            shapes.append((x1 - x0) / (y1 - y0) * cv2.resize(cut, (24, 24), interpolation=cv2.INTER_AREA))
        assert np.abs(shapes[0] - shapes[1]).mean() > 0.03, name


def test_the_background_moves(world):
    """A patch of the still table is found elsewhere in a later frame."""
    early, late = (cv2.cvtColor(world.frame(i), cv2.COLOR_RGB2GRAY) for i in (30, 90))
    patch = early[85:115, 10:55]  # the sheet of paper
    scores = cv2.matchTemplate(late, patch, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    assert best > 0.5
    assert np.hypot(x - 10, y - 85) > 3


def test_things_have_texture_and_shading_but_their_own_colour(world):
    picture, truth = world.frame(40).astype(float), world.truth(40)
    backdrop = picture[~np.any(list(truth.values()), axis=0)].mean(axis=0)
    for name, mask in truth.items():
        pixels = picture[mask]
        assert pixels.std(axis=0).max() > 15, f"{name} is not flat"
        assert np.linalg.norm(np.median(pixels, axis=0) - backdrop) > 40, f"{name} stands out"


def test_truth_lies_where_the_picture_changes(world):
    """Painting with and without noise aside, borders of masks are borders in the picture."""
    grey = cv2.GaussianBlur(cv2.cvtColor(world.frame(40), cv2.COLOR_RGB2LAB), (0, 0), 0.8).astype(float)
    steps = np.linalg.norm(
        np.stack([cv2.Sobel(c, cv2.CV_64F, 1, 0) for c in np.moveaxis(grey, 2, 0)]), axis=0
    )
    for name, mask in world.truth(40).items():
        border = mask ^ np.roll(mask, 1, axis=1)
        assert np.median(steps[border]) > 3 * np.median(steps), name


def test_click_and_box_fit_the_mask(world):
    for name in world.names:
        for i in (30, 200, 330):
            mask = world.truth(i)[name]
            if not mask.any():
                continue
            x, y = world.click(name, i)
            assert mask[int(y), int(x)]
            x0, y0, x1, y1 = world.box(name, i)
            outside = mask.copy()
            outside[int(y0) : int(y1), int(x0) : int(x1)] = False
            assert not outside.any()
            assert mask[int(y0)].any()
            assert mask[:, int(x1) - 1].any()


def test_clicking_what_is_hidden_is_refused(world):
    hidden = frame_after(world, "ball.hidden") + 3
    with pytest.raises(ValueError, match="ball is not visible"):
        world.click("ball", hidden)
    with pytest.raises(ValueError, match="cup, book, ball"):
        world.box("hat", 30)


def test_frames_answer_like_a_video(world):
    frames = world.frames
    assert isinstance(frames, Frames)
    assert len(frames) == world.n_frames
    np.testing.assert_array_equal(frames.pts_ns, world.times_ns - world.times_ns[0])
    np.testing.assert_array_equal(find_filler(frames), ~world.valid)
    np.testing.assert_array_equal(dict(frames.stream(50, 52))[51], world.frame(51))
    with pytest.raises(FrameOutOfRange):
        frames.read(world.n_frames)


def test_long_recordings_repeat_the_scene_and_sizes_are_free():
    long = DrawnWorld(size_hw=(90, 160), duration_s=35.0)
    assert (long.events["name"] == "cup.taken").sum() == 3
    assert long.frame(900).shape == (90, 160, 3)


@pytest.mark.parametrize("wrong", [{"size_hw": (40, 640)}, {"duration_s": 3.5}])
def test_senseless_worlds_are_refused(wrong):
    with pytest.raises(ValueError, match="at least 64 px|needs 3 s"):
        DrawnWorld(**wrong)
