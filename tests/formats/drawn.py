"""Labels that the tests of formats draw: a few by hand, and any number at random."""

import numpy as np
from hypothesis import strategies as st

from dwell.formats.contract import Labels
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.types import AOI, Origin, State

SIZE_HW = (20, 30)
CUP, SPOON = AOI(1, "cup", "#e69f00"), AOI(3, "spoon", "#56b4e9", category="cutlery")


def square(y0, x0, y1, x1, size_hw=SIZE_HW):
    """(h, w) bool: True in rows y0 … y1 - 1 and columns x0 … x1 - 1."""
    mask = np.zeros(size_hw, dtype=bool)
    mask[y0:y1, x0:x1] = True
    return mask


def masklet(aoi, masks_hw, *, lost=(), absent=(), approved=(), user=(), size_hw=SIZE_HW):
    """A masklet of arrays by frame; by default a model tracked it."""
    rows = [
        MaskRecord(
            aoi.object_id,
            i,
            Mask.from_array(array),
            State.VISIBLE,
            float("nan") if i in user else 0.9,
            Origin.USER if i in user else Origin.MODEL,
            None,
            approved=i in approved,
        )
        for i, array in masks_hw.items()
    ]
    for state, frames in ((State.LOST, lost), (State.ABSENT, absent)):
        rows += [
            MaskRecord(aoi.object_id, i, Mask.empty(size_hw), state, 0.1, Origin.MODEL, None) for i in frames
        ]
    return Masklet.from_records(aoi, size_hw, rows)


def labels_of(masklets, n_frames, video="drawn", size_hw=SIZE_HW, **more):
    """Labels of a video whose frames are named 00000, 00001, …"""
    return Labels(masklets, size_hw, [f"{i:05d}" for i in range(n_frames)], video, **more)


def arrays_of(labels):
    """(object_id, frame_idx) → (h, w) bool of all that is visible on the frames to write."""
    found = {}
    for frame_idx in labels.frames:
        for aoi, mask in labels.visible_at(frame_idx):
            found[aoi.object_id, frame_idx] = mask.to_array()
    return found


@st.composite
def random_masks(draw, size_hw):
    """(h, w) bool with at least a pixel: blots with holes, one pixel, a border, the whole frame."""
    kind = draw(st.sampled_from(["blots", "pixel", "full", "border", "hole"]))
    height, width = size_hw
    mask = np.zeros(size_hw, bool)
    if kind == "full":
        mask[:] = True
    elif kind == "pixel":
        mask[draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))] = True
    elif kind == "border":
        mask[0], mask[:, -1] = True, True
    elif kind == "hole":
        mask[1:-1, 1:-1] = True
        mask[height // 2, width // 2] = mask.sum() == 1  # 3 × 3 px are too few for a hole
    else:
        rng = np.random.default_rng(draw(st.integers(0, 2**31)))
        mask = rng.random(size_hw) < draw(st.floats(0.05, 0.95))
        mask[rng.integers(height), rng.integers(width)] = True
    return mask


@st.composite
def random_labels(draw, *, high_ids=True, size_hw=None):
    """Holes, borders, single pixels, whole and empty frames, ids above 255 and names of any script."""
    size = size_hw or (draw(st.integers(3, 12)), draw(st.integers(3, 12)))
    n_frames = draw(st.integers(1, 4))
    ids = draw(st.lists(st.integers(1, 1000 if high_ids else 255), unique=True, max_size=3))
    name = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=8)
    names = draw(st.lists(name, unique_by=str.casefold, min_size=len(ids), max_size=len(ids)))
    masklets = []
    for object_id, aoi_name in zip(sorted(ids), names, strict=True):
        frames = draw(st.lists(st.integers(0, n_frames - 1), unique=True))
        masks = {i: draw(random_masks(size)) for i in frames}
        category = draw(st.sampled_from([None, "animal", "Gefäß"]))
        colour = f"#{draw(st.integers(0, 0xFFFFFF)):06x}"
        masklets.append(masklet(AOI(object_id, aoi_name, colour, category), masks, size_hw=size))
    return labels_of(masklets, n_frames, size_hw=size)
