"""A source is kept going across losses, and what is known of it is counted."""

import asyncio
import math
from contextlib import aclosing

import pytest

from dwell.errors import LiveError, NoDevice, SourceLost
from dwell.live import GazeSample, SourceInfo, SourceState, StreamCounts, keep, keeping
from dwell.types import Space

INFO = SourceInfo("fake", "Fake tracker", Space.DISPLAY, rate_hz=100)


def sample(t_ms, *, valid=True, latency_ms=20):
    return GazeSample(t_ms * 10**6, 0.5, 0.5, valid, (t_ms + latency_ms) * 10**6)


# ------------------------------------------------------------------ counting, with a clock of our own


def counts_of_two_seconds(**kwargs):
    """100 Hz promised; 80 Hz came, every fifth of them invalid."""
    counts = StreamCounts()
    counts.connected(INFO, 0.0)
    for k in range(1, 161):
        counts.add(sample(k * 12, valid=k % 5 != 0, **kwargs), k / 80)
    return counts


def test_rate_latency_and_loss():
    status = counts_of_two_seconds(latency_ms=35).status(2.0)
    assert status.state is SourceState.STREAMING
    assert status.title == "Fake tracker"
    assert status.rate_hz == 80
    assert status.latency_ms == 35
    assert status.invalid_share == pytest.approx(0.2)
    assert status.missing_share == pytest.approx(0.2)
    assert (status.n_samples, status.n_dropped, status.n_reconnects) == (160, 0, 0)


def test_only_the_last_two_seconds_count():
    counts = counts_of_two_seconds()
    for k in range(1, 201):
        counts.add(sample(5000 + 10 * k, latency_ms=7), 2 + k / 100)
    status = counts.status(4.005)
    assert (status.rate_hz, status.latency_ms) == (100, 7)
    assert (status.invalid_share, status.missing_share) == (0, 0)


def test_a_stream_that_stops_is_silent_after_a_second_and_all_is_missing():
    counts = counts_of_two_seconds()
    assert counts.status(2.9).state is SourceState.STREAMING
    assert counts.status(3.1).state is SourceState.SILENT
    status = counts.status(4.5)
    assert (status.rate_hz, status.missing_share) == (0, 1)
    assert math.isnan(status.latency_ms)


def test_pauses_of_a_replay_are_its_own():
    counts = StreamCounts()
    counts.connected(SourceInfo("replay", "Replay", Space.SCENE, finite=True), 0.0)
    assert counts.status(100.0).state is SourceState.STREAMING


def test_old_samples_and_the_same_again_are_dropped():
    counts = StreamCounts()
    counts.connected(INFO, 0.0)
    taken = [counts.add(sample(t), k / 100) for k, t in enumerate([10, 20, 20, 15, 30])]
    assert taken == [True, True, False, False, True]
    assert counts.status(1.0).n_dropped == 2


def test_a_clock_that_was_set_back_is_followed_after_a_second():
    counts = StreamCounts()
    counts.connected(INFO, 0.0)
    counts.add(sample(3_600_000), 0.0)
    taken = [counts.add(sample(10 * k), k / 100) for k in range(1, 151)]
    assert taken.index(True) == 101  # the first that comes more than 1 s after the first old one
    assert all(taken[101:])


def test_nothing_is_known_at_first():
    status = StreamCounts().status(0.0)
    assert status.state is SourceState.CONNECTING
    unknown = (status.rate_hz, status.latency_ms, status.invalid_share, status.missing_share)
    assert all(map(math.isnan, unknown))
    counts = StreamCounts()
    counts.connected(SourceInfo("fake", "No rate", Space.DISPLAY), 0.0)
    counts.add(sample(1), 0.5)
    assert math.isnan(counts.status(1.0).missing_share)


# ------------------------------------------------------------------ keeping


