"""A blank sheet is one frame, and no filler; nor is a still of one colour."""

import numpy as np
import pytest
from PIL import Image

from dwell.errors import FrameOutOfRange
from dwell.video import BlankSheet, find_filler, open_frames


def test_a_blank_sheet_is_one_light_frame(tmp_path):
    with BlankSheet(tmp_path / "surface_positions.csv", (30, 40)) as sheet:
        assert (len(sheet), sheet.size_hw, sheet.pts_ns.tolist()) == (1, (30, 40), [0])
        assert sheet.read(0).shape == (30, 40, 3)
        assert sheet.name(0) == "surface_positions"
        assert [number for number, _ in sheet.stream(0, 1)] == [0]
        assert not find_filler(sheet).any()
        with pytest.raises(FrameOutOfRange, match="no frame 1"):
            sheet.read(1)


def test_a_still_of_one_colour_is_no_filler(tmp_path):
    Image.fromarray(np.full((30, 40, 3), 128, np.uint8)).save(tmp_path / "still.png")
    assert find_filler(open_frames(tmp_path / "still.png")).tolist() == [False]
