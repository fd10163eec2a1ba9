"""AOIs, prompts, masks, runs: what goes in comes out, also after closing and opening again."""

from dataclasses import replace

import numpy as np
import pytest

from dwell.errors import FrameOutOfRange, NotAProject, ProjectError, PromptError, UnknownAoi
from dwell.masks import Mask, MaskRecord, Signals
from dwell.project import Project, fingerprint
from dwell.prompts import Absent, Box, MaskPrompt, Point, Polygon, Stroke
from dwell.types import AOI, Direction, Origin, State
from project.drawing import (
    N_FRAMES,
    SIZE_HW,
    a_source,
    areas,
    by_model,
    by_user,
    everything,
    raw,
    square_mask,
)

# -------------------------------------------------------------------- the recording


def test_a_project_remembers_its_recording(project, path):
    assert project.source == a_source()
    project.relocate("/elsewhere/kitchen", fingerprint="abc")
    project.close()
    with Project.open(path) as again:
        assert again.source == a_source(path="/elsewhere/kitchen")


def test_another_recording_cannot_take_its_place(project):
    with pytest.raises(ProjectError, match="not the recording 'kitchen'"):
        project.relocate("/elsewhere/garden", fingerprint="xyz")
    assert project.source.path == "recordings/kitchen"


def test_a_fingerprint_is_of_sizes_and_both_ends(tmp_path):
    mib = 1 << 20
    video, gaze = tmp_path / "scene.mp4", tmp_path / "gaze.csv"
    content = bytearray(np.random.default_rng(0).bytes(4 * mib))
    gaze.write_text("timestamp [ns]\n1\n")

    def now() -> str:
        video.write_bytes(content)
        return fingerprint([video, gaze])

    before = now()
    assert len(before) == 64
    assert now() == before
    content[2 * mib] ^= 1
    assert now() == before, "the middle is not read"
    content[-1] ^= 1
    assert now() != before
    content[-1] ^= 1
    content[0] ^= 1
    assert now() != before
    content[0] ^= 1
    content.insert(2 * mib, 7)
    assert now() != before, "the size counts"


def test_a_copy_has_the_same_fingerprint(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"frames")
    assert fingerprint([tmp_path / "a.mp4"]) == fingerprint([tmp_path / "b.mp4"])


def test_frame_times_and_filler_map_time_to_frames_without_the_video(project, path):
    assert project.filler() is None
    assert project.clock() is None
    times_ns = 1_700_000_000_000_000_000 + np.arange(N_FRAMES) * 33_000_000
    filler = np.arange(N_FRAMES) < 3
    project.set_clock(times_ns)
    project.set_filler(filler)
    project.close()
    with Project.open(path, write=False) as again:
        assert np.array_equal(again.filler(), filler)
        clock = again.clock()
        assert clock.frame_at(times_ns[[0, 2, 3, 500]] + 1_000_000).tolist() == [-1, -1, 3, 500]


def test_frame_arrays_must_cover_the_video(project):
    with pytest.raises(ValueError, match=f"one value per frame .{N_FRAMES}."):
        project.set_filler(np.zeros(3, bool))


def test_settings_are_json(project, path):
    assert project.get_setting("margin_deg") is None
    assert project.get_setting("margin_deg", 0.5) == 0.5
    project.set_setting("margin_deg", {"value": 1.0, "names": ["Tür"]})
    project.close()
    with Project.open(path) as again:
        assert again.get_setting("margin_deg") == {"value": 1.0, "names": ["Tür"]}


# -------------------------------------------------------------------- AOIs


def test_aois_get_numbers_and_different_colours(project):
    aois = [project.add_aoi(f"thing {i}") for i in range(7)]
    assert [aoi.object_id for aoi in aois] == [1, 2, 3, 4, 5, 6, 7]
    assert len({aoi.colour for aoi in aois}) == 7
    assert project.add_aoi("thing 8").colour == aois[0].colour, "the palette starts again"
    assert project.aois()[:7] == aois


def test_an_aoi_is_found_by_name_and_number(project):
    cup = project.add_aoi("  cup ", colour="#123456", category="dishes")
    assert cup == AOI(1, "cup", "#123456", "dishes")
    assert project.aoi("cup") == project.aoi(1) == cup


