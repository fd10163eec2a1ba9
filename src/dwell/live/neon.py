"""Pupil Labs Neon, and Pupil Invisible, over the network: gaze and what the scene camera sees.

Source: the Real-Time API of the Companion app through ``pupil-labs-realtime-api`` 1.9, whose time echo gives
the offset of the phone's clock. Positions are px of the raw scene video, stamped by the phone.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, Self

from dwell.errors import LiveError, NoDevice, SourceLost
from dwell.live.mailbox import Mailbox
from dwell.live.neon_clock import PhoneClock
from dwell.live.neon_scene import NeonScene
from dwell.live.optional import need
from dwell.live.source import GazeSample, Picture, SourceInfo
from dwell.live.spec import number, read_options, text, yes_no
from dwell.types import Camera, Space

__all__ = ["NeonSource"]

_PORT = 8080
_ANSWER_S = 5.0
"""How long a phone may take to answer."""
_SETTLE_S = 1.0
_MODELS = {"1": ("Pupil Invisible", (1088, 1080), math.nan), "2": ("Neon", (1600, 1200), 200.0)}
"""Hardware version → name, px of the scene camera, gaze samples per second unless the app is set to fewer
(vendor's pages; Invisible's live rate depends on the phone)."""
_INSTALL = 'pip install "dwell[live]"'
_REMEDY = (
    "Open the Companion app, put this computer and the phone into the same Wi-Fi, and try again. Networks of "
    "universities and companies often do not let devices find each other: then read the address in the app "
    "under Stream and write neon:ADDRESS, or use the phone's own hotspot."
)


class NeonSource:
    """One pair of glasses. A ``SceneSource``, too."""

    def __init__(
        self,
        address: str | None = None,
        port: int = _PORT,
        *,
        phone: str | None = None,
        search_s: float = 10.0,
        scene: bool = True,
        rate_hz: float | None = None,
    ) -> None:
        """Glasses at this address, or the first that are found.

        Args:
            address: Of the phone, such as 192.168.1.21; None = search the network.
            port: Of the app on it.
            phone: Name of the phone, as the app's settings have it, where several may be found.
            search_s: How long to search.
            scene: Receive the scene video, too.
            rate_hz: Gaze samples per second that the app is set to; None = the model's usual rate.

        Raises:
            MissingSource: the client of the Real-Time API is not installed.
        """
        self._api = need("pupil_labs.realtime_api", "neon", _INSTALL)
        self._streaming = need("pupil_labs.realtime_api.streaming", "neon", _INSTALL)
        self.address, self.port, self._phone = address, port, phone
        self._search_s, self._wants_scene, self._rate_hz = search_s, scene, rate_hz
        self._mailbox: Mailbox | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._scene: NeonScene | None = None
        self._clock = PhoneClock()

    @classmethod
    def from_spec(cls, target: str, options: Mapping[str, Any]) -> Self:
        """From ``neon``, ``neon:ADDRESS`` or ``neon:ADDRESS:PORT``, with ``?search_s=20&scene=no``."""
        known: dict[str, Callable[[str], Any]] = {
            "phone": text,
            "search_s": number,
            "scene": yes_no,
            "rate_hz": number,
        }
        values = read_options("neon", options, known)
        if not target:
            return cls(**values)
        address, port = _split_address(target)
        return cls(address, port, **values)

    async def connect(self) -> SourceInfo:
        """Find the phone, compare clocks, and start both streams."""
        await self.close()
        address, port = (self.address, self.port) if self.address else await self._find()
        status, camera = await self._ask(address, port)
        gaze = status.direct_gaze_sensor()
        if gaze is None or not gaze.connected:
            raise NoDevice(f"The phone at {address}:{port} answers, but it sees no glasses. Plug them in.")
        self._clock = PhoneClock()
        notes = await self._clock.compare(address, status.phone.time_echo_port)
        self._mailbox = Mailbox()
        self._tasks.append(asyncio.create_task(self._receive(gaze.url, self._mailbox)))
        self._tasks.append(asyncio.create_task(self._clock.follow()))
        world = status.direct_world_sensor()
        if self._wants_scene and world is not None and world.connected:
            self._scene = NeonScene(world.url, self._clock)
        elif self._wants_scene:
            notes = (*notes, "The scene camera is not connected; there will be gaze, but no picture.")
        return _describe(status, address, self._rate_hz, camera, notes)

    async def samples(self) -> AsyncIterator[GazeSample]:
        """Gaze as the phone sends it."""
        if self._mailbox is None:
            return
        async for sample in self._mailbox:
            yield sample

    def picture(self) -> Picture | None:
        """The newest picture of the scene camera."""
        return self._scene.picture() if self._scene else None

    async def close(self) -> None:
        """Stop both streams."""
        tasks, self._tasks = self._tasks, []
        mailbox, self._mailbox = self._mailbox, None
        scene, self._scene = self._scene, None
        if mailbox is not None:
            mailbox.end()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if scene is not None:
            await asyncio.to_thread(scene.close)

    async def _find(self) -> tuple[str, int]:
        others: list[str] = []
        try:
            async with aclosing(self._api.discover_devices(self._search_s)) as devices:
                async for found in devices:
                    name = found.name.split(":")[1]  # PI monitor:<phone>:<id>._http._tcp.local.
                    if self._phone in (None, name):
                        return found.addresses[0], found.port
                    others.append(name)
        except OSError as error:
            raise NoDevice(f"This network cannot be searched ({error}). {_REMEDY}") from error
        wanted = f" on a phone named {self._phone!r}" if self._phone else ""
        there = f" (there: {', '.join(others)})" if others else ""
        raise NoDevice(f"No Neon{wanted} was found in {self._search_s:g} s{there}. {_REMEDY}")

    async def _ask(self, address: str, port: int) -> tuple[Any, Camera | None]:
        """The phone's status, and the intrinsics of the scene camera if it tells them."""
        client_errors = need("aiohttp", "neon", _INSTALL).ClientError, OSError, TimeoutError
        where = f"{address}:{port}"
        async with self._api.Device(address, port) as device:
            try:
                status = await asyncio.wait_for(device.get_status(), _ANSWER_S)
            except client_errors as error:
                raise NoDevice(f"No Neon answers at {where} ({_why(error)}). {_REMEDY}") from error
            except (self._api.device.DeviceError, ValueError, KeyError, TypeError) as error:
                raise SourceLost(
                    f"What answers at {where} does not speak as a Neon does ({_why(error)}). Check the "
                    "address and update the Companion app."
                ) from error
            try:
                calibration = await asyncio.wait_for(device.get_calibration(), _ANSWER_S)
            except (*client_errors, self._api.device.DeviceError, ValueError):
                return status, None
        return status, Camera(
            calibration.scene_camera_matrix.copy(), calibration.scene_distortion_coefficients.copy()
        )

    async def _receive(self, url: str, mailbox: Mailbox) -> None:
        """Move gaze from the phone into the mailbox until the stream breaks off."""
        streamer = self._streaming.RTSPGazeStreamer(url, timeout=_ANSWER_S)
        reason = "the phone ended it"
        try:
            async with streamer:
                async for datum in streamer.receive():
                    mailbox.put(self._sample(datum))
        except Exception as error:  # whatever the client meets: the connection is of no more use
            reason = _why(error)
        finally:
            reason = await _settle(streamer) or reason
        mailbox.lose(f"The gaze stream of the phone broke off ({reason}). Check its Wi-Fi and its battery.")

    def _sample(self, datum: Any) -> GazeSample:
        x, y = _position(datum)
        seen = bool(datum.worn) and math.isfinite(x) and math.isfinite(y)
        t_ns = self._clock.here_ns(datum.timestamp_unix_seconds)
        return GazeSample(t_ns, x, y, seen, time.time_ns())


