"""Dwell, visits and the summary of one second of watching, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from dwell.gaze import MappingOptions, Section, map_gaze
from dwell.metrics import compute_aoi_dwell, compute_aoi_visits, compute_summary
from dwell.tables import AOI_DWELL, AOI_VISITS
from dwell.video import FrameClock
from gaze.scene import MS, T0
from metrics.watching import CUP_MASKLET, FIXATIONS, SECTION, fixation_map, gaze_map, watching


def dwell_of(name, section=SECTION, with_fixations=True, **options):
    mapped = gaze_map(**options)
    fixations = fixation_map(mapped, section) if with_fixations else None
    table = compute_aoi_dwell(mapped, section, fixations)
    assert table.columns.tolist() == AOI_DWELL.names
    return table.set_index("aoi label").loc[name]


def test_times_on_the_cup():
    cup = dwell_of("cup, blue")
    # 140 + 100 ms, then the 150 ms at 450 … 600; afterwards the cup is absent. 10 ms a sample.
    assert cup["dwell time [ms]"] == 390
    # 98 samples, less 5 without gaze, 2 in the blink and 9 from 900 ms, on the filler frame.
    assert cup["gaze time [ms]"] == 820
    assert cup["dwell share"] == pytest.approx(39 / 82)
    assert cup["visible time [ms]"] == 600
    assert cup["tracked time [ms]"] == 800
    assert cup["unknown time [ms]"] == 100
    assert cup["unknown gaze time [ms]"] == 50
    assert cup["dwell per visible time"] == 0.65


def test_times_on_the_plate():
    plate = dwell_of("plate")
    assert plate["dwell time [ms]"] == 130  # 150 ms less the blink
    assert plate["visible time [ms]"] == plate["tracked time [ms]"] == 300
    assert plate["unknown time [ms]"] == 600
    assert plate["unknown gaze time [ms]"] == 190 + 350  # valid gaze before 200 ms and from 500 ms on
    assert dwell_of("plate", blinks="keep")["dwell time [ms]"] == 150


def test_a_look_away_shorter_than_the_gap_does_not_end_a_visit():
    cup = dwell_of("cup, blue")
    assert cup["visits"] == 2  # 50 ms elsewhere do not end the first one
    assert cup["mean visit duration [ms]"] == (290 + 150) / 2
    assert dwell_of("cup, blue", visit_gap_ms=50.0)["visits"] == 2
    strict = dwell_of("cup, blue", visit_gap_ms=49.0)
    assert strict["visits"] == 3
    assert strict["mean visit duration [ms]"] == (140 + 100 + 150) / 3
    assert dwell_of("plate")["visits"] == 1  # the blink does not end it
    assert dwell_of("plate", visit_gap_ms=0.0)["visits"] == 2


def test_visits_are_listed_with_entry_exit_and_dwell():
    table = compute_aoi_visits(gaze_map(), SECTION)
    assert table.columns.tolist() == AOI_VISITS.names
    table["start"] = (table["start timestamp [ns]"] - T0) / MS
    table["end"] = (table["end timestamp [ns]"] - T0) / MS
    columns = ["aoi label", "visit id", "start", "end", "duration [ms]", "dwell time [ms]"]
    assert table[columns].to_numpy().tolist() == [
        ["cup, blue", 1, 10, 300, 290, 240],
        ["cup, blue", 2, 450, 600, 150, 150],
        ["plate", 1, 300, 450, 150, 130],
    ]


def test_fixations_on_each_aoi():
    cup, plate = dwell_of("cup, blue"), dwell_of("plate")
    assert cup["total fixations"] == 3
    assert cup["total fixation duration [ms]"] == 140 + 100 + 150
    assert cup["average fixation duration [ms]"] == 130
    assert cup["first fixation duration [ms]"] == 140
    assert cup["undecided fixations"] == 1  # the one while it was lost
    assert plate["total fixations"] == 1
    assert plate["total fixation duration [ms]"] == pytest.approx(149.4)
    assert plate["undecided fixations"] == 4  # all with valid gaze while it was not tracked


@pytest.mark.parametrize(
    ("origin", "cup", "plate"),
    [("recording", 510, 800.6), ("section", 510, 800.6), ("aoi visible", 10, 100.6)],
)
def test_times_to_first_start_at_the_origin(origin, cup, plate):
    assert dwell_of("cup, blue", ttff_origin=origin)["time to first fixation [ms]"] == cup
    assert dwell_of("cup, blue", ttff_origin=origin)["time to first visit [ms]"] == cup
    assert dwell_of("plate", ttff_origin=origin)["time to first fixation [ms]"] == pytest.approx(plate)


def test_without_fixations_their_columns_are_empty_and_the_rest_is_not():
    cup = dwell_of("cup, blue", with_fixations=False)
    assert pd.isna(cup["total fixations"])
    assert pd.isna(cup["time to first fixation [ms]"])
    assert cup["dwell time [ms]"] == 390


def test_an_aoi_never_looked_at_has_zeros_and_empty_times():
    mapped = map_gaze(watching()[:0], FrameClock(np.array([T0])), [CUP_MASKLET])
    (row,) = compute_aoi_dwell(mapped, SECTION, fixation_map(mapped)).to_dict("records")
    assert (row["dwell time [ms]"], row["visits"], row["total fixations"]) == (0, 0, 0)
    for column in (
        "dwell share",
        "mean visit duration [ms]",
        "time to first visit [ms]",
        "time to first fixation [ms]",
    ):
        assert np.isnan(row[column])


def test_a_section_counts_only_what_lies_in_it():
    section = Section("rec-1", "R", T0 - 500 * MS, "part", T0 + 250 * MS, T0 + 425 * MS)
    cup, plate = (dwell_of(name, section, ttff_origin="section") for name in ("cup, blue", "plate"))
    assert cup["section id"] == "part"
    assert cup["dwell time [ms]"] == 50
    assert plate["dwell time [ms]"] == 105  # 300 … 400, and the first half of the sample at 420
    assert cup["visible time [ms]"] == plate["visible time [ms]"] == 175
    assert cup["total fixation duration [ms]"] == 50  # fixation 2 is cut at its start …
    assert plate["total fixation duration [ms]"] == pytest.approx(124.4)  # … and 3 at its end
    assert cup["time to first fixation [ms]"] == 0
    assert plate["time to first fixation [ms]"] == pytest.approx(50.6)
    visits = compute_aoi_visits(gaze_map(), section)
    assert visits["duration [ms]"].tolist() == [50, 125]


def test_the_options_are_in_the_table():
    row = dwell_of("plate", margin_deg=-0.5, px_per_degree=10.0, fixation_rule="any", blinks="keep")
    assert row[["margin [deg]", "fixation rule", "blinks", "ttff origin"]].tolist() == [
        -0.5,
        "any",
        "keep",
        "recording",
    ]


def test_the_summary_loses_nothing():
    mapped = gaze_map()
    table = compute_summary(mapped, SECTION, fixation_map(mapped))
    whole = table[table["aoi label"].isna()].set_index(["of", "which"])["count"].to_dict()
    assert whole == {
        ("samples", "ok"): 82,
        ("samples", "no gaze"): 5,
        ("samples", "blink"): 2,
        ("samples", "no frame"): 9,
        ("frames", "shown"): 9,
        ("frames", "filler"): 1,
        ("fixations", "with valid samples"): 6,
        ("fixations", "without valid samples"): 1,
        ("assignments", "rule"): 7,
        ("assignments", "person"): 0,
    }
    cup = table[table["aoi label"] == "cup, blue"].set_index(["of", "which"])
    assert cup.loc["samples", "count"].to_dict() == {"inside": 39, "outside": 38, "unknown": 5}
    assert cup.loc["samples", "time [ms]"].to_dict() == {"inside": 390, "outside": 380, "unknown": 50}
    assert cup.loc["frames", "count"].to_dict() == {"visible": 6, "absent": 2, "lost": 1, "unknown": 0}
    assert cup.loc["fixations", "count"].to_dict() == {"inside": 3, "outside": 2, "unknown": 2}
    sums = table.groupby(["of", "aoi label"])["count"].sum()
    assert set(sums["samples"]) == {82}
    assert set(sums["frames"]) == {9}
    assert set(sums["fixations"]) == {len(FIXATIONS)}


def test_the_summary_of_a_recording_without_fixations_has_no_rows_on_them():
    assert set(compute_summary(gaze_map(), SECTION)["of"]) == {"samples", "frames"}


def test_a_look_that_began_before_the_aoi_came_into_view_takes_no_time():
    gaze = watching()
    mapped = map_gaze(gaze, FrameClock(T0 + np.arange(10) * 100 * MS), [CUP_MASKLET], MappingOptions())
    late = Section("r", "R", T0, start_ns=T0 + 205 * MS)
    options = MappingOptions(ttff_origin="aoi visible")
    mapped_late = map_gaze(gaze, mapped.clock, [CUP_MASKLET], options)
    row = compute_aoi_dwell(mapped_late, late, fixation_map(mapped_late, late)).iloc[0]
    assert row["time to first fixation [ms]"] == 0
    assert row["time to first visit [ms]"] == 5
