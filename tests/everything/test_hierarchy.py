"""What is part of what, and how far: shares worked out by hand on boxes."""

import json

import numpy as np
import pandas as pd
import pytest

from dwell.everything import hierarchy, hierarchy_table, relate_masklets
from dwell.everything.gallery.files import write_hierarchy
from dwell.everything.gallery.hierarchy import walk
from dwell.gaze import Section
from dwell.project import Project
from dwell.types import AOI
from dwell.video import FrameClock
from everything.test_gallery import SIZE_HW, seen

CUP, BALL = AOI(1, "cup", "#ff0000", "dishes"), AOI(5, "ball", "#0000ff")
HANDLE, GRIP = AOI(2, "handle", "#00ff00", part_of=1), AOI(4, "grip", "#ffff00", part_of=2)
SECTION = Section("r-1", "kitchen", 0)
CLOCK = FrameClock(1_700_000_000_000_000_001 + 40_000_000 * np.arange(10, dtype=np.int64))


def things():
    cup = seen(CUP, {i: (2, 2, 10, 8) for i in (0, 1, 2, 5)})
    handle = seen(HANDLE, {0: (8, 2, 10, 6), 1: (8, 2, 12, 6), 2: None, 6: (8, 2, 10, 6)})
    grip = seen(GRIP, {0: (8, 2, 9, 4)})
    return relate_masklets([cup, handle, grip, seen(BALL, {})])


def test_parts_are_below_their_wholes():
    cup, ball = things()
    assert (cup.aoi, cup.depth, ball.aoi, ball.depth, ball.parts) == (CUP, 0, BALL, 0, ())
    (handle,) = cup.parts
    (grip,) = handle.parts
    assert (handle.aoi, handle.depth, grip.aoi, grip.depth, grip.parts) == (HANDLE, 1, GRIP, 2, ())
    assert [(thing.aoi.name, whole.aoi.name) for thing, whole in walk([cup, ball])] == [
        ("cup", "cup"),
        ("handle", "cup"),
        ("grip", "cup"),
        ("ball", "ball"),
    ]


def test_a_part_is_measured_where_both_are_visible():
    cup, _ = things()
    (handle,) = cup.parts
    # Frame 0: all of it; frame 1: 8 of 16 px; frame 6: the cup is not known.
    assert (handle.contained, handle.n_measured) == (0.75, 2)
    assert (cup.n_measured, handle.parts[0].contained) == (0, 1.0)
    assert np.isnan(cup.contained)


def test_of_many_frames_some_are_measured():
    whole = seen(CUP, {i: (2, 2, 10, 8) for i in range(200)})
    part = seen(HANDLE, {i: (2, 2, 4, 4) if i < 100 else (10, 2, 12, 4) for i in range(200)})
    (cup,) = relate_masklets([whole, part])
    assert (cup.parts[0].contained, cup.parts[0].n_measured) == (0.5, 50)


def test_spans_are_stretches_of_visible_frames():
    cup, ball = things()
    assert cup.spans == ((0, 2), (5, 5))
    assert cup.parts[0].spans == ((0, 1), (6, 6))
    assert ball.spans == ()


def test_a_part_whose_whole_is_not_there_is_a_whole():
    (handle,) = relate_masklets([seen(HANDLE, {0: (8, 2, 10, 6)})])
    assert (handle.depth, handle.n_measured) == (0, 0)


def test_a_circle_is_refused():
    a, b = AOI(1, "a", "#ff0000", part_of=2), AOI(2, "b", "#00ff00", part_of=1)
    with pytest.raises(ValueError, match="circle: a → b"):
        relate_masklets([seen(a, {}), seen(b, {})])


def test_the_table_has_wholes_first():
    rows = hierarchy_table(things(), SECTION).to_dict("records")
    names = ("aoi label", "part of", "depth", "whole", "parts", "contained share", "frames measured")
    assert [tuple(row[name] for name in names) for row in rows[1:3]] == [
        ("handle", "cup", 1, "cup", 1, 0.75, 2),
        ("grip", "handle", 2, "cup", 0, 1.0, 1),
    ]
    assert [row["aoi label"] for row in rows] == ["cup", "handle", "grip", "ball"]
    assert pd.isna(rows[0]["part of"])


def test_the_json_is_nested_and_keeps_every_nanosecond(tmp_path):
    path = write_hierarchy(things(), SECTION, tmp_path / "hierarchy.json", CLOCK)
    tree = json.loads(path.read_text(encoding="utf-8"))
    assert tree["recording name"] == "kitchen"
    cup, ball = tree["things"]
    assert (cup["name"], cup["object_id"], cup["colour"], cup["category"]) == ("cup", 1, "#ff0000", "dishes")
    assert cup["contained_share"] is None
    assert cup["spans"][1] == {
        "first_frame_idx": 5,
        "last_frame_idx": 5,
        "first_ns": 1_700_000_000_200_000_001,
        "last_ns": 1_700_000_000_200_000_001,
    }
    assert cup["parts"][0]["contained_share"] == 0.75
    assert cup["parts"][0]["parts"][0]["name"] == "grip"
    assert ball["spans"] == ball["parts"] == []


def test_a_project_tells_its_hierarchy_and_progress():
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=3)
    box = project.add_aoi("box")
    lid = project.add_aoi("lid", part_of=box.object_id)
    told = []
    (whole,) = hierarchy(project, lambda done, total: told.append((done, total)))
    assert whole.parts[0].aoi == lid
    assert told == [(1, 1)]
