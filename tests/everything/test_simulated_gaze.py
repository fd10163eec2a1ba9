"""The gaze of the benchmark of gaze-first, on a drawn scene."""

import numpy as np
import pytest
from benchmarks.simulated_gaze import look_at

from dwell.tables import FIXATIONS, GAZE, conform
from dwell.video import FrameClock
from everything.scenes import SCENES, SIZE_HW

PX_PER_DEG = 8.0


def session(name="entering", thing="ball", n_loops=1, **options):
    """(truths, clock, gaze) of somebody who sees a scene, once or several times in a row."""
    scene = SCENES[name]()
    truths = [scene.mask(thing, i).to_array() for _ in range(n_loops) for i in range(scene.n_frames)]
    clock = FrameClock(np.arange(len(truths), dtype=np.int64) * 33_333_333)
    return truths, clock, look_at(truths, clock, PX_PER_DEG, **{"error_deg": 0.0} | options)


def test_tables_are_those_of_a_recording():
    _, clock, seen = session()
    conform(seen.gaze, GAZE)
    conform(seen.fixations, FIXATIONS)
    assert len(seen.on_thing) == len(seen.eye_xy) == len(seen.gaze)
    assert seen.fixations["duration [ms]"].between(200, 400).all()
    assert np.diff(seen.gaze["timestamp [ns]"]).min() > 0
    assert seen.fixations["end timestamp [ns]"].max() <= clock.times_ns[-1]
    means = seen.gaze.groupby("fixation id")["gaze x [px]"].mean().to_numpy()
    np.testing.assert_allclose(seen.fixations["fixation x [px]"], means)


def test_the_share_of_looking_is_as_asked_for():
    _, _, seen = session("still", n_loops=20, share=0.3)
    assert seen.on_thing.mean() == pytest.approx(0.3, abs=0.03)
    per_fixation = [on for _, on in seen.gaze.assign(on=seen.on_thing).groupby("fixation id")["on"]]
    assert all(on.all() or not on.any() for on in per_fixation)  # nothing moves


def test_what_is_said_to_be_on_the_thing_is():
    truths, clock, seen = session(share=0.7)
    frame_idx = clock.frame_at(seen.gaze["timestamp [ns]"].to_numpy())
    xs, ys = seen.eye_xy.astype(int).T
    assert [truths[f][y, x] for f, x, y in zip(frame_idx, xs, ys, strict=True)] == seen.on_thing.tolist()
    assert seen.on_thing.sum() > 0
    assert not seen.on_thing[frame_idx < 16].any()  # before the ball comes in
    assert (seen.eye_xy >= 0).all()
    assert (seen.eye_xy < SIZE_HW[::-1]).all()


def test_fixations_follow_the_moving_ball():
    _, _, seen = session(share=1.0)
    on = seen.gaze.assign(x=seen.eye_xy[:, 0], on=seen.on_thing)
    moving = on[on["on"] & (on["timestamp [ns]"] < 33 * 33_333_333)]
    paces = moving.groupby("fixation id").agg({"x": np.ptp, "timestamp [ns]": np.ptp}).iloc[:-1]
    px_per_s = paces["x"] / paces["timestamp [ns]"] * 1e9
    assert px_per_s.between(60, 120).all()  # 3 px a frame of 1/30 s


@pytest.mark.parametrize("error_deg", [0.0, 0.5, 1.0])
def test_the_tracker_is_off_by_as_much_as_asked_for(error_deg):
    _, _, seen = session("still", error_deg=error_deg)
    off = seen.gaze[["gaze x [px]", "gaze y [px]"]].to_numpy() - seen.eye_xy
    assert np.hypot(*off.mean(axis=0)) / PX_PER_DEG == pytest.approx(error_deg, abs=0.02)
    steps = np.hypot(*np.diff(off, axis=0).T) / PX_PER_DEG
    assert np.sqrt((steps**2).mean()) == pytest.approx(0.1, rel=0.15)


def test_the_same_seed_gives_the_same_gaze():
    first, again, other = (session(seed=seed)[2].gaze for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)
