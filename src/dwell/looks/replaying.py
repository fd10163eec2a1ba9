"""A look is run again from its log, and must give what it gave: bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from dwell.errors import BadTable
from dwell.looking import Answered, Ask, Commit, Event, Looker, LookOptions, Request, Unkept, Wish
from dwell.looking.aiming import AimOptions
from dwell.looking.answering import Segment, answer_to
from dwell.looking.fixating import FixationOptions
from dwell.looking.log import EVENTS_FILE
from dwell.looking.writing import from_json
from dwell.recordings.look import LOOK_FILE, read_look_file
from dwell.types import ProgressFn

__all__ = ["Replayed", "replay_look"]


@dataclass(frozen=True)
class Replayed:
    """What running a look again gave."""

    n_events: int
    n_questions: int
    n_same: int
    """Of what the engine asked for, how much was the same."""
    n_requests: int
    """What it asked for then."""
    n_answers_same: int
    """Answers that the segmenter gave again, all masks and scores equal; 0 if it was not asked."""
    n_answers: int
    """Answers that it was asked for again."""
    first_difference: str | None = None
    """Line of ``events.jsonl`` and what differs there; None = nothing."""
    cut_off: bool = False
    """The log ends with half a line, which was left out."""

    @property
    def identical(self) -> bool:
        """Whether everything was as it was then."""
        return self.first_difference is None


def replay_look(folder: Path, segment: Segment | None = None, progress: ProgressFn | None = None) -> Replayed:
    """Give the engine what it saw then, and compare what it asks for, and what the segmenter answers.

    Args:
        folder: of the look.
        segment: the segmenter, such as ``TrackingSession.preview``, to answer every question again; None =
            take the answers of then.
        progress: called with (done, total) lines.

    Raises:
        BadTable: the log is damaged.
    """
    path = folder / EVENTS_FILE
    n_lines, cut_off = _measure(path)
    again = _Again(Looker(options_of(read_look_file(folder))), segment)
    for line, item in _items(path, n_lines):
        again.take(line, item)
        if progress is not None and line % 500 == 0:
            progress(line, n_lines)
    return again.report(cut_off)


def options_of(about: dict[str, Any]) -> LookOptions:
    """How looking became masks then."""
    values = dict(about.get("options", {}))
    try:
        fixations, aim = values.pop("fixations", {}), values.pop("aim", {})
        return LookOptions(**values, fixations=FixationOptions(**fixations), aim=AimOptions(**aim))
    except TypeError as error:
        raise BadTable(
            f"{LOOK_FILE} has an option that this Dwell does not know ({error}); run the look again with the "
            "version that wrote it."
        ) from error


def _measure(path: Path) -> tuple[int, bool]:
    """How many whole lines there are, and whether half a line follows, as when a disk was full."""
    try:
        with path.open("rb") as file:
            n_lines, last = 0, b""
            while block := file.read(1 << 20):
                n_lines += block.count(b"\n")
                last = block[-1:]
    except OSError as error:
        raise BadTable(
            f"{path.name} of the look {path.parent.name} cannot be read ({error.strerror}); copy it again.",
            path=path,
        ) from error
    return n_lines, last not in (b"", b"\n")


def _items(path: Path, n_lines: int) -> Iterator[tuple[int, Event | Request]]:
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(islice(file, n_lines), start=1):
            if text.strip():
                yield number, from_json(text, path, number)


class _Again:
    def __init__(self, looker: Looker, segment: Segment | None) -> None:
        self._looker = looker
        self._segment = segment
        self._asked: dict[int, Ask] = {}
        self._awaited: list[Request] = []
        self._counts = dict.fromkeys(
            ("events", "requests", "same", "answers", "answers_same", "questions"), 0
        )
        self._first: str | None = None

    def take(self, line: int, item: Event | Request) -> None:
        """One line of the log."""
        if isinstance(item, Ask | Commit | Unkept | Wish):
            self._compare(line, item)
            return
        if self._awaited:
            self._differs(line, f"the engine now also asks for {type(self._awaited[0]).__name__}")
        if isinstance(item, Answered):
            self._answer(line, item)
        self._counts["events"] += 1
        self._awaited = self._looker.take(item)

    def report(self, cut_off: bool) -> Replayed:
        """What came out."""
        if self._awaited and not cut_off:
            name = type(self._awaited[0]).__name__
            self._first = self._first or f"the end: the engine now also asks for {name}"
        counts = self._counts
        return Replayed(
            counts["events"],
            counts["questions"],
            counts["same"],
            counts["requests"],
            counts["answers_same"],
            counts["answers"],
            self._first,
            cut_off,
        )

    def _compare(self, line: int, then: Request) -> None:
        now = self._awaited.pop(0) if self._awaited else None
        self._counts["requests"] += 1
        if isinstance(then, Ask):
            self._counts["questions"] += 1
            self._asked[then.number] = then
        if now == then:
            self._counts["same"] += 1
        else:
            self._differs(line, f"{type(then).__name__} is not what the engine asks for now")

    def _answer(self, line: int, then: Answered) -> None:
        ask = self._asked.pop(then.number, None)
        if ask is None or self._segment is None:
            return
        self._counts["answers"] += 1
        if answer_to(ask, self._segment) == then.found:
            self._counts["answers_same"] += 1
        else:
            self._differs(line, f"the segmenter answers question {then.number} with other masks")

    def _differs(self, line: int, what: str) -> None:
        self._first = self._first or f"line {line}: {what}"