def _describe(
    status: Any, address: str, rate_hz: float | None, camera: Camera | None, notes: tuple[str, ...]
) -> SourceInfo:
    unknown = ("Pupil Labs glasses", None, math.nan)
    model, size_wh, usual_hz = _MODELS.get(str(status.hardware.version), unknown)
    rate_hz = usual_hz if rate_hz is None else rate_hz
    title = f'{model} "{status.phone.device_name}" at {address}'
    if camera is None:
        notes = (*notes, "The phone does not tell the scene camera's intrinsics.")
    return SourceInfo("neon", title, Space.SCENE, rate_hz, size_wh, camera, notes=notes)


def _position(datum: Any) -> tuple[float, float]:
    """px; of two eyes that are reported apart, the mean of those that are seen."""
    if hasattr(datum, "x"):
        return float(datum.x), float(datum.y)
    eyes = [eye for eye in (datum.left, datum.right) if math.isfinite(eye.x) and math.isfinite(eye.y)]
    if not eyes:
        return math.nan, math.nan
    return sum(eye.x for eye in eyes) / len(eyes), sum(eye.y for eye in eyes) / len(eyes)


async def _settle(streamer: Any) -> str:
    """Let the client close its connection; what went wrong in it, if anything."""
    runner = getattr(streamer.reader, "_runner", None)
    if not isinstance(runner, asyncio.Future):
        return ""
    with suppress(asyncio.CancelledError):
        await asyncio.wait({runner}, timeout=_SETTLE_S)
    if not runner.done() or runner.cancelled():
        return ""
    error = runner.exception()
    return _why(error) if error else ""


def _split_address(target: str) -> tuple[str, int]:
    """``192.168.1.21``, ``neon.local:8080`` or ``[fe80::1]:8080`` → address and port."""
    host, colon, port = target.rpartition(":")
    if not colon or target.endswith("]"):
        host, port = target, str(_PORT)
    elif ":" in host and not host.startswith("["):
        host, port = f"[{target}]", str(_PORT)
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise LiveError(f"{target!r} is no address of a phone; write neon:192.168.1.21 as the app shows it.")
    return host, int(port)


def _why(error: BaseException) -> str:
    return str(error) or type(error).__name__
