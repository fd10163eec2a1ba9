"""More than one volume in a series: found, told apart by their tags, and how to choose one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from dwell.errors import VolumeError
from dwell.types import FloatArray
from dwell.volumes.dicom.slices import DISTINGUISHING, Slice

__all__ = ["check_alike", "check_doubles"]

_SAME_PLACE_MM = 0.01
_COSINE = 1e-3
"""What parts of a unit vector may differ: 0.06°, about what rounding to three decimals does."""

Groups = Sequence[Sequence[Slice]]


def check_alike(path: Path, slices: Sequence[Slice], asked: str) -> None:
    """All slices have one orientation, size, pixel spacing, frame of reference, brightness and unit.

    Raises:
        VolumeError: they differ; the message counts the parts and says how to choose one.
    """
    for what, value, show in _ALIKE:
        groups = _grouped(slices, value)
        if len(groups) > 1:
            parts = "; ".join(
                f"{len(group)} with {show(group[0])} ({group[0].label}{', …' if len(group) > 1 else ''})"
                for group in groups[:6]
            )
            more = f"; and {len(groups) - 6} more" if len(groups) > 6 else ""
            raise VolumeError(
                f"The slices in {path} have {len(groups)} different {what}, expected one: {parts}{more}. "
                f"{_how_to_part(groups, asked)}",
                path=groups[-1][0].path,
            )


def check_doubles(path: Path, slices: Sequence[Slice], along: FloatArray, asked: str) -> None:
    """No two slices, sorted by their place along the normal, lie at the same place.

    Raises:
        VolumeError: two do; the message says by what they differ and how to choose.
    """
    doubled = np.flatnonzero(np.diff(along) < _SAME_PLACE_MM)
    if not len(doubled):
        return
    places: dict[int, list[Slice]] = defaultdict(list)
    numbers = np.concatenate(([0], np.cumsum(np.diff(along) >= _SAME_PLACE_MM)))
    for number, each in zip(numbers.tolist(), slices, strict=True):
        places[number].append(each)
    first, second = slices[doubled[0]], slices[doubled[0] + 1]
    n_doubled = sum(len(there) > 1 for there in places.values())
    raise VolumeError(
        f"At {n_doubled} of {len(places)} places in {path} there is more than one slice, such as "
        f"{first.label} and {second.label} at {along[doubled[0]]:.2f} mm. "
        f"{_how_to_choose(list(places.values()), asked)}",
        path=second.path,
    )


def _orientation(each: Slice) -> tuple[float, ...]:
    return each.orientation or ()


def _kind(each: Slice) -> str:
    return f"{each.rescale.units or 'no unit'}" if each.rescale else "stored values only"


def _millimetres(each: Slice) -> str:
    return " x ".join(f"{side:g}" for side in each.spacing or ()) + " mm"


_ALIKE: tuple[tuple[str, Callable[[Slice], object], Callable[[Slice], str]], ...] = (
    (
        "orientations",
        _orientation,
        lambda each: "\\".join(f"{part + 0.0:.3g}" for part in _orientation(each)),
    ),
    ("sizes", lambda each: each.size_hw, lambda each: f"{each.size_hw[1]} x {each.size_hw[0]} pixels"),
    ("pixel spacings", lambda each: each.spacing, _millimetres),
    (
        "frames of reference",
        lambda each: each.tags.get("FrameOfReferenceUID"),
        lambda each: each.tags.get("FrameOfReferenceUID", "none"),
    ),
    ("photometric interpretations", lambda each: each.photometric, lambda each: each.photometric),
    ("units of their values (RescaleType)", _kind, _kind),
)


def _grouped(slices: Sequence[Slice], value: Callable[[Slice], object]) -> list[list[Slice]]:
    """Slices of like value together, most first; numbers may differ by what rounding does."""
    groups: list[tuple[object, list[Slice]]] = []
    for each in slices:
        own = value(each)
        for theirs, group in groups:
            if _like(own, theirs):
                group.append(each)
                break
        else:
            groups.append((own, [each]))
    return sorted((group for _, group in groups), key=len, reverse=True)


def _like(left: object, right: object) -> bool:
    if isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
        return bool(np.allclose(left, right, rtol=0, atol=_COSINE))
    return left == right


def _how_to_part(groups: Groups, asked: str) -> str:
    """A tag that has one value in each part, if there is one."""
    if max(len(group) for group in groups) < 2:
        return "No two of them go together: they are pictures of different directions or kinds, no volume."
    for tag in DISTINGUISHING:
        values = [{each.tags.get(tag, "") for each in group} for group in groups]
        apart = len(set().union(*values)) == len(groups)
        if apart and all(len(each) == 1 for each in values) and all("" not in each for each in values):
            return _say({tag: [each for (each,) in values]}, asked)
    return "Move the files of one part into a folder of their own, and open that."


def _how_to_choose(places: Groups, asked: str) -> str:
    """One or two tags by which the slices at each place differ: each of their values is a volume."""
    slices = [each for there in places for each in there]
    if len({(each.uid, each.frame) for each in slices}) < len(slices):
        return "They are copies of the same slice (same SOPInstanceUID): take one of them out of the folder."
    varying = [tag for tag in DISTINGUISHING if len({each.tags.get(tag) for each in slices}) > 1]
    for n in (1, 2):
        for tags in combinations(varying, n):
            if _tells_apart(places, tags):
                return _say({tag: _values(slices, tag) for tag in tags}, asked)
    by = f" They differ by {', '.join(varying)}." if varying else ""
    return (
        f"No tag tells the volumes apart.{by} Move the files of one into a folder of their own, and open "
        "that."
    )


def _tells_apart(places: Groups, tags: Sequence[str]) -> bool:
    sizes: dict[tuple[str, ...], int] = defaultdict(int)
    for there in places:
        keys = [tuple(each.tags.get(tag, "") for tag in tags) for each in there]
        if len(set(keys)) < len(keys) or any("" in key for key in keys):
            return False
        for key in keys:
            sizes[key] += 1
    return min(sizes.values()) > 1


def _values(slices: Sequence[Slice], tag: str) -> list[str]:
    values = {each.tags.get(tag, "") for each in slices}
    try:
        return sorted(values, key=float)
    except ValueError:
        return sorted(values)


def _say(choices: Mapping[str, Sequence[str]], asked: str) -> str:
    example = ", ".join([asked, *(f"{tag}={values[0]}" for tag, values in choices.items())])
    lists = [
        f"{tag} {', '.join(values[:12])}{' …' if len(values) > 12 else ''}" for tag, values in choices.items()
    ]
    return f"They differ by {' and '.join(lists)}: choose one volume with series={example!r}."
