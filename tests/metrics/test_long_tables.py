"""The tables with a row per sample or frame and AOI: in memory, and written piece by piece."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dwell.gaze import MappingOptions, Section, map_gaze
from dwell.masks import Masklet, Signals
from dwell.metrics import compute_frames, compute_gaze_on_aoi, write_frames, write_gaze_on_aoi
from dwell.tables import FRAMES, GAZE_ON_AOI
from dwell.types import Origin
from dwell.video import FrameClock
from gaze.scene import CAMERA, MS, T0
from metrics.watching import CUP_MASKLET, PLATE_MASKLET, SECTION, gaze_map, watching


def with_everything():
    """All kinds of values: fixation ids, finite and infinite distances in px and deg, missing ones."""
    gaze = watching()
    gaze.loc[3:9, "fixation id"] = 7
    gaze.loc[12, "gaze x [px]"] = -3.25
    clock = FrameClock(T0 + np.arange(10) * 100 * MS)
    options = MappingOptions(margin_deg=1, distance_limit_deg=40)
    return map_gaze(gaze, clock, [CUP_MASKLET, PLATE_MASKLET], options, CAMERA)


def read_back(path, table):
    types = {c.name: "string" if c.dtype == "boolean" else c.dtype for c in table.columns}
    frame = pd.read_csv(path, dtype=types)
    for column in table.columns:
        if column.dtype == "boolean":
            frame[column.name] = frame[column.name].map({"true": True, "false": False}).astype("boolean")
    return frame


@pytest.mark.parametrize("chunk", [1, 7, 100_000])
def test_the_written_gaze_table_is_the_computed_one(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr("dwell.metrics.gaze_on_aoi._CHUNK_ROWS", chunk)
    mapped = with_everything()
    expected = compute_gaze_on_aoi(mapped, SECTION)
    assert np.isposinf(expected["distance to border [deg]"]).any()
    assert np.isfinite(expected["distance to border [deg]"]).any()
    found = read_back(write_gaze_on_aoi(tmp_path / "g.csv", mapped, SECTION), GAZE_ON_AOI)
    for column in GAZE_ON_AOI.columns:
        if column.decimals is not None:
            tolerance = 0.51 * 10.0**-column.decimals
            np.testing.assert_allclose(found[column.name], expected[column.name], rtol=0, atol=tolerance)
            found[column.name] = expected[column.name]
    pd.testing.assert_frame_equal(found, expected)


def test_the_gaze_table_says_what_happened_to_a_sample():
    table = compute_gaze_on_aoi(gaze_map(), SECTION).set_index(["timestamp [ns]", "aoi label"])

    def at(ms, aoi="cup, blue"):
        row = table.loc[(T0 + ms * MS, aoi)]
        values = row[["status", "frame idx", "aoi state", "on aoi", "distance to border [px]"]].tolist()
        return [None if pd.isna(value) else value for value in values]

    assert len(table) == 98 * 2
    assert at(10) == ["ok", 0, "visible", True, -10]
    assert at(160) == ["ok", 1, "visible", False, pytest.approx(np.hypot(26, 15))]
    assert at(650) == ["ok", 6, "absent", False, None]
    assert at(860) == ["ok", 8, "lost", None, None]
    assert at(10, "plate") == ["ok", 0, "unknown", None, None]
    assert at(410) == ["blink", 4, "visible", None, None]
    assert at(810) == ["no gaze", 8, "lost", None, None]
    assert at(950) == ["no frame", None, None, None, None]


def test_names_with_commas_and_quotes_are_quoted(tmp_path):
    section = Section('id "x", y', "R", T0)
    path = write_gaze_on_aoi(tmp_path / "new folder" / "g.csv", gaze_map(), section)
    lines = path.read_text().splitlines()
    assert lines[0] == ",".join(GAZE_ON_AOI.names)
    assert (
        lines[1] == f'"id ""x"", y",{T0 + 10 * MS},0,10.000,30.000,ok,,,"cup, blue",1,visible,true,-10.000,'
    )
    assert lines[-1].endswith(",45.000,5.000,no frame,,,plate,2,,,,")


def test_without_aois_or_samples_only_the_header_is_written(tmp_path):
    nothing = map_gaze(watching()[:0], FrameClock(np.array([T0])), [])
    for write, table in ((write_gaze_on_aoi, GAZE_ON_AOI), (write_frames, FRAMES)):
        assert write(tmp_path / "t.csv", nothing, SECTION).read_text() == ",".join(table.names) + "\n"


def test_frames_say_where_each_aoi_is_and_how_much_gaze_it_has():
    table = compute_frames(gaze_map(), SECTION)
    assert table.columns.tolist() == FRAMES.names
    assert len(table) == 9 * 2  # the filler frame is left out
    cup = table[table["aoi label"] == "cup, blue"].set_index("frame idx")
    assert cup["state"].tolist() == ["visible"] * 6 + ["absent"] * 2 + ["lost"]
    assert cup["area [px]"].tolist() == [400] * 6 + [0] * 3
    assert cup["gaze samples"].tolist() == [9, 10, 10, 10, 8, 10, 10, 10, 5]
    assert cup["gaze samples on aoi"].tolist() == [9, 5, 10, 0, 5, 10, 0, 0, 0]
    box = ["box x0 [px]", "box y0 [px]", "box x1 [px]", "box y1 [px]"]
    assert cup.loc[3, box].tolist() == [0, 20, 20, 40]
    assert cup.loc[6, box].isna().all()
    plate = table[table["aoi label"] == "plate"].set_index("frame idx")
    assert plate["state"].tolist() == ["unknown"] * 2 + ["visible"] * 3 + ["unknown"] * 4
    assert plate["score"].isna().tolist() == [True] * 2 + [False] * 3 + [True] * 4
    assert plate["gaze samples on aoi"].sum() == 13


def trusted_masklet():
    """The cup on frames 0 … 5, sure on 1, in doubt on 2, and clicked on 3."""
    said = {
        1: Signals(object_score=0.96875, iou_estimate=0.875, area_ratio=1.0, shift=0.125, frame_share=0.0625),
        2: Signals(area_ratio=1.5, shift=0.375, new_parts=1, agreement=0.25, interpolated=True),
    }
    records = [replace(CUP_MASKLET.record(i), signals=said.get(i, Signals())) for i in range(6)]
    records[3] = replace(records[3], origin=Origin.USER, direction=None, score=math.nan)
    return Masklet.from_records(CUP_MASKLET.aoi, CUP_MASKLET.size_hw, records)


def test_frames_say_how_far_a_mask_is_to_be_trusted():
    mapped = map_gaze(watching(), FrameClock(T0 + np.arange(10) * 100 * MS), [trusted_masklet()])
    table = compute_frames(mapped, SECTION).set_index("frame idx")

    def at(frame_idx):
        names = FRAMES.names[FRAMES.names.index("direction") :]
        values = table.loc[frame_idx, names].to_dict().items()
        return {name: value for name, value in values if not pd.isna(value)}

    sure = {"object score": 0.96875, "iou estimate": 0.875, "area ratio": 1, "shift": 0.125, "new parts": 0}
    assert (
        at(1) == {"direction": "forward", "interpolated": False, "frame share": 0.0625, "doubt": 0.125} | sure
    )
    odd = {"area ratio": 1.5, "shift": 0.375, "new parts": 1, "agreement": 0.25, "doubt": 0.75}
    assert at(2) == {"direction": "forward", "interpolated": True} | odd
    assert at(3) == {"interpolated": False}, "a person made it"
    by_score = {"doubt": pytest.approx(0.1)}
    assert at(0) == {"direction": "forward", "interpolated": False} | by_score, "nothing else is known"
    assert at(9) == {"interpolated": False}, "never tracked"


@pytest.mark.parametrize("chunk", [1, 5, 100_000])
def test_the_written_frame_table_is_the_computed_one(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr("dwell.metrics.frames._CHUNK_ROWS", chunk)
    mapped = map_gaze(
        watching(), FrameClock(T0 + np.arange(10) * 100 * MS), [trusted_masklet(), PLATE_MASKLET]
    )
    found = read_back(write_frames(tmp_path / "frames.csv", mapped, SECTION), FRAMES)
    expected = compute_frames(mapped, SECTION)
    for column in FRAMES.columns:
        if column.decimals is not None:
            expected[column.name] = expected[column.name].round(column.decimals)
    pd.testing.assert_frame_equal(found, expected)


def test_a_section_limits_both_tables():
    section = Section("r", "R", T0, "part", T0 + 250 * MS, T0 + 400 * MS)
    assert len(compute_gaze_on_aoi(gaze_map(), section)) == 15 * 2
    frames = compute_frames(gaze_map(), section)
    assert frames["frame idx"].unique().tolist() == [2, 3]
    assert frames["gaze samples"].tolist() == [5, 5, 10, 10]


def test_progress_counts_up(tmp_path, monkeypatch):
    monkeypatch.setattr("dwell.metrics.gaze_on_aoi._CHUNK_ROWS", 50)
    seen = []
    write_gaze_on_aoi(tmp_path / "g.csv", gaze_map(), SECTION, progress=lambda *at: seen.append(at))
    assert seen == [(25, 98), (50, 98), (75, 98), (98, 98)]
