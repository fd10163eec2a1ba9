"""The gallery's numbers, worked out by hand on masklets of a 10 × 20 px picture."""

import numpy as np
import pandas as pd
import pytest

from dwell.everything import gallery, gallery_table, rank_masklets
from dwell.gaze import Section
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.project import Project
from dwell.types import AOI, Origin, State
from dwell.video import FrameClock

SIZE_HW = (10, 20)  # 200 px
CLOCK = FrameClock(1_700_000_000_000_000_001 + 40_000_000 * np.arange(10, dtype=np.int64))
CUP, HANDLE, BALL = (
    AOI(1, "cup", "#ff0000"),
    AOI(2, "handle", "#00ff00", part_of=1),
    AOI(3, "ball", "#0000ff"),
)


def seen(aoi, boxes, **changes):
    """A masklet with a box per frame; None = absent. ``changes`` by frame: score, check, origin."""
    rows = []
    for frame_idx, box in boxes.items():
        mask = Mask.empty(SIZE_HW) if box is None else Mask.from_box(box, SIZE_HW)
        state = State.VISIBLE if mask else State.ABSENT
        values = {"score": 1.0, "origin": Origin.MODEL} | changes.get(f"at_{frame_idx}", {})
        rows.append(MaskRecord(aoi.object_id, frame_idx, mask, state, direction=None, **values))
    return Masklet.from_records(aoi, SIZE_HW, rows)


def looks(*rows):
    columns = ("object id", "dwell time [ms]", "dwell share", "total fixations")
    return pd.DataFrame(dict(zip(columns, row, strict=True)) for row in rows)


def test_importance_is_area_times_persistence():
    # 4 × 5 = 20 of 200 px on 5 of 10 frames, and 2 × 4 = 8 px once and 16 px once.
    cup = seen(CUP, {i: (2, 2, 6, 7) for i in range(2, 7)} | {8: None})
    ball = seen(BALL, {0: (5, 5, 7, 9), 9: (5, 1, 7, 9)})
    first, second = rank_masklets([ball, cup], 10, CLOCK)
    assert (first.rank, first.aoi, first.n_visible) == (1, CUP, 5)
    assert (first.area_share, first.persistence, first.importance) == pytest.approx((0.1, 0.5, 0.05))
    assert (first.first_frame, first.last_frame) == (2, 6)
    assert (first.first_ns, first.last_ns) == (CLOCK.times_ns[2], CLOCK.times_ns[6])
    assert (first.dwell_ms, first.dwell_share, first.n_fixations) == (None, None, None)
    assert (second.rank, second.aoi) == (2, BALL)
    assert (second.area_share, second.persistence, second.importance) == pytest.approx((0.06, 0.2, 0.012))


def test_with_gaze_what_was_looked_at_comes_first_and_counts_for_more():
    cup, ball = seen(CUP, {0: (0, 0, 10, 10)}), seen(BALL, {0: (0, 0, 2, 2)})
    table = looks((1, 100.0, 0.1, 1), (3, 700.0, 0.7, 4))
    first, second = rank_masklets([cup, ball], 10, CLOCK, table)
    assert (first.aoi, first.dwell_ms, first.dwell_share, first.n_fixations) == (BALL, 700.0, 0.7, 4)
    assert first.importance == pytest.approx(4 / 200 * 0.1 * 1.7)
    assert second.importance == pytest.approx(0.5 * 0.1 * 1.1)
    (only,) = rank_masklets([cup, ball], 10, CLOCK, table, min_dwell_ms=500.0)
    assert (only.rank, only.aoi) == (1, BALL)


def test_of_things_not_looked_at_the_more_important_comes_first():
    cup, ball = seen(CUP, {0: (0, 0, 3, 3)}), seen(BALL, {0: (0, 0, 5, 5)})
    ranked = rank_masklets([cup, ball], 10, CLOCK, looks((1, 0.0, np.nan, pd.NA), (3, 0.0, np.nan, pd.NA)))
    assert [(each.aoi.name, each.dwell_ms, each.dwell_share, each.n_fixations) for each in ranked] == [
        ("ball", 0.0, None, None),
        ("cup", 0.0, None, None),
    ]


