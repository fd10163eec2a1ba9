"""Labels from one format to another, without a project."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dwell.errors import BadLabels, OutputError
from dwell.labels import convert_labels
from labels import plain
from labels.plain import label, square, thing, write


@pytest.fixture(autouse=True)
def formats(monkeypatch):
    plain.register(monkeypatch)


def test_ids_names_colours_categories_parts_states_and_frames_stay(tmp_path):
    things = [
        thing(2, "handle", colour="#abcdef", category=None, part_of=7),
        thing(7, "Gefäß", colour="#123456", category="dishes", part_of=None),
    ]
    labels = [
        label(2, 0, square(1, 1), state="visible"),
        label(7, 0, state="absent"),
        label(7, 1, state="lost"),
        label(7, 2, square(3, 3), state="visible"),
    ]
    source = write(tmp_path / "a.plain", things, labels, names=["a", "b", "c"])
    report = convert_labels(source, "plain", tmp_path / "out")
    assert (report.n_frames, report.n_masks, report.lost) == (3, 2, ())
    assert json.loads(report.path.read_text()) == json.loads(source.read_text())


def test_frames_keep_their_numbers_where_a_file_knows_some_of_them(tmp_path):
    labels = [label(1, 0, square(1, 1)), label(1, 1, square(2, 2))]
    source = write(tmp_path / "a.plain", [thing(1, "cup")], labels, names=["x", "00001"], numbers=[2, 5])
    report = convert_labels(source, "plain", tmp_path / "out")
    (video,) = json.loads(report.path.read_text())
    assert report.n_frames == 2
    assert [(each["frame"], video["names"][each["frame"]]) for each in video["labels"]] == [
        (2, "x"),
        (5, "00001"),
    ]
    assert len(set(video["names"])) == 6


def test_boxes_become_boxes_of_whole_pixels_and_what_was_rounded_is_said(tmp_path):
    boxes = [
        label(1, 0, box=[2, 3, 6, 7]),
        label(1, 1, box=[2.4, 3, 6, 7]),
        label(1, 2, box=[-2, -2, 3, 3]),
        label(1, 3, box=[40, 40, 50, 50]),
    ]
    source = write(tmp_path / "a.plain", [thing(1, "cup")], boxes)
    report = convert_labels(source, "plain-boxes", tmp_path / "out", source_format="plain-boxes")
    (video,) = json.loads(report.path.read_text())
    masks = [square(3, 2), square(3, 2), square(0, 0, 3)]
    assert [each["counts"] for each in video["labels"]] == [mask.to_bytes().decode() for mask in masks]
    assert report.lost == (
        "1 boxes were rounded to whole pixels.",
        "1 boxes or masks have no pixel in the picture.",
    )


@pytest.mark.parametrize("name", ["../../evil", "..\\evil", "/evil", "", "a/../b", "a\0"])
def test_a_picture_s_name_that_leads_out_of_its_folder_is_refused(tmp_path, name):
    source = write(tmp_path / "a.plain", [thing(1, "cup")], [label(1, 0, square(1, 1))], names=["a", name])
    for target in ("davis", "png", "coco"):
        with pytest.raises(BadLabels, match="leads out of its folder"):
            convert_labels(source, target, tmp_path / "deep" / "out")
    assert [each.name for each in tmp_path.iterdir()] == ["a.plain"]


def test_boxes_do_not_become_masks(tmp_path):
    source = write(tmp_path / "a.plain", [thing(1, "cup")], [label(1, 0, box=[2, 3, 6, 7])])
    for source_format in ("plain-boxes", "plain"):
        with pytest.raises(BadLabels, match=r'Plain wants outlines.*how="prompts"'):
            convert_labels(source, "plain", tmp_path / "out", source_format=source_format)
    assert not (tmp_path / "out").exists()


def test_a_volume_cannot_be_made_of_labels_alone(tmp_path):
    pytest.importorskip("nibabel")
    source = write(tmp_path / "a.plain", [thing(1, "cup")], [label(1, 0, square(1, 1))])
    with pytest.raises(OutputError, match="NIfTI needs the volume itself"):
        convert_labels(source, "nifti", tmp_path / "out")


def test_a_file_without_a_video_is_refused(tmp_path):
    (tmp_path / "a.plain").write_text("[]")
    with pytest.raises(BadLabels, match="labels of no video"):
        convert_labels(tmp_path / "a.plain", "plain", tmp_path / "out")


def test_pictures_named_by_the_time_of_day_are_counted_from_0(tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("1699190000", "1699190040"):
        Image.fromarray(np.eye(4, dtype=np.uint8)).save(tmp_path / "a" / f"{name}.png")
    report = convert_labels(tmp_path / "a", "coco", tmp_path / "out", source_format="davis")
    images = json.loads(report.path.read_text())["images"]
    assert [(each["frame_idx"], Path(each["file_name"]).stem) for each in images] == [
        (0, "1699190000"),
        (1, "1699190040"),
    ]


def test_a_frame_that_no_video_has_is_refused(tmp_path):
    labels = [label(1, 0, square(1, 1))]
    source = write(tmp_path / "a.plain", [thing(1, "cup")], labels, names=["x"], numbers=[10**9])
    with pytest.raises(BadLabels, match="frame 1000000000.*fewer than 10000000.*Number its frames from 0"):
        convert_labels(source, "coco", tmp_path / "out")