def test_an_unknown_aoi_is_answered_with_those_there_are(project):
    with pytest.raises(UnknownAoi, match="none yet"):
        project.aoi("cup")
    project.add_aoi("Cup")
    project.add_aoi("kettle")
    with pytest.raises(UnknownAoi, match="the project has Cup, kettle. Did you mean 'Cup'"):
        project.aoi("cup")
    with pytest.raises(UnknownAoi, match="no AOI 7"):
        project.aoi(7)


@pytest.mark.parametrize("name", ["", "   ", "cup", " cup"])
def test_names_are_unique_and_not_empty(project, name):
    project.add_aoi("cup")
    with pytest.raises(PromptError, match="name"):
        project.add_aoi(name)
    assert len(project.aois()) == 1


def test_the_same_letters_are_the_same_name_however_they_are_typed(project):
    project.add_aoi("T\u00fcr")
    with pytest.raises(PromptError, match="already"):
        project.add_aoi("Tu\u0308r")


def test_aois_can_be_edited(project):
    project.add_aoi("cup", category="dishes")
    project.add_aoi("pot")
    assert project.edit_aoi(1, name="mug") == project.aoi("mug")
    assert project.edit_aoi(1, colour="#000000").colour == "#000000"
    assert project.edit_aoi(1, category="").category is None
    with pytest.raises(PromptError, match="already"):
        project.edit_aoi(1, name="pot")
    with pytest.raises(PromptError, match="#rrggbb"):
        project.edit_aoi(1, colour="red")
    with pytest.raises(UnknownAoi):
        project.edit_aoi(9, name="x")


def test_removing_an_aoi_removes_its_prompts_and_masks_only(project):
    for name in ("cup", "pot"):
        aoi = project.add_aoi(name)
        project.add_prompt(aoi.object_id, 3, Point(5, 6))
        project.write_masks([by_user(aoi.object_id, 3)])
    project.remove_aoi(1)
    assert [aoi.name for aoi in project.aois()] == ["pot"]
    assert [each.object_id for each in project.prompts()] == [2]
    assert list(project.records_at(3)) == [2]


@pytest.mark.parametrize("take_back", [False, True])
def test_a_number_is_never_used_again(project, path, take_back):
    project.add_aoi("cup")
    project.undo() if take_back else project.remove_aoi(1)
    assert project.add_aoi("pot").object_id == 2
    project.remove_aoi(2)
    project.close()
    with Project.open(path) as again:
        assert again.add_aoi("pan").object_id == 3


# -------------------------------------------------------------------- prompts


def test_every_kind_of_prompt_comes_back_equal(project, path):
    project.add_aoi("cup")
    given = [
        Point(1.5, 2.5, positive=False),
        Box(1, 2, 30, 20),
        Polygon(((1.0, 1.0), (20.0, 1.0), (10.0, 20.0))),
        Stroke(((1.0, 1.0), (5.0, 5.0)), radius_px=3.0),
        MaskPrompt(square_mask(8)),
        Absent(),
    ]
    ids = [project.add_prompt(1, 10 + i, prompt) for i, prompt in enumerate(given)]
    project.close()
    with Project.open(path) as again:
        found = again.prompts(object_id=1)
        assert [each.prompt for each in found] == given
        assert [each.id for each in found] == ids
        assert [each.frame_idx for each in found] == again.prompt_frames(1) == [10, 11, 12, 13, 14, 15]


def test_prompts_are_found_by_aoi_and_frame(project):
    project.add_aoi("cup")
    project.add_aoi("pot")
    first = project.add_prompt(1, 5, Point(1, 1))
    second = project.add_prompt(2, 5, Point(2, 2))
    third = project.add_prompt(1, 6, Point(3, 3))

    def ids(**where):
        return [each.id for each in project.prompts(**where)]

    assert ids() == [first, second, third]
    assert ids(object_id=1) == [first, third]
    assert ids(frame_idx=5) == [first, second]
    assert ids(object_id=1, frame_idx=6) == [third]
    project.remove_prompt(first)
    assert ids(object_id=1) == [third]
    with pytest.raises(PromptError, match=f"no prompt {first}"):
        project.remove_prompt(first)


def test_prompts_that_mean_nothing_are_refused(project):
    project.add_aoi("cup")
    with pytest.raises(PromptError, match="outside"):
        project.add_prompt(1, 5, Point(60, 0))
    with pytest.raises(FrameOutOfRange, match="frames 0 … 999"):
        project.add_prompt(1, N_FRAMES, Point(1, 1))
    with pytest.raises(UnknownAoi):
        project.add_prompt(2, 5, Point(1, 1))
    assert project.prompts() == []