def test_what_is_never_visible_is_there_and_last():
    absent = seen(CUP, {0: None, 1: None})
    ball = seen(BALL, {0: (0, 0, 1, 1)})
    first, last = rank_masklets([absent, ball], 2)
    assert (first.aoi, first.first_ns) == (BALL, None)
    assert (last.aoi, last.n_visible, last.importance, last.persistence) == (CUP, 0, 0.0, 0.0)
    assert (last.first_frame, last.last_frame, last.best_frame) == (None, None, None)
    assert np.isnan(last.area_share)


@pytest.mark.parametrize(
    ("boxes", "changes", "best"),
    [
        ({0: (2, 2, 6, 6), 1: (2, 2, 8, 8), 2: (2, 2, 5, 5)}, {}, 1),  # the largest
        ({0: (2, 2, 6, 6), 1: (2, 2, 6, 6)}, {}, 0),  # of equals the first
        ({0: (0, 2, 6, 8), 1: (2, 2, 6, 6)}, {}, 1),  # 36 px cut by the left edge count as 9, beside 16
        ({0: (2, 3, 6, 10), 1: (2, 2, 6, 6)}, {}, 1),  # by the lower edge
        ({0: (2, 2, 8, 8), 1: (2, 2, 6, 6)}, {"at_0": {"score": 0.4}}, 1),  # 36 × 0.4 beside 16
        ({0: (2, 2, 8, 8), 1: (2, 2, 6, 6)}, {"at_0": {"check": True}}, 1),
        ({0: (2, 2, 8, 8), 1: (2, 2, 6, 6)}, {"at_0": {"score": np.nan, "origin": Origin.USER}}, 0),
    ],
)
def test_the_best_picture_is_large_whole_and_sure(boxes, changes, best):
    (item,) = rank_masklets([seen(CUP, boxes, **changes)], 10)
    assert item.best_frame == best


def test_the_table_keeps_every_nanosecond_and_names_wholes():
    cup, handle = seen(CUP, {1: (2, 2, 6, 7), 3: (2, 2, 6, 7)}), seen(HANDLE, {1: (2, 2, 4, 4)})
    items = rank_masklets([cup, handle, seen(BALL, {})], 10, CLOCK)
    section = Section("r-1", "kitchen", 0)
    rows = gallery_table(items, section, {1: "cup", 2: "handle", 3: "ball"}).to_dict("records")
    assert [(row["rank"], row["aoi label"]) for row in rows] == [(1, "cup"), (2, "handle"), (3, "ball")]
    assert rows[0]["first timestamp [ns]"] == 1_700_000_000_040_000_001
    assert rows[0]["last timestamp [ns]"] == 1_700_000_000_120_000_001
    assert pd.isna(rows[0]["part of"])
    assert rows[1]["part of"] == "cup"
    assert pd.isna(rows[2]["best frame idx"])
    assert pd.isna(rows[2]["total fixations"])


def test_a_projects_filler_frames_and_out_of_date_masks_do_not_count():
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=10)
    cup = project.add_aoi("cup")
    mask = Mask.from_box((2, 2, 6, 7), SIZE_HW)
    project.write_masks(
        MaskRecord(cup.object_id, i, mask, State.VISIBLE, 1.0, Origin.MODEL, None) for i in range(2, 8)
    )
    project.set_filler(np.arange(10) < 2)
    (item,) = gallery(project)
    assert (item.persistence, item.n_visible) == (6 / 8, 6)
    project.mark_stale(cup.object_id, 5, 8)
    (item,) = gallery(project)
    assert (item.persistence, item.last_frame) == (3 / 8, 4)
