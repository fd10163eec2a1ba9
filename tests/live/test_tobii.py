"""Tobii's screen trackers, played by a module of the same shape. No device was there."""

import asyncio
import math
import time

import pytest

from dwell.errors import MissingSource, NoDevice, SourceLost
from dwell.live import open_source
from dwell.types import Space
from live.fake_tobii import Module, Tracker

NAN = (math.nan, math.nan)


def received(send, n, tracker=None):
    """What is known, and n samples after ``send(tracker)``."""
    tracker = tracker or Tracker()

    async def run():
        source = open_source("tobii", module=Module(tracker))
        info = await source.connect()
        send(tracker)
        samples = []
        try:
            async with asyncio.timeout(3):
                async for sample in source.samples():
                    samples.append(sample)
                    if len(samples) == n:
                        break
        finally:
            await source.close()
        return info, samples

    return asyncio.run(run())


def test_eyes_that_are_valid_are_averaged():
    def send(tracker):
        tracker.send((0.2, 0.4), (0.4, 0.8))
        tracker.send((0.2, 0.4), (0.4, 0.8), left_valid=0)
        tracker.send((0.2, 0.4), NAN)
        tracker.send(NAN, NAN, left_valid=0, right_valid=0)

    info, samples = received(send, 4)
    places = [(pytest.approx(s.x), pytest.approx(s.y)) for s in samples[:3]]
    assert places == [(0.3, 0.6), (0.4, 0.8), (0.2, 0.4)]
    assert [s.valid for s in samples] == [True, True, True, False]
    assert math.isnan(samples[3].x)
    assert (info.space, info.rate_hz) == (Space.DISPLAY, 120)
    assert info.title == "Tobii Pro Fusion TPFC2-010202"


def test_the_sdks_clock_becomes_unix_time():
    before_ns = time.time_ns()
    _, (sample,) = received(lambda tracker: tracker.send((0, 0), (0, 0), age_us=40_000), 1)
    assert 0 <= sample.received_ns - before_ns < 1e9
    assert 40 <= (sample.received_ns - sample.t_ns) / 1e6 < 60


def test_a_connection_that_is_lost():
    with pytest.raises(SourceLost, match="Check its cable"):
        received(Tracker.lose, 1)


def test_nothing_stays_subscribed():
    tracker = Tracker()
    received(lambda t: t.send((0, 0), (0, 0)), 1, tracker)
    assert tracker.callbacks == {}


def test_the_one_that_is_wanted():
    module = Module(Tracker("A"), Tracker("B"))

    async def connect(spec):
        source = open_source(spec, module=module)
        info = await source.connect()
        await source.close()
        return info.title

    assert asyncio.run(connect("tobii:B")).endswith(" B")
    with pytest.raises(NoDevice, match=r"serial number 'C' was found \(there: A, B\)"):
        asyncio.run(connect("tobii:C"))


def test_nobody_and_a_tracker_that_refuses():
    with pytest.raises(NoDevice, match=r"No Tobii tracker was found \(there: none\)"):
        asyncio.run(open_source("tobii", module=Module()).connect())
    refusing = open_source("tobii", module=Module(Tracker(calibrated=False)))
    with pytest.raises(SourceLost, match=r"does not send gaze \(the tracker refuses\)"):
        asyncio.run(refusing.connect())


def test_without_tobiis_package():
    with pytest.raises(MissingSource, match="pip install tobii-research.*choose 'lsl'"):
        open_source("tobii")
