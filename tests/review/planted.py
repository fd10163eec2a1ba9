"""A tracked recording with a failure planted in it, in memory; gaze rests on both discs in turn.

The scene of ``shape_recordings``: red moves right, one px a frame; gaze follows it in frames 10 … 19 and
rests on blue in frames 30 … 39, 8 samples of 5 ms in each frame of 40 ms. The tracker is sure of itself
(score 0.95), but over some frames red's mask lies 30 px lower than red, and its score is 0.3. A degree is 2
px wide, so that the discs, of a radius of 4°, have a middle far from their border.
"""

import numpy as np

from dwell.gaze import MappingOptions, Section, map_gaze
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.types import AOI, Direction, Origin, State
from shape_recordings import shapes_world

WORLD = shapes_world()
SECTION = Section("r", "R", WORLD.start_ns)
SIZE_HW = WORLD.size_hw
AOIS = {name: AOI(i + 1, name, "#0072b2") for i, name in enumerate(WORLD.names)}
PLANTED = range(12, 16)
MAPPING = MappingOptions(px_per_degree=2.0)


def record(
    name, frame_idx, *, mask=None, score=0.95, state=State.VISIBLE, direction=Direction.FORWARD, **more
):
    """A model's answer; the mask is the truth unless another is given."""
    truth = WORLD.truth(frame_idx)[name]
    array = np.zeros(SIZE_HW, bool) if state is not State.VISIBLE else truth if mask is None else mask
    return MaskRecord(
        object_id=AOIS[name].object_id,
        frame_idx=frame_idx,
        mask=Mask.from_array(array),
        state=state,
        score=score,
        origin=Origin.MODEL,
        direction=direction,
        **more,
    )


def by_hand(name, frame_idx):
    """The truth, as a person would mark it."""
    mask = Mask.from_array(WORLD.truth(frame_idx)[name])
    return MaskRecord(AOIS[name].object_id, frame_idx, mask, State.VISIBLE, np.nan, Origin.USER, None)


def shifted(name, frame_idx, down_px=30):
    """The truth, moved down."""
    return np.roll(WORLD.truth(frame_idx)[name], down_px, axis=0)


def masklet(name, changes=(), left_out=()):
    """A masklet of every frame but those left out; ``changes``: records that replace what is right."""
    records = {i: record(name, i) for i in range(WORLD.n_frames) if i not in left_out}
    records |= {each.frame_idx: each for each in changes}
    return Masklet.from_records(AOIS[name], SIZE_HW, records.values())


def planted(frames=PLANTED, score=0.3):
    """Red's masks, wrong on some frames."""
    return masklet("red", [record("red", i, mask=shifted("red", i), score=score) for i in frames])


def mapped(*masklets, options=MAPPING):
    return map_gaze(WORLD.gaze, WORLD.clock, masklets, options)
