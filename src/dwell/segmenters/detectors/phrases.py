"""What a person types to a detector → phrases: ``bottle . red flag`` → ``bottle``, ``red flag``."""

from __future__ import annotations

import re

from dwell.errors import PromptError

__all__ = ["split_phrases"]

_BREAK = re.compile(r"[,;\n]|\.(?=\s|$)")
"""A full stop breaks where a blank or the end follows it, so that ``2.5 l bottle`` is one phrase."""


def split_phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text, in its order and spelling; one that comes again, in whatever case, is left out.

    Full stops, commas, semicolons and line ends part them.

    Raises:
        PromptError: there is not one word.

    Example:
        >>> split_phrases("bottle . red  flag, Bottle.")
        ('bottle', 'red flag')
    """
    phrases: dict[str, str] = {}
    for part in _BREAK.split(text):
        phrase = " ".join(part.split())
        if any(letter.isalnum() for letter in phrase):
            phrases.setdefault(phrase.casefold(), phrase)
    if not phrases:
        raise PromptError(
            f"Expected words for what to look for, such as 'bottle . red flag', and found {text.strip()!r}."
        )
    return tuple(phrases.values())
