"""Samples on AOIs: cases checked by hand, then everything against decoding each mask."""

import numpy as np
import pytest

from dwell.errors import Cancelled
from dwell.gaze import STATUSES, MappingOptions, map_gaze
from dwell.types import State
from gaze.scene import (
    CAMERA,
    MS,
    NEON,
    NEON_HW,
    SIZE_HW,
    T0,
    box,
    disc,
    make_clock,
    make_gaze,
    make_masklet,
    slow_map,
)

CUP = make_masklet(1, "cup", dict.fromkeys(range(10), disc(30, 30, 10)))


def one(gaze_map, field="inside", aoi=0):
    return getattr(gaze_map, field)[aoi].tolist()


def statuses(gaze_map):
    return [STATUSES[code] for code in gaze_map.status]


def test_gaze_on_a_disc_has_its_distance_to_the_rim():
    gaze = make_gaze([(0, 30.5, 30.5), (5, 40.9, 30.2), (10, 41.0, 30.0), (15, 45, 30), (20, 30, 52)])
    found = map_gaze(gaze, make_clock(10), [CUP])
    assert one(found) == [1, 1, 0, 0, 0]
    # From pixel (30, 30) the nearest pixel off the disc has 1² + 10² = 101 > 10².
    np.testing.assert_allclose(one(found, "distance_px"), [-(101**0.5), -1, 1, 5, 12], rtol=1e-6)
    assert np.isnan(found.distance_deg).all()
    assert found.frame_idx.tolist() == [0] * 5
    assert statuses(found) == ["ok"] * 5


def test_a_moving_aoi_is_where_the_frame_of_the_sample_shows_it():
    masklet = make_masklet(1, "ball", {i: disc(10 + 20 * i, 30, 5) for i in range(3)})
    gaze = make_gaze([(39, 10, 30), (40, 10, 30), (40, 30, 30), (119.9, 50, 30)])
    found = map_gaze(gaze, make_clock(3), [masklet])
    assert found.frame_idx.tolist() == [0, 1, 1, 2]
    assert one(found) == [1, 0, 1, 1]


def test_gaze_outside_the_frame_counts_and_may_be_near():
    edge = make_masklet(1, "edge", {0: box(0, 20, 10, 40)})
    found = map_gaze(
        make_gaze([(0, -0.5, 30), (5, -5.0, 30), (10, -3, 17), (15, 1e9, -1e9)]), make_clock(1), [edge]
    )
    assert statuses(found) == ["ok"] * 4
    assert one(found) == [0, 0, 0, 0]
    np.testing.assert_allclose(one(found, "distance_px"), [1, 5, 18**0.5, np.inf], rtol=1e-6)


def test_the_status_says_why_a_sample_does_not_count():
    gaze = make_gaze(
        [
            (-1, 30, 30),
            (0, 30, 30),
            (5, np.nan, 30),
            (10, 30, np.nan),
            (15, 30, 30, {"worn": False}),
            (20, 30, 30, {"blink id": 4}),
            (25, np.inf, 30),
            (45, 30, 30),
            (1000, 30, 30),
        ]
    )
    found = map_gaze(gaze, make_clock(10, filler=[1]), [CUP])
    assert statuses(found) == [
        *("no frame", "ok", "no gaze", "no gaze", "no gaze"),
        *("blink", "no gaze", "no frame", "no frame"),
    ]
    assert one(found) == [-1, 1, -1, -1, -1, -1, -1, -1, -1]
    assert np.isnan(one(found, "distance_px")).tolist() == [True, False, *[True] * 7]
    assert found.frame_idx.tolist() == [-1, 0, 0, 0, 0, 0, 0, -1, -1]
    assert found.blink_ids.tolist() == [-1, -1, -1, -1, -1, 4, -1, -1, -1]


def test_no_gaze_comes_before_blink_and_blink_before_no_frame():
    gaze = make_gaze([(-5, np.nan, 1, {"blink id": 1}), (-4, 1, 1, {"blink id": 1}), (-3, 1, 1)])
    assert statuses(map_gaze(gaze, make_clock(1), [])) == ["no gaze", "blink", "no frame"]


