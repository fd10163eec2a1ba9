"""Labels frame by frame from columns: what comes, in what order, and how few masks are read for it."""

import numpy as np
from hypothesis import given, settings

from dwell.formats.streaming import counting, frames_of, painting_order, track_of
from dwell.masks import Mask, Masklet
from formats.drawn import CUP, SIZE_HW, SPOON, arrays_of, labels_of, masklet, random_labels, square

CUP_AT = {0: square(2, 2, 12, 12), 1: square(2, 4, 12, 14)}
SPOON_AT = {1: square(5, 5, 7, 20)}


def drawn(**more):
    return labels_of([masklet(SPOON, SPOON_AT), masklet(CUP, CUP_AT, lost=[2])], 4, **more)


def test_frames_come_in_order_with_their_aois_by_object_id():
    frames = list(frames_of(drawn()))
    assert [(i, [one.aoi.name for one in shown]) for i, shown in frames] == [
        (0, ["cup"]), (1, ["cup", "spoon"]), (2, []), (3, [])
    ]  # fmt: skip
    cup, spoon = frames[1][1]
    assert (cup.area, cup.box_xyxy, cup.box_xywh) == (100, (4, 2, 14, 12), (4, 2, 10, 10))
    assert (spoon.area, spoon.counts) == (30, Mask.from_array(SPOON_AT[1]).to_bytes())
    np.testing.assert_array_equal(spoon.mask.to_array(), SPOON_AT[1])
    assert painting_order([spoon, cup]) == [cup, spoon]


def test_only_chosen_frames_come():
    assert [i for i, _ in frames_of(drawn(chosen=np.array([1, 3])))] == [1, 3]


def test_a_track_has_a_place_for_every_frame():
    labels = drawn()
    track = list(track_of(labels, labels.masklets[1]))
    assert [(i, one and one.area) for i, one in track] == [(0, 100), (1, 100), (2, None), (3, None)]


@settings(max_examples=30, deadline=None)
@given(random_labels())
def test_every_visible_mask_comes_once(labels):
    found = {(one.aoi.object_id, i): one.mask.to_array() for i, shown in frames_of(labels) for one in shown}
    expected = arrays_of(labels)
    assert found.keys() == expected.keys()
    for key, array in expected.items():
        np.testing.assert_array_equal(found[key], array)


class Shelf:
    """A masklet of squares whose strings are made when asked for; remembers how many at a time."""

    def __init__(self, n_frames):
        self.asked = []
        self.string = Mask.from_array(square(1, 1, 3, 3)).to_bytes()
        n = n_frames
        self.masklet = Masklet.from_rows(
            CUP,
            SIZE_HW,
            load_counts=self.load,
            frame_idx=np.arange(n),
            state=np.zeros(n),
            score=np.ones(n),
            area=np.full(n, 4),
            boxes_xyxy=np.tile([1, 1, 3, 3], (n, 1)),
            approved=np.zeros(n),
            check=np.zeros(n),
            origin=np.ones(n),
            direction=np.zeros(n),
        )

    def load(self, rows):
        self.asked.append(len(rows))
        return [self.string] * len(rows)


def test_boxes_are_had_without_reading_a_mask_and_masks_many_at_a_time():
    shelf = Shelf(5000)
    labels = labels_of([shelf.masklet], 5000)
    assert sum(one.area for _, shown in frames_of(labels, masks=False) for one in shown) == 20_000
    assert shelf.asked == []
    assert sum(len(one.counts) > 0 for _, shown in frames_of(labels) for one in shown) == 5000
    assert sum(shelf.asked) == 5000
    assert 2 <= len(shelf.asked) <= 10


def test_masks_are_read_only_as_far_as_they_are_taken():
    shelf = Shelf(50_000)
    next(frames_of(labels_of([shelf.masklet], 50_000)))
    assert sum(shelf.asked) <= 5000


def test_progress_counts_the_frames_of_all_videos():
    told = []
    tick = counting([drawn(chosen=np.array([1, 3])), drawn()], lambda done, total: told.append((done, total)))
    for _ in range(6):
        tick()
    assert told == [(i, 6) for i in range(1, 7)]
