"""Labels of BIDS, which have letters A-Z and digits only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dwell.errors import OutputError
from dwell.formats.gaze.contract import GazeData

__all__ = ["Run", "label", "name_runs"]


@dataclass(frozen=True)
class Run:
    """One recording and what BIDS calls it."""

    data: GazeData
    subject: str
    """Label of the participant."""
    task: str
    run: int | None
    """Which of several recordings of the participant in the task, from 1; None: the only one."""

    @property
    def stem(self) -> str:
        """What all its file names begin with."""
        run = "" if self.run is None else f"_run-{self.run}"
        return f"sub-{self.subject}_task-{self.task}{run}"


def name_runs(recordings: Sequence[GazeData], out: Path) -> list[Run]:
    """What BIDS calls each recording: participants by wearer, or by recording where that is not known.

    Raises:
        OutputError: two wearers, or two tasks, have the same label.
    """
    subjects = _labels([data.wearer or data.name for data in recordings], "wearers", out)
    tasks = _labels([data.task for data in recordings], "tasks", out)
    keys = list(zip(subjects, tasks, strict=True))
    return [
        Run(data, *key, keys[: place + 1].count(key) if keys.count(key) > 1 else None)
        for place, (data, key) in enumerate(zip(recordings, keys, strict=True))
    ]


def label(text: str) -> str:
    """The letters A-Z and digits of a text, without accents; empty if there are none.

    Example:
        >>> label("Zoë Müller-3")
        'ZoeMuller3'
    """
    return re.sub(r"[^A-Za-z0-9]", "", unicodedata.normalize("NFKD", text))


def _labels(names: Sequence[str], what: str, out: Path) -> list[str]:
    """A label for each name; a name without any letter or digit is numbered."""
    each = list(dict.fromkeys(names))
    labels = {name: label(name) or f"{place:02d}" for place, name in enumerate(each, start=1)}
    taken: dict[str, str] = {}
    for name, text in labels.items():
        if taken.setdefault(text.casefold(), name) != name:
            raise OutputError(
                f"BIDS has labels of letters A-Z and digits, and the {what} {taken[text.casefold()]!r} and "
                f"{name!r} would both be {text!r}; rename one.",
                path=out,
            )
    return [labels[name] for name in names]
