"""What a viewer has said of a mask by looking and pressing keys: of it, not of it, a box."""

from __future__ import annotations

from dataclasses import dataclass, field

from dwell.looking.fixating import LiveFixation
from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Point, Prompt

__all__ = ["Said"]


@dataclass(frozen=True, slots=True)
class _Word:
    """One key and the gaze behind it."""

    fixation: LiveFixation
    prompt: Prompt | None
    """None: the first corner of a box."""


@dataclass
class Said:
    """Words so far. The mask of the picked AOI, if it had one, is what they correct."""

    base: Mask | None = None
    """The mask that the words begin from."""
    _words: list[_Word] = field(default_factory=list)

    def include(self, at: LiveFixation) -> None:
        """This is of it."""
        self._words.append(_Word(at, Point(at.x, at.y)))

    def exclude(self, at: LiveFixation) -> None:
        """This is not of it."""
        self._words.append(_Word(at, Point(at.x, at.y, positive=False)))

    def box(self, at: LiveFixation) -> None:
        """A corner; the second one makes a box, which replaces what was said before it."""
        first = self.corner
        if first is None:
            self._words.append(_Word(at, None))
            return
        (x0, x1), (y0, y1) = sorted((first[0], at.x)), sorted((first[1], at.y))
        self._words.append(_Word(at, Box(x0, y0, x1, y1)))

    def take_back(self) -> None:
        """Take back the last word; of a box, its second corner."""
        self._words.pop()

    def clear(self, base: Mask | None = None) -> None:
        """Forget all."""
        self._words.clear()
        self.base = base

    def __bool__(self) -> bool:
        """Whether something was said, be it half a box."""
        return bool(self._words)

    @property
    def corner(self) -> tuple[float, float] | None:
        """px: the first corner of a box that is not closed yet."""
        last = self._words[-1] if self._words else None
        return (last.fixation.x, last.fixation.y) if last is not None and last.prompt is None else None

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """What was said, in order: what to segment by. A box counts from the last one on."""
        prompts = [word.prompt for word in self._words if word.prompt is not None]
        boxes = [number for number, each in enumerate(prompts) if isinstance(each, Box)]
        if boxes:
            return tuple(prompts[boxes[-1] :])
        base = () if self.base is None or not prompts else (MaskPrompt(self.base),)
        return (*base, *prompts)

    @property
    def fixations(self) -> tuple[LiveFixation, ...]:
        """The gaze behind the words, in order."""
        return tuple(word.fixation for word in self._words)
