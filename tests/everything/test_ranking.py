"""What was looked at, by numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from dwell.everything.gallery.ranking import BestPicture, best_picture, rank_looked_at, ranked
from dwell.everything.gaze_first.granularity import Level
from dwell.gaze import map_fixations, map_gaze
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.project import Project
from dwell.types import AOI, Direction, Origin, State
from dwell.video import FrameClock

T0 = 1_760_000_000_000_000_000
MS = 1_000_000
SIZE_HW = (40, 60)
CUP, HANDLE, TRAY, PHONE = (10, 10, 20, 20), (18, 12, 20, 18), (5, 5, 30, 30), (40, 10, 50, 20)


def box(x0, y0, x1, y1):
    return Mask.from_box((x0, y0, x1, y1), SIZE_HW)


def record(object_id, frame_idx, mask, score=0.8, check=False):
    return MaskRecord(
        object_id, frame_idx, mask, State.VISIBLE, score, Origin.MODEL, Direction.FORWARD, check=check
    )


def masklet(object_id, name, where, part_of=None, n_frames=10):
    aoi = AOI(object_id, name, "#000000", part_of=part_of)
    return Masklet.from_records(aoi, SIZE_HW, [record(object_id, i, box(*where)) for i in range(n_frames)])


def gaze(*places):
    """A sample every 10 ms, each at one place."""
    x, y = np.array(places, float).T
    times = T0 + np.arange(len(places)) * 10 * MS
    return pd.DataFrame({"timestamp [ns]": times, "gaze x [px]": x, "gaze y [px]": y})


def fixations(*spans_ms):
    rows = [(i, T0 + a * MS, T0 + b * MS) for i, (a, b) in enumerate(spans_ms, 1)]
    return pd.DataFrame(rows, columns=["fixation id", "start timestamp [ns]", "end timestamp [ns]"])


CLOCK = FrameClock(T0 + np.arange(10) * 20 * MS)
ON_CUP, ON_HANDLE, ON_TRAY, ON_PHONE, BESIDE = (
    (12.5, 12.5),
    (18.5, 15.5),
    (25.5, 25.5),
    (45.5, 15.5),
    (55.5, 35.5),
)
GAZE = gaze(*[ON_PHONE] * 2, *[ON_CUP] * 3, *[ON_HANDLE] * 2, *[ON_TRAY] * 1, *[ON_PHONE] * 4, *[BESIDE] * 8)
"""200 ms: 20 phone, 30 cup, 20 handle, 10 tray, 40 phone, 80 elsewhere."""
FIXATIONS = fixations((0, 20), (20, 50), (50, 70), (80, 120))
"""On the phone; on the cup; on the handle, and so on the cup; on the phone."""
MASKLETS = [
    masklet(1, "tray", TRAY),
    masklet(2, "cup", CUP, part_of=1),
    masklet(3, "handle", HANDLE, part_of=2),
    masklet(4, "phone", PHONE),
    masklet(5, "never", (50, 35, 52, 37)),
]
LEVELS = {1: Level.WHOLE, 2: Level.THING, 3: Level.PART, 4: Level.THING}


def looked_at(**more):
    gaze_map = map_gaze(GAZE, CLOCK, MASKLETS)
    return rank_looked_at(gaze_map, map_fixations(gaze_map, FIXATIONS), LEVELS, **more)


def test_times_fixations_and_first_looks():
    by_name = {each.aoi.name: each for each in looked_at()}
    phone, cup, handle, tray = (by_name[name] for name in ("phone", "cup", "handle", "tray"))
    assert (phone.dwell_ms, phone.n_fixations, phone.first_look_ns) == (60, 2, T0)
    assert (cup.dwell_ms, cup.n_fixations, cup.first_look_ns) == (50, 2, T0 + 20 * MS)
    assert (handle.dwell_ms, handle.n_fixations, handle.first_look_ns) == (20, 1, T0 + 50 * MS)
    assert (tray.dwell_ms, tray.n_fixations) == (60, 2)
    assert cup.share == pytest.approx(50 / 200)


def test_what_was_looked_at_on_parts_is_not_the_wholes_own():
    by_name = {each.aoi.name: each for each in looked_at()}
    assert by_name["cup"].own_ms == 30
    assert by_name["tray"].own_ms == 10
    assert by_name["phone"].own_ms == 60


def test_the_longest_comes_first_and_a_whole_counts_only_for_itself():
    """By dwell time the tray, on which the cup stands, would beat the cup."""
    found = looked_at()
    assert [each.aoi.name for each in found] == ["phone", "cup", "handle", "tray"]
    assert [each.rank for each in found] == [1, 2, 3, 4]


def test_what_was_looked_at_too_shortly_is_left_out():
    assert [each.aoi.name for each in looked_at(min_dwell_ms=50)] == ["phone", "cup", "tray"]


def test_without_fixations_the_first_sample_says_when():
    gaze_map = map_gaze(GAZE, CLOCK, MASKLETS)
    found = rank_looked_at(gaze_map, map_fixations(gaze_map, fixations()))
    cup = next(each for each in found if each.aoi.name == "cup")
    assert (cup.n_fixations, cup.first_look_ns, cup.level) == (0, T0 + 20 * MS, None)


def test_a_project_is_ranked_with_all_that_it_knows():
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=10)
    for name, where in (("cup", CUP), ("phone", PHONE)):
        aoi = project.add_aoi(name)
        project.write_masks(record(aoi.object_id, i, box(*where)) for i in range(10))
    project.set_setting("gaze-first levels", {"1": "thing"})
    found = ranked(project, GAZE, FIXATIONS, CLOCK)
    assert [(each.aoi.name, each.level, each.dwell_ms) for each in found] == [
        ("phone", None, 60),
        ("cup", Level.THING, 50),
    ]


def test_the_best_picture_is_large_whole_and_sure():
    """Area × score: 100 × 0.8 = 80; at the edge 144 × 0.8 / 4 = 29; 121 × 0.5 = 61; in doubt 169 × 0.9/4."""
    records = [
        record(1, 3, box(10, 10, 20, 20)),
        record(1, 4, box(0, 10, 12, 22)),
        record(1, 5, box(10, 10, 21, 21), score=0.5),
        record(1, 6, box(10, 10, 23, 23), score=0.9, check=True),
    ]
    one = Masklet.from_records(AOI(1, "cup", "#000000"), SIZE_HW, records)
    assert best_picture(one) == BestPicture(3, (10, 10, 20, 20))
    assert best_picture(one, np.array([4, 5])) == BestPicture(5, (10, 10, 21, 21))
    assert best_picture(one, np.array([9])) == BestPicture(3, (10, 10, 20, 20)), "never seen when looked at"


def test_what_is_never_visible_has_no_picture():
    absent = MaskRecord(1, 3, Mask.empty(SIZE_HW), State.ABSENT, 0.9, Origin.MODEL, Direction.FORWARD)
    assert best_picture(Masklet.from_records(AOI(1, "cup", "#000000"), SIZE_HW, [absent])) is None
