"""The mouse plays the eye: steady samples from events that come as they like."""

import asyncio
import math
import time

import numpy as np
import pytest

from dwell.errors import LiveError
from dwell.live import GazeNoise, MouseSource, open_source
from dwell.live.mouse import MouseTrace
from dwell.types import Space

MS = 1_000_000
QUIET = {"accuracy_deg": 0, "precision_deg": 0, "drift_deg_per_min": 0, "blink_rate_hz": 0}


def test_where_the_mouse_was():
    trace = MouseTrace()
    trace.push(100 * MS, 10, 10)
    trace.push(120 * MS, 30, 50)  # moving: in a line
    trace.push(900 * MS, 500, 500)  # rested at 30, 50, then set off
    assert all(math.isnan(v) for v in trace.at(99 * MS))
    assert trace.at(100 * MS) == (10, 10)
    assert trace.at(110 * MS) == (20, 30)
    assert trace.at(899 * MS) == (30, 50)
    assert trace.at(5000 * MS) == (500, 500)  # it still rests there


def test_late_events_are_left_out_and_leaving_the_page_is_no_gaze():
    trace = MouseTrace()
    trace.push(100 * MS, 1, 1)
    trace.push(90 * MS, 9, 9)
    trace.push(110 * MS, math.nan, math.nan)
    assert trace.at(105 * MS) == (1, 1)
    assert math.isnan(trace.at(111 * MS)[0])


def test_a_long_session_forgets_its_beginning_only():
    trace = MouseTrace()
    for k in range(10_000):
        trace.push(k * MS, float(k), 0)
    assert trace.at(9_990 * MS) == (9_990, 0)
    assert trace.at(9_000 * MS) == (9_000, 0)


def moved(source, seconds, moves):
    """The samples while the mouse is moved: (s from now, x, y)."""

    async def run():
        info = await source.connect()
        samples = []

        async def collect():
            async for sample in source.samples():
                samples.append(sample)

        collecting = asyncio.create_task(collect())
        start = time.time_ns()
        for at_s, x, y in moves:
            await asyncio.sleep(max(0, at_s - (time.time_ns() - start) / 1e9))
            source.push(time.time_ns(), x, y)
        await asyncio.sleep(seconds)
        await source.close()
        await collecting
        return info, samples

    return asyncio.run(run())


def test_a_resting_mouse_is_still_sampled_at_its_rate():
    source = MouseSource(GazeNoise(**QUIET, latency_ms=40), rate_hz=100)
    info, samples = moved(source, 0.5, [(0, 320, 240)])
    assert (info.space, info.rate_hz) == (Space.PAGE, 100)
    assert set(np.diff([s.t_ns for s in samples])) == {10 * MS}
    assert 35 <= len(samples) <= 50
    assert {(s.x, s.y, s.valid) for s in samples[1:]} == {(320, 240, True)}
    latencies_ms = [(s.received_ns - s.t_ns) / MS for s in samples]
    assert min(latencies_ms) >= 40


def test_before_it_was_seen_there_is_no_gaze():
    _, samples = moved(MouseSource(GazeNoise(**QUIET, latency_ms=0)), 0.1, [])
    assert samples
    assert not any(s.valid for s in samples)
    assert all(math.isnan(s.x) for s in samples)


def test_the_noise_is_that_of_the_model():
    noise = {"accuracy_deg": 1.0, "precision_deg": 0.3, "blink_rate_hz": 0, "latency_ms": 0, "seed": 5}
    source = open_source("mouse?seed=5&accuracy_deg=1&precision_deg=0.3&blink_rate_hz=0&latency_ms=0")
    source.push(time.time_ns(), 500, 500)
    _, samples = moved(source, 0.3, [])
    t_ns = np.array([s.t_ns for s in samples])
    expected, _ = GazeNoise(**noise).apply(t_ns, np.full((len(t_ns), 2), 500.0))
    np.testing.assert_array_equal([(s.x, s.y) for s in samples], expected)


def test_a_stopped_clock_leaves_a_gap_and_no_crowd():
    """The computer slept for a minute."""
    offset_ns = 0
    source = MouseSource(
        GazeNoise(**QUIET, latency_ms=0), rate_hz=100, clock_ns=lambda: time.time_ns() + offset_ns
    )

    async def run():
        nonlocal offset_ns
        await source.connect()
        times = []
        async for sample in source.samples():
            times.append(sample.t_ns)
            if len(times) == 3:
                offset_ns = 60_000 * MS
            if len(times) == 6:
                await source.close()
        return times

    steps = np.diff(asyncio.run(run())) // MS
    assert (steps[:2] == 10).all()
    assert steps[2] > 59_000
    assert (steps[3:] == 10).all()


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("mouse:left", "The mouse has no address"),
        ("mouse?acuracy_deg=1", "no option 'acuracy_deg'.*Did you mean 'accuracy_deg'"),
        ("mouse?seed=much", "option 'seed' of the gaze source 'mouse' cannot be 'much'"),
        ("mouse?accuracy_deg=-1", "accuracy_deg must be 0 or more"),
        ("mouse?rate_hz=0", "sampled at 1 to 2000 Hz, not at 0"),
    ],
)
def test_what_cannot_be_meant(spec, message):
    with pytest.raises(LiveError, match=message):
        open_source(spec)
