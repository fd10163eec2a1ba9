"""Neon: what the phone sends is what comes out, on this computer's clock."""

import asyncio
import time
from contextlib import aclosing

import numpy as np
import pytest

from dwell.errors import LiveError, NoDevice
from dwell.live import SceneSource, keep, open_source
from dwell.types import Space

pytest.importorskip("pupil_labs.realtime_api", reason='needs pip install "dwell[live]"')

from live.fake_neon import PACKED, SCENE_WH, FakeNeon, drawn

RTP_TICK_NS = 1e9 / 90_000


def neon_at(phone, **options):
    return open_source(f"neon:{phone.address}:{phone.port}", **options)


async def take(source, n):
    samples = []
    async with asyncio.timeout(5):
        async for sample in source.samples():
            samples.append(sample)
            if len(samples) == n:
                break
    return samples


async def looked_at(sent, **phone_options):
    """The samples that come out when these are sent."""
    async with FakeNeon(echoes=False, **phone_options) as phone:
        source = neon_at(phone, scene=False)
        await source.connect()
        await phone.gaze_is_on()
        for datum in sent:
            phone.look(*datum)
        samples = await take(source, len(sent))
        await source.close()
    return samples


@pytest.mark.parametrize("udp", [True, False])
def test_samples_are_what_the_phone_sent(udp):
    now = time.time_ns()
    sent = [(now + k * 5_000_000, 100.0 + k, 1200.25 - k) for k in range(50)]
    samples = asyncio.run(looked_at(sent, udp=udp))
    assert [(s.x, s.y, s.valid) for s in samples] == [(x, y, True) for _, x, y in sent]
    error_ns = [s.t_ns - t for s, (t, _, _) in zip(samples, sent, strict=True)]
    assert np.abs(error_ns).max() < RTP_TICK_NS / 2 + 500  # and float64 seconds: 240 ns
    assert all(s.received_ns >= now for s in samples)


@pytest.mark.parametrize("size", PACKED)
def test_every_kind_of_datum(size):
    """Two eyes apart (17 bytes) are averaged; the fake's right eye looks 2 px lower."""
    (sample,) = asyncio.run(looked_at([(time.time_ns(), 640.5, 480.0, True, size)]))
    assert (sample.x, sample.y) == ((640.5, 481.0) if size == 17 else (640.5, 480.0))
    assert sample.valid


def test_not_worn_is_not_valid_and_nan_harms_nobody():
    now = time.time_ns()
    sent = [(now, 1.0, 2.0, False), (now + 10**7, float("nan"), 2.0, True), (now + 2 * 10**7, 1.0, 2.0)]
    assert [s.valid for s in asyncio.run(looked_at(sent))] == [False, False, True]


def test_what_is_known_of_it():
    async def connect():
        async with FakeNeon() as phone:
            source = neon_at(phone)
            info = await source.connect()
            await source.close()
        return source, info

    source, info = asyncio.run(connect())
    assert isinstance(source, SceneSource)
    assert info.title == 'Neon "lab phone" at 127.0.0.1'
    assert (info.space, info.size_wh, info.rate_hz) == (Space.SCENE, SCENE_WH, 200)
    assert info.camera.matrix[0, 0] == 890
    assert info.camera.distortion.tolist() == [0.1] + [0] * 7
    assert info.notes == ("The scene camera is not connected; there will be gaze, but no picture.",)


def test_a_phone_whose_clock_is_five_seconds_ahead():
    async def look():
        async with FakeNeon(clock_ahead_ms=5000) as phone:
            source = neon_at(phone, scene=False)
            info = await source.connect()
            await phone.gaze_is_on()
            now_ns = time.time_ns()
            phone.look(now_ns + 5_000_000_000, 1, 2)
            (sample,) = await take(source, 1)
            await source.close()
        return sample.t_ns - now_ns, info

    error_ns, info = asyncio.run(look())
    assert abs(error_ns) < 3e6  # the echo counts in ms
    assert info.notes == ()


def test_a_phone_that_answers_no_echo_is_said():
    async def connect():
        async with FakeNeon(echoes=False) as phone:
            source = neon_at(phone, scene=False)
            info = await source.connect()
            await source.close()
        return info

    assert "too old to compare clocks" in asyncio.run(connect()).notes[0]


@pytest.mark.parametrize("udp", [True, False])
def test_the_scene_arrives_with_its_time(udp):
    async def watch():
        start_ns = time.time_ns()
        seen = {}
        async with FakeNeon(echoes=False, scene=True, udp=udp) as phone:
            source = neon_at(phone)
            await source.connect()
            assert source.picture() is None
            await phone.scene_is_on()
            for k in range(8):
                phone.show(start_ns + k * 33_333_333, k)
                await asyncio.sleep(0.05)
                if picture := source.picture():
                    seen[round((picture.t_ns - start_ns) / 33_333_333)] = picture
            await source.close()
        return start_ns, seen

    start_ns, seen = asyncio.run(watch())
    assert len(seen) >= 3
    for k, picture in seen.items():
        assert abs(picture.t_ns - start_ns - k * 33_333_333) < RTP_TICK_NS
        difference = picture.rgb.astype(int) - drawn(k)
        assert picture.rgb.shape == (1200, 1600, 3)
        assert np.abs(difference).mean() < 8  # H.264 with halved colour


