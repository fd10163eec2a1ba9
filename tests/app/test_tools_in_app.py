"""Editing tools on a desk: used, counted, undone, stopped; and what a page may ask of them."""

import asyncio

import numpy as np
import pytest

from app.desks_for_tests import PAGE, add, click, open_desk, recording, track
from app.looping import run, until
from app.sites import asked
from dwell.app.changes import Changes
from dwell.app.messages import Approve, EditTool, UndoRequest, View
from dwell.errors import Cancelled, PromptError
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.types import Direction, Origin, State
from shape_recordings import SIZE_HW


def ask(tool, *object_ids, **more):
    return EditTool(client=PAGE, tool=tool, object_ids=list(object_ids), **more)


async def used(desk, tool, *object_ids, **more):
    """What the tool has done, as a page is told."""
    task = await desk.changes.start("Changing masks", "edit_tool", ask(tool, *object_ids, **more))
    await until(lambda: desk.changes.task(task.id).state != "running")
    task = desk.changes.task(task.id)
    assert task.state == "done", task.error
    return task.result


def area(desk, object_id, frame_idx):
    with Project.open(desk.path, write=False) as saved:
        record = saved.record(object_id, frame_idx)
        return None if record is None else record.mask.area


def left_edge(desk, object_id, frame_idx):
    with Project.open(desk.path, write=False) as saved:
        return int(np.argwhere(saved.record(object_id, frame_idx).mask.to_array())[:, 1].min())


async def tracked(desk):
    """Red, which moves right, and blue, which stands still, known on all 50 frames."""
    red, blue = await add(desk, "red"), await add(desk, "blue")
    await click(desk, red, 0, 12, 15)
    await click(desk, blue, 0, 40, 45)
    await desk.ask("track", track())
    await until(lambda: desk.snapshot.job.state != "running")
    return red, blue


def test_each_tool_is_one_step_that_tells_its_counts_and_can_be_taken_back(tmp_path):
    async def work():
        async with open_desk(recording(tmp_path), tmp_path / "work.dwell") as desk:
            red, blue = await tracked(desk)
            whole = area(desk, red, 30)
            first = desk.snapshot.steps.undo

            # approved frames are locked: three of them are left alone, and counted
            await desk.edit("approve", Approve(client=PAGE, object_ids=[red], start=10, stop=13))
            grown = await used(desk, "grow", red, px=2, start=8, stop=18)
            assert (grown["n_masks"], grown["n_left"]) == (7, 3)
            assert any("3 frames left alone: approved" in line for line in grown["lines"])
            assert grown["step"]["label"].startswith("grow red by 2 px")
            assert grown["rev"] == desk.rev
            assert area(desk, red, 10) == area(desk, red, 30) == whole < area(desk, red, 9)
            await desk.edit("undo", UndoRequest(client=PAGE, expect=grown["step"]["id"]))
            assert area(desk, red, 9) == whole

            # told to, it changes them as well
            assert (await used(desk, "shrink", red, px=1, start=10, stop=11, approved=True))["n_masks"] == 1

            # what changes nothing makes no step
            before = desk.snapshot.steps.undo
            nothing = await used(desk, "fill-holes", red, blue)
            assert (nothing["n_masks"], nothing["step"]) == (0, None)
            assert desk.snapshot.steps.undo == before

            # identities are swapped from a frame on
            before, after = left_edge(desk, red, 20), left_edge(desk, blue, 40)
            swapped = await used(desk, "swap", red, other=blue, start=40)
            assert swapped["n_masks"] == 20
            assert (left_edge(desk, red, 20), left_edge(desk, red, 40)) == (before, after)
            await desk.edit("undo", UndoRequest(client=PAGE, expect=swapped["step"]["id"]))
            assert left_edge(desk, blue, 40) == after

            # deleted on some frames, and interpolated there
            await used(desk, "delete", blue, start=20, stop=30)
            assert area(desk, blue, 25) is None
            await used(desk, "delete", red, start=20, stop=30)
            assert (await used(desk, "interpolate", red, start=19, stop=31))["n_masks"] == 10
            assert left_edge(desk, red, 19) < left_edge(desk, red, 25) < left_edge(desk, red, 30)

            # with another AOI: they are apart, so nothing is shared
            shared = await used(desk, "intersect", blue, other=red, start=1, stop=6, absent=True)
            assert (shared["n_masks"], area(desk, blue, 1)) == (5, 0)
            assert (await used(desk, "union", red, other=blue, start=30, stop=31))["n_masks"] == 1

            # red now has two parts there, and gets a number key for the one that is split off
            split = await used(desk, "split", red, start=30, stop=31, approved=True)
            assert len(split["made"]) == 1
            assert set(split["made"]) <= set(desk.snapshot.view.keys.values())
            assert {aoi.name for aoi in desk.snapshot.aois} == {"red", "blue", "red 2"}

            # copied to other frames
            assert (await used(desk, "copy", blue, frame_idx=35, start=20, stop=22))["n_masks"] == 2

            # what is asked for wrongly, or is locked, changes nothing
            for wrong, words in (
                (ask("swap", red), "Choose the other AOI"),
                (ask("swap", red, other=red), "cannot be swapped with itself"),
                (ask("grow", red), "by how many pixels"),
                (ask("copy", red, start=3, stop=9), "Choose the frame"),
                (ask("split-at", red, frame_idx=30), "Click the part"),
                (ask("split", red, blue), "one AOI at a time"),
            ):
                with pytest.raises(PromptError, match=words):
                    await desk.changes.start("Changing masks", "edit_tool", wrong)
            await desk.edit("set_view", View(locked=[blue], keys={}), PAGE)
            with pytest.raises(PromptError, match="'blue' is locked"):
                await desk.changes.start("Changing masks", "edit_tool", ask("swap", red, other=blue))
            assert (await used(desk, "subtract", red, other=blue))["n_masks"] == 0  # it is only looked at
            assert first is not None

    run(work())


