"""An earlier map brought up to date is the map made from scratch, and little is measured for it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwell.gaze import MappingOptions, map_gaze, mapping, remap_gaze, remapping
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.types import Direction, Origin, State
from gaze.scene import CAMERA, SIZE_HW, disc, make_clock, make_gaze, make_masklet

N_FRAMES = 12
CLOCK = make_clock(N_FRAMES, filler=[5])


def random_gaze(seed=0, n=160):
    rng = np.random.default_rng(seed)
    blinks = [{"blink id": 1} if 30 <= i < 40 else {} for i in range(n)]
    places = rng.uniform(-10, 90, (n, 2)).round(2)
    places[7] = np.nan
    return make_gaze([(3 * i, *places[i], blinks[i]) for i in range(n)])


GAZE = random_gaze()
ARRAYS = ("status", "inside", "distance_px", "distance_deg")


def assert_same(found, expected):
    assert found.options == expected.options
    assert found.aois == expected.aois
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def record(object_id, frame_idx, x, y, radius, origin=Origin.MODEL):
    visible = radius > 0
    return MaskRecord(
        object_id,
        frame_idx,
        Mask.from_array(disc(x, y, radius)) if visible else Mask.empty(SIZE_HW),
        State.VISIBLE if visible else (State.ABSENT, State.LOST)[x % 2],
        0.5 if origin is Origin.MODEL else float("nan"),
        origin,
        Direction.FORWARD if origin is Origin.MODEL else None,
    )


# ------------------------------------------------------------------ everything that may change


frames = st.integers(0, N_FRAMES - 1)
spans = st.tuples(frames, frames).map(sorted)
write = st.tuples(
    st.just("write"), st.integers(0, 2), frames, st.integers(0, 79), st.integers(0, 59), st.integers(0, 12)
)
edits = st.one_of(
    write,
    st.tuples(st.sampled_from(["stale", "approve", "delete"]), st.integers(0, 2), spans),
    st.tuples(st.sampled_from(["undo", "redo", "add", "remove", "rename"]), st.integers(0, 2)),
)
choices = st.builds(
    MappingOptions,
    margin_deg=st.sampled_from([0.0, 0.0, 0.5, 1.0, -0.3, 2.0]),
    px_per_degree=st.sampled_from([10.0, 10.0, 10.0, 7.0]),
    blinks=st.sampled_from(["exclude", "exclude", "keep"]),
    distance_limit_deg=st.sampled_from([5.0, 5.0, 3.0]),
)


def apply(project, edit):
    verb, which, *rest = edit
    aois = project.aois()
    if verb in ("undo", "redo"):
        getattr(project, verb)()
    elif verb == "add" or not aois:
        project.add_aoi(f"aoi {len(project.history())} {project.get_setting('n', 0)}")
        project.set_setting("n", project.get_setting("n", 0) + 1)
    else:
        change(project, aois[which % len(aois)].object_id, verb, rest)


def change(project, object_id, verb, rest):
    if verb == "write":
        project.write_masks([record(object_id, *rest)])
    elif verb == "rename":
        project.edit_aoi(object_id, name=f"{project.aoi(object_id).name}'")
    elif verb == "remove":
        project.remove_aoi(object_id)
    else:
        verbs = {"stale": project.mark_stale, "approve": project.set_approved, "delete": project.delete_masks}
        verbs[verb](object_id, rest[0][0], rest[0][1] + 1)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.lists(edits, max_size=6), choices), min_size=1, max_size=6), st.booleans())
def test_whatever_is_edited_a_map_brought_up_to_date_is_the_map_made_anew(rounds, with_camera):
    camera = CAMERA if with_camera else None
    with Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES) as project:
        for name in ("cup", "ball"):
            aoi = project.add_aoi(name)
            project.write_masks(record(aoi.object_id, i, 30 + i, 30, 9) for i in range(N_FRAMES))
        masklets = project.masklets(include_stale=False)
        found = map_gaze(GAZE, CLOCK, masklets, None, camera)
        for made, options in rounds:
            for edit in made:
                apply(project, edit)
            masklets = project.masklets(include_stale=False, before=masklets)
            found = remap_gaze(found, masklets, options)
            assert_same(found, map_gaze(GAZE, CLOCK, project.masklets(include_stale=False), options, camera))


# ------------------------------------------------------------------ how little is measured


@pytest.fixture
def measured(monkeypatch):
    """Counts the points that are located."""
    counted = []

    def counting(masklet, frame_idx, *rest):
        counted.append(len(frame_idx))
        return mapping.locate(masklet, frame_idx, *rest)

    monkeypatch.setattr(remapping, "locate", counting)
    return counted


def test_only_gaze_on_corrected_frames_is_measured_again(measured):
    with Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES) as project:
        for name in ("cup", "ball"):
            aoi = project.add_aoi(name)
            project.write_masks(record(aoi.object_id, i, 30, 30, 9) for i in range(N_FRAMES))
        before = map_gaze(GAZE, CLOCK, project.masklets())
        project.write_masks([record(1, 3, 40, 30, 5)])
        remap_gaze(before, project.masklets())
        in_frame_3 = int((before.ok & (before.frame_idx == 3)).sum())
        assert measured == [in_frame_3, 0]


def test_another_margin_is_not_measured(measured):
    cup = make_masklet(1, "cup", dict.fromkeys(range(N_FRAMES), disc(30, 30, 10)))
    options = MappingOptions(px_per_degree=10.0)
    before = map_gaze(GAZE, CLOCK, [cup], options)
    for margin in (0.1, 0.5, 2.0, -0.4, 0.0):
        wide = MappingOptions(margin_deg=margin, px_per_degree=10.0)
        assert_same(remap_gaze(before, [cup], wide), map_gaze(GAZE, CLOCK, [cup], wide))
    assert set(measured) == {0}


def test_a_distance_equal_to_the_margin_is_within_it_also_where_neither_is_a_binary_number():
    cup = make_masklet(1, "cup", {0: disc(30, 30, 10)})
    gaze = make_gaze([(0, 41.5, 30.5)])  # 1 px off the rim: 0.1° at 10 px per degree
    options = MappingOptions(margin_deg=0.1, px_per_degree=10.0)
    found = map_gaze(gaze, make_clock(2), [cup], options)
    assert found.inside.tolist() == [[1]]
    assert remap_gaze(
        map_gaze(gaze, make_clock(2), [cup], MappingOptions(px_per_degree=10.0)), [cup], options
    ).inside.tolist() == [[1]]


def test_masklets_of_unknown_content_are_measured_anew(measured):
    cup = make_masklet(1, "cup", {0: disc(30, 30, 10)})
    moved = make_masklet(1, "cup", {0: disc(40, 30, 10)})
    found = remap_gaze(map_gaze(GAZE, CLOCK, [cup]), [moved])
    assert_same(found, map_gaze(GAZE, CLOCK, [moved]))
    assert measured[0] > 0
