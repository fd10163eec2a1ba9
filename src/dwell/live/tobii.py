"""Screen-based trackers of Tobii Pro, through the vendor's package ``tobii_research``.

Source: the Tobii Pro SDK's Python reference. Positions are 0 … 1 of the display area, origin top left; eyes
that are valid are averaged. Tested with a module of the same shape, never on a device.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Self

from dwell.errors import NoDevice, SourceLost
from dwell.live.mailbox import Mailbox
from dwell.live.optional import need
from dwell.live.source import GazeSample, SourceInfo
from dwell.live.spec import read_options
from dwell.types import Space

__all__ = ["TobiiSource"]

_INSTALL = (
    "pip install tobii-research (Tobii offers it for certain versions of Python only; see "
    "https://developer.tobiipro.com/python.html). With another Python, send gaze by Lab Streaming Layer from "
    "a program of Tobii's and choose 'lsl'."
)


class TobiiSource:
    """One tracker under a screen, calibrated in Tobii's own software."""

    def __init__(self, serial_number: str | None = None, *, module: Any = None) -> None:
        """The tracker with this serial number or address, or the first that is found.

        Args:
            serial_number: As printed on the tracker, or its address ``tobii-prp://…``.
            module: Used in place of ``tobii_research``.

        Raises:
            MissingSource: Tobii's package is not installed.
        """
        self._tobii = need("tobii_research", "tobii", _INSTALL) if module is None else module
        self._wanted = serial_number
        self._tracker: Any = None
        self._mailbox: Mailbox | None = None
        self._subscribed: list[tuple[Any, Callable[..., None]]] = []

    @classmethod
    def from_spec(cls, target: str, options: Mapping[str, Any]) -> Self:
        """From ``tobii`` or ``tobii:SERIAL NUMBER``."""
        options = dict(options)
        module = options.pop("module", None)
        read_options("tobii", options, {})
        return cls(target or None, module=module)

    async def connect(self) -> SourceInfo:
        """Find the tracker and subscribe to its gaze."""
        await self.close()
        tracker = self._choose(await asyncio.to_thread(self._tobii.find_all_eyetrackers))
        self._tracker, self._mailbox = tracker, Mailbox()
        try:
            rate_hz = float(tracker.get_gaze_output_frequency())
            self._subscribe(self._tobii.EYETRACKER_GAZE_DATA, self._make_receiver(self._mailbox))
            self._subscribe(
                self._tobii.EYETRACKER_NOTIFICATION_CONNECTION_LOST, self._make_mourner(self._mailbox)
            )
        except Exception as error:  # the SDK's errors share no root with each other
            await self.close()
            raise SourceLost(
                f"{_title(tracker)} was found but does not send gaze ({error}). Check its cable, and "
                "calibrate it in Tobii's software."
            ) from error
        return SourceInfo("tobii", _title(tracker), Space.DISPLAY, rate_hz)

    async def samples(self) -> AsyncIterator[GazeSample]:
        """Gaze as the tracker sends it."""
        if self._mailbox is None:
            return
        async for sample in self._mailbox:
            yield sample

    async def close(self) -> None:
        """Unsubscribe."""
        tracker, self._tracker = self._tracker, None
        mailbox, self._mailbox = self._mailbox, None
        subscribed, self._subscribed = self._subscribed, []
        if mailbox is not None:
            mailbox.end()
        for what, callback in subscribed:
            await asyncio.to_thread(tracker.unsubscribe_from, what, callback)

    def _choose(self, found: Any) -> Any:
        for tracker in found:
            if self._wanted in (None, tracker.serial_number, tracker.address):
                return tracker
        named = f" with the serial number {self._wanted!r}" if self._wanted else ""
        there = ", ".join(tracker.serial_number for tracker in found) or "none"
        raise NoDevice(
            f"No Tobii tracker{named} was found (there: {there}). Plug it in, and see that Tobii Pro Eye "
            "Tracker Manager shows it."
        )

    def _subscribe(self, what: Any, callback: Callable[..., None]) -> None:
        self._tracker.subscribe_to(what, callback, as_dictionary=True)
        self._subscribed.append((what, callback))

    def _make_receiver(self, mailbox: Mailbox) -> Callable[[Mapping[str, Any]], None]:
        def receive(datum: Mapping[str, Any]) -> None:
            received_ns = time.time_ns()
            age_us = int(self._tobii.get_system_time_stamp()) - int(datum["system_time_stamp"])
            mailbox.post(_sample(datum, received_ns - 1000 * age_us, received_ns))

        return receive

    def _make_mourner(self, mailbox: Mailbox) -> Callable[..., None]:
        def mourn(*_: Any) -> None:
            mailbox.post_loss("The connection to the Tobii tracker is gone. Check its cable.")

        return mourn


def _sample(datum: Mapping[str, Any], t_ns: int, received_ns: int) -> GazeSample:
    eyes = [
        datum[f"{eye}_gaze_point_on_display_area"]
        for eye in ("left", "right")
        if datum[f"{eye}_gaze_point_validity"]
    ]
    eyes = [(x, y) for x, y in eyes if math.isfinite(x) and math.isfinite(y)]
    if not eyes:
        return GazeSample(t_ns, math.nan, math.nan, False, received_ns)
    x, y = (sum(values) / len(eyes) for values in zip(*eyes, strict=True))
    return GazeSample(t_ns, x, y, True, received_ns)


def _title(tracker: Any) -> str:
    name = f' "{tracker.device_name}"' if tracker.device_name else ""
    return f"Tobii {tracker.model}{name} {tracker.serial_number}"
