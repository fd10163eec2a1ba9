"""Small things that the tests of the project write and read back."""

import sqlite3
from pathlib import Path

import numpy as np

from dwell.masks import Mask, MaskRecord
from dwell.project import Project, Source
from dwell.types import Direction, Origin, State

SIZE_HW = (40, 60)
N_FRAMES = 1000


def a_source(**changes) -> Source:
    values = {
        "path": "recordings/kitchen",
        "kind": "neon",
        "recording_id": "4f2a",
        "recording_name": "kitchen",
        "size_hw": SIZE_HW,
        "n_frames": N_FRAMES,
        "fingerprint": "abc",
        "options": {"offset_px": [3, 4]},
    }
    return Source(**(values | changes))


def square_mask(side: int, frame_idx: int = 0) -> Mask:
    array = np.zeros(SIZE_HW, bool)
    left = frame_idx % 30
    array[5 : 5 + side, left : left + side] = True
    return Mask.from_array(array)


def by_model(
    object_id: int, frame_idx: int, side: int = 10, direction: Direction = Direction.FORWARD
) -> MaskRecord:
    mask = square_mask(side, frame_idx)
    return MaskRecord(object_id, frame_idx, mask, State.VISIBLE, 0.75, Origin.MODEL, direction)


def by_user(object_id: int, frame_idx: int, side: int = 10) -> MaskRecord:
    mask = square_mask(side, frame_idx)
    return MaskRecord(object_id, frame_idx, mask, State.VISIBLE, float("nan"), Origin.USER, None)


def areas(project: Project, object_id: int) -> dict[int, int]:
    """Area of each mask of an AOI, by frame."""
    masklet = project.masklet(object_id)
    return dict(zip(masklet.frame_idx.tolist(), masklet.area.tolist(), strict=True))


def everything(project: Project) -> dict:
    """All that undo governs, read through the public methods."""
    return {
        "aois": project.aois(),
        "prompts": project.prompts(),
        "masks": {aoi.object_id: _masks(project, aoi.object_id) for aoi in project.aois()},
        "marks": project.fixation_marks(),
    }


def _masks(project: Project, object_id: int) -> list[tuple]:
    coverage = project.coverage(object_id)
    rows = []
    for frame_idx, stale in zip(coverage.frame_idx.tolist(), coverage.stale.tolist(), strict=True):
        record = project.record(object_id, frame_idx)
        score = None if np.isnan(record.score) else record.score
        said = (record.state, record.approved, record.origin, score, record.signals)
        rows.append((frame_idx, stale, record.mask, *said))
    return rows


def raw(path: Path, *statements: str) -> list[tuple]:
    """Run SQL on a closed project's file, behind Dwell's back; rows of the last statement."""
    db = sqlite3.connect(path / "project.db", isolation_level=None)
    try:
        rows: list[tuple] = []
        for statement in statements:
            rows = db.execute(statement).fetchall()
        return rows
    finally:
        db.close()
