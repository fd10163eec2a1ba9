"""Gaze samples on the AOIs of a picture: dwell time, visits, margins."""

import json

import numpy as np
import pandas as pd
import pytest

from dwell.enrichments import ImageOptions, map_enrichment, open_enrichment
from dwell.enrichments.areas import Area, AreaIndex, areas_of
from dwell.masks import Mask
from enrichments.written import SIZE_HW, START, aoi, box, fixation, sample, section, write

SIDES = [(aoi(1, "left"), box(0, 0, 50, 60)), (aoi(2, "right"), box(50, 0, 100, 60))]


def every_5_ms(*places, first_ms=0.0, **where):
    """One sample for each place; None = no row, as while the picture is out of view."""
    rows = [(first_ms + 5 * i, place) for i, place in enumerate(places)]
    return "".join(sample(t, xy, **where) for t, xy in rows if xy is not None)


def dwell(folder, aois=SIDES, **options):
    table = map_enrichment(open_enrichment(folder), aois, ImageOptions(**options)).image_dwell
    return table.set_index(["aoi label", "recording id"])


def test_dwell_time_counts_each_sample_up_to_the_next(tmp_path):
    """Six samples of 5 ms: 3 left, 2 right, 1 beside both on the picture."""
    left, right = (10, 10), (60, 10)
    aois = [(aoi(1, "left"), box(0, 0, 50, 60)), (aoi(2, "right"), box(50, 0, 100, 30))]
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START),
        gaze=every_5_ms(left, left, right, (60, 50), right, left),
    )
    table = dwell(folder, aois, visit_gap_ms=0)
    assert table["dwell time [ms]"].tolist() == [15, 10]
    assert table["gaze time [ms]"].tolist() == [30, 30]
    assert table["dwell share"].tolist() == pytest.approx([0.5, 1 / 3])
    assert table["visits"].tolist() == [2, 2]
    assert table["mean visit duration [ms]"].tolist() == [7.5, 5]
    assert table["time to first visit [ms]"].tolist() == [0, 10]
    assert table["area share"].tolist() == [0.5, 0.25]
    assert table["dwell share per area share"].tolist() == pytest.approx([1, 4 / 3])
    assert dwell(folder, aois, visit_gap_ms=20)["visits"].tolist() == [1, 1]


def test_time_without_the_picture_in_view_is_nobodys(tmp_path):
    """Rows at 0, 5, 10 and again from 1000 ms: the third stands for 10 ms at most, not for 990."""
    gaze = every_5_ms((10, 10), (10, 10), (10, 10)) + every_5_ms((10, 10), (10, 10), first_ms=1000)
    folder = write(tmp_path / "e", sections=section("s1", "r1", START), gaze=gaze)
    left = dwell(folder).loc[("left", "r1")]
    assert left["dwell time [ms]"] == 5 + 5 + 10 + 5 + 5
    assert left["visits"] == 2


def test_gaze_off_the_picture_and_in_blinks_does_not_count(tmp_path):
    gaze = (
        sample(0, (10, 10))
        + sample(5, (10, 10), on=False)
        + sample(10, (10, 10), blink=1)
        + sample(15, None)
        + sample(20, (10, 10))
    )
    folder = write(tmp_path / "e", sections=section("s1", "r1", START), gaze=gaze)
    assert dwell(folder).loc[("left", "r1"), "dwell time [ms]"] == 10
    assert dwell(folder, blinks="keep").loc[("left", "r1"), "dwell time [ms]"] == 15


def test_recordings_are_kept_apart_and_one_without_gaze_has_a_row(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START) + section("s2", "r2", START) + section("s3", "r3", START),
        gaze=every_5_ms((10, 10), (10, 10)) + every_5_ms((60, 10), (60, 10), (60, 10), where="s2,r2"),
    )
    table = dwell(folder)["dwell time [ms]"]
    assert table.loc["left"].to_dict() == {"r1": 10, "r2": 0, "r3": 0}
    assert table.loc["right"].to_dict() == {"r1": 0, "r2": 15, "r3": 0}
    assert np.isnan(dwell(folder).loc[("left", "r3"), "dwell share"])


def test_a_margin_grows_and_shrinks_by_the_distance_between_pixel_centres():
    point = Mask.from_box((40, 30, 41, 31), SIZE_HW)
    yy, xx = np.mgrid[: SIZE_HW[0], : SIZE_HW[1]]
    distance = np.hypot(xx - 40, yy - 30)
    for margin in (1, 5, 7.5):
        (grown,) = areas_of([(aoi(1, "dot"), point)], ImageOptions(margin_px=margin))
        np.testing.assert_array_equal(grown.mask.to_array(), distance <= margin)
    disc = Mask.from_array(distance <= 12)
    outside = np.argwhere(distance > 12)[:, ::-1]
    nearest = np.array([[np.hypot(*(outside - (x, y)).T).min() for x in range(100)] for y in range(60)])
    (shrunk,) = areas_of([(aoi(1, "disc"), disc)], ImageOptions(margin_px=-4))
    np.testing.assert_array_equal(shrunk.mask.to_array(), nearest > 4)