def test_the_part_that_is_clicked_becomes_an_aoi_of_its_own(tmp_path):
    shots = recording(tmp_path, 6)

    def both(frame_idx):
        shown = np.zeros(SIZE_HW, bool)
        shown[5:12, 4:12] = shown[30:44, 30:44] = True
        return MaskRecord(
            1, frame_idx, Mask.from_array(shown), State.VISIBLE, 1.0, Origin.MODEL, Direction.FORWARD
        )

    async def work():
        async with open_desk(shots, tmp_path / "work.dwell") as desk:
            await add(desk, "pair")
        with Project.open(tmp_path / "work.dwell") as project:
            project.write_masks(both(i) for i in range(6))
        async with open_desk(shots, tmp_path / "work.dwell") as desk:
            split = await used(desk, "split-at", 1, frame_idx=3, x=8.0, y=8.0)
            assert [area(desk, split["made"][0], i) for i in (0, 3, 5)] == [56, 56, 56]
            assert area(desk, 1, 3) == 14 * 14

    run(work())


def test_a_long_change_is_a_task_that_can_be_stopped():
    told = {}

    async def work():
        begun = asyncio.Event()

        async def edit(verb, request, *, on_progress, on_id):
            on_id(7)
            on_progress(1, 4)
            begun.set()
            while 7 not in told:
                await asyncio.sleep(0.01)
            raise Cancelled("Stopped.")

        changes = Changes(edit, lambda call_id: told.update({call_id: True}))
        task = await changes.start("Changing masks", "edit_tool", ask("grow", 1, px=3))
        assert begun.is_set()
        task = changes.task(task.id)
        assert (task.state, task.done, task.total) == ("running", 1, 4)
        changes.cancel(task.id)
        await until(lambda: changes.task(task.id).state != "running")
        assert changes.task(task.id).state == "cancelled"

    run(work())


def test_a_request_with_a_tool_that_is_not_there_is_refused(tmp_path):
    shots = recording(tmp_path / "films", 3)
    with asked(tmp_path / "films") as page:
        pid = page.post("/api/open", json={"path": str(shots)}).json()["pid"]
        base = f"/api/p/{pid}"
        refused = page.post(f"{base}/tools", json={"client": "c", "tool": "melt", "object_ids": [1]})
        assert (refused.status_code, "tool" in refused.json()["error"]) == (422, True)
        refused = page.post(f"{base}/tools", json={"client": "c", "tool": "split", "object_ids": [1]})
        assert refused.status_code == 404  # no such AOI
        made = page.post(f"{base}/aois", json={"client": "c", "name": "cup"}).json()["object_id"]
        task = page.post(f"{base}/tools", json={"client": "c", "tool": "split", "object_ids": [made]}).json()
        assert (task["state"], task["result"]["n_masks"]) == ("done", 0)
        assert page.get(f"{base}/tasks/{task['id']}").json() == task
