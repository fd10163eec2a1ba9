"""Lab Streaming Layer, with a sender in a process of its own."""

import asyncio
import subprocess
import sys
import threading
import time
import uuid
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from dwell.errors import LiveError, NoDevice
from dwell.live import keep, open_source
from dwell.types import Space

try:
    import pylsl
except ImportError:
    pytest.skip('needs pip install "dwell[live]"', allow_module_level=True)
except RuntimeError as error:
    pytest.skip(f"liblsl does not load: {error}", allow_module_level=True)

OUTLET = Path(__file__).with_name("lsl_outlet.py")


class Sender:
    """The outlet, and the time of each sample as it tells them."""

    def __init__(self, name, source_id):
        command = [sys.executable, str(OUTLET), name, source_id]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout.readline() == "ready\n"
        self.t_ns = {}
        self.listener = threading.Thread(target=self._listen)
        self.listener.start()

    def _listen(self):
        for line in self.process.stdout:
            k, t_ns = line.split()
            self.t_ns[int(k)] = int(t_ns)

    def stop(self):
        time.sleep(0.05)  # what was sent is told a moment later
        self.process.kill()
        self.process.wait()
        self.listener.join()
        self.process.stdout.close()


@pytest.fixture
def sending():
    """Starts senders; skips where this computer's network does not let streams be found."""
    started = []

    def send(name, source_id):
        sender = Sender(name, source_id)
        started.append(sender)
        if not pylsl.resolve_byprop("name", name, timeout=3):
            pytest.skip("streams cannot be found here: loopback has no multicast")
        return sender

    yield send
    for sender in started:
        sender.stop()


async def take(source, n):
    samples = []
    async with asyncio.timeout(5):
        async for sample in source.samples():
            samples.append(sample)
            if len(samples) == n:
                return samples
    return samples


def test_samples_are_what_was_sent_at_the_time_it_was_seen(sending):
    name = f"gaze {uuid.uuid4()}"
    sender = sending(name, uuid.uuid4().hex)

    async def receive():
        source = open_source(f"lsl:{name}")
        info = await source.connect()
        samples = await take(source, 60)
        await source.close()
        await asyncio.to_thread(sender.stop)
        return info, samples

    info, samples = asyncio.run(receive())
    assert info.title.startswith(f'LSL "{name}" from ')
    assert (info.space, info.rate_hz) == (Space.DISPLAY, 100)

    assert sum(not s.valid for s in samples) == 3  # both eyes in every twentieth of 60
    late_ns = []
    for sample in (s for s in samples if s.valid):
        assert sample.y in (0.5, 0.75)  # the mean of both eyes, or the right eye alone
        k = round((sample.x - (0.01 if sample.y == 0.5 else 0.02)) * 10_000)
        assert (k % 10 == 0) == (sample.y == 0.75)
        late_ns.append(sample.t_ns - sender.t_ns[k])
        assert sample.received_ns >= sample.t_ns + 6e6
    assert abs(np.median(late_ns)) < 2e6
    assert (np.diff([s.t_ns for s in samples]) > 0).all()


def test_the_same_stream_is_found_again_after_its_program_was_started_again(sending):
    name, source_id = f"gaze {uuid.uuid4()}", uuid.uuid4().hex
    first = sending(name, source_id)

    async def receive():
        states, n = [], 0
        source = open_source(f"lsl:{name}", search_s=2)
        async with aclosing(keep(source, lambda s: states.append(s.state.value))) as gaze:
            async with asyncio.timeout(8):
                async for _ in gaze:
                    n += 1
                    if n == 10:
                        await asyncio.to_thread(first.stop)
                        await asyncio.to_thread(sending, f"{name} again", source_id)
                    if n > 10 and "reconnecting" in states:
                        return states
        return states

    assert list(dict.fromkeys(asyncio.run(receive())))[:3] == ["connecting", "streaming", "reconnecting"]


def test_nobody_sends():
    with pytest.raises(NoDevice, match=r"No stream with the name 'nobody' was found in 0\.2 s.*UDP 16571"):
        asyncio.run(open_source("lsl:nobody?search_s=0.2").connect())


def test_channels_that_are_not_described(sending):
    name = f"gaze {uuid.uuid4()}"
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "Gaze", 3, 100, "float32", uuid.uuid4().hex))
    with pytest.raises(LiveError, match=r"Its channels are: 0 \(no label\); 1 \(no label\); 2 \(no label\)"):
        asyncio.run(open_source(f"lsl:{name}").connect())
    source = open_source(f"lsl:{name}?x=0&y=1&unit=pixels&space=scene")

    async def receive():
        info = await source.connect()
        outlet.push_sample([640, 480, 0])
        samples = await take(source, 1)
        await source.close()
        return info, samples

    info, (sample,) = asyncio.run(receive())
    assert info.space is Space.SCENE
    assert (sample.x, sample.y, sample.valid) == (640, 480, True)


def test_text_is_no_gaze():
    name = f"events {uuid.uuid4()}"
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "Markers", 1, 0, "string", uuid.uuid4().hex))
    with pytest.raises(LiveError, match="carries text, not gaze"):
        asyncio.run(open_source(f"lsl:{name}").connect())
    del outlet


def test_several_that_fit_are_said(monkeypatch):
    """However many have answered at that moment: here, both."""
    name = f"gaze {uuid.uuid4()}"
    outlets = [
        pylsl.StreamOutlet(pylsl.StreamInfo(name, "Gaze", 2, 100, "float32", f"{name} {k}")) for k in (1, 2)
    ]
    both = pylsl.resolve_byprop("name", name, minimum=2, timeout=3)
    if len(both) < 2:
        pytest.skip("streams cannot be found here: loopback has no multicast")
    monkeypatch.setattr(pylsl, "resolve_byprop", lambda *_, **__: both)

    async def connect():
        source = open_source(f"lsl:{name}?x=0&y=1&unit=pixels&space=page")
        info = await source.connect()
        await source.close()
        return info

    (note,) = asyncio.run(connect()).notes
    assert note.startswith(f"Several streams fit: {name}, {name}. Taken: {name}")
    del outlets