# -------------------------------------------------------------------- masks


def test_a_record_comes_back_equal(project, path):
    project.add_aoi("cup")
    empty = Mask.empty(SIZE_HW)
    given = [
        by_model(1, 4),
        MaskRecord(1, 5, empty, State.LOST, 0.125, Origin.MODEL, Direction.BACKWARD, check=True),
        MaskRecord(1, 6, square_mask(3), State.VISIBLE, 1.0, Origin.MODEL, Direction.BOTH, approved=True),
        MaskRecord(1, 7, empty, State.ABSENT, float("nan"), Origin.USER, None),
        replace(by_model(1, 9), signals=Signals(0.5, 0.25, 1.5, 0.125, 2, 0.0625, 0.75, interpolated=True)),
    ]
    assert project.write_masks(given) == 5
    project.close()
    with Project.open(path, write=False) as again:
        masklet = again.masklet(1)
        for record in given:
            for found in (again.record(1, record.frame_idx), masklet.record(record.frame_idx)):
                assert str(found) == str(record)  # NaN equals itself in text
                assert found.mask == record.mask
                assert found.signals == record.signals
        assert again.record(1, 8) is None


def test_a_masklet_has_the_columns_of_one_built_in_memory(project):
    from dwell.masks import Masklet

    cup = project.add_aoi("cup")
    project.add_aoi("pot")
    rng = np.random.default_rng(1)
    given = [by_model(1, int(f), side=int(rng.integers(1, 20))) for f in rng.permutation(900)[:700]]
    project.write_masks(by_model(2, f) for f in range(50))
    project.write_masks(given)
    stored, expected = project.masklet(1), Masklet.from_records(cup, SIZE_HW, given)
    for name in (
        "frame_idx",
        "state",
        "score",
        "area",
        "boxes_xyxy",
        "approved",
        "check",
        "origin",
        "direction",
    ):
        assert np.array_equal(getattr(stored, name), getattr(expected, name)), name
    assert np.array_equal(stored.runs().boundaries, expected.runs().boundaries)
    assert np.array_equal(stored.runs([5, 3, 5]).boundaries, expected.runs([5, 3, 5]).boundaries)
    assert [m.aoi.name for m in project.masklets()] == ["cup", "pot"]


def test_the_newest_mask_of_a_frame_counts(project):
    project.add_aoi("cup")
    project.write_masks([by_model(1, f, side=4) for f in range(5)])
    project.write_masks([by_model(1, f, side=6) for f in (2, 3)])
    assert areas(project, 1) == {0: 16, 1: 16, 2: 36, 3: 36, 4: 16}


def test_a_model_never_replaces_what_a_person_said(project):
    project.add_aoi("cup")
    project.write_masks([by_user(1, 0, side=4), by_model(1, 1, side=4), by_model(1, 2, side=4)])
    project.set_approved(1, 1, 2)
    assert project.write_masks([by_model(1, f, side=9) for f in range(4)]) == 2
    assert areas(project, 1) == {0: 16, 1: 16, 2: 81, 3: 81}
    assert project.write_masks([by_user(1, f, side=5) for f in range(4)]) == 4
    assert set(areas(project, 1).values()) == {25}


def test_masks_on_a_frame_by_aoi(project):
    for name in ("cup", "pot", "pan"):
        project.add_aoi(name)
    project.write_masks([by_model(1, 7, side=3), by_model(3, 7, side=5), by_model(3, 8)])
    assert {i: record.mask.area for i, record in project.records_at(7).items()} == {1: 9, 3: 25}
    assert project.records_at(9) == {}


def test_masks_can_be_deleted(project):
    project.add_aoi("cup")
    project.write_masks(by_model(1, f) for f in range(10))
    assert project.delete_masks(1, 3, 8) == 5
    assert list(areas(project, 1)) == [0, 1, 2, 8, 9]


