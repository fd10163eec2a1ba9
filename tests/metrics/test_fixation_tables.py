"""Pupil Cloud's two AOI tables, the sequence and the transitions."""

import pandas as pd

from dwell.gaze import Section, map_fixations, map_gaze
from dwell.metrics import (
    compute_aoi_dwell,
    compute_aoi_fixations,
    compute_aoi_metrics,
    compute_aoi_sequence,
    compute_summary,
    compute_transitions,
    label_id,
)
from dwell.tables import AOI_METRICS, AOI_SEQUENCE, write_table
from gaze.scene import MS, T0, box, make_clock, make_fixations, make_gaze, make_masklet
from metrics.watching import FIXATIONS, SECTION, fixation_map, gaze_map

THINGS = [
    make_masklet(i + 1, name, dict.fromkeys(range(20), box(20 * i, 0, 20 * i + 20, 60)))
    for i, name in enumerate(("a", "b", "c"))
]


def fixating(*looks):
    """Fixations of (ms, place), where place is the index of a thing, or None for none of them."""
    rows, spans, t = [], [], 0.0
    for length, place in looks:
        rows += [(t + d, 70 if place is None else 20 * place + 10, 30) for d in (0, length / 2)]
        spans.append((t, t + length))
        t += length
    mapped = map_gaze(make_gaze(rows), make_clock(20, 100), THINGS)
    return map_fixations(mapped, make_fixations(*spans))


def test_aoi_fixations_has_one_row_per_aoi_and_fixation():
    table = compute_aoi_fixations(fixation_map(gaze_map()), SECTION)
    assert table.columns.tolist() == [
        *("label id", "aoi label", "section id", "recording id", "fixation id", "fixation duration [ms]")
    ]
    assert table[["aoi label", "fixation id", "fixation duration [ms]"]].to_numpy().tolist() == [
        ["cup, blue", 1, 140],
        ["cup, blue", 2, 100],
        ["cup, blue", 4, 150],
        ["plate", 3, 149],  # 149.4 ms
    ]
    assert set(table["recording id"]) == {"rec-1"}
    assert table["label id"].tolist() == [label_id("cup, blue")] * 3 + [label_id("plate")]


def test_durations_are_rounded_and_averages_rounded_down_as_in_cloud():
    section = Section("r", "R", T0 - 1_999_999)
    found = fixating((19.997, 0), (1053, None), (30.5, 0), (20.4, 0))
    assert compute_aoi_fixations(found, section)["fixation duration [ms]"].tolist() == [20, 31, 20]
    first = compute_aoi_metrics(found, section).iloc[0]
    assert first["total fixation duration [ms]"] == 71
    assert first["average fixation duration [ms]"] == 23  # 23.67
    assert first["time to first fixation [ms]"] == 1  # 1.999999


def test_aoi_metrics_has_a_row_also_for_an_aoi_that_was_never_fixated(tmp_path):
    table = compute_aoi_metrics(fixating((100, 0), (200, 1)), Section("r", "R", T0))
    assert table["aoi label"].tolist() == ["a", "b", "c"]
    assert table["total fixations"].tolist() == [1, 1, 0]
    path = write_table(table, AOI_METRICS, tmp_path / "aoi_metrics.csv")
    assert path.read_text().splitlines() == [
        "label id,recording id,recording name,aoi label,average fixation duration [ms],total fixations,"
        "time to first fixation [ms],total fixation duration [ms]",
        f"{label_id('a')},r,R,a,100,1,0,100",
        f"{label_id('b')},r,R,b,200,1,100,200",
        f"{label_id('c')},r,R,c,,0,,",
    ]


def test_time_to_first_fixation_in_cloud_s_table_is_from_the_recording_s_start():
    mapped = gaze_map(ttff_origin="aoi visible")
    table = compute_aoi_metrics(fixation_map(mapped), SECTION)
    assert table["time to first fixation [ms]"].tolist() == [510, 800]


def test_no_fixations_give_empty_tables_with_all_columns():
    none = fixating()
    assert compute_aoi_fixations(none, SECTION).empty
    assert compute_aoi_metrics(none, SECTION)["total fixations"].tolist() == [0, 0, 0]
    assert compute_aoi_sequence(none, SECTION).columns.tolist() == AOI_SEQUENCE.names
    assert compute_transitions(none).to_numpy().tolist() == [[0] * 3] * 3


def test_the_sequence_says_outside_only_where_that_is_known():
    table = compute_aoi_sequence(fixation_map(gaze_map()), SECTION)
    assert table["on"].tolist() == ["aoi", "aoi", "aoi", "aoi", "unknown", "unknown", "unknown"]
    assert table["aoi label"].fillna("-").tolist() == ["cup, blue"] * 2 + ["plate", "cup, blue"] + ["-"] * 3
    known = compute_aoi_sequence(fixating((50, 0), (50, None)), SECTION)
    assert known["on"].tolist() == ["aoi", "outside"]


def test_transitions_count_changes_from_aoi_to_aoi():
    found = fixating((50, 0), (50, 0), (50, 1), (50, None), (50, 0), (50, 1), (50, 2), (50, None), (50, 2))
    table = compute_transitions(found)
    expected = pd.DataFrame([[0, 2, 0], [1, 0, 1], [0, 0, 0]], index=list("abc"), columns=list("abc"))
    pd.testing.assert_frame_equal(table, expected, check_names=False)


def test_label_ids_depend_on_the_name_alone():
    assert label_id("cup") == label_id("cup") != label_id("Cup")


def test_the_start_of_a_fixation_is_not_rounded_before_the_difference_is_taken():
    found = fixating((10, 0))
    later = Section("r", "R", T0 - 10 * MS + 1)
    assert compute_aoi_metrics(found, later).iloc[0]["time to first fixation [ms]"] == 9


def test_the_sequence_and_the_summary_say_what_a_person_has_put_by_hand():
    mapped = gaze_map()
    starts = FIXATIONS["start timestamp [ns]"].tolist()
    # 1 and 2 by the rule: cup. 5: cup is absent. 6: no valid sample. 7: lost. Now by hand:
    marks = {starts[0]: (2,), starts[4]: (1,), starts[5]: (1,), starts[6]: ()}
    found = map_fixations(mapped, FIXATIONS, marks=marks)
    table = compute_aoi_sequence(found, SECTION)
    assert table["assigned by"].tolist() == ["person", "rule", "rule", "rule", "person", "person", "person"]
    assert table["on"].tolist() == ["aoi"] * 6 + ["outside"]
    assert table["aoi label"].fillna("-").tolist() == [
        *("plate", "cup, blue", "plate", "cup, blue", "cup, blue", "cup, blue", "-")
    ]
    rows = compute_summary(mapped, SECTION, found)
    rows = rows[rows["of"] == "assignments"]
    assert rows[["which", "count", "time [ms]"]].to_numpy().tolist() == [
        ["rule", 3, 100 + 149.4 + 150],
        ["person", 4, 140 + 100 + 50 + 50],
    ]
    for label in ("cup, blue", "plate"):
        summary = compute_summary(mapped, SECTION, found)
        of_aoi = summary[(summary["aoi label"] == label) & (summary["of"] == "fixations")]
        assert of_aoi["count"].sum() == len(FIXATIONS)
    by_rule = compute_aoi_dwell(mapped, SECTION, fixation_map(mapped)).iloc[0]
    by_hand = compute_aoi_dwell(mapped, SECTION, found).iloc[0]
    assert (by_rule["total fixations"], by_hand["total fixations"]) == (3, 4)
    assert by_rule["dwell time [ms]"] == by_hand["dwell time [ms]"], "dwell time comes from samples"
