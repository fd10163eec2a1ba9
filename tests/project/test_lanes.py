"""Two bytes per frame, beside a slow loop over records."""

import math
import random

import numpy as np
import pytest

from dwell.masks import Mask, MaskRecord, Signals
from dwell.project import LaneBits, Project
from dwell.types import Direction, Origin, State
from project.drawing import N_FRAMES, SIZE_HW, by_model, by_user, square_mask


def slow_lane(project, object_id):
    """Byte by byte, from single records."""
    out = bytearray()
    coverage = project.coverage(object_id)
    stale = dict(zip(coverage.frame_idx.tolist(), coverage.stale.tolist(), strict=True))
    for frame_idx in range(project.source.n_frames):
        record = project.record(object_id, frame_idx)
        if record is None:
            out += bytes([0, 255])
            continue
        state = {State.VISIBLE: 1, State.ABSENT: 2, State.LOST: 3}[record.state]
        flags = 4 * record.approved + 8 * (record.origin is Origin.USER)
        flags += 16 * stale[frame_idx] + 32 * record.check
        doubt = record.signals.doubt(record.score)
        out += bytes([state + flags, 255 if math.isnan(doubt) else int(np.round(doubt * 254))])
    return bytes(out)


def test_a_lane_by_hand(project):
    project.add_aoi("cup")
    assert project.lane(1) == bytes([0, 255]) * N_FRAMES
    lost = MaskRecord(1, 4, Mask.empty(SIZE_HW), State.LOST, 0.0, Origin.MODEL, Direction.FORWARD, check=True)
    gone = MaskRecord(1, 5, Mask.empty(SIZE_HW), State.ABSENT, math.nan, Origin.USER, None)
    project.write_masks([by_user(1, 2), by_model(1, 3), lost, gone, by_model(1, 6)])
    project.mark_stale(1, 6, 7)
    project.set_approved(1, 3, 4)
    lane = np.frombuffer(project.lane(1), np.uint8).reshape(-1, 2)
    assert lane[2:7, 0].tolist() == [1 + 8, 1 + 4, 3 + 32, 2 + 8, 1 + 16]
    assert lane[2:7, 1].tolist() == [255, 64, 254, 255, 64]  # of scores 0.75: a doubt of 63.5 / 254
    assert lane[3, 0] & LaneBits.STATE == LaneBits.VISIBLE
    assert lane[3, 0] & LaneBits.APPROVED
    assert project.n_known(1) == 3


def _signals(rng):
    def maybe(value):
        return value if rng.random() < 0.6 else math.nan

    return Signals(
        object_score=maybe(rng.random()),
        iou_estimate=maybe(rng.random()),
        area_ratio=maybe(math.exp(rng.gauss(0, 0.7))),
        shift=maybe(rng.random()),
        new_parts=rng.choice([0, 0, 0, 1, 3]),
        agreement=maybe(rng.random()),
    )


@pytest.mark.parametrize("seed", range(6))
def test_lanes_of_anything(seed):
    rng = random.Random(seed)
    with Project.in_memory(size_hw=SIZE_HW, n_frames=120) as project:
        for name in ("cup", "pot"):
            object_id = project.add_aoi(name).object_id
            for frame_idx in rng.sample(range(120), 80):
                state = rng.choice([State.VISIBLE, State.ABSENT, State.LOST])
                mask = square_mask(5) if state is State.VISIBLE else Mask.empty(SIZE_HW)
                score = rng.choice([rng.random(), math.nan])
                record = MaskRecord(
                    object_id, frame_idx, mask, state, score, Origin.MODEL, Direction.BOTH,
                    check=rng.random() < 0.2, signals=_signals(rng),
                )  # fmt: skip
                project.write_masks([by_user(object_id, frame_idx) if rng.random() < 0.1 else record])
            start = rng.randrange(100)
            project.set_approved(object_id, start, start + 20)
            project.mark_stale(object_id, 30, 60)
        for object_id in (1, 2):
            lane = project.lane(object_id)
            assert lane == slow_lane(project, object_id)
            state, stale = np.frombuffer(lane, np.uint8)[::2] & 3, np.frombuffer(lane, np.uint8)[::2] & 16
            assert project.n_known(object_id) == int((((state == 1) | (state == 2)) & (stale == 0)).sum())


def test_a_removed_aoi_has_an_empty_lane(project):
    project.add_aoi("cup")
    project.write_masks([by_model(1, 0)])
    project.remove_aoi(1)
    assert project.lane(1) == bytes([0, 255]) * N_FRAMES
    assert project.n_known(1) == 0
