"""What the benchmarks of everything-mode and gaze-first measure, by hand."""

import numpy as np
import pytest
from benchmarks.everything import foretold_at, options_for, ratios
from benchmarks.everything_clips import DRAWN, read_clip, write_clip
from benchmarks.everything_scores import Counting, masklets_of, measured
from benchmarks.gaze_first import best_of, camera_of, masklet_of, share_on, time_shares
from benchmarks.simulated_gaze import look_at

from dwell.everything import PUBLISHED
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.project import Project
from dwell.prompts import MaskPrompt
from dwell.tracking import TrackingSession
from dwell.types import AOI, Direction, Origin, State
from dwell.video import FrameClock
from everything.scenes import SCENES
from everything.truth import TruthBackend

SIZE_HW = (4, 10)


def box(*xyxy):
    return Mask.from_box(xyxy, SIZE_HW)


def record(frame_idx, mask):
    return MaskRecord(2, frame_idx, mask, State.VISIBLE, 1.0, Origin.MODEL, Direction.FORWARD)


def test_what_a_project_holds_and_how_often_the_model_was_asked(tmp_path):
    scene = SCENES["behind"]()
    backend = Counting(TruthBackend(scene))
    with measured(tmp_path) as cost:
        project = Project.in_memory(size_hw=scene.size_hw, n_frames=60)
        session = TrackingSession(project, scene.frames, backend)
        session.prompt("ball", MaskPrompt(scene.mask("ball", 0)), frame_idx=0)
        for _ in session.track():
            pass
        (tmp_path / "x").write_bytes(bytes(1234))
    assert (backend.n_starts, backend.object_frames, backend.name) == (1, 59, "truth")
    found = masklets_of(project)
    assert found == {1: {i: scene.mask("ball", i) for i in (*range(25), *range(39, 60))}}
    assert cost.disk_bytes == 1234
    assert cost.wall_s > 0
    assert cost.peak_mib > 20


def test_the_last_word_before_a_moment_counts():
    told = [(1.0, None), (2.0, 6.0), (4.0, 5.0), (10.0, 0.0)]
    assert foretold_at(told, 1.5) is None
    assert foretold_at(told, 0.5) is None
    assert foretold_at(told, 2.5) == 8.0
    assert foretold_at(told, 5.0) == 9.0


def test_least_scores_of_sam_are_asked_of_sam_only():
    assert options_for("sam-vit-base") == PUBLISHED
    others = options_for("embedded")
    assert others.automatic.pred_iou_thresh is None
    assert (others.step, others.iou_thresh, others.automatic.max_masks) == (5, 0.8, 144)


def test_ratios_say_nothing_where_nothing_was_used():
    keys = ("object_frames", "forward", "starts", "encodes", "proposals", "wall_s", "cpu_s", "proposing_s")
    ways = {
        "published": dict.fromkeys((*keys, "peak_mib", "disk_bytes"), 30),
        "ours": dict.fromkeys((*keys, "peak_mib"), 12) | {"disk_bytes": 0},
    }
    assert ratios(ways) == ["**2.5**"] * 9 + ["–"]


def test_the_drawn_clip_comes_with_its_truth(tmp_path):
    clip = read_clip(write_clip(DRAWN, tmp_path / DRAWN, 2))
    assert len(clip.frames) == 2
    assert sorted(clip.truths) == ["ball", "book", "cup"]
    assert all(len(masks) == 2 and masks[0] for masks in clip.truths.values())


def test_how_much_of_an_aoi_is_on_the_thing():
    truth = {0: box(0, 0, 4, 4), 1: box(0, 0, 4, 4), 2: Mask.empty(SIZE_HW)}
    records = [record(0, box(0, 0, 6, 4)), record(1, box(0, 0, 2, 4)), record(2, box(0, 0, 4, 2))]
    masklet = Masklet.from_records(AOI(2, "thing 1", "#ff0000"), SIZE_HW, records)
    assert share_on(masklet, truth) == pytest.approx((16 + 8 + 0) / (24 + 8 + 8))
    assert share_on(Masklet.from_records(AOI(2, "thing 1", "#ff0000"), SIZE_HW, []), truth) == 0


def test_found_and_false_time_by_hand():
    inside = np.array([True, True, False, True, False, False])
    on_thing = np.array([True, True, True, False, False, False])
    assert time_shares(inside, on_thing) == (pytest.approx(2 / 3), pytest.approx(1 / 3))


def test_true_masks_find_all_exact_gaze_and_half_of_them_half():
    scene = SCENES["still"]()
    clock = FrameClock(scene.frames.pts_ns)
    truth = {i: scene.mask("box", i) for i in range(40)}
    seen = look_at([truth[i].to_array() for i in range(40)], clock, 20.0, error_deg=0.0, seed=3)
    camera = camera_of(scene, 20.0)
    perfect = masklet_of(truth, scene.size_hw)
    found, false = best_of([perfect], seen, clock, camera, 0.0)
    assert found > 0.95  # of 0.1° of trembling, 2 px, little falls beside
    assert false == 0
    early = masklet_of({i: truth[i] for i in range(20)}, scene.size_hw, 2)
    times = seen.gaze["timestamp [ns]"].to_numpy()
    expected = (seen.on_thing & (times < clock.times_ns[20])).sum() / seen.on_thing.sum()
    assert best_of([early], seen, clock, camera, 1.0)[0] == pytest.approx(expected, abs=0.02)
    assert best_of([early, perfect], seen, clock, camera, 1.0)[0] > 0.99
    assert best_of([], seen, clock, camera, 0.0) == (0.0, 0.0)
