"""What every registered source keeps, with a fake behind it."""

import asyncio
import contextlib
import time
import uuid
from importlib.util import find_spec

import numpy as np
import pytest

from dwell.live import GazeSource, ReplaySource, SourceInfo, open_source
from dwell.registry import GAZE_SOURCES
from live.fake_tobii import Module, Tracker
from live.installed import needs


@contextlib.asynccontextmanager
async def neon():
    needs("pupil_labs.realtime_api")
    from live.fake_neon import FakeNeon

    async with FakeNeon() as phone:
        yield (
            open_source(f"neon:{phone.address}:{phone.port}"),
            lambda k: phone.look(time.time_ns(), k, k),
        )


@contextlib.asynccontextmanager
async def lsl():
    if find_spec("pylsl") is None:
        pytest.skip('needs pip install "dwell[live]"')
    try:
        import pylsl
    except RuntimeError as error:
        pytest.skip(f"liblsl does not load: {error}")
    name = f"gaze {uuid.uuid4()}"
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "Gaze", 2, 100, "float32", name))
    if not pylsl.resolve_byprop("name", name, timeout=3):
        pytest.skip("streams cannot be found here: loopback has no multicast")
    yield open_source(f"lsl:{name}?x=0&y=1&unit=normalized"), lambda k: outlet.push_sample([k, k])


@contextlib.asynccontextmanager
async def tobii():
    tracker = Tracker()

    def send(k):
        if tracker.callbacks:
            tracker.send((k, k), (k, k))

    yield open_source("tobii", module=Module(tracker)), send


@contextlib.asynccontextmanager
async def mouse():
    source = open_source("mouse")
    yield source, lambda k: source.push(time.time_ns(), k, k)


@contextlib.asynccontextmanager
async def replay():
    times = time.time_ns() + np.arange(1000, dtype=np.int64) * 10_000_000
    yield ReplaySource(times, np.zeros((1000, 2))), lambda _: None


FAKES = {"neon": neon, "lsl": lsl, "tobii": tobii, "mouse": mouse, "replay": replay}


def test_every_source_has_a_fake():
    assert set(FAKES) == set(GAZE_SOURCES)


def with_fake(name, play):
    """``play(source)`` while the fake behind the source sends 100 samples a second."""

    async def run():
        async with asyncio.timeout(6), FAKES[name]() as (source, send):
            sending = asyncio.create_task(send_steadily(send))
            try:
                return await play(source)
            finally:
                await source.close()
                sending.cancel()

    return asyncio.run(run())


async def send_steadily(send):
    k = 0
    while True:
        send(k := k + 1)
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("name", list(GAZE_SOURCES))
def test_it_connects_and_sends_in_time_order(name):
    async def play(source):
        assert isinstance(source, GazeSource)
        info = await source.connect()
        samples = []
        async for sample in source.samples():
            samples.append(sample)
            if len(samples) == 10:
                return info, samples

    info, samples = with_fake(name, play)
    assert isinstance(info, SourceInfo)
    assert info.name == name
    assert info.title
    times = [sample.t_ns for sample in samples]
    assert times == sorted(times)
    assert abs(times[-1] - time.time_ns()) < 60e9  # unix time, on this computer's clock
    assert all(sample.received_ns >= sample.t_ns for sample in samples)


@pytest.mark.parametrize("name", list(GAZE_SOURCES))
def test_closing_ends_the_samples_and_may_be_done_twice(name):
    async def play(source):
        await source.connect()
        n = 0
        async for _ in source.samples():
            n += 1
            if n == 3:
                await source.close()
                await source.close()
        return n, [sample async for sample in source.samples()]

    n, after = with_fake(name, play)
    assert 3 <= n <= 4
    assert after == []


@pytest.mark.parametrize("name", list(GAZE_SOURCES))
def test_closing_from_elsewhere_ends_a_wait(name):
    async def play(source):
        await source.connect()

        async def read():
            return [sample async for sample in source.samples()]

        reading = asyncio.create_task(read())
        await asyncio.sleep(0.1)
        await source.close()
        return await asyncio.wait_for(reading, 1)

    assert isinstance(with_fake(name, play), list)


@pytest.mark.parametrize("name", list(GAZE_SOURCES))
def test_it_connects_again(name):
    async def play(source):
        seen = []
        for _ in range(2):
            await source.connect()
            async for sample in source.samples():
                seen.append(sample)
                break
        return seen

    assert len(with_fake(name, play)) == 2


@pytest.mark.parametrize("name", list(GAZE_SOURCES))
def test_before_it_is_connected_there_are_no_samples(name):
    async def play(source):
        before = [sample async for sample in source.samples()]
        await source.close()
        return before

    assert with_fake(name, play) == []
