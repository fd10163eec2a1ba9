"""A phone with a Neon on loopback: status, calibration, time echo, gaze and scene video over RTSP.

RTP and RTCP run interleaved over TCP, or over UDP as a phone does it, as RFC 2326 (RTSP), RFC 3550 (RTP) and
RFC 6184 (H.264) have it.
"""

import asyncio
import base64
import contextlib
import re
import socket
import struct
import time
from fractions import Fraction
from functools import cache

import av
import numpy as np
from aiohttp import web

RTP_HZ = 90_000
NTP_1970 = 2_208_988_800
SCENE_WH = (1600, 1200)
PACKED = {9: "!ffB", 17: "!ffBff", 25: "!ffBffff", 65: "!ffB14f", 89: "!ffB20f", 105: "!ffB24f"}


class FakeNeon:
    """``async with FakeNeon() as phone:`` then ``phone.look(…)`` and ``phone.show(…)``."""

    def __init__(self, *, clock_ahead_ms=0, echoes=True, glasses=True, scene=False, udp=False):
        self.clock_ahead_ms, self.echoes = clock_ahead_ms, echoes
        self.glasses, self.scene = glasses, scene
        self.protocol = "rtsp" if udp else "rtspt"
        self.closing = []

    @property
    def address(self):
        return "127.0.0.1"

    async def __aenter__(self):
        self.gaze = await self._serve_rtsp(Track("com.pupillabs.gaze1", 96, "application"))
        self.world = await self._serve_rtsp(Track("H264", 97, "video", _parameter_sets()))
        echo = await asyncio.start_server(self._echo, self.address, 0)
        self.closing.append(echo)
        self.echo_port = echo.sockets[0].getsockname()[1]
        app = web.Application()
        app.router.add_get("/api/status", self._status)
        app.router.add_get("/calibration.bin", self._calibration)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, self.address, 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.drop()
        self.gaze.udp.close()
        self.world.udp.close()
        for server in self.closing:
            server.close()
        await self.runner.cleanup()
        await asyncio.sleep(0.05)

    def look(self, phone_ns, x, y, worn=True, size=9):
        """Send one gaze datum of this many bytes; further values are 7."""
        rest = struct.calcsize("!" + PACKED[size].split("B")[1]) // 4
        further = (x, y + 2) if size == 17 else (7.0,) * rest
        self.gaze.send(struct.pack(PACKED[size], x, y, 255 if worn else 0, *further), phone_ns)

    def show(self, phone_ns, k):
        """Send picture k of the drawn video; the receiver has it when it sees the next."""
        for unit in _video()[1][k]:
            for piece in _pieces(unit):
                self.world.send(piece, phone_ns)

    def drop(self):
        """Cut every stream."""
        self.gaze.cut()
        self.world.cut()

    async def gaze_is_on(self):
        await _listened_to(self.gaze)

    async def scene_is_on(self):
        await _listened_to(self.world)

    async def _serve_rtsp(self, track):
        server = await asyncio.start_server(track.talk, self.address, 0)
        track.port = server.sockets[0].getsockname()[1]
        self.closing.append(server)
        return track

    async def _status(self, _):
        def sensor(name, track, connected):
            where = {"ip": self.address, "port": track.port, "params": f"camera={name}"}
            where["protocol"] = self.protocol
            state = {"connected": connected, "stream_error": False, "conn_type": "DIRECT"}
            return {"model": "Sensor", "data": {"sensor": name, **where, **state}}

        phone = {"ip": self.address, "device_id": "abc", "device_name": "lab phone", "battery_level": 80}
        phone |= {"battery_state": "OK", "memory": 10**10, "memory_state": "OK"}
        phone |= {"time_echo_port": self.echo_port} if self.echoes else {}
        hardware = {"version": "2", "module_serial": "123456", "glasses_serial": "default"}
        parts = [
            {"model": "Phone", "data": phone},
            {"model": "Hardware", "data": hardware},
            sensor("gaze", self.gaze, self.glasses),
            sensor("world", self.world, self.scene),
        ]
        return web.json_response({"message": "Success", "result": parts})

    async def _calibration(self, _):
        return web.Response(body=calibration())

    async def _echo(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked = await reader.readexactly(8)
                now_ms = time.time_ns() // 1_000_000 + self.clock_ahead_ms
                writer.write(asked + struct.pack("!Q", now_ms))
                await writer.drain()
        writer.close()


class Track:
    """One RTSP stream and whoever listens to it."""

    def __init__(self, encoding, payload_type, media, parameter_sets=()):
        self.encoding, self.payload_type, self.media = encoding, payload_type, media
        self.parameter_sets = parameter_sets
        self.listeners = {}
        self.writers = []
        self.ports = {}
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sequence = 0
        self.base_ns = time.time_ns() // 10**9 * 10**9

    def send(self, payload, phone_ns):
        self.sequence += 1
        stamp = round((phone_ns - self.base_ns) * RTP_HZ / 1e9) & 0xFFFFFFFF
        head = struct.pack("!BBHII", 0x80, self.payload_type, self.sequence & 0xFFFF, stamp, 1)
        for say in self.listeners.values():
            say(0, head + payload)

    def cut(self):
        for writer in self.writers:
            writer.transport.abort()
        self.listeners, self.writers = {}, []

    async def talk(self, reader, writer):
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                first = await reader.readexactly(1)
                if first == b"$":  # the receiver's own reports
                    _, length = struct.unpack("!BH", await reader.readexactly(3))
                    await reader.readexactly(length)
                    continue
                request = first + await reader.readuntil(b"\r\n\r\n")
                self.answer(request.decode(), writer)
                await writer.drain()
        self.listeners.pop(writer, None)
        writer.close()

    def answer(self, request, writer):
        method = request.split(" ", 1)[0]
        sequence = next(line for line in request.split("\r\n") if line.lower().startswith("cseq"))
        head, body = f"RTSP/1.0 200 OK\r\n{sequence}\r\nSession: 1\r\n", ""
        if method == "OPTIONS":
            head += "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
        elif method == "DESCRIBE":
            body = self.description()
            head += f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
        elif method == "SETUP":
            asked = re.search(r"^transport: (.*)\r$", request, re.IGNORECASE | re.MULTILINE).group(1)
            head += f"Transport: {asked}\r\n"
            if ports := re.search(r"client_port=(\d+)-(\d+)", asked):
                self.ports[writer] = tuple(map(int, ports.groups()))
        writer.write(f"{head}\r\n{body}".encode())
        if method == "PLAY":
            say = self.way_to(writer)
            say(1, self.sender_report())
            self.listeners[writer] = say

    def way_to(self, writer):
        """What sends RTP (channel 0) and RTCP (1) to a listener."""
        if writer not in self.ports:
            return lambda channel, data: writer.write(_interleaved(channel, data))
        host = writer.get_extra_info("peername")[0]
        return lambda channel, data: self.udp.sendto(data, (host, self.ports[writer][channel]))

    def description(self):
        lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=fake", "t=0 0"]
        lines += [f"m={self.media} 0 RTP/AVP {self.payload_type}"]
        lines += [f"a=rtpmap:{self.payload_type} {self.encoding}/{RTP_HZ}"]
        if self.parameter_sets:
            sets = ",".join(base64.b64encode(unit).decode() for unit in self.parameter_sets)
            lines += [f"a=fmtp:{self.payload_type} packetization-mode=1;sprop-parameter-sets={sets}"]
        return "\r\n".join([*lines, "a=control:streamid=0", ""])

    def sender_report(self):
        """RTP time 0 is ``base_ns``."""
        return struct.pack("!BBHIIIIII", 0x80, 200, 6, 1, self.base_ns // 10**9 + NTP_1970, 0, 0, 0, 0)


def calibration():
    """``calibration.bin`` of a pinhole camera, fx = fy = 890, its first distortion 0.1."""
    matrix = np.array([[890.0, 0, 800], [0, 890, 600], [0, 0, 1]]).tobytes()
    distortion, pose = np.array([0.1] + [0.0] * 7).tobytes(), np.eye(4).tobytes()
    return struct.pack("<B6s", 1, b"123456") + (matrix + distortion + pose) * 3 + struct.pack("<I", 0)


def drawn(k):
    """Picture k: dark blue, with a bright red square that has moved 100 px further."""
    picture = np.zeros((SCENE_WH[1], SCENE_WH[0], 3), np.uint8)
    picture[..., 2] = 64
    picture[400:600, 100 + 100 * k : 300 + 100 * k] = (255, 0, 0)
    return picture


@cache
def _video(n=8):
    """The parameter sets, and the NAL units of each picture."""
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height = SCENE_WH
    codec.pix_fmt = "yuv420p"
    codec.framerate = 30
    codec.time_base = Fraction(1, 30)
    codec.options = {"preset": "ultrafast", "tune": "zerolatency", "x264-params": "keyint=4:slices=1"}
    pictures = []
    for k in range(n):
        frame = av.VideoFrame.from_ndarray(drawn(k), format="rgb24")
        frame.pts = k
        pictures.append([unit for packet in codec.encode(frame) for unit in _units(bytes(packet))])
    sets = [unit for unit in pictures[0] if unit[0] & 31 in (7, 8)]
    return sets, pictures


def _parameter_sets():
    return _video()[0]


def _units(stream):
    """The NAL units of an Annex B byte stream."""
    parts = stream.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01")
    return [part for part in parts if part]


def _pieces(unit, most=1200):
    """One RTP payload per unit, or FU-A fragments of a longer one."""
    if len(unit) <= most:
        return [unit]
    head, body = unit[0], unit[1:]
    chunks = [body[k : k + most] for k in range(0, len(body), most)]
    return [
        bytes(
            [
                (head & 0x60) | 28,
                (head & 31) | (0x80 if k == 0 else 0) | (0x40 if k == len(chunks) - 1 else 0),
            ]
        )
        + chunk
        for k, chunk in enumerate(chunks)
    ]


def _interleaved(channel, data):
    return struct.pack("!cBH", b"$", channel, len(data)) + data


async def _listened_to(track, seconds=5.0):
    async with asyncio.timeout(seconds):
        while not track.listeners:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)  # over UDP, the report that tells the time has a way of its own
