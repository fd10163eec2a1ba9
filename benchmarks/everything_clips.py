"""Short clips with the true masks of things in them: annotated sequences if there are any, and a drawn one.

A clip is a folder, ``images/00000.png …`` and ``masks/<thing>/00000.png …``, so that every way to work on it
reads the same pictures from the same files.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from dwell.drawn_world import DrawnWorld
from dwell.masks import Mask
from dwell.video import Frames, open_frames

__all__ = ["DRAWN", "Clip", "clip_names", "read_clip", "write_clip"]

DRAWN = "drawn"
"""The project's own: a table top with a book and a ball, to which a hand brings a cup."""
_DRAWN_FROM = 216
"""Frame of the drawn world with which the clip begins: the cup comes back."""


@dataclass(frozen=True)
class Clip:
    """A short video and the truth of what is annotated in it."""

    name: str
    frames: Frames
    truths: dict[str, dict[int, Mask]]
    """thing → frame_idx → what is seen of it."""


def clip_names() -> list[str]:
    """The annotated sequences that are there, and the drawn clip."""
    folder = _annotated()
    there = sorted(each.name for each in folder.iterdir() if each.is_dir()) if folder else []
    return [*there, DRAWN]


def write_clip(name: str, folder: Path, n_frames: int | None = None) -> Path:
    """Write the first frames of a clip, all if there is no limit, into a new folder; returns the folder."""
    (folder / "images").mkdir(parents=True)
    if name == DRAWN:
        _draw(folder, n_frames or 90)
    else:
        _copy(name, folder, n_frames)
    return folder


def read_clip(folder: Path) -> Clip:
    """The clip in a folder."""
    truths = {
        thing.name: {int(path.stem): _read_mask(path) for path in sorted(thing.iterdir())}
        for thing in sorted((folder / "masks").iterdir())
    }
    return Clip(folder.name, open_frames(folder / "images"), truths)


def _annotated() -> Path | None:
    for place in (os.environ.get("DWELL_TEST_DATA"), Path(__file__).parents[2] / "shared" / "data"):
        if place and (Path(place) / "davis16").is_dir():
            return Path(place) / "davis16"
    return None


def _copy(name: str, folder: Path, n_frames: int | None) -> None:
    source = _annotated()
    if source is None or not (source / name).is_dir():
        raise SystemExit(f"No clip {name!r}; there are: {', '.join(clip_names())}.")
    (folder / "masks" / "it").mkdir(parents=True)
    for i, path in enumerate(sorted((source / name / "images").iterdir())[:n_frames]):
        shutil.copy(path, folder / "images" / f"{i:05d}{path.suffix}")
    for i, path in enumerate(sorted((source / name / "masks").iterdir())[:n_frames]):
        shutil.copy(path, folder / "masks" / "it" / f"{i:05d}.png")


def _draw(folder: Path, n_frames: int) -> None:
    world = DrawnWorld(filler_s=0.0)
    for i, frame_idx in enumerate(range(_DRAWN_FROM, _DRAWN_FROM + n_frames)):
        _write(folder / "images" / f"{i:05d}.png", world.frame(frame_idx)[:, :, ::-1])
        for thing, mask in world.truth(frame_idx).items():
            _write(folder / "masks" / thing / f"{i:05d}.png", mask.astype(np.uint8) * 255)


def _write(path: Path, picture: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), picture):
        raise OSError(f"{path} could not be written.")


def _read_mask(path: Path) -> Mask:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise OSError(f"{path} is no picture.")
    return Mask.from_array(picture > 127)
