"""Which AOIs count as looked at in a frame, and the trail, on worlds worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from dwell.drawn_world import Look
from dwell.gaze import map_gaze
from dwell.render import Looks
from render.scenes import CARD, DISC, gaze_map_of, masklet_of, world


def looks_of(drawn):
    return Looks(gaze_map_of(drawn, [masklet_of(drawn, CARD), masklet_of(drawn, DISC)]))


def test_looked_at_frame_by_frame():
    looks = looks_of(world(looks=[Look("card", range(2, 4)), Look("disc", range(5, 6))]))
    assert [sorted(looks.looked_at(i)) for i in range(8)] == [[], [], [1], [1], [], [2], [], []]


def test_half_of_the_samples_is_enough_and_missing_ones_do_not_count():
    drawn = world()
    gaze, masklets = drawn.gaze, [masklet_of(drawn, CARD)]
    samples = 2 * 8 + np.arange(8)  # eight samples in frame 2
    gaze.loc[samples[:4], "gaze x [px]"] = 150.0
    assert Looks(map_gaze(gaze, drawn.clock, masklets)).looked_at(2) == {1}
    gaze.loc[samples[4], "gaze x [px]"] = 150.0
    assert Looks(map_gaze(gaze, drawn.clock, masklets)).looked_at(2) == frozenset()
    gaze.loc[samples[:5], "gaze x [px]"] = np.nan
    assert Looks(map_gaze(gaze, drawn.clock, masklets)).looked_at(2) == {1}


def test_the_trail_ends_at_the_newest_sample_and_is_cut_at_gaps():
    looks = looks_of(world(looks=[Look((30.0, 40.0), range(0, 2)), Look((60.0, 20.0), range(2, 4))]))
    np.testing.assert_array_equal(looks.trail(1, 0), [[30, 40]])
    np.testing.assert_array_equal(looks.trail(2, 40), [[30, 40]] + 8 * [[60, 20]])  # 40 ms back, both ends
    assert len(looks.trail(3, 10_000)) == 32  # four frames of eight samples
    assert len(looks.trail(4, 10_000)) == 0  # no gaze in this frame
    blinking = world(looks=[Look((30.0, 40.0), range(0, 1)), Look((60.0, 20.0), range(2, 4))])
    np.testing.assert_array_equal(looks_of(blinking).trail(2, 10_000), 8 * [[60, 20]])


def test_gaze_slower_than_video_stands_until_the_next_sample():
    drawn = world(looks=[Look("card", range(8))])
    slow = drawn.gaze.iloc[::16].reset_index(drop=True)  # one sample in every second frame
    looks = Looks(map_gaze(slow, drawn.clock, [masklet_of(drawn, CARD)]))
    assert [sorted(looks.looked_at(i)) for i in range(8)] == [[1]] * 8
    slow.loc[1, "gaze x [px]"] = np.nan  # the sample of frames 2 and 3
    looks = Looks(map_gaze(slow, drawn.clock, [masklet_of(drawn, CARD)]))
    assert [bool(looks.looked_at(i)) for i in range(8)] == [1, 1, 0, 0, 1, 1, 1, 1]
    assert [len(looks.trail(i, 0)) for i in range(8)] == [1, 1, 0, 0, 1, 1, 1, 1]


def test_filler_frames_and_frames_after_the_clock_have_no_gaze():
    looks = looks_of(world(n_filler=3, looks=[Look((60.0, 50.0), range(8))]))
    assert [bool(looks.looked_at(i)) for i in range(9)] == [False] * 3 + [True] * 5 + [False]
    assert len(looks.trail(2, 400)) == 0
    assert len(looks.trail(3, 400)) == 8  # nothing from before the first picture


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_gaze(rows):
    drawn = world()
    looks = Looks(map_gaze(drawn.gaze.iloc[:rows], drawn.clock, []))
    assert looks.looked_at(0) == frozenset()
    assert isinstance(looks.trail(0, 400), np.ndarray)


def test_gaze_all_before_or_after_the_video():
    drawn = world(looks=[Look("card", range(8))])
    for shift in (-(10**12), 10**12):
        gaze = drawn.gaze.assign(**{"timestamp [ns]": drawn.gaze["timestamp [ns]"] + shift})
        looks = Looks(map_gaze(pd.DataFrame(gaze), drawn.clock, [masklet_of(drawn, CARD)]))
        assert not any(looks.looked_at(i) or len(looks.trail(i, 400)) for i in range(8))