def test_blinks_can_be_kept():
    gaze = make_gaze([(0, 30, 30, {"blink id": 1}), (5, 30, 30)])
    kept = map_gaze(gaze, make_clock(10), [CUP], MappingOptions(blinks="keep"))
    assert statuses(kept) == ["ok", "ok"]
    assert one(kept) == [1, 1]
    assert kept.blink_ids.tolist() == [1, -1]


def test_absent_is_outside_but_lost_and_never_tracked_are_unknown():
    masklet = make_masklet(1, "cup", {0: disc(30, 30, 10), 1: State.ABSENT, 2: State.LOST})
    found = map_gaze(make_gaze([(40 * i, 30, 30) for i in range(4)]), make_clock(4), [masklet])
    assert one(found) == [1, 0, -1, -1]
    assert statuses(found) == ["ok"] * 4
    assert np.isnan(one(found, "distance_px")[1:]).all()


def test_overlapping_aois_both_have_the_gaze():
    other = make_masklet(2, "table", {0: box(0, 25, 80, 60)})
    found = map_gaze(make_gaze([(0, 30, 30), (5, 30, 22), (10, 70, 30)]), make_clock(1), [CUP, other])
    assert found.inside.tolist() == [[1, 1, 0], [1, 0, 1]]
    assert [aoi.name for aoi in found.aois] == ["cup", "table"]


def test_distances_beyond_the_limit_are_infinite_on_both_sides():
    wall = make_masklet(1, "wall", {0: box(0, 0, 40, 60)})
    gaze = make_gaze([(0, 40 + 4, 30), (5, 40 + 5, 30), (10, 35, 30), (15, 34, 30)])
    found = map_gaze(gaze, make_clock(1), [wall], MappingOptions(distance_limit_px=5))
    np.testing.assert_array_equal(one(found, "distance_px"), [5, np.inf, -5, -np.inf])
    assert one(found) == [0, 0, 1, 1]


def test_gaze_between_two_distant_parts_of_an_aoi_is_far_from_it():
    posts = make_masklet(1, "posts", {0: box(0, 0, 2, 60) | box(78, 0, 80, 60)})
    found = map_gaze(
        make_gaze([(0, 40, 30), (5, 10, 30)]), make_clock(1), [posts], MappingOptions(distance_limit_px=9)
    )
    np.testing.assert_array_equal(one(found, "distance_px"), [np.inf, 9])


def test_an_aoi_that_fills_the_frame_has_no_border():
    sky = make_masklet(1, "sky", {0: np.ones(SIZE_HW, bool)})
    found = map_gaze(make_gaze([(0, 0, 0), (5, -1, 0)]), make_clock(1), [sky])
    np.testing.assert_array_equal(one(found, "distance_px"), [-np.inf, 1])


@pytest.mark.parametrize(
    ("margin", "inside"), [(0.0, [1, 1, 0, 0]), (1.0, [1, 1, 1, 0]), (-1.0, [1, 0, 0, 0])]
)
def test_margin_by_px_per_degree(margin, inside):
    wall = make_masklet(1, "wall", {0: box(0, 0, 40, 60)})
    gaze = make_gaze([(0, 30, 30), (5, 37, 30), (10, 43, 30), (15, 44, 30)])  # -10, -3, +4 and +5 px
    found = map_gaze(gaze, make_clock(1), [wall], MappingOptions(margin_deg=margin, px_per_degree=4))
    assert one(found) == inside
    np.testing.assert_allclose(one(found, "distance_deg"), [-2.5, -0.75, 1, 1.25])


def test_margin_by_camera_is_wider_in_px_at_the_edge_of_the_picture():
    lines = np.zeros(SIZE_HW, bool)
    lines[:, [40, 79]] = True
    posts = make_masklet(1, "posts", {0: lines})
    gaze = make_gaze(
        [(0, 43, 30), (5, 76, 30)]
    )  # 3 px from the post in the centre, and from the one at the side
    found = map_gaze(gaze, make_clock(1), [posts], MappingOptions(margin_deg=3), CAMERA)
    np.testing.assert_allclose(one(found, "distance_px"), [3, 3])
    centre = np.degrees(np.arctan(3.5 / 40) - np.arctan(0.5 / 40))
    side = np.degrees(np.arctan(39.5 / 40) - np.arctan(36.5 / 40))
    np.testing.assert_allclose(one(found, "distance_deg"), [centre, side], rtol=1e-4)
    assert centre > 3 > side
    assert one(found) == [0, 1]