class Scripted:
    """Each connection plays one line of a script: samples, or what goes wrong."""

    def __init__(self, *script, info=INFO):
        self.script = list(script)
        self.info = info
        self.n_connects = self.n_closes = 0

    async def connect(self):
        self.n_connects += 1
        self.line = self.script.pop(0)
        if isinstance(self.line, Exception):
            raise self.line
        return self.info

    async def samples(self):
        for event in self.line:
            if isinstance(event, Exception):
                raise event
            if event == "silence":
                await asyncio.sleep(60)
            yield event

    async def close(self):
        self.n_closes += 1


def kept(source, *, n=None, **options):
    """Times in ms that came out, and every status that was told."""

    async def run():
        told, times = [], []
        async with asyncio.timeout(5), aclosing(keep(source, told.append, **options)) as gaze:
            async for each in gaze:
                times.append(each.t_ns // 10**6)
                if len(times) == n:
                    break
        return times, told

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(keeping, "_WAITS_S", (0.01, 0.02))
    monkeypatch.setattr(keeping, "SILENCE_S", 0.1)


def test_a_source_that_ends_is_closed_and_said_to_have_ended():
    source = Scripted([sample(1), sample(2)])
    times, told = kept(source)
    assert times == [1, 2]
    assert told[-1].state is SourceState.ENDED
    assert source.n_closes == 1


def test_it_is_connected_again_after_losses_and_waits_for_a_device():
    gone = SourceLost("cable out")
    source = Scripted(NoDevice("nobody"), [sample(1), gone], NoDevice("nobody"), [sample(1), sample(2)])
    times, told = kept(source)
    assert times == [1, 2]  # the same sample again is dropped
    states = list(dict.fromkeys((s.state.value, s.message) for s in told))
    assert states == [
        ("connecting", "nobody"),
        ("streaming", ""),
        ("reconnecting", "cable out"),
        ("reconnecting", "nobody"),
        ("ended", ""),
    ]
    assert (told[-1].n_reconnects, told[-1].n_dropped, told[-1].n_samples) == (1, 1, 2)


def test_silence_is_a_loss():
    source = Scripted([sample(1), "silence"], [sample(2)])
    times, told = kept(source)
    assert times == [1, 2]
    assert any(s.message == "Fake tracker sent nothing for 0.1 s." for s in told)


def test_silence_of_a_replay_is_none():
    info = SourceInfo("replay", "Replay", Space.SCENE, finite=True)

    class Paused(Scripted):
        async def samples(self):
            yield sample(1)
            await asyncio.sleep(0.3)
            yield sample(2)

    source = Paused([], info=info)
    assert kept(source)[0] == [1, 2]
    assert source.n_connects == 1


def test_who_leaves_early_leaves_a_closed_source():
    source = Scripted([sample(1), sample(2), sample(3)])
    times, told = kept(source, n=1)
    assert times == [1]
    assert told[-1].state is SourceState.ENDED
    assert source.n_closes == 1


def test_an_impatient_caller_hears_at_once_that_nobody_is_there():
    with pytest.raises(NoDevice, match="nobody"):
        kept(Scripted(NoDevice("nobody")), patient=False)


def test_what_can_never_work_is_not_tried_again():
    source = Scripted(LiveError("unknown channels"))
    with pytest.raises(LiveError, match="unknown channels"):
        kept(source)
    assert (source.n_connects, source.n_closes) == (1, 1)


def test_waits_grow_until_gaze_comes_again(monkeypatch):
    monkeypatch.setattr(keeping, "_WAITS_S", (0.001, 0.002, 0.003))
    waited, sleep = [], asyncio.sleep

    async def recorded(seconds):
        waited.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", recorded)
    nobody, gone = NoDevice("nobody"), SourceLost("cable out")
    kept(Scripted(nobody, nobody, nobody, nobody, [sample(1), gone], nobody, [sample(2)]))
    assert [s for s in waited if s < 0.1] == [0.001, 0.002, 0.003, 0.003, 0.001, 0.002]
