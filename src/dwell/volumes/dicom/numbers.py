"""What the numbers in the headers of a series tell of slices that are not there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dwell.volumes.dicom.slices import Slice

__all__ = ["note_missing"]

_AGAIN = "Compare with the scanner or archive, and copy the series again."


def note_missing(slices: Sequence[Slice], series: Sequence[Slice]) -> list[str]:
    """Notes on slices that may be missing though those that are there lie evenly; scanners number oddly.

    A file of many frames says itself how many it has, and is passed over.

    Args:
        slices: those of the volume, in order of k.
        series: all of the series, with those of other volumes: what has these numbers is not missing.
    """
    if any(each.frame is not None for each in slices):
        return []
    return [*_too_few(slices, series), *_not_numbered(slices, series)]


def _too_few(slices: Sequence[Slice], series: Sequence[Slice]) -> list[str]:
    """Where the files themselves say how many there are (PS3.3 C.8.9.1 and C.7.6.1)."""
    for tag, here in (("NumberOfSlices", slices), ("ImagesInAcquisition", series)):
        said = max(each.counts.get(tag, 0) for each in slices)
        if said > len(here):
            return [
                f"The files say that there are {said} slices ({tag}), and {len(here)} are here: "
                f"{said - len(here)} may be missing. {_AGAIN}"
            ]
    return []


def _not_numbered(slices: Sequence[Slice], series: Sequence[Slice]) -> list[str]:
    own = sorted(_numbers(slices))
    if len(set(own)) < len(slices) or len(slices) < 2:  # not numbered one by one
        return []
    numbers = sorted(set(_numbers(series)))
    steps = np.diff(own)
    within = set(range(own[0], own[-1])) - set(numbers)
    notes = []
    if within and steps.min() == steps.max():
        notes.append(_every_nth(slices, own, int(steps[0])))
    elif within:
        notes.append(
            f"The slices are numbered {own[0]} to {own[-1]} without {_list(sorted(within))}: "
            f"{len(within)} may be missing. {_AGAIN}"
        )
    if numbers[0] > 1:
        notes.append(
            f"The lowest number of a slice is {numbers[0]}, not 1: slices at one end may be missing. {_AGAIN}"
        )
    return notes


def _every_nth(slices: Sequence[Slice], own: Sequence[int], step: int) -> str:
    spacing_mm = np.linalg.norm(np.subtract(slices[1].position or (), slices[0].position or ()))
    missing = "every second one" if step == 2 else f"{step - 1} of every {step}"
    return (
        f"The slices are numbered {_list(own, 3)}: {missing} may be missing, then the spacing of "
        f"{spacing_mm:.4g} mm is wrong. {_AGAIN}"
    )


def _numbers(slices: Sequence[Slice]) -> list[int]:
    """Those that there are; ``-1`` and below are no numbers of slices."""
    texts = [each.tags.get("InstanceNumber", "") for each in slices]
    return [int(text) for text in texts if text.isdecimal()]


def _list(numbers: Sequence[int], most: int = 8) -> str:
    more = " …" if len(numbers) > most else ""
    return ", ".join(str(each) for each in numbers[:most]) + more
