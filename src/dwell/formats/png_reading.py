"""Reading of plain PNGs, one per AOI and frame: with ``labels.json``, or as other programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dwell.errors import BadLabels
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo
from dwell.formats.indexed_folder import folders_of_pngs, natural_order, number_of, pngs_in
from dwell.formats.indexed_png import check_opaque, kind_of, open_png
from dwell.formats.json_reading import Entry, read_json
from dwell.masks import Mask
from dwell.types import BoolArray, ProgressFn, State

__all__ = ["LABELS_JSON", "MARK", "files_listed", "is_png", "read_png"]

LABELS_JSON = "labels.json"
MARK = "dwell png"
"""What ``labels.json`` says that it belongs to."""
_ID_FIRST = re.compile(r"0*([1-9]\d{0,8})(?:[_ -]+(.*))?")
"""Name of a folder that begins with an id: ``3_cup``, ``3``."""


def is_png(path: Path) -> bool:
    """The folder of a video, or one of such folders; only the first bytes of ``labels.json`` are read."""
    return any(f'"{MARK}"'.encode() in _head(file) for file in _lists(path)[:1])


def read_png(path: Path, progress: ProgressFn | None) -> list[FoundVideo]:
    """Every video in a folder.

    Raises:
        BadLabels: there is none, a PNG is missing, damaged or of another size, or ``labels.json`` is wrong.
    """
    lists = _lists(path)
    videos = [_listed_video(file) for file in lists] if lists else _plain_videos(path)
    for done, video in enumerate(videos, start=1):
        video.check()
        if progress is not None:
            progress(done, len(videos))
    return [video.found for video in videos]


def files_listed(folder: Path) -> list[Path]:
    """The PNGs that ``labels.json`` in this folder lists; none if it is not there.

    Raises:
        BadLabels: it is no list of this format.
    """
    file = folder / LABELS_JSON
    aois = _listed_video(file, only_listed=True).aois if file.is_file() else []
    return [path for aoi in aois for path in aoi.files.values()]


def _lists(path: Path) -> list[Path]:
    if path.name == LABELS_JSON and path.is_file():
        return [path]
    own = path / LABELS_JSON
    return [own] if own.is_file() else sorted(path.glob(f"*/{LABELS_JSON}"))


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(200)


@dataclass(frozen=True)
class _Aoi:
    """A folder of PNGs."""

    thing: FoundThing
    folder: Path
    files: Mapping[str, Path]
    """Frame's name → its PNG."""
    states: Mapping[str, State] = field(default_factory=dict)
    """Frame's name → what it is there, where it is not visible."""


@dataclass(frozen=True)
class _Video:
    """What ``labels.json`` says, or the folders."""

    name: str
    size_hw: tuple[int, int]
    names: Sequence[str]
    numbers: Sequence[int] | None
    aois: Sequence[_Aoi]
    is_listed: bool
    """``labels.json`` says all this; otherwise names are all there is."""

    @property
    def found(self) -> FoundVideo:
        """As a reader gives it."""
        n_labels = sum(len(aoi.files) + len(aoi.states) for aoi in self.aois)
        things = [aoi.thing for aoi in self.aois]
        return FoundVideo(
            self.name,
            self.size_hw,
            self.names,
            self.numbers,
            things,
            self.labels,
            n_labels,
            numbers_are_names=not self.is_listed,
        )

    def labels(self) -> Iterator[FoundLabel]:
        """Frame by frame."""
        for frame, name in enumerate(self.names):
            for aoi in self.aois:
                if name in aoi.files:
                    yield self._label(aoi, frame, aoi.files[name])
                elif name in aoi.states:
                    yield FoundLabel(aoi.thing.key, frame, state=aoi.states[name])

    def check(self) -> None:
        """Every PNG is there, of a known frame and of the right size; pixels are not looked at yet."""
        for aoi in self.aois:
            unknown = sorted(aoi.files.keys() - set(self.names))
            if unknown:
                raise BadLabels(
                    f"{aoi.files[unknown[0]]}: expected the name of a frame that {LABELS_JSON} lists; found "
                    f"{unknown[0]!r}. Delete the PNG, or add the frame to the list.",
                    path=aoi.files[unknown[0]],
                )
            for file in aoi.files.values():
                self._check_size(file)

    def _check_size(self, file: Path) -> None:
        kind = kind_of(file)
        if kind is None:
            raise BadLabels(
                f"{file}: expected a PNG; found none. Export or copy it again, or take it off {LABELS_JSON}.",
                path=file,
            )
        if kind.size_hw != self.size_hw:
            height, width = self.size_hw
            raise BadLabels(
                f"{file}: expected {width}×{height} px as the others have; found {kind.size_hw[1]}×"
                f"{kind.size_hw[0]}. Export or copy it again.",
                path=file,
            )

    def _label(self, aoi: _Aoi, frame: int, file: Path) -> FoundLabel:
        mask = Mask.from_array(_white(file))
        return (
            FoundLabel(aoi.thing.key, frame, mask)
            if mask
            else FoundLabel(aoi.thing.key, frame, state=State.ABSENT)
        )