def test_a_camera_goes_before_px_per_degree():
    options = MappingOptions(px_per_degree=1000)
    found = map_gaze(make_gaze([(0, 43, 30)]), make_clock(10), [CUP], options, CAMERA)
    assert found.distance_deg[0, 0] > 2


def test_a_margin_without_degrees_is_refused():
    with pytest.raises(ValueError, match="px_per_degree"):
        map_gaze(make_gaze([(0, 1, 1)]), make_clock(1), [CUP], MappingOptions(margin_deg=0.5))


def test_an_empty_gaze_table_and_no_aois_give_empty_maps():
    nothing = map_gaze(make_gaze([]), make_clock(10), [CUP], camera=CAMERA)
    assert len(nothing) == 0
    assert nothing.inside.shape == (1, 0)
    no_aois = map_gaze(make_gaze([(0, 1, 1)]), make_clock(10), [])
    assert no_aois.inside.shape == (0, 1)
    assert statuses(no_aois) == ["ok"]


def test_a_masklet_without_a_frame_is_unknown_everywhere():
    found = map_gaze(make_gaze([(0, 1, 1), (50, 2, 2)]), make_clock(10), [make_masklet(1, "new", {})])
    assert one(found) == [-1, -1]


def test_a_sample_stands_for_the_time_to_the_next_but_not_across_a_gap():
    gaze = make_gaze([(t, 1, 1) for t in (0, 5, 10, 17, 1017, 1022)])
    found = map_gaze(gaze, make_clock(1), [])
    assert (found.durations_ns / MS).tolist() == [5, 5, 7, 10, 5, 5]
    assert found.ends_ns[3] == T0 + 27 * MS
    assert map_gaze(make_gaze([(0, 1, 1)]), make_clock(1), []).durations_ns.tolist() == [0]


def test_unsorted_or_floating_times_are_refused():
    with pytest.raises(ValueError, match="row 1 is earlier"):
        map_gaze(make_gaze([(5, 1, 1), (0, 1, 1)]), make_clock(1), [])
    gaze = make_gaze([(5, 1, 1)]).astype({"timestamp [ns]": float})
    with pytest.raises(ValueError, match="expected int64"):
        map_gaze(gaze, make_clock(1), [])


def test_two_masklets_of_one_aoi_or_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match="one masklet per AOI"):
        map_gaze(make_gaze([]), make_clock(1), [CUP, CUP])
    small = make_masklet(2, "small", {0: np.ones((5, 5), bool)}, (5, 5))
    with pytest.raises(ValueError, match="different sizes"):
        map_gaze(make_gaze([]), make_clock(1), [CUP, small])