def test_only_unapproved_masks_of_a_model_go_out_of_date(project):
    project.add_aoi("cup")
    project.write_masks([by_user(1, 0), *(by_model(1, f) for f in range(1, 6))])
    project.set_approved(1, 2, 3)
    assert project.mark_stale(1, 0, 5) == 3
    assert project.coverage(1).stale.tolist() == [False, True, False, True, True, False]
    assert project.mark_stale(1, 0, 5) == 0
    assert project.record(1, 3) is not None
    assert project.record(1, 3, stale=False) is None
    assert project.records_at(3, stale=False) == {}
    assert project.masklet(1, include_stale=False).frame_idx.tolist() == [0, 2, 5]
    assert len(project.masklet(1)) == 6
    project.write_masks([by_model(1, 3)])
    assert project.record(1, 3, stale=False) is not None, "tracked again"


def test_what_was_proposed_is_given_like_what_a_person_made(project):
    project.add_aoi("cup")
    proposed = replace(by_user(1, 3), origin=Origin.PROPOSED)
    project.write_masks([by_model(1, 2), proposed, by_model(1, 4)])
    assert project.write_masks([by_model(1, 3, side=7)]) == 0
    assert project.mark_stale(1, 0, 9) == 2
    assert project.coverage(1).given.tolist() == [False, True, False]
    assert project.coverage(1).directions.tolist() == [1, 0, 1]
    assert project.anchors_beside(1, 4) == (3, None)
    assert project.masklet(1).record(3).origin is Origin.PROPOSED
    assert project.write_masks([by_user(1, 3, side=8)]) == 1
    assert project.write_masks([proposed]) == 0


def test_what_is_out_of_date_cannot_be_approved(project):
    project.add_aoi("cup")
    project.write_masks(by_model(1, f) for f in range(4))
    project.mark_stale(1, 0, 2)
    assert project.set_approved(1, 0, 4) == 2
    assert project.set_approved(1, 0, 4) == 0
    assert project.masklet(1).approved.tolist() == [False, False, True, True]
    assert project.set_approved(1, 0, 4, False) == 2


def test_coverage_says_how_each_frame_is_known(project):
    project.add_aoi("cup")
    forward, backward, both = Direction.FORWARD, Direction.BACKWARD, Direction.BOTH
    project.write_masks([by_model(1, f, direction=d) for f, d in ((3, forward), (2, backward), (8, both))])
    project.write_masks([by_user(1, 5)])
    coverage = project.coverage(1)
    assert coverage.frame_idx.tolist() == [2, 3, 5, 8]
    assert coverage.directions.tolist() == [2, 1, 0, 3]
    assert coverage.given.tolist() == [False, False, True, False]
    assert len(project.coverage(99).frame_idx) == 0


def test_masks_that_do_not_fit_are_refused_whole(project):
    project.add_aoi("cup")
    small = MaskRecord(1, 1, Mask.full((4, 4)), State.VISIBLE, 1.0, Origin.MODEL, Direction.FORWARD)
    with pytest.raises(ValueError, match="expected the scene video's"):
        project.write_masks([by_model(1, 0), small])
    with pytest.raises(FrameOutOfRange):
        project.write_masks([by_model(1, 0), by_model(1, N_FRAMES)])
    with pytest.raises(UnknownAoi):
        project.write_masks([by_model(1, 0), by_model(2, 0)])
    assert len(project.masklet(1)) == 0
    assert project.history()[-1].label == "add cup"


def test_a_masklet_says_when_it_is_out_of_date_instead_of_mixing(project):
    project.add_aoi("cup")
    project.write_masks(by_model(1, f, side=4) for f in range(10))
    masklet = project.masklet(1)
    project.mark_stale(1, 0, 10)  # changes no mask
    assert masklet.mask(3).area == 16
    project.write_masks([by_model(1, 3, side=6)])
    assert masklet.mask(2).area == 16
    with pytest.raises(ProjectError, match="'cup' have changed since"):
        masklet.mask(3)
    project.undo()
    assert masklet.mask(3).area == 16


# -------------------------------------------------------------------- tracking runs


def test_runs_are_on_record(project, path):
    run_id = project.begin_run("embedded", {"seed": 3}, "1.2")
    project.end_run(run_id, "done")
    project.begin_run("embedded", {}, "1.2")
    project.close()
    with Project.open(path) as again:
        done, cut_short = again.runs()
    assert (done.backend, done.parameters, done.version, done.status) == (
        "embedded",
        {"seed": 3},
        "1.2",
        "done",
    )
    assert done.ended_ns >= done.started_ns > 1_600_000_000_000_000_000
    assert (cut_short.status, cut_short.ended_ns) == ("interrupted", None)


