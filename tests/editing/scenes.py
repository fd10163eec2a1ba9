"""Masks on small frames that can be written down by hand, and what a project says of them."""

import numpy as np

from dwell.editing import OnProject
from dwell.masks import Mask, MaskRecord, Signals
from dwell.project import Project
from dwell.prompts import MaskPrompt
from dwell.types import Direction, Origin, State

SIZE_HW = (40, 60)
NOWHERE = Mask.empty(SIZE_HW)
SIGNALS = Signals(object_score=0.5, area_ratio=1.5, frame_share=0.125)


def box(x0, y0, x1, y1):
    return Mask.from_box((x0, y0, x1, y1), SIZE_HW)


def drawn(*rows):
    """A mask from lines of text: ``#`` is mask."""
    array = np.zeros(SIZE_HW, bool)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            array[y, x] = letter == "#"
    return Mask.from_array(array)


def scene(n_frames=20, *names):
    """A project without a video, and AOIs with these names, numbered from 1."""
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=n_frames)
    for name in names:
        project.add_aoi(name)
    return OnProject(project)


def tracked(object_id, frame_idx, mask, **more):
    """What a tracker wrote."""
    state = State.VISIBLE if mask else State.ABSENT
    values = {"score": 0.75, "origin": Origin.MODEL, "direction": Direction.FORWARD, "signals": SIGNALS}
    return MaskRecord(object_id, frame_idx, mask, **({"state": state} | values | more))


def track(session, object_id, masks, **more):
    """Write a tracker's masks: one on all of some frames, or a dictionary by frame."""
    session.project.write_masks(tracked(object_id, f, mask, **more) for f, mask in masks.items())


def draw(session, object_id, frame_idx, mask):
    """An anchor as a person makes it, with its prompt."""
    session.project.add_prompt(object_id, frame_idx, MaskPrompt(mask))
    session.project.write_masks([tracked(object_id, frame_idx, mask, **BY_HAND)])


BY_HAND = {"score": float("nan"), "origin": Origin.USER, "direction": None, "signals": Signals()}


def mask_at(session, object_id, frame_idx):
    """None where nobody knows."""
    record = session.project.record(object_id, frame_idx)
    return None if record is None else record.mask


def stale_frames(session, object_id):
    coverage = session.project.coverage(object_id)
    return coverage.frame_idx[coverage.stale].tolist()


def left(report):
    """Why → frames, of a report about one AOI."""
    return {str(each.why): [f for span in each.spans for f in range(*span)] for each in report.left}


def ids(aois):
    return [each.object_id for each in aois]
