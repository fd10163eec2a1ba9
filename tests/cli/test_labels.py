"""Labels out, in and from format to format on the command line."""

import json

import pytest
from PIL import Image

from cli.running import COLOUR, dwell, masks_of, refused
from dwell.labels import can_read
from dwell.project import Project
from dwell.registry import FORMATS, load
from dwell.types import Origin
from labels import plain
from labels.plain import label, square, thing, write
from shape_recordings import SIZE_HW, shapes_world


@pytest.fixture(autouse=True)
def formats(monkeypatch):
    plain.register(monkeypatch)


@pytest.fixture
def partly(shots, tmp_path):
    """Red is tracked on frames 20 … 24 of 50."""
    path = tmp_path / "part.dwell"
    dwell(
        "track", shots, "--aoi", "red:click=32,15@f20", "--from", 20, "--to", 25, "--project", path, *COLOUR
    )
    return path


def test_several_formats_of_chosen_frames_with_pictures(tracked, tmp_path):
    ran = dwell(
        "export",
        tracked,
        "--format",
        "plain,coco",
        "--out",
        "set",
        "--every",
        10,
        "--pictures",
        "jpg",
        "--json",
    )
    assert [each["format"] for each in ran.json["exports"]] == ["plain", "coco"]
    (first, _) = ran.json["exports"]
    assert (first["n_frames"], first["n_masks"], first["n_pictures"]) == (5, 10, 5)
    pictures = sorted((tmp_path / "set" / "plain").rglob("*.jpg"))
    assert [path.stem for path in pictures] == [f"shot_{i:04d}" for i in (1, 11, 21, 31, 41)]
    with Image.open(pictures[0]) as image:
        assert image.size == SIZE_HW[::-1]


def test_frames_without_an_answer_are_left_out_written_or_refused(partly):
    ran = dwell("export", partly, "--format", "plain", "--out", "a")
    assert "45 frames without an answer for every AOI left out: red on 0 lost and 45 untracked" in ran.error
    ran = dwell("export", partly, "--format", "plain,coco", "--out", "two")
    assert ran.error.count("45 frames without an answer") == 1, "what is true of both is said once"
    assert "plain, coco: 45 frames" in ran.error
    ran = dwell("export", partly, "--format", "plain", "--out", "b", "--unanswered", "write", "--json")
    assert (ran.json["n_frames"], ran.json["frames_without_answer"]) == (
        50,
        {"red": {"lost": 0, "unknown": 45}},
    )
    said = refused("export", partly, "--format", "plain", "--out", "c", "--unanswered", "stop")
    assert "red on frames 0–19, 25–49" in said
    assert "--unanswered skip" in said
    ran = dwell("export", partly, "--format", "plain", "--out", "d", "--frames", "anchors")
    assert "1 masks on 1 frames" in ran.out


def test_a_study_is_parted_by_recording(tracked, partly):
    ran = dwell("export", tracked, partly, "--format", "plain", "--out", "set", "--val", "0.5", "--json")
    assert ran.json["n_frames"] == 55
    assert "no recording 'nobody'" in refused(
        "export", tracked, partly, "--format", "plain", "--out", "set", "--val", "nobody"
    )
    assert "--val" in refused("export", tracked, "--format", "plain", "--out", "x", "--val", 2, code=2)


def test_labels_that_come_back_are_the_masks_that_went_out(tracked, shots, tmp_path):
    dwell("export", tracked, "--format", "plain", "--out", "labels")
    ran = dwell("import", "labels/labels.plain", "--into", shots, "--json")
    assert (ran.json["n_masks"], ran.json["n_frames"], ran.json["other_ids"]) == (100, 50, {})
    assert masks_of(tmp_path / "shots.dwell") == masks_of(tracked)
    with Project.open(tmp_path / "shots.dwell", write=False) as project:
        assert project.record(1, 30).origin is Origin.IMPORTED
    said = refused("import", "labels/labels.plain", "--into", "shots.dwell")
    assert "--existing new" in said
    assert "existing=" not in said


def test_boxes_come_in_as_prompts_and_are_tracked(shots, tmp_path):
    write(tmp_path / "a.plain", [thing(1, "red")], [label(1, 20, box=[22, 5, 42, 25])], 50, size_hw=SIZE_HW)
    assert "--as prompts" in refused("import", "a.plain", "--into", shots)
    ran = dwell("import", "a.plain", "--into", shots, "--as", "prompts")
    assert "1 prompts of 1 AOIs on 1 frames imported into" in ran.out
    dwell("track", "shots.dwell", *COLOUR)
    with Project.open(tmp_path / "shots.dwell", write=False) as project:
        assert project.record(1, 45).mask.area == shapes_world().truth(45)["red"].sum()


def test_one_format_becomes_another(tmp_path):
    write(tmp_path / "a.plain", [thing(3, "cup")], [label(3, 0, square(1, 1))], 2)
    ran = dwell("convert", "a.plain", "out", "--format", "davis", "--json")
    assert (ran.json["format"], ran.json["n_masks"]) == ("davis", 1)
    assert len(list((tmp_path / "out").rglob("*.png"))) == 2
    assert "plain" in refused("convert", "a.plain", "out", "--format", "davis", "--from", "plainer")
    assert "WIDTHxHEIGHT" in refused("convert", "a.plain", "o", "--format", "davis", "--size", "big", code=2)


def test_every_format_is_listed_with_what_it_keeps_and_loses():
    rows = {each["name"]: each for each in dwell("formats", "--json").json["labels"]}
    assert list(rows) == list(FORMATS)
    for name, row in rows.items():
        kind = load(FORMATS, name)
        assert (row["keeps"], row["loses"], row["in"]) == (kind.about.keeps, kind.about.loses, can_read(kind))
        assert row["keeps"]
        assert row["files"]
        assert row["source"] == kind.about.source
    table = dwell("formats").out
    assert all(name in table for name in FORMATS)
    assert "masks" in dwell("formats", "coco").out
    assert "no label format named 'cocoa'" in refused("formats", "cocoa")
    assert json.loads(dwell("formats", "plain", "--json").out)["labels"][0]["in"] is True


# -------------------------------------------------------------------- gaze


def test_gaze_goes_beside_labels_each_into_a_folder_of_its_own(tracked, tmp_path):
    ran = dwell("export", tracked, "--format", "coco,elan,gazeplotter", "--out", "all", "--json")
    labels, elan, plotter = ran.json["exports"]
    assert labels["path"].endswith("all/coco/annotations.json")
    assert (tmp_path / "all" / "elan").is_dir()
    assert elan["n_events"] > 0
    assert plotter["path"].endswith("gazeplotter")
    only = dwell("export", tracked, "--format", "elan", "--out", "one", "--margin-deg", "0")
    assert "events written to one" in only.out
    assert [each["name"] for each in dwell("formats", "elan", "--json").json["gaze"]] == ["elan"]
