"""``dwell look`` without a screen, once more from its log, and its AOI metrics."""

import csv
import json

import pytest

from cli.running import dwell, refused
from looking.eyes import MS, START
from looks.shelf import draw_pictures


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return draw_pictures(tmp_path_factory.mktemp("shelf") / "pictures")


@pytest.fixture
def gaze(tmp_path, monkeypatch):
    """Half a second on red, half a second on blue, 100 Hz."""
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "gaze.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("timestamp [ns]", "gaze x [px]", "gaze y [px]"))
        for t in range(0, 1000, 10):
            writer.writerow((START + t * MS, *((35, 45) if t < 500 else (120, 50))))
    (tmp_path / "keys.csv").write_text(
        f"timestamp [ns],action\n{START},start\n{START + 490 * MS},save\n{START + 990 * MS},save\n"
    )
    return tmp_path


def look(pictures, *more, **code):
    given = ("--headless", "--source", "replay:gaze.csv", "--backend", "colour", "--px-per-degree", 10)
    return dwell("look", pictures, *given, *more, **code)


def test_keys_keep_what_was_looked_at(pictures, gaze):
    ran = look(pictures, "--keys", "keys.csv", "--json")
    assert [(each["aoi"], each["frame_idx"]) for each in ran.json["kept"]] == [("look 1", 0), ("look 2", 0)]
    assert ran.json["samples"] == 100
    again = look(pictures, "--keys", "keys.csv", "--aoi", "red thing")
    assert "2 masks kept from 100 gaze samples" in " ".join(again.out.split())
    assert "look-0002" in again.out


def test_without_keys_long_looking_keeps(pictures, gaze):
    ran = look(pictures, "--dwell-ms", 300, "--json")
    assert [each["aoi"] for each in ran.json["kept"]] == ["look 1", "look 2"]
    nothing = look(pictures)
    assert "0 masks kept" in nothing.out
    assert "Give --keys, or a shorter --dwell-ms" in " ".join(nothing.err.split())


def test_a_look_runs_again_and_is_the_same(pictures, gaze):
    folder = look(pictures, "--keys", "keys.csv", "--json").json["look"]
    assert "The same, bit for bit: 107 events, 2 answers" in dwell("look", folder, "--again").out
    events = gaze / "pictures.dwell" / "looks" / "look-0001" / "events.jsonl"
    events.write_text(events.read_text().replace('"score":1.0', '"score":0.5', 1))
    ran = dwell("look", folder, "--again", "--json", code=1)
    assert not ran.json["identical"]
    assert "other masks" in ran.json["first_difference"]


def test_map_gives_the_aoi_metrics_of_a_look(pictures, gaze):
    folder = look(pictures, "--keys", "keys.csv", "--json").json["look"]
    ran = dwell("map", folder, "--out", "tables", "--json")
    dwells = {each["AOI"]: each["dwell [s]"] for each in ran.json["aois"]}
    assert dwells == {"look 1": pytest.approx(0.5), "look 2": pytest.approx(0.5)}
    assert json.loads((gaze / "tables" / "mapping.json").read_text())
    assert "needs --px-per-degree" in refused("map", folder, "--out", "t", "--margin-deg", 1, code=2)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--source", "neon"), "gaze comes from a file; say --source replay:FILE.csv, not 'neon'"),
        (("--source", "replay:none.csv"), "There is no gaze table none.csv"),
        (("--source", "replay:keys.csv"), "keys.csv"),
        (("--keys", "gaze.csv"), "must have the columns"),
        (("--frame", 7), "There is no frame 7"),
    ],
)
def test_what_is_wrong_is_said(pictures, gaze, given, message):
    given = ("--source", "replay:gaze.csv", *given)
    assert message in refused("look", pictures, "--headless", "--backend", "colour", *given)


def test_only_a_look_can_be_run_again(pictures, gaze):
    assert "holds no look.json, so it is no look" in refused("look", pictures, "--again")


def test_options_that_would_do_nothing_are_refused(pictures, gaze):
    assert "--frame is for looks without a page; add --headless" in refused(
        "look", pictures, "--frame", 1, code=2
    )
    folder = look(pictures, "--keys", "keys.csv", "--json").json["look"]
    assert "leave out --keys" in refused("look", folder, "--again", "--keys", "keys.csv", code=2)


def test_again_asks_the_segmenter_of_then(pictures, gaze):
    folder = look(pictures, "--keys", "keys.csv", "--json").json["look"]
    dwell("track", "pictures.dwell", "--backend", "embedded")  # the project's last is another one now
    ran = dwell("look", folder, "--again", "--json")
    assert ran.json["identical"]
    assert ran.json["backend"] == "colour"
