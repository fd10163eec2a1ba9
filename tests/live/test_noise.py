"""What an eye tracker adds, measured with the field's own measures."""

import numpy as np
import pytest

from dwell.live import GazeNoise
from dwell.live.noise import WHITE

NOTHING = {
    "accuracy_deg": 0,
    "precision_deg": 0,
    "drift_deg_per_min": 0,
    "blink_rate_hz": 0,
    "latency_ms": 0,
}
PX_PER_DEG = 50.0


def clock(seconds, rate_hz=100):
    return np.arange(round(seconds * rate_hz)) * round(1e9 / rate_hz) + 1_700_000_000_000_000_000


def still(n, x=300.0, y=200.0):
    return np.tile([x, y], (n, 1))


def stared(seconds, rate_hz=100, **parameters):
    """deg from where somebody stared, and when the eye was seen."""
    t_ns = clock(seconds, rate_hz)
    noise = GazeNoise(**{**NOTHING, **parameters}, px_per_deg=PX_PER_DEG)
    xy, seen = noise.apply(t_ns, still(len(t_ns)))
    return (xy - [300, 200]) / PX_PER_DEG, seen


def rms_s2s(deg):
    return np.sqrt((np.diff(deg, axis=0) ** 2).sum(axis=1).mean())


def std(deg):
    return np.sqrt(deg.var(axis=0).sum())


def test_a_perfect_tracker_adds_nothing():
    deg, seen = stared(10)
    assert (deg == 0).all()
    assert seen.all()


def test_accuracy_is_the_mean_offset_over_sessions():
    offsets = [stared(0.1, accuracy_deg=1.5, seed=seed)[0] for seed in range(600)]
    assert all((deg == deg[0]).all() for deg in offsets)  # constant in a session
    lengths = [np.hypot(*deg[0]) for deg in offsets]
    assert np.mean(lengths) == pytest.approx(1.5, rel=0.06)  # standard error 2 %
    directions = np.mean([deg[0] for deg in offsets], axis=0)
    assert np.abs(directions).max() < 0.2


@pytest.mark.parametrize("signal_type", [0.3, 1.0, WHITE])
def test_precision_is_rms_s2s_and_its_signal_type_is_kept(signal_type):
    deg, _ = stared(300, precision_deg=0.2, signal_type=signal_type, seed=4)
    assert rms_s2s(deg) == pytest.approx(0.2, rel=0.03)
    assert rms_s2s(deg) / std(deg) == pytest.approx(signal_type, rel=0.06)


def test_drift_walks_this_far_in_a_minute():
    ways = [stared(61, 1, drift_deg_per_min=0.5, seed=seed)[0][[0, -1]] for seed in range(300)]
    walked = [np.sum((end - start) ** 2) for start, end in ways]
    assert np.sqrt(np.mean(walked)) == pytest.approx(0.5, rel=0.12)


def test_blinks_come_at_their_rate_and_last_100_to_300_ms():
    _, seen = stared(2000, blink_rate_hz=0.25, seed=1)
    starts = np.flatnonzero(np.diff(seen.astype(int)) == -1)
    ends = np.flatnonzero(np.diff(seen.astype(int)) == 1)
    lengths_s = (ends - starts[: len(ends)]) / 100
    assert len(starts) / 2000 == pytest.approx(0.25, rel=0.1)
    assert 0.09 <= lengths_s.min() <= lengths_s.max() <= 0.31
    assert lengths_s.mean() == pytest.approx(0.2, rel=0.05)


def test_in_a_blink_there_is_no_position():
    t_ns = clock(60)
    xy, seen = GazeNoise(seed=2).apply(t_ns, still(len(t_ns)))
    assert 0 < (~seen).sum() < len(seen) / 5
    assert np.isnan(xy[~seen]).all()
    assert np.isfinite(xy[seen]).all()


def test_step_by_step_is_the_same_as_at_once():
    t_ns = clock(20)
    xy = still(len(t_ns)) + np.arange(len(t_ns))[:, None]
    at_once, seen = GazeNoise(seed=7, signal_type=0.8).apply(t_ns, xy)
    slowly = GazeNoise(seed=7, signal_type=0.8)
    steps = [slowly.step(int(t), *place) for t, place in zip(t_ns, xy, strict=True)]
    np.testing.assert_array_equal(at_once, [step[:2] for step in steps])
    assert seen.tolist() == [step[2] for step in steps]


def test_piece_by_piece_is_the_same_too():
    t_ns = clock(20)
    at_once, _ = GazeNoise(seed=7).apply(t_ns, still(len(t_ns)))
    noise = GazeNoise(seed=7)
    pieces = [noise.apply(t_ns[k : k + 333], still(len(t_ns[k : k + 333])))[0] for k in range(0, 2000, 333)]
    np.testing.assert_array_equal(at_once, np.concatenate(pieces))


def test_a_seed_is_a_session():
    t_ns = clock(5)
    one, again, other = (GazeNoise(seed=s).apply(t_ns, still(len(t_ns)))[0] for s in (3, 3, 4))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other, equal_nan=True)


def test_no_gaze_stays_no_gaze():
    xy, seen = GazeNoise(**NOTHING).apply(clock(0.02), np.array([[np.nan, 1.0], [1.0, 1.0]]))
    assert seen.tolist() == [False, True]
    assert np.isnan(xy[0]).all()


def test_latency_delays_arrival_not_the_time_of_the_eye():
    noise = GazeNoise(latency_ms=25)
    assert (noise.received_ns(clock(0.05)) - clock(0.05)).tolist() == [25_000_000] * 5


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"accuracy_deg": -1}, "accuracy_deg must be 0 or more but is -1"),
        ({"precision_deg": float("nan")}, "precision_deg must be 0 or more"),
        ({"signal_type": 2.0}, "signal_type lies above 0 and below 2"),
        ({"px_per_deg": 0}, "px_per_deg must be above 0"),
        ({"blink_rate_hz": 6}, "6 blinks of 100.0 to 300.0 ms do not fit"),
        ({"blink_ms": (300, 100)}, "blink_ms must be the shortest and the longest"),
    ],
)
def test_parameters_that_mean_nothing(parameters, message):
    with pytest.raises(ValueError, match=message):
        GazeNoise(**parameters)


def test_times_that_do_not_rise():
    noise = GazeNoise()
    noise.apply(clock(1), still(100))
    with pytest.raises(ValueError, match="times must rise"):
        noise.apply(clock(1), still(100))
    with pytest.raises(ValueError, match=r"Expected 3 positions \(n, 2\)"):
        noise.apply(np.arange(3), np.zeros((2, 2)))