def test_progress_counts_up_and_may_cancel():
    seen = []
    gaze = make_gaze([(t, 30, 30) for t in range(0, 100, 5)])
    map_gaze(gaze, make_clock(10), [CUP], progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (20, 20)
    assert seen == sorted(seen)

    def stop(done, total):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        map_gaze(gaze, make_clock(10), [CUP], progress=stop)


def test_masks_far_from_gaze_are_never_loaded():
    wanted = []
    load = CUP._load
    spy = make_masklet(1, "cup", dict.fromkeys(range(10), disc(30, 30, 3)))
    spy._load = lambda rows: wanted.extend(rows.tolist()) or load(rows)
    gaze = make_gaze([(0, 30, 30), (85, 79, 59), (125, 34, 30)])
    map_gaze(gaze, make_clock(10), [spy], MappingOptions(distance_limit_px=10))
    assert wanted == [0, 3]


def test_options_are_checked_and_listed():
    assert MappingOptions().to_dict()["fixation_rule"] == "majority"
    for wrong in (
        {"fixation_rule": "most"},
        {"margin_deg": 6.0},
        {"margin_deg": np.nan},
        {"px_per_degree": 0.0},
        {"visit_gap_ms": -1.0},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            MappingOptions(**wrong)


# ------------------------------------------------------------------ against the slow way


def random_scene(rng, n_frames=30):
    masklets = []
    for k in range(3):
        frames = {}
        for i in range(n_frames):
            kind = rng.integers(0, 10)
            if kind == 0:
                frames[i] = State.ABSENT
            elif kind == 1:
                frames[i] = State.LOST
            elif kind > 2:
                x, y, radius = rng.integers(-5, 85), rng.integers(-5, 65), rng.integers(8, 30)
                array = disc(x, y, radius) & ~disc(x + 3, y, radius // 3)
                frames[i] = array if array.any() else State.ABSENT
        masklets.append(make_masklet(k + 1, f"thing {k + 1}", frames))
    rows = []
    for t in np.sort(rng.choice(n_frames * 80, 250, replace=False)) / 2:
        x, y = rng.uniform(-12, 92), rng.uniform(-12, 72)
        extra = {"worn": rng.random() > 0.05, "blink id": 1 if rng.random() < 0.1 else None}
        rows.append((float(t), np.nan if rng.random() < 0.05 else x, y, extra))
    return make_gaze(rows), make_clock(n_frames, filler=[4, 5]), masklets


@pytest.mark.parametrize(
    ("options", "camera"),
    [
        (MappingOptions(), None),
        (MappingOptions(distance_limit_px=6), None),
        (MappingOptions(margin_deg=2, px_per_degree=1.7, blinks="keep"), None),
        (MappingOptions(margin_deg=-2, px_per_degree=0.9), None),
        (MappingOptions(margin_deg=4, distance_limit_deg=12), CAMERA),
        (MappingOptions(margin_deg=-4, distance_limit_deg=9, blinks="keep"), CAMERA),
    ],
)
def test_every_sample_agrees_with_decoding_every_mask(options, camera):
    gaze, clock, masklets = random_scene(np.random.default_rng(3))
    found = map_gaze(gaze, clock, masklets, options, camera)
    for j, (status, frame_idx, expected) in enumerate(slow_map(gaze, clock, masklets, options, camera)):
        assert STATUSES[found.status[j]] == status
        assert found.frame_idx[j] == frame_idx
        for i, (inside, px, deg) in enumerate(expected):
            assert found.inside[i, j] == inside, (i, j)
            np.testing.assert_allclose(found.distance_px[i, j], px, rtol=1e-5)
            np.testing.assert_allclose(found.distance_deg[i, j], deg, rtol=1e-4)
    assert {-1, 0, 1} <= set(found.inside.ravel().tolist())


def test_angles_in_a_real_lens_agree_with_opencv():
    rng = np.random.default_rng(5)
    things = {i: disc(*rng.uniform((200, 200), (1400, 1000)), 120, NEON_HW) for i in range(4)}
    masklet = make_masklet(1, "thing", things, NEON_HW)
    centres = np.array([np.add(masklet.boxes_xyxy[i, :2], masklet.boxes_xyxy[i, 2:]) / 2 for i in range(4)])
    gaze = make_gaze([(4 * t, *(centres[t // 10] + rng.normal(0, 100, 2))) for t in range(40)])
    options = MappingOptions(margin_deg=1.5)
    found = map_gaze(gaze, make_clock(4), [masklet], options, NEON)
    expected = list(slow_map(gaze, make_clock(4), [masklet], options, NEON))
    assert one(found) == [each[2][0][0] for each in expected]
    np.testing.assert_allclose(one(found, "distance_deg"), [each[2][0][2] for each in expected], rtol=1e-4)
    assert np.isfinite(found.distance_deg).sum() > 15


def test_rows_are_chunked_without_a_seam(monkeypatch):
    gaze, clock, masklets = random_scene(np.random.default_rng(8))
    whole = map_gaze(gaze, clock, masklets, camera=CAMERA)
    monkeypatch.setattr("dwell.gaze.mapping._CHUNK_POINTS", 7)
    monkeypatch.setattr("dwell.gaze.mapping._CHUNK_MASKS", 2)
    parts = map_gaze(gaze, clock, masklets, camera=CAMERA)
    for field in ("inside", "distance_px", "distance_deg"):
        np.testing.assert_array_equal(getattr(parts, field), getattr(whole, field))
