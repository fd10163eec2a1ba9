"""Results, reckoned in a process of their own: the server's side of the analyst."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dwell.app.exports import Exports
from dwell.app.gaze_file import GazeFile
from dwell.app.messages import Eye, Gallery, ResultsInfo, ReviewQueue, Sensitivity
from dwell.app.work.worker import Worker, WorkerLost
from dwell.errors import DwellError

__all__ = ["ANALYST", "Reckoning", "ResultsOptions"]

ANALYST = "dwell.app.work.analyst:Analyst"
SOON_S = 0.3
"""Results that take no longer are waited for; others are fetched later."""
_KEPT_RESULTS = 8
"""Ways of mapping for which results are kept: pages may differ in them."""
_KEPT = 32
"""Answers to questions that are kept until the project changes."""


@dataclass(frozen=True)
class ResultsOptions:
    """How gaze is mapped for the results on screen; see ``MappingOptions``."""

    margin_deg: float = 0.0
    fixation_rule: Literal["majority", "any", "mean"] = "majority"
    px_per_degree: float | None = None

    def arguments(self) -> dict[str, Any]:
        """As the analyst takes them."""
        return dict(vars(self))


@dataclass
class _Question:
    """The newest answer to one question."""

    version: int = -1
    answer: Any = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Reckoning:
    """Answers about one project. Use from the event loop's thread.

    The process is started by the first question, and again if it was lost. A question asked by several pages
    is answered once. While the project changes faster than results come, each answer is still delivered, and
    the next is begun when a page asks.

    Args:
        project: its folder.
        publish: tells pages of a change; see ``Desk.publish``.
    """

    def __init__(self, project: Path, publish: Callable[..., Any]) -> None:
        self.exports = Exports(project, publish)
        self._project = project
        self._publish = publish
        self._version = 0
        self._asked: ResultsOptions | None = None
        self._reckoning: asyncio.Task[None] | None = None
        self._known: dict[ResultsOptions, tuple[int, ResultsInfo]] = {}
        self._late = False
        self._rev = 0
        self._progress = 0.0
        self._questions: dict[Any, _Question] = {}
        self._worker: Worker | None = None
        self._starting = asyncio.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def invalidate(self) -> None:
        """AOIs, masks or marks have changed; pages that have results are told that they are out of date."""
        outdated = any(version == self._version for version, _ in self._known.values())
        outdated |= any(each.version == self._version for each in self._questions.values())
        self._version += 1
        if outdated:
            self._publish(results=True)

    async def close(self) -> None:
        """Stop everything."""
        await self.exports.close()
        if self._reckoning is not None:
            self._reckoning.cancel()
            await asyncio.gather(self._reckoning, return_exceptions=True)
        if self._worker is not None:
            await self._worker.close()
        if self._folder is not None:
            self._folder.cleanup()

    # ---------------------------------------------------------------- results

    async def results(self, rev: int, options: ResultsOptions) -> ResultsInfo:
        """Results as of now, or ``computing`` with those that are known meanwhile; never long in coming.

        Args:
            rev: number of the newest change, for the message.
            options: how gaze is mapped.
        """
        self._rev = rev
        if not self._is_known(options):
            self._asked = options
            if self._reckoning is None or self._reckoning.done():
                self._reckoning = asyncio.ensure_future(self._reckon())
            await asyncio.wait({self._reckoning}, timeout=SOON_S)
        if self._is_known(options):
            return self._known[options][1].model_copy(update={"rev": rev})
        self._late = True
        newest = [info for _, info in self._known.values()][-1:]
        meanwhile = self._known.get(options, (0, newest[0] if newest else ResultsInfo(rev=0, state="none")))[
            1
        ]
        return meanwhile.model_copy(update={"state": "computing", "progress": self._progress, "error": None})

    def _is_known(self, options: ResultsOptions) -> bool:
        return options in self._known and self._known[options][0] == self._version

    async def _reckon(self) -> None:
        """Reckon until nobody has asked for anything else meanwhile; the newest wish counts."""
        while self._asked is not None:
            options, self._asked = self._asked, None
            version, rev, self._progress = self._version, self._rev, 0.0
            info = (await self._results_of(options)).model_copy(update={"rev": rev})
            self._known.pop(options, None)
            self._known[options] = (version, info)
            for old in list(self._known)[:-_KEPT_RESULTS]:
                del self._known[old]
            if self._asked is not None and self._is_known(self._asked):
                self._asked = None
        if self._late:
            self._late = False
            self._publish(results=True)

    async def _results_of(self, options: ResultsOptions) -> ResultsInfo:
        try:
            fields = await self._call("results", options.arguments(), on_progress=self._show)
        except (DwellError, ValueError, TypeError, RuntimeError) as error:
            return ResultsInfo(rev=0, state="failed", error=str(error), margin_deg=options.margin_deg)
        return ResultsInfo(rev=0, **fields)

    def _show(self, done: int, total: int) -> None:
        self._progress = done / max(total, 1)

    # ---------------------------------------------------------------- other questions

    async def sensitivity(self, rev: int, options: ResultsOptions) -> Sensitivity:
        """How dwell time depends on the margin."""
        fields = await self._answer("sensitivity", options)
        return Sensitivity(rev=rev, **fields)

    async def heatmap(self, options: ResultsOptions, object_id: int | None, width: int) -> bytes:
        """PNG of gaze density, of all gaze or that on one AOI; ``width`` px."""
        answer: bytes = await self._answer("heatmap", options, object_id, width)
        return answer

    async def review(self, rev: int, options: ResultsOptions, target: float) -> ReviewQueue:
        """Moments worth a look, worst first."""
        fields = await self._answer("review", options, target)
        return ReviewQueue(rev=rev, **fields)

    async def gallery(self, rev: int, options: ResultsOptions) -> Gallery:
        """All AOIs with where they are seen best, the most important first."""
        fields = await self._answer("gallery", options)
        return Gallery(rev=rev, **fields)

    async def eye(self) -> Eye:
        """Fixations, blinks and events."""
        question = self._question("eye")
        async with question.lock:
            if question.answer is None:
                question.answer = Eye(**await self._call("eye"))
        answer: Eye = question.answer
        return answer

    async def gaze(self, start: int, stop: int) -> bytes:
        """16 bytes per sample of frames [start, stop); see ``gaze_file.RECORD``."""
        question = self._question("gaze")
        async with question.lock:
            if question.answer is None:
                self._folder = self._folder or tempfile.TemporaryDirectory(prefix="dwell-gaze-")
                path = Path(self._folder.name) / "gaze"
                await self._call("gaze", str(path))
                question.answer = GazeFile.open(path)
        gaze: GazeFile = question.answer
        return gaze.span(start, stop)

    async def _answer(self, verb: str, options: ResultsOptions, *arguments: Any) -> Any:
        return await self.ask(verb, options.arguments(), *arguments)

    async def ask(self, verb: str, *arguments: Any) -> Any:
        """The answer as of now: one that is kept, or that another page is waiting for, or a new one.

        Args:
            verb: a method of the analyst.
            arguments: numbers, texts, and dictionaries of them.
        """
        question = self._question(verb, *(_hashable(each) for each in arguments))
        needed = self._version
        async with question.lock:
            if question.version < needed:
                version = self._version
                question.answer = await self._call(verb, *arguments)
                question.version = version
            return question.answer

    def _question(self, *key: Any) -> _Question:
        question = self._questions.pop(key, None) or _Question()
        self._questions[key] = question
        idle = [each for each, asked in self._questions.items() if not asked.lock.locked() and len(each) > 1]
        for each in idle[: max(len(self._questions) - _KEPT, 0)]:
            if each != key:
                del self._questions[each]
        return question

    # ---------------------------------------------------------------- the process

    async def _call(
        self, verb: str, *arguments: Any, on_progress: Callable[[int, int], None] | None = None
    ) -> Any:
        """The analyst's answer; if its process is lost, another one is asked, once."""
        try:
            return await (await self._ready()).call(verb, *arguments, on_progress=on_progress)
        except WorkerLost:
            return await (await self._ready()).call(verb, *arguments, on_progress=on_progress)

    async def _ready(self) -> Worker:
        async with self._starting:
            if self._worker is None or not self._worker.alive:
                worker = Worker()
                worker.start()
                try:
                    await worker.call("make", ANALYST, str(self._project))
                except BaseException:
                    await worker.close()
                    raise
                self._worker = worker
            return self._worker


def _hashable(argument: Any) -> Any:
    return tuple(sorted(argument.items())) if isinstance(argument, dict) else argument
