"""Which series, and which volume of it: ``"5"``, ``"thin axial"``, ``"5, EchoTime=4.6"``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from dwell.errors import VolumeError
from dwell.volumes.dicom.slices import DISTINGUISHING, Slice

__all__ = ["Choice", "choose_series", "parse_choice"]

Conditions = Mapping[str, str]
Choice = tuple[str | None, Conditions]
"""A series (None: the only one), and tag → value that its slices must have."""


def parse_choice(series: str | None) -> Choice:
    """``"5, EchoTime=4.6"`` → ``("5", {"EchoTime": "4.6"})``; what names no known tag belongs to the series.

    >>> parse_choice("5, EchoTime=4.6")
    ('5', {'EchoTime': '4.6'})
    """
    words, conditions = [], {}
    known = {name.casefold(): name for name in DISTINGUISHING}
    for part in (series or "").split(","):
        name, equals, value = part.partition("=")
        tag = known.get(name.strip().casefold())
        if equals and tag:
            conditions[tag] = value.strip()
        else:
            words.append(part)
    return ",".join(words).strip() or None, conditions


def choose_series(path: Path, slices: list[Slice], choice: Choice) -> tuple[list[Slice], list[str]]:
    """The slices of the series that was chosen, and notes about series that were passed over.

    Raises:
        VolumeError: several series fit, or none; the message lists those there are.
    """
    by_series: dict[str, list[Slice]] = defaultdict(list)
    for each in slices:
        by_series[each.series_uid].append(each)
    groups = list(by_series.values())
    wanted, conditions = choice
    if wanted is not None:
        fitting, notes = _fitting(groups, wanted), list[str]()
    else:
        fitting, notes = _in_space(groups)
    if len(fitting) != 1:
        raise VolumeError(_which(path, fitting or groups, wanted, found=bool(fitting)), path=path)
    return _meeting(path, fitting[0], conditions), notes


def _fitting(groups: list[list[Slice]], wanted: str) -> list[list[Slice]]:
    """Series whose UID, else number, else description is the one wanted, else holds it."""
    word = wanted.casefold()
    tests = (
        lambda first: first.series_uid == wanted,
        lambda first: first.series_number == wanted,
        lambda first: first.description.casefold() == word,
        lambda first: word in first.description.casefold(),
    )
    for test in tests:
        fitting = [slices for slices in groups if test(slices[0])]
        if fitting:
            return fitting
    return []


def _in_space(groups: list[list[Slice]]) -> tuple[list[list[Slice]], list[str]]:
    """Series that say where they lie in the patient, if any does: a dose report or screenshot does not."""
    placed = [slices for slices in groups if any(each.position for each in slices)]
    if not placed or len(placed) == len(groups):
        return groups, []
    left = [_describe(slices) for slices in groups if slices not in placed]
    return placed, [f"Passed over, as nothing says where in the patient they lie: {'; '.join(left)}."]


def _which(path: Path, groups: list[list[Slice]], wanted: str | None, *, found: bool) -> str:
    if wanted is None:
        problem = f"{path} holds {len(groups)} series"
    elif found:
        problem = f"{len(groups)} series in {path} fit series={wanted!r}"
    else:
        problem = f"{path} has no series {wanted!r}"
    numbers = [slices[0].series_number for slices in groups]
    unclear = len(set(numbers)) < len(numbers)
    lines = [
        f"  {_describe(slices)}" + (f", UID {slices[0].series_uid}" if unclear else "") for slices in groups
    ]
    example = repr(groups[0][0].series_uid if unclear else numbers[0])
    return "\n".join(
        (
            f"{problem}; expected one. Choose with series=, by number, UID or a part of the description that "
            f"only one has, such as series={example}:",
            *lines,
        )
    )


def _describe(slices: list[Slice]) -> str:
    first = slices[0]
    what = f"{first.description!r}" if first.description else "without description"
    n = f"{len(slices)} slices" if len(slices) != 1 else "1 slice"
    return f"{first.series_number}: {what}, {first.modality or 'modality unknown'}, {n}"


def _meeting(path: Path, slices: list[Slice], conditions: Conditions) -> list[Slice]:
    for tag, value in conditions.items():
        there = sorted({each.tags.get(tag, "") for each in slices}, key=_in_order)
        slices = [each for each in slices if _same(each.tags.get(tag, ""), value)]
        if not slices:
            raise VolumeError(
                f"No slice of {path} has {tag}={value}; there are: {', '.join(v or 'none' for v in there)}.",
                path=path,
            )
    return slices


def _same(left: str, right: str) -> bool:
    try:
        return abs(float(left) - float(right)) < 1e-6
    except ValueError:
        return left.casefold() == right.casefold()


def _in_order(value: str) -> tuple[int, float, str]:
    try:
        return 0, float(value), value
    except ValueError:
        return 1, 0.0, value
