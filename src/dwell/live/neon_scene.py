"""The scene video of the glasses, received and decoded in a thread of its own, so gaze never waits for it.

Source: ours, on ``pupil_labs.realtime_api.streaming.video``.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing, suppress
from typing import Any

from dwell.live.neon_clock import PhoneClock
from dwell.live.optional import need
from dwell.live.source import Picture

__all__ = ["NeonScene"]

_AGAIN_S = 1.0
_JOIN_S = 3.0


class NeonScene:
    """Receives from the moment it is made until it is closed; a stream that breaks off is asked for again."""

    def __init__(self, url: str, clock: PhoneClock) -> None:
        self._video = need("pupil_labs.realtime_api.streaming.video", "neon", 'pip install "dwell[live]"')
        self._url, self._clock = url, clock
        self._newest: Any = None
        self._shown: tuple[Any, Picture] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="neon scene video", daemon=True)
        self._thread.start()

    def picture(self) -> Picture | None:
        """The newest picture; converted when it is first asked for."""
        frame = self._newest
        if frame is None:
            return None
        if self._shown is None or self._shown[0] is not frame:
            t_ns = self._clock.here_ns(frame.timestamp_unix_seconds)
            self._shown = frame, Picture(t_ns, frame.to_ndarray(format="rgb24"))
        return self._shown[1]

    def close(self) -> None:
        """Stop receiving."""
        self._closed.set()
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # the loop ended between the two lines
                loop.call_soon_threadsafe(task.cancel)
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._receive_again_and_again())

    async def _receive_again_and_again(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        while not self._closed.is_set():
            try:
                async with aclosing(self._video.receive_video_frames(self._url)) as frames:
                    async for frame in frames:
                        self._newest = frame
            except Exception:  # a stream that is cut, damaged or joined midway: ask for it again
                await asyncio.sleep(_AGAIN_S)
            else:
                await asyncio.sleep(_AGAIN_S)
