"""Cloud's tables on fixations, to the millisecond."""

import numpy as np
import pandas as pd
import pytest

from dwell.enrichments import ImageOptions, map_enrichment, open_enrichment
from enrichments.written import MS, START, aoi, box, fixation, sample, section, write

LEFT, RIGHT = box(0, 0, 50, 60), box(50, 0, 100, 60)
SIDES = [(aoi(1, "left"), LEFT), (aoi(2, "right"), RIGHT)]


def results(folder, aois=SIDES, starts_ns=None, **options):
    return map_enrichment(open_enrichment(folder), aois, ImageOptions(**options), starts_ns=starts_ns)


def rows(table, *columns):
    return table[list(columns)].astype(object).where(table[list(columns)].notna(), None).values.tolist()


METRICS = (
    "recording id",
    "aoi label",
    "total fixations",
    "total fixation duration [ms]",
    "average fixation duration [ms]",
    "time to first fixation [ms]",
)


def test_the_worked_example_of_a_real_export(tmp_path):
    """A fixation of 19.997 ms is 20 ms here; 20 + 3053 = 3073 ms; 1536.5 is rounded down to 1536 ms."""
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START),
        fixations=fixation(1, 1500.25, 19.997, (10, 10)) + fixation(2, 2000, 3053, (20, 10)),
    )
    found = results(folder)
    assert rows(found.aoi_fixations, "aoi label", "fixation id", "fixation duration [ms]") == [
        ["left", 1, 20],
        ["left", 2, 3053],
    ]
    assert rows(found.aoi_metrics, *METRICS) == [
        ["r1", "left", 2, 3073, 1536, 1500],
        ["r1", "right", 0, None, None, None],
    ]


def test_the_average_of_three_is_rounded_down(tmp_path):
    """927.33 ms → 927 ms."""
    lengths = (900, 941, 941)
    text = "".join(fixation(n, 1000 * n, length, (10, 10)) for n, length in enumerate(lengths, start=1))
    found = results(write(tmp_path / "e", sections=section("s1", "r1", START), fixations=text))
    assert rows(found.aoi_metrics, "average fixation duration [ms]") == [[927], [None]]


def test_time_to_first_fixation_counts_from_the_recordings_start_in_every_section(tmp_path):
    later = START + 20_000 * MS
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START) + section("s2", "r1", later, event="task"),
        fixations=fixation(1, 500, 100, (80, 10)) + fixation(9, 20_400, 100, (10, 10), where="s2,r1"),
    )
    assert rows(results(folder).aoi_metrics, "aoi label", "time to first fixation [ms]") == [
        ["left", 20_400],
        ["right", 500],
    ]
    from_section = results(folder, ttff_origin="section").aoi_metrics
    assert rows(from_section, "aoi label", "time to first fixation [ms]") == [["left", 400], ["right", 500]]


def test_a_start_that_is_not_known_is_left_empty_and_said_until_it_is_given(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START, event="task"),
        fixations=fixation(1, 500, 100, (10, 10)),
    )
    found = results(folder)
    assert rows(found.aoi_metrics, "time to first fixation [ms]") == [[None], [None]]
    assert any("empty for r1 one" in note and "recording.begin" in note for note in found.notes)
    given = results(folder, starts_ns={"r1": START - 1000 * MS})
    assert rows(given.aoi_metrics, "time to first fixation [ms]") == [[1500], [None]]
    assert given.notes == []


def test_a_start_after_the_fixation_is_called_wrong(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START, event="task"),
        fixations=fixation(1, 500, 100, (10, 10)),
    )
    found = results(folder, starts_ns={"r1": START + 1000 * MS})
    assert rows(found.aoi_metrics, "time to first fixation [ms]")[0] == [-500]
    assert any("negative" in note for note in found.notes)


def test_only_fixations_detected_on_the_picture_count(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START),
        fixations=fixation(1, 500, 100, (10, 10), on=False) + fixation(2, 700, 100, (-3, 10)),
    )
    assert len(results(folder).aoi_fixations) == 0


def test_a_fixation_on_two_aois_counts_for_both(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START),
        fixations=fixation(1, 500, 100, (45, 10)) + fixation(2, 700, 80, (10, 10)),
    )
    inner = [*SIDES, (aoi(3, "middle"), box(40, 0, 60, 60))]
    assert rows(results(folder, inner).aoi_metrics, "aoi label", "total fixation duration [ms]") == [
        ["left", 180],
        ["right", None],
        ["middle", 100],
    ]


def test_aois_of_a_category_count_once(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START),
        fixations=fixation(1, 500, 100, (45, 10)) + fixation(2, 700, 80, (90, 10)),
    )
    aois = [
        (aoi(1, "bottle", "drink"), box(0, 0, 50, 60)),
        (aoi(2, "bottle 2", "drink"), box(40, 0, 60, 60)),
        (aoi(3, "sign"), box(80, 0, 100, 60)),
    ]
    found = results(folder, aois, group_by="category").aoi_metrics
    assert rows(found, "aoi label", "total fixations") == [["drink", 1], ["sign", 1]]


