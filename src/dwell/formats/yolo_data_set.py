"""Where the parts of a YOLO data set are: ``data.yaml``, pictures, and a text file for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dwell.errors import BadLabels
from dwell.formats.text_reading import read_text

__all__ = ["DataSet", "LabelFile", "open_data_set"]

Check = Callable[[Path], object]
"""Called with each path before anything is read there; raises where nothing may be read."""

_PARTS = ("train", "val", "validation", "test", "minival")


@dataclass(frozen=True)
class LabelFile:
    """One text file of labels."""

    path: Path
    place: str
    """Below ``labels``, without the ending, ``/`` between folders."""
    beside: Path
    """Its picture's path, but for the ending."""

    def pictures(self, endings: Sequence[str]) -> Iterator[Path]:
        """Paths that its picture may have."""
        for ending in endings:
            yield self.beside.with_name(self.beside.name + ending)
            yield self.beside.with_name(self.beside.name + ending.upper())


@dataclass(frozen=True)
class DataSet:
    """A data set as its ``data.yaml`` describes it."""

    root: Path
    names: tuple[str, ...] | None
    """Of the classes 0, 1, …; None: it does not say."""
    files: tuple[LabelFile, ...]


def open_data_set(path: Path, check: Check = lambda path: None) -> DataSet:
    """The data set of a ``data.yaml``, or of the folder with one; the files of labels are listed, not read.

    As Ultralytics does: ``path`` is the root, or the folder of the file; ``labels`` takes the place of the
    last ``images`` in the path of a picture, and a file without that is beside the picture. So a data set may
    lead anywhere; ``check`` is asked where that is not wanted.

    Raises:
        BadLabels: there is no such file, or it is damaged.
    """
    file = _yaml_file(path)
    check(file)
    data = _load(file)
    root = file.parent
    named = root / str(data.get("path") or "")
    roots = [named, root] if named.is_dir() else [root]
    folders = [entry for part in _PARTS for entry in _entries(file, data, part)]
    found: dict[Path, LabelFile] = {}
    for entry in folders:
        for each in _label_files(_place(roots, entry), check):
            found.setdefault(each.path.resolve(), each)
    return DataSet(root, _names(file, data), tuple(found.values()))


def _yaml_file(path: Path) -> Path:
    if path.is_file():
        return path
    files = [path / "data.yaml", *sorted(path.glob("*.yaml")), *sorted(path.glob("*.yml"))]
    for file in files:
        if file.is_file():
            return file
    raise BadLabels(
        f"{path}: expected a folder with data.yaml, which names the classes and the folders of pictures; "
        "found none. Give the folder that has it, or the file itself.",
        path=path,
    )


def _load(file: Path) -> dict[str, Any]:
    if file.suffix.lower() not in (".yaml", ".yml"):
        raise BadLabels(f"{file}: expected data.yaml; name that file or its folder.", path=file)
    line = None
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        at = f", line {line}" if line else ""
        reason = getattr(error, "problem", None) or error
        raise BadLabels(f"{file}{at}: no YAML ({reason}); correct it.", path=file, line=line) from error
    if not isinstance(data, dict) or not any(part in data for part in _PARTS):
        raise BadLabels(
            f"{file}: expected the keys train and val, which name folders of pictures; found neither. Add "
            "them.",
            path=file,
        )
    return data


def _entries(file: Path, data: dict[str, Any], part: str) -> list[str]:
    value = data.get(part)
    entries = value if isinstance(value, list) else [] if value is None else [value]
    for entry in entries:
        if not isinstance(entry, str):
            raise BadLabels(
                f"{file}: expected the name of a folder as {part}, found {entry!r}; correct it.", path=file
            )
    return entries


def _names(file: Path, data: dict[str, Any]) -> tuple[str, ...] | None:
    names = data.get("names")
    if isinstance(names, dict) and sorted(names) == list(range(len(names))):
        names = [names[i] for i in range(len(names))]
    if names is None:
        return None
    if not isinstance(names, list):
        raise BadLabels(
            f"{file}: expected a list of names, or names by 0, 1, 2, …, as names; found {names!r}. "
            "Correct it.",
            path=file,
        )
    return tuple(str(name) for name in names)


def _place(roots: Sequence[Path], entry: str) -> Path:
    """Where a folder of pictures is, or its labels; ``../`` is dropped where that leads nowhere."""
    for root in roots:
        for name in (entry, entry.removeprefix("../")):
            if (root / name).exists() or _labels_of(root / name).exists():
                return root / name
    return roots[0] / entry


def _label_files(place: Path, check: Check) -> Iterator[LabelFile]:
    check(place)
    if place.suffix == ".txt" and place.is_file():
        yield from _listed(place, check)
        return
    folder = _labels_of(place)
    check(folder)
    for path in sorted(folder.rglob("*.txt")):
        if path.name == "classes.txt":  # labelImg keeps the names there
            continue
        check(path)
        below = path.relative_to(folder).with_suffix("")
        yield LabelFile(path, "/".join((place.name, *below.parts)), place / below)


def _listed(lists: Path, check: Check) -> Iterator[LabelFile]:
    """A file of a part of the data set that has the path of a picture on each line."""
    for text in read_text(lists).splitlines():
        if text.strip():
            picture = lists.parent / text.strip()
            labels = _labels_of(picture.with_suffix(".txt"))
            check(picture)
            check(labels)
            if labels.is_file():
                yield LabelFile(labels, f"{picture.parent.name}/{picture.stem}", picture.with_suffix(""))


def _labels_of(pictures: Path) -> Path:
    """The same path with ``labels`` for the last ``images``."""
    parts = list(pictures.parts)
    for i in range(len(parts) - 1, -1, -1):
        if parts[i] == "images":
            parts[i] = "labels"
            return Path(*parts)
    return pictures
