"""However many masks there are, few are in memory at a time: JSON labels are written as they are made."""

import tracemalloc

import numpy as np
import pytest

from dwell.formats.contract import WriteOptions
from dwell.masks import Mask, Masklet
from dwell.registry import FORMATS, load
from dwell.types import AOI
from formats.drawn import labels_of

SIZE_HW = (120, 160)
N_FRAMES = 300
MOIRE = Mask.from_array((np.add.outer(np.arange(120), np.arange(160)) % 3 == 0) & (np.arange(160) < 30))
STRING = MOIRE.to_bytes()


def stored_elsewhere(object_id):
    """A masklet whose strings are made when asked for, as a project's are read from disk."""
    n = N_FRAMES
    return Masklet.from_rows(
        AOI(object_id, f"aoi {object_id}", "#123456"),
        SIZE_HW,
        load_counts=lambda rows: [STRING[:1] + STRING[1:] for _ in rows],
        frame_idx=np.arange(n),
        state=np.zeros(n),
        score=np.ones(n),
        area=np.full(n, MOIRE.area),
        boxes_xyxy=np.tile(MOIRE.box_xyxy, (n, 1)),
        approved=np.zeros(n),
        check=np.zeros(n),
        origin=np.ones(n),
        direction=np.zeros(n),
    )


def peak_bytes(format, n_aois, out):
    labels = labels_of([stored_elsewhere(i) for i in range(1, n_aois + 1)], N_FRAMES, size_hw=SIZE_HW)
    tracemalloc.start()
    try:
        report = format.write([labels], out, WriteOptions())
        return tracemalloc.get_traced_memory()[1], report
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["coco", "ytvis", "burst", "sa-v"])
def test_three_times_the_masks_take_no_more_memory(name, tmp_path):
    format = load(FORMATS, name)()
    few, _ = peak_bytes(format, 8, tmp_path / "few")
    many, report = peak_bytes(format, 24, tmp_path / "many")
    assert report.n_masks == 24 * N_FRAMES
    assert report.path.stat().st_size > 24 * N_FRAMES * len(STRING) > 10_000_000
    assert many - few < 2_000_000
