"""Classes and ids of MOTS: an id is 1000 times the class and the instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.formats.categories import categories_of, category_of
from dwell.formats.contract import Labels
from dwell.formats.found import FoundThing
from dwell.formats.text_reading import read_text

__all__ = [
    "IGNORED",
    "PER_CLASS",
    "class_list",
    "class_numbers",
    "ids_of",
    "is_ignored",
    "names_beside",
    "things_of",
]

PER_CLASS = 1000
IGNORED = 10
"""Class of regions in which nobody looked; their id is 10000."""
_OWN = {"car": 1, "pedestrian": 2}
"""The data set's own classes. Source: https://www.vision.rwth-aachen.de/page/mots."""


# -------------------------------------------------------------- out


def class_numbers(videos: Sequence[Labels]) -> dict[str, int]:
    """Category → class: the data set's own keep theirs, others follow from 3 on, sorted, without 10."""
    numbers = dict(_OWN)
    for category in categories_of(videos):
        if category not in numbers:
            following = max(numbers.values()) + 1
            numbers[category] = following + (following == IGNORED)
    return numbers


def class_list(numbers: Mapping[str, int]) -> str:
    """``labels.txt``: the name of class n on line n."""
    names = {number: " ".join(name.split()) for name, number in numbers.items()}
    last = max(names)
    return "".join(f"{names.get(number, 'ignored')}\n" for number in range(1, last + 1))


def ids_of(labels: Labels, numbers: Mapping[str, int], path: Path) -> dict[int, int]:
    """object_id → id in MOTS, whose last three digits are those of the object_id where they are free.

    Raises:
        OutputError: a class has more than 999 AOIs.
    """
    ids: dict[int, int] = {}
    taken: set[int] = set()
    for aoi in labels.aois:
        first = numbers[category_of(aoi)] * PER_CLASS
        wished = first + aoi.object_id % PER_CLASS
        free = (id for id in range(first + 1, first + PER_CLASS) if id not in taken)
        found = wished if wished != first and wished not in taken else next(free, None)
        if found is None:
            raise OutputError(
                f"MOTS has room for 999 AOIs of one category, and {labels.video} has more of "
                f"{category_of(aoi)!r}; use coco.",
                path=path,
            )
        ids[aoi.object_id] = found
        taken.add(found)
    return ids


# -------------------------------------------------------------- in


def is_ignored(id: int) -> bool:
    """It stands for a region in which nobody looked."""
    return id // PER_CLASS == IGNORED


def names_beside(file: Path) -> list[str]:
    """Names of the classes 1, 2, … in ``labels.txt`` beside the file or a folder up; else the data set's own.

    Raises:
        BadLabels: it is no text.
    """
    for folder in (file.parent, file.parent.parent):
        labels = folder / "labels.txt"
        if labels.is_file():
            return [line.strip() for line in read_text(labels).splitlines()]
    return list(_OWN)


def things_of(classes: Mapping[int, int], names: Sequence[str]) -> dict[int, FoundThing]:
    """Id → thing. Its key is the instance, where no two things have the same, and else the id.

    Args:
        classes: id → class.
        names: of the classes 1, 2, …
    """
    instances = [id % PER_CLASS for id in classes]
    short = all(id // PER_CLASS == number for id, number in classes.items())
    short = short and 0 not in instances and len(set(instances)) == len(instances)
    found = {}
    for id, number in sorted(classes.items()):
        key = id % PER_CLASS if short else id
        name = names[number - 1] if 0 < number <= len(names) else ""
        category = name or f"class {number}"
        found[id] = FoundThing(key, f"{category} {key}", category)
    return found