def test_by_samples_a_fixation_is_where_any_or_most_of_them_are(tmp_path):
    """Three samples: one left, two right; Cloud has put the fixation on the right."""
    gaze = "".join(sample(500 + 5 * i, (x, 10), fixation=1) for i, x in enumerate((49, 51, 52)))
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START),
        gaze=gaze,
        fixations=fixation(1, 500, 15, (50.7, 10)),
    )

    def where(rule):
        return results(folder, fixation_rule=rule).aoi_metrics["total fixations"].tolist()

    assert where("mean") == [0, 1]
    assert where("any") == [1, 1]
    assert where("majority") == [0, 1]


def test_fixations_of_the_same_number_in_two_recordings_are_not_mixed_up(tmp_path):
    gaze = sample(500, (10, 10), fixation=1) + sample(500, (90, 10), fixation=1, where="s2,r2")
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START) + section("s2", "r2", START, wearer="w2"),
        gaze=gaze,
        fixations=fixation(1, 500, 100, (0, 0)) + fixation(1, 500, 100, (0, 0), where="s2,r2"),
    )
    found = results(folder, fixation_rule="any").aoi_metrics
    assert rows(found, "aoi label", "recording id", "total fixations") == [
        ["left", "r1", 1],
        ["left", "r2", 0],
        ["right", "r1", 0],
        ["right", "r2", 1],
    ]


def test_over_all_recordings(tmp_path):
    """Three recordings of two wearers; the third has no fixation at all."""
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START)
        + section("s2", "r2", START, wearer="w2")
        + section("s3", "r3", START, wearer="w2"),
        fixations=fixation(1, 1000, 300, (10, 10))
        + fixation(2, 2000, 100, (10, 10))
        + fixation(1, 4000, 200, (10, 10), where="s2,r2"),
    )
    left, right = results(folder).aoi_label_metrics.to_dict("records")
    assert left["total fixation duration [ms]"] == 200  # 600 / 3 recordings
    assert left["average fixation duration [ms]"] == 200  # 600 / 3 fixations
    assert left["time to first fixation [ms]"] == 2500  # (1000 + 4000) / 2 recordings that have one
    assert left["wearer reach"] == 1
    assert left["recording reach"] == pytest.approx(2 / 3)
    assert left["average fixation count"] == 1
    assert right["recording reach"] == 0
    assert right["total fixation duration [ms]"] == 0
    assert np.isnan(right["average fixation duration [ms]"])
    assert np.isnan(right["time to first fixation [ms]"])


def test_parts_of_a_fixation_in_two_sections_count_twice_and_this_is_said(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START) + section("s2", "r1", START + 30_000 * MS, event="task"),
        fixations=fixation(7, 29_900, 100, (10, 10)) + fixation(7, 30_000, 150, (10, 10), where="s2,r1"),
    )
    found = results(folder)
    assert rows(found.aoi_metrics, "total fixations", "total fixation duration [ms]")[0] == [2, 250]
    assert any("overlap in time" in note for note in found.notes)  # s1 goes on for 60 s
    assert any(note.startswith("1 fixation(s) are cut") for note in found.notes)


def test_an_independent_slow_count_agrees(tmp_path):
    """Random fixations and random overlapping AOIs, counted one by one."""
    random = np.random.default_rng(5)
    recordings = [f"r{n}" for n in range(4)]
    text, wanted = "", []
    for r, name in enumerate(recordings):
        for number in range(1, 40):
            xy = tuple(random.uniform(-5, (105, 65)).round(2))
            start, length = 100 * number + random.integers(0, 50), round(random.uniform(20, 400), 3)
            on = bool(random.random() < 0.8)
            text += fixation(number, start, length, xy, on=on, where=f"s{r},{name}")
            wanted.append((name, start, length, xy, on))
    boxes = [sorted(random.integers(0, 60, 2)) + sorted(random.integers(0, 60, 2)) for _ in range(12)]
    boxes = [(a, c, b + 1, d + 1) for a, b, c, d in boxes]
    aois = [(aoi(i + 1, f"a{i}"), box(*each)) for i, each in enumerate(boxes)]
    sections = "".join(section(f"s{r}", name, START) for r, name in enumerate(recordings))
    found = results(write(tmp_path / "e", sections=sections, fixations=text), aois).aoi_metrics
    slow = []
    for i, (x0, y0, x1, y1) in enumerate(boxes):
        for name in recordings:
            mine = [
                (start, length)
                for r, start, length, (x, y), on in wanted
                if r == name and on and x0 <= x < x1 and y0 <= y < min(y1, 60)
            ]
            whole = [int(length * MS + MS / 2) // MS for _, length in mine]
            n, total = len(mine), sum(whole)
            first = min((start for start, _ in mine), default=None)
            slow.append([name, f"a{i}", n, total if n else None, total // n if n else None, first])
    assert rows(found, *METRICS) == slow
    assert found["total fixations"].sum() > 50
    assert isinstance(found, pd.DataFrame)
