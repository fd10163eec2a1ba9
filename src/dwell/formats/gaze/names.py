"""Names that a format can hold: of AOIs, participants and files, each still told apart from the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.formats.gaze.contract import GazeData

__all__ = ["file_names", "participants", "plain", "plain_all"]


def plain(
    names: Sequence[str], swaps: dict[str, str], what: str, out: Path
) -> tuple[list[str], tuple[str, ...]]:
    """Names without some characters, and a sentence on those that had to change.

    Args:
        names: as they are.
        swaps: character → what stands in its place; a line break or a tab becomes a space besides.
        what: of what they are the names: ``AOI``.
        out: for the error.

    Raises:
        OutputError: two names would become the same.
    """
    table = str.maketrans({"\n": " ", "\r": " ", "\t": " "} | swaps)
    changed = [name.translate(table).strip() or "?" for name in names]
    taken: dict[str, str] = {}
    for old, new in zip(names, changed, strict=True):
        if taken.setdefault(new, old) != old:
            raise OutputError(
                f"The {what} names {taken[new]!r} and {old!r} would both be written as {new!r}, as this "
                f"format has no room for {_listed(swaps)}; rename one of them.",
                path=out,
            )
    lost = {old: new for old, new in zip(names, changed, strict=True) if old != new}
    said = [
        f"The {what} {old!r} is written as {new!r}; this format has no room for {_listed(swaps)}."
        for old, new in lost.items()
    ]
    return changed, tuple(said)


def plain_all(
    recordings: Sequence[GazeData], swaps: dict[str, str], out: Path
) -> tuple[dict[str, str], tuple[str, ...]]:
    """AOI names of all recordings → as they are written, and a sentence on each that had to change."""
    names = list(dict.fromkeys(aoi.name for data in recordings for aoi in data.aois))
    changed, lost = plain(names, swaps, "AOI", out)
    return dict(zip(names, changed, strict=True)), lost


def participants(recordings: Sequence[GazeData]) -> list[str]:
    """Who each recording is of: the wearer, or the recording's name; both where a wearer has several.

    Raises:
        OutputError: two recordings of one wearer have one name.
    """
    wearers = [data.wearer or data.name for data in recordings]
    names = [
        f"{wearer} {data.name}" if data.wearer and wearers.count(wearer) > 1 else wearer
        for wearer, data in zip(wearers, recordings, strict=True)
    ]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise OutputError(
            f"There are {names.count(twice[0])} recordings of {twice[0]!r} that nothing tells apart; rename "
            "one, or export them into different folders."
        )
    return names


def file_names(recordings: Sequence[GazeData]) -> list[str]:
    """A name for files of each recording, without ending, on any system; numbered where names are alike.

    No two are alike, also where small and capital letters count as one.
    """
    words = [re.sub(r'[\x00-\x1f\\/:*?"<>|\s]+', "-", data.name).strip("-. ")[:80] for data in recordings]
    folded = [word.casefold() for word in words]
    alone = {word for word in folded if word and folded.count(word) == 1}
    names, taken = [], set(alone)
    for number, word in enumerate(words, start=1):
        name = word if word.casefold() in alone else _numbered(word or "recording", number, taken)
        names.append(name)
        taken.add(name.casefold())
    return names


def _numbered(word: str, number: int, taken: set[str]) -> str:
    while f"{word}-{number}".casefold() in taken:
        number += 1
    return f"{word}-{number}"


def _listed(swaps: dict[str, str]) -> str:
    return ", ".join([*map(repr, swaps), "line breaks and tabs"])
