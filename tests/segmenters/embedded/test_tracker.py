"""The embedded tracker on small drawn worlds whose masks are known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from dwell.segmenters.contract import Shown, Tracked
from dwell.segmenters.embedded import EmbeddedBackend
from dwell.types import State
from segmenters.embedded.moving_pictures import Stage, blob, iou

RED, BLUE, GREY = (170, 60, 60), (60, 80, 180), (128, 128, 128)
BACKEND = EmbeddedBackend()


def follow(pictures, masks, rivals=None) -> list[dict[int, Tracked]]:
    """What the tracker says from the second picture on, given the masks on the first, by object_id."""
    encoding = BACKEND.encode(pictures[0])
    memories = {i: BACKEND.start(encoding, mask) for i, mask in masks.items()}
    out = []
    for n, picture in enumerate(pictures[1:], start=1):
        encoding = BACKEND.encode(picture, encoding)
        stepped = BACKEND.step(encoding, memories, rivals[n] if rivals else None)
        out.append({i: tracked for i, (tracked, _) in stepped.items()})
        memories = {i: memory for i, (_, memory) in stepped.items()}
    return out


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.coat("red", 1, RED)
    stage.coat("blue", 2, BLUE)
    stage.coat("pole", 3, GREY)
    return stage


def test_follows_a_moving_deforming_blob(stage):
    masks = [blob((80 + 5 * t, 120 + 2 * t), (36 + t, 30), 0.1 * np.sin(t / 3)) for t in range(25)]
    pictures = [stage.draw([("red", m, (5 * t, 2 * t))])[0] for t, m in enumerate(masks)]
    tracked = follow(pictures, {1: masks[0]})
    assert all(t[1].state is State.VISIBLE and not t[1].check for t in tracked)
    assert np.mean([iou(t[1].mask, m) for t, m in zip(tracked, masks[1:], strict=True)]) > 0.9


def test_follows_it_backwards_as_well(stage):
    masks = [blob((80 + 5 * t, 120), (36, 30)) for t in range(15)][::-1]
    pictures = [
        stage.draw([("red", m, (5.0 * t, 0))])[0] for t, m in zip(range(14, -1, -1), masks, strict=True)
    ]
    tracked = follow(pictures, {1: masks[0]})
    assert iou(tracked[-1][1].mask, masks[-1]) > 0.9


def test_a_still_scene_stays_put(stage):
    mask = blob((160, 120), (40, 30), 0.15)
    picture, _ = stage.draw([("red", mask, (0, 0))])
    tracked = follow([picture] * 12, {1: mask})
    assert iou(tracked[-1][1].mask, mask) > 0.95
    assert iou(tracked[-1][1].mask, tracked[2][1].mask) > 0.97


def test_masks_have_the_size_of_a_large_image():
    import cv2

    stage = Stage()
    stage.coat("red", 1, RED)
    masks = [blob((140 + 4 * t, 120), (40, 30)) for t in range(4)]
    size = (1280, 960)
    large = [cv2.resize(m.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0 for m in masks]
    pictures = [cv2.resize(stage.draw([("red", m, (4.0 * t, 0))])[0], size) for t, m in enumerate(masks)]
    tracked = follow(pictures, {1: large[0]})
    assert tracked[-1][1].mask.shape == (960, 1280)
    assert tracked[-1][1].mask.dtype == bool
    assert iou(tracked[-1][1].mask, large[-1]) > 0.93


def test_hidden_behind_a_pole_is_absent_then_back(stage):
    masks = [blob((70 + 6 * t, 120), (18, 22)) for t in range(30)]
    pole = np.zeros((240, 320), dtype=bool)
    pole[:, 130:185] = True
    drawn = [stage.draw([("red", m, (6.0 * t, 0)), ("pole", pole, (0, 0))]) for t, m in enumerate(masks)]
    tracked = [t[1] for t in follow([picture for picture, _ in drawn], {1: masks[0]})]
    seen = [np.count_nonzero(visible["red"]) for _, visible in drawn[1:]]
    states = [t.state for t in tracked]
    assert all(state is State.VISIBLE for state, area in zip(states, seen, strict=True) if area > 1000)
    assert State.ABSENT in states
    assert State.LOST not in states
    assert all(not t.mask.any() for t in tracked if t.state is not State.VISIBLE)
    hidden = [t.state for t, area in zip(tracked, seen, strict=True) if area == 0]
    assert hidden
    assert all(state is State.ABSENT for state in hidden)
    assert iou(tracked[-1].mask, masks[-1]) > 0.85


def test_out_of_view_is_lost_then_found_again_and_to_be_checked(stage):
    place = [40, 30, 15, 0, -15, -30, *[-80] * 10, *range(-30, 61, 10), *[60] * 12]
    masks = [blob((x, 120), (26, 30), 0.1) for x in place]
    pictures = [stage.draw([("red", m, (float(x), 0))])[0] for x, m in zip(place, masks, strict=True)]
    tracked = [t[1] for t in follow(pictures, {1: masks[0]})]
    assert tracked[11].state is State.LOST
    assert not any(t.mask.any() for t in tracked[8:15])
    again = [n for n, t in enumerate(tracked) if n > 12 and t.state is State.VISIBLE]
    assert again
    assert tracked[again[0]].check
    assert tracked[again[0] + 5].check
    assert not tracked[-1].check
    assert iou(tracked[-1].mask, masks[-1]) > 0.85


def test_crossing_objects_keep_their_identity(stage):
    front = [blob((70 + 7 * t, 112), (24, 24)) for t in range(26)]
    back = [blob((250 - 7 * t, 128), (26, 24)) for t in range(26)]
    drawn = [
        stage.draw([("blue", b, (-7.0 * t, 0)), ("red", f, (7.0 * t, 0))])
        for t, (f, b) in enumerate(zip(front, back, strict=True))
    ]
    tracked = follow([picture for picture, _ in drawn], {1: front[0], 2: back[0]})
    assert iou(tracked[-1][1].mask, front[-1]) > 0.85
    assert iou(tracked[-1][2].mask, back[-1]) > 0.85
    assert not any((t[1].mask & t[2].mask).any() for t in tracked)


def test_nested_objects_keep_overlapping(stage):
    bottle = [blob((100 + 4 * t, 120), (40, 50)) for t in range(15)]
    label = [blob((100 + 4 * t, 130), (24, 16)) for t in range(15)]
    drawn = [
        stage.draw([("red", b, (4.0 * t, 0)), ("blue", l_, (4.0 * t, 0))])
        for t, (b, l_) in enumerate(zip(bottle, label, strict=True))
    ]
    tracked = follow([picture for picture, _ in drawn], {1: bottle[0], 2: label[0]})
    assert iou(tracked[-1][1].mask, bottle[-1]) > 0.9
    assert iou(tracked[-1][2].mask, label[-1]) > 0.85


def test_a_rival_wins_doubtful_pixels_but_not_the_whole_object(stage):
    masks = [blob((100 + 3 * t, 120), (30, 30)) for t in range(8)]
    pictures = [stage.draw([("red", m, (3.0 * t, 0))])[0] for t, m in enumerate(masks)]
    beside = [np.zeros((240, 320), dtype=bool) for _ in masks]
    for t, rival in enumerate(beside):
        rival[:, 128 + 3 * t :] = True  # reaches 2 px into the object
    free = follow(pictures, {1: masks[0]})
    held = follow(pictures, {1: masks[0]}, [{7: rival} for rival in beside])
    shared = [np.count_nonzero(t[1].mask & r) for t, r in zip(held, beside[1:], strict=True)]
    freely = [np.count_nonzero(t[1].mask & r) for t, r in zip(free, beside[1:], strict=True)]
    assert sum(shared) < 0.5 * sum(freely)
    assert iou(held[-1][1].mask, masks[-1]) > 0.85


def test_an_object_shown_only_on_another_frame_is_found_by_its_looks(stage):
    mask = blob((160, 110), (34, 30), 0.1)
    shown, _ = stage.draw([("red", mask, (0, 0))])
    empty, _ = stage.draw([])
    moved = blob((220, 130), (34, 30), 0.1)
    pictures = [empty, *[stage.draw([("red", moved, (60, 20))])[0]] * 6]
    first = BACKEND.encode(pictures[0])
    memory = BACKEND.start(first, np.zeros_like(mask), [Shown(BACKEND.encode(shown), mask, 1)])
    encoding = first
    for picture in pictures[1:]:
        encoding = BACKEND.encode(picture, encoding)
        tracked, memory = BACKEND.step(encoding, {5: memory})[5]
    assert tracked.state is State.VISIBLE
    assert tracked.check
    assert iou(tracked.mask, moved) > 0.85


def test_fast_head_motion_is_followed():
    wide = Stage(seed=5)
    wide.coat("red", 1, RED)
    xs = [60, 64, 120, 180, 236, 240, 180, 120, 70]  # up to 19 % of the width between two frames
    pictures, masks = [], []
    for x in xs:
        mask = blob((x, 120), (30, 36), 0.1)
        view = Stage(seed=5)
        view.background = np.roll(wide.background, x - 60, axis=1)
        view.coats = wide.coats
        pictures.append(view.draw([("red", mask, (float(x), 0))])[0])
        masks.append(mask)
    tracked = follow(pictures, {1: masks[0]})
    assert min(iou(t[1].mask, m) for t, m in zip(tracked, masks[1:], strict=True)) > 0.8


def test_score_tells_a_good_mask_from_a_lost_one(stage):
    masks = [blob((70 + 6 * t, 120), (18, 22)) for t in range(12)]
    pictures = [stage.draw([("red", m, (6.0 * t, 0))])[0] for t, m in enumerate(masks)]
    gone = [stage.draw([])[0]] * 4
    tracked = [t[1] for t in follow(pictures + gone, {1: masks[0]})]
    assert all(0 <= t.score <= 1 for t in tracked)
    assert min(t.score for t in tracked[:11]) > 0.6
    assert max(t.score for t in tracked[12:]) < 0.3
