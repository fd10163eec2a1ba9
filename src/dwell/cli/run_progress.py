"""How far a run of everything-mode is: its phase, how many objects there are, and the time left."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

if TYPE_CHECKING:
    from dwell.everything import EverythingUpdate

__all__ = ["run_progress", "time_left"]

LINE_EVERY_S = 5.0
JSON_EVERY_S = 1.0
BAR_STEPS = 1000
PHASES = {
    "looking": "Looking",
    "forward": "Tracking forwards",
    "backward": "Tracking backwards",
    "relating": "Relating",
    "done": "Done",
}

Show = Callable[["EverythingUpdate"], None]


@contextmanager
def run_progress(*, as_json: bool = False) -> Iterator[Show]:
    """A function to call with every update of a run; what it shows goes to stderr."""
    if as_json:
        yield _paced(JSON_EVERY_S, lambda update: json.dumps(_facts(update)))
    elif sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task("Looking", total=BAR_STEPS, objects=0, left="")
            yield lambda update: bar.update(task, **_columns(update))
    else:
        yield _paced(LINE_EVERY_S, _line)


def time_left(seconds: float | None) -> str:
    """In words that are no more exact than the estimate."""
    if seconds is None:
        return "time left not known yet"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min left"
    return f"{minutes} min {rest:02d} s left" if minutes else f"{rest} s left"


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} % · {task.fields[objects]} objects · {task.fields[left]}"),
    )
    return Progress(*columns, console=Console(stderr=True))


def _columns(update: EverythingUpdate) -> dict[str, Any]:
    return {
        "completed": round(BAR_STEPS * update.done),
        "description": PHASES[update.phase.value],
        "objects": update.n_objects,
        "left": time_left(update.left_s),
    }


def _line(update: EverythingUpdate) -> str:
    left = "" if update.phase.value == "done" else f", {time_left(update.left_s)}"
    what = "object" if update.n_objects == 1 else "objects"
    return f"{PHASES[update.phase.value]}: {100 * update.done:.0f} %, {update.n_objects} {what}{left}"


def _facts(update: EverythingUpdate) -> dict[str, Any]:
    return {
        "progress": update.phase.value,
        "done": round(update.done, 4),
        "left_s": None if update.left_s is None else round(update.left_s, 1),
        "frame_idx": update.frame_idx,
        "objects": update.n_objects,
        "object_frames": update.object_frames,
    }


def _paced(every_s: float, words: Callable[[EverythingUpdate], str]) -> Show:
    """A line at the beginning of each phase, and now and then."""
    shown: dict[str, Any] = {"at": 0.0, "phase": None}

    def show(update: EverythingUpdate) -> None:
        now = time.monotonic()
        if update.phase != shown["phase"] or now - shown["at"] >= every_s:
            shown.update(at=now, phase=update.phase)
            print(words(update), file=sys.stderr, flush=True)

    return show
