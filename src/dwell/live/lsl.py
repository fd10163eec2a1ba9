"""Gaze from Lab Streaming Layer, which programs of most makers of eye trackers can send.

Source: liblsl through ``pylsl``. Its clocks are compared by LSL itself (``time_correction``), good to under a
ms on a local network according to its makers.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any, Self

from dwell.errors import LiveError, NoDevice, SourceLost
from dwell.live.lsl_layout import Layout, Wishes, channels_of, find_layout
from dwell.live.mailbox import Mailbox
from dwell.live.optional import need
from dwell.live.source import GazeSample, SourceInfo
from dwell.live.spec import number, read_options, size_wh, space, text, yes_no

__all__ = ["LslSource"]

_INSTALL = 'pip install "dwell[live]"'
_WAIT_S = 0.2
"""Longest wait for a sample, and so the longest time that closing takes."""
_ANSWER_S = 5.0
_BUFFER_S = 10
_CORRECT_S = 5.0
"""Clocks are compared this often."""
_WISHES: dict[str, Callable[[str], Any]] = {
    "x": text,
    "y": text,
    "valid": text,
    "space": space,
    "size_wh": size_wh,
    "unit": text,
    "bottom_left": yes_no,
    "min_confidence": number,
}


class LslSource:
    """One stream: of type Gaze, or the one that is named."""

    def __init__(
        self, stream: str | None = None, wishes: Wishes | None = None, *, search_s: float = 5.0
    ) -> None:
        """A stream that is looked for on ``connect``.

        Args:
            stream: Its name, or ``property=value`` such as ``source_id=abc``; None = any of type Gaze.
            wishes: What its own description leaves open.
            search_s: How long to search.

        Raises:
            MissingSource: ``pylsl`` is not installed, or cannot be loaded.
        """
        self._lsl = need("pylsl", "lsl", _INSTALL)
        self._stream, self._wishes, self._search_s = stream, wishes or Wishes(), search_s
        self._source_id = ""
        self._mailbox: Mailbox | None = None
        self._puller: _Puller | None = None

    @classmethod
    def from_spec(cls, target: str, options: Mapping[str, Any]) -> Self:
        """From ``lsl``, ``lsl:NAME`` or ``lsl:source_id=ID``, with ``?x=LABEL&y=LABEL&space=scene``."""
        values = read_options("lsl", options, {"search_s": number, **_WISHES})
        search_s = values.pop("search_s", 5.0)
        return cls(target or None, Wishes(**values), search_s=search_s)

    async def connect(self) -> SourceInfo:
        """Find the stream, read its description and start to receive. Later, find the same one."""
        await self.close()
        inlet, described, notes = await asyncio.to_thread(self._open)
        title = described.name()
        channels = channels_of(described.as_xml(), described.channel_count())
        layout = find_layout(title, channels, self._wishes)
        self._source_id = described.source_id()
        self._mailbox = Mailbox()
        self._puller = _Puller(self._lsl, inlet, layout, self._mailbox, title)
        rate_hz = described.nominal_srate() or float("nan")
        shown = f'LSL "{title}" from {described.hostname()}'
        return SourceInfo("lsl", shown, layout.space, rate_hz, layout.size_wh, notes=notes)

    async def samples(self) -> AsyncIterator[GazeSample]:
        """Gaze as it is sent."""
        if self._mailbox is None:
            return
        async for sample in self._mailbox:
            yield sample

    async def close(self) -> None:
        """Stop receiving."""
        mailbox, self._mailbox = self._mailbox, None
        puller, self._puller = self._puller, None
        if mailbox is not None:
            mailbox.end()
        if puller is not None:
            await asyncio.to_thread(puller.close)

    def _open(self) -> tuple[Any, Any, tuple[str, ...]]:
        found = self._search()
        if not found:
            raise NoDevice(
                f"No stream {self._wanted()} was found in {self._search_s:g} s. Start it, see that both "
                "computers are in one network and that no firewall stops UDP 16571 and 16572–16604."
            )
        chosen = found[0]
        if chosen.channel_format() == self._lsl.cf_string:
            raise LiveError(f"The stream {chosen.name()!r} carries text, not gaze; name another: lsl:NAME.")
        inlet = self._lsl.StreamInlet(chosen, max_buflen=_BUFFER_S, recover=False)
        try:
            described = inlet.info(timeout=_ANSWER_S)
            inlet.open_stream(timeout=_ANSWER_S)
            inlet.time_correction(timeout=_ANSWER_S)
        except (TimeoutError, RuntimeError) as error:
            raise SourceLost(
                f"The stream {chosen.name()!r} was found but does not answer ({error or 'in time'}). Start "
                "it again, or let UDP and TCP 16572–16604 through the firewall."
            ) from error
        return inlet, described, _about_others(found)

    def _search(self) -> list[Any]:
        for key, value in self._criteria():
            streams: list[Any] = self._lsl.resolve_byprop(key, value, minimum=1, timeout=self._search_s)
            if streams:
                return streams
        return []

    def _criteria(self) -> list[tuple[str, str]]:
        if self._source_id:
            return [("source_id", self._source_id)]
        if self._stream is None:
            return [("type", "Gaze")]
        key, equals, value = self._stream.partition("=")
        if equals and key in ("name", "type", "source_id", "hostname", "uid"):
            return [(key, value)]
        return [("name", self._stream)]

    def _wanted(self) -> str:
        return " or ".join(f"with the {key} {value!r}" for key, value in self._criteria())


def _about_others(found: list[Any]) -> tuple[str, ...]:
    names = [stream.name() for stream in found]
    if len(names) == 1:
        return ()
    return (f"Several streams fit: {', '.join(names)}. Taken: {names[0]}; name another as lsl:NAME.",)


class _Puller:
    """A thread that waits for samples and posts them, until it is closed or the stream is lost."""

    def __init__(self, lsl: Any, inlet: Any, layout: Layout, mailbox: Mailbox, title: str) -> None:
        self._lsl, self._inlet, self._layout = lsl, inlet, layout
        self._mailbox, self._title = mailbox, title
        self._closed = threading.Event()
        self._offset_ns = 0
        self._corrected_s = -float("inf")
        self._thread = threading.Thread(target=self._run, name="lsl gaze", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._closed.is_set():
                self._pull()
        except (RuntimeError, TimeoutError) as error:  # pylsl's LostError is a RuntimeError
            self._mailbox.post_loss(f"The stream {self._title!r} is gone ({error}). Start it again.")
        finally:
            with suppress(RuntimeError):
                self._inlet.close_stream()

    def _pull(self) -> None:
        values, stamp = self._inlet.pull_sample(timeout=_WAIT_S)
        while stamp is not None and not self._closed.is_set():
            received_ns = time.time_ns()
            x, y, seen = self._layout.read(values)
            self._mailbox.post(GazeSample(self._unix_ns(stamp), x, y, seen, received_ns))
            values, stamp = self._inlet.pull_sample(timeout=0.0)

    def _unix_ns(self, stamp_s: float) -> int:
        """The ns UTC on this computer's clock for a time of the sender."""
        now_s = self._lsl.local_clock()
        if now_s - self._corrected_s > _CORRECT_S:
            correction_s = self._inlet.time_correction(timeout=_WAIT_S)
            self._offset_ns = time.time_ns() - round((self._lsl.local_clock() - correction_s) * 1e9)
            self._corrected_s = now_s
        return round(stamp_s * 1e9) + self._offset_ns