def test_the_index_knows_for_each_pixel_exactly_the_masks_it_lies_in():
    random = np.random.default_rng(3)
    masks = [Mask.from_array(random.random((40, 30)) < share) for share in (0.5, 0.1, 0.9, 0, 1, 0.3)]
    index = AreaIndex.build([Area(str(i), mask) for i, mask in enumerate(masks)], (40, 30))
    stacked = np.stack([mask.to_array() for mask in masks], axis=-1)
    np.testing.assert_array_equal(index.members[index.codes_hw], stacked)
    with pytest.raises(ValueError, match=r"big: expected a mask of \(40, 30\) \(h, w\) px, got \(60, 100\)"):
        AreaIndex.build([Area("big", box(0, 0, 1, 1))], (40, 30))


def test_an_independent_slow_count_agrees(tmp_path):
    """Random gaze in three recordings on overlapping AOIs, added up sample by sample."""
    random = np.random.default_rng(8)
    boxes = {"a": (0, 0, 40, 40), "b": (20, 10, 90, 50), "c": (35, 35, 45, 45), "d": (0, 0, 100, 60)}
    aois = [(aoi(i, name), box(*each)) for i, (name, each) in enumerate(boxes.items(), start=1)]
    text, slow = "", {(name, f"r{r}"): 0.0 for name in boxes for r in range(3)}
    for r in range(3):
        times = np.cumsum(random.integers(4, 40, 200))
        steps = np.diff(times)
        lengths = [*np.minimum(steps, 2 * int(np.median(steps))), int(np.median(steps))]
        for t, length in zip(times, lengths, strict=True):
            x, y = random.uniform(-10, (110, 70)).round(3)
            on = random.random() < 0.9
            text += sample(float(t), (x, y), on=on, where=f"s{r},r{r}")
            for name, (x0, y0, x1, y1) in boxes.items():
                if on and x0 <= x < x1 and y0 <= y < y1:
                    slow[name, f"r{r}"] += length
    sections = "".join(section(f"s{r}", f"r{r}", START) for r in range(3))
    table = dwell(write(tmp_path / "e", sections=sections, gaze=text), aois)
    assert table["dwell time [ms]"].to_dict() == pytest.approx(slow)
    assert min(slow.values()) > 0


def test_the_folder_of_results_says_how_it_was_made(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START),
        gaze=every_5_ms((10, 10)),
        fixations=fixation(1, 0, 100, (10, 10)),
    )
    found = map_enrichment(open_enrichment(folder), SIDES, ImageOptions(margin_px=2))
    seen = []
    files = found.write(tmp_path / "out", lambda done, total: seen.append((done, total)))
    assert [each.name for each in files] == [
        "aoi_fixations.csv",
        "aoi_label_metrics.csv",
        "aoi_metrics.csv",
        "image_dwell.csv",
        "mapping.json",
    ]
    assert seen[-1] == (4, 4)
    manifest = json.loads((tmp_path / "out" / "mapping.json").read_text(encoding="utf-8"))
    assert manifest["mapping"]["margin_px"] == 2
    assert manifest["aois"] == ["left", "right"]
    assert pd.read_csv(tmp_path / "out" / "aoi_metrics.csv")["total fixations"].tolist() == [1, 0]


def test_nothing_on_the_picture_is_said(tmp_path):
    folder = write(
        tmp_path / "e",
        sections=section("s1", "r1", START),
        fixations=fixation(1, 0, 100, (10, 10), on=False),
    )
    assert any(
        "Not one fixation is on the picture" in note
        for note in map_enrichment(open_enrichment(folder), SIDES).notes
    )
    empty = write(tmp_path / "f", sections=section("s1", "r1", START))
    notes = map_enrichment(open_enrichment(empty), []).notes
    assert any("There is no AOI" in note for note in notes)
    assert any("not one fixation" in note for note in notes)


@pytest.mark.parametrize(
    ("name", "value"),
    [("fixation_rule", "first"), ("ttff_origin", "aoi visible"), ("margin_px", np.inf), ("visit_gap_ms", -1)],
)
def test_options_that_cannot_be_used(name, value):
    with pytest.raises(ValueError, match=name):
        ImageOptions(**{name: value})
