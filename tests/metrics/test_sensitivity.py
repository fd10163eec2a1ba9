"""Dwell time at other margins, without mapping again: the very numbers that mapping again gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwell.gaze import MappingOptions, Section, map_gaze
from dwell.metrics import compute_aoi_dwell, compute_margin_sensitivity
from dwell.types import State
from gaze.scene import CAMERA, MS, T0, box, disc, make_clock, make_gaze, make_masklet
from metrics.watching import SECTION, gaze_map

THINGS = [
    make_masklet(
        1, "ball", {i: disc(20 + 3 * i, 30, 8) for i in range(6)} | {6: State.LOST, 7: State.ABSENT}
    ),
    make_masklet(2, "table", dict.fromkeys(range(10), box(40, 20, 80, 60))),
]


def wandering(seed, n=300):
    """Gaze anywhere in and around the picture, every 2 ms."""
    rng = np.random.default_rng(seed)
    return make_gaze([(2 * i, rng.uniform(-10, 90), rng.uniform(-10, 70)) for i in range(n)])


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 9), st.sampled_from(["camera", "scale"]), st.floats(-5, 5, width=16))
def test_each_number_is_that_of_mapping_with_the_margin(seed, how, margin):
    camera = CAMERA if how == "camera" else None
    scale = {} if camera else {"px_per_degree": 4.0}
    section = Section("r", "R", T0, start_ns=T0 + 50 * MS + 7)
    gaze, clock = wandering(seed), make_clock(10)
    known = map_gaze(gaze, clock, THINGS, MappingOptions(margin_deg=1.0, **scale), camera)
    again = map_gaze(gaze, clock, THINGS, MappingOptions(margin_deg=margin, **scale), camera)
    table = compute_margin_sensitivity(known, section, [margin])
    assert table[margin].tolist() == compute_aoi_dwell(again, section)["dwell time [ms]"].tolist()


def test_wider_margins_never_give_less_and_zero_is_the_plain_mapping():
    mapped = gaze_map(px_per_degree=2.0)
    table = compute_margin_sensitivity(mapped, SECTION)
    assert table.index.name == "aoi label"
    assert table.index.tolist() == ["cup, blue", "plate"]
    assert table.columns.name == "margin [deg]"
    assert (table.columns.min(), table.columns.max()) == (-1.0, 3.0)
    assert (np.diff(table.to_numpy(), axis=1) >= 0).all()
    assert table[0.0].tolist() == compute_aoi_dwell(mapped, SECTION)["dwell time [ms]"].tolist()


def test_without_degrees_margins_are_px():
    thing = make_masklet(1, "thing", {0: box(20, 0, 40, 60)})
    rows = [(5 * i, x, 30) for i, x in enumerate((42, 40, 39, 30, 30, 36))]  # 3, 1, -1, -10, -10, -4 px
    mapped = map_gaze(make_gaze(rows), make_clock(1), [thing])
    table = compute_margin_sensitivity(mapped, Section("r", "R", T0), [-5, -2, 0, 1, 3])
    assert table.columns.name == "margin [px]"
    assert table.loc["thing"].tolist() == [10, 15, 20, 25, 30]
    assert compute_margin_sensitivity(mapped, Section("r", "R", T0)).columns.max() == 45


def test_margins_beyond_the_known_distances_are_refused():
    mapped = gaze_map(px_per_degree=2.0, distance_limit_deg=1.0)
    assert compute_margin_sensitivity(mapped, SECTION).columns.max() == 1.0
    for margin in (1.5, -2, float("nan")):
        with pytest.raises(ValueError, match="up to 1°; map with a wider distance limit"):
            compute_margin_sensitivity(mapped, SECTION, [margin])


def test_no_aoi_no_row():
    mapped = map_gaze(wandering(0), make_clock(10), [])
    assert compute_margin_sensitivity(mapped, SECTION).empty