@pytest.mark.parametrize("udp", [True, False])
def test_gaze_goes_on_after_the_connection_was_cut(udp):
    async def cut():
        states, samples = [], []
        async with FakeNeon(echoes=False, udp=udp) as phone:
            source = neon_at(phone, scene=False)
            async with aclosing(keep(source, lambda s: states.append((s.state.value, s.message)))) as gaze:
                looking = asyncio.create_task(look_steadily(phone))
                async with asyncio.timeout(6):
                    async for sample in gaze:
                        samples.append(sample)
                        if len(samples) == 5:
                            phone.drop()
                        if len(samples) == 10:
                            break
                looking.cancel()
        return states, samples

    states, samples = asyncio.run(cut())
    order = list(dict.fromkeys(state for state, _ in states))
    assert order[:3] == ["connecting", "streaming", "reconnecting"]
    assert any("broke off" in message for _, message in states)
    assert (np.diff([s.t_ns for s in samples]) > 0).all()
    assert (samples[5].t_ns - samples[4].t_ns) > 0.5e9  # the gap of the cut


async def look_steadily(phone):
    while True:
        phone.look(time.time_ns(), 10, 20)
        await asyncio.sleep(0.02)


def test_nobody_at_the_address():
    with pytest.raises(NoDevice, match=r"No Neon answers at 127\.0\.0\.1:1 .*same Wi-Fi.*neon:ADDRESS"):
        asyncio.run(open_source("neon:127.0.0.1:1").connect())


def test_nobody_in_the_network():
    with pytest.raises(NoDevice, match=r"No Neon was found in 0\.2 s.*same Wi-Fi.*neon:ADDRESS"):
        asyncio.run(open_source("neon", search_s=0.2).connect())


def test_a_phone_without_glasses():
    async def connect():
        async with FakeNeon(glasses=False) as phone:
            await neon_at(phone).connect()

    with pytest.raises(NoDevice, match="it sees no glasses"):
        asyncio.run(connect())


@pytest.mark.parametrize("address", ["192.168.1.21:phone", "192.168.1.21:0", ":8080"])
def test_no_address(address):
    with pytest.raises(LiveError, match=r"write neon:192\.168\.1\.21"):
        open_source(f"neon:{address}")


def test_the_phone_that_is_named_is_found_among_several(monkeypatch):
    """What mDNS finds is played; the phone is there."""
    from pupil_labs import realtime_api
    from pupil_labs.realtime_api.models import DiscoveredDeviceInfo

    async def connect(spec):
        async with FakeNeon() as phone:

            async def found(_):
                for name, port in (("other", 1), ("lab phone", phone.port)):
                    full = f"PI monitor:{name}:abc._http._tcp.local."
                    yield DiscoveredDeviceInfo(full, "pi.local.", port, [phone.address])

            monkeypatch.setattr(realtime_api, "discover_devices", found)
            source = open_source(spec, scene=False)
            info = await source.connect()
            await source.close()
        return info.title

    assert asyncio.run(connect("neon?phone=lab phone")) == 'Neon "lab phone" at 127.0.0.1'
    with pytest.raises(NoDevice, match=r"on a phone named 'mine' was found .*\(there: other, lab phone\)"):
        asyncio.run(connect("neon?phone=mine"))


def test_a_phone_is_found_in_the_network():
    """Announced by mDNS as the app does it, on loopback only."""
    from zeroconf import ServiceInfo
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

    kind, name = "_http._tcp.local.", "PI monitor:phone on loopback:abc._http._tcp.local."

    async def connect():
        async with FakeNeon() as phone:
            mdns = AsyncZeroconf(interfaces=["127.0.0.1"])
            where = {"addresses": [bytes([127, 0, 0, 1])], "port": phone.port, "server": "loopback.local."}
            await mdns.async_register_service(ServiceInfo(kind, name, **where))
            try:
                if not await AsyncServiceInfo(kind, name).async_request(mdns.zeroconf, 2000):
                    pytest.skip("loopback has no multicast here")
                source = open_source("neon?phone=phone on loopback&search_s=4&scene=no")
                info = await source.connect()
                await source.close()
            finally:
                await mdns.async_unregister_all_services()
                await mdns.async_close()
        return info.title

    assert asyncio.run(connect()) == 'Neon "lab phone" at 127.0.0.1'
