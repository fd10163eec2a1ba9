"""Pictures in the order in which they were shown."""

import cv2
import numpy as np
import pytest

from dwell.errors import FrameOutOfRange
from dwell.video import Frames, ImageFolder, ShownFrames


@pytest.fixture
def greys(tmp_path):
    for number, grey in enumerate((10, 20, 30)):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((6, 8, 3), grey, np.uint8))
    return ImageFolder(tmp_path)


def test_a_picture_is_a_frame_as_often_as_it_was_shown(greys):
    shown = ShownFrames(greys, [2, 0, 2], np.array([5_000, 7_000, 12_000], np.int64))
    assert isinstance(shown, Frames)
    assert [int(picture[0, 0, 0]) for _, picture in shown.stream(0, 3)] == [30, 10, 30]
    assert shown.pts_ns.tolist() == [0, 2_000, 7_000]
    assert [shown.name(i) for i in range(3)] == ["00000-2", "00001-0", "00002-2"]
    assert (len(shown), shown.size_hw) == (3, (6, 8))


def test_what_was_not_shown_has_no_frame(greys):
    shown = ShownFrames(greys, [2, 0], np.array([0, 1], np.int64))
    with pytest.raises(FrameOutOfRange, match="There is no frame 2"):
        shown.read(2)
    with pytest.raises(FrameOutOfRange, match="There is no frame 3"):
        ShownFrames(greys, [3], np.array([0], np.int64))
    with pytest.raises(FrameOutOfRange, match="No picture of .* was shown"):
        ShownFrames(greys, [], np.array([], np.int64))
