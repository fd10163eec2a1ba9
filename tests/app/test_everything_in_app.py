"""Everything in a video on a desk: begun, told, stopped, gone on with, killed; and the gallery of it."""

import os
import signal

import numpy as np
import pytest
from PIL import Image

from app.desks_for_tests import PAGE, add, click, open_desk, recording, track
from app.looping import run, until
from app.sites import asked
from dwell.app.backends import proposers
from dwell.app.messages import (
    AoiEdit,
    AoiMerge,
    AoiPart,
    AoiRemoval,
    EverythingRequest,
    SearchSettings,
    UndoRequest,
    View,
)
from dwell.app.work.finding import settings_of
from dwell.errors import PromptError, UnknownAoi
from dwell.everything import EverythingOptions, unfinished
from dwell.masks import Mask
from dwell.project import Project
from dwell.registry import PROPOSERS
from shape_recordings import SIZE_HW, shapes_world, write_image_folder

QUICK = settings_of(EverythingOptions()).model_copy(
    update={"proposer": "colour", "points_per_side": 10, "step": 20}
)
"""Clicks 8 px apart, on discs 16 px wide."""
LONG = 65
"""Frames on which the red disc is seen to the last."""


def everything(**more):
    return EverythingRequest(client=PAGE, settings=QUICK, **({"coverage": 1.0} | more))


@pytest.fixture
def project(tmp_path):
    return tmp_path / "work.dwell"


@pytest.fixture
def shapes(tmp_path):
    return recording(tmp_path)


async def ended(desk):
    """The job, once it has ended."""
    await until(lambda: desk.snapshot.job.state != "running")
    return desk.snapshot.job


async def found(desk, **more):
    """The job that has found everything."""
    await desk.ask("find_everything", everything(**more))
    return await ended(desk)


def masks(path):
    """Every mask of a project: (frame, RLE) in the order of names."""
    with Project.open(path, write=False) as saved:
        return {
            aoi.name: [
                (int(frame), saved.record(aoi.object_id, int(frame)).mask.to_bytes())
                for frame in saved.masklet(aoi.object_id).frame_idx
            ]
            for aoi in saved.aois()
        }


