"""Boxes that a file of some format holds, gathered line by line and given frame by frame."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from dwell.errors import BadLabels
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo
from dwell.types import FloatArray, IntArray

__all__ = ["BoxTable"]

Box = tuple[float, float, float, float]


class BoxTable:
    """The boxes of one video: a few numbers each, in any order; those beyond the picture are cut off."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._whole = array("q")  # frame, key, line, keyframe of each box
        self._parts = array("d")  # x0, y0, x1, y1, score

    def add(
        self,
        frame: int,
        key: int,
        box_xyxy: Box,
        *,
        line: int,
        score: float | None = None,
        keyframe: bool = True,
    ) -> None:
        """Take one box.

        Args:
            frame: frame_idx, or any number that grows from frame to frame.
            key: of the thing.
            box_xyxy: px, x1 and y1 exclusive.
            line: 1-based, where it stands.
            score: 0 … 1.
            keyframe: a person made it.

        Raises:
            BadLabels: the box is no box.
        """
        x0, y0, x1, y1 = box_xyxy
        if not (all(map(math.isfinite, box_xyxy)) and x0 < x1 and y0 < y1):
            raise BadLabels(
                f"{self._path}, line {line}: expected a box at least a bit wide and high, found "
                f"{x1 - x0:g} × {y1 - y0:g} px; correct the line or delete it.",
                path=self._path,
                line=line,
            )
        self._whole.extend((frame, key, line, keyframe))
        self._parts.extend((*box_xyxy, math.nan if score is None else score))

    def __len__(self) -> int:
        return len(self._whole) // 4

    @property
    def frames(self) -> list[int]:
        """Each frame that has a box, ascending."""
        return [int(i) for i in np.unique(self._columns()[0][:, 0])]

    def video(
        self,
        name: str,
        size_hw: tuple[int, int],
        frames: Sequence[int],
        names: Sequence[str],
        things: Sequence[FoundThing],
        lost: Sequence[str] = (),
    ) -> FoundVideo:
        """What was found, in order of frame and key.

        Args:
            name: the video's.
            size_hw: (height, width) px.
            frames: the frame_idx of every frame that the file knows, ascending; all of ``add`` among them.
            names: one for each of them.
            things: what the keys stand for.
            lost: what is lost already.

        Raises:
            BadLabels: a thing has two boxes on one frame.
        """
        whole, parts = self._columns()
        self._check_once(whole)
        boxes, inside, n_cut = _cut(parts[:, :4], size_hw)
        whole, boxes, scores = whole[inside], boxes[inside], parts[inside, 4]
        places = np.searchsorted(np.asarray(frames, np.int64), whole[:, 0])
        n_outside = len(inside) - int(inside.sum())
        beyond = [
            f"{n_cut} {_boxes(n_cut)} beyond the picture and cut off at its edge." if n_cut else "",
            f"{n_outside} {_boxes(n_outside)} outside the picture and left out." if n_outside else "",
        ]
        return FoundVideo(
            name,
            size_hw,
            names,
            frames,
            things,
            lambda: _labels(places, whole, boxes, scores),
            len(whole),
            (*lost, *filter(None, beyond)),
        )

    def _columns(self) -> tuple[IntArray, FloatArray]:
        whole = np.array(self._whole, np.int64).reshape(-1, 4)
        parts = np.array(self._parts, np.float64).reshape(-1, 5)
        order = np.lexsort((whole[:, 1], whole[:, 0]))
        return whole[order], parts[order]

    def _check_once(self, whole: IntArray) -> None:
        same = np.flatnonzero((np.diff(whole[:, :2], axis=0) == 0).all(axis=1))
        if len(same):
            first, second = sorted(whole[same[0] : same[0] + 2, 2].tolist())
            raise BadLabels(
                f"{self._path}, line {second}: a second box of {int(whole[same[0], 1])} on the frame of line "
                f"{first}; expected one box of each on a frame. Delete one of them or give it another id.",
                path=self._path,
                line=second,
            )


def _boxes(n: int) -> str:
    return "box is" if n == 1 else "boxes are"


def _cut(boxes: FloatArray, size_hw: tuple[int, int]) -> tuple[FloatArray, np.ndarray, int]:
    height, width = size_hw
    cut = np.clip(boxes, 0, np.array([width, height, width, height], np.float64))
    inside = (cut[:, 0] < cut[:, 2]) & (cut[:, 1] < cut[:, 3])
    return cut, inside, int(((cut != boxes).any(axis=1) & inside).sum())


def _labels(places: IntArray, whole: IntArray, boxes: FloatArray, scores: FloatArray) -> Iterator[FoundLabel]:
    for place, (_, key, _, keyframe), (x0, y0, x1, y1), score in zip(
        places.tolist(), whole.tolist(), boxes.tolist(), scores.tolist(), strict=True
    ):
        yield FoundLabel(
            key,
            place,
            box_xyxy=(x0, y0, x1, y1),
            score=None if math.isnan(score) else score,
            keyframe=bool(keyframe),
        )