def _white(file: Path) -> BoolArray:
    """(h, w) bool: what is not black in a picture of black and one other shade.

    Raises:
        BadLabels: it has more shades, or is damaged.
    """
    image = open_png(file)
    check_opaque(image, file)
    pixels = np.atleast_3d(np.asarray(image))[..., :3]
    pixels = pixels[..., :1] if image.mode == "LA" else pixels
    black = pixels == 0
    if not (black | (pixels == pixels.max())).all():
        shades = np.unique(pixels)
        raise BadLabels(
            f"{file}: expected black, and one shade where the object is; found {len(shades)} shades. Save it "
            "without soft edges; PNGs of many objects are read as davis.",
            path=file,
        )
    white: BoolArray = ~black.all(axis=2)
    return white


# -------------------------------------------------------------- with labels.json


def _listed_video(file: Path, *, only_listed: bool = False) -> _Video:
    top = read_json(file)
    if top.text("format") != MARK or top.whole("version") != 1:
        raise top.bad(
            "format",
            f"{MARK!r}, version 1",
            [top.get("format"), top.get("version")],
            "it is of another program or a newer Dwell",
        )
    frames = list(top.entries("frames"))
    names = [frame.text("name") for frame in frames]
    numbers = [frame.whole("frame_idx") for frame in frames]
    if len(set(names)) != len(names) or sorted(set(numbers)) != numbers:
        raise top.bad("frames", "frames in order, none twice", numbers)
    aois = [_listed_aoi(each, file.parent, only_listed) for each in top.entries("aois")]
    keys = [aoi.thing.key for aoi in aois]
    if len(set(keys)) != len(keys):
        raise top.bad("aois", "each object_id once", sorted(keys))
    return _Video(top.text("video"), top.size_hw(), names, numbers, aois, is_listed=True)


def _listed_aoi(entry: Entry, folder: Path, only_listed: bool) -> _Aoi:
    thing = FoundThing(
        entry.whole("object_id", 1),
        entry.text("name"),
        entry.some_text("category"),
        entry.colour("colour"),
        entry.some_whole("part_of", 1),
    )
    inner = folder / _plain(entry, "folder", entry.text("folder"))
    shown = enumerate(entry.texts("visible"))
    listed = {name: inner / f"{_plain(entry, f'visible[{i}]', name)}.png" for i, name in shown}
    more = {path.stem: path for path in pngs_in(inner)} if inner.is_dir() and not only_listed else {}
    states = {
        name: state
        for state in (State.ABSENT, State.LOST)
        for name in (entry.texts(state.value) if entry.has(state.value) else ())
        if name not in listed and name not in more
    }
    return _Aoi(thing, inner, {**listed, **more}, states)


def _plain(entry: Entry, key: str, name: str) -> str:
    """The name of a file or folder, which leads nowhere else."""
    if name in (".", "..") or re.search(r"[/\\\0]", name):
        raise entry.bad(key, "a name without / and \\", name)
    return name


# -------------------------------------------------------------- as other programs write them


def _plain_videos(path: Path) -> list[_Video]:
    folders = [folder for folder in folders_of_pngs(path, 2) if folder != path]
    if not folders:
        raise BadLabels(
            f"{path}: expected a folder for each object, with a PNG for each frame; found none. Name the "
            "folder that holds those of the objects; PNGs of many objects are read as davis.",
            path=path,
        )
    parents = list(dict.fromkeys(folder.parent for folder in folders))
    return [
        _plain_video(parent, [folder for folder in folders if folder.parent == parent]) for parent in parents
    ]


def _plain_video(parent: Path, folders: Sequence[Path]) -> _Video:
    ids = [_ID_FIRST.fullmatch(folder.name) for folder in folders]
    keys = [int(match[1]) for match in ids if match]
    numbered = len(set(keys)) == len(folders)
    aois = []
    for place, (folder, match) in enumerate(zip(folders, ids, strict=True), start=1):
        key = int(match[1]) if numbered and match else place
        name = (match[2] or f"object {key}") if numbered and match else folder.name
        aois.append(_Aoi(FoundThing(key, name), folder, {file.stem: file for file in pngs_in(folder)}))
    names = sorted({name for aoi in aois for name in aoi.files}, key=natural_order)
    known = [number for name in names if (number := number_of(name)) is not None]
    kind = kind_of(pngs_in(folders[0])[0])
    size_hw = kind.size_hw if kind else (0, 0)
    numbers = known if len(set(known)) == len(names) else None
    return _Video(parent.name, size_hw, names, numbers, aois, is_listed=False)