def test_everything_is_found_told_as_it_goes_and_undone_in_one_step(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            before = desk.rev
            job = await found(desk)
            told = desk.feed.since(before)
            there = desk.snapshot
            step = there.steps.undo
            await desk.ask("undo", UndoRequest(client=PAGE, expect=step.id))
            return job, told, there, step, desk.snapshot

    job, told, there, step, undone = run(work())
    assert (job.kind, job.what, job.state) == ("everything", "Everything in the video", "done")
    assert (job.done, job.total, job.n_objects, job.phase) == (1000, 1000, 3, "done")
    assert [aoi.name for aoi in there.aois] == ["thing 1", "thing 2", "thing 3"]
    assert [lane.n_known for lane in there.lanes] == [50, 50, 50]
    assert there.view.keys == {"1": 1, "2": 2, "3": 3}
    shares = [each.job.done for each in told if each.job is not None]
    assert shares == sorted(shares)
    assert {each.job.phase for each in told if each.job} >= {"done"}
    made = [each for each in told if each.aois is not None]
    assert made, "AOIs are told of"
    assert step.label == "find everything"
    assert (undone.aois, undone.lanes) == ([], [])
    with Project.open(project, write=False) as saved:
        assert unfinished(saved) is None


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The masks of everything in the long recording, found in one go."""
    folder = tmp_path_factory.mktemp("whole")

    async def work():
        async with open_desk(recording(folder, LONG), folder / "work.dwell") as desk:
            await found(desk)

    run(work())
    return masks(folder / "work.dwell")


def test_the_masks_are_those_of_the_drawing(uninterrupted):
    for frame_idx in (0, 27, LONG - 1):
        truth = shapes_world(LONG).truth(frame_idx)
        drawn = {name: truth[name] for name in ("red", "blue")}
        drawn["ground"] = ~(truth["red"] | truth["blue"])
        seen = [dict(each)[frame_idx] for each in uninterrupted.values()]
        assert sorted(seen) == sorted(Mask.from_array(each).to_bytes() for each in drawn.values())


def test_a_run_that_is_stopped_is_gone_on_with_to_the_same_end(tmp_path, project, uninterrupted):
    async def work():
        async with open_desk(recording(tmp_path, LONG), project) as desk:
            assert (await desk.ask("everything"))[0] is None
            with pytest.raises(PromptError, match="no run to go on with"):
                await desk.ask("find_everything", everything(go_on=True))
            await desk.ask("find_everything", everything())
            await until(lambda: desk.snapshot.job.phase == "forward")
            stopped = await desk.ask("stop", PAGE)
            left, _ = await desk.ask("everything")
            with pytest.raises(PromptError, match="go on with it, or start afresh"):
                await desk.ask("find_everything", everything())
            await desk.ask("find_everything", everything(go_on=True, coverage=None, masks=1))
            return stopped, left, await ended(desk), (await desk.ask("everything"))[0]

    stopped, left, job, none = run(work())
    assert stopped.state == "cancelled"
    assert (left.kind, left.phase, left.coverage, left.masks) == ("everything", "forward", 1.0, None)
    assert (job.state, job.n_objects) == ("done", 3), "it goes on with its own limits"
    assert none is None
    assert masks(project) == uninterrupted


def test_a_run_can_be_started_afresh_and_what_it_made_stays(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, LONG), project) as desk:
            await desk.ask("find_everything", everything(coverage=None, masks=1))
            await until(lambda: desk.snapshot.job.phase == "forward")
            await desk.ask("stop", PAGE)
            job = await found(desk, fresh=True)
            return job, desk.snapshot

    job, snapshot = run(work())
    assert job.state == "done"
    assert snapshot.aois[0].name == "thing 1"
    assert len(snapshot.aois) == 3, "what is there already is not found again"


def test_a_killed_process_goes_on_by_itself(tmp_path, project, uninterrupted):
    async def work():
        async with open_desk(recording(tmp_path, LONG), project) as desk:
            await desk.ask("find_everything", everything())
            await until(lambda: desk.snapshot.job.phase == "forward")
            os.kill(desk._worker._process.pid, signal.SIGKILL)
            await until(lambda: desk.snapshot.job.state == "done")
            return desk.snapshot

    snapshot = run(work())
    assert snapshot.job.n_objects == 3
    assert [lane.n_known for lane in snapshot.lanes] == [LONG] * 3
    assert masks(project) == uninterrupted


def test_a_closed_project_goes_on_when_it_is_opened_again(tmp_path, project):
    shapes = recording(tmp_path, LONG)

    async def begin():
        async with open_desk(shapes, project) as desk:
            await desk.ask("find_everything", everything())
            await until(lambda: desk.snapshot.job.phase == "looking")

    async def go_on():
        async with open_desk(project, project) as desk:
            first = desk.snapshot.job
            return first, await ended(desk)

    run(begin())
    first, last = run(go_on())
    assert (first.kind, first.state) == ("everything", "running")
    assert (last.state, last.n_objects) == ("done", 3)


def test_clicks_and_names_are_taken_meanwhile(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 200), project) as desk:
            await desk.ask("find_everything", everything())
            await until(lambda: len(desk.snapshot.aois) == 3)
            await desk.ask("edit_aoi", 2, AoiEdit(client=PAGE, name="cup"))
            mine = await add(desk, "mine")
            await click(desk, mine, 7, 40, 45)
            await click(desk, 1, 3, 12 + 3, 15)  # a correction of one that is being tracked
            meanwhile = desk.snapshot.job.state
            return meanwhile, await ended(desk), desk.snapshot

    meanwhile, job, snapshot = run(work())
    assert (meanwhile, job.state) == ("running", "done")
    assert {"cup", "mine"} <= {aoi.name for aoi in snapshot.aois}


def test_there_is_one_job_at_a_time(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 400), project) as desk:
            blue = await add(desk, "blue")
            await click(desk, blue, 0, 40, 45)
            await desk.ask("track", track())
            with pytest.raises(PromptError, match="Tracking is under way"):
                await desk.ask("find_everything", everything())
            await desk.ask("stop", PAGE)
            await desk.ask("find_everything", everything())
            with pytest.raises(PromptError, match="being looked for"):
                await desk.ask("track", track())
            with pytest.raises(PromptError, match="being looked for"):
                await desk.ask("find_everything", everything())
            await desk.ask("stop", PAGE)
            await desk.ask("track", track())
            return desk.snapshot.job

    assert run(work()).kind == "track"


def test_what_cannot_begin_says_why(tmp_path, project):
    world = shapes_world()
    bare = write_image_folder(tmp_path / "bare", world)
    (bare / "gaze.csv").unlink()
    (bare / "fixations.csv").unlink()

    async def work():
        async with open_desk(bare, project) as desk:
            _, why = await desk.ask("everything")
            with pytest.raises(PromptError, match="no gaze"):
                await desk.ask("find_everything", EverythingRequest(client=PAGE, kind="gaze-first"))
            unknown = QUICK.model_copy(update={"proposer": "sam9"})
            await desk.ask("find_everything", everything().model_copy(update={"settings": unknown}))
            return why, await ended(desk), await desk.ask("everything")

    why, job, after = run(work())
    assert why == "This recording has no gaze."
    assert job.state == "failed"
    assert "sam9" in job.error
    assert after[0] is None


def test_what_was_looked_at_is_found_from_gaze_alone(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            await desk.ask("find_everything", EverythingRequest(client=PAGE, kind="gaze-first"))
            job = await ended(desk)
            return job, desk.snapshot, await desk.reckoning.ask("gallery", {})

    job, snapshot, gallery = run(work())
    assert (job.what, job.state) == ("What was looked at", "done")
    assert len(snapshot.aois) == 2, "the red disc and the blue one"
    assert gallery["has_gaze"]
    assert [round(each["gaze_share"], 2) for each in gallery["items"]] == [0.5, 0.5]


# -------------------------------------------------------------------- what a person then does


def test_several_aois_become_one_or_parts_or_go_each_in_one_step(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            ids = [await add(desk, name) for name in ("cup", "handle", "grip", "ball")]
            cup, handle, grip, ball = ids
            await click(desk, cup, 0, 12, 15)
            await click(desk, ball, 5, 40, 45)
            await desk.ask("set_part", AoiPart(client=PAGE, object_ids=[handle, grip], part_of=cup))
            parts = [(aoi.name, aoi.part_of) for aoi in desk.snapshot.aois]
            with pytest.raises(PromptError):
                await desk.ask("set_part", AoiPart(client=PAGE, object_ids=[ball, cup], part_of=handle))
            same = [(aoi.name, aoi.part_of) for aoi in desk.snapshot.aois]
            merged = await desk.ask("merge_aois", AoiMerge(client=PAGE, keep=cup, others=[ball, grip]))
            after_merge = [(aoi.name, aoi.part_of) for aoi in desk.snapshot.aois]
            prompts = [(each.object_id, each.frame_idx) for each in desk.snapshot.prompts]
            label = await desk.ask("remove_aois", AoiRemoval(client=PAGE, object_ids=[cup, handle]))
            left = desk.snapshot.aois
            for _ in range(3):
                await desk.ask("undo", UndoRequest(client=PAGE, expect=desk.snapshot.steps.undo.id))
            return parts, same, merged, after_merge, prompts, label, left, desk.snapshot.aois

    parts, same, merged, after_merge, prompts, label, left, undone = run(work())
    assert parts == [("cup", None), ("handle", 1), ("grip", 1), ("ball", None)]
    assert same == parts, "all or none"
    assert merged.name == "cup"
    assert after_merge == [("cup", None), ("handle", 1)]
    assert prompts == [(1, 0), (1, 5)]
    assert (label, left) == ("remove 2 AOIs", [])
    assert [(aoi.name, aoi.part_of) for aoi in undone] == [
        ("cup", None), ("handle", None), ("grip", None), ("ball", None),
    ]  # fmt: skip


def test_what_is_locked_is_neither_merged_nor_removed(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            cup, ball = await add(desk, "cup"), await add(desk, "ball")
            await desk.ask("set_view", View(locked=[ball]), PAGE)
            for verb, request in (
                ("merge_aois", AoiMerge(client=PAGE, keep=cup, others=[ball])),
                ("set_part", AoiPart(client=PAGE, object_ids=[ball], part_of=cup)),
                ("remove_aois", AoiRemoval(client=PAGE, object_ids=[cup, ball])),
            ):
                with pytest.raises(PromptError, match="'ball' is locked"):
                    await desk.ask(verb, request)
            with pytest.raises(UnknownAoi):
                await desk.ask("merge_aois", AoiMerge(client=PAGE, keep=cup, others=[9]))
            return [aoi.name for aoi in desk.snapshot.aois]

    assert run(work()) == ["cup", "ball"]


# -------------------------------------------------------------------- the gallery


def test_the_gallery_ranks_by_gaze_and_says_where_each_is_seen(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red, blue, unseen = [await add(desk, name) for name in ("red", "blue", "unseen")]
            await click(desk, red, 0, 12, 15)
            await click(desk, blue, 10, 40, 45)
            await desk.ask("track", track(object_ids=[red]))
            await ended(desk)
            await desk.ask("track", track(object_ids=[blue], start=10, stop=40))
            await ended(desk)
            return await desk.reckoning.ask("gallery", {})

    gallery = run(work())
    first, second, third = gallery["items"]
    area = shapes_world().truth(0)["red"].sum() / (SIZE_HW[0] * SIZE_HW[1])
    assert [each["object_id"] for each in gallery["items"]] == [1, 2, 3]
    assert (first["spans"], first["n_frames"]) == ([(0, 50)], 50)
    assert (second["spans"], second["n_frames"]) == ([(10, 40)], 30)
    assert first["size"] == pytest.approx(area, abs=1e-6)
    assert first["dwell_ms"] == second["dwell_ms"] == 400.0  # 10 frames × 40 ms each
    assert first["gaze_share"] == pytest.approx(0.5, abs=0.01)
    assert first["importance"] == pytest.approx(area * 1 * (1 + first["gaze_share"]), rel=1e-4)
    assert (third["frame_idx"], third["spans"], third["tag"]) == (None, [], "")


def test_pictures_over_http_are_cached_by_what_they_show(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    folder = recording(root)
    with asked(root) as browser:
        pid = browser.post("/api/open", json={"path": str(folder)}).json()["pid"]
        here = f"/api/p/{pid}"
        browser.put(f"{here}/backend?client=a", json={"name": "colour"})
        browser.post(f"{here}/aois", json={"client": "a", "name": "red", "colour": "#0000ff"})
        prompt = {"kind": "point", "x": 12, "y": 15}
        click_red = {"client": "a", "object_id": 1, "frame_idx": 0, "prompts": [prompt]}
        browser.post(f"{here}/prompts", json=click_red)
        gallery = browser.get(f"{here}/gallery").json()
        (item,) = gallery["items"]
        address = f"{here}/aois/1/picture.jpg?frame=0&side=64"
        kept = browser.get(f"{address}&tag={item['tag']}")
        assert kept.headers["content-type"] == "image/jpeg"
        assert "immutable" in kept.headers["cache-control"]
        (root / "red.jpg").write_bytes(kept.content)
        picture = np.asarray(Image.open(root / "red.jpg"))
        assert picture.shape == (64, 64, 3)
        assert picture[32, 32, 0] > 150 > picture[32, 32, 2], "the disc is in the middle"
        assert browser.get(f"{address}&tag=old").headers["cache-control"] == "no-store"
        browser.patch(f"{here}/aois/1", json={"client": "a", "colour": "#00ff00"})
        (now,) = browser.get(f"{here}/gallery").json()["items"]
        assert now["tag"] != item["tag"], "its outline is green now"
        assert browser.get(f"{here}/aois/1/picture.jpg?frame=4").status_code == 404
        assert browser.get(f"{here}/aois/9/picture.jpg?frame=0").status_code == 404
        assert browser.get(f"{here}/aois/1/picture.jpg?frame=0&side=9000").status_code == 422


def test_everything_over_http(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    folder = recording(root)
    with asked(root) as browser:
        pid = browser.post("/api/open", json={"path": str(folder)}).json()["pid"]
        here = f"/api/p/{pid}"
        info = browser.get(f"{here}/everything").json()
        assert info["unfinished"] is None
        assert info["no_gaze"] == ""
        assert info["defaults"]["iou_thresh"] == EverythingOptions().iou_thresh
        published = {name: info["published"][name] for name in ("step", "iou_thresh", "points_per_side")}
        assert published == {"step": 5, "iou_thresh": 0.8, "points_per_side": 64}
        browser.put(f"{here}/backend?client=a", json={"name": "colour"})
        wanted = {"client": "a", "masks": 2, "settings": QUICK.model_dump()}
        begun = browser.post(f"{here}/everything", json=wanted).json()
        assert (begun["state"], begun["kind"], begun["total"]) == ("running", "everything", 1000)
        while browser.get(f"{here}/state").json()["job"]["state"] == "running":
            pass
        state = browser.get(f"{here}/state").json()
        assert state["job"]["state"] == "done"
        assert [each["name"] for each in state["aois"]] == ["thing 1", "thing 2"]
        merged = browser.post(f"{here}/aois/merge", json={"client": "a", "keep": 1, "others": [2]}).json()
        assert (merged["n"], merged["label"]) == (1, "thing 1")
        part = {"client": "a", "object_ids": [1], "part_of": 1}
        assert browser.post(f"{here}/aois/part", json=part).status_code == 400
        removed = browser.post(f"{here}/aois/remove", json={"client": "a", "object_ids": [1]}).json()
        assert (removed["n"], removed["label"]) == (1, "remove thing 1")
        assert browser.post(f"{here}/everything", json={"client": "a", "coverage": 7}).status_code == 422


def test_every_proposer_is_listed_and_says_what_is_missing():
    listed = {each.name: each for each in proposers()}
    assert list(listed)[0] == "embedded"
    assert set(PROPOSERS) <= set(listed)
    assert all(each.ready == (each.missing == "") for each in listed.values())
    assert listed["embedded"].ready
    assert "colour" in listed, "any backend can click"


def test_settings_have_the_names_of_the_options():
    assert set(SearchSettings.model_fields) - {"proposer"} <= (
        set(vars(EverythingOptions())) | set(vars(EverythingOptions().automatic))
    )
