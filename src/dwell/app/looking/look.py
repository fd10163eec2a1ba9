"""One look on the server: gaze, keys and reports of the page in; masks, a log and what to show out."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, cast

from dwell.app.looking.checking import Checked
from dwell.app.looking.checks import Checks
from dwell.app.looking.following import Following
from dwell.app.looking.hints import Hints
from dwell.app.looking.host import Host
from dwell.app.looking.keeping import Keeping
from dwell.app.looking.page_clock import PageClock
from dwell.app.looking.placing import NOWHERE, Placing
from dwell.app.looking.record import LookRecord
from dwell.app.looking.setting import keys_of, options_of
from dwell.app.looking.showing import MaskShown, Wishes, engine_fields, status_message, times_message
from dwell.app.looking.turning import Turning
from dwell.app.messages import (
    LookGaze,
    LookInfo,
    LookPointer,
    LookPress,
    LookScreen,
    LookSettings,
    LookStart,
    LookView,
)
from dwell.app.wording import for_page
from dwell.errors import LiveError, StorageFull
from dwell.live import GazeSample, GazeSource, MouseSource, SceneSource, SourceInfo
from dwell.looking import (
    ACTIONS,
    Action,
    Ask,
    Commit,
    Event,
    Looked,
    Looker,
    Pressed,
    Request,
    Tuned,
    Unkept,
    Wish,
    Zoomed,
)
from dwell.looking.answering import Found
from dwell.looking.log import Kept, Raw
from dwell.looking.looping import LookLoop
from dwell.screen import Placed, SceneFit, as_report

__all__ = ["Look"]

_PATIENCE_S = 5.0
_ERROR_DEG = (0.05, 20.0)
"""What ``LookSettings.error_deg`` may be."""


class Look:
    """A look under way. Use from one event loop.

    Args:
        host: the open project.
        start: what the page asked for.
        source: of gaze, not connected yet.
        record: its folder.
        tell: called whenever there is something new to show.
    """

    def __init__(
        self,
        host: Host,
        start: LookStart,
        source: GazeSource,
        record: LookRecord,
        tell: Callable[[], None],
    ) -> None:
        self.spec, self.settings, self.record = start.source, start.settings, record
        self._because = ""
        self._ending: asyncio.Task[None] | None = None
        self._host, self._tell = host, tell
        self._first = (start.frame_idx, start.object_id)
        self._placing = Placing(start.settings)
        self.checks = Checks(self._placing)
        self._hints = Hints()
        self._turning = Turning(host, self._feed, self._later, self._hints.say)
        self._keeping = Keeping(host, self._log, self._unlog, self._hints.say, tell)
        self._following = Following(
            source,
            self._placing,
            on_gaze=self._look,
            on_news=tell,
            on_source=self._connected,
            on_scene=self._see,
        )
        self._loop = LookLoop(
            Looker(options_of(start.settings)),
            self._answer,
            on_step=self._step,
            on_failure=lambda error: self._hints.say(f"The segmenter failed. {for_page(str(error))}"),
        )
        self._clock = PageClock()
        self._pointed_ns = 0
        self._shown = MaskShown()
        self._raw: Raw | None = None
        self._gaze = NOWHERE
        self._px_per_deg = 0.0
        self._wishes = Wishes()
        self._tasks: set[asyncio.Task[None]] = set()
        self._n_requests = 0

    @property
    def name(self) -> str:
        """Of its folder."""
        return self.record.folder.name

    @property
    def info(self) -> LookInfo:
        """For a page that shows it."""
        return LookInfo(
            name=self.name,
            source=self.spec,
            settings=self.settings,
            keys={action.value: key for action, key in keys_of(self.settings).items()},
            actions={action.value: words for action, words in ACTIONS.items()},
            markers=isinstance(self._following.source, SceneSource),
        )

    def begin(self) -> None:
        """Show the picture to the engine, and connect with the source."""
        self._note("settings", **self.settings.model_dump())
        self._turn(*self._first)
        self._following.begin()

    @property
    def over(self) -> bool:
        """Whether it has ended, or is just ending."""
        return self._ending is not None

    async def end(self, because: str = "") -> None:
        """End it: let go of the source, finish what is worked on, and close the log. May come twice.

        Args:
            because: why, for a person; empty = the viewer wanted it.
        """
        if self._ending is None:
            self._because = because
            self._ending = asyncio.ensure_future(self._end())
        await asyncio.shield(self._ending)

    async def _end(self) -> None:
        await self._following.end()
        with suppress(TimeoutError):  # a segmenter may take long, and nobody waits for its answer any more
            await asyncio.wait_for(self._loop.close(), _PATIENCE_S)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._note("note", text=self._because or "ended by the viewer")
        self.record.close(time.time_ns())
        self._tell()

    # ---------------------------------------------------------------- what the page says

    def report(self, screen: LookScreen) -> None:
        """Where window and picture are now, which picture it is, and which AOI is picked.

        Raises:
            ValueError: the report cannot be used.
            LiveError: it names no monitor.
            FrameOutOfRange: there is no such picture.
        """
        now_ns = time.time_ns()
        self._clock.heard(screen.t_ns, now_ns)
        view = self._placing.report(screen, min(self._clock.here_ns(screen.t_ns), now_ns))
        self._note("view", **{**as_report(view), "page_t_ns": str(view.t_ns)})
        self._measure()
        self._turn(screen.frame_idx, screen.object_id)

    def point(self, pointer: LookPointer) -> None:
        """Where the mouse was.

        Raises:
            LiveError: gaze does not come from the mouse.
        """
        source = self._following.source
        if not isinstance(source, MouseSource):
            raise LiveError(f"Gaze comes from {self.spec!r}, not from the mouse; reload the page.")
        self._clock.heard(pointer.sent_ns, time.time_ns())
        for each in pointer.samples:
            x, y = (math.nan if value is None else value for value in (each.x, each.y))
            # The clocks are known better now than a moment ago; where the mouse rests is not to be missed.
            self._pointed_ns = max(self._clock.here_ns(each.t_ns), self._pointed_ns + 1)
            source.push(self._pointed_ns, x, y)

    def press(self, press: LookPress) -> None:
        """A key was pressed."""
        now_ns = time.time_ns()
        self._clock.heard(press.sent_ns, now_ns)
        action, before = Action(press.action), self._loop.looker.state
        n_requests = self._feed(Pressed(min(self._clock.here_ns(press.t_ns), now_ns), action))
        self._hints.pressed(action, before, self._loop.looker.state, n_requests)

    def tune(self, settings: LookSettings) -> None:
        """The viewer has set something; how the mouse plays the eye holds from the next look on.

        Raises:
            ValueError: two actions have one key.
        """
        keys_of(settings)
        before, self.settings = self.settings, settings
        self._placing.tune(settings)
        self._note("settings", **settings.model_dump())
        if (before.error_deg, before.dwell_ms) != (settings.error_deg, settings.dwell_ms):
            self._feed(Tuned(time.time_ns(), settings.error_deg, settings.dwell_ms))
        if before.dwell_keeps != settings.dwell_keeps != self._loop.looker.state.dwell_keeps:
            self._feed(Pressed(time.time_ns(), Action.DWELL))
        self._measure()
        self._tell()

    def pause(self, because: str) -> None:
        """Stop following the eye, until the viewer starts it again."""
        if self._loop.looker.state.running:
            self._note("note", text=because)
            self._feed(Pressed(time.time_ns(), Action.STOP))

    def refresh(self) -> None:
        """Masks of the project have changed; that of the picked AOI may have, too."""
        if not self.over:
            self._turning.refresh()

    # ---------------------------------------------------------------- the check

    def finish_check(self) -> Checked:
        """See ``Checks.finish``."""
        info = self._following.info
        checked = self.checks.finish(time.time_ns(), math.nan if info is None else info.rate_hz)
        self._note("check", **checked.message.model_dump())
        self._tell()
        return checked

    def accept_check(self, correct: bool) -> None:
        """See ``Checks.accept``; the engine takes gaze to be off by as much from now on."""
        error_deg = self.checks.accept(correct)
        self._note("correction", correction=self.checks.correction, error_deg=error_deg)
        lowest, highest = _ERROR_DEG
        self.tune(self.settings.model_copy(update={"error_deg": min(max(error_deg, lowest), highest)}))

    # ---------------------------------------------------------------- what to show

    def view(self, rev: int, known: tuple[str, int]) -> LookView:
        """This moment.

        Args:
            rev: its number.
            known: name of the look and number of the mask that the page has.
        """
        shown, on_picture = self._shown, self._gaze.outside is None
        return LookView(
            name=self.name,
            over=self.over,
            rev=rev,
            **engine_fields(self._loop.looker.state),
            mask=None if known == (self.name, shown.rev) else shown.message,
            mask_rev=shown.rev,
            has_mask=shown.message is not None,
            gaze=LookGaze(x=self._gaze.x, y=self._gaze.y) if on_picture and not self.over else None,
            status=status_message(self._following.status, self._following.failed),
            mask_latency_ms=times_message(self._loop.latencies_ms),
            n_dropped=self._loop.n_dropped,
            kept=self._keeping.n,
            kept_last=self._keeping.last,
            wishes=self._wishes.newest,
            message=self._because if self.over else self._hints.text(self._placing),
            drift=self.checks.drift(time.time_ns()),
            error_deg=self._loop.looker.options.error_deg,
        )

    # ---------------------------------------------------------------- the source

    def _look(self, sample: GazeSample, placed: Placed) -> None:
        self._gaze = placed
        self._hints.placed(placed.outside)
        if self.checks.current is not None:
            self.checks.current.take(sample)
            placed = NOWHERE
        on_picture = placed.outside is None
        self._raw = Raw(sample.x, sample.y, sample.received_ns)
        self._feed(Looked(sample.t_ns, placed.x, placed.y, on_picture))

    def _connected(self, info: SourceInfo) -> None:
        known = {
            "name": info.name,
            "title": info.title,
            "space": info.space.value,
            "rate_hz": info.rate_hz if math.isfinite(info.rate_hz) else None,
            "notes": list(info.notes),
        }
        self._note("source", **known)
        self._recorded(lambda: self.record.source(**known))

    def _see(self, fit: SceneFit) -> None:
        self._hints.scene = fit.problem

    # ---------------------------------------------------------------- the engine

    def _turn(self, frame_idx: int, object_id: int | None) -> None:
        self._turning.turn(frame_idx, object_id)
        self._placing.turned_ns = self._turning.since_ns

    async def _answer(self, ask: Ask) -> Found:
        return cast(Found, await self._host.ask("look_answer", ask))

    def _feed(self, event: Event) -> int:
        """How many requests it led to."""
        if self.over:
            return 0
        self._n_requests = 0
        self._loop.feed(event)
        return self._n_requests

    def _step(self, event: Event, requests: Sequence[Request]) -> None:
        """The engine has taken an event, also one of the segmenter's."""
        raw = self._raw if isinstance(event, Looked) else None
        self._n_requests = len(requests)
        self._recorded(lambda: self.record.event(event, requests, raw))
        for request in requests:
            if isinstance(request, Commit):
                self._later(self._keeping.keep(request, event.t_ns))
            elif isinstance(request, Unkept):
                self._hints.say(
                    "The mask was not kept: nothing was found for what you said. Look and say it again."
                )
            elif isinstance(request, Wish):
                self._grant(request.action)
        self._shown.take(self._loop.looker.state.mask)
        self._tell()

    def _grant(self, action: Action) -> None:
        """What is not the engine's: undo is done here, the rest by the page."""
        if action is Action.UNDO:
            self._later(self._keeping.undo())
        else:
            self._wishes.add(action)

    def _measure(self) -> None:
        """Tell the engine how large a degree is on the picture, if that has changed."""
        degree, source = self._placing.degree, self._following.source
        if degree is None:
            return
        if isinstance(source, MouseSource):
            source.noise.px_per_deg = degree.css_px
        if not math.isclose(degree.image_px, self._px_per_deg, rel_tol=1e-9):
            self._px_per_deg = degree.image_px
            self._feed(Zoomed(time.time_ns(), degree.image_px))

    # ---------------------------------------------------------------- the log

    def _log(self, kept: Kept, png: bytes) -> None:
        self._recorded(lambda: self.record.keep(kept, png))

    def _unlog(self, kept: Kept) -> None:
        self._recorded(lambda: self.record.take_back(kept, time.time_ns()))

    def _note(self, kind: str, **values: Any) -> None:
        values.pop("t_ns", None)
        self._recorded(lambda: self.record.note(kind, time.time_ns(), **values))

    def _recorded(self, write: Callable[[], None]) -> None:
        """Write; a look that cannot be written any more ends."""
        try:
            write()
        except StorageFull as error:
            if self._ending is None:
                self._because = str(error)
                self._ending = asyncio.ensure_future(self._end())

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
