"""How far a long job is: a bar with the time left on a terminal, else lines of text, or JSON for machines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from dwell.types import ProgressFn

__all__ = ["in_megabytes", "progress"]

LINE_EVERY_S = 5.0
JSON_EVERY_S = 1.0


@contextmanager
def progress(what: str, *, unit: str = "frames", as_json: bool = False) -> Iterator[ProgressFn]:
    """A function to call with (done, total); what it shows goes to stderr."""
    if as_json:
        yield _json_lines(what)
    elif sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task(what, total=None, unit=unit)
            yield lambda done, total: bar.update(task, completed=done, total=total)
    else:
        yield _plain_lines(what, unit)


def in_megabytes(show: ProgressFn) -> ProgressFn:
    """A function to call with bytes done and bytes in all, 0 where nobody knows."""

    def show_mb(done: int, total: int) -> None:
        done_mb = -(-done // 10**6)
        show(done_mb, -(-total // 10**6) if total else done_mb + 1)

    return show_mb


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]} ·"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    return Progress(*columns, console=Console(stderr=True))


def _plain_lines(what: str, unit: str) -> ProgressFn:
    pace = _Pace(LINE_EVERY_S)

    def show(done: int, total: int) -> None:
        if pace.due(done, total):
            left = (
                f", {_time(pace.left_s(done, total))} left" if done < total else f" in {_time(pace.spent_s)}"
            )
            print(f"{what}: {done}/{total} {unit}{left}", file=sys.stderr, flush=True)

    return show


def _json_lines(what: str) -> ProgressFn:
    pace = _Pace(JSON_EVERY_S)

    def show(done: int, total: int) -> None:
        if pace.due(done, total):
            line = {
                "progress": what,
                "done": done,
                "total": total,
                "left_s": round(pace.left_s(done, total), 1),
            }
            print(json.dumps(line), file=sys.stderr, flush=True)

    return show


class _Pace:
    """When the next line is due, and how long the rest will take at the rate so far."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._start: float | None = None
        self._first_done = 0
        self._shown_at = 0.0
        self._finished = False

    @property
    def spent_s(self) -> float:
        return 0.0 if self._start is None else time.monotonic() - self._start

    def due(self, done: int, total: int) -> bool:
        now = time.monotonic()
        if self._start is None:
            self._start, self._first_done, self._shown_at = now, done, now
        ended = done >= total and not self._finished
        if not ended and now - self._shown_at < self._every_s:
            return False
        self._shown_at, self._finished = now, done >= total
        return True

    def left_s(self, done: int, total: int) -> float:
        rate = (done - self._first_done) / self.spent_s if self.spent_s > 0 else 0.0
        return (total - done) / rate if rate > 0 else 0.0


def _time(seconds: float) -> str:
    minutes, rest = divmod(int(round(seconds)), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
