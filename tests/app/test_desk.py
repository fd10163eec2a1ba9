"""A desk: what a page asks for is done by the editor, saved, and told to every page."""

import asyncio

import numpy as np
import pytest

from app.desks_for_tests import PAGE, add, click, open_desk, recording, track
from app.looping import run, until
from dwell.app.messages import AoiEdit, Approve, Choose, ClearPrompts, UndoRequest, View
from dwell.app.work.verbs.undoing import OutOfStep
from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.project import Project
from shape_recordings import SIZE_HW, shapes_world

RED_AT_0, BLUE = (12, 15), (40, 45)


@pytest.fixture
def project(tmp_path):
    return tmp_path / "work.dwell"


@pytest.fixture
def shapes(tmp_path):
    return recording(tmp_path)


def mask_of(message):
    return Mask.from_bytes(message.counts.encode(), SIZE_HW).to_array()


def ended(desk):
    return lambda: desk.snapshot.job is not None and desk.snapshot.job.state != "running"


def test_opening_tells_what_the_recording_is(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            return desk.snapshot, await desk.times(), desk.path

    snapshot, times, path = run(work())
    info = snapshot.recording
    assert (info.width, info.height, info.n_frames) == (80, 60, 50)
    assert info.has_gaze
    assert info.has_fixations
    assert path == project
    np.testing.assert_array_equal(np.frombuffer(times, "<i8"), shapes_world().times_ns)


def test_a_click_gives_the_mask_saves_it_and_tells_every_page(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red = await add(desk, "red")
            before = desk.rev
            answer, rev = await click(desk, red, 0, *RED_AT_0)
            told = desk.feed.since(before)
            saved = Project.open(project, write=False)
            there = saved.record(red, 0)
            saved.close()
            return answer, rev, told, there, await desk.masks(0)

    answer, rev, told, there, on_frame = run(work())
    truth = shapes_world().truth(0)["red"]
    np.testing.assert_array_equal(mask_of(answer.mask), truth)
    np.testing.assert_array_equal(there.mask.to_array(), truth, "acknowledged means saved")
    assert answer.mask.user_made
    assert answer.step.label == "prompt red at frame 0"
    assert [each.rev for each in told] == [rev]
    assert told[0].origin == PAGE
    (prompt,) = told[0].prompts.created
    assert (prompt.kind, prompt.x, prompt.y, prompt.frame_idx) == ("point", 12, 15, 0)
    assert told[0].lanes.updated[0].n_known == 1
    assert on_frame.masks == [answer.mask]


def test_tracking_fills_the_lane_while_the_desk_answers(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red = await add(desk, "red")
            await click(desk, red, 0, *RED_AT_0)
            job = await desk.ask("track", track())
            await until(ended(desk))
            return job, desk.snapshot.job, await desk.lane(red), await desk.masks(30)

    job, last, lane, masks = run(work())
    assert (job.state, job.total, job.what) == ("running", 49, "Tracking red")
    assert (last.state, last.done, last.error) == ("done", 49, None)
    states = np.frombuffer(lane, np.uint8).reshape(-1, 2)[:, 0]
    assert states[0] & 8, "the click made an anchor"
    assert ((states & 3) == 1).all(), "visible everywhere"
    np.testing.assert_array_equal(mask_of(masks.masks[0]), shapes_world().truth(30)["red"])


def test_who_would_join_gets_the_running_job_or_nothing_instead_of_an_error(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 400), project) as desk:
            blue, red = await add(desk, "blue"), await add(desk, "red")
            await click(desk, blue, 0, *BLUE)
            await click(desk, red, 0, *RED_AT_0)
            begun = await desk.ask("track", track(object_ids=[blue]))
            joined = await desk.ask("track", track(object_ids=[blue], start=3, stop=9, join=True))
            with pytest.raises(PromptError, match="under way"):
                await desk.ask("track", track(object_ids=[blue, red], join=True))
            await until(ended(desk))
            nothing = await desk.ask("track", track(object_ids=[blue], join=True))
            with pytest.raises(PromptError, match="tracked and up to date"):
                await desk.ask("track", track(object_ids=[blue]))
            return begun, joined, nothing

    begun, joined, nothing = run(work())
    assert joined.id == begun.id
    assert joined.state == "running"
    assert nothing is None


def test_a_job_that_was_stopped_keeps_what_is_done(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 400), project) as desk:
            blue = await add(desk, "blue")
            await click(desk, blue, 0, *BLUE)
            await desk.ask("track", track())
            await until(lambda: desk.snapshot.job.done > 20)
            job = await desk.ask("stop", PAGE)
            return job, desk.snapshot.lanes[0].n_known

    job, n_known = run(work())
    assert job.state == "cancelled"
    assert 20 < job.done < 399
    assert n_known == job.done + 1


def test_closing_in_mid_track_loses_nothing_and_opening_goes_on(tmp_path, project):
    shapes = recording(tmp_path, 400)

    async def begin():
        async with open_desk(shapes, project) as desk:
            blue = await add(desk, "blue")
            await click(desk, blue, 0, *BLUE)
            await desk.ask("track", track())
            await until(lambda: desk.snapshot.job.done > 20)

    async def go_on():
        async with open_desk(shapes, project) as desk:
            job = desk.snapshot.job
            await until(ended(desk))
            return job, desk.snapshot

    run(begin())
    job, snapshot = run(go_on())
    assert job.state == "running", "the page sees it at once"
    assert job.total < 399 - 20
    assert snapshot.job.state == "done"
    assert snapshot.lanes[0].n_known == 400


def test_undo_needs_to_mean_the_newest_step(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red = await add(desk, "red")
            seen_by_two = desk.snapshot.steps.undo.id
            await click(desk, red, 0, *RED_AT_0)
            with pytest.raises(OutOfStep, match="Another page"):
                await desk.edit("undo", UndoRequest(client="page two", expect=seen_by_two))
            labels = await desk.ask("undo", UndoRequest(client=PAGE, expect=desk.snapshot.steps.undo.id))
            again = await desk.ask("redo", UndoRequest(client=PAGE, expect=desk.snapshot.steps.redo.id))
            return labels, again, await desk.masks(0)

    labels, again, masks = run(work())
    assert labels == again == ["prompt red at frame 0"]
    np.testing.assert_array_equal(mask_of(masks.masks[0]), shapes_world().truth(0)["red"])


def test_a_correction_is_seen_before_and_after_and_undone_as_one(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red = await add(desk, "red")
            await click(desk, red, 0, *RED_AT_0)
            await desk.ask("track", track())
            await until(ended(desk))
            answer, _ = await click(desk, red, 20, *BLUE)  # wrong, on purpose
            step = answer.step.id
            await desk.ask("track", track())
            await until(lambda: desk.snapshot.job.id == 2 and ended(desk)())
            before, after = await desk.masks(20, before=step), await desk.masks(20)
            newest = desk.snapshot.steps.undo.id
            other = await add(desk, "green", "page two")
            undo = UndoRequest(client=PAGE, expect=step, through=True, newest=newest)
            with pytest.raises(OutOfStep, match="Another page"):
                await desk.edit("undo", undo)
            await desk.ask("undo", UndoRequest(client="page two", expect=desk.snapshot.steps.undo.id))
            assert other not in [aoi.object_id for aoi in desk.snapshot.aois]
            await desk.ask("undo", undo)
            return before, after, await desk.masks(20), desk.snapshot

    before, after, undone, snapshot = run(work())
    truth = shapes_world().truth(20)
    np.testing.assert_array_equal(mask_of(before.masks[0]), truth["red"])
    np.testing.assert_array_equal(mask_of(after.masks[0]), truth["red"] | truth["blue"])
    assert undone.masks == before.masks
    assert snapshot.steps.undo.label == "track red"


def test_undo_of_running_tracking_stops_it(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 400), project) as desk:
            blue = await add(desk, "blue")
            await click(desk, blue, 0, *BLUE)
            await desk.ask("track", track())
            await until(lambda: desk.snapshot.lanes[0].n_known > 1 or desk.snapshot.job.done > 100)
            await until(lambda: desk.snapshot.steps.undo.label == "track blue")
            await desk.ask("undo", UndoRequest(client=PAGE, expect=desk.snapshot.steps.undo.id))
            return desk.snapshot

    snapshot = run(work())
    assert snapshot.job.state in ("cancelled", "done")
    assert snapshot.lanes[0].n_known == 1
    assert snapshot.steps.undo.label == "prompt blue at frame 0"


def test_candidates_can_be_chosen(shapes, project):
    async def work():
        async with open_desk(shapes, project, backend="embedded") as desk:
            red = await add(desk, "red")
            await click(desk, red, 0, *RED_AT_0)
            found = await desk.ask("candidates", ClearPrompts(client=PAGE, object_id=red, frame_idx=0))
            other = next(each for each in found.candidates if not each.chosen)
            answer, _ = await desk.edit(
                "choose", Choose(client=PAGE, object_id=red, frame_idx=0, index=other.index)
            )
            again = await desk.ask("candidates", ClearPrompts(client=PAGE, object_id=red, frame_idx=0))
            return other, answer, again

    other, answer, again = run(work())
    assert answer.mask.counts == other.counts
    assert [each.counts for each in again.candidates if each.chosen] == [other.counts]


def test_approval_locks_and_a_locked_aoi_refuses(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red = await add(desk, "red")
            await click(desk, red, 0, *RED_AT_0)
            approve = Approve(client=PAGE, object_ids=[red], start=0, stop=1)
            assert await desk.ask("approve", approve) == 1
            with pytest.raises(PromptError, match="unlock it there first"):
                await click(desk, red, 0, *RED_AT_0)
            view = desk.snapshot.view
            await desk.ask("set_view", view.model_copy(update={"locked": [red]}), PAGE)
            for change in (
                click(desk, red, 5, *RED_AT_0),
                desk.edit("approve", approve.model_copy(update={"approved": False})),
                desk.edit("edit_aoi", red, AoiEdit(client=PAGE, name="rouge")),
                desk.edit("remove_aoi", red, PAGE),
                desk.edit("track", track(object_ids=[red])),
            ):
                with pytest.raises(PromptError, match="'red' is locked"):
                    await change
            with pytest.raises(PromptError, match="Every AOI is locked"):
                await desk.edit("track", track())
            await desk.ask("set_view", View(), "page two")
            return (await desk.masks(0)).masks[0].approved

    assert run(work())


def test_stepping_through_frames_prepares_the_newest_not_all(shapes, project, monkeypatch):
    async def work():
        async with open_desk(shapes, project) as desk:
            asked = []

            async def slow(verb, frame_idx):
                asked.append((verb, frame_idx))
                await asyncio.sleep(0.01)

            monkeypatch.setattr(desk, "ask", slow)
            await asyncio.gather(*(desk.prepare(frame_idx) for frame_idx in (3, 4, 5, 6)))
            await desk.prepare(7)
            return asked

    assert run(work()) == [("prepare", 3), ("prepare", 6), ("prepare", 7)]


def test_number_keys_are_given_and_a_freed_one_is_given_again(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red, blue = await add(desk, "red"), await add(desk, "blue")
            keys = [desk.snapshot.view.keys]
            await desk.ask("remove_aoi", red, PAGE)
            green = await add(desk, "green")
            return red, blue, green, [*keys, desk.snapshot.view.keys]

    red, blue, green, keys = run(work())
    assert keys == [{"1": red, "2": blue}, {"1": green, "2": blue}]


def test_codebook_in_and_out(shapes, project):
    cup = "- name: cup\n  colour: '#E69F00'\n  category: crockery\n"
    text = f"aois:\n{cup}- name: Buch\n  colour: '#0072B2'\n"

    async def work():
        async with open_desk(shapes, project) as desk:
            n_new = await desk.ask("add_codebook", text, PAGE)
            n_again = await desk.ask("add_codebook", text, PAGE)
            with pytest.raises(PromptError, match="expected a list under"):
                await desk.ask("add_codebook", "cup, book", PAGE)
            return n_new, n_again, await desk.ask("codebook"), desk.snapshot.aois

    n_new, n_again, out, aois = run(work())
    assert (n_new, n_again) == (2, 0)
    assert [(aoi.name, aoi.colour, aoi.category) for aoi in aois] == [
        ("cup", "#E69F00", "crockery"),
        ("Buch", "#0072B2", None),
    ]
    assert out == text


def test_an_estimate_saves_nothing(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red = await add(desk, "red")
            await click(desk, red, 0, *RED_AT_0)
            rev = desk.rev
            found = await desk.ask("estimate", track())
            return found, desk.rev - rev, desk.snapshot.lanes[0].n_known

    found, n_changes, n_known = run(work())
    assert found.frames == 49
    assert found.seconds > 0
    assert (n_changes, n_known) == (0, 1)


def test_undoing_through_tracking_that_is_under_way_stops_it(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 400), project, backend="embedded") as desk:
            blue = await add(desk, "blue")
            await click(desk, blue, 0, *BLUE)
            await desk.ask("track", track())
            await until(lambda: desk.snapshot.steps.undo.label == "track blue")
            step = desk.snapshot.steps.undo.id
            await add(desk, "red")  # now tracking is not the newest step
            await desk.ask("undo", UndoRequest(client=PAGE, expect=step, through=True))
            await asyncio.sleep(0.2)
            return desk.snapshot

    snapshot = run(work())
    assert snapshot.job.state == "cancelled"
    assert snapshot.lanes[0].n_known == 1
    assert snapshot.steps.undo.label == "prompt blue at frame 0"


def test_a_codebook_prompts_no_locked_aoi(shapes, project):
    text = "aois:\n- name: red\n  colour: '#0072B2'\n"

    async def work():
        async with open_desk(shapes, project) as desk:
            red = await add(desk, "red")
            await desk.ask("set_view", desk.snapshot.view.model_copy(update={"locked": [red]}), PAGE)
            await desk.ask("add_codebook", text, PAGE)
            with pytest.raises(PromptError, match="'red' is locked"):
                await desk.ask("add_codebook", text + "  prompts: ['click=12,15@f0']\n", PAGE)
            return desk.snapshot

    snapshot = run(work())
    assert (snapshot.aois[0].colour, snapshot.prompts) == ("#0072B2", [])