def test_checkpoints_are_kept_per_aoi_direction_and_frame(project):
    forward, backward = Direction.FORWARD, Direction.BACKWARD
    for frame_idx in (20, 10, 30):
        project.save_checkpoint(1, forward, frame_idx, b"f%d" % frame_idx, key="k")
    project.save_checkpoint(1, backward, 10, b"b10", key="k")
    project.save_checkpoint(2, forward, 10, b"other", key="k")
    project.save_checkpoint(1, forward, 20, b"newer", key="k2")
    found = [(each.frame_idx, each.key, each.data) for each in project.checkpoints(1, forward)]
    assert found == [(10, "k", b"f10"), (20, "k2", b"newer"), (30, "k", b"f30")]
    project.clear_checkpoints(1, 15, 30)
    assert [each.frame_idx for each in project.checkpoints(1, forward)] == [10, 30]
    project.clear_checkpoints(1)
    assert project.checkpoints(1, backward) == []
    assert [each.data for each in project.checkpoints(2, forward)] == [b"other"]
    project.clear_checkpoints()
    assert project.checkpoints(2, forward) == []


# -------------------------------------------------------------------- making, opening, closing


def test_a_project_in_memory_works_like_one_on_disk(project):
    with Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES) as memory:
        for each in (project, memory):
            each.add_aoi("cup")
            each.add_prompt(1, 3, Point(5, 5))
            each.write_masks([by_user(1, 3)])
            each.add_aoi("pot")
            each.undo()
        assert everything(memory) == everything(project)
        assert memory.path is None
        assert not memory.read_only


def test_a_closed_project_is_one_file_that_says_so_when_used(project, path):
    masklet_aoi = project.add_aoi("cup")
    project.write_masks([by_model(1, 0)])
    masklet = project.masklet(masklet_aoi.object_id)
    project.close()
    project.close()
    assert {file.name for file in path.iterdir()} - {"writer.lock"} == {"project.db"}
    for use in (project.aois, lambda: project.add_aoi("pot"), lambda: masklet.mask(0), project.undo):
        with pytest.raises(ProjectError, match="closed"):
            use()


def test_a_read_only_project_cannot_be_changed(project, path):
    project.add_aoi("cup")
    project.close()
    with Project.open(path, write=False) as reader:
        assert reader.read_only
        assert [step.label for step in reader.history()] == ["add cup"]
        for change in (lambda: reader.add_aoi("pot"), reader.undo, lambda: reader.set_setting("a", 1)):
            with pytest.raises(ProjectError, match="read-only"):
                change()
    assert raw(path, "SELECT count(*) FROM aoi") == [(1,)]


def test_a_project_is_never_made_over_something(project, path, tmp_path):
    with pytest.raises(ProjectError, match="exists already"):
        Project.create(path, a_source())
    with pytest.raises(ValueError, match=r"ends in \.dwell"):
        Project.create(tmp_path / "kitchen", a_source())


def test_folders_on_the_way_are_made_and_nothing_else_is_left(tmp_path):
    Project.create(tmp_path / "a" / "b" / "Küche 100 % #1?.dwell", a_source()).close()
    assert [each.name for each in (tmp_path / "a" / "b").iterdir()] == ["Küche 100 % #1?.dwell"]
    with Project.open(tmp_path / "a" / "b" / "Küche 100 % #1?.dwell") as project:
        assert project.source == a_source()


def test_masks_are_stored_as_compressed_coco_strings_with_box_and_area(project, path):
    import zlib

    from pycocotools import mask as oracle

    project.add_aoi("cup")
    project.write_masks([by_model(1, 4, side=10)])
    project.close()
    ((data, *box, area),) = raw(
        path, "SELECT data, x0, y0, x1, y1, area FROM mask JOIN mask_counts USING (id)"
    )
    array = oracle.decode({"size": list(SIZE_HW), "counts": zlib.decompress(data)})
    assert np.array_equal(array, square_mask(10, 4).to_array())
    assert (box, area) == ([4, 5, 14, 15], 100)


def test_a_damaged_mask_is_named(project, path):
    project.add_aoi("cup")
    project.write_masks([by_model(1, 4)])
    project.close()
    raw(path, "UPDATE mask_counts SET data = x'00'")
    with Project.open(path) as again, pytest.raises(NotAProject, match="mask .* damaged"):
        again.record(1, 4)
