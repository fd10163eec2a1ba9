"""A masklet: one AOI over frames, from records or from stored rows."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from dwell.masks import DIRECTIONS, ORIGINS, SIGNALS, STATES, UNKNOWN, Mask, Masklet, MaskRecord, Signals
from dwell.types import AOI, Direction, Origin, State

SIZE = (20, 30)
CUP = AOI(object_id=3, name="cup", colour="#ff0000")


def box(x: int) -> Mask:
    return Mask.from_box((x, 5, x + 4, 11), SIZE)


CLICKED = MaskRecord(3, 10, box(2), State.VISIBLE, math.nan, Origin.USER, None, approved=True)
TRACKED = MaskRecord(3, 11, box(3), State.VISIBLE, 0.75, Origin.MODEL, Direction.FORWARD)
HIDDEN = MaskRecord(3, 12, Mask.empty(SIZE), State.ABSENT, 0.5, Origin.MODEL, Direction.FORWARD)
GONE = MaskRecord(3, 15, Mask.empty(SIZE), State.LOST, 0.0, Origin.MODEL, Direction.BACKWARD, check=True)
RECORDS = [GONE, CLICKED, HIDDEN, TRACKED]


class Shelf:
    """Stands for a project: keeps the strings by row and remembers what was asked for."""

    def __init__(self, strings: list[bytes]) -> None:
        self.strings = strings
        self.asked: list[list[int]] = []

    def __call__(self, rows):
        self.asked.append(rows.tolist())
        return [self.strings[row] for row in rows]


def stored(shelf: Shelf, **changed) -> Masklet:
    source = Masklet.from_records(CUP, SIZE, RECORDS)
    names = ("frame_idx", "state", "score", "area", "boxes_xyxy", "approved", "check", "origin", "direction")
    return Masklet.from_rows(CUP, SIZE, load_counts=shelf, **{n: getattr(source, n) for n in names} | changed)


def shelf() -> Shelf:
    return Shelf([CLICKED.mask.to_bytes(), TRACKED.mask.to_bytes(), b"never asked for", b"never asked for"])


def test_columns_are_in_order_of_the_frames():
    masklet = Masklet.from_records(CUP, SIZE, RECORDS)
    assert len(masklet) == 4
    assert masklet.frame_idx.tolist() == [10, 11, 12, 15]
    assert masklet.states == [State.VISIBLE, State.VISIBLE, State.ABSENT, State.LOST]
    assert [STATES[code] for code in masklet.state] == masklet.states
    assert masklet.area.tolist() == [24, 24, 0, 0]
    assert masklet.boxes_xyxy.tolist() == [[2, 5, 6, 11], [3, 5, 7, 11], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert masklet.score.tolist() == pytest.approx([math.nan, 0.75, 0.5, 0.0], nan_ok=True)
    assert masklet.approved.tolist() == [True, False, False, False]
    assert masklet.check.tolist() == [False, False, False, True]
    assert [ORIGINS[code] for code in masklet.origin] == [Origin.USER, *[Origin.MODEL] * 3]
    assert masklet.direction.tolist() == [-1, 0, 0, 1]
    assert DIRECTIONS[1] is Direction.BACKWARD


def test_frames_without_a_record_are_unknown():
    masklet = Masklet.from_records(CUP, SIZE, RECORDS)
    assert masklet.codes_at([9, 10, 12, 13, 15, 99]).tolist() == [UNKNOWN, 0, 1, UNKNOWN, 2, UNKNOWN]
    assert masklet.rows_at([9, 10, 12, 13, 15, 99]).tolist() == [-1, 0, 2, -1, 3, -1]
    assert masklet.mask(13) is None
    assert masklet.record(13) is None


@pytest.mark.parametrize("make", [lambda: Masklet.from_records(CUP, SIZE, RECORDS), lambda: stored(shelf())])
def test_masks_and_records_come_back(make):
    masklet = make()
    assert masklet.mask(10) == box(2)
    assert masklet.mask(12) == Mask.empty(SIZE)
    assert [masklet.record(frame) for frame in (11, 12, 15)] == [TRACKED, HIDDEN, GONE]
    clicked = masklet.record(10)
    assert math.isnan(clicked.score)
    assert replace(clicked, score=0.5) == replace(CLICKED, score=0.5)


@pytest.mark.parametrize("make", [lambda: Masklet.from_records(CUP, SIZE, RECORDS), lambda: stored(shelf())])
def test_runs_of_rows_come_in_the_order_asked_for(make):
    runs = make().runs([2, 1, 0, 1])
    assert len(runs) == 4
    assert runs.of(0).tolist() == []
    assert runs.of(1).tolist() == box(3).boundaries.tolist()
    assert runs.of(2).tolist() == box(2).boundaries.tolist()
    assert runs.of(3).tolist() == box(3).boundaries.tolist()
    assert len(make().runs()) == 4
    assert len(make().runs([])) == 0


def test_stored_masks_are_read_when_asked_for_many_at_once_and_only_where_visible():
    strings = shelf()
    masklet = stored(strings)
    assert masklet.states[3] is State.LOST
    assert masklet.codes_at([10]).tolist() == [0]
    assert strings.asked == []
    masklet.runs()
    assert strings.asked == [[0, 1]]
    masklet.runs([2, 3])
    assert strings.asked == [[0, 1]]


SEEN = Signals(object_score=0.75, iou_estimate=0.5, area_ratio=2.0, new_parts=1)


def test_signals_come_back_row_by_row():
    masklet = Masklet.from_records(CUP, SIZE, [GONE, CLICKED, HIDDEN, replace(TRACKED, signals=SEEN)])
    assert masklet.record(11).signals == SEEN
    assert masklet.record(12).signals == Signals()
    table = masklet.signals([1, 0])
    assert table.dtype == np.float32
    assert table[0].tolist() == pytest.approx(list(SEEN.to_row()), nan_ok=True)
    assert table[1, SIGNALS.index("new_parts")] == 0
    assert masklet.signals().shape == (4, len(SIGNALS))
    with pytest.raises(ValueError, match="expected rows 0 … 3"):
        masklet.signals([4])


def test_stored_signals_are_read_when_asked_for():
    asked = []

    def load(rows):
        asked.append(rows.tolist())
        return np.array([SEEN.to_row() for _ in rows], np.float32)

    masklet = stored(shelf(), load_signals=load)
    masklet.runs()
    assert asked == []
    assert masklet.signals([3, 1]).shape == (2, len(SIGNALS))
    assert masklet.record(11).signals == SEEN
    assert asked == [[3, 1], [1]]
    assert stored(shelf()).record(11).signals == Signals()


def test_an_empty_masklet_knows_nothing():
    masklet = Masklet.from_records(CUP, SIZE, [])
    assert masklet.signals().shape == (0, len(SIGNALS))
    assert len(masklet) == 0
    assert masklet.codes_at([0, 5]).tolist() == [UNKNOWN, UNKNOWN]
    assert masklet.mask(0) is None
    assert len(masklet.runs()) == 0
    assert masklet.boxes_xyxy.shape == (0, 4)


def test_columns_cannot_be_changed():
    masklet = Masklet.from_records(CUP, SIZE, RECORDS)
    with pytest.raises(ValueError, match="read-only"):
        masklet.frame_idx[0] = 0
    with pytest.raises(FrozenInstanceError):
        TRACKED.score = 1.0


@pytest.mark.parametrize("data", [b"52", b"5 2", b"5R", b""])
def test_a_damaged_stored_mask_is_named_by_its_frame(data):
    masklet = stored(Shelf([CLICKED.mask.to_bytes(), data]))
    with pytest.raises(ValueError, match="AOI 'cup', frame 11: "):
        masklet.runs()
    assert masklet.mask(10) == box(2)


def test_rows_that_do_not_exist_are_refused():
    masklet = Masklet.from_records(CUP, SIZE, RECORDS)
    with pytest.raises(ValueError, match="expected rows 0 … 3, got -1 … 1"):
        masklet.runs(masklet.rows_at([9, 11]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"frame_idx": 11}, "frame 11 follows frame 11"),
        ({"object_id": 4}, "belongs to object 4"),
        ({"mask": Mask.full((20, 31))}, r"\(20, 31\)"),
    ],
)
def test_records_that_do_not_belong_together_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        Masklet.from_records(CUP, SIZE, [TRACKED, replace(CLICKED, **change)])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": [0, 1]}, "Column state: expected shape"),
        ({"state": [0, 1, 2, 3]}, "Column state: expected codes from 0 to 2"),
        ({"origin": [0, 1, -1, 0]}, "Column origin"),
        ({"direction": [-1, 0, 1, 3]}, "Column direction"),
        ({"boxes_xyxy": np.zeros((4, 2))}, "Column boxes_xyxy"),
        ({"frame_idx": [1, 3, 2, 4]}, "frame 2 follows frame 3"),
    ],
)
def test_columns_that_make_no_sense_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        stored(shelf(), **change)


@pytest.mark.parametrize(
    "change",
    [
        {"mask": Mask.empty(SIZE)},
        {"state": State.ABSENT},
        {"state": State.UNKNOWN, "mask": Mask.empty(SIZE)},
        {"score": 1.5},
        {"score": -0.1},
        {"frame_idx": -1},
    ],
)
def test_a_record_that_contradicts_itself_is_refused(change):
    with pytest.raises(ValueError, match=f"AOI 3, frame {change.get('frame_idx', 11)}"):
        replace(TRACKED, **change)


@pytest.mark.parametrize("make", [lambda: Masklet.from_records(CUP, SIZE, RECORDS), lambda: stored(shelf())])
def test_counts_strings_come_in_the_order_asked_for_and_are_empty_without_a_mask(make):
    strings = [CLICKED.mask.to_bytes(), TRACKED.mask.to_bytes(), b"", b""]
    assert make().strings() == strings
    assert make().strings([3, 1, 0]) == [b"", strings[1], strings[0]]
    with pytest.raises(ValueError, match="expected rows 0 … 3"):
        make().strings([4])


def test_stored_counts_strings_are_passed_on_undecoded():
    strings = Shelf([b"any thing", b"at all", b"never asked for", b"never asked for"])
    assert stored(strings).strings([0, 2, 1]) == [b"any thing", b"", b"at all"]
    assert strings.asked == [[0, 1]]
