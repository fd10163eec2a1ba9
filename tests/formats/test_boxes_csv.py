"""The table of boxes: read back by the csv module, and as spreadsheet programs save it."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings

from dwell.errors import BadLabels, Cancelled
from dwell.formats.boxes_csv import BoxesCsv
from dwell.formats.found import Known
from dwell.masks import Mask
from dwell.tables import AOI_BOXES
from formats.drawn import CUP, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(0, 0, 20, 30), 2: square(4, 2, 6, 12)}
SPOON_AT = {0: square(5, 7, 9, 8)}
HEAD = "frame idx,aoi label,x0 [px],y0 [px],x1 [px],y1 [px]"


def drawn(video="drawn", **more):
    cup = masklet(CUP, CUP_AT, user=[0], approved=[2])
    return labels_of([masklet(SPOON, SPOON_AT), cup], 4, video, **more)


def rows_of(out):
    with (out / "aoi_boxes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def boxes_of(found):
    return {(one.key, found.numbers[one.frame]): one.box_xyxy for one in found.labels()}


def table(folder, text):
    file = folder / "boxes.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_row_is_an_aoi_on_a_frame(tmp_path):
    report = BoxesCsv().write([drawn(times_ns=np.arange(4) * 33_000_000)], tmp_path)
    rows = rows_of(tmp_path)
    assert list(rows[0]) == AOI_BOXES.names
    where, what = ["drawn", "0", "0", "spoon", "3", "cutlery"], ["7", "5", "8", "9", "4", "model", "false"]
    assert list(rows[1].values()) == [*where, *what, "30", "20"]
    assert [(row["frame idx"], row["time [ns]"], row["origin"], row["approved"]) for row in rows] == [
        ("0", "0", "user", "false"), ("0", "0", "model", "false"), ("2", "66000000", "model", "true")
    ]  # fmt: skip
    assert (report.path, report.n_frames, report.n_masks) == (tmp_path / "aoi_boxes.csv", 4, 3)


def test_videos_share_the_table_and_unknown_times_are_empty(tmp_path):
    BoxesCsv().write([drawn(), drawn("Küche", chosen=np.array([2]))], tmp_path)
    rows = rows_of(tmp_path)
    assert [row["recording name"] for row in rows] == ["drawn"] * 3 + ["Küche"]
    assert {row["time [ns]"] for row in rows} == {""}
    first, second = BoxesCsv().read(tmp_path)
    assert (first.name, first.numbers, second.name, second.numbers) == ("drawn", [0, 2], "Küche", [2])
    assert [one.keyframe for one in first.labels()] == [True, False, True]  # drawn, tracked, approved


@settings(max_examples=30, deadline=None)
@given(labels=random_labels())
def test_the_box_and_area_of_every_mask_are_there_and_come_back(tmp_path_factory, labels):
    out = tmp_path_factory.mktemp("csv")
    BoxesCsv().write([labels], out)
    masks = {key: Mask.from_array(array) for key, array in arrays_of(labels).items()}
    expected = {key: (mask.box_xyxy, mask.area) for key, mask in masks.items()}
    sides = ("x0 [px]", "y0 [px]", "x1 [px]", "y1 [px]")
    assert {
        (int(row["object id"]), int(row["frame idx"])): (
            tuple(int(row[s]) for s in sides),
            int(row["area [px]"]),
        )
        for row in rows_of(out)
    } == expected
    for found in BoxesCsv().read(out):  # no video where there is no row
        assert boxes_of(found) == {key: box for key, (box, _) in expected.items()}
        seen = {object_id for object_id, _ in expected}
        assert {(each.key, each.name, each.category) for each in found.things} == {
            (aoi.object_id, aoi.name, aoi.category) for aoi in labels.aois if aoi.object_id in seen
        }


def test_a_spreadsheets_table_may_have_semicolons_other_columns_and_any_order(tmp_path):
    head = HEAD.replace(",", ";") + ";remark\n"
    file = table(tmp_path, "\ufeff" + head + '7;"cup; big";1;2;3;4;\n2;spoon;5.5;0;40;1;nice\n')
    with pytest.raises(BadLabels, match="size of the pictures is not known"):
        BoxesCsv().read(file)
    (found,) = BoxesCsv().read(file, Known(size_hw=(20, 30)))
    assert [(one.key, one.frame, one.box_xyxy) for one in found.labels()] == [
        (2, 0, (5.5, 0, 30, 1)), (1, 1, (1, 2, 3, 4))
    ]  # fmt: skip
    assert (found.name, found.names, [each.name for each in found.things]) == (
        "boxes", ["00002", "00007"], ["cup; big", "spoon"]
    )  # fmt: skip
    assert found.lost == ("1 box is beyond the picture and cut off at its edge.",)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("frame idx,aoi label\n1,cup\n", 1, "x0 \\[px\\], y0 \\[px\\], x1 \\[px\\], y1 \\[px\\] missing"),
        (f"{HEAD}\n0,cup,0,0,1,1\n1,cup,0,0,1\n", 3, "expected 6 values, one a column; found 5"),
        (f"{HEAD}\n-1,cup,0,0,1,1\n", 2, "a whole number from 0 on as frame idx; found -1"),
        (f"{HEAD}\n0,cup,0,0,one,1\n", 2, "a number as x1 \\[px\\]; found 'one'"),
        (f"{HEAD}\n0,cup,5,0,5,1\n", 2, "found 0 × 1 px"),
        (f"{HEAD}\n0,,0,0,1,1\n", 2, "a name as aoi label"),
        (f"{HEAD}\n0,cup,0,0,1,1\n\n0,cup,2,2,3,3\n", 4, "a second box of 1 on the frame of line 2"),
        (
            f"{HEAD},object id\n0,cup,0,0,1,1,4\n1,cap,0,0,1,1,4\n",
            3,
            "'cup' with category None for object id 4",
        ),
        (
            f"{HEAD},frame width [px],frame height [px]\n0,cup,0,0,1,1,30,20\n1,cup,0,0,1,1,30,21\n",
            3,
            "30×20 px",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path, text, line, words):
    with pytest.raises(BadLabels, match=words) as caught:
        BoxesCsv().read(table(tmp_path, text), Known(size_hw=(20, 30)))
    assert f"boxes.csv, line {line}" in str(caught.value)
    assert caught.value.line == line


def test_nothing_is_left_behind_when_it_is_stopped(tmp_path):
    def stop(done, total):
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        BoxesCsv().write([drawn()], tmp_path, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_tables_are_recognised(tmp_path):
    assert not BoxesCsv().fits(tmp_path)
    with pytest.raises(BadLabels, match="expected the table of boxes, found no such file"):
        BoxesCsv().read(tmp_path)
    assert not BoxesCsv().fits(table(tmp_path, "a,b\n"))
    assert BoxesCsv().fits(table(tmp_path, HEAD + "\n"))
    BoxesCsv().write([drawn()], tmp_path)
    assert BoxesCsv().fits(tmp_path)
