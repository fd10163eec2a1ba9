"""A reference image from Pupil Cloud and back: pull, words, metrics, push, list, delete."""

import csv
import sys

import pytest
from PIL import Image

from cli.running import dwell
from cloud.fake_cloud import PAGE, SECRET, FakeCloud, serving
from dwell.cloud import Retry
from enrichments.drawn_shelf import GREEN_BOX, RED_BOX, SIZE_HW, shelf_zip


@pytest.fixture
def fake(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr(Retry, "pause_s", lambda self, attempt: 0)
    with serving(FakeCloud(enrichment_zip=shelf_zip(tmp_path / "in the cloud" / "Bakery shelf"))) as cloud:
        monkeypatch.setenv("DWELL_PUPIL_CLOUD_URL", cloud.url)
        monkeypatch.setenv("DWELL_PUPIL_CLOUD_TOKEN", SECRET)
        yield cloud


def area(box):
    x0, y0, x1, y1 = box
    return (x1 - x0) * (y1 - y0)


def test_pull_words_metrics_push_list_delete(fake, tmp_path):
    dwell("cloud", "pull", PAGE, "--to", tmp_path / "zips")
    (zipped,) = (tmp_path / "zips").glob("*.zip")

    project = tmp_path / "shelf.dwell"
    words = ("--text", "red . green", "--detector", "colours", "--backend", "colour")
    suggested = dwell("segment", zipped, *words, "--project", project, "--dry-run", "--json").json
    assert {each["phrase"] for each in suggested["suggestions"]} == {"red", "green"}
    assert not project.exists()
    dwell("segment", zipped, *words, "--project", project, "--accept")

    ran = dwell("map", project, "--out", tmp_path / "tables", "--json").json
    assert ran["notes"] == []
    with (tmp_path / "tables" / "aoi_metrics.csv").open(encoding="utf-8", newline="") as file:
        table = {(row["aoi label"], row["recording id"]): row for row in csv.DictReader(file)}
    numbers = {
        key: [row[f"{name} [ms]"] for name in ("total fixation duration", "time to first fixation")]
        for key, row in table.items()
    }
    assert numbers == {
        ("red", "r1"): ["200", "1000"],
        ("red", "r2"): ["", ""],
        ("green", "r1"): ["100", "2000"],
        ("green", "r2"): ["300", "3000"],
    }

    assert "All 2 AOIs are in Pupil Cloud." in dwell("cloud", "push", project, PAGE).out
    listed = dwell("cloud", "ls", PAGE, "--json").json["aois"]
    assert {each["name"]: each["area_px"] for each in listed} == {
        "red": area(RED_BOX),
        "green": area(GREEN_BOX),
    }
    assert "There is nothing to send." in dwell("cloud", "push", project, PAGE, "--dry-run").out

    dwell("cloud", "rm", PAGE, "red", "--yes")
    assert fake.names() == ["green"]
    dwell("cloud", "rm", PAGE, "--all", "--yes")
    assert fake.names() == []


def test_everything_that_stands_out_is_suggested_without_words(fake, tmp_path):
    dwell("cloud", "pull", PAGE, "--to", tmp_path)
    (zipped,) = tmp_path.glob("*.zip")
    project = tmp_path / "all.dwell"
    how = ("--text", "thing", "--detector", "everything", "--box-threshold", 0.6)
    dwell("segment", zipped, *how, "--project", project, "--accept", "--out", tmp_path / "seen")
    (drawn,) = (tmp_path / "seen").glob("*.png")
    with Image.open(drawn) as image:
        assert image.size == SIZE_HW[::-1]
    ran = dwell("map", project, "--out", tmp_path / "tables", "--json").json
    assert sum(each["fixations"] for each in ran["aois"]) >= 3
