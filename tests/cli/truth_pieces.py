"""The still scene as a recording, and pieces by name that know its truth: quick, and every mask exact."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from PIL import Image

from dwell.segmenters.contract import Detection
from everything.scenes import SCENES
from everything.truth import TruthBackend, TruthProposer

START_NS, FRAME_NS = 1_767_258_000_000_000_000, 40_000_000
SAMPLES = 8
"""Gaze samples a frame."""


class StillBackend(TruthBackend):
    """Tracks the still scene."""

    def __init__(self) -> None:
        super().__init__(SCENES["still"]())


class StillProposer(TruthProposer):
    """Finds what is in the still scene."""

    def __init__(self) -> None:
        super().__init__(SCENES["still"]())


def write_still(folder: Path, *, gaze: bool = True) -> Path:
    """Numbered images; gaze is on the ball in frames 5 … 14 and on the cup's handle in frames 20 … 24."""
    scene = SCENES["still"]()
    folder.mkdir(parents=True)
    for frame_idx, image in scene.frames.stream(0, scene.n_frames):
        Image.fromarray(image).save(folder / f"shot_{frame_idx:04d}.png")
    times = START_NS + FRAME_NS * np.arange(scene.n_frames, dtype=np.int64)
    pd.DataFrame({"frame_index": range(scene.n_frames), "timestamp_ns": times}).to_csv(
        folder / "frames.csv", index=False
    )
    if gaze:
        looks = {"ball": range(5, 15), "handle": range(20, 25)}
        _gaze(scene, looks).to_csv(folder / "gaze.csv", index=False)
        _fixations(scene, looks).to_csv(folder / "fixations.csv", index=False)
    return folder


def _inside(scene, name: str) -> tuple[float, float]:
    """A place well inside a thing."""
    y, x = np.nonzero(scene.mask(name, 0).to_array())
    nearest = np.argmin(np.hypot(x - np.median(x), y - np.median(y)))
    return float(x[nearest]) + 0.5, float(y[nearest]) + 0.5


def _gaze(scene, looks: dict[str, range]) -> pd.DataFrame:
    n = scene.n_frames * SAMPLES
    xy = np.full((n, 2), 2.5)  # on the wall
    for name, frames in looks.items():
        xy[frames.start * SAMPLES : frames.stop * SAMPLES] = _inside(scene, name)
    times = START_NS + FRAME_NS // SAMPLES * np.arange(n, dtype=np.int64)
    return pd.DataFrame({"timestamp [ns]": times, "gaze x [px]": xy[:, 0], "gaze y [px]": xy[:, 1]})


def _fixations(scene, looks: dict[str, range]) -> pd.DataFrame:
    rows = []
    for number, (name, frames) in enumerate(looks.items(), 1):
        start, end = (START_NS + FRAME_NS * each for each in (frames.start, frames.stop))
        x, y = _inside(scene, name)
        rows.append((number, start, end, (end - start) // 1_000_000, x, y))
    columns = ("fixation id", "start timestamp [ns]", "end timestamp [ns]", "duration [ms]")
    return pd.DataFrame(rows, columns=[*columns, "fixation x [px]", "fixation y [px]"])


class StillDetector:
    """Knows the things of the still scene by their names."""

    name = "truth"

    def describe(self) -> dict[str, str]:
        return {"detector": self.name}

    def detect(self, image, phrases, floor=0.05):
        frame_idx, left, top = self._place_of(image)
        masks = SCENES["still"]().masks(frame_idx)
        return [
            Detection(self._box_in(image, masks[each], left, top), each, 0.9, 0.9)
            for each in phrases
            if each in masks and masks[each].box_xyxy[2] > left and masks[each].box_xyxy[3] > top
        ]

    @staticmethod
    def _place_of(crop) -> tuple[int, int, int]:
        """(frame, left, top) of a piece of one of the scene's pictures."""
        scene = SCENES["still"]()
        for frame_idx, picture in scene.frames.stream(0, scene.n_frames):
            differs = cv2.matchTemplate(picture, crop, cv2.TM_SQDIFF)
            top, left = np.unravel_index(differs.argmin(), differs.shape)
            height, width = crop.shape[:2]
            if (picture[top : top + height, left : left + width] == crop).all():
                return frame_idx, int(left), int(top)
        raise ValueError("This is no piece of the still scene.")

    @staticmethod
    def _box_in(crop, mask, left: int, top: int) -> tuple[float, float, float, float]:
        """The box of what the crop shows of a mask."""
        x0, y0, x1, y1 = mask.box_xyxy
        height, width = crop.shape[:2]
        found = max(x0 - left, 0), max(y0 - top, 0), min(x1 - left, width), min(y1 - top, height)
        return tuple(map(float, found))
