"""What a tracker may ask for when a memory is loaded, from frames that a test has at hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


def _no_start():
    raise AssertionError("this test has no start")


@dataclass
class Recalling:
    """Follows ``contract.Recall``; remembers what was asked for."""

    encodings: Sequence[Any]
    """Of the frames visited, from the start to the one the memory belongs to; the last few will do."""
    begin: Callable[[], Any] = _no_start
    asked: list[int] = field(default_factory=list)

    def frame(self, back):
        self.asked.append(back)
        return self.encodings[-1 - back]

    def start(self):
        return self.begin()
